package link

import (
	"io"
	"sync"
)

const pipeSize = 64 << 10

// A pipe is one direction of a connection in memory: it holds up to 64 KiB and
// then makes the writer wait, as a socket does.
type pipe struct {
	mu    sync.Mutex
	moved sync.Cond // something was written or read, or the pipe ended
	b     []byte
	err   error // why it ended
}

func newPipe() *pipe {
	p := &pipe{}
	p.moved.L = &p.mu
	return p
}

func (p *pipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.b) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		if len(b) == 0 {
			return 0, nil
		}
		p.moved.Wait()
	}
	n := copy(b, p.b)
	p.b = p.b[n:]
	p.moved.Broadcast()
	return n, nil
}

func (p *pipe) write(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(b) > 0 {
		if p.err != nil {
			return n, io.ErrClosedPipe
		}
		room := min(pipeSize-len(p.b), len(b))
		if room == 0 {
			p.moved.Wait()
			continue
		}
		p.b = append(p.b, b[:room]...)
		b, n = b[room:], n+room
		p.moved.Broadcast()
	}
	return n, nil
}

// close ends the pipe: what was written can still be read, then err comes.
// With lose, what is on its way is lost.
func (p *pipe) close(err error, lose bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
	}
	if lose {
		p.b = nil
	}
	p.moved.Broadcast()
}

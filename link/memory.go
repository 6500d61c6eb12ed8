package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Memory joins desks that run in one process. It behaves as the network does,
// buffers included, uses nothing but memory, so that whole cells run under
// testing/synctest, and has switches for what goes wrong in the field.
type Memory struct {
	mu    sync.Mutex
	ends  map[string]*memoryEnd
	cut   map[[2]string]bool
	conns map[*memoryConn]bool // those of the dialling side
}

// Network makes a network without any desk.
func Network() *Memory {
	return &Memory{ends: make(map[string]*memoryEnd), cut: make(map[[2]string]bool), conns: make(map[*memoryConn]bool)}
}

// Transport gives desk its place in the network. A desk that comes again, as
// after a restart, takes the place of the one before, whose connections end.
func (n *Memory) Transport(desk string) Transport {
	end := &memoryEnd{net: n, desk: desk, incoming: make(chan Conn, maxConns), closed: make(chan struct{})}
	n.mu.Lock()
	old := n.ends[desk]
	n.ends[desk] = end
	n.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return end
}

// Cut breaks the connections between two desks, with what is on its way, and
// lets no new one be made until [Memory.Restore].
func (n *Memory) Cut(a, b string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cut[pair(a, b)] = true
	for c := range n.conns {
		if pair(c.self, c.peer) == pair(a, b) {
			c.lose()
		}
	}
}

// Restore undoes [Memory.Cut].
func (n *Memory) Restore(a, b string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.cut, pair(a, b))
}

func pair(a, b string) [2]string {
	return [2]string{min(a, b), max(a, b)}
}

// A memoryEnd is the transport of one desk in a [Memory].
type memoryEnd struct {
	net      *Memory
	desk     string
	incoming chan Conn
	once     sync.Once
	closed   chan struct{}
}

var errTransportClosed = errors.New("the transport is closed")

func (e *memoryEnd) Dial(ctx context.Context, peer string, lane Lane) (Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("dial %s: %w", peer, err)
	}
	e.net.mu.Lock()
	defer e.net.mu.Unlock()
	other := e.net.ends[peer]
	switch {
	case e.isClosed():
		return nil, fmt.Errorf("dial %s: %w", peer, errTransportClosed)
	case other == nil || other.isClosed():
		return nil, fmt.Errorf("dial %s: nobody answers", peer)
	case e.net.cut[pair(e.desk, peer)]:
		return nil, fmt.Errorf("dial %s: there is no way", peer)
	}
	there, back := newPipe(), newPipe()
	c := &memoryConn{net: e.net, self: e.desk, peer: peer, lane: lane, in: back, out: there}
	select {
	case other.incoming <- &memoryConn{net: e.net, self: peer, peer: e.desk, lane: lane, in: there, out: back}:
		e.net.conns[c] = true
		return c, nil
	default:
		return nil, fmt.Errorf("dial %s: too many connections wait there", peer)
	}
}

func (e *memoryEnd) Accept(ctx context.Context) (Conn, error) {
	select {
	case c := <-e.incoming:
		return c, nil
	case <-e.closed:
		return nil, fmt.Errorf("accept: %w", errTransportClosed)
	case <-ctx.Done():
		return nil, fmt.Errorf("accept: %w", ctx.Err())
	}
}

func (e *memoryEnd) Close() error {
	e.once.Do(func() { close(e.closed) })
	e.net.mu.Lock()
	defer e.net.mu.Unlock()
	for c := range e.net.conns {
		if c.self == e.desk || c.peer == e.desk {
			c.lose()
		}
	}
	return nil
}

func (e *memoryEnd) isClosed() bool {
	select {
	case <-e.closed:
		return true
	default:
		return false
	}
}

// A memoryConn is one end of a connection in a [Memory].
type memoryConn struct {
	net        *Memory
	self, peer string
	lane       Lane
	in, out    *pipe
}

func (c *memoryConn) Peer() string                { return c.peer }
func (c *memoryConn) Lane() Lane                  { return c.lane }
func (c *memoryConn) Read(b []byte) (int, error)  { return c.in.read(b) }
func (c *memoryConn) Write(b []byte) (int, error) { return c.out.write(b) }

// Close lets the other end read what was written to it, and then io.EOF.
func (c *memoryConn) Close() error {
	c.out.close(io.EOF, false)
	c.in.close(io.ErrClosedPipe, true)
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	delete(c.net.conns, c)
	return nil
}

// lose ends both directions with what is on its way. It is called with the
// network's lock held.
func (c *memoryConn) lose() {
	c.in.close(io.ErrUnexpectedEOF, true)
	c.out.close(io.ErrUnexpectedEOF, true)
	delete(c.net.conns, c)
}

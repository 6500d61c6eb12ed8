package cot

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// client is one connection. Its loop alone writes; a second goroutine reads.
type client struct {
	*Server
	conn  net.Conn
	proto bool
	sent  map[string]string // uid → type of what the client was sent
	mark  int               // how far it was brought; 0: not at all
}

var errSlow = errors.New("it did not take what it was sent in time")

// serve brings one client to the picture until it goes.
func (s *Server) serve(ctx context.Context, conn net.Conn) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var reading sync.WaitGroup
	defer reading.Wait()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close()
	c := &client{Server: s, conn: conn, sent: map[string]string{}}
	if t, ok := conn.(*tls.Conn); ok {
		within, done := context.WithTimeout(ctx, s.cfg.WriteWait)
		err := t.HandshakeContext(within)
		done()
		if err != nil {
			return fmt.Errorf("no TLS: %w", err)
		}
	}
	heard := make(chan said)
	reading.Go(func() { cancel(listen(ctx, conn, heard)) })
	if err := c.write(c.control(typeOffer, `<TakControl><TakProtocolSupport version="1"/></TakControl>`).xml()); err != nil {
		return err
	}
	err := c.loop(ctx, heard)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, errSlow) {
		return cause
	}
	return err
}

// loop answers what the client says and sends what changed. Nothing is shown
// while the client may still take the offer: it would be sent twice.
func (c *client) loop(ctx context.Context, heard <-chan said) error {
	waiting := time.NewTimer(c.cfg.OfferWait)
	defer waiting.Stop()
	look := time.NewTicker(c.cfg.Look)
	defer look.Stop()
	ready := false
	for {
		var changed <-chan struct{}
		if ready {
			var err error
			if changed, err = c.bring(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-waiting.C:
			ready = true
		case <-changed:
		case <-look.C:
		case m := <-heard:
			switch {
			case m.kind == typePing:
				if err := c.send(c.control(typePong, "")); err != nil {
					return err
				}
			case m.kind == typeRequest && !c.proto:
				agreed, err := c.agree(ctx, m.version)
				if err != nil {
					return err
				}
				ready = ready || agreed
			}
		}
	}
}

// agree answers a request for a version. Known clients lose what follows the
// answer in the same segment, so there is a pause after it.
func (c *client) agree(ctx context.Context, version string) (bool, error) {
	agreed := version == "1"
	if err := c.write(c.control(typeAnswer, fmt.Sprintf(`<TakControl><TakResponse status="%t"/></TakControl>`, agreed)).xml()); err != nil || !agreed {
		return false, err
	}
	select {
	case <-ctx.Done():
	case <-time.After(200 * time.Millisecond):
	}
	c.proto, c.sent, c.mark = true, map[string]string{}, 0 // what went out simplified goes out again as it is
	return true, nil
}

// bring sends what the client lacks and deletes what is over, and gives what is
// closed when there is more.
func (c *client) bring(ctx context.Context) (<-chan struct{}, error) {
	list, all, next, changed := c.since(c.mark)
	if all {
		list = append(c.gone(list), list...)
	}
	for _, x := range list {
		if ctx.Err() != nil {
			return nil, nil
		}
		kind, sent := c.sent[x.uid]
		switch {
		case x.now == nil && sent:
			if err := c.send(deletion(x.uid, kind, c.cfg.Now())); err != nil {
				return nil, err
			}
			delete(c.sent, x.uid)
		case x.now != nil && !sent:
			if err := c.write(x.now.bytes(c.proto)); err != nil {
				return nil, err
			}
			c.sent[x.uid] = x.now.kind()
		}
	}
	c.mark = next
	return changed, nil
}

// gone gives what the client was sent that is not in the whole picture.
func (c *client) gone(picture []change) (out []change) {
	there := make(map[string]bool, len(picture))
	for _, x := range picture {
		there[x.uid] = true
	}
	for uid := range c.sent {
		if !there[uid] {
			out = append(out, change{uid: uid})
		}
	}
	return out
}

// control is an event about the connection itself.
func (c *client) control(kind, detail string) event {
	now := c.cfg.Now()
	uid := "parley"
	if kind == typePong {
		uid = "takPong"
	}
	return event{uid: uid, kind: kind, time: now, start: now, stale: now + 60_000, how: "m-g", detail: detail}
}

func (c *client) send(e event) error {
	if c.proto {
		return c.write(e.proto())
	}
	return c.write(e.xml())
}

// write gives the client a time to take the bytes. The deadline is kept by a
// timer, because the desk's clock may be a story's.
func (c *client) write(b []byte) error {
	slow := make(chan struct{})
	t := time.AfterFunc(c.cfg.WriteWait, func() {
		close(slow)
		_ = c.conn.Close()
	})
	_, err := c.conn.Write(b)
	t.Stop()
	select {
	case <-slow:
		return errSlow
	default:
	}
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// listen reads what a client says, and throws away all but what is answered.
func listen(ctx context.Context, r io.Reader, heard chan<- said) error {
	b := bufio.NewReaderSize(r, maxSaid)
	for {
		m, err := next(b)
		if err != nil {
			return err
		}
		if m.kind != typePing && m.kind != typeRequest {
			continue
		}
		select {
		case heard <- m:
		case <-ctx.Done():
			return nil
		}
	}
}

// next reads one message: a frame of protobuf, or an XML event to its end.
func next(b *bufio.Reader) (said, error) {
	first, err := b.Peek(1)
	if err != nil {
		return said{}, err
	}
	if first[0] == magic {
		_, _ = b.Discard(1)
		n, err := binary.ReadUvarint(b)
		if err != nil {
			return said{}, err
		}
		if n > maxSaid {
			return said{}, errTooLong
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(b, body); err != nil {
			return said{}, err
		}
		return readProto(body)
	}
	var event []byte
	for {
		part, err := b.ReadSlice('>')
		if event = append(event, part...); len(event) > maxSaid || errors.Is(err, bufio.ErrBufferFull) {
			return said{}, errTooLong
		}
		if err != nil {
			return said{}, err
		}
		if bytes.HasSuffix(event, []byte("</event>")) {
			return readXML(event)
		}
	}
}

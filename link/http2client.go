package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Dial opens a lane to a peer on a connection of its own, trying the peer's
// addresses in order.
func (t *HTTP2) Dial(ctx context.Context, peer string, lane Lane) (Conn, error) {
	route, ok := t.routes[peer]
	switch {
	case !ok:
		return nil, fmt.Errorf("dial %s: the charter has no such link", peer)
	case len(route.Addresses) == 0:
		return nil, fmt.Errorf("dial %s: %w", peer, ErrNoAddress)
	}
	select {
	case <-t.closed:
		return nil, fmt.Errorf("dial %s: %w", peer, errTransportClosed)
	default:
	}
	var errs []error
	for _, address := range route.Addresses {
		c, err := t.open(ctx, address, peer, lane)
		if err == nil {
			return c, nil
		}
		errs = append(errs, err)
	}
	t.mu.Lock()
	t.attempts[peer]++
	t.mu.Unlock()
	return nil, fmt.Errorf("dial %s: %w", peer, errors.Join(errs...))
}

// open makes one request whose body and response are the two directions. ctx
// bounds the opening only.
func (t *HTTP2) open(ctx context.Context, address, peer string, lane Lane) (Conn, error) {
	carrier := &http.Transport{
		Proxy:               t.config.Proxy,
		TLSClientConfig:     t.tls(peer),
		TLSHandshakeTimeout: helloLimit,
		Protocols:           protocols(),
		HTTP2:               tuning(),
		DisableCompression:  true,
	}
	conn, err := carrier.NewClientConn(ctx, "https", address)
	if err != nil {
		return nil, err
	}
	living, cancel := context.WithCancel(context.WithoutCancel(ctx))
	body, out := io.Pipe()
	r, err := http.NewRequestWithContext(living, http.MethodPost, "https://"+address+pathPrefix+lane.String(), body)
	if err != nil {
		cancel()
		conn.Close()
		return nil, err
	}
	stop := context.AfterFunc(ctx, cancel)
	response, err := conn.RoundTrip(r)
	if !stop() && err == nil {
		response.Body.Close()
		err = ctx.Err()
	}
	if err != nil {
		cancel()
		conn.Close()
		return nil, err
	}
	c := &clientConn{peer: peer, lane: lane, in: response.Body, out: out, cancel: cancel, conn: conn}
	if response.StatusCode != http.StatusOK {
		words, _ := io.ReadAll(io.LimitReader(response.Body, maxReason))
		c.Close()
		return nil, fmt.Errorf("%s: %s: %q", address, response.Status, words)
	}
	return c, nil
}

// A clientConn is the end of a stream at the desk that dialled.
type clientConn struct {
	peer   string
	lane   Lane
	in     io.ReadCloser
	out    *io.PipeWriter
	cancel context.CancelFunc
	conn   *http.ClientConn
}

func (c *clientConn) Peer() string                { return c.peer }
func (c *clientConn) Lane() Lane                  { return c.lane }
func (c *clientConn) Read(b []byte) (int, error)  { return c.in.Read(b) }
func (c *clientConn) Write(b []byte) (int, error) { return c.out.Write(b) }

// Close ends the stream and its connection.
func (c *clientConn) Close() error {
	c.out.CloseWithError(io.ErrClosedPipe)
	c.cancel()
	c.in.Close()
	return c.conn.Close()
}

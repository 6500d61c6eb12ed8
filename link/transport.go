package link

import (
	"context"
	"errors"
	"io"
)

// A Transport opens and accepts the connections of one desk. [HTTP2] is the one
// in service; [Memory] joins desks that run in one process.
type Transport interface {
	// Dial opens a connection to a peer for one lane. It gives up with ctx,
	// which does not bound the connection's later life. [ErrNoAddress] means
	// that this peer can only dial, not be dialled.
	Dial(ctx context.Context, peer string, lane Lane) (Conn, error)

	// Accept waits for the next connection that a peer opened.
	Accept(ctx context.Context) (Conn, error)

	// Close ends Accept and every connection of this desk.
	Close() error
}

// A Conn is one connection: a stream of bytes each way, for one lane, with a
// peer whose key has been checked. One goroutine may read while another
// writes; Close may be called at any time and ends both.
type Conn interface {
	io.ReadWriteCloser

	// Peer gives the desk id whose pinned key the other end has shown.
	Peer() string

	// Lane gives the lane that the dialling desk asked for.
	Lane() Lane
}

// ErrNoAddress says that the charter names no address at which a peer listens;
// the link stands when that peer dials.
var ErrNoAddress = errors.New("the charter names no address of this desk")

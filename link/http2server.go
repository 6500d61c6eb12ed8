package link

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

func (t *HTTP2) newServer() *http.Server {
	return &http.Server{
		Handler:           http.HandlerFunc(t.handle),
		TLSConfig:         t.tls(""),
		Protocols:         protocols(),
		HTTP2:             tuning(),
		ReadHeaderTimeout: helloLimit, // and for the TLS handshake
		IdleTimeout:       frameLimit,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(t.config.Log.Handler(), slog.LevelDebug),
	}
}

// handle turns a request into a [Conn] and stays until that is closed.
func (t *HTTP2) handle(w http.ResponseWriter, r *http.Request) {
	word, _ := strings.CutPrefix(r.URL.Path, pathPrefix)
	lane, ok := parseLane(word)
	if !ok || r.URL.Path != pathPrefix+word {
		http.Error(w, "there is no such lane", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost || r.ProtoMajor != 2 {
		http.Error(w, "a lane is opened by POST over HTTP/2", http.StatusMethodNotAllowed)
		return
	}
	peer, err := t.identify(*r.TLS, "")
	if err != nil {
		http.Error(w, "not linked", http.StatusForbidden)
		return
	}
	if !t.begin(peer) {
		http.Error(w, "too many connections", http.StatusServiceUnavailable)
		return
	}
	defer t.finish(peer)
	c := &serverConn{peer: peer, lane: lane, r: r, w: w, control: http.NewResponseController(w), closed: make(chan struct{})}
	defer c.Close()
	w.WriteHeader(http.StatusOK)
	if err := c.control.Flush(); err != nil {
		return
	}
	select {
	case t.incoming <- c:
	case <-t.closed:
		return
	case <-r.Context().Done():
		return
	}
	select {
	case <-c.closed:
	case <-t.closed:
	}
}

// begin counts a stream of a peer, and refuses it when there are too many or
// the transport is closed.
func (t *HTTP2) begin(peer string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || t.handlers[peer] >= maxConns {
		return false
	}
	t.handlers[peer]++
	t.serving.Add(1)
	return true
}

func (t *HTTP2) finish(peer string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.handlers[peer]--
	t.serving.Done()
}

// A serverConn is the end of a stream at the desk that was dialled. Reading
// and writing must be over before its handler returns, so Close interrupts
// both and waits for them.
type serverConn struct {
	peer    string
	lane    Lane
	r       *http.Request
	w       http.ResponseWriter
	control *http.ResponseController

	once             sync.Once
	closed           chan struct{}
	reading, writing sync.Mutex // held during each
}

func (c *serverConn) Peer() string { return c.peer }
func (c *serverConn) Lane() Lane   { return c.lane }

func (c *serverConn) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

func (c *serverConn) Read(b []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.isClosed() {
		return 0, http.ErrServerClosed
	}
	return c.r.Body.Read(b)
}

func (c *serverConn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.isClosed() {
		return 0, http.ErrServerClosed
	}
	n, err := c.w.Write(b)
	if err == nil {
		err = c.control.Flush()
	}
	return n, err
}

// Close ends the stream: in order if nothing is being written, else by a reset.
func (c *serverConn) Close() error {
	c.once.Do(func() {
		past := time.Unix(1, 0)
		close(c.closed)
		if c.writing.TryLock() {
			c.writing.Unlock()
		} else {
			c.control.SetWriteDeadline(past)
		}
		c.control.SetReadDeadline(past)
		c.writing.Lock() // whatever comes later sees that c is closed
		defer c.writing.Unlock()
		c.reading.Lock()
		defer c.reading.Unlock()
	})
	return nil
}

package link

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"parley/cell"
)

const (
	pathPrefix    = "/link/v1/"
	receiveWindow = 4<<20 - 1 // bytes; the most that net/http allows, for satellite delay
	maxStreams    = 8         // on one connection; each carries one lane
	maxHeader     = 8 << 10   // bytes of a request's header
)

// A Route is a peer as the transport knows it: its key and where it listens.
type Route struct {
	Desk      string
	Pin       string   // [Pin] of its TLS key
	Addresses []string // host:port, tried in order; none when it only dials
}

// Routes gives the routes from a desk to every peer that the charter links it
// with. Whoever is not among them is refused before any HTTP is spoken.
func Routes(c *cell.Charter, desk string) []Route {
	var routes []Route
	for _, m := range c.Members {
		if c.Linked(desk, m.Desk) {
			routes = append(routes, Route{Desk: m.Desk, Pin: m.Keys.TLS, Addresses: m.Addresses})
		}
	}
	return routes
}

// HTTP2Config says how a desk is reached and how it reaches the others.
type HTTP2Config struct {
	Certificate tls.Certificate // see [Certificate]

	// Older are the certificates of keys that this desk used before, the newest
	// first: shown to a peer that does not know the present one yet.
	Older []tls.Certificate

	// Shows gives the pins of those of this desk's keys that a peer may know, the
	// present one first: it is shown them in turn until it takes one. Nil: all.
	Shows func(peer string) []string

	// Pins gives the keys that are accepted from a peer at this moment, the newest
	// first; nil: its route's pin alone.
	Pins func(desk string) []string

	Routes   []Route
	Listener net.Listener                          // nil: this desk only dials
	Proxy    func(*http.Request) (*url.URL, error) // nil: none
	Log      *slog.Logger                          // nil: nothing is logged
}

// HTTP2 is the transport in service: one full-duplex HTTP/2 stream for each
// lane, each on a connection of its own, over TLS 1.3 in which both ends show
// a key that the charter pins (design 6). Names, dates, public authorities and
// DNS mean nothing to it; tickets and early data are off.
type HTTP2 struct {
	config   HTTP2Config
	routes   map[string]Route
	server   *http.Server
	incoming chan Conn

	closed   chan struct{}
	once     sync.Once
	serving  sync.WaitGroup
	mu       sync.Mutex
	handlers map[string]int // streams that each peer has open here
	ended    bool
	attempts map[string]int // to dial each peer that failed in a row: they show the keys in turn
}

// NewHTTP2 checks the configuration and starts to serve the listener, if there
// is one. Close ends it and closes the listener.
func NewHTTP2(c HTTP2Config) (*HTTP2, error) {
	if len(c.Certificate.Certificate) == 0 {
		return nil, errors.New("make link transport: no certificate")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	t := &HTTP2{
		config: c, routes: make(map[string]Route),
		incoming: make(chan Conn), closed: make(chan struct{}), handlers: make(map[string]int), attempts: make(map[string]int),
	}
	byPin := make(map[string]string)
	for _, r := range c.Routes {
		if other, dup := byPin[r.Pin]; dup || r.Pin == "" {
			return nil, fmt.Errorf("make link transport: %s has no key of its own (%q)", r.Desk, other)
		}
		byPin[r.Pin], t.routes[r.Desk] = r.Desk, r
	}
	if c.Listener != nil {
		t.server = t.newServer()
		t.serving.Go(func() {
			err := t.server.ServeTLS(c.Listener, "", "")
			if !errors.Is(err, http.ErrServerClosed) {
				c.Log.Error("link listener ended", "error", err)
			}
		})
	}
	return t, nil
}

// Accept waits for a stream that a peer opened.
func (t *HTTP2) Accept(ctx context.Context) (Conn, error) {
	select {
	case c := <-t.incoming:
		return c, nil
	case <-t.closed:
		return nil, fmt.Errorf("accept: %w", errTransportClosed)
	case <-ctx.Done():
		return nil, fmt.Errorf("accept: %w", ctx.Err())
	}
}

// Close ends the listener and every connection that was accepted, and waits
// for them. Connections that were dialled end when they are closed.
func (t *HTTP2) Close() error {
	t.mu.Lock()
	t.ended = true
	t.mu.Unlock()
	t.once.Do(func() { close(t.closed) })
	var err error
	if t.server != nil {
		err = t.server.Close()
	}
	t.serving.Wait()
	return err
}

// tls gives the configuration for either side. peer names the desk whose key
// must be shown, or any that is routed when it is empty.
//
// While a charter that changes keys is adopted by some and not yet by others,
// the dialling desk names the newest key that it knows of the other end as the
// server name (RFC 6066, section 3: a name, and no secret), and is shown that
// one; and it shows its own keys in turn until one is known there.
func (t *HTTP2) tls(peer string) *tls.Config {
	c := t.tlsBase(peer)
	if peer != "" {
		if pins := t.pins(peer); len(pins) > 0 {
			c.ServerName = pinName(pins[0])
		}
		if own := t.shown(peer); len(own) > 1 {
			t.mu.Lock()
			c.Certificates = []tls.Certificate{own[t.attempts[peer]%len(own)]}
			t.mu.Unlock()
		}
		return c
	}
	if len(t.config.Older) > 0 {
		c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			for _, own := range t.config.Older {
				if signer, ok := own.PrivateKey.(crypto.Signer); ok {
					if pin, err := Pin(signer.Public()); err == nil && hello.ServerName == pinName(pin) {
						return &own, nil
					}
				}
			}
			return &t.config.Certificate, nil
		}
	}
	return c
}

// shown gives the certificates that a peer may know, the present one first.
func (t *HTTP2) shown(peer string) []tls.Certificate {
	own := append([]tls.Certificate{t.config.Certificate}, t.config.Older...)
	if t.config.Shows == nil {
		return own
	}
	pins := t.config.Shows(peer)
	out := own[:1]
	for _, c := range own[1:] {
		if signer, ok := c.PrivateKey.(crypto.Signer); ok {
			if pin, err := Pin(signer.Public()); err == nil && slices.Contains(pins, pin) {
				out = append(out, c)
			}
		}
	}
	return out
}

// pinName names a key in the form of a server name.
func pinName(pin string) string {
	sum := sha256.Sum256([]byte(pin))
	return hex.EncodeToString(sum[:8]) + ".parley.invalid"
}

// pins gives the keys that are accepted from a peer, the newest first.
func (t *HTTP2) pins(desk string) []string {
	if t.config.Pins != nil {
		return t.config.Pins(desk)
	}
	return []string{t.routes[desk].Pin}
}

func (t *HTTP2) tlsBase(peer string) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{t.config.Certificate},
		ClientAuth:             tls.RequireAnyClientCert,
		InsecureSkipVerify:     true, // the pin below takes the place of names, dates and authorities
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			_, err := t.identify(state, peer)
			return err
		},
	}
}

// identify gives the desk whose pinned key the other end has shown.
func (t *HTTP2) identify(state tls.ConnectionState, want string) (string, error) {
	if len(state.PeerCertificates) == 0 {
		return "", errors.New("identify peer: it showed no key")
	}
	pin, err := Pin(state.PeerCertificates[0].PublicKey)
	if err != nil {
		return "", fmt.Errorf("identify peer: %w", err)
	}
	desk, ok := "", false
	for name := range t.routes {
		if slices.Contains(t.pins(name), pin) {
			desk, ok = name, true
		}
	}
	switch {
	case !ok:
		return "", fmt.Errorf("identify peer: the charter links no desk with key %s, and no later charter or key note that is known here does: whoever works under one hands over that file (parley charter learn)", pin)
	case want != "" && desk != want:
		return "", fmt.Errorf("identify peer: it is %s, not %s", desk, want)
	}
	return desk, nil
}

func protocols() *http.Protocols {
	var p http.Protocols
	p.SetHTTP2(true)
	return &p
}

func tuning() *http.HTTP2Config {
	return &http.HTTP2Config{
		MaxConcurrentStreams:          maxStreams,
		MaxReceiveBufferPerConnection: receiveWindow,
		MaxReceiveBufferPerStream:     receiveWindow,
		SendPingTimeout:               15 * time.Second,
		PingTimeout:                   15 * time.Second,
		WriteByteTimeout:              30 * time.Second,
	}
}

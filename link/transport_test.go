package link

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// testTransport is what every transport must do. pair makes the transports of
// two desks, alpha and bravo, that are linked with each other and no other.
func testTransport(t *testing.T, pair func(t *testing.T) (alpha, bravo Transport)) {
	open := func(t *testing.T, from, to Transport, peer string, lane Lane) (dialled, accepted Conn) {
		t.Helper()
		var err error
		if dialled, err = from.Dial(t.Context(), peer, lane); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { dialled.Close() })
		if accepted, err = to.Accept(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { accepted.Close() })
		return dialled, accepted
	}

	t.Run("each end knows the peer and the lane", func(t *testing.T) {
		alpha, bravo := pair(t)
		var accepting sync.WaitGroup
		defer accepting.Wait()
		for _, lane := range []Lane{LaneFast, LaneBulk} {
			accepted := make(chan Conn, 1)
			accepting.Go(func() {
				c, err := alpha.Accept(t.Context())
				if err != nil {
					t.Error(err)
				}
				accepted <- c
			})
			d, err := bravo.Dial(t.Context(), "alpha", lane)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			a := <-accepted
			if a == nil {
				return
			}
			defer a.Close()
			if d.Peer() != "alpha" || a.Peer() != "bravo" || d.Lane() != lane || a.Lane() != lane {
				t.Errorf("dialled %s %v, accepted %s %v", d.Peer(), d.Lane(), a.Peer(), a.Lane())
			}
		}
	})

	t.Run("both directions carry at once what no buffer holds", func(t *testing.T) {
		alpha, bravo := pair(t)
		d, a := open(t, alpha, bravo, "bravo", LaneBulk)
		want := make([]byte, 6<<20)
		rand.Read(want)
		var all sync.WaitGroup
		for _, c := range []Conn{d, a} {
			all.Go(func() {
				for rest := want; len(rest) > 0; {
					n := min(len(rest), 200_000)
					if _, err := c.Write(rest[:n]); err != nil {
						t.Error(err)
						return
					}
					rest = rest[n:]
				}
			})
			all.Go(func() {
				got := make([]byte, len(want))
				if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, want) {
					t.Errorf("what came is not what was sent: %v", err)
				}
			})
		}
		all.Wait()
	})

	t.Run("a little arrives without more behind it", func(t *testing.T) {
		alpha, bravo := pair(t)
		d, a := open(t, alpha, bravo, "bravo", LaneFast)
		for _, c := range [][2]Conn{{d, a}, {a, d}, {d, a}} {
			if _, err := c[0].Write([]byte("?")); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(c[1], make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
		}
	})

	t.Run("what was written before a close by the dialled end can be read", func(t *testing.T) {
		alpha, bravo := pair(t)
		d, a := open(t, alpha, bravo, "bravo", LaneFast)
		if _, err := a.Write([]byte("bye")); err != nil {
			t.Fatal(err)
		}
		a.Close()
		if got, err := io.ReadAll(d); string(got) != "bye" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})

	t.Run("a close frees whoever reads or writes, at both ends", func(t *testing.T) {
		for _, closer := range []int{0, 1} {
			alpha, bravo := pair(t)
			d, a := open(t, alpha, bravo, "bravo", LaneBulk)
			ends := []Conn{d, a}
			var waiting sync.WaitGroup
			for _, c := range ends {
				waiting.Go(func() {
					for {
						if _, err := c.Write(make([]byte, 1<<20)); err != nil {
							return
						}
					}
				})
			}
			one := make([]byte, 1)
			for _, c := range ends {
				if _, err := io.ReadFull(c, one); err != nil {
					t.Fatal(err)
				}
			}
			ends[closer].Close()
			if _, err := ends[closer].Read(one); err == nil {
				t.Error("a closed end can be read")
			}
			if _, err := io.Copy(io.Discard, ends[1-closer]); errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			ends[1-closer].Close()
			waiting.Wait()
		}
	})

	t.Run("waiting ends with the context and with the transport", func(t *testing.T) {
		alpha, bravo := pair(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := alpha.Accept(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("accept: %v", err)
		}
		if _, err := alpha.Dial(ctx, "bravo", LaneFast); err == nil {
			t.Error("dialled with a context that had ended")
		}
		bravo.Close()
		if _, err := bravo.Accept(t.Context()); err == nil {
			t.Error("accepted on a closed transport")
		}
		if _, err := alpha.Dial(t.Context(), "bravo", LaneFast); err == nil {
			t.Error("dialled a desk that is closed")
		}
		if _, err := alpha.Dial(t.Context(), "nobody", LaneFast); err == nil {
			t.Error("dialled a desk that does not exist")
		}
	})
}

func TestMemory(t *testing.T) {
	testTransport(t, func(t *testing.T) (Transport, Transport) {
		n := Network()
		alpha, bravo := n.Transport("alpha"), n.Transport("bravo")
		t.Cleanup(func() { alpha.Close(); bravo.Close() })
		return alpha, bravo
	})
}

func TestHTTP2(t *testing.T) {
	testTransport(t, func(t *testing.T) (Transport, Transport) {
		p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		a, b := newSeat(t, "alpha", ed25519Key(t)), newSeat(t, "bravo", p256)
		return a.open(t, b.route()), b.open(t, a.route())
	})
}

// A seat is a desk's key and listener, before its transport is made.
type seat struct {
	desk string
	cert tls.Certificate
	pin  string
	at   net.Listener
}

func newSeat(t testing.TB, desk string, key crypto.Signer) seat {
	t.Helper()
	cert, err := Certificate(key)
	if err != nil {
		t.Fatal(err)
	}
	pin, err := Pin(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return seat{desk: desk, cert: cert, pin: pin, at: at}
}

func (s seat) route() Route {
	return Route{Desk: s.desk, Pin: s.pin, Addresses: []string{s.at.Addr().String()}}
}

func (s seat) open(t testing.TB, routes ...Route) *HTTP2 {
	t.Helper()
	h, err := NewHTTP2(HTTP2Config{Certificate: s.cert, Routes: routes, Listener: s.at})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

func ed25519Key(t testing.TB) crypto.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// HOT-01 T, design 6: only the keys that the charter pins are let in, in
// either direction, and the refusal comes from TLS.
func TestPins(t *testing.T) {
	alpha, bravo, stranger := newSeat(t, "alpha", ed25519Key(t)), newSeat(t, "bravo", ed25519Key(t)), newSeat(t, "bravo", ed25519Key(t))
	a := alpha.open(t, bravo.route())
	bravo.open(t, alpha.route())
	s := stranger.open(t, alpha.route())

	// TLS 1.3 tells the dialler afterwards, if the connection lives so long,
	// so that only the refusal itself is certain.
	if c, err := s.Dial(t.Context(), "alpha", LaneFast); err == nil {
		t.Errorf("a desk with another key was let in: %v", c)
	}
	wrong := bravo.route()
	wrong.Addresses = []string{stranger.at.Addr().String()}
	misled := newSeat(t, "alpha", ed25519Key(t)).open(t, wrong)
	if c, err := misled.Dial(t.Context(), "bravo", LaneFast); err == nil || !strings.Contains(err.Error(), "links no desk with key "+stranger.pin) {
		t.Errorf("another key than the pinned one was taken for bravo: %v, %v", c, err)
	}
	if c, err := a.Dial(t.Context(), "bravo", LaneFast); err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
}

// Design 6: a second address is tried when the first does not answer, and a
// peer without any is one that dials.
func TestDialAddresses(t *testing.T) {
	alpha, bravo := newSeat(t, "alpha", ed25519Key(t)), newSeat(t, "bravo", ed25519Key(t))
	bravo.open(t, alpha.route())
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	r := bravo.route()
	r.Addresses = append([]string{gone.Addr().String()}, r.Addresses...)
	c, err := alpha.open(t, r, Route{Desk: "charlie", Pin: "x"}).Dial(t.Context(), "bravo", LaneBulk)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	only := newSeat(t, "alpha", ed25519Key(t)).open(t, Route{Desk: "charlie", Pin: "x"})
	if _, err := only.Dial(t.Context(), "charlie", LaneBulk); !errors.Is(err, ErrNoAddress) {
		t.Errorf("got %v", err)
	}
}

// Design 6: nothing but the two lanes is served, and nothing but HTTP/2.
func TestHTTP2Requests(t *testing.T) {
	alpha, bravo := newSeat(t, "alpha", ed25519Key(t)), newSeat(t, "bravo", ed25519Key(t))
	bravo.open(t, alpha.route())
	a := alpha.open(t, bravo.route())
	for _, test := range []struct {
		method, path string
		status       int
	}{
		{"POST", "/link/v1/slow", 404},
		{"POST", "/", 404},
		{"POST", "/link/v1/fast/", 404},
		{"GET", "/link/v1/fast", 405},
	} {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: a.tls("bravo"), Protocols: protocols()}}
		r, _ := http.NewRequestWithContext(t.Context(), test.method, "https://"+bravo.at.Addr().String()+test.path, nil)
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		client.CloseIdleConnections()
		if response.StatusCode != test.status {
			t.Errorf("%s %s: %s", test.method, test.path, response.Status)
		}
	}
	old, err := tls.Dial("tcp", bravo.at.Addr().String(), func() *tls.Config {
		c := a.tls("bravo")
		c.NextProtos = []string{"http/1.1"}
		return c
	}())
	if err == nil {
		fmt.Fprint(old, "POST /link/v1/fast HTTP/1.1\r\nHost: x\r\n\r\n")
		if answer, _ := io.ReadAll(old); bytes.Contains(answer, []byte("200")) {
			t.Errorf("HTTP/1.1 was served: %q", answer)
		}
		old.Close()
	}
}

// F15: a peer cannot hold more streams than a few.
func TestHTTP2Limit(t *testing.T) {
	alpha, bravo := newSeat(t, "alpha", ed25519Key(t)), newSeat(t, "bravo", ed25519Key(t))
	bravo.open(t, alpha.route())
	a := alpha.open(t, bravo.route())
	for range maxConns {
		c, err := a.Dial(t.Context(), "bravo", LaneFast)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	if c, err := a.Dial(t.Context(), "bravo", LaneFast); err == nil || !strings.Contains(err.Error(), "too many connections") {
		t.Errorf("got %v, %v", c, err)
	}
}

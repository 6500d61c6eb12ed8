package link

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/cell"
)

// HOT-01 T, design 6: two desks over the transport in service, both of which
// dial, find each other, exchange, lose a connection in the middle, and end
// without a goroutine left.
func TestLinkOverHTTP2(t *testing.T) {
	seats := []seat{newSeat(t, "alpha", ed25519Key(t)), newSeat(t, "bravo", ed25519Key(t))}
	charter := &cell.Charter{Cell: "test", Hash: "aa", Links: [][]string{{"alpha", "bravo"}}}
	for _, s := range seats {
		charter.Members = append(charter.Members, cell.Member{
			Desk: s.desk, Addresses: []string{s.at.Addr().String()}, Keys: cell.Keys{TLS: s.pin},
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	desks, managers := map[string]*memDesk{}, map[string]*Manager{}
	for i, s := range seats {
		transport := s.open(t, Routes(charter, s.desk)...)
		desks[s.desk] = newDesk(s.desk)
		m, err := New(Config{Desk: desks[s.desk], Charter: charter, Transport: transport, Now: time.Now, Seed: int64(i)})
		if err != nil {
			t.Fatal(err)
		}
		managers[s.desk] = m
		running.Go(func() {
			if err := m.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	both := []string{"alpha", "bravo"}
	for round := range 5 {
		for _, author := range both {
			desks[author].file(round%2 == 0, both, lines(fmt.Sprint(author, round), 300)...)
		}
		desks["alpha"].until(t, func() bool { return slices.Equal(desks["alpha"].texts("bravo"), desks["bravo"].texts("bravo")) })
		desks["bravo"].until(t, func() bool { return slices.Equal(desks["bravo"].texts("alpha"), desks["alpha"].texts("alpha")) })
		managers["alpha"].Cut("bravo")
		managers["alpha"].Restore("bravo")
	}
}

// until waits for changes at the desk until what it shows is true.
func (d *memDesk) until(t *testing.T, shows func() bool) {
	t.Helper()
	for {
		changed := d.Changed()
		if shows() {
			return
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatal("the test ended first")
		}
	}
}

// F15: whoever has no key of the charter gets no further than the handshake.
func TestStrangersStayOutside(t *testing.T) {
	alpha := newSeat(t, "alpha", ed25519Key(t))
	alpha.open(t, Route{Desk: "bravo", Pin: "x"})
	for name, config := range map[string]*tls.Config{
		"no certificate": {},
		"TLS 1.2":        {MaxVersion: tls.VersionTLS12},
	} {
		config.InsecureSkipVerify = true
		config.NextProtos = []string{"h2"}
		raw, err := net.Dial("tcp", alpha.at.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c := tls.Client(raw, config)
		err = c.HandshakeContext(t.Context())
		if err == nil { // TLS 1.3 lets the client finish first
			_, err = c.Read(make([]byte, 1))
		}
		if err == nil {
			t.Errorf("%s: let in", name)
		}
		raw.Close()
	}
}

package api

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"parley/node"
)

// stuck is a client that takes nothing: a write waits until its deadline.
type stuck struct {
	deadline chan struct{}
}

func (s *stuck) Header() http.Header { return http.Header{} }
func (s *stuck) WriteHeader(int)     {}
func (s *stuck) Flush()              {}

func (s *stuck) Write([]byte) (int, error) {
	<-s.deadline
	return 0, errors.New("deadline exceeded")
}

func (s *stuck) SetWriteDeadline(at time.Time) error {
	if !at.IsZero() {
		close(s.deadline)
	}
	return nil
}

// A client that takes nothing is cut off, and nothing is kept for it.
func TestSlowClientIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newStream(&stuck{make(chan struct{})})
		out.event("tick", 0, clockEvent{})
		if out.err == nil {
			t.Fatal("written to a client that takes nothing")
		}
		out.event("tick", 0, clockEvent{}) // returns at once
	})
}

// A sign-in lasts a long watch, and no longer.
func TestSessionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sessions{now: time.Now, live: map[[sha256.Size]byte]*session{}}
		value := s.begin("watch-1", "192.0.2.7", byLink)
		if other := s.begin("watch-1", "192.0.2.7", byLink); other == value || len(value) < 43 {
			t.Errorf("sessions %q and %q", value, other)
		}
		<-time.After(sessionLife - time.Second)
		if now, _, ok := s.find(value); !ok || now.officer != "watch-1" || now.locked {
			t.Errorf("ended early, or stands as %+v", now)
		}
		<-time.After(2 * time.Second)
		synctest.Wait()
		if _, _, ok := s.find(value); ok || len(s.live) != 0 {
			t.Error("does not end")
		}
	})
}

// SEC-08 T: a session locks after five minutes without a touch, once, and a
// touch puts it off. An exercise's link has none.
func TestSessionLocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sessions{now: time.Now, live: map[[sha256.Size]byte]*session{}}
		value, link := s.begin("watch-1", "192.0.2.7", byKey), s.begin("watch-1", "192.0.2.7", byLink)
		for range 3 {
			time.Sleep(lockAfter - time.Second)
			if now, _, _ := s.find(value); now.locked {
				t.Fatal("locked while its officer is at work")
			}
			s.touch(value)
		}
		time.Sleep(lockAfter)
		if now, just, _ := s.find(value); !now.locked || !just {
			t.Errorf("not locked: %+v", now)
		}
		s.touch(value) // a request under way does not open it
		if now, just, _ := s.find(value); !now.locked || just {
			t.Errorf("opened by a touch, or told twice: %+v", now)
		}
		if now, _, _ := s.find(link); now.locked {
			t.Error("an exercise's session is locked")
		}
	})
}

// Sessions are bound to the address as people mean it: a machine's own, a
// network of IPv6, an address of IPv4.
func TestAddress(t *testing.T) {
	for from, want := range map[string]string{
		"127.0.0.1:9": "this machine", "[::1]:9": "this machine", "[::ffff:127.0.0.1]:9": "this machine", "@": "this machine", "": "this machine",
		"192.0.2.7:9": "192.0.2.7", "[::ffff:192.0.2.7]:9": "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:9": "2001:db8:1:2::/64", "[fe80::1%eth0]:9": "fe80::/64",
	} {
		if got := address(&http.Request{RemoteAddr: from}); got != want {
			t.Errorf("%q is %q, want %q", from, got, want)
		}
	}
}

// Places in a request are those of what the client sent.
func TestLocation(t *testing.T) {
	for _, c := range []struct{ pointer, given, want string }{
		{"", "", "body"},
		{"/kind", "", "body.kind"},
		{"/by", "", "body.role"},
		{"/body", `{}`, "body"},
		{"/body/place/lat", `{"place":{}}`, "body.place.lat"},
		{"/body/place/0/lat", `{"place":{}}`, "body.place.lat"},
		{"/body/place/0/lat", `{"place":[{}]}`, "body.place.0.lat"},
		{"/body/place/0", `{}`, "body.place.0"},
		{"/body/a~1b/0", `{"a/b":1}`, "body.a/b"},
		{"/bodyguard", `{}`, "body.bodyguard"},
		{"/cites/0", `{"cites":1}`, "body.cites.0"},
	} {
		if got := location(c.pointer, []byte(c.given)); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.pointer, c.given, got, c.want)
		}
	}
}

// Only a program on the desk's own machine reads the figures unasked.
func TestBeside(t *testing.T) {
	for _, c := range []struct {
		from, host, forwarded string
		want                  bool
	}{
		{"127.0.0.1:9", "127.0.0.1:7101", "", true},
		{"[::1]:9", "alpha.localhost:7101", "", true},
		{"127.0.0.1:9", "localhost", "", true},
		{"127.0.0.1:9", "rebound.example:7101", "", false},
		{"127.0.0.1:9", "127.0.0.1:7101", "192.0.2.7", false},
		{"192.0.2.7:9", "127.0.0.1:7101", "", false},
	} {
		r := &http.Request{RemoteAddr: c.from, Host: c.host, Header: http.Header{}}
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := beside(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// FuzzReadAct: whatever a client sends is read or refused, and what is read
// has a kind and an object for a body.
func FuzzReadAct(f *testing.F) {
	f.Add([]byte(`{"kind":"CEASE","to":["bravo"],"about":"alpha:1","cites":["alpha#1"],"precedence":"Z","body":{"what":"fire"}}`))
	f.Add([]byte(`{"kind":"CEASE","kind":1}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, a, err := node.ReadAct(raw)
		if err == nil && (g.Kind == "" || a.Kind != g.Kind || a.Body.Kind() != '{' || len(a.Cites) != len(g.Cites)) {
			t.Errorf("read %q as %+v", raw, a)
		}
	})
}

package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"parley/api"
	"parley/cell"
	"parley/geo/notation"
	"parley/node/nodetest"
	"parley/officer"
)

// The tokens of the two officers.
const (
	token  = "a-token-of-the-exercise"
	token2 = "another-of-the-exercise"
)

// served is a desk of a cell with its interface.
type served struct {
	*nodetest.Desk
	http.Handler
	cell *nodetest.Cell
}

// serve starts the desks of a cell and serves the first. change may alter the
// interface's configuration; nil leaves it.
func serve(t *testing.T, change func(*api.Config), desks ...string) *served {
	t.Helper()
	c := nodetest.NewCell(t, nil)
	for _, d := range desks {
		c.Start(d, "", nil)
	}
	return serveDesk(t, c, desks[0], change)
}

func serveDesk(t *testing.T, c *nodetest.Cell, desk string, change func(*api.Config)) *served {
	t.Helper()
	d := c.Desks[desk]
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	cfg := api.Config{Node: d.Node, Modules: c.Modules, Links: d.Links.Status, Book: bookOf(t, d, c), Log: log, Version: "test", Locate: notation.JSON}
	if change != nil {
		change(&cfg)
	}
	h, err := api.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &served{d, h, c}
}

// console is where a desk of the tests is reached.
var console = virtualwebauthn.RelyingParty{ID: "alpha.localhost", Name: "Parley, desk alpha", Origin: "https://alpha.localhost"}

// bookOf opens the officers' book of a desk with two officers, each with every
// role and a token, as an exercise has them.
func bookOf(t *testing.T, d *nodetest.Desk, c *nodetest.Cell) *officer.Book {
	t.Helper()
	b, err := officer.Open(t.Context(), d.DB, officer.Config{Cell: c.Charter.Cell, Desk: d.Node.Desk(), Exercise: true, Root: "root", Now: c.Clock.Now, Rand: rand.Reader,
		RPID: console.ID, Origins: []string{console.Origin},
		Alarm: func(ctx context.Context, e officer.Event) error {
			return d.AlarmAtHome(ctx, e.Kind, e.Officer, e.Where, e.Kind == officer.Broke)
		}})
	if err != nil {
		t.Fatal(err)
	}
	for code, secret := range map[string]string{"watch-1": token, "watch-2": token2} {
		err := b.Add(t.Context(), officer.Officer{Code: code, Roles: cell.Roles(), All: true, Exercise: true}, "test")
		if err != nil && !errors.Is(err, cell.ErrConflict) {
			t.Fatal(err)
		}
		if err := b.Adopt(t.Context(), code, secret); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends one request with the first officer's token. Header pairs follow the body.
func (s *served) ask(t *testing.T, method, path, body string, header ...string) answer {
	t.Helper()
	return s.askAs(t, "Bearer "+token, method, path, body, header...)
}

func (s *served) askAs(t *testing.T, authorization, method, path, body string, header ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	a := answer{w.Code, w.Header(), w.Body.Bytes()}
	if a.status >= 400 {
		a.mustBeProblem(t, method+" "+path)
	}
	return a
}

// mustBeProblem checks that every refusal is one of RFC 9457.
func (a answer) mustBeProblem(t *testing.T, what string) {
	t.Helper()
	var p struct {
		Title  string
		Status int
	}
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("%s: %d as %q: %s", what, a.status, ct, a.body)
	}
	if err := json.Unmarshal(a.body, &p); err != nil || p.Status != a.status || p.Title == "" {
		t.Errorf("%s: no problem: %v: %s", what, err, a.body)
	}
}

// want checks the status and reads the JSON into out, when it is not nil.
func (a answer) want(t *testing.T, status int, out any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if out == nil {
		return
	}
	if err := json.NewDecoder(bytes.NewReader(a.body)).Decode(out); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
}

// problem is a refusal as a client reads it.
type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct {
		Location, Message string
		Value             any
	}
}

// filed is what filing gives.
type filed struct {
	Key, Ref, ID, Commitment string
	Serial, At               int64
	Again                    bool
}

// marqel is a place of the theatre, as a client writes it.
func (s *served) place() string {
	p := s.cell.Charter.Places[0]
	return `{"id":"` + p.ID + `","lat":"` + p.Lat + `","lon":"` + p.Lon + `","text":"","notation":"name","precision_m":100}`
}

func (s *served) cease() string {
	return `{"kind":"CEASE","body":{"what":"fire","place":` + s.place() + `}}`
}

// demo is a demonstration that notes what it was asked.
type demo struct {
	mu   sync.Mutex
	did  []string
	fail error
}

func (d *demo) State() any { return map[string]any{"scenario": "cell", "started": true} }

func (d *demo) Do(_ context.Context, action string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.did = append(d.did, action)
	return d.fail
}

// until waits for something to become true at a desk, looking again whenever
// the desk says that something changed.
func until(t *testing.T, d *nodetest.Desk, holds func() bool) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		changed := d.Changed()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("%s waited in vain", d.Node.Desk())
		}
	}
}

func withWeb(h http.Handler) func(*api.Config) { return func(c *api.Config) { c.Web = h } }

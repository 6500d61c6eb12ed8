// Package nodetest sets up desks for tests: the exercise cell with its keys and
// its signed charter, each desk on a database of its own, joined by the link's
// in-memory twin.
package nodetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/cell"
	"parley/charter"
	"parley/i18n"
	"parley/journal"
	"parley/link"
	"parley/node"
	"parley/store"
)

// Clock is a clock that a test moves.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock starts at an evening of the exercise.
func NewClock() *Clock { return &Clock{at: time.Date(2026, 1, 6, 18, 0, 0, 0, time.UTC)} }

// Now gives the time.
func (c *Clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

// Add moves the clock.
func (c *Clock) Add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

// Cell is an exercise cell of three desks.
type Cell struct {
	Charter *cell.Charter
	Note    []byte
	Keys    map[string]*charter.Keys
	Net     *link.Memory
	Clock   *Clock
	Desks   map[string]*Desk
	Modules cell.Modules
	Alone   bool // desks that are started do not look for each other: a test plays the link
	t       testing.TB
}

// Desk is one desk of the cell.
type Desk struct {
	*node.Node
	DB    *store.DB
	Links *link.Manager
	Dir   string
	stop  func()
}

// Root finds the module's root directory from this file's own place.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// NewCell makes keys and a charter for the theatre of the exercise. change may
// alter the theatre's text before it is signed; nil leaves it.
func NewCell(t testing.TB, change func(string) string) *Cell {
	t.Helper()
	theatre, err := os.ReadFile(filepath.Join(Root(), "scenarios", "theatre.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		theatre = []byte(change(string(theatre)))
	}
	_, rest, _ := strings.Cut(string(theatre), "\ncell: ")
	name, _, _ := strings.Cut(rest, "\n")
	c := &Cell{Keys: map[string]*charter.Keys{}, Net: link.Network(), Clock: NewClock(), Desks: map[string]*Desk{}, Modules: node.Modules(), t: t}
	var public []charter.PublicDesk
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		k, err := charter.NewKeys(rand.Reader, name, d)
		if err != nil {
			t.Fatal(err)
		}
		c.Keys[d] = k
		public = append(public, k.Public())
	}
	text, err := charter.Draft(theatre, public, c.Modules.Templates()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range c.Keys {
		s, err := k.Signer(charter.Root)
		if err != nil {
			t.Fatal(err)
		}
		if text, err = charter.Sign(text, s); err != nil {
			t.Fatal(err)
		}
	}
	if c.Charter, err = charter.Open(text); err != nil {
		t.Fatal(err)
	}
	c.Note = text
	return c
}

// Seeded is a source of bytes that a seed decides, for salts and ids in tests.
func Seeded(seed string) io.Reader { return bytesOf{mathrand.NewChaCha8(sha256.Sum256([]byte(seed)))} }

type bytesOf struct{ *mathrand.ChaCha8 }

// Start opens a desk on an SQLite database in a temporary directory, or on dsn
// when it is not empty, and joins it to the network. change may alter its
// configuration; nil leaves it.
func (c *Cell) Start(name, dsn string, change func(*node.Config)) *Desk {
	c.t.Helper()
	d := &Desk{Dir: c.t.TempDir()}
	if old := c.Desks[name]; old != nil {
		d.Dir = old.Dir
	}
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(d.Dir, "parley.db")
	}
	ctx := context.Background()
	var err error
	if d.DB, err = store.Open(ctx, dsn); err != nil {
		c.t.Fatal(err)
	}
	head, err := journal.OpenHeadFile(filepath.Join(d.Dir, "head.latest"))
	if err != nil {
		c.t.Fatal(err)
	}
	witness, err := c.Keys[name].Signer(charter.Witness)
	if err != nil {
		c.t.Fatal(err)
	}
	words, err := i18n.Load(c.Modules.Words()...)
	if err != nil {
		c.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(c.t.Output(), nil)).With("desk", name)
	}
	cfg := node.Config{Desk: name, Charter: c.Charter, Modules: c.Modules, DB: d.DB, Head: head, JournalSigner: c.Keys[name].JournalSigner,
		Witness: witness, Words: words, Now: c.Clock.Now, Rand: rand.Reader, Log: log}
	if change != nil {
		change(&cfg)
	}
	if d.Node, err = node.Open(ctx, cfg); err != nil {
		c.t.Fatal(err)
	}
	tr := c.Net.Transport(name)
	if d.Links, err = link.New(link.Config{Desk: d.Node, Charter: c.Charter, Transport: tr, Log: log, Now: c.Clock.Now, Papers: d.Node.Papers, Learn: d.Node.Learn}); err != nil {
		c.t.Fatal(err)
	}
	run, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	if !c.Alone {
		wg.Go(func() { _ = d.Links.Run(run) })
	}
	d.stop = sync.OnceFunc(func() {
		cancel()
		_ = tr.Close()
		wg.Wait()
		d.Node.Close()
		_ = head.Close()
		_ = d.DB.Close()
	})
	c.t.Cleanup(d.stop)
	c.Desks[name] = d
	return d
}

// Stop takes the desk off the network and closes its database.
func (d *Desk) Stop() { d.stop() }

// Settle waits until the links have carried everything they can. It fails the
// test when they do not within a minute of real time.
func (c *Cell) Settle() {
	c.t.Helper()
	var links []*link.Manager
	for _, d := range c.Desks {
		links = append(links, d.Links)
	}
	deadline := time.After(time.Minute)
	for !link.Settled(links...) {
		select {
		case <-deadline:
			for name, d := range c.Desks {
				c.t.Logf("%s: %+v", name, d.Links.Status())
			}
			c.t.Fatal("the links did not settle")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Send files an act from its kind and JSON body and fails the test when it is
// refused.
func (d *Desk) Send(t testing.TB, a node.Act, body string) node.Filed {
	t.Helper()
	a.Body = []byte(body)
	f, err := d.Act(t.Context(), a)
	if err != nil {
		t.Fatal(fmt.Errorf("%s at %s: %w", a.Kind, d.Node.Desk(), err))
	}
	return f
}

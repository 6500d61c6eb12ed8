package node_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/bench/desks"
	"parley/cell/hotline"
	"parley/node"
	"parley/store"
)

// Fault F19 T: a second writer on one directory is refused and disturbs
// nothing.
func TestTwoWriters(t *testing.T) {
	dir := t.TempDir()
	if err := desks.Make(dir, false); err != nil {
		t.Fatal(err)
	}
	d := openHere(t, dir, "alpha", "")
	if _, err := desks.Open(t.Context(), dir, "alpha", desks.Options{Alone: true}); !errors.Is(err, store.ErrInUse) {
		t.Errorf("a second writer got %v, want ErrInUse", err)
	}
	if _, err := d.Act(t.Context(), node.Act{Kind: hotline.KindMessage, Body: []byte(`{"body":{"lang":"en","text":"still here"}}`)}); err != nil {
		t.Errorf("the first writer was disturbed: %v", err)
	}
}

// Fault F7 T: a clock that jumps an hour, forth or back, costs no record, no
// order and no delivery.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"an hour ahead": time.Hour, "an hour back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := desks.Make(dir, false); err != nil {
				t.Fatal(err)
			}
			l := newLedger()
			open, end := others(t, dir, "alpha", l)
			var shift time.Duration
			jumpy := func() time.Time { return time.Now().Add(shift) }
			for round := range 3 {
				if round == 1 {
					shift = jump // and back again with the third start
				}
				if round == 2 {
					shift = 0
				}
				d, err := desks.Open(t.Context(), dir, "alpha", desks.Options{Now: jumpy})
				if err != nil {
					t.Fatal(err)
				}
				open["alpha"] = d
				for range 10 {
					n := len(l.of("alpha"))
					a := node.Act{Kind: hotline.KindMessage, Key: key(n), Body: []byte(`{"body":{"lang":"en","text":"key ` + key(n) + `"}}`)}
					f, err := d.Act(t.Context(), a)
					if err != nil {
						t.Fatal(err)
					}
					l.note("alpha", acked{key(n), f.Cite.Index, f.Commitment})
				}
				if err := d.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
				if round < 2 {
					if err := d.Close(); err != nil {
						t.Fatal(err)
					}
				}
			}
			t.Cleanup(func() { _ = open["alpha"].Close() })
			end()
			settle(t, open)
			compare(t, open, l)
		})
	}
}

func key(n int) string { return "c0-" + string(rune('a'+n/26)) + string(rune('a'+n%26)) }

// Fault F3 T: a write-ahead log that ends in rubbish, or in half a frame, is
// read up to its last whole commit; nothing acknowledged is in the rest.
func TestTornTail(t *testing.T) {
	dir := t.TempDir()
	if err := desks.Make(dir, false); err != nil {
		t.Fatal(err)
	}
	l := newLedger()
	open, end := others(t, dir, "alpha", l)
	rng := seeded(t)
	for range 4 {
		round(t, dir, "alpha", "", "", time.Duration(rng.IntN(100))*time.Millisecond, l)
		wal := filepath.Join(dir, "alpha", "parley.db-wal")
		f, err := os.OpenFile(wal, os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		torn := make([]byte, rng.IntN(12_000)) // up to three frames
		for i := range torn {
			torn[i] = byte(rng.IntN(256))
		}
		if _, err := f.Write(torn); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	end()
	open["alpha"] = openHere(t, dir, "alpha", "")
	settle(t, open)
	compare(t, open, l)
}

package node

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/geo"
	"parley/store"
	"parley/store/pgtest"
)

// anyExtents makes up what a matter keeps: in an hour, or some days, of two
// months, some about the antimeridian.
func anyExtents(t *testing.T, rng *rand.Rand) (list []extent) {
	t.Helper()
	for range 1 + rng.IntN(3) {
		lon := 179.9 + 0.2*rng.Float64()
		if lon > 180 {
			lon -= 360
		}
		s, err := geo.Circle(geo.Point{Lat: 10 + 0.1*rng.Float64(), Lon: lon}, 10+2000*rng.Float64())
		if err != nil {
			s, _ = geo.Circle(geo.Point{Lat: 10, Lon: 179.5}, 1000) // it touched the line itself
		}
		v := geo.Volume{Shape: s, From: rng.Int64N(60 * dayMS)}
		v.Until = v.From + 1 + rng.Int64N(2*3_600_000)
		switch rng.IntN(40) {
		case 0:
			v.Until = v.From + rng.Int64N(10*dayMS)
		case 1:
			v.From, v.Until = 0, 0 // it stands for itself
		}
		if rng.IntN(2) == 0 {
			low := 1000 * rng.Float64()
			v.Low, v.High = geo.Height{M: low, Reference: geo.AGL}, geo.Height{M: low + 300, Reference: geo.AGL}
		}
		list = append(list, extentOf(v, geo.Margins{LateralM: 3000, VerticalM: 100, TimeMS: rng.Int64N(2) * 30 * 60_000}))
	}
	return list
}

func kindOf(i int) string { return []string{"even", "odd", "third"}[i%3] }

// DEC-08 T, in part: what ended long ago and left the index is found all the
// same, in the table, by whoever asks about that time: the same matters in the
// same order as from an index that holds all.
func TestWhatEndedIsFound(t *testing.T) {
	for engine, dsn := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "x.db") },
		"postgres": func() string { return pgtest.DSN(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			if testing.Short() && engine == "postgres" {
				t.Skip("it starts a PostgreSQL")
			}
			db, err := store.Open(t.Context(), dsn())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			rng := rand.New(rand.NewPCG(3, 9))
			all, n := &Node{}, &Node{}
			var rows, matters [][]any
			for i := range 600 {
				key := fmt.Sprintf("%s:%d", deskOf(i), i)
				list := anyExtents(t, rng)
				matters = append(matters, []any{key, kindOf(i), deskOf(i), 3, 0, "", "", 0, 0, "", 0, 0})
				all.index.set(key, kindOf(i), list)
				n.index.set(key, kindOf(i), list)
				for i, e := range list {
					rows = append(rows, []any{key, i, e.South, e.West, e.North, e.East, e.from, e.until, e.low, e.high, e.reference, e.lateral, e.vertical, e.time})
				}
			}
			if err := migrate(t.Context(), db, nil); err != nil {
				t.Fatal(err)
			}
			if err := db.Write(t.Context(), func(tx *store.Tx) error {
				return errors.Join(tx.Insert(t.Context(), "extent", strings.Split(extentColumns, ", "), rows, ""),
					tx.Insert(t.Context(), "matter", []string{"key", "kind", "opener", "rank", "at", "audience", "derived", "open", "next", "state", "records", "dirty"}, matters, ""))
			}); err != nil {
				t.Fatal(err)
			}
			const horizon = 40 * dayMS
			n.index.sweep(horizon)
			if had, has := all.index.tree.Len(), n.index.tree.Len(); has > had*2/3 || has < had/4 {
				t.Fatalf("%d of %d boxes are left", has, had)
			}
			late := n.index.tree.Len()
			n.index.set("alpha:9999", "", anyExtents(t, rng)[:1])
			n.index.set("alpha:9999", "", []extent{{from: 1, until: 2}})
			if n.index.tree.Len() != late {
				t.Error("what ended long ago has come into the index by being noted again")
			}
			var loaded Node
			found := 0
			err = db.Read(t.Context(), func(tx *store.Tx) error {
				rows, err := extentsWhere(t.Context(), tx, "")
				if err != nil {
					return err
				}
				loaded.index.fill(rows, 0)
				if loaded.index.tree.Len() != all.index.tree.Len() {
					t.Errorf("%d boxes read, %d written", loaded.index.tree.Len(), all.index.tree.Len())
				}
				for i := range 500 {
					list := anyExtents(t, rng)
					got, err := n.within(t.Context(), tx, list, "")
					if err != nil {
						return err
					}
					want, _ := all.index.reach(list, "")
					if !slices.Equal(got, want) {
						t.Errorf("%v: %v found, %v looking at all", list, got, want)
					}
					found += len(want)
					sameSpans(t, tx, n, all, rng)
					key := fmt.Sprintf("%s:%d", deskOf(i), i)
					kept, err := n.keeps(t.Context(), tx, key)
					if whole, _ := all.index.list(key); err != nil || !slices.Equal(kept, whole) {
						t.Errorf("%s keeps %v, %v: %v", key, kept, whole, err)
					}
				}
				return nil
			})
			if err != nil || found < 500 {
				t.Errorf("%d found: %v", found, err)
			}
		})
	}
}

func deskOf(i int) string { return []string{"alpha", "alpha", "bravo"}[i%3] }

func sameSpans(t *testing.T, tx *store.Tx, n, all *Node, rng *rand.Rand) {
	t.Helper()
	from, most := rng.Int64N(65*dayMS)-dayMS, 1+rng.IntN(100)
	until := from + rng.Int64N(10*dayMS)
	kinds := []string{"even", "third"}[:rng.IntN(3)]
	desk := []string{"", "alpha", "bravo"}[rng.IntN(3)]
	list, more, err := n.spans(context.Background(), tx, desk, from, until, most, kinds...)
	want, _ := all.index.duringBy(desk, from, until, most, kinds...)
	var got, names []string
	for _, b := range list {
		got = append(got, b.matter)
	}
	for _, b := range want[:min(most, len(want))] {
		names = append(names, b.matter)
		if !strings.HasPrefix(b.matter, desk) {
			t.Errorf("%s is not of %s", b.matter, desk)
		}
	}
	if err != nil || more != (len(want) > most) || !slices.Equal(got, names) {
		t.Errorf("from %d until %d the first %d: %v, %v more; looking at all %v: %v", from, until, most, got, more, names, err)
	}
}

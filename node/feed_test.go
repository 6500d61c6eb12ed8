package node_test

import (
	"slices"
	"testing"
	"time"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

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

// Design 7: positions have no gaps, every record stands in exactly one, and a
// reader that goes on from any position misses nothing.
func TestFeedHasNoGaps(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a := c.Start("alpha", "", nil)
	var sent []string
	for range 5 {
		sent = append(sent, a.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"a"}}`).Cite.String())
	}
	whole, err := a.Feed(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	newest, err := a.FeedPos(t.Context())
	if err != nil || newest != int64(len(whole)) {
		t.Fatalf("newest %d of %d, %v", newest, len(whole), err)
	}
	var seen []string
	for pos := int64(0); pos < newest; {
		page, err := a.Feed(t.Context(), pos, 2)
		if err != nil || len(page) == 0 || len(page) > 2 {
			t.Fatalf("after %d: %d entries, %v", pos, len(page), err)
		}
		for _, e := range page {
			if e.Pos != pos+1 {
				t.Fatalf("position %d after %d", e.Pos, pos)
			}
			pos = e.Pos
			seen = append(seen, e.Records...)
		}
	}
	for _, ref := range sent {
		if i := slices.Index(seen, ref); i < 0 || slices.Contains(seen[i+1:], ref) {
			t.Errorf("%s does not stand once in %v", ref, seen)
		}
	}
	if rest, err := a.Feed(t.Context(), newest, 10); err != nil || len(rest) != 0 {
		t.Errorf("after the end: %v, %v", rest, err)
	}
}

// A foreign record says how fast it is and from whom; a receipt for a FLASH,
// which carries its precedence, does not sound like one.
func TestFeedTellsTheFastestForeignRecord(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a, s := c.Start("alpha", "", nil), c.Start("supervisor", "", nil)
	f := a.Send(t, node.Act{Kind: "CEASE"}, ceaseBody(c))
	find := func(d *nodetest.Desk, hit func(node.FeedEntry) bool) (e node.FeedEntry) {
		until(t, d, func() bool {
			list, err := d.Feed(t.Context(), 0, 1000)
			i := slices.IndexFunc(list, hit)
			if err != nil || i < 0 {
				return false
			}
			e = list[i]
			return true
		})
		return e
	}
	at := find(s, func(e node.FeedEntry) bool { return slices.Contains(e.Records, f.Cite.String()) })
	if at.Precedence != cell.Flash || at.From != "alpha" || !slices.Contains(at.Matters, f.Ref.String()) {
		t.Errorf("at the supervisor: %+v", at)
	}
	back := find(a, func(e node.FeedEntry) bool {
		return slices.Contains(e.Matters, f.Ref.String()) && !slices.Contains(e.Records, f.Cite.String())
	})
	if back.Precedence == cell.Flash {
		t.Errorf("the receipt sounds like a FLASH: %+v", back)
	}
}

func ceaseBody(c *nodetest.Cell) string {
	p := c.Charter.Places[0]
	return `{"what":"fire","place":{"id":"` + p.ID + `","lat":"` + p.Lat + `","lon":"` + p.Lon + `","text":"","notation":"name","precision_m":100}}`
}

package node_test

import (
	"slices"
	"testing"
	"time"

	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
)

func settled(t *testing.T) *nodetest.Cell {
	t.Helper()
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Desks["alpha"].Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"before"}}`)
	c.Settle()
	return c
}

func offer(t *testing.T, d *nodetest.Desk, peer string, theirs map[journal.Name]int64) []journal.Batch {
	t.Helper()
	parcel, err := d.Offer(t.Context(), peer, journal.LaneFast, theirs, nothingSent, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return parcel
}

// What a desk has just brought itself is not offered back to it because its
// word of what it holds lags behind; once its link is another, it may have been
// restored, and is offered it.
func TestAuthorIsNotOfferedWhatItBrought(t *testing.T) {
	c := settled(t)
	c.Net.Cut("alpha", "bravo")
	c.Net.Cut("alpha", "supervisor")
	c.Settle()
	alpha, bravo, own := c.Desks["alpha"], c.Desks["bravo"], journal.Name{Desk: "alpha", Gen: 1}
	ofAlpha := func(b journal.Batch) bool { return b.Name == own && len(b.Entries) > 0 }
	theirs := sizes(t, alpha)
	for {
		began := time.Now()
		alpha.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"after"}}`)
		if err := bravo.Admit(t.Context(), "alpha", offer(t, alpha, "bravo", sizes(t, bravo))); err != nil {
			t.Fatal(err)
		}
		back := slices.ContainsFunc(offer(t, bravo, "alpha", theirs), ofAlpha)
		if time.Since(began) > time.Second {
			continue // the machine is busy: by now it might have lost it
		}
		if back {
			t.Error("alpha is offered what it has just brought")
		}
		break
	}
	bravo.LinkChanged("alpha", true, "")
	if !slices.ContainsFunc(offer(t, bravo, "alpha", theirs), ofAlpha) {
		t.Error("alpha is not offered what it has lost")
	}
}

// A desk that has seen that nothing waits for a peer offers what comes after.
func TestOfferAfterNothingWaited(t *testing.T) {
	c := settled(t)
	c.Net.Cut("alpha", "bravo")
	c.Net.Cut("alpha", "supervisor")
	c.Settle()
	alpha, bravo, own := c.Desks["alpha"], c.Desks["bravo"], journal.Name{Desk: "alpha", Gen: 1}
	for range 3 {
		for range 3 { // receipts are dropped when they were taken, with the next transaction
			taken := func(journal.Name, int64) bool { return true }
			if _, err := alpha.Offer(t.Context(), "bravo", journal.LaneFast, sizes(t, alpha), taken, 1<<20); err != nil {
				t.Fatal(err)
			}
		}
		alpha.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"after"}}`)
		at := sizes(t, alpha)[own] - 1
		parcel := offer(t, alpha, "bravo", sizes(t, bravo))
		if !slices.ContainsFunc(parcel, func(b journal.Batch) bool {
			return b.Name == own && slices.ContainsFunc(b.Records, func(o journal.Opened) bool { return o.Index == at })
		}) {
			t.Fatalf("record %d is not offered", at)
		}
		if err := bravo.Admit(t.Context(), "alpha", parcel); err != nil {
			t.Fatal(err)
		}
		back := offer(t, bravo, "alpha", sizes(t, alpha))
		if err := alpha.Admit(t.Context(), "bravo", back); err != nil {
			t.Fatal(err)
		}
	}
}

package roadmap_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/roadmap"
)

var words = cell.Text3{Ar: "شرط", En: "A condition", He: "תנאי"}

const day = 24 * 3600_000

// history begins with a D-day that both parties agreed to, or did not.
func history(t *testing.T, agreed bool) (*celltest.History, cell.Held) {
	h := celltest.NewHistory(celltest.Charter(t, roadmap.Module), cell.Modules{roadmap.Module})
	d := h.Add(t, "alpha", roadmap.KindDDay, roadmap.DDay{Day: celltest.Noon, Text: []cell.Free{}}, nil)
	h.DeliverAll(d)
	h.Ack(t, "bravo", d, cell.Received{})
	h.Ack(t, "supervisor", d, cell.Received{})
	if agreed {
		h.Ack(t, "bravo", d, cell.Position{Position: cell.Agrees, Hash: d.Hash, Text: []cell.Free{}})
	}
	return h, d
}

func condition(id string) roadmap.Condition {
	return roadmap.Condition{ID: id, Text: words, States: []string{}, AfterDays: []int64{}}
}

func gate(conditions ...roadmap.Condition) roadmap.Gate {
	return roadmap.Gate{Phase: "phase-1", Title: words, Deciders: []string{"alpha", "bravo", "supervisor"}, Conditions: conditions}
}

func sign(t *testing.T, h *celltest.History, desk string, of cell.Held, open string, met ...string) cell.Held {
	return h.Add(t, desk, roadmap.KindSign, roadmap.Sign{Open: open, Met: append([]string{}, met...), Text: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites = of.Ref(), []cell.Cite{of.Cite()}
	})
}

// TLK-08 T: a date relative to D-day is refused before D-day is declared, and
// does not run while it is declared and not agreed.
func TestDatesRunFromAnAgreedDDayOnly(t *testing.T) {
	for _, agreed := range []bool{false, true} {
		h, d := history(t, agreed)
		c := condition("after")
		c.AfterDays = []int64{30}
		none := h.Add(t, "supervisor", roadmap.KindGate, gate(c), nil)
		if got := h.Rules(none); !slices.Contains(got, "roadmap.no-dday") {
			t.Errorf("a date without a D-day: breaches %v", got)
		}
		g := gate(c)
		g.DDay = d.Ref().String()
		head := h.Add(t, "supervisor", roadmap.KindGate, g, nil)
		for days, want := range map[int64]string{29: "closed", 31: map[bool]string{true: "met", false: "closed"}[agreed]} {
			if s := h.State(head.Ref(), celltest.Noon+days*day); s.Name != want {
				t.Errorf("agreed %v, after %d days: %s, want %s", agreed, days, s.Name, want)
			}
		}
	}
}

// TLK-08: conditions are computed and open nothing; the signatures of all that
// decide do, each naming every condition. A desk that signs without one is
// refused at home, and moves nothing when it signed all the same.
func TestSignaturesOpenAGate(t *testing.T) {
	h, _ := history(t, true)
	c := condition("quiet")
	c.Quiet = roadmap.KindDDay
	head := h.Add(t, "supervisor", roadmap.KindGate, gate(c, c2("still")), nil)
	at := func() string { return h.State(head.Ref(), h.Now).Name }
	if at() != "met" {
		t.Fatalf("every condition is met: %s", at())
	}
	bad := sign(t, h, "bravo", head, roadmap.Opens, "quiet")
	if got := h.Rules(bad); !slices.Contains(got, "roadmap.condition-missing") {
		t.Errorf("opened without its condition: breaches %v", got)
	}
	sign(t, h, "alpha", head, roadmap.Opens, "quiet", "still")
	sign(t, h, "supervisor", head, roadmap.Opens, "quiet", "still")
	if at() != "opening" {
		t.Errorf("bravo signed without a condition, and the gate is %s", at())
	}
	good := sign(t, h, "bravo", head, roadmap.Opens, "quiet", "still")
	if at() != "open" {
		t.Errorf("all have signed: %s", at())
	}
	if m := h.Matter(head.Ref(), ""); m.Verdicts[bad.Cite()] != cell.VerdictContested || m.Verdicts[good.Cite()] != cell.VerdictOK {
		t.Errorf("verdicts %v", m.Verdicts)
	}
	h.Add(t, "alpha", roadmap.KindDDay, roadmap.DDay{Day: celltest.Noon, Text: []cell.Free{}}, nil) // open until agreed
	if at() != "regressed" {
		t.Errorf("a condition is no longer met: %s", at())
	}
}

// c2 is a second condition that is met by the same.
func c2(id string) roadmap.Condition {
	c := condition(id)
	c.Quiet = roadmap.KindDDay
	return c
}

// A desk that is not among those that decide opens nothing.
func TestOnlyDecidersSign(t *testing.T) {
	h, _ := history(t, true)
	g := gate(c2("quiet"))
	g.Deciders = []string{"alpha", "supervisor"}
	head := h.Add(t, "supervisor", roadmap.KindGate, g, nil)
	r := sign(t, h, "bravo", head, roadmap.Opens, "quiet")
	if got := h.Rules(r); !slices.Contains(got, "roadmap.not-decider") {
		t.Errorf("breaches %v", got)
	}
	if s := h.State(head.Ref(), h.Now); s.Name != "met" {
		t.Errorf("it moved the gate to %s", s.Name)
	}
}

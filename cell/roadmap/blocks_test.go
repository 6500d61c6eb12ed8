package roadmap_test

import (
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/roadmap"
)

func held(t *testing.T, h *celltest.History, r cell.Held) []string {
	t.Helper()
	k, ok := h.Modules.Kind(r.Kind)
	if !ok {
		t.Fatalf("no kind %s", r.Kind)
	}
	var out []string
	for _, b := range roadmap.Module.Holds(h.Situation(r.Desk), r, k) {
		out = append(out, b.Rule)
	}
	return out
}

// road asks the module's query as a desk.
func road(t *testing.T, h *celltest.History, desk string) roadmap.Road {
	t.Helper()
	return celltest.Ask[roadmap.Road](t, h, desk, roadmap.Module)
}

// TLK-08 T: who blocks a gate is shown: the desks that its conditions wait for,
// then those that have not signed.
func TestWhoBlocksAGate(t *testing.T) {
	h, d := history(t, false)
	c := condition("after")
	c.AfterDays = []int64{0}
	hidden := condition("elsewhere")
	hidden.Matter, hidden.States = "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000099", []string{"verified"}
	g := gate(c)
	g.DDay = d.Ref().String()
	head := h.Add(t, "supervisor", roadmap.KindGate, g, nil)
	blind := h.Add(t, "supervisor", roadmap.KindGate, gate(hidden), nil)
	gates := func() []roadmap.Shown { return road(t, h, "alpha").Phases[0].Gates }
	find := func(key cell.Ref) roadmap.Shown {
		for _, x := range gates() {
			if x.Key == key.String() {
				return x
			}
		}
		t.Fatalf("no gate %s in %+v", key, gates())
		return roadmap.Shown{}
	}
	x := find(head.Ref())
	if f := x.Conditions[0]; f.Met || f.Why != roadmap.WhyNoDDay || f.Due != 0 {
		t.Errorf("before D-day is agreed: %+v", f)
	}
	if len(x.Blocks) == 0 || x.Blocks[0].Desk != "bravo" || x.Blocks[0].For != cell.NeedPosition || x.Blocks[0].Matter != d.Ref().String() {
		t.Errorf("who has not agreed to D-day is not shown: %+v", x.Blocks)
	}
	if f := find(blind.Ref()).Conditions[0]; f.Met || f.Why != roadmap.WhyNotHeld {
		t.Errorf("a condition that this desk cannot see: %+v", f)
	}

	h.Ack(t, "bravo", d, cell.Position{Position: cell.Agrees, Hash: d.Hash, Text: []cell.Free{}})
	sign(t, h, "alpha", head, roadmap.Opens, "after")
	x = find(head.Ref())
	if f := x.Conditions[0]; !f.Met || f.Due != celltest.Noon || x.Earliest != celltest.Noon {
		t.Errorf("once D-day is agreed: %+v, earliest %d", f, x.Earliest)
	}
	var wait []string
	for _, b := range x.Blocks {
		wait = append(wait, b.Desk+" "+b.For)
	}
	if len(wait) != 2 || wait[0] != "bravo signature" || wait[1] != "supervisor signature" || x.Signed["alpha"].Open != roadmap.Opens {
		t.Errorf("who has not signed: %v, signed %+v", wait, x.Signed)
	}
	if list := road(t, h, "bravo").DDay; len(list) != 1 || list[0].InForce != celltest.Noon || list[0].AgreedAt == 0 {
		t.Errorf("D-day: %+v", list)
	}
}

// TLK-08: an officer does not sign a gate open while a condition is computed as
// not met; a signature that withholds goes out at any time. A desk that signs
// all the same opens nothing.
func TestNoSignatureWhileUnmet(t *testing.T) {
	h, d := history(t, false)
	c := condition("after")
	c.AfterDays = []int64{0}
	g := gate(c)
	g.DDay = d.Ref().String()
	head := h.Add(t, "supervisor", roadmap.KindGate, g, nil)
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		if got := held(t, h, sign(t, h, desk, head, roadmap.Opens, "after")); len(got) != 1 || got[0] != "roadmap.unmet" {
			t.Errorf("%s opens it while a condition is not met: %v", desk, got)
		}
	}
	if s := h.State(head.Ref(), h.Now); s.Name == roadmap.StateOpen || s.Name == roadmap.StateOpening {
		t.Errorf("signed while a condition is not met, and the gate is %s", s.Name)
	}
	if got := held(t, h, sign(t, h, "bravo", head, roadmap.Withholds)); len(got) != 0 {
		t.Errorf("withholding is held back: %v", got)
	}
	lost := g
	lost.DDay = "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000099"
	if got := held(t, h, h.Add(t, "supervisor", roadmap.KindGate, lost, nil)); len(got) != 1 || got[0] != "roadmap.no-dday" {
		t.Errorf("a gate that hangs on no D-day: %v", got)
	}
}

// TLK-08: the desk that declared D-day does not withdraw it alone once all have
// agreed, and its dates run on when it signs a withdrawal all the same.
func TestAnAgreedDDayStands(t *testing.T) {
	h, d := history(t, true)
	agreed := h.Records[len(h.Records)-1]
	cancel := h.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites = d.Ref(), []cell.Cite{d.Cite()}
		r.Seen = []cell.Seen{{Desk: "bravo", Gen: agreed.Gen, Size: agreed.Index + 1}}
	})
	if got := held(t, h, cancel); len(got) != 1 || got[0] != "roadmap.bound" {
		t.Errorf("the withdrawal is let out: %v", got)
	}
	if s := h.State(d.Ref(), h.Now); s.Name != roadmap.StateAgreed {
		t.Errorf("one desk withdrew what all agreed to: %s", s.Name)
	}
}

// TLK-08: a gate is not changed under those who signed it.
func TestAGateIsNotChanged(t *testing.T) {
	h, _ := history(t, true)
	g := gate(c2("quiet"))
	head := h.Add(t, "supervisor", roadmap.KindGate, g, nil)
	g.Deciders = []string{"alpha"}
	u := h.Add(t, "supervisor", cell.KindUpdate, celltest.Update(t, g), func(r *cell.Record) { r.About, r.Cites = head.Ref(), []cell.Cite{head.Cite()} })
	m := h.Matter(head.Ref(), "")
	if m.Verdicts[u.Cite()] != cell.VerdictContested || m.Contested[0].Rule != "roadmap.gate-fixed" || len(m.Body.(roadmap.Gate).Deciders) != 3 {
		t.Errorf("the change is %s, contested %v", m.Verdicts[u.Cite()], m.Contested)
	}
}

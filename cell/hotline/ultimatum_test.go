package hotline_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/hotline"
)

// HOT-14 T: an ultimatum calls the head of the receiving desk at once, before
// and whatever its officer on watch does, and is not closed until the head says
// in that role to have it; the supervisor is never left out.
func TestHOT14TheHeadIsCalledAtOnce(t *testing.T) {
	w := newWatchers(t, nil)
	threat := hotline.Ultimatum{Demand: text[0], Deadline: []int64{w.Now + hours}, Authority: "principal"}
	w.WantRefused(t, w.Add(t, "alpha", hotline.KindUltimatum, threat, func(r *cell.Record) { r.To = []string{"bravo"} }), "bravo", "hotline.ultimatum-supervisor")

	x := w.Add(t, "alpha", hotline.KindUltimatum, threat, nil)
	w.DeliverAll(x)
	called := func() bool {
		return slices.ContainsFunc(w.State(x.Ref(), w.Now).Waiting, func(o cell.Wait) bool {
			return o.Desk == "bravo" && o.For == hotline.NeedHead && o.Level == hotline.LevelHead
		})
	}
	if !called() {
		t.Errorf("the head is not called at delivery: %+v", w.State(x.Ref(), w.Now).Waiting)
	}
	w.Ack(t, "bravo", x, cell.Received{})
	w.Ack(t, "supervisor", x, cell.Received{})
	w.Ack(t, "bravo", x, cell.ReadBack{Time: threat.Deadline})
	w.Ack(t, "bravo", x, cell.Position{Position: cell.Noted, Text: []cell.Free{}})
	if s := w.WantState(t, x.Ref(), cell.StateReceived); !s.Open || !called() {
		t.Errorf("the officer on watch has closed it: %+v", s)
	}
	headed := func(role string) cell.Held {
		return w.Add(t, "bravo", hotline.KindHeaded, hotline.Headed{}, func(r *cell.Record) {
			celltest.About(x)(r)
			r.By.Role = role
		})
	}
	w.WantRefused(t, headed("watch"), "alpha", "hotline.head-role")
	w.WantState(t, x.Ref(), cell.StateReceived)
	headed(cell.RoleHead)
	w.WantState(t, x.Ref(), cell.StateAcked)
}

package node_test

import (
	"testing"
	"time"

	"parley/cell"
	"parley/cell/hotline"
	"parley/node"
	"parley/node/nodetest"
)

// What one module owes and cannot file holds up nothing that is due after it:
// not another module's act, and no rung of the ladder (HOT-07).
func TestABadDraftHoldsUpNothing(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	hasty := cell.Module{Name: "hasty", Due: func(s cell.Situation) []cell.Draft {
		by := cell.By{Officer: "node", Role: "node"}
		return []cell.Draft{
			{Kind: "hasty.nothing/1", Key: "hasty/1", By: by, Body: plain("of no known kind")},
			{Kind: hotline.KindMessage, Key: "hasty/2", By: by, Body: plain("after it")},
		}
	}}
	c.Modules = append(cell.Modules{hasty}, node.Modules()...)
	alpha := c.Start("alpha", "", nil)
	if err := alpha.Tick(t.Context()); err == nil {
		t.Error("an act of no known kind was filed without an error")
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM act_key WHERE key = 'hasty/2'`); n != 1 {
		t.Error("what was due after it was not filed")
	}
}

// SUP-07, HOT-02 T: a desk knows beforehand when it owes something by the hour:
// the supervisor's node its report, a party's its line check.
func TestTheNextHourIsKnown(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	c.Alone = true
	for name, want := range map[string]time.Time{"supervisor": morning(), "alpha": morning().Add(3 * time.Hour)} {
		d := c.Start(name, "", nil)
		if got, err := d.NextDue(t.Context()); err != nil || got != want.UnixMilli() {
			t.Errorf("%s: next at %s, want %s: %v", name, cell.DTG(got), cell.DTG(want.UnixMilli()), err)
		}
	}
}

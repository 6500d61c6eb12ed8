package node_test

import (
	"strconv"
	"testing"
	"time"

	"parley/cell/deconfliction"
	"parley/node"
	"parley/node/nodetest"
)

// DEC-02, DEC-08 T: a desk that was cut off for a fortnight brings a notice that
// met another of that time: each desk derives the conflict, though the index of
// both has let go of what ended, and shows it to who asks for that time.
func TestALateNoticeMeetsWhatHasEnded(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	x := &trio{Cell: c, t: t}
	file := func(d *nodetest.Desk, to, area string) {
		d.Send(t, node.Act{Kind: "NOTICE", To: []string{to, "supervisor"}}, x.notice(area, 96*time.Hour))
	}
	x.a = c.Start("alpha", "", nil)
	file(x.a, "bravo", valley)
	begun := c.Clock.Now()
	c.Clock.Add(14 * 24 * time.Hour)
	x.pass(time.Second) // alpha runs on; its index lets go
	held := x.a
	delete(c.Desks, "alpha")
	c.Clock.Add(-14 * 24 * time.Hour)
	x.b = c.Start("bravo", "", nil)
	file(x.b, "alpha", ridge)
	x.b.Stop()
	c.Clock.Add(14 * 24 * time.Hour)
	c.Desks["alpha"] = held
	x.b, x.s = c.Start("bravo", "", nil), c.Start("supervisor", "", nil) // bravo's index never held it
	x.Settle()
	x.pass(time.Second)
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		if b := boardOf(t, d); len(b.Notices) != 0 {
			t.Errorf("at %s: a fortnight later %d notices are on the board", d.Node.Desk(), len(b.Notices))
		}
		v, err := d.Ask(t.Context(), deconfliction.Module.Queries[0], map[string]string{"from": strconv.FormatInt(begun.UnixMilli(), 10)})
		if err != nil {
			t.Fatal(err)
		}
		b := v.(deconfliction.Board)
		if len(b.Notices) != 2 || len(b.Conflicts) != 1 || b.Conflicts[0].State != deconfliction.StateExpired {
			t.Errorf("at %s: %d notices and %+v", d.Node.Desk(), len(b.Notices), b.Conflicts)
		}
	}
}

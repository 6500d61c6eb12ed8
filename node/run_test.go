package node_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/cell/deconfliction"
	"parley/node"
	"parley/node/nodetest"
)

// DEC-10: what a record gives a node to do is done as soon as it is there, and
// does not wait for the clock: the supervisor's node answers a notice, tells two
// desks that they meet and shows them what is blind though its next tick is an
// hour away; and then that they no longer do.
func TestDutiesDoNotWaitForTheClock(t *testing.T) {
	storiesUnder(t, func(s string) string { return s + "\nblind: {grid_s: 60, slot: 1h, layer_m: 500, budget: 100}\n" }, func(t *testing.T, x *trio) {
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- x.s.Run(ctx, time.Hour) }()
		defer func() { stop(); <-done }()

		works := x.b.Send(t, node.Act{Kind: "WRKNOT"}, strings.Replace(x.plan("works", spot, lowBand, 96*time.Hour), `"contact"`, `"vehicles":[{"count":1,"type":"excavator"}],"people":[4],"escort":"no","disputed":"no","contact"`, 1))
		x.boardSays(x.b, func(b deconfliction.Board) bool {
			return len(b.Notices) == 1 && len(b.Notices[0].Check) == 1 && b.Notices[0].Check[0].Result == deconfliction.CheckClear
		})
		flight := x.a.Send(t, node.Act{Kind: "UAVNOT", To: []string{"supervisor"}}, strings.Replace(x.plan("uav", spot, lowBand, 96*time.Hour), `"exact"`, `"blind"`, 1))
		open := func(b deconfliction.Board) bool { return len(b.Blind) == 1 && b.Blind[0].Open }
		x.boardSays(x.a, open)
		x.boardSays(x.b, open)
		conflict := boardOf(t, x.b).Blind[0].Key
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			d.Send(t, node.Act{Kind: "SHOWCONS", About: refOf(t, conflict)}, `{"reveal":"yes"}`)
		}
		x.boardSays(x.b, func(b deconfliction.Board) bool {
			return len(b.Blind) == 1 && len(b.Blind[0].Shown) == 1 && b.Blind[0].Shown[0].Notice == flight.Ref.String()
		})
		x.b.Send(t, node.Act{Kind: "CANCEL", About: works.Ref}, `{}`)
		x.boardSays(x.a, func(b deconfliction.Board) bool {
			return len(b.Blind) == 1 && b.Blind[0].State == deconfliction.StateCleared && b.Notices[0].State == deconfliction.StateFiled
		})
	})
}

// boardSays waits until a desk's board says something.
func (x *trio) boardSays(d *nodetest.Desk, says func(deconfliction.Board) bool) {
	x.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		changed := d.Changed()
		b := boardOf(x.t, d)
		if says(b) {
			return
		}
		select {
		case <-changed:
		case <-limit:
			x.t.Fatalf("the board of %s does not come to it: %+v, %+v", d.Node.Desk(), b.Notices, b.Blind)
		}
	}
}

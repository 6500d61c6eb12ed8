package node_test

import (
	"context"
	"testing"
	"time"

	"parley/cell/deconfliction"
	"parley/node"
	"parley/node/nodetest"
)

// DEC-10: what a record gives a node to do is done as soon as it is there, and
// does not wait for the clock: the supervisor's node answers a notice though its
// next tick is an hour away.
func TestDutiesDoNotWaitForTheClock(t *testing.T) {
	c := nodetest.NewCell(t, func(s string) string { return s + "\nblind: {grid_s: 60, slot: 1h, layer_m: 500, budget: 100}\n" })
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.s.Run(ctx, time.Hour) }()
	f := x.a.Send(t, node.Act{Kind: "WRKNOT"}, x.plan("works", spot, lowBand, 96*time.Hour))
	limit := time.After(20 * time.Second)
	for {
		changed := x.a.Changed()
		if n := boardOf(t, x.a).Notices; len(n) == 1 && n[0].Key == f.Ref.String() && len(n[0].Check) == 1 && n[0].Check[0].Result == deconfliction.CheckClear {
			break
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatal("the supervisor's node has not answered")
		}
	}
	stop()
	<-done
}

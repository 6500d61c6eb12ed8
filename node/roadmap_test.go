package node_test

import (
	"fmt"
	"testing"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

// TLK-08, VEN-03 T: at real desks a gate waits for quiet and for signatures; a
// venture goes through it; a CEASE closes the gate again and pauses the
// venture, on every desk, and both resume when it has been answered.
func TestTLK08AGateOpensClosesAndPauses(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		act := func(d *nodetest.Desk, a node.Act, body string) node.Filed {
			t.Helper()
			a.Body = []byte(body)
			f, err := d.Act(t.Context(), a)
			if err != nil {
				t.Fatalf("%s by %s: %v", a.Kind, d.Node.Desk(), err)
			}
			x.Settle()
			return f
		}
		gate := func(extra string) string {
			return fmt.Sprintf(`{"phase":"phase-1","title":%s,"deciders":["alpha","bravo","supervisor"],"conditions":[{"id":"quiet","text":%s,"matter":"","states":[],"after_days":[%s],"quiet":"hotline.cease/1"}]}`, text3("gate"), text3("quiet"), extra)
		}
		_, err := x.s.Act(t.Context(), node.Act{Kind: "GATE", Body: []byte(gate("30"))})
		wantRefused(t, err, "roadmap.no-dday")
		g := act(x.s, node.Act{Kind: "GATE"}, gate(""))
		x.wantState(g.Ref, "met")
		v := act(x.a, node.Act{Kind: "VENPROP"}, fmt.Sprintf(`{"title":%s,"field":"water","sides":["alpha","bravo"],"gate":%q,"disclosure":"desks"}`, text3("tower"), g.Ref.String()))
		for _, stage := range []string{"vetted", "mou", "permits"} {
			x.wantStep(x.a, v, stage)
			x.wantStep(x.b, v, stage)
		}
		_, err = x.b.Act(t.Context(), node.Act{Kind: "GATESIGN", About: g.Ref, Body: []byte(`{"open":"opens","met":[]}`)})
		wantRefused(t, err, "roadmap.condition-missing")
		var signed []cell.Cite
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			_, err := x.step(x.a, v, "pilot", signed...)
			wantRefused(t, err, "venture.gate-closed")
			signed = append(signed, act(d, node.Act{Kind: "GATESIGN", About: g.Ref}, `{"open":"opens","met":["quiet"]}`).Cite)
		}
		x.wantState(g.Ref, "open")
		x.wantStep(x.a, v, "pilot", signed...)
		x.wantStep(x.b, v, "pilot", signed...)
		x.wantState(v.Ref, "pilot")

		stop := act(x.b, node.Act{Kind: "CEASE"}, `{"what":"fire","ref":"the bridge"}`)
		x.wantState(g.Ref, "regressed")
		x.wantState(v.Ref, "paused")
		act(x.b, node.Act{Kind: "cell.cancel", About: stop.Ref}, `{}`)
		x.wantState(g.Ref, "open")
		x.wantState(v.Ref, "pilot")
	})
}

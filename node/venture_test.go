package node_test

import (
	"fmt"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/venture"
	"parley/node"
	"parley/node/nodetest"
)

func venturesAt(t *testing.T, d *nodetest.Desk) venture.Screen {
	t.Helper()
	v, err := d.Query(t.Context(), venture.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(venture.Screen)
}

// step takes a step in a venture, citing whatever is named beside its proposal.
func (x *trio) step(d *nodetest.Desk, of node.Filed, stage string, cites ...cell.Cite) (node.Filed, error) {
	f, err := d.Act(x.t.Context(), node.Act{Kind: "VENSTAT", About: of.Ref, Cites: append([]cell.Cite{of.Cite}, cites...), Body: fmt.Appendf(nil, `{"stage":%q}`, stage)})
	x.Settle()
	return f, err
}

func (x *trio) wantStep(d *nodetest.Desk, of node.Filed, stage string, cites ...cell.Cite) {
	x.t.Helper()
	if _, err := x.step(d, of, stage, cites...); err != nil {
		x.t.Fatalf("the step to %s by %s: %v", stage, d.Node.Desk(), err)
	}
}

// VEN-01 T: at real desks: each side comes forward by its own steps, none is
// jumped, and every desk shows the venture where the slower side is. A gate that
// is not held is no gate (VEN-03), and what is not public is not listed (VEN-02).
func TestVEN01EverySideForItself(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		propose := func(gate, disclosure string) node.Act {
			return node.Act{Kind: "VENPROP", Body: fmt.Appendf(nil, `{"title":%s,"field":"water","sides":["alpha","bravo"],"gate":%q,"disclosure":%q}`, text3(disclosure), gate, disclosure)}
		}
		_, err := x.a.Act(t.Context(), propose("supervisor:0198a1b2-c3d4-7e5f-8a9b-0123456789ab", "public"))
		wantRefused(t, err, "venture.gate-unknown")
		v, err := x.a.Act(t.Context(), propose("", "public"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.b.Act(t.Context(), propose("", "undisclosed")); err != nil {
			t.Fatal(err)
		}
		x.Settle()
		_, err = x.step(x.a, v, "permits")
		wantRefused(t, err, "venture.order")
		x.wantStep(x.a, v, "vetted")
		x.wantStep(x.a, v, "mou")
		x.wantState(v.Ref, "idea")
		x.wantStep(x.b, v, "vetted")
		x.wantState(v.Ref, "vetted")
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			s := venturesAt(t, d)
			if len(s.Ventures) != 2 || len(s.Public) != 1 || s.Public[0].State != "vetted" || s.Pipeline[0].Count != 1 || s.Pipeline[1].Count != 1 {
				t.Errorf("at %s: %d ventures, public %+v, pipeline %+v", d.Node.Desk(), len(s.Ventures), s.Public, s.Pipeline)
			}
		}
	})
}

// bridge sets a gate that waits for a standstill in force and for no open CEASE.
func (x *trio) bridge(standstill cell.Ref) node.Filed {
	x.t.Helper()
	f := x.s.Send(x.t, node.Act{Kind: "GATE"}, fmt.Sprintf(`{"phase":"phase-1","title":%s,"deciders":["alpha","bravo","supervisor"],"dday":"","conditions":[
		{"id":"standstill","text":%s,"matter":%q,"states":["in-force"],"after_days":[],"quiet":""},
		{"id":"quiet","text":%s,"matter":"","states":[],"after_days":[],"quiet":"hotline.cease/1"}]}`,
		text3("gate"), text3("standstill"), standstill, text3("quiet")))
	x.Settle()
	return f
}

// standstill proposes an understanding that holds from now on.
func (x *trio) standstill() node.Filed {
	x.t.Helper()
	now := x.Clock.Now()
	duty := func(desk string) string {
		return fmt.Sprintf(`{"desk":%q,"level":"unit","by":%d}`, desk, now.Add(time.Hour).UnixMilli())
	}
	f := x.s.Send(x.t, node.Act{Kind: "UNDERST"}, fmt.Sprintf(`{"text":%s,"from":%d,"open":"yes","authority":"delegation-head","disseminate":[%s,%s]}`,
		text3("still"), now.UnixMilli(), duty("alpha"), duty("bravo")))
	x.Settle()
	return f
}

// signsGate gives a desk's signature that opens the gate.
func (x *trio) signsGate(d *nodetest.Desk, gate node.Filed) node.Filed {
	x.t.Helper()
	f := d.Send(x.t, node.Act{Kind: "GATESIGN", About: gate.Ref}, `{"open":"opens","met":["standstill","quiet"]}`)
	x.Settle()
	return f
}

// VEN-03 T: a gate waits for a standstill and for quiet. Before it is open no
// step to a pilot is taken; then the venture runs. A CEASE is called: the gate
// falls back and the venture is paused, on every desk and signed by nobody. The
// CEASE is answered, and both stand again where they stood.
func TestVEN03AGatePausesAVentureOnEveryDesk(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		still := x.standstill()
		gate := x.bridge(still.Ref)
		x.wantState(gate.Ref, "closed")
		v := x.a.Send(t, node.Act{Kind: "VENPROP"}, fmt.Sprintf(`{"title":%s,"field":"trade","sides":["alpha","bravo"],"gate":%q,"disclosure":"desks"}`, text3("trade"), gate.Ref))
		x.Settle()
		for _, stage := range []string{"vetted", "mou", "permits"} {
			x.wantStep(x.a, v, stage)
			x.wantStep(x.b, v, stage)
		}
		x.wantState(v.Ref, "permits")
		_, err := x.step(x.a, v, "pilot")
		wantRefused(t, err, "venture.gate-not-cited")
		_, err = x.a.Act(t.Context(), node.Act{Kind: "GATESIGN", About: gate.Ref, Body: []byte(`{"open":"opens","met":["standstill","quiet"]}`)})
		wantRefused(t, err, "roadmap.unmet")

		x.agree(x.a, still.Ref)
		x.agree(x.b, still.Ref)
		x.wantState(gate.Ref, "met")
		signed := x.signsGate(x.a, gate)
		x.signsGate(x.b, gate)
		x.wantState(gate.Ref, "opening")
		_, err = x.step(x.a, v, "pilot", signed.Cite) // one signature is not the gate
		wantRefused(t, err, "venture.gate-closed")
		x.signsGate(x.s, gate)
		x.wantState(gate.Ref, "open")
		x.wantStep(x.a, v, "pilot", signed.Cite)
		x.wantStep(x.b, v, "pilot", signed.Cite)
		x.wantState(v.Ref, "pilot")

		x.pass(time.Minute)
		cease := x.cease(x.b)
		x.Settle()
		x.wantState(gate.Ref, "regressed")
		x.wantState(v.Ref, "paused")
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			got := venturesAt(t, d).Ventures[0]
			if got.PausedSince != x.Clock.Now().UnixMilli() || got.Gate.State != "regressed" || len(got.Gate.Signed) != 3 {
				t.Errorf("at %s: paused since %d by %+v", d.Node.Desk(), got.PausedSince, got.Gate)
			}
		}
		_, err = x.step(x.a, v, "operating", signed.Cite)
		wantRefused(t, err, "venture.gate-closed")

		for _, d := range []*nodetest.Desk{x.a, x.s} {
			d.Send(t, node.Act{Kind: cell.KindReceived, About: cease.Ref}, `{}`)
		}
		x.a.Send(t, node.Act{Kind: cell.KindPosition, About: cease.Ref}, `{"position":"complied"}`)
		x.a.Send(t, node.Act{Kind: cell.KindDisseminated, About: cease.Ref}, fmt.Sprintf(`{"level":"unit","at":%d}`, x.Clock.Now().UnixMilli()))
		x.Settle()
		x.wantState(gate.Ref, "open")
		x.wantState(v.Ref, "pilot")
		x.wantStep(x.a, v, "operating", signed.Cite)
		if got := venturesAt(t, x.b).Ventures[0]; got.PausedSince != 0 || got.Stages["alpha"].Stage != "operating" {
			t.Errorf("at bravo: %+v", got)
		}
	})
}

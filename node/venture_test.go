package node_test

import (
	"fmt"
	"testing"

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

package venture

import (
	"fmt"
	"slices"

	"parley/cell"
)

// Breaches keeps what needs the charter: the sides are parties that hold the
// proposal, and who proposes is one of them or the supervisor.
func (p Proposal) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	for i, d := range p.Sides {
		if c.Role(d) != cell.Party || !h.Addressed(d) {
			out = append(out, cell.Breach{Rule: "venture.sides", At: fmt.Sprintf("/body/sides/%d", i), Why: d + " is no party that this is addressed to"})
		}
	}
	if !slices.Contains(p.Sides, h.Desk) && c.Role(h.Desk) != cell.Supervisor {
		out = append(out, cell.Breach{Rule: "venture.sides", At: "/desk", Why: "a venture is proposed by one of its sides or by the supervisor"})
	}
	return out
}

// Succeeds keeps the sides and the gate: nobody is brought into a venture, and
// no venture is taken from behind its gate, by a change of one desk.
func (p Proposal) Succeeds(before cell.Body) []cell.Breach {
	b, ok := before.(Proposal)
	if !ok || slices.Equal(p.Sides, b.Sides) && p.Gate == b.Gate {
		return nil
	}
	return []cell.Breach{{Rule: "venture.fixed", At: "/body", Why: "the sides and the gate of a venture do not change: withdraw it and propose another"}}
}

// opensGate is a signature that opens a gate, as the roadmap's body says it.
type opensGate interface{ OpensGate() bool }

// judge keeps what a step must be: of a side or the supervisor, to everybody
// who holds the proposal, one stage at a time (VEN-01), and with the signatures
// that opened the gate when it goes beyond it (VEN-03).
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	s, ok := h.Body.(Step)
	head, has := p.Head(h.Record)
	v, is := head.Body.(Proposal)
	if !ok || !has || !is {
		return nil // refused for that where it must be
	}
	var out []cell.Breach
	if !slices.Contains(v.Sides, h.Desk) && c.Role(h.Desk) != cell.Supervisor {
		out = append(out, cell.Breach{Rule: "venture.not-side", At: "/desk", Why: "this desk is no side of the venture, and not the supervisor"})
	}
	if !slices.Equal(h.Audience(), head.Audience()) {
		out = append(out, cell.Breach{Rule: "venture.audience", At: "/to", Why: "a step goes to everybody who holds the proposal, and to nobody else"})
	}
	if was := reached(p.Own); !follows(was, s.Stage) {
		out = append(out, cell.Breach{Rule: "venture.order", At: "/body/stage", Why: "this desk stands at " + was + ": it goes on by one stage, back, or ends"})
	}
	if gated(v, s.Stage) && !citesGate(v.Gate, p) {
		out = append(out, cell.Breach{Rule: "venture.gate-not-cited", At: "/cites", Why: "a step beyond the gate cites a signature that opened it"})
	}
	return out
}

// reached gives where a desk stood by its own earlier steps. Every desk begins
// with the idea; what jumped ahead counts for nothing.
func reached(own []cell.Held) string {
	at := StageIdea
	for _, o := range own {
		if s, ok := o.Body.(Step); ok && follows(at, s.Stage) {
			at = s.Stage
		}
	}
	return at
}

// follows reports whether a desk may go from one stage to another: on by one,
// back to any, and to the end from any. From the end it begins again.
func follows(from, to string) bool {
	if to == StageEnded {
		return from != StageEnded
	}
	return rank(to) <= rank(from)+1
}

// gated reports whether a stage lies beyond the venture's gate.
func gated(v Proposal, stage string) bool { return v.Gate != "" && rank(stage) >= rank(StagePilot) }

// citesGate reports whether a record cites a signature that opens the gate.
func citesGate(gate string, p cell.Past) bool {
	for _, x := range p.Cited {
		b, opens := x.Body.(opensGate)
		if x.Kind == kindGateSign && x.About.String() == gate && opens && b.OpensGate() {
			return true
		}
	}
	return false
}

// holds keeps a step beyond the gate back while this desk does not see the gate
// open: what a gate stands at is each desk's own view, and no rule of conduct.
func holds(s cell.Situation, h cell.Held, _ cell.Kind) []cell.Breach {
	switch b := h.Body.(type) {
	case Proposal:
		if _, _, ok := see(s.Near, b.Gate); b.Gate != "" && !ok {
			return []cell.Breach{{Rule: "venture.gate-unknown", At: "/body/gate", Why: "no gate with that key is held at this desk"}}
		}
	case Step:
		m, _, ok := s.Near.See(h.About)
		v, is := m.Body.(Proposal)
		if !ok || !is || !gated(v, b.Stage) {
			return nil
		}
		if _, st, seen := see(s.Near, v.Gate); !seen || st.Name != gateOpen {
			return []cell.Breach{{Rule: "venture.gate-closed", At: "/body/stage", Why: "the gate that the venture hangs on is not open as this desk sees it"}}
		}
	}
	return nil
}

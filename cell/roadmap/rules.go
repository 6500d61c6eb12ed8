package roadmap

import (
	"fmt"
	"slices"

	"parley/cell"
)

// Breaches keeps what needs the charter: every party reads D-day.
func (d DDay) Breaches(h cell.Held, c *cell.Charter) []cell.Breach { return judgeParties(h, c) }

// Breaches keeps what needs the charter: a phase as agreed, desks that are
// addressed, a kind that the charter words, and a D-day for dates relative to it.
func (g Gate) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	out := judgeParties(h, c)
	if !slices.ContainsFunc(c.Phases, func(p cell.Phase) bool { return p.ID == g.Phase }) {
		out = append(out, cell.Breach{Rule: "roadmap.phase", At: "/body/phase", Why: "the charter has no phase " + g.Phase})
	}
	for i, d := range g.Deciders {
		if !c.IsFounder(d) || !h.Addressed(d) {
			out = append(out, cell.Breach{Rule: "roadmap.deciders", At: fmt.Sprintf("/body/deciders/%d", i), Why: d + " is no party or supervisor that this is addressed to"})
		}
	}
	for i, x := range g.Conditions {
		at := fmt.Sprintf("/body/conditions/%d", i)
		if len(x.AfterDays) > 0 && g.DDay == "" {
			out = append(out, cell.Breach{Rule: "roadmap.no-dday", At: at + "/after_days", Why: "a date relative to D-day, and no D-day is declared"})
		}
		if _, ok := c.Template(x.Quiet); x.Quiet != "" && !ok {
			out = append(out, cell.Breach{Rule: "roadmap.quiet-unknown", At: at + "/quiet", Why: "the charter knows no " + x.Quiet + ": it would seem quiet for ever"})
		}
	}
	return out
}

// judgeParties: the roadmap is every party's.
func judgeParties(h cell.Held, c *cell.Charter) []cell.Breach {
	if d, ok := h.Misses(c.Parties()); ok {
		return []cell.Breach{{Rule: "roadmap.audience", At: "/to", Why: "it is addressed to every party, also to " + d}}
	}
	return nil
}

// Succeeds refuses every change of a gate: what was signed would hang on other
// conditions than those that its signatures name.
func (Gate) Succeeds(cell.Body) []cell.Breach {
	return []cell.Breach{{Rule: "roadmap.gate-fixed", At: "/body", Why: "a gate is not changed: withdraw it and set another"}}
}

// judge keeps what a signature must be: of a desk that decides, to everybody
// who holds the gate, and naming all the conditions of the gate that it opens.
func judge(h cell.Held, p cell.Past, _ *cell.Charter) []cell.Breach {
	s, ok := h.Body.(Sign)
	head, has := p.Head(h.Record)
	g, is := head.Body.(Gate)
	if !ok || !has || !is {
		return nil // refused for that where it must be
	}
	var out []cell.Breach
	if !slices.Contains(g.Deciders, h.Desk) {
		out = append(out, cell.Breach{Rule: "roadmap.not-decider", At: "/desk", Why: "this desk is none of those that decide the gate"})
	}
	if !slices.Equal(h.Audience(), head.Audience()) {
		out = append(out, cell.Breach{Rule: "roadmap.audience", At: "/to", Why: "a signature goes to everybody who holds the gate"})
	}
	for i, id := range s.Met {
		if !slices.ContainsFunc(g.Conditions, func(c Condition) bool { return c.ID == id }) {
			out = append(out, cell.Breach{Rule: "roadmap.condition-missing", At: fmt.Sprintf("/body/met/%d", i), Why: "the gate has no condition " + id})
		}
	}
	for _, c := range g.Conditions {
		if s.Open == Opens && !slices.Contains(s.Met, c.ID) {
			out = append(out, cell.Breach{Rule: "roadmap.condition-missing", At: "/body/met", Why: "the gate is opened without its condition " + c.ID})
		}
	}
	return out
}

// holds keeps back what this desk should not file now, for what it holds: a
// signature while a condition is not met, a gate that hangs on no D-day, and
// the withdrawal of a D-day that all agreed to.
func holds(s cell.Situation, h cell.Held, _ cell.Kind) []cell.Breach {
	switch b := h.Body.(type) {
	case Gate:
		if b.DDay == "" {
			return nil
		}
		ref, _ := cell.ParseRef(b.DDay)
		if m, _, ok := s.Near.See(ref); !ok || m.Kind != KindDDay {
			return []cell.Breach{{Rule: "roadmap.no-dday", At: "/body/dday", Why: "no declaration of D-day with that key is held at this desk"}}
		}
	case Sign:
		m, _, ok := s.Near.See(h.About)
		g, is := m.Body.(Gate)
		if !ok || !is || b.Open != Opens {
			return nil
		}
		k := s.Case(m)
		var out []cell.Breach
		for _, f := range find(k, g) {
			if !f.Met {
				out = append(out, cell.Breach{Rule: "roadmap.unmet", At: "/body/met", Why: "the condition " + f.ID + " is not met: " + f.Why})
			}
		}
		return out
	case cell.Cancel:
		if m, st, ok := s.Near.See(h.About); ok && m.Kind == KindDDay && st.Name == StateAgreed {
			return []cell.Breach{{Rule: "roadmap.bound", At: "/about", Why: "every party has agreed to it: one desk does not withdraw it"}}
		}
	}
	return nil
}

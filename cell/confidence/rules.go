package confidence

import (
	"fmt"
	"slices"

	"parley/cell"
)

// Breaches keeps what needs the charter: members are obliged, and every party
// reads what is asked of it.
func (m Measure) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	for i, d := range m.Obliged {
		if !c.IsFounder(d) || !h.Addressed(d) {
			out = append(out, cell.Breach{Rule: "confidence.obliged", At: fmt.Sprintf("/body/obliged/%d", i), Why: d + " is no party or supervisor that this is addressed to"})
		}
	}
	if d, ok := h.Misses(c.Parties()); ok {
		out = append(out, cell.Breach{Rule: "confidence.audience", At: "/to", Why: "a measure is addressed to every party, also to " + d})
	}
	return out
}

// Succeeds keeps who is obliged, and wants a reason for every change: no date
// is moved in silence (CBM-08).
func (m Measure) Succeeds(before cell.Body) []cell.Breach {
	b, ok := before.(Measure)
	if !ok {
		return nil
	}
	var out []cell.Breach
	if !slices.Equal(m.Obliged, b.Obliged) {
		out = append(out, cell.Breach{Rule: "confidence.obliged-fixed", At: "/body/obliged", Why: "who is obliged stays: propose another measure"})
	}
	if len(m.Reason) == 0 || slices.Equal(m.Reason, b.Reason) {
		out = append(out, cell.Breach{Rule: "confidence.reason-missing", At: "/body/reason", Why: "a change says why"})
	}
	return out
}

// Succeeds refuses every change: each side lays its step in on the terms that
// it read.
func (Escrow) Succeeds(cell.Body) []cell.Breach {
	return []cell.Breach{{Rule: "confidence.escrow-fixed", At: "/body", Why: "the terms of an escrow are not changed: let it be returned and open another"}}
}

// Breaches keeps what needs the charter: two parties exchange, a supervisor
// decides, all three read it, and there is time.
func (e Escrow) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	for i, d := range e.Sides {
		if c.Role(d) != cell.Party || !h.Addressed(d) {
			out = append(out, cell.Breach{Rule: "confidence.escrow-roles", At: fmt.Sprintf("/body/sides/%d", i), Why: d + " is no party that this is addressed to"})
		}
	}
	if c.Role(e.Decides) != cell.Supervisor || !h.Addressed(e.Decides) {
		out = append(out, cell.Breach{Rule: "confidence.escrow-roles", At: "/body/decides", Why: e.Decides + " is no supervisor that this is addressed to"})
	}
	if e.Timeout <= h.At {
		out = append(out, cell.Breach{Rule: "confidence.after-timeout", At: "/body/timeout", Why: "the timeout is not ahead"})
	}
	return out
}

// judge applies the module's rules of conduct.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	head, ok := p.Head(h.Record)
	if !ok {
		return nil // refused for that
	}
	m, _ := head.Body.(Measure)
	e, _ := head.Body.(Escrow)
	switch b := h.Body.(type) {
	case Delivery:
		return append(judgeAudience(h, head), judgeDelivery(h, b, m)...)
	case Score:
		return judgeAudience(h, head)
	case Deposit:
		return judgeDeposit(h, b, e, p, c)
	case Commit:
		return append(judgeAudience(h, head), judgeSide(h, e, p)...)
	case Release:
		return append(judgeAudience(h, head), judgeRelease(h, b, e, p, c)...)
	case Return:
		return judgeAudience(h, head)
	}
	return nil
}

// judgeAudience: what moves a matter goes to everybody who holds it, so that
// all desks see it alike.
func judgeAudience(h, head cell.Held) []cell.Breach {
	if slices.Equal(h.Audience(), head.Audience()) {
		return nil
	}
	return []cell.Breach{{Rule: "confidence.audience", At: "/to", Why: "it goes to everybody who holds the matter, and to nobody else"}}
}

// judgeDelivery: by a desk that is obliged, of what lies behind it.
func judgeDelivery(h cell.Held, d Delivery, m Measure) []cell.Breach {
	var out []cell.Breach
	if !slices.Contains(m.Obliged, h.Desk) {
		out = append(out, cell.Breach{Rule: "confidence.not-obliged", At: "/desk", Why: "only a desk that the measure obliges delivers it"})
	}
	if d.At > h.At {
		out = append(out, cell.Breach{Rule: "confidence.delivery-future", At: "/body/at", Why: "what lies ahead is not delivered"})
	}
	return out
}

// judgeSide: by one of the two sides, in time, and once.
func judgeSide(h cell.Held, e Escrow, p cell.Past) []cell.Breach {
	var out []cell.Breach
	if !e.side(h.Desk) {
		out = append(out, cell.Breach{Rule: "confidence.not-a-side", At: "/desk", Why: "only the two sides of the escrow lay a step in"})
	}
	if h.At > e.Timeout {
		out = append(out, cell.Breach{Rule: "confidence.after-timeout", At: "/at", Why: "the timeout of the escrow has passed"})
	}
	if slices.ContainsFunc(p.Own, func(o cell.Held) bool { return o.Kind == h.Kind && o.About == h.About }) {
		out = append(out, cell.Breach{Rule: "confidence.laid-in-once", At: "/about", Why: "this desk has laid a step in before"})
	}
	return out
}

// judgeDeposit: to the supervisor that decides and to nobody else, with a
// signature that holds.
func judgeDeposit(h cell.Held, d Deposit, e Escrow, p cell.Past, c *cell.Charter) []cell.Breach {
	out := judgeSide(h, e, p)
	if !slices.Equal(h.To, []string{e.Decides}) {
		out = append(out, cell.Breach{Rule: "confidence.deposit-private", At: "/to", Why: "a step is laid in with " + e.Decides + " alone"})
	}
	if d.Escrow != h.About.String() {
		out = append(out, cell.Breach{Rule: "confidence.step-escrow", At: "/body/escrow", Why: "the step is signed for another escrow"})
	}
	s := d.of(h.Desk)
	if err := c.VerifyCeremony(h.Desk, s.text(d.Escrow, h.Charter, c), d.Line); err != nil {
		out = append(out, cell.Breach{Rule: "confidence.step-signature", At: "/body/signature", Why: err.Error()})
	}
	return out
}

// judgeRelease: in time, both steps or none, each opening the commitment of its
// side that is cited, each signed.
func judgeRelease(h cell.Held, r Release, e Escrow, p cell.Past, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	if h.At > e.Timeout {
		out = append(out, cell.Breach{Rule: "confidence.after-timeout", At: "/at", Why: "the timeout of the escrow has passed: return both"})
	}
	if r.Escrow != h.About.String() {
		out = append(out, cell.Breach{Rule: "confidence.step-escrow", At: "/body/escrow", Why: "the steps are signed for another escrow"})
	}
	if len(r.Steps) != 2 || r.Steps[0].Desk == r.Steps[1].Desk || !e.side(r.Steps[0].Desk) || !e.side(r.Steps[1].Desk) {
		return append(out, cell.Breach{Rule: "confidence.both-or-none", At: "/body/steps", Why: "the steps of both sides are released together, or none"})
	}
	for i, s := range r.Steps {
		at := fmt.Sprintf("/body/steps/%d", i)
		by, ok := commitOf(s.Desk, h, p)
		if !ok {
			out = append(out, cell.Breach{Rule: "confidence.both-or-none", At: "/cites", Why: "the commitment of " + s.Desk + " is not cited"})
			continue
		}
		if s.commitment(r.Escrow, by.Charter, c) != by.Body.(Commit).Hash {
			out = append(out, cell.Breach{Rule: "confidence.step-opens", At: at, Why: "the step does not open the commitment of " + s.Desk})
		}
		if err := c.VerifyCeremony(s.Desk, s.text(r.Escrow, by.Charter, c), s.Line); err != nil {
			out = append(out, cell.Breach{Rule: "confidence.step-signature", At: at + "/signature", Why: err.Error()})
		}
	}
	return out
}

// commitOf finds a side's commitment to the same escrow among what is cited.
func commitOf(desk string, h cell.Held, p cell.Past) (cell.Held, bool) {
	for _, x := range h.Cites {
		by := p.Cited[x]
		if _, ok := by.Body.(Commit); ok && by.Desk == desk && by.About == h.About {
			return by, true
		}
	}
	return cell.Held{}, false
}

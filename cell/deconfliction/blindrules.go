package deconfliction

import (
	"slices"

	"parley/cell"
)

// byNode wants a record that follows from what a node found, and is nobody's
// word.
func byNode(h cell.Held) []cell.Breach {
	if h.By.Role == node.Role {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.by-node", At: "/by/role", Why: "the node files it by itself, from what it holds"}}
}

// node files what the supervisor's node finds, and what both desks let be shown.
var node = cell.By{Officer: "node", Role: "node"}

// blindRules: a blind notice goes to the supervisor alone, where the charter has
// the terms of it (DEC-10).
func blindRules(a Activity, h cell.Held, c *cell.Charter) (out []cell.Breach) {
	if !isBlind(a.Confidentiality) {
		return nil
	}
	if !c.Blind.Any() {
		out = append(out, cell.Breach{Rule: "deconfliction.blind", At: "/body/confidentiality", Why: "the charter has no terms on which a notice is kept from the other party"})
	}
	if len(h.To) == 0 || slices.ContainsFunc(h.To, func(d string) bool { return c.Role(d) != cell.Supervisor }) {
		out = append(out, cell.Breach{Rule: "deconfliction.blind-to", At: "/to", Why: "a notice that the supervisor alone may read is addressed to the supervisor alone"})
	}
	return out
}

// judgeChecked: of the notice as a version of it stands, to everybody who holds
// it.
func judgeChecked(h cell.Held, p cell.Past) []cell.Breach {
	out := byNode(h)
	if head, ok := p.Head(h.Record); ok && !slices.Equal(head.Audience(), h.Audience()) {
		out = append(out, cell.Breach{Rule: "deconfliction.audience", At: "/to", Why: "everybody who holds the notice is told, and nobody else"})
	}
	return out
}

// judgeBlindConflict: of the notices of two parties, to these two.
func judgeBlindConflict(h cell.Held, b BlindConflict, c *cell.Charter) []cell.Breach {
	out := byNode(h)
	desks := b.owners()
	slices.Sort(desks)
	if desks[0] == desks[1] || slices.ContainsFunc(desks, func(d string) bool { return c.Role(d) != cell.Party }) {
		return append(out, cell.Breach{Rule: "deconfliction.owner", At: "/body/between", Why: "the notices are of two parties"})
	}
	if !slices.Equal(h.To, desks) {
		out = append(out, cell.Breach{Rule: "deconfliction.audience", At: "/to", Why: "the two desks whose notices meet are told, and nobody else"})
	}
	if slices.ContainsFunc(b.Hidden, func(d string) bool { return !slices.Contains(desks, d) }) {
		out = append(out, cell.Breach{Rule: "deconfliction.owner", At: "/body/hidden", Why: "it names a desk that is neither of the two"})
	}
	return out
}

// atBlind gives the blind conflict that a record is about, when it is about one.
func atBlind(h cell.Held, p cell.Past) (BlindConflict, bool) {
	head, ok := p.Head(h.Record)
	b, is := head.Body.(BlindConflict)
	return b, ok && is
}

// ofBlind wants a record in a blind conflict to come from one of the two desks, and to
// go to everybody who holds it.
func ofBlind(h cell.Held, b BlindConflict, p cell.Past, also ...string) (out []cell.Breach) {
	if !slices.Contains(append(b.owners(), also...), h.Desk) {
		out = append(out, cell.Breach{Rule: "deconfliction.owner", At: "/desk", Why: "only the desks whose notices meet speak here"})
	}
	if head, ok := p.Head(h.Record); ok && !slices.Equal(head.Audience(), h.Audience()) {
		out = append(out, cell.Breach{Rule: "deconfliction.audience", At: "/to", Why: "everybody who holds it is told, and nobody else"})
	}
	return out
}

// judgeReveal: by a desk whose notice is blind, when both desks consented by
// records that it cites; and of that notice.
func judgeReveal(h cell.Held, b Reveal, p cell.Past) []cell.Breach {
	m, ok := atBlind(h, p)
	if !ok {
		return nil // the kernel wants the head cited
	}
	out := ofBlind(h, m, p)
	if r, ok := m.of(h.Desk); ok && (r.String() != b.Notice || !slices.Contains(m.Hidden, h.Desk)) {
		out = append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/notice", Why: "it is not the blind notice of this desk that meets"})
	}
	for _, d := range m.owners() {
		if !slices.ContainsFunc(h.Cites, func(x cell.Cite) bool {
			said, ok := p.Cited[x]
			c, is := said.Body.(Consent)
			return ok && is && said.Desk == d && said.About == h.About && c.Reveal == "yes"
		}) {
			out = append(out, cell.Breach{Rule: "deconfliction.consent", At: "/cites", Why: "it cites the consent of both desks: that of " + d + " is missing"})
		}
	}
	return out
}

// judgeConfirm: of a reveal that it cites.
func judgeConfirm(h cell.Held, b Confirm, p cell.Past) []cell.Breach {
	out := byNode(h)
	if m, ok := atBlind(h, p); ok && !slices.Contains(m.Between, b.Notice) {
		out = append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/notice", Why: "the notice is not one of the two"})
	}
	if !slices.ContainsFunc(h.Cites, func(x cell.Cite) bool {
		r, ok := p.Cited[x].Body.(Reveal)
		return ok && r.Notice == b.Notice
	}) {
		out = append(out, cell.Breach{Rule: "deconfliction.reveal", At: "/cites", Why: "it cites what the desk showed of that notice"})
	}
	return out
}

// proposalAtBlind: by one of the two desks or the supervisor, and of one of the
// two notices.
func proposalAtBlind(h cell.Held, m BlindConflict, notice, desk string, p cell.Past, c *cell.Charter) []cell.Breach {
	out := ofBlind(h, m, p, c.Supervisors()...)
	r, ok := m.of(desk)
	if !ok || r.String() != notice {
		out = append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/notice", Why: "it is not the notice of " + desk + " that meets: its key is " + r.String()})
	}
	return out
}

// answerAtBlind: by one of the two desks, to a proposal of another in the same
// blind conflict.
func answerAtBlind(h cell.Held, m BlindConflict, of cell.Held, p cell.Past) []cell.Breach {
	out := ofBlind(h, m, p)
	if of.Desk == h.Desk {
		out = append(out, answersItself)
	}
	return out
}

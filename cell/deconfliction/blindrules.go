package deconfliction

import (
	"fmt"
	"slices"

	"parley/cell"
)

// byNode wants a record that follows from what a node found, and is nobody's
// word.
func byNode(h cell.Held) []cell.Breach {
	if h.By.Role == cell.ByNode().Role {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.by-node", At: "/by/role", Why: "the node files it by itself, from what it holds"}}
}

// blindRules: a blind notice goes to the supervisor alone, where the charter has
// the terms of it (DEC-10).
func blindRules(a Activity, h cell.Held, c *cell.Charter) (out []cell.Breach) {
	if !isBlind(a.Confidentiality) {
		return nil
	}
	if !c.Blind.Any() {
		out = append(out, cell.Breach{Rule: "deconfliction.blind", At: "/body/confidentiality", Why: "the charter has no terms on which a notice is kept from the other party"})
	}
	if to := slices.Sorted(slices.Values(c.Supervisors())); !slices.Equal(h.To, to) {
		out = append(out, cell.Breach{Rule: "deconfliction.blind-to", At: "/to", Why: "a notice that the supervisor alone may read is addressed to the supervisor alone"})
	}
	return out
}

// onGrid: where a notice may be blind, each is laid over the charter's grid, and
// one over too many squares is none that can be answered.
func onGrid(vs []cell.Volume, activity string, c *cell.Charter) []cell.Breach {
	if !c.Blind.Any() {
		return nil
	}
	n, margin := 0.0, c.WidestMargin(activity).LateralM
	for _, v := range vs {
		if list := v.Geo(); len(list) > 0 {
			n += c.Blind.Grid().Count(list[0].Shape, margin)
		}
	}
	if n <= mostSquares {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.squares", At: "/body/volumes", Why: fmt.Sprintf("the boxes around its volumes cover %.0f squares of the charter's grid, more than %d: give a long way in parts", n, mostSquares)}}
}

// mostSquares is how many squares the boxes around the volumes of a notice cover
// at most.
const mostSquares = 4000

// judgeChecked: of the notice as a version of it stands, to everybody who holds
// it.
func judgeChecked(h cell.Held, p cell.Past) []cell.Breach {
	return append(byNode(h), toHolders(h, p, "the notice")...)
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
	return append(out, toHolders(h, p, "it")...)
}

// judgeReveal: by the supervisor's node, when both desks consented by records that
// it cites; and of the blind ones of the two.
func judgeReveal(h cell.Held, b Reveal, p cell.Past, c *cell.Charter) []cell.Breach {
	m, ok := atBlind(h, p)
	if !ok {
		return nil // the kernel wants the head cited
	}
	out := append(byNode(h), ofBlind(h, m, p, c.Supervisors()...)...)
	var shown []string
	for _, x := range b.Notices {
		r, _ := cell.ParseRef(x.Notice)
		if !slices.Contains(m.Between, x.Notice) {
			out = append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/notices", Why: "it shows a notice that is not one of the two"})
		}
		shown = append(shown, r.Desk)
	}
	if !slices.Equal(slices.Sorted(slices.Values(shown)), slices.Sorted(slices.Values(m.Hidden))) {
		out = append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/notices", Why: "what is blind is shown at once, and nothing else"})
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

// judgeParted: to everybody who holds it.
func judgeParted(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	out := byNode(h)
	if m, ok := atBlind(h, p); ok {
		out = append(out, ofBlind(h, m, p, c.Supervisors()...)...)
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

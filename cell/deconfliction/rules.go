package deconfliction

import (
	"fmt"
	"slices"
	"strings"

	"parley/cell"
)

// RuleConflict derives the conflict of two notices (DEC-08 in part).
const RuleConflict = "deconfliction.conflict/1"

// The types of activity whose notice says whether an armed escort goes along
// (DEC-06).
const (
	movement     = "movement"
	humanitarian = "humanitarian"
)

// Breaches gives the rules of the charter that a notice does not keep, when it
// is filed and whenever it is changed.
func (n Notice) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	t, ok := c.Activity(n.Activity)
	if !ok {
		var known []string
		for _, a := range c.Activities {
			known = append(known, a.Type)
		}
		out = append(out, cell.Breach{Rule: "deconfliction.activity", At: "/body/activity",
			Why: fmt.Sprintf("the charter has no activity of the type %q: it has %s", n.Activity, strings.Join(known, ", "))})
	} else if km2 := n.Area.Shape().AreaM2() / 1e6; km2 > float64(t.MaxAreaKM2) {
		out = append(out, cell.Breach{Rule: "deconfliction.area-limit", At: "/body/area",
			Why: fmt.Sprintf("the area has %.1f km², more than the %d km² of the type %s: draw it nearer to what is used", km2, t.MaxAreaKM2, t.Type)})
	}
	if n.Window.Until < h.At {
		out = append(out, cell.Breach{Rule: "deconfliction.window-over", At: "/body/window/until",
			Why: "the window was over at " + cell.DTG(n.Window.Until) + ", before this was written"})
	}
	if n.Escort == "" && (n.Activity == movement || n.Activity == humanitarian) {
		out = append(out, cell.Breach{Rule: "deconfliction.escort", At: "/body/escort", Why: "say whether an armed escort goes along: yes or no"})
	}
	return out
}

// judge applies the module's rules of conduct to what is said about a notice
// or a conflict.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	switch b := h.Body.(type) {
	case Complete:
		return judgeComplete(h, b, p)
	case Propose:
		return judgeProposal(h, b, p, c)
	case Accept:
		return judgeAnswer(h, b.Hash, p)
	case Decline:
		return judgeAnswer(h, b.Hash, p)
	}
	return nil
}

// judgeComplete: an activity that has ended has not ended later than now, and
// everybody who was told of it is told.
func judgeComplete(h cell.Held, b Complete, p cell.Past) []cell.Breach {
	var out []cell.Breach
	if b.Ended > h.At {
		out = append(out, cell.Breach{Rule: "deconfliction.ended-later", At: "/body/ended", Why: "it cannot have ended after this was written"})
	}
	if head, ok := p.Head(h.Record); ok && !slices.Equal(head.Audience(), h.Audience()) {
		out = append(out, cell.Breach{Rule: "deconfliction.audience", At: "/to", Why: "everybody who holds the notice is told that it has ended, and nobody else"})
	}
	return out
}

// ConflictID gives the identity of the conflict of two notices by the records
// that opened them, and the desks that hold both, sorted.
func ConflictID(a, b cell.Held) (id string, desks []string) {
	desks = cell.BothHold(a, b)
	return cell.DerivedID(RuleConflict, desks, []cell.Cite{a.Cite(), b.Cite()}), desks
}

// judgeProposal: about the conflict of exactly the two notices that it cites,
// so that nobody speaks about an invented one; to the desks that hold both; by
// one of the two or the supervisor; and it names one of the two.
func judgeProposal(h cell.Held, b Propose, p cell.Past, c *cell.Charter) []cell.Breach {
	var between []cell.Held
	for _, x := range h.Cites {
		if n, ok := p.Cited[x]; ok && n.Kind == KindNotice {
			between = append(between, n)
		}
	}
	if len(h.Cites) != 2 || len(between) != 2 || between[0].Desk == between[1].Desk {
		return []cell.Breach{{Rule: "deconfliction.conflict", At: "/cites", Why: "a proposal cites the two notices that meet, one of each desk, and nothing else"}}
	}
	out := judgeConflict(h, h.Cites)
	if !ownerOf(h.Cites, h.Desk) && c.Role(h.Desk) != cell.Supervisor {
		out = append(out, cell.Breach{Rule: "deconfliction.owner", At: "/desk", Why: "only the desks whose notices meet, and the supervisor, propose"})
	}
	i := slices.IndexFunc(between, func(n cell.Held) bool { return n.Desk == b.Desk })
	if i < 0 {
		return append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/desk", Why: "neither of the two notices is of the desk " + b.Desk})
	}
	n := cell.Matter{Ref: between[i].Ref(), Head: &between[i]}
	if b.Notice != n.Ref.String() && b.Notice != n.Number(c) {
		out = append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/notice",
			Why: "the notice of " + b.Desk + " that is cited is " + n.Number(c) + ", not " + b.Notice})
	}
	return out
}

// judgeAnswer: to the proposal that it cites first, about the same conflict, by
// a desk whose notice it is about and which did not propose it, and naming the
// exact text that it answers.
func judgeAnswer(h cell.Held, hash string, p cell.Past) []cell.Breach {
	of, ok := p.First(h.Record)
	if !ok || of.Kind != KindPropose || of.About != h.About {
		return []cell.Breach{{Rule: "deconfliction.proposal", At: "/cites/0", Why: "an answer cites first the proposal that it answers, of the same conflict"}}
	}
	out := judgeConflict(h, of.Cites)
	switch {
	case !ownerOf(of.Cites, h.Desk):
		out = append(out, cell.Breach{Rule: "deconfliction.owner", At: "/desk", Why: "only the desks whose notices meet accept or decline"})
	case of.Desk == h.Desk:
		out = append(out, cell.Breach{Rule: "deconfliction.answer-own", At: "/cites/0", Why: "who proposed has agreed by proposing, and does not answer itself"})
	}
	if hash != of.Hash {
		out = append(out, cell.Breach{Rule: "deconfliction.accept-hash", At: "/body/hash", Why: "the hash is not that of the proposal cited"})
	}
	return out
}

// judgeConflict wants a record to be about the conflict that follows from the
// causes, and to go to the desks that hold both.
func judgeConflict(h cell.Held, causes []cell.Cite) []cell.Breach {
	if h.About != (cell.Ref{ID: cell.DerivedID(RuleConflict, h.Audience(), causes)}) {
		return []cell.Breach{{Rule: "deconfliction.conflict", At: "/about", Why: "it is not about the conflict of the two notices cited, as the desks hold it that it is addressed to"}}
	}
	return nil
}

// ownerOf reports whether a desk wrote one of the two notices of a conflict.
func ownerOf(causes []cell.Cite, desk string) bool {
	return slices.ContainsFunc(causes, func(c cell.Cite) bool { return c.Desk == desk })
}

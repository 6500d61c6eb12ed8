package deconfliction

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/cell"
	"parley/geo"
)

// RuleConflict derives the conflict of two notices (DEC-08 in part).
const RuleConflict = "deconfliction.conflict/1"

// The types of activity whose notice in the older form says whether an armed escort
// goes along (DEC-06).
const (
	movement     = "movement"
	humanitarian = "humanitarian"
)

// escorted are the types whose newer notice says it in every form and charter (DEC-06);
// others do where a form of movement is for them ([moving]).
var escorted = []string{movement, humanitarian, "vip"}

// Breaches gives the rules of the charter that a notice does not keep, when it
// is filed and whenever it is changed.
func (n Notice) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	t, out := typeOf(n.Activity, c)
	if len(out) == 0 {
		out = tooLarge(n.Area.Shape().AreaM2(), 1, t, "/body/area")
	}
	out = append(out, changedOver("/body/area", c.Theatre(), n.Area.Ring, n.Area.Centre)...)
	out = append(out, overBefore(n.Window.Until, h.At, "/body/window/until")...)
	for _, b := range beyond([]cell.Span{n.Window}, h.At, "/body/window/", c) {
		b.At = strings.Replace(b.At, "/window/0/", "/window/", 1)
		out = append(out, b)
	}
	if c.Blind.Any() {
		out = append(out, cell.Breach{Rule: "deconfliction.blind", At: "/kind", Why: "this older form is not laid beside blind notices: file the form of the activity"})
	}
	if n.Escort == "" && (n.Activity == movement || n.Activity == humanitarian) {
		out = append(out, noEscort)
	}
	return out
}

var noEscort = cell.Breach{Rule: "deconfliction.escort", At: "/body/escort", Why: "say whether an armed escort goes along: yes or no"}

func overBefore(until, at int64, place string) []cell.Breach {
	if until >= at {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.window-over", At: place, Why: "the window was over at " + cell.DTG(until) + ", before this was written"}}
}

// typeOf finds a type of activity in the charter.
func typeOf(name string, c *cell.Charter) (cell.ActivityType, []cell.Breach) {
	t, ok := c.Activity(name)
	if ok {
		return t, nil
	}
	var known []string
	for _, a := range c.Activities {
		known = append(known, a.Type)
	}
	return t, []cell.Breach{{Rule: "deconfliction.activity", At: "/body/activity",
		Why: fmt.Sprintf("the charter has no activity of the type %q: it has %s", name, strings.Join(known, ", "))}}
}

// Breaches gives the rules of the charter that an activity does not keep, when
// it is filed and whenever it is changed.
func (a Activity) Breaches(h cell.Held, c *cell.Charter) []cell.Breach { return a.breaches(h, a, c) }

// Breaches gives those of a notice of works, which says more.
func (w Works) Breaches(h cell.Held, c *cell.Charter) []cell.Breach { return w.breaches(h, w, c) }

func (a Activity) breaches(h cell.Held, said form, c *cell.Charter) []cell.Breach {
	t, out := typeOf(a.Activity, c)
	if len(out) == 0 {
		out = allTooLarge(a.Volumes, t)
	}
	theatre := c.Theatre()
	out = append(out, volumesChangedOver(a.Volumes, theatre)...)
	for _, p := range a.Site {
		out = append(out, changedOver("/body/site/0", theatre, []cell.Point{{Lat: p.Lat, Lon: p.Lon}})...)
	}
	out = append(out, upsideDown(a.Volumes, c)...)
	out = append(out, overBefore(a.Span().Until, h.At, "/body/volumes")...)
	out = append(out, volumesBeyond(a.Volumes, h.At, c)...)
	out = append(out, asks(h.Kind, a, said, c)...)
	out = append(out, blindRules(a, h, c)...)
	out = append(out, onGrid(a.Volumes, a.Activity, c)...)
	return append(out, offRoute(a)...)
}

// upsideDown: by the ground of this theatre, the top of a band lies below its
// bottom everywhere (DEC-11).
func upsideDown(vs []cell.Volume, c *cell.Charter) (out []cell.Breach) {
	for i, v := range vs {
		if v.UpsideDown(c.Ground.Geo()) {
			out = append(out, cell.Breach{Rule: "deconfliction.band", At: "/body/volumes/" + strconv.Itoa(i) + "/high",
				Why: fmt.Sprintf("wherever the ground of this theatre lies, %d m %s is below %d m %s: measure both from the same", v.High[0].M, v.High[0].Reference, v.Low[0].M, v.Low[0].Reference)})
		}
	}
	return out
}

// offRoute: a point of the way that lies in none of the volumes is laid beside
// nothing, and nobody would be told.
func offRoute(a Activity) (out []cell.Breach) {
	if len(a.Route) == 0 {
		return nil
	}
	vs := geometry(a.Volumes)
	for i, w := range a.Route {
		if slices.ContainsFunc(vs, func(v geo.Volume) bool {
			return (w.At == 0 || v.From <= w.At && w.At <= v.Until) && geo.Within(w.Place.Point(), v.Shape, 0)
		}) {
			continue
		}
		out = append(out, cell.Breach{Rule: "deconfliction.route", At: "/body/route/" + strconv.Itoa(i),
			Why: "at its time the point lies in none of the volumes: draw the corridor over the whole way, and its window over the whole time"})
	}
	return out
}

// judge applies the module's rules of conduct to what is said about a notice
// or a conflict.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	switch b := h.Body.(type) {
	case Complete:
		return judgeHappened(h, b.Ended, "/body/ended", p)
	case ControllerSays:
		return judgeController(h, b, p)
	case Deviate:
		return judgeHappened(h, b.Since, "/body/since", p)
	case CheckIn:
		return judgeCheckIn(h, b, p)
	case LostContact:
		return judgeLost(h, b, p)
	case Seen:
		return judgeSeen(h)
	case Propose:
		out := judgeProposal(h, b.Notice, b.Desk, p, c)
		causes := 2
		if _, ok := atBlind(h, p); ok {
			causes = 1 // the record that opened it
		}
		if b.Instead != "" && len(h.Cites) == causes+1 && p.Cited[h.Cites[causes]].Hash == b.Instead {
			return out
		}
		if b.Instead != "" || len(h.Cites) > causes {
			out = append(out, cell.Breach{Rule: "deconfliction.proposal", At: "/body/instead", Why: "a counter-proposal cites last the proposal that it answers, and names its hash"})
		}
		return out
	case Propose1:
		return judgeProposal(h, b.Notice, b.Desk, p, c)
	case Decide:
		return judgeDecision(h, b, p, c)
	case Checked:
		return judgeChecked(h, p)
	case BlindConflict:
		return judgeBlindConflict(h, b, c)
	case Consent:
		if m, ok := atBlind(h, p); ok {
			return ofBlind(h, m, p)
		}
	case Reveal:
		return judgeReveal(h, b, p, c)
	case Parted:
		return judgeParted(h, p, c)
	case Probing:
		return byNode(h)
	case Accept:
		return judgeAnswer(h, b.Hash, p)
	case Decline:
		return judgeAnswer(h, b.Hash, p)
	}
	return nil
}

// judgeHappened: what has happened to an activity, that it ended or went another
// way, has not happened later than it is said, and everybody who was told of the
// activity is told.
func judgeHappened(h cell.Held, at int64, field string, p cell.Past) []cell.Breach {
	var out []cell.Breach
	if at > h.At {
		out = append(out, cell.Breach{Rule: "deconfliction.ended-later", At: field, Why: "it cannot have happened after this was written"})
	}
	return append(out, toHolders(h, p, "the notice")...)
}

// toHolders wants what is said about a matter to go to everybody who holds it.
func toHolders(h cell.Held, p cell.Past, what string) []cell.Breach {
	if head, ok := p.Head(h.Record); !ok || slices.Equal(head.Audience(), h.Audience()) {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.audience", At: "/to", Why: "everybody who holds " + what + " is told, and nobody else"}}
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
func judgeProposal(h cell.Held, notice, desk string, p cell.Past, c *cell.Charter) []cell.Breach {
	if m, ok := atBlind(h, p); ok {
		return proposalAtBlind(h, m, notice, desk, p, c)
	}
	var between []cell.Held
	for _, x := range h.Cites {
		if n, ok := p.Cited[x]; ok && slices.Contains(Notices(), n.Kind) {
			between = append(between, n)
		}
	}
	if len(h.Cites) < 2 || len(h.Cites) > 3 || len(h.Cites) == 3 && h.Kind != KindPropose || len(between) != 2 || between[0].Desk == between[1].Desk {
		return []cell.Breach{{Rule: "deconfliction.conflict", At: "/cites", Why: "a proposal cites the two notices that meet, one of each desk, and nothing else"}}
	}
	causes := h.Cites[:2]
	out := judgeConflict(h, causes)
	if !ownerOf(causes, h.Desk) && c.Role(h.Desk) != cell.Supervisor {
		out = append(out, cell.Breach{Rule: "deconfliction.owner", At: "/desk", Why: "only the desks whose notices meet, and the supervisor, propose"})
	}
	i := slices.IndexFunc(between, func(n cell.Held) bool { return n.Desk == desk })
	if i < 0 {
		return append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/desk", Why: "neither of the two notices is of the desk " + desk})
	}
	n := cell.Matter{Ref: between[i].Ref(), Head: &between[i]}
	if notice != n.Ref.String() && notice != n.Number(c) {
		out = append(out, cell.Breach{Rule: "deconfliction.notice-named", At: "/body/notice",
			Why: "the notice of " + desk + " that is cited is " + n.Number(c) + ", not " + notice})
	}
	return out
}

// judgeDecision: by the supervisor, where the charter lets it decide, about the
// conflict of the two notices that it cites.
func judgeDecision(h cell.Held, b Decide, p cell.Past, c *cell.Charter) []cell.Breach {
	out := judgeProposal(h, b.Notice, b.Desk, p, c)
	if c.Deciding != cell.Supervisor || c.Role(h.Desk) != cell.Supervisor {
		out = append(out, cell.Breach{Rule: "deconfliction.deciding", At: "/desk", Why: "the charter lets the supervisor decide, or nobody: the two desks settle it"})
	}
	return out
}

// judgeController: by the desk that the notice names as the one that speaks with
// that controller.
func judgeController(h cell.Held, b ControllerSays, p cell.Past) []cell.Breach {
	var out []cell.Breach
	if b.At > h.At {
		out = append(out, cell.Breach{Rule: "deconfliction.controller-later", At: "/body/at", Why: "it cannot have been said after this was written"})
	}
	head, ok := p.Head(h.Record)
	if a, is := activityOf(head.Body); ok && is && !slices.ContainsFunc(a.Controllers, func(c Controller) bool { return c.Name == b.Controller && c.Through == h.Desk }) {
		out = append(out, cell.Breach{Rule: "deconfliction.controller", At: "/body/controller", Why: "the notice names no controller of that name that is reached through this desk"})
	}
	return out
}

// judgeAnswer: to the proposal that it cites first, about the same conflict, by
// a desk whose notice it is about and which did not propose it, and naming the
// exact text that it answers.
func judgeAnswer(h cell.Held, hash string, p cell.Past) []cell.Breach {
	of, ok := p.First(h.Record)
	m, met := atBlind(h, p)
	if !ok || of.Kind != KindPropose && of.Kind != KindPropose1 || of.About != h.About || len(of.Cites) < 2 && !met {
		return []cell.Breach{{Rule: "deconfliction.proposal", At: "/cites/0", Why: "an answer cites first the proposal that it answers, of the same conflict"}}
	}
	var out []cell.Breach
	if met {
		out = answerAtBlind(h, m, of, p)
	} else {
		out = answerAtConflict(h, of)
	}
	if hash != of.Hash {
		out = append(out, cell.Breach{Rule: "deconfliction.accept-hash", At: "/body/hash", Why: "the hash is not that of the proposal cited"})
	}
	return out
}

var answersItself = cell.Breach{Rule: "deconfliction.answer-own", At: "/cites/0", Why: "who proposed has agreed by proposing, and does not answer itself"}

func answerAtConflict(h, of cell.Held) []cell.Breach {
	causes := of.Cites[:2] // a counter-proposal cites a third
	out := judgeConflict(h, causes)
	switch {
	case !ownerOf(causes, h.Desk):
		out = append(out, cell.Breach{Rule: "deconfliction.owner", At: "/desk", Why: "only the desks whose notices meet accept or decline"})
	case of.Desk == h.Desk:
		out = append(out, answersItself)
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

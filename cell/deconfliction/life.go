package deconfliction

import (
	"cmp"
	"slices"

	"parley/cell"
)

// The states of a notice.
const (
	StateFiled       = "filed"
	StateClear       = "clear"
	StateActive      = "active"
	StateConflicting = "conflicting"
	StateEnded       = "ended"

	// And of one of the newer kinds.
	StateDraft         = "draft"
	StatePending       = "check-pending"
	StateAgreed        = "agreed"
	StateRefused       = "refused"
	StateNonconforming = "nonconforming"
)

// The states of a conflict.
const (
	StateOpen     = "open"
	StateProposed = "proposed"
	StateDecided  = "decided"
	StateAccepted = "accepted"
	StateCleared  = "cleared"
	StateExpired  = "expired"
)

// What is waited for in a conflict, beside the acks of the notices.
const (
	NeedProposal = cell.NeedProposal
	NeedAnswer   = "answer"
	NeedUpdate   = "update"
)

// lives are the states of the module's matters.
func lives() []cell.Life {
	return []cell.Life{noticeLife(), activityLife(), conflictLife(), blindConflictLife(), probingLife(), draftLife(), agreedLife(), holdingsLife(),
		lostLife(), interestLife(), ofInterestLife()}
}

// draftLife: a draft stays at its desk until it is filed as a notice, and is
// withdrawn then.
func draftLife() cell.Life {
	return cell.Life{Kinds: []string{KindDraft}, Stages: []cell.Stage{{Name: StateDraft, Says: "it is written or imported, and not filed"}}}
}

// noticeLife: a conflict stands above all that a notice goes through, also when
// its window has begun, until the conflict is over.
func noticeLife() cell.Life {
	return cell.Life{Kinds: []string{KindNotice}, Acks: true, Stages: []cell.Stage{
		{Name: StateFiled, From: []string{StateClear, StateActive, StateConflicting}, Says: "the desk gives notice", Waits: dissemination},
		{Name: StateClear, From: []string{StateFiled, StateConflicting}, Says: "an officer of the counterpart received it, and it meets no other",
			Waits: dissemination, When: func(k *cell.Case) (int64, bool) {
				at, ok := received(k.Matter, k.Charter)
				return at, ok && k.Stands()
			}},
		{Name: StateActive, From: []string{StateFiled, StateClear, StateConflicting}, Says: "its window has begun, and it meets no other",
			Waits: dissemination, When: func(k *cell.Case) (int64, bool) {
				from := spanSaid(k.Matter).From
				return from, k.Past(from) && k.Stands()
			}},
		{Name: StateConflicting, From: []string{StateFiled, StateClear, StateActive}, Says: "it meets a notice of another desk",
			Waits: dissemination, When: clash},
		{Name: StateEnded, From: []string{StateFiled, StateClear, StateActive, StateConflicting}, Ended: true, Says: "it is completed, or its window is over",
			When: func(k *cell.Case) (int64, bool) {
				if h, ok := k.First(KindComplete, k.Opener()); ok {
					return h.At, true
				}
				until := spanSaid(k.Matter).Until
				return until, k.Past(until)
			}},
	}}
}

// spanSaid gives from when until when a notice says now that it lasts.
func spanSaid(m cell.Matter) cell.Span {
	n, _ := noticeOf(m.Body)
	return spanOf(n.volumes)
}

// clash reports whether a notice has a conflict that is open, and since when.
func clash(k *cell.Case) (since int64, ok bool) {
	for _, m := range k.From(k.Ref) {
		d := m.Derived
		if d == nil || d.Rule != RuleConflict || d.Ended || k.Past(d.Until) {
			continue
		}
		if !ok || d.At < since {
			since, ok = d.At, true
		}
	}
	if at, meets := meetsBlind(k); meets && (!ok || at < since) {
		since, ok = at, true
	}
	return since, ok
}

// received gives when an officer of each counterpart had received what the
// notice says now; ok is false while one has not, or when none is addressed.
func received(m cell.Matter, c *cell.Charter) (at int64, ok bool) {
	for _, d := range m.Counterparts(c) {
		r := m.Column(d).Received
		if r == nil {
			return 0, false
		}
		at, ok = max(at, r.At), true
	}
	return at, ok
}

// conflictLife: the two desks propose, agree, and the one whose notice moves
// changes it; that change, and nothing else, clears the conflict.
func conflictLife() cell.Life {
	unsettled := []string{StateOpen, StateProposed, StateDecided, StateAccepted}
	return cell.Life{Kinds: []string{RuleConflict}, Stages: []cell.Stage{
		{Name: StateOpen, From: []string{StateProposed, StateDecided, StateAccepted, StateCleared}, Says: "two notices meet, no proposal stands", Waits: proposals},
		settling(StateProposed, StateOpen), settling(StateDecided, StateOpen, StateProposed), settling(StateAccepted, StateProposed, StateDecided),
		{Name: StateCleared, From: unsettled, Ended: true, Says: "a notice was changed, withdrawn or completed, and they no longer meet",
			When: func(k *cell.Case) (int64, bool) { return k.Derived.At, k.Derived.Ended }},
		{Name: StateExpired, From: unsettled, Ended: true, Says: "the common window is over",
			When: func(k *cell.Case) (int64, bool) {
				return k.Derived.Until, !k.Derived.Ended && k.Past(k.Derived.Until)
			}},
	}}
}

// settling gives a stage in which the two desks settle it, or the supervisor
// decides.
func settling(name string, from ...string) cell.Stage {
	switch name {
	case StateProposed:
		return cell.Stage{Name: name, From: from, Says: "a desk proposes who moves, and to when or what height", Waits: answers, When: proposed}
	case StateDecided:
		return cell.Stage{Name: name, From: from, Says: "the supervisor decides who moves, where the charter lets it", Waits: update, When: func(k *cell.Case) (int64, bool) {
			h, ok := decided(k)
			return h.At, ok
		}}
	}
	return cell.Stage{Name: StateAccepted, From: from, Says: "both desks agree to one proposal", Waits: update, When: func(k *cell.Case) (int64, bool) {
		o, ok := agreed(k)
		return o.agreedAt, ok
	}}
}

// proposals are owed by the desks whose notices meet: neither waits for the
// other. A desk that does not hold both cannot know; the supervisor, where it
// holds both, owes it in its place (DEC-10).
func proposals(k *cell.Case) []cell.Wait {
	since := k.At()
	for _, o := range offers(k) {
		since = max(since, o.declinedAt)
	}
	var who []string
	for _, d := range owners(k.Matter) {
		if slices.Contains(k.Audience(), d) {
			who = append(who, d)
			continue
		}
		who = append(who, k.Supervisors()...)
	}
	slices.Sort(who)
	var out []cell.Wait
	for _, d := range slices.Compact(who) {
		out = append(out, cell.Wait{Desk: d, For: NeedProposal, Since: since, Due: since + k.ReplyTime()})
	}
	return out
}

// answers are owed by the desks that have not agreed to a proposal that stands.
func answers(k *cell.Case) []cell.Wait {
	var out []cell.Wait
	for _, d := range owners(k.Matter) {
		for _, o := range standing(k) {
			if !slices.Contains(o.agreed, d) {
				out = append(out, cell.Wait{Desk: d, For: NeedAnswer, Since: o.rec.At, Due: o.rec.At + k.ReplyTime()})
				break
			}
		}
	}
	return out
}

// decided gives the supervisor's latest decision, unless a change came after it
// by which the notices meet otherwise.
func decided(k *cell.Case) (cell.Held, bool) {
	h, ok := k.Last(KindDecide, "")
	return h, ok && h.At >= changed(k.Matter)
}

// changed gives since when the two meet as they do now, 0 when they always did:
// what was proposed and decided before speaks of something else.
func changed(m cell.Matter) int64 {
	switch {
	case m.Derived != nil:
		return cell.Computed[Conflict](m.Derived).Since
	case m.Version != nil && m.Version != m.Head:
		return m.Version.At
	}
	return 0
}

// update is owed by the desk whose notice moves, as both agreed or else as the
// supervisor decided.
func update(k *cell.Case) []cell.Wait {
	o, ok := agreed(k)
	if !ok {
		h, ok := decided(k)
		if !ok {
			return nil
		}
		return []cell.Wait{{Desk: h.Body.(Decide).Desk, For: NeedUpdate, Since: h.At, Due: h.At + k.ReplyTime()}}
	}
	return []cell.Wait{{Desk: o.says.Desk, For: NeedUpdate, Since: o.agreedAt, Due: o.agreedAt + k.ReplyTime()}}
}

// proposed reports whether a proposal stands.
func proposed(k *cell.Case) (since int64, ok bool) {
	if list := standing(k); len(list) > 0 {
		return list[len(list)-1].rec.At, true
	}
	return 0, false
}

// owners gives the two desks whose notices meet, sorted.
func owners(m cell.Matter) []string {
	var out []string
	if b, ok := m.Body.(BlindConflict); ok {
		out = b.owners()
	}
	for _, c := range causes(m) {
		out = append(out, c.Desk)
	}
	slices.Sort(out)
	return out
}

// offer is a proposal with what the two desks said to it.
type offer struct {
	rec                  cell.Held
	says                 Propose
	window               []cell.Span   // of the older form
	height               []cell.Height // of the older form
	agreed, declined     []string
	agreedAt, declinedAt int64
}

// offers gives the proposals of a conflict, the oldest first, without those
// that were made before a change by which the notices meet otherwise.
func offers(k *cell.Case) []offer {
	since := changed(k.Matter)
	var out []offer
	var list []cell.Held
	for _, kind := range []string{KindPropose1, KindPropose} {
		list = append(list, k.Said(kind, "")...)
	}
	slices.SortStableFunc(list, func(a, b cell.Held) int { return cmp.Or(cmp.Compare(a.At, b.At), a.Cite().Compare(b.Cite())) })
	for _, h := range list {
		if h.At < since {
			continue
		}
		o := offer{rec: h, agreedAt: h.At}
		switch b := h.Body.(type) {
		case Propose:
			o.says = b
		case Propose1:
			o.says, o.window, o.height = Propose{Notice: b.Notice, Desk: b.Desk, Text: b.Text}, b.Window, b.Height
		}
		for _, d := range owners(k.Matter) {
			o.hear(k, d)
		}
		out = append(out, o)
	}
	return out
}

// hear adds the latest word of one of the two desks on a proposal. Who proposes
// agrees.
func (o *offer) hear(k *cell.Case, desk string) {
	if desk == o.rec.Desk {
		o.agreed = append(o.agreed, desk)
		return
	}
	var word *cell.Held
	for _, h := range slices.Concat(k.Said(KindAccept, desk), k.Said(KindDecline, desk)) {
		if h.Cites[0] == o.rec.Cite() && (word == nil || word.Cite().Compare(h.Cite()) < 0) { // the law wants a citation
			word = &h
		}
	}
	for _, h := range k.Said(KindPropose, desk) { // a counter-proposal turns down what it answers
		if h.Body.(Propose).Instead == o.rec.Hash && (word == nil || word.Cite().Compare(h.Cite()) < 0) {
			word = &h
		}
	}
	switch {
	case word == nil:
	case word.Kind == KindAccept:
		o.agreed, o.agreedAt = append(o.agreed, desk), max(o.agreedAt, word.At)
	default:
		o.declined, o.declinedAt = append(o.declined, desk), max(o.declinedAt, word.At)
	}
}

// standing gives the proposals that nobody has declined.
func standing(k *cell.Case) []offer {
	return slices.DeleteFunc(offers(k), func(o offer) bool { return len(o.declined) > 0 })
}

// agreed gives the first proposal that both desks agree to.
func agreed(k *cell.Case) (best offer, ok bool) {
	for _, o := range standing(k) {
		if len(o.agreed) == len(owners(k.Matter)) && (!ok || o.agreedAt < best.agreedAt) {
			best, ok = o, true
		}
	}
	return best, ok
}

package deconfliction

import (
	"slices"

	"parley/cell"
)

// The states of a notice that the supervisor's node has not answered, and of a
// blind conflict of notices of which one is blind.
const (
	StateHeld     = "check-held"
	StateConsents = "both-consent"
	StateShown    = "shown"
	StateParting  = "parting"
)

// The states of what looks like feeling for what is blind.
const (
	StateNoticed = "noticed"
	StateLooked  = "looked-at"
)

// What is waited for.
const (
	NeedShowing = "consent-to-show"
	NeedInquiry = "inquiry"
)

// checkOf gives what the supervisor's node last said of a notice as it stands.
func checkOf(m cell.Matter) (h cell.Held, c Checked, ok bool) {
	for _, x := range m.Said(KindChecked, "") {
		if m.Version != nil && slices.Contains(x.Cites, m.Version.Cite()) {
			h, ok = x, true
		}
	}
	c, _ = h.Body.(Checked)
	return h, c, ok
}

// unchecked reports whether a notice waits until the supervisor's node has laid
// it beside those that the supervisor alone holds: held says that an officer of
// the supervisor looks first, and has not let it pass. What was said under a charter
// by which no notice is blind does not wait; a change of it under a later one does.
func unchecked(k *cell.Case) (since int64, held, ok bool) {
	if k.Version == nil || !k.Under.Blind.Any() || !k.Stands() || len(answering(k.Matter)) == 0 {
		return 0, false, false
	}
	h, c, said := checkOf(k.Matter)
	if !said {
		return k.Version.At, false, true
	}
	if c.Result != CheckHeld {
		return 0, false, false
	}
	if at, ok := letPass(k.Matter); ok {
		return at, false, true
	}
	if morrow := h.At - h.At%day + day; k.Past(morrow) { // a new day's budget
		return morrow, false, true
	}
	return h.At, true, true
}

// letPass gives when an officer of the supervisor let a notice be answered as it
// stands, though the budget is spent.
func letPass(m cell.Matter) (at int64, ok bool) {
	for _, h := range m.Said(KindContinue, "") {
		if slices.Contains(h.Cites, m.Version.Cite()) {
			return h.At, true
		}
	}
	return 0, false
}

func pending(k *cell.Case) (since int64, ok bool) {
	since, held, ok := unchecked(k)
	return since, ok && !held
}

// What the supervisor's node has to do by itself in a notice and in a blind
// conflict.
const (
	dutyCheck  = "deconfliction.check"  // lay it beside what is blind
	dutyReveal = "deconfliction.reveal" // show what is blind
	dutyPart   = "deconfliction.part"   // say that they no longer meet
)

// toCheck: the first supervisor of the charter that holds a notice answers for it.
// Every one holds what is blind.
func toCheck(k *cell.Case) cell.Duty {
	if _, ok := pending(k); ok {
		return cell.Duty{Desk: answering(k.Matter)[0], What: dutyCheck} // one that waits is held by one
	}
	return cell.Duty{}
}

// answering gives the supervisors that hold a notice, of the charter that it was
// last changed under.
func answering(m cell.Matter) []string {
	return slices.DeleteFunc(m.Under.Supervisors(), func(d string) bool { return !slices.Contains(m.Audience(), d) })
}

// blindDuty: who found it shows and parts. What was said of a notice that is over
// needs no showing.
func blindDuty(k *cell.Case) cell.Duty {
	if _, ok := parting(k); ok {
		return cell.Duty{Desk: k.Opener(), What: dutyPart}
	}
	_, shown := k.First(KindReveal, "")
	if _, ok := consented(k); ok && !shown {
		return cell.Duty{Desk: k.Opener(), What: dutyReveal}
	}
	return cell.Duty{}
}

func heldBack(k *cell.Case) (since int64, ok bool) {
	since, held, ok := unchecked(k)
	return since, ok && held
}

// meetsBlind reports whether the supervisor's node found that a notice as it
// stands meets another of which one is blind.
func meetsBlind(k *cell.Case) (since int64, ok bool) {
	h, c, ok := checkOf(k.Matter)
	return h.At, ok && c.Result == CheckMeets
}

// blindConflictLife: the two consent to show each other what is blind, or settle it
// unseen; the change of a notice, and nothing else, parts them.
func blindConflictLife() cell.Life {
	going := []string{StateOpen, StateConsents, StateShown, StateProposed, StateDecided, StateAccepted}
	return cell.Life{Kinds: []string{KindBlindConflict}, Acks: true, Duty: blindDuty, Stages: []cell.Stage{
		{Name: StateOpen, From: []string{StateConsents}, Says: "two notices meet of which at least one is blind", Waits: showing},
		{Name: StateConsents, From: []string{StateOpen}, Says: "both desks consent to show what is blind", When: consented},
		{Name: StateShown, From: []string{StateConsents}, Says: "the supervisor's node shows what was blind", Waits: proposals, When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First(KindReveal, k.Opener())
			return h.At, ok
		}},
		settling(StateProposed, StateOpen, StateShown), settling(StateDecided, StateOpen, StateProposed, StateShown), settling(StateAccepted, StateProposed, StateDecided),
		{Name: StateParting, From: going, Says: "the common window is over, or a notice that is held here was changed, withdrawn or completed", When: parting},
		{Name: StateCleared, From: append(slices.Clone(going), StateParting), Ended: true, Says: "the supervisor's node finds that they no longer meet",
			When: func(k *cell.Case) (int64, bool) {
				h, ok := k.First(KindParted, k.Opener())
				return h.At, ok
			}},
	}}
}

// word gives the latest word of a desk on showing what is blind. A consent is to
// show what its own notice said then: it ends with a change of that notice, where
// the notice is held.
func word(m cell.Matter, near cell.Around, desk string) (h cell.Held, reveal string) {
	h, ok := m.Last(KindConsent, desk)
	b, _ := h.Body.(Consent)
	of, _ := m.Body.(BlindConflict)
	r, _ := of.of(desk)
	if n, _, held := near.See(r); ok && held && n.Version != nil && h.Cite().Compare(n.Version.Cite()) < 0 {
		return h, ""
	}
	return h, b.Reveal
}

// showing is owed by the desks that have not said whether.
func showing(k *cell.Case) (out []cell.Wait) {
	for _, d := range owners(k.Matter) {
		if _, said := word(k.Matter, k.Around, d); said == "" {
			out = append(out, cell.Wait{Desk: d, For: NeedShowing, Since: k.At(), Due: k.At() + k.ReplyTime()})
		}
	}
	return out
}

func consented(k *cell.Case) (since int64, ok bool) {
	for _, d := range owners(k.Matter) {
		h, said := word(k.Matter, k.Around, d)
		if said != "yes" {
			return 0, false
		}
		since = max(since, h.At)
	}
	return since, true
}

// parting reports whether the common window is over, or one of the two notices was
// withdrawn or completed, as far as it is held here. That its own window ends parts
// nothing: to the second, that is told to nobody but in whole slots.
func parting(k *cell.Case) (since int64, ok bool) {
	b, _ := k.Body.(BlindConflict)
	if k.Past(b.Window.Until) {
		since, ok = b.Window.Until, true
	}
	for _, d := range owners(k.Matter) {
		r, _ := b.of(d)
		m, _, held := k.See(r)
		if !held || m.Head == nil {
			continue
		}
		if h := ending(m); h != nil {
			return max(h.At, k.At()), true
		}
		if !m.Stands() {
			return k.At(), true
		}
	}
	return since, ok
}

// probingLife: the supervisor's officers look, and say what they did.
func probingLife() cell.Life {
	return cell.Life{Kinds: []string{KindProbing}, Stages: []cell.Stage{
		{Name: StateNoticed, Says: "a desk has spent most of the charter's budget of answers, or all of it", Waits: func(k *cell.Case) []cell.Wait {
			return []cell.Wait{{Desk: k.Opener(), For: NeedInquiry, Since: k.At(), Due: k.At()}}
		}},
		{Name: StateLooked, From: []string{StateNoticed}, Ended: true, Says: "an officer of the supervisor has looked", When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First(KindLooked, k.Opener())
			return h.At, ok
		}},
	}}
}

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
	StateCompared = "compared"
	StateDiffers  = "differs"
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
	NeedReveal  = "reveal"
	NeedLook    = "look"
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
// the supervisor looks first, and has not let it pass. Under a charter by which
// no notice is blind none waits.
func unchecked(k *cell.Case) (since int64, held, ok bool) {
	if !k.Charter.Blind.Any() || !k.Stands() || k.Version == nil || len(k.Supervisors()) == 0 {
		return 0, false, false
	}
	h, c, said := checkOf(k.Matter)
	if !said {
		return k.Version.At, false, true
	}
	if c.Result != CheckHeld {
		return 0, false, false
	}
	for _, x := range k.Said(KindContinue, "") {
		if slices.Contains(x.Cites, k.Version.Cite()) {
			return x.At, false, true
		}
	}
	return h.At, true, true
}

func pending(k *cell.Case) (since int64, ok bool) {
	since, held, ok := unchecked(k)
	return since, ok && !held
}

// What a node has to do by itself in a notice and in a blind conflict.
const (
	dutyCheck   = "deconfliction.check"   // the supervisor's: lay it beside what is blind
	dutyReveal  = "deconfliction.reveal"  // a party's: show what is blind
	dutyConfirm = "deconfliction.confirm" // the supervisor's: hold what was shown against what it holds
	dutyPart    = "deconfliction.part"    // the supervisor's: say that they no longer meet
)

func toCheck(k *cell.Case) string {
	if _, ok := pending(k); ok {
		return dutyCheck
	}
	return ""
}

// blindDuty: what was said of a notice that is over needs no showing.
func blindDuty(k *cell.Case) string {
	if _, ok := parting(k); ok {
		return dutyPart
	}
	b, _ := k.Body.(BlindConflict)
	if _, ok := consented(k); ok {
		for _, d := range b.Hidden {
			if r, c := lastReveal(k.Matter, d); r == nil {
				return dutyReveal
			} else if c == nil {
				return dutyConfirm
			}
		}
	}
	return ""
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
	going := []string{StateOpen, StateConsents, StateShown, StateCompared, StateDiffers, StateProposed, StateDecided, StateAccepted}
	return cell.Life{Kinds: []string{KindBlindConflict}, Acks: true, Duty: blindDuty, Stages: []cell.Stage{
		{Name: StateOpen, Says: "two notices meet of which at least one is blind", Waits: showing},
		{Name: StateConsents, From: []string{StateOpen}, Says: "both desks consent to show what is blind", When: consented},
		{Name: StateShown, From: []string{StateConsents}, Says: "what was blind is shown to the other desk", When: revealed},
		{Name: StateCompared, From: []string{StateShown, StateDiffers}, Says: "the supervisor holds the same", Waits: proposals, When: func(k *cell.Case) (int64, bool) {
			return compared(k, "yes")
		}},
		{Name: StateDiffers, From: []string{StateShown, StateCompared}, Says: "the supervisor holds something else than what was shown", Waits: truth,
			When: func(k *cell.Case) (int64, bool) { return compared(k, "no") }},
		settling(StateProposed, StateOpen, StateCompared), settling(StateDecided, StateOpen, StateProposed, StateCompared), settling(StateAccepted, StateProposed, StateDecided),
		{Name: StateParting, From: going, Says: "a notice that is held here was changed, withdrawn or completed", When: parting},
		{Name: StateCleared, From: append(slices.Clone(going), StateParting), Ended: true, Says: "the supervisor's node finds that they no longer meet",
			When: func(k *cell.Case) (int64, bool) {
				h, ok := k.First(KindParted, k.Opener())
				return h.At, ok
			}},
		{Name: StateExpired, From: append(slices.Clone(going), StateParting), Ended: true, Says: "the common window is over",
			When: func(k *cell.Case) (int64, bool) {
				b, _ := k.Body.(BlindConflict)
				_, parted := k.First(KindParted, k.Opener())
				return b.Window.Until, !parted && k.Past(b.Window.Until)
			}},
	}}
}

// word gives the latest word of a desk on showing what is blind.
func word(m cell.Matter, desk string) (h cell.Held, reveal string) {
	h, _ = m.Last(KindConsent, desk)
	b, _ := h.Body.(Consent)
	return h, b.Reveal
}

// showing is owed by the desks that have not said whether.
func showing(k *cell.Case) (out []cell.Wait) {
	for _, d := range owners(k.Matter) {
		if _, said := word(k.Matter, d); said == "" {
			out = append(out, cell.Wait{Desk: d, For: NeedShowing, Since: k.At(), Due: k.At() + k.ReplyTime()})
		}
	}
	return out
}

func consented(k *cell.Case) (since int64, ok bool) {
	for _, d := range owners(k.Matter) {
		h, said := word(k.Matter, d)
		if said != "yes" {
			return 0, false
		}
		since = max(since, h.At)
	}
	return since, true
}

func revealed(k *cell.Case) (since int64, ok bool) {
	b, _ := k.Body.(BlindConflict)
	for _, d := range b.Hidden {
		h, ok := k.Last(KindReveal, d)
		if !ok {
			return 0, false
		}
		since = max(since, h.At)
	}
	return since, true
}

// compared reports whether the supervisor has held every reveal against what it
// holds, the newest ones, and one of its answers was this.
func compared(k *cell.Case, answer string) (since int64, ok bool) {
	b, _ := k.Body.(BlindConflict)
	said := ""
	for _, d := range b.Hidden {
		r, c := lastReveal(k.Matter, d)
		if r == nil || c == nil {
			return 0, false
		}
		since = max(since, c.At)
		if x := c.Body.(Confirm); said == "" || x.Matches == "no" {
			said = x.Matches
		}
	}
	return since, said == answer
}

// lastReveal gives the newest reveal of a desk, and what the supervisor said of
// it; each nil when there is none.
func lastReveal(m cell.Matter, desk string) (reveal, confirm *cell.Held) {
	if h, ok := m.Last(KindReveal, desk); ok {
		reveal = &h
		for _, c := range m.Said(KindConfirm, "") {
			if slices.Contains(c.Cites, h.Cite()) {
				confirm = &c
			}
		}
	}
	return reveal, confirm
}

// truth is owed by the desks whose reveal is not what the supervisor holds.
func truth(k *cell.Case) (out []cell.Wait) {
	b, _ := k.Body.(BlindConflict)
	for _, d := range b.Hidden {
		if _, c := lastReveal(k.Matter, d); c != nil && c.Body.(Confirm).Matches == "no" {
			out = append(out, cell.Wait{Desk: d, For: NeedReveal, Since: c.At, Due: c.At + k.ReplyTime()})
		}
	}
	return out
}

// parting reports whether one of the two notices is no longer in the way, as far
// as it is held here.
func parting(k *cell.Case) (since int64, ok bool) {
	b, _ := k.Body.(BlindConflict)
	for _, d := range owners(k.Matter) {
		r, _ := b.of(d)
		if m, s, held := k.See(r); held && m.Head != nil && (!s.Open || !m.Stands()) {
			return max(s.Since, k.At()), true
		}
	}
	return 0, false
}

// probingLife: the supervisor's officers look, and say what they did.
func probingLife() cell.Life {
	return cell.Life{Kinds: []string{KindProbing}, Stages: []cell.Stage{
		{Name: StateNoticed, Says: "a desk has asked more than the charter's budget", Waits: func(k *cell.Case) []cell.Wait {
			return []cell.Wait{{Desk: k.Opener(), For: NeedLook, Since: k.At(), Due: k.At()}}
		}},
		{Name: StateLooked, From: []string{StateNoticed}, Ended: true, Says: "an officer of the supervisor has looked", When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First(KindLooked, k.Opener())
			return h.At, ok
		}},
	}}
}

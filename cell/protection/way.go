package protection

import (
	"slices"

	"parley/cell"
)

// The states of a corridor, and the words that are said of its segments.
const (
	StateProposed   = "proposed"
	StateAgreed     = "agreed"
	StateOpen       = "open"
	StateRestricted = "restricted"
	StateClosed     = "closed"
	StateSuspended  = "suspended"
	StateEnded      = "ended"
)

// gravity orders the states of a segment: the last is the gravest.
var gravity = []string{StateOpen, StateRestricted, StateAgreed, StateProposed, StateClosed, StateSuspended, StateEnded}

// peopleWithin is how soon a desk that stopped traffic with people inside says
// more of them, in milliseconds.
const peopleWithin = 3600 * 1000

// corridorLife: the gravest of what every desk said last decides; a word that
// opens again does so at once.
func corridorLife() cell.Life {
	l := cell.Life{Kinds: []string{KindCorridor}, Acks: true, Stages: []cell.Stage{{Name: StateProposed, Waits: oweCorridor}}}
	for _, s := range []struct {
		name, says string
		from       []string
	}{
		{StateAgreed, "every controller has agreed; it is not open on its whole length", []string{StateProposed, StateOpen, StateRestricted}},
		{StateOpen, "every controller says open, within its window", []string{StateAgreed, StateRestricted, StateClosed, StateSuspended}},
		{StateRestricted, "a segment is restricted and none is worse", []string{StateAgreed, StateOpen, StateClosed}},
		{StateClosed, "a segment is closed, or the window is over", []string{StateOpen, StateRestricted}},
		{StateSuspended, "a segment is suspended", []string{StateOpen, StateRestricted, StateClosed}},
		{StateEnded, "a segment is given up for good", []string{StateAgreed, StateOpen, StateClosed, StateSuspended}},
	} {
		l.Stages = append(l.Stages, cell.Stage{Name: s.name, From: s.from, Says: s.says, Ended: s.name == StateEnded, Waits: oweCorridor,
			When: func(k *cell.Case) (int64, bool) {
				state, since := corridorState(k)
				return since, state == s.name
			}})
	}
	l.Stages = append(l.Stages, cell.Stage{Name: StateContested, From: []string{StateProposed}, Says: "the corridor as it was proposed broke a rule", Ended: true, When: (*cell.Case).Broken})
	return l
}

// corridorState gives the gravest state of any segment. Outside its window a
// corridor is never shown as open: before it, agreed at best; after it, closed.
func corridorState(k *cell.Case) (state string, since int64) {
	x, ok := k.Body.(Corridor)
	if !ok {
		return StateProposed, k.At()
	}
	state, since = StateOpen, k.At()
	for i := range x.Segments {
		if s, at := segmentState(k, x, int64(i)+1); slices.Index(gravity, s) >= slices.Index(gravity, state) {
			if s != state {
				since = 0
			}
			state, since = s, max(since, at)
		}
	}
	for _, w := range x.Window {
		begun, over := k.Past(w.From), k.Past(w.Until)
		switch passable := state == StateOpen || state == StateRestricted; {
		case passable && over:
			state, since = StateClosed, w.Until
		case passable && !begun:
			state = StateAgreed
		}
	}
	return state, since
}

// segmentState gives the gravest of what the segment's controller and the
// supervisor said of it last. Nobody but its controller can make it passable.
func segmentState(k *cell.Case, x Corridor, n int64) (state string, since int64) {
	by := x.Segments[n-1].Controller
	state, since = StateProposed, k.At()
	switch position, at := k.Took(by); {
	case k.Opener() == by:
		state = StateAgreed
	case position == cell.Agrees:
		state, since = StateAgreed, at
	}
	if h, ok := lastOf(k, x, by, n); ok {
		state, since = h.Body.(CorrState).State, h.At
	}
	for _, d := range k.Charter.Supervisors() {
		h, ok := lastOf(k, x, d, n)
		if !ok || d == by {
			continue
		}
		if s := h.Body.(CorrState).State; slices.Index(gravity, s) > slices.Index(gravity, state) {
			state, since = s, h.At
		}
	}
	return state, since
}

// lastOf gives what a desk said last of a segment, by its number or of all
// that it speaks for.
func lastOf(k *cell.Case, x Corridor, desk string, n int64) (out cell.Held, ok bool) {
	all := x.controls(desk, n) || k.Charter.Role(desk) == cell.Supervisor
	for _, h := range k.Said(KindCorrState, desk) {
		if s := h.Body.(CorrState); s.Segment == n || s.Segment == 0 && all {
			out, ok = h, true
		}
	}
	return out, ok
}

// oweCorridor: a desk that said when a segment opens again owes that, and one
// that stopped traffic with people inside owes word of them.
func oweCorridor(k *cell.Case) (out []cell.Wait) {
	x, ok := k.Body.(Corridor)
	if !ok {
		return nil
	}
	for n := range x.Segments {
		for _, d := range append(k.Charter.Supervisors(), x.Segments[n].Controller) {
			h, ok := lastOf(k, x, d, int64(n)+1)
			if !ok {
				continue
			}
			s := h.Body.(CorrState)
			if passable := s.State == StateOpen || s.State == StateAgreed; len(s.Reopening) == 1 && !passable {
				out = owe(out, cell.Wait{Desk: d, For: NeedReopening, Since: h.At, Due: s.Reopening[0]})
			}
			if len(s.PeopleInside) == 1 && s.PeopleInside[0] > 0 && s.State != StateOpen {
				out = owe(out, cell.Wait{Desk: d, For: NeedPeople, Since: h.At, Due: h.At + peopleWithin})
			}
		}
	}
	return out
}

// owe adds a wait unless it is there: one word about all segments is owed once.
func owe(list []cell.Wait, w cell.Wait) []cell.Wait {
	if slices.Contains(list, w) {
		return list
	}
	return append(list, w)
}

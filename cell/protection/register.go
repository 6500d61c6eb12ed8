package protection

import (
	"parley/cell"
	"parley/geo"
)

// The states of an entry, a question and a concern.
const (
	StateClaimed      = "claimed"
	StateVerified     = "verified"
	StateContradicted = "contradicted"
	StateStale        = "stale"
	StateRevoked      = "revoked"
	StateAsked        = "asked"
	StateAnswered     = "answered"
	StateRaised       = "raised"
	StateContested    = "contested"
)

// What is waited for beside acks. Of validity there are three reminders (PRO-03).
const (
	NeedRevalidate   = "revalidate"
	NeedRevalidate14 = "revalidate-fourteen"
	NeedRevalidate7  = "revalidate-seven"
	NeedRevalidate1  = "revalidate-one"
	NeedCoordinates  = "coordinates"
	NeedRevoke       = "revoke"
	NeedRemoved      = "removed"
	NeedAnswer       = "answer"
	NeedReopening    = "reopening"
	NeedPeople       = "people-inside"
)

const (
	day          = 24 * 3600 * 1000
	removeWithin = day // after a consent was taken back, in milliseconds
)

func lives() []cell.Life {
	return []cell.Life{registerLife(), askLife(), corridorLife(), concernLife()}
}

// registerLife is the life of an entry and of a buffered area. Nothing in it
// disappears by itself: what is out of date is shown so, on both sides.
func registerLife() cell.Life {
	return cell.Life{Kinds: []string{KindPlace, KindArea}, Acks: true, Stages: []cell.Stage{
		{Name: StateClaimed, Rests: true, Waits: oweValidity},
		{Name: StateVerified, From: []string{StateClaimed, StateContradicted, StateStale}, Says: "at level 2 or 3, and no desk has seen it elsewhere", Rests: true, Waits: oweValidity,
			When: func(k *cell.Case) (int64, bool) {
				n, at := verified(k)
				return at, n >= 2
			}},
		{Name: StateContradicted, From: []string{StateClaimed, StateVerified, StateStale}, Says: "a desk has seen it more than 100 m from the entry", When: contradicted,
			Waits: func(k *cell.Case) []cell.Wait {
				at, _ := contradicted(k)
				return append(oweValidity(k), cell.Wait{Desk: k.Opener(), For: NeedCoordinates, Since: at, Due: at + day})
			}},
		{Name: StateStale, From: []string{StateClaimed, StateVerified, StateContradicted}, Says: "its validity is over; it stays, greyed", Waits: oweValidity,
			When: func(k *cell.Case) (int64, bool) {
				until := validUntil(k)
				return until, k.Past(until)
			}},
		{Name: StateRevoked, From: []string{StateClaimed, StateVerified, StateContradicted, StateStale}, Says: "the custodian has taken the consent back", Waits: oweRemoval,
			When: func(k *cell.Case) (int64, bool) {
				r, ok := revocation(k.Matter)
				return r.At, ok
			}},
		{Name: StateEnded, From: []string{StateRevoked}, Says: "every desk that held it has said what it removed", Ended: true,
			When: func(k *cell.Case) (int64, bool) {
				r, ok := revocation(k.Matter)
				at := r.At
				for _, d := range k.Audience() {
					h, removed := removal(k.Matter, r, d)
					if !removed && d != r.Desk {
						return 0, false
					}
					at = max(at, h.At)
				}
				return at, ok
			}},
		{Name: StateContested, From: []string{StateClaimed}, Says: "the entry broke a rule", Ended: true, When: (*cell.Case).Broken},
	}}
}

func validUntil(k *cell.Case) int64 {
	switch b := k.Body.(type) {
	case Place:
		return b.ValidUntil
	case Area:
		return b.ValidUntil
	}
	return 0
}

// verified gives how far the place is verified, by the highest of what every
// desk said last, and since when. Where a desk has seen it elsewhere, nothing
// counts for more than a second source (PRO-04).
func verified(k *cell.Case) (level, since int64) {
	switch b := k.Body.(type) {
	case Place:
		level, since = b.Verification, k.Version.At
	case Area:
		return b.Verification, k.Version.At
	}
	for _, d := range k.Audience() {
		if h, ok := k.Last(KindVerify, d); ok && h.Body.(Verify).Level > level {
			level, since = h.Body.(Verify).Level, h.At
		}
	}
	if at, ok := contradicted(k); ok && level > 1 {
		level, since = 1, at
	}
	return level, since
}

// contradicted reports whether the coordinates that a desk stated last lie
// away from the entry as it stands now.
func contradicted(k *cell.Case) (since int64, ok bool) {
	p, is := k.Body.(Place)
	if !is {
		return 0, false
	}
	for _, d := range k.Audience() {
		h, said := lastSeen(k, d)
		if !said {
			continue
		}
		for _, at := range h.Body.(Verify).Coordinates {
			if away := !geo.Within(at.Point(), p.Area.Shape(), seenWithin); away && (!ok || h.At < since) {
				since, ok = h.At, true
			}
		}
	}
	return since, ok
}

// lastSeen gives the latest verification of a desk that states coordinates.
func lastSeen(k *cell.Case, desk string) (out cell.Held, ok bool) {
	for _, h := range k.Said(KindVerify, desk) {
		if len(h.Body.(Verify).Coordinates) > 0 {
			out, ok = h, true
		}
	}
	return out, ok
}

// revocation gives the word by which the consent was taken back, when that is
// the last word on it.
func revocation(m cell.Matter) (cell.Held, bool) {
	h, ok := m.Last(KindConsent, "")
	if !ok || h.Body.(Consent).Consent != Revoked {
		return cell.Held{}, false
	}
	return h, true
}

// removal gives what a desk said of its copies, knowing of the revocation.
func removal(m cell.Matter, r cell.Held, desk string) (cell.Held, bool) {
	h, ok := m.Last(KindRemoved, desk)
	return h, ok && h.Saw(r)
}

// oweValidity reminds the desk that made the entry 14, 7 and 1 days before it
// is out of date, and when it is (PRO-03). The supervisor that holds a place
// whose consent was taken back owes the same word on the area around it.
func oweValidity(k *cell.Case) (out []cell.Wait) {
	until, need, since := validUntil(k), "", int64(0)
	for _, r := range []struct {
		days int64
		need string
	}{{14, NeedRevalidate14}, {7, NeedRevalidate7}, {1, NeedRevalidate1}, {0, NeedRevalidate}} {
		if at := until - r.days*day; k.Past(at) {
			need, since = r.need, at
		}
	}
	if need != "" {
		out = append(out, cell.Wait{Desk: k.Opener(), For: need, Since: since, Due: until})
	}
	if a, ok := k.Body.(Area); ok {
		if at := withdrawn(k, a.Code); at != 0 {
			out = append(out, cell.Wait{Desk: k.Opener(), For: NeedRevoke, Since: at, Due: at + removeWithin})
		}
	}
	return out
}

// withdrawn gives when the consent to a place was taken back, as far as it is
// held here: 0 when it is not, or when another entry stands under its code.
func withdrawn(k *cell.Case, code string) (at int64) {
	for _, m := range k.All(KindPlace) {
		if p, ok := m.Body.(Place); !ok || p.Code != code || !m.Stands() || m.Cancelled != nil {
			continue
		}
		r, ok := revocation(m)
		if !ok {
			return 0
		}
		at = max(at, r.At)
	}
	return at
}

func oweRemoval(k *cell.Case) (out []cell.Wait) {
	r, _ := revocation(k.Matter)
	for _, d := range k.Audience() {
		if _, removed := removal(k.Matter, r, d); !removed && d != r.Desk {
			out = append(out, cell.Wait{Desk: d, For: NeedRemoved, Since: r.At, Due: r.At + removeWithin})
		}
	}
	return out
}

// askLife: the supervisor answers within the charter's time.
func askLife() cell.Life {
	return cell.Life{Kinds: []string{KindAsk}, Acks: true, Stages: []cell.Stage{
		{Name: StateAsked, Waits: func(k *cell.Case) (out []cell.Wait) {
			for _, d := range k.Head.To {
				out = append(out, cell.Wait{Desk: d, For: NeedAnswer, Since: k.At(), Due: k.At() + k.Charter.Protection.Answer.Millis()})
			}
			return out
		}},
		{Name: StateAnswered, From: []string{StateAsked}, Says: "the supervisor has answered", Ended: true, When: func(k *cell.Case) (int64, bool) {
			h, ok := k.Last(KindAnswer, "")
			return h.At, ok
		}},
		{Name: StateContested, From: []string{StateAsked}, Says: "the question broke a rule", Ended: true, When: (*cell.Case).Broken},
	}}
}

// concernLife: both parties answer within the charter's time.
func concernLife() cell.Life {
	return cell.Life{Kinds: []string{KindConcern}, Acks: true, Stages: []cell.Stage{
		{Name: StateRaised, Waits: func(k *cell.Case) (out []cell.Wait) {
			for _, d := range k.Parties() {
				if _, ok := k.Last(KindReply, d); !ok {
					out = append(out, cell.Wait{Desk: d, For: NeedAnswer, Since: k.At(), Due: k.At() + k.Charter.Protection.Answer.Millis()})
				}
			}
			return out
		}},
		{Name: StateAnswered, From: []string{StateRaised}, Says: "every party addressed has answered", Rests: true, When: func(k *cell.Case) (int64, bool) {
			at := k.At()
			for _, d := range k.Parties() {
				h, ok := k.Last(KindReply, d)
				if !ok {
					return 0, false
				}
				at = max(at, h.At)
			}
			return at, true
		}},
		{Name: StateContested, From: []string{StateRaised}, Says: "it did not come from the supervisor's liaison, or it tells who speaks", Ended: true, When: (*cell.Case).Broken},
	}}
}

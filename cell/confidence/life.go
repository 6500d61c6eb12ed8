package confidence

import (
	"slices"

	"parley/cell"
)

// The states of a measure.
const (
	StateProposed  = "proposed"
	StateAgreed    = "agreed"
	StateDelivered = "delivered"
	StateVerified  = "verified"
	StateSuspended = "suspended"
	StateRegressed = "regressed"
	StateDisputed  = "disputed"
)

// What is waited for in a measure, beside the acks.
const (
	NeedDelivery     = "delivery"
	NeedVerification = "verification"
	NeedFinding      = "finding"
)

// verifyWithin is how long those who verify have after the delivery, in
// milliseconds (field templates, CBMSTAT).
const verifyWithin = 72 * 3600 * 1000

func lives() []cell.Life { return []cell.Life{measureLife(), escrowLife()} }

// measureLife: agreed by the parties, delivered by those obliged, and as those
// see it whose word the measure asks for. What all agreed to is not withdrawn
// by the desk that proposed it.
func measureLife() cell.Life {
	moving := []string{StateAgreed, StateDelivered, StateVerified}
	return cell.Life{Kinds: []string{KindMeasure}, Acks: true, Stages: []cell.Stage{
		{Name: StateProposed},
		{Name: StateAgreed, From: []string{StateProposed}, Says: "every party agrees to its text", Binds: true, Waits: oweDelivery,
			When: func(k *cell.Case) (int64, bool) {
				f, ok := inForce(k.Matter, k.Charter)
				return f.Since, ok
			}},
		{Name: StateDelivered, From: moving[:1], Says: "every desk obliged has delivered", Binds: true, Waits: oweVerification, When: delivered},
		{Name: StateVerified, From: moving[:2], Says: "the supervisor, or all who verify it, find it complete", Binds: true, Rests: true, When: verified},
		{Name: StateSuspended, From: moving, Says: "the supervisor, a desk obliged or one that verifies says so", Binds: true, When: says(Suspended)},
		{Name: StateRegressed, From: append(moving, StateSuspended), Says: "the supervisor, a desk obliged or one that verifies says so", Binds: true, Waits: oweDelivery, When: says(Regressed)},
		{Name: StateDisputed, From: append(moving, StateSuspended, StateRegressed), Says: "a party or the supervisor disputes it", Binds: true, Waits: oweFinding, When: says(Disputed)},
	}}
}

// agreed is the text of a measure that all parties agreed to last.
type agreed struct {
	cell.InForce[Measure]
	texts []cell.Cite // it, and those proposed after it
}

// inForce gives the newest text of a measure that every party agreed to. A
// change that is not agreed leaves the one before it in force (CBM-08).
func inForce(m cell.Matter, c *cell.Charter) (f agreed, ok bool) {
	if f.InForce, ok = cell.AgreedLast[Measure](m, m.Parties(c)); !ok {
		return f, false
	}
	for _, v := range m.Versions() {
		if v.Cite().Compare(f.Version.Cite()) >= 0 {
			f.texts = append(f.texts, v.Cite())
		}
	}
	return f, true
}

// speaksOf reports whether a record is about the text in force, or one proposed
// after it: what was said of an earlier text is not said of this one. Every
// record of the matter cites the first text, and what it answers.
func (f agreed) speaksOf(h cell.Held) bool {
	return slices.ContainsFunc(h.Cites, func(c cell.Cite) bool { return slices.Contains(f.texts, c) })
}

// deliveryOf gives a desk's first delivery of the text in force.
func deliveryOf(k *cell.Case, f agreed, desk string) (cell.Held, bool) {
	for _, h := range k.Said(KindDelivery, desk) {
		if f.speaksOf(h) {
			return h, true
		}
	}
	return cell.Held{}, false
}

// delivered gives when the last desk obliged had delivered.
func delivered(k *cell.Case) (at int64, ok bool) {
	f, ok := inForce(k.Matter, k.Charter)
	if !ok {
		return 0, false
	}
	for _, d := range f.Says.Obliged {
		h, has := deliveryOf(k, f, d)
		if !has {
			return 0, false
		}
		at = max(at, h.At)
	}
	return max(at, f.Since), true
}

// scoreOf gives a desk's latest score of the text in force.
func scoreOf(k *cell.Case, f agreed, desk string) (at int64, score string) {
	for _, h := range k.Said(KindScore, desk) {
		if b, ok := h.Body.(Score); ok && f.speaksOf(h) {
			at, score = h.At, b.Score
		}
	}
	return at, score
}

// column gives where a desk's score stands: that of the side obliged, of its
// counterpart, of the supervisor (CBM-05). An observer's is in none.
func column(m Measure, desk string, c *cell.Charter) string {
	switch {
	case slices.Contains(m.Obliged, desk):
		return BySelf
	case c.Role(desk) == cell.Supervisor:
		return BySupervisor
	case c.Role(desk) == cell.Party:
		return ByCounterpart
	}
	return ""
}

// verifiers gives the desks that verify a measure, as it says.
func verifiers(k *cell.Case, f agreed) []string {
	return slices.DeleteFunc(slices.Clone(k.Audience()), func(d string) bool {
		col := column(f.Says, d, k.Charter)
		return col == "" || f.Says.Verifier != ByAll && f.Says.Verifier != col
	})
}

// verified gives when the supervisor, or the last of those who verify, found
// the measure complete. A measure that a side is to verify and that has no such
// side is the supervisor's to verify.
func verified(k *cell.Case) (at int64, ok bool) {
	f, ok := inForce(k.Matter, k.Charter)
	if !ok {
		return 0, false
	}
	for _, d := range k.Charter.Supervisors() {
		if at, s := scoreOf(k, f, d); s == Complete {
			return at, true
		}
	}
	all := verifiers(k, f)
	for _, d := range all {
		t, s := scoreOf(k, f, d)
		if s != Complete {
			return 0, false
		}
		at = max(at, t)
	}
	return at, len(all) > 0
}

// says gives since when a score stands that is a word and no grade. A dispute
// is anybody's to open; that a measure stands still or has gone back is said by
// those obliged, by those who verify it, and by the supervisor. Each desk takes
// back its own word only.
func says(word string) func(*cell.Case) (int64, bool) {
	return func(k *cell.Case) (since int64, ok bool) {
		f, is := inForce(k.Matter, k.Charter)
		if !is {
			return 0, false
		}
		who := verifiers(k, f)
		for _, d := range k.Audience() {
			col := column(f.Says, d, k.Charter)
			if col == "" || word != Disputed && col == ByCounterpart && !slices.Contains(who, d) {
				continue
			}
			if at, s := scoreOf(k, f, d); s == word && (!ok || at < since) {
				since, ok = at, true
			}
		}
		return since, ok
	}
}

// oweDelivery is owed by every desk obliged, until the end of the time agreed:
// from then on it is overdue, visibly (CBM-08).
func oweDelivery(k *cell.Case) (out []cell.Wait) {
	f, _ := inForce(k.Matter, k.Charter)
	back, regressed := says(Regressed)(k)
	for _, d := range f.Says.Obliged {
		if _, has := deliveryOf(k, f, d); !has || regressed {
			out = append(out, cell.Wait{Desk: d, For: NeedDelivery, Since: max(f.Since, back), Due: f.Says.Span.Until})
		}
	}
	return out
}

func oweVerification(k *cell.Case) (out []cell.Wait) {
	f, _ := inForce(k.Matter, k.Charter)
	at, _ := delivered(k)
	for _, d := range verifiers(k, f) {
		if _, s := scoreOf(k, f, d); s == "" {
			out = append(out, cell.Wait{Desk: d, For: NeedVerification, Since: at, Due: at + verifyWithin})
		}
	}
	return out
}

func oweFinding(k *cell.Case) (out []cell.Wait) {
	at, _ := says(Disputed)(k)
	for _, d := range k.Supervisors() {
		out = append(out, cell.Wait{Desk: d, For: NeedFinding, Since: at, Due: at + verifyWithin})
	}
	return out
}

// overdue reports whether the time agreed is over with something undelivered.
func overdue(k *cell.Case) bool {
	f, ok := inForce(k.Matter, k.Charter)
	if _, done := delivered(k); !ok || done {
		return false
	}
	return k.Past(f.Says.Span.Until)
}

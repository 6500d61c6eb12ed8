package roadmap

import (
	"slices"

	"parley/cell"
)

// The states of a declaration of D-day.
const (
	StateDeclared = "declared"
	StateAgreed   = "agreed"
)

// The states of a gate.
const (
	StateClosed    = "closed"
	StateMet       = "met"
	StateOpening   = "opening"
	StateOpen      = "open"
	StateRegressed = "regressed"
)

// NeedSignature is what is waited for of the desks that decide.
const NeedSignature = "signature"

const dayMS = 24 * 3600 * 1000

func lives() []cell.Life { return []cell.Life{ddayLife(), gateLife()} }

func ddayLife() cell.Life {
	return cell.Life{Kinds: []string{KindDDay}, Acks: true, Stages: []cell.Stage{
		{Name: StateDeclared},
		{Name: StateAgreed, From: []string{StateDeclared}, Says: "every party agrees to the day", Binds: true, Rests: true, When: func(k *cell.Case) (int64, bool) {
			_, at, ok := agreedDay(k.Matter, k.Charter)
			return at, ok
		}},
	}}
}

// agreedDay gives the day that every party agreed to last. A change that is not
// agreed leaves the one before it.
func agreedDay(m cell.Matter, c *cell.Charter) (day, since int64, ok bool) {
	f, ok := cell.AgreedLast[DDay](m, m.Parties(c))
	return f.Says.Day, f.Since, ok
}

// gateLife: the conditions are computed, the signatures are given. An open gate
// whose condition no longer holds has regressed, until it holds again.
func gateLife() cell.Life {
	return cell.Life{Kinds: []string{KindGate}, Acks: true, Stages: []cell.Stage{
		{Name: StateClosed, From: []string{StateMet, StateOpening}, Says: "a condition is not met"},
		{Name: StateMet, From: []string{StateClosed}, Says: "every condition is met", Waits: oweSignatures, When: func(k *cell.Case) (int64, bool) {
			return since(k)
		}},
		{Name: StateOpening, From: []string{StateMet}, Says: "some of those who decide have signed", Waits: oweSignatures, When: func(k *cell.Case) (int64, bool) {
			at, ok := since(k)
			list := opened(k)
			if len(list) == 0 {
				return 0, false
			}
			return max(at, list[0].At), ok
		}},
		{Name: StateOpen, From: []string{StateMet, StateOpening, StateRegressed}, Says: "all who decide have signed that it opens", Rests: true, Binds: true, When: func(k *cell.Case) (int64, bool) {
			at, ok := since(k)
			signed, all := signedByAll(k)
			return max(at, signed), ok && all
		}},
		{Name: StateRegressed, From: []string{StateOpen}, Says: "it was opened, and a condition is no longer met", Binds: true, When: func(k *cell.Case) (int64, bool) {
			g, ok := says(k)
			signed, all := signedByAll(k)
			lost, broken := unmetSince(find(k, g))
			return max(lost, signed), ok && all && broken
		}},
	}}
}

// says gives what a gate says; ok is false for one whose opening broke a rule:
// it is shown and opens in no way.
func says(k *cell.Case) (g Gate, ok bool) {
	g, ok = k.Body.(Gate)
	return g, ok && k.Stands()
}

// since gives when the last condition came to be met; ok is false while one is
// not.
func since(k *cell.Case) (at int64, ok bool) {
	g, ok := says(k)
	at = k.At()
	for _, f := range find(k, g) {
		if !f.Met {
			ok = false
		}
		at = max(at, f.Since)
	}
	return at, ok
}

// unmetSince gives when the first condition that is not met was lost.
func unmetSince(all []Found) (at int64, ok bool) {
	for _, f := range all {
		if !f.Met && (!ok || f.Since < at) {
			at, ok = f.Since, true
		}
	}
	return at, ok
}

// opened gives the signatures that open the gate, of each desk that decides its
// latest word, the oldest first.
func opened(k *cell.Case) []cell.Held {
	g, ok := says(k)
	var out []cell.Held
	for _, h := range k.Said(KindSign, "") {
		last, _ := k.Last(KindSign, h.Desk)
		s, is := h.Body.(Sign)
		if ok && is && s.Open == Opens && h.Cite() == last.Cite() && slices.Contains(g.Deciders, h.Desk) {
			out = append(out, h)
		}
	}
	return out
}

// signedByAll gives when the last of those who decide signed that it opens.
func signedByAll(k *cell.Case) (at int64, ok bool) {
	g, ok := says(k)
	list := opened(k)
	if !ok || len(list) < len(g.Deciders) {
		return 0, false
	}
	return list[len(list)-1].At, true
}

// oweSignatures is owed by those who decide and have said nothing yet.
func oweSignatures(k *cell.Case) (out []cell.Wait) {
	g, _ := says(k)
	at, _ := since(k)
	for _, d := range g.Deciders {
		if _, said := k.Last(KindSign, d); !said {
			out = append(out, cell.Wait{Desk: d, For: NeedSignature, Since: at, Due: at + k.ReplyTime()})
		}
	}
	return out
}

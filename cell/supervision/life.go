package supervision

import (
	"slices"

	"parley/cell"
)

// The states of the module's matters.
const (
	StatePrinted      = "printed"
	StateUnreconciled = "unreconciled"
	StateSigned       = "signed"
	StateContested    = "contested"
	StateSealed       = "sealed"
	StateHanded       = "handed"
)

// NeedSignature is what every desk owes on a report that reconciles.
const NeedSignature = "signature"

// replyWithin is how long a desk has to reply before a report goes further, in
// milliseconds (SUP-09).
const replyWithin = 24 * 3600 * 1000

func lives() []cell.Life {
	return []cell.Life{
		{Kinds: []string{KindReport}, Acks: true, Stages: []cell.Stage{
			{Name: StatePrinted, Says: "the supervisor's node prints it at the charter's time", Waits: signatures},
			{Name: StateUnreconciled, From: []string{StatePrinted}, Ended: true, Says: "a figure does not reconcile: nobody can sign it",
				When: func(k *cell.Case) (int64, bool) { return k.At(), len(Reconcile(report(k.Matter))) > 0 }},
			{Name: StateSigned, From: []string{StatePrinted}, Ended: true, Binds: true, Says: "every party and the supervisor signed it", When: signed},
			{Name: StateContested, From: []string{StatePrinted}, Ended: true, Says: "it broke a rule",
				When: func(k *cell.Case) (int64, bool) {
					return k.At(), k.Verdicts[k.Head.Cite()] == cell.VerdictContested
				}},
		}},
		{Kinds: []string{KindSealed}, Stages: []cell.Stage{{Name: StateSealed, Ended: true}}},
		{Kinds: []string{KindOpen}, Stages: []cell.Stage{{Name: StateHanded, Ended: true}}},
	}
}

// report gives what a report says, the zero value when it is not held.
func report(m cell.Matter) Report { r, _ := m.Body.(Report); return r }

// signers are the desks that sign a report: those that hold it and are counted.
func signers(m cell.Matter, c *cell.Charter) []string {
	return slices.DeleteFunc(slices.Clone(m.Audience()), func(d string) bool { return !c.IsFounder(d) })
}

// signed reports whether every one of them signed, and since when.
func signed(k *cell.Case) (since int64, ok bool) {
	list := signers(k.Matter, k.Charter)
	for _, d := range list {
		h, has := k.First(KindSign, d)
		if !has {
			return 0, false
		}
		since = max(since, h.At)
	}
	return since, len(list) > 0
}

// signatures are owed within the time for a reply.
func signatures(k *cell.Case) []cell.Wait {
	var out []cell.Wait
	for _, d := range signers(k.Matter, k.Charter) {
		if _, has := k.First(KindSign, d); !has {
			out = append(out, cell.Wait{Desk: d, For: NeedSignature, Since: k.At(), Due: k.At() + replyWithin})
		}
	}
	return out
}

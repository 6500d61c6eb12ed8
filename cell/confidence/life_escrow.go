package confidence

import (
	"slices"

	"parley/cell"
)

// The states of an escrow.
const (
	StateOpened   = "opened"
	StateHalf     = "half"
	StateReady    = "ready"
	StateLapsed   = "lapsed"
	StateReturned = "returned"
	StateReleased = "released"
)

// What is waited for in an escrow, beside the acks.
const (
	NeedDeposit = "deposit"
	NeedRelease = "release"
	NeedReturn  = "return"
)

// escrowLife: both steps, or none. The timeout shows nothing to anybody; it
// leaves the deciding desk to return both.
func escrowLife() cell.Life {
	before := []string{StateOpened, StateHalf, StateReady}
	return cell.Life{Kinds: []string{KindEscrow}, Acks: true, Stages: []cell.Stage{
		{Name: StateOpened, Waits: oweDeposits},
		{Name: StateHalf, From: before[:1], Says: "one side has laid its step in", Waits: oweDeposits, When: func(k *cell.Case) (int64, bool) {
			list := commits(k)
			if len(list) == 0 {
				return 0, false
			}
			return list[0].At, true
		}},
		{Name: StateReady, From: before[:2], Says: "both sides have laid their steps in", Waits: oweRelease, When: ready},
		{Name: StateLapsed, From: before, Says: "the timeout has passed, and nothing was shown", Waits: oweReturn, When: func(k *cell.Case) (int64, bool) {
			return terms(k).Timeout, k.Past(terms(k).Timeout)
		}},
		{Name: StateReturned, From: append(before, StateLapsed), Says: "the deciding desk returned both", Ended: true, Binds: true, When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First(KindReturn, terms(k).Decides)
			return h.At, ok
		}},
		{Name: StateReleased, From: before[2:], Says: "the deciding desk released both, each opens its commitment", Ended: true, Binds: true, When: func(k *cell.Case) (int64, bool) {
			h, ok := released(k)
			return h.At, ok
		}},
	}}
}

// terms gives what an escrow says; nothing of one whose opening broke a rule.
func terms(k *cell.Case) Escrow {
	e, _ := k.Body.(Escrow)
	if !k.Stands() {
		return Escrow{}
	}
	return e
}

// commits gives the first commitment of each side, the oldest first.
func commits(k *cell.Case) []cell.Held {
	var out []cell.Held
	for _, h := range k.Said(KindCommit, "") {
		if terms(k).side(h.Desk) && !slices.ContainsFunc(out, func(o cell.Held) bool { return o.Desk == h.Desk }) {
			out = append(out, h)
		}
	}
	return out
}

func ready(k *cell.Case) (at int64, ok bool) {
	list := commits(k)
	if len(list) < 2 {
		return 0, false
	}
	return list[1].At, true
}

// released gives the release of the commitments that count.
func released(k *cell.Case) (cell.Held, bool) {
	h, ok := k.First(KindRelease, terms(k).Decides)
	for _, x := range commits(k) {
		ok = ok && slices.Contains(h.Cites, x.Cite())
	}
	_, both := ready(k)
	return h, ok && both
}

func oweDeposits(k *cell.Case) (out []cell.Wait) {
	for _, d := range terms(k).Sides {
		if !slices.ContainsFunc(commits(k), func(h cell.Held) bool { return h.Desk == d }) {
			out = append(out, cell.Wait{Desk: d, For: NeedDeposit, Since: k.At(), Due: terms(k).Timeout})
		}
	}
	return out
}

func oweRelease(k *cell.Case) []cell.Wait {
	at, _ := ready(k)
	return []cell.Wait{{Desk: terms(k).Decides, For: NeedRelease, Since: at, Due: min(at+k.ReplyTime(), terms(k).Timeout)}}
}

func oweReturn(k *cell.Case) []cell.Wait {
	t := terms(k).Timeout
	return []cell.Wait{{Desk: terms(k).Decides, For: NeedReturn, Since: t, Due: t + k.ReplyTime()}}
}

package intel

import (
	"slices"

	"parley/cell"
)

// The states that only this module's matters have.
const (
	StateDrafted        = "drafted"
	StateReleased       = "released"
	StateReviewed       = "reviewed"
	StateWithdrawn      = "withdrawn"
	StateRecalled       = "recalled"
	StateRecallComplete = "recall-complete"
	StateContested      = "contested"
)

// What is waited for beside acks.
const (
	NeedReview        = "review-due"
	NeedRelease       = "release"
	NeedRecall        = "recall"
	NeedRecallReceipt = "recall-receipt"
)

// reviewWithin is how long a warning that one officer sent may go unreviewed,
// in milliseconds (INT-03).
const reviewWithin = 24 * 3600 * 1000

func lives() []cell.Life {
	return []cell.Life{warningLife(), draftLife(), reportLife(), recallLife()}
}

// warningLife: one officer sends it, another reviews it afterwards. A warning
// that was changed is reviewed anew.
func warningLife() cell.Life {
	sent := []string{cell.StateSent, cell.StateReceived}
	return withRecall(cell.Life{Kinds: []string{KindWarning}, Acks: true, Stages: []cell.Stage{
		{Name: cell.StateSent, Waits: oweReview},
		{Name: cell.StateReceived, From: sent[:1], Says: "an officer of an addressee has taken it", Waits: oweReview, When: taken},
		{Name: StateReviewed, From: append(sent, StateWithdrawn), Says: "another officer of its desk has reviewed it as it stands", Rests: true,
			When: func(k *cell.Case) (int64, bool) {
				at, outcome := review(k)
				return at, outcome != "" && outcome != Withdrawn
			}},
		{Name: StateWithdrawn, From: append(sent, StateReviewed), Says: "the review found that it should not have gone out", Waits: oweRecall,
			When: func(k *cell.Case) (int64, bool) {
				at, outcome := review(k)
				return at, outcome == Withdrawn
			}},
	}})
}

// draftLife: it stands at home until a report names it.
func draftLife() cell.Life {
	return cell.Life{Kinds: []string{KindDraft}, Stages: []cell.Stage{
		{Name: StateDrafted, Waits: func(k *cell.Case) []cell.Wait {
			return []cell.Wait{{Desk: k.Opener(), For: NeedRelease, Since: k.Version.At}}
		}},
		{Name: StateReleased, From: []string{StateDrafted}, Says: "another officer released it as a report", Ended: true, When: releasedAs},
	}}
}

// reportLife: released, taken by everybody it was released to, out of date
// when it says so itself. One that was released against the rules moves
// nothing.
func reportLife() cell.Life {
	return withRecall(cell.Life{Kinds: []string{KindReport}, Acks: true, Stages: []cell.Stage{
		{Name: StateReleased},
		{Name: cell.StateReceived, From: []string{StateReleased}, Says: "every addressee's officer has taken it", Rests: true,
			When: func(k *cell.Case) (int64, bool) { return lastTaken(k), !k.Owes() }},
		{Name: cell.StateExpired, From: []string{StateReleased, cell.StateReceived}, Says: "nobody relies on it any more, by its own word", Ended: true,
			When: func(k *cell.Case) (int64, bool) {
				r, ok := k.Body.(Report)
				if !ok || len(r.Expires) == 0 {
					return 0, false
				}
				return r.Expires[0], k.Past(r.Expires[0])
			}},
		{Name: StateContested, From: []string{StateReleased}, Says: "its release broke a rule", Ended: true, When: (*cell.Case).Broken},
	}})
}

// withRecall adds to a life what a recall makes of it (INT-10). The recall is
// a matter of its own, in which every desk answers.
func withRecall(l cell.Life) cell.Life {
	var from []string
	for _, s := range l.Stages {
		if s.Name != StateContested {
			from = append(from, s.Name)
		}
	}
	l.Stages = append(l.Stages,
		cell.Stage{Name: StateRecalled, From: append(from, StateRecallComplete), Says: "its desk has recalled it",
			When: func(k *cell.Case) (int64, bool) {
				r, _, ok := recall(k)
				return r.At(), ok
			}},
		cell.Stage{Name: StateRecallComplete, From: []string{StateRecalled}, Says: "every desk that got it has said what became of its copies", Ended: true,
			When: func(k *cell.Case) (int64, bool) {
				_, st, ok := recall(k)
				return st.Since, ok && st.Name == StateRecallComplete
			}})
	return l
}

// recallLife: an open recall is waited for from every addressee; a desk that
// has said nothing of its copies by the deadline is late.
func recallLife() cell.Life {
	return cell.Life{Kinds: []string{KindRecall}, Acks: true, Stages: []cell.Stage{
		{Name: StateRecalled, Waits: oweReceipts},
		{Name: StateRecallComplete, From: []string{StateRecalled}, Says: "every desk that got it has said what became of its copies", Ended: true,
			When: func(k *cell.Case) (int64, bool) {
				at := k.At()
				for _, d := range k.Head.To {
					a, answered := k.Last(KindRecalled, d)
					if !answered && k.Charter.IsFounder(d) {
						return 0, false
					}
					at = max(at, a.At)
				}
				return at, k.Stands()
			}},
		{Name: StateContested, From: []string{StateRecalled}, Says: "it broke a rule", Ended: true, When: (*cell.Case).Broken},
	}}
}

// recall gives the latest recall of an item that stands, and its state.
func recall(k *cell.Case) (cell.Matter, cell.State, bool) {
	for _, h := range slices.Backward(k.Said(KindRecall, k.Opener())) {
		m, st, ok := k.See(h.Ref())
		if !ok {
			return cell.Matter{Ref: h.Ref(), Head: &h}, cell.State{Name: StateRecalled}, true
		}
		if m.Cancelled == nil {
			return m, st, true
		}
	}
	return cell.Matter{}, cell.State{}, false
}

func oweReceipts(k *cell.Case) (out []cell.Wait) {
	b, ok := k.Body.(Recall)
	for _, d := range k.Head.To {
		if _, answered := k.Last(KindRecalled, d); ok && !answered && k.Charter.IsFounder(d) {
			out = append(out, cell.Wait{Desk: d, For: NeedRecallReceipt, Since: k.At(), Due: b.Deadline})
		}
	}
	return out
}

// review gives what the latest review of a warning as it stands found, "" when
// there is none.
func review(k *cell.Case) (at int64, outcome string) {
	list := k.Said(KindReview, k.Opener())
	for _, h := range slices.Backward(list) {
		if b, ok := h.Body.(Review); ok && slices.Contains(h.Cites, k.Version.Cite()) {
			return h.At, b.Outcome
		}
	}
	return 0, ""
}

func oweReview(k *cell.Case) []cell.Wait {
	return []cell.Wait{{Desk: k.Opener(), For: NeedReview, Since: k.Version.At, Due: k.Version.At + reviewWithin}}
}

func oweRecall(k *cell.Case) []cell.Wait {
	at, _ := review(k)
	return []cell.Wait{{Desk: k.Opener(), For: NeedRecall, Since: at, Due: at + k.ReplyTime()}}
}

// taken gives when the first officer of an addressee took the version.
func taken(k *cell.Case) (at int64, ok bool) {
	for _, d := range k.Version.To {
		if r := k.Column(d).Received; r != nil && (!ok || r.At < at) {
			at, ok = r.At, true
		}
	}
	return at, ok
}

// lastTaken gives when the last officer of an addressee took the version.
func lastTaken(k *cell.Case) int64 {
	at := k.Version.At
	for _, d := range k.Version.To {
		if r := k.Column(d).Received; r != nil {
			at = max(at, r.At)
		}
	}
	return at
}

// releasedAs finds the first report of this desk that names the draft.
func releasedAs(k *cell.Case) (at int64, ok bool) {
	for _, m := range k.All(KindReport) {
		r, is := m.Body.(Report)
		if is && m.Opener() == k.Opener() && r.Draft == k.Ref.String() && m.Stands() && (!ok || m.At() < at) {
			at, ok = m.At(), true
		}
	}
	return at, ok
}

package incident

import (
	"slices"

	"parley/cell"
)

// The states of a report.
const (
	StateReported   = "reported"
	StateMonitored  = "monitored"
	StateFinding    = "finding"
	StateAttributed = "attributed"
	StateClosed     = "closed"
	StateContested  = "contested"
)

// The states of a request, beside those named as its results.
const (
	StateRequested  = "requested"
	StateOtherMeans = "other-means"
	StateDeclined   = "declined"
	StateVerifying  = "verifying"
	StateHolding    = "holding"
	StateHeldOver   = "held-over"
)

// The states of a query about a hold.
const (
	StateOpen      = "open"
	StateSilent    = "silent"
	StateExplained = "explained"
	StateLifted    = "lifted"
)

// What is waited for beside the acks.
const (
	NeedFinding     = "finding"
	NeedAnswer      = "answer"
	NeedResult      = "result"
	NeedExplanation = "explanation"
	NeedClosing     = "closing"
)

// Limits of the field, in milliseconds: a finding within seven days (COMPLNT);
// an answer to a request within 6 h, or 1 h when it is urgent (VERREQ); an
// explanation in a crisis within 2 h (INC-09).
const (
	findWithin    = 7 * 24 * 3600 * 1000
	answerWithin  = 6 * 3600 * 1000
	answerUrgent  = 3600 * 1000
	explainWithin = 2 * 3600 * 1000
)

func lives() []cell.Life {
	return []cell.Life{reportLife(), requestLife(), queryLife(), unnotifiedLife()}
}

// broke is the stage of a head that breaks a rule: it is shown, and nothing is
// owed on it.
func broke(from ...string) cell.Stage {
	return cell.Stage{Name: StateContested, From: from, Ended: true, Says: "the record that opened it broke a rule",
		When: func(k *cell.Case) (int64, bool) {
			return k.At(), k.Head != nil && k.Verdicts[k.Head.Cite()] == cell.VerdictContested
		}}
}

// reportLife: report, monitoring, finding, attribution, closure, in that order
// and never mixed. What was found stands when the report is withdrawn.
func reportLife() cell.Life {
	once := func(kind string) func(*cell.Case) (int64, bool) {
		return func(k *cell.Case) (int64, bool) {
			h, ok := k.First(kind, "")
			return h.At, ok
		}
	}
	return cell.Life{Kinds: []string{KindReport}, Acks: true, Stages: []cell.Stage{
		{Name: StateReported, Says: "a desk reports it", Waits: finding},
		{Name: StateMonitored, From: []string{StateReported}, Says: "a desk has an entry in its timeline", When: once(KindEntry), Waits: finding},
		{Name: StateFinding, From: []string{StateReported, StateMonitored}, Binds: true, Says: "the supervisor states what it found, and to what standard",
			When: once(KindFinding)},
		{Name: StateAttributed, From: []string{StateFinding}, Binds: true, Says: "the supervisor states whose act it was, citing the finding",
			When: once(KindAttribution)},
		{Name: StateClosed, From: []string{StateReported, StateMonitored, StateFinding, StateAttributed}, Ended: true, Binds: true,
			Says: "the supervisor or the desk that reported it closes it", When: once(KindClose)},
		broke(StateReported),
	}}
}

// finding is owed by the supervisor.
func finding(k *cell.Case) []cell.Wait {
	var out []cell.Wait
	for _, s := range k.Supervisors() {
		out = append(out, cell.Wait{Desk: s, For: NeedFinding, Since: k.At(), Due: k.At() + findWithin})
	}
	return out
}

// requestLife: a request, its answer, the hold, and what came of it. A hold
// that has begun is not ended by withdrawing the request.
func requestLife() cell.Life {
	before := []string{StateRequested, StateOtherMeans, StateDeclined, StateVerifying, StateHolding, StateHeldOver}
	return cell.Life{Kinds: []string{KindVerify}, Acks: true, Stages: []cell.Stage{
		{Name: StateRequested, Says: "a desk asks that a place be looked at", Waits: answer},
		{Name: StateOtherMeans, From: before[:1], Says: "the other side offers other means", Waits: stand, When: lastAnswer(OtherMeans)},
		{Name: StateDeclined, From: []string{StateRequested, StateOtherMeans, StateVerifying, StateHolding}, Ended: true, Says: "the other side declines",
			When: lastAnswer(Declines)},
		{Name: StateVerifying, From: before[:3], Says: "accepted; the desk that asked had declared that it cannot wait", Waits: result,
			When: func(k *cell.Case) (int64, bool) {
				h, ok := running(k)
				return h.accept.At, ok && h.asks.Force == CannotWait
			}},
		{Name: StateHolding, From: before[:3], Binds: true, Says: "accepted; no force is declared until the hold is over", Waits: result,
			When: func(k *cell.Case) (int64, bool) {
				h, ok := running(k)
				return h.accept.At, ok && h.asks.Force == NoForce
			}},
		{Name: StateHeldOver, From: []string{StateHolding}, Binds: true, Says: "the hold is over, and there is no result", Waits: result,
			When: func(k *cell.Case) (int64, bool) {
				h, ok := running(k)
				return h.until, ok && h.asks.Force == NoForce && k.Past(h.until)
			}},
		outcome(Found, before), outcome(Nothing, before), outcome(Partial, before), outcome(Denied, before),
		broke(StateRequested),
	}}
}

func outcome(found string, from []string) cell.Stage {
	says := map[string]string{Found: "something was found", Nothing: "nothing was found", Partial: "it could be looked at in part", Denied: "access was denied"}
	return cell.Stage{Name: found, From: from, Ended: true, Binds: true, Says: says[found],
		When: func(k *cell.Case) (int64, bool) {
			h, ok := counting(k.Matter, k.Charter)
			if !ok {
				return 0, false
			}
			return h.At, h.Body.(Result).Found == found
		}}
}

// counting gives the result that a request stands at: the supervisor's latest,
// or else the latest of the others. All of them are shown.
func counting(m cell.Matter, c *cell.Charter) (best cell.Held, ok bool) {
	for _, h := range m.Said(KindResult, "") {
		if !ok || c.Role(h.Desk) == cell.Supervisor || c.Role(best.Desk) != cell.Supervisor {
			best, ok = h, true
		}
	}
	return best, ok
}

// running gives the hold of a request that no record has ended.
func running(k *cell.Case) (hold, bool) {
	h, ok := latestHold(k.Matter, k.Charter)
	return h, ok && h.over == nil
}

// latestHold gives the last hold of a request that counts.
func latestHold(m cell.Matter, c *cell.Charter) (out hold, ok bool) {
	for _, h := range holds(m, c) {
		if h.counts {
			out, ok = h, true
		}
	}
	return out, ok
}

// lastAnswer gives the stage in which the latest answer is of one sort and no
// acceptance runs.
func lastAnswer(sort string) func(*cell.Case) (int64, bool) {
	return func(k *cell.Case) (int64, bool) {
		h, ok := k.Last(KindAnswer, "")
		a, is := h.Body.(Answer)
		return h.At, ok && is && a.Answer == sort
	}
}

// answer is owed by the parties that are asked.
func answer(k *cell.Case) []cell.Wait {
	limit := int64(answerWithin)
	if v, _ := k.Body.(Verify); v.Urgent == Urgent {
		limit = answerUrgent
	}
	var out []cell.Wait
	for _, d := range k.Counterparts(k.Charter) {
		out = append(out, cell.Wait{Desk: d, For: NeedAnswer, Since: k.Version.At, Due: k.Version.At + limit})
	}
	return out
}

// stand: the desk that asked says what it thinks of the means offered.
func stand(k *cell.Case) []cell.Wait {
	h, _ := k.Last(KindAnswer, "")
	for _, p := range k.Said(cell.KindPosition, k.Opener()) {
		if slices.Contains(p.Cites, h.Cite()) {
			return nil
		}
	}
	return []cell.Wait{{Desk: k.Opener(), For: cell.NeedPosition, Since: h.At, Due: h.At + k.ReplyTime()}}
}

// result is owed by the end of the hold by the side that accepted.
func result(k *cell.Case) []cell.Wait {
	h, ok := running(k)
	if !ok {
		return nil
	}
	return []cell.Wait{{Desk: h.accept.Desk, For: NeedResult, Since: h.accept.At, Due: h.until}}
}

// queryLife: a query asks for an explanation and finds nothing by itself.
// Silence is recorded (INC-09).
func queryLife() cell.Life {
	open := []string{StateOpen, StateSilent, StateExplained}
	return cell.Life{Kinds: []string{RuleHoldQuery}, Stages: []cell.Stage{
		{Name: StateOpen, Says: "force is reported inside a hold and near its place", Waits: explanation},
		{Name: StateSilent, From: open[:1], Says: "no explanation came in time", Waits: explanation,
			When: func(k *cell.Case) (int64, bool) {
				due := k.Derived.At + explainWithin
				return due, k.Past(due)
			}},
		{Name: StateExplained, From: open[:2], Says: "the desk that declared no force explains", Waits: closing, When: explained},
		{Name: StateLifted, From: open, Ended: true, Says: "the report was changed or withdrawn, or the hold was over",
			When: func(k *cell.Case) (int64, bool) { return k.Derived.At, k.Derived.Ended }},
		{Name: StateClosed, From: append(slices.Clone(open), StateLifted), Ended: true, Says: "another desk closes it", When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First(KindClose, "")
			return h.At, ok
		}},
	}}
}

// explained gives when the first explanation came that is more than a first word.
func explained(k *cell.Case) (int64, bool) {
	for _, h := range k.Said(KindExplain, "") {
		if e, ok := h.Body.(Explain); ok && e.Statement != BeingChecked {
			return h.At, true
		}
	}
	return 0, false
}

func explanation(k *cell.Case) []cell.Wait {
	if k.Derived.Owes == "" {
		return nil
	}
	return []cell.Wait{{Desk: k.Derived.Owes, For: NeedExplanation, Since: k.Derived.At, Due: k.Derived.At + explainWithin}}
}

// closing: once it is explained, the supervisor looks at it and closes it.
func closing(k *cell.Case) []cell.Wait {
	at, _ := explained(k)
	var out []cell.Wait
	for _, s := range k.Supervisors() {
		out = append(out, cell.Wait{Desk: s, For: NeedClosing, Since: at})
	}
	return out
}

package deconfliction

import (
	"slices"

	"parley/cell"
)

// activityLife: what has the last word stands last. That somebody objects, and
// that another notice is met, stands above all that goes its way.
func activityLife() cell.Life {
	going := []string{StateFiled, StatePending, StateHeld, StateClear, StateAgreed, StateActive}
	troubled := append(slices.Clone(going), StateRefused, StateConflicting)
	return cell.Life{Kinds: Activities(), Acks: true, Duty: toCheck, Stages: []cell.Stage{
		{Name: StateFiled, From: troubled[1:], Says: "the desk gives notice, and the others may not hold it yet", Waits: owed},
		{Name: StateClear, From: []string{StateFiled, StatePending, StateHeld, StateConflicting}, Says: "an officer of the counterpart received it, and it meets no other",
			Waits: owed, When: func(k *cell.Case) (int64, bool) {
				at, ok := received(k.Matter, k.Charter)
				_, _, waits := unchecked(k)
				return at, ok && !waits && k.Stands()
			}},
		{Name: StateAgreed, From: []string{StateClear}, Says: "everybody on the way agrees to what it says now", Waits: owed, When: agreedByAll},
		{Name: StateActive, From: []string{StateFiled, StateClear, StateAgreed}, Says: "its first window has begun", Waits: owed,
			When: func(k *cell.Case) (int64, bool) {
				from := spanSaid(k.Matter).From
				return from, k.Past(from) && k.Stands()
			}},
		{Name: StatePending, From: []string{StateFiled, StateHeld}, Says: "the supervisor's node has not laid it beside the blind ones yet",
			Waits: owed, When: pending},
		{Name: StateHeld, From: []string{StatePending}, Says: "the budget of answers is spent: an officer of the supervisor looks first",
			Waits: owed, When: heldBack},
		{Name: StateRefused, From: going, Says: "somebody on the way objects or cannot let it pass", Waits: owed, When: refusedBySome},
		{Name: StateConflicting, From: troubled[:len(troubled)-1], Says: "it meets a notice of another desk", Waits: owed, When: clash},
		{Name: StateNonconforming, From: []string{StateActive, StateRefused, StateConflicting}, Says: "its own desk says that it has left what the notice said",
			Waits: owed, When: deviation},
		{Name: StateExpired, From: append(slices.Clone(troubled), StateNonconforming), Ended: true, Says: "its last window is over",
			When: func(k *cell.Case) (int64, bool) {
				until := spanSaid(k.Matter).Until
				return until, k.Past(until)
			}},
		{Name: StateLost, From: append(slices.Clone(troubled), StateNonconforming, StateExpired), Says: "what moves was not heard of in time, or a desk declares contact lost",
			Waits: owed, When: lost},
		{Name: StateEnded, From: append(slices.Clone(troubled), StateNonconforming, StateExpired, StateLost), Ended: true, Says: "its desk says that it is completed",
			When: func(k *cell.Case) (int64, bool) {
				h, ok := k.First(KindComplete, k.Opener())
				return h.At, ok
			}},
	}}
}

// deviation reports whether the activity has left what its notice says, and
// since when: until it says what is true.
func deviation(k *cell.Case) (since int64, ok bool) {
	h, ok := k.Last(KindDeviate, k.Opener())
	if !ok || k.Version != nil && h.Cite().Compare(k.Version.Cite()) < 0 {
		return 0, false
	}
	return h.Body.(Deviate).Since, true
}

// Said is what one controller on the way says to a notice as it stands, and
// since when: the answer of a desk is read from its column (DEC-07).
type Said struct {
	Desk    string `json:"desk"`    // whose answer it is, "" of one without a desk
	Name    string `json:"name"`    // of one without a desk
	Through string `json:"through"` // and the desk that states its answer
	Status  string `json:"status"`
	At      int64  `json:"at"`
}

// worst are the answers, the gravest first.
var worst = []string{ControlDenied, ControlObjects, ControlConditions, ControlNoAnswer, ControlUnheld, ControlNotified, ControlNoted, ControlAgrees}

// ControlUnheld says that the notice has not reached a controller's desk.
const ControlUnheld = "not-held"

// Answers gives the status of every controller of a notice, the desks that it is
// addressed to first, and the gravest of all (DEC-07).
func Answers(m cell.Matter, c *cell.Charter, now int64) (list []Said, overall string) {
	a, _ := activityOf(m.Body)
	desks := m.Counterparts(c)
	for _, x := range a.Controllers {
		if x.Desk != "" && x.Desk != m.Opener() && !slices.Contains(desks, x.Desk) {
			desks = append(desks, x.Desk)
		}
	}
	for _, d := range desks {
		list = append(list, answerOf(m, d, c, now))
	}
	for _, x := range a.Controllers {
		if x.Desk == "" {
			list = append(list, relayed(m, x))
		}
	}
	rank := len(worst)
	for _, s := range list {
		rank = min(rank, slices.Index(worst, s.Status))
	}
	if rank < len(worst) {
		overall = worst[rank]
	}
	return list, overall
}

// answerOf reads the answer of a desk from its column.
func answerOf(m cell.Matter, desk string, c *cell.Charter, now int64) Said {
	col := m.Column(desk)
	s := Said{Desk: desk, Status: ControlUnheld}
	if col.Delivered != nil && col.Delivered.Refused == "" {
		s.Status, s.At = ControlNotified, col.Delivered.At
		if due := col.Delivered.At + c.Clocks[m.Precedence()].Reply.Millis(); col.Received == nil && now >= due {
			s.Status, s.At = ControlNoAnswer, due
		}
	}
	if col.Received != nil {
		s.Status, s.At = ControlNotified, col.Received.At
	}
	if col.Position == nil {
		return s
	}
	p := col.Position.Body.(cell.Position)
	status, ok := map[string]string{cell.Noted: ControlNoted, cell.Complied: ControlAgrees, cell.Agrees: ControlAgrees,
		cell.CounterProposes: ControlConditions, cell.Objects: ControlObjects, cell.Disputes: ControlObjects, cell.CannotComply: ControlDenied}[p.Position]
	if ok && (p.Position != cell.Agrees || m.Version != nil && p.Hash == m.Version.Hash) {
		s.Status, s.At = status, col.Position.At
	}
	return s
}

// relayed gives what the desk that speaks with a controller last said of it.
func relayed(m cell.Matter, x Controller) Said {
	s := Said{Name: x.Name, Through: x.Through, Status: ControlUnheld}
	for _, h := range m.Said(KindController, x.Through) {
		if b := h.Body.(ControllerSays); b.Controller == x.Name {
			s.Status, s.At = b.Status, b.At
		}
	}
	return s
}

func agreedByAll(k *cell.Case) (since int64, ok bool) {
	list, overall := Answers(k.Matter, k.Charter, k.Now)
	for _, s := range list {
		since = max(since, s.At)
	}
	return since, overall == ControlAgrees && k.Stands()
}

func refusedBySome(k *cell.Case) (since int64, ok bool) {
	list, _ := Answers(k.Matter, k.Charter, k.Now)
	for _, s := range list {
		if s.Status == ControlDenied || s.Status == ControlObjects {
			if !ok || s.At < since {
				since, ok = s.At, true
			}
		}
	}
	return since, ok && k.Stands()
}

package cell

import "slices"

// Life is the states of the matters of some kinds, as a table. The state of a
// matter is the last stage of the table whose condition holds: a function of
// the set of records and a time, whatever order they came in. The arrows say
// from where a stage is reached; docs/modules.md draws them.
type Life struct {
	Kinds  []string // of the heads, or the rules of derived matters
	Stages []Stage
	Acks   bool // the acks that the template asks for are waited for in every open stage

	// Duty says which desk's node has to do what by itself in a matter that is open:
	// that desk's module finds the matter by [Here.In]. Nil: never.
	Duty func(*Case) Duty
}

// Duty is what the node of one desk has to do; the zero value is nothing.
type Duty struct{ Desk, What string }

// Stage is one state.
type Stage struct {
	Name  string
	From  []string // the stages it is reached from: arrows of the drawing
	Says  string   // when, in a few English words for the drawing
	Ended bool     // nothing is waited for any more
	Rests bool     // ended as soon as nothing is waited for
	Binds bool     // the opener's withdrawal cancels it no more: others agreed, or a desk decided
	When  func(*Case) (since int64, ok bool)
	Waits func(*Case) []Wait // who owes what in this stage, beside the acks
}

// Case is a matter at a time, with what a stage may look at.
type Case struct {
	Matter
	Around
	Charter *Charter
	Now     int64

	next int64
}

// Past reports whether a time has come, and notes that the state changes then.
// The time 0 never comes.
func (k *Case) Past(t int64) bool {
	if t != 0 && t > k.Now && (k.next == 0 || t < k.next) {
		k.next = t
	}
	return t != 0 && k.Now >= t
}

// Parties gives the parties of the matter's audience, sorted.
func (k *Case) Parties() []string { return k.Matter.Parties(k.Charter) }

// Supervisors gives the supervisors of the matter's audience, in the order of
// the charter.
func (k *Case) Supervisors() []string {
	return slices.DeleteFunc(k.Charter.Supervisors(), func(d string) bool { return !slices.Contains(k.Audience(), d) })
}

// ReplyTime is how long a desk has to answer, by the charter's clock for the
// matter's precedence, in milliseconds.
func (k *Case) ReplyTime() int64 { return k.Charter.Clocks[k.Precedence()].Reply.Millis() }

// Broken reports whether the record that opened the matter takes no effect: the
// condition of a stage in which it is shown, and nothing is owed on it.
func (k *Case) Broken() (since int64, ok bool) { return k.At(), !k.Stands() }

// Life gives the table of a kind or rule.
func (m Module) Life(kind string) (Life, bool) {
	i := slices.IndexFunc(m.Lives, func(l Life) bool { return slices.Contains(l.Kinds, kind) })
	if i < 0 {
		return Life{}, false
	}
	return m.Lives[i], true
}

// Stage gives a stage by its name.
func (l Life) Stage(name string) (Stage, bool) {
	i := slices.IndexFunc(l.Stages, func(s Stage) bool { return s.Name == name })
	if i < 0 {
		return Stage{}, false
	}
	return l.Stages[i], true
}

// Status reads the table. A matter whose head is not held is unknown; one that
// its opener withdrew is cancelled, unless it is in a stage that binds.
func (l Life) Status(m Matter, near Around, c *Charter, now int64) State {
	s := State{Name: StateUnknown, Contested: m.Contested}
	if m.Derived == nil && (m.Head == nil || m.Version == nil) {
		return s
	}
	s.Exercise = m.Exercised(c)
	k := &Case{Matter: m, Around: near, Charter: c, Now: now}
	var in Stage
	for i, st := range l.Stages { // every one is asked: each notes when it changes
		since, ok := m.At(), i == 0
		if st.When != nil {
			since, ok = st.When(k)
		}
		if ok {
			in, s.Since = st, since
		}
	}
	if m.Cancelled != nil && !in.Binds {
		s.Name, s.Since = StateCancelled, m.Cancelled.At
		return s
	}
	s.Name, s.Open = in.Name, !in.Ended
	if s.Open && l.Duty != nil {
		s.Duty = l.Duty(k)
	}
	s.Next = k.next
	if in.Ended {
		return s
	}
	if l.Acks && m.Version != nil {
		for _, col := range k.answering() {
			s.duties(m, col, c, now)
		}
	}
	if in.Waits != nil {
		for _, w := range in.Waits(k) {
			s.owe(w, c.Clocks[w.Grave(m.Precedence())], now)
		}
		s.next(k.next, now)
	}
	if in.Rests && len(s.Waiting) == 0 {
		s.Open = false
	}
	return s
}

// owe adds a wait of the module's own. Its ladder begins when it is late.
func (s *State) owe(w Wait, clock Clock, now int64) {
	if w.Due != 0 {
		s.next(w.Due, now)
		late := w
		late.Since = w.Due
		if len(clock.Ladder) > 0 {
			first := clock.Ladder[0].After.Millis()
			for _, r := range clock.Ladder { // the first rung when due, the others as far behind it as the charter has them
				at := w.Due + r.After.Millis() - first
				if now >= at {
					late.Level = r.Level
				}
				s.next(at, now)
			}
		}
		w.Level = late.Level
	}
	s.Waiting = append(s.Waiting, w)
}

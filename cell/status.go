package cell

import (
	"slices"

	"parley/geo"
)

// Wait says that a desk owes something: what, since when, due when (0: no
// limit), and how far up the ladder the silence has gone. The queue on the
// Watch screen, the clocks, the ladder, the alarms and the metrics are all
// read from waits (design 3).
type Wait struct {
	Desk  string     `json:"desk"`
	For   string     `json:"for"`
	Since int64      `json:"since"`
	Due   int64      `json:"due"`
	Level string     `json:"level"`
	Part  string     `json:"part,omitempty"`  // what of it is still owed: levels that were not reached, parted by commas
	Alarm Precedence `json:"alarm,omitempty"` // how grave it is once it is late, where that is more than the matter
}

// Grave gives how grave it is that this is late, in a matter of a precedence.
func (w Wait) Grave(p Precedence) Precedence {
	if w.Alarm != "" && w.Alarm.Rank() < p.Rank() {
		return w.Alarm
	}
	return p
}

// State is where a matter stands at a time.
type State struct {
	Name      string    `json:"name"`
	Since     int64     `json:"since"`
	Open      bool      `json:"open"`
	Waiting   []Wait    `json:"waiting"`
	Contested []Contest `json:"contested"`
	Next      int64     `json:"next"`              // when this changes by itself, 0: never
	Exercise  bool      `json:"exercise,omitzero"` // a drill's in an actual cell: no figure counts it
	Duty      Duty      `json:"-"`                 // what a node has to do by itself
}

// The states of a message, see [MessageLife], and of what the kernel derives.
const (
	StateSent      = "sent"
	StateDelivered = "delivered"
	StateReceived  = "received"
	StateAcked     = "acked"
	StateExpired   = "expired"
	StateFailed    = "failed"
	StateCancelled = "cancelled"
	StateClarify   = "clarify"
	StateResolved  = "resolved"
	StateUnknown   = "unknown"
)

// Around is what else this desk holds: for states and derived matters that
// follow from other matters too. The zero value holds nothing.
type Around struct {
	Matter  func(Ref) (Matter, State, bool)          // folded, and where it stands
	Find    func(kind string) []Matter               // those of a kind or rule, in a fixed order
	MayMeet func(Ref) []Matter                       // see [Around.Beside]
	Follow  func(Ref) []Matter                       // see [Around.From]
	Reach   func([]geo.Volume, geo.Margins) []Matter // see [Around.Within]
}

// See gives a matter and its state; ok is false when it is not held here.
func (a Around) See(r Ref) (m Matter, s State, ok bool) {
	if a.Matter == nil || r.IsZero() {
		return m, s, false
	}
	return a.Matter(r)
}

// All gives the matters of a kind or rule that are held here.
func (a Around) All(kind string) []Matter {
	if a.Find == nil {
		return nil
	}
	return a.Find(kind)
}

// Status gives a matter's state at a time: by its module's table for it, by the
// kernel's for what the kernel derives, or by the life of a message.
func Status(m Matter, near Around, ms Modules, c *Charter, now int64) State {
	if m.Derived != nil && m.Derived.Rule == RuleReadBack {
		return readBackStatus(m, c, now)
	}
	l, ok := ms.Life(m.Kind)
	if !ok {
		l = messageLife
	}
	return l.Status(m, near, c, now)
}

func readBackStatus(m Matter, c *Charter, now int64) State {
	d := m.Derived
	s := State{Name: StateResolved, Since: d.At, Contested: m.Contested, Exercise: m.Exercised(c)}
	if d.Ended {
		return s
	}
	s.Name, s.Open = StateClarify, true
	w := Wait{Desk: d.Owes, For: NeedClarify, Since: d.At, Due: d.At + c.Clocks[d.Precedence].Receive.Millis()}
	s.climb(&w, c.Clocks[d.Precedence], now)
	s.Waiting = append(s.Waiting, w)
	s.next(w.Due, now)
	return s
}

// duties adds what one addressee still owes on the current version.
func (s *State) duties(m Matter, col *Column, c *Charter, now int64) {
	clock := c.Clocks[m.Version.Precedence]
	if col.Delivered == nil {
		w := Wait{Desk: col.Desk, For: NeedDelivered, Since: m.Version.At, Due: m.Version.At + clock.Deliver.Millis()}
		s.climb(&w, clock, now)
		s.Waiting = append(s.Waiting, w)
		s.next(w.Due, now)
		return
	}
	if col.Delivered.Refused != "" {
		return
	}
	for _, a := range m.Acks(c) {
		if !a.applies(c.Role(col.Desk)) || col.has(a.Ack, m) || c.onlyInformed(m.Kind, col.Desk) {
			continue
		}
		w := Wait{Desk: col.Desk, For: a.Ack, Since: col.Delivered.At}
		if limit := a.limit(clock); limit > 0 {
			w.Due = w.Since + limit
		}
		if a.Ack == NeedReceived {
			s.climb(&w, clock, now)
		}
		s.Waiting = append(s.Waiting, w)
		s.next(w.Due, now)
	}
}

// Acks gives what the matter's template asks for; without a template an
// officer's receipt.
func (m Matter) Acks(c *Charter) []AckSpec {
	if t, ok := c.Template(m.Kind); ok {
		return t.Acks
	}
	return []AckSpec{{Ack: NeedReceived}}
}

func (a AckSpec) applies(role string) bool {
	switch a.By {
	case "all":
		return true
	case Supervisor:
		return role == Supervisor
	}
	return role == Party
}

func (a AckSpec) limit(k Clock) int64 {
	switch {
	case a.Within > 0:
		return a.Within.Millis()
	case a.Ack == NeedReceived:
		return k.Receive.Millis()
	case a.Ack == NeedPosition || a.Ack == NeedEffect:
		return k.Reply.Millis()
	}
	return 0
}

// has reports whether the column holds the ack. A read-back counts once it
// matches, or when there is nothing to repeat.
func (col *Column) has(ack string, m Matter) bool {
	switch ack {
	case NeedDelivered:
		return col.Delivered != nil
	case NeedReceived:
		return col.Received != nil
	case NeedReadBack:
		r, ok := m.Body.(Repeater)
		return !ok || r.Repeat() == (Repeat{}) || (col.ReadBack != nil && col.Matches)
	case NeedDisseminated:
		return len(col.Disseminated) > 0
	case NeedPosition:
		return col.Position != nil
	case NeedEffect:
		if col.Position == nil {
			return false
		}
		p := col.Position.Body.(Position).Position
		return slices.Contains([]string{Complied, CannotComply, Disputes}, p)
	}
	return false
}

// climb sets the rung that the silence has reached and when the next one comes.
func (s *State) climb(w *Wait, k Clock, now int64) {
	for _, r := range k.Ladder {
		at := w.Since + r.After.Millis()
		if now >= at {
			w.Level = r.Level
		}
		s.next(at, now)
	}
}

// next notes a time at which the state changes by itself.
func (s *State) next(at, now int64) {
	if at > now && (s.Next == 0 || at < s.Next) {
		s.Next = at
	}
}

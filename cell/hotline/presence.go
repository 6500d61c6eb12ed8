package hotline

import (
	"fmt"

	"parley/cell"
)

// The states of a presence check, with its need.
const (
	StateAsked    = "asked"
	StatePresent  = "present"
	StateRelieved = "relieved"
	StateLapsed   = "lapsed"
	NeedPresence  = "presence"
)

// Presence asks the officer on watch whether they are there. The desk's own node
// files it at the charter's interval, and nobody else is told: a desk's sleep is
// its own affair until it leaves somebody without an answer.
type Presence struct {
	Officer string `json:"officer"`
	Watch   string `json:"watch"` // the key of the watch that they took
	Asked   int64  `json:"asked"` // the time at which they were to be asked
	Until   int64  `json:"until"` // when that watch ends
}

// Validate checks the codes and the times.
func (p Presence) Validate() error {
	if p.Asked <= 0 || p.Until <= p.Asked {
		return cell.Invalidf("/until", "the watch ends before the check")
	}
	return cell.First(officerAt("/officer", p.Officer), cell.KeyAt("/watch", p.Watch))
}

// Present answers a presence check: the officer asked is there, or another
// officer has relieved them.
type Present struct {
	Outcome string      `json:"outcome"` // present or relieved
	Note    []cell.Free `json:"note"`
}

// Validate checks the word.
func (p Present) Validate() error {
	return cell.First(cell.OneOf("/outcome", p.Outcome, StatePresent, StateRelieved), cell.IfGiven("/note", p.Note))
}

// answerWithin is how long a presence check waits before the desk's own ladder
// is climbed.
func answerWithin(c *cell.Charter) int64 {
	if a := c.Watch.Answer.Millis(); a > 0 {
		return a
	}
	return 5 * 60 * 1000
}

// presenceLife: asked, missed after the charter's time, and the silence climbs
// the desk's own ladder until somebody answers or the watch is over.
func presenceLife() cell.Life {
	wait := func(k *cell.Case) []cell.Wait {
		return []cell.Wait{{Desk: k.Opener(), For: NeedPresence, Since: k.At(), Due: k.At() + answerWithin(k.Charter)}}
	}
	said := func(outcome string) func(*cell.Case) (int64, bool) {
		return func(k *cell.Case) (int64, bool) {
			h, ok := k.First(KindPresent, k.Opener())
			b, _ := h.Body.(Present)
			return h.At, ok && b.Outcome == outcome
		}
	}
	return cell.Life{Kinds: []string{KindPresence}, Stages: []cell.Stage{
		{Name: StateAsked, Says: "the officer on watch is asked", Waits: wait},
		{Name: StateMissed, From: []string{StateAsked}, Says: "no answer in time: the desk's own ladder is climbed", Waits: wait, When: func(k *cell.Case) (int64, bool) {
			due := k.At() + answerWithin(k.Charter)
			return due, k.Past(due)
		}},
		{Name: StateLapsed, From: []string{StateAsked, StateMissed}, Ended: true, Says: "the watch ended without an answer", When: func(k *cell.Case) (int64, bool) {
			b, _ := k.Body.(Presence)
			return b.Until, k.Past(b.Until)
		}},
		{Name: StatePresent, From: []string{StateAsked, StateMissed}, Ended: true, Says: "the officer asked has answered", When: said(StatePresent)},
		{Name: StateRelieved, From: []string{StateAsked, StateMissed}, Ended: true, Says: "another officer has relieved them", When: said(StateRelieved)},
	}}
}

// judgePresent wants the officer asked to say that they are there, and another
// one to say that they are relieved.
func judgePresent(h cell.Held, b Present, p cell.Past) []cell.Breach {
	head, _ := p.Head(h.Record)
	asked, ok := head.Body.(Presence)
	if !ok || (asked.Officer == h.By.Officer) == (b.Outcome == StatePresent) {
		return nil
	}
	return []cell.Breach{{Rule: "hotline.presence-who", At: "/by/officer", Why: "the officer asked says that they are there; another officer says that they are relieved"}}
}

// NextPresence gives when the officer on watch is asked next, 0: never.
func NextPresence(s cell.Here) int64 {
	every := s.Charter.Watch.Presence.Millis()
	on, ok := OnDuty(s)
	w, _ := on.Body.(Watch)
	if every <= 0 || !ok {
		return 0
	}
	from := max(on.At, w.From)
	if next := from + ((s.Now-from)/every+1)*every; next < w.To {
		return next
	}
	return 0
}

// duePresence asks the officer on watch at each interval from when they took
// it. One that was due while the desk was off is asked when it is back, the
// latest alone.
func duePresence(s cell.Situation) []cell.Draft {
	every := s.Charter.Watch.Presence.Millis()
	on, ok := OnDuty(s.Here)
	w, _ := on.Body.(Watch)
	if every <= 0 || !ok {
		return nil
	}
	n := (s.Now - max(on.At, w.From)) / every
	if n < 1 {
		return nil
	}
	key := fmt.Sprintf("presence/%s/%d", on.ID, n)
	return []cell.Draft{{Kind: KindPresence, Key: key, By: cell.ByNode(),
		Body: Presence{Officer: on.By.Officer, Watch: on.Ref().String(), Asked: max(on.At, w.From) + n*every, Until: w.To}}}
}

// free reports whether the watch of an officer who does not answer may be taken
// without a hand-over.
func free(s cell.Situation, on cell.Held) bool {
	for _, m := range s.Find(KindPresence, on.At) {
		b, ok := m.Body.(Presence)
		if !ok || b.Watch != on.Ref().String() {
			continue
		}
		if st := presenceLife().Status(m, cell.Around{}, s.Charter, s.Now); st.Name == StateMissed || st.Name == StateRelieved {
			return true
		}
	}
	return false
}

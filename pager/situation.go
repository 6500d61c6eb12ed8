package pager

import (
	"strings"

	"parley/cell"
	"parley/node"
)

// The kinds of call. Their wording is in the catalogues under "page.<call>".
const (
	CallAnswer   = "answer"   // what another desk sent waits for an officer here
	CallLadder   = "ladder"   // the ladder has come to this desk: another one is silent
	CallRota     = "rota"     // nobody is on watch before long
	CallPresence = "presence" // the officer on watch did not answer a presence check
	CallLink     = "link"     // another desk cannot be reached
	CallRecord   = "record"   // the record wants a look: two histories, a shorter one, a restore
	CallDoor     = "door"     // the desk's own door: break-glass, a copied key
	CallDesk     = "desk"     // anything else that stands at the gravest level
	CallTest     = "test"     // "parley page test"
)

// A Situation is why somebody is called, as far as a page may know it.
type Situation struct {
	ID         string // of the alarm; never leaves the desk
	Matter     string // that waits, "" for none; never leaves the desk
	Call       string
	Precedence cell.Precedence
	Since      int64 // 0 where the alarm knows none
	Exercise   bool  // of a drill
	Level      int   // of the desk's own ladder: 0 the officer on watch
}

// calls says which alarms call, and as what. An alarm that is in no list calls
// only at the gravest level.
var calls = map[string]string{
	node.AlarmFlash: CallAnswer, node.AlarmOverdue: CallAnswer, node.AlarmRota: CallRota, node.AlarmLink: CallLink,
	node.AlarmEquivocation: CallRecord, node.AlarmRollback: CallRecord, node.AlarmGeneration: CallRecord, node.AlarmRestoring: CallRecord,
	node.AlarmRegaining: CallRecord, node.AlarmGap: CallRecord, node.AlarmBackup: CallRecord, node.AlarmNoBackup: CallRecord,
	node.AlarmBreakGlass: CallDoor, node.AlarmCloned: CallDoor,
	node.AlarmPresence: CallPresence,
	node.AlarmPassOn:   CallAnswer, node.AlarmContact: CallDesk, node.AlarmInterest: CallDesk, node.AlarmConflict: CallDesk,
}

// Situations reads from a desk's watch who is to be called now. Of other desks'
// silence it calls only where the charter gives this desk a rung (HOT-07).
func Situations(w node.Watch, desk string, c *cell.Charter) (out []Situation) {
	for _, a := range w.Alarms {
		waits := calls[a.Kind] == CallAnswer // until the matter is taken: a look at the alarm is no answer
		if a.Acknowledged && !waits || a.Kind == node.AlarmPager {
			continue // an officer has seen it; and a pager that fails calls nobody by itself
		}
		s := Situation{ID: a.ID, Matter: a.Matter, Call: calls[a.Kind], Precedence: a.Level, Since: a.Since, Exercise: a.Exercise}
		switch {
		case s.Call == CallAnswer && !strings.HasSuffix(a.ID, "/"+desk):
			if s.Call, s.Level = CallLadder, 0; !given(c, a, desk, w.Now) {
				continue
			}
		case s.Call == CallAnswer:
			s.Level = rung(c, a, w.Now)
		case s.Call == CallRota:
			s.Level = len(levels) - 1 // who keeps the rota
		case s.Call == "" && a.Level == cell.Flash:
			s.Call = CallDesk
		case s.Call == "":
			continue
		}
		out = append(out, s)
	}
	return out
}

// rung gives how far up the desk's own ladder a silence has gone.
func rung(c *cell.Charter, a node.Alarm, now int64) (level int) {
	for _, r := range c.Clocks[a.Level].Ladder {
		if r.Desk == "" && now >= a.Since+r.After.Millis() && level < len(levels)-1 {
			level++
		}
	}
	return level
}

// given reports whether the charter has given this desk a rung of another
// desk's silence by now.
func given(c *cell.Charter, a node.Alarm, desk string, now int64) bool {
	for _, r := range c.Clocks[a.Level].Ladder {
		if r.Desk == desk && now >= a.Since+r.After.Millis() {
			return true
		}
	}
	return false
}

// onCall gives whom the roster names for a level now, by code.
func onCall(w node.Watch, desk string, level int) (out []string) {
	name := levels[min(level, len(levels)-1)]
	for _, c := range w.OnCall {
		if c.Level == name {
			out = append(out, c.Officers...)
		}
	}
	if d := w.OnWatch[desk]; level == 0 && len(out) == 0 && d != nil && d.Officer != "" {
		out = append(out, d.Officer)
	}
	return out
}

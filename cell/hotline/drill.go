package hotline

import (
	"fmt"
	"time"

	"parley/cell"
)

// The states of a drill.
const (
	StateAnnounced = "announced"
	StateRunning   = "running"
	StateOver      = "over"
)

// Drill opens a drill: from when to when, and by which plan its injects come
// (HOT-18). All about it carries the status EXERCISE, in an actual cell too.
type Drill struct {
	From  int64       `json:"from"`
	Until int64       `json:"until"`
	Plan  int64       `json:"plan"` // number of a [Plan], from 1; 0: officers inject by hand
	Note  []cell.Free `json:"note"`
}

// Validate checks the times and the plan's number.
func (d Drill) Validate() error {
	if d.From <= 0 || d.Until <= d.From || d.Until-d.From > day {
		return cell.Invalidf("/until", "a drill ends after it begins, within a day")
	}
	if d.Plan < 0 || d.Plan > int64(len(plans)) {
		return cell.Invalidf("/plan", "there are the plans 1 to %d; 0 is none", len(plans))
	}
	return cell.IfGiven("/note", d.Note)
}

// Inject is one thing that happens in a drill. The desks take it, read it back
// and pass it on as they would in earnest.
type Inject struct {
	Event  string       `json:"event"`
	Place  []cell.Place `json:"place"`
	Time   []int64      `json:"time"`
	Number []int64      `json:"number"`
	Note   []cell.Free  `json:"note"`
}

// events are what can happen in a drill: neutral, and nobody's doing.
var events = []string{"signal-lost", "patrol-late", "medical-need", "smoke-seen", "drone-seen", "road-blocked", "shots-heard", "crowd-gathers", "other"}

// Validate checks the codes.
func (i Inject) Validate() error {
	return cell.First(cell.OneOf("/event", i.Event, events...), cell.IfGiven("/place", i.Place), cell.AtMostOne("/time", i.Time),
		cell.CountIfGiven("/number", i.Number, 100000), cell.IfGiven("/note", i.Note))
}

// Repeat gives the place, the time and the number.
func (i Inject) Repeat() cell.Repeat { return repeat(i.Place, i.Time, i.Number) }

// drillLife: announced, running, over; nothing of it can end a drill's records.
func drillLife() cell.Life {
	return cell.Life{Kinds: []string{KindDrill}, Acks: true, Stages: []cell.Stage{
		{Name: StateAnnounced, Says: "written, not begun"},
		{Name: StateRunning, From: []string{StateAnnounced}, Says: "its time has come", When: func(k *cell.Case) (int64, bool) {
			d, _ := k.Body.(Drill)
			for _, x := range planOf(d) {
				k.Past(d.From + x.After) // its node injects then
			}
			return d.From, k.Past(d.From)
		}},
		{Name: StateOver, From: []string{StateAnnounced, StateRunning}, Ended: true, Says: "its time is over", When: func(k *cell.Case) (int64, bool) {
			d, _ := k.Body.(Drill)
			return d.Until, k.Past(d.Until)
		}},
	}}
}

// Planned is one inject of a plan: how long after the drill's beginning, how
// fast, and what happens.
type Planned struct {
	After      int64           `json:"after"` // milliseconds
	Precedence cell.Precedence `json:"precedence"`
	Event      string          `json:"event"`
	Number     int64           `json:"number"` // 0: none is named
}

const minute = 60 * 1000

// plans are the bank of weekly drills, numbered from 1: each has something
// fast, something to read back, and an end within half an hour.
var plans = [][]Planned{
	{{1 * minute, cell.Priority, "patrol-late", 4}, {6 * minute, cell.Flash, "shots-heard", 0}, {14 * minute, cell.Immediate, "medical-need", 2}},
	{{1 * minute, cell.Immediate, "drone-seen", 1}, {7 * minute, cell.Priority, "road-blocked", 0}, {12 * minute, cell.Flash, "smoke-seen", 0}},
	{{1 * minute, cell.Flash, "signal-lost", 3}, {8 * minute, cell.Immediate, "crowd-gathers", 60}, {15 * minute, cell.Priority, "patrol-late", 6}},
	{{1 * minute, cell.Priority, "road-blocked", 0}, {5 * minute, cell.Flash, "medical-need", 5}, {13 * minute, cell.Immediate, "signal-lost", 2}},
}

// planOf gives what a drill's plan says, nothing where officers inject by hand.
func planOf(d Drill) []Planned {
	if d.Plan < 1 || d.Plan > int64(len(plans)) {
		return nil
	}
	return plans[d.Plan-1]
}

// PlanLength is how long a planned drill runs.
const PlanLength = 45 * minute

// PlanFor gives the number of the plan whose turn it is in a week: they follow
// one another, so that nobody has to choose.
func PlanFor(at int64) int64 {
	year, week := time.UnixMilli(at).UTC().ISOWeek()
	return int64((year*53+week)%len(plans)) + 1
}

// DuePlan reports since when a drill is due by the charter; ok is false while
// none is. began is when the desk's journal begins, 0 when that is not known.
func DuePlan(s cell.Here, began int64) (since int64, ok bool) {
	every := s.Charter.Watch.Drill.Millis()
	if every <= 0 {
		return 0, false
	}
	last := began
	for _, m := range s.Find(KindDrill, s.Now-2*every) {
		if d, is := m.Body.(Drill); is && m.Cancelled == nil && m.Stands() {
			last = max(last, d.From)
		}
	}
	return last + every, last > 0 && s.Now >= last+every
}

// dueInjects files what the plans of this desk's running drills say. Places are
// the charter's, in turn.
func dueInjects(s cell.Situation) []cell.Draft {
	var out []cell.Draft
	for _, m := range s.Find(KindDrill, s.Now-32*day) {
		d, ok := m.Body.(Drill)
		if !ok || d.Plan == 0 || m.Opener() != s.Desk || !m.Stands() || m.Cancelled != nil || s.Now >= d.Until {
			continue
		}
		for i, x := range planOf(d) {
			if s.Now < d.From+x.After {
				continue
			}
			b := Inject{Event: x.Event, Place: placeFor(s.Charter, d.From, i), Time: []int64{d.From + x.After}, Number: []int64{}, Note: []cell.Free{}}
			if x.Number > 0 {
				b.Number = []int64{x.Number}
			}
			out = append(out, cell.Draft{Kind: KindInject, Key: fmt.Sprintf("inject/%s/%d", m.Ref.ID, i), To: m.Head.To, About: m.Ref,
				Cites: []cell.Cite{m.Head.Cite()}, Precedence: x.Precedence, Until: d.Until, By: cell.ByNode(), Body: b})
		}
	}
	return out
}

func placeFor(c *cell.Charter, from int64, i int) []cell.Place {
	if len(c.Places) == 0 {
		return []cell.Place{}
	}
	p := c.Places[(int(from/day)+i*7)%len(c.Places)]
	return []cell.Place{{ID: p.ID, Lat: p.Lat, Lon: p.Lon, Text: p.ID, Notation: "name", PrecisionM: 100}}
}

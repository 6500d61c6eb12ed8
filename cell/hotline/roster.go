package hotline

import (
	"cmp"
	"fmt"
	"slices"

	"parley/cell"
)

const (
	hour = 3600 * 1000
	day  = 24 * hour

	// RosterAhead is how far ahead a roster may reach, in milliseconds.
	RosterAhead = 31 * day
)

// Slot is one turn of duty in a roster: in which role, from when to when, in
// which languages, with which authority, and how else the desk is reached
// (HOT-01). Who it is stays at home, see [Assign].
type Slot struct {
	Role      string   `json:"role"`
	From      int64    `json:"from"`
	To        int64    `json:"to"`
	Languages []string `json:"languages"`
	Authority string   `json:"authority"`
	Backup    string   `json:"backup"`
}

// Validate checks times and codes at a place. Only who sits at the desk is
// relieved within a day: the others are on call.
func (s Slot) Validate(at string) error {
	w := Watch(s)
	if s.Role != "watch" && s.To-s.From <= RosterAhead {
		w.To = min(s.To, s.From+day)
	}
	err := w.Validate()
	if inv, ok := err.(*cell.Invalid); ok {
		return &cell.Invalid{At: at + inv.At, Why: inv.Why}
	}
	return err
}

// Roster is the watches of some days ahead, signed by the desk (HOT-01). The
// desk corrects it by an update; the filed watches and the slots of all its
// rosters together are what is covered.
type Roster struct {
	Slots []Slot `json:"slots"`
}

// Validate wants between one slot and two hundred.
func (r Roster) Validate() error {
	if len(r.Slots) == 0 || len(r.Slots) > 200 {
		return cell.Invalidf("/slots", "%d slots: a roster has 1 to 200", len(r.Slots))
	}
	return cell.EachValid("/slots", r.Slots)
}

// Breaches refuses a roster that reaches further ahead than anybody looks.
func (r Roster) Breaches(h cell.Held, _ *cell.Charter) []cell.Breach {
	for i, s := range r.Slots {
		if s.To > h.At+RosterAhead {
			return []cell.Breach{{Rule: "hotline.roster-ahead", At: fmt.Sprintf("/body/slots/%d/to", i), Why: "a roster reaches 31 days ahead at most"}}
		}
	}
	return nil
}

// Assigned names the officer of a slot by code.
type Assigned struct {
	Role    string `json:"role"`
	From    int64  `json:"from"`
	To      int64  `json:"to"`
	Officer string `json:"officer"`
}

// Validate checks times and codes at a place.
func (a Assigned) Validate(at string) error {
	if a.To <= a.From || a.From <= 0 {
		return cell.Invalidf(at+"/to", "the watch ends before it begins")
	}
	return cell.First(cell.OneOf(at+"/role", a.Role, "watch", "second-officer", "desk-head"), officerAt(at+"/officer", a.Officer))
}

// Assign says at home which officers the slots are of. It is addressed to
// nobody: the other desks see roles and languages (HOT-01). Where two say
// something of one time and role, the later one holds.
type Assign struct {
	Slots []Assigned `json:"slots"`
}

// Validate wants between one slot and two hundred.
func (a Assign) Validate() error {
	if len(a.Slots) == 0 || len(a.Slots) > 200 {
		return cell.Invalidf("/slots", "%d slots: 1 to 200 are named at a time", len(a.Slots))
	}
	return cell.EachValid("/slots", a.Slots)
}

func officerAt(at, code string) error {
	if !cell.IsOfficer(code) {
		return cell.Invalidf(at, "%q is not the code of an officer", code)
	}
	return nil
}

// Rostered gives the slots of a desk's rosters, by their beginning.
func Rostered(filed []cell.Matter, desk string) []Slot {
	var out []Slot
	for _, m := range filed {
		if r, is := m.Body.(Roster); is && m.Cancelled == nil && m.Opener() == desk && m.Stands() {
			out = append(out, r.Slots...)
		}
	}
	slices.SortStableFunc(out, func(a, b Slot) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Role, b.Role)) })
	return out
}

// watches gives the watches that a desk has filed, by their beginning.
func watches(filed []cell.Matter, desk string) []Slot {
	var out []Slot
	for _, m := range filed {
		if w, is := m.Body.(Watch); is && m.Cancelled == nil && m.Opener() == desk {
			out = append(out, Slot(w))
		}
	}
	slices.SortStableFunc(out, func(a, b Slot) int { return cmp.Compare(a.From, b.From) })
	return out
}

// onWatch gives the slots in which somebody has the watch: the filed watches,
// and the roster's slots of that role. Those on call do not sit at the desk.
func onWatch(filed []cell.Matter, desk string) []Slot {
	out := slices.DeleteFunc(Rostered(filed, desk), func(s Slot) bool { return s.Role != "watch" })
	out = append(out, watches(filed, desk)...)
	slices.SortStableFunc(out, func(a, b Slot) int { return cmp.Compare(a.From, b.From) })
	return out
}

// RotaGap gives when a desk's rota first has nobody on watch in a span from a
// time on, in milliseconds; ok is false when the span is covered, and when the
// desk has filed no watch and no roster at all (HOT-01).
func RotaGap(filed []cell.Matter, desk string, now, span int64) (from int64, ok bool) {
	on := onWatch(filed, desk)
	g := gaps(on, now, now+span)
	if len(on) == 0 || len(g) == 0 {
		return now + span, false
	}
	return g[0].From, true
}

// gaps gives the stretches of a time that no slot covers. Slots are sorted by
// their beginning.
func gaps(slots []Slot, from, to int64) []cell.Span {
	var out []cell.Span
	for _, s := range slots {
		if s.From >= to {
			break
		}
		if s.From > from {
			out = append(out, cell.Span{From: from, Until: s.From})
		}
		from = max(from, s.To)
	}
	if from < to {
		out = append(out, cell.Span{From: from, Until: to})
	}
	return out
}

// LanguageGap is a stretch in which somebody is on watch at a desk, but nobody
// who speaks a language of another.
type LanguageGap struct {
	Desk string `json:"desk"` // the other desk
	From int64  `json:"from"`
	To   int64  `json:"to"`
}

// LanguageGaps gives the stretches of a time in which nobody on watch at a desk
// speaks a language of another desk, by its roster; none when it keeps no
// roster (HOT-01).
func LanguageGaps(filed []cell.Matter, desk string, c *cell.Charter, from, to int64) []LanguageGap {
	out := []LanguageGap{}
	if len(Rostered(filed, desk)) == 0 {
		return out
	}
	on := onWatch(filed, desk)
	for _, other := range c.Members {
		if other.Desk == desk || len(other.Languages) == 0 || !c.IsFounder(other.Desk) {
			continue
		}
		speaks := slices.DeleteFunc(slices.Clone(on), func(s Slot) bool {
			return !slices.ContainsFunc(s.Languages, func(l string) bool { return slices.Contains(other.Languages, l) })
		})
		for _, g := range gaps(speaks, from, to) {
			for _, covered := range within(on, g) {
				out = append(out, LanguageGap{other.Desk, covered.From, covered.Until})
			}
		}
	}
	return out
}

// within gives the stretches of a span that slots cover.
func within(slots []Slot, g cell.Span) []cell.Span {
	var out []cell.Span
	at := g.From
	for _, open := range append(gaps(slots, g.From, g.Until), cell.Span{From: g.Until, Until: g.Until}) {
		if open.From > at {
			out = append(out, cell.Span{From: at, Until: open.From})
		}
		at = open.Until
	}
	return out
}

// Called gives the codes of the officers whom a desk's assignments name for a
// level of the ladder at a time: the second officer, the head of desk; for the
// principals the head of desk, who informs them; for every other level who has
// the watch. Where nobody is named for a level, those of the others are called,
// the head of desk first: a ladder never ends at an empty rung (HOT-07).
func Called(assigned []cell.Matter, level string, at int64) []string {
	order := []string{"watch", "second-officer", "desk-head"}
	switch level {
	case "second-officer":
		order = []string{"second-officer", "desk-head", "watch"}
	case "desk-head", "principals":
		order = []string{"desk-head", "second-officer", "watch"}
	}
	for _, role := range order {
		if who := Named(assigned, role, at); len(who) > 0 {
			return who
		}
	}
	return nil
}

// Named gives the codes of the officers whom the latest assignment for a role
// at a time names.
func Named(assigned []cell.Matter, role string, at int64) []string {
	var out []string
	var latest cell.Cite
	for _, m := range assigned {
		a, is := m.Body.(Assign)
		if !is || m.Cancelled != nil || m.Version == nil {
			continue
		}
		var who []string
		for _, s := range a.Slots {
			if s.Role == role && s.From <= at && at < s.To && !slices.Contains(who, s.Officer) {
				who = append(who, s.Officer)
			}
		}
		if v := m.Version.Cite(); len(who) > 0 && (out == nil || v.Compare(latest) > 0) {
			out, latest = who, v
		}
	}
	return out
}

// assignLife: an assignment holds until it is withdrawn; nothing is owed on it.
func assignLife() cell.Life {
	return cell.Life{Kinds: []string{KindAssign}, Stages: []cell.Stage{{Name: StateNamed, Ended: true, Says: "kept at home"}}}
}

// StateNamed is the state of an assignment.
const StateNamed = "named"

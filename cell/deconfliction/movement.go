package deconfliction

import (
	"cmp"
	"reflect"
	"slices"

	"parley/cell"
)

// expected gives the places in a route at which something is expected, in their
// order: an alternate point is used when another is not.
func expected(route []Waypoint) (out []int) {
	for i, w := range route {
		if w.What != PointAlternate && w.At > 0 {
			out = append(out, i)
		}
	}
	return out
}

// Heard is one check-in about a movement.
type Heard struct {
	Ref       string       `json:"ref"`
	Desk      string       `json:"desk"`  // who recorded it
	Said      int64        `json:"said"`  // when
	Point     int64        `json:"point"` // of the route as it is now, from 1; 0: none
	At        int64        `json:"at"`
	By        string       `json:"by"`
	Place     []cell.Place `json:"place"`
	Condition string       `json:"condition"`
	Next      []int64      `json:"next"`
	Counts    bool         `json:"counts"` // it keeps the clock: of the desk that moves, or of the supervisor
}

// Progress is how a movement gets along: a function of its records and the
// charter alone. Where it stands at a time is [Progress.State].
type Progress struct {
	Route    []Waypoint
	Heard    []Heard     // by the time that they state, the oldest first
	Last     *Heard      // the last that counts
	Next     int         // the place in the route that is expected next, -1: they have arrived
	Expected int64       // when
	Overdue  int64       // from when on contact counts as lost by itself, 0: never
	Declared []cell.Held // that contact is lost, and nothing was heard since
}

// Moving gives the progress of a notice with a route; ok is false for any other
// and for one that takes no effect.
func Moving(m cell.Matter, c *cell.Charter) (p Progress, ok bool) {
	a, is := activityOf(m.Body)
	if !is || !m.Stands() || len(expected(a.Route)) == 0 {
		return p, false
	}
	if m.Charter != nil {
		c = m.Charter
	}
	p.Route = a.Route
	at := -1
	var last cell.Held
	for _, h := range checkIns(m) {
		x := heardOf(m, h, a.Route, c)
		p.Heard = append(p.Heard, x)
		if !x.Counts {
			continue
		}
		last, p.Last = h, &p.Heard[len(p.Heard)-1]
		if x.Point > 0 {
			at = int(x.Point) - 1
		}
	}
	p.Next = next(a.Route, at)
	p.Declared = declared(m, p)
	if p.Next < 0 {
		return p, true
	}
	p.Expected = a.Route[p.Next].At
	heard := int64(0)
	if p.Last != nil {
		heard = p.Last.At
		if len(p.Last.Next) == 1 && !before(last, m.Version) {
			p.Expected = p.Last.Next[0]
		}
	}
	p.Overdue = max(p.Expected, heard) + c.OverdueAfter()
	return p, true
}

// checkIns gives the check-ins that break no rule by the time that they state.
func checkIns(m cell.Matter) []cell.Held {
	list := m.Said(KindCheckIn, "")
	slices.SortStableFunc(list, func(a, b cell.Held) int {
		return cmp.Or(cmp.Compare(a.Body.(CheckIn).At, b.Body.(CheckIn).At), cmp.Compare(a.At, b.At), a.Cite().Compare(b.Cite()))
	})
	return list
}

// before reports whether a record was written before a change of the notice: by
// the same desk's journal, else by the times that they state.
func before(h cell.Held, version *cell.Held) bool {
	if version == nil || h.Desk == version.Desk {
		return version != nil && h.Cite().Compare(version.Cite()) < 0
	}
	return h.At < version.At
}

// heardOf reads a check-in. Its point is one of the version that it cites; where
// the route is another now, it is the same point there, or none.
func heardOf(m cell.Matter, h cell.Held, route []Waypoint, c *cell.Charter) Heard {
	b := h.Body.(CheckIn)
	x := Heard{Ref: h.Cite().String(), Desk: h.Desk, Said: h.At, At: b.At, By: b.By, Place: cell.List(b.Place), Condition: b.Condition, Next: cell.List(b.Next),
		Counts: h.Desk == m.Opener() || c.Role(h.Desk) == cell.Supervisor}
	for _, cite := range h.Cites {
		says, ok := m.Says(cite)
		a, is := activityOf(says)
		if !ok || !is {
			continue
		}
		if b.Point >= 1 && b.Point <= int64(len(a.Route)) {
			x.Point = int64(1 + samePoint(route, a.Route[b.Point-1], int(b.Point)-1))
		}
		break
	}
	return x
}

// samePoint finds a point of an earlier route in the one that holds now, first where
// it was; -1 when it is there no more.
func samePoint(route []Waypoint, w Waypoint, at int) int {
	is := func(x Waypoint) bool { return x.Name == w.Name && reflect.DeepEqual(x.Place, w.Place) }
	if at < len(route) && is(route[at]) {
		return at
	}
	return slices.IndexFunc(route, is)
}

// next gives the first place after another at which something is expected.
func next(route []Waypoint, after int) int {
	for _, i := range expected(route) {
		if i > after {
			return i
		}
	}
	return -1
}

// declared gives the declarations that contact is lost after which nothing was
// heard that counts: said later, of a later time than the last contact then.
func declared(m cell.Matter, p Progress) (out []cell.Held) {
	for _, h := range m.Said(KindLost, "") {
		if _, found := foundAfter(h, p); !found {
			out = append(out, h)
		}
	}
	return out
}

// foundAfter gives the check-in by which contact was found again after a
// declaration.
func foundAfter(lost cell.Held, p Progress) (h Heard, ok bool) {
	for _, x := range p.Heard {
		if !x.Counts || x.At <= lost.Body.(LostContact).At {
			continue
		}
		ref, _ := cell.ParseCite(x.Ref)
		if said := x.Said >= lost.At; x.Desk == lost.Desk && ref.Compare(lost.Cite()) > 0 || x.Desk != lost.Desk && said {
			return x, true
		}
	}
	return h, false
}

// The states of a movement on its board, beside those of its notice.
const (
	MovePlanned  = "planned"  // nothing is expected yet
	MoveOnTime   = "on-time"  // nothing expected is late
	MoveLate     = "late"     // the next point is late, and contact does not count as lost yet
	MoveLost     = "lost"     // nothing was heard in time
	MoveDeclared = "declared" // a desk declares that contact is lost
	MoveArrived  = "arrived"  // the last point is passed
	MoveOver     = "over"     // ended or withdrawn: silent
)

// State gives where a movement stands at a time, and since when.
func (p Progress) State(now int64) (state string, since int64) {
	switch {
	case len(p.Declared) > 0:
		return MoveDeclared, p.Declared[0].At
	case p.Next < 0:
		return MoveArrived, p.Last.At
	case now >= p.Overdue:
		return MoveLost, p.Overdue
	case now >= p.Expected:
		return MoveLate, p.Expected
	case p.Last == nil:
		return MovePlanned, 0
	}
	return MoveOnTime, p.Last.At
}

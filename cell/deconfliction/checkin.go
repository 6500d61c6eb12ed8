package deconfliction

import (
	"fmt"
	"slices"
	"strings"

	"parley/cell"
)

// What is said of a movement on its way (DEC-09).
const (
	KindCheckIn = "deconfliction.checkin/1" // CHKIN
	KindLost    = "deconfliction.lostcon/1" // LOSTCON
)

// conditions are how those on the way are, as far as it is said.
var conditions = []string{"", "well", "delayed", "stopped", "harmed"}

// mostPoints is how many points a route has at most.
const mostPoints = 200

// CheckIn says that a movement was heard of: at a point of its route, or
// between two (DEC-09). Any desk that holds the notice may say what it heard;
// the clock is kept by the word of the desk that moves and of the supervisor.
type CheckIn struct {
	Point     int64        `json:"point"` // of the route, from 1; 0: between points
	At        int64        `json:"at"`    // when they were there
	By        string       `json:"by"`    // by whose word: a role and a means, never a person
	Place     []cell.Place `json:"place"` // wanted between points
	Condition string       `json:"condition"`
	Next      []int64      `json:"next"` // when the next point is expected, where that is not as planned
	Text      []cell.Free  `json:"text"`
}

// Validate wants a point or a place, a time and by whose word.
func (c CheckIn) Validate() error {
	if c.Point < 0 || c.Point > mostPoints {
		return cell.Invalidf("/point", "%d is not a point from 1 to %d, or 0 for between points", c.Point, mostPoints)
	}
	if c.At <= 0 {
		return cell.Invalidf("/at", "the time at which they were there is missing")
	}
	if strings.TrimSpace(c.By) == "" {
		return cell.Invalidf("/by", "by whose word is missing: a role and a means, never a person's name")
	}
	if c.Point == 0 && len(c.Place) == 0 {
		return cell.Invalidf("/place", "between two points the place is wanted")
	}
	if len(c.Next) == 1 && c.Next[0] <= c.At {
		return cell.Invalidf("/next", "the next point is expected before this one was passed")
	}
	return cell.First(cell.Short("/by", c.By), cell.IfGiven("/place", c.Place), cell.OneOf("/condition", c.Condition, conditions...),
		cell.AtMostOne("/next", c.Next), cell.IfGiven("/text", c.Text))
}

// LostContact declares that contact with a movement is lost: where and when it
// was last heard of, and what is done now (template LOSTCON). Contact is found
// again by a check-in; the declaration is not taken back.
type LostContact struct {
	Point int64        `json:"point"` // the last point known to be passed, 0: none
	At    int64        `json:"at"`    // when it was last heard of
	Place []cell.Place `json:"place"`
	Plan  []cell.Free  `json:"plan"`
}

// Validate wants the time of the last contact.
func (l LostContact) Validate() error {
	if l.Point < 0 || l.Point > mostPoints {
		return cell.Invalidf("/point", "%d is not a point from 1 to %d, or 0 for none", l.Point, mostPoints)
	}
	if l.At <= 0 {
		return cell.Invalidf("/at", "the time of the last contact is missing")
	}
	return cell.First(cell.IfGiven("/place", l.Place), cell.IfGiven("/plan", l.Plan))
}

// judgeCheckIn: at a point of the route as the version cited has it, neither
// before the notice begins nor later than now.
func judgeCheckIn(h cell.Held, b CheckIn, p cell.Past) []cell.Breach {
	a, out := judgeMoving(h, p, b.Point)
	if b.At > h.At {
		out = append(out, cell.Breach{Rule: "deconfliction.checkin-later", At: "/body/at", Why: "it cannot have been heard after this was written"})
	}
	if from := a.Span().From; from != 0 && b.At < from {
		out = append(out, cell.Breach{Rule: "deconfliction.checkin-early", At: "/body/at",
			Why: "the notice begins at " + cell.DTG(from) + ": what moves before is not what it says; change the notice or say that it has left it"})
	}
	return out
}

// judgeLost: of IMMEDIATE precedence at least, and about what was, not what will
// be.
func judgeLost(h cell.Held, b LostContact, p cell.Past) []cell.Breach {
	_, out := judgeMoving(h, p, b.Point)
	if h.Precedence.Rank() > cell.Immediate.Rank() {
		out = append(out, cell.Breach{Rule: "deconfliction.lost-precedence", At: "/precedence", Why: "lost contact is IMMEDIATE at least"})
	}
	if b.At > h.At {
		out = append(out, cell.Breach{Rule: "deconfliction.checkin-later", At: "/body/at", Why: "the last contact cannot have been after this was written"})
	}
	return out
}

// judgeMoving: about a notice with a route that its desk has neither withdrawn
// nor completed before, as far as the author knows by its own records; to
// everybody who holds it. It gives what the version cited says.
func judgeMoving(h cell.Held, p cell.Past, point int64) (a Activity, out []cell.Breach) {
	head, ok := p.Head(h.Record)
	if !ok {
		return a, nil // refused by the kernel
	}
	a = routeCited(h, p)
	if len(expected(a.Route)) == 0 {
		return a, []cell.Breach{{Rule: "deconfliction.no-route", At: "/about", Why: "the notice has no route with times: nothing is expected anywhere"}}
	}
	if point > int64(len(a.Route)) {
		out = append(out, cell.Breach{Rule: "deconfliction.point", At: "/body/point", Why: fmt.Sprintf("the route has the points 1 to %d", len(a.Route))})
	}
	out = append(out, toHolders(h, p, "the notice")...)
	if head.Desk == h.Desk && slices.ContainsFunc(p.Own, func(o cell.Held) bool {
		return o.About == h.About && (o.Kind == cell.KindCancel || o.Kind == KindComplete)
	}) {
		out = append(out, movementOver)
	}
	return a, out
}

var movementOver = cell.Breach{Rule: "deconfliction.movement-over", At: "/about", Why: "the notice was withdrawn or completed: nothing is expected of it any more"}

// routeCited gives what the notice says in the first version of it that a record
// cites.
func routeCited(h cell.Held, p cell.Past) Activity {
	for _, x := range h.Cites {
		if a, ok := cell.SaysOf[Activity](h.About, p.Cited[x]); ok {
			return a
		}
	}
	return Activity{}
}

// holds keeps back what this desk knows to be over, and the withdrawal of a
// declaration that contact is lost: who was alarmed wants to hear that contact
// is there.
func holds(s cell.Situation, h cell.Held, _ cell.Kind) []cell.Breach {
	switch h.Kind {
	case KindCheckIn, KindLost:
		m, _, ok := s.Near.See(h.About)
		if ok && ending(m) != nil && m.Opener() != h.Desk {
			return []cell.Breach{movementOver}
		}
	case cell.KindCancel:
		if m, _, ok := s.Near.See(h.About); ok && m.Kind == KindLost {
			return []cell.Breach{{Rule: "deconfliction.lost-stands", At: "/about", Why: "contact is found by a check-in; that it was lost is not taken back"}}
		}
	case cell.KindUpdate:
		if m, _, ok := s.Near.See(h.About); ok && m.Kind == KindInterest {
			return []cell.Breach{{Rule: "deconfliction.interest-fixed", At: "/about", Why: "an area of interest is not changed: withdraw it and register another"}}
		}
	}
	return nil
}

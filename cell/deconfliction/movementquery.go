package deconfliction

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"parley/cell"
)

// PointShown is a point of a route on the board.
type PointShown struct {
	Number    int64      `json:"number"` // from 1
	Name      string     `json:"name"`
	Place     cell.Place `json:"place"`
	What      string     `json:"what"`
	Planned   int64      `json:"planned"`  // 0: an alternate without a time
	Expected  int64      `json:"expected"` // where another time was stated since; else as planned
	Actual    int64      `json:"actual"`   // when they were there, 0: not heard of there
	By        string     `json:"by"`       // by whose word
	Desk      string     `json:"desk"`     // who recorded it
	Condition string     `json:"condition"`
	Passed    bool       `json:"passed"` // it lies behind them, heard of or not
}

// Movement is a line of the movement board (DEC-09).
type Movement struct {
	cell.Line
	Moving     string       `json:"moving"` // the Move constants
	MovingFor  int64        `json:"moving_since"`
	Activity   string       `json:"activity"`
	Units      string       `json:"units"`
	Window     cell.Span    `json:"window"`
	Points     []PointShown `json:"points"`
	Next       int64        `json:"next"`       // number of the point expected next, 0: none
	Expected   int64        `json:"expected"`   // when
	Overdue    int64        `json:"overdue"`    // from when on contact counts as lost
	MinutesTo  int64        `json:"minutes_to"` // the next point; below 0: over it
	Last       []Heard      `json:"last"`       // the last word that counts, at most one
	Others     []Heard      `json:"others"`     // what other desks heard, which keeps no clock
	Lost       []string     `json:"lost"`       // keys of the declarations that stand
	Contact    []string     `json:"contact"`
	Vehicles   []Vehicle    `json:"vehicles"`
	People     []int64      `json:"people"`
	Escort     string       `json:"escort"`
	EscortText []cell.Free  `json:"escort_text"`
	Answers    []Said       `json:"answers"` // of each controller on the way (DEC-07)
	Overall    string       `json:"overall"` // the gravest of them
	Worst      []Said       `json:"worst"`   // whose it is
	Unreached  []PassedOn   `json:"unreached"`
	Conflicts  []string     `json:"conflicts"`
	Text       cell.T3      `json:"text"`
}

// PassedOn is what a desk has not passed a notice on to yet (XC-09).
type PassedOn struct {
	Desk   string   `json:"desk"`
	Levels []string `json:"levels"`
	Due    int64    `json:"due"`
}

// MovementBoard is the answer of the query.
type MovementBoard struct {
	Movements []Movement   `json:"movements"` // the gravest first
	More      bool         `json:"more"`      // there are notices in the window that were not looked at
	OverdueMS int64        `json:"overdue_ms"`
	Unheard   []cell.Heard `json:"unheard"` // desks whose link is down: what they heard of is not known here
}

// movementsQuery is the movement board.
var movementsQuery = cell.Query{Name: "movements", Path: "/deconfliction/movements", Run: movements, Params: []cell.Param{
	{Name: "from", Number: true, Summary: "Movements whose window is not over at this time, in UTC milliseconds; a day ago when it is not given. One of which contact is lost is on the board in any case"},
	{Name: "until", Number: true, Summary: "Movements that begin no later than this, in UTC milliseconds; a day from now when it is not given"},
	{Name: "limit", Number: true, Summary: "At most so many, those that begin first: from 1 to 500, else 200"},
}, Summary: "Movements with the points of their ways, when each was planned and passed, what is expected next, and of whom nothing was heard (DEC-07, DEC-09)"}

const (
	someMovements = 200
	mostMovements = 500
)

func movements(_ context.Context, v cell.View) (any, error) {
	from, err := v.Number("from", v.Now-day)
	if err != nil {
		return nil, err
	}
	until, err := v.Number("until", v.Now+day)
	if err != nil {
		return nil, err
	}
	limit, err := v.Number("limit", someMovements)
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > mostMovements {
		return nil, cell.Invalidf("/limit", "%d is not a number from 1 to %d", limit, mostMovements)
	}
	out := MovementBoard{Movements: []Movement{}, OverdueMS: v.Charter.OverdueAfter(), Unheard: unheard(v)}
	list, more := v.During(from, until, mostNotices, routed...)
	out.More = more
	for _, o := range v.OpenIn(StateLost) { // of those whose window is over, those of which contact is lost
		if !slices.ContainsFunc(list, func(m cell.Matter) bool { return m.Ref == o.Ref }) {
			list = append(list, o.Matter)
		}
	}
	for _, m := range list {
		p, ok := Moving(m, v.Charter)
		if !ok {
			continue
		}
		if len(out.Movements) == int(limit) {
			out.More = true
			break
		}
		out.Movements = append(out.Movements, movementLine(v, m, p))
	}
	slices.SortStableFunc(out.Movements, func(a, b Movement) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(a.Expected, b.Expected))
	})
	return out, nil
}

// urgency puts lost contact first and what is over last.
func urgency(m Movement) int {
	return slices.Index([]string{MoveDeclared, MoveLost, MoveLate, MoveOnTime, MovePlanned, MoveArrived, MoveOver}, m.Moving)
}

func movementLine(v cell.View, m cell.Matter, p Progress) Movement {
	a, _ := activityOf(m.Body)
	x := Movement{Line: v.Line(m), Activity: a.Activity, Units: a.Units, Window: a.Span(), Points: p.points(), Last: []Heard{}, Others: []Heard{}, Lost: []string{},
		Contact: cell.List(a.Contact), Vehicles: cell.List(a.Vehicles), People: cell.List(a.People), Escort: a.Escort, EscortText: cell.List(a.EscortText),
		Worst: []Said{}, Unreached: []PassedOn{}, Conflicts: openConflicts(v, m.Ref), Text: v.Text(m)}
	x.Moving, x.MovingFor = p.State(v.Now)
	if m.Cancelled != nil || x.State == StateEnded {
		x.Moving, x.MovingFor = MoveOver, x.Since
	}
	if p.Next >= 0 {
		x.Next, x.Expected, x.Overdue = int64(p.Next)+1, p.Expected, p.Overdue
		x.MinutesTo = minutes(p.Expected - v.Now)
	}
	if p.Last != nil {
		x.Last = append(x.Last, *p.Last)
	}
	for _, h := range p.Heard {
		if !h.Counts {
			x.Others = append(x.Others, h)
		}
	}
	for _, h := range p.Declared {
		x.Lost = append(x.Lost, h.Ref().String())
	}
	x.Answers, x.Overall = Answers(m, v.Charter, v.Now)
	x.Answers = cell.List(x.Answers)
	for _, s := range x.Answers {
		if s.Status == x.Overall {
			x.Worst = append(x.Worst, s)
		}
	}
	for _, w := range x.Waiting {
		if w.For == cell.NeedDisseminated {
			x.Unreached = append(x.Unreached, PassedOn{w.Desk, strings.Split(w.Part, ","), w.Due})
		}
	}
	return x
}

// minutes rounds away from zero, so that half a minute over is over.
func minutes(ms int64) int64 {
	if ms < 0 {
		return -((-ms + 59_999) / 60_000)
	}
	return (ms + 59_999) / 60_000
}

// points gives the points of the route as they stand.
func (p Progress) points() []PointShown {
	out := []PointShown{}
	for i, w := range p.Route {
		x := PointShown{Number: int64(i) + 1, Name: w.Name, Place: w.Place, What: w.What, Planned: w.At, Expected: w.At, Passed: p.Next < 0 || i < p.Next && w.What != PointAlternate}
		if i == p.Next {
			x.Expected = p.Expected
		}
		for _, h := range p.Heard {
			if h.Counts && h.Point == x.Number {
				x.Actual, x.By, x.Desk, x.Condition, x.Passed = h.At, h.By, h.Desk, h.Condition, true
			}
		}
		out = append(out, x)
	}
	return out
}

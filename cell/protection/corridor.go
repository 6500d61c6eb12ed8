package protection

import (
	"slices"

	"parley/cell"
)

// Corridor is a way for people or goods, segment by segment, each with the
// desk that controls it (PRO-07).
type Corridor struct {
	Name     []cell.Text3 `json:"name"`
	Segments []Segment    `json:"segments"`
	Purpose  string       `json:"purpose"`
	Traffic  []string     `json:"traffic"`
	Capacity []int64      `json:"capacity"` // vehicles a day
	Window   []cell.Span  `json:"window"`
}

// Segment is a part of a corridor. They are numbered from 1.
type Segment struct {
	From       cell.Place `json:"from"`
	To         cell.Place `json:"to"`
	Controller string     `json:"controller"` // the desk that answers for whoever stands there
}

// Validate checks both ends and who controls it.
func (s Segment) Validate(at string) error {
	return cell.First(s.From.Validate(at+"/from"), s.To.Validate(at+"/to"), code(at+"/controller", s.Controller))
}

// maxSegments is how many segments a corridor may have.
const maxSegments = 64

// Validate wants segments with places and controllers.
func (c Corridor) Validate() error {
	if len(c.Segments) == 0 || len(c.Segments) > maxSegments {
		return cell.Invalidf("/segments", "a corridor has from 1 to %d segments", maxSegments)
	}
	traffic := func(at, t string) error { return cell.OneOf(at, t, traffics...) }
	return cell.First(cell.EachValid("/segments", c.Segments), cell.Each("/traffic", c.Traffic, traffic), cell.IfGiven("/name", c.Name),
		cell.OneOf("/purpose", c.Purpose, purposes...), cell.CountIfGiven("/capacity", c.Capacity, most), cell.IfGiven("/window", c.Window))
}

// controls reports whether a desk controls a segment, or any when n is 0.
func (c Corridor) controls(desk string, n int64) bool {
	if n == 0 {
		return slices.ContainsFunc(c.Segments, func(s Segment) bool { return s.Controller == desk })
	}
	return n >= 1 && n <= int64(len(c.Segments)) && c.Segments[n-1].Controller == desk
}

// CorrState is what a desk says of a segment that it controls, of all its
// segments (0), or as the supervisor of any.
type CorrState struct {
	Segment      int64       `json:"segment"`
	State        string      `json:"state"`
	Reason       []cell.Free `json:"reason"`
	Reopening    []int64     `json:"reopening"`     // when it is expected to open again
	PeopleInside []int64     `json:"people_inside"` // between its ends now
}

// words are what may be said of a segment, the best first.
var words = []string{StateOpen, StateRestricted, StateAgreed, StateClosed, StateSuspended, StateEnded}

// Validate wants a word, and a reason for what stops traffic.
func (c CorrState) Validate() error {
	if c.Segment < 0 || c.Segment > maxSegments {
		return cell.Invalidf("/segment", "%d is no segment: they are numbered from 1, and 0 is all", c.Segment)
	}
	if slices.Contains([]string{StateRestricted, StateClosed, StateSuspended, StateEnded}, c.State) && len(c.Reason) == 0 {
		return cell.Invalidf("/reason", "say why it is %s", c.State)
	}
	return cell.First(cell.OneOf("/state", c.State, words...), cell.IfGiven("/reason", c.Reason), cell.AtMostOne("/reopening", c.Reopening),
		cell.CountIfGiven("/people_inside", c.PeopleInside, most))
}

// Concern is what a community says through the supervisor's liaison: where,
// of what, and what it asks for, in the words of all three languages and in
// nobody's name.
type Concern struct {
	Area  cell.Area  `json:"area"`
	Topic string     `json:"topic"`
	Asks  string     `json:"asks"`
	Text  cell.Text3 `json:"text"`
}

// Validate checks area, codes and texts.
func (c Concern) Validate() error {
	return cell.First(c.Area.Validate("/area"), cell.OneOf("/topic", c.Topic, topics...), cell.OneOf("/asks", c.Asks, asks...), c.Text.Validate("/text"))
}

// Reply is what a party answers to a community's concern.
type Reply struct {
	Answer string      `json:"answer"`
	Text   []cell.Free `json:"text"`
}

// Validate checks the word.
func (r Reply) Validate() error {
	return cell.First(cell.OneOf("/answer", r.Answer, replies...), cell.IfGiven("/text", r.Text))
}

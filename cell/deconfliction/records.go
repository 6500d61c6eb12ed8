package deconfliction

import (
	"slices"
	"strings"

	"parley/cell"
)

// The kinds of the module.
const (
	KindNotice   = "deconfliction.notice/1"
	KindComplete = "deconfliction.complete/1"
	KindPropose  = "deconfliction.propose/1"
	KindAccept   = "deconfliction.accept/1"
	KindDecline  = "deconfliction.decline/1"
)

// The answers to whether an armed escort goes along (DEC-06).
const (
	EscortYes = "yes"
	EscortNo  = "no"
)

// Exact is the only confidentiality that a notice has today: whoever it is
// addressed to reads the exact area (DEC-10 will add others).
const Exact = "exact"

// most is the largest number of vehicles or people that a notice states.
const most = 1_000_000

// Notice says beforehand that a desk will be active in an area, in a window of
// time, at a height: an activity of one of the charter's types (DEC-01). Lists
// hold at most one value. No height means from the ground to any height.
type Notice struct {
	Activity        string        `json:"activity"`
	Area            cell.Area     `json:"area"`
	Window          cell.Span     `json:"window"`
	Height          []cell.Height `json:"height"`
	Vehicles        []int64       `json:"vehicles"`
	People          []int64       `json:"people"`
	Escort          string        `json:"escort"` // yes, no, or "" where it is not asked
	Contact         string        `json:"contact"`
	Confidentiality string        `json:"confidentiality"`
	Note            []cell.Free   `json:"note"`
}

// Validate checks what can be checked without the charter: an area that is
// more than a name (DEC-04), a window, a height with its reference (DEC-11).
func (n Notice) Validate() error {
	if strings.TrimSpace(n.Activity) == "" {
		return cell.Invalidf("/activity", "the type of activity is missing")
	}
	return cell.First(
		cell.Short("/activity", n.Activity),
		n.Area.Validate("/area"), n.Window.Validate("/window"), cell.IfGiven("/height", n.Height),
		cell.CountIfGiven("/vehicles", n.Vehicles, most), cell.CountIfGiven("/people", n.People, most),
		cell.OneOf("/escort", n.Escort, "", EscortYes, EscortNo), cell.Short("/contact", n.Contact),
		cell.OneOf("/confidentiality", n.Confidentiality, Exact), cell.IfGiven("/note", n.Note))
}

// Repeat gives what the receiver's officer plots and repeats: the centre of
// the circle or the first corner, the beginning, the lower height (DEC-05).
func (n Notice) Repeat() cell.Repeat {
	r := cell.Repeat{Time: n.Window.From}
	for _, p := range slices.Concat(n.Area.Centre, n.Area.Ring) {
		r.Place = &cell.Place{Lat: p.Lat, Lon: p.Lon, Text: n.Area.Text, Notation: "DD"}
		break
	}
	if len(n.Height) == 1 {
		r.Height = &n.Height[0].LowM
	}
	return r
}

// Complete says that the activity of a notice has ended (DEC-02), when its
// window may not be over.
type Complete struct {
	Ended int64 `json:"ended"`
}

// Validate wants a time.
func (c Complete) Validate() error {
	if c.Ended <= 0 {
		return cell.Invalidf("/ended", "the time at which it ended is missing")
	}
	return nil
}

// Propose says how one of the two notices of a conflict could move: to another
// window, another height, or as the text says. It moves nothing by itself: the
// desk whose notice it is changes it.
type Propose struct {
	Notice string        `json:"notice"` // the number or the key of the notice that would move
	Desk   string        `json:"desk"`   // whose notice it is
	Window []cell.Span   `json:"window"`
	Height []cell.Height `json:"height"`
	Text   []cell.Free   `json:"text"`
}

// Validate wants a notice, its desk and something to move.
func (p Propose) Validate() error {
	if strings.TrimSpace(p.Notice) == "" {
		return cell.Invalidf("/notice", "the notice that would move is not named")
	}
	if len(p.Window)+len(p.Height)+len(p.Text) == 0 {
		return cell.Invalidf("/window", "nothing is proposed: give a window, a height or a text")
	}
	return cell.First(cell.Short("/notice", p.Notice), cell.DeskAt("/desk", p.Desk), cell.IfGiven("/window", p.Window),
		cell.IfGiven("/height", p.Height), cell.IfGiven("/text", p.Text))
}

// Accept agrees to a proposal. It names the exact text agreed to.
type Accept struct {
	Hash string `json:"hash"` // SHA-256 of the bytes of the proposal cited
}

// Validate checks the form of the hash.
func (a Accept) Validate() error { return hash(a.Hash) }

// Decline turns a proposal down.
type Decline struct {
	Hash string      `json:"hash"` // SHA-256 of the bytes of the proposal cited
	Text []cell.Free `json:"text"`
}

// Validate checks the form of the hash, and the text.
func (d Decline) Validate() error { return cell.First(hash(d.Hash), cell.IfGiven("/text", d.Text)) }

// Conflict is what is computed of a conflict: which two notices meet, where
// and when, and by what rule. No desk writes it.
type Conflict struct {
	A       string     `json:"a"` // numbers of the two notices
	B       string     `json:"b"`
	Where   cell.Place `json:"where"`
	From    int64      `json:"from"` // the common window
	Until   int64      `json:"until"`
	GapM    int64      `json:"gap_m"`    // between the two areas, 0 when they overlap
	MarginM int64      `json:"margin_m"` // the larger of the margins of the two types
	Rule    string     `json:"rule"`     // which of area, window and height were compared
	Since   int64      `json:"since"`    // when a change made them meet, 0: they met as they were filed
}

// Validate checks the rule and the place.
func (c Conflict) Validate() error {
	return cell.First(c.Where.Validate("/where"), cell.OneOf("/rule", c.Rule, ByHeight, ByArea))
}

func hash(s string) error {
	if !cell.IsHash(s) {
		return cell.Invalidf("/hash", "the SHA-256 of the proposal is missing")
	}
	return nil
}

package deconfliction

import (
	"slices"
	"strings"

	"parley/cell"
	"parley/geo"
)

// The kinds of the module.
const (
	KindDraft      = "deconfliction.draft/1"
	KindNotice     = "deconfliction.notice/1" // read and judged as before; officers file an [Activity]
	KindController = "deconfliction.controller/1"
	KindDeviate    = "deconfliction.deviate/1"
	KindComplete   = "deconfliction.complete/1"
	KindPropose1   = "deconfliction.propose/1" // read and judged as before
	KindPropose    = "deconfliction.propose/2"
	KindAccept     = "deconfliction.accept/1"
	KindDecline    = "deconfliction.decline/1"
	KindDecide     = "deconfliction.decide/1"
)

// The answers to whether an armed escort goes along (DEC-06).
const (
	EscortYes = "yes"
	EscortNo  = "no"
)

// most is the largest number of vehicles or people that a notice states.
const most = 1_000_000

// Notice is the older form of [Activity], with one area. It says beforehand that a desk will be active in an area, in a window of
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

// Volume gives the notice as the one volume that it is.
func (n Notice) Volume() cell.Volume {
	v := cell.Volume{Ring: n.Area.Ring, Holes: [][]cell.Point{}, Line: []cell.Point{}, Centre: n.Area.Centre, RadiusM: n.Area.RadiusM,
		Low: []cell.Altitude{}, High: []cell.Altitude{}, Windows: []cell.Span{n.Window}, Text: n.Area.Text}
	for _, h := range n.Height {
		v.Low = append(v.Low, cell.Altitude{M: h.LowM, Reference: h.Reference})
		v.High = append(v.High, cell.Altitude{M: h.HighM, Reference: h.Reference})
	}
	return v
}

// Extent gives the volume and the widest margin of the type.
func (n Notice) Extent(c *cell.Charter) ([]geo.Volume, geo.Margins) {
	return n.Volume().Geo(), c.WidestMargin(n.Activity)
}

// Announces gives the type, and when the notice was withdrawn or completed.
func (n Notice) Announces(m cell.Matter) (string, int64) { return n.Activity, overAt(m) }

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

// Propose1 is the older form of [Propose]: to another window, another height, or
// as the text says.
type Propose1 struct {
	Notice string        `json:"notice"` // the number or the key of the notice that would move
	Desk   string        `json:"desk"`   // whose notice it is
	Window []cell.Span   `json:"window"`
	Height []cell.Height `json:"height"`
	Text   []cell.Free   `json:"text"`
}

// Validate wants a notice, its desk and something to move.
func (p Propose1) Validate() error {
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
	A         string     `json:"a"` // numbers of the two notices
	B         string     `json:"b"`
	Where     cell.Place `json:"where"`   // where the first two of their volumes meet
	Area      string     `json:"area"`    // what the two areas were called
	From      int64      `json:"from"`    // the common time, from the first that meet to the last
	Until     int64      `json:"until"`   // with the margin in time
	GapM      int64      `json:"gap_m"`   // the least between the areas, 0 when they overlap
	Overlap   int64      `json:"overlap"` // how much of the smaller area lies in the other, in hundredths
	MarginM   int64      `json:"margin_m"`
	Heights   string     `json:"heights"`     // the two bands
	VerticalM int64      `json:"vertical_m"`  // the least between the bands, 0 when they overlap or may
	MarginUpM int64      `json:"margin_up_m"` // the margin in height
	MarginMin int64      `json:"margin_min"`  // the margin in time, in minutes
	Meetings  int64      `json:"meetings"`    // how many pairs of volumes meet
	Rule      string     `json:"rule"`        // which of area, window and height were compared
	Since     int64      `json:"since"`       // when a change made them meet, 0: they met as they were filed
}

// Validate checks the rule and the place.
func (c Conflict) Validate() error {
	return cell.First(c.Where.Validate("/where"), cell.OneOf("/rule", c.Rule, geo.ByHeight, geo.ByEstimate, geo.ByArea))
}

func hash(s string) error {
	if !cell.IsHash(s) {
		return cell.Invalidf("/hash", "the SHA-256 of the proposal is missing")
	}
	return nil
}

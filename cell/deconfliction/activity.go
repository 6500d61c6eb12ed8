package deconfliction

import (
	"slices"
	"strings"

	"parley/cell"
	"parley/geo"
)

// The kinds of notices: one for each form that officers know (DEC-01), all with
// the body [Activity].
const (
	KindAir          = "deconfliction.air/1"          // AIRNOT
	KindUAV          = "deconfliction.uav/1"          // UAVNOT
	KindMovement     = "deconfliction.movement/1"     // MOVNOT
	KindFire         = "deconfliction.fire/1"         // FIRNOT
	KindExercise     = "deconfliction.exercise/1"     // EXNOT
	KindWorks        = "deconfliction.works/2"        // WRKNOT, with the body [Works]
	KindWorks1       = "deconfliction.works/1"        // read and judged as before
	KindHumanitarian = "deconfliction.humanitarian/1" // HUMMOV
	KindMedevac      = "deconfliction.medevac/1"      // MEDEVAC
	KindLaunch       = "deconfliction.launch/1"       // LAUNCH
)

// Activities lists the kinds whose body is [Activity], or begins with one.
func Activities() []string {
	return []string{KindAir, KindUAV, KindMovement, KindFire, KindExercise, KindWorks, KindWorks1, KindHumanitarian, KindMedevac, KindLaunch}
}

// Notices lists every kind that gives notice of an activity.
func Notices() []string { return append([]string{KindNotice}, Activities()...) }

// How much of where it will be a notice shows (DEC-10).
const (
	Exact    = "exact"    // whoever it is addressed to reads the exact area
	Buffered = "buffered" // the area stated is wider than what will be used
	Blind    = "blind"    // only the supervisor holds the area; see also [BlindWide]
)

// The classes of cargo.
var cargoes = []string{"", "none", "food", "water", "medical", "fuel", "shelter", "construction", "equipment", "people", "ammunition", "other"}

// By what a party is known on its way (DEC-06).
var recognitions = []string{"day-markings", "night-lights", "infrared", "flags", "transponder", "tracker", "none"}

// What a point of a route is.
const (
	PointPass      = "pass"
	PointStop      = "stop"
	PointAlternate = "alternate" // used when the way before it is not
)

// Vehicle is one or several vehicles or craft of one description (DEC-06).
type Vehicle struct {
	Count  int64  `json:"count"`
	Type   string `json:"type"`
	Colour string `json:"colour"`
	Plate  string `json:"plate"` // or call sign
}

// Validate wants a number and a type.
func (v Vehicle) Validate(at string) error {
	if v.Count < 1 || v.Count > most {
		return cell.Invalidf(at+"/count", "%d is not a number from 1 to %d", v.Count, most)
	}
	if strings.TrimSpace(v.Type) == "" {
		return cell.Invalidf(at+"/type", "the type of vehicle is missing")
	}
	return cell.First(cell.Short(at+"/type", v.Type), cell.Short(at+"/colour", v.Colour), cell.Short(at+"/plate", v.Plate))
}

// Waypoint is a point of a route with the time at which it is passed (DEC-06,
// DEC-09).
type Waypoint struct {
	Name  string     `json:"name"`
	Place cell.Place `json:"place"`
	At    int64      `json:"at"`
	What  string     `json:"what"` // pass, stop or alternate
}

// Validate wants a place and what it is; a time may be open only at an
// alternate.
func (w Waypoint) Validate(at string) error {
	if w.At <= 0 && w.What != PointAlternate {
		return cell.Invalidf(at+"/at", "the time at which the point is passed is missing")
	}
	return cell.First(cell.Short(at+"/name", w.Name), w.Place.Validate(at+"/place"), cell.OneOf(at+"/what", w.What, PointPass, PointStop, PointAlternate))
}

// Controller is somebody whose ground the way leads over: a desk, or one that
// has no desk and is reached through one (DEC-07).
type Controller struct {
	Desk    string `json:"desk"`    // a desk of the cell, else ""
	Name    string `json:"name"`    // of one without a desk: a role or an organization, never a person
	Through string `json:"through"` // the desk that speaks with it
}

// Validate wants a desk, or a name and the desk that it is reached through.
func (c Controller) Validate(at string) error {
	if c.Desk != "" {
		if c.Name != "" || c.Through != "" {
			return cell.Invalidf(at, "a controller is a desk, or one without a desk that is reached through one")
		}
		return cell.DeskAt(at+"/desk", c.Desk)
	}
	if strings.TrimSpace(c.Name) == "" {
		return cell.Invalidf(at+"/name", "who controls that ground is missing")
	}
	return cell.First(cell.Short(at+"/name", c.Name), cell.DeskAt(at+"/through", c.Through))
}

// Activity says beforehand that a desk will be active: in volumes of space and
// time, by one of the charter's types (DEC-01, DEC-06). Which of the fields a
// form asks for is its template's; lists hold at most one value where the name
// is in the singular.
type Activity struct {
	Activity        string        `json:"activity"` // a type of the charter
	Volumes         []cell.Volume `json:"volumes"`  // 1 to 64
	Units           string        `json:"units"`    // class and size of what takes part
	Purpose         string        `json:"purpose"`
	Vehicles        []Vehicle     `json:"vehicles"`
	People          []int64       `json:"people"`
	Escort          string        `json:"escort"` // yes, no, or "" where it is not asked
	EscortText      []cell.Free   `json:"escort_text"`
	Cargo           string        `json:"cargo"`
	Recognition     []string      `json:"recognition"`
	Contact         []string      `json:"contact"` // means, each with a role and no person
	Route           []Waypoint    `json:"route"`
	Controllers     []Controller  `json:"controllers"` // on the way, beside those addressed
	Confidentiality string        `json:"confidentiality"`
	Stop            string        `json:"stop"`    // the word that stops it
	Site            []cell.Place  `json:"site"`    // where it leads: the receiving site
	Azimuth         []int64       `json:"azimuth"` // of a launch, in degrees
	Contingency     []cell.Free   `json:"contingency"`
	Note            []cell.Free   `json:"note"`
}

// Validate checks what can be checked without the charter: volumes that are
// more than a name (DEC-04), heights with their reference (DEC-11), a route in
// the order of its times.
func (a Activity) Validate() error {
	if strings.TrimSpace(a.Activity) == "" {
		return cell.Invalidf("/activity", "the type of activity is missing")
	}
	if n := len(a.Volumes); n < 1 || n > cell.MaxVolumes {
		return cell.Invalidf("/volumes", "%d volumes: from 1 to %d are wanted; a name is no area", n, cell.MaxVolumes)
	}
	return cell.First(
		cell.Short("/activity", a.Activity), cell.EachValid("/volumes", a.Volumes),
		cell.Short("/units", a.Units), cell.Short("/purpose", a.Purpose),
		few("/vehicles", a.Vehicles, 200), cell.EachValid("/vehicles", a.Vehicles), cell.CountIfGiven("/people", a.People, most),
		cell.OneOf("/escort", a.Escort, "", EscortYes, EscortNo), cell.IfGiven("/escort_text", a.EscortText),
		cell.OneOf("/cargo", a.Cargo, cargoes...),
		few("/recognition", a.Recognition, len(recognitions)), cell.Each("/recognition", a.Recognition, func(at, s string) error { return cell.OneOf(at, s, recognitions...) }),
		few("/contact", a.Contact, 8), cell.Each("/contact", a.Contact, stated),
		few("/route", a.Route, 200), cell.EachValid("/route", a.Route), inOrder(a.Route),
		few("/controllers", a.Controllers, 32), cell.EachValid("/controllers", a.Controllers),
		cell.OneOf("/confidentiality", a.Confidentiality, Exact, Buffered, Blind, BlindWide, BlindGrid), cell.Short("/stop", a.Stop),
		cell.IfGiven("/site", a.Site), cell.AtMostOne("/azimuth", a.Azimuth), cell.Each("/azimuth", a.Azimuth, bearing),
		cell.IfGiven("/contingency", a.Contingency), cell.IfGiven("/note", a.Note))
}

func few[T any](at string, list []T, most int) error {
	if len(list) > most {
		return cell.Invalidf(at, "%d entries, more than %d", len(list), most)
	}
	return nil
}

func stated(at, s string) error {
	if strings.TrimSpace(s) == "" {
		return cell.Invalidf(at, "an empty entry")
	}
	return cell.Short(at, s)
}

func bearing(at string, n int64) error {
	if n < 0 || n > 359 {
		return cell.Invalidf(at, "%d is not a direction from 0 to 359 degrees", n)
	}
	return nil
}

// inOrder wants the points of a route in the order of their times.
func inOrder(route []Waypoint) error {
	last := int64(0)
	return cell.Each("/route", route, func(at string, w Waypoint) error {
		if w.What == PointAlternate {
			return nil
		}
		if w.At < last {
			return cell.Invalidf(at+"/at", "it is passed before the point before it")
		}
		last = w.At
		return nil
	})
}

// Span gives the time from the first window to the end of the last.
func (a Activity) Span() cell.Span { return spanOf(a.Volumes) }

func spanOf(vs []cell.Volume) cell.Span {
	var out cell.Span
	for i, v := range vs {
		s := v.Span()
		if i == 0 || s.From < out.From {
			out.From = s.From
		}
		out.Until = max(out.Until, s.Until)
	}
	return out
}

// Extent gives the volumes, one for each window, and the widest margin of the
// type: a blind notice is held where it may be laid beside others, and nowhere
// else.
func (a Activity) Extent(c *cell.Charter) ([]geo.Volume, geo.Margins) {
	return geometry(a.Volumes), c.WidestMargin(a.Activity)
}

// Announces gives the type, and when the notice was withdrawn or completed.
func (a Activity) Announces(m cell.Matter) (string, int64) { return a.Activity, overAt(m) }

func overAt(m cell.Matter) int64 {
	if h := ending(m); h != nil {
		return h.At
	}
	return 0
}

func geometry(vs []cell.Volume) (out []geo.Volume) {
	for _, v := range vs {
		out = append(out, v.Geo()...)
	}
	return out
}

// Weight gives what the shapes take that were made of the activity.
func (a Activity) Weight() int { return cell.Weigh(a.Volumes) }

// Repeat gives what the receiver's officer plots and repeats of the first
// volume: its centre or first corner, its beginning, its lower height (DEC-05).
func (a Activity) Repeat() cell.Repeat {
	if len(a.Volumes) == 0 {
		return cell.Repeat{}
	}
	v := a.Volumes[0]
	r := cell.Repeat{Time: v.Span().From}
	for _, p := range slices.Concat(v.Centre, v.Ring, v.Line) {
		r.Place = &cell.Place{Lat: p.Lat, Lon: p.Lon, Text: v.Text, Notation: "DD"}
		break
	}
	if len(v.Low) == 1 {
		r.Height = &v.Low[0].M
	}
	return r
}

// notice is what every kind of notice says, in one form: the older kind as one
// volume.
type notice struct {
	activity        string
	volumes         []cell.Volume
	confidentiality string
	blind           bool
}

// noticeOf reads the body of a notice of any kind.
func noticeOf(b cell.Body) (n notice, ok bool) {
	if b, ok := b.(Notice); ok {
		return notice{activity: b.Activity, volumes: []cell.Volume{b.Volume()}, confidentiality: Exact}, true
	}
	a, ok := activityOf(b)
	return notice{activity: a.Activity, volumes: a.Volumes, confidentiality: a.Confidentiality, blind: isBlind(a.Confidentiality)}, ok
}

package cell

import (
	"time"

	"parley/geo"
)

// NamedLine is a line that an agreement draws: the one that areas and
// distances are counted from. Its edges are geodesics of WGS84.
type NamedLine struct {
	ID   string  `yaml:"id"`
	Name T3      `yaml:"name"`
	Line []Point `yaml:"line"`
}

// Shape gives a line for geometry: an area of a millimetre on both sides.
func (l NamedLine) Shape() (geo.Shape, bool) {
	s, err := geo.Corridor(points(l.Line), lineWidth)
	return s, err == nil
}

const lineWidth = 0.001

// Zone is an area in which limits hold (DEC-08): a polygon, a circle, a
// corridor, or all that lies within some metres of a line. Dates and hours are
// theatre time; without them it holds always.
type Zone struct {
	ID      string  `yaml:"id"`
	Name    T3      `yaml:"name"`
	Ring    []Point `yaml:"ring"`
	Line    []Point `yaml:"line"`   // with radius_m: a corridor
	Centre  []Point `yaml:"centre"` // at most one; with radius_m: a circle
	RadiusM int64   `yaml:"radius_m"`
	Of      string  `yaml:"of"`       // a line of the charter; with within_m
	WithinM int64   `yaml:"within_m"` // on both sides of that line
	From    string  `yaml:"from"`     // first day, "2026-01-06"
	Until   string  `yaml:"until"`    // last day
	Hours   string  `yaml:"hours"`    // every day, "06:00-18:00"; past midnight where the end is earlier

	Protected *ProtectedZone `yaml:"protected"` // it is protected: nil for none
}

// Zoned gives the zone of that ID.
func (c *Charter) Zoned(id string) (Zone, bool) {
	for _, z := range c.Zones {
		if z.ID == id {
			return z, true
		}
	}
	return Zone{}, false
}

// AgreedLine gives the line of that ID.
func (c *Charter) AgreedLine(id string) (NamedLine, bool) {
	for _, l := range c.Lines {
		if l.ID == id {
			return l, true
		}
	}
	return NamedLine{}, false
}

// lies reports whether a zone surely lies in another: it is the same, or both
// are counted from one line and it is the narrower. "" is everywhere.
func (c *Charter) lies(inner, outer string) bool {
	if inner == outer || outer == "" {
		return true
	}
	a, ok1 := c.Zoned(inner)
	b, ok2 := c.Zoned(outer)
	return ok1 && ok2 && a.Of != "" && a.Of == b.Of && a.WithinM <= b.WithinM
}

// Shape gives a zone's area for geometry; it is empty for a zone that
// [Charter.Validate] refuses.
func (z Zone) Shape(c *Charter) geo.Shape {
	s, err := z.shape(c)
	if err != nil {
		return geo.Shape{}
	}
	return s
}

func (z Zone) shape(c *Charter) (geo.Shape, error) {
	if z.Of != "" {
		l, _ := c.AgreedLine(z.Of)
		return geo.Corridor(points(l.Line), float64(z.WithinM))
	}
	return Volume{Ring: z.Ring, Line: z.Line, Centre: z.Centre, RadiusM: z.RadiusM}.shape()
}

// Holds reports whether a zone holds at some instant of a window, in theatre
// time.
func (z Zone) Holds(c *Charter, w Span) bool {
	w, ok := z.dated(c, w)
	return ok && z.within(c, w)
}

// dated gives the part of a window on the zone's days.
func (z Zone) dated(c *Charter, w Span) (Span, bool) {
	if z.From == "" && z.Until == "" {
		return w, w.From <= w.Until
	}
	loc := c.theatre()
	if d, err := time.ParseInLocation(time.DateOnly, z.From, loc); err == nil {
		w.From = max(w.From, d.UnixMilli())
	}
	if d, err := time.ParseInLocation(time.DateOnly, z.Until, loc); err == nil {
		w.Until = min(w.Until, d.AddDate(0, 0, 1).UnixMilli()-1)
	}
	return w, w.From <= w.Until
}

// within reports whether the hours of a day fall into a window.
func (z Zone) within(c *Charter, w Span) bool {
	from, until, ok := hours(z.Hours)
	if !ok || w.Until-w.From >= (25*time.Hour).Milliseconds() { // the longest day
		return true
	}
	loc := c.theatre()
	day := time.UnixMilli(w.From).In(loc).AddDate(0, 0, -1)
	for range 4 {
		at := func(t time.Time, add int) int64 {
			return time.Date(day.Year(), day.Month(), day.Day()+add, t.Hour(), t.Minute(), 0, 0, loc).UnixMilli()
		}
		s := Span{From: at(from, 0), Until: at(until, 0)}
		if until.Before(from) {
			s.Until = at(until, 1)
		}
		if s.Meets(w) {
			return true
		}
		day = day.AddDate(0, 0, 1)
	}
	return false
}

func hours(s string) (from, until time.Time, ok bool) {
	if len(s) != len("06:00-18:00") || s[5] != '-' {
		return from, until, false
	}
	from, err1 := time.Parse("15:04", s[:5])
	until, err2 := time.Parse("15:04", s[6:])
	return from, until, err1 == nil && err2 == nil && !from.Equal(until)
}

func (c *Charter) theatre() *time.Location {
	if loc, err := time.LoadLocation(c.Zone); err == nil {
		return loc
	}
	return time.UTC
}

// checkZones checks lines and zones: each of its own code, named in every
// language, and one area.
func (c *Charter) checkZones() error {
	seen := map[string]bool{}
	for _, l := range c.Lines {
		at := "lines/" + l.ID
		if err := ownCode(at, l.ID, "line ", seen); err != nil {
			return err
		}
		if _, err := geo.Corridor(points(l.Line), 1); err != nil {
			return Invalidf(at+"/line", "%v", err)
		}
		if err := First(EachValid(at+"/line", l.Line), everyLanguage(at+"/name", l.Name)); err != nil {
			return err
		}
	}
	for _, z := range c.Zones {
		at := "zones/" + z.ID
		if err := First(ownCode(at, z.ID, "zone ", seen), everyLanguage(at+"/name", z.Name), z.check(c, at)); err != nil {
			return err
		}
	}
	return nil
}

func (z Zone) check(c *Charter, at string) error {
	one := 0
	for _, given := range []bool{len(z.Ring) > 0, len(z.Line) > 0, len(z.Centre) > 0, z.Of != ""} {
		if given {
			one++
		}
	}
	_, known := c.AgreedLine(z.Of)
	switch {
	case one != 1:
		return Invalidf(at, "a zone is a polygon, a corridor, a circle or what lies near a line, and one of them")
	case z.Of != "" && (!known || z.WithinM < 1 || z.WithinM > 250_000 || z.RadiusM != 0):
		return Invalidf(at+"/of", "a line of the charter and within_m from 1 to 250000 are wanted")
	case z.Of == "" && z.WithinM != 0:
		return Invalidf(at+"/within_m", "within_m counts from a line, which of does not name")
	}
	if err := First(EachValid(at+"/ring", z.Ring), EachValid(at+"/line", z.Line), IfGiven(at+"/centre", z.Centre)); err != nil {
		return err
	}
	if z.Of == "" {
		if err := (Volume{Ring: z.Ring, Line: z.Line, Centre: z.Centre, RadiusM: z.RadiusM, Windows: []Span{{From: 1, Until: 2}}}).Validate(at); err != nil {
			return err
		}
	} else if _, err := z.shape(c); err != nil {
		return Invalidf(at, "%v", err)
	}
	return First(z.checkTimes(at), z.checkProtected(c, at))
}

func (z Zone) checkTimes(at string) error {
	for _, d := range []string{z.From, z.Until} {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			return Invalidf(at, "%q is not a day such as 2026-01-06", d)
		}
	}
	if z.From != "" && z.Until != "" && z.Until < z.From {
		return Invalidf(at+"/until", "it ends before it begins")
	}
	if _, _, ok := hours(z.Hours); z.Hours != "" && !ok {
		return Invalidf(at+"/hours", "%q is not of the form 06:00-18:00", z.Hours)
	}
	return nil
}

func ownCode(at, id, of string, seen map[string]bool) error {
	if !isCode(id) || seen[of+id] {
		return Invalidf(at+"/id", "%q is not a code of its own", id)
	}
	seen[of+id] = true
	return nil
}

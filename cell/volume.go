package cell

import (
	"strconv"

	"parley/geo"
)

// What one volume may hold at most.
const (
	MaxVolumes = 64 // of one activity
	maxWindows = 64
)

// Altitude is a height with what it is measured from (DEC-11), and by how much it
// may be off, in metres.
type Altitude struct {
	M         int64  `json:"m"`
	Reference string `json:"reference"` // AGL, MSL, ellipsoid or surface
	OffM      int64  `json:"off_m"`
}

// Validate refuses a height without a reference, and one that is none.
func (a Altitude) Validate(at string) error {
	switch a.Reference {
	case geo.AGL, geo.MSL, geo.Ellipsoid, geo.Surface:
	default:
		return Invalidf(at+"/reference", "%q is not AGL, MSL, ellipsoid or surface: a height without its reference means nothing", a.Reference)
	}
	if a.M < -500 || a.M > 100_000 {
		return Invalidf(at+"/m", "%d m is not between -500 and 100000", a.M)
	}
	if a.Reference == geo.Surface && a.M != 0 {
		return Invalidf(at+"/m", "%d m is not the surface: what is above the ground is measured by AGL", a.M)
	}
	if a.OffM < 0 || a.OffM > 10_000 {
		return Invalidf(at+"/off_m", "%d m is not between 0 and 10000", a.OffM)
	}
	return nil
}

// Volume is one 4D volume of an activity (DEC-01): an area, a band of height
// and its windows. The area is a polygon with holes, a corridor (a line with
// its half-width in metres) or a circle; its edges are geodesics of WGS84. A
// line along a parallel is given with points between (geo.Straight). No height
// means from the ground to any height. Several windows are a schedule.
type Volume struct {
	Ring    []Point    `json:"ring"`
	Holes   [][]Point  `json:"holes"`
	Line    []Point    `json:"line"`
	Centre  []Point    `json:"centre"` // at most one
	RadiusM int64      `json:"radius_m"`
	Low     []Altitude `json:"low"`  // at most one
	High    []Altitude `json:"high"` // at most one
	Windows []Span     `json:"windows"`
	Text    string     `json:"text"` // how it was called when it was given

	made *shaped // of one that was read
}

// Validate refuses what is not one area, a polygon that crosses itself, a band
// that is upside down and windows that are not one after the other.
func (v Volume) Validate(at string) error {
	sorts := 0
	for _, n := range []int{len(v.Ring), len(v.Line), len(v.Centre)} {
		if n > 0 {
			sorts++
		}
	}
	switch {
	case sorts == 0:
		return Invalidf(at, "a name is no area: give at least three corners, a line with its half-width, or a centre and a radius")
	case sorts > 1:
		return Invalidf(at, "an area is a polygon, a corridor or a circle, and only one of them")
	case len(v.Ring) > 0 && v.RadiusM != 0:
		return Invalidf(at+"/radius_m", "a polygon has no radius")
	case len(v.Ring) == 0 && (v.RadiusM < 1 || v.RadiusM > 250_000):
		return Invalidf(at+"/radius_m", "%d m is not a radius or half-width from 1 to 250000 metres", v.RadiusM)
	case len(v.Ring) == 0 && len(v.Holes) > 0:
		return Invalidf(at+"/holes", "only a polygon has holes")
	case len(v.Holes) > 100:
		return Invalidf(at+"/holes", "%d holes, more than 100", len(v.Holes))
	}
	if err := First(EachValid(at+"/ring", v.Ring), EachValid(at+"/line", v.Line), IfGiven(at+"/centre", v.Centre),
		Each(at+"/holes", v.Holes, func(at string, h []Point) error { return EachValid(at, h) }),
		IfGiven(at+"/low", v.Low), IfGiven(at+"/high", v.High), v.checkWindows(at+"/windows"), Short(at+"/text", v.Text)); err != nil {
		return err
	}
	if v.UpsideDown(geo.Ground{}) {
		return Invalidf(at+"/high", "the band from %d m %s to %d m %s is upside down", v.Low[0].M, v.Low[0].Reference, v.High[0].M, v.High[0].Reference)
	}
	if _, err := v.shape(); err != nil {
		return noShape(at, err)
	}
	return nil
}

func (v Volume) checkWindows(at string) error {
	if n := len(v.Windows); n < 1 || n > maxWindows {
		return Invalidf(at, "%d windows: from 1 to %d are wanted", n, maxWindows)
	}
	if err := EachValid(at, v.Windows); err != nil {
		return err
	}
	for i := range v.Windows[1:] {
		if v.Windows[i+1].From <= v.Windows[i].Until {
			return Invalidf(at+"/"+strconv.Itoa(i+1), "it begins before the one before it has ended")
		}
	}
	return nil
}

// Geo gives the volume for geometry, once for each of its windows. Of one that
// [Volume.Validate] refuses it is nil.
func (v Volume) Geo() []geo.Volume {
	s, err := v.shape()
	if err != nil {
		return nil
	}
	var out []geo.Volume
	for _, w := range v.Windows {
		out = append(out, geo.Volume{Shape: s, Low: height(v.Low), High: height(v.High), From: w.From, Until: w.Until})
	}
	return out
}

func height(l []Altitude) (h geo.Height) {
	if len(l) == 1 {
		h = geo.Height{M: float64(l[0].M), Reference: l[0].Reference, OffM: float64(l[0].OffM)}
	}
	return h
}

// UpsideDown reports whether the top of the band lies below its bottom wherever
// the ground may lie (DEC-11).
func (v Volume) UpsideDown(g geo.Ground) bool {
	return geo.UpsideDown(height(v.Low), height(v.High), g)
}

// Span gives the time from the first window's beginning to the last one's end.
func (v Volume) Span() Span {
	if len(v.Windows) == 0 {
		return Span{}
	}
	return Span{v.Windows[0].From, v.Windows[len(v.Windows)-1].Until}
}

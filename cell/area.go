package cell

import (
	"strconv"

	"parley/geo"
)

// MaxCorners is how many corners an area may have.
const MaxCorners = geo.MaxPoints

// Point is a corner as it was given: WGS84 decimal degrees as strings.
type Point struct {
	Lat string `json:"lat"`
	Lon string `json:"lon"`
}

// Validate refuses coordinates that are not numbers on the globe.
func (p Point) Validate(at string) error {
	if err := inRange(p.Lat, 90); err != nil {
		return Invalidf(at+"/lat", "%v", err)
	}
	if err := inRange(p.Lon, 180); err != nil {
		return Invalidf(at+"/lon", "%v", err)
	}
	return nil
}

func (p Point) geo() geo.Point {
	lat, _ := strconv.ParseFloat(p.Lat, 64)
	lon, _ := strconv.ParseFloat(p.Lon, 64)
	return geo.Point{Lat: lat, Lon: lon}
}

// Area is a place with an extent: a polygon by its corners (the last is not
// the first again), or a circle by its centre and a radius in metres. A place
// name alone is no area (DEC-04). Text is how it was called when it was given;
// the coordinates are the argument. An edge is a geodesic of WGS84
// (package geo).
type Area struct {
	Ring    []Point `json:"ring"`
	Centre  []Point `json:"centre"`
	RadiusM int64   `json:"radius_m"`
	Text    string  `json:"text"`
}

// Validate refuses what is neither a polygon nor a circle, and a polygon that
// crosses itself.
func (a Area) Validate(at string) error {
	if len(a.Ring) == 0 && len(a.Centre) == 0 {
		return Invalidf(at, "a name is no area: give at least three corners, or a centre and a radius in metres")
	}
	if len(a.Ring) > 0 && len(a.Centre) > 0 {
		return Invalidf(at, "an area is a polygon or a circle, not both")
	}
	if len(a.Centre) > 1 || len(a.Centre) == 1 && (a.RadiusM < 1 || a.RadiusM > 100_000) {
		return Invalidf(at+"/radius_m", "a circle has one centre and a radius from 1 to 100000 metres")
	}
	if len(a.Ring) > 0 && a.RadiusM != 0 {
		return Invalidf(at+"/radius_m", "a polygon has no radius")
	}
	if len(a.Ring) > MaxCorners {
		return Invalidf(at+"/ring", "%d corners, more than %d", len(a.Ring), MaxCorners)
	}
	if err := First(EachValid(at+"/ring", a.Ring), EachValid(at+"/centre", a.Centre), Short(at+"/text", a.Text)); err != nil {
		return err
	}
	if _, err := a.shape(); err != nil {
		return noShape(at, err)
	}
	return nil
}

func (a Area) shape() (geo.Shape, error) {
	if len(a.Centre) == 1 {
		return geo.Circle(a.Centre[0].geo(), float64(a.RadiusM))
	}
	ring := make([]geo.Point, len(a.Ring))
	for i, p := range a.Ring {
		ring[i] = p.geo()
	}
	return geo.Polygon(ring)
}

// Shape gives the area for geometry. Of an area that [Area.Validate] refuses
// it is empty.
func (a Area) Shape() geo.Shape {
	s, err := a.shape()
	if err != nil {
		return geo.Shape{}
	}
	return s
}

// Point gives a place for geometry.
func (p Place) Point() geo.Point { return Point{p.Lat, p.Lon}.geo() }

// Height is a band above a stated reference, in metres (DEC-11). A list of at
// most one: none means from the ground to any height.
type Height struct {
	LowM      int64  `json:"low_m"`
	HighM     int64  `json:"high_m"`
	Reference string `json:"reference"` // AGL, MSL, ellipsoid or surface
}

// Validate refuses a height without a reference and a band that is upside down.
func (h Height) Validate(at string) error {
	switch h.Reference {
	case "AGL", "MSL", "ellipsoid", "surface":
	default:
		return Invalidf(at+"/reference", "%q is not AGL, MSL, ellipsoid or surface: a height without its reference means nothing", h.Reference)
	}
	if h.Reference == "surface" && (h.LowM != 0 || h.HighM != 0) {
		return Invalidf(at, "from %d m to %d m is not the surface: what is above the ground is measured by AGL", h.LowM, h.HighM)
	}
	if h.HighM < h.LowM || h.LowM < -500 || h.HighM > 40_000 {
		return Invalidf(at, "from %d m to %d m is not a band between -500 and 40000 m", h.LowM, h.HighM)
	}
	return nil
}

// Span is a closed window of time, in UTC milliseconds.
type Span struct {
	From  int64 `json:"from"`
	Until int64 `json:"until"`
}

// Validate refuses a window that ends before it begins.
func (s Span) Validate(at string) error {
	if s.From <= 0 || s.From > maxTime || s.Until > maxTime {
		return Invalidf(at+"/from", "the window is outside the years 1970 to 9999")
	}
	if s.Until <= s.From {
		return Invalidf(at+"/until", "the window ends before it begins")
	}
	return nil
}

// Meets reports whether two closed windows share an instant: touching counts.
func (s Span) Meets(t Span) bool { return s.From <= t.Until && t.From <= s.Until }

package geo

import (
	"fmt"
	"math"
	"slices"
)

// Point is WGS84 latitude and longitude in degrees, north and east positive.
type Point struct{ Lat, Lon float64 }

// Shape is a closed area: a polygon (Ring, at least 3 points, not closed by
// repetition) or, with RadiusM > 0, a circle around Centre. It is made by
// [Polygon] or [Circle]; one that neither would have made is promised no
// right answer, and one without valid points is empty.
type Shape struct {
	Ring    []Point
	Centre  Point
	RadiusM float64 // metres
}

const (
	// MaxPoints is how many points the ring of a polygon may have.
	MaxPoints = 1000

	maxSpan     = 2 * perDegree // of a shape, in latitude and in longitude
	minRadiusM  = 0.001         // the grid
	perDegree   = 100_000_000   // units of the lattice in a degree
	rightAngle  = 90 * perDegree
	fullCircle  = 4 * rightAngle
	unitsToRads = math.Pi / (180 * perDegree)
)

// Polygon makes an area of the points of its border, in either direction
// around, without the first repeated at the end (DEC-04). It refuses a ring of
// fewer than 3 points or more than [MaxPoints], a point that is not on the
// globe, two neighbours in one place, edges that cross or touch otherwise
// than in the point that they share, an area of nothing, and what is not
// handled: a pole, the antimeridian, a span above two degrees. Errors count
// the points from 1.
func Polygon(ring []Point) (Shape, error) {
	switch n := len(ring); {
	case n < 3:
		return Shape{}, fmt.Errorf("a ring of %d points encloses no area; it needs at least 3", n)
	case n > MaxPoints:
		return Shape{}, fmt.Errorf("a ring of %d points; at most %d are handled", n, MaxPoints)
	}
	pts := make([]pt, len(ring))
	for i, p := range ring {
		if err := p.check(); err != nil {
			return Shape{}, fmt.Errorf("point %d: %w", i+1, err)
		}
		pts[i] = p.lattice()
	}
	if err := boxOf(pts).check(); err != nil {
		return Shape{}, err
	}
	if err := checkRing(pts); err != nil {
		return Shape{}, err
	}
	return Shape{Ring: slices.Clone(ring)}, nil
}

// Circle makes an area of all points at most radiusM metres from a centre. It
// refuses a centre that is not on the globe, a radius below one millimetre,
// and what is not handled: a pole, the antimeridian, a span above two degrees.
func Circle(centre Point, radiusM float64) (Shape, error) {
	if err := centre.check(); err != nil {
		return Shape{}, fmt.Errorf("centre: %w", err)
	}
	if !(radiusM >= minRadiusM && radiusM <= math.MaxFloat64) {
		return Shape{}, fmt.Errorf("a radius of %v m; it must be a number and at least 0.001", radiusM)
	}
	if err := boxAround(centre.lattice(), radiusM).check(); err != nil {
		return Shape{}, err
	}
	return Shape{Centre: centre, RadiusM: radiusM}, nil
}

// AreaM2 is the area in square metres, within 0.1 %: of a polygon, measured
// with the radii of curvature at the latitude of its centre of area.
func (s Shape) AreaM2() float64 {
	f := s.figure()
	switch {
	case f.empty():
		return 0
	case len(f.pts) == 1:
		return float64(math.Pi * float64(f.radius*f.radius))
	}
	twice, lat := areaOf(f.pts)
	east, north := scale(lat)
	return float64(math.Abs(float64(twice)) / 2 * float64(east*north))
}

// Bounds is the box that holds the shape, in degrees. Around a circle it is
// larger than need be, by a thousandth.
func (s Shape) Bounds() (south, west, north, east float64) {
	f := s.figure()
	if f.empty() {
		return 0, 0, 0, 0
	}
	return degrees(f.south), degrees(f.west), degrees(f.north), degrees(f.east)
}

// check refuses a point that is not on the globe.
func (p Point) check() error {
	if !(p.Lat >= -90 && p.Lat <= 90) {
		return fmt.Errorf("latitude %v is not between -90 and 90 degrees", p.Lat)
	}
	if !(p.Lon >= -180 && p.Lon <= 180) {
		return fmt.Errorf("longitude %v is not between -180 and 180 degrees", p.Lon)
	}
	return nil
}

// lattice is the point in whole units of 1e-8 degrees.
func (p Point) lattice() pt {
	return pt{int64(math.Round(float64(p.Lat * perDegree))), int64(math.Round(float64(p.Lon * perDegree)))}
}

// degrees is a number of units in degrees, as it is written with eight
// decimals.
func degrees(n int64) float64 { return float64(n) / perDegree }

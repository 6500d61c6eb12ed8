package geo

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Point is WGS84 latitude and longitude in degrees, north and east positive.
type Point struct{ Lat, Lon float64 }

// Shape is a closed area: a polygon (Ring, at least 3 points, not closed by
// repetition, with Holes like it); or, with RadiusM > 0, a corridor, all that
// lies at most RadiusM metres from Line, or a circle around Centre. It is made
// by [Polygon], [Corridor] or [Circle]; one that none of them would have made
// is promised no right answer, and one without valid points is empty.
type Shape struct {
	Ring    []Point
	Holes   [][]Point
	Line    []Point
	Centre  Point
	RadiusM float64 // metres

	made *figure // on the lattice
}

const (
	// MaxPoints is how many points a polygon with its holes, or a corridor, may
	// have.
	MaxPoints = 10_000

	maxPieces   = 40_000        // that the edges of one shape may come to
	maxSpan     = 5 * perDegree // of a shape, in latitude and in longitude
	minRadiusM  = 0.001         // the grid
	perDegree   = 100_000_000   // units of the lattice in a degree
	rightAngle  = 90 * perDegree
	fullCircle  = 4 * rightAngle
	unitsToRads = math.Pi / (180 * perDegree)
)

// Polygon makes an area of the points of its border, in either direction
// around, without the first repeated at the end, and of those of its holes
// (DEC-04). Its edges are geodesics. It refuses a ring of fewer than 3 points,
// more than [MaxPoints] in all, a point that is not on the globe, two
// neighbours in one place, edges that cross or touch otherwise than in the
// point that they share, a hole that is not inside, an area of nothing, and
// what is not handled: a pole, the antimeridian, a span above five degrees.
// Errors count the points from 1.
func Polygon(ring []Point, holes ...[]Point) (Shape, error) {
	n := len(ring)
	for _, h := range holes {
		n += len(h)
	}
	if n > MaxPoints {
		return Shape{}, NewFault(FaultMany, fmt.Sprintf("a ring of %d points; at most %d are handled", n, MaxPoints), "n", n, "most", MaxPoints)
	}
	c, err := border(ring)
	if err != nil {
		return Shape{}, err
	}
	f := figure{chain: c, box: boxOf(c.pts)}
	s := Shape{Ring: slices.Clone(ring), made: &f}
	for i, h := range holes {
		d, err := border(h)
		if err == nil {
			err = f.within(d)
		}
		if err != nil {
			if f, ok := errors.AsType[*Fault](err); ok {
				f.Params["hole"] = strconv.Itoa(i + 1)
			}
			return Shape{}, fmt.Errorf("hole %d: %w", i+1, err)
		}
		f.holes = append(f.holes, d)
		s.Holes = append(s.Holes, slices.Clone(h))
	}
	return s, nil
}

func tooLong() error {
	return NewFault(FaultLong, fmt.Sprintf("its edges are too long for so many corners: they come to more than %d straight pieces", maxPieces))
}

// border reads one ring.
func border(ring []Point) (chain, error) {
	if len(ring) < 3 {
		return chain{}, NewFault(FaultFew, fmt.Sprintf("a ring of %d points encloses no area; it needs at least 3", len(ring)), "n", len(ring), "least", 3)
	}
	pts, err := onLattice(ring)
	if err != nil {
		return chain{}, err
	}
	if err := checkRing(pts); err != nil {
		return chain{}, err
	}
	c, ok := newChain(pts, true).dense(maxPieces)
	if !ok {
		return chain{}, tooLong()
	}
	if err := boxOf(c.pts).check(); err != nil {
		return chain{}, err
	}
	if err := c.checkCrossings(func(i int) int { return c.from[i] }, len(ring)); err != nil {
		return chain{}, err
	}
	return c, nil
}

func onLattice(points []Point) ([]pt, error) {
	for i, p := range points {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("point %d: %w", i+1, err)
		}
	}
	pts := lattice(points)
	return pts, boxOf(pts).check()
}

// within refuses a hole that is not inside the border, or meets another.
func (f figure) within(hole chain) error {
	for _, c := range f.chains() {
		for i := range hole.edges() {
			e, met := hole.edge(i), false
			c.touching(0, e.box(), func(j int) bool {
				_, met = e.meeting(c.edge(j))
				return met
			})
			if met {
				return NewFault(FaultHoleTouches, "it touches another border near "+e.a.at(), "at", e.a.at())
			}
		}
	}
	if !f.holds(hole.pts[0]) {
		return NewFault(FaultHoleOutside, "it does not lie inside the area")
	}
	for _, h := range f.holes {
		if hole.side(h.pts[0]) == within {
			return NewFault(FaultHoleHolds, "another hole lies inside it")
		}
	}
	return nil
}

// Circle makes an area of all points at most radiusM metres from a centre. It
// refuses a centre that is not on the globe, a radius below one millimetre,
// and what is not handled: a pole, the antimeridian, a span above five
// degrees.
func Circle(centre Point, radiusM float64) (Shape, error) {
	if err := centre.check(); err != nil {
		return Shape{}, fmt.Errorf("centre: %w", err)
	}
	if err := checkRadius(radiusM); err != nil {
		return Shape{}, err
	}
	if err := boxAround(centre.lattice(), radiusM).check(); err != nil {
		return Shape{}, err
	}
	s := Shape{Centre: centre, RadiusM: radiusM}
	f := s.figure()
	s.made = &f
	return s, nil
}

// Corridor makes an area of all points at most halfWidthM metres from a line of
// geodesics. The line may cross itself. It refuses fewer than 2 points or more
// than [MaxPoints], two neighbours in one place, and what [Circle] refuses.
func Corridor(line []Point, halfWidthM float64) (Shape, error) {
	switch n := len(line); {
	case n < 2:
		return Shape{}, NewFault(FaultFew, fmt.Sprintf("a line of %d points; it needs at least 2", n), "n", n, "least", 2)
	case n > MaxPoints:
		return Shape{}, NewFault(FaultMany, fmt.Sprintf("a line of %d points; at most %d are handled", n, MaxPoints), "n", n, "most", MaxPoints)
	}
	if err := checkRadius(halfWidthM); err != nil {
		return Shape{}, err
	}
	pts, err := onLattice(line)
	if err != nil {
		return Shape{}, err
	}
	for i := range pts[1:] {
		if pts[i] == pts[i+1] {
			return Shape{}, NewFault(FaultRepeat, fmt.Sprintf("point %d repeats point %d", i+2, i+1), "n", i+2, "of", i+1)
		}
	}
	s := Shape{Line: slices.Clone(line), RadiusM: halfWidthM}
	f := s.figure()
	if f.empty() {
		return Shape{}, tooLong()
	}
	if err := f.box.check(); err != nil {
		return Shape{}, err
	}
	s.made = &f
	return s, nil
}

func checkRadius(metres float64) error {
	if !(metres >= minRadiusM && metres <= math.MaxFloat64) {
		return NewFault(FaultRadius, fmt.Sprintf("a radius of %v m; it must be a number and at least 0.001", metres), "m", metres)
	}
	return nil
}

// AreaM2 is the area in square metres on the ellipsoid: of a polygon without
// its holes to a millionth, of a circle to a thousandth, and of a corridor as
// if it did not bend, which is at least what it covers.
func (s Shape) AreaM2() float64 {
	f := s.figure()
	switch {
	case f.empty():
		return 0
	case len(f.pts) == 1:
		return float64(math.Pi * float64(f.radius*f.radius))
	case !f.closed:
		long := 0.0
		for i := range f.edges() {
			e := f.edge(i)
			d, _, _ := inverse(e.a.spot(), e.b.spot())
			long += d
		}
		return float64(2*f.radius*long) + float64(math.Pi*float64(f.radius*f.radius))
	}
	a := f.chain.area()
	for _, h := range f.holes {
		a -= h.area()
	}
	return max(0, a)
}

// Pieces is how many straight pieces the borders of the shape come to, or its
// line: what it takes to keep it, at some 30 bytes each.
func (s Shape) Pieces() int {
	n := 0
	for _, c := range s.figure().chains() {
		n += len(c.pts)
	}
	return n
}

// Bounds is the box that holds the shape, in degrees. Around a circle or a
// corridor it is larger than need be, by a thousandth of the radius.
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
		return NewFault(FaultLatitude, fmt.Sprintf("latitude %v is not between -90 and 90 degrees", p.Lat), "value", p.Lat)
	}
	if !(p.Lon >= -180 && p.Lon <= 180) {
		return NewFault(FaultLongitude, fmt.Sprintf("longitude %v is not between -180 and 180 degrees", p.Lon), "value", p.Lon)
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

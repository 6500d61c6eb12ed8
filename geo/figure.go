package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// figure is a shape on the lattice: a ring of points and its inside, or a
// single point, and all that lies at most radius metres from it.
type figure struct {
	pts    []pt
	radius float64
	box
}

// figure puts a shape on the lattice. It is empty when a point is not on the
// globe.
func (s Shape) figure() figure {
	if s.RadiusM > 0 {
		if s.Centre.check() != nil {
			return figure{}
		}
		c := s.Centre.lattice()
		return figure{[]pt{c}, s.RadiusM, boxAround(c, s.RadiusM)}
	}
	if len(s.Ring) == 0 {
		return figure{}
	}
	pts := make([]pt, len(s.Ring))
	for i, p := range s.Ring {
		if p.check() != nil {
			return figure{}
		}
		pts[i] = p.lattice()
	}
	return figure{pts: pts, box: boxOf(pts)}
}

func (f figure) empty() bool { return len(f.pts) == 0 }

// pair puts two figures into one order, the smaller radius first, so that what
// is computed from them does not depend on which came first, and on the same
// side of the antimeridian.
func pair(f, g figure) (figure, figure) {
	order := cmp.Or(cmp.Compare(f.radius, g.radius), slices.CompareFunc(f.pts, g.pts, pt.compare))
	if order > 0 {
		f, g = g, f
	}
	switch d := f.west + f.east - g.west - g.east; {
	case d > fullCircle:
		g.shift(fullCircle)
	case d < -fullCircle:
		f.shift(fullCircle)
	}
	return f, g
}

// shift names the longitudes of a figure otherwise.
func (f *figure) shift(by int64) {
	for i := range f.pts {
		f.pts[i].lon += by
	}
	f.west += by
	f.east += by
}

// apart reports whether boxes alone show that two figures do not touch.
func (b box) apart(c box) bool {
	if b.north+1 < c.south || c.north+1 < b.south {
		return true // a unit of latitude is more than a millimetre
	}
	w := max(c.west-b.east, b.west-c.east)
	if w <= 0 {
		return false
	}
	east, _ := scale(float64(max(b.north, c.north, -b.south, -c.south)))
	return float64(east*float64(w)) > touchM
}

// box is the least span of latitudes and longitudes around something, in
// units.
type box struct{ south, west, north, east int64 }

// boxOf is the box of some points.
func boxOf(pts []pt) box {
	b := box{pts[0].lat, pts[0].lon, pts[0].lat, pts[0].lon}
	for _, p := range pts[1:] {
		b.south, b.north = min(b.south, p.lat), max(b.north, p.lat)
		b.west, b.east = min(b.west, p.lon), max(b.east, p.lon)
	}
	return b
}

// diagonal is the edge that has this box.
func (b box) diagonal() edge { return edge{pt{b.south, b.west}, pt{b.north, b.east}} }

// boxAround is a box that holds a circle. A thousandth is added for what the
// radii of curvature and the meridians do within it.
func boxAround(c pt, radiusM float64) box {
	r := float64(1.001 * min(radiusM, 1e8))
	east, north := scale(float64(c.lat))
	high, wide := int64(math.Ceil(r/north)), int64(fullCircle/2)
	if w := r / east; w < fullCircle/2 {
		wide = int64(math.Ceil(w))
	}
	return box{c.lat - high, c.lon - wide, c.lat + high, c.lon + wide}
}

// check refuses a box whose shape is not handled.
func (b box) check() error {
	switch {
	case b.south <= -rightAngle || b.north >= rightAngle:
		return fmt.Errorf("the area touches a pole: not handled")
	case b.west <= -fullCircle/2 || b.east >= fullCircle/2:
		return fmt.Errorf("the area touches the antimeridian: not handled")
	case b.north-b.south > maxSpan:
		return fmt.Errorf("the area spans %.3f degrees of latitude, more than 2: not handled", degrees(b.north-b.south))
	case b.east-b.west > fullCircle/2:
		return fmt.Errorf("the area spans more than 2 degrees of longitude, or crosses the antimeridian: not handled")
	case b.east-b.west > maxSpan:
		return fmt.Errorf("the area spans %.3f degrees of longitude, more than 2: not handled", degrees(b.east-b.west))
	}
	return nil
}

package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// figure is a shape on the lattice: a border with its inside and the borders of
// its holes, or a line, or a single point; and all that lies at most radius
// metres from it.
type figure struct {
	chain
	holes  []chain
	radius float64
	box
}

// figure gives a shape on the lattice: as it was made, or made anew of one that
// was put together by hand. It is empty when a point is not on the globe.
func (s Shape) figure() figure {
	if s.made != nil {
		return *s.made
	}
	f := figure{radius: s.RadiusM}
	switch {
	case len(s.Line) > 1 && s.RadiusM > 0:
		f.chain, _ = newChain(lattice(s.Line), false).dense(maxPieces)
	case s.RadiusM > 0:
		f.chain = newChain(lattice([]Point{s.Centre}), false)
	default:
		f.chain, _ = newChain(lattice(s.Ring), true).dense(maxPieces)
		for _, h := range s.Holes {
			if d, ok := newChain(lattice(h), true).dense(maxPieces); ok {
				f.holes = append(f.holes, d)
			}
		}
	}
	if f.empty() {
		return figure{}
	}
	f.box = boxOf(f.pts).wider(f.radius)
	return f
}

// lattice puts points on the lattice; none when one is not on the globe.
func lattice(points []Point) []pt {
	pts := make([]pt, len(points))
	for i, p := range points {
		if p.check() != nil {
			return nil
		}
		pts[i] = p.lattice()
	}
	return pts
}

func (f figure) empty() bool { return len(f.pts) == 0 }

// chains gives the border and those of the holes.
func (f figure) chains() []chain { return append([]chain{f.chain}, f.holes...) }

// pair puts two figures into one order, the smaller radius first, so that what
// is computed from them does not depend on which came first, and on the same
// side of the antimeridian.
func pair(f, g figure) (figure, figure) {
	order := cmp.Or(cmp.Compare(f.radius, g.radius), slices.CompareFunc(f.pts, g.pts, pt.compare), compareHoles(f.holes, g.holes))
	if order > 0 {
		f, g = g, f
	}
	switch d := f.west + f.east - g.west - g.east; {
	case d > fullCircle:
		g = g.shifted(fullCircle)
	case d < -fullCircle:
		f = f.shifted(fullCircle)
	}
	return f, g
}

func compareHoles(a, b []chain) int {
	return slices.CompareFunc(a, b, func(x, y chain) int { return slices.CompareFunc(x.pts, y.pts, pt.compare) })
}

// shifted is the figure with its longitudes named otherwise.
func (f figure) shifted(by int64) figure {
	move := func(c chain) chain {
		pts := slices.Clone(c.pts)
		for i := range pts {
			pts[i].lon += by
		}
		return newChain(pts, c.closed)
	}
	g := figure{chain: move(f.chain), radius: f.radius, box: f.box}
	for _, h := range f.holes {
		g.holes = append(g.holes, move(h))
	}
	g.west, g.east = g.west+by, g.east+by
	return g
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

// with is the box around two.
func (b box) with(c box) box {
	return box{min(b.south, c.south), min(b.west, c.west), max(b.north, c.north), max(b.east, c.east)}
}

// beside reports whether two boxes have no point in common.
func (b box) beside(c box) bool {
	return b.north < c.south || c.north < b.south || b.east < c.west || c.east < b.west
}

// wider is the box with some metres around it: it holds every circle of that
// radius around a place of the box.
func (b box) wider(metres float64) box {
	if metres <= 0 {
		return b
	}
	out := boxAround(pt{b.south, b.west}, metres).with(boxAround(pt{b.north, b.east}, metres))
	w := spread(max(b.north, -b.south), metres)
	out.west, out.east = b.west-w, b.east+w
	return out
}

// boxAround is a box that holds a circle.
func boxAround(c pt, radiusM float64) box {
	_, north := scale(float64(c.lat))
	high, w := int64(math.Ceil(reachM(radiusM)/north)), spread(c.lat, radiusM)
	return box{c.lat - high, c.lon - w, c.lat + high, c.lon + w}
}

// reachM is a radius with a thousandth for what the radii of curvature do within
// it.
func reachM(radiusM float64) float64 { return float64(1.001 * min(radiusM, 1e8)) }

// spread is how far east a circle around a place of a latitude, or of one nearer
// to the equator, reaches at most, in units: a degree is narrowest there. Of a
// large one near a pole the reach is more than that, as the meridians close in.
func spread(lat int64, radiusM float64) int64 {
	east, _ := scale(float64(lat))
	w := reachM(radiusM) / east
	if x := float64(w * unitsToRads); x > 0.05 { // below, the thousandth is enough
		if x >= 0.99 {
			return fullCircle / 2
		}
		w = float64(1.001*asin(x)) / unitsToRads
	}
	if !(w < fullCircle/2) {
		return fullCircle / 2
	}
	return int64(math.Ceil(w))
}

// check refuses a box whose shape is not handled.
func (b box) check() error {
	switch {
	case b.south <= -rightAngle || b.north >= rightAngle:
		return NewFault(FaultPole, "the area touches a pole: not handled")
	case b.west <= -fullCircle/2 || b.east >= fullCircle/2:
		return NewFault(FaultAntimeridian, "the area touches the antimeridian: not handled")
	case b.north-b.south > maxSpan:
		return NewFault(FaultSpan, fmt.Sprintf("the area spans %.3f degrees of latitude, more than 5: not handled", degrees(b.north-b.south)))
	case b.east-b.west > fullCircle/2:
		return NewFault(FaultSpan, "the area spans more than 5 degrees of longitude, or crosses the antimeridian: not handled")
	case b.east-b.west > maxSpan:
		return NewFault(FaultSpan, fmt.Sprintf("the area spans %.3f degrees of longitude, more than 5: not handled", degrees(b.east-b.west)))
	}
	return nil
}

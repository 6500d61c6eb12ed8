package geo

import "math"

const (
	gridM  = 0.001     // what decides is rounded down to it
	touchM = 2 * gridM // what is farther apart surely does not touch
)

// Overlap reports whether two shapes have a point in common or come nearer
// than a millimetre to each other (DEC-08). It is Gap == 0, found sooner.
func Overlap(a, b Shape) bool {
	f, g := pair(a.figure(), b.figure())
	return !f.empty() && !g.empty() && !f.apart(g.box) && f.gap(g, touchM) == 0
}

// Gap is the distance between two shapes in metres, rounded down to the
// millimetre; 0 when they overlap, infinite when one is empty.
func Gap(a, b Shape) float64 {
	f, g := pair(a.figure(), b.figure())
	return f.gap(g, math.Inf(1))
}

// Within reports whether a point lies in a shape or at most bufferM metres
// from it (PRO-08). A buffer below zero counts as zero.
func Within(p Point, s Shape, bufferM float64) bool {
	f := s.figure()
	if p.check() != nil || f.empty() || math.IsNaN(bufferM) {
		return false
	}
	bufferM = max(0, bufferM)
	at := p.lattice()
	f, g := pair(f, figure{chain: newChain([]pt{at}, false), box: boxOf([]pt{at})})
	return f.nearer(g, bufferM)
}

// nearer reports whether the gap between two figures is at most so many metres.
// It measures exactly only where a quick look leaves that open.
func (f figure) nearer(g figure, metres float64) bool {
	if f.box.wider(metres + touchM).beside(g.box) {
		return false
	}
	if _, ok := f.hit(g); ok {
		return true
	}
	radii := f.radius + g.radius
	n := f.nearest(g, metres+touchM+radii)
	if n.d > math.MaxFloat64 {
		return false // beyond the limit
	}
	if over := n.d - radii - metres; n.d < farM && math.Abs(over) > touchM+float64(2e-6*n.d) { // arc is right to a millionth
		return over < 0
	}
	d, _, _ := inverse(n.p, n.q)
	return max(0, math.Floor((d-radii)/gridM)/1000) <= metres
}

// Meet is a point where two shapes overlap or, when they do not, the middle
// of the shortest way between them. When they overlap it is the mean of the
// corners of what they share if that lies in both, else one of those corners.
// It is the same whichever shape comes first. When one is empty it is 0, 0.
func Meet(a, b Shape) Point {
	f, g := pair(a.figure(), b.figure())
	if f.empty() || g.empty() {
		return Point{}
	}
	if f.closed && g.closed {
		if p, ok := f.common(g); ok {
			return p.point()
		}
	} else if p, ok := f.hit(g); ok {
		return p.point()
	}
	n := f.nearest(g, math.Inf(1)) // from f, whose radius is not the larger
	return n.along((f.radius + n.d - g.radius) / 2).round().point()
}

// gap is the distance between two figures, on the grid. Beyond limit it may be
// more than it is.
func (f figure) gap(g figure, limit float64) float64 {
	if f.empty() || g.empty() {
		return math.Inf(1)
	}
	if _, ok := f.hit(g); ok {
		return 0
	}
	radii := f.radius + g.radius
	n := f.nearest(g, limit+radii)
	if n.d > math.MaxFloat64 {
		return n.d // beyond the limit
	}
	d, _, _ := inverse(n.p, n.q)
	return max(0, math.Floor((d-radii)/gridM)/1000)
}

// hit is a point that the borders, lines or points of two figures have in
// common, and whether there is one.
func (f figure) hit(g figure) (at pt, ok bool) {
	if g.holds(f.pts[0]) {
		return f.pts[0], true
	}
	if f.holds(g.pts[0]) {
		return g.pts[0], true
	}
	f.facing(g, func(e, x edge) bool {
		at, ok = e.meeting(x)
		return ok
	})
	return at, ok
}

// facing calls visit for the edges of two figures whose boxes touch, until it
// says that it is enough.
func (f figure) facing(g figure, visit func(e, x edge) (enough bool)) {
	reach, enough := boxOf(g.pts), false
	for _, c := range f.chains() {
		for _, d := range g.chains() {
			c.touching(0, reach, func(i int) bool {
				e := c.edge(i)
				d.touching(0, e.box(), func(j int) bool {
					enough = visit(e, d.edge(j))
					return enough
				})
				return enough
			})
			if enough {
				return
			}
		}
	}
}

// common is the point that Meet names of two rings that overlap.
func (f figure) common(g figure) (first pt, ok bool) {
	var sum pt
	n := int64(0)
	add := func(p pt) {
		if n == 0 {
			first = p
		}
		sum.lat, sum.lon = sum.lat+p.lat, sum.lon+p.lon
		n++
	}
	for _, p := range f.pts {
		if g.holds(p) {
			add(p)
		}
	}
	for _, p := range g.pts {
		if f.holds(p) {
			add(p)
		}
	}
	f.facing(g, func(e, x edge) bool {
		if e.crosses(x) {
			add(e.crossing(x))
		}
		return false
	})
	if n == 0 {
		return pt{}, false
	}
	mean := pt{sum.lat / n, sum.lon / n}
	if f.holds(mean) && g.holds(mean) {
		return mean, true
	}
	return first, true
}

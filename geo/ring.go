package geo

import (
	"cmp"
	"fmt"
)

// pt is a point of the lattice: latitude and longitude in units of 1e-8
// degrees. What is asked of lattice points is answered in whole numbers.
type pt struct{ lat, lon int64 }

// compare orders points by latitude, then longitude.
func (p pt) compare(q pt) int {
	return cmp.Or(cmp.Compare(p.lat, q.lat), cmp.Compare(p.lon, q.lon))
}

// point gives a lattice point in degrees.
func (p pt) point() Point {
	if p.lon > fullCircle/2 {
		p.lon -= fullCircle
	}
	return Point{degrees(p.lat), degrees(p.lon)}
}

// edge is a straight border between two points, of which a comes first, so
// that an edge is the same in both directions.
type edge struct{ a, b pt }

// edgeOf is the edge that begins at point i of a ring.
func edgeOf(ring []pt, i int) edge {
	j := i + 1
	if j == len(ring) {
		j = 0
	}
	return span(ring[i], ring[j])
}

// span is the edge between two points.
func span(p, q pt) edge {
	if q.compare(p) < 0 {
		p, q = q, p
	}
	return edge{p, q}
}

// turn is twice the area of the triangle a, b, c: positive when it is walked
// counterclockwise, 0 when the three lie on a line. It is exact for points
// within twenty degrees of each other: the products stay below 2^63.
func turn(a, b, c pt) int64 {
	return (b.lon-a.lon)*(c.lat-a.lat) - (b.lat-a.lat)*(c.lon-a.lon)
}

// beside reports whether the boxes of two edges have no point in common.
func (e edge) beside(f edge) bool {
	return e.b.lat < f.a.lat || f.b.lat < e.a.lat ||
		max(e.a.lon, e.b.lon) < min(f.a.lon, f.b.lon) || max(f.a.lon, f.b.lon) < min(e.a.lon, e.b.lon)
}

// holds reports whether a point lies on an edge.
func (e edge) holds(p pt) bool { return !e.beside(edge{p, p}) && turn(e.a, e.b, p) == 0 }

// box is the box of an edge.
func (e edge) box() box {
	return box{e.a.lat, min(e.a.lon, e.b.lon), e.b.lat, max(e.a.lon, e.b.lon)}
}

// crosses reports whether two edges cross in a point that is an end of
// neither.
func (e edge) crosses(f edge) bool {
	return !e.beside(f) &&
		opposite(turn(e.a, e.b, f.a), turn(e.a, e.b, f.b)) && opposite(turn(f.a, f.b, e.a), turn(f.a, f.b, e.b))
}

func opposite(x, y int64) bool { return x < 0 && y > 0 || x > 0 && y < 0 }

// meeting is a point that two edges share, and whether there is one. A
// crossing is rounded to the lattice.
func (e edge) meeting(f edge) (pt, bool) {
	switch {
	case e.beside(f):
		return pt{}, false
	case e.holds(f.a):
		return f.a, true
	case e.holds(f.b):
		return f.b, true
	case f.holds(e.a):
		return e.a, true
	case f.holds(e.b):
		return e.b, true
	case e.crosses(f):
		return e.crossing(f), true
	}
	return pt{}, false
}

// crossing is where two edges that cross do so, rounded to the lattice.
func (e edge) crossing(f edge) pt {
	from, to := turn(f.a, f.b, e.a), turn(f.a, f.b, e.b)
	return e.at(float64(from) / float64(from-to)).round()
}

// at is the place at a fraction t of the way from a to b.
func (e edge) at(t float64) spot { return e.a.spot().to(e.b.spot(), t) }

// Where a point lies to a border.
const (
	outside = iota
	onBorder
	within
)

const farEast = 2 * fullCircle // of every longitude there is

// side is where a point lies to a ring: whether a line from it to the east
// leaves the ring an odd number of times.
func (c chain) side(p pt) int {
	odd, on := false, false
	east := box{p.lat, p.lon, p.lat, farEast}
	c.touching(0, east, func(i int) bool {
		e := c.edge(i)
		turned := turn(e.a, e.b, p)
		on = turned == 0 && e.holds(p)
		if p.lat < e.b.lat && turned > 0 {
			odd = !odd
		}
		return on
	})
	switch {
	case on:
		return onBorder
	case odd:
		return within
	}
	return outside
}

// holds reports whether a point lies in a figure without its radius: in its
// border or on it, and not inside a hole.
func (f figure) holds(p pt) bool {
	if !f.closed {
		return f.at(p)
	}
	if f.side(p) == outside {
		return false
	}
	for _, h := range f.holes {
		if h.side(p) == within {
			return false
		}
	}
	return true
}

// at reports whether a point lies on a line, or is the point.
func (f figure) at(p pt) (on bool) {
	f.touching(0, box{p.lat, p.lon, p.lat, p.lon}, func(i int) bool {
		on = f.edge(i).holds(p)
		return on
	})
	return on
}

// checkRing refuses a ring that is not the border of one area.
func checkRing(ring []pt) error {
	n := len(ring)
	for i := range ring {
		switch j := (i + 1) % n; {
		case ring[i] != ring[j]:
		case j == 0:
			return NewFault(FaultRepeat, fmt.Sprintf("point %d repeats point 1; a ring closes by itself", n), "n", n, "of", 1)
		default:
			return NewFault(FaultRepeat, fmt.Sprintf("point %d repeats point %d", j+1, i+1), "n", j+1, "of", i+1)
		}
	}
	if flat(ring) {
		return NewFault(FaultFlat, fmt.Sprintf("the %d points lie on one line: the area is zero", n), "n", n)
	}
	for i := range ring {
		if err := checkCorner(ring, i); err != nil {
			return err
		}
	}
	return newChain(ring, true).checkCrossings(func(i int) int { return i }, n)
}

// checkCrossings refuses a ring of n corners whose edges meet otherwise than in
// the corner that they share. corner names the corner from which an edge comes.
func (c chain) checkCrossings(corner func(i int) int, n int) (err error) {
	m := c.edges()
	for i := range m {
		e := c.edge(i)
		c.touching(i+2, e.box(), func(j int) bool {
			if i == 0 && j == m-1 {
				return false // they share point 1
			}
			err = checkEdges(n, corner(i), corner(j), e, c.edge(j))
			return err != nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// flat reports whether all points of a ring lie on one line.
func flat(ring []pt) bool {
	for _, p := range ring[2:] {
		if turn(ring[0], ring[1], p) != 0 {
			return false
		}
	}
	return true
}

// checkCorner refuses two edges that follow each other, the first from point
// i, of which one runs back over the other.
func checkCorner(ring []pt, i int) error {
	n := len(ring)
	j, k := (i+1)%n, (i+2)%n
	if turn(ring[i], ring[j], ring[k]) != 0 || span(ring[i], ring[k]).holds(ring[j]) {
		return nil
	}
	return NewFault(FaultBack, fmt.Sprintf("the edge from point %d to %d and the edge from point %d to %d run over each other from %s",
		i+1, j+1, j+1, k+1, ring[j].at()), "a", i+1, "b", j+1, "c", k+1, "at", ring[j].at())
}

// checkEdges refuses two edges of a ring of n that begin at points i and j and
// do not follow each other, when they have a point in common.
func checkEdges(n, i, j int, e, f edge) error {
	m, ok := e.meeting(f)
	if !ok {
		return nil
	}
	code, word := FaultTouch, "touches"
	if e.crosses(f) {
		code, word = FaultCross, "crosses"
	}
	return NewFault(code, fmt.Sprintf("the edge from point %d to %d %s the edge from point %d to %d at %s",
		i+1, i+2, word, j+1, (j+1)%n+1, m.at()), "a", i+1, "b", i+2, "c", j+1, "d", (j+1)%n+1, "at", m.at())
}

package geo

import "math"

const (
	wide = 4 * maxSpan // what two shapes span where planes are trusted
	farM = 200e3       // where the local plane is no longer trusted alone
)

// near is the shortest way between two figures without their radii: its
// length in metres, and its ends.
type near struct {
	d    float64
	p, q spot
}

// along is the place some metres along the way, or its beginning. What a degree
// is in metres changes on the way, so that the first guess is put right by
// what it turns out to measure.
func (n near) along(metres float64) spot {
	if !(metres > 0) {
		return n.p
	}
	t, from := metres/n.d, n.p.vector()
	for range 2 {
		t = min(1, float64(t*metres)/arc(from, n.p.to(n.q, t).vector()))
	}
	return n.p.to(n.q, t)
}

// nearest finds the shortest way between the rings or centres of two figures
// that do not meet. It begins at a point of one of them. Ways that are
// certainly longer than limit are not looked at.
func (f figure) nearest(g figure, limit float64) near {
	s := search{near: near{d: math.Inf(1)}, limit: limit, shrink: shrink(f.box, g.box)}
	s.from(f.pts, g.pts, boxOf(g.pts))
	s.p, s.q = s.q, s.p
	s.from(g.pts, f.pts, boxOf(f.pts))
	s.p, s.q = s.q, s.p
	return s.near
}

// shrink is a factor by which no distance between two boxes is shorter than
// the plane around one of its ends says, or 0 where there is no such promise.
func shrink(b, c box) float64 {
	south, north := min(b.south, c.south), max(b.north, c.north)
	if north-south > wide || max(b.east, c.east)-min(b.west, c.west) > wide {
		return 0
	}
	low := max(0, south, -north)
	least, _ := scale(float64(max(north, -south)))
	most, _ := scale(float64(low))
	return float64(0.99*least) / most
}

// search is the shortest way found so far.
type search struct {
	near
	limit, shrink float64
}

// tooLong reports whether a way that is so long in the plane around its
// beginning cannot be the one that is looked for.
func (s *search) tooLong(about float64) bool {
	return float64(about*s.shrink) > min(s.d, s.limit)
}

// from looks for a shorter way from one of points to a ring, which lies in a
// box; near.p is the end at the points.
func (s *search) from(points, ring []pt, b box) {
	for _, p := range points {
		here := siteOf(p)
		if s.tooLong(here.to(b)) {
			continue
		}
		for i := range ring {
			e := edgeOf(ring, i)
			t, about := here.foot(e)
			if s.tooLong(about) {
				continue
			}
			q := e.at(t)
			d := arc(here.v, q.vector())
			if d > farM {
				r := here.farFoot(e)
				if far := arc(here.v, r.vector()); far < d {
					q, d = r, far
				}
			}
			if d < s.d {
				s.near = near{d, here.spot, q}
			}
		}
	}
}

// site is a place with a plane of metres around it: the metres of a unit of
// longitude and of latitude there.
type site struct {
	spot
	v           vector
	east, north float64
}

func siteOf(p pt) site {
	s := p.spot()
	east, north := scale(s.lat)
	return site{s, s.vector(), east, north}
}

// plane is how far east and north a lattice point lies.
func (s site) plane(p pt) (x, y float64) {
	return float64(s.east * (float64(p.lon) - s.lon)), float64(s.north * (float64(p.lat) - s.lat))
}

// to is how far a box is.
func (s site) to(b box) float64 {
	west, south := s.plane(pt{b.south, b.west})
	east, north := s.plane(pt{b.north, b.east})
	return length(max(0, west, -east), max(0, south, -north))
}

// foot is where on an edge, as a fraction of the way, it comes nearest, and how
// near.
func (s site) foot(e edge) (t, about float64) {
	x, y := s.plane(e.a)
	x2, y2 := s.plane(e.b)
	dx, dy := x2-x, y2-y
	if l2 := float64(dx*dx) + float64(dy*dy); l2 > 0 {
		t = max(0, min(1, -(float64(x*dx)+float64(y*dy))/l2))
	}
	return t, length(x+float64(t*dx), y+float64(t*dy))
}

func length(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

// farFoot is about the place on an edge that is nearest, from far away.
func (s site) farFoot(e edge) spot {
	a := e.a.spot().vector()
	along := e.b.spot().vector().minus(a)
	t := 0.0
	if l2 := along.dot(along); l2 > 0 {
		t = max(0, min(1, s.v.minus(a).dot(along)/l2))
	}
	return e.at(t)
}

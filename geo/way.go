package geo

import "math"

const (
	wide   = 10 * perDegree // what two shapes span where planes are trusted
	farM   = 200e3          // where the local plane is no longer trusted alone
	planeM = 500.0          // where it gives the place on an edge only about
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
	for _, c := range f.chains() {
		for _, d := range g.chains() {
			if s.shrink == 0 {
				c, d = c.thinned(), d.thinned()
			}
			s.from(c, d)
			s.p, s.q = s.q, s.p
			s.from(d, c)
			s.p, s.q = s.q, s.p
		}
	}
	return s.near
}

// thinned is a chain through the corners alone, and not all of very many:
// enough from far away, where no edge can be passed over.
func (c chain) thinned() chain {
	var pts []pt
	for i, p := range c.pts {
		if i == 0 || i >= len(c.from) || c.from[i] != c.from[i-1] {
			pts = append(pts, p)
		}
	}
	const few = 200
	if n := len(pts); n > few {
		for i := range few {
			pts[i] = pts[int(float64(i*(n-1)))/(few-1)]
		}
		pts = pts[:few]
	}
	return newChain(pts, c.closed)
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

// from looks for a shorter way from the points of one chain to another; near.p
// is the end at the points.
func (s *search) from(points, ring chain) {
	around := boxOf(ring.pts)
	for _, p := range points.pts {
		here := siteOf(p)
		if s.tooLong(here.to(around)) {
			continue
		}
		ring.walk(0, func(b box) bool { return s.tooLong(here.to(b)) }, func(i int) bool {
			s.try(here, ring.edge(i))
			return false
		})
	}
}

// try takes the way from a place to an edge, if it is shorter.
func (s *search) try(here site, e edge) {
	t, about := here.foot(e)
	if s.tooLong(about) {
		return
	}
	q := e.at(t)
	d := arc(here.v, q.vector())
	if e.a != e.b && (d > planeM && d < float64(1.001*s.d) || d > farM) {
		for _, r := range []spot{here.bent(e), here.farFoot(e)} {
			if far := arc(here.v, r.vector()); far < d {
				q, d = r, far
			}
		}
	}
	if d < s.d {
		s.near = near{d, here.spot, q}
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

// off is how far east and north a place lies.
func (s site) off(p spot) (x, y float64) {
	return float64(s.east * (p.lon - s.lon)), float64(s.north * (p.lat - s.lat))
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

// bent is the place on an edge that is nearest by the distances of its ends and
// its middle: their squares are those of a parabola.
func (s site) bent(e edge) spot {
	square := func(t float64) float64 {
		d := arc(s.v, e.at(t).vector())
		return float64(d * d)
	}
	a, m, b := square(0), square(0.5), square(1)
	curve := a + b - float64(2*m)
	if curve <= 0 {
		return e.at(0.5)
	}
	return e.at(max(0, min(1, 0.5+(a-b)/float64(4*curve))))
}

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

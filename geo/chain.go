package geo

import "math"

// chain is a border or a line on the lattice: its points, and boxes around
// every eight of its edges, around every eight of those, and so on, so that
// what is far away is passed over at once.
type chain struct {
	pts    []pt
	closed bool    // the last point is joined with the first
	from   []int   // of dense chains: by point, the corner from which its edge comes
	boxes  [][]box // by level; none for a short chain
}

const (
	fan    = 8
	plenty = 16    // edges that are worth boxes
	bowedM = 0.001 // by which a piece of an edge may lie beside the shortest way
	longM  = 1000  // edges that may bend otherwise at their ends than in the middle
)

func newChain(pts []pt, closed bool) chain {
	c := chain{pts: pts, closed: closed}
	n := c.edges()
	if n < plenty {
		return c
	}
	level := make([]box, 0, (n+fan-1)/fan)
	for i := 0; i < n; i += fan {
		b := c.edge(i).box()
		for j := i + 1; j < min(n, i+fan); j++ {
			b = b.with(c.edge(j).box())
		}
		level = append(level, b)
	}
	for c.boxes = append(c.boxes, level); len(level) > fan; c.boxes = append(c.boxes, level) {
		var next []box
		for i := 0; i < len(level); i += fan {
			b := level[i]
			for _, x := range level[i+1 : min(len(level), i+fan)] {
				b = b.with(x)
			}
			next = append(next, b)
		}
		level = next
	}
	return c
}

// edges is how many edges a chain has; a point counts as one.
func (c chain) edges() int {
	if c.closed || len(c.pts) == 1 {
		return len(c.pts)
	}
	return len(c.pts) - 1
}

func (c chain) edge(i int) edge { return edgeOf(c.pts, i) }

// walk calls visit for the edges from first on in whose boxes skip sees no
// reason to pass them over, until visit says that it is enough.
func (c chain) walk(first int, skip func(box) bool, visit func(i int) (enough bool)) {
	if len(c.boxes) == 0 {
		for i := first; i < c.edges(); i++ {
			if visit(i) {
				return
			}
		}
		return
	}
	top := len(c.boxes) - 1
	for k := range c.boxes[top] {
		if c.descend(top, k, first, skip, visit) {
			return
		}
	}
}

func (c chain) descend(level, k, first int, skip func(box) bool, visit func(i int) bool) bool {
	if skip(c.boxes[level][k]) {
		return false
	}
	if level > 0 {
		for j := range eight(k, len(c.boxes[level-1])) {
			if c.descend(level-1, j, first, skip, visit) {
				return true
			}
		}
		return false
	}
	for i := range eight(k, c.edges()) {
		if i >= first && visit(i) {
			return true
		}
	}
	return false
}

// eight gives the numbers that box k stands for, of n.
func eight(k, n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := k << 3; i < min(n, (k+1)<<3); i++ {
			if !yield(i) {
				return
			}
		}
	}
}

// touching calls visit for the edges from first on whose boxes touch a box.
func (c chain) touching(first int, b box, visit func(i int) (enough bool)) {
	c.walk(first, func(x box) bool { return x.beside(b) }, func(i int) bool {
		return !c.edge(i).box().beside(b) && visit(i)
	})
}

// dense puts points between the corners of a chain, so that its straight
// pieces lie nowhere more than a millimetre beside the shortest ways between
// the corners. The same two corners give the same points in either direction,
// so that areas which share an edge share all of it. ok is false when that would
// be more than so many pieces: they are counted before they are made.
func (c chain) dense(most int) (d chain, ok bool) {
	var pts []pt
	var from []int
	add := func(p pt, i int) { pts, from = append(pts, p), append(from, i) }
	for i := range c.edges() {
		p := c.pts[i]
		q := c.pts[(i+1)%len(c.pts)]
		add(p, i)
		between, ok := bow(span(p, q), most-len(pts))
		if !ok {
			return chain{}, false
		}
		for k := range between {
			if p.compare(q) > 0 {
				k = len(between) - 1 - k
			}
			if x := between[k]; x != pts[len(pts)-1] && x != q {
				add(x, i)
			}
		}
	}
	if !c.closed && len(c.pts) > 1 {
		add(c.pts[len(c.pts)-1], len(c.pts)-1)
	}
	d = newChain(pts, c.closed)
	d.from = from
	return d, true
}

// bow gives the points that part an edge, from its first end to its second;
// none and false when there are more than so many. How much an edge bends is
// seen in its middle and, of a long one, at both ends: one that crosses the
// equator bends this way and then that, and may be straight in the middle.
func bow(e edge, most int) ([]pt, bool) {
	p, q := e.a.spot(), e.b.spot()
	if p.lon == q.lon {
		return nil, true // a meridian is straight
	}
	metres, azimuth, _ := inverse(p, q)
	walk := func(s float64) spot {
		r, _ := direct(p, float64(azimuth*perDegree), s)
		return r
	}
	aside := bulge(p, walk(metres/2), q)
	if metres > longM {
		end := metres / 8
		aside = max(aside, float64(64*bulge(p, walk(end/2), walk(end))), float64(64*bulge(walk(metres-end), walk(metres-end/2), q)))
	}
	n := math.Ceil(math.Sqrt(aside / bowedM))
	if n > float64(most) {
		return nil, false
	}
	var out []pt
	for k := 1.0; k < n; k++ {
		out = append(out, walk(float64(metres*k)/n).round())
	}
	return out, true
}

// bulge is how far, in metres, the middle of a way lies beside the line between
// its ends that is straight in degrees.
func bulge(p, middle, q spot) float64 {
	at := siteOf(p.to(q, 0.5).round())
	x, y := at.off(p)
	x2, y2 := at.off(q)
	mx, my := at.off(middle)
	dx, dy := x2-x, y2-y
	return math.Abs(float64((mx-x)*dy)-float64((my-y)*dx)) / length(dx, dy)
}

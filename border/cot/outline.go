package cot

import (
	"math"
	"slices"

	"parley/geo"
)

// plane puts points near a middle onto a plane in metres, and back: the
// equirectangular projection. Straight lines on it are straight in longitude
// and latitude, as maps draw them.
type plane struct{ lat, lon, perLat, perLon float64 }

type xy struct{ x, y float64 }

func planeAt(points []geo.Point) plane {
	var p plane
	for _, q := range points {
		p.lat, p.lon = p.lat+q.Lat/float64(len(points)), p.lon+q.Lon/float64(len(points))
	}
	p.perLat = 111_320
	p.perLon = p.perLat * math.Cos(p.lat*math.Pi/180)
	return p
}

func (p plane) on(q geo.Point) xy { return xy{(q.Lon - p.lon) * p.perLon, (q.Lat - p.lat) * p.perLat} }

func (p plane) off(q xy) geo.Point {
	return geo.Point{Lat: p.lat + q.y/p.perLat, Lon: p.lon + q.x/p.perLon}
}

// drawn gives a ring of at most so many corners whose straight edges on a map
// contain the area of a ring of geodesics. One that fits is followed to half a
// metre. Another is drawn by its convex hull, of which edges are taken out
// until it fits: the hull only grows.
func drawn(ring []geo.Point, convex bool, corners int) (out []geo.Point, wider bool) {
	points := follow(ring)
	if len(points) <= corners {
		return points, convex
	}
	p := planeAt(points)
	var flat []xy
	for _, q := range points {
		flat = append(flat, p.on(q))
	}
	if flat = hull(flat); len(flat) > 256 {
		flat = hull(around(flat, 64))
	}
	flat = grow(reduce(flat, max(4, corners)), 2)
	for _, q := range flat {
		out = append(out, p.off(q))
	}
	return out, true
}

// follow puts points on geodesic edges, so that straight ones between them lie
// at most half a metre beside them.
func follow(ring []geo.Point) (out []geo.Point) {
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		out = append(out, p)
		metres, azimuth, _ := geo.Inverse(p, q)
		middle, _ := geo.Direct(p, azimuth, metres/2)
		n := math.Ceil(math.Sqrt(geo.Distance(middle, geo.Point{Lat: (p.Lat + q.Lat) / 2, Lon: (p.Lon + q.Lon) / 2}) / 0.5))
		for k := 1.0; k < n; k++ {
			between, _ := geo.Direct(p, azimuth, metres*k/n)
			out = append(out, between)
		}
	}
	return out
}

// legs gives hulls that together contain a corridor: one for each leg, or for
// some legs in a row when there are many.
func legs(s geo.Shape) (out [][]geo.Point) {
	n := len(s.Line) - 1
	each := (n + maxLegs - 1) / maxLegs
	for from := 0; from < n; from += each {
		to := min(from+each, n)
		var around []geo.Point
		r := (s.RadiusM + 1) / math.Cos(math.Pi/16)
		for i := from; i < to; i++ {
			metres, azimuth, _ := geo.Inverse(s.Line[i], s.Line[i+1])
			steps := math.Ceil(metres / 2000)
			for k := 0.0; k <= steps; k++ {
				c, _ := geo.Direct(s.Line[i], azimuth, metres*k/max(1, steps))
				for a := range 16 {
					q, _ := geo.Direct(c, 22.5*float64(a), r)
					around = append(around, q)
				}
			}
		}
		p := planeAt(around)
		var flat []xy
		for _, q := range around {
			flat = append(flat, p.on(q))
		}
		var ring []geo.Point
		for _, q := range grow(hull(flat), 1) {
			ring = append(ring, p.off(q))
		}
		out = append(out, ring)
	}
	return out
}

func cross(a, b, c xy) float64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }

// hull gives the convex hull, counterclockwise (Andrew 1979).
func hull(points []xy) []xy {
	p := slices.Clone(points)
	slices.SortFunc(p, func(a, b xy) int {
		if a.x != b.x {
			return sign(a.x - b.x)
		}
		return sign(a.y - b.y)
	})
	p = slices.Compact(p)
	if len(p) < 3 {
		return p
	}
	half := func(p []xy) (h []xy) {
		for _, q := range p {
			for len(h) >= 2 && cross(h[len(h)-2], h[len(h)-1], q) <= 0 {
				h = h[:len(h)-1]
			}
			h = append(h, q)
		}
		return h[:len(h)-1]
	}
	lower := half(p)
	slices.Reverse(p)
	return append(lower, half(p)...)
}

// around gives the corners of the polygon whose edges touch a convex ring in n
// directions.
func around(p []xy, n int) (out []xy) {
	far := make([]float64, n+1)
	for i := range far {
		y, x := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		far[i] = math.Inf(-1)
		for _, q := range p {
			far[i] = max(far[i], q.x*x+q.y*y)
		}
	}
	sin, cos := math.Sincos(2 * math.Pi / float64(n))
	for i := range n {
		// where two edges meet: as far out as the first, and so far along it
		along := (far[i+1] - far[i]*cos) / sin
		y, x := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out = append(out, xy{far[i]*x - along*y, far[i]*y + along*x})
	}
	return out
}

func sign(x float64) int {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	}
	return 0
}

// reduce takes edges out of a convex ring until it has at most so many corners,
// each time the one whose neighbours, drawn on, add the least area.
func reduce(p []xy, corners int) []xy {
	p = slices.Clone(p)
	for len(p) > corners {
		best, least, at := -1, math.Inf(1), xy{}
		for i := range p {
			a, b, c, d := p[(i+len(p)-1)%len(p)], p[i], p[(i+1)%len(p)], p[(i+2)%len(p)]
			q, ok := meet(a, b, c, d)
			if !ok {
				continue
			}
			if area := math.Abs(cross(b, q, c)); area < least {
				best, least, at = i, area, q
			}
		}
		if best < 0 {
			break
		}
		p[best] = at
		p = slices.Delete(p, (best+1)%len(p), (best+1)%len(p)+1)
	}
	return p
}

// meet gives where the edges from a through b and from d through c meet beyond
// b and c.
func meet(a, b, c, d xy) (xy, bool) {
	ux, uy, vx, vy := b.x-a.x, b.y-a.y, c.x-d.x, c.y-d.y
	den := ux*vy - uy*vx
	if math.Abs(den) < 1e-9 {
		return xy{}, false
	}
	t := ((c.x-b.x)*vy - (c.y-b.y)*vx) / den
	s := ((c.x-b.x)*uy - (c.y-b.y)*ux) / den
	if t < 0 || s < 0 {
		return xy{}, false
	}
	return xy{b.x + t*ux, b.y + t*uy}, true
}

// grow moves every edge of a convex ring outward by some metres.
func grow(p []xy, metres float64) []xy {
	if len(p) < 3 {
		return p
	}
	out := make([]xy, len(p))
	for i, b := range p {
		a, c := p[(i+len(p)-1)%len(p)], p[(i+1)%len(p)]
		ux, uy := unit(xy{b.x - a.x, b.y - a.y})
		vx, vy := unit(xy{c.x - b.x, c.y - b.y})
		// the outward normals of a counterclockwise ring are (uy, -ux)
		k := metres / max(0.2, 1+ux*vx+uy*vy)
		out[i] = xy{b.x + (uy+vy)*k, b.y - (ux+vx)*k}
	}
	return out
}

func unit(v xy) (x, y float64) {
	l := math.Hypot(v.x, v.y)
	return v.x / l, v.y / l
}

// centre gives the mean of the corners, for the event's own point.
func centre(ring []geo.Point) (lat, lon float64) {
	p := planeAt(ring)
	return p.lat, p.lon
}

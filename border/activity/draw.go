package activity

import (
	"math"

	"parley/geo"
)

// drawnM is by how much an edge that is straight on a map may lie beside the
// geodesic that it is drawn for, in metres.
const drawnM = 0.3

// draw gives the polygons that an area is drawn with where edges are straight
// in longitude and latitude: GeoJSON (RFC 7946, 3.1.1) and KML. A polygon with
// its holes is followed to drawnM. A circle is drawn by one polygon that
// contains it, at most a metre wider. A corridor is drawn by one polygon for
// each of its legs, which together contain it and are at most 2 % of its
// half-width and 2 m wider; they overlap at the bends.
func draw(s geo.Shape) [][][][]float64 {
	switch {
	case len(s.Ring) > 0:
		rings := [][][]float64{closed(follow(s.Ring, true))}
		for _, h := range s.Holes {
			rings = append(rings, closed(follow(h, true)))
		}
		return [][][][]float64{rings}
	case len(s.Line) > 0:
		line := follow(s.Line, false)
		var out [][][][]float64
		for i := range line[1:] {
			out = append(out, [][][]float64{closed(capsule(line[i], line[i+1], s.RadiusM+1))})
		}
		return out
	}
	n := max(16, int(math.Ceil(math.Pi/math.Acos(s.RadiusM/(s.RadiusM+0.5)))))
	n = min(n, 2000)
	return [][][][]float64{{closed(around(s.Centre, (s.RadiusM+0.25)/math.Cos(math.Pi/float64(n)), n))}}
}

// follow puts points on geodesic edges, so that the straight edges between
// them lie at most drawnM beside the geodesics.
func follow(points []geo.Point, ring bool) (out []geo.Point) {
	for i, p := range points {
		out = append(out, p)
		if i+1 == len(points) && !ring {
			break
		}
		q := points[(i+1)%len(points)]
		metres, azimuth, _ := geo.Inverse(p, q)
		middle, _ := geo.Direct(p, azimuth, metres/2)
		straight := geo.Point{Lat: (p.Lat + q.Lat) / 2, Lon: (p.Lon + q.Lon) / 2}
		n := math.Ceil(math.Sqrt(geo.Distance(middle, straight) / drawnM))
		for k := 1.0; k < n; k++ {
			between, _ := geo.Direct(p, azimuth, metres*k/n)
			out = append(out, between)
		}
	}
	return out
}

// around gives n points at a distance from a centre, counterclockwise as RFC
// 7946 wants outer rings.
func around(c geo.Point, metres float64, n int) (out []geo.Point) {
	for i := range n {
		p, _ := geo.Direct(c, -360*float64(i)/float64(n), metres)
		out = append(out, p)
	}
	return out
}

// capsule gives a polygon that contains all that lies within some metres of a
// short leg.
func capsule(a, b geo.Point, metres float64) (out []geo.Point) {
	const steps = 8 // of a half circle
	_, there, back := geo.Inverse(a, b)
	r := metres / math.Cos(math.Pi/(2*steps))
	for i := range steps + 1 { // around b, from its right to its left
		p, _ := geo.Direct(b, back+90-180*float64(i)/steps, r)
		out = append(out, p)
	}
	for i := range steps + 1 { // around a, from its left to its right
		p, _ := geo.Direct(a, there-90-180*float64(i)/steps, r)
		out = append(out, p)
	}
	return out
}

// closed writes a ring as files do: longitude first, the first point repeated,
// to a millimetre.
func closed(ring []geo.Point) [][]float64 {
	out := make([][]float64, 0, len(ring)+1)
	for _, p := range ring {
		out = append(out, pair(p))
	}
	return append(out, pair(ring[0]))
}

func pair(p geo.Point) []float64 { return []float64{round8(p.Lon), round8(p.Lat)} }

func round8(x float64) float64 { return math.Round(x*1e8) / 1e8 }

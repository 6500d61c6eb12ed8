package geo

import "math"

// straightM is by how much geodesics between the points that [Straight] adds
// may lie beside a line that is straight in degrees.
const straightM = 0.1

// Straight puts points on edges that are straight in latitude and longitude, as
// maps draw them and agreements name parallels, so that geodesics between the
// points follow them to a decimetre. A ring is closed by itself. Points that
// are not on the globe are left as they are.
func Straight(points []Point, closed bool) []Point {
	pts := lattice(points)
	if pts == nil {
		return points
	}
	var out []Point
	for i, p := range points {
		out = append(out, p)
		if i+1 == len(points) && !closed {
			break
		}
		a, b := pts[i].spot(), pts[(i+1)%len(pts)].spot()
		if a.lon == b.lon || math.Abs(b.lon-a.lon) > maxSpan {
			continue
		}
		metres, azimuth, _ := inverse(a, b)
		bowed, _ := direct(a, float64(azimuth*perDegree), metres/2)
		middle := siteOf(a.to(b, 0.5).round())
		x, y := middle.off(bowed)
		dx, dy := middle.off(b)
		n := math.Ceil(math.Sqrt(math.Abs(float64(x*dy)-float64(y*dx)) / length(dx, dy) / straightM))
		for k := 1.0; k < n && len(out) <= MaxPoints; k++ {
			out = append(out, a.to(b, k/n).round().point())
		}
	}
	return out
}

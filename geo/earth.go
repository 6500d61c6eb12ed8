package geo

import "math"

// The ellipsoid of WGS84.
const (
	equatorM   = 6378137.0
	flattening = 1 / 298.257223563
	ecc2       = flattening * (2 - flattening) // eccentricity squared
)

// spot is a place between lattice points: latitude and longitude in units and
// fractions of one.
type spot struct{ lat, lon float64 }

func (p pt) spot() spot { return spot{float64(p.lat), float64(p.lon)} }

// to is the place at a fraction of the way to another, straight in degrees.
func (s spot) to(r spot, t float64) spot {
	return spot{s.lat + float64(t*(r.lat-s.lat)), s.lon + float64(t*(r.lon-s.lon))}
}

// round is the nearest lattice point.
func (s spot) round() pt { return pt{int64(math.Round(s.lat)), int64(math.Round(s.lon))} }

// vector is a place in metres from the Earth's centre, or what lies between
// two such places.
type vector struct{ x, y, z float64 }

// Distance is how far apart two points are, in metres over the WGS84
// ellipsoid: the length of the shortest way ([Inverse]). It is not a number
// when a point is not on the globe.
func Distance(p, q Point) float64 {
	metres, _, _ := Inverse(p, q)
	return metres
}

// vector is where a place lies.
func (s spot) vector() vector {
	sinLat, cosLat := sincos(s.lat)
	sinLon, cosLon := sincos(s.lon)
	n := normal(sinLat)
	out := float64(n * cosLat)
	return vector{float64(out * cosLon), float64(out * sinLon), float64(n * (1 - ecc2) * sinLat)}
}

// normal is the transverse radius of curvature, in metres.
func normal(sinLat float64) float64 {
	return equatorM / math.Sqrt(1-float64(ecc2*sinLat*sinLat))
}

// scale is how many metres a unit of longitude and a unit of latitude are at
// a latitude, by the two radii of curvature.
func scale(lat float64) (east, north float64) {
	sin, cos := sincos(lat)
	n := normal(sin)
	w2 := 1 - float64(ecc2*sin*sin)
	return float64(n * cos * unitsToRads), float64(n*(1-ecc2)*unitsToRads) / w2
}

func (v vector) minus(w vector) vector { return vector{v.x - w.x, v.y - w.y, v.z - w.z} }

// dot adds in one order, each product rounded.
func (v vector) dot(w vector) float64 {
	return float64(v.x*w.x) + float64(v.y*w.y) + float64(v.z*w.z)
}

func (v vector) length() float64 { return math.Sqrt(v.dot(v)) }

// arc is about the distance over the ground between two places on it: the
// straight line between them, lengthened to the arc that it cuts off a circle
// with the mean of their distances from the Earth's centre. It is right to a
// millionth up to 200 km, and a sixth of the work of [Inverse].
func arc(v, w vector) float64 {
	twice := v.length() + w.length()
	return float64(twice * asin(min(1, v.minus(w).length()/twice)))
}

// sincos is the sine and the cosine of an angle in units. The quarter turn is
// taken off exactly, then the series run to the last term that counts. The
// library's are not used: they may differ by machine in the last bit.
func sincos(units float64) (sin, cos float64) {
	quarter := math.Round(units / rightAngle)
	x := float64((units - float64(quarter*rightAngle)) * unitsToRads)
	x2 := float64(x * x)
	sin, cos = 1, 1
	for k := 18.0; k > 0; k -= 2 {
		sin = 1 - float64(x2*sin)/float64(k*(k+1))
		cos = 1 - float64(x2*cos)/float64(k*(k-1))
	}
	sin = float64(x * sin)
	switch int64(quarter) & 3 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}

// asin is the angle, in radians, whose sine is x, from 0 to 1. The series runs
// until its terms no longer count; above a half, the half angle is taken.
func asin(x float64) float64 {
	if x > 0.5 {
		return math.Pi/2 - float64(2*asin(math.Sqrt((1-x)/2)))
	}
	x2 := float64(x * x)
	sum, term := x, x
	for k := 1.0; term > float64(sum*1e-17); k += 2 {
		term = float64(term*x2*k*k) / float64((k+1)*(k+2))
		sum += term
	}
	return sum
}

// zone is the area of the ellipsoid between the equator and a latitude, for one
// radian of longitude: the authalic integral (Snyder, "Map Projections", 1987,
// equation 3-12).
func zone(lat float64) float64 {
	sin, _ := sincos(lat)
	x := float64(ecc2 * sin * sin)
	sum, term := 1.0, 1.0 // of the inverse hyperbolic tangent of e sin over e sin
	for k := 3.0; k < 20; k += 2 {
		term = float64(term * x)
		sum += term / k
	}
	return float64(equatorM * equatorM * (1 - ecc2) / 2 * sin * (1/(1-x) + sum))
}

// area is the area inside a ring: of each piece of its border, the zone under
// it by Simpson's rule.
func (c chain) area() float64 {
	sum := 0.0
	for i := range c.pts {
		p, q := c.pts[i].spot(), c.pts[(i+1)%len(c.pts)].spot()
		if p.lon == q.lon {
			continue
		}
		under := zone(p.lat) + float64(4*zone((p.lat+q.lat)/2)) + zone(q.lat)
		sum += float64((q.lon-p.lon)*unitsToRads*under) / 6
	}
	return math.Abs(sum)
}

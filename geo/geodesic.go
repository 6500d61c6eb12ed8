package geo

import "math"

// The shortest way over the WGS84 ellipsoid, by C. F. F. Karney, "Algorithms
// for geodesics", Journal of Geodesy 87 (2013) 43–55, doi
// 10.1007/s00190-012-0578-z. Latitudes are reduced (on the auxiliary sphere),
// arcs are on that sphere, and what is exact in the paper to some nanometres is
// so here.
const (
	polarM   = equatorM * (1 - flattening)
	ecc2b    = ecc2 / (1 - ecc2)             // second eccentricity, squared
	third    = flattening / (2 - flattening) // third flattening
	axes     = 1 - flattening
	least    = 1.4916681462400413e-154 // in place of nothing, where something is divided by it
	bit      = 2.220446049250313e-16
	flatArc  = 2.6e-8 // arcs below this are as good as straight
	mostTurn = 90     // turns of the search; some three are the rule

	degreeRads = math.Pi / 180
	farEquator = math.Pi * (1 - flattening) // beyond it the equator is not the shortest way
)

// end is one end of a geodesic: its reduced latitude, the longitude stretch
// there, and the azimuth.
type end struct {
	lat turned
	dn  float64
	azi turned
}

func endAt(latUnits float64) end {
	sin, cos := sincos(latUnits)
	b := turned{float64(axes * sin), cos}.unit()
	b.cos = max(least, b.cos)
	return end{lat: b, dn: math.Sqrt(1 + float64(ecc2b*b.sin*b.sin))}
}

// Inverse gives the shortest way from p to q: its length in metres, and its
// azimuths at both ends in degrees clockwise from north. They are not numbers
// when a point is not on the globe. Good to a millimetre at any distance and
// to some nanometres below 100 km, but for what the lattice takes off the
// points.
func Inverse(p, q Point) (metres, azimuthP, azimuthQ float64) {
	if p.check() != nil || q.check() != nil {
		return math.NaN(), math.NaN(), math.NaN()
	}
	return inverse(p.lattice().spot(), q.lattice().spot())
}

func inverse(p, q spot) (metres, azimuthP, azimuthQ float64) {
	lon := q.lon - p.lon
	lon = lon - float64(fullCircle*math.Round(lon/fullCircle))
	east, north, swap := 1.0, 1.0, math.Abs(p.lat) < math.Abs(q.lat)
	if lon < 0 {
		lon, east = -lon, -1
	}
	if swap {
		p, q = q, p
	}
	if p.lat >= 0 {
		north = -1 // solved with p in the south
	}
	a, b := endAt(float64(north*p.lat)), endAt(float64(north*q.lat))
	if a.lat.cos < -a.lat.sin {
		if b.lat.cos == a.lat.cos {
			b.lat.sin = sided(a.lat.sin, b.lat.sin)
		}
	} else if math.Abs(b.lat.sin) == -a.lat.sin {
		b.lat.cos = a.lat.cos
	}
	sinLon, cosLon := sincos(lon)
	metres = between(&a, &b, turned{sinLon, cosLon}, float64(lon*unitsToRads), float64(north*p.lat) == -rightAngle)
	if swap {
		a.azi, b.azi, north = b.azi, a.azi, -north
	}
	return metres, azimuth(flipped(a.azi, east, north)), azimuth(flipped(b.azi, east, north))
}

// sided is the size of one number with the sign of another.
func sided(size, sign float64) float64 {
	if sign < 0 {
		return -math.Abs(size)
	}
	return math.Abs(size)
}

func flipped(t turned, lon, lat float64) turned {
	return turned{float64(t.sin * lon), float64(t.cos * lat)}
}

// azimuth is a direction in degrees, from 0 up to 360.
func azimuth(t turned) float64 {
	d := t.angle() / degreeRads
	if d < 0 {
		d += 360
	}
	return d
}

// between solves for two ends with latitudes a ≤ 0 and |b| ≤ |a|, b's longitude
// ahead by up to half a turn, and sets their azimuths.
func between(a, b *end, lon turned, lonRads float64, pole bool) float64 {
	if pole || lon.sin == 0 {
		a.azi, b.azi = turned{lon.sin, lon.cos}, turned{0, 1}
		s1, s2 := turned{a.lat.sin, float64(a.azi.cos * a.lat.cos)}, turned{b.lat.sin, float64(b.azi.cos * b.lat.cos)}
		arc := arcOf(s1, s2)
		k, _ := curveOf(1)
		if along, reduced := k.lengths(arc, s1, a.dn, s2, b.dn); arc < 1 || reduced >= 0 {
			return float64(polarM * along)
		}
	}
	if a.lat.sin == 0 && lonRads <= farEquator {
		a.azi, b.azi = turned{1, 0}, turned{1, 0} // along the equator
		return float64(equatorM * lonRads)
	}
	if flat, ok := start(a, b, lon, lonRads); ok {
		return flat
	}
	return solve(a, b, lon)
}

// arcOf is the angle from one direction on to another, from 0 to π.
func arcOf(s1, s2 turned) float64 {
	d := s2.minus(s1)
	d.sin = max(0, d.sin)
	return d.angle()
}

// start guesses the azimuth at a by the sphere. Of a very short way it gives
// the length at once.
func start(a, b *end, lon turned, lonRads float64) (metres float64, flat bool) {
	rise := b.lat.minus(a.lat)
	over := float64(b.lat.sin*a.lat.cos) + float64(b.lat.cos*a.lat.sin)
	near := rise.cos >= 0 && rise.sin < 0.5 && float64(b.lat.cos*lonRads) < 0.5
	om, dnm := lon, 1.0
	if near {
		s, c := a.lat.sin+b.lat.sin, a.lat.cos+b.lat.cos
		m2 := float64(s * s)
		m2 /= m2 + float64(c*c)
		dnm = math.Sqrt(1 + float64(ecc2b*m2))
		om = turnedBy(lonRads / float64(axes*dnm))
	}
	sin := float64(b.lat.cos * om.sin)
	bend := float64(b.lat.cos * a.lat.sin * om.sin * om.sin)
	cos := over - bend/(1-om.cos)
	if om.cos >= 0 {
		cos = rise.sin + bend/(1+om.cos)
	}
	across := turned{sin, cos}.length()
	along := float64(a.lat.sin*b.lat.sin) + float64(a.lat.cos*b.lat.cos*om.cos)
	a.azi = turned{1, 0}
	if sin > 0 {
		a.azi = turned{sin, cos}.unit()
	}
	if !near || across >= flatArc {
		return 0, false
	}
	if across == 0 {
		a.azi, b.azi = turned{0, 1}, turned{0, 1}
		return 0, true
	}
	turn := 1 - om.cos
	if om.cos >= 0 {
		turn = float64(om.sin*om.sin) / (1 + om.cos)
	}
	b.azi = turned{float64(a.lat.cos * om.sin), rise.sin - float64(a.lat.cos*b.lat.sin*turn)}.unit()
	return float64(turned{across, along}.angle() * polarM * dnm), true
}

// solve finds the azimuth at a whose geodesic passes b's latitude at b's
// longitude: Newton's method, within a bracket that is halved where a step
// leads out of it (Karney 2013, section 4).
func solve(a, b *end, lon turned) float64 {
	low, high := turned{least, 1}, turned{least, -1}
	closing, stuck := false, false
	for turn := 0; ; turn++ {
		t := aim(a, b, lon)
		limit := bit
		if closing {
			limit = float64(8 * bit)
		}
		if stuck || !(math.Abs(t.miss) >= limit) || turn >= mostTurn {
			return t.metres
		}
		switch {
		case t.miss > 0 && a.azi.cos/a.azi.sin > high.cos/high.sin || t.miss > 0 && turn > 20:
			high = a.azi
		case t.miss < 0 && a.azi.cos/a.azi.sin < low.cos/low.sin || t.miss < 0 && turn > 20:
			low = a.azi
		}
		if turn < 20 && t.slope > 0 {
			by := -t.miss / t.slope
			if next := a.azi.plus(turnedBy(by)); math.Abs(by) < math.Pi && next.sin > 0 {
				a.azi, closing = next.unit(), math.Abs(t.miss) <= float64(16*bit)
				continue
			}
		}
		a.azi = turned{(low.sin + high.sin) / 2, (low.cos + high.cos) / 2}.unit()
		closing = false
		stuck = math.Abs(low.sin-a.azi.sin)+(low.cos-a.azi.cos) < bit ||
			math.Abs(a.azi.sin-high.sin)+(a.azi.cos-high.cos) < bit
	}
}

// shot is where a geodesic from a passes b's latitude: by how much it misses
// b's longitude, in radians, how that changes with the azimuth, and how long it
// is.
type shot struct{ miss, slope, metres float64 }

func aim(a, b *end, lon turned) shot {
	if a.lat.sin == 0 && a.azi.cos == 0 {
		a.azi.cos = -least
	}
	equator := turned{float64(a.azi.sin * a.lat.cos), turned{a.azi.cos, float64(a.azi.sin * a.lat.sin)}.length()}
	s1 := turned{a.lat.sin, float64(a.azi.cos * a.lat.cos)}
	o1 := turned{float64(equator.sin * a.lat.sin), s1.cos}
	s1 = s1.unit()
	b.azi = turned{a.azi.sin, math.Abs(a.azi.cos)}
	if b.lat.cos != a.lat.cos {
		b.azi.sin = equator.sin / b.lat.cos
	}
	if b.lat.cos != a.lat.cos || math.Abs(b.lat.sin) != -a.lat.sin {
		more := float64((a.lat.sin - b.lat.sin) * (a.lat.sin + b.lat.sin))
		if a.lat.cos < -a.lat.sin {
			more = float64((b.lat.cos - a.lat.cos) * (a.lat.cos + b.lat.cos))
		}
		c := float64(a.azi.cos * a.lat.cos)
		b.azi.cos = math.Sqrt(float64(c*c)+more) / b.lat.cos
	}
	s2 := turned{b.lat.sin, float64(b.azi.cos * b.lat.cos)}
	o2 := turned{float64(equator.sin * b.lat.sin), s2.cos}
	s2 = s2.unit()
	arc := arcOf(s1, s2)
	om := o2.minus(o1)
	om.sin = max(0, om.sin)
	k, _ := curveOf(equator.cos)
	shift := float64(flattening * k.a3 * equator.sin * (arc + (sines(s2, &k.c3) - sines(s1, &k.c3))))
	along, reduced := k.lengths(arc, s1, a.dn, s2, b.dn)
	out := shot{miss: om.minus(lon).angle() - shift, metres: float64(polarM * along)}
	if b.azi.cos == 0 {
		out.slope = float64(-2*axes*a.dn) / a.lat.sin
	} else {
		out.slope = float64(reduced*axes) / float64(b.azi.cos*b.lat.cos)
	}
	return out
}

// lengths are the length and the reduced length of an arc, in polar radii.
func (k curve) lengths(arc float64, s1 turned, dn1 float64, s2 turned, dn2 float64) (along, reduced float64) {
	b1 := sines(s2, &k.c1) - sines(s1, &k.c1)
	b2 := sines(s2, &k.c2) - sines(s1, &k.c2)
	along = float64((1 + k.a1) * (arc + b1))
	j := float64((k.a1-k.a2)*arc) + (float64((1+k.a1)*b1) - float64((1+k.a2)*b2))
	reduced = float64(dn2*float64(s1.cos*s2.sin)) - float64(dn1*float64(s1.sin*s2.cos)) - float64(s1.cos*s2.cos*j)
	return along, reduced
}

// Direct gives where one comes from a point in a direction (degrees clockwise
// from north) after some metres along the shortest way, and the azimuth there.
// It gives points that are not numbers when the point is not on the globe.
func Direct(p Point, azimuthDeg, metres float64) (q Point, azimuthQ float64) {
	if p.check() != nil || !(math.Abs(azimuthDeg) <= 720) || !(math.Abs(metres) <= 4e7) {
		return Point{math.NaN(), math.NaN()}, math.NaN()
	}
	s, azi := direct(p.lattice().spot(), float64(azimuthDeg*perDegree), metres)
	lon := s.lon - float64(fullCircle*math.Round(s.lon/fullCircle))
	return Point{s.lat / perDegree, lon / perDegree}, azi
}

func direct(p spot, azimuthUnits, metres float64) (spot, float64) {
	sin, cos := sincos(azimuthUnits)
	a := endAt(p.lat)
	equator := turned{float64(sin * a.lat.cos), turned{cos, float64(sin * a.lat.sin)}.length()}
	s1 := turned{a.lat.sin, float64(a.lat.cos * cos)}
	if a.lat.sin == 0 && cos == 0 {
		s1.cos = 1
	}
	o1 := turned{float64(equator.sin * a.lat.sin), s1.cos}
	s1 = s1.unit()
	k, eps := curveOf(equator.cos)
	b11 := sines(s1, &k.c1)
	inv := powers(inverseRows, eps)
	tau := metres / float64(polarM*(1+k.a1))
	back := -sines(s1.plus(turnedBy(b11)).plus(turnedBy(tau)), &inv)
	arc := tau - (back - b11)
	s2 := s1.plus(turnedBy(arc))
	lat := turned{float64(equator.cos * s2.sin), turned{equator.sin, float64(equator.cos * s2.cos)}.length()}
	if lat.cos == 0 {
		lat.cos, s2.cos = least, least
	}
	om := turned{float64(equator.sin * s2.sin), s2.cos}.minus(o1).angle()
	lon := om - float64(flattening*k.a3*equator.sin*(arc+(sines(s2, &k.c3)-sines(s1, &k.c3))))
	q := spot{turned{lat.sin, float64(axes * lat.cos)}.angle() / unitsToRads, p.lon + lon/unitsToRads}
	return q, azimuth(turned{equator.sin, float64(equator.cos * s2.cos)})
}

package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"parley/geo"
)

// off is how far got is from want, as a part of want.
func off(got, want float64) float64 { return math.Abs(got-want) / want }

// DEC-04 T: distances agree with published ones on WGS84.
func TestDistanceTable(t *testing.T) {
	dms := func(d, m, s float64) float64 { return d + m/60 + s/3600 }
	cases := []struct {
		name string
		p, q geo.Point
		want float64
		tol  float64
	}{
		{"a degree of latitude from 0", geo.Point{Lat: 0, Lon: 30}, geo.Point{Lat: 1, Lon: 30}, 110574.4, 1e-6},
		{"a degree of latitude around 45", geo.Point{Lat: 44.5, Lon: -30}, geo.Point{Lat: 45.5, Lon: -30}, 111132, 5e-6},
		{"a degree of longitude at 0", geo.Point{Lat: 0, Lon: 0}, geo.Point{Lat: 0, Lon: 1}, 111319.5, 1e-6},
		{"a degree of longitude at 45", geo.Point{Lat: 45, Lon: 7}, geo.Point{Lat: 45, Lon: 8}, 78847, 1e-4},
		{"a degree of longitude at 60", geo.Point{Lat: -60, Lon: 7}, geo.Point{Lat: -60, Lon: 8}, 55800, 1e-4},
		{"a hundredth of a degree at 45", geo.Point{Lat: 45, Lon: 7}, geo.Point{Lat: 45, Lon: 7.01}, 788.4683, 1e-6},
		{"a degree of latitude to the pole", geo.Point{Lat: 89, Lon: 7}, geo.Point{Lat: 90, Lon: 99}, 111693.9, 1e-6},
		{"over the pole", geo.Point{Lat: 89, Lon: 0}, geo.Point{Lat: 89, Lon: 180}, 2 * 111693.9, 2e-6},
		{"over the antimeridian", geo.Point{Lat: 0, Lon: 179.5}, geo.Point{Lat: 0, Lon: -179.5}, 111319.5, 1e-6},
		// The example of the Australian geodetic manual, on an ellipsoid
		// that is WGS84's within a tenth of a millimetre.
		{"Flinders Peak to Buninyong",
			geo.Point{Lat: -dms(37, 57, 3.72030), Lon: dms(144, 25, 29.52440)},
			geo.Point{Lat: -dms(37, 39, 10.15610), Lon: dms(143, 55, 35.38390)}, 54972.271, 1e-7},
		{"a quarter meridian", geo.Point{Lat: 0, Lon: 0}, geo.Point{Lat: 90, Lon: 0}, 10001965.7, 6e-3},
		{"pole to pole", geo.Point{Lat: -90, Lon: 0}, geo.Point{Lat: 90, Lon: 0}, 20003931.5, 6e-3},
		{"half the equator, by a pole", geo.Point{Lat: 0, Lon: 0}, geo.Point{Lat: 0, Lon: 180}, 20003931.5, 6e-3},
	}
	for _, c := range cases {
		d := geo.Distance(c.p, c.q)
		if off(d, c.want) > c.tol {
			t.Errorf("%s: %.4f m, want %.4f", c.name, d, c.want)
		}
		if back := geo.Distance(c.q, c.p); back != d {
			t.Errorf("%s: %v m there, %v back", c.name, d, back)
		}
		if z := geo.Distance(c.p, c.p); z != 0 {
			t.Errorf("%s: %v m from a point to itself", c.name, z)
		}
	}
}

func TestDistanceOffTheGlobe(t *testing.T) {
	for _, p := range []geo.Point{{Lat: 91}, {Lat: -90.5}, {Lon: 181}, {Lat: math.NaN()}, {Lon: math.Inf(-1)}} {
		if d := geo.Distance(p, geo.Point{}); !math.IsNaN(d) {
			t.Errorf("distance from %v is %v", p, d)
		}
	}
}

// DEC-04 T: distances agree with Vincenty's formulae, an independent method,
// better than promised: a millionth up to 200 km, 0.6 % beyond.
func TestDistanceAgreesWithVincenty(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 1))
	close, far := 0.0, 0.0
	for range 20000 {
		p := geo.Point{Lat: rnd.Float64()*179 - 89.5, Lon: rnd.Float64()*360 - 180}
		reach := math.Pow(10, rnd.Float64()*9.5-7) // of a degree, to 316
		q := step(p, reach*(rnd.Float64()-0.5), reach*(rnd.Float64()-0.5)/math.Cos(p.Lat*math.Pi/180))
		want, ok := vincenty(snap(p), snap(q))
		if !ok || want < 0.1 {
			continue
		}
		rel := off(geo.Distance(p, q), want)
		if want > 200e3 {
			far = max(far, rel)
		} else if rel > 1e-6 && math.Abs(geo.Distance(p, q)-want) > 1e-6 {
			t.Errorf("%v to %v: %v m, want %v", p, q, geo.Distance(p, q), want)
		} else {
			close = max(close, rel)
		}
	}
	if far > 0.006 || far == 0 || close == 0 {
		t.Errorf("off by up to %.2g up to 200 km, and %.2g beyond", close, far)
	}
}

// step is the point some degrees north and east, kept on the globe.
func step(p geo.Point, north, east float64) geo.Point {
	lon := math.Mod(p.Lon+east+540, 360)
	if lon < 0 {
		lon += 360
	}
	return geo.Point{Lat: max(-89.9, min(89.9, p.Lat+north)), Lon: lon - 180}
}

// snap is the point with eight decimals.
func snap(p geo.Point) geo.Point {
	return geo.Point{Lat: math.Round(p.Lat*1e8) / 1e8, Lon: math.Round(p.Lon*1e8) / 1e8}
}

// vincenty is the length of the geodesic between two points by T. Vincenty's
// inverse formula of 1975, and whether it converged.
func vincenty(p, q geo.Point) (float64, bool) {
	const a, f = 6378137.0, 1 / 298.257223563
	b := a * (1 - f)
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	u1, u2 := math.Atan((1-f)*math.Tan(rad(p.Lat))), math.Atan((1-f)*math.Tan(rad(q.Lat)))
	s1, c1 := math.Sincos(u1)
	s2, c2 := math.Sincos(u2)
	l := rad(q.Lon - p.Lon)
	lambda := l
	for range 200 {
		sl, cl := math.Sincos(lambda)
		ss := math.Hypot(c2*sl, c1*s2-s1*c2*cl)
		if ss == 0 {
			return 0, true
		}
		cs := s1*s2 + c1*c2*cl
		sigma := math.Atan2(ss, cs)
		sa := c1 * c2 * sl / ss
		ca2 := 1 - sa*sa
		cm := 0.0
		if ca2 > 0 {
			cm = cs - 2*s1*s2/ca2
		}
		c := f / 16 * ca2 * (4 + f*(4-3*ca2))
		before := lambda
		lambda = l + (1-c)*f*sa*(sigma+c*ss*(cm+c*cs*(2*cm*cm-1)))
		if math.Abs(lambda-before) > 1e-13 {
			continue
		}
		w := ca2 * (a*a - b*b) / (b * b)
		aa := 1 + w/16384*(4096+w*(-768+w*(320-175*w)))
		bb := w / 1024 * (256 + w*(-128+w*(74-47*w)))
		ds := bb * ss * (cm + bb/4*(cs*(2*cm*cm-1)-bb/6*cm*(4*ss*ss-3)*(4*cm*cm-3)))
		return b * aa * (sigma - ds), true
	}
	return 0, false
}

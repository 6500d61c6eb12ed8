package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"parley/geo"
)

// ring makes a ring of numbers: latitude, longitude, latitude, …
func ring(n ...float64) (r []geo.Point) {
	for pair := range slices.Chunk(n, 2) {
		r = append(r, geo.Point{Lat: pair[0], Lon: pair[1]})
	}
	return r
}

// polygon is the shape of a ring that must be one.
func polygon(t testing.TB, n ...float64) geo.Shape {
	t.Helper()
	return made(t)(geo.Polygon(ring(n...)))
}

// circle is the shape around a centre that must be one.
func circle(t testing.TB, lat, lon, radiusM float64) geo.Shape {
	t.Helper()
	return made(t)(geo.Circle(geo.Point{Lat: lat, Lon: lon}, radiusM))
}

func made(t testing.TB) func(geo.Shape, error) geo.Shape {
	return func(s geo.Shape, err error) geo.Shape {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// DEC-04 T: an area must be a geometry; what is none is refused with the
// place where it fails.
func TestPolygonRefuses(t *testing.T) {
	many := make([]geo.Point, geo.MaxPoints+1)
	cases := []struct {
		name string
		ring []geo.Point
		want string
	}{
		{"nothing", nil, "0 points"},
		{"a line", ring(10, 20, 10, 21), "2 points"},
		{"too many points", many, "10001 points; at most 10000"},
		{"no number", ring(10, 20, math.NaN(), 21, 11, 20), "point 2: latitude NaN"},
		{"no finite number", ring(10, 20, 10, math.Inf(1), 11, 20), "point 2: longitude +Inf"},
		{"beyond the pole", ring(10, 20, 10, 21, 90.1, 20), "point 3: latitude 90.1"},
		{"beyond the antimeridian", ring(10, -180.1, 10, 21, 11, 20), "point 1: longitude -180.1"},
		{"the pole", ring(89, 20, 89, 21, 90, 20.5), "touches a pole: not handled"},
		{"the other pole", ring(-89, 20, -89, 21, -90, 20.5), "touches a pole: not handled"},
		{"the antimeridian", ring(10, 179, 10, 180, 11, 179), "touches the antimeridian: not handled"},
		{"over the antimeridian", ring(10, 179, 10, -179, 11, 179), "crosses the antimeridian: not handled"},
		{"too tall", ring(10, 20, 15.001, 20, 11, 21), "spans 5.001 degrees of latitude"},
		{"too wide", ring(10, 20, 10, 25.5, 11, 21), "spans 5.500 degrees of longitude"},
		{"a repeated point", ring(10, 20, 10, 21, 10, 21, 11, 20), "point 3 repeats point 2"},
		{"a point repeated in the ninth decimal", ring(10, 20, 10, 21, 10, 21.000000004, 11, 20), "point 3 repeats point 2"},
		{"closed by repetition", ring(10, 20, 10, 21, 11, 20, 10, 20), "point 4 repeats point 1"},
		{"zero area", ring(10, 20, 10.5, 20.5, 11, 21), "on one line: the area is zero"},
		{"there and back", ring(10, 20, 10, 21, 10, 20, 10, 21.5), "the area is zero"},
		{"a bow tie", ring(10, 20, 11, 21, 11, 20, 10, 21),
			"the edge from point 1 to 2 crosses the edge from point 3 to 4 at 10.50000000, 20.50000000"},
		{"a crossing in uneven parts", ring(10, 20, 10, 21, 11, 20.9, 9.8, 20.1),
			"the edge from point 1 to 2 crosses the edge from point 3 to 4 at 10.00000000, 20.23333333"},
		{"a crossing with the closing edge", ring(10, 21, 10, 20, 11, 21, 11, 20),
			"the edge from point 2 to 3 crosses the edge from point 4 to 1 at 10.50000000, 20.50000000"},
		{"a corner on an edge", ring(10, 20, 10, 21, 11, 21, 10, 20.5, 11, 20),
			"the edge from point 1 to 2 touches the edge from point 3 to 4 at 10.00000000, 20.50000000"},
		{"two corners in one place", ring(10, 20, 10, 21, 10.5, 20.5, 11, 21, 11, 20, 10.5, 20.5),
			"the edge from point 2 to 3 touches the edge from point 5 to 6 at 10.50000000, 20.50000000"},
		{"a spike", ring(10, 20, 10, 21, 11, 21, 12, 21, 11, 21, 11, 20),
			"the edge from point 3 to 4 and the edge from point 4 to 5 run over each other from 12.00000000, 21.00000000"},
		{"a spike at the first point", ring(10, 19.5, 10, 21, 11, 21, 10, 20),
			"the edge from point 4 to 1 and the edge from point 1 to 2 run over each other from 10.00000000, 19.50000000"},
	}
	for _, c := range cases {
		s, err := geo.Polygon(c.ring)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if s.Ring != nil {
			t.Errorf("%s: refused, and made all the same", c.name)
		}
	}
}

// DEC-04 T: what can be drawn can be filed.
func TestPolygonAccepts(t *testing.T) {
	star := make([]geo.Point, geo.MaxPoints)
	for i := range star {
		r := 0.05 + 0.004*float64(i%2)
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / geo.MaxPoints)
		star[i] = geo.Point{Lat: -20 + r*sin, Lon: 70 + r*cos}
	}
	for name, r := range map[string][]geo.Point{
		"a triangle":              ring(10, 20, 10, 21, 11, 20),
		"clockwise":               ring(10, 20, 11, 20, 10, 21),
		"five degrees":            ring(-2.49, -2.5, -2.49, 2.5, 2.49, 2.5, 2.49, -2.5),
		"concave":                 ring(10, 20, 10, 21, 11, 21, 10.2, 20.5, 11, 20),
		"a point within an edge":  ring(10, 20, 10, 20.5, 10, 21, 11, 20),
		"the least there is":      ring(10, 20, 10, 20.00000001, 10.00000001, 20),
		"beside the antimeridian": ring(10, 179, 10, 179.99999999, 11, 179),
		"beside the pole":         ring(89, 20, 89, 21, 89.99999999, 20),
		"as many points as may":   star,
	} {
		s, err := geo.Polygon(r)
		if err != nil || !slices.Equal(s.Ring, r) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := ring(10, 20, 10, 21, 11, 20)
	s := made(t)(geo.Polygon(r))
	r[0] = geo.Point{}
	if s.Ring[0] != (geo.Point{Lat: 10, Lon: 20}) {
		t.Error("a shape changes with the slice that it was made of")
	}
}

func TestCircleRefuses(t *testing.T) {
	cases := []struct {
		lat, lon, radius float64
		want             string
	}{
		{math.NaN(), 0, 100, "centre: latitude NaN"},
		{0, 190, 100, "centre: longitude 190"},
		{10, 20, 0, "a radius of 0 m"},
		{10, 20, -5, "a radius of -5 m"},
		{10, 20, 0.0009, "a radius of 0.0009 m"},
		{10, 20, math.NaN(), "a radius of NaN m"},
		{10, 20, math.Inf(1), "a radius of +Inf m"},
		{10, 20, 1e300, "touches a pole"},
		{89.99, 20, 2000, "touches a pole: not handled"},
		{10, 179.999, 2000, "touches the antimeridian: not handled"},
		{89.999999999, 20, 1, "touches a pole: not handled"},
		{10, -180, 2000, "touches the antimeridian: not handled"},
		{0, 20, 280000, "degrees of latitude, more than 5"},
		{60, 20, 150000, "degrees of longitude, more than 5"},
	}
	for _, c := range cases {
		s, err := geo.Circle(geo.Point{Lat: c.lat, Lon: c.lon}, c.radius)
		if err == nil || !strings.Contains(err.Error(), c.want) || s.RadiusM != 0 {
			t.Errorf("a circle of %v m at %v, %v: %v, want %q", c.radius, c.lat, c.lon, err, c.want)
		}
	}
}

// DEC-04 T: an area above the agreed size can be told.
func TestArea(t *testing.T) {
	cases := []struct {
		name string
		s    geo.Shape
		want float64
	}{
		// Of the ellipsoid between parallels and meridians, by the authalic
		// integral.
		{"a square degree at 0", polygon(t, 0, 30, 0, 31, 1, 31, 1, 30), 12308778361},
		{"a square degree at 45", polygon(t, 44.5, 30, 44.5, 31, 45.5, 31, 45.5, 30), zone(44.5, 45.5)},
		{"four square degrees at 60", polygon(t, -61, 30, -61, 32, -59, 32, -59, 30), 2 * zone(59, 61)},
		{"a thousandth at 34", polygon(t, 34, 30, 34, 30.001, 34.001, 30.001, 34.001, 30), zone(34, 34.001) / 1000},
		{"clockwise", polygon(t, 44.5, 30, 45.5, 30, 45.5, 31, 44.5, 31), zone(44.5, 45.5)},
		{"a circle of 1 km", circle(t, 34, 30, 1000), math.Pi * 1e6},
		{"no shape", geo.Shape{}, 0},
	}
	for _, c := range cases {
		if got := c.s.AreaM2(); got != c.want && off(got, c.want) > 0.001 {
			t.Errorf("%s: %.0f m², want %.0f", c.name, got, c.want)
		}
	}
}

// DEC-04 T: the area of any polygon is that of GeographicLib's Planimeter.
func TestAreaAgreesWithPlanimeter(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 44))
	for range 40 {
		at := geo.Point{Lat: rnd.Float64()*140 - 70, Lon: rnd.Float64()*300 - 150}
		s := anyShape(t, rnd, at, math.Pow(10, -4*rnd.Float64()))
		if s.RadiusM > 0 {
			continue
		}
		var in []string
		for _, p := range s.Ring {
			in = append(in, fmt.Sprintf("%.8f %.8f", p.Lat, p.Lon))
		}
		out := oracleText(t, in, "Planimeter")
		var n, long, want float64
		if _, err := fmt.Sscan(out, &n, &long, &want); err != nil {
			t.Fatal(err)
		}
		if got, want := s.AreaM2(), math.Abs(want); math.Abs(got-want) > 0.002*long+0.01 {
			t.Errorf("%v: %v m², Planimeter %v", s.Ring, got, want)
		}
	}
}

// zone is the area of one degree of longitude between two parallels.
func zone(south, north float64) float64 {
	const a, f = 6378137.0, 1 / 298.257223563
	e2 := f * (2 - f)
	e := math.Sqrt(e2)
	q := func(lat float64) float64 {
		s := math.Sin(lat * math.Pi / 180)
		return s/(1-e2*s*s) + math.Atanh(e*s)/e
	}
	return a * a * (1 - e2) / 2 * (q(north) - q(south)) * math.Pi / 180
}

func TestBounds(t *testing.T) {
	s, w, n, e := polygon(t, 10, 20.25, 10.5, 21, 11, 20).Bounds()
	if s != 10 || w != 20 || n != 11 || e != 21 {
		t.Errorf("a triangle is in %v %v %v %v", s, w, n, e)
	}
	if s, w, n, e = (geo.Shape{}).Bounds(); s != 0 || w != 0 || n != 0 || e != 0 {
		t.Errorf("nothing is in %v %v %v %v", s, w, n, e)
	}
	rnd := rand.New(rand.NewPCG(4, 2))
	for range 2000 {
		lat := rnd.Float64()*140 - 70
		r := math.Pow(10, rnd.Float64()*4.57) // up to two degrees wide at 70
		c := circle(t, lat, 40, r)
		s, w, n, e := c.Bounds()
		for range 20 {
			p := around(geo.Point{Lat: lat, Lon: 40}, r, rnd.Float64()*2*math.Pi)
			if p.Lat < s || p.Lat > n || p.Lon < w || p.Lon > e {
				t.Errorf("%v lies on the circle of %v m around %v, 40 and outside its bounds", p, r, lat)
			}
		}
		high := geo.Distance(geo.Point{Lat: s, Lon: 40}, geo.Point{Lat: n, Lon: 40})
		wide := geo.Distance(geo.Point{Lat: lat, Lon: w}, geo.Point{Lat: lat, Lon: e})
		if high > 2.003*r+0.01 || wide > 2.003*r+0.01 {
			t.Errorf("the bounds of a circle of %v m at %v are %v m high and %v m wide", r, lat, high, wide)
		}
	}
}

// around is a point a distance away from another in a direction: found by
// steps with [geo.Distance].
func around(c geo.Point, metres, azimuth float64) geo.Point {
	sin, cos := math.Sincos(azimuth)
	d := metres / 111e3
	for range 8 {
		p := step(c, d*cos, d*sin/math.Cos(c.Lat*math.Pi/180))
		d *= metres / geo.Distance(c, p)
	}
	return step(c, d*cos, d*sin/math.Cos(c.Lat*math.Pi/180))
}

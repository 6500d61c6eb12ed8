package geo_test

import (
	"math"
	"testing"

	"parley/geo"
)

// A metre and a centimetre of latitude at 34, in degrees.
const (
	metre      = 1 / 110922.0
	centimetre = metre / 100
)

// square is a square of some degrees with its south-west corner in a place.
func square(t testing.TB, lat, lon, side float64) geo.Shape {
	t.Helper()
	return polygon(t, lat, lon, lat, lon+side, lat+side, lon+side, lat+side, lon)
}

// DEC-08 T: whether two areas touch, and how far apart they are: within a
// thousandth, and a millimetre. An edge is a geodesic: one of 9 km along a
// parallel bows by a metre.
func TestOverlapAndGap(t *testing.T) {
	sq := square(t, 34, 36, 0.1)
	corner := polygon(t, 34, 36, 34, 36.1, 34.1, 36.1, 34.1, 36.09, 34.01, 36.09, 34.01, 36) // an L
	dist := func(lat, lon, lat2, lon2 float64) float64 {
		return geo.Distance(geo.Point{Lat: lat, Lon: lon}, geo.Point{Lat: lat2, Lon: lon2})
	}
	apart := dist(34, 36, 34, 36.2)
	cases := []struct {
		name string
		a, b geo.Shape
		gap  float64
	}{
		{"identical", sq, square(t, 34, 36, 0.1), 0},
		{"the same the other way around", sq, polygon(t, 34.1, 36, 34.1, 36.1, 34, 36.1, 34, 36), 0},
		{"a shared edge", sq, square(t, 34, 36.1, 0.1), 0},
		{"a part of an edge", sq, square(t, 34.02, 36.1, 0.01), 0},
		{"an edge along the same line", sq, polygon(t, 34.1, 36.05, 34.1, 36.3, 34.2, 36.1), 0},
		{"a shared corner", sq, square(t, 34.1, 36.1, 0.1), 0},
		{"a corner on an edge", sq, polygon(t, 34.03, 36.1, 34, 36.2, 34.1, 36.2), 0},
		{"a corner on the east edge", sq, polygon(t, 34, 36.2, 34.03, 36.1, 34.1, 36.2), 0},
		{"a corner on the west edge", sq, polygon(t, 34, 35.9, 34.03, 36, 34.1, 35.9), 0},
		{"a corner below the bow of the south edge", sq, polygon(t, 33.9, 36, 34, 36.03, 33.9, 36.1), 0.946},
		{"a corner on the north edge", sq, polygon(t, 34.2, 36, 34.1, 36.03, 34.2, 36.1), 0},
		{"a corner on the east edge, and a point before", polygon(t, 33.9, 36.05, 34, 36.1, 34.1, 36.1, 34.1, 36), polygon(t, 34, 36.2, 34.03, 36.1, 34.1, 36.2), 0},
		{"a corner in the bay of a C, below its bow", polygon(t, 34, 36, 34, 36.1, 34.1, 36.1, 34.1, 36, 34.08, 36, 34.08, 36.08, 34.02, 36.08, 34.02, 36), polygon(t, 34.05, 36.02, 34.08, 36.04, 34.05, 36.06), 0.721},
		{"a corner on a slanted edge", polygon(t, 34, 36, 34, 37, 35, 36), polygon(t, 34.3, 36.7, 34.4, 36.8, 34.5, 36.7), 0},
		{"edges that cross", sq, polygon(t, 34.05, 35.9, 34.05, 36.2, 34.06, 36.2), 0},
		{"a corner inside", sq, square(t, 34.09, 36.09, 0.1), 0},
		{"one centimetre inside", sq, square(t, 34.1-centimetre, 36, 0.1), 0},
		{"contained", sq, square(t, 34.05, 36.05, 0.01), 0},
		{"contained with a shared edge", sq, square(t, 34, 36.05, 0.01), 0},
		{"one centimetre apart", sq, square(t, 34.1+centimetre, 36, 0.1), 0.01},
		{"one metre apart", sq, square(t, 34.1+metre, 36, 0.1), 1},
		{"one metre apart on the way east", sq, square(t, 34, 36.10001, 0.1), dist(34.1, 36.1, 34.1, 36.10001)},
		{"corners apart", sq, square(t, 34.11, 36.11, 0.1), dist(34.1, 36.1, 34.11, 36.11)},
		{"a hundred kilometres apart", sq, square(t, 34, 37.3, 0.1), dist(34.1, 36.1, 34.1, 37.3)},
		{"in the bay of an L", corner, square(t, 34.05, 36.07, 0.01), dist(34.06, 36.08, 34.06, 36.09)},
		{"a unit of longitude apart", sq, square(t, 34, 36.10000001, 0.1), 0},
		{"a border split by a rounded point", polygon(t, 34, 36, 34, 36.1, 34.1, 36.07), polygon(t, 34, 36, 34.03333333, 36.02333334, 34.1, 36.07, 34.1, 36), 0},
		{"a thing as thin as the grid", sq, polygon(t, 34.1, 36.05, 34.10000001, 36.05, 34.10000001, 36.05000001), 0},
		{"over the antimeridian", square(t, 0, 179.8, 0.1), square(t, 0, -179.9, 0.1), dist(0, 179.9, 0, -179.9)},
		{"half around the Earth", square(t, 0, -90, 0.1), square(t, 0, 89, 0.1), 178.9 * 111319.5},

		{"a circle around a corner", sq, circle(t, 34.1, 36.1, 10), 0},
		{"a circle inside", sq, circle(t, 34.05, 36.05, 10), 0},
		{"a circle around all", sq, circle(t, 34.05, 36.05, 20000), 0},
		{"a circle beside that holds all", sq, circle(t, 34.2, 36.05, 30000), 0},
		{"a circle that touches", sq, circle(t, 34.05, 36.11, dist(34.05, 36.1, 34.05, 36.11)), 0},
		{"a circle half a millimetre away", sq, circle(t, 34.05, 36.11, dist(34.05, 36.1, 34.05, 36.11)-0.0005), 0},
		{"a circle 2.5 millimetres away", sq, circle(t, 34.05, 36.11, dist(34.05, 36.1, 34.05, 36.11)-0.0025), 0.002},
		{"a circle one metre away", sq, circle(t, 34.05, 36.11, dist(34.05, 36.1, 34.05, 36.11)-1), 1},
		{"a circle off a corner", sq, circle(t, 34.11, 36.11, dist(34.1, 36.1, 34.11, 36.11)-5), 5},
		{"a circle in the bay of an L", corner, circle(t, 34.05, 36.05, 1000), dist(34.05, 36.05, 34.05, 36.09) - 1000},

		{"circles that overlap", circle(t, 34, 36, 9000), circle(t, 34, 36.2, 9700), 0},
		{"circles with one centre", circle(t, 34, 36, 9000), circle(t, 34, 36, 10), 0},
		{"one circle in another", circle(t, 34, 36, 9000), circle(t, 34.01, 36, 10), 0},
		{"circles that touch", circle(t, 34, 36, 9000), circle(t, 34, 36.2, apart-9000), 0},
		{"circles half a millimetre apart", circle(t, 34, 36, 9000), circle(t, 34, 36.2, apart-9000.0005), 0},
		{"circles two and a half millimetres apart", circle(t, 34, 36, 9000), circle(t, 34, 36.2, apart-9000.0025), 0.002},
		{"circles one centimetre apart", circle(t, 34, 36, 9000), circle(t, 34, 36.2, apart-9000.0105), 0.010},
		{"circles one metre apart", circle(t, 34, 36, 9000), circle(t, 34, 36.2, apart-9001), 1},
		{"nothing", geo.Shape{}, sq, math.Inf(1)},
		{"a shape that cannot be", geo.Shape{Centre: geo.Point{Lat: 99}, RadiusM: 5}, sq, math.Inf(1)},
	}
	for _, c := range cases {
		gap := geo.Gap(c.a, c.b)
		if gap != c.gap && (c.gap == 0 || math.Abs(gap-c.gap) > 0.001+c.gap/1000) {
			t.Errorf("%s: %v m apart, want %v", c.name, gap, c.gap)
		}
		if got := geo.Overlap(c.a, c.b); got != (c.gap == 0) {
			t.Errorf("%s: overlap is %v", c.name, got)
		}
		if geo.Overlap(c.b, c.a) != geo.Overlap(c.a, c.b) || geo.Gap(c.b, c.a) != gap {
			t.Errorf("%s: %v m apart, %v m the other way", c.name, gap, geo.Gap(c.b, c.a))
		}
	}
}

// PRO-08 T: what lies within the buffer of an entry is told, to the metre.
func TestWithin(t *testing.T) {
	sq := square(t, 34, 36, 0.1)
	round := circle(t, 34, 36, 500)
	at := func(lat, lon float64) geo.Point { return geo.Point{Lat: lat, Lon: lon} }
	cases := []struct {
		name   string
		p      geo.Point
		s      geo.Shape
		buffer float64
		want   bool
	}{
		{"inside", at(34.05, 36.05), sq, 0, true},
		{"inside, level with a corner", at(34.05, 36.05), polygon(t, 34, 36.05, 34.05, 36.1, 34.1, 36.05, 34.05, 36), 0, true},
		{"outside, level with a corner", at(34.05, 36.01), polygon(t, 34, 36, 34.05, 36.1, 34.1, 36, 34.05, 36.05), 0, false},
		{"outside, below an edge that is level", at(34.02, 36.01), polygon(t, 34, 36.05, 34, 36.1, 34.1, 36.1, 34.1, 36, 34.05, 36, 34.05, 36.05), 0, false},
		{"inside, level with an edge", at(34.05, 36.06), polygon(t, 34, 36, 34, 36.1, 34.05, 36.1, 34.05, 36.07, 34.1, 36.07, 34.1, 36), 0, true},
		{"on a corner", at(34, 36.1), sq, 0, true},
		{"on an edge", at(34.1, 36.033), sq, 0, true},
		{"less than the grid outside", at(34.1+0.4e-8, 36.033), sq, 0, true},
		{"a centimetre outside", at(34.033, 36.1+1.21*centimetre), sq, 0, false},
		{"a centimetre outside, with a buffer", at(34.033, 36.1+1.21*centimetre), sq, 0.012, true},
		{"below the bow of an edge along a parallel", at(34.1+90*centimetre, 36.05), sq, 0, true},
		{"above it", at(34.1+120*centimetre, 36.05), sq, 0, false},
		{"499 m away", at(34.1+499*metre, 36.05), sq, 500, true},
		{"502 m away, 501 from the bow", at(34.1+502.1*metre, 36.05), sq, 500, false},
		{"off a corner", at(34.11, 36.11), sq, 1500, true},
		{"farther off a corner", at(34.11, 36.11), sq, 1400, false},
		{"a buffer below zero", at(34.05, 36.05), sq, -1, true},
		{"no number as buffer", at(34.05, 36.05), sq, math.NaN(), false},
		{"no end to the buffer", at(-34, -144), sq, math.Inf(1), true},
		{"no point", geo.Point{Lat: math.NaN()}, sq, 500, false},
		{"no shape", at(34, 36), geo.Shape{}, math.Inf(1), false},
		{"in a circle", at(34+499*metre, 36), round, 0, true},
		{"outside a circle", at(34+501*metre, 36), round, 0, false},
		{"in the buffer of a circle", at(34+599*metre, 36), round, 100, true},
		{"outside the buffer of a circle", at(34+601*metre, 36), round, 100, false},
		{"over the antimeridian", at(0, 179.95), square(t, 0, -179.95, 0.1), 11132, true},
		{"over the antimeridian, too far", at(0, 179.95), square(t, 0, -179.95, 0.1), 11131, false},
	}
	for _, c := range cases {
		if got := geo.Within(c.p, c.s, c.buffer); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// DEC-08 T: a warning names one place, the same at every desk.
func TestMeet(t *testing.T) {
	sq := square(t, 34, 36, 0.1)
	cases := []struct {
		name     string
		a, b     geo.Shape
		lat, lon float64
	}{
		{"identical", sq, sq, 34.05, 36.05},
		{"a corner inside", sq, square(t, 34.06, 36.06, 0.1), 34.08, 36.08},
		{"contained", sq, square(t, 34.05, 36.05, 0.01), 34.055, 36.055},
		{"a shared edge", sq, square(t, 34, 36.1, 0.1), 34.05, 36.1},
		{"a shared corner", sq, square(t, 34.1, 36.1, 0.1), 34.1, 36.1},
		{"edges that cross", sq, polygon(t, 34.04, 35.9, 34.04, 36.2, 34.06, 36.2, 34.06, 35.9), 34.05, 36.05},
		{"apart", sq, square(t, 34.1, 36.3, 0.1), 34.1, 36.2},
		{"over the antimeridian", square(t, 0, 179.8, 0.1), polygon(t, 0.1, -179.7, 0.1, -179.6, 0.2, -179.6), 0.1, -179.9},
		{"a circle inside", sq, circle(t, 34.02, 36.03, 10), 34.02, 36.03},
		{"a circle around all", sq, circle(t, 34.2, 36.05, 30000), 34.1, 36.05},
		{"a circle with the same centre", circle(t, 34, 36, 10), circle(t, 34, 36, 20), 34, 36},
		{"a small circle in a large one", circle(t, 34, 36, 9000), circle(t, 34.02, 36, 10), 34.02, 36},
		{"equal circles", circle(t, 34, 36, 9500), circle(t, 34, 36.2, 9500), 34, 36.1},
		{"equal circles apart", circle(t, 34, 36, 10), circle(t, 34, 36.2, 10), 34, 36.1},
		{"nothing", geo.Shape{}, sq, 0, 0},
	}
	for _, c := range cases {
		p := geo.Meet(c.a, c.b)
		if math.Abs(p.Lat-c.lat) > 1e-4 || math.Abs(p.Lon-c.lon) > 1e-4 { // edges are geodesics, and bow by some metres
			t.Errorf("%s: %v, want %v, %v", c.name, p, c.lat, c.lon)
		}
		if back := geo.Meet(c.b, c.a); back != p {
			t.Errorf("%s: %v, and %v the other way", c.name, p, back)
		}
	}
	// Where what they share is in two pieces, one of its corners stands for it.
	comb := polygon(t, 34, 36, 34, 36.1, 34.1, 36.1, 34.1, 36.08, 34.02, 36.08, 34.02, 36.02, 34.1, 36.02, 34.1, 36)
	bar := polygon(t, 34.05, 35.9, 34.05, 36.2, 34.07, 36.2, 34.07, 35.9)
	if p := geo.Meet(comb, bar); !geo.Within(p, comb, 0) || !geo.Within(p, bar, 0) {
		t.Errorf("a comb and a bar meet in %v, which is not in both", p)
	}
}

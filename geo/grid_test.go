package geo_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"parley/geo"
)

// DEC-10: a shape that touches a square is laid over it, whatever the shape: no
// point of a shape lies outside its squares.
func TestSquaresMissNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 1))
	for i := range 400 {
		lat, lon := rng.Float64()*120-60, rng.Float64()*300-150
		g := []geo.Grid{30, 60, 90, 300, 900}[i%5]
		r := rng.Float64()*float64(g)*60 + 1
		at := geo.Point{Lat: lat, Lon: lon}
		var s geo.Shape
		var err error
		switch i % 3 {
		case 0:
			s, err = geo.Circle(at, r)
		case 1:
			s, err = geo.Corridor([]geo.Point{at, way(at, rng.Float64()*360, 3*r)}, r/10+1)
		default:
			turn := rng.Float64() * 90
			s, err = geo.Polygon([]geo.Point{way(at, turn, r), way(at, turn+120, 2*r), way(at, turn+240, r)})
		}
		if err != nil {
			t.Fatal(err)
		}
		margin := rng.Float64() * r
		list, err := g.Squares(s, margin)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(list, geo.Square.Compare) {
			t.Fatal("the squares are not sorted")
		}
		south, west, north, east := s.Bounds()
		d := (margin + r) / 111_000
		for range 200 {
			p := geo.Point{Lat: south - d + rng.Float64()*(north-south+2*d), Lon: west - d + rng.Float64()*(east-west+2*d)}
			if !geo.Within(p, s, margin) {
				continue
			}
			if sq, err := g.Squares(must(t)(geo.Circle(p, 0.001)), 0); err != nil || !slices.ContainsFunc(sq, func(q geo.Square) bool {
				_, found := slices.BinarySearchFunc(list, q, geo.Square.Compare)
				return found
			}) {
				t.Fatalf("shape %d, grid %d, margin %.1f: the point %v lies in none of its %d squares (%v)", i, g, margin, p, len(list), err)
			}
		}
	}
}

// Of a square's border inwards no other square is named: the answer is the grid.
func TestSquaresAreFew(t *testing.T) {
	g := geo.Grid(60)
	south, west, north, east := g.Bounds(geo.Square{North: 750, East: -2290})
	in := 0.0001
	s := must(t)(geo.Polygon([]geo.Point{{Lat: south + in, Lon: west + in}, {Lat: south + in, Lon: east - in}, {Lat: north - in, Lon: east - in}, {Lat: north - in, Lon: west + in}}))
	list, err := g.Squares(s, 0)
	if err != nil || !slices.Equal(list, []geo.Square{{North: 750, East: -2290}}) {
		t.Errorf("the inside of one square lies over %v, %v", list, err)
	}
	if n := len(g.Around(list)); n != 9 {
		t.Errorf("a square with those beside it is %d squares", n)
	}
	if km2 := g.AreaM2(list) / 1e6; km2 < 3.2 || km2 > 3.5 {
		t.Errorf("a square of a minute at 12.5° has %.2f km²", km2)
	}
}

func TestGridRefuses(t *testing.T) {
	s := must(t)(geo.Circle(geo.Point{Lat: 12, Lon: -38}, 100_000))
	for _, g := range []geo.Grid{0, -60, 901, 1} {
		if list, err := g.Squares(s, 0); err == nil {
			t.Errorf("a grid of %d seconds gives %d squares of a circle of 100 km", g, len(list))
		}
	}
	if _, err := geo.Grid(60).Squares(geo.Shape{}, 0); err == nil {
		t.Error("no shape at all is laid over squares")
	}
}

// way gives the point some metres away.
func way(p geo.Point, azimuth, m float64) geo.Point {
	q, _ := geo.Direct(p, azimuth, m)
	return q
}

// must takes a shape that is right.
func must(t *testing.T) func(geo.Shape, error) geo.Shape {
	return func(s geo.Shape, err error) geo.Shape {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

package geo

import (
	"math"
	"math/rand/v2"
	"testing"
)

// DEC-08 T: whether a point lies within some metres of a shape is what the
// measured gap says, wherever it lies, also within a hair of the edge.
func TestWithinIsTheGap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 11))
	inside, hair := 0, 0
	for range 20_000 {
		c := Point{Lat: rnd.Float64()*120 - 60, Lon: rnd.Float64()*340 - 170}
		size := math.Pow(10, 1+3.5*rnd.Float64())
		p := func(azimuth, metres float64) Point { q, _ := Direct(c, azimuth, metres); return q }
		var s Shape
		var err error
		switch rnd.IntN(3) {
		case 0:
			s, err = Circle(c, size)
		case 1:
			s, err = Corridor([]Point{p(10, size), p(130, size), p(250, size)}, size/7)
		default:
			s, err = Polygon([]Point{p(10, size), p(130, size), p(250, size)})
		}
		if err != nil {
			t.Fatal(err)
		}
		buffer := [...]float64{0, 0, 5, size / 3}[rnd.IntN(4)]
		at := p(360*rnd.Float64(), 2*size*rnd.Float64())
		if rnd.IntN(2) == 0 { // by the edge
			at = p(360*rnd.Float64(), s.RadiusM+buffer+0.01*(rnd.Float64()-0.5))
		}
		f, g := pair(s.figure(), figure{chain: newChain([]pt{at.lattice()}, false), box: boxOf([]pt{at.lattice()})})
		gap := f.gap(g, math.Inf(1))
		if got := Within(at, s, buffer); got != (gap <= buffer) {
			t.Fatalf("%v lies %v m from %v: within %v: %v", at, gap, s, buffer, got)
		}
		if gap <= buffer {
			inside++
		}
		if math.Abs(gap-buffer) < 0.01 {
			hair++
		}
	}
	if inside < 4000 || inside > 16_000 || hair < 1000 {
		t.Errorf("%d are inside, %d by the edge", inside, hair)
	}
}

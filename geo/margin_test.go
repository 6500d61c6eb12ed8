package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"parley/geo"
)

// DEC-08 T: whatever lies within a margin is found by every way that asks,
// whichever boxes stand before it: long shapes that reach over many latitudes,
// met on their side where a degree is narrowest, margins of every size. The way
// of the index too: boxes that are widened by half of the margin each.
func TestNoBoxHidesWhatIsNear(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 12))
	n := 0
	for range 60_000 {
		size := math.Pow(10, 2+3.2*rnd.Float64())
		lat := rnd.Float64()*130 - 65
		at := snap(geo.Point{Lat: lat, Lon: rnd.Float64()*300 - 150})
		turn := [...]float64{0, 360 * rnd.Float64()}[rnd.IntN(2)]
		end, _ := geo.Direct(at, turn, size)
		half := size * math.Pow(10, -3*rnd.Float64())
		var a geo.Shape
		var err error
		if rnd.IntN(2) == 0 {
			a, err = geo.Corridor([]geo.Point{at, snap(end)}, half)
		} else {
			side, _ := geo.Direct(end, turn+90, half)
			a, err = geo.Polygon([]geo.Point{at, snap(end), snap(side)})
			half = 0
		}
		if err != nil {
			continue
		}
		// Beside it, on its left, at a distance.
		metres, azimuth, _ := geo.Inverse(at, snap(end))
		foot, on := geo.Direct(at, azimuth, metres*[...]float64{0.001, 0.5, 0.999, rnd.Float64()}[rnd.IntN(4)])
		margin := size * math.Pow(10, -3.5*rnd.Float64())
		radius := margin * rnd.Float64()
		c, _ := geo.Direct(foot, on-90, half+margin+radius-0.004)
		b, err := geo.Circle(snap(c), radius+0.001)
		if err != nil {
			continue
		}
		n++
		gap := geo.Gap(a, b)
		if gap > margin {
			t.Fatalf("made to be %v m apart at most, found %v", margin, gap)
		}
		v, w := geo.Volume{Shape: a, Until: 1}, geo.Volume{Shape: b, Until: 1}
		if _, ok := v.Meets(w, geo.Margins{LateralM: margin}, geo.Ground{}); !ok {
			t.Fatalf("%v m apart, and not within %v m: %v and %v", gap, margin, a, b)
		}
		if !geo.Within(snap(c), a, margin+radius) {
			t.Fatalf("%v is not within %v m of %v", c, margin+radius, a)
		}
		x, y := geo.BoxOf(a, margin/2), geo.BoxOf(b, margin/2)
		if x.North < y.South || y.North < x.South || x.East < y.West || y.East < x.West {
			t.Fatalf("%v m apart, and the boxes of the index do not touch with %v m: %v and %v", gap, margin, a, b)
		}
		touching, err := geo.Circle(snap(c), radius+margin+0.002)
		if err == nil && !geo.Overlap(a, touching) {
			t.Fatalf("%v and %v touch, and do not overlap", a, touching)
		}
	}
	if n < 30_000 {
		t.Errorf("only %d pairs were made", n)
	}
}

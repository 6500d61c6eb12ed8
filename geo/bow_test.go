package geo

import (
	"math"
	"math/rand/v2"
	"testing"
)

// DEC-04 T: the straight pieces of an edge lie nowhere more than a millimetre
// beside its geodesic, give or take the lattice: also where it crosses the
// equator and bends both ways, and far north, where it bends more at one end.
func TestPiecesLieByTheGeodesic(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 9))
	worst := 0.0
	for i := range 3000 {
		lat := rnd.Float64()*150 - 75
		if i%3 == 0 {
			lat = rnd.Float64() - 0.5
		}
		reach := math.Pow(10, -3*rnd.Float64()) * 4
		p := Point{lat, rnd.Float64()*300 - 150}.lattice()
		q := Point{lat + reach*(rnd.Float64()-0.5), p.point().Lon + reach*(rnd.Float64()-0.5)}.lattice()
		e := span(p, q)
		between, ok := bow(e, maxPieces)
		if !ok {
			t.Fatalf("%v is parted into more than %d", e, maxPieces)
		}
		pts := append(append([]pt{e.a}, between...), e.b)
		metres, azimuth, _ := inverse(e.a.spot(), e.b.spot())
		for k := range len(pts) - 1 {
			for _, f := range []float64{0.25, 0.5, 0.75} { // the pieces are of one length
				x, _ := direct(e.a.spot(), azimuth*perDegree, metres*(float64(k)+f)/float64(len(pts)-1))
				if _, d := siteOf(x.round()).foot(span(pts[k], pts[k+1])); d > worst {
					worst = d
				}
				if worst > bowedM+0.0015 { // a unit of the lattice at the ends, and one of the place
					t.Fatalf("piece %d of %d of the edge from %v to %v lies %.4f m beside it", k+1, len(pts)-1, e.a.point(), e.b.point(), worst)
				}
			}
		}
	}
	t.Logf("at most %.2f mm", 1000*worst)
}

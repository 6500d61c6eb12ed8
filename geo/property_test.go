package geo_test

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"parley/geo"
)

// anyShape is a circle, or a polygon like a star with 3 to 12 points, up to
// about reach degrees across, near a place.
func anyShape(t testing.TB, rnd *rand.Rand, near geo.Point, reach float64) geo.Shape {
	t.Helper()
	c := geo.Point{Lat: near.Lat + reach*(rnd.Float64()-0.5), Lon: near.Lon + reach*(rnd.Float64()-0.5)}
	if rnd.IntN(3) == 0 {
		return circle(t, c.Lat, c.Lon, 1+reach*40e3*rnd.Float64())
	}
	n := 3 + rnd.IntN(10)
	r := make([]geo.Point, n)
	for i := range r {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.8*rnd.Float64()) / float64(n))
		d := reach * (0.1 + 0.4*rnd.Float64())
		r[i] = snap(geo.Point{Lat: c.Lat + d*sin, Lon: c.Lon + d*cos})
	}
	if s, err := geo.Polygon(r); err == nil {
		return s
	}
	return anyShape(t, rnd, near, reach) // three points on one side can cross
}

// pairs calls f with pairs of shapes of all sizes, most of them near each
// other, all over the Earth but the poles.
func pairs(t testing.TB, seed uint64, n int, f func(rnd *rand.Rand, a, b geo.Shape)) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(4, seed))
	for range n {
		at := geo.Point{Lat: rnd.Float64()*120 - 60, Lon: rnd.Float64()*340 - 170}
		reach := math.Pow(10, -4*rnd.Float64())
		a := anyShape(t, rnd, at, reach)
		at.Lat += reach * (rnd.Float64() - 0.5)
		at.Lon += reach * (rnd.Float64() - 0.5)
		f(rnd, a, anyShape(t, rnd, at, reach*math.Pow(4, rnd.Float64()-0.5)))
	}
}

// moved is the shape some degrees north and east.
func moved(t testing.TB, s geo.Shape, north, east float64) geo.Shape {
	t.Helper()
	by := func(p geo.Point) geo.Point { return snap(geo.Point{Lat: p.Lat + north, Lon: p.Lon + east}) }
	if s.RadiusM > 0 {
		return made(t)(geo.Circle(by(s.Centre), s.RadiusM))
	}
	r := slices.Clone(s.Ring)
	for i := range r {
		r[i] = by(r[i])
	}
	return made(t)(geo.Polygon(r))
}

// DEC-08 T: two desks that name two areas in either order get the same bits.
func TestSymmetry(t *testing.T) {
	overlaps := 0
	const n = 5000
	pairs(t, 1, n, func(_ *rand.Rand, a, b geo.Shape) {
		o, gap, m := geo.Overlap(a, b), geo.Gap(a, b), geo.Meet(a, b)
		if o {
			overlaps++
		}
		if geo.Overlap(b, a) != o || geo.Gap(b, a) != gap || geo.Meet(b, a) != m {
			t.Errorf("%v and %v: %v %v %v, and otherwise in the other order", a, b, o, gap, m)
		}
		if o != (gap == 0) || gap < 0 || math.Round(gap*1000)/1000 != gap {
			t.Errorf("%v and %v: overlap %v, gap %v", a, b, o, gap)
		}
		if !geo.Overlap(a, a) || geo.Gap(b, b) != 0 {
			t.Errorf("%v or %v does not overlap itself", a, b)
		}
	})
	if overlaps < n/10 || overlaps > n*9/10 {
		t.Errorf("%d of %d pairs overlap; the others are hardly tested", overlaps, n)
	}
}

// A polygon is the same area wherever its ring begins and whichever way it
// runs.
func TestRingsThatAreOne(t *testing.T) {
	pairs(t, 2, 2000, func(rnd *rand.Rand, a, b geo.Shape) {
		if a.RadiusM > 0 {
			return
		}
		r := slices.Clone(a.Ring)
		k := rnd.IntN(len(r))
		r = append(r[k:], r[:k]...)
		if rnd.IntN(2) == 0 {
			slices.Reverse(r)
		}
		c := made(t)(geo.Polygon(r))
		if geo.Overlap(c, b) != geo.Overlap(a, b) || geo.Gap(c, b) != geo.Gap(a, b) {
			t.Errorf("%v and %v: the gap is %v or, drawn otherwise, %v", a, b, geo.Gap(a, b), geo.Gap(c, b))
		}
		if off(c.AreaM2(), a.AreaM2()) > 1e-9 {
			t.Errorf("%v: %v m² or, drawn otherwise, %v", a, a.AreaM2(), c.AreaM2())
		}
	})
}

// Around the Earth at one latitude, nothing changes; over the antimeridian
// neither.
func TestTranslation(t *testing.T) {
	pairs(t, 3, 2000, func(rnd *rand.Rand, a, b geo.Shape) {
		gap := geo.Gap(a, b)
		check := func(a2, b2 geo.Shape) {
			t.Helper()
			if d := math.Abs(geo.Gap(a2, b2) - gap); d > 0.0011 {
				t.Errorf("%v and %v are %v m apart, and %v elsewhere", a, b, gap, gap+d)
			}
			if gap == 0 != geo.Overlap(a2, b2) && gap+geo.Gap(a2, b2) > 0.0011 {
				t.Errorf("%v and %v: the gap is %v, and not elsewhere", a, b, gap)
			}
		}
		_, w, _, e := a.Bounds()
		_, w2, _, e2 := b.Bounds()
		east := math.Round(1e6*(rnd.Float64()*(-170-min(w, w2))+rnd.Float64()*(170-max(e, e2)))) / 1e6
		check(moved(t, a, 0, east), moved(t, b, 0, east))
		if w > e2 { // a to the far west, b to the far east
			edge := snap(geo.Point{Lon: (w + e2) / 2}).Lon
			check(moved(t, a, 0, -180-edge), moved(t, b, 0, 180-edge))
		}
	})
}

// Two shapes are at least as far apart as the parallels between them.
func TestGapOverParallels(t *testing.T) {
	tested := 0
	pairs(t, 4, 3000, func(_ *rand.Rand, a, b geo.Shape) {
		_, _, n, _ := a.Bounds()
		s, _, _, _ := b.Bounds()
		if n >= s {
			return
		}
		tested++
		if gap, least := geo.Gap(a, b), geo.Distance(geo.Point{Lat: n}, geo.Point{Lat: s}); gap < least-0.002 {
			t.Errorf("%v and %v are %v m apart, and their parallels %v", a, b, gap, least)
		}
	})
	if tested < 100 {
		t.Errorf("only %d pairs lie so", tested)
	}
}

// DEC-08 T: where two areas are said to meet, both are.
func TestMeetIsInBoth(t *testing.T) {
	pairs(t, 5, 4000, func(_ *rand.Rand, a, b geo.Shape) {
		m, gap := geo.Meet(a, b), geo.Gap(a, b)
		// The middle of the way, give or take the grid, and the bend of a line
		// that is straight in degrees.
		slack := gap/2 + 0.002 + 1e-5*(gap+a.RadiusM+b.RadiusM)
		if !geo.Within(m, a, slack) || !geo.Within(m, b, slack) {
			t.Errorf("%v and %v, %v m apart, meet in %v, which is %v not in both", a, b, gap, m, slack)
		}
	})
}

// border is many points of a shape's border.
func border(s geo.Shape, n int) (pts []geo.Point) {
	if s.RadiusM > 0 {
		for i := range n {
			pts = append(pts, around(s.Centre, s.RadiusM, 2*math.Pi*float64(i)/float64(n)))
		}
		return pts
	}
	for i, p := range s.Ring {
		q := s.Ring[(i+1)%len(s.Ring)]
		for k := range n / len(s.Ring) {
			f := float64(k) / float64(n/len(s.Ring))
			metres, azimuth, _ := geo.Inverse(p, q)
			x, _ := geo.Direct(p, azimuth, f*metres)
			pts = append(pts, x)
		}
	}
	return pts
}

// DEC-08 T: no way between points of two borders is shorter than the gap, and
// one is hardly longer; when two areas overlap, a point of one border lies in
// the other area, and when they do not, none does.
func TestAgreesWithManyPoints(t *testing.T) {
	pairs(t, 6, 120, func(_ *rand.Rand, a, b geo.Shape) {
		as, bs := border(a, 180), border(b, 180)
		shortest, step := math.Inf(1), 0.0
		shared := false
		for i, p := range as {
			step = max(step, geo.Distance(p, as[(i+1)%len(as)]))
			shared = shared || geo.Within(p, b, 0)
			for _, q := range bs {
				shortest = min(shortest, geo.Distance(p, q))
			}
		}
		for j, q := range bs {
			step = max(step, geo.Distance(q, bs[(j+1)%len(bs)]))
			shared = shared || geo.Within(q, a, 0)
		}
		gap := geo.Gap(a, b)
		switch {
		case gap > 0 && shared, gap == 0 && !shared && shortest > step:
			t.Errorf("%v and %v: the gap is %v, and a point in common found: %v", a, b, gap, shared)
		case gap > 0 && (gap > shortest*(1+1e-4)+0.01 || shortest > gap+step):
			t.Errorf("%v and %v: the gap is %v, the shortest way found %v with steps of %v", a, b, gap, shortest, step)
		}
	})
}

// Far apart, the gap is still within 0.6 % of the shortest way there is.
func TestGapFarAway(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 7))
	large := func(lat, lon float64) geo.Shape {
		n := func(c float64) float64 { return c + 1.9*rnd.Float64() }
		return made(t)(geo.Polygon(ring(n(lat), n(lon), n(lat), n(lon), n(lat), n(lon))))
	}
	for range 200 {
		lat, lon := rnd.Float64()*100-50, rnd.Float64()*200-175
		a, b := large(lat, lon), large(lat+25*(rnd.Float64()-0.5), lon+140*rnd.Float64())
		shortest, step := math.Inf(1), 6e3
		for _, p := range border(a, 90) {
			for _, q := range border(b, 90) {
				shortest = min(shortest, geo.Distance(p, q))
			}
		}
		if gap := geo.Gap(a, b); gap > shortest*1.0001 || gap < shortest*0.994-step {
			t.Errorf("%v and %v: the gap is %v, the shortest way found %v", a, b, gap, shortest)
		}
	}
}

// DEC-08 T: the same bits on every machine: on amd64 and on arm64, which
// multiplies and adds in one step, this is one number.
func TestSameBits(t *testing.T) {
	h := fnv.New64a()
	put := func(fs ...float64) {
		for _, f := range fs {
			bits := math.Float64bits(f)
			for i := range 8 {
				h.Write([]byte{byte(bits >> (8 * i))})
			}
		}
	}
	rnd := rand.New(rand.NewPCG(4, 8))
	for range 3000 {
		// No sine in the making of these, which could differ itself.
		lat, lon := int64(rnd.IntN(120))-60, int64(rnd.IntN(340))-170
		any := func() geo.Shape {
			n := func(c int64) float64 { return float64(c*100_000_000+rnd.Int64N(60_000_000)) / 100_000_000 }
			if rnd.IntN(3) == 0 {
				return made(t)(geo.Circle(geo.Point{Lat: n(lat), Lon: n(lon)}, float64(1+rnd.IntN(20_000_000))/1000))
			}
			return made(t)(geo.Polygon(ring(n(lat), n(lon), n(lat), n(lon), n(lat), n(lon))))
		}
		a, b := any(), any()
		m := geo.Meet(a, b)
		s, w, n, e := a.Bounds()
		put(geo.Gap(a, b), m.Lat, m.Lon, a.AreaM2(), b.AreaM2(), s, w, n, e, geo.Distance(m, geo.Point{Lat: s, Lon: e}))
		put(geo.Distance(m, geo.Point{Lat: -s, Lon: -w}))
	}
	if got, want := h.Sum64(), uint64(0xec050fa04fef3633); got != want {
		t.Errorf("the results hash to %#x, not %#x: this machine, or a change, computes otherwise", got, want)
	}
}

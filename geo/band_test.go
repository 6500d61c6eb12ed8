package geo

import (
	"math/rand/v2"
	"testing"
)

// bandsOver gives two areas so many metres apart, 0 for the same one.
func bandsOver(t *testing.T, apart float64) (a, b Shape) {
	t.Helper()
	at := Point{Lat: 12.5, Lon: -38.2}
	there, _ := Direct(at, 90, 2000+apart)
	a, err := Circle(at, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = Circle(there, 1000); err != nil {
		t.Fatal(err)
	}
	if apart == 0 {
		b = a
	}
	return a, b
}

// DEC-08, DEC-11: bands are compared by what they are measured from. Over one
// ground what lies above the ground has one measure; beside each other it has
// none but what the ground may be.
func TestBandsByTheirReference(t *testing.T) {
	hills := Ground{LowM: 0, HighM: 800, GeoidLowM: 20, GeoidHighM: 22}
	agl := func(m float64) Height { return Height{M: m, Reference: AGL} }
	msl := func(m float64) Height { return Height{M: m, Reference: MSL} }
	surface := Height{Reference: Surface}
	for _, x := range []struct {
		name                   string
		low, high, low2, high2 Height
		apart                  float64
		meets                  bool
		rule                   string
	}{
		{"over one ground", agl(0), agl(100), agl(600), agl(700), 0, false, ""},
		{"over one ground, at the margin", agl(0), agl(100), agl(200), agl(700), 0, true, ByHeight},
		{"beside each other, over other ground", agl(0), agl(100), agl(600), agl(700), 900, true, ByEstimate},
		{"beside each other, above all hills", agl(0), agl(100), agl(1001), agl(1100), 900, false, ""},
		{"beside each other, by the sea", msl(0), msl(100), msl(201), msl(700), 900, false, ""},
		{"the surface and what flies over it", surface, surface, agl(500), agl(600), 0, false, ""},
		{"the surface and what flies low over it", surface, surface, agl(50), agl(600), 0, true, ByHeight},
		{"over the sea and over the ground", agl(0), agl(100), msl(1000), msl(1100), 0, true, ByEstimate},
		{"over the sea, above all hills", agl(0), agl(100), msl(1001), msl(1100), 0, false, ""},
		{"the ellipsoid, above all hills", agl(0), agl(100), Height{M: 1023, Reference: Ellipsoid}, Height{M: 1100, Reference: Ellipsoid}, 0, false, ""},
		{"the ellipsoid, below the hilltops", agl(0), agl(100), Height{M: 1021, Reference: Ellipsoid}, Height{M: 1100, Reference: Ellipsoid}, 0, true, ByEstimate},
		{"what may be upside down is as wide as it may be", msl(700), agl(100), agl(650), agl(660), 0, true, ByEstimate},
		{"an open top", agl(0), Height{}, msl(9000), msl(9100), 0, true, ByEstimate},
	} {
		s, u := bandsOver(t, x.apart)
		a, b := Volume{Shape: s, Low: x.low, High: x.high, Until: 1000}, Volume{Shape: u, Low: x.low2, High: x.high2, Until: 1000}
		m := Margins{LateralM: 2000, VerticalM: 100}
		c, ok := a.Meets(b, m, hills)
		d, back := b.Meets(a, m, hills)
		if ok != x.meets || back != x.meets || c != d || ok && c.Rule != x.rule {
			t.Errorf("%s: %v %+v, the other way %v %+v; want %v by %q", x.name, ok, c, back, d, x.meets, x.rule)
		}
	}
}

// DEC-08: against the ground itself, drawn at random under each of the two: no
// two bands that are nearer than the margin anywhere are said to be apart.
func TestBandsMissNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 11))
	g := Ground{LowM: -50, HighM: 900, GeoidLowM: 18, GeoidHighM: 24}
	references := []string{Ellipsoid, MSL, AGL, Surface, ""}
	height := func() Height {
		h := Height{M: float64(r.IntN(1600)), Reference: references[r.IntN(len(references))], OffM: float64(r.IntN(20))}
		if h.Reference == Surface {
			h.M = 0
		}
		if h.Reference == "" {
			h = Height{}
		}
		return h
	}
	within := func(low, high float64) float64 { return low + r.Float64()*(high-low) }
	really := func(h Height, ground, geoid, open float64) float64 { // above the ellipsoid
		m := h.M + within(-h.OffM, h.OffM)
		switch h.Reference {
		case AGL, Surface:
			return m + ground + geoid
		case MSL:
			return m + geoid
		case "":
			return open
		}
		return m
	}
	met, apart := 0, 0
	for range 200_000 {
		v, w := Volume{Low: height(), High: height()}, Volume{Low: height(), High: height()}
		if UpsideDown(v.Low, v.High, g) || UpsideDown(w.Low, w.High, g) {
			continue
		}
		together := r.IntN(2) == 0
		ground, geoid := within(g.LowM, g.HighM), within(g.GeoidLowM, g.GeoidHighM)
		band := func(v Volume) (low, high float64) {
			low, high = really(v.Low, ground, geoid, -noLimit), really(v.High, ground, geoid, noLimit)
			return min(low, high), max(low, high)
		}
		low, high := band(v)
		if !together {
			ground = within(g.LowM, g.HighM)
		}
		low2, high2 := band(w)
		gap := max(0, low2-high, low-high2)
		if least, _ := v.between(w, together, g); least > gap+1e-9 {
			t.Fatalf("%+v and %+v (together %v): %v m apart where they are %v", v, w, together, least, gap)
		} else if least > 0 {
			apart++
		}
		if gap == 0 {
			met++
		}
	}
	if met < 1000 || apart < 1000 {
		t.Errorf("%d meet and %d are told apart: this tells nothing", met, apart)
	}
}

// DEC-11: a band whose top lies below its bottom wherever the ground may be is
// refused, and a height above the surface is not the surface.
func TestBandsRefused(t *testing.T) {
	s, _ := bandsOver(t, 0)
	for _, x := range []struct {
		low, high Height
		ok        bool
	}{
		{Height{M: 12000, Reference: MSL}, Height{M: 100, Reference: AGL}, false},
		{Height{M: 3500, Reference: MSL}, Height{M: 100, Reference: AGL}, true}, // on a high mountain
		{Height{M: 100, Reference: AGL}, Height{Reference: Surface}, false},
		{Height{Reference: Surface}, Height{M: 6000, Reference: Surface}, false},
		{Height{Reference: Surface}, Height{M: 6000, Reference: AGL}, true},
		{Height{M: 200, Reference: AGL}, Height{M: 100, Reference: AGL}, false},
		{Height{}, Height{M: 100, Reference: AGL}, true},
	} {
		if err := (Volume{Shape: s, Low: x.low, High: x.high, Until: 1}).Validate(); (err == nil) != x.ok {
			t.Errorf("%+v to %+v: %v", x.low, x.high, err)
		}
	}
	if !UpsideDown(Height{M: 3500, Reference: MSL}, Height{M: 100, Reference: AGL}, Ground{HighM: 500}) {
		t.Error("a band that is upside down over low ground is none")
	}
}

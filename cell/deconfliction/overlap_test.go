package deconfliction_test

import (
	"math/rand/v2"
	"testing"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/geo"
)

func square(t *testing.T, west, south, side float64) geo.Shape {
	t.Helper()
	s, err := geo.Polygon([]geo.Point{{Lat: south, Lon: west}, {Lat: south, Lon: west + side}, {Lat: south + side, Lon: west + side}, {Lat: south + side, Lon: west}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// DEC-08 T, in part: touching is a conflict; nearer than the larger margin is
// one, farther is none.
func TestMeet(t *testing.T) {
	whole := cell.Span{From: 1000, Until: 2000}
	at := func(west float64, margin int64) deconfliction.Volume {
		return deconfliction.Volume{Shape: square(t, west, 12.4, 0.01), Window: whole, MarginM: margin}
	}
	a := at(-38.20, 0)
	for _, tt := range []struct {
		what string
		b    deconfliction.Volume
		ok   bool
		gap  int64
	}{
		{"the same area", at(-38.20, 0), true, 0},
		{"one edge in common", at(-38.19, 0), true, 0},
		{"a metre beside it", at(-38.18999, 0), false, 0},
		{"a metre beside it, margin 2 m", at(-38.18999, 2), true, 2}, // 1.09 m, rounded up
		{"a metre beside it, margin 1 m", at(-38.18999, 1), false, 0},
		{"1 km beside it, margin 1000 m", at(-38.18079, 1000), false, 0}, // 1001 m
		{"1 km beside it, margin 1002 m", at(-38.18079, 1002), true, 1002},
	} {
		m, ok := deconfliction.Meet(a, tt.b)
		if ok != tt.ok || m.GapM != tt.gap {
			t.Errorf("%s: %v, gap %d m, want %v, %d m", tt.what, ok, m.GapM, tt.ok, tt.gap)
		}
	}
	for what, tt := range map[string]struct {
		w  cell.Span
		ok bool
	}{
		"one instant in common": {cell.Span{From: 2000, Until: 3000}, true},
		"a millisecond later":   {cell.Span{From: 2001, Until: 3000}, false},
		"a millisecond before":  {cell.Span{From: 1, Until: 999}, false},
		"within":                {cell.Span{From: 1400, Until: 1500}, true},
	} {
		b := a
		b.Window = tt.w
		if _, ok := deconfliction.Meet(a, b); ok != tt.ok {
			t.Errorf("%s: %v, want %v", what, ok, tt.ok)
		}
	}
}

// Whichever volume is named first, the answer is the same, in every part; what
// meets without a margin meets with any; and the place said lies no farther
// from either area than the margin.
func TestMeetIsTheSameBothWays(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	references := []string{"AGL", "MSL", "ellipsoid"}
	random := func() deconfliction.Volume {
		v := deconfliction.Volume{MarginM: int64(rng.IntN(4)) * 500}
		west, south := -38.2+rng.Float64()*0.04, 12.4+rng.Float64()*0.04
		if rng.IntN(2) == 0 {
			v.Shape = square(t, west, south, 0.001+rng.Float64()*0.02)
		} else {
			s, err := geo.Circle(geo.Point{Lat: south, Lon: west}, 50+rng.Float64()*1500)
			if err != nil {
				t.Fatal(err)
			}
			v.Shape = s
		}
		v.Window.From = int64(rng.IntN(100))
		v.Window.Until = v.Window.From + 1 + int64(rng.IntN(100))
		if rng.IntN(3) > 0 {
			low := int64(rng.IntN(1000))
			v.Height = []cell.Height{{LowM: low, HighM: low + int64(rng.IntN(1000)), Reference: references[rng.IntN(3)]}}
		}
		return v
	}
	met := 0
	for range 3000 {
		a, b := random(), random()
		m, ok := deconfliction.Meet(a, b)
		n, back := deconfliction.Meet(b, a)
		if ok != back || m != n {
			t.Fatalf("%+v\n%+v\n%v %+v, and the other way %v %+v", a, b, ok, m, back, n)
		}
		if !ok {
			wider := a
			wider.MarginM = 0
			other := b
			other.MarginM = 0
			if _, nearer := deconfliction.Meet(wider, other); nearer {
				t.Fatalf("%+v\n%+v meet without a margin, and not with one", a, b)
			}
			continue
		}
		met++
		if m.From > m.Until || m.GapM > m.MarginM || m.From < a.Window.From || m.Until > b.Window.Until {
			t.Fatalf("%+v\n%+v meet as %+v", a, b, m)
		}
		for _, v := range []deconfliction.Volume{a, b} {
			if !geo.Within(m.Where.Point(), v.Shape, float64(m.MarginM)+2) {
				t.Fatalf("%+v is not near %+v", m.Where, v)
			}
		}
	}
	if met < 300 || met > 2700 {
		t.Errorf("%d of 3000 pairs meet: too few or too many to show anything", met)
	}
}

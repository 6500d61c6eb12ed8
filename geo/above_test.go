package geo_test

import (
	"testing"

	"parley/geo"
)

// DEC-11 T: 300 ft above the ground and 300 ft above the sea over a mountain
// are two heights: the second lies below its ground.
func TestHeightIn(t *testing.T) {
	const feet = 0.3048
	mountain := geo.Ground{LowM: 2000, HighM: 2814, GeoidLowM: 20, GeoidHighM: 24}
	low, high := 300*feet+2000, 300*feet+2814
	for _, x := range []struct {
		h         geo.Height
		reference string
		low, high float64
	}{
		{geo.Height{M: 300 * feet, Reference: geo.AGL}, geo.AGL, 300 * feet, 300 * feet},
		{geo.Height{M: 300 * feet, Reference: geo.AGL}, geo.MSL, low, high},
		{geo.Height{M: 300 * feet, Reference: geo.AGL}, geo.Ellipsoid, low + 20, high + 24},
		{geo.Height{M: 300 * feet, Reference: geo.MSL}, geo.AGL, 300*feet - 2814, 300*feet - 2000},
		{geo.Height{M: 3000, Reference: geo.Ellipsoid, OffM: 10}, geo.MSL, 2990 - 24, 3010 - 20},
		{geo.Height{M: 3000, Reference: geo.Ellipsoid}, geo.AGL, 3000 - 24 - 2814, 3000 - 20 - 2000},
		{geo.Height{Reference: geo.Surface}, geo.MSL, 2000, 2814},
		{geo.Height{Reference: geo.Surface, OffM: 3}, geo.AGL, -3, 3},
	} {
		l, h, ok := x.h.In(x.reference, mountain)
		if !ok || l != x.low || h != x.high {
			t.Errorf("%+v in %s: %v to %v, %v; want %v to %v", x.h, x.reference, l, h, ok, x.low, x.high)
		}
	}
	agl, _, _ := geo.Height{M: 300 * feet, Reference: geo.AGL}.In(geo.MSL, mountain)
	if _, msl, _ := (geo.Height{M: 300 * feet, Reference: geo.MSL}).In(geo.MSL, mountain); agl <= msl {
		t.Errorf("300 ft AGL begins at %v m MSL, 300 ft MSL ends at %v", agl, msl)
	}
	for _, h := range []geo.Height{{}, {M: 5, Reference: "QFE"}} {
		if _, _, ok := h.In(geo.MSL, mountain); ok {
			t.Errorf("%+v is converted", h)
		}
	}
	if _, _, ok := (geo.Height{Reference: geo.MSL}).In("QNH", mountain); ok {
		t.Error("into no reference")
	}
}

// There and back the first height lies within what comes back, and nothing is
// made narrower.
func TestHeightInAndBack(t *testing.T) {
	g := geo.Ground{LowM: -440, HighM: 2900, GeoidLowM: 10, GeoidHighM: 30}
	all := []string{geo.AGL, geo.MSL, geo.Ellipsoid}
	for _, a := range all {
		for _, b := range all {
			low, high, _ := geo.Height{M: 1234, Reference: a}.In(b, g)
			l, h, _ := geo.Height{M: (low + high) / 2, OffM: (high - low) / 2, Reference: b}.In(a, g)
			if l > 1234 || h < 1234 || h-l < high-low {
				t.Errorf("%s in %s: %v to %v, and back %v to %v", a, b, low, high, l, h)
			}
		}
	}
}

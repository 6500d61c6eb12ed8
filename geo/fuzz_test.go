package geo_test

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"parley/geo"
)

// points reads points of any value off bytes: as fractions of whole numbers
// that lie near each other, or as whatever the bits say.
func points(b []byte) (r []geo.Point) {
	if len(b) == 0 {
		return nil
	}
	raw, b := b[0]%4 == 0, b[1:]
	for len(b) >= 8 && !raw {
		lat, lon := int32(binary.LittleEndian.Uint32(b)), int32(binary.LittleEndian.Uint32(b[4:]))
		r = append(r, geo.Point{Lat: 10 + float64(lat%1000)/1e3, Lon: 20 + float64(lon%1000)/1e3})
		b = b[8:]
	}
	for len(b) >= 16 && raw {
		lat, lon := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		r = append(r, geo.Point{Lat: math.Float64frombits(lat), Lon: math.Float64frombits(lon)})
		b = b[16:]
	}
	return r
}

// bytesOf is what points reads as these.
func bytesOf(r []geo.Point) []byte {
	b := []byte{0}
	for _, p := range r {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p.Lat))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p.Lon))
	}
	return b
}

// DEC-04 T: whatever another desk sends as a ring is an error or an area that
// every question can be asked about.
func FuzzPolygon(f *testing.F) {
	f.Add(bytesOf(ring(10, 20, 10, 21, 11, 20)))
	f.Add(bytesOf(ring(10, 20, 11, 21, 11, 20, 10, 21)))
	f.Add(bytesOf(ring(89, 20, 89, 21, 89.99999999, 20)))
	f.Add(bytesOf(ring(10, 20, math.NaN(), 21, math.Inf(1), -1e300)))
	f.Add([]byte{1, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0})
	other, err := geo.Polygon(ring(10, 20, 10, 21, 11, 20))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := points(b)
		s, err := geo.Polygon(r)
		if err != nil {
			// Asked all the same, it answers something.
			odd := geo.Shape{Ring: r}
			odd.AreaM2()
			geo.Overlap(odd, other)
			geo.Gap(odd, other)
			geo.Meet(odd, other)
			return
		}
		if area := s.AreaM2(); !(area > 0 && area < 6e10) {
			t.Errorf("%v: an area of %v m²", r, area)
		}
		south, west, north, east := s.Bounds()
		for _, p := range r {
			if p.Lat < south-1e-8 || p.Lat > north+1e-8 || p.Lon < west-1e-8 || p.Lon > east+1e-8 {
				t.Errorf("%v: %v is out of bounds", r, p)
			}
			if !geo.Within(p, s, 0) {
				t.Errorf("%v: %v is not within", r, p)
			}
		}
		if m := geo.Meet(s, s); !geo.Overlap(s, s) || geo.Gap(s, s) != 0 || !geo.Within(m, s, 0) {
			t.Errorf("%v does not meet itself in %v", r, m)
		}
		o, gap, m := geo.Overlap(s, other), geo.Gap(s, other), geo.Meet(s, other)
		if o != (gap == 0) || !(gap >= 0) || geo.Overlap(other, s) != o || geo.Gap(other, s) != gap || geo.Meet(other, s) != m {
			t.Errorf("%v: overlap %v, gap %v, in %v, and otherwise in the other order", r, o, gap, m)
		}
		slices.Reverse(r)
		if _, err := geo.Polygon(r); err != nil {
			t.Errorf("the other way around: %v", err)
		}
	})
}

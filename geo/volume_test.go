package geo

import "testing"

// The margin in time is what lies between two windows, not twice that; its edge
// belongs to the clash, whichever comes first.
func TestMarginInTime(t *testing.T) {
	s, err := Circle(Point{Lat: 33, Lon: 35}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for gap, meets := range map[int64]bool{-1: true, 0: true, 1: true, 1000: true, 1001: false, 2000: false} {
		a, b := Volume{Shape: s, From: 0, Until: 5000}, Volume{Shape: s, From: 5000 + gap, Until: 9000}
		c, ok := a.Meets(b, Margins{TimeMS: 1000}, Ground{})
		d, back := b.Meets(a, Margins{TimeMS: 1000}, Ground{})
		if ok != meets || back != meets || c != d {
			t.Errorf("%d ms apart: %v %+v, the other way %v %+v", gap, ok, c, back, d)
		}
		if ok && (c.From != 5000+gap-1000 || c.Until != 6000) {
			t.Errorf("%d ms apart: from %d until %d", gap, c.From, c.Until)
		}
	}
}

// Boxes hold what is within their metres, and are met across the antimeridian.
func TestBoxes(t *testing.T) {
	circle := func(lat, lon, r float64) Shape {
		s, err := Circle(Point{Lat: lat, Lon: lon}, r)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a, b := circle(60, 179.99, 100), circle(60, -179.99, 100)
	if gap := Gap(a, b); !BoxOf(a, gap).Meets(BoxOf(b, 0)) || BoxOf(a, 0).Meets(BoxOf(b, 0)) {
		t.Errorf("across the antimeridian, %v m apart: %v and %v", gap, BoxOf(a, gap), BoxOf(b, 0))
	}
	if n := len(BoxOf(a, 5000).Turns()); n != 2 {
		t.Errorf("%d turns", n)
	}
	if BoxOf(Shape{}, 10).Meets(BoxOf(a, 10)) || !BoxOf(Shape{}, 0).Empty() {
		t.Error("a shape of nothing is met")
	}
}

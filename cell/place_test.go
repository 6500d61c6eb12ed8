package cell_test

import (
	"math"
	"testing"

	"parley/cell"
)

// DEC-05, DEC-08 T: a repeated place is as far from the one given as the
// geodesic of WGS84 says: a sphere is off by more than half a metre in a hundred,
// this way near the equator and that way in the north.
func TestMetresAreOfTheGeodesic(t *testing.T) {
	for _, tt := range []struct {
		lat, lon, lat2, lon2 string
		metres               float64
	}{
		{"0", "10", "0.000902", "10", 99.738},                     // a sphere: 100.3
		{"60", "10", "60", "10.0017963", 100.234},                 // a sphere: 99.87
		{"33", "35.5", "33", "36.15", 60744.493},                  // a border
		{"12.34", "179.9999", "12.34", "-179.9999", 21.753},       // across the antimeridian
		{"12.3456", "-38.1234", "12.3456", "-38.1234", 0},         // the same
		{"41.79321667", "-0.05", "41.79321667", "-0.04", 831.185}, // by GeographicLib, as all of these
	} {
		p, q := cell.Place{Lat: tt.lat, Lon: tt.lon}, cell.Place{Lat: tt.lat2, Lon: tt.lon2}
		if got := p.Metres(q); math.Abs(got-tt.metres) > 0.02 || q.Metres(p) != got {
			t.Errorf("%v to %v: %.3f m, not %.3f", p, q, got, tt.metres)
		}
	}
	if d := (cell.Place{Lat: "91", Lon: "0"}).Metres(cell.Place{Lat: "0", Lon: "0"}); !math.IsNaN(d) {
		t.Errorf("a place that is none has a distance, %v m", d)
	}
}

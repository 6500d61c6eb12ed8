package notation_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"parley/geo"
	"parley/geo/notation"
)

// zones of every shape: the first and last, those about Norway and Svalbard,
// and plain ones.
var zones = []int{1, 31, 32, 33, 35, 36, 37, 60}

// A square that reaches into its zone and band with a corner alone is read:
// its middle, as GeoConvert gives it, may lie outside both.
func TestSquaresThatReachIn(t *testing.T) {
	for _, x := range []struct {
		square   string
		lat, lon float64
	}{
		{"01C CV", -72.49739, 178.52777},
		{"31X FL", 81.40395, 12.02484},
		{"32V KS", 64.38383, 3.81315},
		{"32V JR", 63.40576, 1.98221},
		{"33X TV", 71.51940, 7.91925},
		{"01W CV", 71.60347, 178.73836},
		{"31X GV", 71.51940, 10.08075},
		{"37X BV", 71.51940, 31.91925},
		{"60C XE", -72.49739, -178.52777},
		{"35X QV 06636 99233", 71.999997, 33.000008},
	} {
		p, err := notation.Read(x.square, notation.Box{})
		if want := (geo.Point{Lat: x.lat, Lon: x.lon}); err != nil || metres(p.Point, want) > 2 {
			t.Errorf("%s is read as %+v, %v, want %v", x.square, p, err, want)
		}
	}
}

// Every square of 100 km that holds a place of its zone and band is read, with
// the middle that GeoConvert gives, and none is read that GeoConvert refuses.
func TestSquaresAgreeWithGeoConvert(t *testing.T) {
	real := map[string]bool{}
	for _, s := range convert(t, everywhere(), "-m", "-p", "-5") {
		real[s] = true
	}
	var all []string
	for _, zone := range zones {
		for _, band := range "CDEFGHJKLMNPQRSTUVWX" {
			for _, col := range "ABCDEFGHJKLMNPQRSTUVWXYZ" {
				for _, row := range "ABCDEFGHJKLMNPQRSTUV" {
					all = append(all, fmt.Sprintf("%02d%c%c%c", zone, band, col, row))
				}
			}
		}
	}
	held := 0
	for i, line := range answers(t, all, "-g", "-p", "2") {
		s := all[i]
		p, err := notation.Read(s, notation.Box{})
		if real[s] {
			held++
			if err != nil {
				t.Errorf("%s is real and refused: %v", s, err)
			}
		}
		if err != nil {
			continue
		}
		var at geo.Point
		if n, _ := fmt.Sscan(line, &at.Lat, &at.Lon); n != 2 {
			t.Errorf("%s is read as %v; GeoConvert: %s", s, p.Point, line)
		} else if at.Lat > -80 && at.Lat < 84 && metres(at, p.Point) > 0.02 {
			t.Errorf("%s is read as %v; GeoConvert %v", s, p.Point, at)
		}
	}
	if held < 5000 {
		t.Errorf("only %d real squares were looked at", held)
	}
}

// everywhere has points of every real square of the zones: a net over each,
// and closely on both sides of every edge of zones and bands.
func everywhere() (text []string) {
	add := func(lat, lon float64) {
		if lat >= -80 && lat < 84 {
			text = append(text, fmt.Sprintf("%.8f %.8f", lat, math.Remainder(lon, 360)))
		}
	}
	for _, zone := range zones {
		west := float64(zone*6 - 186)
		for lat := -79.9; lat < 84; lat += 0.4 {
			for d := 0.1; d < 6; d += min(5.8, 0.4/math.Cos(lat*math.Pi/180)) {
				add(lat, west+d)
			}
		}
		for edge := -80.0; edge <= 84; edge += 4 { // of bands, of which every second is one
			for d := 0.0; d < 6; d += 0.04 {
				add(edge, west+d)
				add(edge-1e-8, west+d)
			}
		}
		for lat := -80.0; lat < 84; lat += 0.02 {
			for _, d := range []float64{0, 3 - 1e-8, 3, 6 - 1e-8} {
				add(lat, west+d)
			}
		}
	}
	return text
}

// What the grid names a place, it also reads, at every number of digits and
// beside every edge, and the place lies in the square that is read.
func TestSquaresComeBack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(84, 80))
	beside := func(edge, reach float64) float64 {
		return edge + (rnd.Float64()-0.5)*math.Pow(10, -rnd.Float64()*13)*reach
	}
	for i := range 20_000 {
		p := geo.Point{Lat: rnd.Float64()*164 - 80, Lon: rnd.Float64()*360 - 180}
		if i%2 == 0 {
			p.Lat = beside(float64(rnd.IntN(21)*8-80), 2)
		}
		if i%4 < 3 {
			p.Lon = beside(float64(rnd.IntN(121)*3-180), 2)
		}
		if i%5 == 0 {
			p.Lat, p.Lon = beside(84, 1), beside(float64(rnd.IntN(22)*3-12), 1)
		}
		if p.Lat = max(-80, min(p.Lat, math.Nextafter(84, 0))); p.Lon < -180 || p.Lon > 180 {
			continue
		}
		digits := i % 6
		s, err := notation.ToMGRS(p, digits)
		if err != nil {
			t.Fatal(err)
		}
		q, err := notation.Read(s, notation.Box{})
		if err != nil {
			t.Fatalf("%.15f, %.15f is %s, which is refused: %v", p.Lat, p.Lon, s, err)
		}
		if d := metres(p, q.Point); d > q.PrecisionM*1.5 {
			t.Fatalf("%.15f, %.15f is %s, read as %v, %.1f m off", p.Lat, p.Lon, s, q.Point, d)
		}
		if _, err := notation.Locate(s, notation.Box{}); err != nil {
			t.Fatalf("%.15f, %.15f is %s, which has no place: %v", p.Lat, p.Lon, s, err)
		}
	}
}

// A reference with a slip in its letters is refused or lies elsewhere; what
// would lie in the theatre is named, and not taken.
func TestWrongSquareIsHinted(t *testing.T) {
	near := notation.Box{South: 32, West: 35, North: 34, East: 37}
	for text, want := range map[string]string{
		"36S BY 63474 68805": "36S YB 63474 68805", // transposed, where no row has the letter
		"37S TB 47029 11570": "37S BT 47029 11570", // transposed, where both are letters of a row
		"36S TB 47029 11570": "37S BT 47029 11570", // and in the neighbouring zone
		"36S WB 63474 68805": "",                   // nothing beside it lies inside
		"36R YB 63474 68805": "36S YB 63474 68805", // another band
		"36T YB 63474 68805": "36S YB 63474 68805",
		"36I YB 63474 68805": "36S YB 63474 68805", // no band at all
		"36N YB 63474 68805": "36S YB 63474 68805", // the hemisphere for the band
		"37S YB 63474 68805": "36S YB 63474 68805", // the neighbouring zone
		"36S IB 63474 68805": "",
		"36R YB":             "36S YB",
	} {
		hint := ""
		p, err := notation.Read(text, near)
		if f, ok := err.(*geo.Fault); ok {
			hint, _ = f.Params["try"]
			if said := strings.Contains(err.Error(), "would lie in the theatre"); said != (want != "") {
				t.Errorf("%s: %v", text, err)
			}
		}
		if i := slices.IndexFunc(p.Slips, func(s notation.Slip) bool { return s.Code == notation.SlipSquare }); i >= 0 {
			hint = p.Slips[i].Try
		}
		if hint != want {
			t.Errorf("%s: %+v, %v: the hint is %q, want %q", text, p, err, hint, want)
		}
		if _, err := notation.Read(text, notation.Box{}); err != nil && strings.Contains(err.Error(), "theatre") {
			t.Errorf("%s, without a theatre: %v", text, err)
		}
	}
}

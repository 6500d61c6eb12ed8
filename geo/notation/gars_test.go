package notation_test

import (
	"fmt"
	"math"
	"testing"

	"parley/geo"
	"parley/geo/notation"
)

// The example of the GARS reference and the four corners of a cell.
func TestGARS(t *testing.T) {
	p := geo.Point{Lat: 57.64911, Lon: 10.40744}
	for level, want := range []string{"381NH", "381NH4", "381NH45"} {
		if got := notation.ToGARS(p, level); got != want {
			t.Errorf("level %d: %s, want %s", level, got, want)
		}
	}
	list, _ := points(3000)
	for _, p := range list {
		s := notation.ToGARS(p, 2)
		q, err := notation.Read(s, notation.Box{})
		if err != nil || math.Abs(q.Lat-p.Lat) > 1.0/24+1e-9 || math.Abs(math.Remainder(q.Lon-p.Lon, 360)) > 1.0/24+1e-9 {
			t.Fatalf("%v is %s, read as %+v, %v", p, s, q, err)
		}
	}
}

// Every edge of five minutes, as officers type it and as GeoConvert gives it in
// decimals, belongs to the area north and east of it. What is expected is
// counted in whole minutes.
func TestGARSOnItsEdges(t *testing.T) {
	for text, want := range map[string]string{
		"64°05'00\"N 10°00'00\"E": "381NW34",
		"64°00'00\"N 10°00'00\"E": "381NW37",
		"33°05'00\"N 35°50'00\"E": "432LG45",
		"0°05'N 0°05'E":           "361HN35",
		"-89°55', -179°55'":       "001AA35",
	} {
		p, err := notation.Read(text, notation.Box{})
		if got := notation.ToGARS(p.Point, 2); err != nil || got != want {
			t.Errorf("%s is %s, %v, want %s", text, got, err, want)
		}
	}
	var text, want []string
	edge := func(y, x int) { // in five minutes from 90° south and 180° west
		text = append(text, sign(y-1080, "N", "S")+" "+sign(x-2160, "E", "W"))
		x %= 4320
		const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
		want = append(want, fmt.Sprintf("%03d%c%c%d%d", x/6+1, letters[y/144], letters[y/6%24], 2*(1-y%6/3)+x%6/3+1, 3*(2-y%3)+x%3+1))
	}
	for y := range 2160 {
		edge(y, 2580)
	}
	for x := range 4321 {
		edge(1477, x)
	}
	for i, s := range text {
		p, err := notation.Read(s, notation.Box{})
		if got := notation.ToGARS(p.Point, 2); err != nil || got != want[i] {
			t.Errorf("%s is %s, %v, want %s", s, got, err, want[i])
		}
	}
	for i, line := range convert(t, text, "-g", "-p", "9") {
		var p geo.Point
		fmt.Sscan(line, &p.Lat, &p.Lon)
		if got := notation.ToGARS(p, 2); got != want[i] {
			t.Errorf("%s is %s, want %s", line, got, want[i])
		}
	}
	if got := notation.ToGARS(geo.Point{Lat: 90, Lon: math.Nextafter(180, 0)}, 2); got != "001QZ11" && got != "720QZ23" {
		t.Errorf("the last corner of the globe is %s", got)
	}
}

// sign writes so many times five minutes with the letter of their side.
func sign(n int, plus, minus string) string {
	if n < 0 {
		n, plus = -n, minus
	}
	return fmt.Sprintf("%d°%02d'00\"%s", n/12, n%12*5, plus)
}

package geo_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"parley/geo"
)

// oracle runs one of GeographicLib's tools over lines of input, one answer to
// each (Debian package geographiclib-tools). Without it the test is not run,
// and says so.
func oracle(t *testing.T, lines []string, name string, args ...string) []string {
	t.Helper()
	got := strings.Split(strings.TrimSpace(oracleText(t, lines, name, args...)), "\n")
	if len(got) != len(lines) {
		t.Fatalf("%s answered %d lines of %d", name, len(got), len(lines))
	}
	return got
}

func oracleText(t *testing.T, lines []string, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: install geographiclib-tools", name)
		}
		t.Skipf("NOT RUN: %s is missing: install geographiclib-tools", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	var bad bytes.Buffer
	cmd.Stderr = &bad
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, bad.String())
	}
	return string(out)
}

// twoPoints are pairs at every distance, from centimetres to the far side.
func twoPoints(n int) (list [][2]geo.Point) {
	rnd := rand.New(rand.NewPCG(7, 36))
	round := func(x float64) float64 { return math.Round(x*1e8) / 1e8 }
	for range n {
		p := geo.Point{Lat: round(rnd.Float64()*178 - 89), Lon: round(rnd.Float64()*360 - 180)}
		reach := math.Pow(10, rnd.Float64()*9-7)
		q := geo.Point{Lat: round(max(-90, min(90, p.Lat+(rnd.Float64()-0.5)*reach))), Lon: round(p.Lon + (rnd.Float64()-0.5)*reach)}
		if rnd.IntN(10) == 0 {
			q = geo.Point{Lat: round(rnd.Float64()*180 - 90), Lon: round(rnd.Float64()*360 - 180)}
		}
		for q.Lon > 180 {
			q.Lon = round(q.Lon - 360)
		}
		for q.Lon < -180 {
			q.Lon = round(q.Lon + 360)
		}
		list = append(list, [2]geo.Point{p, q})
	}
	on := func(a, b, c, d float64) { list = append(list, [2]geo.Point{{Lat: a, Lon: b}, {Lat: c, Lon: d}}) }
	on(0, 0, 0, 0)
	on(12, 30, 12, 30)
	on(0, 10, 0, 170)
	on(90, 0, -90, 0)
	on(33, 35.999999, 33, 36.000001)
	on(-90, 0, 10, 10)
	on(40, 0, -40, 179.5)
	on(30, 0, -30, 179.9)
	on(1, 2, 1, 2.00000001)
	return list
}

// The shortest way is GeographicLib's, to fifty nanometres at any distance
// (XC-06).
func TestInverseAgreesWithGeodSolve(t *testing.T) {
	pairs := twoPoints(20000)
	var in []string
	for _, p := range pairs {
		in = append(in, fmt.Sprintf("%.8f %.8f %.8f %.8f", p[0].Lat, p[0].Lon, p[1].Lat, p[1].Lon))
	}
	worst, worstTurn := 0.0, 0.0
	for i, line := range oracle(t, in, "GeodSolve", "-i", "-p", "9") {
		var a1, a2, s float64
		if _, err := fmt.Sscan(line, &a1, &a2, &s); err != nil {
			t.Fatal(err)
		}
		got, b1, _ := geo.Inverse(pairs[i][0], pairs[i][1])
		off := math.Abs(got - s)
		if off > 5e-8 {
			t.Errorf("%s: %.9f m, GeodSolve %s", in[i], got, line)
		}
		worst = max(worst, off)
		if turn := math.Abs(math.Remainder(b1-a1, 360)); s > 1 && s < 1.9e7 {
			worstTurn = max(worstTurn, turn)
			if turn > 5e-7 {
				t.Errorf("%s: azimuth %.9f, GeodSolve %s", in[i], b1, line)
			}
		}
	}
	t.Logf("off by %.3g m at most, azimuth by %.3g°", worst, worstTurn)
}

func TestDirectAgreesWithGeodSolve(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 1))
	var in []string
	type leg struct {
		p      geo.Point
		azi, s float64
	}
	var legs []leg
	for range 20000 {
		l := leg{geo.Point{Lat: math.Round((rnd.Float64()*178-89)*1e8) / 1e8, Lon: math.Round((rnd.Float64()*360-180)*1e8) / 1e8},
			math.Round(rnd.Float64()*36e9) / 1e8, math.Round(math.Pow(10, rnd.Float64()*9-2)*1e6) / 1e6}
		legs, in = append(legs, l), append(in, fmt.Sprintf("%.8f %.8f %.8f %.6f", l.p.Lat, l.p.Lon, l.azi, l.s))
	}
	for i, line := range oracle(t, in, "GeodSolve", "-p", "6") {
		var lat, lon, azi float64
		if _, err := fmt.Sscan(line, &lat, &lon, &azi); err != nil {
			t.Fatal(err)
		}
		got, a := geo.Direct(legs[i].p, legs[i].azi, legs[i].s)
		east := math.Remainder(got.Lon-lon, 360) * math.Cos(lat*math.Pi/180)
		if math.Abs(got.Lat-lat) > 1e-11 || math.Abs(east) > 1e-11 {
			t.Errorf("%s: %.11f %.11f, GeodSolve %s", in[i], got.Lat, got.Lon, line)
		}
		if math.Abs(lat) < 89.9 && math.Abs(math.Remainder(a-azi, 360)) > 1e-8 {
			t.Errorf("%s: azimuth %.10f, GeodSolve %s", in[i], a, line)
		}
	}
}

func BenchmarkInverse(b *testing.B) {
	p, q := geo.Point{Lat: 33, Lon: 36}, geo.Point{Lat: 33.02, Lon: 36.03}
	for b.Loop() {
		geo.Inverse(p, q)
	}
}

func BenchmarkDirect(b *testing.B) {
	p := geo.Point{Lat: 33, Lon: 36}
	for b.Loop() {
		geo.Direct(p, 47, 3000)
	}
}

package cell_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"parley/cell"
	"parley/geo"
)

// ringed is the JSON of a volume with so many corners, some 20 km across.
func ringed(corners int) string {
	var ring []string
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(corners))
		ring = append(ring, fmt.Sprintf(`{"lat":"%.6f","lon":"%.6f"}`, 12+0.1*sin, -38+0.1*cos))
	}
	return `{"ring":[` + strings.Join(ring, ",") + `],"holes":[],"line":[],"centre":[],"radius_m":0,"low":[],"high":[],"windows":[{"from":1,"until":2},{"from":3,"until":4}],"text":"x"}`
}

// The shape of a volume that was read is the one that its corners make, also
// when it is asked for from many sides at once; a copy that is given other
// corners, or another radius, has its own, and the first stays what it was.
func TestShapeOfWhatWasRead(t *testing.T) {
	var v cell.Volume
	if err := cell.UnmarshalStrict([]byte(ringed(24)), &v); err != nil {
		t.Fatal(err)
	}
	made := cell.Volume{Ring: v.Ring, Windows: v.Windows}.Geo()[0].Shape
	var sides sync.WaitGroup
	for range 8 {
		sides.Go(func() {
			if got := v.Geo(); len(got) != 2 || geo.Gap(got[0].Shape, made) != 0 || got[1].Shape.AreaM2() != made.AreaM2() || got[1].From != 3 {
				t.Errorf("read: %v", got)
			}
		})
	}
	sides.Wait()
	other := v
	other.Ring = append([]cell.Point{}, v.Ring[:12]...)
	if got := other.Geo()[0].Shape.AreaM2(); got > 0.6*made.AreaM2() {
		t.Errorf("half of the corners have an area of %v, all of them %v", got, made.AreaM2())
	}
	round := v
	round.Ring, round.Centre, round.RadiusM = nil, []cell.Point{v.Ring[0]}, 100
	wider := round
	wider.RadiusM = 200
	if a, b := round.Geo()[0].Shape, wider.Geo()[0].Shape; a.RadiusM != 100 || b.RadiusM != 200 {
		t.Errorf("radii %v and %v", a.RadiusM, b.RadiusM)
	}
	if got := cell.Weigh([]cell.Volume{v, {Ring: v.Ring}}); got < 24*30 {
		t.Errorf("the shape that is kept takes %d bytes", got)
	}
	if got := v.Geo()[0].Shape.AreaM2(); got != made.AreaM2() {
		t.Errorf("the first has come to %v m²", got)
	}
	if !v.SameButText(v) || v.SameButText(other) || v.SameButText(round) {
		t.Error("what is the same volume is not told from what is another")
	}
}

// What stands in a volume is read as strictly as all else.
func TestVolumeIsReadStrictly(t *testing.T) {
	for _, text := range []string{
		strings.Replace(ringed(4), `"text"`, `"test"`, 1),
		strings.Replace(ringed(4), `"text"`, `"Text"`, 1),
		strings.Replace(ringed(4), `"radius_m":0`, `"radius_m":0,"radius_m":0`, 1),
		strings.Replace(ringed(4), `"lat"`, `"latitude"`, 1),
	} {
		var list []cell.Volume
		if err := cell.UnmarshalStrict([]byte("["+text+"]"), &list); err == nil {
			t.Errorf("%.60s… was read", text)
		} else if !strings.Contains(err.Error(), "/0/") {
			t.Errorf("%v does not say where", err)
		}
	}
}

// BenchmarkGeo makes the shape of a volume that was read, and of one whose shape
// is made anew each time.
func BenchmarkGeo(b *testing.B) {
	var v cell.Volume
	if err := cell.UnmarshalStrict([]byte(ringed(24)), &v); err != nil {
		b.Fatal(err)
	}
	anew := cell.Volume{Ring: v.Ring, Windows: v.Windows}
	for name, v := range map[string]cell.Volume{"read": v, "anew": anew} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				v.Geo()
			}
		})
	}
}

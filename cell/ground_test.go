package cell_test

import (
	"errors"
	"strings"
	"testing"

	"parley/cell"
	"parley/geo"
)

func spotted(lat, lon string, radius int64, windows ...cell.Span) cell.Ground {
	v := cell.Volume{Centre: []cell.Point{{Lat: lat, Lon: lon}}, RadiusM: radius, Windows: []cell.Span{{From: 1, Until: 2}}}
	return cell.Ground{Sort: cell.PlaceGround, Rule: cell.ByPlace, Code: "cl-07", Name: t3("clinic cl-07"), Shapes: []geo.Shape{v.Geo()[0].Shape}, WithinM: 1000, Level: 2, Windows: windows}
}

// DEC-08: ground is touched up to the distance that the charter keeps, exactly
// there too, whatever the height; not while nothing is there.
func TestDEC08GroundTouched(t *testing.T) {
	high := doing("a", 1, 0, 4, cell.Altitude{M: 9000, Reference: geo.MSL}).Volumes // 100 m around 12.5, -38.2
	gap := geo.Gap(spotted("12.52", "-38.2", 100).Shapes[0], high[0].Shape)
	for _, tt := range []struct {
		within  int64
		touched bool
	}{{int64(gap) + 1, true}, {int64(gap), false}} {
		g := spotted("12.52", "-38.2", 100)
		g.WithinM = tt.within
		got, ok := g.Touches(high)
		if ok != tt.touched || ok && (got.DistanceM != int64(gap) || got.From != limitDay || got.Until != limitDay+4*hourMS) {
			t.Errorf("within %d m of %.1f: %v %+v", tt.within, gap, ok, got)
		}
	}
	got, ok := spotted("12.5", "-38.2", 10).Touches(high)
	if !ok || got.DistanceM != 0 || !strings.Contains(got.Text["en"], "on or over a protected place") || !strings.Contains(got.Text["en"], "level \u20682\u2069 of 3") {
		t.Errorf("over it: %v %+v", ok, got)
	}
	for _, l := range cell.Languages() {
		if got.Text[l] == "" || strings.ContainsAny(got.Text[l], "{}") {
			t.Errorf("in %s: %q", l, got.Text[l])
		}
	}
	at := func(from, until int64) cell.Span {
		return cell.Span{From: limitDay + from*hourMS, Until: limitDay + until*hourMS}
	}
	if _, ok := spotted("12.5", "-38.2", 10, at(5, 9)).Touches(high); ok {
		t.Error("touched before it is there")
	}
	if _, ok := spotted("12.5", "-38.2", 10, at(5, 9), at(4, 5)).Touches(high); !ok {
		t.Error("not touched in the instant in which it begins to be there")
	}
}

// PRO-04 T, for zones: a zone whose coordinates were seen elsewhere cannot reach
// level 2; one that nobody saw neither.
func TestPRO04AWrongZoneIsNotVerified(t *testing.T) {
	zone := func(change func(*cell.ProtectedZone)) error {
		p := &cell.ProtectedZone{Category: "settlement", Level: 3, By: "m-4", On: "2026-01-05", Seen: []cell.Point{{Lat: "12.5", Lon: "-38.2"}}, KeepM: 500}
		change(p)
		c := limited(most(1))
		c.Lines, c.Zones[0].Protected = nil, p
		return c.CheckZones()
	}
	for at, change := range map[string]func(*cell.ProtectedZone){
		"":       func(*cell.ProtectedZone) {},
		"seen/0": func(p *cell.ProtectedZone) { p.Level, p.Seen[0].Lat = 2, "12.5500" }, // 5.5 km off the middle, 500 m off the zone
		"seen":   func(p *cell.ProtectedZone) { p.Seen = nil },
		"level":  func(p *cell.ProtectedZone) { p.Level = 4 },
		"by":     func(p *cell.ProtectedZone) { p.By = "" },
		"keep_m": func(p *cell.ProtectedZone) { p.KeepM = -1 },
	} {
		err := zone(change)
		inv, _ := errors.AsType[*cell.Invalid](err)
		if (at == "") != (err == nil) || inv != nil && inv.At != "zones/z/protected/"+at {
			t.Errorf("%s: %v", at, err)
		}
	}
	if err := zone(func(p *cell.ProtectedZone) { p.Level, p.Seen[0].Lat = 1, "12.5500" }); err != nil {
		t.Errorf("a second source may be wrong, and stands at level 1: %v", err)
	}
	c := limited(most(1))
	c.Zones[0].Protected = &cell.ProtectedZone{Category: "settlement", Level: 2, KeepM: 500}
	got := c.TouchedZones(doing("a", 1, 0, 4).Volumes)
	if len(got) != 1 || got[0].Rule != cell.ByZone || got[0].Code != "z" || got[0].Level != 2 || got[0].DistanceM != 0 {
		t.Errorf("inside: %+v", got)
	}
	c.Zones[0].Hours = "12:00-13:00"
	if got := c.TouchedZones(doing("a", 1, 0, 4).Volumes); len(got) != 0 {
		t.Errorf("while it does not hold: %+v", got)
	}
}

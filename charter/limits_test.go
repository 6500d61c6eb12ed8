package charter

import (
	"os"
	"slices"
	"strings"
	"testing"

	"parley/cell"
)

const (
	hour    = int64(3_600_000)
	limitAt = int64(1_767_700_800_000) // 2026-01-06 12:00 UTC
)

// ruled gives the exercise's charter with a rule set of testdata/limits, read
// as a signed charter is.
func ruled(t *testing.T, name string, change ...string) (*cell.Charter, error) {
	t.Helper()
	set, err := os.ReadFile("testdata/limits/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	plain, _, _ := strings.Cut(string(theatre(t)), "\nlines:") // its own lines and zones stand last
	all := strings.NewReplacer(change...).Replace(plain + "\n" + string(set))
	text, err := Draft([]byte(all), publics(founders(t)), modules.Templates()...)
	if err != nil {
		return nil, err
	}
	return Parse(text)
}

func mustRule(t *testing.T, name string) *cell.Charter {
	t.Helper()
	c, err := ruled(t, name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at is an activity of one desk in a circle of 50 m for four hours from 12:00.
func at(desk, lat, lon, purpose string, counts map[string]int64) cell.Given {
	v := cell.Volume{Centre: []cell.Point{{Lat: lat, Lon: lon}}, RadiusM: 50, Windows: []cell.Span{{From: limitAt, Until: limitAt + 4*hour}}}
	return cell.Given{Key: "k" + lat + lon, Desk: desk, Counts: counts, Purpose: purpose, Volumes: v.Geo()}
}

func wantCheck(t *testing.T, got []cell.Checked, want ...string) {
	t.Helper()
	var lines []string
	for _, k := range got {
		lines = append(lines, strings.TrimSpace(k.Limit+" "+k.Verdict+" "+k.By))
	}
	if !slices.Equal(lines, want) {
		t.Errorf("the check gives %q, want %q", lines, want)
	}
}

// DEC-08 T, field/replays 12.10: 80 tanks declared in 0 to 10 km stand above
// the limit of 75, unless an agreed activity covers them.
func TestLimits1974(t *testing.T) {
	c := mustRule(t, "1974")
	tanks := func(n int64, lon string) cell.Given {
		return at("alpha", "12.50", lon, "", map[string]int64{"tanks": n})
	}
	agreed := cell.Waiver{Limit: "a-tanks", Desk: "alpha", Amount: 5, Span: cell.Span{From: limitAt - hour, Until: limitAt + 4*hour}, By: "AG-4"}

	got := c.Check(tanks(80, "-38.30"), nil, nil)
	wantCheck(t, got, "a-tanks over")
	if k := got[0]; k.Given != 80 || k.Allowed != 75 || k.Zone != "a-10" || k.Unit != cell.Pieces {
		t.Errorf("the check says %+v", k)
	}
	if s := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(got[0].Text["en"]); s != "Tanks, 0-10 km: 80, above the agreed limit of 75" {
		t.Errorf("in words: %q", s)
	}
	wantCheck(t, c.Check(tanks(75, "-38.30"), nil, nil), "a-tanks kept")
	wantCheck(t, c.Check(tanks(80, "-38.30"), nil, []cell.Waiver{agreed}), "a-tanks exception AG-4")
	wantCheck(t, c.Check(tanks(81, "-38.30"), nil, []cell.Waiver{agreed}), "a-tanks over")
	wantCheck(t, c.Check(tanks(80, "-38.40"), nil, nil)) // 16 km from the line: no limit on tanks there
	wantCheck(t, c.Check(tanks(80, "-38.30"), []cell.Given{tanks(9, "-38.29")}, []cell.Waiver{agreed}), "a-tanks over")

	short := agreed
	short.Span.Until = limitAt + 3*hour // an hour less than the tanks are there
	wantCheck(t, c.Check(tanks(80, "-38.30"), nil, []cell.Waiver{short}), "a-tanks over")
	other := agreed
	other.Desk = "bravo"
	wantCheck(t, c.Check(tanks(80, "-38.30"), nil, []cell.Waiver{other}), "a-tanks over")

	// What a side keeps in its own area is not the other's.
	wantCheck(t, c.Check(tanks(40, "-38.30"), []cell.Given{tanks(35, "-38.29"), at("bravo", "12.50", "-38.22", "", map[string]int64{"tanks": 75})}, nil), "a-tanks kept")
	wantCheck(t, c.Check(tanks(40, "-38.30"), []cell.Given{tanks(36, "-38.29")}, nil), "a-tanks over")
	wantCheck(t, c.Check(at("alpha", "12.50", "-38.40", "", map[string]int64{"heavy-artillery": 1, "guns": 50}), nil, nil), "a-heavy over")
}

// DEC-08 T, field/replays 12.9: a helicopter for medical evacuation inside
// 10 km is an exception with prior notice; an unmanned aircraft 12 km from the
// line is over the limit of the east (15) and keeps that of the west (10).
func TestLimits2018(t *testing.T) {
	c := mustRule(t, "2018")
	uav := map[string]int64{"uav": cell.Unsaid}
	got := c.Check(at("alpha", "12.5590", "-38.00", "", uav), nil, nil)
	wantCheck(t, got, "uav-east over", "uav-west kept")
	if d := got[0].Given; d < 11_950 || d > 12_050 || got[0].Allowed != 15_000 || got[0].Unit != cell.Metres {
		t.Errorf("the check says %d m of %d", d, got[0].Allowed)
	}
	wantCheck(t, c.Check(at("alpha", "12.5590", "-38.60", "", uav), nil, nil), "uav-east kept", "uav-west kept")
	wantCheck(t, c.Check(at("alpha", "12.5390", "-38.60", "", uav), nil, nil), "uav-east kept", "uav-west over")

	rotary := func(purpose string, received int64) cell.Given {
		g := at("bravo", "12.50", "-38.00", purpose, map[string]int64{"rotary": 1})
		g.Received = received
		return g
	}
	wantCheck(t, c.Check(rotary("medevac", limitAt-60_000), nil, nil), "rotary-east exception medevac")
	wantCheck(t, c.Check(rotary("medevac", 0), nil, nil), "rotary-east over")           // nobody has received it
	wantCheck(t, c.Check(rotary("medevac", limitAt), nil, nil), "rotary-east over")     // not before it began
	wantCheck(t, c.Check(rotary("", limitAt-60_000), nil, nil), "rotary-east over")     // no purpose
	wantCheck(t, c.Check(rotary("farm", limitAt-60_000), nil, nil), "rotary-east over") // not one that was agreed
}

// DEC-08 T, CBM-04: zones with ceilings of their own; an area that touches two
// of them is held against both.
func TestLimits1979(t *testing.T) {
	c := mustRule(t, "1979")
	wantCheck(t, c.Check(at("alpha", "12.50", "-38.70", "", map[string]int64{"tanks": 230}), nil, nil), "a-tanks kept")
	wantCheck(t, c.Check(at("alpha", "12.50", "-38.40", "", map[string]int64{"tanks": 1, "wheeled": 180}), nil, nil), "b-wheeled kept", "b-tanks over")
	wantCheck(t, c.Check(at("alpha", "12.50", "-38.10", "", map[string]int64{"soldiers": cell.Unsaid}), nil, nil), "c-forces over")
	wantCheck(t, c.Check(at("bravo", "12.50", "-38.10", "", map[string]int64{"soldiers": 9}), nil, nil)) // not its limit
	agreed := []cell.Waiver{{Limit: "c-forces", Desk: "alpha", Amount: 750, Span: cell.Span{From: limitAt, Until: limitAt + 9*hour}, By: "AG-1"}}
	wantCheck(t, c.Check(at("alpha", "12.50", "-38.10", "", map[string]int64{"soldiers": 750}), nil, agreed), "c-forces exception AG-1")
	wide := cell.Volume{Line: []cell.Point{{Lat: "12.5", Lon: "-38.70"}, {Lat: "12.5", Lon: "-38.30"}}, RadiusM: 200, Windows: []cell.Span{{From: limitAt, Until: limitAt + hour}}}
	wantCheck(t, c.Check(cell.Given{Desk: "alpha", Counts: map[string]int64{"tanks": 3}, Volumes: wide.Geo()}, nil, nil), "a-tanks kept", "b-tanks over")
}

// A rule set that could not be applied is no charter.
func TestLimitsRefused(t *testing.T) {
	for _, tt := range []struct{ set, from, to, at string }{
		{"1974", "of: line-b", "of: line-c", "zones/b-10/of"},
		{"1974", "within_m: 20000", "within_m: 0", "zones/a-20/of"},
		{"1974", "zone: b-10", "zone: b-11", "limits/b-tanks/zone"},
		{"1974", "desks: [bravo]", "desks: [delta]", "limits/b-tanks/desks"},
		{"1974", "categories: [guns], max: 36", "categories: [guns]", "limits/a-guns"},
		{"1974", "categories: [guns], max: 36", "categories: [guns], max: -1", "limits/a-guns/max"},
		{"1974", "categories: [guns], max: 36", "categories: [], max: 36", "limits/a-guns/categories"},
		{"1974", "id: a-guns", "id: a-tanks", "limits/a-tanks/id"},
		{"2018", "from: west, distance_m: 10000", "from: south, distance_m: 10000", "limits/uav-west/from"},
		{"2018", "purpose: weather", "purpose: pleasure", "limits/rotary-east/exceptions/3/purpose"},
		{"1979", "ring: [{lat: \"12.30\", lon: \"-38.59\"}, {lat: \"12.30\", lon: \"-38.21\"},", "ring: [{lat: \"12.30\", lon: \"-38.59\"},  {lat: \"12.70\", lon: \"-38.21\"}, {lat: \"12.30\", lon: \"-38.21\"},", "zones/zone-b"},
	} {
		_, err := ruled(t, tt.set, tt.from, tt.to)
		wantErr(t, err, tt.at+":")
	}
}

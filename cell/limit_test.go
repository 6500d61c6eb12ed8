package cell_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"parley/cell"
	"parley/geo"
)

const (
	hourMS   = int64(3_600_000)
	limitDay = int64(1_767_657_600_000) // 2026-01-06 00:00 UTC
)

func t3(s string) cell.T3 { return cell.T3{"en": s, "ar": s, "he": s} }

// limited is a charter with one zone, a circle of 5 km, and one limit there.
func limited(l cell.Limit) *cell.Charter {
	l.ID, l.Name, l.Zone = "l", t3("limit"), "z"
	return &cell.Charter{Zone: "Etc/GMT-3", Zones: []cell.Zone{{ID: "z", Name: t3("zone"), Centre: []cell.Point{{Lat: "12.5", Lon: "-38.2"}}, RadiusM: 5000}},
		Lines:  []cell.NamedLine{{ID: "line", Line: []cell.Point{{Lat: "12.5", Lon: "-38.4"}, {Lat: "12.5", Lon: "-38.0"}}}},
		Limits: []cell.Limit{l}}
}

func most(n int64) cell.Limit { return cell.Limit{Categories: []string{"tanks"}, Max: &n} }

func doing(key string, n, from, until int64, high ...cell.Altitude) cell.Given {
	v := cell.Volume{Centre: []cell.Point{{Lat: "12.5", Lon: "-38.2"}}, RadiusM: 100, High: high, Windows: []cell.Span{{From: limitDay + from*hourMS, Until: limitDay + until*hourMS}}}
	return cell.Given{Key: key, Desk: "alpha", Counts: map[string]int64{"tanks": n}, Volumes: v.Geo()}
}

func wantOne(t *testing.T, what string, got []cell.Checked, verdict string, given, allowed int64) {
	t.Helper()
	if len(got) != 1 || got[0].Verdict != verdict || got[0].Given != given || got[0].Allowed != allowed {
		t.Errorf("%s: %+v, want %s, %d of %d", what, got, verdict, given, allowed)
	}
}

// DEC-08: what counts is the most at one time, of all that one desk keeps in
// the zone: what comes before or after does not add up.
func TestLimitCountsWhatIsThereTogether(t *testing.T) {
	c := limited(most(75))
	wantOne(t, "one after the other", c.Check(doing("a", 50, 0, 4), []cell.Given{doing("b", 50, 5, 9)}, nil), cell.Kept, 50, 75)
	wantOne(t, "together", c.Check(doing("a", 50, 0, 4), []cell.Given{doing("b", 50, 3, 9)}, nil), cell.Over, 100, 75)
	wantOne(t, "in one instant", c.Check(doing("a", 50, 0, 4), []cell.Given{doing("b", 50, 4, 9)}, nil), cell.Over, 100, 75)
	wantOne(t, "itself is no other", c.Check(doing("a", 50, 0, 4), []cell.Given{doing("a", 50, 0, 4)}, nil), cell.Kept, 50, 75)
	wantOne(t, "two others, not together", c.Check(doing("a", 30, 0, 9), []cell.Given{doing("b", 40, 0, 3), doing("c", 40, 4, 9)}, nil), cell.Kept, 70, 75)
	wantOne(t, "a number not given", c.Check(doing("a", cell.Unsaid, 0, 9), nil, nil), cell.NotStated, cell.Unsaid, 75)
	wantOne(t, "a number not given, with others above", c.Check(doing("a", cell.Unsaid, 0, 9), []cell.Given{doing("b", 75, 0, 9)}, nil), cell.Over, 76, 75)
	wantOne(t, "forbidden, number not given", limited(most(0)).Check(doing("a", cell.Unsaid, 0, 9), nil, nil), cell.Over, 1, 0)
	far := cell.Given{Desk: "alpha", Counts: map[string]int64{"tanks": 900}, Volumes: cell.Volume{Centre: []cell.Point{{Lat: "12.6", Lon: "-38.2"}}, RadiusM: 100,
		Windows: []cell.Span{{From: limitDay, Until: limitDay + hourMS}}}.Geo()}
	if got := c.Check(far, nil, nil); len(got) != 0 {
		t.Errorf("outside the zone: %+v", got)
	}
}

// An agreed activity counts only for its own time: one that ends before the
// activity does leaves the rest above the limit.
func TestLimitAgreedForATime(t *testing.T) {
	c := limited(most(75))
	w := func(from, until, n int64) cell.Waiver {
		return cell.Waiver{Limit: "l", Desk: "alpha", Amount: n, Span: cell.Span{From: limitDay + from*hourMS, Until: limitDay + until*hourMS}, By: "AG-1"}
	}
	wantOne(t, "covered", c.Check(doing("a", 80, 2, 8), nil, []cell.Waiver{w(0, 9, 5)}), cell.Excepted, 80, 80)
	wantOne(t, "two of them", c.Check(doing("a", 85, 2, 8), nil, []cell.Waiver{w(0, 9, 5), w(0, 9, 5)}), cell.Excepted, 85, 85)
	wantOne(t, "ends too soon", c.Check(doing("a", 80, 2, 8), nil, []cell.Waiver{w(0, 7, 5)}), cell.Over, 80, 75)
	wantOne(t, "begins too late", c.Check(doing("a", 80, 2, 8), nil, []cell.Waiver{w(3, 9, 5)}), cell.Over, 80, 75)
}

// DEC-11: a height is compared with a limit of the same reference; without it
// nothing is claimed.
func TestLimitHeight(t *testing.T) {
	c := limited(cell.Limit{Categories: []string{"tanks"}, MaxHeightM: 120, HeightOf: geo.AGL})
	to := func(m int64, ref string, off int64) cell.Given {
		return doing("a", 1, 0, 4, cell.Altitude{M: m, Reference: ref, OffM: off})
	}
	wantOne(t, "at the limit", c.Check(to(120, geo.AGL, 0), nil, nil), cell.Kept, 120, 120)
	wantOne(t, "above", c.Check(to(121, geo.AGL, 0), nil, nil), cell.Over, 121, 120)
	wantOne(t, "perhaps above", c.Check(to(115, geo.AGL, 10), nil, nil), cell.Over, 125, 120)
	wantOne(t, "another reference", c.Check(to(90, geo.MSL, 0), nil, nil), cell.NotStated, cell.Unsaid, 120)
	wantOne(t, "no height", c.Check(doing("a", 1, 0, 4), nil, nil), cell.NotStated, cell.Unsaid, 120)
	wantOne(t, "on the ground", c.Check(to(0, geo.Surface, 0), nil, nil), cell.Kept, 0, 120)
}

// A distance exactly as agreed is kept, one metre nearer is not.
func TestLimitDistance(t *testing.T) {
	for _, tt := range []struct {
		agreed  int64
		verdict string
	}{{5430, cell.Kept}, {5431, cell.Over}} {
		c := limited(cell.Limit{Categories: []string{"tanks"}, From: "line", DistanceM: tt.agreed})
		c.Limits[0].Zone = ""
		v := cell.Volume{Centre: []cell.Point{{Lat: "12.55", Lon: "-38.2"}}, RadiusM: 100, Windows: []cell.Span{{From: limitDay, Until: limitDay + hourMS}}}
		g := cell.Given{Desk: "alpha", Counts: map[string]int64{"tanks": 1}, Volumes: v.Geo()}
		line, _ := geo.Corridor([]geo.Point{{Lat: 12.5, Lon: -38.4}, {Lat: 12.5, Lon: -38}}, 0.001)
		d := int64(geo.Gap(line, g.Volumes[0].Shape) + 0.001)
		c.Limits[0].DistanceM += d - 5430 // whatever the map gives
		wantOne(t, fmt.Sprint("agreed ", c.Limits[0].DistanceM), c.Check(g, nil, nil), tt.verdict, d, c.Limits[0].DistanceM)
	}
}

// Days and hours of a zone are theatre time, the hours past midnight too.
func TestZoneTimes(t *testing.T) {
	at := func(from, until int64) cell.Span {
		return cell.Span{From: limitDay + from*hourMS, Until: limitDay + until*hourMS}
	}
	for _, tt := range []struct {
		zone cell.Zone
		w    cell.Span
		want bool
	}{
		{cell.Zone{}, at(0, 1), true},
		{cell.Zone{From: "2026-01-07"}, at(0, 20), false},
		{cell.Zone{From: "2026-01-07"}, at(0, 21), true}, // midnight of the theatre
		{cell.Zone{Until: "2026-01-06"}, at(20, 30), true},
		{cell.Zone{Until: "2026-01-06"}, at(21, 30), false},
		{cell.Zone{Hours: "06:00-18:00"}, at(0, 2), false}, // 03:00 to 05:00
		{cell.Zone{Hours: "06:00-18:00"}, at(0, 3), true},
		{cell.Zone{Hours: "06:00-18:00"}, at(16, 26), false}, // 19:00 to 05:00
		{cell.Zone{Hours: "20:00-04:00"}, at(14, 16), false},
		{cell.Zone{Hours: "20:00-04:00"}, at(17, 18), true},
		{cell.Zone{Hours: "20:00-04:00"}, at(0, 1), true},
		{cell.Zone{Hours: "20:00-04:00"}, at(2, 3), false},
		{cell.Zone{Hours: "20:00-04:00"}, at(0, 9000), true},
	} {
		if got := tt.zone.Holds(&cell.Charter{Zone: "Etc/GMT-3"}, tt.w); got != tt.want {
			t.Errorf("%+v, from hour %d to %d: %v", tt.zone, (tt.w.From-limitDay)/hourMS, (tt.w.Until-limitDay)/hourMS, got)
		}
	}
}

// A check is the same in whatever order a desk came to hold what it is made
// from, and one more tank never betters it.
func TestLimitOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 8))
	rank := map[string]int{cell.Kept: 0, cell.Excepted: 1, cell.NotStated: 2, cell.Over: 3}
	for range 300 {
		c := limited(most(rng.Int64N(90)))
		var beside []cell.Given
		for i := range rng.IntN(6) {
			from := rng.Int64N(20)
			beside = append(beside, doing(fmt.Sprint("b", i), rng.Int64N(40), from, from+1+rng.Int64N(5)))
		}
		agreed := []cell.Waiver{{Limit: "l", Desk: "alpha", Amount: rng.Int64N(30), Span: cell.Span{From: limitDay, Until: limitDay + rng.Int64N(20)*hourMS}, By: "AG-1"}}
		n := rng.Int64N(60)
		one := c.Check(doing("a", n, 3, 12), beside, agreed)
		rng.Shuffle(len(beside), func(i, j int) { beside[i], beside[j] = beside[j], beside[i] })
		if again := c.Check(doing("a", n, 3, 12), beside, agreed); !reflect.DeepEqual(one, again) {
			t.Fatalf("another order gives %+v, not %+v", again, one)
		}
		if more := c.Check(doing("a", n+1, 3, 12), beside, agreed); rank[more[0].Verdict] < rank[one[0].Verdict] {
			t.Fatalf("one more gives %+v, from %+v", more, one)
		}
	}
}

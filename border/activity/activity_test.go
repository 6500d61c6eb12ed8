package activity_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/border/activity"
	"parley/geo"
)

const window = `"from":"2026-01-06T08:00:00Z","until":"2026-01-06T12:00:00Z"`

func polygon(coordinates string) string {
	return `{"type":"Feature","geometry":{"type":"Polygon","coordinates":` + coordinates + `},"properties":{` + window + `}}`
}

func point(properties string) string {
	return `{"type":"Feature","geometry":{"type":"Point","coordinates":[36.1,33.1]},"properties":{` + properties + `}}`
}

// DEC-14 T, "Bad input": what does not say where, when, how high and above
// what is refused with the place of the fault.
func TestReadRefuses(t *testing.T) {
	many := strings.Repeat("[36.1,33.1],", geo.MaxPoints+1) + "[36.1,33.1]"
	for _, x := range []struct{ name, file, why string }{
		{"nothing", ``, "no JSON"},
		{"another type", `{"type":"Topology"}`, `"Topology" carries no window`},
		{"no type", `{}`, "neither a GeoJSON Feature"},
		{"a name without geometry", `{"type":"Feature","geometry":null,"properties":{` + window + `}}`, "a name is no geometry"},
		{"no window", `{"type":"Feature","geometry":{"type":"Point","coordinates":[36,33]},"properties":{"radius_m":5}}`, "properties: the window is missing"},
		{"no properties", `{"type":"Feature","geometry":{"type":"Point","coordinates":[36,33]}}`, "the window is missing"},
		{"a window that ends before it begins", point(`"radius_m":5,"from":"2026-01-06T12:00:00Z","until":"2026-01-06T08:00:00Z"`), "ends before it begins"},
		{"a time of day", point(`"radius_m":5,"from":"08:00","until":"12:00"`), `properties.from: "08:00" is no time`},
		{"an open ring", polygon(`[[[36,33],[36.1,33],[36.1,33.1]]]`), "ring 1 is open"},
		{"a ring that crosses itself", polygon(`[[[36,33],[36.1,33.1],[36.1,33],[36,33.1],[36,33]]]`), "crosses the edge from point"},
		{"a hole outside", polygon(`[[[36,33],[36.1,33],[36.1,33.1],[36,33]],[[36.2,33],[36.3,33],[36.3,33.1],[36.2,33]]]`), "hole 1: it does not lie inside"},
		{"swapped axes", polygon(`[[[33,136],[33,136.1],[33.1,136.1],[33,136]]]`), "longitude comes first"},
		{"too many corners", polygon(`[[` + many + `]]`), "10002 positions, more than 10000"},
		{"no numbers", polygon(`[[["a","b"]]]`), "coordinates of a Polygon"},
		{"the antimeridian", polygon(`[[[179,10],[-179,10],[-179,11],[179,10]]]`), "antimeridian: not handled"},
		{"a pole", polygon(`[[[10,89],[11,89],[10.5,90],[10,89]]]`), "pole: not handled"},
		{"a point without radius", point(window), "a point is no area"},
		{"a line without width", `{"type":"Feature","geometry":{"type":"LineString","coordinates":[[36,33],[36.1,33]]},"properties":{` + window + `}}`, "a line is no area"},
		{"a height without reference", point(`"radius_m":5,"low_m":100,` + window), "a height without its reference means nothing"},
		{"a band upside down", point(`"radius_m":5,"low_m":300,"high_m":100,"reference":"AGL",` + window), "upside down"},
		{"a margin below zero", point(`"radius_m":5,"margin_m":-1,` + window), "a margin below zero"},
		{"a number that is none", point(`"radius_m":NaN,` + window), "no JSON"},
		{"volumes without a window", `{"extents":[{"volume":{"outline_circle":{"center":{"lat":33,"lng":36},"radius":{"value":5}}}}]}`, "extents[0]: time_start and time_end"},
		{"a volume without an outline", `{"extents":[{"volume":{}}]}`, "neither an outline_polygon"},
		{"an altitude in furlongs", `[{"volume":{"outline_circle":{"center":{"lat":33,"lng":36},"radius":{"value":5}},"altitude_lower":{"value":1,"reference":"W84","units":"FUR"}}}]`, "neither M nor FT"},
		{"a file of megabytes", strings.Repeat(" ", activity.MaxBytes+1), "bytes, more than"},
	} {
		if a, err := activity.Read(x.name, []byte(x.file)); err == nil || !strings.Contains(err.Error(), x.why) {
			t.Errorf("%s: %+v, %v; want %q", x.name, a, err, x.why)
		}
	}
}

// An edge of a GeoJSON file is straight in longitude and latitude: what lies
// between it and the geodesic is found to be outside. On a parallel of 60 km
// they are 47 m apart (a line of latitude in an agreement).
func TestParallelsAreKept(t *testing.T) {
	zone, err := activity.Read("zone", []byte(polygon(`[[[35.5,33],[36.15,33],[36.15,33.3],[35.5,33.3],[35.5,33]]]`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, off := range []float64{5, 35} { // metres north of the parallel
		at := fmt.Sprintf(`{"type":"Feature","geometry":{"type":"Point","coordinates":[35.825,%.8f]},"properties":{"radius_m":1,%s}}`, 33.3+off/110_900, window)
		probe, err := activity.Read("probe", []byte(at))
		if err != nil {
			t.Fatal(err)
		}
		if got := activity.Clashes([]activity.Activity{zone, probe}, geo.Ground{}); len(got) != 0 {
			t.Errorf("%v m north of the parallel: %+v", off, got)
		}
	}
}

// DEC-11 T: 300 ft above the ground and above the sea are not the same; they
// are compared by what the ground of the theatre may be.
func TestHeightsOfDifferentReferences(t *testing.T) {
	read := func(band string) activity.Activity {
		a, err := activity.Read(band, []byte(point(`"radius_m":500,`+band+`,`+window)))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	low := read(`"altitude_lower":{"value":0,"reference":"AGL","units":"FT"},"altitude_upper":{"value":300,"reference":"AGL","units":"FT"}`)
	sea := read(`"altitude_lower":{"value":300,"reference":"MSL","units":"FT"},"altitude_upper":{"value":900,"reference":"MSL","units":"FT"}`)
	high := read(`"altitude_lower":{"value":5000,"reference":"MSL","units":"M"},"altitude_upper":{"value":6000,"reference":"MSL","units":"M"}`)
	mountain := geo.Ground{LowM: 2000, HighM: 2814, GeoidLowM: 15, GeoidHighM: 30}
	for _, x := range []struct {
		a, b   activity.Activity
		ground geo.Ground
		clash  bool
		rule   string
	}{
		{low, sea, geo.Ground{}, true, geo.ByEstimate},
		{low, sea, mountain, false, ""}, // 900 ft above the sea is under that ground
		{low, high, mountain, false, ""},
		{low, low, mountain, true, geo.ByHeight},
		{low, read(`"id":"any"`), mountain, true, geo.ByArea},
	} {
		got := activity.Clashes([]activity.Activity{x.a, x.b}, x.ground)
		if len(got) == 1 != x.clash || x.clash && got[0].Rule != x.rule {
			t.Errorf("%s and %s: %+v", x.a.ID, x.b.ID, got)
		}
	}
}

// Whatever a file says, reading it ends, and what is read is a volume.
func FuzzRead(f *testing.F) {
	f.Add([]byte(polygon(`[[[36,33],[36.1,33],[36.1,33.1],[36,33]]]`)))
	f.Add([]byte(point(`"radius_m":5,"low_m":1,"high_m":2,"reference":"AGL",` + window)))
	f.Add([]byte(`{"extents":[{"volume":{"outline_circle":{"center":{"lat":33,"lng":36},"radius":{"value":5,"units":"M"}}},"time_start":{"value":"2026-01-06T08:00:00Z"},"time_end":{"value":"2026-01-06T09:00:00Z"}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := activity.Read("x", b)
		if err != nil {
			return
		}
		for _, v := range a.Volumes {
			if err := v.Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

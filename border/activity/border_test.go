package activity_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"parley/border/activity"
	"parley/geo"
)

// star makes a polygon that does not cross itself, sometimes with a hole.
func star(r *rand.Rand, c geo.Point) geo.Shape {
	ring := func(metres float64, n int) (out []geo.Point) {
		for i := range n {
			p, _ := geo.Direct(c, 360*float64(i)/float64(n), metres*(0.5+r.Float64()/2))
			out = append(out, p)
		}
		return out
	}
	size := 100 * (1 + r.Float64()*900) // to 90 km
	var holes [][]geo.Point
	if r.IntN(2) == 0 {
		holes = [][]geo.Point{ring(size/10, 3+r.IntN(5))}
	}
	s, err := geo.Polygon(ring(size, 6+r.IntN(30)), holes...)
	if err != nil {
		s, _ = geo.Circle(c, size)
	}
	return s
}

func made(r *rand.Rand) activity.Activity {
	a := activity.Activity{ID: fmt.Sprintf("A-%d", r.IntN(1000)), Title: `=Way & "two" <3>`, Kind: "works", Revision: int64(r.IntN(3)),
		Margins: geo.Margins{LateralM: 250, VerticalM: 30, TimeMS: 60_000}}
	for range 1 + r.IntN(3) {
		c := geo.Point{Lat: -60 + 120*r.Float64(), Lon: -170 + 340*r.Float64()}
		v := geo.Volume{From: 1767700000000, Until: 1767728800000, Low: geo.Height{M: 10, Reference: geo.AGL}, High: geo.Height{M: 900.5, Reference: geo.MSL, OffM: 12}}
		switch r.IntN(4) {
		case 0:
			v.Shape, _ = geo.Circle(c, 1+50_000*r.Float64())
		case 1:
			line := []geo.Point{c}
			for range 1 + r.IntN(5) {
				p, _ := geo.Direct(line[len(line)-1], 360*r.Float64(), 500+20_000*r.Float64())
				line = append(line, p)
			}
			v.Shape, _ = geo.Corridor(line, 10+2000*r.Float64())
		default:
			v.Shape = star(r, c)
		}
		a.Volumes = append(a.Volumes, v)
	}
	return a
}

// near reports whether every edge of a ring lies within a metre of the edges of
// another one.
func near(t *testing.T, a, b []geo.Point) bool {
	t.Helper()
	edge, err := geo.Corridor(append(append([]geo.Point{}, b...), b[0]), 0.5)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range a {
		q := a[(i+1)%len(a)]
		metres, azimuth, _ := geo.Inverse(p, q)
		for k := range 4 {
			at, _ := geo.Direct(p, azimuth, metres*float64(k)/4)
			if !geo.Within(at, edge, 0.5) {
				return false
			}
		}
	}
	return true
}

func alike(t *testing.T, a, b geo.Shape) bool {
	switch {
	case len(a.Ring) > 0:
		if len(a.Holes) != len(b.Holes) || len(b.Ring) == 0 || !near(t, a.Ring, b.Ring) || !near(t, b.Ring, a.Ring) {
			return false
		}
		for i := range a.Holes {
			if !near(t, a.Holes[i], b.Holes[i]) {
				return false
			}
		}
		return true
	case len(a.Line) > 0:
		if len(a.Line) != len(b.Line) || a.RadiusM != b.RadiusM {
			return false
		}
		for i := range a.Line {
			if geo.Distance(a.Line[i], b.Line[i]) > 0.002 {
				return false
			}
		}
		return true
	}
	return a.RadiusM == b.RadiusM && geo.Distance(a.Centre, b.Centre) < 0.002
}

// DEC-14 T: what goes out and comes in again is the same geometry within a
// metre, by GeoJSON and by KML, with its window, heights, margins and names.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		a := made(r)
		for kind, write := range map[string]func([]activity.Activity) ([]byte, error){activity.TypeGeoJSON: activity.WriteGeoJSON, activity.TypeKML: activity.WriteKML} {
			b, err := write([]activity.Activity{a})
			if err != nil {
				t.Fatal(err)
			}
			got, err := activity.ReadAll(t.Context(), kind, "x", b)
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			if len(got) != 1 || len(got[0].Volumes) != len(a.Volumes) {
				t.Fatalf("%s: %d activities", kind, len(got))
			}
			g := got[0]
			if g.ID != a.ID || g.Title != a.Title || g.Kind != a.Kind || g.Revision != a.Revision || g.Margins != a.Margins || len(g.Slips) != 0 {
				t.Errorf("%s: %+v", kind, g)
			}
			for i, v := range a.Volumes {
				w := g.Volumes[i]
				if v.From != w.From || v.Until != w.Until || v.Low != w.Low || v.High != w.High {
					t.Errorf("%s: %+v, not %+v", kind, w, v)
				}
				if !alike(t, v.Shape, w.Shape) {
					t.Errorf("%s: %+v came back as %+v", kind, v.Shape, w.Shape)
				}
			}
		}
	}
}

// What other programs draw for a circle or a corridor is never smaller than it.
func TestDrawnContains(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 15 {
		a := made(r)
		b, err := activity.WriteGeoJSON([]activity.Activity{a})
		if err != nil {
			t.Fatal(err)
		}
		// without the word of what it stands for, the polygons themselves are read
		plain := strings.NewReplacer(`"shape":"circle"`, `"shape":"polygon"`, `"shape":"corridor"`, `"shape":"polygon"`).Replace(string(b))
		drawn, err := activity.ReadAll(t.Context(), activity.TypeGeoJSON, "x", []byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range a.Volumes {
			var on []geo.Point // of its edge
			switch s := v.Shape; {
			case len(s.Ring) > 0:
				continue
			case len(s.Line) > 0:
				for i := range s.Line[1:] {
					metres, azimuth, _ := geo.Inverse(s.Line[i], s.Line[i+1])
					for range 20 {
						p, az := geo.Direct(s.Line[i], azimuth, metres*r.Float64())
						q, _ := geo.Direct(p, az+float64(90-180*r.IntN(2)), s.RadiusM*0.9999)
						on = append(on, q)
					}
				}
			default:
				for range 50 {
					q, _ := geo.Direct(s.Centre, 360*r.Float64(), s.RadiusM*0.99999)
					on = append(on, q)
				}
			}
			for _, p := range on {
				in := false
				for _, d := range drawn[0].Volumes {
					in = in || geo.Within(p, d.Shape, 0)
				}
				if !in {
					t.Fatalf("%v of %+v is not in what is drawn", p, v.Shape)
				}
			}
		}
	}
}

// A circle that was redrawn elsewhere says two things, and is refused.
func TestRedrawnIsRefused(t *testing.T) {
	c, _ := geo.Circle(geo.Point{Lat: 12.5, Lon: -38.5}, 500)
	b, err := activity.WriteGeoJSON([]activity.Activity{{ID: "A-1", Volumes: []geo.Volume{{Shape: c, From: 1, Until: 2}}}})
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Replace(string(b), `"radius_m":500`, `"radius_m":400`, 1)
	wantFault(t, activity.TypeGeoJSON, moved, activity.FaultDrawn, "geometry")
}

func wantFault(t *testing.T, kind, file, code, at string) {
	t.Helper()
	list, err := activity.ReadAll(t.Context(), kind, "x", []byte(file))
	f, ok := errors.AsType[*activity.Fault](err)
	if !ok || f.Code != code || !strings.Contains(f.At, at) {
		t.Errorf("%.200s: %v, %v (%+v); want %q at %q", file, list, err, f, code, at)
	}
	if list != nil {
		t.Errorf("%.200s: something was read", file)
	}
}

const span = `<TimeSpan><begin>2026-01-06T08:00:00Z</begin><end>2026-01-06T12:00:00Z</end></TimeSpan>`

func kml(inside string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>` + inside + `</Document></kml>`
}

func ring(coordinates string) string {
	return kml(`<Placemark><name>P</name>` + span + `<Polygon><outerBoundaryIs><LinearRing><coordinates>` + coordinates + `</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>`)
}

func spot(more string) string {
	return kml(`<Placemark><name>P</name>` + span + more + `</Placemark>`)
}

// "Bad input": KML bombs, 50 MB, and what says not where, when or how high: a
// clear fault with its place, and nothing read.
func TestKMLRefuses(t *testing.T) {
	deep := strings.Repeat("<Folder>", 5000) + strings.Repeat("</Folder>", 5000)
	laughs := `<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + kml(`<Placemark><name>&b;</name></Placemark>`)
	outside := `<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + kml(`<Placemark><name>&x;</name></Placemark>`)
	radius := `<ExtendedData><Data name="radius_m"><value>100</value></Data></ExtendedData>`
	for _, x := range []struct{ name, file, code, at string }{
		{"entities that multiply", laughs, activity.FaultBomb, ""},
		{"an entity from outside", outside, activity.FaultBomb, ""},
		{"an entity that nobody declared", kml(`<Placemark><name>&b;</name></Placemark>`), activity.FaultSyntax, ""},
		{"depth", kml(deep), activity.FaultBomb, ""},
		{"elements", kml(strings.Repeat("<Style/>", 200_000)), activity.FaultBomb, ""},
		{"placemarks", kml(strings.Repeat(`<Placemark>`+span+radius+`<Point><coordinates>-38.5,12.5</coordinates></Point></Placemark>`, 300)), activity.FaultVolumes, ""},
		{"another file", kml(`<NetworkLink><Link><href>http://192.0.2.1/x.kml</href></Link></NetworkLink>`), activity.FaultBomb, "NetworkLink"},
		{"an archive", "PK\x03\x04....", activity.FaultType, ""},
		{"another root", `<gpx></gpx>`, activity.FaultType, ""},
		{"no XML", `{"type":"Feature"}`, activity.FaultSyntax, ""},
		{"cut off", strings.TrimSuffix(spot(""), "</kml>"), activity.FaultSyntax, ""},
		{"nothing in it", kml(""), activity.FaultGeometry, ""},
		{"a name without geometry", spot(""), activity.FaultGeometry, "Placemark 1 (P)"},
		{"an open ring", ring("-38.5,12.5 -38.4,12.5 -38.4,12.6"), activity.FaultOpen, "Placemark 1"},
		{"a ring that crosses itself", ring("0,0 1,1 1,0 0,1 0,0"), activity.FaultGeometry, "Placemark 1"},
		{"swapped axes", ring("12.5,-138.5 12.6,-138.5 12.6,-138.4 12.5,-138.5"), activity.FaultAxes, "position 1"},
		{"NaN", ring("NaN,12 1,1 2,2 NaN,12"), activity.FaultNumber, "position 1"},
		{"infinite", ring("Inf,12 1,1 2,2 Inf,12"), activity.FaultNumber, "position 1"},
		{"10,001 vertices and one", ring(strings.Repeat("-38.5,12.5 ", geo.MaxPoints+2)), activity.FaultPoints, "Placemark 1"},
		{"the antimeridian", ring("179,10 -179,10 -179,11 179,10"), activity.FaultGeometry, "Placemark 1"},
		{"a pole", ring("10,89 11,89 10.5,90 10,89"), activity.FaultGeometry, "Placemark 1"},
		{"a point without radius", spot(`<Point><coordinates>-38.5,12.5</coordinates></Point>`), activity.FaultRadius, "Placemark 1"},
		{"no window", kml(`<Placemark>` + radius + `<Point><coordinates>-38.5,12.5</coordinates></Point></Placemark>`), activity.FaultWindow, "Placemark 1"},
		{"a date without an hour", kml(`<Placemark><TimeSpan><begin>2026-01-06</begin><end>2026-01-07</end></TimeSpan>` + radius + `<Point><coordinates>-38.5,12.5</coordinates></Point></Placemark>`), activity.FaultWindow, "Placemark 1"},
		{"the floor of the sea", spot(radius + `<Point><gx:altitudeMode>clampToSeaFloor</gx:altitudeMode><coordinates>-38.5,12.5</coordinates></Point>`), activity.FaultHeight, "Placemark 1"},
		{"50 MB", strings.Repeat(" ", 50<<20), activity.FaultSize, ""},
	} {
		t.Run(x.name, func(t *testing.T) { wantFault(t, activity.TypeKML, x.file, x.code, x.at) })
	}
	for _, kind := range []string{activity.TypeGeoJSON, activity.TypeCSV, activity.TypeJSON} {
		wantFault(t, kind, strings.Repeat(" ", 50<<20), activity.FaultSize, "")
	}
	wantFault(t, "text/plain", "x", activity.FaultType, "")
}

// altitudeMode says what a height is measured from (DEC-11).
func TestKMLHeights(t *testing.T) {
	radius := `<ExtendedData><Data name="radius_m"><value>100</value></Data></ExtendedData>`
	for mode, want := range map[string]geo.Height{"relativeToGround": {M: 120, Reference: geo.AGL}, "absolute": {M: 120, Reference: geo.MSL}, "clampToGround": {Reference: geo.Surface}} {
		list, err := activity.ReadAll(t.Context(), activity.TypeKML, "x", []byte(spot(radius+`<Point><altitudeMode>`+mode+`</altitudeMode><coordinates>-38.5,12.5,120</coordinates></Point>`)))
		if err != nil {
			t.Fatal(err)
		}
		if v := list[0].Volumes[0]; v.High != want {
			t.Errorf("%s: %+v", mode, v)
		}
	}
	list, err := activity.ReadAll(t.Context(), activity.TypeKML, "x", []byte(kml(`<Folder>`+span+`<Placemark>`+radius+`<Point><coordinates>-38.5,12.5</coordinates></Point></Placemark></Folder>`)))
	if err != nil || list[0].Volumes[0].High != (geo.Height{}) || list[0].Slips[len(list[0].Slips)-1].Code != activity.SlipNoHeight {
		t.Errorf("without a mode: %+v, %v", list, err)
	}
}

// Movements go out and come in as a table with HXL tags.
func TestMovementTable(t *testing.T) {
	way, _ := geo.Corridor([]geo.Point{{Lat: 12.5, Lon: -38.5}, {Lat: 12.6, Lon: -38.4}, {Lat: 12.7, Lon: -38.4}}, 200)
	at, _ := geo.Circle(geo.Point{Lat: 12.5, Lon: -38.5}, 750)
	area, _ := geo.Polygon([]geo.Point{{Lat: 12.5, Lon: -38.5}, {Lat: 12.6, Lon: -38.5}, {Lat: 12.6, Lon: -38.4}})
	v := geo.Volume{From: 1767700000000, Until: 1767728800000, High: geo.Height{M: 30, Reference: geo.AGL}}
	list := []activity.Activity{{ID: "A-1", Title: `=HYPERLINK("x")`, Kind: "movement"}, {ID: "A-2"}, {ID: "A-3"}}
	for i, s := range []geo.Shape{way, at, area} {
		v.Shape = s
		list[i].Volumes = []geo.Volume{v}
	}
	b, left, err := activity.WriteCSV(list)
	if err != nil || left != 1 {
		t.Fatal(left, err)
	}
	if !strings.Contains(string(b), `'=HYPERLINK`) {
		t.Errorf("a formula goes out: %s", b)
	}
	got, err := activity.ReadAll(t.Context(), activity.TypeCSV, "x", b)
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	for i := range got {
		if got[i].ID != list[i].ID || got[i].Title != list[i].Title || !alike(t, got[i].Volumes[0].Shape, list[i].Volumes[0].Shape) || got[i].Volumes[0].High != v.High {
			t.Errorf("%+v", got[i])
		}
	}
	head := "#activity+code,#date+start,#date+end,#geo+lat,#geo+lon,#geo+radius_m\n"
	for _, x := range []struct{ name, file, code, at string }{
		{"no tags", "a,b\nc,d\ne,f\n", activity.FaultColumns, "row 2"},
		{"a column missing", "#activity+code,#geo+lat\nA,1\n", activity.FaultColumns, ""},
		{"nothing", head, activity.FaultVolumes, ""},
		{"no number", head + "A,2026-01-06T08:00:00Z,2026-01-06T12:00:00Z,NaN,1,5\n", activity.FaultNumber, "row 2"},
		{"swapped axes", head + "A,2026-01-06T08:00:00Z,2026-01-06T12:00:00Z,-138,12,5\n", activity.FaultAxes, "row 2"},
		{"no radius", head + "A,2026-01-06T08:00:00Z,2026-01-06T12:00:00Z,1,1,\n", activity.FaultRadius, "row 2"},
		{"no time", head + "A,08:00,12:00,1,1,5\n", activity.FaultWindow, "row 2"},
		{"no name", head + ",2026-01-06T08:00:00Z,2026-01-06T12:00:00Z,1,1,5\n", activity.FaultColumns, "row 2"},
		{"two windows", head + "A,2026-01-06T08:00:00Z,2026-01-06T12:00:00Z,1,1,5\nA,2026-01-06T09:00:00Z,,1,2,5\n", activity.FaultDuplicate, "row 3"},
		{"a quote without end", head + "\"A", activity.FaultSyntax, "row"},
	} {
		t.Run(x.name, func(t *testing.T) { wantFault(t, activity.TypeCSV, x.file, x.code, x.at) })
	}
}

// ASTM F3548-21: what its schema does not allow is refused with its place.
func TestF3548Refuses(t *testing.T) {
	volume := func(outline string) string {
		return `{"extents":[{"volume":{` + outline + `},"time_start":{"value":"2026-01-06T08:00:00Z","format":"RFC3339"},"time_end":{"value":"2026-01-06T09:00:00Z","format":"RFC3339"}}]}`
	}
	many := strings.Repeat(`{"lat":12,"lng":-38},`, geo.MaxPoints) + `{"lat":12,"lng":-38}`
	for _, x := range []struct{ name, file, code, at string }{
		{"10,001 vertices", volume(`"outline_polygon":{"vertices":[` + many + `]}`), activity.FaultPoints, "extents[0].volume.outline_polygon"},
		{"a vertex without longitude", volume(`"outline_polygon":{"vertices":[{"lat":1},{"lat":1,"lng":2},{"lat":2,"lng":2}]}`), activity.FaultNumber, "vertices[0]"},
		{"swapped axes", volume(`"outline_polygon":{"vertices":[{"lat":-138,"lng":12},{"lat":-138,"lng":13},{"lat":-137,"lng":12}]}`), activity.FaultAxes, "vertices[0]"},
		{"two outlines", volume(`"outline_polygon":{"vertices":[]},"outline_circle":{"center":{"lat":1,"lng":2},"radius":{"value":5,"units":"M"}}`), activity.FaultGeometry, "extents[0].volume"},
		{"a radius in feet", volume(`"outline_circle":{"center":{"lat":1,"lng":2},"radius":{"value":5,"units":"FT"}}`), activity.FaultRadius, "units"},
		{"a circle without a centre", volume(`"outline_circle":{"center":{"lat":1},"radius":{"value":5,"units":"M"}}`), activity.FaultGeometry, "extents[0].volume"},
		{"another clock", strings.ReplaceAll(volume(`"outline_circle":{"center":{"lat":1,"lng":2},"radius":{"value":5,"units":"M"}}`), "RFC3339", "UNIX"), activity.FaultWindow, "extents[0]"},
	} {
		t.Run(x.name, func(t *testing.T) { wantFault(t, activity.TypeJSON, x.file, x.code, x.at) })
	}
}

// Whatever a file says, reading it ends, what is read is a volume, and it can
// go out and come in again.
func FuzzReadAll(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	kinds := []string{activity.TypeGeoJSON, activity.TypeKML, activity.TypeCSV, activity.TypeJSON}
	for range 5 {
		a := []activity.Activity{made(r)}
		j, _ := activity.WriteGeoJSON(a)
		k, _ := activity.WriteKML(a)
		c, _, _ := activity.WriteCSV(a)
		for i, b := range [][]byte{j, k, c} {
			if len(b) < 20_000 {
				f.Add(uint8(i), b)
			}
		}
	}
	f.Add(uint8(1), []byte(spot(`<Point><coordinates>1,2</coordinates></Point>`)))
	f.Fuzz(func(t *testing.T, kind uint8, b []byte) {
		list, err := activity.ReadAll(t.Context(), kinds[int(kind)%len(kinds)], "x", b)
		if err != nil {
			if _, ok := errors.AsType[*activity.Fault](err); !ok {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		for _, a := range list {
			for _, v := range a.Volumes {
				if err := v.Validate(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := activity.WriteGeoJSON(list); err != nil {
			t.Fatal(err)
		}
		if _, err := activity.WriteKML(list); err != nil {
			t.Fatal(err)
		}
	})
}

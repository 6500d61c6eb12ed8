package activity_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"parley/border/activity"
	"parley/geo"
)

// "Bad input": a text in very many pieces is read in the time of its length.
// Before, 800 kB took half a minute and 4 MB did not end.
func TestTextInPiecesIsReadAtOnce(t *testing.T) {
	for name, piece := range map[string]string{"comments": "<!---->b", "CDATA": "<![CDATA[b]]>"} {
		file := kml("<Placemark><name>" + strings.Repeat("a", 2<<20) + strings.Repeat(piece, (2<<20-400)/len(piece)) + "</name></Placemark>")
		begin := time.Now()
		wantFault(t, activity.TypeKML, file, activity.FaultGeometry, "Placemark 1")
		if took := time.Since(begin); took > 5*time.Second { // it takes a quarter of one
			t.Errorf("%s: %d bytes take %v", name, len(file), took)
		}
	}
}

// starry draws a star of many corners, which takes long to check.
func starry(corners int) string {
	var b strings.Builder
	for i := range corners + 1 {
		r, a := 0.5+0.01*float64(i%2), 2*math.Pi*float64(i%corners)/float64(corners)
		fmt.Fprintf(&b, "%.7f,%.7f ", -38+r*math.Cos(a), 12+r*math.Sin(a))
	}
	return strings.TrimSpace(b.String())
}

// "Bad input": reading ends with the request that asks for it, whatever the form.
func TestReadingEndsWithTheRequest(t *testing.T) {
	corners := "[" + strings.ReplaceAll(starry(4000), " ", "],[") + "]"
	polygon := `<Polygon><outerBoundaryIs><LinearRing><coordinates>` + starry(4000) + `</coordinates></LinearRing></outerBoundaryIs></Polygon>`
	vertices := strings.NewReplacer("[", `{"lng":`, ",1", `,"lat":1`, "]", "}").Replace(corners)
	volume := `{"volume":{"outline_polygon":{"vertices":[` + vertices[:strings.LastIndex(vertices, ",{")] + `]}},"time_start":{"value":"2026-01-06T08:00:00Z"},"time_end":{"value":"2026-01-06T09:00:00Z"}}`
	for _, x := range []struct{ kind, file string }{
		{activity.TypeKML, kml(strings.Repeat(`<Placemark>`+span+polygon+`</Placemark>`, 20))},
		{activity.TypeKML, kml(`<Placemark>` + span + `<MultiGeometry>` + strings.Repeat(polygon, 20) + `</MultiGeometry></Placemark>`)},
		{activity.TypeGeoJSON, `{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[` + strings.TrimSuffix(strings.Repeat("[["+corners+"]],", 20), ",") + `]},"properties":{` + window + `}}`},
		{activity.TypeJSON, `[` + strings.TrimSuffix(strings.Repeat(volume+",", 20), ",") + `]`},
	} {
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
		begin := time.Now()
		list, err := activity.ReadAll(ctx, x.kind, "x", []byte(x.file))
		stop()
		if list != nil || !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 4*time.Second {
			t.Errorf("%s: %d activities, %v after %v", x.kind, len(list), err, time.Since(begin))
		}
	}
}

// "Bad input": signs that turn text around, or that nobody sees, come into no
// title, type, name or place, and it is said that they were taken out.
func TestTextsAreTidied(t *testing.T) {
	bad := "a\u202E\u200F\x00\x1b\u0085b"
	feature := `{"type":"Feature","id":"x","geometry":{"type":"Point","coordinates":[36.1,33.1]},"properties":{"title":"a\u202e\u200f\u0000\u001b\u0085b","kind":"\u202eworks","radius_m":5,` + window + `}}`
	table := "#activity+code,#activity+name,#activity+type,#date+start,#date+end,#geo+lat,#geo+lon,#geo+radius_m\nx\u202E," + bad + ",\u202Eworks,2026-01-06T08:00:00Z,2026-01-06T12:00:00Z,1,1,5\n"
	placemark := kml("<Placemark id=\"x\"><name>a\u202E\u200F\u0085b</name>" + span + "<ExtendedData><Data name=\"kind\"><value>\u202Eworks</value></Data><Data name=\"radius_m\"><value>5</value></Data></ExtendedData><Point><coordinates>1,1</coordinates></Point></Placemark>")
	for kind, file := range map[string]string{activity.TypeGeoJSON: feature, activity.TypeCSV: table, activity.TypeKML: placemark} {
		list, err := activity.ReadAll(t.Context(), kind, "x", []byte(file))
		if err != nil {
			t.Fatal(kind, err)
		}
		a := list[0]
		if a.ID != "x" || a.Title != "ab" || a.Kind != "works" || !said(a.Slips, activity.SlipText) {
			t.Errorf("%s: %+q %+q %+q, %+v", kind, a.ID, a.Title, a.Kind, a.Slips)
		}
		for _, s := range a.Slips {
			if strings.ContainsAny(s.At, "\u202E\u200F\u0085") {
				t.Errorf("%s: at %+q", kind, s.At)
			}
		}
	}
	wantFault(t, activity.TypeKML, strings.Replace(placemark, "1,1", "", 1), activity.FaultGeometry, "Placemark 1 (ab)")
}

func said(list []activity.Slip, code string) bool {
	for _, s := range list {
		if s.Code == code {
			return true
		}
	}
	return false
}

// A number is written in digits: 0x1p3 is none, in a table and in KML.
func TestNumbersAreDecimal(t *testing.T) {
	head := "#activity+code,#date+start,#date+end,#geo+lat,#geo+lon,#geo+radius_m\n"
	row := func(lat, radius string) string {
		return head + "A,2026-01-06T08:00:00Z,2026-01-06T12:00:00Z," + lat + ",1," + radius + "\n"
	}
	for _, bad := range []string{"0x1p3", "0X8", "0b1", "1_0", "Inf", "nan", "1e999", "٨", ""} {
		wantFault(t, activity.TypeCSV, row(bad, "5"), activity.FaultNumber, "row 2")
		if bad == "" {
			continue
		}
		wantFault(t, activity.TypeCSV, row("8", bad), activity.FaultNumber, "row 2")
		wantFault(t, activity.TypeKML, spot(`<Point><coordinates>1,`+bad+`</coordinates></Point>`), activity.FaultNumber, "position 1")
		wantFault(t, activity.TypeKML, spot(`<ExtendedData><Data name="radius_m"><value>`+bad+`</value></Data></ExtendedData><Point><coordinates>1,8</coordinates></Point>`), activity.FaultNumber, "radius_m")
	}
	if list, err := activity.ReadAll(t.Context(), activity.TypeCSV, "x", []byte(row("-8.5", "5e2"))); err != nil || list[0].Volumes[0].Shape.RadiusM != 500 {
		t.Errorf("%+v, %v", list, err)
	}
}

// A file of another datum lies elsewhere than it says: it is refused, wherever it
// names it; one that names WGS84 is read.
func TestAnotherDatumIsRefused(t *testing.T) {
	named := func(s string) string { return `"crs":{"type":"name","properties":{"name":"` + s + `"}},` }
	at := func(collection, feature, geometry string) string {
		return `{"type":"FeatureCollection",` + collection + `"features":[{"type":"Feature",` + feature + `"geometry":{"type":"Point",` + geometry + `"coordinates":[36.1,33.1]},"properties":{"radius_m":5,` + window + `}}]}`
	}
	other := named("urn:ogc:def:crs:EPSG::4281")
	wantFault(t, activity.TypeGeoJSON, at(other, "", ""), activity.FaultDatum, "crs")
	wantFault(t, activity.TypeGeoJSON, at("", other, ""), activity.FaultDatum, "features[0].crs")
	wantFault(t, activity.TypeGeoJSON, at("", "", other), activity.FaultDatum, "features[0].geometry: crs")
	wantFault(t, activity.TypeGeoJSON, at(named("EPSG:32636"), "", ""), activity.FaultDatum, "crs")
	wantFault(t, activity.TypeGeoJSON, at(`"crs":{"type":"link","properties":{"href":"http://192.0.2.1/"}},`, "", ""), activity.FaultDatum, "crs")
	wantFault(t, activity.TypeGeoJSON, strings.Replace(point(`"radius_m":5,`+window), "{", "{"+other, 1), activity.FaultDatum, "crs")
	for _, same := range []string{named("urn:ogc:def:crs:OGC:1.3:CRS84"), named("urn:ogc:def:crs:EPSG::4326"), named("EPSG:4326"), named("http://www.opengis.net/def/crs/OGC/1.3/CRS84"), `"crs":null,`, ""} {
		if _, err := activity.ReadAll(t.Context(), activity.TypeGeoJSON, "x", []byte(at(same, same, same))); err != nil {
			t.Errorf("%s: %v", same, err)
		}
	}
}

// What is counted in a fault is what stands in the file.
func TestPointsAreCountedAsInTheFile(t *testing.T) {
	var line strings.Builder
	for i := range 9000 { // to and fro in long edges
		fmt.Fprintf(&line, "%.5f,%.5f ", -38+0.06*float64(i%2), 10+0.0002*float64(i))
	}
	file := spot(`<ExtendedData><Data name="half_width_m"><value>1</value></Data></ExtendedData><LineString><coordinates>` + line.String() + `</coordinates></LineString>`)
	_, err := activity.ReadAll(t.Context(), activity.TypeKML, "x", []byte(file))
	f, ok := errors.AsType[*activity.Fault](err)
	if !ok || f.Code != activity.FaultPoints || !strings.Contains(f.Why, "9000 positions") || f.Of == nil || f.Of.Code != geo.FaultLong {
		t.Errorf("%v (%+v)", err, f)
	}
}

// What a notice cannot carry, and what is over, is said before a draft is made.
func TestWhatADraftLeavesOut(t *testing.T) {
	read := func(more string) activity.Activity {
		list, err := activity.ReadAll(t.Context(), activity.TypeGeoJSON, "x", []byte(point(`"radius_m":5,`+more+window)))
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	before, after := int64(1767686400000), int64(1767700800000) // of the window's beginning and end
	for _, x := range []struct {
		more string
		now  int64
		code string
	}{
		{"", before, ""},
		{"", after - 1, ""},
		{"", after, activity.SlipOver},
		{`"ended":true,`, before, activity.SlipOver},
		{`"margin_m":500,`, before, activity.SlipMargin},
		{`"vertical_margin_m":100,`, before, activity.SlipMargin},
		{`"time_margin_s":600,`, before, activity.SlipMargin},
	} {
		got := read(x.more).ByDrafting(x.now)
		if len(got) > 1 || (len(got) == 1) != (x.code != "") || len(got) == 1 && (got[0].Code != x.code || got[0].At == "") {
			t.Errorf("%s at %d: %+v", x.more, x.now, got)
		}
	}
}

// DEC-14 T: an activity of many volumes goes out as a table and comes in as one,
// with all that its heights say.
func TestTableKeepsTheActivity(t *testing.T) {
	a := activity.Activity{ID: "A-1", Title: "Row", Kind: "uav"}
	for i := range 64 {
		s, _ := geo.Circle(geo.Point{Lat: 12.5, Lon: -38.5 + 0.01*float64(i)}, 100+float64(i))
		if i%3 == 0 {
			s, _ = geo.Corridor([]geo.Point{{Lat: 12.5, Lon: -38.5 + 0.01*float64(i)}, {Lat: 12.6, Lon: -38.5}}, 100)
		}
		a.Volumes = append(a.Volumes, geo.Volume{Shape: s, From: 1767700000000, Until: 1767728800000,
			Low: geo.Height{M: 10, Reference: geo.AGL, OffM: 3}, High: geo.Height{M: 120, Reference: geo.MSL, OffM: 12}})
	}
	b, left, err := activity.WriteCSV([]activity.Activity{a, {ID: "A-2", Volumes: a.Volumes[:1]}})
	if err != nil || left != 0 {
		t.Fatal(left, err)
	}
	got, err := activity.ReadAll(t.Context(), activity.TypeCSV, "x", b)
	if err != nil || len(got) != 2 || got[0].ID != "A-1" || got[0].Title != "Row" || len(got[0].Volumes) != 64 || len(got[1].Volumes) != 1 {
		t.Fatal(got, err)
	}
	for i, v := range a.Volumes {
		if w := got[0].Volumes[i]; w.Low != v.Low || w.High != v.High || !alike(t, v.Shape, w.Shape) {
			t.Errorf("volume %d: %+v, not %+v", i+1, w, v)
		}
	}
}

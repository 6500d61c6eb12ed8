package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"parley/api"
	"parley/border/activity"
	"parley/cell"
	"parley/desk"
	"parley/node"
	"parley/node/nodetest"
)

// give gives notice of works in a circle, by the form that the charter offers.
func give(t *testing.T, c *nodetest.Cell, d *nodetest.Desk, confidentiality string) node.Filed {
	t.Helper()
	from := c.Clock.Now().Add(96 * time.Hour).UnixMilli()
	for _, x := range d.Charter().Templates {
		if x.Kind == "deconfliction.works/2" {
			return d.Send(t, node.Act{Kind: x.Code}, fmt.Sprintf(`{"activity":"works","volumes":[{"centre":[{"lat":"12.46","lon":"-38.2"}],"radius_m":500,
				"windows":[{"from":%d,"until":%d}]}],"units":"a crew","purpose":"repair","vehicles":[{"count":1,"type":"excavator"}],"people":[4],"escort":"no","disputed":"no","contact":["channel 4"],"confidentiality":%q}`, from, from+6*3600_000, confidentiality))
		}
	}
	return d.Send(t, node.Act{Kind: "NOTICE"}, fmt.Sprintf(`{"activity":"works","area":{"centre":[{"lat":"12.46","lon":"-38.2"}],"radius_m":500},
		"window":{"from":%d,"until":%d},"contact":"channel 4","confidentiality":"exact"}`, from, from+6*3600_000))
}

// DEC-14 T: what one desk files leaves the other as a file and on the CoT port,
// whether it is answered before or while somebody looks, and is deleted there
// when it is withdrawn.
func TestNoticeLeaves(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a, b := c.Start("alpha", "", nil), c.Start("bravo", "", nil)
	super := c.Start("supervisor", "", nil)
	filed := give(t, c, a, "exact")
	c.Settle()
	super.Send(t, node.Act{Kind: "cell.received/1", About: filed.Ref}, `{}`)
	c.Settle()

	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	free.Close()
	d := &desk.Desk{Node: b.Node, Settings: desk.Settings{Desk: "bravo", Border: &desk.Border{CoT: &desk.CoT{Listen: at}}}}
	ways, err := borders(d)
	if err != nil {
		t.Fatal(err)
	}
	for format, kind := range map[string]string{"geojson": activity.TypeGeoJSON, "kml": activity.TypeKML, "csv": activity.TypeCSV} {
		e, err := ways.Files.Write(t.Context(), api.Export{Format: format, Until: 1 << 52})
		if err != nil || e.Count != 1 {
			t.Fatal(format, e, err)
		}
		list, err := activity.ReadAll(t.Context(), kind, "x", e.File)
		if err != nil || len(list) != 1 || list[0].ID != filed.Ref.String() || list[0].Volumes[0].Shape.RadiusM != 500 {
			t.Errorf("%s: %+v, %v", format, list, err)
		}
	}

	if e, err := ways.Files.Write(t.Context(), api.Export{Format: "geojson", Keys: []string{filed.Ref.String()}}); err != nil || e.Count != 1 {
		t.Errorf("the notice asked for: %d, %v", e.Count, err)
	}
	if e, err := ways.Files.Write(t.Context(), api.Export{Format: "geojson", Keys: []string{"none"}}); err != nil || e.Count != 0 {
		t.Errorf("no notice asked for: %d, %v", e.Count, err)
	}

	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- ways.Run(ctx) }()
	defer func() { stop(); <-done }()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	until := func(what string) (all string) {
		t.Helper()
		for !strings.Contains(all, what) {
			s, err := r.ReadString('>')
			if err != nil {
				t.Fatalf("%v before %s: %s", err, what, all)
			}
			all += s
		}
		return all
	}
	until(`type="u-d-c-c"`)
	until(`major="500"`)
	b.Send(t, node.Act{Kind: "cell.received/1", About: filed.Ref}, `{}`)
	c.Settle()
	for format, kind := range map[string]string{"geojson": activity.TypeGeoJSON, "kml": activity.TypeKML, "csv": activity.TypeCSV} {
		e, err := ways.Files.Write(t.Context(), api.Export{Format: format, Keys: []string{filed.Ref.String()}})
		if err != nil || e.Count != 1 {
			t.Fatal(format, e, err)
		}
		if list, err := activity.ReadAll(t.Context(), kind, "x", e.File); err != nil || len(list) != 1 || list[0].Volumes[0].Shape.RadiusM != 500 {
			t.Errorf("answered, %s: %+v, %v", format, list, err)
		}
	}
	if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if said, err := io.ReadAll(r); strings.Contains(string(said), "t-x-d-d") || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("answered, the map is told %s, %v", said, err)
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	a.Send(t, node.Act{Kind: "cell.cancel/1", About: filed.Ref}, `{"reason":{"lang":"en","text":"not needed"}}`)
	c.Settle()
	until(`type="t-x-d-d"`)
}

// A file becomes drafts: whole metres rounded outward, its slips beside it.
func TestImportedDraft(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a := c.Start("alpha", "", nil)
	file := `{"type":"Feature","geometry":{"type":"Point","coordinates":[-38.2,12.46]},"properties":{"kind":"works","radius_m":500.2,"low_m":10.7,"high_m":30.2,"reference":"AGL","from":"2026-01-10T08:00:00Z","until":"2026-01-10T12:00:00Z"}}`
	list, err := readFile(t.Context(), known{a.Charter(), c.Clock.Now().UnixMilli()}, activity.TypeGeoJSON, "", []byte(file))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	v := list[0].Volumes[0]
	if v.RadiusM != 501 || v.Low[0].M != 10 || v.High[0].M != 31 || len(list[0].Slips) != 2 {
		t.Errorf("%+v", list[0])
	}
	var body struct {
		Kind string
		Body struct{ Activity string }
	}
	if err := json.Unmarshal(list[0].Body, &body); err != nil || body.Body.Activity != "works" || !strings.HasPrefix(body.Kind, "deconfliction.") {
		t.Errorf("%s, %v", list[0].Body, err)
	}
	if _, ok := a.Charter().Template(activity.KindDraft + "/1"); ok {
		if _, err := a.Act(t.Context(), node.Act{Kind: list[0].Kind, Body: list[0].Body, By: cell.By{Officer: "watch-1", Role: "watch"}}); err != nil {
			t.Error(err)
		}
	}
	for kind, file := range map[string]io.Reader{activity.TypeKML: strings.NewReader("<kml>"), "text/plain": strings.NewReader("x")} {
		b, _ := io.ReadAll(file)
		if _, err := readFile(t.Context(), known{a.Charter(), 0}, kind, "", b); err == nil {
			t.Errorf("%s was read", kind)
		} else if _, ok := err.(*api.BorderFault); !ok {
			t.Errorf("%T", err)
		}
	}
}

// DEC-14, SEC-07 T: clients of the CoT port are shown the compartments that
// desk.yaml names, or else the one that the notices' module is in; a name that
// the charter does not know opens nothing.
func TestCoTShowsWhatIsNamed(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	c.Charter.Baskets["commerce"] = c.Charter.Baskets["de-escalation"]
	works := ""
	for i := range c.Charter.Templates {
		if x := &c.Charter.Templates[i]; x.Kind == "deconfliction.works/1" {
			x.Basket, works = "commerce", x.Code
		}
	}
	a, b := c.Start("alpha", "", nil), c.Start("bravo", "", nil)
	c.Start("supervisor", "", nil)
	from := c.Clock.Now().Add(96 * time.Hour).UnixMilli()
	a.Send(t, node.Act{Kind: works}, fmt.Sprintf(`{"activity":"works","volumes":[{"centre":[{"lat":"12.46","lon":"-38.2"}],"radius_m":500,
		"windows":[{"from":%d,"until":%d}]}],"units":"a crew","purpose":"repair","contact":["channel 4"],"confidentiality":"exact"}`, from, from+6*3600_000))
	c.Settle()
	for _, tt := range []struct {
		baskets []string
		shown   int
	}{{nil, 0}, {[]string{"de-escalation"}, 0}, {[]string{"de-escalation", "commerce"}, 1}} {
		d := &desk.Desk{Node: b.Node, Settings: desk.Settings{Desk: "bravo", Border: &desk.Border{CoT: &desk.CoT{Listen: "127.0.0.1:0", Baskets: tt.baskets}}}}
		ctx, stop := context.WithCancel(t.Context())
		shown := -1
		if err := d.FollowNotices(ctx, func(all map[string]*node.Stated) { shown = len(all); stop() }); err != nil || shown != tt.shown {
			t.Errorf("baskets %v: %d are shown, %v", tt.baskets, shown, err)
		}
		stop()
	}
	d := &desk.Desk{Node: b.Node, Settings: desk.Settings{Desk: "bravo", Border: &desk.Border{CoT: &desk.CoT{Listen: "127.0.0.1:0", Baskets: []string{"commerse"}}}}}
	if l, err := d.ListenCoT(nil); err == nil || !strings.Contains(err.Error(), "commerse") {
		t.Errorf("%v, %v", l, err)
	}
}

// "Bad input", swapped axes: a file whose areas lie outside the charter's theatre,
// and inside it with latitude and longitude changed over, is refused whole with
// what may have been meant, in every form; one that lies elsewhere is read.
func TestChangedAxesAreRefused(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a := c.Start("alpha", "", nil)
	const from, until = "2026-01-10T08:00:00Z", "2026-01-10T12:00:00Z"
	feature := func(lat, lon string) string {
		return `{"type":"Feature","geometry":{"type":"Point","coordinates":[` + lon + `,` + lat + `]},"properties":{"kind":"works","radius_m":500,"from":"` + from + `","until":"` + until + `"}}`
	}
	for _, x := range []struct {
		kind, at string
		file     func(lat, lon string) string
	}{
		{activity.TypeGeoJSON, "features[1].geometry", func(lat, lon string) string {
			return `{"type":"FeatureCollection","features":[` + feature("12.46", "-38.2") + `,` + feature(lat, lon) + `]}`
		}},
		{activity.TypeKML, "Placemark 1 (P)", func(lat, lon string) string {
			return `<kml><Placemark><name>P</name><TimeSpan><begin>` + from + `</begin><end>` + until + `</end></TimeSpan><ExtendedData><Data name="half_width_m"><value>50</value></Data></ExtendedData>
				<LineString><coordinates>` + lon + `,` + lat + ` ` + lon + `1,` + lat + `1</coordinates></LineString></Placemark></kml>`
		}},
		{activity.TypeCSV, "row 2", func(lat, lon string) string {
			return "#activity+code,#date+start,#date+end,#geo+lat,#geo+lon,#geo+radius_m\nA," + from + "," + until + "," + lat + "," + lon + ",5\n"
		}},
		{activity.TypeJSON, "extents[0].volume", func(lat, lon string) string {
			return `{"extents":[{"volume":{"outline_polygon":{"vertices":[{"lat":` + lat + `,"lng":` + lon + `},{"lat":` + lat + `1,"lng":` + lon + `},{"lat":` + lat + `1,"lng":` + lon + `1}]}},
				"time_start":{"value":"` + from + `"},"time_end":{"value":"` + until + `"}}]}`
		}},
	} {
		read := func(lat, lon string) ([]api.Imported, error) {
			return readFile(t.Context(), known{a.Charter(), c.Clock.Now().UnixMilli()}, x.kind, "", []byte(x.file(lat, lon)))
		}
		list, err := read("-38.2", "12.46")
		f, ok := err.(*api.BorderFault)
		if list != nil || !ok || f.Code != activity.FaultAxes || f.At != x.at || f.Shape != "swapped" || f.Params["at"] != "-38.2, 12.46" || f.Params["meant"] != "12.46, -38.2" {
			t.Errorf("%s: %+v, %v (%+v)", x.kind, list, err, f)
		}
		for _, p := range [][2]string{{"12.46", "-38.2"}, {"33.1", "36.1"}} {
			if _, err := read(p[0], p[1]); err != nil {
				t.Errorf("%s at %v: %v", x.kind, p, err)
			}
		}
	}
}

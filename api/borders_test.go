package api_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"parley/api"
	"parley/cell"
	"parley/officer"
)

// files stands in for the formats.
func files(c *api.Config) {
	c.Borders = &api.Borders{
		Read: func(_ context.Context, contentType, form string, b []byte) ([]api.Imported, error) {
			if strings.Contains(string(b), "crossed ring") {
				return nil, &api.BorderFault{Code: "geometry", At: "features[0].geometry", Why: "edges cross", Shape: "cross", Params: map[string]string{"a": "1"}}
			}
			if strings.Contains(string(b), "open ring") {
				return nil, &api.BorderFault{Code: "open", At: "features[0].geometry", Why: "ring 1 is open"}
			}
			draft := func(id, body string) api.Imported {
				return api.Imported{ID: id, Volumes: []cell.Volume{}, Slips: []api.ImportedSlip{}, Kind: "deconfliction.draft", Body: []byte(`{"kind":"deconfliction.works/1","body":` + body + `}`)}
			}
			if strings.Contains(string(b), "second is bad") {
				return []api.Imported{draft("good", `{"activity":"works"}`), draft("bad", `{"activity":"\u202Eworks"}`)}, nil
			}
			return []api.Imported{{ID: "x", Form: form, Volumes: []cell.Volume{}, Slips: []api.ImportedSlip{{Code: "no-height", At: contentType}},
				Kind: "deconfliction.draft", Body: []byte(`{"kind":"deconfliction.works/1","body":{"activity":"works"}}`)}}, nil
		},
		Write: func(_ context.Context, ask api.Export) (api.Exported, error) {
			if len(ask.Keys) == 0 && ask.Until-ask.From > 365*24*3_600_000 && ask.Format == "kml" {
				return api.Exported{}, &api.BorderFault{Code: api.FaultMany, At: "until", Why: "more than one file takes"}
			}
			n := 3
			if len(ask.Keys) > 0 {
				n = len(ask.Keys)
			}
			return api.Exported{ContentType: "text/csv", Name: "activities." + ask.Format, File: []byte("a,b\n"), Count: n, LeftOut: 1}, nil
		},
	}
}

// DEC-14 T: a file with a fault names its place and code and leaves nothing; one
// without becomes drafts at home, once by its key; a look makes none.
func TestImport(t *testing.T) {
	s := serve(t, files, "alpha")
	count := func() int {
		var m struct{ Matters []struct{ Kind string } }
		s.ask(t, "GET", "/api/v1/matters?state=all&module=deconfliction", "").want(t, 200, &m)
		return len(m.Matters)
	}
	kml := []string{"Content-Type", "application/vnd.google-earth.kml+xml"}
	var p struct {
		Errors []struct{ Location, Message, Value string }
	}
	var shape struct {
		Errors []struct{ Value any }
	}
	s.ask(t, "POST", "/api/v1/import", "crossed ring", kml...).want(t, 422, &shape)
	if v, _ := shape.Errors[len(shape.Errors)-1].Value.(map[string]any); len(shape.Errors) != 2 || v["code"] != "shape.cross" {
		t.Errorf("%+v", shape)
	}
	s.ask(t, "POST", "/api/v1/import", "open ring", kml...).want(t, 422, &p)
	if len(p.Errors) != 1 || p.Errors[0].Value != "open" || p.Errors[0].Location != "features[0].geometry" {
		t.Errorf("%+v", p)
	}
	var out struct{ Activities []api.Imported }
	s.ask(t, "POST", "/api/v1/import?look=true&form=WRKNOT", "fine", kml...).want(t, 201, &out)
	if len(out.Activities) != 1 || out.Activities[0].Draft != "" || out.Activities[0].Form != "WRKNOT" || out.Activities[0].Slips[0].At != kml[1] {
		t.Errorf("%+v", out)
	}
	for _, look := range []string{"true", "false"} { // the look says what the import says
		p.Errors = nil
		s.ask(t, "POST", "/api/v1/import?look="+look, "second is bad", append(kml, "Idempotency-Key", "k-0")...).want(t, 422, &p)
		if len(p.Errors) != 1 || p.Errors[0].Value != "draft" || p.Errors[0].Location != "bad" || !strings.Contains(p.Errors[0].Message, "U+202E") {
			t.Errorf("look %s: %+v", look, p)
		}
	}
	if n := count(); n != 0 {
		t.Errorf("%d matters are there", n)
	}
	for range 2 {
		s.ask(t, "POST", "/api/v1/import", "fine", append(kml, "Idempotency-Key", "k-1")...).want(t, 201, &out)
	}
	if n := count(); n != 1 || out.Activities[0].Draft == "" {
		t.Errorf("%d matters, %+v", n, out)
	}
	if a := s.ask(t, "POST", "/api/v1/import", strings.Repeat("x", 50<<20), kml...); a.status != 413 || !json.Valid(a.body) {
		t.Errorf("50 MB: %d %s", a.status, a.body)
	}
	if n := count(); n != 1 {
		t.Errorf("%d matters after 50 MB", n)
	}
}

// What leaves is in the desk's log, and a page of another site gets nothing.
func TestExport(t *testing.T) {
	var book *officer.Book
	s := serve(t, func(c *api.Config) { files(c); book = c.Book }, "alpha")
	a := s.ask(t, "GET", "/api/v1/export?format=csv", "")
	if a.status != 200 || string(a.body) != "a,b\n" || a.header.Get("Content-Type") != "text/csv" || a.header.Get("Parley-Activities") != "3" || a.header.Get("Parley-Left-Out") != "1" ||
		!strings.Contains(a.header.Get("Content-Disposition"), "activities.csv") {
		t.Errorf("%d %v %s", a.status, a.header, a.body)
	}
	log, err := book.Log(t.Context(), 10)
	if err != nil || len(log) == 0 || log[0].Kind != officer.Exported || !strings.Contains(log[0].Detail, "csv") {
		t.Errorf("%+v, %v", log, err)
	}
	if a := s.ask(t, "GET", "/api/v1/export?format=csv&notice=x:1&notice=x:2", ""); a.header.Get("Parley-Activities") != "2" {
		t.Errorf("two of them: %d %v", a.status, a.header)
	}
	var p struct {
		Errors []struct{ Location, Value string }
	}
	s.ask(t, "GET", "/api/v1/export?format=kml", "").want(t, 422, &p) // of all time, when no end is named
	if len(p.Errors) != 1 || p.Errors[0].Value != "many" || p.Errors[0].Location != "until" {
		t.Errorf("too many: %+v", p)
	}
	s.ask(t, "GET", "/api/v1/export?format=kml&from=1767700000000&until=1767800000000", "").want(t, 200, nil)
	s.ask(t, "GET", "/api/v1/export?format=dwg", "").want(t, 422, nil)
	s.ask(t, "GET", "/api/v1/export", "", "Sec-Fetch-Site", "cross-site").want(t, 403, nil)
	without := serve(t, nil, "alpha")
	without.ask(t, "GET", "/api/v1/export", "").want(t, 404, nil)
	without.ask(t, "POST", "/api/v1/import", "x").want(t, 404, nil)
}

package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
)

var update = flag.Bool("update", false, "write docs/formats/openapi.json anew")

// The description lists every route and every query of every module, and
// changes only with a reviewed file (design 8).
func TestDescription(t *testing.T) {
	s := serve(t, nil, "alpha")
	a := s.askAs(t, "", "GET", "/openapi.json", "")
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ OperationID, Summary string }
	}
	a.want(t, 200, &doc)
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	routes := []string{"get /api/v1/desk", "get /api/v1/watch", "get /api/v1/matters", "get /api/v1/matters/{key}", "post /api/v1/records",
		"get /api/v1/records", "get /api/v1/records/{ref}", "get /api/v1/records/{ref}/proof", "post /api/v1/ceremony", "post /api/v1/proposals", "get /api/v1/proposals", "post /api/v1/approvals/begin", "post /api/v1/approvals",
		"post /api/v1/proposals/{key}/withdraw", "post /api/v1/proposals/{key}/take", "get /api/v1/matters/{key}/notes", "get /api/v1/journals", "get /api/v1/translations",
		"post /api/v1/alarms/{id}/acknowledge", "get /api/v1/events", "get /api/v1/demo", "post /api/v1/demo/{action}",
		"get /journal/{desk}/{gen}/checkpoint", "get /journal/{desk}/{gen}/tile/{tile}", "get /signin", "get /healthz", "get /metrics", "get /openapi.json"}
	for _, m := range node.Modules() {
		for _, q := range m.Queries {
			routes = append(routes, "get /api/v1"+q.Path)
		}
	}
	for _, r := range routes {
		method, path, _ := strings.Cut(r, " ")
		if op, ok := doc.Paths[path][method]; !ok || op.Summary == "" || op.OperationID == "" {
			t.Errorf("%s is not described", r)
		}
	}
	golden := filepath.Join(nodetest.Root(), "docs", "formats", "openapi.json")
	if *update {
		if err := os.WriteFile(golden, a.body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.body, want) {
		t.Errorf("the interface changed; look at it, then run: go test ./api -run Description -update")
	}
}

// Every module's query answers with JSON, one that needs something says so.
func TestQueries(t *testing.T) {
	s := serve(t, nil, "alpha")
	for _, m := range node.Modules() {
		for _, q := range m.Queries {
			want := 200
			if slices.ContainsFunc(q.Params, func(p cell.Param) bool { return p.Needed }) {
				want = 422 // it says what is missing
			}
			var v map[string]any
			s.ask(t, "GET", "/api/v1"+q.Path, "").want(t, want, &v)
		}
	}
}

// The interpreter's queue (XC-10).
func TestTranslationsQueue(t *testing.T) {
	s := serve(t, nil, "bravo")
	f := s.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"ar","text":"مركبتان عند الجسر"}}`)
	var q struct{ Queue []node.ToTranslate }
	s.ask(t, "GET", "/api/v1/translations", "").want(t, 200, &q)
	if len(q.Queue) != 1 || q.Queue[0].Key != f.Ref.String() || q.Queue[0].Field != "body" || len(q.Queue[0].Want) != 1 || q.Queue[0].Want[0] != "he" {
		t.Errorf("%+v", q.Queue)
	}
}

// The journals, side by side and as tiles that outside tools read.
func TestJournals(t *testing.T) {
	s := serve(t, nil, "alpha")
	var j struct {
		Code     string
		Same     *bool
		Journals []node.JournalView
	}
	s.ask(t, "GET", "/api/v1/journals?limit=1", "").want(t, 200, &j)
	if len(j.Journals) != 1 || j.Code == "" || len(j.Journals[0].Entries) != 1 || !j.Journals[0].Entries[0].Held {
		t.Fatalf("%+v", j)
	}
	size := j.Journals[0].Size
	if size < 2 {
		s.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"one"}}`)
		s.ask(t, "GET", "/api/v1/journals?limit=1", "").want(t, 200, &j)
		size = j.Journals[0].Size
	}
	s.ask(t, "GET", "/api/v1/journals?limit=5&before=1&desk=alpha", "").want(t, 200, &j)
	if e := j.Journals[0].Entries; len(e) != 1 || e[0].Index != 0 {
		t.Errorf("before 1: %+v", e)
	}
	s.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"saves the checkpoint"}}`)
	cp := s.ask(t, "GET", "/journal/alpha/1/checkpoint", "")
	cp.want(t, 200, nil)
	keys, err := node.VerifyKeys(cell.Agreement{Charters: cell.Chain{s.cell.Charter}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := keys.Log(journal.Origin(s.cell.Charter.Cell, "alpha", 1))
	if err != nil {
		t.Fatal(err)
	}
	head, err := journal.OpenCheckpoint(cp.body, v[0])
	if err != nil || head.Size < size {
		t.Fatalf("checkpoint of %d: %v", head.Size, err)
	}
	tile := s.ask(t, "GET", "/journal/alpha/1/tile/entries/000.p/1", "")
	tile.want(t, 200, nil)
	if len(tile.body) != 2+journal.EntrySize {
		t.Errorf("tile of %d bytes", len(tile.body))
	}
}

// The desk's health in words, and its figures without content.
func TestHealthAndMetrics(t *testing.T) {
	s := serve(t, nil, "alpha", "supervisor")
	until(t, s.Desk, func() bool { return len(s.Links.Status()) > 0 && s.Links.Status()[0].Up })
	a := s.askAs(t, "", "GET", "/healthz", "")
	if a.want(t, 200, nil); string(a.body) != "ok\n" {
		t.Errorf("%q", a.body)
	}
	s.ask(t, "POST", "/api/v1/records", s.cease()).want(t, 201, nil)
	m := s.ask(t, "GET", "/metrics", "")
	m.want(t, 200, nil)
	for _, line := range []string{`parley_records{desk="alpha"} `, `parley_open_matters{precedence="Z"} 1`, `parley_flash_unacknowledged_seconds{desk="bravo"} 0`,
		`parley_outbox_records{desk="bravo"} `, "parley_feed_position ", `parley_link_up{desk="supervisor"} 1`, `parley_journal_entries{desk="alpha"} `} {
		if !strings.Contains(string(m.body), line) {
			t.Errorf("no %s in\n%s", line, m.body)
		}
	}
	if strings.Contains(string(m.body), s.cell.Charter.Places[0].Lat) {
		t.Error("a place stands in the figures")
	}
	s.Node.Close()
	s.askAs(t, "", "GET", "/healthz", "").want(t, http.StatusServiceUnavailable, nil)
}

// Every answer says what a browser may do with it.
func TestSecurityHeaders(t *testing.T) {
	s := serve(t, nil, "alpha")
	for _, path := range []string{"/api/v1/desk", "/api/v1/nothing", "/openapi.json", "/healthz"} {
		h := s.ask(t, "GET", path, "").header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" || h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// The console is served at every other path, by its own handler.
func TestConsole(t *testing.T) {
	s := serve(t, nil, "alpha")
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("console")) })
	with := serveDesk(t, s.cell, "alpha", withWeb(page))
	for _, path := range []string{"/", "/watch", "/assets/index.js"} {
		a := with.askAs(t, "", "GET", path, "")
		if a.want(t, 200, nil); string(a.body) != "console" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	with.ask(t, "GET", "/api/v2", "").want(t, 404, nil)
	var v any
	if err := json.Unmarshal(with.askAs(t, "", "GET", "/openapi.json", "").body, &v); err != nil {
		t.Error(err)
	}
}

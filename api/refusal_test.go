package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/api"
	"parley/cell"
	"parley/node"
)

// Every refusal of an act names the field at fault in the client's own terms,
// and nothing is recorded (design 2).
func TestRefusedActs(t *testing.T) {
	s := serve(t, nil, "alpha")
	before, err := s.FeedPos(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	place := `{"id":"","lat":"12.4","lon":"-38.2","text":"","notation":"DD","precision_m":50}`
	cases := []struct {
		name, body string
		status     int
		location   string
	}{
		{"no body at all", ``, 400, ""},
		{"not JSON", `{"kind":`, 422, "body.kind"},
		{"no object", `[]`, 422, "body"},
		{"two values", `{"kind":"MSG","body":{}} {}`, 422, "body"},
		{"no kind", `{"body":{}}`, 422, "body.kind"},
		{"unknown kind", `{"kind":"hotline.nothing/1","body":{}}`, 422, "body.kind"},
		{"unknown member", `{"kind":"CEASE","color":1,"body":{}}`, 422, "body.color"},
		{"unknown member that begins like the body", `{"kind":"CEASE","body2":1,"body":{}}`, 422, "body.body2"},
		{"case variant", `{"Kind":"CEASE","body":{}}`, 422, "body.Kind"},
		{"duplicate member", `{"kind":"CEASE","kind":"MSG","body":{}}`, 422, "body.kind"},
		{"no record body", `{"kind":"CEASE"}`, 422, "body"},
		{"record body no object", `{"kind":"CEASE","body":[]}`, 422, "body"},
		{"precedence", `{"kind":"CEASE","precedence":"X","body":{}}`, 422, "body.precedence"},
		{"about", `{"kind":"cell.received/1","about":"alpha","body":{}}`, 422, "body.about"},
		{"cites", `{"kind":"cell.received/1","cites":["alpha#1","alpha"],"body":{}}`, 422, "body.cites.1"},
		{"wrong type of member", `{"kind":7,"body":{}}`, 422, "body.kind"},
		{"unknown addressee", `{"kind":"MSG","to":["delta"],"body":{"body":{"lang":"en","text":"a"}}}`, 422, "body.to"},
		{"unknown field", `{"kind":"CEASE","body":{"what":"fire","who":1}}`, 422, "body.who"},
		{"case-variant field", `{"kind":"CEASE","body":{"What":"fire"}}`, 422, "body.What"},
		{"duplicate field", `{"kind":"CEASE","body":{"what":"fire","what":"fire"}}`, 422, "body.what"},
		{"float", `{"kind":"CEASE","body":{"what":"fire","at_risk":1.5}}`, 422, "body.at_risk"},
		{"choice", `{"kind":"CEASE","body":{"what":"noise","place":` + place + `}}`, 422, "body.what"},
		{"nowhere", `{"kind":"CEASE","body":{"what":"fire"}}`, 422, "body.place"},
		{"latitude", `{"kind":"CEASE","body":{"what":"fire","place":` + strings.Replace(place, "12.4", "95", 1) + `}}`, 422, "body.place.lat"},
		{"latitude in a list", `{"kind":"CEASE","body":{"what":"fire","place":[` + strings.Replace(place, "12.4", "95", 1) + `]}}`, 422, "body.place.0.lat"},
		{"bidirectional control", `{"kind":"MSG","body":{"body":{"lang":"en","text":"a\u202e"}}}`, 422, "body.body.text"},
		{"no citation", `{"kind":"cell.received/1","body":{}}`, 422, "body.cites"},
		{"about nothing held", `{"kind":"cell.received/1","about":"alpha:01980000-0000-7000-8000-000000000000","body":{}}`, 404, ""},
		{"the node's own role", `{"kind":"CEASE","role":"node","body":{}}`, 422, "body.role"},
		{"no role", `{"kind":"CEASE","role":"The Watch","body":{"what":"fire","place":` + place + `}}`, 422, "body.role"},
		{"a receipt by hand", `{"kind":"cell.receipt/1","body":{}}`, 403, ""},
		{"a probe by hand", `{"kind":"PROBE","body":{}}`, 403, ""},
		{"an export by hand", `{"kind":"cell.export","body":{}}`, 403, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var p problem
			s.ask(t, "POST", "/api/v1/records", c.body).want(t, c.status, &p)
			if c.location == "" {
				return
			}
			if len(p.Errors) == 0 || p.Errors[0].Location != c.location || p.Errors[0].Message == "" {
				t.Errorf("located at %+v, want %s", p.Errors, c.location)
			}
		})
	}
	if after, _ := s.FeedPos(t.Context()); after != before {
		t.Errorf("the feed went from %d to %d", before, after)
	}
}

// A broken rule of conduct is named by its code.
func TestRefusedNamesTheRule(t *testing.T) {
	s := serve(t, nil, "alpha")
	f := s.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"two vehicles"}}`)
	var p problem
	body := fmt.Sprintf(`{"kind":"cell.translation/1","about":%q,"body":{"field":"body","lang":"ar","text":"٣ مركبات","standing":"draft"}}`, f.Ref)
	s.ask(t, "POST", "/api/v1/records", body).want(t, 422, &p)
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.text" || p.Errors[0].Value != "cell.translation-figures" {
		t.Errorf("%+v", p)
	}
}

// Whatever else cannot be answered is a problem too, with the status that says
// why.
func TestRefusedRequests(t *testing.T) {
	s := serve(t, nil, "alpha")
	cases := []struct {
		method, path, body string
		header             []string
		status             int
		location           string
	}{
		{"GET", "/api/v1/nothing", "", nil, 404, ""},
		{"POST", "/api/v1/watch", "", nil, 405, ""},
		{"DELETE", "/api/v1/records", "", nil, 405, ""},
		{"GET", "/api/v1/matters/alpha:01980000-0000-7000-8000-000000000000", "", nil, 404, ""},
		{"GET", "/api/v1/matters/nonsense", "", nil, 404, ""},
		{"GET", "/api/v1/matters?state=shut", "", nil, 422, "query.state"},
		{"GET", "/api/v1/matters?code=NOTHING", "", nil, 422, "query.code"},
		{"GET", "/api/v1/matters?limit=0", "", nil, 422, "query.limit"},
		{"GET", "/api/v1/matters?limit=x", "", nil, 422, "query.limit"},
		{"GET", "/api/v1/records?after=-1", "", nil, 422, "query.after"},
		{"GET", "/api/v1/records/alpha%23999", "", nil, 404, ""},
		{"GET", "/api/v1/records/alpha%23999/proof", "", nil, 404, ""},
		{"POST", "/api/v1/alarms/gap%2Fnothing/acknowledge", "", nil, 404, ""},
		{"GET", "/api/v1/demo", "", nil, 404, ""},
		{"POST", "/api/v1/demo/cut", "", nil, 404, ""},
		{"GET", "/api/v1/events", "", []string{"Last-Event-ID", "x"}, 422, "header.Last-Event-ID"},
		{"POST", "/api/v1/records", `{}`, []string{"Content-Type", "text/plain"}, 415, ""},
		{"POST", "/api/v1/records", `{}`, []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		{"POST", "/api/v1/records", `{"kind":"` + strings.Repeat("x", cell.MaxRecord+64<<10), nil, 413, ""},
		{"GET", "/journal/delta/1/checkpoint", "", nil, 404, ""},
		{"GET", "/journal/alpha/01/checkpoint", "", nil, 404, ""},
		{"POST", "/journal/alpha/1/checkpoint", "", nil, 405, ""},
		{"POST", "/healthz", "", nil, 405, ""},
		{"POST", "/signin?t=x", "", nil, 405, ""},
		{"HEAD", "/signin?t=x", "", nil, 405, ""},
		{"HEAD", "/api/v1/events", "", nil, 405, ""},
		{"HEAD", "/api/v1/records/alpha%230/proof", "", nil, 405, ""},
		{"GET", "/nothing", "", nil, 404, ""},
	}
	for _, c := range cases {
		var p problem
		a := s.ask(t, c.method, c.path, c.body, c.header...)
		if a.status != c.status {
			t.Errorf("%s %s: %d, want %d: %.300s", c.method, c.path, a.status, c.status, a.body)
			continue
		}
		a.want(t, c.status, &p)
		if c.location != "" && (len(p.Errors) == 0 || p.Errors[0].Location != c.location) {
			t.Errorf("%s %s: located at %+v, want %s", c.method, c.path, p.Errors, c.location)
		}
		if c.status == 405 && a.header.Get("Allow") == "" {
			t.Errorf("%s %s: does not say what is allowed", c.method, c.path)
		}
	}
}

// Nobody reads anything without the token or a session (design 8).
func TestUnauthorized(t *testing.T) {
	s := serve(t, nil, "alpha")
	for _, path := range []string{"/api/v1/desk", "/api/v1/watch", "/api/v1/events", "/api/v1/nothing", "/journal/alpha/1/checkpoint", "/metrics"} {
		for _, authorization := range []string{"", "Bearer ", "Bearer " + token + "x", "Basic " + token, token} {
			a := s.askAs(t, authorization, "GET", path, "")
			if a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: %d", path, authorization, a.status)
			}
		}
	}
}

// A link signs in once, and gives a session that scripts cannot read.
func TestSignIn(t *testing.T) {
	left := 1
	once := func(secret string) (string, bool) { left--; return "watch-1", secret == "one-time" && left >= 0 }
	s := serve(t, func(c *api.Config) { c.SignIn = once; c.Demo = &demo{} }, "alpha")
	a := s.askAs(t, "", "GET", "/signin?t=one-time", "")
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
		t.Fatalf("%d to %q", a.status, a.header.Get("Location"))
	}
	cookies := a.header.Values("Set-Cookie")
	if len(cookies) != 2 {
		t.Fatalf("cookies %q", cookies)
	}
	for _, part := range []string{"parley_alpha=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} {
		if !strings.Contains(cookies[0], part) {
			t.Errorf("no %s in %s", part, cookies[0])
		}
	}
	for _, c := range cookies { // in the frame of a demonstration, the second is sent alone
		pair, _, _ := strings.Cut(c, ";")
		s.askAs(t, "", "GET", "/api/v1/desk", "", "Cookie", pair).want(t, 200, nil)
	}
	s.askAs(t, "", "GET", "/signin?t=one-time", "").want(t, http.StatusUnauthorized, nil)
	s.askAs(t, "", "GET", "/signin", "").want(t, http.StatusUnauthorized, nil)
	s.askAs(t, "", "GET", "/api/v1/desk", "", "Cookie", "parley_alpha=guess").want(t, http.StatusUnauthorized, nil)
	s.askAs(t, "", "GET", "/api/v1/desk", "", "Cookie", strings.Replace(cookies[0], "alpha", "bravo", 1)).want(t, http.StatusUnauthorized, nil)
}

// The classes of refusal, and what the desk does not word for people, which
// stays in its log.
func TestClassesOfRefusal(t *testing.T) {
	cases := []struct {
		err    error
		status int
		says   string
	}{
		{cell.ErrNotFound, 404, ""},
		{cell.ErrForbidden, 403, ""},
		{cell.ErrConflict, 409, ""},
		{fmt.Errorf("%w: make room", cell.ErrNotNow), 503, "make room"},
		{cell.Invalidf("/here", "is wrong"), 422, "is wrong"},
		{errors.New("secret of the inside"), 500, ""},
	}
	for i, c := range cases {
		broken := cell.Query{Name: "broken", Path: "/broken", Run: func(context.Context, cell.View) (any, error) { return nil, c.err }}
		s := serve(t, func(cfg *api.Config) { cfg.Modules = cell.Modules{{Name: "broken", Queries: []cell.Query{broken}}} }, "alpha")
		a := s.ask(t, "GET", "/api/v1/broken", "")
		if a.status != c.status || !strings.Contains(string(a.body), c.says) || strings.Contains(string(a.body), "secret") {
			t.Errorf("%d: %d %s", i, a.status, a.body)
		}
	}
}

// A module that fails badly takes down neither the request nor the desk.
func TestPanicIsAProblem(t *testing.T) {
	broken := cell.Query{Name: "broken", Path: "/broken", Run: func(context.Context, cell.View) (any, error) { panic("inside") }}
	s := serve(t, func(cfg *api.Config) { cfg.Modules = cell.Modules{{Name: "broken", Queries: []cell.Query{broken}}} }, "alpha")
	a := s.ask(t, "GET", "/api/v1/broken", "")
	if a.status != 500 || strings.Contains(string(a.body), "inside") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestNewRefuses(t *testing.T) {
	run := func(context.Context, cell.View) (any, error) { return nil, nil }
	s := serve(t, nil, "alpha")
	for name, q := range map[string][]cell.Query{
		"hides the desk's own": {{Name: "a", Path: "/watch", Run: run}},
		"twice":                {{Name: "a", Path: "/a", Run: run}, {Name: "b", Path: "/a", Run: run}},
		"no path":              {{Name: "a", Path: "a", Run: run}},
		"a pattern":            {{Name: "a", Path: "/{a}", Run: run}},
		"nothing to run":       {{Name: "a", Path: "/a"}},
	} {
		if _, err := api.New(api.Config{Node: s.Node, Book: bookOf(t, s.Desk, s.cell), Modules: cell.Modules{{Name: "m", Queries: q}}}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := api.New(api.Config{}); err == nil {
		t.Error("taken without a node")
	}
	if _, err := api.New(api.Config{Node: s.Node}); err == nil {
		t.Error("taken without a book")
	}
}

// The demonstration's controls, where one runs.
func TestDemo(t *testing.T) {
	d := &demo{}
	s := serve(t, func(c *api.Config) { c.Demo = d }, "alpha")
	var state map[string]any
	s.ask(t, "GET", "/api/v1/demo", "").want(t, 200, &state)
	if state["scenario"] != "cell" {
		t.Errorf("state %v", state)
	}
	s.ask(t, "POST", "/api/v1/demo/cut", "").want(t, http.StatusNoContent, nil)
	s.ask(t, "POST", "/api/v1/demo/explode", "").want(t, 422, nil)
	d.fail = errors.New("the story has ended")
	a := s.ask(t, "POST", "/api/v1/demo/next", "")
	if a.status != http.StatusConflict || !strings.Contains(string(a.body), "the story has ended") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if len(d.did) != 2 || d.did[0] != "cut" || d.did[1] != "next" {
		t.Errorf("did %v", d.did)
	}
}

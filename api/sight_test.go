package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/cell"
	"parley/node"
	"parley/officer"
)

// cutting is a recorder of a stream that is cut off once a text has come.
type cutting struct {
	*httptest.ResponseRecorder
	after string
	cut   context.CancelFunc
}

// Write notes what came.
func (c *cutting) Write(b []byte) (int, error) {
	n, err := c.ResponseRecorder.Write(b)
	if strings.Contains(c.Body.String(), c.after) {
		c.cut()
	}
	return n, err
}

// WriteString notes what came.
func (c *cutting) WriteString(s string) (int, error) { return c.Write([]byte(s)) }

// cutOff makes a request of a stream, and what takes it until a text has come.
func cutOff(t *testing.T, path, after string) (*http.Request, *cutting) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil), &cutting{httptest.NewRecorder(), after, cancel}
}

// told is all that an officer can be told: every route without a parameter, and
// every matter, record and proof, whoever may see it.
func (x *staffed) told(t *testing.T, who string) map[string]string {
	t.Helper()
	out := map[string]string{}
	get := func(path string) {
		a := x.askAs(t, bearer(who), "GET", path, "")
		asked, _ := url.PathUnescape(path)
		for _, part := range strings.Split(asked, "/") {
			if a.status >= 400 && part != "" { // a refusal repeats what was asked
				a.body = []byte(strings.ReplaceAll(string(a.body), part, "…"))
			}
		}
		out[path] = string(a.body)
	}
	list, _ := x.routesInOrder(t)
	for _, route := range list {
		method, path, _ := strings.Cut(route, " ")
		if method == http.MethodGet && !strings.Contains(path, "{") && path != "/signin" && path != "/api/v1/events" {
			get(path)
		}
	}
	get("/api/v1/matters?limit=1")
	get("/api/v1/records?limit=500")
	var all struct {
		Matters []struct{ Key string }
	}
	x.ask(t, "GET", "/api/v1/matters?limit=500", "").want(t, 200, &all)
	for _, m := range all.Matters {
		get("/api/v1/matters/" + url.PathEscape(m.Key))
		get("/api/v1/matters/" + url.PathEscape(m.Key) + "/notes")
		get("/api/v1/matters?before=" + url.QueryEscape(m.Key))
	}
	heads, err := x.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heads {
		for i := range h.Size {
			ref := url.PathEscape(fmt.Sprintf("%s#%d", h.Desk, i))
			get("/api/v1/records/" + ref)
			get("/api/v1/records/" + ref + "/proof?reason=asked")
		}
	}
	return out
}

// SEC-07 T: what is outside an officer's compartments is nowhere in any answer:
// neither the matter, nor what was said about it by the kernel's kinds or by
// another module's, nor why it was taken out of the desk.
func TestNothingFromOutsideTheCompartments(t *testing.T) {
	x := staff(t)
	caucus, intel := x.of("seed-caucus").filed, x.of("seed-intel").filed
	about := func(kind string, f node.Filed, body string) node.Filed {
		return x.Send(t, node.Act{Kind: kind, About: f.Ref, To: []string{"supervisor"}}, body)
	}
	about("cell.translation/1", caucus, `{"field":"text","lang":"fr","text":"canary-translation","standing":"draft"}`)
	about("cell.update/1", caucus, `{"body":{"text":{"lang":"en","text":"canary-update"}}}`)
	about("CLARIFY", caucus, `{"question":{"lang":"en","text":"canary-question"}}`)
	about("PROTEST", caucus, `{"text":{"lang":"en","text":"canary-protest"}}`)
	x.ask(t, "GET", "/api/v1/records/"+url.PathEscape(caucus.Cite.String())+"/proof?reason=canary-reason", "").want(t, 200, nil)
	x.ask(t, "POST", "/api/v1/proposals", `{"what":"release","reason":"canary-proposal","act":{"kind":"CAUCUS","to":["supervisor"],"body":{"text":{"lang":"en","text":"canary-proposed"}}}}`).want(t, 201, nil)
	secrets := []string{"seed-caucus", "seed-intel", "canary-translation", "canary-update", "canary-question", "canary-protest",
		"canary-reason", "canary-proposal", "canary-proposed", caucus.Ref.String(), intel.Ref.String()}
	open := []string{"seed-hotline", "seed-cease", "seed-place"}
	look := func(who string, words []string, want bool) {
		t.Helper()
		got := x.told(t, who)
		for _, w := range words {
			found := ""
			for path, body := range got {
				if strings.Contains(body, w) {
					found = path + ": " + body
				}
			}
			if (found != "") != want {
				t.Errorf("%s is told of %s: %v, want %v: %.600s", who, w, found != "", want, found)
			}
		}
	}
	look(cell.RoleWatch, append(secrets, open...), true) // the test looks in the right places
	look(narrow, open, true)
	look(narrow, secrets, false)
	for _, blind := range []string{cell.RoleAdmin, cell.RoleSecurity} {
		look(blind, append(secrets, open...), false)
	}
}

// SEC-07 T: what is outside is refused in the words that are used of what there
// is not.
func TestOutsideIsAsIfItWereNot(t *testing.T) {
	x := staff(t)
	secret := x.of("seed-caucus").filed
	const none = "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"
	same := func(name, method, path, body string, hidden, absent string) {
		t.Helper()
		fill := func(s, v string) string { return strings.ReplaceAll(s, "IT", v) }
		one, other := x.askAs(t, bearer(narrow), method, fill(path, url.PathEscape(hidden)), fill(body, hidden)), x.askAs(t, bearer(narrow), method, fill(path, url.PathEscape(absent)), fill(body, absent))
		if one.status < 400 || one.status != other.status || strings.ReplaceAll(string(one.body), hidden, "IT") != strings.ReplaceAll(string(other.body), absent, "IT") {
			t.Errorf("%s: %d %s\nbut what is not there: %d %s", name, one.status, one.body, other.status, other.body)
		}
	}
	same("a matter", "GET", "/api/v1/matters/IT", "", secret.Ref.String(), none)
	same("its notes", "GET", "/api/v1/matters/IT/notes", "", secret.Ref.String(), none)
	same("a record", "GET", "/api/v1/records/IT", "", secret.Cite.String(), "alpha#999999")
	same("a record by its id", "GET", "/api/v1/records/IT", "", secret.Ref.ID, strings.TrimPrefix(none, "alpha:"))
	same("a proof", "GET", "/api/v1/records/IT/proof?reason=asked", "", secret.Cite.String(), "alpha#999999")
	same("an act about it", "POST", "/api/v1/records", `{"kind":"MSG","about":"IT","body":{"body":{"lang":"en","text":"one"}}}`, secret.Ref.String(), none)
	same("a withdrawal", "POST", "/api/v1/records", `{"kind":"cell.cancel/1","about":"IT","body":{}}`, secret.Ref.String(), none)
	same("an act that cites it", "POST", "/api/v1/records", `{"kind":"MSG","cites":["IT"],"body":{"body":{"lang":"en","text":"one"}}}`, secret.Cite.String(), "alpha#999999")
	a := x.askAs(t, bearer(narrow), "POST", "/api/v1/records", `{"kind":"CAUCUS","to":["supervisor"],"body":{"text":{"lang":"en","text":"one"}}}`)
	if a.status != http.StatusForbidden || !strings.Contains(string(a.body), "diplomacy") {
		t.Errorf("an act into a basket that is not theirs: %d %s", a.status, a.body)
	}
	var v struct{ Moves, Actions []string }
	x.askAs(t, bearer(cell.RoleViewer), "GET", "/api/v1/matters/"+url.PathEscape(secret.Ref.String()), "").want(t, 200, &v)
	if len(v.Moves)+len(v.Actions) != 0 {
		t.Errorf("a viewer is offered %v %v", v.Moves, v.Actions)
	}
}

// SEC-07 T: the stream of events keeps its positions and leaves out what is
// outside; who may not read gets ticks.
func TestEventsKeepToCompartments(t *testing.T) {
	x := staff(t)
	last := x.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"last"}}`)
	secret := x.of("seed-caucus").filed
	r, w := cutOff(t, "/api/v1/events", `"`+last.Cite.String()+`"`)
	r.Header.Set("Authorization", bearer(narrow))
	r.Header.Set("Last-Event-ID", "0")
	x.ServeHTTP(w, r)
	if s := w.Body.String(); strings.Contains(s, secret.Cite.String()+`"`) || strings.Contains(s, secret.Ref.String()) || !strings.Contains(s, x.of("seed-place").filed.Ref.String()) {
		t.Errorf("a compartment officer is told: %s", s)
	}
	blind := officer.Person{Roles: []string{cell.RoleAdmin}, All: true}
	feed, err := x.Feed(node.WithSight(t.Context(), blind.Sees), 0, 1000)
	if err != nil || len(feed) == 0 {
		t.Fatal(len(feed), err)
	}
	for _, e := range feed {
		if len(e.Records)+len(e.Matters) != 0 || e.From != "" {
			t.Errorf("who may not read is told of %+v", e)
		}
	}
}

// SEC-07 T: the broken glass gives every basket and nearly every right for an
// hour, alarms at FLASH without content, and the alarm stands until another
// officer who reads the log has answered it.
func TestBrokenGlass(t *testing.T) {
	x := staff(t)
	p := officer.Person{Code: "w", Roles: []string{cell.RoleViewer}, Broken: true}
	for _, r := range cell.Rights() {
		role, ok := p.RoleFor(r)
		switch apart := r == cell.RightOfficers || r == cell.RightKeys || r == cell.RightLog || r == cell.RightSpeak; {
		case ok == apart:
			t.Errorf("the broken glass gives %s: %v", r, ok)
		case ok && r != cell.RightRead && role != cell.RoleWatch:
			t.Errorf("%s is done as %s", r, role)
		}
	}
	if !p.Sees("intelligence") || (officer.Person{Roles: []string{cell.RoleAdmin}, All: true}).Sees("") {
		t.Error("who sees what")
	}
	if err := x.AlarmAtHome(t.Context(), node.AlarmBreakGlass, "security", "here", true); err != nil {
		t.Fatal(err)
	}
	alarms := func(who string) (out []node.Alarm) {
		var w struct{ Alarms []node.Alarm }
		x.askAs(t, bearer(who), "GET", "/api/v1/watch", "").want(t, 200, &w)
		for _, a := range w.Alarms {
			if a.Kind == node.AlarmBreakGlass {
				out = append(out, a)
			}
		}
		return out
	}
	for _, who := range columns() {
		if list := alarms(who); len(list) != 1 || list[0].Level != cell.Flash || !strings.Contains(list[0].Text["en"], "security") {
			t.Errorf("%s sees %+v", who, list)
		}
	}
	at := "/api/v1/alarms/" + url.PathEscape(alarms(cell.RoleWatch)[0].ID)
	x.askAs(t, bearer(cell.RoleWatch), "POST", at+"/acknowledge", "").want(t, 204, nil)
	if list := alarms(cell.RoleWatch); len(list) != 1 || !list[0].Acknowledged {
		t.Errorf("after it was heard: %+v", list)
	}
	if a := x.askAs(t, bearer(cell.RoleHead), "POST", at+"/answer", ""); a.missingRight() != cell.RightLog {
		t.Errorf("answered by a desk head: %d", a.status)
	}
	if a := x.askAs(t, bearer(cell.RoleSecurity), "POST", at+"/answer", ""); a.status != http.StatusForbidden || a.missingRight() != "" {
		t.Errorf("answered by whom it is about: %d %s", a.status, a.body)
	}
	x.add(t, officer.Officer{Code: "security-2", Roles: []string{cell.RoleSecurity}, Exercise: true})
	x.askAs(t, bearer("security-2"), "POST", at+"/answer", "").want(t, 204, nil)
	if list := alarms(cell.RoleWatch); len(list) != 0 {
		t.Errorf("after the answer: %+v", list)
	}
	var log struct{ Events []officer.Event }
	x.askAs(t, bearer("security-2"), "GET", "/api/v1/log", "").want(t, 200, &log)
	if e := log.Events[0]; e.Kind != officer.Answered || e.Officer != "security" || e.By != "security-2" {
		t.Errorf("%+v", e)
	}
	x.askAs(t, bearer("security-2"), "POST", at+"/answer", "").want(t, 404, nil)
}

// SEC-07 T: the policy that the console shows is the one by which the desk
// decides.
func TestPolicyIsShown(t *testing.T) {
	x := staff(t)
	var p struct {
		Roles  []cell.Granted
		Kinds  []struct{ Kind, Right, Also string }
		Routes []struct{ Method, Path, Right string }
	}
	x.askAs(t, bearer(cell.RoleSecurity), "GET", "/api/v1/policy", "").want(t, 200, &p)
	one, _ := json.Marshal(p.Roles)
	other, _ := json.Marshal(cell.Policy())
	list, wants := x.routesInOrder(t)
	if string(one) != string(other) || len(p.Routes) != len(list) {
		t.Errorf("%d routes of %d; roles %s", len(p.Routes), len(list), one)
	}
	for _, r := range p.Routes {
		if r.Right == "" || string(wants[r.Method+" "+r.Path]) != r.Right {
			t.Errorf("%+v, want %s", r, wants[r.Method+" "+r.Path])
		}
	}
	for _, k := range p.Kinds {
		if k.Kind == cell.KindPosition && (k.Right != "watch" || k.Also != "commit") || k.Kind == "intel.draft/1" && k.Right != "draft" || k.Kind == cell.KindReceipt && k.Right != "" {
			t.Errorf("%+v", k)
		}
	}
}

// SEC-07 T: who keeps the keys and sees nothing proposes and takes back what is
// of keys; nobody proposes into a basket, or about a matter, that is not theirs.
func TestProposalsKeepToCompartments(t *testing.T) {
	x := staff(t)
	var p filed
	x.askAs(t, bearer(cell.RoleSecurity), "POST", "/api/v1/proposals", `{"what":"key","act":{"purpose":"tls"},"reason":"the disk was lost"}`).want(t, 201, &p)
	x.askAs(t, bearer(cell.RoleSecurity), "POST", "/api/v1/proposals/"+url.PathEscape(p.Key)+"/withdraw", `{}`).want(t, 200, nil)
	caucus := `{"kind":"CAUCUS","to":["supervisor"],"body":{"text":{"lang":"en","text":"one"}}}`
	release := `{"what":"release","reason":"asked by the joint committee","act":ACT}`
	x.askAs(t, bearer(narrow), "POST", "/api/v1/proposals", strings.Replace(release, "ACT", caucus, 1)).want(t, 403, nil)
	about := `{"kind":"MSG","about":"` + x.of("seed-caucus").filed.Ref.String() + `","body":{"body":{"lang":"en","text":"one"}}}`
	x.askAs(t, bearer(narrow), "POST", "/api/v1/proposals", strings.Replace(release, "ACT", about, 1)).want(t, 404, nil)
	x.askAs(t, bearer(narrow), "POST", "/api/v1/proposals", `{"what":"export","reason":"asked for","act":{"record":"`+x.of("seed-caucus").filed.Cite.String()+`"}}`).want(t, 404, nil)
	x.ask(t, "POST", "/api/v1/proposals", strings.Replace(release, "ACT", about, 1)).want(t, 201, &p)
	head := officer.Officer{Code: "head-of-one", Roles: []string{cell.RoleHead}, Baskets: []string{"de-escalation"}, Exercise: true}
	x.add(t, head)
	for _, path := range []string{"/api/v1/approvals/begin", "/api/v1/approvals"} {
		x.askAs(t, bearer(head.Code), "POST", path, `{"of":"`+p.Key+`"}`).want(t, 404, nil)
	}
	x.askAs(t, bearer(cell.RoleHead), "POST", "/api/v1/approvals", `{"of":"`+p.Key+`"}`).want(t, 201, nil)
}

package api_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/api"
	"parley/cell"
	"parley/node"
	"parley/officer"
)

var updateRoutes = flag.Bool("routes", false, "write testdata/routes.txt anew")

// narrow is a watch officer who sees one basket of the four.
const narrow = "narrow"

// staffed is a desk with an officer of each role, and what they might see.
type staffed struct {
	*served
	book  *officer.Book
	seeds []seed
}

// seed is a matter that the desk holds, with a word that stands in its text.
type seed struct {
	word, basket string
	filed        node.Filed
}

// columns are the officers of the tables: one of each role who sees every
// basket, and one who sees one.
func columns() []string { return append(cell.Roles(), narrow) }

func bearer(code string) string { return "Bearer a-token-of-" + code + "-in-the-tests" }

// staff serves a desk that holds matters in three baskets and in none, with
// officers of every role.
func staff(t *testing.T) *staffed {
	t.Helper()
	x := &staffed{}
	x.served = serve(t, func(c *api.Config) { x.book, c.Demo = c.Book, &demo{} }, "alpha")
	for _, code := range columns() {
		o := officer.Officer{Code: code, Roles: []string{code}, All: true, Exercise: true}
		if code == narrow {
			o.Roles, o.Baskets, o.All = []string{cell.RoleWatch}, []string{"de-escalation"}, false
		}
		x.add(t, o)
	}
	plant := func(word, basket string, a node.Act, body string) {
		x.seeds = append(x.seeds, seed{word, basket, x.Send(t, a, strings.ReplaceAll(body, "WORD", word))})
	}
	plant("seed-hotline", "", node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"WORD"}}`)
	plant("seed-cease", "", node.Act{Kind: "CEASE"}, `{"what":"fire","place":`+x.place()+`,"note":{"lang":"en","text":"WORD"}}`)
	plant("seed-intel", "intelligence", node.Act{Kind: "INTDRAFT"}, fmt.Sprintf(`{"product":"tip","grade":{"source":"B","information":"3"},"likelihood":"likely","observed":%d,
		"tlp":"amber","use":"warn-only","releasable":["alpha","bravo","supervisor"],"text":{"lang":"en","text":"WORD"}}`, x.cell.Clock.Now().UnixMilli()-60_000))
	plant("seed-caucus", "diplomacy", node.Act{Kind: "CAUCUS", To: []string{"supervisor"}}, `{"text":{"lang":"en","text":"WORD"}}`)
	plant("seed-place", "de-escalation", node.Act{Kind: "PROTPLACE", To: []string{"supervisor"}}, fmt.Sprintf(`{"code":"seed-1","category":"shelter","tier":"supervisor-only",
		"area":{"ring":[],"centre":[{"lat":"12.48317","lon":"-38.20713"}],"radius_m":120,"text":""},"function":{"lang":"en","text":"WORD"},"custodian":"c-1","population":40,"verification":0,"valid_until":%d}`,
		x.cell.Clock.Now().UnixMilli()+720*3600_000))
	return x
}

// add takes an officer into the list, with a token.
func (x *staffed) add(t *testing.T, o officer.Officer) {
	t.Helper()
	if err := x.book.Add(t.Context(), o, "test"); err != nil {
		t.Fatal(err)
	}
	if err := x.book.Adopt(t.Context(), o.Code, strings.TrimPrefix(bearer(o.Code), "Bearer ")); err != nil {
		t.Fatal(err)
	}
}

// of gives the seed with a word.
func (x *staffed) of(word string) seed {
	return x.seeds[slices.IndexFunc(x.seeds, func(s seed) bool { return s.word == word })]
}

// rows counts the seeds that an answer tells of, by key or by word.
func (x *staffed) rows(a answer) (n int) {
	if a.status >= 400 { // a refusal repeats what was asked
		return 0
	}
	for _, s := range x.seeds {
		if strings.Contains(string(a.body), s.word) || strings.Contains(string(a.body), s.filed.Ref.String()) {
			n++
		}
	}
	return n
}

// missingRight gives the right that an answer says is missing, "" when it does
// not say that.
func (a answer) missingRight() cell.Right {
	var p struct {
		Type   string
		Errors []struct{ Value string }
	}
	if a.status != http.StatusForbidden || json.Unmarshal(a.body, &p) != nil || p.Type != "urn:parley:right" || len(p.Errors) != 1 {
		return ""
	}
	return cell.Right(p.Errors[0].Value)
}

// request gives the path and the body with which an officer asks a route: valid
// ones, of the seeds in the basket "intelligence" or of what is made for it.
func (x *staffed) request(t *testing.T, route, who string) (path, body string, ok bool) {
	t.Helper()
	secret := x.of("seed-intel").filed
	post := func(path, body string, out any) {
		t.Helper()
		if a := x.askAs(t, "Bearer "+token, "POST", path, body); a.status >= 300 || json.Unmarshal(a.body, out) != nil {
			t.Fatalf("prepare %s: %d %s", path, a.status, a.body)
		}
	}
	proposal := func() string {
		var p struct{ Key string }
		post("/api/v1/proposals", halt, &p)
		return p.Key
	}
	alarm := func() string {
		if err := x.AlarmAtHome(t.Context(), node.AlarmBreakGlass, "watch-2", "desk of "+who, true); err != nil {
			t.Fatal(err)
		}
		var w struct{ Alarms []node.Alarm }
		x.ask(t, "GET", "/api/v1/watch", "").want(t, 200, &w)
		i := slices.IndexFunc(w.Alarms, func(a node.Alarm) bool { return strings.Contains(a.ID, "desk of "+who) })
		return url.PathEscape(w.Alarms[i].ID)
	}
	method, path, _ := strings.Cut(route, " ")
	plain := strings.NewReplacer("{key}", url.PathEscape(secret.Ref.String()), "{ref}", url.PathEscape(secret.Cite.String()), "{desk}", "alpha", "{gen}", "1",
		"{tile}", "entries/000.p/1", "{code}", "target", "{action}", "next").Replace(path)
	switch route {
	case "POST /api/v1/records":
		return path, x.cease(), true
	case "GET /api/v1/geo":
		return path + "?text=12.4,-38.2", "", true
	case "POST /api/v1/import":
		return path, "{}", true
	case "POST /api/v1/ceremony":
		return path, `{"kind":"talks.signature/1","body":{}}`, true
	case "POST /api/v1/alarms/{id}/acknowledge", "POST /api/v1/alarms/{id}/answer":
		return strings.ReplaceAll(path, "{id}", alarm()), "", true
	case "POST /api/v1/proposals":
		return path, halt, true
	case "POST /api/v1/approvals", "POST /api/v1/approvals/begin":
		return path, `{"of":"` + proposal() + `"}`, true
	case "POST /api/v1/proposals/{key}/withdraw", "POST /api/v1/proposals/{key}/take":
		return strings.ReplaceAll(path, "{key}", url.PathEscape(proposal())), `{}`, true
	case "POST /api/v1/officers":
		return path, `{"code":"new-of-` + who + `","roles":["viewer"]}`, true
	case "POST /api/v1/officers/{code}/change":
		return plain, `{"name":"Changed"}`, true
	case "POST /api/v1/officers/{code}/enrol":
		return strings.ReplaceAll(path, "{code}", cell.RoleViewer), `{}`, true
	case "POST /api/v1/officers/{code}/disable", "GET /api/v1/officers/{code}/tokens":
		return plain, "", true
	case "POST /api/v1/officers/{code}/tokens":
		return plain, `{"scope":["read"]}`, true
	case "DELETE /api/v1/officers/{code}/tokens/{id}":
		return strings.ReplaceAll(plain, "{id}", "none"), "", true
	case "POST /api/v1/session/touch", "POST /api/v1/session/lock", "POST /api/v1/signout", "POST /api/v1/demo/{action}":
		return plain, "", true
	case "POST /api/v1/session/break-glass":
		return path, `{"reason":"nobody else is awake"}`, true
	case "POST /api/v1/pages/{id}/answer":
		return strings.ReplaceAll(path, "{id}", "none"), `{}`, true
	case "POST /api/v1/restore/finish":
		return path, `{}`, true
	case "POST /api/v1/signin/begin", "POST /api/v1/signin/finish":
		return path, `{"officer":"nobody-at-all"}`, true
	case "POST /api/v1/enrol/begin", "POST /api/v1/enrol/finish":
		return path, `{"secret":"no-such-link"}`, true
	case "GET /signin":
		return path + "?t=no-such-link", "", true
	case "GET /api/v1/records/{ref}/proof":
		return plain + "?reason=asked", "", true
	case "GET /api/v1/matters/{key}", "GET /api/v1/matters/{key}/notes", "GET /api/v1/records/{ref}",
		"GET /journal/{desk}/{gen}/checkpoint", "GET /journal/{desk}/{gen}/tile/{tile}":
		return plain, "", true
	}
	return path, "", method == http.MethodGet && !strings.Contains(path, "{") // what only has an address
}

// first cuts a stream off after its first event.
func (x *staffed) first(t *testing.T, who, path string) answer {
	r, w := cutOff(t, path, "event: tick")
	r.Header.Set("Authorization", bearer(who))
	x.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// lastly reports whether a route is how one signs in.
func lastly(route string) bool {
	return strings.Contains(route, "/signin") || strings.Contains(route, "/enrol/")
}

// routesInOrder gives every route of the description with the right that it
// wants: those that only look first, and how one signs in last, because who
// fails at that has to wait.
func (x *staffed) routesInOrder(t *testing.T) (list []string, wants map[string]cell.Right) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "docs", "formats", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Paths map[string]map[string]struct {
			Right cell.Right `json:"x-right"`
		}
	}
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	wants = map[string]cell.Right{}
	for path, methods := range spec.Paths {
		for method, op := range methods {
			route := strings.ToUpper(method) + " " + path
			list, wants[route] = append(list, route), op.Right
		}
	}
	rank := func(route string) int {
		switch {
		case lastly(route):
			return 3
		case strings.Contains(route, "/proof"):
			return 1 // an act
		case strings.HasPrefix(route, "GET "):
			return 0
		}
		return 2
	}
	slices.SortFunc(list, func(a, b string) int {
		if r := rank(a) - rank(b); r != 0 {
			return r
		}
		return strings.Compare(a, b)
	})
	return list, wants
}

// SEC-07 T: each route of the description asked by an officer of each role:
// what it answers, and of how many of the five matters it tells. A route that
// the table does not have, or that cannot be asked here, fails.
func TestEveryRouteByEveryRole(t *testing.T) {
	x := staff(t)
	x.add(t, officer.Officer{Code: "target", Roles: []string{cell.RoleViewer}, Exercise: true})
	list, wants := x.routesInOrder(t)
	var b strings.Builder
	fmt.Fprintf(&b, "What a desk answers to an officer of each role, and after the colon of how many of its five matters it tells.\nThe narrow officer is a watch officer who sees one basket. See api/roles_test.go.\n\n%-54s %-10s", "", "wants")
	for _, who := range columns() {
		fmt.Fprintf(&b, " %-7.7s", who)
	}
	b.WriteByte('\n')
	for _, route := range list {
		line := fmt.Sprintf("%-54s %-10s", route, wants[route])
		for _, who := range columns() {
			path, body, ok := x.request(t, route, who)
			if !ok {
				t.Errorf("%s is not in the table of roles and routes: say in api/roles_test.go how it is asked", route)
				break
			}
			method, _, _ := strings.Cut(route, " ")
			if lastly(route) {
				x.cell.Clock.Add(time.Hour) // who fails to sign in has to wait
			}
			var a answer
			if route == "GET /api/v1/events" {
				a = x.first(t, who, path)
			} else {
				a = x.askAs(t, bearer(who), method, path, body)
			}
			x.holdsTo(t, route, who, wants[route], a)
			cellText := fmt.Sprint(a.status)
			if n := x.rows(a); n > 0 {
				cellText += fmt.Sprintf(":%d", n)
			}
			line += fmt.Sprintf(" %-7s", cellText)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	golden := filepath.Join("testdata", "routes.txt")
	if *updateRoutes {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("who may ask what changed; look at it, then run: go test ./api -run EveryRouteByEveryRole -routes\n%s", b.String())
	}
}

// holdsTo checks an answer against the policy itself, whatever the table says.
func (x *staffed) holdsTo(t *testing.T, route, who string, wants cell.Right, a answer) {
	t.Helper()
	role := who
	if who == narrow {
		role = cell.RoleWatch
	}
	if slices.Contains(cell.Rights(), wants) {
		lacks := !cell.Grants([]string{role}, wants)
		if got := a.missingRight(); lacks && got != wants || !lacks && got == wants {
			t.Errorf("%s by %s: %d, missing %q; the route wants %s: %s", route, who, a.status, got, wants, a.body)
		}
	}
	if !cell.Grants([]string{role}, cell.RightRead) && x.rows(a) > 0 {
		t.Errorf("%s tells %s, who may not read, of %d matters: %s", route, who, x.rows(a), a.body)
	}
	if a.status == http.StatusInternalServerError {
		t.Errorf("%s by %s: %s", route, who, a.body)
	}
	if a.missingRight() != "" && (x.rows(a) > 0 || strings.Contains(string(a.body), "alpha")) {
		t.Errorf("%s tells %s of what was asked for: %s", route, who, a.body)
	}
}

// SEC-07 T: each kind of each module, and of the kernel, filed by an officer of
// each role: refused for want of the right that the kind wants, or for no want
// of a right.
func TestEveryKindByEveryRole(t *testing.T) {
	x := staff(t)
	kinds := cell.KernelKinds()
	for _, m := range node.Modules() {
		kinds = append(kinds, m.Kinds...)
	}
	for _, k := range kinds {
		body, err := cell.EncodeBody(k.Sample())
		if err != nil {
			t.Fatal(err)
		}
		wants := k.RightOf(k.Sample())
		for _, role := range cell.Roles() {
			a := x.askAs(t, bearer(role), "POST", "/api/v1/records", `{"kind":"`+k.Name+`","body":`+string(body)+`}`)
			lacks := !cell.Grants([]string{role}, wants)
			if got := a.missingRight(); lacks && got != wants || !lacks && got != "" {
				t.Errorf("%s by %s: %d, missing %q; it wants %s: %s", k.Name, role, a.status, got, wants, a.body)
			}
			if !lacks && a.status >= 500 {
				t.Errorf("%s by %s: %s", k.Name, role, a.body)
			}
		}
	}
}

// SEC-07 T: the right is asked for before anything is looked up: what exists and
// what does not is refused in the same words.
func TestTheRefusalSaysNothingOfTheObject(t *testing.T) {
	x := staff(t)
	held := x.of("seed-hotline").filed
	for name, pair := range map[string][2]string{
		"a matter": {"/api/v1/matters/" + url.PathEscape(held.Ref.String()), "/api/v1/matters/alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"},
		"a record": {"/api/v1/records/" + url.PathEscape(held.Cite.String()), "/api/v1/records/" + url.PathEscape("alpha#999999")},
		"a proof":  {"/api/v1/records/" + url.PathEscape(held.Cite.String()) + "/proof", "/api/v1/records/nothing/proof"},
	} {
		one, other := x.askAs(t, bearer(cell.RoleAdmin), "GET", pair[0], ""), x.askAs(t, bearer(cell.RoleAdmin), "GET", pair[1], "")
		if one.status != http.StatusForbidden || string(one.body) != string(other.body) {
			t.Errorf("%s: %s\nand one that is not held: %s", name, one.body, other.body)
		}
	}
	act := `{"kind":"cell.cancel/1","about":"KEY","body":{}}`
	one := x.askAs(t, bearer(cell.RoleViewer), "POST", "/api/v1/records", strings.Replace(act, "KEY", held.Ref.String(), 1))
	other := x.askAs(t, bearer(cell.RoleViewer), "POST", "/api/v1/records", strings.Replace(act, "KEY", "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000", 1))
	if one.missingRight() == "" || string(one.body) != string(other.body) {
		t.Errorf("a withdrawal: %s\nof what is not held: %s", one.body, other.body)
	}
}

// SEC-07 T: a role that the client names is one that the officer holds and that
// grants the right; the default is the first of theirs that does.
func TestTheRoleIsHeldAndGrantsTheRight(t *testing.T) {
	x := staff(t)
	x.add(t, officer.Officer{Code: "two-hats", Roles: []string{cell.RoleWatch, cell.RoleLiaison}, All: true, Exercise: true})
	for _, c := range []struct {
		name, role string
		status     int
		by         string
	}{
		{"no role", "", 201, cell.RoleWatch},
		{"one that grants it", cell.RoleWatch, 201, cell.RoleWatch},
		{"one that is held and does not", cell.RoleLiaison, 403, ""},
		{"one that grants it and is not held", cell.RoleHead, 403, ""},
		{"the node's", cell.RoleNode, 422, ""},
		{"none that there is", "second-officer", 422, ""},
	} {
		a := x.askAs(t, bearer("two-hats"), "POST", "/api/v1/records", strings.Replace(x.cease(), `{"kind"`, `{"role":"`+c.role+`","kind"`, 1))
		if a.status != c.status || c.status == 403 && a.missingRight() != cell.RightSafety {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
		if c.by != "" {
			var f filed
			a.want(t, 201, &f)
			var r struct{ Role string }
			x.ask(t, "GET", "/api/v1/records/"+url.PathEscape(f.Ref), "").want(t, 200, &r)
			if r.Role != c.by {
				t.Errorf("%s: filed as %s", c.name, r.Role)
			}
		}
	}
}

package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/api"
	"parley/cell"
	"parley/node"
	"parley/officer"
)

type approved struct {
	Approval filed
	Act      *filed
	Again    bool
}

type proposals struct{ Proposals []node.ProposalView }

const halt = `{"what":"release","reason":"asked by the joint committee","act":{"kind":"MSG","body":{"body":{"lang":"en","text":"The convoy halts at 14:00."}}}}`

// SEC-07 T, bad input: two officers do it; one does not, by whatever session or
// token; and the answer of who lacks the right names it and nothing else.
func TestTwoOfficersDoIt(t *testing.T) {
	roles := map[string][]string{"watch-1": cell.Roles(), "watch-2": cell.Roles()}
	s := serve(t, func(c *api.Config) {
		links(c)
		c.Officers = func(code string) officer.Person {
			return officer.Person{Code: code, Roles: roles[code], All: true, Via: officer.BySession}
		}
	}, "alpha")
	first := s.session(t, "first-link")
	as2 := func(method, path, body string) answer { return s.askAs(t, "Bearer "+token2, method, path, body) }
	var p filed
	s.ask(t, "POST", "/api/v1/proposals", halt).want(t, 201, &p)
	of := `{"of":"` + p.Key + `"}`
	s.ask(t, "POST", "/api/v1/approvals", of).want(t, 422, nil)
	a := s.askAs(t, "", "POST", "/api/v1/approvals", of, "Cookie", first)
	if a.want(t, 422, nil); !strings.Contains(string(a.body), "cell.approval-same") {
		t.Errorf("%s", a.body)
	}
	roles["watch-2"] = []string{cell.RoleWatch}
	for _, path := range []string{"/api/v1/approvals", "/api/v1/approvals/begin"} {
		for _, key := range []string{p.Key, "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"} { // the same of what is not there
			a = as2("POST", path, `{"of":"`+key+`"}`)
			if a.want(t, http.StatusForbidden, nil); !strings.Contains(string(a.body), `"release"`) || strings.Contains(string(a.body), key) {
				t.Errorf("%s: %s", path, a.body)
			}
		}
	}
	roles["watch-2"] = []string{cell.RoleReleaser}
	var asked struct{ Commitment, Challenge string }
	as2("POST", "/api/v1/approvals/begin", of).want(t, 200, &asked)
	if asked.Commitment != p.Commitment || len(asked.Challenge) != 64 {
		t.Errorf("%+v", asked)
	}
	var list proposals
	as2("GET", "/api/v1/proposals", "").want(t, 200, &list)
	if v := list.Proposals[0]; len(list.Proposals) != 1 || !v.May || v.By != "watch-1" || v.ActCode != "MSG" || v.State != cell.StateWaiting {
		t.Errorf("%+v", list)
	}
	as2("POST", "/api/v1/approvals", `{"of":"`+p.Key+`","assertion":{"id":"AA","type":"public-key"}}`).want(t, http.StatusForbidden, nil)
	var done, again approved
	as2("POST", "/api/v1/approvals", of).want(t, 201, &done)
	as2("POST", "/api/v1/approvals", of).want(t, 201, &again)
	if done.Act == nil || again.Act == nil || !again.Again || again.Act.Ref != done.Act.Ref || done.Again {
		t.Fatalf("%+v, then %+v", done, again)
	}
	if got := s.author(t, done.Act.Ref); got != "watch-1" {
		t.Errorf("filed by %q", got)
	}
	if got := s.author(t, done.Approval.Ref); got != "watch-2" {
		t.Errorf("approved by %q", got)
	}
}

// SEC-07, bad input: who may release does not thereby bind the desk, name a role,
// or file by hand what approvals are made of; a withdrawn proposal stays so.
func TestWhatApprovalsDoNotGive(t *testing.T) {
	roles := map[string][]string{"watch-1": {cell.RoleDrafter}, "watch-2": {cell.RoleReleaser}}
	s := serve(t, func(c *api.Config) {
		c.Officers = func(code string) officer.Person {
			return officer.Person{Code: code, Roles: roles[code], All: true, Via: officer.BySession}
		}
	}, "alpha")
	as2 := func(method, path, body string) answer { return s.askAs(t, "Bearer "+token2, method, path, body) }
	s.ask(t, "POST", "/api/v1/proposals", strings.Replace(halt, `"kind"`, `"role":"liaison","kind"`, 1)).want(t, 422, nil)
	s.ask(t, "POST", "/api/v1/proposals", strings.Replace(halt, "MSG", "cell.approval/1", 1)).want(t, 403, nil)
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"charter","act":{},"reason":"one"}`).want(t, 403, nil)
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"release","act":{"kind":"MSG","body":{}},"reason":"one"}`).want(t, 422, nil)
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"release","act":{"kind":"MSG","body":{"body":{"lang":"en","text":"x"}}},"reason":" "}`).want(t, 422, nil)
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"nothing","act":{},"reason":"one"}`).want(t, 422, nil)
	var f filed
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"release","act":`+s.cease()+`,"reason":"one"}`).want(t, 201, &f)
	a := as2("POST", "/api/v1/approvals", `{"of":"`+f.Key+`"}`)
	if a.want(t, http.StatusForbidden, nil); !strings.Contains(string(a.body), `"safety"`) {
		t.Errorf("%s", a.body)
	}
	roles["watch-1"], roles["watch-2"] = cell.Roles(), cell.Roles()
	for _, kind := range []string{"cell.proposal/1", "cell.approval/1", "cell.approved", "BULK"} {
		s.ask(t, "POST", "/api/v1/records", `{"kind":"`+kind+`","body":{}}`).want(t, 403, nil)
	}
	as2("POST", "/api/v1/proposals/"+url.PathEscape(f.Key)+"/withdraw", "{}").want(t, 200, nil)
	a = as2("POST", "/api/v1/approvals", `{"of":"`+f.Key+`"}`)
	if a.want(t, 422, nil); !strings.Contains(string(a.body), "cell.proposal-over") {
		t.Errorf("%s", a.body)
	}
}

// SEC-18 T: a list is proposed, approved by another officer, and taken once.
func TestAListIsTakenOnce(t *testing.T) {
	s := serve(t, nil, "alpha")
	as2 := func(method, path, body string) answer { return s.askAs(t, "Bearer "+token2, method, path, body) }
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"list","act":{"list":"everything"},"reason":"one"}`).want(t, 422, nil)
	var p filed
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"list","act":{"list":"protection"},"reason":"asked by the joint committee"}`).want(t, 201, &p)
	take := "/api/v1/proposals/" + url.PathEscape(p.Key) + "/take"
	s.ask(t, "POST", take, "").want(t, 403, nil)
	as2("POST", "/api/v1/approvals", `{"of":"`+p.Key+`"}`).want(t, 201, nil)
	a := s.ask(t, "POST", take, "")
	if a.want(t, 200, nil); a.header.Get("Content-Type") != "application/geo+json" || !strings.Contains(string(a.body), `"FeatureCollection"`) {
		t.Errorf("%s %s", a.header, a.body)
	}
	as2("POST", take, "").want(t, 403, nil)
}

package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/api"
)

// links are the secrets of the sign-in links of a desk's two officers.
func links(c *api.Config) {
	officers := map[string]string{"first-link": "watch-1", "second-link": "watch-2"}
	c.SignIn = func(secret string) (string, bool) { o, ok := officers[secret]; return o, ok }
}

// session signs in with a link and gives the cookie.
func (s *served) session(t *testing.T, secret string) string {
	t.Helper()
	a := s.askAs(t, "", "GET", "/signin?t="+secret, "")
	a.want(t, http.StatusSeeOther, nil)
	pair, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	return pair
}

// author gives the officer in the bytes of a record.
func (s *served) author(t *testing.T, ref string) string {
	t.Helper()
	var r struct {
		Text string `json:"bytes_text"`
	}
	s.ask(t, "GET", "/api/v1/records/"+url.PathEscape(ref), "").want(t, 200, &r)
	_, rest, _ := strings.Cut(r.Text, `"by":{"officer":"`)
	officer, _, _ := strings.Cut(rest, `"`)
	return officer
}

// INT-03 T: two officers sign in at one desk; each is shown their own code, and
// what they file carries it, by session and by token.
func TestTwoOfficersAtOneDesk(t *testing.T) {
	s := serve(t, links, "alpha")
	first, second := s.session(t, "first-link"), s.session(t, "second-link")
	for _, x := range []struct{ name, authorization, cookie, officer string }{
		{"the first one's session", "", first, "watch-1"},
		{"the second one's session", "", second, "watch-2"},
		{"the first one's token", "Bearer " + token, "", "watch-1"},
		{"the second one's token", "Bearer " + token2, "", "watch-2"},
		{"a token beside another's session", "Bearer " + token2, first, "watch-2"},
	} {
		t.Run(x.name, func(t *testing.T) {
			var d struct{ Officer struct{ Code string } }
			s.askAs(t, x.authorization, "GET", "/api/v1/desk", "", "Cookie", x.cookie).want(t, 200, &d)
			if d.Officer.Code != x.officer {
				t.Errorf("is shown %q, want %q", d.Officer.Code, x.officer)
			}
			var f filed
			s.askAs(t, x.authorization, "POST", "/api/v1/records", s.cease(), "Cookie", x.cookie).want(t, 201, &f)
			if got := s.author(t, f.Ref); got != x.officer {
				t.Errorf("%s is filed by %q, want %q", f.Ref, got, x.officer)
			}
		})
	}
}

// INT-03 T: the same key of another officer is another act, and not the first
// one's again.
func TestKeysAreOfOneOfficer(t *testing.T) {
	s := serve(t, nil, "alpha")
	var one, two, again filed
	s.ask(t, "POST", "/api/v1/records", s.cease(), "Idempotency-Key", "k").want(t, 201, &one)
	s.askAs(t, "Bearer "+token2, "POST", "/api/v1/records", s.cease(), "Idempotency-Key", "k").want(t, 201, &two)
	s.askAs(t, "Bearer "+token2, "POST", "/api/v1/records", s.cease(), "Idempotency-Key", "k").want(t, 201, &again)
	if two.Ref == one.Ref || two.Again || again.Ref != two.Ref || !again.Again {
		t.Errorf("filed %s, then %s (again %v), then %s (again %v)", one.Ref, two.Ref, two.Again, again.Ref, again.Again)
	}
	if got := s.author(t, two.Ref); got != "watch-2" {
		t.Errorf("filed by %q", got)
	}
}

// INT-03 T: taking a proof out, an act that may need two, is recorded with the
// officer who did it.
func TestProofIsTakenByAnOfficer(t *testing.T) {
	s := serve(t, nil, "alpha")
	var f filed
	s.ask(t, "POST", "/api/v1/records", s.cease()).want(t, 201, &f)
	s.askAs(t, "Bearer "+token2, "GET", "/api/v1/records/"+url.PathEscape(f.Ref)+"/proof?reason=asked", "").want(t, 200, nil)
	var feed struct {
		Records []struct{ Kind, Ref string }
	}
	s.ask(t, "GET", "/api/v1/records?limit=500", "").want(t, 200, &feed)
	found := 0
	for _, r := range feed.Records {
		if r.Kind == "cell.export/1" {
			found++
			if got := s.author(t, r.Ref); got != "watch-2" {
				t.Errorf("taken out by %q", got)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d exports", found)
	}
}

// Nobody chooses whose act it is: an act names no officer, and neither a code
// nor the other way in is a secret.
func TestAnotherOfficerIsRefused(t *testing.T) {
	s := serve(t, links, "alpha")
	first := s.session(t, "first-link")
	s.askAs(t, "", "POST", "/api/v1/records", strings.Replace(s.cease(), `{"kind"`, `{"officer":"watch-2","kind"`, 1), "Cookie", first).want(t, 422, nil)
	s.askAs(t, "", "POST", "/api/v1/records", strings.Replace(s.cease(), `{"kind"`, `{"by":{"officer":"watch-2","role":"watch"},"kind"`, 1), "Cookie", first).want(t, 422, nil)
	for _, secret := range []string{"watch-2", "third-link", token2} {
		s.askAs(t, "", "GET", "/signin?t="+secret, "").want(t, http.StatusUnauthorized, nil)
	}
	for _, authorization := range []string{"Bearer watch-2", "Bearer second-link", "Bearer " + token + token2} {
		s.askAs(t, authorization, "GET", "/api/v1/desk", "", "Cookie", first).want(t, http.StatusUnauthorized, nil)
	}
}

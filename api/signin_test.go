package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"parley/cell"
	"parley/officer"
)

// browser is an officer's browser at a desk: it keeps one cookie.
type browser struct {
	s      *served
	from   string
	cookie string
	auth   virtualwebauthn.Authenticator
	cred   virtualwebauthn.Credential
}

func (s *served) browser() *browser { return &browser{s: s, from: "192.0.2.1:1234"} }

// post sends JSON with the cookie, and takes the cookie that comes back.
func (b *browser) do(t *testing.T, method, path string, body any) answer {
	t.Helper()
	raw := ""
	if body != nil {
		j, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		raw = string(j)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(raw))
	r.RemoteAddr = b.from
	if raw != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	w := httptest.NewRecorder()
	b.s.ServeHTTP(w, r)
	if set := w.Header().Get("Set-Cookie"); set != "" {
		b.cookie, _, _ = strings.Cut(set, ";")
	}
	a := answer{w.Code, w.Header(), w.Body.Bytes()}
	if a.status >= 400 {
		a.mustBeProblem(t, method+" "+path)
	}
	return a
}

type object = map[string]any

// link has an administrator add an officer and make a link; it gives the
// link's secret.
func (s *served) link(t *testing.T, code string, roles ...string) string {
	t.Helper()
	list, _ := json.Marshal(object{"code": code, "name": "Officer " + code, "roles": roles, "baskets": []string{"intelligence"}, "languages": []string{"en"}})
	if a := s.ask(t, "POST", "/api/v1/officers", string(list)); a.status != http.StatusCreated && a.status != http.StatusConflict {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var l struct {
		Secret string
		Until  int64
		Links  []string
	}
	s.ask(t, "POST", "/api/v1/officers/"+code+"/enrol", "").want(t, http.StatusOK, &l)
	if len(l.Links) != 1 || l.Links[0] != console.Origin+"/enrol#"+l.Secret {
		t.Errorf("links %q", l.Links)
	}
	return l.Secret
}

// enrolment is what a link shows.
type enrolment struct {
	Officer   struct{ Code, Name string }
	PublicKey json.RawMessage
	TOTP      struct{ URI, Secret, QR string }
}

// enrol follows a link with a new key; the browser is signed in then.
func (b *browser) enrol(t *testing.T, secret string) {
	t.Helper()
	var e enrolment
	b.do(t, "POST", "/api/v1/enrol/begin", object{"secret": secret}).want(t, http.StatusOK, &e)
	o, err := virtualwebauthn.ParseAttestationOptions(string(e.PublicKey))
	if err != nil {
		t.Fatalf("%v: %s", err, e.PublicKey)
	}
	b.auth = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(o.UserID)})
	b.cred = newKey()
	made := json.RawMessage(virtualwebauthn.CreateAttestationResponse(console, b.auth, b.cred, *o))
	b.do(t, "POST", "/api/v1/enrol/finish", object{"secret": secret, "credential": made}).want(t, http.StatusNoContent, nil)
}

// assertion asks for the key and lets it answer at some console.
func (b *browser) assertion(t *testing.T, at virtualwebauthn.RelyingParty) object {
	t.Helper()
	var o struct{ PublicKey json.RawMessage }
	b.do(t, "POST", "/api/v1/signin/begin", object{}).want(t, http.StatusOK, &o)
	options, err := virtualwebauthn.ParseAssertionOptions(string(o.PublicKey))
	if err != nil {
		t.Fatalf("%v: %s", err, o.PublicKey)
	}
	b.cred.Counter++
	return object{"credential": json.RawMessage(virtualwebauthn.CreateAssertionResponse(at, b.auth, b.cred, *options))}
}

func (b *browser) signIn(t *testing.T) answer {
	t.Helper()
	return b.do(t, "POST", "/api/v1/signin/finish", b.assertion(t, console))
}

// present is the answer of GET /api/v1/session.
type present struct {
	State, Officer, Name, How string
	Roles, Baskets, Ways      []string
	Rights                    []cell.Right
	All, Key, Exercise        bool

	LockAfter int64 `json:"lock_after_ms"`
	Broken    int64 `json:"broken_until"`
}

func (b *browser) present(t *testing.T) (p present) {
	t.Helper()
	b.do(t, "GET", "/api/v1/session", nil).want(t, http.StatusOK, &p)
	return p
}

// noted looks for an event in the desk's own log, and for its alarm.
func (s *served) noted(t *testing.T, kind, code string, alarmed bool) {
	t.Helper()
	var l struct{ Events []officer.Event }
	s.ask(t, "GET", "/api/v1/log", "").want(t, http.StatusOK, &l)
	found := false
	for _, e := range l.Events {
		found = found || e.Kind == kind && e.Officer == code
	}
	var w struct {
		Alarms []struct {
			Kind, Level string
			Text        struct{ En, Ar, He string }
		}
	}
	s.ask(t, "GET", "/api/v1/watch", "").want(t, http.StatusOK, &w)
	sounds := false
	for _, a := range w.Alarms {
		sounds = sounds || a.Kind == kind && a.Text.En != "" && a.Text.Ar != "" && a.Text.He != ""
	}
	if !found || sounds != alarmed {
		t.Errorf("%s of %q: noted %v, alarmed %v, want %v: %+v", kind, code, found, sounds, alarmed, l.Events)
	}
}

// SEC-08 T: an officer enrols a key by a link and is signed in; the cookie is
// for this desk, not for scripts and not for other sites, and changes with each
// sign-in. The key signs in again.
func TestEnrolAndSignIn(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	if p := b.present(t); p.State != "none" || p.Officer != "" || len(p.Ways) != 2 || p.Ways[0] != "passkey" || !p.Exercise {
		t.Errorf("before: %+v", p)
	}
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusUnauthorized, nil)
	b.enrol(t, s.link(t, "watch-7", cell.RoleWatch))
	p := b.present(t)
	if p.State != "open" || p.Officer != "watch-7" || p.Name != "Officer watch-7" || p.How != "passkey" || !p.Key || p.LockAfter != 300_000 || p.All || len(p.Rights) == 0 {
		t.Errorf("enrolled: %+v", p)
	}
	before := b.cookie
	a := b.signIn(t)
	a.want(t, http.StatusNoContent, nil)
	set := a.header.Get("Set-Cookie")
	for _, part := range []string{"parley_alpha=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, part) {
			t.Errorf("no %s in %s", part, set)
		}
	}
	after := b.cookie
	if b.cookie = before; b.present(t).State != "none" {
		t.Error("the session before the sign-in still opens the desk")
	}
	b.cookie = after
	var f filed
	b.do(t, "POST", "/api/v1/records", json.RawMessage(s.cease())).want(t, http.StatusCreated, &f)
	if got := s.author(t, f.Ref); got != "watch-7" {
		t.Errorf("filed by %q", got)
	}
	b.do(t, "POST", "/api/v1/signout", nil).want(t, http.StatusNoContent, nil)
	if b.cookie = after; b.present(t).State != "none" {
		t.Error("signed out, and the cookie still opens the desk")
	}
	s.noted(t, officer.SignedOut, "watch-7", false)
}

// SEC-08: over TLS the cookie is for HTTPS and for this very host.
func TestCookieOverTLS(t *testing.T) {
	s := serve(t, links, "alpha")
	server := httptest.NewTLSServer(s)
	defer server.Close()
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Get(server.URL + "/signin?t=first-link")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	set := res.Header.Get("Set-Cookie")
	if !strings.HasPrefix(set, "__Host-parley_alpha=") || !strings.Contains(set, "; Secure") || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s, %v", set, res.Header)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/api/v1/desk", nil)
	if err != nil {
		t.Fatal(err)
	}
	pair, _, _ := strings.Cut(set, ";")
	r.Header.Set("Cookie", pair)
	if res, err = client.Do(r); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	_ = res.Body.Close()
}

// SEC-08 T: what is good once is refused the second time: an assertion, a link,
// a code; so are another origin and a wrong passphrase. Each is noted, what is
// grave alarmed.
func TestSignInRefuses(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	link := s.link(t, "watch-7", cell.RoleWatch)
	b.enrol(t, link)
	b.do(t, "POST", "/api/v1/enrol/begin", object{"secret": link}).want(t, http.StatusUnauthorized, nil)
	s.noted(t, officer.Replayed, "watch-7", true)
	once := b.assertion(t, console)
	b.do(t, "POST", "/api/v1/signin/finish", once).want(t, http.StatusNoContent, nil)
	b.do(t, "POST", "/api/v1/signin/finish", once).want(t, http.StatusUnauthorized, nil)
	s.noted(t, officer.Replayed, "", true)
	evil := b.assertion(t, virtualwebauthn.RelyingParty{ID: console.ID, Origin: "https://alpha.localhost.evil.example"})
	b.do(t, "POST", "/api/v1/signin/finish", evil).want(t, http.StatusUnauthorized, nil)
	s.noted(t, officer.Refused, "watch-7", false)

	for name, body := range map[string]object{
		"an unknown member": {"officer": "watch-7", "password": "x"},
		"a list":            {"officer": []string{"watch-7"}},
	} {
		if a := b.do(t, "POST", "/api/v1/signin/finish", body); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	b.do(t, "POST", "/api/v1/signin/finish", object{"officer": strings.Repeat("x", 70_000)}).want(t, http.StatusRequestEntityTooLarge, nil)
}

const phrase = "correct horse battery staple"

func (s *served) code(t *testing.T, seed string) string {
	t.Helper()
	c, err := hotp.GenerateCodeCustom(seed, uint64(s.cell.Clock.Now().Unix()/30), hotp.ValidateOpts{Digits: otp.DigitsSix})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// enrolCode follows a link with a passphrase and gives the codes' seed.
func (b *browser) enrolCode(t *testing.T, secret string) string {
	t.Helper()
	var e enrolment
	b.do(t, "POST", "/api/v1/enrol/begin", object{"secret": secret}).want(t, http.StatusOK, &e)
	b.do(t, "POST", "/api/v1/enrol/finish", object{"secret": secret, "passphrase": "short", "code": b.s.code(t, e.TOTP.Secret)}).want(t, http.StatusUnprocessableEntity, nil)
	b.do(t, "POST", "/api/v1/enrol/finish", object{"secret": secret, "passphrase": phrase, "code": b.s.code(t, e.TOTP.Secret)}).want(t, http.StatusNoContent, nil)
	return e.TOTP.Secret
}

// SEC-08 T: passphrase and code sign in without a key; failures are limited,
// and the answer says for how long.
func TestCodeAndLimit(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	seed := b.enrolCode(t, s.link(t, "watch-7", cell.RoleWatch))
	if p := b.present(t); p.State != "open" || p.How != "code" || p.Key {
		t.Errorf("%+v", p)
	}
	s.cell.Clock.Add(time.Minute)
	right := func() object { return object{"officer": "watch-7", "passphrase": phrase, "code": s.code(t, seed)} }
	b.do(t, "POST", "/api/v1/signin/finish", right()).want(t, http.StatusNoContent, nil)
	for range 5 {
		b.do(t, "POST", "/api/v1/signin/finish", right()).want(t, http.StatusUnauthorized, nil) // the code is used up
	}
	a := b.do(t, "POST", "/api/v1/signin/finish", right())
	if a.want(t, http.StatusTooManyRequests, nil); a.header.Get("Retry-After") != "15" {
		t.Errorf("wait %q", a.header.Get("Retry-After"))
	}
	s.noted(t, officer.Limited, "watch-7", true)
	s.cell.Clock.Add(time.Minute)
	b.do(t, "POST", "/api/v1/signin/finish", right()).want(t, http.StatusNoContent, nil)
}

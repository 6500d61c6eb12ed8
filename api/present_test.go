package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/api"
	"parley/cell"
	"parley/officer"
)

// SEC-08 T: a session that comes from another address is ended, noted and
// alarmed; it does not open the desk at its own address either.
func TestSessionMoved(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	b.enrol(t, s.link(t, "watch-7", cell.RoleWatch))
	b.from = "198.51.100.9:1"
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusUnauthorized, nil)
	s.noted(t, officer.Moved, "watch-7", true)
	b.from = "192.0.2.1:5555"
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusUnauthorized, nil)
}

// SEC-08 T: after five minutes without a touch or an act the session is locked:
// nothing is shown and nothing done, a CEASE neither, until the same officer
// signs in again. Reading does not put it off.
func TestSessionLock(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	b.enrol(t, s.link(t, "watch-7", cell.RoleWatch))
	s.cell.Clock.Add(4 * time.Minute)
	b.do(t, "POST", "/api/v1/session/touch", nil).want(t, http.StatusNoContent, nil)
	s.cell.Clock.Add(4 * time.Minute)
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusOK, nil)
	s.cell.Clock.Add(time.Minute)
	for _, c := range []struct {
		method, path string
		body         any
	}{{"GET", "/api/v1/desk", nil}, {"POST", "/api/v1/records", json.RawMessage(s.cease())}, {"POST", "/api/v1/session/touch", nil}, {"POST", "/api/v1/session/break-glass", object{"reason": "a reason that is long enough"}}} {
		var p struct{ Type string }
		b.do(t, c.method, c.path, c.body).want(t, http.StatusUnauthorized, &p)
		if p.Type != "urn:parley:locked" {
			t.Errorf("%s %s: type %q", c.method, c.path, p.Type)
		}
	}
	if p := b.present(t); p.State != "locked" || p.Officer != "watch-7" || len(p.Rights) != 0 {
		t.Errorf("%+v", p)
	}
	s.noted(t, officer.Locked, "watch-7", false)
	b.signIn(t).want(t, http.StatusNoContent, nil)
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusOK, nil)
	b.do(t, "POST", "/api/v1/session/lock", nil).want(t, http.StatusNoContent, nil)
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusUnauthorized, nil)
	b.do(t, "POST", "/api/v1/signout", nil).want(t, http.StatusNoContent, nil)
	if p := b.present(t); p.State != "none" {
		t.Errorf("%+v", p)
	}
}

// SEC-08 T: a locked session's stream of events goes on, and tells only that the
// desk is here.
func TestLockedStream(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	b.from = "127.0.0.1:1"
	b.enrol(t, s.link(t, "watch-7", cell.RoleWatch))
	b.do(t, "POST", "/api/v1/session/lock", nil).want(t, http.StatusNoContent, nil)
	url, server := s.listen(t)
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", b.cookie)
	r.Header.Set("Last-Event-ID", "0") // all that there ever was
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	defer res.Body.Close()
	s.ask(t, "POST", "/api/v1/records", s.cease()).want(t, http.StatusCreated, nil)
	if err := server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil || !bytes.Contains(raw, []byte("event: tick")) || bytes.Contains(raw, []byte("event: feed")) {
		t.Errorf("%v: %s", err, raw)
	}
}

// SEC-08 T: an officer who is disabled is out with their next request, by
// session and by token; so is one whose keys were taken back.
func TestDisabledMidSession(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	b.enrol(t, s.link(t, "watch-7", cell.RoleWatch))
	var made struct{ Token, ID string }
	s.ask(t, "POST", "/api/v1/officers/watch-7/tokens", `{"scope":["read"]}`).want(t, http.StatusCreated, &made)
	s.askAs(t, "Bearer "+made.Token, "GET", "/api/v1/matters", "").want(t, http.StatusOK, nil)
	s.askAs(t, "Bearer "+made.Token, "POST", "/api/v1/records", s.cease()).want(t, http.StatusForbidden, nil)
	s.ask(t, "POST", "/api/v1/officers/watch-7/disable", "").want(t, http.StatusNoContent, nil)
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusUnauthorized, nil)
	s.askAs(t, "Bearer "+made.Token, "GET", "/api/v1/matters", "").want(t, http.StatusUnauthorized, nil)
	b.signIn(t).want(t, http.StatusUnauthorized, nil)
	s.noted(t, officer.Disabled, "watch-7", false)

	s.ask(t, "POST", "/api/v1/officers/watch-7/change", `{"disabled":false}`).want(t, http.StatusOK, nil)
	s.askAs(t, "Bearer "+made.Token, "GET", "/api/v1/matters", "").want(t, http.StatusOK, nil)
	s.ask(t, "DELETE", "/api/v1/officers/watch-7/tokens/"+made.ID, "").want(t, http.StatusNoContent, nil)
	s.askAs(t, "Bearer "+made.Token, "GET", "/api/v1/matters", "").want(t, http.StatusUnauthorized, nil)
	b.signIn(t).want(t, http.StatusNoContent, nil)
	s.ask(t, "POST", "/api/v1/officers/watch-7/enrol", `{"take_back":true}`).want(t, http.StatusOK, nil)
	b.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusUnauthorized, nil)
	s.noted(t, officer.TakenBack, "watch-7", false)
}

// SEC-07 T: break-glass gives a viewer every basket for an hour, is noted with
// its reason and sounds as FLASH at home; an administrator, who sees no
// content, cannot take it.
func TestBreakGlass(t *testing.T) {
	s := serve(t, nil, "alpha")
	b := s.browser()
	b.enrol(t, s.link(t, "viewer-1", cell.RoleViewer))
	b.do(t, "POST", "/api/v1/session/break-glass", object{"reason": "short"}).want(t, http.StatusUnprocessableEntity, nil)
	b.do(t, "POST", "/api/v1/session/break-glass", object{"reason": "both watch officers are ill"}).want(t, http.StatusNoContent, nil)
	if p := b.present(t); p.Broken != s.cell.Clock.Now().Add(time.Hour).UnixMilli() {
		t.Errorf("%+v", p)
	}
	s.noted(t, officer.Broke, "viewer-1", true)
	b.signIn(t).want(t, http.StatusNoContent, nil)
	if b.present(t).Broken == 0 {
		t.Error("a lock that is opened puts the glass back")
	}
	for range 15 {
		s.cell.Clock.Add(4 * time.Minute)
		b.do(t, "POST", "/api/v1/session/touch", nil).want(t, http.StatusNoContent, nil)
	}
	if b.present(t).Broken != 0 {
		t.Error("in force after an hour")
	}
	admin := s.browser()
	admin.enrol(t, s.link(t, "admin-1", cell.RoleAdmin))
	admin.do(t, "POST", "/api/v1/session/break-glass", object{"reason": "I would like to see it all"}).want(t, http.StatusForbidden, nil)
	s.ask(t, "POST", "/api/v1/session/break-glass", `{"reason":"a token has no session"}`).want(t, http.StatusConflict, nil)
}

// SEC-07, SEC-08: an administrator keeps the list and reads no content and no
// log; nobody changes their own roles; who is no administrator keeps nothing.
func TestOfficersAreKept(t *testing.T) {
	s := serve(t, nil, "alpha")
	admin, watch := s.browser(), s.browser()
	admin.enrol(t, s.link(t, "admin-1", cell.RoleAdmin))
	watch.enrol(t, s.link(t, "watch-7", cell.RoleWatch))
	admin.do(t, "POST", "/api/v1/officers", object{"code": "head", "roles": []string{"desk-head"}, "all": true}).want(t, http.StatusCreated, nil)
	admin.do(t, "POST", "/api/v1/officers", object{"code": "head", "roles": []string{"desk-head"}}).want(t, http.StatusConflict, nil)
	admin.do(t, "POST", "/api/v1/officers", object{"code": "x", "roles": []string{"king"}}).want(t, http.StatusUnprocessableEntity, nil)
	admin.do(t, "POST", "/api/v1/officers/nobody/enrol", nil).want(t, http.StatusNotFound, nil)
	admin.do(t, "POST", "/api/v1/officers/admin-1/change", object{"roles": []string{"desk-head"}}).want(t, http.StatusForbidden, nil)
	admin.do(t, "POST", "/api/v1/officers/head/change", object{"languages": []string{"he"}}).want(t, http.StatusOK, nil)
	var list struct{ Officers []officer.Officer }
	admin.do(t, "GET", "/api/v1/officers", nil).want(t, http.StatusOK, &list)
	for _, o := range list.Officers {
		if o.Code == "head" && (!o.All || len(o.Languages) != 1 || len(o.Roles) != 1) {
			t.Errorf("what was left out did not stay: %+v", o)
		}
	}
	admin.do(t, "GET", "/api/v1/matters", nil).want(t, http.StatusForbidden, nil)
	admin.do(t, "GET", "/api/v1/log", nil).want(t, http.StatusForbidden, nil)
	for _, path := range []string{"/api/v1/officers", "/api/v1/officers/head/enrol", "/api/v1/officers/nobody/enrol", "/api/v1/officers/head/disable", "/api/v1/officers/head/tokens", "/api/v1/officers/watch-7/change"} {
		var p struct {
			Type   string
			Errors []struct{ Value string }
		}
		watch.do(t, "POST", path, object{}).want(t, http.StatusForbidden, &p)
		if p.Type != "urn:parley:right" || len(p.Errors) != 1 || p.Errors[0].Value != string(cell.RightOfficers) {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

// Nothing secret stands in the program's log, in the figures or in the
// database: not a link's secret, a token, a session, a passphrase, a seed.
func TestSecretsStayOut(t *testing.T) {
	var log bytes.Buffer
	s := serve(t, func(c *api.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}, "alpha")
	key, app := s.browser(), s.browser()
	secrets := map[string]string{"a link": s.link(t, "watch-7", cell.RoleWatch), "another link": s.link(t, "watch-8", cell.RoleWatch), "the passphrase": phrase, "a token of a file": token}
	key.enrol(t, secrets["a link"])
	secrets["the seed"] = app.enrolCode(t, secrets["another link"])
	s.cell.Clock.Add(time.Minute)
	app.do(t, "POST", "/api/v1/signin/finish", object{"officer": "watch-8", "passphrase": phrase, "code": s.code(t, secrets["the seed"])}).want(t, http.StatusNoContent, nil)
	app.do(t, "POST", "/api/v1/signin/finish", object{"officer": "watch-8", "passphrase": phrase, "code": "000000"}).want(t, http.StatusUnauthorized, nil)
	var made struct{ Token string }
	s.ask(t, "POST", "/api/v1/officers/watch-7/tokens", `{}`).want(t, http.StatusCreated, &made)
	secrets["a token"] = made.Token
	s.askAs(t, "Bearer "+made.Token, "GET", "/api/v1/desk", "").want(t, http.StatusOK, nil)
	s.askAs(t, "Bearer "+made.Token+"x", "GET", "/api/v1/desk", "").want(t, http.StatusUnauthorized, nil)
	key.do(t, "POST", "/api/v1/enrol/begin", object{"secret": secrets["a link"]}).want(t, http.StatusUnauthorized, nil)
	for name, b := range map[string]*browser{"a session": key, "another session": app} {
		_, secrets[name], _ = strings.Cut(b.cookie, "=")
	}
	key.from = "198.51.100.9:1"
	key.do(t, "GET", "/api/v1/desk", nil).want(t, http.StatusUnauthorized, nil)

	places := map[string][]byte{"the log": log.Bytes(), "the figures": s.ask(t, "GET", "/metrics", "").body, "the desk's own log": s.ask(t, "GET", "/api/v1/log", "").body,
		"the list of officers": s.ask(t, "GET", "/api/v1/officers", "").body, "the list of tokens": s.ask(t, "GET", "/api/v1/officers/watch-7/tokens", "").body}
	for _, name := range []string{"parley.db", "parley.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(s.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		places[name] = raw
	}
	if !bytes.Contains(places["parley.db-wal"], []byte("watch-7")) {
		t.Error("the database does not hold what was done: the test looks at the wrong place")
	}
	for where, raw := range places {
		for what, secret := range secrets {
			if len(secret) < 16 {
				t.Fatalf("%s is %q", what, secret)
			}
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s stands in %s", what, where)
			}
		}
	}
}

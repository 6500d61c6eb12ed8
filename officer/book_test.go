package officer_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"parley/cell"
	"parley/officer"
	"parley/store"
)

// desk is a book with a clock that the test turns.
type desk struct {
	*officer.Book
	db     *store.DB
	at     time.Time
	alarms []officer.Event
}

const from = "192.0.2.7"

var console = virtualwebauthn.RelyingParty{ID: "alpha.localhost", Name: "Parley, desk alpha", Origin: "https://alpha.localhost:7101"}

func config(d *desk) officer.Config {
	return officer.Config{Cell: "demo", Desk: "alpha", Root: "root-key", RPID: console.ID, Origins: []string{console.Origin},
		Now: func() time.Time { return d.at }, Rand: rand.Reader,
		Alarm: func(_ context.Context, e officer.Event) error { d.alarms = append(d.alarms, e); return nil }}
}

func open(t *testing.T) *desk {
	t.Helper()
	return openAt(t, "sqlite:"+t.TempDir()+"/parley.db")
}

func openAt(t *testing.T, dsn string) *desk {
	t.Helper()
	d := &desk{at: time.Date(2026, 1, 6, 14, 0, 0, 0, time.UTC)}
	var err error
	if d.db, err = store.Open(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.db.Close() })
	d.reopen(t)
	return d
}

// reopen reads the book anew, as after a restart.
func (d *desk) reopen(t *testing.T) {
	t.Helper()
	var err error
	if d.Book, err = officer.Open(t.Context(), d.db, config(d)); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) add(t *testing.T, code string, roles ...string) {
	t.Helper()
	if len(roles) == 0 {
		roles = []string{cell.RoleWatch}
	}
	if err := d.Add(t.Context(), officer.Officer{Code: code, Name: "the officer " + code, Roles: roles, Baskets: []string{"intelligence"}, Languages: []string{"en"}}, "admin"); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) link(t *testing.T, code string) string {
	t.Helper()
	secret, until, err := d.Enrol(t.Context(), code, "admin")
	if err != nil || len(secret) < 43 || !until.Equal(d.at.Add(24*time.Hour)) {
		t.Fatalf("link %d characters until %v: %v", len(secret), until, err)
	}
	return secret
}

// holder is an officer's key as a test holds it.
type holder struct {
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// newKey makes a key whose coordinates have all their 32 bytes: the software key
// of the tests writes one of a hundred or so too short, and no real key does.
func newKey() virtualwebauthn.Credential {
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == 77 {
			return c
		}
	}
}

// enrolKey follows a link with a new key.
func (d *desk) enrolKey(t *testing.T, code string) *holder {
	t.Helper()
	secret := d.link(t, code)
	e, err := d.BeginEnrol(t.Context(), secret, from)
	if err != nil {
		t.Fatal(err)
	}
	options, err := virtualwebauthn.ParseAttestationOptions(asJSON(t, e.Options))
	if err != nil {
		t.Fatal(err)
	}
	h := &holder{virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(options.UserID)}), newKey()}
	got, err := d.FinishEnrol(t.Context(), secret, []byte(virtualwebauthn.CreateAttestationResponse(console, h.auth, h.cred, *options)), from)
	if err != nil || got != code {
		t.Fatalf("enrolled %q: %v", got, err)
	}
	return h
}

// answer lets a key answer what was asked, at some console.
func (h *holder) answer(t *testing.T, at virtualwebauthn.RelyingParty, options officer.Options) []byte {
	t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(asJSON(t, options))
	if err != nil {
		t.Fatal(err)
	}
	h.cred.Counter++
	return []byte(virtualwebauthn.CreateAssertionResponse(at, h.auth, h.cred, *o))
}

func (d *desk) signIn(t *testing.T, h *holder) (string, error) {
	t.Helper()
	options, err := d.BeginSignIn(t.Context(), "", from)
	if err != nil {
		t.Fatal(err)
	}
	return d.FinishSignIn(t.Context(), h.answer(t, console, options), from)
}

// last gives the kinds of the newest events, newest first.
func (d *desk) last(t *testing.T, n int) []string {
	t.Helper()
	log, err := d.Log(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range log {
		out = append(out, e.Kind)
	}
	return out
}

func (d *desk) refused(t *testing.T, err error, kind string) {
	t.Helper()
	if !errors.Is(err, officer.ErrRefused) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if got := d.last(t, 2); !slices.Contains(got, kind) {
		t.Errorf("the log says %q, want %s", got, kind)
	}
	alarmed := slices.ContainsFunc(d.alarms, func(e officer.Event) bool { return e.Kind == kind })
	if grave := (officer.Event{Kind: kind}).Grave(); alarmed != grave {
		t.Errorf("%s: alarmed %v, want %v", kind, alarmed, grave)
	}
}

// SEC-08 T: a token has a scope and an end, and can be revoked; an unknown one
// is nobody's.
func TestTokens(t *testing.T) {
	d := open(t)
	d.add(t, "watch-1", cell.RoleWatch)
	ctx := t.Context()
	if _, _, err := d.Token(ctx, "watch-1", nil, d.at.Add(400*24*time.Hour), "admin"); err == nil {
		t.Error("a token for more than a year")
	}
	if _, _, err := d.Token(ctx, "watch-1", []cell.Right{"everything"}, d.at.Add(time.Hour), "admin"); err == nil {
		t.Error("a token for what is no right")
	}
	secret, made, err := d.Token(ctx, "watch-1", []cell.Right{cell.RightRead}, d.at.Add(time.Hour), "admin")
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.ByToken(ctx, secret, from)
	if err != nil || p.Code != "watch-1" || !p.May(cell.RightRead) || p.May(cell.RightFile) || p.Via != officer.ByToken {
		t.Fatalf("%+v, %v", p, err)
	}
	d.reopen(t)
	if p, err = d.ByToken(ctx, secret, from); err != nil || p.May(cell.RightFile) {
		t.Errorf("after a restart: %+v, %v", p, err)
	}
	_, err = d.ByToken(ctx, secret+"x", from)
	d.refused(t, err, officer.Refused)
	if err := d.Revoke(ctx, "watch-1", made.ID, "admin"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ByToken(ctx, secret, from); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("a revoked one: %v", err)
	}
	secret, _, err = d.Token(ctx, "watch-1", nil, d.at.Add(time.Hour), "admin")
	if err != nil {
		t.Fatal(err)
	}
	d.at = d.at.Add(time.Hour)
	if _, err := d.ByToken(ctx, secret, from); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("one that is over: %v", err)
	}
	if list, err := d.Tokens("watch-1"); err != nil || len(list) != 2 {
		t.Errorf("%+v, %v", list, err)
	}
}

// An exercise's officers and tokens are nobody's under another charter.
func TestExerciseIsNotActual(t *testing.T) {
	d := open(t)
	d.Exercise = true
	ctx := t.Context()
	if err := d.Add(ctx, officer.Officer{Code: "watch-1", Roles: cell.Roles(), All: true, Exercise: true}, "exercise"); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"first", "second", "second"} {
		if err := d.Adopt(ctx, "watch-1", secret); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.ByToken(ctx, "first", from); err == nil {
		t.Error("a token that its file does not hold any more")
	}
	if p, err := d.ByToken(ctx, "second", from); err != nil || !p.May(cell.RightCommit) || !p.Sees("intelligence") {
		t.Errorf("%+v, %v", p, err)
	}
	d.reopen(t)
	if _, err := d.ByToken(ctx, "second", from); err == nil {
		t.Error("an exercise's token under another charter")
	}
	if _, err := d.Person(ctx, "watch-1", officer.BySession); err == nil {
		t.Error("an exercise's officer under another charter")
	}
}

// An old database with a new key is refused, with words that say so.
func TestAnotherKeyIsRefused(t *testing.T) {
	d := open(t)
	for want, change := range map[string]func(*officer.Config){
		"root key":  func(c *officer.Config) { c.Root = "new-key" },
		"desk beta": func(c *officer.Config) { c.Desk = "beta" },
		"cell real": func(c *officer.Config) { c.Cell = "real" },
	} {
		cfg := config(d)
		change(&cfg)
		if _, err := officer.Open(t.Context(), d.db, cfg); !errors.Is(err, officer.ErrOther) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	cfg := config(d)
	cfg.Root, cfg.Former = "new-key", []string{"root-key"}
	if _, err := officer.Open(t.Context(), d.db, cfg); err != nil {
		t.Errorf("a key that the charter's chain replaced: %v", err)
	}
	if _, err := officer.Open(t.Context(), d.db, cfg); err != nil {
		t.Errorf("again: %v", err)
	}
}

// Keys are bound to the console's name; under another they are strangers.
func TestAnotherNameOfTheConsole(t *testing.T) {
	d := open(t)
	d.add(t, "watch-1")
	h := d.enrolKey(t, "watch-1")
	cfg := config(d)
	cfg.RPID, cfg.Origins = "desk.example", []string{"https://desk.example"}
	var err error
	if d.Book, err = officer.Open(t.Context(), d.db, cfg); err != nil {
		t.Fatal(err)
	}
	if d.Strangers() != 1 || d.HasKey("watch-1") {
		t.Errorf("%d strangers, has a key: %v", d.Strangers(), d.HasKey("watch-1"))
	}
	if _, err := d.signIn(t, h); err == nil {
		t.Error("a key for another name opens this console")
	}
}

// HOT-01, SEC-07: what an officer is cannot be anything.
func TestOfficersAreChecked(t *testing.T) {
	d := open(t)
	d.add(t, "watch-1")
	good := officer.Officer{Code: "watch-2", Roles: []string{cell.RoleWatch}}
	for name, change := range map[string]func(*officer.Officer){
		"no code":          func(o *officer.Officer) { o.Code = "" },
		"a name for code":  func(o *officer.Officer) { o.Code = "Jane Doe" },
		"the desk's own":   func(o *officer.Officer) { o.Code = "local" },
		"the node's":       func(o *officer.Officer) { o.Code = "node" },
		"no role":          func(o *officer.Officer) { o.Roles = nil },
		"no such role":     func(o *officer.Officer) { o.Roles = []string{"king"} },
		"the node's role":  func(o *officer.Officer) { o.Roles = []string{"node"} },
		"a basket's noise": func(o *officer.Officer) { o.Baskets = []string{"A B"} },
		"a long name":      func(o *officer.Officer) { o.Name = strings.Repeat("a", 101) },
		"a taken code":     func(o *officer.Officer) { o.Code = "watch-1" },
	} {
		o := good
		change(&o)
		if err := d.Add(t.Context(), o, "admin"); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

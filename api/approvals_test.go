package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"parley/api"
	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
	"parley/officer"
)

type approved struct {
	Approval filed
	Act      *filed
	Again    bool
}

type proposals struct{ Proposals []node.ProposalView }

const halt = `{"what":"release","reason":"asked by the joint committee","act":{"kind":"MSG","body":{"body":{"lang":"en","text":"The convoy halts at 14:00."}}}}`

// rolesIn gives what changes the roles of an officer.
func rolesIn(t *testing.T, b *officer.Book) func(code string, roles ...string) {
	return func(code string, roles ...string) {
		t.Helper()
		if err := b.Change(t.Context(), officer.Officer{Code: code, Roles: roles, All: true, Exercise: true}, "test"); err != nil {
			t.Fatal(err)
		}
	}
}

// approver is the officers' book of a desk that is opened before it.
type approver struct{ *officer.Book }

// passkey is an officer's key in a browser.
type passkey struct {
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
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

func enrolKey(t *testing.T, b *officer.Book, code string) *passkey {
	t.Helper()
	secret, _, err := b.Enrol(t.Context(), code, "test")
	if err != nil {
		t.Fatal(err)
	}
	e, err := b.BeginEnrol(t.Context(), secret, "here")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(e.Options)
	if err != nil {
		t.Fatal(err)
	}
	options, err := virtualwebauthn.ParseAttestationOptions(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	k := &passkey{virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(options.UserID)}), newKey()}
	if _, err := b.FinishEnrol(t.Context(), secret, []byte(virtualwebauthn.CreateAttestationResponse(console, k.auth, k.cred, *options)), "here"); err != nil {
		t.Fatal(err)
	}
	return k
}

// signs lets the key answer what begin gave.
func (k *passkey) signs(t *testing.T, asked []byte) string {
	t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(string(asked))
	if err != nil {
		t.Fatal(err)
	}
	k.cred.Counter++
	return virtualwebauthn.CreateAssertionResponse(console, k.auth, k.cred, *o)
}

// SEC-02, SEC-07 T: an officer approves with their passkey; at home the approval
// opens to that officer's signature over just this commitment. Without the key,
// with it over another proposal, by another officer's, and sent a second time it
// is refused.
func TestApprovedByAPasskey(t *testing.T) {
	c, book := nodetest.NewCell(t, nil), &approver{}
	c.Start("alpha", "", func(cfg *node.Config) { cfg.Approver = book })
	s := serveDesk(t, c, "alpha", func(cfg *api.Config) { book.Book = cfg.Book })
	key, other := enrolKey(t, book.Book, "watch-2"), enrolKey(t, book.Book, "watch-1")
	as2 := func(method, path, body string) answer { return s.askAs(t, "Bearer "+token2, method, path, body) }
	var p, q filed
	s.ask(t, "POST", "/api/v1/proposals", halt).want(t, 201, &p)
	s.ask(t, "POST", "/api/v1/proposals", halt).want(t, 201, &q)
	begin := func(f filed) []byte {
		a := as2("POST", "/api/v1/approvals/begin", `{"of":"`+f.Key+`"}`)
		var asked struct{ PublicKey json.RawMessage }
		a.want(t, 200, &asked)
		return asked.PublicKey
	}
	with := func(f filed, assertion string) answer {
		return as2("POST", "/api/v1/approvals", `{"of":"`+f.Key+`","assertion":`+assertion+`}`)
	}
	with(p, "null").want(t, http.StatusForbidden, nil)
	with(p, key.signs(t, begin(q))).want(t, http.StatusForbidden, nil)
	with(p, other.signs(t, begin(p))).want(t, http.StatusForbidden, nil)
	signed := key.signs(t, begin(p))
	var done approved
	with(p, signed).want(t, 201, &done)
	with(p, signed).want(t, http.StatusForbidden, nil) // each answer is good once
	with(q, signed).want(t, http.StatusForbidden, nil)
	x, err := s.OpenApproval(t.Context(), done.Approval.Ref)
	if err != nil || x.Officer != "watch-2" || x.Exercise || x.Of.String() != p.Ref {
		t.Fatalf("%+v, %v", x, err)
	}
	if err := officer.Reading(s.DB).CheckAssertion(t.Context(), "watch-2", x.Challenge, x.Bytes); err != nil {
		t.Error(err)
	}
	outside(t, book.Book, c, x)
	if err := book.CheckAssertion(t.Context(), "watch-1", x.Challenge, x.Bytes); err == nil {
		t.Error("it passes for another officer's")
	}
	if strings.Contains(string(s.ask(t, "GET", "/api/v1/records/"+url.PathEscape(done.Approval.Ref), "").body), base64.StdEncoding.EncodeToString(x.Bytes)[:40]) {
		t.Error("the assertion stands in the record")
	}
}

// outside checks an opened approval with the program in docs/formats, which
// shares no code with this one, and wants it to refuse another commitment.
func outside(t *testing.T, b *officer.Book, c *nodetest.Cell, x node.Assertion) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Log("NOT RUN: there is no python3 for docs/formats/approval.py")
		return
	}
	given, err := officer.ReadAssertion(x.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	public, at, err := b.KeyOf(t.Context(), given.Credential)
	if err != nil {
		t.Fatal(err)
	}
	check := func(commitment string) ([]byte, error) {
		in, err := json.Marshal(map[string]any{"officer": x.Officer, "role": x.Role, "commitment": commitment, "sealed": x.Sealed,
			"salt": hex.EncodeToString(x.Salt), "assertion": x.Bytes, "public_key": public, "console": at})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "python3", filepath.Join(nodetest.Root(), "docs", "formats", "approval.py"), c.Charter.Cell, "alpha")
		cmd.Stdin = bytes.NewReader(in)
		return cmd.CombinedOutput()
	}
	if out, err := check(x.Commitment); err != nil || !strings.Contains(string(out), "Officer watch-2 of alpha") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := check(x.Sealed); err == nil || !strings.Contains(string(out), "another commitment") {
		t.Errorf("another commitment: %v: %s", err, out)
	}
}

// SEC-07 T, bad input: two officers do it; one does not, by whatever session or
// token; and the answer of who lacks the right names it and nothing else.
func TestTwoOfficersDoIt(t *testing.T) {
	var book *officer.Book
	s := serve(t, func(c *api.Config) { links(c); book = c.Book }, "alpha")
	roles := rolesIn(t, book)
	first := s.session(t, "first-link")
	as2 := func(method, path, body string) answer { return s.askAs(t, "Bearer "+token2, method, path, body) }
	var p filed
	s.ask(t, "POST", "/api/v1/proposals", halt, "Idempotency-Key", "k").want(t, 201, &p)
	s.cell.Clock.Add(time.Minute)
	var once filed
	s.ask(t, "POST", "/api/v1/proposals", halt, "Idempotency-Key", "k").want(t, 201, &once)
	if once.Ref != p.Ref || !once.Again {
		t.Errorf("proposed again as %s", once.Ref)
	}
	of := `{"of":"` + p.Key + `"}`
	s.ask(t, "POST", "/api/v1/approvals", of).want(t, 422, nil)
	a := s.askAs(t, "", "POST", "/api/v1/approvals", of, "Cookie", first)
	if a.want(t, 422, nil); !strings.Contains(string(a.body), "cell.approval-same") {
		t.Errorf("%s", a.body)
	}
	roles("watch-2", cell.RoleWatch)
	for _, path := range []string{"/api/v1/approvals", "/api/v1/approvals/begin"} {
		for _, key := range []string{p.Key, "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"} { // the same of what is not there
			a = as2("POST", path, `{"of":"`+key+`"}`)
			if a.want(t, http.StatusForbidden, nil); !strings.Contains(string(a.body), `"release"`) || strings.Contains(string(a.body), key) {
				t.Errorf("%s: %s", path, a.body)
			}
		}
	}
	roles("watch-2", cell.RoleReleaser)
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
	var book *officer.Book
	s := serve(t, func(c *api.Config) { book = c.Book }, "alpha")
	roles := rolesIn(t, book)
	roles("watch-1", cell.RoleDrafter)
	roles("watch-2", cell.RoleReleaser)
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
	roles("watch-2", cell.RoleSecurity) // approves keys, and sees no content
	var seen proposals
	if as2("GET", "/api/v1/proposals", "").want(t, 200, &seen); len(seen.Proposals) > 0 {
		t.Errorf("a security officer is shown %+v", seen.Proposals)
	}
	roles("watch-1", cell.Roles()...)
	roles("watch-2", cell.Roles()...)
	for _, kind := range []string{"cell.proposal/1", "cell.approval/1", "cell.approved", "BULK"} {
		s.ask(t, "POST", "/api/v1/records", `{"kind":"`+kind+`","body":{}}`).want(t, 403, nil)
	}
	as2("POST", "/api/v1/proposals/"+url.PathEscape(f.Key)+"/withdraw", "{}").want(t, 200, nil)
	a = as2("POST", "/api/v1/approvals", `{"of":"`+f.Key+`"}`)
	if a.want(t, 422, nil); !strings.Contains(string(a.body), "cell.proposal-over") {
		t.Errorf("%s", a.body)
	}
}

// SEC-07 T: who keeps the keys and may read nothing sees and approves what is
// proposed of keys, and learns of no other proposal.
func TestTheSecurityOfficerApprovesKeys(t *testing.T) {
	var book *officer.Book
	s := serve(t, func(c *api.Config) { book = c.Book }, "alpha")
	var p, other filed
	s.ask(t, "POST", "/api/v1/proposals", `{"what":"key","act":{"purpose":"tls"},"reason":"the disk was lost"}`).want(t, 201, &p)
	s.ask(t, "POST", "/api/v1/proposals", halt).want(t, 201, &other)
	rolesIn(t, book)("watch-2", cell.RoleSecurity)
	as2 := func(method, path, body string) answer { return s.askAs(t, "Bearer "+token2, method, path, body) }
	var list proposals
	as2("GET", "/api/v1/proposals", "").want(t, 200, &list)
	if len(list.Proposals) != 1 || list.Proposals[0].Key != p.Key || !list.Proposals[0].May {
		t.Errorf("%+v", list.Proposals)
	}
	as2("POST", "/api/v1/approvals", `{"of":"`+other.Key+`"}`).want(t, http.StatusNotFound, nil)
	var done approved
	as2("POST", "/api/v1/approvals", `{"of":"`+p.Key+`"}`).want(t, 201, &done)
	if done.Act != nil || done.Approval.Key == "" {
		t.Errorf("%+v", done)
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

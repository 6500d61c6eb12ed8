package officer

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"parley/cell"
	"parley/store"
)

// Assertion is what an officer's key said about one challenge (WebAuthn Level
// 3, 7.2): enough to verify it again from the book, and nothing more. Its JSON
// stands behind the commitment that an approval carries (design 2).
type Assertion struct {
	Credential        []byte `json:"credential"` // the key's own name for itself
	AuthenticatorData []byte `json:"authenticator_data"`
	ClientData        []byte `json:"client_data"`
	Signature         []byte `json:"signature"`
}

// Bytes writes the assertion as it is committed to: its members in this order,
// base64, nothing between.
func (a Assertion) Bytes() ([]byte, error) { return json.Marshal(a) }

// ReadAssertion reads what [Assertion.Bytes] wrote, strictly.
func ReadAssertion(raw []byte) (a Assertion, err error) {
	if len(raw) > 4*mostAnswer {
		return a, errors.New("read assertion: it is too long")
	}
	if err := json.Unmarshal(raw, &a, json.RejectUnknownMembers(true)); err != nil {
		return a, fmt.Errorf("read assertion: %w", err)
	}
	return a, nil
}

// HasKey reports whether an officer can answer with a key at this console.
func (b *Book) HasKey(code string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rps != nil && len(b.usable(code)) > 0
}

// BeginApprove asks one officer's key about a challenge that says what is
// approved. The caller has made the challenge; at least 16 bytes.
func (b *Book) BeginApprove(ctx context.Context, code string, challenge []byte) (o Options, err error) {
	if b.rps == nil {
		return o, errNoKeys
	}
	if _, err := b.Person(ctx, code, BySession); err != nil {
		return o, err
	}
	who, err := b.find(code)
	if err != nil {
		return o, err
	}
	u := b.bearer(who)
	if len(u.keys) == 0 {
		return o, fmt.Errorf("%w: officer %s has no key to approve with", cell.ErrConflict, code)
	}
	options, session, err := b.rps.BeginLogin(u, webauthn.WithChallenge(challenge))
	if err != nil {
		return o, fmt.Errorf("ask for an approval: %w", err)
	}
	if err := b.ask(ceremony{session: *session, officer: code, purpose: toApprove}); err != nil {
		return o, err
	}
	return Options{options.Response}, nil
}

// FinishApprove takes the answer of an officer's key to a challenge. It
// refuses what [Book.FinishSignIn] does, an answer to another challenge, and
// an assertion that was kept before. What it refuses is noted.
func (b *Book) FinishApprove(ctx context.Context, code string, challenge, credential []byte, from string) (a Assertion, err error) {
	if b.rps == nil {
		return a, errNoKeys
	}
	given, err := readAnswer(credential)
	if err != nil {
		return a, b.refuse(ctx, Event{Officer: code, Where: from, Detail: "approval: " + err.Error()}, byOfficer(code))
	}
	c, ok := b.answered(base64.RawURLEncoding.EncodeToString(challenge), toApprove)
	if !ok || c.officer != code {
		return a, b.refuse(ctx, Event{Kind: Replayed, Officer: code, Where: from, Detail: "an approval that is not asked, or not any more"}, byOfficer(code))
	}
	a = Assertion{given.RawID, given.Raw.AssertionResponse.AuthenticatorData, given.Raw.AssertionResponse.ClientDataJSON, given.Response.Signature}
	_, took, err := b.check(c, given)
	if err == nil {
		err = b.took(ctx, code, took, Event{Kind: Approved, Officer: code, Where: from})
	}
	if errors.Is(err, cell.ErrNotNow) {
		return a, err
	}
	if err != nil {
		return a, b.refuse(ctx, Event{Kind: kindOf(err), Officer: code, Where: from, Detail: "approval: " + reason(err)}, byOfficer(code))
	}
	return a, nil
}

// Verify checks an assertion again, long after: that a key which the book has
// (also one that was taken back) signed the challenge at this desk's console
// and verified its user. It gives the code of that key's officer.
func (b *Book) Verify(ctx context.Context, challenge []byte, a Assertion) (code string, err error) {
	var rp, text string
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT officer, rp, credential FROM officer_key WHERE id = ?`, a.Credential).Scan(&code, &rp, &text)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("%w: no officer of this desk has that key", cell.ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("verify assertion: %w", err)
	}
	var k webauthn.Credential
	if err := stdjson.Unmarshal([]byte(text), &k); err != nil {
		return "", fmt.Errorf("verify assertion: %w", err)
	}
	if err := a.verify(challenge, rp, k.PublicKey); err != nil {
		return "", fmt.Errorf("verify assertion: %w", err)
	}
	return code, nil
}

func (a Assertion) verify(challenge []byte, rp string, public []byte) error {
	id := base64.RawURLEncoding.EncodeToString
	raw, err := json.Marshal(map[string]any{"type": "public-key", "id": id(a.Credential), "rawId": id(a.Credential),
		"response": map[string]string{"authenticatorData": id(a.AuthenticatorData), "clientDataJSON": id(a.ClientData), "signature": id(a.Signature)}})
	if err != nil {
		return err
	}
	given, err := readAnswer(raw)
	if err != nil {
		return err
	}
	if !bytes.Equal(given.Raw.AssertionResponse.ClientDataJSON, a.ClientData) {
		return errors.New("what the browser said reads otherwise")
	}
	origin := given.Response.CollectedClientData.Origin
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() != rp && !strings.HasSuffix(u.Hostname(), "."+rp) {
		return fmt.Errorf("it was made at %q, which is not the console", plain(origin))
	}
	err = given.Verify(base64.RawURLEncoding.EncodeToString(challenge), rp, "", []string{origin}, nil, nil,
		protocol.TopOriginExplicitVerificationMode, false, true, true, public, protocol.SignaturePolicy{ECDSAEncoding: protocol.ECDSASignatureEncodingDER})
	if err != nil {
		return errors.New(reason(err))
	}
	return nil
}

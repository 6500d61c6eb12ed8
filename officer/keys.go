package officer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"parley/store"
)

// askedFor is how long a key has to answer, and mostAsked how many questions
// may be open at once.
const (
	askedFor  = 5 * time.Minute
	mostAsked = 4096
)

// key is one of an officer's (a passkey): its public half and counter.
type key struct {
	credential webauthn.Credential
	rp         string
}

// ceremony is what was asked of a key.
type ceremony struct {
	session webauthn.SessionData
	officer string // whose key must answer, "" for any
	purpose string // toSignIn or toApprove
	until   time.Time
}

const (
	toSignIn  = "sign-in"
	toApprove = "approve"
)

// relyingParty is the desk's console as keys know it (WebAuthn Level 3): user
// verification and resident keys are required, nothing is attested, and nobody
// outside is asked. Names of officers are not told to keys.
func relyingParty(cfg Config) (*webauthn.WebAuthn, error) {
	if len(cfg.Origins) == 0 {
		return nil, errors.New("no origin is given")
	}
	return webauthn.New(&webauthn.Config{
		RPID: cfg.RPID, RPDisplayName: "Parley, desk " + cfg.Desk, RPOrigins: cfg.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(),
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			UserVerification:   protocol.VerificationRequired,
		},
	})
}

// Origin writes where a console is reached as browsers do: without the port
// that its scheme has anyway.
func Origin(scheme, name, port string) string {
	u := url.URL{Scheme: scheme, Host: name}
	if port != "" && !(scheme == "https" && port == "443") && !(scheme == "http" && port == "80") {
		u.Host += ":" + port
	}
	return u.String()
}

// bearer is an officer as the library for keys wants one.
type bearer struct {
	name   string
	handle []byte
	keys   []webauthn.Credential
}

// WebAuthnID gives the random bytes that a key knows the officer by.
func (u bearer) WebAuthnID() []byte { return u.handle }

// WebAuthnName gives the officer's code and desk.
func (u bearer) WebAuthnName() string { return u.name }

// WebAuthnDisplayName gives the same.
func (u bearer) WebAuthnDisplayName() string { return u.name }

// WebAuthnCredentials gives the officer's standing keys.
func (u bearer) WebAuthnCredentials() []webauthn.Credential { return u.keys }

func (b *Book) bearer(k kept) bearer {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bearer{k.Code + "@" + b.Desk, k.handle, b.usable(k.Code)}
}

// usable gives an officer's keys that belong to the console's present name.
// The caller holds b.mu.
func (b *Book) usable(code string) []webauthn.Credential {
	var out []webauthn.Credential
	for _, k := range b.keys[code] {
		if k.rp == b.RPID {
			out = append(out, k.credential)
		}
	}
	return out
}

// Strangers counts the standing keys that were made for another name of the
// console. They open nothing here: their officers must be enrolled anew.
func (b *Book) Strangers() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, list := range b.keys {
		for _, k := range list {
			if k.rp != b.RPID {
				n++
			}
		}
	}
	return n
}

func (b *Book) loadKeys(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT officer, rp, credential FROM officer_key WHERE taken = 0 ORDER BY added, id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var code, text string
		var k key
		if err := rows.Scan(&code, &k.rp, &text); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &k.credential); err != nil {
			return fmt.Errorf("key of officer %s: %w", code, err)
		}
		b.keys[code] = append(b.keys[code], k)
	}
	return rows.Err()
}

// ask remembers a question to a key by its challenge. Old ones are forgotten;
// so many at once that none is old are a stranger's, who then waits.
func (b *Book) ask(c ceremony) error {
	now := b.now()
	c.until = now.Add(askedFor)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.asked) >= mostAsked {
		for challenge, old := range b.asked {
			if !now.Before(old.until) {
				delete(b.asked, challenge)
			}
		}
		if len(b.asked) >= mostAsked {
			return &Wait{askedFor}
		}
	}
	b.asked[c.session.Challenge] = c
	return nil
}

// answered takes a question back, whatever the answer is worth: each is good
// for one answer.
func (b *Book) answered(challenge, why string) (ceremony, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.asked[challenge]
	if !ok || c.purpose != why {
		return ceremony{}, false
	}
	delete(b.asked, challenge)
	return c, b.now().Before(c.until)
}

// saveKey writes a key's counter after an answer.
func (b *Book) saveKey(ctx context.Context, tx *store.Tx, c webauthn.Credential) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `UPDATE officer_key SET credential = ? WHERE id = ?`, string(text), c.ID)
}

// hold keeps a key's new counter in memory too.
func (b *Book) hold(code string, c webauthn.Credential) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, k := range b.keys[code] {
		if bytes.Equal(k.credential.ID, c.ID) {
			b.keys[code][i].credential = c
		}
	}
}

// answer is an assertion that a key made, taken apart.
type answer struct {
	*protocol.ParsedCredentialAssertionData
}

// mostAnswer is how long what a key answers may be, in bytes.
const mostAnswer = 32 << 10

// readAnswer reads the PublicKeyCredential of an assertion (WebAuthn Level 3,
// 5.1, toJSON). What is malformed gives no more than that it is.
func readAnswer(raw []byte) (answer, error) {
	if len(raw) > mostAnswer {
		return answer{}, errors.New("what the key answered is too long")
	}
	p, err := protocol.ParseCredentialRequestResponseBytes(raw)
	if err != nil {
		return answer{}, errors.New("what the key answered cannot be read")
	}
	return answer{p}, nil
}

package officer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"parley/cell"
	"parley/store"
)

// linkFor is how long a one-time link can be used.
const linkFor = 24 * time.Hour

// enrolling is what a link is being used for: what was asked of the new key,
// and the seed that was shown. Both are forgotten when it is done.
type enrolling struct {
	session *webauthn.SessionData // nil where the console takes no keys
	seed    *otp.Key
	until   time.Time
}

// Enrolling is what an officer is shown who follows a link.
type Enrolling struct {
	Code, Name string
	Options    Options // for navigator.credentials.create; empty where the console takes no keys
	URI        string  // otpauth:// of the codes
	Seed       string  // the same in base32, to be typed
	QR         string  // the same as a picture: a data: address
}

// Enrol makes a one-time link's secret for an officer: 256 random bits, of
// which the book keeps the hash. It can be used until a time 24 hours on; a
// new one voids those before it.
func (b *Book) Enrol(ctx context.Context, code, by string) (secret string, until time.Time, err error) {
	b.change.Lock()
	defer b.change.Unlock()
	if _, err := b.Person(ctx, code, BySession); err != nil {
		if _, err := b.find(code); err != nil {
			return "", until, err
		}
		return "", until, fmt.Errorf("%w: officer %s is disabled", cell.ErrConflict, code)
	}
	raw, err := b.random(32)
	if err != nil {
		return "", until, err
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	hash := sha256.Sum256([]byte(secret))
	until = b.now().Add(linkFor)
	err = b.write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, `UPDATE officer_link SET state = 'void' WHERE officer = ? AND state = 'open'`, code); err != nil {
			return err
		}
		if err := tx.Exec(ctx, `INSERT INTO officer_link (hash, officer, until, state) VALUES (?, ?, ?, 'open')`, hash[:], code, until.UnixMilli()); err != nil {
			return err
		}
		return b.note(ctx, tx, Event{Kind: Linked, Officer: code, By: by})
	})
	if err != nil {
		return "", until, fmt.Errorf("make a link: %w", err)
	}
	return secret, until, nil
}

// openLink gives the officer of a link that can still be used. One that was
// used before is noted as a grave matter: somebody else may have it.
func (b *Book) openLink(ctx context.Context, secret, from string) (k kept, err error) {
	if err := b.mayTry(byAddress(from)); err != nil {
		return k, err
	}
	hash := sha256.Sum256([]byte(secret))
	var code, state string
	var until int64
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT officer, until, state FROM officer_link WHERE hash = ?`, hash[:]).Scan(&code, &until, &state)
	})
	why := Event{Officer: code, Where: from}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		why.Detail = "an enrolment link that was never given"
	case err != nil:
		return k, fmt.Errorf("look for the link: %w", err)
	case state == "used":
		why.Kind, why.Detail = Replayed, "an enrolment link that was used before"
	case state != "open" || b.millis() >= until:
		why.Detail = "an enrolment link that is over"
	default:
		if _, err := b.Person(ctx, code, BySession); err == nil {
			return b.find(code)
		}
		why.Detail = "an enrolment link of an officer who is disabled"
	}
	return k, b.refuse(ctx, why, byAddress(from))
}

// BeginEnrol shows what a link lets its officer enrol: a key, or a passphrase
// with codes. It may be called again until one of them is done.
func (b *Book) BeginEnrol(ctx context.Context, secret, from string) (Enrolling, error) {
	who, err := b.openLink(ctx, secret, from)
	if err != nil {
		return Enrolling{}, err
	}
	out := Enrolling{Code: who.Code, Name: who.Name}
	e := &enrolling{until: b.now().Add(time.Hour)}
	if b.rps != nil {
		u := b.bearer(who)
		options, session, err := b.rps.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.keys).CredentialDescriptors()))
		if err != nil {
			return Enrolling{}, fmt.Errorf("ask for a new key: %w", err)
		}
		out.Options, e.session = Options{options.Response}, session
	}
	e.seed, err = totp.Generate(totp.GenerateOpts{Issuer: "Parley " + b.Desk, AccountName: who.Code, SecretSize: 20, Rand: b.Rand})
	if err != nil {
		return Enrolling{}, fmt.Errorf("make codes: %w", err)
	}
	out.URI, out.Seed = e.seed.URL(), e.seed.Secret()
	if out.QR, err = picture(e.seed); err != nil {
		return Enrolling{}, fmt.Errorf("draw the codes' seed: %w", err)
	}
	hash := sha256.Sum256([]byte(secret))
	b.mu.Lock()
	defer b.mu.Unlock()
	for h, old := range b.seeds {
		if !b.now().Before(old.until) {
			delete(b.seeds, h)
		}
	}
	b.seeds[string(hash[:])] = e
	return out, nil
}

func picture(k *otp.Key) (string, error) {
	img, err := k.Image(240, 240)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes()), nil
}

// begun gives what a link is being used for.
func (b *Book) begun(secret string) (*enrolling, error) {
	hash := sha256.Sum256([]byte(secret))
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.seeds[string(hash[:])]
	if e == nil || !b.now().Before(e.until) {
		return nil, fmt.Errorf("%w: begin the enrolment again", cell.ErrConflict)
	}
	return e, nil
}

// spend uses a link up in the transaction that enrols.
func (b *Book) spend(ctx context.Context, tx *store.Tx, secret string) error {
	hash := sha256.Sum256([]byte(secret))
	n, err := tx.ExecN(ctx, `UPDATE officer_link SET state = 'used' WHERE hash = ? AND state = 'open'`, hash[:])
	if err == nil && n != 1 {
		err = ErrRefused
	}
	return err
}

func (b *Book) done(secret string) {
	hash := sha256.Sum256([]byte(secret))
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.seeds, string(hash[:]))
}

// FinishEnrol takes a new key into the book, uses the link up and gives the
// officer's code. The key must verify its user and be for this console's name
// and one of its origins.
func (b *Book) FinishEnrol(ctx context.Context, secret string, credential []byte, from string) (code string, err error) {
	who, err := b.openLink(ctx, secret, from)
	if err != nil {
		return "", err
	}
	e, err := b.begun(secret)
	if err != nil {
		return "", err
	}
	if e.session == nil {
		return "", errNoKeys
	}
	made, err := b.newKey(who, e, credential)
	if err != nil {
		return "", b.refuse(ctx, Event{Officer: who.Code, Where: from, Detail: "enrolment: " + reason(err)}, byAddress(from))
	}
	text, err := json.Marshal(made)
	if err != nil {
		return "", err
	}
	err = b.enrol(ctx, secret, Event{Kind: Enrolled, Officer: who.Code, Where: from, Detail: "key"}, func(tx *store.Tx) error {
		return tx.Exec(ctx, `INSERT INTO officer_key (id, officer, rp, credential, added, taken) VALUES (?, ?, ?, ?, ?, 0)`,
			made.ID, who.Code, b.RPID, string(text), b.millis())
	}, func() { b.keys[who.Code] = append(b.keys[who.Code], key{*made, b.RPID}) })
	if err != nil {
		return "", err
	}
	return who.Code, nil
}

// enrol uses a link up for what keep writes, notes it, and then shows it to
// sign-ins by show, which runs under mu.
func (b *Book) enrol(ctx context.Context, secret string, e Event, keep func(*store.Tx) error, show func()) error {
	b.change.Lock()
	defer b.change.Unlock()
	err := b.write(ctx, func(tx *store.Tx) error {
		if err := b.spend(ctx, tx, secret); err != nil {
			return err
		}
		if err := keep(tx); err != nil {
			return err
		}
		return b.note(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	b.mu.Lock()
	show()
	b.mu.Unlock()
	b.done(secret)
	return nil
}

func (b *Book) newKey(who kept, e *enrolling, credential []byte) (*webauthn.Credential, error) {
	if len(credential) > mostAnswer {
		return nil, errors.New("what the key answered is too long")
	}
	p, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return nil, errors.New("what the key answered cannot be read")
	}
	made, err := b.rps.CreateCredential(b.bearer(who), *e.session, p)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, list := range b.keys {
		for _, k := range list {
			if bytes.Equal(k.credential.ID, made.ID) {
				return nil, errors.New("the key is enrolled already")
			}
		}
	}
	return made, nil
}

// TakeBack voids whatever an officer shows to be let in: keys, codes, links
// and tokens. What they approved with a key can still be verified. It is for
// what was lost or seen by others; enrol the officer anew afterwards.
func (b *Book) TakeBack(ctx context.Context, code, by string) error {
	b.change.Lock()
	defer b.change.Unlock()
	if _, err := b.find(code); err != nil {
		return err
	}
	now := b.millis()
	err := b.write(ctx, func(tx *store.Tx) error {
		for _, stmt := range []struct {
			sql  string
			args []any
		}{
			{`UPDATE officer_key SET taken = ? WHERE officer = ? AND taken = 0`, []any{now, code}},
			{`DELETE FROM officer_code WHERE officer = ?`, []any{code}},
			{`UPDATE officer_link SET state = 'void' WHERE officer = ? AND state = 'open'`, []any{code}},
			{`UPDATE officer_token SET revoked = ? WHERE officer = ? AND revoked = 0`, []any{now, code}},
		} {
			if err := tx.Exec(ctx, stmt.sql, stmt.args...); err != nil {
				return err
			}
		}
		return b.note(ctx, tx, Event{Kind: TakenBack, Officer: code, By: by})
	})
	if err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.keys, code)
	for h, t := range b.tokens {
		if t.Officer == code {
			t.Revoked = now
			b.tokens[h] = t
		}
	}
	return nil
}

package officer

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"golang.org/x/crypto/scrypt"

	"parley/cell"
	"parley/store"
)

// Codes of an app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds) with a
// passphrase are for officers without a key. The seed lies in the database
// sealed under a key that scrypt makes of the passphrase (RFC 7914), so that a
// copy of the database holds neither.
const (
	codeStep      = 30 // seconds
	codeWindow    = 1  // steps before and after that are taken too
	leastPhrase   = 12 // characters
	mostPhrase    = 200
	scryptN       = 1 << 16 // 64 MiB, about a fifth of a second
	scryptR       = 8
	scryptP       = 1
	sealPurpose   = "parley/officer-code/v1"
	saltSize      = 16
	sealKeySize   = 32
	sealNonceSize = 12
)

var errPhrase = cell.Invalidf("/passphrase", "a passphrase has %d to %d characters: take five or more words", leastPhrase, mostPhrase)

// FinishEnrolCode takes a passphrase and the first code of the app into the
// book, uses the link up and gives the officer's code.
func (b *Book) FinishEnrolCode(ctx context.Context, secret, passphrase, code, from string) (who string, err error) {
	k, err := b.openLink(ctx, secret, from)
	if err != nil {
		return "", err
	}
	if n := utf8.RuneCountInString(passphrase); n < leastPhrase || n > mostPhrase || !utf8.ValidString(passphrase) {
		return "", errPhrase
	}
	e, err := b.begun(secret)
	if err != nil {
		return "", err
	}
	step, ok := b.matches(e.seed.Secret(), code, 0)
	if !ok {
		return "", b.refuse(ctx, Event{Officer: k.Code, Where: from, Detail: "enrolment: the code does not fit"}, byAddress(from))
	}
	salt, err := b.random(saltSize)
	if err != nil {
		return "", err
	}
	sealed, err := b.seal(passphrase, salt, e.seed.Secret(), k.Code)
	if err != nil {
		return "", err
	}
	err = b.enrol(ctx, secret, Event{Kind: Enrolled, Officer: k.Code, Where: from, Detail: "passphrase and codes"}, func(tx *store.Tx) error {
		return tx.Exec(ctx, `INSERT INTO officer_code (officer, salt, sealed, step, added) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (officer) DO UPDATE SET salt = excluded.salt, sealed = excluded.sealed, step = excluded.step, added = excluded.added`,
			k.Code, salt, sealed, step, b.millis())
	}, func() {})
	if err != nil {
		return "", err
	}
	return k.Code, nil
}

// aead makes the key that a passphrase gives. One at a time: each takes 64
// MiB, and strangers may ask.
func (b *Book) aead(passphrase string, salt []byte) (cipher.AEAD, error) {
	b.scrypt.Lock()
	defer b.scrypt.Unlock()
	raw, err := scrypt.Key([]byte(passphrase), salt, scryptN, scryptR, scryptP, sealKeySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal lays a seed away. The key is made anew with each salt and seals once,
// so that a fixed nonce repeats nothing.
func (b *Book) seal(passphrase string, salt []byte, seed, code string) ([]byte, error) {
	a, err := b.aead(passphrase, salt)
	if err != nil {
		return nil, fmt.Errorf("seal the codes' seed: %w", err)
	}
	return a.Seal(nil, make([]byte, sealNonceSize), []byte(seed), []byte(sealPurpose+"/"+code)), nil
}

// matches looks for the step of a code around now, later than one that was
// taken. It looks at all of them, whichever fits.
func (b *Book) matches(seed, code string, after int64) (step int64, ok bool) {
	now := b.now().Unix() / codeStep
	given := []byte(strings.ReplaceAll(code, " ", ""))
	for s := now - codeWindow; s <= now+codeWindow; s++ {
		want, err := hotp.GenerateCodeCustom(seed, uint64(max(0, s)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare(given, []byte(want)) == 1 && s > after {
			step, ok = s, true
		}
	}
	return step, ok
}

var (
	errNoCode   = errors.New("the officer has no passphrase and codes")
	errWrong    = errors.New("passphrase or code do not fit")
	errUsedCode = errors.New("the code was used before")
)

// SignInCode lets an officer in with passphrase and code. Failures are counted
// for the officer and for the address; what was wrong only the desk's log
// says, and an officer whom nobody knows takes as long as one who is known.
func (b *Book) SignInCode(ctx context.Context, code, passphrase, digits, from string) error {
	keys := []string{byAddress(from), byOfficer(plain(code))}
	if err := b.mayTry(keys...); err != nil {
		return err
	}
	kind, err := Refused, b.tryCode(ctx, code, passphrase, digits, from)
	switch {
	case err == nil:
		b.succeeded(byOfficer(code))
		return nil
	case errors.Is(err, cell.ErrNotNow):
		return err
	case errors.Is(err, errUsedCode):
		kind = Replayed
	}
	return b.refuse(ctx, Event{Kind: kind, Officer: plain(code), Where: from, Detail: err.Error()}, keys...)
}

func (b *Book) tryCode(ctx context.Context, code, passphrase, digits, from string) error {
	var salt, sealed []byte
	var last int64
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT salt, sealed, step FROM officer_code WHERE officer = ?`, code).Scan(&salt, &sealed, &last)
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: %w", cell.ErrNotNow, err)
	}
	if err != nil {
		salt = make([]byte, saltSize)
	}
	if len(passphrase) > 4*mostPhrase {
		passphrase = ""
	}
	a, failed := b.aead(passphrase, salt)
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return errNoCode
	}
	seed, err := a.Open(nil, make([]byte, sealNonceSize), sealed, []byte(sealPurpose+"/"+code))
	if err != nil {
		return errWrong
	}
	step, ok := b.matches(string(seed), digits, last)
	if !ok {
		if _, before := b.matches(string(seed), digits, 0); before {
			return errUsedCode
		}
		return errWrong
	}
	if _, err := b.Person(ctx, code, BySession); err != nil {
		return err
	}
	return b.takeStep(ctx, code, step, from)
}

// takeStep uses a code up; of two who show it at once, one is let in.
func (b *Book) takeStep(ctx context.Context, code string, step int64, from string) error {
	err := b.write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, `UPDATE officer_code SET step = ? WHERE officer = ? AND step < ?`, step, code, step)
		if err == nil && n != 1 {
			err = errUsedCode
		}
		if err != nil {
			return err
		}
		return b.note(ctx, tx, Event{Kind: SignedIn, Officer: code, Where: from, Detail: "passphrase and code"})
	})
	if err != nil && !errors.Is(err, errUsedCode) {
		return fmt.Errorf("%w: %w", cell.ErrNotNow, err)
	}
	return err
}

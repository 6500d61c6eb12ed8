package officer

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"parley/cell"
	"parley/store"
)

// Options is what a browser hands to navigator.credentials, as JSON: an object
// whose one member is publicKey.
type Options struct {
	PublicKey any `json:"publicKey"`
}

// errNoKeys says that the console has no name that keys could be bound to.
var errNoKeys = fmt.Errorf("%w: this console takes no keys: desk.yaml gives it no name", cell.ErrNotFound)

// BeginSignIn asks for a key. With an officer's code, which only a request
// that already proved whose it is may give (a locked session), that officer's
// keys are asked for; without one, any resident key, so that a stranger learns
// nobody's.
func (b *Book) BeginSignIn(_ context.Context, code, from string) (o Options, err error) {
	if b.rps == nil {
		return o, errNoKeys
	}
	if err := b.mayTry(byAddress(from)); err != nil {
		return o, err
	}
	var options *protocol.CredentialAssertion
	var session *webauthn.SessionData
	if who, found := b.find(code); found == nil && len(b.bearer(who).keys) > 0 {
		options, session, err = b.rps.BeginLogin(b.bearer(who))
	} else {
		code = ""
		options, session, err = b.rps.BeginDiscoverableLogin()
	}
	if err != nil {
		return o, fmt.Errorf("ask for a key: %w", err)
	}
	if err := b.ask(ceremony{session: *session, officer: code, purpose: toSignIn}); err != nil {
		return o, err
	}
	return Options{options.Response}, nil
}

// FinishSignIn takes a key's answer and gives the code of its officer. It
// refuses with one word whatever is wrong: an answer that nothing was asked
// for, or that was given before; another origin or console; no verification of
// its user; a counter that did not go up; an officer who is disabled. The
// desk's log says which.
func (b *Book) FinishSignIn(ctx context.Context, credential []byte, from string) (code string, err error) {
	if b.rps == nil {
		return "", errNoKeys
	}
	if err := b.mayTry(byAddress(from)); err != nil {
		return "", err
	}
	given, err := readAnswer(credential)
	if err != nil {
		return "", b.refuse(ctx, Event{Where: from, Detail: err.Error()}, byAddress(from))
	}
	c, ok := b.answered(given.Response.CollectedClientData.Challenge, toSignIn)
	if !ok {
		return "", b.refuse(ctx, Event{Kind: Replayed, Where: from, Detail: "a key's answer to what is not asked, or not any more"}, byAddress(from))
	}
	code, took, err := b.check(c, given)
	if err == nil {
		err = b.took(ctx, code, took, Event{Kind: SignedIn, Officer: code, Where: from, Detail: "key"})
	}
	if errors.Is(err, cell.ErrNotNow) {
		return "", err
	}
	if err != nil {
		return "", b.refuse(ctx, Event{Kind: kindOf(err), Officer: code, Where: from, Detail: reason(err)}, byAddress(from))
	}
	return code, nil
}

// errCloned says that a key's counter did not go up.
var errCloned = errors.New("the key's counter did not go up: there may be two of it")

func kindOf(err error) string {
	if errors.Is(err, errCloned) {
		return Cloned
	}
	return Refused
}

// check verifies an answer to what was asked: challenge, origin, console, user
// verification, signature, counter, and that its officer works here.
func (b *Book) check(c ceremony, given answer) (code string, took webauthn.Credential, err error) {
	var got *webauthn.Credential
	if c.officer != "" {
		code = c.officer
		var who kept
		if who, err = b.find(code); err == nil {
			got, err = b.rps.ValidateLogin(b.bearer(who), c.session, given.ParsedCredentialAssertionData)
		}
	} else {
		_, got, err = b.rps.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
			who, err := b.ofHandle(handle)
			code = who.Code
			return b.bearer(who), err
		}, c.session, given.ParsedCredentialAssertionData)
	}
	if err != nil {
		return code, took, err
	}
	if got.Authenticator.CloneWarning {
		return code, took, errCloned
	}
	_, err = b.Person(context.Background(), code, BySession)
	return code, *got, err
}

// ofHandle finds the officer whom a key knows by some bytes.
func (b *Book) ofHandle(handle []byte) (kept, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range b.officers {
		if string(k.handle) == string(handle) {
			return k, nil
		}
	}
	return kept{}, errors.New("the key is nobody's at this desk")
}

// took writes a key's new counter with the event, and holds it.
func (b *Book) took(ctx context.Context, code string, c webauthn.Credential, e Event) error {
	err := b.write(ctx, func(tx *store.Tx) error {
		if err := b.saveKey(ctx, tx, c); err != nil {
			return err
		}
		return b.note(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("%w: %w", cell.ErrNotNow, err)
	}
	b.hold(code, c)
	return nil
}

// reason words for the log why an answer was refused.
func reason(err error) string {
	if e, ok := errors.AsType[*protocol.Error](err); ok {
		return e.Details
	}
	return err.Error()
}

package officer_test

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"parley/officer"
)

func challenge(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func (d *desk) ask(t *testing.T, code string, what []byte) officer.Options {
	t.Helper()
	o, err := d.BeginApprove(t.Context(), code, what)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Design 2, approvals: an officer's key signs what is approved; the assertion
// verifies long after, also when the key was taken back. It says nothing about anything else.
func TestApprove(t *testing.T) {
	d := open(t)
	d.add(t, "watch-1")
	h := d.enrolKey(t, "watch-1")
	what := challenge("proposal 1")
	a, err := d.FinishApprove(t.Context(), "watch-1", what, h.answer(t, console, d.ask(t, "watch-1", what)), from)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := a.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.TakeBack(t.Context(), "watch-1", "admin"); err != nil {
		t.Fatal(err)
	}
	d.reopen(t)
	again, err := officer.ReadAssertion(raw)
	if err != nil {
		t.Fatal(err)
	}
	if code, err := d.Verify(t.Context(), what, again); err != nil || code != "watch-1" {
		t.Errorf("verifies as %q: %v", code, err)
	}
	if _, err := d.Verify(t.Context(), challenge("proposal 2"), again); err == nil {
		t.Error("it stands for another proposal too")
	}
	for name, change := range map[string]func(*officer.Assertion){
		"another signature": func(a *officer.Assertion) { a.Signature = append([]byte{}, a.Signature...); a.Signature[9] ^= 1 },
		"another key":       func(a *officer.Assertion) { a.Credential = []byte("nobody's") },
		"other client data": func(a *officer.Assertion) { a.ClientData = append([]byte(" "), a.ClientData...) },
		"another console": func(a *officer.Assertion) {
			a.AuthenticatorData = append([]byte{}, a.AuthenticatorData...)
			a.AuthenticatorData[0] ^= 1
		},
		"its user not checked": func(a *officer.Assertion) {
			a.AuthenticatorData = append([]byte{}, a.AuthenticatorData...)
			a.AuthenticatorData[32] &^= 4
		},
	} {
		other := again
		change(&other)
		if _, err := d.Verify(t.Context(), what, other); err == nil {
			t.Errorf("%s: verifies", name)
		}
	}
}

// An approval is refused from another officer's key, for another challenge, at
// another origin, when it was given before or comes too late, and from whoever
// is disabled; a sign-in is no approval and an approval no sign-in.
func TestApproveRefuses(t *testing.T) {
	what := challenge("proposal 1")
	finish := func(d *desk, t *testing.T, raw []byte) error {
		_, err := d.FinishApprove(t.Context(), "watch-1", what, raw, from)
		return err
	}
	for name, c := range map[string]struct {
		kind string
		do   func(*testing.T, *desk, *holder, *holder) error
	}{
		"given before": {officer.Replayed, func(t *testing.T, d *desk, h, _ *holder) error {
			raw := h.answer(t, console, d.ask(t, "watch-1", what))
			if err := finish(d, t, raw); err != nil {
				t.Fatal(err)
			}
			return finish(d, t, raw)
		}},
		"given before, and asked again": {officer.Cloned, func(t *testing.T, d *desk, h, _ *holder) error {
			raw := h.answer(t, console, d.ask(t, "watch-1", what))
			if err := finish(d, t, raw); err != nil {
				t.Fatal(err)
			}
			d.ask(t, "watch-1", what)
			return finish(d, t, raw)
		}},
		"another challenge": {officer.Replayed, func(t *testing.T, d *desk, h, _ *holder) error {
			return finish(d, t, h.answer(t, console, d.ask(t, "watch-1", challenge("proposal 2"))))
		}},
		"another challenge, both asked": {officer.Refused, func(t *testing.T, d *desk, h, _ *holder) error {
			d.ask(t, "watch-1", what)
			return finish(d, t, h.answer(t, console, d.ask(t, "watch-1", challenge("proposal 2"))))
		}},
		"another origin": {officer.Refused, func(t *testing.T, d *desk, h, _ *holder) error {
			return finish(d, t, h.answer(t, virtualwebauthn.RelyingParty{ID: console.ID, Origin: "https://evil.example"}, d.ask(t, "watch-1", what)))
		}},
		"another officer's key": {officer.Refused, func(t *testing.T, d *desk, _, other *holder) error {
			return finish(d, t, other.answer(t, console, d.ask(t, "watch-1", what)))
		}},
		"too late": {officer.Replayed, func(t *testing.T, d *desk, h, _ *holder) error {
			raw := h.answer(t, console, d.ask(t, "watch-1", what))
			d.at = d.at.Add(5 * time.Minute)
			return finish(d, t, raw)
		}},
		"a sign-in": {officer.Replayed, func(t *testing.T, d *desk, h, _ *holder) error {
			options, err := d.BeginSignIn(t.Context(), "watch-1", from)
			if err != nil {
				t.Fatal(err)
			}
			return finish(d, t, h.answer(t, console, options))
		}},
		"an approval as a sign-in": {officer.Replayed, func(t *testing.T, d *desk, h, _ *holder) error {
			_, err := d.FinishSignIn(t.Context(), h.answer(t, console, d.ask(t, "watch-1", what)), from)
			return err
		}},
		"a disabled officer": {officer.Refused, func(t *testing.T, d *desk, h, _ *holder) error {
			raw := h.answer(t, console, d.ask(t, "watch-1", what))
			if err := d.Disable(t.Context(), "watch-1", "admin"); err != nil {
				t.Fatal(err)
			}
			return finish(d, t, raw)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			d.add(t, "watch-1")
			d.add(t, "watch-2")
			d.refused(t, c.do(t, d, d.enrolKey(t, "watch-1"), d.enrolKey(t, "watch-2")), c.kind)
		})
	}
}

// FuzzReadAssertion: what is read is written again as the same bytes; whatever
// else comes is refused.
func FuzzReadAssertion(f *testing.F) {
	f.Add([]byte(`{"credential":"AQ==","authenticator_data":"Ag==","client_data":"e30=","signature":"Aw=="}`))
	f.Add([]byte(`{"credential":"AQ==","credential":"Ag=="}`))
	f.Add([]byte(`{"exercise":true}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := officer.ReadAssertion(raw)
		if err != nil {
			return
		}
		once, err := a.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		b, err := officer.ReadAssertion(once)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := b.Bytes()
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%q is written as %q, then as %q: %v", raw, once, twice, err)
		}
	})
}

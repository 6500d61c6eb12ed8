package officer_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"parley/officer"
)

// SEC-08 T: a link is good once, for a day, and until a new one is given. A
// second use is refused, noted and alarmed.
func TestLinkIsGoodOnce(t *testing.T) {
	d := open(t)
	d.add(t, "watch-1")
	old := d.link(t, "watch-1")
	used := d.link(t, "watch-1")
	if _, err := d.BeginEnrol(t.Context(), old, from); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("a link that a new one voided: %v", err)
	}
	d.enrolCode(t, used, phrase)
	_, err := d.BeginEnrol(t.Context(), used, from)
	d.refused(t, err, officer.Replayed)
	if _, err := d.FinishEnrolCode(t.Context(), used, phrase, "000000", from); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("a link that was used: %v", err)
	}
	late := d.link(t, "watch-1")
	d.at = d.at.Add(24 * time.Hour)
	if _, err := d.BeginEnrol(t.Context(), late, from); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("a link after a day: %v", err)
	}
	if _, err := d.BeginEnrol(t.Context(), "never-given", "192.0.2.8"); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("a link that was never given: %v", err)
	}
}

const phrase = "correct horse battery staple"

// enrolCode follows a link with a passphrase and gives the seed of the codes.
func (d *desk) enrolCode(t *testing.T, secret, passphrase string) string {
	t.Helper()
	e, err := d.BeginEnrol(t.Context(), secret, from)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(e.QR, "data:image/png;base64,") || !strings.Contains(e.URI, e.Seed) || strings.Contains(e.URI, e.Name) {
		t.Errorf("shown %+v", e)
	}
	if _, err := d.FinishEnrolCode(t.Context(), secret, passphrase, code(t, e.Seed, d.at), from); err != nil {
		t.Fatal(err)
	}
	return e.Seed
}

// code is what an app shows at a time.
func code(t *testing.T, seed string, at time.Time) string {
	t.Helper()
	c, err := hotp.GenerateCodeCustom(seed, uint64(at.Unix()/30), hotp.ValidateOpts{Digits: otp.DigitsSix})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// SEC-08 T: a passphrase and a code let an officer in; each code once, within
// a step of the clock, and never with a wrong passphrase.
func TestCodesSignIn(t *testing.T) {
	d := open(t)
	d.add(t, "watch-1")
	seed := d.enrolCode(t, d.link(t, "watch-1"), phrase)
	ctx := t.Context()
	d.refused(t, d.SignInCode(ctx, "watch-1", phrase, code(t, seed, d.at), from), officer.Replayed) // enrolled with it
	d.at = d.at.Add(time.Minute)
	now := code(t, seed, d.at)
	if err := d.SignInCode(ctx, "watch-1", "another passphrase", now, from); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if err := d.SignInCode(ctx, "watch-1", phrase, now, from); err != nil {
		t.Fatal(err)
	}
	if err := d.SignInCode(ctx, "watch-1", phrase, now, from); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("the same code again: %v", err)
	}
	d.at = d.at.Add(2 * time.Minute)
	if err := d.SignInCode(ctx, "watch-1", phrase, code(t, seed, d.at.Add(-time.Minute)), "192.0.2.8"); !errors.Is(err, officer.ErrRefused) {
		t.Errorf("a code of a minute ago: %v", err)
	}
	if err := d.SignInCode(ctx, "watch-1", phrase, code(t, seed, d.at.Add(-30*time.Second)), "192.0.2.8"); err != nil {
		t.Errorf("a code of the step before: %v", err)
	}
	for name, err := range map[string]error{
		"nobody": d.SignInCode(ctx, "nobody", phrase, now, "192.0.2.9"),
		"short again": func() error {
			_, err := d.FinishEnrolCode(ctx, d.link(t, "watch-1"), "too short", now, "192.0.2.9")
			return err
		}(),
	} {
		if err == nil {
			t.Errorf("%s: let in", name)
		}
	}
}

// SEC-08 T: after five failures an officer and an address wait, each longer;
// the wait is noted and alarmed, and ends.
func TestFailuresAreLimited(t *testing.T) {
	d := open(t)
	d.add(t, "watch-1")
	seed := d.enrolCode(t, d.link(t, "watch-1"), phrase)
	ctx := t.Context()
	d.at = d.at.Add(time.Minute)
	for i := range 5 {
		if err := d.SignInCode(ctx, "watch-1", phrase, "", "192.0.2."+string(rune('1'+i))); !errors.Is(err, officer.ErrRefused) {
			t.Fatal(err)
		}
	}
	var wait *officer.Wait
	if err := d.SignInCode(ctx, "watch-1", phrase, code(t, seed, d.at), "192.0.2.50"); !errors.As(err, &wait) || wait.Seconds() != 15 {
		t.Fatalf("the sixth at once: %v", err)
	}
	d.refused(t, wait, officer.Limited)
	d.at = d.at.Add(15 * time.Second)
	if err := d.SignInCode(ctx, "watch-1", phrase, "", "192.0.2.50"); errors.As(err, new(*officer.Wait)) {
		t.Error("still waits after its time")
	}
	if err := d.SignInCode(ctx, "watch-1", phrase, "", "192.0.2.50"); !errors.As(err, &wait) || wait.Seconds() != 30 {
		t.Errorf("the wait does not grow: %v", err)
	}
	d.at = d.at.Add(30 * time.Second)
	if err := d.SignInCode(ctx, "watch-1", phrase, code(t, seed, d.at), "192.0.2.50"); err != nil {
		t.Errorf("the right one after the wait: %v", err)
	}
	for range 5 { // one address, many officers and links
		_, _ = d.BeginEnrol(ctx, "guess", "192.0.2.99")
	}
	if _, err := d.BeginSignIn(ctx, "", "192.0.2.99"); !errors.As(err, &wait) {
		t.Errorf("the address need not wait: %v", err)
	}
	if _, err := d.BeginSignIn(ctx, "", "192.0.2.98"); err != nil {
		t.Errorf("another address: %v", err)
	}
}

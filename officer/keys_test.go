package officer_test

import (
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"parley/officer"
	"parley/store/pgtest"
)

// SEC-08 T: an officer enrols a key by a one-time link and signs in with it,
// on both engines, also after a restart.
func TestKeySignsIn(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{
		"sqlite":     func(t *testing.T) string { return "sqlite:" + t.TempDir() + "/parley.db" },
		"postgresql": func(t *testing.T) string { return pgtest.DSN(t) },
	} {
		t.Run(name, func(t *testing.T) {
			d := openAt(t, dsn(t))
			d.add(t, "watch-1")
			d.add(t, "watch-2")
			first, second := d.enrolKey(t, "watch-1"), d.enrolKey(t, "watch-2")
			for range 2 {
				for want, h := range map[string]*holder{"watch-1": first, "watch-2": second} {
					if got, err := d.signIn(t, h); err != nil || got != want {
						t.Fatalf("signed in %q, %v, want %s", got, err, want)
					}
				}
				d.reopen(t)
			}
			list, err := d.List(t.Context())
			if err != nil || len(list) != 2 || list[0].Keys != 1 || list[0].HasCode {
				t.Errorf("%+v, %v", list, err)
			}
			if len(d.alarms) != 0 {
				t.Errorf("alarmed about %v", d.alarms)
			}
		})
	}
}

// SEC-08 T: an answer that was given before, at another origin, for another
// console, without its user, by a copy of the key or of an officer who is
// disabled lets nobody in.
func TestKeyIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		kind string
		do   func(*testing.T, *desk, *holder) error
	}{
		"an answer given before": {officer.Replayed, func(t *testing.T, d *desk, h *holder) error {
			options, err := d.BeginSignIn(t.Context(), "", from)
			if err != nil {
				t.Fatal(err)
			}
			raw := h.answer(t, console, options)
			if _, err := d.FinishSignIn(t.Context(), raw, from); err != nil {
				t.Fatal(err)
			}
			_, err = d.FinishSignIn(t.Context(), raw, from)
			return err
		}},
		"an answer that comes too late": {officer.Replayed, func(t *testing.T, d *desk, h *holder) error {
			options, err := d.BeginSignIn(t.Context(), "", from)
			if err != nil {
				t.Fatal(err)
			}
			d.at = d.at.Add(5 * time.Minute)
			_, err = d.FinishSignIn(t.Context(), h.answer(t, console, options), from)
			return err
		}},
		"another origin": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			return d.at2(t, h, virtualwebauthn.RelyingParty{ID: console.ID, Origin: "https://evil.example"})
		}},
		"another port": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			return d.at2(t, h, virtualwebauthn.RelyingParty{ID: console.ID, Origin: "https://alpha.localhost:9999"})
		}},
		"another console": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			return d.at2(t, h, virtualwebauthn.RelyingParty{ID: "bravo.localhost", Origin: console.Origin})
		}},
		"without its user": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			h.auth.Options.UserNotVerified = true
			return d.at2(t, h, console)
		}},
		"a copy of the key": {officer.Cloned, func(t *testing.T, d *desk, h *holder) error {
			if _, err := d.signIn(t, h); err != nil {
				t.Fatal(err)
			}
			h.cred.Counter--
			return d.at2(t, h, console)
		}},
		"another key": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			h.cred = newKey()
			return d.at2(t, h, console)
		}},
		"a disabled officer": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			if err := d.Disable(t.Context(), "watch-1", "admin"); err != nil {
				t.Fatal(err)
			}
			return d.at2(t, h, console)
		}},
		"a key that was taken back": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			if err := d.TakeBack(t.Context(), "watch-1", "admin"); err != nil {
				t.Fatal(err)
			}
			return d.at2(t, h, console)
		}},
		"what is no answer": {officer.Refused, func(t *testing.T, d *desk, h *holder) error {
			_, err := d.FinishSignIn(t.Context(), []byte(`{"id":1}`), from)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			d.add(t, "watch-1")
			d.refused(t, c.do(t, d, d.enrolKey(t, "watch-1")), c.kind)
		})
	}
}

func (d *desk) at2(t *testing.T, h *holder, at virtualwebauthn.RelyingParty) error {
	t.Helper()
	options, err := d.BeginSignIn(t.Context(), "", from)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.FinishSignIn(t.Context(), h.answer(t, at, options), from)
	return err
}

package charter

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"parley/journal"
)

func alphaKeys(t testing.TB) *Keys {
	t.Helper()
	k, err := NewKeys(rand.NewChaCha8([32]byte{1}), "harbour", "alpha")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// cheap is an encryption that costs a test no second.
func cheap(passphrase string) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) { return encrypt(b, passphrase, 4) }
}

func answers(s string) func() (string, error) { return func() (string, error) { return s, nil } }

func TestKeysRoundTrip(t *testing.T) {
	for name, save := range map[string]func(*Keys, string) error{
		"plain":      (*Keys).SavePlain,
		"passphrase": func(k *Keys, dir string) error { return k.save(dir, cheap("open sesame")) },
	} {
		t.Run(name, func(t *testing.T) {
			k, dir := alphaKeys(t), t.TempDir()
			if err := save(k, dir); err != nil {
				t.Fatal(err)
			}
			asked := 0
			got, err := Load(dir, func() (string, error) { asked++; return "open sesame", nil })
			if err != nil {
				t.Fatal(err)
			}
			if got.Public().Desk != "alpha" || got.Public().Keys.Root != k.Public().Keys.Root {
				t.Errorf("public keys differ: %+v", got.Public())
			}
			if want := map[string]int{"plain": 0, "passphrase": 1}[name]; asked != want {
				t.Errorf("asked %d times for the passphrase, want %d", asked, want)
			}
			one, two := mustTLS(t, k), mustTLS(t, got)
			if !one.Equal(two) {
				t.Error("the TLS keys differ")
			}
			if err := save(k, dir); err == nil {
				t.Error("keys were overwritten")
			}
			for _, purpose := range Purposes() {
				info, err := os.Stat(keyPath(dir, purpose))
				if err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%s: mode %v, %v", purpose, info.Mode(), err)
				}
			}
			sealed(t, got)
		})
	}
}

func mustTLS(t *testing.T, k *Keys) ed25519.PrivateKey {
	t.Helper()
	key, err := k.TLS()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sealed encrypts to the public sealing key and opens with the private one.
func sealed(t *testing.T, k *Keys) {
	t.Helper()
	r, err := age.ParseHybridRecipient(k.Public().Keys.Sealing)
	if err != nil {
		t.Fatal(err)
	}
	var box bytes.Buffer
	w, err := age.Encrypt(&box, r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "for alpha"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	id, err := k.Sealing()
	if err != nil {
		t.Fatal(err)
	}
	out, err := age.Decrypt(&box, id)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(out); err != nil || string(b) != "for alpha" {
		t.Errorf("opened %q, %v", b, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	k := alphaKeys(t)
	secret := t.TempDir()
	if err := k.save(secret, cheap("right")); err != nil {
		t.Fatal(err)
	}
	_, err := Load(secret, answers("wrong"))
	wantErr(t, err, "load root key: the passphrase is wrong")
	_, err = Load(secret, nil)
	wantErr(t, err, "no passphrase is at hand")
	_, err = Load(secret, func() (string, error) { return "", errors.New("no terminal") })
	wantErr(t, err, "no terminal")
	wantErr(t, k.Save(t.TempDir(), ""), "the passphrase is empty")

	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o601} {
		dir := t.TempDir()
		if err := k.SavePlain(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(keyPath(dir, Journal), mode); err != nil {
			t.Fatal(err)
		}
		_, err = Load(dir, nil)
		wantErr(t, err, "can be used by others than its owner")
	}

	swapped := t.TempDir()
	if err := k.SavePlain(swapped); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(keyPath(swapped, Witness), keyPath(swapped, Journal)); err != nil {
		t.Fatal(err)
	}
	_, err = Load(swapped, nil)
	wantErr(t, err, "load journal key: the file holds another key than public.yaml names")

	if err := os.WriteFile(keyPath(swapped, Journal), []byte("not a key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Load(swapped, nil)
	wantErr(t, err, "does not hold one private key in PEM")
	_, err = Load(t.TempDir(), nil)
	wantErr(t, err, publicFile)
}

// Design 2, "Keys": root is kept offline. A desk runs without it.
func TestRootOffline(t *testing.T) {
	k, dir := alphaKeys(t), t.TempDir()
	if err := k.SavePlain(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(keyPath(dir, Root)); err != nil {
		t.Fatal(err)
	}
	got, err := Load(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Public().Keys.Root != k.Public().Keys.Root {
		t.Error("the public root key is gone with the private one")
	}
	_, err = got.Signer(Root)
	wantErr(t, err, "the root key of alpha is not held here")
	if _, err := got.Signer(Journal); err != nil {
		t.Error(err)
	}
}

// Design 2, "Keys": each key for one purpose; what a root key signs begins
// parley/<purpose>/v1.
func TestPurposes(t *testing.T) {
	k := alphaKeys(t)
	root, err := k.Signer(Root)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "parley.harbour/alpha/1\n4\n", "parley/charter/v2\n", "parley/Charter/v1\n", " parley/charter/v1\n", "parley/charter/v1"} {
		if _, err := root.Sign([]byte(text)); err == nil {
			t.Errorf("the root key signed %q", text)
		}
	}
	witness, err := k.Signer(Witness)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := witness.Sign([]byte("parley.harbour/bravo/1\n4\n")); err == nil {
		t.Error("the witness key signed a text that is no cosignature")
	}
	for _, purpose := range []string{TLS, Sealing, "other"} {
		if _, err := k.Signer(purpose); err == nil {
			t.Errorf("the %s key signs notes", purpose)
		}
	}
}

// The signers fit the journal: checkpoints in any generation, cosignatures.
func TestSignersFitTheJournal(t *testing.T) {
	k := alphaKeys(t)
	for _, gen := range []int{1, 3} {
		s, err := k.JournalSigner(gen)
		if err != nil {
			t.Fatal(err)
		}
		origin := journal.Origin("harbour", "alpha", gen)
		note, err := journal.SignCheckpoint(origin, (&journal.Tree{}).Head(), s)
		if err != nil {
			t.Fatal(err)
		}
		pub, err := k.Public().publicOf(Journal)
		if err != nil {
			t.Fatal(err)
		}
		v, err := journal.NewVerifier(origin, pub)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := journal.OpenCheckpoint(note, v); err != nil {
			t.Error(err)
		}
		cosigner, err := k.Signer(Witness)
		if err != nil {
			t.Fatal(err)
		}
		line, err := journal.Cosign(note, cosigner, time.Unix(1767700000, 0))
		if err != nil {
			t.Fatal(err)
		}
		name, _, wpub, err := journal.ParseVKey(k.Public().Keys.Witness)
		if err != nil {
			t.Fatal(err)
		}
		wv, err := journal.NewCosignatureVerifier(name, wpub)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := journal.VerifyCosignature(note, line, wv); err != nil {
			t.Error(err)
		}
	}
	if _, err := k.JournalSigner(0); err == nil {
		t.Error("there is a generation 0")
	}
}

func TestPublicRoundTrip(t *testing.T) {
	p := alphaKeys(t).Public()
	p.Addresses = []string{"192.0.2.7:7443"}
	file, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParsePublic(file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := got.Marshal()
	if err != nil || !bytes.Equal(again, file) {
		t.Errorf("read and written again it differs: %v", err)
	}
	_, err = ParsePublic(append(file, "other: 1\n"...))
	wantErr(t, err, `key "other" is not known`)
	p.Keys.Root = renamed(t, p.Keys.Journal, "parley.harbour/alpha/root")
	file, err = p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	_, err = ParsePublic(file)
	wantErr(t, err, "root and journal are the same key")
}

func TestNewKeysNames(t *testing.T) {
	if _, err := NewKeys(rand.NewChaCha8([32]byte{}), "Harbour", "alpha"); err == nil {
		t.Error("a cell with a capital letter")
	}
	_, err := NewKeys(strings.NewReader("short"), "harbour", "alpha")
	wantErr(t, err, "make root key")
	a, b := alphaKeys(t).Public().Keys, alphaKeys(t).Public().Keys
	if a.Root != b.Root || a.Journal != b.Journal || a.TLS != b.TLS || a.Witness != b.Witness {
		t.Error("the same seed gave two sets of signing keys")
	}
}

func TestCredentialPassphrase(t *testing.T) {
	dir := t.TempDir()
	if _, ok, err := CredentialPassphrase(""); ok || err != nil {
		t.Errorf("without a directory: %v %v", ok, err)
	}
	if _, ok, err := CredentialPassphrase(dir); ok || err != nil {
		t.Errorf("without a file: %v %v", ok, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "parley.passphrase"), []byte("open sesame\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	if p, ok, err := CredentialPassphrase(dir); p != "open sesame" || !ok || err != nil {
		t.Errorf("%q %v %v", p, ok, err)
	}
}

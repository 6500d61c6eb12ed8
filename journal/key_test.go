package journal_test

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"parley/journal"
)

// C2SP signed-note: our verifier text is the one that x/mod reads, and the
// same key has another ID as a cosigning key.
func TestVKey(t *testing.T) {
	s := journal.VKey("parley.cell/alpha/1", journal.KeyEd25519, pub("alpha"))
	v, err := note.NewVerifier(s)
	if err != nil {
		t.Fatal(err)
	}
	own, err := journal.NewVerifier("parley.cell/alpha/1", pub("alpha"))
	if err != nil || own.Name() != v.Name() || own.KeyHash() != v.KeyHash() {
		t.Errorf("verifier is %v, %v; want %v", own, err, v)
	}
	cosign := journal.VKey("parley.cell/alpha/1", journal.KeyCosignature, pub("alpha"))
	if cosign == s {
		t.Error("a cosigning key reads like a signing key")
	}
	name, typ, key, err := journal.ParseVKey(cosign)
	if err != nil || name != "parley.cell/alpha/1" || typ != journal.KeyCosignature || !key.Equal(pub("alpha")) {
		t.Errorf("ParseVKey = %q, %d, %x, %v", name, typ, key, err)
	}
	key1 := journal.Key{Name: "w", Private: priv("alpha")}
	if got := key1.VKey(journal.KeyEd25519); got != journal.VKey("w", journal.KeyEd25519, pub("alpha")) {
		t.Errorf("key writes %q", got)
	}
}

func TestParseVKeyRefuses(t *testing.T) {
	good := journal.VKey("alpha", journal.KeyEd25519, pub("alpha"))
	for i := range good {
		bad := good[:i] + string(good[i]^1) + good[i+1:]
		if _, _, _, err := journal.ParseVKey(bad); err == nil {
			t.Errorf("%q with byte %d changed is read", good, i)
		}
	}
	for _, bad := range []string{"", "+", "++", "alpha", "alpha+0", good + "=", good + "\n", strings.ToUpper(good), good[:len(good)-4],
		"al pha" + strings.TrimPrefix(good, "alpha")} {
		_, _, _, err := journal.ParseVKey(bad)
		wantErr(t, bad, err)
	}
}

func TestKeysRefuseBadNamesAndSizes(t *testing.T) {
	for _, name := range []string{"", "a b", "a+b", "a\nb", "\xff"} {
		_, err := journal.NewSigner(name, priv("a"))
		wantErr(t, name, err)
		_, err = journal.NewCosignatureVerifier(name, pub("a"))
		wantErr(t, name, err)
	}
	_, err := journal.NewSigner("a", priv("a")[:32])
	wantErr(t, "short private key", err)
	_, err = journal.NewVerifier("a", pub("a")[:31])
	wantErr(t, "short public key", err)
}

// design 2, "Keys": a cosigning key signs nothing but cosignatures.
func TestCosignerSignsNothingElse(t *testing.T) {
	c, err := journal.Key{Name: "w", Private: priv("w")}.Cosigner()
	if err != nil {
		t.Fatal(err)
	}
	_, err = note.Sign(&note.Note{Text: "parley/charter/v1\n"}, c)
	wantErr(t, "a charter", err)
}

func FuzzParseVKey(f *testing.F) {
	f.Add(journal.VKey("parley.cell/alpha/1", journal.KeyEd25519, pub("alpha")))
	f.Add("a+00000000+AQ==")
	f.Fuzz(func(t *testing.T, s string) {
		name, typ, key, err := journal.ParseVKey(s)
		if err == nil && journal.VKey(name, typ, key) != s {
			t.Errorf("%q reads as another key than it writes", s)
		}
	})
}

package journal

import (
	"crypto/ed25519"
	"encoding/binary"
	"testing"
)

// TestCheckedTellsSignaturesApart: what is remembered is one signature by one
// key on one message, and never that something else verifies.
func TestCheckedTellsSignaturesApart(t *testing.T) {
	pub, priv, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	var seen Checked
	v, err := NewVerifier("parley.t/alpha/1", pub)
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewVerifier("parley.t/alpha/1", other)
	if err != nil {
		t.Fatal(err)
	}
	once, another := seen.Of(v), seen.Of(w)
	msg := []byte("a head")
	sig := ed25519.Sign(priv, msg)
	for range 2 {
		if !once.Verify(msg, sig) {
			t.Fatal("a good signature does not verify")
		}
		if another.Verify(msg, sig) {
			t.Fatal("another key's verifier takes the signature")
		}
		if once.Verify([]byte("a heae"), sig) || once.Verify(msg, sig[:63]) || once.Verify(append(msg, sig[0]), sig[1:]) {
			t.Fatal("what was not signed verifies")
		}
	}
}

// TestCheckedForgets: what is kept is bounded.
func TestCheckedForgets(t *testing.T) {
	var seen Checked
	var key [32]byte
	for i := range uint64(10 * checkedKept) {
		binary.BigEndian.PutUint64(key[:], i)
		seen.add(key)
		if len(seen.young) > checkedKept || len(seen.old) > checkedKept {
			t.Fatalf("%d and %d are kept", len(seen.young), len(seen.old))
		}
	}
	if !seen.has(key) {
		t.Fatal("the newest is forgotten")
	}
}

package charter

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"parley/journal"
)

// renamed writes the same public key under another name.
func renamed(t testing.TB, vkey, name string) string {
	t.Helper()
	_, typ, pub, err := journal.ParseVKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return journal.VKey(name, typ, pub)
}

func signedBy(t testing.TB, text string, keys map[string]*Keys, desks ...string) []byte {
	t.Helper()
	out := []byte(text)
	for _, d := range desks {
		s, err := keys[d].Signer(Root)
		if err != nil {
			t.Fatal(err)
		}
		if out, err = Sign(out, s); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func wantErr(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}

// Design 5: the founding members' root signatures make the charter.
func TestSignAndOpen(t *testing.T) {
	keys := founders(t)
	text := bareText(t, keys)
	file := signedBy(t, text, keys, "alpha", "bravo", "supervisor")
	c, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if c.Hash != Hash([]byte(text)) {
		t.Errorf("the hash is not that of the text without signatures")
	}
	for _, d := range c.Desks() {
		if _, err := OpenFor(file, keys[d].Public().Keys.Root); err != nil {
			t.Errorf("%s: %v", d, err)
		}
	}
	again := signedBy(t, string(file), keys, "bravo")
	if !bytes.Equal(again, file) {
		t.Error("signing twice changed the file")
	}
	// Any C2SP tool can verify the signatures.
	v, err := note.NewVerifier(keys["alpha"].Public().Keys.Root)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := note.Open(file, note.VerifierList(v)); err != nil || n.Text != text {
		t.Errorf("note.Open: %v", err)
	}
}

func TestOpenNamesWhoIsMissing(t *testing.T) {
	keys := founders(t)
	text := bareText(t, keys)
	_, err := Open(signedBy(t, text, keys, "alpha", "supervisor"))
	wantErr(t, err, "not signed by bravo")
	_, err = Open(signedBy(t, text, keys, "bravo"))
	wantErr(t, err, "not signed by alpha and supervisor")
	_, err = Open([]byte(text))
	wantErr(t, err, "no signatures")

	for _, tc := range []struct {
		file []byte
		want []string
	}{
		{[]byte(text), []string{"alpha", "bravo", "supervisor"}},
		{signedBy(t, text, keys, "bravo"), []string{"alpha", "supervisor"}},
		{signedBy(t, text, keys, "bravo", "alpha", "supervisor"), nil},
	} {
		got, err := Missing(tc.file)
		if err != nil || !slices.Equal(got, tc.want) {
			t.Errorf("missing %v, %v; want %v", got, err, tc.want)
		}
	}
}

// Design 5: a node refuses to start on a charter that its own root key has not
// signed.
func TestOpenForOwnRoot(t *testing.T) {
	keys := founders(t)
	observer := strings.Replace(bare, "desk: bravo, role: party", "desk: bravo, role: observer", 1)
	text, err := Draft([]byte(observer), publics(keys))
	if err != nil {
		t.Fatal(err)
	}
	file := signedBy(t, string(text), keys, "alpha", "supervisor")
	if _, err := Open(file); err != nil {
		t.Fatal(err)
	}
	_, err = OpenFor(file, keys["bravo"].Public().Keys.Root)
	wantErr(t, err, "not signed by the root key of bravo")

	other, err := NewKeys(rand.NewChaCha8([32]byte{9}), "harbour", "alpha")
	if err != nil {
		t.Fatal(err)
	}
	_, err = OpenFor(file, other.Public().Keys.Root)
	wantErr(t, err, "lists another root key for alpha")
	stranger, err := NewKeys(rand.NewChaCha8([32]byte{9}), "harbour", "charlie")
	if err != nil {
		t.Fatal(err)
	}
	_, err = OpenFor(file, stranger.Public().Keys.Root)
	wantErr(t, err, "no member charlie")
	elsewhere, err := NewKeys(rand.NewChaCha8([32]byte{9}), "island", "alpha")
	if err != nil {
		t.Fatal(err)
	}
	_, err = OpenFor(file, elsewhere.Public().Keys.Root)
	wantErr(t, err, "for island")
}

func TestWrongSigner(t *testing.T) {
	keys := founders(t)
	text := bareText(t, keys)
	other, err := NewKeys(rand.NewChaCha8([32]byte{9}), "harbour", "alpha")
	if err != nil {
		t.Fatal(err)
	}
	s, err := other.Signer(Root)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Sign([]byte(text), s)
	wantErr(t, err, "not its root key in the charter")
	js, err := keys["alpha"].Signer(Journal)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Sign([]byte(text), js)
	wantErr(t, err, "no root key of a member")

	// A signature line by a stranger makes the file invalid, whoever else signed.
	raw, err := s.Sign([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	file := signedBy(t, text, keys, "bravo", "supervisor")
	_, err = Open(append(file, signature{s.Name(), s.KeyHash(), raw}.line()...))
	wantErr(t, err, "not its root key in the charter")

	// A right name and key ID with a wrong signature names the desk.
	as, err := keys["alpha"].Signer(Root)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(append(file, signature{as.Name(), as.KeyHash(), raw}.line()...))
	wantErr(t, err, "the signature of alpha is wrong")
	signed := signedBy(t, string(file), keys, "alpha")
	_, err = Open([]byte(strings.Replace(string(signed), "receive: 2m", "receive: 9m", 1)))
	wantErr(t, err, "signature of bravo is wrong")
}

// One altered byte anywhere is refused: text, names, key IDs, signatures, and
// also the spare bits of their base64.
func TestEveryByteCounts(t *testing.T) {
	keys := founders(t)
	file := signedBy(t, bareText(t, keys), keys, "alpha", "bravo", "supervisor")
	flips := []byte{0x01, 0x04, 0x20, 0x80}
	block := bytes.Index(file, []byte("\n\n— "))
	step := 1
	if testing.Short() {
		step = 11
	}
	for i := 0; i < len(file); i += step {
		try := flips[i%4 : i%4+1]
		if i >= block {
			try, step = flips, 1
		}
		for _, flip := range try {
			altered := bytes.Clone(file)
			altered[i] ^= flip
			if _, err := Open(altered); err == nil {
				t.Fatalf("byte %d of %d, %q for %q: accepted", i, len(file), altered[i], file[i])
			}
		}
	}
	for _, altered := range [][]byte{append(bytes.Clone(file), '\n'), file[:len(file)-1], append([]byte("\n"), file...)} {
		if _, err := Open(altered); err == nil {
			t.Errorf("a file with a line break more or less was accepted")
		}
	}
}

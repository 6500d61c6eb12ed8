package charter

import (
	"bytes"
	"testing"
)

// FuzzParse: what is accepted has the hash of exactly its bytes, and the same
// text never gives two charters.
func FuzzParse(f *testing.F) {
	text := bareText(f, founders(f))
	f.Add([]byte(text))
	f.Add([]byte(Header + "\ncell: x\n"))
	f.Add([]byte(Header + "\na: &a [*a]\n"))
	f.Add([]byte(Header + "\n? {a: b}\n: c\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(b)
		if err != nil {
			return
		}
		if c.Hash != Hash(b) {
			t.Error("the hash is not that of the text")
		}
		if !bytes.HasPrefix(b, []byte(Header+"\n")) {
			t.Error("accepted without its header")
		}
	})
}

// FuzzOpen: taking a note apart and joining it again gives the same bytes, and
// only a note that all founders signed opens.
func FuzzOpen(f *testing.F) {
	keys := founders(f)
	text := bareText(f, keys)
	full := signedBy(f, text, keys, "alpha", "bravo", "supervisor")
	f.Add(full)
	f.Add(signedBy(f, text, keys, "alpha"))
	f.Add([]byte(text))
	f.Fuzz(func(t *testing.T, b []byte) {
		if body, sigs, err := split(b); err == nil && !bytes.Equal(join(body, sigs), b) {
			t.Error("split and joined it differs")
		}
		if _, err := Open(b); err == nil && !bytes.Equal(b, full) {
			missing, err := Missing(b)
			if err != nil || len(missing) > 0 {
				t.Errorf("opened without %v, %v", missing, err)
			}
		}
	})
}

// FuzzPublic: what is read and written again is read the same.
func FuzzPublic(f *testing.F) {
	file, err := alphaKeys(f).Public().Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePublic(b)
		if err != nil {
			return
		}
		once, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		q, err := ParsePublic(once)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := q.Marshal(); err != nil || !bytes.Equal(once, again) {
			t.Error("written and read it differs")
		}
	})
}

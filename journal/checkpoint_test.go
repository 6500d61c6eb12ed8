package journal_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"parley/journal"
)

func cosigner(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	s, err := journal.NewCosigner(name, priv(name))
	if err != nil {
		t.Fatal(err)
	}
	v, err := journal.NewCosignatureVerifier(name, pub(name))
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func cosign(t testing.TB, checkpoint []byte, name string, at time.Time) string {
	t.Helper()
	s, _ := cosigner(t, name)
	line, err := journal.Cosign(checkpoint, s, at)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// C2SP tlog-checkpoint: three lines, signed under the origin's name, and the
// x/mod note package reads it too.
func TestCheckpoint(t *testing.T) {
	a := newAuthor(t, "alpha")
	for _, e := range numbered("a", 0, 5) {
		a.tree.Append(e)
	}
	c := a.checkpoint(a.tree.Head())
	if h, err := journal.OpenCheckpoint(c, a.verify); err != nil || h != a.tree.Head() {
		t.Errorf("opens as %v, %v", h, err)
	}
	n, err := note.Open(c, note.VerifierList(a.verify))
	if err != nil || n.Text != "parley.cell/alpha/1\n5\n"+a.tree.Head().Root.String()+"\n" {
		t.Errorf("note is %v, %v", n, err)
	}
	if h, err := journal.OpenCheckpoint(a.checkpoint(journal.Head{Root: (&journal.Tree{}).Head().Root}), a.verify); err != nil || h.Size != 0 {
		t.Errorf("an empty journal's checkpoint opens as %v, %v", h, err)
	}
	withOthers := journal.WithCosignatures(c, []string{cosign(t, c, "bravo-witness", noon)})
	if h, err := journal.OpenCheckpoint(withOthers, a.verify); err != nil || h != a.tree.Head() {
		t.Errorf("with a signature of an unknown key it opens as %v, %v", h, err)
	}
	for i := range c {
		bad := bytes.Clone(c)
		bad[i] ^= 1
		if _, err := journal.OpenCheckpoint(bad, a.verify); err == nil {
			t.Errorf("opens with byte %d changed: %q", i, bad)
		}
	}
}

func TestCheckpointRefuses(t *testing.T) {
	a := newAuthor(t, "alpha")
	root := (&journal.Tree{}).Head().Root.String()
	other := strings.Replace(root, "4", "5", 1)
	for what, text := range map[string]string{
		"extension line":   a.origin + "\n1\n" + root + "\ntime 5\n",
		"leading zero":     a.origin + "\n01\n" + root + "\n",
		"sign":             a.origin + "\n+1\n" + root + "\n",
		"negative":         a.origin + "\n-1\n" + root + "\n",
		"too large":        a.origin + "\n9223372036854775808\n" + root + "\n",
		"short root":       a.origin + "\n1\n" + root[4:] + "\n",
		"loose root":       a.origin + "\n1\n" + root[:42] + "V=\n",
		"no root":          a.origin + "\n1\n",
		"empty with root":  a.origin + "\n0\n" + other + "\n",
		"other origin":     "parley.cell/bravo/1\n1\n" + root + "\n",
		"other generation": "parley.cell/alpha/2\n1\n" + root + "\n",
		"no origin":        "\n1\n" + root + "\n",
	} {
		msg, err := note.Sign(&note.Note{Text: text}, a.sign)
		if err != nil {
			t.Fatal(err)
		}
		_, err = journal.OpenCheckpoint(msg, a.verify)
		wantErr(t, what, err)
	}
	c := a.checkpoint(a.tree.Head())
	_, err := journal.SignCheckpoint("parley.cell/alpha/2", a.tree.Head(), a.sign)
	wantErr(t, "a key of another name", err)
	bravo, _ := journal.NewVerifier(a.origin, pub("bravo"))
	_, err = journal.OpenCheckpoint(c, bravo)
	wantErr(t, "another key of this name", err)
	for _, msg := range []string{"", "\n\n", string(c) + "\n", string(c[:len(c)-1]), string(c) + string(c[bytes.LastIndex(c, []byte("—")):])} {
		_, err = journal.OpenCheckpoint([]byte(msg), a.verify)
		wantErr(t, msg, err)
	}
}

// C2SP tlog-cosignature: the line binds checkpoint, time and key.
func TestCosign(t *testing.T) {
	a := newAuthor(t, "alpha")
	c := a.checkpoint(a.tree.Head())
	_, v := cosigner(t, "bravo-witness")
	line := cosign(t, c, "bravo-witness", noon.Add(700*time.Millisecond))
	if at, err := journal.VerifyCosignature(c, line, v); err != nil || !at.Equal(noon) {
		t.Errorf("verifies at %v, %v", at, err)
	}
	for i := range line {
		bad := line[:i] + string([]byte{line[i] ^ 1}) + line[i+1:]
		if _, err := journal.VerifyCosignature(c, bad, v); err == nil {
			t.Errorf("verifies with byte %d changed", i)
		}
	}
	a.tree.Append(journal.Entry{1})
	_, err := journal.VerifyCosignature(a.checkpoint(a.tree.Head()), line, v)
	wantErr(t, "another checkpoint", err)
	_, other := cosigner(t, "other-witness")
	_, err = journal.VerifyCosignature(c, line, other)
	wantErr(t, "another cosigner", err)
	s, _ := cosigner(t, "bravo-witness")
	_, err = journal.Cosign(c, s, time.Unix(0, 0))
	wantErr(t, "no time", err)
	_, err = journal.Cosign([]byte("parley/charter/v1\n\n— a AAAAAAA=\n"), s, noon)
	wantErr(t, "not a checkpoint", err)
}

// journal.md 6.3: no junk lines in what is stored or served; one order.
func TestWithCosignatures(t *testing.T) {
	a := newAuthor(t, "alpha")
	c := a.checkpoint(a.tree.Head())
	b, s := cosign(t, c, "bravo-witness", noon), cosign(t, c, "supervisor-witness", noon)
	want := string(c) + b + s
	for what, got := range map[string][]byte{
		"both":           journal.WithCosignatures(c, []string{b, s}),
		"other order":    journal.WithCosignatures(c, []string{s, b}),
		"twice":          journal.WithCosignatures(journal.WithCosignatures(c, []string{s}), []string{b, s, b}),
		"junk":           journal.WithCosignatures(c, []string{"", "x", s, "— y z\n", "\n\n", b, s + b}),
		"own name again": journal.WithCosignatures(c, []string{string(c[bytes.LastIndex(c, []byte("—")):]), s, b}),
	} {
		if string(got) != want {
			t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
		}
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	a := newAuthor(f, "alpha")
	c := a.checkpoint(a.tree.Head())
	f.Add(c)
	f.Add(journal.WithCosignatures(c, []string{cosign(f, c, "w", noon)}))
	head := a.tree.Head()
	f.Fuzz(func(t *testing.T, msg []byte) {
		h, err := journal.OpenCheckpoint(msg, a.verify)
		if err != nil {
			return
		}
		if h != head {
			t.Errorf("opens as %v: %q", h, msg)
		}
		if _, err := note.Open(msg, note.VerifierList(a.verify)); err != nil {
			t.Errorf("x/mod does not open %q: %v", msg, err)
		}
	})
}

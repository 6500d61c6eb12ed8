package journal_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"parley/journal"
)

var update = flag.Bool("update", false, "write testdata anew")

// missing ends a test that needs a tool which is not here: loudly on a desk,
// with an error where everything must be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("NOT RUN: %s", what)
	}
	t.Skipf("NOT RUN: %s", what)
}

// A format is for ever: the proof and the evidence that were written with
// version 1 read today, and are written today as they were then.
func TestGoldenFormats(t *testing.T) {
	p := proofOf(t, 21, 13, "bravo-witness", "supervisor-witness")
	bravo := newAuthor(t, "bravo")
	fork := &journal.Fork{Desk: "bravo", Gen: 1, Size: 5, Proven: true,
		Ours: bravo.checkpointOver(numbered("a", 0, 5)), Theirs: bravo.checkpointOver(numbered("b", 0, 5))}
	for name, got := range map[string][]byte{"v1.proof": p.Marshal(), "v1.fork": fork.Evidence()} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v; written today:\n%s", path, err, got)
		}
	}
}

// design 2: a short verifier in another language stands in the documentation,
// and it agrees with this one.
func TestPythonVerifier(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "python3 is not installed")
	}
	p := proofOf(t, 21, 13, "bravo-witness", "supervisor-witness")
	p.Approvals = [][]byte{proofOf(t, 3, 1).Marshal()}
	file := p.Marshal()
	keys := []string{
		journal.VKey("parley.cell/alpha/1", journal.KeyEd25519, pub("alpha")),
		journal.VKey("bravo-witness", journal.KeyCosignature, pub("bravo-witness")),
		journal.VKey("supervisor-witness", journal.KeyCosignature, pub("supervisor-witness")),
	}
	verify := func(file []byte, keys ...string) (string, error) {
		path := filepath.Join(t.TempDir(), "x.proof")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), python, append([]string{"../docs/formats/verify.py", path}, keys...)...).CombinedOutput()
		return string(out), err
	}
	out, err := verify(file, keys...)
	if err != nil || !strings.Contains(out, "parley.cell/alpha/1 entry 13 of 21, signed by parley.cell/alpha/1, bravo-witness, supervisor-witness") {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(out, string(p.Record)) {
		t.Errorf("does not print the record: %s", out)
	}
	q := p
	q.Record = []byte(`{}`)
	cut := p
	cut.Path = p.Path[:len(p.Path)-1]
	forged := p
	forged.Checkpoint = bytes.Replace(p.Checkpoint, []byte("\n21\n"), []byte("\n22\n"), 1)
	for what, bad := range map[string][]byte{
		"another record": q.Marshal(), "a short path": cut.Marshal(), "another size": forged.Marshal(),
		"a damaged byte": bytes.Replace(file, []byte("salt D"), []byte("salt E"), 1), "an empty file": nil,
	} {
		if out, err := verify(bad, keys...); err == nil || !strings.Contains(out, "NOT PROVEN") {
			t.Errorf("%s: %v, %s", what, err, out)
		}
	}
	if out, err := verify(file, keys[0], keys[1]); err == nil {
		t.Errorf("an unknown witness passes: %s", out)
	}
	wrong := journal.VKey("parley.cell/alpha/1", journal.KeyEd25519, pub("bravo"))
	if out, err := verify(file, wrong, keys[1], keys[2]); err == nil {
		t.Errorf("another key passes: %s", out)
	}
}

// The same in thirty lines that read the keys from the charter and leave
// Ed25519 to openssl.
func TestThirtyLineVerifier(t *testing.T) {
	for _, tool := range []string{"python3", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing(t, tool+" is not installed")
		}
	}
	dir := t.TempDir()
	charter := "journal: " + journal.VKey("parley.cell/alpha/1", journal.KeyEd25519, pub("alpha")) + "\n" +
		"witness: " + journal.VKey("bravo-witness", journal.KeyCosignature, pub("bravo-witness")) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "charter.note"), []byte(charter), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := func(file []byte) (string, error) {
		path := filepath.Join(dir, "x.proof")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "python3", "../docs/formats/verify30.py", path, filepath.Join(dir, "charter.note")).CombinedOutput()
		return string(out), err
	}
	p := proofOf(t, 21, 13, "bravo-witness")
	file := p.Marshal()
	if out, err := verify(file); err != nil || !strings.Contains(out, "PROVEN: parley.cell/alpha/1 index 13 of 21 "+string(p.Record)) {
		t.Fatalf("%v: %s", err, out)
	}
	for i := 3; i < len(file); i += 97 {
		bad := bytes.Clone(file)
		bad[i] ^= 1
		if out, err := verify(bad); err == nil {
			t.Errorf("byte %d changed, and it is proven: %s", i, out)
		}
	}
	if out, err := verify(proofOf(t, 21, 13, "supervisor-witness").Marshal()); err == nil {
		t.Errorf("a witness that the charter does not name passes: %s", out)
	}
}

// design 2: independent C2SP tools agree. Their code is kept in a module of
// its own, journal/interop.
func TestOutsideTools(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	gotool, err := exec.LookPath("go")
	if err != nil {
		missing(t, "the go command is not installed")
	}
	run := func(args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), gotool, args...)
		cmd.Dir = "interop"
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("list", "-mod=readonly", "-test", "-deps", "./..."); err != nil {
		missing(t, "the outside tools cannot be had: "+out)
	}
	if out, err := run("test", "-mod=readonly", "./..."); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

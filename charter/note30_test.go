package charter

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"parley/cell"
)

// TLK-14 T: a joint statement is verified offline without our software, by
// thirty lines that read the keys from the charter and leave Ed25519 to
// openssl; a changed byte anywhere, or a founder who has not signed, fails.
func TestThirtyLinesCheckANote(t *testing.T) {
	for _, tool := range []string{"python3", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("NOT RUN: %s is not installed", tool)
			}
			t.Skipf("NOT RUN: %s is not installed", tool)
		}
	}
	keys := founders(t)
	agreed := signedBy(t, string(drafted(t, keys)), keys, "alpha", "bravo", "supervisor")
	c, err := Open(agreed)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	verify := func(note []byte) (string, error) {
		t.Helper()
		for name, b := range map[string][]byte{"charter.note": agreed, "x.note": note} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.CommandContext(t.Context(), "python3", "../docs/formats/note30.py", filepath.Join(dir, "x.note"), filepath.Join(dir, "charter.note")).CombinedOutput()
		return string(out), err
	}
	note := func(purpose string, desks ...string) []byte {
		t.Helper()
		text := cell.CeremonyText(purpose, c, [][2]string{{"draft", "3"}}, cell.Text3{
			Ar: "اتفق الجانبان.\n\n[en, 3 bytes]\nabc", En: "The sides have agreed.\n\n— parley.harbour/bravo/root AAAA", He: "הצדדים הסכימו.\n"})
		var lines []string
		for _, d := range desks {
			root, err := keys[d].Signer(Root)
			if err != nil {
				t.Fatal(err)
			}
			l, err := SignCeremony(text, root)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, l)
		}
		return cell.CeremonyNote(text, lines)
	}
	file := note(cell.PurposeStatement, "alpha", "bravo", "supervisor")
	if out, err := verify(file); err != nil || !strings.Contains(out, "SIGNED: parley/statement/v1 draft 3 by alpha bravo supervisor") {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := verify(note(cell.PurposeStep, "alpha")); err != nil || !strings.Contains(out, "by alpha\n") {
		t.Errorf("a step of one side: %v: %s", err, out)
	}
	for what, bad := range map[string][]byte{
		"two of three":    note(cell.PurposeStatement, "alpha", "bravo"),
		"one twice":       note(cell.PurposeStep, "alpha", "alpha"),
		"none":            bytes.SplitAfter(file, []byte("הצדדים הסכימו.\n"))[0],
		"text at the end": append(bytes.Clone(file), "more\n"...),
	} {
		if out, err := verify(bad); err == nil {
			t.Errorf("%s: %s", what, out)
		}
	}
	for i := 0; i < len(file); i += 37 {
		bad := bytes.Clone(file)
		bad[i] ^= 1
		if out, err := verify(bad); err == nil {
			t.Errorf("byte %d changed, and it is signed: %s", i, out)
		}
	}
}

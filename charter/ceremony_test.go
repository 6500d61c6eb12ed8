package charter_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"parley/cell"
	"parley/charter"
)

// TLK-14 T: the root key signs a ceremony's text and nothing that only looks
// like one; a signature under it is none under the charter.
func TestSignCeremonySignsNothingElse(t *testing.T) {
	k, err := charter.NewKeys(rand.Reader, "harbour", "alpha")
	if err != nil {
		t.Fatal(err)
	}
	root, err := k.Signer(charter.Root)
	if err != nil {
		t.Fatal(err)
	}
	c := &cell.Charter{Cell: "harbour", Hash: strings.Repeat("ab", 32), Members: []cell.Member{{Desk: "alpha", Role: cell.Party, Keys: k.Public().Keys}}}
	text := cell.CeremonyText(cell.PurposeStatement, c, [][2]string{{"draft", "3"}}, cell.Text3{Ar: "نص", En: "a text", He: "נוסח"})
	line, err := charter.SignCeremony(text, root)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.VerifyCeremony("alpha", text, line); err != nil {
		t.Error(err)
	}
	for what, other := range map[string]string{
		"a charter":               "parley/charter/v1\n" + string(text),
		"a charter's first line":  strings.Replace(string(text), "parley/statement/v1", "parley/charter/v1", 1),
		"another purpose":         strings.Replace(string(text), "parley/statement/v1", "parley/generation/v1", 1),
		"no purpose":              strings.Replace(string(text), "parley/statement/v1\n", "", 1),
		"a line before":           "\n" + string(text),
		"a line behind":           string(text) + "and more\n",
		"a signed note":           string(cell.CeremonyNote(text, []string{line})),
		"a longer text":           strings.Replace(string(text), "a text", "a text, and more", 1),
		"another end of the line": strings.ReplaceAll(string(text), "\n", "\r\n"),
		"nothing":                 "",
	} {
		if l, err := charter.SignCeremony([]byte(other), root); err == nil {
			t.Errorf("%s is signed: %s", what, l)
		}
	}
	witness, err := k.Signer(charter.Witness)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := charter.SignCeremony(text, witness); err == nil {
		t.Error("another key than the root key signs")
	}
}

package celltest

import (
	"testing"

	"parley/cell"
	"parley/charter"
)

// Ceremony signs a ceremony's text with the root key of a desk of a charter
// that [Charter] made, and gives the line for the record.
func Ceremony(t testing.TB, c *cell.Charter, desk string, text []byte) string {
	t.Helper()
	charters.Lock()
	k := charters.keys[c.Hash][desk]
	charters.Unlock()
	if k == nil {
		t.Fatalf("no keys of %s are held for this charter", desk)
	}
	s, err := k.Signer(charter.Root)
	if err != nil {
		t.Fatal(err)
	}
	line, err := charter.SignCeremony(text, s)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

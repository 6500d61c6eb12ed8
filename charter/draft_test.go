package charter

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/hotline"
)

// founders makes the keys of the three desks of the exercise.
func founders(t testing.TB) map[string]*Keys {
	t.Helper()
	out := map[string]*Keys{}
	for i, desk := range []string{"alpha", "bravo", "supervisor"} {
		k, err := NewKeys(rand.NewChaCha8([32]byte{byte(i)}), "harbour", desk)
		if err != nil {
			t.Fatal(err)
		}
		out[desk] = k
	}
	return out
}

func publics(keys map[string]*Keys) []PublicDesk {
	return []PublicDesk{keys["alpha"].Public(), keys["bravo"].Public(), keys["supervisor"].Public()}
}

func theatre(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("../scenarios/theatre.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func drafted(t testing.TB, keys map[string]*Keys) []byte {
	t.Helper()
	text, err := Draft(theatre(t), publics(keys))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDraft(t *testing.T) {
	keys := founders(t)
	text := drafted(t, keys)
	again := drafted(t, keys)
	if !bytes.Equal(text, again) {
		t.Error("the same input gave two texts")
	}
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if c.Hash != Hash(text) || c.Cell != "harbour" || c.Status != cell.Exercise || c.ProofOfficers != 1 {
		t.Errorf("drafted charter: %s %s %s %d", c.Hash, c.Cell, c.Status, c.ProofOfficers)
	}
	for _, want := range []string{"# Two villages are called", "receive: 2m\n", "draft, unreviewed"} {
		if !strings.Contains(string(text), want) {
			t.Logf("text lacks %q", want)
		}
	}
	_ = slices.Sorted[string]
	_ = hotline.KindCease
}

package charter

import (
	"fmt"
	"strings"
	"testing"
)

// Design 5: an amendment is fully signed, names its predecessor, and a version
// below the adopted one is never accepted.
func TestAmend(t *testing.T) {
	keys := founders(t)
	all := []string{"alpha", "bravo", "supervisor"}
	first := signedBy(t, bareText(t, keys), keys, all...)
	text, err := Amend(first, []byte("proof_officers: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	second := signedBy(t, string(text), keys, all...)
	one, err := OpenFor(first, keys["bravo"].Public().Keys.Root)
	if err != nil {
		t.Fatal(err)
	}
	two, err := OpenNext(second, one)
	if err != nil {
		t.Fatal(err)
	}
	if two.Version != 2 || two.Predecessor != one.Hash || two.ProofOfficers != 1 {
		t.Errorf("amendment: version %d of %s, %d officers", two.Version, two.Predecessor, two.ProofOfficers)
	}
	wantErr(t, Succeeds(one, two), "version 1 is not above the adopted version 2")
	wantErr(t, Succeeds(two, two), "version 2 is not above the adopted version 2")
	_, err = OpenNext(signedBy(t, string(text), keys, "alpha", "supervisor"), one)
	wantErr(t, err, "version 2 is not signed by bravo")

	skipped := *two
	skipped.Version = 3
	wantErr(t, Succeeds(&skipped, one), "version 3 does not follow version 1")
	forged := *two
	forged.Predecessor = strings.Repeat("0", 64)
	wantErr(t, Succeeds(&forged, one), "names another predecessor")
	elsewhere := *two
	elsewhere.Cell = "island"
	wantErr(t, Succeeds(&elsewhere, one), "of cell island")
	weaker := *two
	weaker.Protocol = 0
	wantErr(t, Succeeds(&weaker, one), "link protocol")
	without := *two
	without.Members = two.Members[:2]
	wantErr(t, Succeeds(&without, one), "supervisor, a founding member, is not a member")
}

// Nobody is written out of a cell by the others: an amendment that makes a
// party an observer needs that party's signature too.
func TestAmendNeedsTheFormerFounder(t *testing.T) {
	keys := founders(t)
	first := signedBy(t, bareText(t, keys), keys, "alpha", "bravo", "supervisor")
	one, err := Open(first)
	if err != nil {
		t.Fatal(err)
	}
	changes := "members:\n"
	for _, m := range one.Members {
		if m.Desk == "bravo" {
			m.Role = "observer"
		}
		changes += fmt.Sprintf("  - {desk: %s, role: %s, letter: %s, zone: UTC, languages: [en], addresses: [], name: {en: N, ar: N, he: N}, "+
			"keys: {root: %q, journal: %q, witness: %q, tls: %q}}\n",
			m.Desk, m.Role, m.Letter, m.Keys.Root, m.Keys.Journal, m.Keys.Witness, m.Keys.TLS)
	}
	text, err := Amend(first, []byte(changes))
	if err != nil {
		t.Fatal(err)
	}
	_, err = OpenNext(signedBy(t, string(text), keys, "alpha", "supervisor"), one)
	wantErr(t, err, "not signed by bravo")
	if _, err = OpenNext(signedBy(t, string(text), keys, "alpha", "supervisor", "bravo"), one); err != nil {
		t.Error(err)
	}
}

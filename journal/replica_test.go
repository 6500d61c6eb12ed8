package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"parley/journal"
)

// replica is what another desk holds of an author's journal.
type replica struct {
	testDB
	t    *testing.T
	of   *author
	tree *journal.Tree
}

func replicaOf(t *testing.T, a *author) *replica {
	return &replica{openDB(t), t, a, &journal.Tree{}}
}

func (r *replica) extend(from int64, entries []journal.Entry, checkpoint []byte) error {
	return r.run(r.t.Context(), func(tx journal.Tx) error {
		_, err := journal.Extend(r.t.Context(), tx, r.of.desk, r.of.gen, r.tree, from, entries, checkpoint, r.of.verify)
		return err
	})
}

func (r *replica) compare(checkpoint []byte) error {
	return r.run(r.t.Context(), func(tx journal.Tx) error {
		return journal.Compare(r.t.Context(), tx, r.of.desk, r.of.gen, checkpoint, r.of.verify)
	})
}

// holds checks that the replica, tree and database, is exactly at size of a history.
func (r *replica) holds(size int64) {
	r.t.Helper()
	r.must(r.t, func(tx journal.Tx) error {
		h, err := journal.Audit(r.t.Context(), tx, r.of.desk, r.of.gen)
		if err == nil && (h.Size != size || h != r.tree.Head()) {
			err = fmt.Errorf("holds %d, tree at %d, want %d", h.Size, r.tree.Head().Size, size)
		}
		return err
	})
}

// design 2, step 5: a replica grows by what is signed, and by nothing else.
func TestExtend(t *testing.T) {
	a := newAuthor(t, "bravo")
	r := replicaOf(t, a)
	c0 := a.write()
	c300 := a.write(numbered("a", 0, 300)...)
	c700 := a.write(numbered("a", 300, 700)...)

	if err := r.extend(0, nil, c0); err != nil {
		t.Fatal("an empty journal:", err)
	}
	if err := r.extend(0, numbered("a", 0, 300), c300); err != nil {
		t.Fatal("the first entries:", err)
	}
	for what, err := range map[string]error{
		"the same again":      r.extend(0, numbered("a", 0, 300), c300),
		"a part of them":      r.extend(100, numbered("a", 100, 200), c300),
		"nothing new":         r.extend(300, nil, c300),
		"an older checkpoint": r.extend(0, nil, c0),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	var gap *journal.Gap
	if err := r.extend(301, numbered("a", 301, 700), c700); !errors.As(err, &gap) || gap.Have != 300 {
		t.Errorf("a gap before: %v", err)
	}
	if err := r.extend(300, numbered("a", 300, 699), c700); !errors.As(err, &gap) || gap.Have != 300 {
		t.Errorf("a gap behind: %v", err)
	}
	if err := r.compare(c700); !errors.As(err, &gap) || gap.Have != 300 {
		t.Errorf("comparing with more than is held: %v", err)
	}
	r.holds(300)
	if err := r.extend(250, numbered("a", 250, 700), c700); err != nil {
		t.Fatal("with an overlap:", err)
	}
	for _, c := range [][]byte{c0, c300, c700} {
		if err := r.compare(c); err != nil {
			t.Errorf("comparing: %v", err)
		}
	}
	r.holds(700)
}

// design 11: a broken or foreign frame stores nothing and accuses nobody.
func TestExtendRefuses(t *testing.T) {
	a, other := newAuthor(t, "bravo"), newAuthor(t, "alpha")
	r := replicaOf(t, a)
	if err := r.extend(0, numbered("a", 0, 10), a.write(numbered("a", 0, 10)...)); err != nil {
		t.Fatal(err)
	}
	c12 := a.write(numbered("a", 10, 12)...)
	broken := append([]byte(nil), c12...)
	broken[len(broken)-5] ^= 1
	for what, err := range map[string]error{
		"a broken signature":     r.extend(10, numbered("a", 10, 12), broken),
		"another desk's journal": r.extend(10, numbered("a", 10, 12), other.write(numbered("a", 0, 12)...)),
		"more than is signed":    r.extend(10, numbered("a", 10, 13), c12),
		"a negative index":       r.extend(-1, numbered("a", 10, 13), c12),
		"wrong bytes under an old checkpoint": r.extend(3, numbered("b", 3, 5), func() []byte {
			h := journal.Head{Size: 10, Root: r.tree.Head().Root}
			return a.checkpoint(h)
		}()),
	} {
		var fork *journal.Fork
		if err == nil || errors.As(err, &fork) {
			t.Errorf("%s: %v", what, err)
		}
	}
	r.holds(10)
	err := r.run(t.Context(), func(tx journal.Tx) error {
		_, err := journal.Extend(t.Context(), tx, "bravo", 2, &journal.Tree{}, 0, numbered("a", 0, 12), c12, a.verify)
		return err
	})
	wantErr(t, "another generation", err)
}

// design 2, "Equivocation": the author signs a second history. Whatever the
// sizes, the fork is found, nothing is stored, and the evidence stands alone.
func TestForkIsFoundAndProven(t *testing.T) {
	for _, c := range []struct {
		what         string
		held, theirs int64
		from         int64 // the entries that come with it; they differ from 5 on
	}{
		{"same size", 10, 10, 10},
		{"smaller", 300, 7, 7},
		{"larger, all entries", 10, 12, 0},
		{"larger, entries from before the fork", 300, 800, 4},
		{"larger, entries from the fork on", 300, 513, 5},
	} {
		t.Run(c.what, func(t *testing.T) {
			a := newAuthor(t, "bravo")
			r := replicaOf(t, a)
			if err := r.extend(0, numbered("a", 0, c.held), a.write(numbered("a", 0, c.held)...)); err != nil {
				t.Fatal(err)
			}
			second := append(numbered("a", 0, 5), numbered("b", 5, c.theirs)...)
			fork := forkOf(t, r.extend(c.from, second[c.from:], a.checkpointOver(second)))
			if !fork.Proven {
				t.Fatalf("not proven: %v", fork)
			}
			at := min(c.held, c.theirs)
			want := fmt.Sprintf("two signed histories from bravo differ at %d; cause not established", at)
			if fork.Error() != want || fork.Size != at {
				t.Errorf("says %q, want %q", fork, want)
			}
			checkEvidence(t, fork.Evidence(), a)
			r.holds(c.held)
			if c.theirs <= c.held {
				compared := forkOf(t, r.compare(a.checkpointOver(second)))
				if string(compared.Evidence()) != string(fork.Evidence()) {
					t.Error("comparing gives other evidence")
				}
			}
		})
	}
}

// Entries that do not lead to the signed root may have been changed by whoever
// passed them on: that is said, and not called a second history.
func TestForkNotProven(t *testing.T) {
	a := newAuthor(t, "bravo")
	r := replicaOf(t, a)
	if err := r.extend(0, numbered("a", 0, 10), a.write(numbered("a", 0, 10)...)); err != nil {
		t.Fatal(err)
	}
	c12 := a.write(numbered("a", 10, 12)...)
	fork := forkOf(t, r.extend(10, numbered("b", 10, 12), c12))
	if fork.Proven || !strings.Contains(fork.Error(), "does not follow from what is held; cause not established") {
		t.Errorf("says %q", fork)
	}
	wantErr(t, "its evidence", journal.VerifyEvidence(fork.Evidence(), a.verify))
	r.holds(10)
	if err := r.extend(10, numbered("a", 10, 12), c12); err != nil {
		t.Errorf("the right entries, later: %v", err)
	}
}

func forkOf(t *testing.T, err error) *journal.Fork {
	t.Helper()
	var fork *journal.Fork
	if !errors.As(err, &fork) {
		t.Fatalf("no fork: %v", err)
	}
	return fork
}

func (a *author) checkpointOver(entries []journal.Entry) []byte {
	tree := &journal.Tree{}
	for _, e := range entries {
		tree.Append(e)
	}
	return a.checkpoint(tree.Head())
}

func checkEvidence(t *testing.T, text []byte, a *author) {
	t.Helper()
	if err := journal.VerifyEvidence(text, a.verify); err != nil {
		t.Fatalf("evidence: %v\n%s", err, text)
	}
	for i := range text {
		bad := append([]byte(nil), text...)
		bad[i] ^= 1
		if journal.VerifyEvidence(bad, a.verify) == nil {
			t.Errorf("evidence verifies with byte %d changed", i)
		}
	}
	other := newAuthor(t, "alpha")
	wantErr(t, "another desk's key", journal.VerifyEvidence(text, other.verify))
}

// One history, however its checkpoints are combined, gives no evidence.
func TestNoEvidenceWithoutFork(t *testing.T) {
	a := newAuthor(t, "bravo")
	c5, c9 := a.checkpointOver(numbered("a", 0, 5)), a.checkpointOver(numbered("a", 0, 9))
	for what, f := range map[string]*journal.Fork{
		"one note twice":     {Desk: "bravo", Size: 5, Ours: c5, Theirs: c5},
		"two sizes, no path": {Desk: "bravo", Size: 5, Ours: c5, Theirs: c9},
		"one note":           {Desk: "bravo", Size: 5, Theirs: c9},
		"made-up path":       {Desk: "bravo", Size: 5, Ours: c5, Theirs: c9, Path: make([]journal.Hash, 3)},
	} {
		wantErr(t, what, journal.VerifyEvidence(f.Evidence(), a.verify))
	}
}

func FuzzVerifyEvidence(f *testing.F) {
	a := newAuthor(f, "bravo")
	one, two := a.checkpointOver(numbered("a", 0, 5)), a.checkpointOver(numbered("b", 0, 5))
	good := (&journal.Fork{Size: 5, Ours: one, Theirs: two}).Evidence()
	f.Add(good)
	f.Fuzz(func(t *testing.T, text []byte) {
		if journal.VerifyEvidence(text, a.verify) == nil && string(text) != string(good) {
			t.Errorf("verifies: %q", text)
		}
	})
}

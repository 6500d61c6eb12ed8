package journal_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"parley/journal"
)

// Batches of every kind of size, past the edges of the first two tile levels:
// whatever is read back from the store is what the reference says.
func TestStoredLogMatchesReference(t *testing.T) {
	ctx, db := t.Context(), openDB(t)
	size := int64(600)
	if !testing.Short() {
		size = 256*256 + 300
	}
	entries := numbered("a", 0, size)
	rnd := rand.New(rand.NewPCG(1, 2))
	var ref reference
	tree := &journal.Tree{}
	db.must(t, func(tx journal.Tx) error {
		for at := int64(0); at < size; {
			to := min(at+1+rnd.Int64N(700), size)
			if at < 20 {
				to = at + 1
			}
			if err := journal.Append(ctx, tx, "alpha", 1, tree, entries[at:to]); err != nil {
				return err
			}
			at = to
		}
		return nil
	})
	for n, e := range entries {
		ref.add(t, int64(n), e)
	}
	db.must(t, func(tx journal.Tx) error {
		loaded, err := journal.LoadTree(ctx, tx, "alpha", 1)
		if err != nil || loaded.Head() != tree.Head() {
			t.Errorf("loaded tree is at %v, %v", loaded, err)
		}
		if h, err := journal.Audit(ctx, tx, "alpha", 1); err != nil || h != tree.Head() {
			t.Errorf("audit says %v, %v", h, err)
		}
		checkRoots(t, tx, ref, sizes(size))
		checkProofs(t, tx, ref, entries, sizes(size))
		got, err := journal.Entries(ctx, tx, "alpha", 1, 100, 356)
		if err != nil || !slices.Equal(got, entries[100:356]) {
			t.Errorf("entries 100 to 355 read back otherwise: %v", err)
		}
		return nil
	})
}

func sizes(most int64) []int64 {
	var s []int64
	for n := int64(0); n <= min(600, most); n++ {
		s = append(s, n)
	}
	for _, n := range []int64{65279, 65280, 65535, 65536, 65537, 65791, 65792, 65793, most} {
		if n <= most {
			s = append(s, n)
		}
	}
	return s
}

func checkRoots(t *testing.T, tx journal.Tx, ref reference, sizes []int64) {
	t.Helper()
	for _, n := range sizes {
		want, err := tlog.TreeHash(n, ref)
		if err != nil {
			t.Fatal(err)
		}
		got, err := journal.RootAt(t.Context(), tx, "alpha", 1, n)
		if err != nil || got != want {
			t.Fatalf("root at %d is %v, %v; want %v", n, got, err, want)
		}
	}
}

func checkProofs(t *testing.T, tx journal.Tx, ref reference, entries []journal.Entry, sizes []int64) {
	t.Helper()
	r := journal.Hashes(t.Context(), tx, "alpha", 1)
	for i, n := range sizes[1:] {
		root, _ := tlog.TreeHash(n, ref)
		at := (n * 7919) % n
		p, err := tlog.ProveRecord(n, at, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, n, root, at, entries[at].LeafHash()); err != nil {
			t.Fatalf("entry %d of %d: %v", at, n, err)
		}
		old := sizes[i/2+1]
		oldRoot, _ := tlog.TreeHash(old, ref)
		c, err := tlog.ProveTree(n, old, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckTree(c, n, root, old, oldRoot); err != nil {
			t.Fatalf("%d to %d: %v", old, n, err)
		}
	}
}

// journal.md 6.1: a sequencer that lost its place is stopped before it forks
// the journal, whether it is behind the store or ahead of it.
func TestAppendRefusesStaleTree(t *testing.T) {
	ctx, a := t.Context(), newAuthor(t, "alpha")
	behind := a.tree.Clone()
	a.write(numbered("a", 0, 5)...)
	ahead := a.tree.Clone()
	ahead.Append(journal.Entry{1})
	other := &journal.Tree{}
	for _, e := range numbered("b", 0, 5) {
		other.Append(e)
	}
	for what, tree := range map[string]*journal.Tree{"behind": behind, "ahead": ahead, "other": other} {
		err := a.run(ctx, func(tx journal.Tx) error {
			return journal.Append(ctx, tx, "alpha", 1, tree, numbered("a", 5, 6))
		})
		wantErr(t, what, err)
	}
	a.must(t, func(tx journal.Tx) error {
		h, err := journal.Audit(ctx, tx, "alpha", 1)
		if h != a.tree.Head() {
			t.Errorf("the journal changed: %v", h)
		}
		return err
	})
}

func TestReadsRefuseWhatIsNotHeld(t *testing.T) {
	ctx, a := t.Context(), newAuthor(t, "alpha")
	a.write(numbered("a", 0, 300)...)
	a.must(t, func(tx journal.Tx) error {
		_, err := journal.EntryAt(ctx, tx, "alpha", 1, 300)
		wantErr(t, "entry 300", err)
		_, err = journal.EntryAt(ctx, tx, "alpha", 1, -1)
		wantErr(t, "entry -1", err)
		_, err = journal.Entries(ctx, tx, "alpha", 1, 200, 301)
		wantErr(t, "entries up to 301", err)
		_, err = journal.Entries(ctx, tx, "alpha", 2, 0, 1)
		wantErr(t, "another generation", err)
		_, err = journal.RootAt(ctx, tx, "alpha", 1, 301)
		wantErr(t, "root at 301", err)
		_, err = journal.Hashes(ctx, tx, "alpha", 1).ReadHashes([]int64{tlog.StoredHashIndex(8, 1)})
		wantErr(t, "an unfinished tile", err)
		empty, err := journal.LoadTree(ctx, tx, "alpha", 2)
		if err != nil || empty.Head() != (&journal.Tree{}).Head() {
			t.Errorf("a journal that is not there is %v, %v", empty, err)
		}
		return nil
	})
}

// Damage in the database is found by Audit and named.
func TestAuditFindsDamage(t *testing.T) {
	for what, damage := range map[string]string{
		"changed entry":  "UPDATE journal_entry SET leaf = (SELECT leaf FROM journal_entry WHERE idx = 3) WHERE idx = 7",
		"missing entry":  "DELETE FROM journal_entry WHERE idx = 200",
		"entry too many": "INSERT INTO journal_entry SELECT desk, gen, 600, leaf FROM journal_entry WHERE idx = 0",
		"changed tile":   "UPDATE journal_tile SET h = (SELECT h FROM journal_tile WHERE n = 0) WHERE n = 1",
		"missing tile":   "DELETE FROM journal_tile WHERE n = 1",
		"changed root":   "UPDATE journal_head SET root = x'00'",
		"cut edge":       "UPDATE journal_head SET edge = x'00'",
		"older head":     "UPDATE journal_head SET size = 512, edge = substr(edge, 1, 32), root = substr(edge, 1, 32)",
	} {
		t.Run(what, func(t *testing.T) {
			ctx, a := t.Context(), newAuthor(t, "alpha")
			a.write(numbered("a", 0, 600)...)
			err := a.run(ctx, func(tx journal.Tx) error {
				if err := tx.Exec(ctx, damage); err != nil {
					t.Fatal(err)
				}
				_, err := journal.Audit(ctx, tx, "alpha", 1)
				return err
			})
			wantErr(t, what, err)
			if err != nil && !strings.Contains(err.Error(), "alpha") {
				t.Errorf("the error does not name the journal: %v", err)
			}
		})
	}
}

// BenchmarkAppend measures one transaction of n entries, without the disk.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int64{1, 64, 1024} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			db, tree, entries := openDB(b), &journal.Tree{}, numbered("a", 0, n)
			for b.Loop() {
				err := db.run(context.Background(), func(tx journal.Tx) error {
					return journal.Append(context.Background(), tx, "alpha", 1, tree, entries)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

package journal_test

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"parley/journal"
)

// reference is the tlog package's own store of every hash, in memory.
type reference []tlog.Hash

func (r reference) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, i := range indexes {
		if i >= int64(len(r)) {
			return nil, fmt.Errorf("no hash %d", i)
		}
		hashes = append(hashes, r[i])
	}
	return hashes, nil
}

func (r *reference) add(t testing.TB, n int64, e journal.Entry) {
	t.Helper()
	hashes, err := tlog.StoredHashes(n, e[:], *r)
	if err != nil {
		t.Fatal(err)
	}
	*r = append(*r, hashes...)
}

// C2SP tlog-checkpoint: the root of size 0 is SHA-256 of nothing.
func TestEmptyRoot(t *testing.T) {
	if got := (&journal.Tree{}).Head().Root.String(); got != "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" {
		t.Errorf("empty root is %s", got)
	}
}

// Every size from 0 to 600: the root is the reference's, and the edge that is
// stored reads back as the same tree.
func TestTreeMatchesReference(t *testing.T) {
	var ref reference
	tree := &journal.Tree{}
	for n, e := range numbered("a", 0, 601) {
		want, err := tlog.TreeHash(int64(n), ref)
		if err != nil {
			t.Fatal(err)
		}
		if h := tree.Head(); h.Size != int64(n) || h.Root != want && n > 0 {
			t.Fatalf("head at %d is %v, want root %v", n, h, want)
		}
		edge, _ := tree.MarshalBinary()
		again, err := journal.ParseTree(int64(n), edge)
		if err != nil || again.Head() != tree.Head() {
			t.Fatalf("edge at %d reads back as %v, %v", n, again, err)
		}
		clone := tree.Clone()
		clone.Append(journal.Entry{9})
		if tree.Head().Size != int64(n) || n > 0 && tree.Head().Root != want {
			t.Fatalf("growing a clone changed the tree at %d", n)
		}
		tree.Append(e)
		ref.add(t, int64(n), e)
	}
}

func TestParseTreeRefuses(t *testing.T) {
	for size, edge := range map[int64]int{0: 32, 1: 0, 2: 64, 3: 63, -1: 0} {
		_, err := journal.ParseTree(size, make([]byte, edge))
		wantErr(t, fmt.Sprintf("size %d with %d bytes", size, edge), err)
	}
}

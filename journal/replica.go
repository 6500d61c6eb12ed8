package journal

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Gap says that a checkpoint cannot be judged yet: the entries from Have on
// are needed first. It is no fault of anyone.
type Gap struct {
	Have int64 // number of entries held
}

// Error says what is missing.
func (g *Gap) Error() string {
	return fmt.Sprintf("the journal is held up to %d only; the entries from there on are needed", g.Have)
}

// Extend grows a replica by entries from .. from+len(entries)-1 up to exactly
// the checkpoint's size, and saves the checkpoint (design 2, step 5). Entries
// that are already held may be sent again and must be the same bytes. Nothing
// is stored on an error, which is
//   - a [*Gap] when entries are missing between what is held and the checkpoint;
//   - a [*Fork] when the signed root does not follow from what is held;
//   - any other for a checkpoint or entries that are malformed or not this
//     journal's.
//
// On success t is advanced and its head returned. The caller reloads t when
// the transaction is rolled back.
func Extend(ctx context.Context, tx Tx, desk string, gen int, t *Tree, from int64, entries []Entry, checkpoint []byte, v note.Verifier) (Head, error) {
	theirs, clean, err := openOf(desk, gen, checkpoint, v)
	if err != nil {
		return Head{}, err
	}
	held, to := t.size, from+int64(len(entries))
	switch {
	case from < 0 || to > theirs.Size:
		return Head{}, fmt.Errorf("extend journal %s/%d: entries %d to %d are not all within the checkpoint at %d", desk, gen, from, to, theirs.Size)
	case from > held, to < theirs.Size && theirs.Size > held:
		return Head{}, &Gap{Have: held}
	}
	same, err := overlaps(ctx, tx, desk, gen, from, held, entries)
	if err != nil {
		return Head{}, err
	}
	if theirs.Size <= held {
		if err := compare(ctx, tx, desk, gen, theirs, clean); err != nil {
			return Head{}, err
		}
		if !same {
			return Head{}, fmt.Errorf("extend journal %s/%d: entries %d to %d are not those under the checkpoint", desk, gen, from, to)
		}
		return t.Head(), advance(ctx, tx, desk, gen, theirs, clean)
	}
	added := entries[held-from:]
	grown := t.Clone()
	for _, e := range added {
		grown.Append(e)
	}
	if !same || grown.Head() != theirs {
		return Head{}, diagnose(ctx, tx, desk, gen, from, entries, theirs, clean)
	}
	grown = t.Clone()
	if err := Append(ctx, tx, desk, gen, grown, added); err != nil {
		return Head{}, err
	}
	if err := writeCheckpoint(ctx, tx, desk, gen, theirs, clean); err != nil { // it stands where the journal now does
		return Head{}, err
	}
	*t = *grown
	return theirs, nil
}

// Compare checks a checkpoint against what is held, without storing anything.
// It returns nil when the checkpoint's root is the one that the stored journal
// had at that size, a [*Gap] when it is larger than what is held, and a
// [*Fork] when the roots differ.
func Compare(ctx context.Context, tx Tx, desk string, gen int, checkpoint []byte, v note.Verifier) error {
	theirs, clean, err := openOf(desk, gen, checkpoint, v)
	if err != nil {
		return err
	}
	t, err := LoadTree(ctx, tx, desk, gen)
	if err != nil {
		return err
	}
	if theirs.Size > t.size {
		return &Gap{Have: t.size}
	}
	return compare(ctx, tx, desk, gen, theirs, clean)
}

func openOf(desk string, gen int, checkpoint []byte, v note.Verifier) (Head, []byte, error) {
	h, clean, err := openCheckpoint(checkpoint, v)
	if err != nil {
		return Head{}, nil, err
	}
	if err := checkOrigin(v.Name(), desk, gen); err != nil {
		return Head{}, nil, fmt.Errorf("open checkpoint of %s/%d: %w", desk, gen, err)
	}
	return h, clean, nil
}

// overlaps reports whether those of the entries that are held already are the
// same bytes.
func overlaps(ctx context.Context, tx Tx, desk string, gen int, from, held int64, entries []Entry) (bool, error) {
	to := min(held, from+int64(len(entries)))
	if to <= from {
		return true, nil
	}
	ours, err := Entries(ctx, tx, desk, gen, from, to)
	if err != nil {
		return false, err
	}
	return slices.Equal(ours, entries[:to-from]), nil
}

// advance saves a checkpoint within what is held, if it is newer than the saved.
func advance(ctx context.Context, tx Tx, desk string, gen int, h Head, checkpoint []byte) error {
	have, saved, err := savedCheckpoint(ctx, tx, desk, gen)
	if err != nil {
		return err
	}
	if have != nil && h.Size <= saved.Size {
		return nil
	}
	return SaveCheckpoint(ctx, tx, desk, gen, checkpoint)
}

// compare judges a checkpoint whose size is held.
func compare(ctx context.Context, tx Tx, desk string, gen int, theirs Head, clean []byte) error {
	root, err := RootAt(ctx, tx, desk, gen, theirs.Size)
	if err != nil {
		return err
	}
	if root == theirs.Root {
		return nil
	}
	f := &Fork{Desk: desk, Gen: gen, Size: theirs.Size, Theirs: clean}
	found, err := queryOne(ctx, tx, "SELECT note FROM journal_checkpoint WHERE desk = ? AND gen = ? AND size = ?",
		[]any{desk, gen, theirs.Size}, &f.Ours)
	if err != nil {
		return fmt.Errorf("compare journal %s/%d at %d: %w", desk, gen, theirs.Size, err)
	}
	if found {
		f.Proven = true
		return f
	}
	saved, ours, err := savedCheckpoint(ctx, tx, desk, gen)
	if err != nil {
		return err
	}
	f.Ours = saved
	if ours.Size <= theirs.Size {
		return f // what differs is held, but was not signed
	}
	f.Path, err = tlog.ProveTree(ours.Size, theirs.Size, Hashes(ctx, tx, desk, gen))
	if err != nil {
		return fmt.Errorf("compare journal %s/%d at %d: %w", desk, gen, theirs.Size, err)
	}
	f.Root, f.Proven = root, true
	return f
}

// diagnose says why a larger checkpoint does not follow from what is held. If
// the entries that came do lead to the signed root, its author has signed a
// history in which the part that we hold reads otherwise, and that is proven.
// If not, the entries may have been damaged or changed on the way: nothing is
// proven until they are fetched from an earlier index.
func diagnose(ctx context.Context, tx Tx, desk string, gen int, from int64, entries []Entry, theirs Head, clean []byte) error {
	saved, ours, err := savedCheckpoint(ctx, tx, desk, gen)
	if err != nil {
		return err
	}
	f := &Fork{Desk: desk, Gen: gen, Size: theirs.Size, Ours: saved, Theirs: clean}
	their := branch{base: &hashReader{ctx: ctx, tx: tx, desk: desk, gen: gen, tiles: make(map[tileAt][]Hash)}, from: from, entries: entries}
	root, err := tlog.TreeHash(theirs.Size, their)
	if err != nil {
		return fmt.Errorf("compare journal %s/%d at %d: %w", desk, gen, theirs.Size, err)
	}
	if root != theirs.Root || ours.Size == 0 {
		return f
	}
	f.Root, err = tlog.TreeHash(ours.Size, their)
	if err == nil && f.Root != ours.Root {
		f.Size, f.Proven = ours.Size, true
		f.Path, err = tlog.ProveTree(theirs.Size, ours.Size, their)
	}
	if err != nil {
		return fmt.Errorf("compare journal %s/%d at %d: %w", desk, gen, theirs.Size, err)
	}
	return f
}

// A branch reads the hashes of a history that shares the stored entries before
// from and goes on with other entries.
type branch struct {
	base    *hashReader
	from    int64
	entries []Entry
}

// ReadHashes implements tlog.HashReader.
func (b branch) ReadHashes(indexes []int64) ([]Hash, error) {
	hashes := make([]Hash, len(indexes))
	for i, index := range indexes {
		h, err := b.node(tlog.SplitStoredHashIndex(index))
		if err != nil {
			return nil, err
		}
		hashes[i] = h
	}
	return hashes, nil
}

func (b branch) node(level int, n int64) (Hash, error) {
	switch {
	case (n+1)<<level <= b.from:
		return b.base.node(level, n)
	case level == 0:
		return b.entries[n-b.from].LeafHash(), nil
	}
	left, err := b.node(level-1, 2*n)
	if err != nil {
		return Hash{}, err
	}
	right, err := b.node(level-1, 2*n+1)
	if err != nil {
		return Hash{}, err
	}
	return tlog.NodeHash(left, right), nil
}

package journal

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hashes returns a reader of any complete inner node of the stored tree, by
// its tlog storage index. Nodes below level 8 are computed from the entries,
// those above from the stored tile hashes. What was read stays cached in the
// reader, so a reader must not outlive its transaction.
func Hashes(ctx context.Context, tx Tx, desk string, gen int) tlog.HashReader {
	r := &hashReader{ctx: ctx, tx: tx, desk: desk, gen: gen, tiles: make(map[tileAt][]Hash)}
	return tlog.HashReaderFunc(r.read)
}

type hashReader struct {
	ctx   context.Context // of the transaction that the reader lives in
	tx    Tx
	desk  string
	gen   int
	tiles map[tileAt][]Hash
}

// tileAt names a tile: its hashes are the nodes at the given level (a multiple
// of 8) with numbers 256n .. 256n+255.
type tileAt struct {
	level int
	n     int64
}

func (r *hashReader) read(indexes []int64) ([]Hash, error) {
	hashes := make([]Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		h, err := r.node(level, n)
		if err != nil {
			return nil, err
		}
		hashes[i] = h
	}
	return hashes, nil
}

// node returns the root of the complete subtree number n at the given level.
func (r *hashReader) node(level int, n int64) (Hash, error) {
	up := level % tileHeight
	first := n << up
	tile, err := r.tile(tileAt{level - up, first >> tileHeight})
	if err != nil {
		return Hash{}, err
	}
	at, width := int(first&(1<<tileHeight-1)), 1<<up
	if len(tile) < at+width {
		return Hash{}, fmt.Errorf("read journal %s/%d: node %d at level %d is not held", r.desk, r.gen, n, level)
	}
	return perfectRoot(tile[at : at+width]), nil
}

func (r *hashReader) tile(at tileAt) ([]Hash, error) {
	if tile, ok := r.tiles[at]; ok {
		return tile, nil
	}
	tile, err := tileHashes(r.ctx, r.tx, r.desk, r.gen, at)
	if err != nil {
		return nil, err
	}
	r.tiles[at] = tile
	return tile, nil
}

// tileHashes reads as many of a tile's 256 hashes as are stored.
func tileHashes(ctx context.Context, tx Tx, desk string, gen int, at tileAt) ([]Hash, error) {
	query, args := "SELECT idx, leaf FROM journal_entry WHERE desk = ? AND gen = ? AND idx >= ? AND idx < ? ORDER BY idx", []any{desk, gen}
	if at.level > 0 {
		query = "SELECT n, h FROM journal_tile WHERE desk = ? AND gen = ? AND level = ? AND n >= ? AND n < ? ORDER BY n"
		args = append(args, at.level)
	}
	first := at.n << tileHeight
	rows, err := tx.Query(ctx, query, append(args, first, first+1<<tileHeight)...)
	if err != nil {
		return nil, fmt.Errorf("read journal %s/%d: %w", desk, gen, err)
	}
	defer rows.Close()
	var hashes []Hash
	for rows.Next() {
		var n int64
		var b []byte
		if err := rows.Scan(&n, &b); err != nil {
			return nil, fmt.Errorf("read journal %s/%d: %w", desk, gen, err)
		}
		switch {
		case n != first+int64(len(hashes)):
			return nil, fmt.Errorf("read journal %s/%d: node %d at level %d is missing", desk, gen, first+int64(len(hashes)), at.level)
		case at.level == 0 && len(b) == EntrySize:
			hashes = append(hashes, tlog.RecordHash(b))
		case at.level > 0 && len(b) == tlog.HashSize:
			hashes = append(hashes, Hash(b))
		default:
			return nil, fmt.Errorf("read journal %s/%d: node %d at level %d is damaged", desk, gen, n, at.level)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read journal %s/%d: %w", desk, gen, err)
	}
	return hashes, nil
}

// perfectRoot returns the root over a power of two of sibling nodes.
func perfectRoot(nodes []Hash) Hash {
	for len(nodes) > 1 {
		up := make([]Hash, len(nodes)/2)
		for i := range up {
			up[i] = tlog.NodeHash(nodes[2*i], nodes[2*i+1])
		}
		nodes = up
	}
	return nodes[0]
}

// RootAt returns the root that the stored journal had when it held size
// entries. A size beyond what is held is an error.
func RootAt(ctx context.Context, tx Tx, desk string, gen int, size int64) (Hash, error) {
	t, err := LoadTree(ctx, tx, desk, gen)
	if err != nil {
		return Hash{}, err
	}
	switch head := t.Head(); {
	case size == head.Size:
		return head.Root, nil
	case size < 0 || size > head.Size:
		return Hash{}, fmt.Errorf("root of journal %s/%d: size %d is not held, only %d", desk, gen, size, head.Size)
	}
	root, err := tlog.TreeHash(size, Hashes(ctx, tx, desk, gen))
	if err != nil {
		return Hash{}, fmt.Errorf("root of journal %s/%d at %d: %w", desk, gen, size, err)
	}
	return root, nil
}

// Audit reads a whole journal back and checks that the stored tile hashes,
// edge and root are what its entries lead to, and that no entry stands beyond
// the head. It is what a node runs after a commit of unknown outcome, and what
// `parley audit` runs.
func Audit(ctx context.Context, tx Tx, desk string, gen int) (Head, error) {
	want, err := LoadTree(ctx, tx, desk, gen)
	if err != nil {
		return Head{}, err
	}
	var beyond int64
	if _, err := queryOne(ctx, tx, "SELECT COUNT(*) FROM journal_entry WHERE desk = ? AND gen = ? AND idx >= ?",
		[]any{desk, gen, want.size}, &beyond); err != nil {
		return Head{}, fmt.Errorf("audit journal %s/%d: %w", desk, gen, err)
	}
	if beyond > 0 {
		return Head{}, fmt.Errorf("audit journal %s/%d: %d entries stand beyond the head at %d", desk, gen, beyond, want.size)
	}
	got := &Tree{}
	for got.size < want.size {
		to := min(got.size+1<<tileHeight, want.size)
		entries, err := Entries(ctx, tx, desk, gen, got.size, to)
		if err != nil {
			return Head{}, err
		}
		for _, e := range entries {
			got.Append(e)
		}
	}
	if got.Head() != want.Head() {
		return Head{}, fmt.Errorf("audit journal %s/%d: the entries do not lead to the stored root at %d", desk, gen, want.size)
	}
	r := &hashReader{ctx: ctx, tx: tx, desk: desk, gen: gen, tiles: make(map[tileAt][]Hash)}
	for _, d := range got.done {
		h, err := r.node(d.level, d.n)
		if err != nil {
			return Head{}, err
		}
		if h != d.hash {
			return Head{}, fmt.Errorf("audit journal %s/%d: stored tile hash %d at level %d is wrong", desk, gen, d.n, d.level)
		}
	}
	return got.Head(), nil
}

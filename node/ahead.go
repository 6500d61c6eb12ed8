package node

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// ahead is what was read for many matters at once before they are folded: their
// records, and what receipts said of those. While matters are folded no record
// is added, so that it stays true until the last of them is.
type ahead map[string][]cell.Held

// A statement that reads ahead names so many matters, however many are asked
// for: one prepared statement serves all.
const aheadAtOnce = 64

// fewAhead is below how many matters each is read by itself.
const fewAhead = 3

// readAhead reads what the matters are folded from.
func (b *batch) readAhead(ctx context.Context, keys []string) (ahead, error) {
	if len(keys) < fewAhead {
		return nil, nil
	}
	a := make(ahead, len(keys))
	for chunk := range slices.Chunk(keys, aheadAtOnce) {
		if err := b.n.readChunk(ctx, b.Tx, chunk, a); err != nil {
			return nil, fmt.Errorf("read what is to be folded: %w", err)
		}
	}
	return a, nil
}

// inChunk is the end of a statement that names a chunk of matters.
var inChunk = `(?` + strings.Repeat(`, ?`, aheadAtOnce-1) + `)`

func (n *Node) readChunk(ctx context.Context, tx *store.Tx, keys []string, a ahead) error {
	args := make([]any, 0, 2*aheadAtOnce)
	for i := range aheadAtOnce {
		args = append(args, keys[min(i, len(keys)-1)]) // one that is named twice is found once
	}
	rows, err := tx.Query(ctx, `SELECT rm.matter, r.desk, r.gen, r.idx, r.hash, r.bytes FROM record_matter rm
		JOIN record r ON r.desk = rm.desk AND r.gen = rm.gen AND r.idx = rm.idx WHERE rm.matter IN `+inChunk+` ORDER BY rm.matter, r.desk, r.gen, r.idx`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for _, key := range keys {
		a[key] = nil
	}
	for rows.Next() {
		var key, hash string
		var name journal.Name
		var idx int64
		var bytes []byte
		if err := rows.Scan(&key, &name.Desk, &name.Gen, &idx, &hash, &bytes); err != nil {
			return err
		}
		h, err := n.held(name, idx, bytes, hash)
		if err != nil {
			return err
		}
		a[key] = append(a[key], h)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	return n.deliveriesAhead(ctx, tx, keys, args, a)
}

// deliveriesAhead adds what receipts said of the records that are waited for.
func (n *Node) deliveriesAhead(ctx context.Context, tx *store.Tx, keys []string, args []any, a ahead) error {
	said := map[cell.Cite]map[string]cell.Delivery{}
	for _, key := range keys {
		for i, h := range a[key] {
			if n.awaited(h) {
				a[key][i].Deliveries = map[string]cell.Delivery{}
				said[h.Cite()] = a[key][i].Deliveries
			}
		}
	}
	if len(said) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT r.desk, r.gen, r.idx, d.desk, d.at, d.by_gen, d.by_idx, '' FROM record_matter rm
			JOIN record r ON r.desk = rm.desk AND r.gen = rm.gen AND r.idx = rm.idx
			JOIN delivery d ON d.author = r.desk AND d.gen = r.gen AND d.channel = r.channel AND d.serial = r.serial WHERE rm.matter IN `+inChunk+`
		UNION ALL SELECT rm.desk, rm.gen, rm.idx, f.desk, f.at, f.by_gen, f.by_idx, f.code FROM record_matter rm
			JOIN refusal f ON f.author = rm.desk AND f.gen = rm.gen AND f.idx = rm.idx WHERE rm.matter IN `+inChunk, append(args, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var of cell.Cite
		var desk string
		var d cell.Delivery
		if err := rows.Scan(&of.Desk, &of.Gen, &of.Index, &desk, &d.At, &d.Ref.Gen, &d.Ref.Index, &d.Refused); err != nil {
			return err
		}
		if into, ok := said[of]; ok {
			addDelivery(into, desk, d)
		}
	}
	return rows.Err()
}

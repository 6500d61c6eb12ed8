package node

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// matter loads a matter's records and folds them.
func (n *Node) matter(ctx context.Context, tx *store.Tx, key string) (cell.Matter, error) {
	return n.matterOf(ctx, tx, key, nil)
}

// matterOf is matter where its records may have been read ahead.
func (n *Node) matterOf(ctx context.Context, tx *store.Tx, key string, read ahead) (cell.Matter, error) {
	ref, err := cell.ParseRef(key)
	if err != nil {
		return cell.Matter{}, err
	}
	var derived *cell.Derived
	if ref.Desk == "" {
		var text string
		if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(derived), '') FROM matter WHERE key = ?`, key).Scan(&text); err != nil {
			return cell.Matter{}, fmt.Errorf("load matter %s: %w", key, err)
		}
		if text != "" {
			derived = new(cell.Derived)
			if err := json.Unmarshal([]byte(text), derived); err != nil {
				return cell.Matter{}, fmt.Errorf("load matter %s: %w", key, err)
			}
		}
	}
	records, ok := read[key]
	if !ok {
		var err error
		if records, err = n.recordsAbout(ctx, tx, key); err != nil {
			return cell.Matter{}, err
		}
	}
	have := make(map[cell.Cite]cell.Held, len(records))
	for i := range records {
		records[i].Adopted = n.adoptedBefore(records[i])
		have[records[i].Cite()] = records[i]
	}
	var lookup error
	cited := func(c cell.Cite) (cell.Held, bool) {
		if h, ok := have[c]; ok {
			return h, true
		}
		h, ok, err := n.record(ctx, tx, c)
		if err != nil {
			lookup = err
		}
		return h, ok
	}
	m := n.foldSafely(ref, derived, records, cited)
	return m, lookup
}

// recordsAbout reads the records of a matter, and what receipts said of them.
func (n *Node) recordsAbout(ctx context.Context, tx *store.Tx, key string) ([]cell.Held, error) {
	records, err := n.records(ctx, tx, `JOIN record_matter rm ON rm.desk = r.desk AND rm.gen = r.gen AND rm.idx = r.idx WHERE rm.matter = ? ORDER BY r.desk, r.gen, r.idx`, key)
	if err != nil {
		return nil, fmt.Errorf("load matter %s: %w", key, err)
	}
	for i := range records {
		if n.awaited(records[i]) {
			if records[i].Deliveries, err = deliveries(ctx, tx, records[i]); err != nil {
				return nil, err
			}
		}
	}
	return records, nil
}

// awaited reports whether receipts of a record are waited for: what can be a
// version is, and when it was taken back is not its desk's word alone.
func (n *Node) awaited(h cell.Held) bool {
	k, known := n.Modules.Kind(h.Kind)
	return !known || k.Opens || k.Revises || k.Name == cell.KindCancel
}

const recordColumns = `SELECT r.desk, r.gen, r.idx, r.hash, r.bytes FROM record r `

func (n *Node) records(ctx context.Context, tx *store.Tx, where string, args ...any) ([]cell.Held, error) {
	rows, err := tx.Query(ctx, recordColumns+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []cell.Held
	for rows.Next() {
		var name journal.Name
		var idx int64
		var hash string
		var bytes []byte
		if err := rows.Scan(&name.Desk, &name.Gen, &idx, &hash, &bytes); err != nil {
			return nil, err
		}
		h, err := n.held(name, idx, bytes, hash)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// openingWhere finds records by what they are called. The desk is compared as a
// sum, so that no engine goes through all of that desk's records in their order
// instead.
const openingWhere = `WHERE r.id = ? AND r.desk || '' = ? ORDER BY r.gen, r.idx`

// openers finds the records that open a matter: one, unless its desk used an id
// again.
func (n *Node) openers(ctx context.Context, tx *store.Tx, ref cell.Ref) ([]cell.Held, error) {
	return n.records(ctx, tx, openingWhere, ref.ID, ref.Desk)
}

// record finds a record by its place; ok is false when it is not held here.
func (n *Node) record(ctx context.Context, tx *store.Tx, c cell.Cite) (cell.Held, bool, error) {
	list, err := n.records(ctx, tx, `WHERE r.desk = ? AND r.gen = ? AND r.idx = ?`, c.Desk, c.Gen, c.Index)
	if err != nil || len(list) == 0 {
		return cell.Held{}, false, err
	}
	return list[0], true, nil
}

// deliveries reads what the receipts said of one record.
func deliveries(ctx context.Context, tx *store.Tx, h cell.Held) (map[string]cell.Delivery, error) {
	out := map[string]cell.Delivery{}
	rows, err := tx.Query(ctx, `SELECT desk, at, by_gen, by_idx, '' FROM delivery WHERE author = ? AND gen = ? AND channel = ? AND serial = ?
		UNION ALL SELECT desk, at, by_gen, by_idx, code FROM refusal WHERE author = ? AND gen = ? AND idx = ?`,
		h.Desk, h.Gen, h.Channel(), h.Serial, h.Desk, h.Gen, h.Index)
	if err != nil {
		return nil, fmt.Errorf("read receipts of %s: %w", h.Cite(), err)
	}
	defer rows.Close()
	for rows.Next() {
		var desk string
		var d cell.Delivery
		if err := rows.Scan(&desk, &d.At, &d.Ref.Gen, &d.Ref.Index, &d.Refused); err != nil {
			return nil, fmt.Errorf("read receipts of %s: %w", h.Cite(), err)
		}
		addDelivery(out, desk, d)
	}
	return out, rows.Err()
}

// addDelivery adds what one receipt of a desk said. A delivery stands above a
// refusal: another bearer brought it whole.
func addDelivery(to map[string]cell.Delivery, desk string, d cell.Delivery) {
	d.Ref.Desk = desk
	if old, ok := to[desk]; !ok || old.Refused != "" && d.Refused == "" {
		to[desk] = d
	}
}

type textRows interface {
	Next() bool
	Scan(...any) error
	Err() error
	Close() error
}

func texts(rows textRows) ([]string, error) {
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

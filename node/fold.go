package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// foldDirty folds the matters that this transaction changed, the urgent first,
// and some of those that earlier ones left. While acts and parcels wait, only
// the urgent ones and a few more are folded: a matter that is touched again
// soon is then folded once. It reports whether any are left.
func (b *batch) foldDirty(ctx context.Context) (left bool, err error) {
	most := foldNow
	if len(b.n.ops) > 0 {
		most = foldBusy
	}
	done := 0
	for _, urgent := range []bool{true, false} {
		for _, key := range b.dirtied {
			if !b.dirty[key] || b.urgent[key] != urgent {
				continue
			}
			if done >= most && (!urgent || done >= foldNow) {
				break
			}
			delete(b.dirty, key)
			done++
			if err := b.fold(ctx, key, b.restate[key]); err != nil {
				return false, err
			}
		}
	}
	if err := b.leaveAll(ctx); err != nil {
		return false, err
	}
	if done >= most {
		return true, nil
	}
	keys, err := b.unfolded(ctx, most-done)
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		if err := b.fold(ctx, key, true); err != nil {
			return false, err
		}
	}
	if err := b.leaveAll(ctx); err != nil { // what leans on these
		return false, err
	}
	if len(keys) > 0 { // what follows from these, and what leans on them
		keys, err = b.unfolded(ctx, 1)
	}
	return len(keys) > 0, err
}

// unfolded gives some of the matters that are marked to be folded, the urgent
// first.
func (b *batch) unfolded(ctx context.Context, most int) ([]string, error) {
	var out []string
	for _, dirty := range []int{foldAll, foldState} {
		if len(out) >= most {
			break
		}
		rows, err := b.Query(ctx, `SELECT key FROM matter WHERE dirty = ? ORDER BY rank LIMIT ?`, dirty, most-len(out))
		if err != nil {
			return nil, fmt.Errorf("find matters left to fold: %w", err)
		}
		keys, err := texts(rows)
		if err != nil {
			return nil, fmt.Errorf("find matters left to fold: %w", err)
		}
		out = append(out, keys...)
	}
	return out, nil
}

// What the column "dirty" of a matter says is to be worked out again.
const (
	foldAll   = 1 // everything
	foldState = 2 // its state alone
)

// leaveAll marks for later transactions what is left to fold.
func (b *batch) leaveAll(ctx context.Context) error {
	rows := make([][]any, 0, len(b.dirty))
	for _, key := range slices.Sorted(maps.Keys(b.dirty)) {
		what := foldAll
		if b.restate[key] {
			what = foldState
		}
		rows = append(rows, []any{key, "", "", 9, 0, "", "", 0, 0, "", 0, what})
	}
	err := b.Insert(ctx, "matter", []string{"key", "kind", "opener", "rank", "at", "audience", "derived", "open", "next", "state", "records", "dirty"}, rows,
		`ON CONFLICT (key) DO UPDATE SET dirty = CASE WHEN matter.dirty = 1 OR excluded.dirty = 1 THEN 1 ELSE 2 END`)
	if err != nil {
		return fmt.Errorf("leave matters to fold: %w", err)
	}
	clear(b.dirty)
	return nil
}

// fold computes one matter from its records and writes its row, and those of
// the matters derived from it. Where only the state may be another, what follows
// from volumes is left as it is: it follows from records alone.
func (b *batch) fold(ctx context.Context, key string, stateAlone bool) error {
	m, err := b.n.matter(ctx, b.Tx, key)
	if err != nil {
		return err
	}
	if stateAlone {
		if stateAlone, err = b.stateAlone(ctx, m); err != nil {
			return err
		}
	}
	if err := b.writeExtent(ctx, m); err != nil {
		return err
	}
	st, looked, err := b.n.status(ctx, b.Tx, m, b.n.now())
	if err != nil {
		return err
	}
	changed, err := b.writeMatter(ctx, m, st)
	if err != nil {
		return err
	}
	if err := errors.Join(b.writeDuty(ctx, m, st), b.writeLeans(ctx, m, looked.leans)); err != nil {
		return err
	}
	if changed && len(b.n.leaning) > 0 {
		if err := b.markLeaning(ctx, m); err != nil {
			return err
		}
	}
	b.folded = append(b.folded, key)
	if stateAlone {
		return nil
	}
	var failed error
	beside := b.n.near(ctx, b.Tx, b.n.now(), &failed)
	derived := b.n.deriveSafely(m, beside.around())
	if failed != nil {
		return failed
	}
	for _, d := range derived {
		if d.Number == "" {
			d.Number = m.Number(b.n.under(m))
		}
		if err := b.writeDerived(ctx, d); err != nil {
			return err
		}
	}
	return b.writeDerivedFrom(ctx, m, derived)
}

// writeMatter writes a matter's row, and reports whether anything in it is
// new: what follows from it is folded again only then.
func (b *batch) writeMatter(ctx context.Context, m cell.Matter, st cell.State) (changed bool, err error) {
	state, err := json.Marshal(st)
	if err != nil {
		return false, fmt.Errorf("write state: %w", err)
	}
	derived := ""
	if m.Derived != nil {
		d, err := json.Marshal(m.Derived)
		if err != nil {
			return false, fmt.Errorf("write state: %w", err)
		}
		derived = string(d)
	}
	same := int64(0)
	if len(b.n.leaning) > 0 { // only those that look around ask whether anything is new
		same, err = b.ExecN(ctx, `UPDATE matter SET dirty = 0 WHERE key = ? AND kind = ? AND state = ? AND derived = ? AND records = ?`,
			m.Ref.String(), m.Kind, string(state), derived, len(m.Records))
	}
	if err != nil || same > 0 {
		return false, err
	}
	open := 0
	if st.Open {
		open = 1
	}
	err = b.Exec(ctx, `INSERT INTO matter (key, kind, opener, rank, at, audience, derived, open, next, state, records, dirty) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, opener = excluded.opener, rank = excluded.rank, at = excluded.at, audience = excluded.audience,
			derived = excluded.derived, open = excluded.open, next = excluded.next, state = excluded.state, records = excluded.records, dirty = 0`,
		m.Ref.String(), m.Kind, m.Opener(), m.Precedence().Rank(), m.At(), strings.Join(m.Audience(), ","), derived, open, st.Next, string(state), len(m.Records))
	if err != nil {
		return false, fmt.Errorf("write matter %s: %w", m.Ref, err)
	}
	if isLate(st) { // once it is read as it was written
		b.after = append(b.after, func() { b.n.climbing.back(map[string]int{m.Ref.String(): m.Precedence().Rank()}) })
	}
	return true, nil
}

// writeDerived writes the row of a derived matter and marks it for folding.
func (b *batch) writeDerived(ctx context.Context, d cell.Derived) error {
	v, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write derived matter: %w", err)
	}
	key := cell.Ref{ID: d.ID}.String()
	if err := b.writeCauses(ctx, key, d); err != nil {
		return err
	}
	same, err := b.ExecN(ctx, `UPDATE matter SET dirty = 1 WHERE key = ? AND derived = ?`, key, string(v))
	if err != nil || same > 0 {
		return err
	}
	err = b.Exec(ctx, `INSERT INTO matter (key, kind, opener, rank, at, audience, derived, open, next, state, records, dirty) VALUES (?, ?, '', ?, ?, ?, ?, 0, 0, '', 0, 1)
		ON CONFLICT (key) DO UPDATE SET derived = excluded.derived, dirty = 1`,
		key, d.Rule, d.Precedence.Rank(), d.At, strings.Join(d.Desks, ","), string(v))
	if err != nil {
		return fmt.Errorf("write derived matter: %w", err)
	}
	if err := b.markAround(ctx, key); err != nil {
		return err
	}
	return b.markCauses(ctx, key)
}

// matter loads a matter's records and folds them.
func (n *Node) matter(ctx context.Context, tx *store.Tx, key string) (cell.Matter, error) {
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
	records, err := n.records(ctx, tx, `JOIN record_matter rm ON rm.desk = r.desk AND rm.gen = r.gen AND rm.idx = r.idx WHERE rm.matter = ? ORDER BY r.desk, r.gen, r.idx`, key)
	if err != nil {
		return cell.Matter{}, fmt.Errorf("load matter %s: %w", key, err)
	}
	have := map[cell.Cite]cell.Held{}
	for i := range records {
		records[i].Adopted = n.adoptedBefore(records[i])
		if k, known := n.Modules.Kind(records[i].Kind); !known || k.Opens || k.Revises { // only what can be a version is waited for
			if records[i].Deliveries, err = deliveries(ctx, tx, records[i]); err != nil {
				return cell.Matter{}, err
			}
		}
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
		d.Ref.Desk = desk
		if old, ok := out[desk]; !ok || old.Refused != "" && d.Refused == "" { // a delivery stands above a refusal: another bearer brought it whole
			out[desk] = d
		}
	}
	return out, rows.Err()
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

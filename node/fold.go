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
	now := b.foldFirst(most)
	done := len(now)
	read, err := b.readAhead(ctx, now)
	if err != nil {
		return false, err
	}
	for _, key := range now {
		if !b.dirty[key] {
			continue // it came up twice
		}
		delete(b.dirty, key)
		if err := b.fold(ctx, key, b.restate[key], read); err != nil {
			return false, err
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
	if read, err = b.readAhead(ctx, keys); err != nil {
		return false, err
	}
	for _, key := range keys {
		if err := b.fold(ctx, key, true, read); err != nil {
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

// foldFirst gives those of the matters that changed which are to be folded now,
// the urgent first.
func (b *batch) foldFirst(most int) (now []string) {
	for _, urgent := range []bool{true, false} {
		for _, key := range b.dirtied {
			if !b.dirty[key] || b.urgent[key] != urgent {
				continue
			}
			if len(now) >= most && (!urgent || len(now) >= foldNow) {
				break
			}
			now = append(now, key)
		}
	}
	return now
}

// unfolded gives some of the matters that are marked to be folded, the urgent
// first.
func (b *batch) unfolded(ctx context.Context, most int) ([]string, error) {
	var out []string
	// The numbers stand in the statements: SQLite plans one anew for every value
	// of what it holds against an index of a part of the table.
	for _, query := range []string{`SELECT key FROM matter WHERE dirty = 1 ORDER BY rank LIMIT ?`, `SELECT key FROM matter WHERE dirty = 2 ORDER BY rank LIMIT ?`} {
		if len(out) >= most {
			break
		}
		rows, err := b.Query(ctx, query, most-len(out))
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
func (b *batch) fold(ctx context.Context, key string, stateAlone bool, read ahead) error {
	m, err := b.n.matterOf(ctx, b.Tx, key, read)
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
	if same, err = b.writeState(ctx, m, st, string(state), derived, open); err != nil || same > 0 {
		b.climbs(m, st)
		return true, err
	}
	err = b.Exec(ctx, `INSERT INTO matter (key, kind, opener, rank, at, audience, derived, open, next, state, records, dirty) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, opener = excluded.opener, rank = excluded.rank, at = excluded.at, audience = excluded.audience,
			derived = excluded.derived, open = excluded.open, next = excluded.next, state = excluded.state, records = excluded.records, dirty = 0`,
		m.Ref.String(), m.Kind, m.Opener(), m.Precedence().Rank(), m.At(), strings.Join(m.Audience(), ","), derived, open, st.Next, string(state), len(m.Records))
	if err != nil {
		return false, fmt.Errorf("write matter %s: %w", m.Ref, err)
	}
	b.climbs(m, st)
	return true, nil
}

// writeState writes a matter's state where nothing else of its row is new, as
// mostly after the first time: the indices of the rest are then left alone. It
// reports whether that was so.
func (b *batch) writeState(ctx context.Context, m cell.Matter, st cell.State, state, derived string, open int) (rows int64, err error) {
	if b.opened[m.Ref.String()] { // there is no row yet
		delete(b.opened, m.Ref.String())
		return 0, nil
	}
	rows, err = b.ExecN(ctx, `UPDATE matter SET next = ?, state = ?, records = ?, dirty = 0
		WHERE key = ? AND kind = ? AND opener = ? AND rank = ? AND at = ? AND audience = ? AND derived = ? AND open = ?`,
		st.Next, state, len(m.Records), m.Ref.String(), m.Kind, m.Opener(), m.Precedence().Rank(), m.At(), strings.Join(m.Audience(), ","), derived, open)
	if err != nil {
		return 0, fmt.Errorf("write state of %s: %w", m.Ref, err)
	}
	return rows, nil
}

// climbs notes a matter that is late, once it is read as it was written.
func (b *batch) climbs(m cell.Matter, st cell.State) {
	if isLate(st) {
		b.after = append(b.after, func() { b.n.climbing.back(map[string]int{m.Ref.String(): m.Precedence().Rank()}) })
	}
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

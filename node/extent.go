package node

import (
	"context"
	_ "embed" // for extent.sql
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/geo"
	"parley/store"
)

//go:embed extent.sql
var extentDDL string

const extentColumns = `matter, ord, south, west, north, east, from_ms, until_ms, low_mm, high_mm, reference, lateral_mm, vertical_mm, time_ms`

// writeExtent brings what a folded matter keeps into the table and the index.
// It comes before what follows from the matter is derived: of two that meet, the
// one that is folded last finds the other.
func (b *batch) writeExtent(ctx context.Context, m cell.Matter) error {
	key := m.Ref.String()
	var list []extent
	if extended(m) {
		list = b.n.extentsSafely(m)
	}
	have, held := b.n.index.list(key)
	if !held && (len(list) > 0 || heads(m) > 1) { // an earlier record of the same id may have come later, and keep nothing
		var err error
		if have, err = b.n.keeps(ctx, b.Tx, key); err != nil {
			return err
		}
	}
	if slices.Equal(have, list) {
		return nil
	}
	if err := b.Exec(ctx, `DELETE FROM extent WHERE matter = ?`, key); err != nil {
		return fmt.Errorf("note what %s keeps: %w", key, err)
	}
	rows := make([][]any, len(list))
	for i, e := range list {
		rows[i] = []any{key, i, e.South, e.West, e.North, e.East, e.from, e.until, e.low, e.high, e.reference, e.lateral, e.vertical, e.time}
	}
	err := b.Insert(ctx, "extent", []string{"matter", "ord", "south", "west", "north", "east", "from_ms", "until_ms",
		"low_mm", "high_mm", "reference", "lateral_mm", "vertical_mm", "time_ms"}, rows, "")
	if err != nil {
		return fmt.Errorf("note what %s keeps: %w", key, err)
	}
	b.n.index.set(key, m.Kind, list)
	return b.markBeside(ctx, key, append(have, list...))
}

// besidePrefix begins what a state leans on that was read from what lies beside a
// matter.
const besidePrefix = "beside:"

// markBeside marks the matters whose states were read from what lies beside some
// others, when something comes to lie there or goes: what a matter kept, and
// what it keeps.
func (b *batch) markBeside(ctx context.Context, key string, list []extent) error {
	if len(b.n.watched) == 0 {
		return nil
	}
	keys, err := b.n.within(ctx, b.Tx, list, key)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if !b.n.watched[k] {
			continue
		}
		if err := b.markStates(ctx, `SELECT matter FROM matter_lean WHERE leans_on = ?`, besidePrefix+k); err != nil {
			return err
		}
	}
	return nil
}

// heads counts the records that open a matter: more than one when a desk has used
// an id again.
func heads(m cell.Matter) (n int) {
	for _, h := range m.Records {
		if h.Ref() == m.Ref {
			n++
		}
	}
	return n
}

// extended reports whether a matter keeps volumes.
func extended(m cell.Matter) bool {
	if m.Head == nil {
		return false
	}
	_, ok := m.Head.Body.(cell.Extended)
	return ok
}

// extentsSafely gives what a matter keeps; nothing after a panic.
func (n *Node) extentsSafely(m cell.Matter) (list []extent) {
	defer func() {
		if p := recover(); p != nil {
			n.Log.Error("what is kept was not worked out", "matter", m.Ref.String(), "panic", fmt.Sprint(p))
			list = nil
		}
	}()
	return extentsOf(m, n.under(m))
}

// extendAnew folds again the matters that keep volumes, in a database that was
// made before there was an index, before it had what stands on the ground, or when
// its boxes were too narrow in the north.
func (b *batch) extendAnew(ctx context.Context) error {
	done, err := b.ExecN(ctx, `INSERT INTO setting (name, value) VALUES ('extent 3', '1') ON CONFLICT DO NOTHING`)
	if err != nil || done == 0 {
		return err
	}
	for _, m := range b.n.Modules {
		for _, k := range m.Kinds {
			if !k.KeepsVolumes() {
				continue
			}
			if err := b.markWhere(ctx, `SELECT key FROM matter WHERE kind = ?`, k.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeCauses notes from which matters a derived one follows.
func (b *batch) writeCauses(ctx context.Context, key string, d cell.Derived) error {
	if b.n.caused[key] {
		return nil
	}
	for _, c := range d.Causes {
		err := b.Exec(ctx, `INSERT INTO matter_cause (matter, derived) SELECT matter, ? FROM record_matter WHERE desk = ? AND gen = ? AND idx = ? ON CONFLICT DO NOTHING`,
			key, c.Desk, c.Gen, c.Index)
		if err != nil {
			return fmt.Errorf("note what %s follows from: %w", key, err)
		}
	}
	b.n.caused = with(b.n.caused, key)
	return nil
}

// markCauses marks the matters whose states were read from what follows from
// them, when that changes.
func (b *batch) markCauses(ctx context.Context, key string) error {
	if len(b.n.leaning) == 0 {
		return nil
	}
	return b.markStates(ctx, `SELECT l.matter FROM matter_cause c JOIN matter_lean l ON l.leans_on = 'from:' || c.matter WHERE c.derived = ?`, key)
}

func (v *near) beside(r cell.Ref) []cell.Matter {
	v.leans[besidePrefix+r.String()] = true
	list, err := v.n.keeps(v.ctx, v.tx, r.String())
	if err != nil {
		*v.failed = errors.Join(*v.failed, err)
		return nil
	}
	return v.within(list, r.String())
}

func (v *near) reach(vs []geo.Volume, margins geo.Margins) []cell.Matter {
	var list []extent
	for _, x := range vs {
		list = append(list, extentOf(x, margins))
	}
	return v.within(list, "")
}

func (v *near) within(list []extent, but string) []cell.Matter {
	keys, err := v.n.within(v.ctx, v.tx, list, but)
	if err != nil {
		*v.failed = errors.Join(*v.failed, err)
		return nil
	}
	return v.kept(keys)
}

// kept gives the matters with these keys, but for those that this transaction
// does not hold yet.
func (v *near) kept(keys []string) []cell.Matter {
	var out []cell.Matter
	for _, key := range keys {
		m, ok := v.folded[key]
		if !ok {
			var err error
			if m, err = v.n.matter(v.ctx, v.tx, key); err != nil {
				*v.failed = errors.Join(*v.failed, err)
				continue
			}
			v.folded[key] = m
		}
		if m.Head != nil {
			out = append(out, m)
		}
	}
	return out
}

// from gives what follows from a matter. Its state is worked out again when that
// changes, and when anything else comes to follow.
func (v *near) from(r cell.Ref) []cell.Matter {
	v.leans["from:"+r.String()] = true
	out, err := v.n.from(v.ctx, v.tx, r.String())
	if err != nil {
		*v.failed = errors.Join(*v.failed, err)
	}
	for _, m := range out {
		v.leans[m.Ref.String()] = true
	}
	return out
}

func (n *Node) from(ctx context.Context, tx *store.Tx, key string) ([]cell.Matter, error) {
	rows, err := tx.Query(ctx, `SELECT m.derived FROM matter_cause c JOIN matter m ON m.key = c.derived WHERE c.matter = ? AND m.derived <> '' ORDER BY m.key`, key)
	if err != nil {
		return nil, fmt.Errorf("read what follows from %s: %w", key, err)
	}
	list, err := texts(rows)
	if err != nil {
		return nil, fmt.Errorf("read what follows from %s: %w", key, err)
	}
	out := make([]cell.Matter, 0, len(list))
	for _, text := range list {
		d := new(cell.Derived)
		if err := json.Unmarshal([]byte(text), d); err != nil {
			return nil, fmt.Errorf("read what follows from %s: %w", key, err)
		}
		out = append(out, cell.Matter{Ref: cell.Ref{ID: d.ID}, Kind: d.Rule, Derived: d})
	}
	return out, nil
}

// during gives the matters that keep volumes in a span of time.
func (v *near) during(from, until int64, most int, kinds ...string) (out []cell.Matter, more bool) {
	return v.duringBy("", from, until, most, kinds...)
}

// duringBy gives those of them that one desk opened, "" any.
func (v *near) duringBy(desk string, from, until int64, most int, kinds ...string) (out []cell.Matter, more bool) {
	list, more, err := v.n.spans(v.ctx, v.tx, desk, from, until, most, kinds...)
	keys := make([]string, len(list))
	for i, b := range list {
		keys[i] = b.matter
	}
	if err != nil {
		*v.failed = errors.Join(*v.failed, err)
		return nil, false
	}
	return v.kept(keys), more
}

// heard gives since when the links to the other desks stand or are down.
func (n *Node) heard() []cell.Heard {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []cell.Heard
	for _, d := range n.Config.Charter.Others(n.Desk()) {
		if !n.Config.Charter.Linked(n.Desk(), d) {
			continue
		}
		h := cell.Heard{Desk: d}
		if s := n.links[d]; s != nil {
			h.Up, h.Since = s.up, s.since
		}
		out = append(out, h)
	}
	return out
}

// stateAlone reports whether a matter keeps volumes, and nothing in the tables
// asks for more than its state.
func (b *batch) stateAlone(ctx context.Context, m cell.Matter) (bool, error) {
	if !extended(m) {
		return false, nil
	}
	var more int
	err := b.QueryRow(ctx, `SELECT COUNT(*) FROM matter WHERE key = ? AND dirty = 1`, m.Ref.String()).Scan(&more)
	if err != nil {
		return false, fmt.Errorf("see what is left of %s: %w", m.Ref, err)
	}
	return more == 0, nil
}

package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/cell"
	"parley/store"
)

// maxNear is how far a state may follow from another matter's, which follows
// from another's: a gate from measures, a venture from the gate. Beyond it, and
// so in a circle, a matter counts as not held.
const maxNear = 4

// near looks at what else this desk holds at one time, and remembers what was
// looked at: the matter that asked is folded anew when that changes.
type near struct {
	n      *Node
	ctx    context.Context
	tx     *store.Tx
	at     int64
	depth  int
	leans  map[string]bool // keys, kinds as "kind:<kind>", what follows from one as "from:<key>" and lies beside it as "beside:<key>"
	folded map[string]cell.Matter
	found  map[string][]cell.Matter // by kind: a state asks in every stage of its table
	states map[farther]cell.State   // what was looked at from so far away: each once, however many lead there
	next   int64                    // when the first of them changes by itself
	failed *error                   // what could not be read, and counts as not held
}

func (n *Node) near(ctx context.Context, tx *store.Tx, at int64, failed *error) *near {
	return &near{n: n, ctx: ctx, tx: tx, at: at, failed: failed, leans: map[string]bool{}, folded: map[string]cell.Matter{}, found: map[string][]cell.Matter{}, states: map[farther]cell.State{}}
}

// farther is a matter and how many others lie between it and the one that asks.
type farther struct {
	key   string
	depth int
}

func (v *near) around() cell.Around {
	return cell.Around{Matter: v.matter, Find: v.find, MayMeet: v.beside, Follow: v.from, Reach: v.reach}
}

func (v *near) matter(r cell.Ref) (cell.Matter, cell.State, bool) {
	v.leans[r.String()] = true
	m, ok := v.folded[r.String()]
	if !ok {
		var err error
		if m, err = v.n.matter(v.ctx, v.tx, r.String()); err != nil {
			*v.failed = errors.Join(*v.failed, err)
			return m, cell.State{}, false
		}
		v.folded[r.String()] = m
	}
	if len(m.Records) == 0 && m.Derived == nil || v.depth >= maxNear {
		return m, cell.State{}, false
	}
	at := farther{r.String(), v.depth}
	s, ok := v.states[at]
	if !ok {
		v.depth++
		s = v.n.statusSafely(m, v.around(), v.at)
		v.depth--
		v.states[at] = s
	}
	if s.Next != 0 && (v.next == 0 || s.Next < v.next) {
		v.next = s.Next
	}
	return m, s, true
}

func (v *near) find(kind string) []cell.Matter {
	v.leans["kind:"+kind] = true
	found, ok := v.found[kind]
	if !ok {
		found = v.n.finder(v.ctx, v.tx, v.failed)(kind, 0)
		v.found[kind] = found
	}
	for _, m := range found {
		v.folded[m.Ref.String()] = m
	}
	return found
}

// status gives a matter's state at a time, with what else is held here.
func (n *Node) status(ctx context.Context, tx *store.Tx, m cell.Matter, at int64) (cell.State, *near, error) {
	var failed error
	v := n.near(ctx, tx, at, &failed)
	s := n.statusSafely(m, v.around(), at)
	if v.next != 0 && (s.Next == 0 || v.next < s.Next) {
		s.Next = v.next
	}
	return s, v, failed
}

// writeLeans notes what a matter's state was read from. Most matters look at
// nothing around, and cost nothing here.
func (b *batch) writeLeans(ctx context.Context, m cell.Matter, leans map[string]bool) error {
	key := m.Ref.String()
	if len(leans) == 0 && !b.n.leaning[key] {
		return nil
	}
	b.n.leaning = with(b.n.leaning, key)
	if err := b.Exec(ctx, `DELETE FROM matter_lean WHERE matter = ?`, key); err != nil {
		return fmt.Errorf("note what %s follows from: %w", key, err)
	}
	for _, on := range slices.Sorted(maps.Keys(leans)) {
		if on == key {
			continue
		}
		if of, ok := strings.CutPrefix(on, besidePrefix); ok {
			b.n.watched = with(b.n.watched, of)
		}
		if err := b.Exec(ctx, `INSERT INTO matter_lean (matter, leans_on) VALUES (?, ?)`, key, on); err != nil {
			return fmt.Errorf("note what %s follows from: %w", key, err)
		}
	}
	return nil
}

// with gives a set with one more key in it. The sets are the sequencer's.
func with(set map[string]bool, key string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	set[key] = true
	return set
}

// loadLeaning takes up which matters have looked around, and of which others
// follow.
func (n *Node) loadLeaning(ctx context.Context, tx *store.Tx) error {
	n.caused, n.duties, n.watched = nil, nil, nil
	for set, query := range map[*map[string]bool]string{
		&n.leaning:  `SELECT DISTINCT matter FROM matter_lean`,
		&n.deriving: `SELECT DISTINCT parent FROM matter_derived`,
		&n.caused:   `SELECT DISTINCT derived FROM matter_cause`,
		&n.duties:   `SELECT matter FROM matter_duty`,
		&n.watched:  `SELECT DISTINCT SUBSTR(leans_on, 8) FROM matter_lean WHERE leans_on LIKE 'beside:%'`,
	} {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return fmt.Errorf("read what follows from what: %w", err)
		}
		keys, err := texts(rows)
		if err != nil {
			return fmt.Errorf("read what follows from what: %w", err)
		}
		for _, k := range keys {
			*set = with(*set, k)
		}
	}
	return nil
}

// markLeaning marks the matters whose states follow from one that changed.
func (b *batch) markLeaning(ctx context.Context, m cell.Matter) error {
	return b.markStates(ctx, `SELECT matter FROM matter_lean WHERE leans_on = ? OR leans_on = ?`, m.Ref.String(), "kind:"+m.Kind)
}

// markAround marks the matters whose states were read from one that is about
// to change, or to be taken back, by what others are.
func (b *batch) markAround(ctx context.Context, key string) error {
	if len(b.n.leaning) == 0 {
		return nil
	}
	return b.markStates(ctx, `SELECT l.matter FROM matter m JOIN matter_lean l ON l.leans_on = m.key OR l.leans_on = 'kind:' || m.kind WHERE m.key = ?`, key)
}

// writeDerivedFrom notes which matters follow from one, and takes back those
// that an earlier fold derived and this one does not: records arrive in any
// order, and a later one may show that nothing follows after all.
func (b *batch) writeDerivedFrom(ctx context.Context, m cell.Matter, derived []cell.Derived) error {
	parent := m.Ref.String()
	if len(derived) == 0 && !b.n.deriving[parent] {
		return nil
	}
	b.n.deriving = with(b.n.deriving, parent)
	rows, err := b.Query(ctx, `SELECT derived FROM matter_derived WHERE parent = ?`, parent)
	if err != nil {
		return fmt.Errorf("read what follows from %s: %w", parent, err)
	}
	before, err := texts(rows)
	if err != nil {
		return fmt.Errorf("read what follows from %s: %w", parent, err)
	}
	for _, key := range before {
		if slices.ContainsFunc(derived, func(d cell.Derived) bool { return (cell.Ref{ID: d.ID}).String() == key }) {
			continue
		}
		if err := errors.Join(b.markAround(ctx, key), b.markCauses(ctx, key)); err != nil {
			return err
		}
		delete(b.n.caused, key)
		for _, query := range []string{
			`DELETE FROM matter_derived WHERE derived = ?`,
			`DELETE FROM matter_cause WHERE derived = ?`,
			`DELETE FROM matter WHERE key = ? AND NOT EXISTS (SELECT 1 FROM record_matter rm WHERE rm.matter = matter.key)`,
			`UPDATE matter SET derived = '', dirty = 1 WHERE key = ? AND derived <> ''`,
		} {
			if err := b.Exec(ctx, query, key); err != nil {
				return fmt.Errorf("take back derived matter: %w", err)
			}
		}
	}
	for _, d := range derived {
		key := (cell.Ref{ID: d.ID}).String()
		if err := b.Exec(ctx, `INSERT INTO matter_derived (parent, derived) VALUES (?, ?) ON CONFLICT DO NOTHING`, parent, key); err != nil {
			return fmt.Errorf("note what follows from %s: %w", parent, err)
		}
	}
	return nil
}

package node

import (
	"context"
	_ "embed" // for duty.sql
	"errors"
	"fmt"

	"parley/cell"
	"parley/store"
)

//go:embed duty.sql
var dutyDDL string

// mostDuties is how many matters of a duty a module is shown at once: what is
// left comes at the next tick.
const mostDuties = 64

// writeDuty notes that this desk's node has to do something by itself in a matter,
// so that it is found without looking at all that is open.
func (b *batch) writeDuty(ctx context.Context, m cell.Matter, st cell.State) error {
	key, what := m.Ref.String(), ""
	if st.Duty.Desk == b.n.Desk() {
		what = st.Duty.What
	}
	if what == "" && !b.n.duties[key] {
		return nil
	}
	err := b.Exec(ctx, `DELETE FROM matter_duty WHERE matter = ?`, key)
	if what != "" {
		b.n.duties = with(b.n.duties, key)
		err = errors.Join(err, b.Exec(ctx, `INSERT INTO matter_duty (matter, duty) VALUES (?, ?)`, key, what))
	} else {
		delete(b.n.duties, key)
	}
	if err != nil {
		return fmt.Errorf("note what is to be done in %s: %w", key, err)
	}
	return nil
}

// in gives the matters in which a node has to do something, but for those that rest
// because an act in them was refused: they take no other's place.
func (n *Node) in(ctx context.Context, tx *store.Tx, failed *error) func(string) []cell.Matter {
	return func(duty string) []cell.Matter {
		resting := n.unfiled.resting(n.now())
		list := n.mattersOf(ctx, tx, failed, `SELECT matter FROM matter_duty WHERE duty = ? ORDER BY matter LIMIT ?`, resting, duty, mostDuties+len(resting))
		return list[:min(len(list), mostDuties)]
	}
}

// leaningOn gives the open matters of a kind whose states are read from another.
func (n *Node) leaningOn(ctx context.Context, tx *store.Tx, failed *error) func(cell.Ref, string) []cell.Matter {
	return func(on cell.Ref, kind string) []cell.Matter {
		return n.mattersOf(ctx, tx, failed, `SELECT m.key FROM matter_lean l JOIN matter m ON m.key = l.matter WHERE l.leans_on = ? AND m.kind = ? AND m.open = 1 ORDER BY m.key`, nil, on.String(), kind)
	}
}

// mattersOf gives the folded matters whose keys a query finds, without some.
func (n *Node) mattersOf(ctx context.Context, tx *store.Tx, failed *error, query string, but map[string]bool, args ...any) []cell.Matter {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		*failed = errors.Join(*failed, err)
		return nil
	}
	keys, err := texts(rows)
	*failed = errors.Join(*failed, err)
	var out []cell.Matter
	for _, key := range keys {
		if but[key] {
			continue
		}
		m, err := n.matter(ctx, tx, key)
		if err != nil {
			*failed = errors.Join(*failed, err)
			return nil
		}
		out = append(out, m)
	}
	return out
}

// ofKind gives the records of a kind written since a time, by place.
func (n *Node) ofKind(ctx context.Context, tx *store.Tx, failed *error) func(string, int64) []cell.Held {
	return func(kind string, since int64) []cell.Held {
		list, err := n.records(ctx, tx, `WHERE r.kind = ? AND r.at >= ? ORDER BY r.desk, r.gen, r.idx`, kind, since)
		*failed = errors.Join(*failed, err)
		return list
	}
}

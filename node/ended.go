package node

import (
	"cmp"
	"context"
	_ "embed" // for ended.sql
	"fmt"
	"slices"
	"strings"

	"parley/store"
)

//go:embed ended.sql
var endedDDL string

// What ended long ago is in nobody's way but a late record's: it leaves the
// index, so that its memory is bounded by what lives, and is then looked for in
// the table (decision 0030). A matter leaves it as a whole.
const (
	keptEnded  = 7 * dayMS // for which it stays after its last window has ended
	longWindow = 7 * dayMS // a longer window never leaves: the table is read by when windows begin
	longMargin = dayMS     // nor does what keeps a longer margin in time
	sweepEvery = 3_600_000
	dayMS      = int64(24 * 3_600_000)

	wholeTurn = 360 * 100_000_000 // of longitude, as boxes are written
)

// ended reports whether all that a matter keeps was over by a time, and may
// leave the index. What stands for itself is never over.
func ended(list []extent, horizon int64) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(e extent) bool {
		return e.from >= e.until || e.until >= horizon || e.until-e.from > longWindow || e.time > longMargin
	})
}

// sweep lets what ended before a time leave the index.
func (x *extents) sweep(horizon int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if horizon < x.horizon+sweepEvery {
		return
	}
	x.horizon = horizon
	var over []string
	x.times.Search([2]float64{-1 << 62}, [2]float64{float64(horizon)}, func(_, _ [2]float64, k *kept) bool {
		if k.until < horizon {
			over = append(over, k.matter)
		}
		return true
	})
	slices.Sort(over)
	for _, matter := range slices.Compact(over) {
		var list []extent
		for _, k := range x.of[matter] {
			list = append(list, k.extent)
		}
		if ended(list, horizon) {
			x.drop(matter)
		}
	}
}

// extentsWhere reads rows of the table, in order.
func extentsWhere(ctx context.Context, tx *store.Tx, where string, args ...any) ([]*kept, error) {
	rows, err := tx.Query(ctx, `SELECT `+extentColumns+`, COALESCE((SELECT m.kind FROM matter m WHERE m.key = extent.matter), '') FROM extent `+where+` ORDER BY matter, ord`, args...)
	if err != nil {
		return nil, fmt.Errorf("read what is kept: %w", err)
	}
	defer rows.Close()
	var out []*kept
	kinds := map[string]string{} // each name once in memory
	for rows.Next() {
		var k kept
		var ord int
		err := rows.Scan(&k.matter, &ord, &k.South, &k.West, &k.North, &k.East, &k.from, &k.until, &k.low, &k.high, &k.reference, &k.lateral, &k.vertical, &k.time, &k.kind)
		if err != nil {
			return nil, fmt.Errorf("read what is kept: %w", err)
		}
		if name, ok := kinds[k.kind]; ok {
			k.kind = name
		} else {
			kinds[k.kind] = k.kind
		}
		out = append(out, &k)
	}
	return out, rows.Err()
}

// loadExtents fills the index from the table with all that has not ended long
// ago.
func (n *Node) loadExtents(ctx context.Context, tx *store.Tx) error {
	horizon := n.now() - keptEnded
	list, err := extentsWhere(ctx, tx, `WHERE matter IN (SELECT matter FROM extent WHERE until_ms >= ? OR from_ms >= until_ms OR until_ms - from_ms > ? OR time_ms > ?)`,
		horizon, longWindow, longMargin)
	if err != nil {
		return err
	}
	n.index.fill(list, horizon)
	return nil
}

// keeps gives what a matter keeps as it was last worked out: from the index, or
// else from the table.
func (n *Node) keeps(ctx context.Context, tx *store.Tx, matter string) (list []extent, err error) {
	list, ok := n.index.list(matter)
	if ok {
		return list, nil
	}
	rows, err := extentsWhere(ctx, tx, `WHERE matter = ?`, matter)
	for _, k := range rows {
		list = append(list, k.extent)
	}
	return list, err
}

// within gives the matters that keep something which may come nearer to one of
// the extents than the margins of both, sorted, but for one matter: those of the
// index and, as far as the extents reach back, those that have left it.
func (n *Node) within(ctx context.Context, tx *store.Tx, list []extent, but string) ([]string, error) {
	out, horizon := n.index.reach(list, but)
	for i := range list {
		e := &list[i]
		if e.from-e.time-longMargin >= horizon {
			continue // what has left the index ended before
		}
		rows, err := extentsWhere(ctx, tx, `WHERE from_ms >= ? AND from_ms <= ? AND from_ms < until_ms AND south <= ? AND north >= ?
			AND (west <= ? AND east >= ? OR west <= ? AND east >= ? OR west <= ? AND east >= ?)`,
			e.from-e.time-longMargin-longWindow, min(e.until+e.time+longMargin, horizon), e.North, e.South,
			e.East, e.West, e.East+wholeTurn, e.West+wholeTurn, e.East-wholeTurn, e.West-wholeTurn)
		if err != nil {
			return nil, err
		}
		for _, k := range rows {
			if k.matter != but && e.mayMeet(&k.extent) {
				out = append(out, k.matter)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// spans gives the first so many matters that keep something in a span of time,
// those that begin first, with when they do, and whether there are more: of one
// desk and of some kinds, where they are named.
func (n *Node) spans(ctx context.Context, tx *store.Tx, desk string, from, until int64, most int, kinds ...string) (out []begun, more bool, err error) {
	list, horizon := n.index.duringBy(desk, from, until, most, kinds...)
	if from < horizon {
		where, args := `WHERE from_ms >= ? AND from_ms <= ? AND until_ms >= ? AND until_ms < ? AND from_ms < until_ms`, []any{from - longWindow, until, from, horizon}
		if len(kinds) > 0 {
			where += ` AND EXISTS (SELECT 1 FROM matter m WHERE m.key = extent.matter AND m.kind IN (?` + strings.Repeat(", ?", len(kinds)-1) + `))`
			for _, k := range kinds {
				args = append(args, k)
			}
		}
		if desk != "" {
			where, args = where+` AND matter LIKE ?`, append(args, desk+":%")
		}
		early, err := begunWhere(ctx, tx, where+` GROUP BY matter ORDER BY MIN(from_ms), matter LIMIT ?`, append(args, most+1)...)
		if err != nil {
			return nil, false, err
		}
		list = first(append(list, early...))
	}
	return list[:min(len(list), most)], len(list) > most, nil
}

// begun is a matter with when it begins to keep something.
type begun struct {
	matter string
	at     int64
}

// first puts matters in the order in which they begin, each once.
func first(list []begun) []begun {
	slices.SortFunc(list, func(a, b begun) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.matter, b.matter)) })
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(b begun) bool {
		again := seen[b.matter]
		seen[b.matter] = true
		return again
	})
}

func begunWhere(ctx context.Context, tx *store.Tx, where string, args ...any) (out []begun, err error) {
	rows, err := tx.Query(ctx, `SELECT matter, MIN(from_ms) FROM extent `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read what is kept: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var b begun
		if err := rows.Scan(&b.matter, &b.at); err != nil {
			return nil, fmt.Errorf("read what is kept: %w", err)
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

package node

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"parley/cell"
	"parley/store"
)

// stepsAtOnce is how many late matters one tick of the clocks looks at, the
// gravest first: the clocks must go on, however many are late at once.
const (
	stepsAtOnce = 256
	climbAnew   = 3_600_000 // after which all that are late are looked at again
)

// climbing is the set of matters in whose states somebody is so late that a rung
// of the ladder is reached, as the sequencer found them and the clocks have not
// yet seen to them. The zero value is empty and ready.
type climbing struct {
	mu    sync.Mutex
	ranks map[string]int // by matter
	since int64          // when all were looked up
}

// isLate reports whether a rung is reached in a state.
func isLate(st cell.State) bool {
	return st.Open && slices.ContainsFunc(st.Waiting, func(w cell.Wait) bool { return w.Level != "" })
}

// take takes out the gravest.
func (c *climbing) take(most int) map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	keys := slices.SortedFunc(maps.Keys(c.ranks), func(a, b string) int { return cmp.Or(c.ranks[a]-c.ranks[b], cmp.Compare(a, b)) })
	out := map[string]int{}
	for _, key := range keys[:min(most, len(keys))] {
		out[key] = c.ranks[key]
		delete(c.ranks, key)
	}
	return out
}

// back puts matters in: those found, and again those that could not be seen to.
func (c *climbing) back(matters map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, rank := range matters {
		if c.ranks == nil {
			c.ranks = map[string]int{}
		}
		c.ranks[key] = rank
	}
}

// due reports whether all are to be looked up: at the start, and now and then,
// for steps that were refused.
func (c *climbing) due(now int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since != 0 && now-c.since < climbAnew {
		return false
	}
	c.since = now
	return true
}

// lookUpClimbing takes up all matters whose states, as they are stored, say that
// a rung is reached.
func (n *Node) lookUpClimbing(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT key, rank FROM matter WHERE open = 1 AND `+isClimbing)
	if err != nil {
		return fmt.Errorf("look for who is late: %w", err)
	}
	defer rows.Close()
	late := map[string]int{}
	for rows.Next() {
		var key string
		var rank int
		if err := rows.Scan(&key, &rank); err != nil {
			return fmt.Errorf("look for who is late: %w", err)
		}
		late[key] = rank
	}
	n.climbing.back(late)
	return rows.Err()
}

// steps gives the rungs that this desk has to take now (HOT-07): its own, and
// those that the charter gives to it when another desk is silent. What it has
// looked at is put back by the caller where a step could not be filed.
func (n *Node) steps(ctx context.Context, tx *store.Tx) (out []cell.Draft, looked map[string]int, err error) {
	if n.climbing.due(n.now()) {
		if err := n.lookUpClimbing(ctx, tx); err != nil {
			return nil, nil, err
		}
	}
	looked = n.climbing.take(stepsAtOnce)
	for _, key := range slices.SortedFunc(maps.Keys(looked), func(a, b string) int { return cmp.Or(looked[a]-looked[b], cmp.Compare(a, b)) }) {
		m, st, err := n.stateOf(ctx, tx, key)
		if err != nil {
			return nil, looked, err
		}
		for _, w := range st.Waiting {
			if w.Level != "" {
				out = append(out, n.stepsFor(m, w)...)
			}
		}
	}
	return out, looked, nil
}

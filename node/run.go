package node

import (
	"context"
	"fmt"
	"time"

	"parley/cell"
	"parley/store"
)

// pause is how long after one look at what is to be done the next may follow.
const pause = 200 * time.Millisecond

// Run ticks every interval until the context ends, and does in between what a
// record gave this node to do as pause as it is there: two desks that wait for
// the supervisor's node are told within a second. A scenario ticks by itself.
func (n *Node) Run(ctx context.Context, interval time.Duration) error {
	t := time.NewTicker(interval)
	defer t.Stop()
	var again <-chan time.Time // set: a change waits until then
	for {
		changed := n.Changed()
		if again != nil {
			changed = nil
		}
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			err = n.Tick(ctx)
		case <-again:
			again, err = nil, n.doDuties(ctx)
		case <-changed:
			err = n.doDuties(ctx)
			again = time.After(pause)
		}
		if err != nil && ctx.Err() == nil {
			n.Log.Error("clocks", "err", err)
		}
	}
}

// doDuties files what is due, where a matter gives this node something to do.
func (n *Node) doDuties(ctx context.Context) error {
	if n.mayAppend() != nil {
		return nil
	}
	var drafts []cell.Draft
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		var some int
		if err := tx.QueryRow(ctx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM matter_duty) THEN 1 ELSE 0 END`).Scan(&some); err != nil || some == 0 {
			return err
		}
		var err error
		drafts, err = n.due(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for what is to be done: %w", err)
	}
	return n.fileAll(ctx, drafts)
}

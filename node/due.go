package node

import (
	"context"
	"fmt"
	"time"

	"parley/cell"
	"parley/cell/hotline"
	"parley/store"
)

// NextDue gives the next time after now at which something changes by itself:
// a clock lapses, a rung is reached, a line check or the report of the day falls
// due. 0: nothing known.
func (n *Node) NextDue(ctx context.Context) (int64, error) {
	var next int64
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT COALESCE(MIN(next), 0) FROM matter WHERE next > ?`, n.now()).Scan(&next)
	})
	if err != nil {
		return 0, fmt.Errorf("next due: %w", err)
	}
	zone, err := time.LoadLocation(n.Config.Charter.Zone)
	if err != nil {
		return next, nil
	}
	now := time.UnixMilli(n.now()).In(zone)
	for _, hour := range n.hours() {
		for day := range 2 {
			at, err := time.ParseInLocation("2006-01-02 15:04", now.AddDate(0, 0, day).Format("2006-01-02 ")+hour, zone)
			if err == nil && at.After(now) && (next == 0 || at.UnixMilli() < next) {
				next = at.UnixMilli()
			}
		}
	}
	return next, nil
}

// hours are the theatre times of the day at which this desk owes something by
// the charter: its line checks, and the supervisor's report.
func (n *Node) hours() []string {
	c := n.Config.Charter
	var out []string
	for _, lc := range c.LineChecks {
		if lc.By == n.Desk() {
			out = append(out, lc.At)
		}
	}
	if c.ReportAt != "" && c.Role(n.Desk()) == cell.Supervisor {
		out = append(out, c.ReportAt)
	}
	return out
}

// Channel gives the state of the channel between two desks (HOT-16).
func (n *Node) Channel(ctx context.Context, a, b string) (string, error) {
	var st cell.State
	err := n.DB.Read(ctx, func(tx *store.Tx) (err error) {
		_, st, err = n.stateOf(ctx, tx, cell.Ref{ID: hotline.ChannelID(a, b)}.String())
		return err
	})
	return st.Name, err
}

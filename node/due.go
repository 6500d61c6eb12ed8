package node

import (
	"context"
	"errors"
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
	asked, err := n.nextPresence(ctx)
	if err != nil {
		return 0, fmt.Errorf("next due: %w", err)
	}
	if asked != 0 && (next == 0 || asked < next) {
		next = asked
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

// nextPresence gives when the officer on watch here is asked next, 0: never.
func (n *Node) nextPresence(ctx context.Context) (next int64, err error) {
	if n.Config.Charter.Watch.Presence <= 0 {
		return 0, nil
	}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		var failed error
		next = hotline.NextPresence(n.here(ctx, tx, &failed))
		return failed
	})
	return next, err
}

// rotaAhead is how long before nobody is on watch that is shown, in
// milliseconds: at least eight hours, as HOT-01 wants.
const rotaAhead = 9 * 3600 * 1000

// OnRoster gives the codes of the officers whom this desk's roster names for a
// level of the ladder at a time, as their assignments at home say: whom a pager
// calls (HOT-07). The level "watch" is who has the watch. None when the desk
// keeps no assignments for that time.
func (n *Node) OnRoster(ctx context.Context, level string, at int64) (officers []string, err error) {
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		var failed error
		officers = hotline.Called(n.finder(ctx, tx, &failed)(hotline.KindAssign, at-hotline.RosterAhead), level, at)
		return failed
	})
	if err != nil {
		return nil, fmt.Errorf("look up the roster: %w", err)
	}
	return officers, nil
}

// duty gives the alarms about this desk's own watch: a gap in the rota, a
// stretch without a language of another desk, a drill that is due.
func (n *Node) duty(ctx context.Context, tx *store.Tx, now int64) (out []Alarm, failed error) {
	here := n.here(ctx, tx, &failed)
	filed := hotline.Filed(here)
	if from, ok := hotline.RotaGap(filed, n.Desk(), now, rotaAhead); ok {
		out = append(out, Alarm{ID: fmt.Sprintf("rota/%d", from), Kind: AlarmRota, Level: cell.Priority, Since: from - rotaAhead, Due: from,
			args: map[string]string{"desk": n.Desk(), "time": cell.DTG(from)}})
	}
	for _, g := range hotline.LanguageGaps(filed, n.Desk(), n.Config.Charter, now, now+rotaAhead) {
		out = append(out, Alarm{ID: fmt.Sprintf("language/%s/%d", g.Desk, g.To), Kind: AlarmLanguage, Level: cell.Routine, Due: g.From,
			args: map[string]string{"desk": g.Desk, "time": cell.DTG(g.From)}})
	}
	if n.Config.Charter.Role(n.Desk()) == cell.Supervisor && n.Config.Charter.Watch.Drill > 0 {
		began, err := n.began(ctx, tx)
		failed = errors.Join(failed, err)
		if since, ok := hotline.DuePlan(here, began); ok {
			out = append(out, Alarm{ID: fmt.Sprintf("drill/%d", since), Kind: AlarmDrill, Level: cell.Routine, Since: since})
		}
	}
	return out, failed
}

package node

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/cell"
)

// The kinds of alarm about what happened at this desk's own door (SEC-07,
// SEC-08): the names of the events that package officer notes. They are this
// desk's alone, hold no content, and end when they are acknowledged: their
// cause is past.
const (
	AlarmBreakGlass = "break-glass"
	AlarmMoved      = "moved"
	AlarmReplayed   = "replayed"
	AlarmCloned     = "cloned"
	AlarmLimited    = "limited"
)

// atTheDoor reports whether an alarm is about the desk's own door.
func atTheDoor(kind string) bool {
	return slices.Contains([]string{AlarmBreakGlass, AlarmMoved, AlarmReplayed, AlarmCloned, AlarmLimited}, kind)
}

// AlarmAtHome raises an alarm about the desk's own door. The same from the same
// address within an hour is one alarm, unless it is graver: then each is.
func (n *Node) AlarmAtHome(ctx context.Context, kind, officer, from string, grave bool) error {
	if !atTheDoor(kind) {
		return fmt.Errorf("alarm at home: %q is no kind of it", kind)
	}
	now := n.now()
	when := now - now%time.Hour.Milliseconds()
	if grave {
		when = now
	}
	if officer == "" {
		officer = "?"
	}
	return n.alarm(ctx, alarm{ID: fmt.Sprintf("%s/%s/%s/%d", kind, officer, from, when), Kind: kind,
		Args: map[string]string{"officer": officer, "from": from}, Since: now})
}

// atHome completes an alarm about the door, and reports whether it still
// stands.
func (a *Alarm) atHome() (stands bool) {
	if !atTheDoor(a.Kind) {
		return true
	}
	a.Dismissable = true
	if a.Kind == AlarmBreakGlass {
		a.Level = cell.Flash
	}
	return !a.Acknowledged
}

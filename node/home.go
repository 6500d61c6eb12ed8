package node

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
)

// The kinds of alarm about what happened at this desk's own door (SEC-07,
// SEC-08): the names of the events that package officer notes. They are this
// desk's alone, hold no content, and end when they are acknowledged: their
// cause is past. That the glass was broken stands until the security officer
// has answered it.
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
	if a.Kind == AlarmBreakGlass {
		a.Level = cell.Flash
		return a.args[answered] == ""
	}
	a.Dismissable = true
	return !a.Acknowledged
}

// answered is where an alarm that somebody must answer says who did.
const answered = "answered"

// AnswerAlarm ends the alarm that an officer broke the glass: another one has
// looked into it. It gives the code of the officer whom it is about.
func (n *Node) AnswerAlarm(ctx context.Context, id, by string) (about string, err error) {
	err = n.do(ctx, func(ctx context.Context, b *batch) error {
		list, err := standingAlarms(ctx, b.Tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(a Alarm) bool { return a.ID == id && a.Kind == AlarmBreakGlass })
		if i < 0 {
			return fmt.Errorf("%w: no alarm %q waits for an answer at this desk", cell.ErrNotFound, id)
		}
		if about = list[i].args["officer"]; about == by {
			return fmt.Errorf("%w: another officer answers it than the one who broke the glass", cell.ErrForbidden)
		}
		list[i].args[answered] = by
		args, err := json.Marshal(list[i].args, json.Deterministic(true))
		if err != nil {
			return fmt.Errorf("answer alarm: %w", err)
		}
		if err := b.Exec(ctx, `UPDATE alarm SET args = ?, acked = ? WHERE id = ?`, string(args), n.now(), id); err != nil {
			return fmt.Errorf("answer alarm: %w", err)
		}
		b.after = append(b.after, n.wake)
		return nil
	})
	return about, err
}

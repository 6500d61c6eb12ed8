package node

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// The kinds of alarm. Their wording is in the catalogues under "alarm.<kind>".
const (
	AlarmFlash        = "flash-unanswered"
	AlarmOverdue      = "overdue"
	AlarmUndelivered  = "undelivered"
	AlarmGap          = "gap"
	AlarmChain        = "chain"
	AlarmRota         = "rota"
	AlarmEquivocation = "equivocation"
	AlarmRollback     = "rollback"
	AlarmRefused      = "refused"
	AlarmUnapplied    = "unapplied"
	AlarmUnfiled      = "unfiled" // an act that this desk's node owes by itself was refused
	AlarmClock        = "clock"
	AlarmLanguage     = "rota-language"
	AlarmPresence     = "presence"
	AlarmDrill        = "drill"
	AlarmLink         = "link"
	AlarmReadBack     = "readback"
	AlarmRestoring    = "restoring"
	AlarmRegaining    = "regaining"
	AlarmLost         = "lost"
	AlarmGeneration   = "generation"
	AlarmBegun        = "begun"
	AlarmRestored     = "restored"
	AlarmBackup       = "backup"
	AlarmNoBackup     = "backup-none"
	AlarmPager        = "pager"
	AlarmReadable     = "readable" // a part of the archive can no longer be read
	AlarmCharter      = "charter"  // the others have signed a charter that this desk has not adopted
	AlarmKeys         = "keys"     // a desk replaced its keys as compromised
	AlarmAdoption     = "adoption" // another desk works under an older charter
	AlarmContact      = "lost-contact"
	AlarmPassOn       = "not-passed-on" // it begins soon, and not every level knows of it
	AlarmInterest     = "interest"      // a notice lies in an area that this desk asked to be told of
	AlarmConflict     = "conflict"      // a notice of this desk meets another's
)

// alarm is one that stands in the database until its cause ends: facts about
// signed histories and records, with the evidence. Alarms about clocks are
// never stored: they are read from what is waited for.
type alarm struct {
	ID       string
	Kind     string
	About    string // matter key, or ""
	Args     map[string]string
	Evidence string
	Since    int64
}

func (b *batch) raise(ctx context.Context, a alarm) error {
	args, err := json.Marshal(a.Args, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("raise alarm: %w", err)
	}
	fresh, err := b.ExecN(ctx, `INSERT INTO alarm (id, kind, about, args, evidence, since, acked) VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
		a.ID, a.Kind, a.About, string(args), a.Evidence, a.Since)
	if err != nil {
		return fmt.Errorf("raise alarm: %w", err)
	}
	if fresh == 0 {
		return nil
	}
	b.after = append(b.after, b.n.wake)
	b.n.Log.Warn("alarm", "kind", a.Kind, "id", a.ID)
	return nil
}

func (n *Node) alarm(ctx context.Context, a alarm) error {
	return n.do(ctx, func(ctx context.Context, b *batch) error { return b.raise(ctx, a) })
}

// raiseFork keeps the two signed notes as evidence that anyone can check, and
// alarms. Entries that merely do not lead to the signed root may have been
// damaged on the way, and are named as the passing desk's.
func (b *batch) raiseFork(ctx context.Context, from string, f *journal.Fork) error {
	kind := AlarmEquivocation
	if !f.Proven {
		kind = AlarmRefused
	}
	return b.raise(ctx, alarm{ID: fmt.Sprintf("%s/%s/%d/%d/%s", kind, f.Desk, f.Gen, f.Size, from), Kind: kind,
		Args: map[string]string{"desk": f.Desk, "size": fmt.Sprint(f.Size), "from": from, "record": f.Desk, "code": "history"}, Evidence: string(f.Evidence()), Since: b.n.now()})
}

// Alarm is one line of the alarm strip.
type Alarm struct {
	ID           string          `json:"id"`
	Kind         string          `json:"kind"`
	Level        cell.Precedence `json:"level"`
	Text         cell.T3         `json:"text"`
	Matter       string          `json:"matter"`
	Since        int64           `json:"since"`
	Due          int64           `json:"due"`
	Acknowledged bool            `json:"acknowledged"`
	Dismissable  bool            `json:"dismissable"`
	Exercise     bool            `json:"exercise"` // of a drill in an actual cell
	args         map[string]string
}

// alarms gives the alarms of this desk at a time, the gravest first: those
// that stand, those that overdue answers raise, gaps in channels, links.
func (n *Node) alarms(ctx context.Context, tx *store.Tx, items []Item, now int64) ([]Alarm, error) {
	out, err := standingAlarms(ctx, tx)
	if err != nil {
		return nil, err
	}
	gaps, err := n.gaps(ctx, tx)
	if err != nil {
		return nil, err
	}
	rota, err := n.duty(ctx, tx, now)
	if err != nil {
		return nil, err
	}
	out = append(append(out, gaps...), rota...)
	for _, it := range items {
		out = append(out, n.overdue(it, now)...)
	}
	out = append(out, n.linkAlarms(now)...)
	out = append(out, n.agreementAlarms()...)
	out = append(out, n.survivalAlarms(now)...)
	out = append(out, n.unfiledAlarms()...)
	if out, err = n.looker(ctx, tx).alarms(out); err != nil {
		return nil, err
	}
	acked, err := ackedAlarms(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Acknowledged = out[i].Acknowledged || acked[out[i].ID]
		out[i].Text = n.say("alarm."+out[i].Kind, out[i].args)
	}
	slices.SortStableFunc(out, func(a, b Alarm) int {
		return cmp.Or(a.Level.Rank()-b.Level.Rank(), exercises(a)-exercises(b), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}

// exercises puts a drill's alarms behind the actual ones of their level.
func exercises(a Alarm) int {
	if a.Exercise {
		return 1
	}
	return 0
}

func standingAlarms(ctx context.Context, tx *store.Tx) ([]Alarm, error) {
	rows, err := tx.Query(ctx, `SELECT id, kind, about, args, since, acked FROM alarm WHERE kind <> 'acked' ORDER BY since, id`)
	if err != nil {
		return nil, fmt.Errorf("read alarms: %w", err)
	}
	defer rows.Close()
	out := []Alarm{}
	for rows.Next() {
		var a Alarm
		var args string
		var acked int64
		if err := rows.Scan(&a.ID, &a.Kind, &a.Matter, &args, &a.Since, &acked); err != nil {
			return nil, fmt.Errorf("read alarms: %w", err)
		}
		if err := json.Unmarshal([]byte(args), &a.args); err != nil {
			return nil, fmt.Errorf("read alarms: %w", err)
		}
		a.Level, a.Acknowledged = cell.Immediate, acked != 0
		if a.Kind == AlarmEquivocation || a.Kind == AlarmRollback || a.Kind == AlarmGeneration {
			a.Level = cell.Flash
		}
		a.Dismissable = a.Kind == AlarmClock || a.Kind == AlarmUnapplied || a.Kind == AlarmLost || a.Kind == AlarmBegun || a.Kind == AlarmRestored
		if a.atHome() {
			out = append(out, a)
		}
	}
	return out, rows.Err()
}

// gaps finds channels of other desks of which a record is missing here: it was
// dropped or is withheld somewhere on the way (design 2).
func (n *Node) gaps(ctx context.Context, tx *store.Tx) ([]Alarm, error) {
	rows, err := tx.Query(ctx, `SELECT desk, gen, channel, last, held FROM channel WHERE held < last AND desk <> ? ORDER BY desk, gen, channel`, n.Desk())
	if err != nil {
		return nil, fmt.Errorf("look for gaps: %w", err)
	}
	defer rows.Close()
	var out []Alarm
	for rows.Next() {
		var desk, channel string
		var gen int
		var last, held int64
		if err := rows.Scan(&desk, &gen, &channel, &last, &held); err != nil {
			return nil, fmt.Errorf("look for gaps: %w", err)
		}
		out = append(out, Alarm{ID: fmt.Sprintf("gap/%s/%d/%d", channel, gen, last-held), Kind: AlarmGap, Level: cell.Flash,
			args: map[string]string{"desk": desk, "n": fmt.Sprint(last - held)}})
	}
	return out, rows.Err()
}

// overdue gives the alarms of one open matter: somebody is late, here or
// there, with something of FLASH or IMMEDIATE precedence, or that is as grave
// once it is late.
func (n *Node) overdue(it Item, now int64) []Alarm {
	var out []Alarm
	for _, w := range it.Waiting {
		kind := n.alarmOf(it, w.Wait, now)
		if kind == "" {
			continue
		}
		a := Alarm{ID: kind + "/" + it.Key + "/" + w.Desk, Kind: kind, Level: it.Precedence, Matter: it.Key, Since: w.Since, Due: w.Due,
			Exercise: n.Config.Charter.Status == cell.Actual && it.Status == cell.Exercise,
			args:     map[string]string{"number": it.Number, "desk": w.Desk, "code": it.Code}}
		switch kind {
		case AlarmContact, AlarmInterest, AlarmConflict: // each time anew: the one before may have been acknowledged
			a.ID = fmt.Sprintf("%s/%s/%d/%s", kind, it.Key, w.Since, w.Desk)
			fallthrough
		case AlarmPassOn:
			a.Level, a.args["time"] = w.Grave(it.Precedence), cell.DTG(w.Since)
			a.args["levels"] = w.Part
		}
		if !slices.ContainsFunc(out, func(x Alarm) bool { return x.ID == a.ID }) { // one alarm for a situation, whatever is owed in it
			out = append(out, a)
		}
	}
	return out
}

// alarmOf gives the alarm that something waited for raises now, "" for none.
func (n *Node) alarmOf(it Item, w cell.Wait, now int64) string {
	mine, fast, late := w.Desk == n.Desk(), w.Grave(it.Precedence).Rank() <= cell.Immediate.Rank(), w.Due != 0 && now >= w.Due
	check, unheard := unanswered(it, w, now)
	switch {
	case check && unheard:
		return AlarmPresence
	case check:
		return ""
	case it.Kind == cell.RuleReadBack:
		return AlarmReadBack
	case w.For == cell.NeedDelivered && late:
		return AlarmUndelivered
	case w.For == cell.NeedReceived && fast && (mine || late):
		return AlarmFlash // at the desk itself it sounds from the first second
	case w.For == cell.NeedProposal && it.From == "" && w.Since == it.At && fast && mine && !late:
		return AlarmConflict // once for the conflict and for each change of it; what is turned down later is no news
	case !fast || !late:
		return ""
	case w.For == cell.NeedContact:
		return AlarmContact
	case w.For == cell.NeedLook:
		return AlarmInterest
	case w.Part != "":
		return AlarmPassOn
	}
	return AlarmOverdue
}

func ackedAlarms(ctx context.Context, tx *store.Tx) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM alarm WHERE acked <> 0`)
	if err != nil {
		return nil, fmt.Errorf("read alarms: %w", err)
	}
	ids, err := texts(rows)
	if err != nil {
		return nil, fmt.Errorf("read alarms: %w", err)
	}
	out := map[string]bool{}
	for _, id := range ids {
		out[strings.TrimPrefix(id, "acked/")] = true
	}
	return out, nil
}

// AcknowledgeAlarm makes an alarm steady. It stays listed until its cause ends.
func (n *Node) AcknowledgeAlarm(ctx context.Context, id string) error {
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		c, err := b.ExecN(ctx, `UPDATE alarm SET acked = ? WHERE id = ?`, n.now(), id)
		if err == nil && c == 0 {
			err = b.Exec(ctx, `INSERT INTO alarm (id, kind, about, args, evidence, since, acked) VALUES (?, 'acked', '', '{}', '', ?, ?) ON CONFLICT DO NOTHING`, "acked/"+id, n.now(), n.now())
		}
		if err != nil {
			return fmt.Errorf("acknowledge alarm: %w", err)
		}
		b.after = append(b.after, n.wake)
		return nil
	})
}

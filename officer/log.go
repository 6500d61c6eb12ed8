package officer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"parley/store"
)

// Event is one line of the desk's own log (SEC-08): what happened at its door
// and by its administrators. It never holds content, a place on the ground or
// a secret.
type Event struct {
	At      int64  `json:"at"`      // UTC milliseconds
	Kind    string `json:"kind"`    // one of those below
	Officer string `json:"officer"` // whom it is about, "" when nobody is known
	By      string `json:"by"`      // who did it, when it was another
	Where   string `json:"where"`   // the address that it came from
	Detail  string `json:"detail"`  // a few words: why it was refused, the roles given
}

// The kinds of event.
const (
	SignedIn     = "signed-in"
	SignedOut    = "signed-out"
	Locked       = "locked"
	Refused      = "refused"     // a sign-in, an enrolment, a token that was not taken
	Limited      = "limited"     // too many failures: those that follow must wait
	Moved        = "moved"       // a session came from another address, and was ended
	Replayed     = "replayed"    // what is good once was shown again: a link, a code, an assertion
	Cloned       = "cloned"      // a key's counter did not go up: there may be two of it
	Broke        = "break-glass" // an officer took every right and basket for an hour
	Answered     = "answered"    // the security officer looked into a broken glass
	Linked       = "linked"      // a one-time link was given
	Enrolled     = "enrolled"    // a key or codes
	TakenBack    = "taken-back"  // an officer's keys, codes, links and tokens
	Added        = "added"       // an officer
	Changed      = "changed"     // an officer's roles, baskets, languages or name
	Disabled     = "disabled"    // an officer
	Enabled      = "enabled"     // an officer who was disabled
	TokenMade    = "token-made"
	TokenRevoked = "token-revoked"
	Exported     = "exported" // planned activities, into a file
	Approved     = "approved" // an assertion was taken for an act of two persons
)

// Grave reports whether an event is one that the desk alarms about.
func (e Event) Grave() bool {
	return slices.Contains([]string{Limited, Moved, Replayed, Cloned, Broke}, e.Kind)
}

// mostDetail is how long an event's texts are, in bytes.
const mostDetail = 200

// Note writes an event into the desk's log and has the desk alarm when it is
// grave.
func (b *Book) Note(ctx context.Context, e Event) error {
	ctx = context.WithoutCancel(ctx) // whoever hangs up is noted all the same
	if err := b.write(ctx, func(tx *store.Tx) error { return b.note(ctx, tx, e) }); err != nil {
		return fmt.Errorf("write the desk's log: %w", err)
	}
	return b.alarm(ctx, e)
}

// alarm tells the desk of an event that is grave.
func (b *Book) alarm(ctx context.Context, e Event) error {
	if !e.Grave() || b.Alarm == nil {
		return nil
	}
	if e.At == 0 {
		e.At = b.millis()
	}
	return b.Alarm(ctx, e)
}

func (b *Book) note(ctx context.Context, tx *store.Tx, e Event) error {
	var seq int64
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(seq), 0) FROM officer_log`).Scan(&seq); err != nil {
		return err
	}
	return tx.Exec(ctx, `INSERT INTO officer_log (seq, at, kind, officer, done_by, place, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		seq+1, b.millis(), e.Kind, plain(e.Officer), plain(e.By), plain(e.Where), plain(e.Detail))
}

// plain keeps what a stranger may have typed short and on its line.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) > mostDetail {
		s = strings.ToValidUTF8(s[:mostDetail], "")
	}
	return s
}

// Log gives the newest events, newest first.
func (b *Book) Log(ctx context.Context, limit int) ([]Event, error) {
	out := []Event{}
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT at, kind, officer, done_by, place, detail FROM officer_log ORDER BY seq DESC LIMIT ?`, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e Event
			if err := rows.Scan(&e.At, &e.Kind, &e.Officer, &e.By, &e.Where, &e.Detail); err != nil {
				return err
			}
			out = append(out, e)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the desk's log: %w", err)
	}
	return out, nil
}

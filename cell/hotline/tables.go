package hotline

import (
	"context"
	_ "embed"
	"fmt"

	"parley/cell"
)

//go:embed tables.sql
var ddl string

// apply keeps the register of attempts (HOT-04).
func apply(ctx context.Context, tx cell.Tx, h cell.Held) error {
	a, ok := h.Body.(Attempt)
	if !ok {
		return nil
	}
	err := tx.Exec(ctx, `INSERT INTO hotline_attempt (desk, gen, idx, at, toward, means, outcome, started, check_number)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		h.Desk, h.Gen, h.Index, h.At, a.Toward, a.Means, a.Outcome, a.Started, a.Check)
	if err != nil {
		return fmt.Errorf("note attempt %s: %w", h.Cite(), err)
	}
	return nil
}

// Tried is one line of the register of attempts.
type Tried struct {
	Ref     string `json:"ref"`
	At      int64  `json:"at"`
	Desk    string `json:"desk"`
	Toward  string `json:"to"`
	Means   string `json:"means"`
	Outcome string `json:"outcome"`
	Started int64  `json:"started"`
	Check   string `json:"check"`
}

// attempts reads the register since a time, newest first (HOT-04: unanswered
// report equals raw events).
func attempts(ctx context.Context, tx cell.Tx, since int64) ([]Tried, error) {
	rows, err := tx.Query(ctx, `SELECT desk, gen, idx, at, toward, means, outcome, started, check_number
		FROM hotline_attempt WHERE at >= ? ORDER BY at DESC, desk, idx DESC LIMIT 20000`, since)
	if err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	defer rows.Close()
	out := []Tried{}
	for rows.Next() {
		var t Tried
		var c cell.Cite
		if err := rows.Scan(&c.Desk, &c.Gen, &c.Index, &t.At, &t.Toward, &t.Means, &t.Outcome, &t.Started, &t.Check); err != nil {
			return nil, fmt.Errorf("read attempts: %w", err)
		}
		t.Ref, t.Desk = c.String(), c.Desk
		out = append(out, t)
	}
	return out, rows.Err()
}

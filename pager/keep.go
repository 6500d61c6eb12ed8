package pager

import (
	"context"
	"database/sql"
	_ "embed" // tables.sql
	"fmt"
)

// Schema makes the pager's own tables, migrated as "pager/1".
//
//go:embed tables.sql
var Schema string

// Tx is a transaction of the desk's database.
type Tx interface {
	Exec(ctx context.Context, query string, args ...any) error
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// DB is the desk's database as the pager uses it.
type DB struct {
	Read, Write func(ctx context.Context, f func(Tx) error) error
}

const pageColumns = `id, situation, matter, level, call, precedence, exercise, since, made, state, ended, officer`

func (db DB) add(ctx context.Context, x Page) error {
	err := db.Write(ctx, func(tx Tx) error {
		return tx.Exec(ctx, `INSERT INTO pager_page (`+pageColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			x.ID, x.Situation, x.Matter, x.Level, x.Call, string(x.Precedence), x.Exercise, x.Since, x.Made, x.State, x.Ended, x.Officer)
	})
	if err != nil {
		return fmt.Errorf("keep page: %w", err)
	}
	return nil
}

// end ends a page that is open; one that has ended stays as it ended.
func (db DB) end(ctx context.Context, id, state, officer string, at int64) error {
	err := db.Write(ctx, func(tx Tx) error {
		return tx.Exec(ctx, `UPDATE pager_page SET state = ?, officer = ?, ended = ? WHERE id = ? AND state = ?`, state, officer, at, id, Open)
	})
	if err != nil {
		return fmt.Errorf("end page: %w", err)
	}
	return nil
}

func (db DB) tried(ctx context.Context, page string, t Try) error {
	err := db.Write(ctx, func(tx Tx) error {
		return tx.Exec(ctx, `INSERT INTO pager_try (page, at, way, who, delivered, why) VALUES (?, ?, ?, ?, ?, ?)`, page, t.At, t.Way, t.To, t.Delivered, t.Why)
	})
	if err != nil {
		return fmt.Errorf("keep what came of a page: %w", err)
	}
	return nil
}

// pages gives pages with their tries, the newest first.
func (db DB) pages(ctx context.Context, where string, args ...any) (out []Page, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		rows, err := tx.Query(ctx, `SELECT `+pageColumns+` FROM pager_page `+where, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var x Page
			var exercise int64
			if err := rows.Scan(&x.ID, &x.Situation, &x.Matter, &x.Level, &x.Call, &x.Precedence, &exercise, &x.Since, &x.Made, &x.State, &x.Ended, &x.Officer); err != nil {
				return err
			}
			x.Exercise = exercise != 0
			out = append(out, x)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
		for i := range out {
			if out[i].Tries, err = tries(ctx, tx, out[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read pages: %w", err)
	}
	return out, nil
}

func tries(ctx context.Context, tx Tx, page string) (out []Try, err error) {
	rows, err := tx.Query(ctx, `SELECT at, way, who, delivered, why FROM pager_try WHERE page = ? ORDER BY at, way, who`, page)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t Try
		var delivered int64
		if err := rows.Scan(&t.At, &t.Way, &t.To, &delivered, &t.Why); err != nil {
			return nil, err
		}
		t.Delivered = delivered != 0
		out = append(out, t)
	}
	return out, rows.Err()
}

// sentSince counts the attempts that went out since a time.
func (db DB) sentSince(ctx context.Context, since int64) (n int, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		rows, err := tx.Query(ctx, `SELECT COUNT(*) FROM pager_try WHERE at > ?`, since)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(&n); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return n, err
}

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// copyChunk is how many bytes of rows one transaction of a copy carries.
const copyChunk = 4 << 20

// Snapshot writes a consistent copy of the database into a new SQLite file,
// mode 0600, while others go on reading and writing (SEC-16). Of SQLite it is
// SQLite's own copy, of PostgreSQL the tables as one read transaction sees
// them; either way the file is what [Open] opens. A file that is there is an
// error. What a failure leaves of the file is removed.
func (db *DB) Snapshot(ctx context.Context, path string) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	defer func() {
		if err != nil {
			for _, end := range []string{"", "-wal", "-shm", "-journal", ".lock"} {
				_ = os.Remove(path + end)
			}
		}
	}()
	if err := f.Close(); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	if db.eng.snapshot != nil {
		err = db.eng.snapshot(ctx, path)
	} else {
		err = db.snapshotRows(ctx, path)
	}
	if err == nil {
		err = synced(path)
	}
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return nil
}

// snapshotRows makes the file of an engine that cannot write one.
func (db *DB) snapshotRows(ctx context.Context, path string) error {
	to, err := Open(ctx, "sqlite:"+path)
	if err != nil {
		return err
	}
	err = errors.Join(Copy(ctx, db, to), to.Flush(ctx), to.Close())
	return errors.Join(err, os.Remove(path+".lock"))
}

// synced makes a file durable.
func synced(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Flush moves what SQLite's log holds into its file, so that the file alone is
// the database. PostgreSQL needs none of it.
func (db *DB) Flush(ctx context.Context) error {
	if err := db.take(ctx); err != nil {
		return fmt.Errorf("flush the database: %w", err)
	}
	defer func() { <-db.turn }()
	if db.eng.flush == "" || db.writer == nil {
		return nil
	}
	if _, err := db.writer.ExecContext(ctx, db.eng.flush); err != nil {
		return fmt.Errorf("flush the database: %w", db.eng.explain(err))
	}
	return nil
}

// Empty reports whether the database has no table yet.
func (db *DB) Empty(ctx context.Context) (empty bool, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		tables, err := tx.tables(ctx)
		empty = len(tables) == 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for tables: %w", err)
	}
	return empty, nil
}

// Copy makes in to, which must be empty, the tables of from with all their
// rows, as one read transaction of from sees them. The engines may differ: the
// migrations that made from say what the tables are, and they are kept in it
// in the neutral SQL they were written in.
func Copy(ctx context.Context, from, to *DB) error {
	empty, err := to.Empty(ctx)
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	if !empty {
		return fmt.Errorf("copy the database: the other one has tables already")
	}
	err = from.Read(ctx, func(tx *Tx) error {
		made, err := tx.migrations(ctx)
		if err != nil {
			return err
		}
		for _, m := range made {
			if err := to.Migrate(ctx, m[0], m[1]); err != nil {
				return err
			}
		}
		tables, err := tx.tables(ctx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			if err := copyTable(ctx, tx, to, t); err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return nil
}

// tables names what is in the database, but for the list of migrations.
func (tx *Tx) tables(ctx context.Context) (out []string, err error) {
	rows, err := tx.Query(ctx, tx.c.eng.tables)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if !strings.HasPrefix(name, "store_migration") && !strings.HasPrefix(name, "sqlite_") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, rows.Err()
}

// migrations gives the names and texts of what made the tables, in order.
func (tx *Tx) migrations(ctx context.Context) (out [][2]string, err error) {
	var known, kept int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM store_migration`).Scan(&known); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT name, ddl FROM store_migration_text ORDER BY ord`)
	if err != nil {
		return nil, fmt.Errorf("the database was last opened by an earlier program; open it once with this one: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var m [2]string
		if err := rows.Scan(&m[0], &m[1]); err != nil {
			return nil, err
		}
		out, kept = append(out, m), kept+1
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	if kept != known {
		return nil, fmt.Errorf("the database keeps the texts of %d of its %d migrations; open it once with this program", kept, known)
	}
	return out, nil
}

func copyTable(ctx context.Context, tx *Tx, to *DB, table string) error {
	rows, err := tx.Query(ctx, `SELECT * FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var chunk [][]any
	size, first := 0, true
	put := func() error {
		err := to.Write(ctx, func(w *Tx) error {
			if first { // what a migration wrote is written over
				if err := w.Exec(ctx, `DELETE FROM `+table); err != nil {
					return err
				}
			}
			return w.Insert(ctx, table, columns, chunk, "")
		})
		chunk, size, first = nil, 0, false
		return err
	}
	for rows.Next() {
		row, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			at[i] = &row[i]
		}
		if err := rows.Scan(at...); err != nil {
			return err
		}
		for _, v := range row {
			switch v := v.(type) {
			case []byte:
				size += len(v)
			case string:
				size += len(v)
			}
			size += 16
		}
		if chunk = append(chunk, row); size >= copyChunk {
			if err := put(); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	return put()
}

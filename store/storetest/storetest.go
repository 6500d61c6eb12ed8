// Package storetest holds the stories that every database engine of a desk
// must pass, so that two desks with different engines hold the same truth.
package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"parley/store"
)

// schema has a column of each neutral type.
const schema = `-- one row for each thing; the author's order
CREATE TABLE IF NOT EXISTS thing (
	id   BIGINT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL DEFAULT 'what?; no', -- "quoted"
	body BLOB,
	size REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS thing_name ON thing (name);
`

// Run plays every story on databases that open gives, each empty and open for
// writing; open closes them when the test ends.
func Run(t *testing.T, open func(t *testing.T) *store.DB) {
	stories := []struct {
		name string
		run  func(t *testing.T, db *store.DB)
	}{
		{"values come back as they were", values},
		{"bad arguments are refused", badArguments},
		{"text is ordered by bytes", ordering},
		{"an error undoes the transaction", rollback},
		{"a failed statement cannot be ignored", failedStatement},
		{"open rows are refused", openRows},
		{"a savepoint after an error", savepointError},
		{"a savepoint after a panic", savepointPanic},
		{"savepoints within savepoints", savepointNested},
		{"a panic passes through Write", writePanic},
		{"a transaction is over when its function returns", txOver},
		{"inserts in chunks", insertChunks},
		{"migrations go forward only", migrations},
		{"a copy is what was committed", copies},
		{"a reader keeps its snapshot", snapshot},
		{"readers cannot write", readersCannotWrite},
		{"eight readers while one writes", readersWhileWriting},
		{"a cancelled context", cancelled},
		{"reopen and close", reopenClose},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			db := open(t)
			if err := db.Migrate(t.Context(), "thing/1", schema); err != nil {
				t.Fatal(err)
			}
			s.run(t, db)
		})
	}
}

// write runs f in a transaction that must succeed.
func write(t *testing.T, db *store.DB, f func(*store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatalf("write: %v", err)
	}
}

// put inserts things with the given identifiers.
func put(ctx context.Context, tx *store.Tx, ids ...int64) error {
	for _, id := range ids {
		if err := tx.Exec(ctx, "INSERT INTO thing (id, name) VALUES (?, ?)", id, "n"); err != nil {
			return err
		}
	}
	return nil
}

// idsIn reads the identifiers that a transaction sees, in order.
func idsIn(ctx context.Context, tx *store.Tx) (ids []int64, err error) {
	rows, err := tx.Query(ctx, "SELECT id FROM thing ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// wantIDs reads anew and compares.
func wantIDs(t *testing.T, db *store.DB, want ...int64) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		ids, err := idsIn(t.Context(), tx)
		if err == nil && !slices.Equal(ids, want) {
			t.Errorf("the table holds %v, want %v", ids, want)
		}
		return err
	})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
}

// errOwn is an error of a transaction's function.
var errOwn = errors.New("an error of the function's own")

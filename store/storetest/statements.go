package storetest

import (
	"bytes"
	"database/sql"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/store"
)

// desk is a named string, as modules use them.
type desk string

func values(t *testing.T, db *store.DB) {
	ctx := t.Context()
	ids := []int64{math.MinInt64, -1, 0, 1 << 53, 1<<53 + 1, math.MaxInt64}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	write(t, db, func(tx *store.Tx) error {
		for _, id := range ids {
			if err := tx.Exec(ctx, "INSERT INTO thing (id, name, body) VALUES (?, ?, ?)", id, desk("אלפא ألفا ?"), all); err != nil {
				return err
			}
		}
		if err := tx.Exec(ctx, "INSERT INTO thing (id, body, size) VALUES (?, ?, ?)", true, []byte{}, 0.1); err != nil {
			return err
		}
		return tx.Exec(ctx, "INSERT INTO thing (id, body) VALUES (?, ?)", uint8(2), []byte(nil))
	})
	wantIDs(t, db, math.MinInt64, -1, 0, 1, 2, 1<<53, 1<<53+1, math.MaxInt64)
	err := db.Read(ctx, func(tx *store.Tx) error {
		var name string
		var body []byte
		err := tx.QueryRow(ctx, "SELECT name, body FROM thing WHERE id = ?", int64(math.MaxInt64)).Scan(&name, &body)
		if err != nil {
			return err
		}
		if name != "אלפא ألفا ?" || !bytes.Equal(body, all) {
			t.Errorf("read %q and %x", name, body)
		}
		var size float64
		var null bool
		err = tx.QueryRow(ctx, "SELECT name, body, body IS NULL, size FROM thing WHERE id = 1").Scan(&name, &body, &null, &size)
		if name != "what?; no" || null || len(body) != 0 || size != 0.1 {
			t.Errorf("read %q, %x, %v and %v; want the default, an empty blob, false and 0.1", name, body, null, size)
		}
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, "SELECT body, body IS NULL FROM thing WHERE id = 2").Scan(&body, &null)
		if body != nil || !null {
			t.Errorf("read %#v, want NULL", body)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, db, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, "UPDATE thing SET name = ? WHERE id > ?", "?", 0)
		if n != 5 {
			t.Errorf("changed %d rows, want 5", n)
		}
		return err
	})
}

func badArguments(t *testing.T, db *store.DB) {
	ctx := t.Context()
	cases := []struct {
		name string
		arg  any
		want string
	}{
		{"NUL", "a\x00b", "NUL"},
		{"not UTF-8", "a\xff", "UTF-8"},
		{"named and not UTF-8", desk("\xff"), "UTF-8"},
		{"a time", time.Unix(0, 0), "integer"},
		{"a structure", struct{}{}, "unsupported"},
		{"an unsigned number too large", uint64(math.MaxUint64), "uint64"},
	}
	for _, c := range cases {
		err := db.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, "INSERT INTO thing (id, name) VALUES (?, ?)", 1, c.arg)
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error about %q", c.name, err, c.want)
		}
	}
	// Text in a number's column is refused by both engines.
	err := db.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, "INSERT INTO thing (id) VALUES (?)", "seven")
	})
	if err == nil {
		t.Error("text was stored as a number")
	}
	wantIDs(t, db)
}

func ordering(t *testing.T, db *store.DB) {
	ctx := t.Context()
	names := []string{"a", "B", "ä", "Z", "z", "_", "-", "é", "e", "א", "1", "10", "2", "", " ", "a b", "ab", "😀", "ﬀ"}
	want := slices.Sorted(slices.Values(names))
	write(t, db, func(tx *store.Tx) error {
		var rows [][]any
		for i, n := range names {
			rows = append(rows, []any{i, n})
		}
		return tx.Insert(ctx, "thing", []string{"id", "name"}, rows, "")
	})
	var got []string
	err := db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, "SELECT name FROM thing WHERE name >= ? ORDER BY name", "")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n string
			if err := rows.Scan(&n); err != nil {
				return err
			}
			got = append(got, n)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("ordered %q, want %q", got, want)
	}
}

func failedStatement(t *testing.T, db *store.DB) {
	ctx := t.Context()
	err := db.Write(ctx, func(tx *store.Tx) error {
		if err := put(ctx, tx, 1); err != nil {
			return err
		}
		if err := put(ctx, tx, 1); err == nil {
			t.Error("the same key was stored twice")
		}
		if err := put(ctx, tx, 2); err == nil {
			t.Error("the transaction went on after a failed statement")
		}
		return nil // and says nothing
	})
	if err == nil {
		t.Error("the transaction was committed after a failed statement")
	}
	wantIDs(t, db)
	// A statement that was never run fails its row.
	err = db.Write(ctx, func(tx *store.Tx) error {
		var n int
		return tx.QueryRow(ctx, "SELECT id FROM thing WHERE name = ?", "\x00").Scan(&n)
	})
	if err == nil || !strings.Contains(err.Error(), "NUL") {
		t.Errorf("got %v, want an error about NUL", err)
	}
	// No row is not a failure.
	write(t, db, func(tx *store.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, "SELECT id FROM thing WHERE id = 7").Scan(&n); err != sql.ErrNoRows {
			t.Errorf("got %v, want sql.ErrNoRows", err)
		}
		return put(ctx, tx, 3)
	})
	wantIDs(t, db, 3)
}

func openRows(t *testing.T, db *store.DB) {
	ctx := t.Context()
	write(t, db, func(tx *store.Tx) error { return put(ctx, tx, 1, 2) })
	err := db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id FROM thing")
		if err != nil {
			return err
		}
		defer rows.Close()
		_, err = tx.Query(ctx, "SELECT id FROM thing")
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "still open") {
		t.Errorf("got %v, want an error about open rows", err)
	}
}

func insertChunks(t *testing.T, db *store.DB) {
	ctx := t.Context()
	const most = 5_000
	rows := make([][]any, most)
	for i := range rows {
		rows[i] = []any{i, "n", bytes.Repeat([]byte{byte(i)}, 33)}
	}
	columns := []string{"id", "name", "body"}
	for _, n := range []int{0, 1, 2, 3, 255, 256, 257, 511, most} {
		write(t, db, func(tx *store.Tx) error {
			if err := tx.Insert(ctx, "thing", columns, rows[:n], "ON CONFLICT DO NOTHING"); err != nil {
				return err
			}
			ids, err := idsIn(ctx, tx)
			if len(ids) != n {
				t.Errorf("%d rows after inserting %d", len(ids), n)
			}
			return err
		})
	}
	err := db.Write(ctx, func(tx *store.Tx) error {
		return tx.Insert(ctx, "thing", columns, [][]any{{1, "n", nil}, {2}}, "")
	})
	if err == nil || !strings.Contains(err.Error(), "row 1 has 1 values for 3 columns") {
		t.Errorf("got %v, want an error about row 1", err)
	}
}

func migrations(t *testing.T, db *store.DB) {
	ctx := t.Context()
	if err := db.Migrate(ctx, "thing/1", schema); err != nil {
		t.Errorf("the same migration again: %v", err)
	}
	if err := db.Migrate(ctx, "thing/1", schema+"\n"); !isAny(err, store.ErrMigrationChanged) {
		t.Errorf("got %v, want ErrMigrationChanged", err)
	}
	bad := "CREATE TABLE other (id BIGINT NOT NULL);\nCREATE TABLE other (id BIGINT NOT NULL);\n"
	if err := db.Migrate(ctx, "thing/2", bad); err == nil {
		t.Error("a table was created twice")
	}
	// Nothing of it stayed: the same name can be applied with a good text.
	good := "CREATE TABLE other (id BIGINT NOT NULL);\nALTER TABLE thing ADD COLUMN more BIGINT NOT NULL DEFAULT 4;\n"
	for range 2 {
		if err := db.Migrate(ctx, "thing/2", good); err != nil {
			t.Fatal(err)
		}
	}
	write(t, db, func(tx *store.Tx) error {
		if err := put(ctx, tx, 1); err != nil {
			return err
		}
		var more int
		err := tx.QueryRow(ctx, "SELECT more FROM thing").Scan(&more)
		if more != 4 {
			t.Errorf("the added column holds %d, want 4", more)
		}
		return err
	})
}

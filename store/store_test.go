package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"parley/store"
	"parley/store/pgtest"
	"parley/store/storetest"
)

// onBoth runs a test on each engine with the data source of an empty database.
func onBoth(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "desk.db")) })
	t.Run("postgres", func(t *testing.T) { f(t, pgtest.DSN(t)) })
}

// open opens a database until the test ends.
func open(t *testing.T, dsn string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil && !errors.Is(err, store.ErrClosed) {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// withTable also creates the table n with the one column i.
func withTable(t *testing.T, dsn string) *store.DB {
	t.Helper()
	db := open(t, dsn)
	if err := db.Migrate(t.Context(), "n/1", "CREATE TABLE n (i BIGINT NOT NULL PRIMARY KEY);\n"); err != nil {
		t.Fatal(err)
	}
	return db
}

func add(ctx context.Context, db *store.DB, i int) error {
	return db.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, "INSERT INTO n (i) VALUES (?)", i)
	})
}

func count(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(t.Context(), "SELECT COUNT(*) FROM n").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEngines(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) *store.DB {
			return open(t, "sqlite:"+filepath.Join(t.TempDir(), "desk.db"))
		})
	})
	t.Run("postgres", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) *store.DB { return open(t, pgtest.DSN(t)) })
	})
}

// Design 2 T: on any commit error stop, reopen, verify, go on.
func TestCommitErrorStops(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		db := withTable(t, dsn)
		if err := add(ctx, db, 1); err != nil {
			t.Fatal(err)
		}
		disk := errors.New("input/output error")
		db.FailCommits(disk)
		err := add(ctx, db, 2)
		stop, ok := errors.AsType[*store.CommitError](err)
		if !ok || !errors.Is(err, disk) || !stop.InDoubt() {
			t.Fatalf("got %v, want a commit in doubt", err)
		}
		db.FailCommits(nil)
		if err := add(ctx, db, 3); !errors.Is(err, store.ErrStopped) || !errors.Is(err, disk) {
			t.Errorf("got %v, want ErrStopped and its cause", err)
		}
		if n := count(t, db); n != 1 {
			t.Errorf("a reader sees %d rows, want 1", n)
		}
		if err := db.Reopen(ctx); err != nil {
			t.Fatal(err)
		}
		if err := add(ctx, db, 4); err != nil {
			t.Errorf("after reopening: %v", err)
		}
		if n := count(t, db); n != 2 {
			t.Errorf("%d rows, want 2: the commit that failed was undone", n)
		}
	})
}

// F19 T: a second writer is refused, and may write when the first has closed.
func TestTwoWriters(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		first := withTable(t, dsn)
		if _, err := store.Open(ctx, dsn); !errors.Is(err, store.ErrInUse) {
			t.Fatalf("got %v, want ErrInUse", err)
		}
		if err := add(ctx, first, 1); err != nil {
			t.Errorf("the first writer was disturbed: %v", err)
		}
		if err := first.Reopen(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(ctx, dsn); !errors.Is(err, store.ErrInUse) {
			t.Errorf("after reopening: got %v, want ErrInUse", err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		if err := add(ctx, open(t, dsn), 2); err != nil {
			t.Error(err)
		}
	})
}

func TestReadOnlyBesideWriter(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		db := withTable(t, dsn)
		tool, err := store.OpenReadOnly(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		if err := add(ctx, db, 1); err != nil {
			t.Fatal(err)
		}
		if n := count(t, tool); n != 1 {
			t.Errorf("the tool sees %d rows, want 1", n)
		}
		if err := add(ctx, tool, 2); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("got %v, want ErrReadOnly", err)
		}
		if err := tool.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		// The node is down: the tool still reads.
		if tool, err = store.OpenReadOnly(ctx, dsn); err != nil {
			t.Fatal(err)
		}
		if n := count(t, tool); n != 1 {
			t.Errorf("the tool sees %d rows, want 1", n)
		}
		if err := tool.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("this is no database, however long one reads in it"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		"no scheme":  filepath.Join(dir, "desk.db"),
		"no path":    "sqlite:",
		"other":      "mysql://localhost/desk",
		"no folder":  "sqlite:" + filepath.Join(dir, "none", "desk.db"),
		"no base":    "sqlite:" + text,
		"no server":  "postgres://parley@/desk?host=" + dir,
		"bad server": "postgres://parley@local host/",
	}
	for name, dsn := range cases {
		if db, err := store.Open(t.Context(), dsn); err == nil {
			t.Errorf("%s: opened", name)
			_ = db.Close()
		}
	}
	if _, err := store.OpenReadOnly(t.Context(), "sqlite:"+filepath.Join(dir, "absent.db")); err == nil {
		t.Error("a read-only database was created")
	}
}

// A full disk undoes the whole transaction, is told apart, and stops nothing.
func TestDiskFull(t *testing.T) {
	fill := map[string]string{
		"sqlite":   "INSERT INTO blob_n (b) VALUES (zeroblob(1000000))",
		"postgres": "DO $body$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $body$",
	}
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		db := withTable(t, dsn)
		if err := db.Migrate(ctx, "blob_n/1", "CREATE TABLE blob_n (b BLOB NOT NULL);\n"); err != nil {
			t.Fatal(err)
		}
		if db.Engine() == "sqlite" {
			if err := db.Write(ctx, func(tx *store.Tx) error { return pragma(ctx, tx, "max_page_count = 50") }); err != nil {
				t.Fatal(err)
			}
		}
		err := db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.Exec(ctx, "INSERT INTO n (i) VALUES (?)", 1); err != nil {
				return err
			}
			err := tx.Savepoint(ctx, func() error { return tx.Exec(ctx, fill[db.Engine()]) })
			if !errors.Is(err, store.ErrDiskFull) {
				t.Errorf("the savepoint gave %v, want ErrDiskFull", err)
			}
			if err := tx.Exec(ctx, "INSERT INTO n (i) VALUES (?)", 2); err == nil {
				t.Error("the transaction went on with a full disk")
			}
			return nil // and says nothing
		})
		if !errors.Is(err, store.ErrDiskFull) {
			t.Errorf("got %v, want ErrDiskFull", err)
		}
		if _, ok := errors.AsType[*store.CommitError](err); ok {
			t.Error("a full disk before the commit stopped the store")
		}
		if err := add(ctx, db, 3); err != nil {
			t.Error(err)
		}
		if n := count(t, db); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

// pragma sets one of SQLite's settings, which answers with a row.
func pragma(ctx context.Context, tx *store.Tx, setting string) error {
	var n int
	return tx.QueryRow(ctx, "PRAGMA "+setting).Scan(&n)
}

// A server that ends the writer's session ends its right to write: the DB
// stops, and goes on after Reopen.
func TestPostgresSessionLost(t *testing.T) {
	ctx := t.Context()
	dsn := pgtest.DSN(t)
	db := withTable(t, dsn)
	other, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	err = db.Write(ctx, func(tx *store.Tx) error {
		var pid int
		if err := tx.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
			return err
		}
		if _, err := other.ExecContext(ctx, "SELECT pg_terminate_backend($1, 5000)", pid); err != nil {
			t.Error(err)
		}
		return tx.Exec(ctx, "INSERT INTO n (i) VALUES (?)", 1)
	})
	stop, ok := errors.AsType[*store.CommitError](err)
	if !ok || stop.InDoubt() {
		t.Fatalf("got %v, want a CommitError that is not in doubt", err)
	}
	if err := add(ctx, db, 2); !errors.Is(err, store.ErrStopped) {
		t.Errorf("got %v, want ErrStopped", err)
	}
	if err := db.Reopen(ctx); err != nil {
		t.Fatal(err)
	}
	if err := add(ctx, db, 3); err != nil {
		t.Error(err)
	}
	if n := count(t, db); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

// The file holds what the desk knows: only its owner may read it.
func TestSQLiteFileMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk ?%41#.db")
	db := withTable(t, "sqlite:"+path)
	for _, p := range []string{path, path + "-wal", path + ".lock"} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(p), mode)
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

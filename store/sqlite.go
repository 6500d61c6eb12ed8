package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteEngine keeps the database in one file with a write-ahead log beside
// it. synchronous=FULL syncs the log at every commit: NORMAL would lose the
// last commits in a power cut, and a lost commit that was published is a fork.
func sqliteEngine(path string) (engine, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return engine{}, fmt.Errorf("find the database: %w", err)
	}
	both := []string{
		"PRAGMA busy_timeout = 10000",
		"PRAGMA foreign_keys = OFF",
		"PRAGMA case_sensitive_like = ON", // as PostgreSQL's LIKE
		"PRAGMA temp_store = MEMORY",
	}
	return engine{
		name:    "sqlite",
		dialect: sqliteDialect,
		write: append(both[:len(both):len(both)],
			"PRAGMA journal_mode = WAL",
			"PRAGMA synchronous = FULL",
			"PRAGMA wal_autocheckpoint = 4000",
			"PRAGMA journal_size_limit = 67108864",
			"PRAGMA cache_size = -16384"),
		read: append(both[:len(both):len(both)],
			"PRAGMA query_only = ON",
			"PRAGMA cache_size = -8192"),
		pool:    func(readOnly bool) (*sql.DB, error) { return openSQLite(path, readOnly) },
		hold:    func() (func() error, error) { return lockFile(path + ".lock") },
		claim:   func(context.Context, *conn) error { return nil },
		fault:   sqliteFault,
		explain: sqliteExplain,
		ready:   func(*conn) error { return nil },
		ended: func(err error) bool {
			return strings.Contains(err.Error(), "no transaction is active")
		},
		tables:   "SELECT name FROM sqlite_master WHERE type = 'table'",
		flush:    "PRAGMA wal_checkpoint(TRUNCATE)",
		snapshot: func(ctx context.Context, to string) error { return vacuumInto(ctx, path, to) },
		size:     func(context.Context, *conn) (int64, error) { return fileSizes(path, path+"-wal") },
	}, nil
}

// openSQLite opens the file, which a writer creates when it is missing,
// readable by its owner only; the engine gives its log the same mode.
func openSQLite(path string, readOnly bool) (*sql.DB, error) {
	mode := "ro"
	if !readOnly {
		mode = "rw"
		if err := createFile(path); err != nil {
			return nil, err
		}
	}
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: "mode=" + mode}
	return sql.Open("sqlite", name.String())
}

// vacuumInto copies the database at path into an empty file, on a connection
// of its own: it reads one snapshot, which the writer does not disturb
// (sqlite.org/lang_vacuum.html).
func vacuumInto(ctx context.Context, path, to string) error {
	pool, err := openSQLite(path, true)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.ExecContext(ctx, "PRAGMA busy_timeout = 10000"); err != nil {
		return sqliteExplain(err)
	}
	if _, err := pool.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return sqliteExplain(err)
	}
	return nil
}

// createFile makes an empty file and its name in the folder durable, unless
// there is one.
func createFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return errors.Join(fmt.Errorf("create the database: %w", err), f.Close())
	}
	return errors.Join(f.Sync(), f.Close(), dir.Sync(), dir.Close())
}

func fileSizes(paths ...string) (int64, error) {
	var sum int64
	for _, p := range paths {
		info, err := os.Stat(p)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		sum += info.Size()
	}
	return sum, nil
}

// sqliteFault follows sqlite.org/lang_transaction.html, section 3: these
// errors may end the transaction, so it is taken as ended.
func sqliteFault(_ *conn, err error) fault {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		if errors.Is(err, sql.ErrConnDone) {
			return faultConnection
		}
		return faultStatement
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY:
		return faultConnection
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY,
		sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT:
		return faultTransaction
	default:
		return faultStatement
	}
}

func sqliteExplain(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if ok && e.Code()&0xff == sqlite3.SQLITE_FULL {
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	return err
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// PostgreSQL error codes (its manual, appendix A).
const (
	pgDiskFull      = "53100"
	pgLockTimeout   = "55P03"
	pgQueryCanceled = "57014"
)

// postgresEngine keeps the database in a PostgreSQL server. Commits wait for
// the server's disk even where the server's default would not.
func postgresEngine(dsn string) (engine, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return engine{}, fmt.Errorf("read the data source: %w", err)
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "parley"
	}
	durable := "SELECT set_config('synchronous_commit', 'on', false) " +
		"WHERE current_setting('synchronous_commit') IN ('off', 'local')"
	return engine{
		name:    "postgres",
		dialect: postgresDialect,
		write:   []string{durable},
		read:    []string{"SET default_transaction_read_only = on"},
		pool:    func(bool) (*sql.DB, error) { return stdlib.OpenDB(*cfg), nil },
		hold:    func() (func() error, error) { return func() error { return nil }, nil },
		claim:   claimPostgres,
		fault:   postgresFault,
		explain: postgresExplain,
		ready:   postgresReady,
		ended:   func(error) bool { return false },
		tables:  "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
		size: func(ctx context.Context, c *conn) (n int64, err error) {
			err = c.QueryRowContext(ctx, "SELECT pg_database_size(current_database())").Scan(&n)
			return n, err
		},
	}, nil
}

// claimPostgres takes a session lock for the schema on the very connection
// that writes. A lock for each transaction would cost a round trip and guard
// less: while this session lives nobody else can write in between, when it
// dies its right to write dies with it, and whoever gets the lock next knows
// that the commit it left in doubt is decided. It waits a moment, because a
// server needs one to notice that a process is gone.
func claimPostgres(ctx context.Context, c *conn) error {
	for _, q := range []string{
		"SET lock_timeout = '1s'",
		"SELECT pg_advisory_lock(1885434476, hashtext(current_schema()))",
		"RESET lock_timeout",
	} {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return postgresExplain(err)
		}
	}
	return nil
}

// status is the transaction status that the server last reported: 'I' idle,
// 'T' in a transaction, 'E' in a failed one, 0 for a connection that is gone.
func status(c *conn) (s byte) {
	err := c.Raw(func(driverConn any) error {
		if pg := driverConn.(*stdlib.Conn).Conn(); !pg.IsClosed() {
			s = pg.PgConn().TxStatus()
		}
		return nil
	})
	if err != nil {
		return 0
	}
	return s
}

func postgresFault(c *conn, err error) fault {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch class := e.Code[:min(2, len(e.Code))]; {
		case e.Code == pgQueryCanceled, class == "40", class == "53":
			return faultTransaction
		case class == "08", class == "57", class == "58", class == "F0", class == "XX":
			return faultConnection
		}
	}
	if status(c) == 0 {
		return faultConnection
	}
	return faultStatement
}

func postgresExplain(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case ok && e.Code == pgDiskFull:
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	case ok && e.Code == pgLockTimeout:
		return fmt.Errorf("%w: %w", ErrInUse, err)
	}
	return err
}

// postgresReady is there because PostgreSQL answers COMMIT in a failed
// transaction with ROLLBACK and no error.
func postgresReady(c *conn) error {
	if s := status(c); s != 'T' {
		return fmt.Errorf("the transaction is not open (server status %q)", s)
	}
	return nil
}

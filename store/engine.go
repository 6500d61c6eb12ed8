package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// engine is one of the two databases: a value of fields and functions, made by
// sqliteEngine or postgresEngine.
type engine struct {
	name    string
	dialect dialect

	// write and read are run on every new connection of that use.
	write, read []string

	// pool opens database/sql's pool for the writer or for readers; it makes
	// no connection yet.
	pool func(readOnly bool) (*sql.DB, error)

	// hold takes the right to write, which release gives back. It is called
	// before the writer's connection is made.
	hold func() (release func() error, err error)

	// claim takes the right to write for the writer's own connection.
	claim func(ctx context.Context, c *conn) error

	// fault says how much an error on a connection takes with it.
	fault func(c *conn, err error) fault

	// explain wraps an engine's error in ErrDiskFull or ErrInUse where it
	// means that.
	explain func(err error) error

	// ready refuses to commit a transaction that the engine would quietly roll
	// back instead.
	ready func(c *conn) error

	// ended reports whether an error of ROLLBACK only says that the engine had
	// already rolled back.
	ended func(err error) bool

	// tables is the query that names the tables.
	tables string

	// flush empties the engine's log into its file; "" where there is none.
	flush string

	// snapshot writes a copy into an empty file; nil where the engine has no
	// such thing.
	snapshot func(ctx context.Context, path string) error

	// size is the database's size on disk in bytes.
	size func(ctx context.Context, c *conn) (int64, error)
}

// engineFor reads a data source name: "sqlite:PATH" or "postgres://…".
func engineFor(dsn string) (engine, error) {
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		if rest == "" {
			return engine{}, fmt.Errorf("data source %q: no path after \"sqlite:\"", dsn)
		}
		return sqliteEngine(rest)
	case "postgres", "postgresql":
		return postgresEngine(dsn)
	default:
		// The rest may hold a password, so it is not repeated.
		return engine{}, fmt.Errorf("data source of scheme %q: want \"sqlite:PATH\" or \"postgres://…\"", scheme)
	}
}

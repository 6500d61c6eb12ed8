package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Tx is a transaction, given to the function that Write or Read runs and dead
// when that returns. It is used by one goroutine at a time.
type Tx struct {
	c     *conn
	write bool

	rows   *sql.Rows // the last Query's, perhaps still open
	depth  int       // savepoints around the next statement
	set    int       // how many of them, from the outermost, the engine knows of
	failed error     // the first failed statement that no savepoint has undone
	lost   bool      // the engine gave up the whole transaction
	broken bool      // the connection as well
	done   bool
}

// Exec runs a statement that gives no rows.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.ExecN(ctx, query, args...)
	return err
}

// ExecN is Exec that also returns how many rows the statement changed.
func (tx *Tx) ExecN(ctx context.Context, query string, args ...any) (int64, error) {
	ctx, s, args, err := tx.statement(ctx, query, args)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, tx.fail(query, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, tx.fail(query, err)
	}
	return n, nil
}

// Query runs a statement that gives rows. The caller closes them, or reads
// them to the end, before the next statement, and checks rows.Err.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, s, args, err := tx.statement(ctx, query, args)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return nil, tx.fail(query, err)
	}
	tx.rows = rows
	return rows, nil
}

// QueryRow runs a statement that gives at most one row; Scan of the result
// gives sql.ErrNoRows when there was none, which fails nothing. Scan must be
// called.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, s, args, err := tx.statement(ctx, query, args)
	if err != nil {
		return failedRow(err)
	}
	row := s.QueryRowContext(ctx, args...)
	if err := row.Err(); err != nil {
		_ = tx.fail(query, err) // Scan returns it
	}
	return row
}

// failedRow makes a Row whose Scan gives err, which database/sql lets nobody
// make: it is the answer of a pool that cannot connect.
func failedRow(err error) *sql.Row {
	pool := sql.OpenDB(unreachable{err})
	defer pool.Close()
	return pool.QueryRowContext(context.Background(), "")
}

// unreachable is a driver.Connector that gives an error.
type unreachable struct{ err error }

func (u unreachable) Connect(context.Context) (driver.Conn, error) { return nil, u.err }
func (u unreachable) Driver() driver.Driver                        { return nil }

// Savepoint runs f so that it happens wholly or not at all: when f returns an
// error, leaves a failed statement or panics, what it did is undone and the
// rest of the transaction can go on. A panic comes back as a *PanicError. When
// the engine has lost the whole transaction (a full disk, a broken
// connection), nothing can go on: the error is returned here and again by
// Write.
func (tx *Tx) Savepoint(ctx context.Context, f func() error) error {
	if err := tx.ready(); err != nil {
		return err
	}
	depth := tx.depth
	tx.depth++
	err := caught(f)
	tx.depth = depth
	err = tx.settle(err)
	if tx.lost {
		return err
	}
	if tx.set <= depth { // f ran no statement that reached the engine
		if err != nil {
			tx.failed = nil
		}
		return err
	}
	tx.set = depth
	name := savepoint(depth)
	ctx = tx.context(ctx)
	if err != nil {
		tx.failed = nil
		if e := tx.c.control(ctx, "ROLLBACK TO "+name); e != nil {
			tx.lost = true
			return tx.fail("ROLLBACK TO", fmt.Errorf("%w (undoing: %w)", e, err))
		}
	}
	if e := tx.c.control(ctx, "RELEASE "+name); e != nil {
		tx.lost = true
		return tx.fail("RELEASE", e)
	}
	return err
}

// savepoint names the savepoint inside of so many others.
func savepoint(depth int) string { return "s" + strconv.Itoa(depth+1) }

// setSavepoints tells the engine of the savepoints around the next statement that
// it does not know of yet: most savepoints run none.
func (tx *Tx) setSavepoints(ctx context.Context) error {
	for ; tx.set < tx.depth; tx.set++ {
		if err := tx.c.control(ctx, "SAVEPOINT "+savepoint(tx.set)); err != nil {
			return tx.fail("SAVEPOINT", err)
		}
	}
	return nil
}

// caught turns a panic of f into an error.
func caught(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}

// statement makes one statement ready: its context, itself, its arguments.
func (tx *Tx) statement(ctx context.Context, query string, args []any) (context.Context, *sql.Stmt, []any, error) {
	if err := tx.ready(); err != nil {
		return ctx, nil, nil, err
	}
	args = slices.Clone(args)
	for i, a := range args {
		v, err := argument(a)
		if err != nil {
			return ctx, nil, nil, tx.fail(query, fmt.Errorf("argument %d: %w", i+1, err))
		}
		args[i] = v
	}
	ctx = tx.context(ctx)
	if err := tx.setSavepoints(ctx); err != nil {
		return ctx, nil, nil, err
	}
	s, err := tx.c.prepare(ctx, query)
	if err != nil {
		return ctx, nil, nil, tx.fail(query, err)
	}
	return ctx, s, args, nil
}

// context is ctx for a reader, and for the writer ctx without its end: see
// Write.
func (tx *Tx) context(ctx context.Context) context.Context {
	if tx.write {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// ready refuses a statement on a transaction that cannot take one.
func (tx *Tx) ready() error {
	switch {
	case tx.done:
		return sql.ErrTxDone
	case tx.failed != nil:
		return fmt.Errorf("after a failed statement: %w", tx.failed)
	case tx.open():
		return tx.fail("", errors.New("the rows of the query before are still open"))
	}
	return nil
}

// open reports whether the last Query's rows are still being read. PostgreSQL
// could not run another statement; SQLite could, and would hide the mistake.
func (tx *Tx) open() bool {
	if tx.rows == nil {
		return false
	}
	if _, err := tx.rows.Columns(); err == nil {
		return true
	}
	tx.rows = nil
	return false
}

// fail notes a failed statement and names it, without its arguments: they are
// content, and an error may be seen by those to whom it was not addressed.
func (tx *Tx) fail(query string, err error) error {
	switch tx.c.eng.fault(tx.c, err) {
	case faultConnection:
		tx.lost, tx.broken = true, true
	case faultTransaction:
		tx.lost = true
	}
	err = tx.c.eng.explain(err)
	if query != "" {
		err = fmt.Errorf("%s: %w", brief(query), err)
	}
	if tx.failed == nil {
		tx.failed = err
	}
	return err
}

// settle closes what f left open and adds the failed statement that it did not
// tell of.
func (tx *Tx) settle(err error) error {
	if tx.rows != nil {
		_ = tx.rows.Close() // its error is the statement's, which f has seen
		tx.rows = nil
	}
	switch {
	case tx.failed == nil || errors.Is(err, tx.failed):
		return err
	case err == nil:
		return tx.failed
	default:
		return fmt.Errorf("%w (after: %w)", err, tx.failed)
	}
}

// close ends the transaction for its user.
func (tx *Tx) close(err error) error {
	tx.done = true
	return tx.settle(err)
}

// brief is the beginning of a statement, enough to find it.
func brief(query string) string {
	const most = 60
	q := strings.Join(strings.Fields(query), " ")
	if len(q) <= most {
		return q
	}
	return strings.ToValidUTF8(q[:most], "") + "…"
}

// argument converts a value to what both engines store alike and refuses what
// only one of them would take.
func argument(a any) (any, error) {
	switch v := a.(type) {
	case nil, int64:
		return a, nil
	case int:
		return int64(v), nil
	case string:
		return a, text(v)
	case []byte:
		if v == nil {
			return nil, nil
		}
		return a, nil
	}
	v, err := driver.DefaultParameterConverter.ConvertValue(a)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case string:
		return v, text(v)
	case []byte:
		if v == nil {
			return nil, nil
		}
	case time.Time:
		return nil, errors.New("a time: store it as an integer or as text")
	}
	return v, nil
}

// text refuses strings that PostgreSQL cannot store.
func text(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return errors.New("text with a NUL character")
	}
	if !utf8.ValidString(s) {
		return errors.New("text that is not UTF-8")
	}
	return nil
}

package store

import (
	"context"
	"errors"
	"fmt"
)

// Write runs f in a transaction that may write, one at a time, and commits
// when f returns nil: then everything is durable. When f returns an error or
// panics, or a statement failed that f did not put under a Savepoint, all is
// undone and the error returned.
//
// Waiting for its turn ends with ctx. Once begun, statements run to their end
// whatever becomes of ctx: a statement cut short would cost the connection,
// and a commit cut short would be in doubt. A ctx that has ended when f
// returns undoes the transaction.
//
// A *CommitError means that the engine failed; every later Write gives
// ErrStopped until Reopen (design 2). Write must not be called inside f.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if db.readOnly {
		return ErrReadOnly
	}
	if err := db.take(ctx); err != nil {
		return err
	}
	defer func() { <-db.turn }()
	if db.stopped != nil {
		return fmt.Errorf("%w: %w", ErrStopped, db.stopped)
	}
	tx := &Tx{c: db.writer, write: true}
	plain := context.WithoutCancel(ctx)
	if err := tx.c.control(plain, db.eng.dialect.begin); err != nil {
		return db.failed("begin", tx, err)
	}
	returned := false
	defer func() {
		if !returned { // a panic passes through
			_ = tx.close(nil)
			_ = db.undo(plain, tx, errors.New("panic"))
		}
	}()
	err := tx.close(f(tx))
	if err == nil {
		err = ctx.Err()
	}
	returned = true
	if err != nil {
		return db.undo(plain, tx, err)
	}
	return db.commit(plain, tx)
}

// commit ends a transaction that went well.
func (db *DB) commit(ctx context.Context, tx *Tx) error {
	err := db.eng.ready(tx.c)
	if err != nil {
		return db.undo(ctx, tx, err)
	}
	if db.failCommit != nil {
		err = db.failCommit()
	}
	if err == nil {
		err = tx.c.control(ctx, "COMMIT")
	}
	if err != nil {
		return db.stop("commit", err)
	}
	return nil
}

// undo rolls a transaction back because of err, and stops the DB where err or
// the rollback shows that the connection is broken.
func (db *DB) undo(ctx context.Context, tx *Tx, err error) error {
	rollback := tx.c.control(ctx, "ROLLBACK")
	if tx.broken {
		return db.stop("run", err)
	}
	if rollback != nil && !db.eng.ended(rollback) {
		return db.stop("roll back", fmt.Errorf("%w (undoing: %w)", rollback, err))
	}
	return err
}

// failed judges an error of BEGIN, which left nothing to undo.
func (db *DB) failed(step string, tx *Tx, err error) error {
	if db.eng.fault(tx.c, err) == faultConnection {
		return db.stop(step, err)
	}
	return fmt.Errorf("%s: %w", step, db.eng.explain(err))
}

// stop makes the DB refuse to write. The caller has the turn.
func (db *DB) stop(step string, err error) error {
	db.stopped = &CommitError{Step: step, Err: db.eng.explain(err)}
	return db.stopped
}

// Read runs f on a consistent snapshot of the database, taken at its first
// statement. At most four run at once; others wait until one ends or ctx does.
// f's error is returned. ctx also ends a statement under way.
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	c, err := db.reader(ctx)
	if err != nil {
		return err
	}
	tx := &Tx{c: c}
	sound := false
	defer func() {
		if !sound { // broken, or a panic passes through
			_ = tx.close(nil)
			c.close()
			c = nil
		}
		db.idle <- c
	}()
	if err := c.control(ctx, db.eng.dialect.beginRead); err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	err = tx.close(f(tx))
	rollback := c.control(context.WithoutCancel(ctx), "ROLLBACK")
	sound = !tx.broken && (rollback == nil || db.eng.ended(rollback))
	return err
}

// reader takes an idle reader's connection or makes one; the caller puts it
// back, or nil in its stead, into db.idle.
func (db *DB) reader(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var c *conn
	select {
	case c = <-db.idle:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if c != nil {
		return c, nil
	}
	if db.readPool == nil {
		db.idle <- nil
		return nil, ErrClosed
	}
	c, err := connect(ctx, db.readPool, db.eng, db.eng.read)
	if err != nil {
		db.idle <- nil
		return nil, fmt.Errorf("connect to read: %w", err)
	}
	return c, nil
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// readers is how many snapshots can be read at once.
const readers = 4

// DB is one desk's database: one writer and a pool of readers. It is safe for
// use by many goroutines.
type DB struct {
	eng      engine
	readOnly bool
	release  func() error // gives back what eng.hold took

	// turn is held by whoever writes, reopens or closes, and guards the four
	// fields below.
	turn      chan struct{}
	writer    *conn   // nil when reading only, failed to reopen or closed
	writePool *sql.DB // nil likewise
	stopped   error   // why the DB stopped writing
	closed    bool

	// idle holds one value for each reader that is not in use: a connection,
	// or nil for one that must still be made from readPool. Whoever has taken
	// all of them may replace readPool.
	idle     chan *conn
	readPool *sql.DB

	// failCommit, in tests, stands for a commit that fails.
	failCommit func() error
}

// Open opens the database that a data source name tells, creating it when it
// is missing, and takes the exclusive right to write to it: "sqlite:PATH" (a
// write-ahead log, synced at every commit; the lock is PATH.lock) or
// "postgres://…" (the lock is the writing session's, for the schema). A
// database that another writer holds gives ErrInUse (F19).
func Open(ctx context.Context, dsn string) (*DB, error) {
	return open(ctx, dsn, false)
}

// OpenReadOnly opens a database for offline tools, also while a node writes to
// it: no lock is taken, nothing is created, and Write gives ErrReadOnly.
func OpenReadOnly(ctx context.Context, dsn string) (*DB, error) {
	return open(ctx, dsn, true)
}

func open(ctx context.Context, dsn string, readOnly bool) (*DB, error) {
	eng, err := engineFor(dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db := &DB{
		eng:      eng,
		readOnly: readOnly,
		release:  func() error { return nil },
		turn:     make(chan struct{}, 1),
		idle:     make(chan *conn, readers),
	}
	if !readOnly {
		if db.release, err = eng.hold(); err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
	}
	if err := db.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), db.release())
	}
	for range readers {
		db.idle <- nil
	}
	if err := db.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), db.Close())
	}
	return db, nil
}

// start makes the pools and the writer's connection. The caller has the turn
// and all readers.
func (db *DB) start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, db.end())
		}
	}()
	if !db.readOnly {
		if db.writePool, err = db.eng.pool(false); err != nil {
			return err
		}
		if db.writer, err = connect(ctx, db.writePool, db.eng, db.eng.write); err != nil {
			return err
		}
		if err = db.eng.claim(ctx, db.writer); err != nil {
			return err
		}
	}
	db.readPool, err = db.eng.pool(true)
	return err
}

// end closes what start made; what is broken may complain. The caller has the
// turn and all readers.
func (db *DB) end() error {
	var errs []error
	if db.readPool != nil {
		errs = append(errs, db.readPool.Close())
	}
	if db.writer != nil {
		db.writer.close()
	}
	if db.writePool != nil {
		errs = append(errs, db.writePool.Close())
	}
	db.readPool, db.writer, db.writePool = nil, nil, nil
	return errors.Join(errs...)
}

// Engine returns "sqlite" or "postgres".
func (db *DB) Engine() string { return db.eng.name }

// take waits for the turn; the caller gives it back with <-db.turn.
func (db *DB) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if db.closed {
		<-db.turn
		return ErrClosed
	}
	return nil
}

// drain takes every reader, waiting for those in use, and closes them; the
// caller gives the turn's owner four new ones with refill.
func (db *DB) drain(ctx context.Context) error {
	for n := range readers {
		select {
		case c := <-db.idle:
			if c != nil {
				c.close()
			}
		case <-ctx.Done():
			db.refill(n)
			return ctx.Err()
		}
	}
	return nil
}

// refill puts back n readers that must still be made.
func (db *DB) refill(n int) {
	for range n {
		db.idle <- nil
	}
}

// Reopen closes every connection, waiting for the transactions under way,
// and opens the database anew; Write is then allowed again. On PostgreSQL the
// old session is gone when Reopen returns, so a commit in doubt is decided.
// On an error the DB stays stopped and Reopen may be tried again.
func (db *DB) Reopen(ctx context.Context) error {
	if err := db.take(ctx); err != nil {
		return fmt.Errorf("reopen the database: %w", err)
	}
	defer func() { <-db.turn }()
	if err := db.drain(ctx); err != nil {
		return fmt.Errorf("reopen the database: %w", err)
	}
	defer db.refill(readers)
	// What a broken connection says when it is closed changes nothing.
	_ = db.end()
	if err := db.start(ctx); err != nil {
		db.stopped = err
		return fmt.Errorf("reopen the database: %w", err)
	}
	db.stopped = nil
	return nil
}

// Close waits for the transactions under way, closes every connection and
// gives back the right to write. Closing twice gives ErrClosed.
func (db *DB) Close() error {
	ctx := context.Background()
	if err := db.take(ctx); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	defer func() { <-db.turn }()
	db.closed = true
	if err := db.drain(ctx); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	defer db.refill(readers)
	if err := errors.Join(db.end(), db.release()); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// Ping reads one row, so that a watch can tell whether the database answers.
// It waits neither for the writer nor for its stop.
func (db *DB) Ping(ctx context.Context) error {
	return db.Read(ctx, func(tx *Tx) error {
		var one int
		if err := tx.QueryRow(ctx, "SELECT 1").Scan(&one); err != nil {
			return fmt.Errorf("ping the database: %w", err)
		}
		return nil
	})
}

// Size is what the database takes on disk, in bytes, its log included.
func (db *DB) Size(ctx context.Context) (n int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		n, err = db.eng.size(ctx, tx.c)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("measure the database: %w", err)
	}
	return n, nil
}

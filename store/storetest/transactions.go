package storetest

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"

	"parley/store"
)

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

func rollback(t *testing.T, db *store.DB) {
	ctx := t.Context()
	err := db.Write(ctx, func(tx *store.Tx) error {
		return errors.Join(put(ctx, tx, 1), errOwn)
	})
	if !errors.Is(err, errOwn) {
		t.Errorf("got %v, want the function's error", err)
	}
	if _, ok := errors.AsType[*store.CommitError](err); ok {
		t.Error("a function's error stopped the store")
	}
	write(t, db, func(tx *store.Tx) error { return put(ctx, tx, 2) })
	wantIDs(t, db, 2)
}

func savepointError(t *testing.T, db *store.DB) {
	ctx := t.Context()
	write(t, db, func(tx *store.Tx) error {
		if err := put(ctx, tx, 1); err != nil {
			return err
		}
		err := tx.Savepoint(ctx, func() error { return errors.Join(put(ctx, tx, 2), errOwn) })
		if !errors.Is(err, errOwn) {
			t.Errorf("got %v, want the function's error", err)
		}
		err = tx.Savepoint(ctx, func() error { return put(ctx, tx, 3, 3) })
		if err == nil {
			t.Error("the same key was stored twice")
		}
		err = tx.Savepoint(ctx, func() error {
			_ = put(ctx, tx, 4, 4)
			return nil // and says nothing
		})
		if err == nil {
			t.Error("a savepoint kept a failed statement")
		}
		if err := tx.Savepoint(ctx, func() error { return put(ctx, tx, 5) }); err != nil {
			return err
		}
		return put(ctx, tx, 6)
	})
	wantIDs(t, db, 1, 5, 6)
}

func savepointPanic(t *testing.T, db *store.DB) {
	ctx := t.Context()
	write(t, db, func(tx *store.Tx) error {
		if err := put(ctx, tx, 1, 2); err != nil {
			return err
		}
		err := tx.Savepoint(ctx, func() error {
			if err := put(ctx, tx, 3); err != nil {
				return err
			}
			rows, err := tx.Query(ctx, "SELECT id FROM thing")
			if err != nil {
				return err
			}
			rows.Next()
			panic(errOwn) // with the rows open
		})
		p, ok := errors.AsType[*store.PanicError](err)
		if !ok || p.Value != errOwn || !errors.Is(err, errOwn) {
			t.Fatalf("got %v, want a PanicError of the function's value", err)
		}
		if !strings.Contains(string(p.Stack), "savepointPanic") {
			t.Errorf("the stack does not show the panic: %s", p.Stack)
		}
		return put(ctx, tx, 4)
	})
	wantIDs(t, db, 1, 2, 4)
}

func savepointNested(t *testing.T, db *store.DB) {
	ctx := t.Context()
	write(t, db, func(tx *store.Tx) error {
		err := tx.Savepoint(ctx, func() error {
			if err := put(ctx, tx, 1); err != nil {
				return err
			}
			if err := tx.Savepoint(ctx, func() error { panic("inner") }); err == nil {
				t.Error("a panic was lost")
			}
			return tx.Savepoint(ctx, func() error { return put(ctx, tx, 2) })
		})
		if err != nil {
			return err
		}
		err = tx.Savepoint(ctx, func() error {
			if err := tx.Savepoint(ctx, func() error { return put(ctx, tx, 3) }); err != nil {
				return err
			}
			return errOwn // undoes the inner one as well
		})
		if !errors.Is(err, errOwn) {
			t.Errorf("got %v, want the function's error", err)
		}
		return nil
	})
	wantIDs(t, db, 1, 2)
}

func writePanic(t *testing.T, db *store.DB) {
	ctx := t.Context()
	func() {
		defer func() {
			if v := recover(); v != errOwn {
				t.Errorf("recovered %v, want the function's value", v)
			}
		}()
		_ = db.Write(ctx, func(tx *store.Tx) error {
			_ = put(ctx, tx, 1)
			panic(errOwn)
		})
	}()
	func() {
		defer func() { _ = recover() }()
		_ = db.Read(ctx, func(*store.Tx) error { panic(errOwn) })
	}()
	write(t, db, func(tx *store.Tx) error { return put(ctx, tx, 2) })
	wantIDs(t, db, 2)
}

func txOver(t *testing.T, db *store.DB) {
	ctx := t.Context()
	var kept *store.Tx
	write(t, db, func(tx *store.Tx) error { kept = tx; return nil })
	if err := put(ctx, kept, 1); !errors.Is(err, sql.ErrTxDone) {
		t.Errorf("got %v, want sql.ErrTxDone", err)
	}
	wantIDs(t, db)
}

func snapshot(t *testing.T, db *store.DB) {
	ctx := t.Context()
	write(t, db, func(tx *store.Tx) error { return put(ctx, tx, 1) })
	err := db.Read(ctx, func(tx *store.Tx) error {
		for range 3 {
			ids, err := idsIn(ctx, tx)
			if err != nil {
				return err
			}
			if len(ids) != 1 {
				t.Errorf("the snapshot holds %v, want [1]", ids)
			}
			write(t, db, func(tx *store.Tx) error {
				return tx.Exec(ctx, "INSERT INTO thing (id, name) SELECT MAX(id) + 1, 'n' FROM thing")
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantIDs(t, db, 1, 2, 3, 4)
}

func readersCannotWrite(t *testing.T, db *store.DB) {
	ctx := t.Context()
	if err := db.Read(ctx, func(tx *store.Tx) error { return put(ctx, tx, 1) }); err == nil {
		t.Error("a reader wrote")
	}
	wantIDs(t, db)
}

func readersWhileWriting(t *testing.T, db *store.DB) {
	ctx := t.Context()
	const transactions, pair = 60, 2
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for seen := -1; ; {
				err := db.Read(ctx, func(tx *store.Tx) error {
					ids, err := idsIn(ctx, tx)
					if len(ids)%pair != 0 || len(ids) < seen {
						t.Errorf("read %d rows after %d: half a transaction or an older one", len(ids), seen)
					}
					seen = len(ids)
					return err
				})
				if err != nil {
					t.Errorf("read: %v", err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range int64(transactions) {
		err := db.Write(ctx, func(tx *store.Tx) error { return put(ctx, tx, pair*i, pair*i+1) })
		if err != nil {
			t.Errorf("write: %v", err)
		}
	}
	close(done)
	wg.Wait()
}

func cancelled(t *testing.T, db *store.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(ctx, func(tx *store.Tx) error {
		cancel() // statements still run to their end; the transaction is undone
		return put(ctx, tx, 1)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	for _, f := range []func(context.Context, func(*store.Tx) error) error{db.Write, db.Read} {
		err := f(ctx, func(*store.Tx) error { t.Error("ran with an ended context"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	for range 6 { // more than there are readers: each must come back usable
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Read(ctx, func(tx *store.Tx) error {
			cancel()
			_, err := idsIn(ctx, tx)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	write(t, db, func(tx *store.Tx) error { return put(t.Context(), tx, 2) })
	wantIDs(t, db, 2)
}

func reopenClose(t *testing.T, db *store.DB) {
	ctx := t.Context()
	write(t, db, func(tx *store.Tx) error { return put(ctx, tx, 1) })
	if n, err := db.Size(ctx); err != nil || n <= 0 {
		t.Errorf("size %d, %v", n, err)
	}
	if err := db.Reopen(ctx); err != nil {
		t.Fatal(err)
	}
	write(t, db, func(tx *store.Tx) error { return put(ctx, tx, 2) })
	wantIDs(t, db, 1, 2)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"write":  db.Write(ctx, func(*store.Tx) error { return nil }),
		"read":   db.Read(ctx, func(*store.Tx) error { return nil }),
		"reopen": db.Reopen(ctx),
		"close":  db.Close(),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s gave %v, want ErrClosed", name, err)
		}
	}
}

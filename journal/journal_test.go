package journal_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	_ "modernc.org/sqlite"

	"parley/journal"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// testTx is the smallest thing that satisfies journal.Tx.
type testTx struct{ tx *sql.Tx }

func (t testTx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := t.tx.ExecContext(ctx, query, args...)
	return err
}

func (t testTx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, query, args...)
}

type testDB struct{ db *sql.DB }

func openDB(t testing.TB) testDB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"+journal.Schema); err != nil {
		t.Fatal(err)
	}
	return testDB{db}
}

// run runs f in a transaction, committed if f succeeds.
func (d testDB) run(ctx context.Context, f func(journal.Tx) error) error {
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(testTx{tx}); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

func (d testDB) must(t testing.TB, f func(journal.Tx) error) {
	t.Helper()
	if err := d.run(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// priv returns a fixed key: tests need no secrets, they need to be repeatable.
func priv(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func pub(name string) ed25519.PublicKey { return priv(name).Public().(ed25519.PublicKey) }

// author is one desk's journal as its owner keeps it.
type author struct {
	testDB
	t      testing.TB
	desk   string
	gen    int
	origin string
	sign   note.Signer
	verify note.Verifier
	tree   *journal.Tree
}

func newAuthor(t testing.TB, desk string) *author {
	a := &author{testDB: openDB(t), t: t, desk: desk, gen: 1, tree: &journal.Tree{}}
	a.origin = journal.Origin("cell", desk, a.gen)
	var err error
	if a.sign, err = journal.NewSigner(a.origin, priv(desk)); err != nil {
		t.Fatal(err)
	}
	if a.verify, err = journal.NewVerifier(a.origin, pub(desk)); err != nil {
		t.Fatal(err)
	}
	return a
}

// write appends entries, signs and saves a checkpoint, and returns it.
func (a *author) write(entries ...journal.Entry) []byte {
	a.t.Helper()
	var checkpoint []byte
	a.must(a.t, func(tx journal.Tx) error {
		if err := journal.Append(a.t.Context(), tx, a.desk, a.gen, a.tree, entries); err != nil {
			return err
		}
		checkpoint = a.checkpoint(a.tree.Head())
		return journal.SaveCheckpoint(a.t.Context(), tx, a.desk, a.gen, checkpoint)
	})
	return checkpoint
}

func (a *author) checkpoint(h journal.Head) []byte {
	a.t.Helper()
	c, err := journal.SignCheckpoint(a.origin, h, a.sign)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// numbered returns the entries from .. to-1 of a made-up history.
func numbered(history string, from, to int64) []journal.Entry {
	entries := make([]journal.Entry, 0, to-from)
	for i := from; i < to; i++ {
		entries = append(entries, journal.Cover(sha256.Sum256(binary.BigEndian.AppendUint64([]byte(history), uint64(i)))))
	}
	return entries
}

func wantErr(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
	}
}

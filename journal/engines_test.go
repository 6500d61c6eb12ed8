package journal_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"parley/journal"
	"parley/store"
	"parley/store/pgtest"
)

// design 7: the same SQL for both engines. One journal, from its first entry
// to a proof, a replica and a fork, through the real store.
func TestOnBothEngines(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { onEngine(t, "sqlite:"+filepath.Join(t.TempDir(), "desk.db")) })
	t.Run("postgres", func(t *testing.T) { onEngine(t, pgtest.DSN(t)) })
}

func onEngine(t *testing.T, dsn string) {
	ctx := t.Context()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx, "journal", journal.Schema); err != nil {
		t.Fatal(err)
	}
	write := func(f func(tx journal.Tx) error) {
		t.Helper()
		if err := db.Write(ctx, func(tx *store.Tx) error { return f(tx) }); err != nil {
			t.Fatal(err)
		}
	}
	a := newAuthor(t, "alpha") // its own database is not used here
	record, salt := []byte(`{"kind":"hotline.message"}`), journal.Salt{7}
	entries := append(numbered("a", 0, 699), journal.Commit(salt, record))
	tree, replica := &journal.Tree{}, &journal.Tree{}
	var note []byte
	write(func(tx journal.Tx) error {
		if err := journal.Append(ctx, tx, "alpha", 1, tree, entries); err != nil {
			return err
		}
		note = a.checkpoint(tree.Head())
		if err := journal.SaveCheckpoint(ctx, tx, "alpha", 1, note); err != nil {
			return err
		}
		for range 2 {
			line := cosign(t, note, "bravo-witness", noon)
			if err := journal.SaveCosignature(ctx, tx, "alpha", 1, 700, "bravo-witness", line, noon); err != nil {
				return err
			}
		}
		return nil
	})
	write(func(tx journal.Tx) error {
		if h, err := journal.Audit(ctx, tx, "alpha", 1); err != nil || h != tree.Head() {
			t.Errorf("audit says %v, %v", h, err)
		}
		p, err := journal.BuildProof(ctx, tx, "alpha", 1, 699, record, salt, []string{charter("v2")})
		if err != nil {
			return err
		}
		return verifies(p.Marshal(), cellKeys(t))
	})
	b := newAuthor(t, "bravo")
	for _, to := range []int64{0, 5, 600} {
		from := replica.Head().Size
		write(func(tx journal.Tx) error {
			_, err := journal.Extend(ctx, tx, "bravo", 1, replica, from, entries[from:to], b.checkpointOver(entries[:to]), b.verify)
			return err
		})
	}
	err = db.Read(ctx, func(tx *store.Tx) error {
		return journal.Compare(ctx, tx, "bravo", 1, b.checkpointOver(numbered("b", 0, 9)), b.verify)
	})
	if f := forkOf(t, err); !f.Proven {
		t.Errorf("not proven: %v", f)
	} else {
		checkEvidence(t, f.Evidence(), b)
	}
	w := get(t, journal.Tiles(tilesOf(db), "alpha", 1), "/checkpoint")
	if !bytes.HasPrefix(w.Body.Bytes(), note) || !bytes.Contains(w.Body.Bytes(), []byte("bravo-witness")) {
		t.Errorf("serves %d %s", w.Code, w.Body)
	}
}

func tilesOf(db *store.DB) func(context.Context, func(journal.Tx) error) error {
	return func(ctx context.Context, f func(journal.Tx) error) error {
		return db.Read(ctx, func(tx *store.Tx) error { return f(tx) })
	}
}

package storetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/store"
)

// SEC-16: a snapshot is what was committed when it was taken, opens as a
// database of its own, and copies into another that is empty.
func copies(t *testing.T, db *store.DB) {
	write(t, db, func(tx *store.Tx) error {
		if err := tx.Exec(t.Context(), "INSERT INTO thing (id, name, body, size) VALUES (?, ?, ?, ?)", 1, "שלום 'x'", []byte{0, 1, 255}, 0.25); err != nil {
			return err
		}
		return tx.Exec(t.Context(), "INSERT INTO thing (id, name, body) VALUES (?, ?, ?)", int64(1)<<62, "n", make([]byte, 5<<20))
	})
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := db.Snapshot(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	write(t, db, func(tx *store.Tx) error { return put(t.Context(), tx, 7) })
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if err := db.Snapshot(t.Context(), path); err == nil {
		t.Error("a snapshot was written over a file that is there")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("beside the copy lies %v", left)
	}
	snap, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	again, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "again.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := store.Copy(t.Context(), snap, again); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*store.DB{snap, again} {
		var n int
		var name string
		var body []byte
		var size float64
		read(t, c, func(tx *store.Tx) error {
			if err := tx.QueryRow(t.Context(), "SELECT COUNT(*) FROM thing").Scan(&n); err != nil {
				return err
			}
			return tx.QueryRow(t.Context(), "SELECT name, body, size FROM thing WHERE id = 1").Scan(&name, &body, &size)
		})
		if n != 2 || name != "שלום 'x'" || string(body) != "\x00\x01\xff" || size != 0.25 {
			t.Errorf("%d rows, %q %x %v", n, name, body, size)
		}
		if err := c.Migrate(t.Context(), "thing/1", schema); err != nil {
			t.Errorf("the copy does not know its migrations: %v", err)
		}
	}
	if err := store.Copy(t.Context(), snap, again); err == nil || !strings.Contains(err.Error(), "has tables already") {
		t.Errorf("a copy into a database with tables: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	half := filepath.Join(t.TempDir(), "half.db")
	if err := db.Snapshot(gone, half); err == nil {
		t.Error("a snapshot was taken for somebody who has gone")
	}
	if left, _ := os.ReadDir(filepath.Dir(half)); len(left) != 0 {
		t.Errorf("a snapshot that failed has left %v", left)
	}
}

// read runs f in a snapshot that must be readable.
func read(t *testing.T, db *store.DB, f func(*store.Tx) error) {
	t.Helper()
	if err := db.Read(t.Context(), f); err != nil {
		t.Fatalf("read: %v", err)
	}
}

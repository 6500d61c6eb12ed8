package node

import (
	"path/filepath"
	"strings"
	"testing"

	"parley/journal"
	"parley/store"
)

// What opens a matter is looked up by its id, never by going through all that a
// desk wrote: every officer who does not see all asks so for each matter shown.
func TestOpeningIsLookedUp(t *testing.T) {
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context(), "journal/1", journal.Schema); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), "node/1", kernelDDL); err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Query(t.Context(), `EXPLAIN QUERY PLAN `+recordColumns+openingWhere, "id", "alpha")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				return err
			}
			if strings.Contains(step, "SEARCH") && !strings.Contains(step, "record_by_id (id=?)") || strings.Contains(step, "SCAN") {
				t.Errorf("the plan is %q", step)
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

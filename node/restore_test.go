package node_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

// A desk that is restored from a copy appends nothing until its peers have
// said what they hold of its journal, gets back from them every record of its
// own and of the others that the copy lacks, and only then goes on
// (design 2, "Restart"; SEC-03).
func TestARestoredDeskGetsBackWhatItLost(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Settle()
	say := func(from, text string) {
		c.Desks[from].Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"`+text+`"}}`)
		c.Settle()
	}
	say("alpha", "before the copy")
	say("bravo", "before the copy")

	bravo := c.Desks["bravo"]
	bravo.Stop()
	db := filepath.Join(bravo.Dir, "parley.db")
	kept, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	c.Start("bravo", "", nil)
	c.Settle()
	say("alpha", "after the copy")
	say("bravo", "after the copy")
	say("supervisor", "after the copy")
	heads, err := c.Desks["bravo"].Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	c.Desks["bravo"].Stop()
	for _, f := range []string{db + "-wal", db + "-shm"} {
		if err := os.Remove(f); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(db, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	bravo = c.Start("bravo", "", nil)
	if why, _ := bravo.Restoring(); why == "" {
		t.Fatal("a copy of an older database was taken for an ordinary restart")
	}
	c.Settle()
	for range 40 { // the peers state what they hold again as time goes by
		if why, _ := bravo.Restoring(); why == "" {
			break
		}
		c.Clock.Add(time.Second)
		<-time.After(50 * time.Millisecond)
		c.Settle()
	}
	if why, need := bravo.Restoring(); why != "" {
		t.Fatalf("the restore does not end: %s, waiting for %v", why, need)
	}
	say("bravo", "after the restore")
	c.Settle()
	for _, h := range heads {
		now, err := bravo.Heads(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range now {
			if x.Desk == h.Desk && x.Size < h.Size {
				t.Errorf("of %s it holds %d entries, and held %d", h.Desk, x.Size, h.Size)
			}
		}
	}
	w, err := bravo.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range w.Alarms {
		if a.Kind == node.AlarmGap || a.Kind == node.AlarmChain {
			t.Errorf("after the restore: %s", a.Text.In("en"))
		}
	}
	var archives []node.Archive
	for name, d := range c.Desks {
		archives = append(archives, node.Archive{Desk: name, DB: d.DB})
	}
	found, err := node.Audit(t.Context(), archives, cell.Agreement{Charters: cell.Chain{c.Charter}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Errorf("audit: %s", f.Text)
	}
}

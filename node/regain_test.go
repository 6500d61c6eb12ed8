package node_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/cell"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
)

// restoring starts a cell in which bravo has sent one message, and starts bravo
// again without its head.latest, cut off from everybody: it may append nothing.
// A message of alpha has been filed meanwhile.
func restoring(t *testing.T) (*nodetest.Cell, *nodetest.Desk) {
	t.Helper()
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Settle()
	bravo := c.Desks["bravo"]
	bravo.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"before"}}`)
	c.Settle()
	bravo.Stop()
	if err := os.Remove(filepath.Join(bravo.Dir, "head.latest")); err != nil {
		t.Fatal(err)
	}
	c.Desks["alpha"].Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"meanwhile"}}`)
	delete(c.Desks, "bravo")
	c.Settle()
	c.Net.Cut("bravo", "alpha")
	c.Net.Cut("bravo", "supervisor")
	c.Desks["bravo"] = bravo
	bravo = c.Start("bravo", "", nil)
	if why, _ := bravo.Restoring(); why == "" {
		t.Fatal("a desk without its head.latest was taken for an ordinary restart")
	}
	return c, bravo
}

func sizes(t *testing.T, d *nodetest.Desk) map[journal.Name]int64 {
	t.Helper()
	hold, err := d.Holdings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[journal.Name]int64{}
	for _, h := range hold {
		out[h.Name] = h.Size
	}
	return out
}

func nothingSent(journal.Name, int64) bool { return false }

// A desk in a restore takes over what comes and appends nothing, not even a
// receipt: that would be a second history. The receipts follow when the
// restore is over (design 2, "Restart").
func TestNoReceiptDuringARestore(t *testing.T) {
	c, bravo := restoring(t)
	own := journal.Name{Desk: "bravo", Gen: 1}
	before := sizes(t, bravo)[own]
	parcel, err := c.Desks["supervisor"].Offer(t.Context(), "bravo", journal.LaneFast, sizes(t, bravo), nothingSent, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	records := 0
	for _, b := range parcel {
		records += len(b.Records)
	}
	if records == 0 {
		t.Fatal("the supervisor has nothing to offer: the test shows nothing")
	}
	if err := bravo.Admit(t.Context(), "supervisor", parcel); err != nil {
		t.Fatal(err)
	}
	if now := sizes(t, bravo)[own]; now != before {
		t.Errorf("the journal grew from %d to %d during a restore", before, now)
	}
	head, err := journal.OpenHeadFile(filepath.Join(bravo.Dir, "head.latest"))
	if err != nil {
		t.Fatal(err)
	}
	defer head.Close()
	if _, _, ok, _ := head.Read(); ok {
		t.Error("head.latest was written during a restore: the next start would take it for over")
	}
	c.Net.Restore("bravo", "supervisor")
	for range 600 {
		if why, _ := bravo.Restoring(); why == "" {
			break
		}
		<-time.After(50 * time.Millisecond)
	}
	if why, need := bravo.Restoring(); why != "" {
		t.Fatalf("the restore does not end: %s, waiting for %v", why, need)
	}
	var w node.Watch
	for range 200 {
		c.Settle()
		if w, err = c.Desks["alpha"].Watch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !undelivered(w, "bravo") {
			break
		}
		<-time.After(50 * time.Millisecond)
	}
	if undelivered(w, "bravo") {
		t.Error("alpha still waits for a receipt of bravo")
	}
	for _, a := range w.Alarms {
		if a.Kind == node.AlarmEquivocation {
			t.Error(a.Text.In("en"))
		}
	}
}

// undelivered reports whether anything still waits for a desk's receipt.
func undelivered(w node.Watch, desk string) bool {
	for _, it := range append(w.Waiting, w.Owed...) {
		for _, x := range it.Waiting {
			if x.For == cell.NeedDelivered && x.Desk == desk {
				return true
			}
		}
	}
	return false
}

// What a passing desk returns of a restored desk's own journal is refused as a
// whole when one record of it is not this desk's, in memory as in the tables.
func TestABadRegainChangesNothing(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Settle()
	bravo := c.Desks["bravo"]
	bravo.Stop()
	db := filepath.Join(bravo.Dir, "parley.db")
	kept, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	bravo = c.Start("bravo", "", nil)
	bravo.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"lost"}}`)
	c.Settle()
	bravo.Stop()
	for _, f := range []string{db + "-wal", db + "-shm"} {
		if err := os.Remove(f); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(db, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Net.Cut("bravo", "alpha")
	c.Net.Cut("bravo", "supervisor")
	bravo = c.Start("bravo", "", nil)
	own := journal.Name{Desk: "bravo", Gen: 1}
	before := sizes(t, bravo)

	parcel, err := c.Desks["supervisor"].Offer(t.Context(), "bravo", journal.LaneFast, before, nothingSent, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var good journal.Batch
	for _, b := range parcel {
		if b.Name == own {
			good = b
		}
	}
	if len(good.Entries) == 0 {
		t.Fatal("the supervisor offers nothing of bravo's journal")
	}
	bad := good
	bad.Records = []journal.Opened{{Index: before[own], Record: []byte("{}")}}
	if err := bravo.Admit(t.Context(), "supervisor", []journal.Batch{bad}); err == nil {
		t.Fatal("a record that is not this desk's was taken back")
	}
	good.Records = nil
	if err := bravo.Admit(t.Context(), "supervisor", []journal.Batch{good}); err != nil {
		t.Errorf("after a bad return the good one is refused: %v", err)
	}
	if now := sizes(t, bravo)[own]; now != before[own]+int64(len(good.Entries)) {
		t.Errorf("it holds %d entries of its journal, want %d", now, before[own]+int64(len(good.Entries)))
	}
}

// After an override the records of the earlier generation are still brought to
// those who lack them, also after a restart.
func TestAnEarlierGenerationIsStillOffered(t *testing.T) {
	c, bravo := restoring(t)
	if err := bravo.Override(t.Context(), decided(t, c, bravo, "the others cannot be reached")); err != nil {
		t.Fatal(err)
	}
	bravo.Stop()
	bravo = c.Start("bravo", "", nil)
	old := journal.Name{Desk: "bravo", Gen: 1}
	if sizes(t, bravo)[old] == 0 {
		t.Fatal("the earlier generation is no longer stated")
	}
	if err := bravo.Inform(t.Context(), "supervisor", nil); err != nil { // a supervisor that has lost all
		t.Fatal(err)
	}
	parcel, err := bravo.Offer(t.Context(), "supervisor", journal.LaneFast, map[journal.Name]int64{}, nothingSent, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range parcel {
		if b.Name == old && len(b.Records) > 0 {
			return
		}
	}
	t.Error("no record of the earlier generation is offered")
}

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

// ROLLBACK, the third way (SEC-03 T): a copy of a desk's whole directory, its
// head.latest with it, is run on the side and writes another history. The
// desk that meets it alarms with both signed heads as evidence, and the copy
// stops as soon as it hears what it has signed. It goes on only by a new
// generation that two officers decide and the root key signs; the audit finds
// the second history and names it.
func TestAJournalThatIsRunTwice(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Settle()
	bravo := c.Desks["bravo"]
	bravo.Stop()
	files := []string{"parley.db", "head.latest"}
	kept := map[string][]byte{}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(bravo.Dir, f))
		if err != nil {
			t.Fatal(err)
		}
		kept[f] = b
	}
	bravo = c.Start("bravo", "", nil)
	c.Settle()
	for range 3 {
		bravo.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"the one history"}}`)
	}
	c.Settle()
	bravo.Stop()
	for _, f := range []string{"parley.db-wal", "parley.db-shm"} {
		_ = os.Remove(filepath.Join(bravo.Dir, f))
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(bravo.Dir, f), kept[f], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.Net.Cut("bravo", "alpha")
	c.Net.Cut("bravo", "supervisor")
	bravo = c.Start("bravo", "", nil)
	if why, _ := bravo.Restoring(); why != "" {
		t.Fatalf("a copy of the whole directory was found out at home: %s", why) // better than this test expects
	}
	bravo.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"the other history"}}`)
	c.Net.Restore("bravo", "supervisor")
	c.Net.Restore("bravo", "alpha")
	shown := func() bool { // alpha has no link with bravo
		why, _ := bravo.Restoring()
		return len(raisedAt(t, c.Desks["supervisor"], node.AlarmEquivocation)) > 0 && why != ""
	}
	for range 500 {
		if shown() {
			break
		}
		c.Clock.Add(time.Second)
		<-time.After(10 * time.Millisecond)
	}
	if !shown() {
		t.Fatal("nobody shows two histories, or the desk goes on with its own")
	}
	if _, err := bravo.Act(t.Context(), node.Act{Kind: "MSG", Body: []byte(`{"body":{"lang":"en","text":"deeper"}}`)}); err == nil {
		t.Error("the desk goes on with the second history")
	}
	if err := bravo.Override(t.Context(), decided(t, c, bravo, "the journal was run twice")); err != nil {
		t.Fatal(err)
	}
	next := journal.Name{Desk: "bravo", Gen: 2}
	for range 500 {
		if sizes(t, c.Desks["supervisor"])[next] > 0 {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	if len(raisedAt(t, c.Desks["supervisor"], node.AlarmBegun)) != 1 {
		t.Error("the supervisor does not say that a new generation has begun")
	}
	found, err := node.Audit(t.Context(), []node.Archive{{Desk: "bravo", DB: bravo.DB}, {Desk: "supervisor", DB: c.Desks["supervisor"].DB}}, cell.Agreement{Charters: cell.Chain{c.Charter}})
	if err != nil {
		t.Fatal(err)
	}
	two := false
	for _, f := range found {
		two = two || f.What == "equivocation" && f.Desk == "bravo"
	}
	if !two {
		t.Errorf("the audit does not find the second history: %v", found)
	}
}

package node_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/charter"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
	"parley/store"
)

// decided is a new generation of a desk that two officers want and its root
// key has signed.
func decided(t *testing.T, c *nodetest.Cell, d *nodetest.Desk, why string) node.Override {
	t.Helper()
	o := node.Override{By: [2]cell.By{{Officer: "watch-1", Role: cell.RoleHead}, {Officer: "watch-2", Role: cell.RoleSecurity}}, Why: why}
	text, err := d.OverrideText(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	root, err := c.Keys[d.Node.Desk()].Signer(charter.Root)
	if err != nil {
		t.Fatal(err)
	}
	if o.Line, err = charter.SignGeneration(text, root); err != nil {
		t.Fatal(err)
	}
	return o
}

func raisedAt(t *testing.T, d *nodetest.Desk, kind string) (out []node.Alarm) {
	t.Helper()
	w, err := d.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range w.Alarms {
		if a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// Design 2, "Restart" T: an override wants cause, two officers and the root
// key's signature over just what is known; the other desks see it named.
func TestAnOverrideIsSignedByTheRootKey(t *testing.T) {
	c, bravo := restoring(t)
	good := decided(t, c, bravo, "the others cannot be reached")
	for what, change := range map[string]func(*node.Override){
		"one officer twice":      func(o *node.Override) { o.By[1] = o.By[0] },
		"no signature":           func(o *node.Override) { o.Line = "" },
		"another reason":         func(o *node.Override) { o.Why = "another" },
		"another desk's key":     func(o *node.Override) { o.Line = strings.ReplaceAll(o.Line, "bravo", "alpha") },
		"a signature cut short":  func(o *node.Override) { o.Line = o.Line[:len(o.Line)-4] },
		"no reason":              func(o *node.Override) { o.Why = " " },
		"a role that is changed": func(o *node.Override) { o.By[1].Role = cell.RoleHead },
	} {
		o := good
		change(&o)
		if err := bravo.Override(t.Context(), o); err == nil {
			t.Fatalf("%s: a new generation has begun", what)
		}
		if why, _ := bravo.Restoring(); why == "" {
			t.Fatalf("%s: the restore is over", what)
		}
	}
	if err := bravo.Override(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	if err := bravo.Override(t.Context(), good); !errors.Is(err, cell.ErrConflict) {
		t.Errorf("a second override without cause: %v", err)
	}
	c.Net.Restore("bravo", "supervisor")
	c.Net.Restore("bravo", "alpha")
	next := journal.Name{Desk: "bravo", Gen: 2}
	for range 200 {
		c.Settle()
		if sizes(t, c.Desks["alpha"])[next] == sizes(t, bravo)[next] && sizes(t, c.Desks["alpha"])[next] > 0 {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
	for _, d := range []string{"alpha", "supervisor"} {
		if len(raisedAt(t, c.Desks[d], node.AlarmBegun)) != 1 {
			t.Errorf("%s does not say that bravo has begun generation 2", d)
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

// Design 2, "Restart" T: a generation that the root key has not signed is not
// taken: not its entries, not its records, and no link stops.
func TestAGenerationWithoutTheRootKeyIsNotTaken(t *testing.T) {
	c, bravo := restoring(t)
	o := decided(t, c, bravo, "the others cannot be reached")
	if err := bravo.Override(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	next := journal.Name{Desk: "bravo", Gen: 2}
	alpha := c.Desks["alpha"]
	have := sizes(t, alpha)
	parcel, err := bravo.Offer(t.Context(), "alpha", journal.LaneFast, have, nothingSent, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(parcel, func(b journal.Batch) bool { return b.Name == next })
	if i < 0 || len(parcel[i].Records) == 0 || parcel[i].Records[0].Index != 0 {
		t.Fatalf("the first record is not offered with its entries: %d", i)
	}
	without := parcel[i]
	without.Records = nil
	if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{without}); err != nil {
		t.Fatal(err)
	}
	if n := sizes(t, alpha)[next]; n != 0 {
		t.Errorf("%d entries were taken before the first record", n)
	}
	bad := parcel[i]
	bad.Records = slices.Clone(bad.Records)
	bad.Records[0].Record = []byte(strings.Replace(string(bad.Records[0].Record), "cannot be reached", "cannot be reached!", 1))
	if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{bad}); err != nil {
		t.Fatal(err)
	}
	if n := sizes(t, alpha)[next]; n != 0 || len(raisedAt(t, alpha, node.AlarmGeneration)) != 1 {
		t.Errorf("%d entries of a changed generation, alarms %v", n, raisedAt(t, alpha, node.AlarmGeneration))
	}
	if err := alpha.Admit(t.Context(), "bravo", parcel); err != nil {
		t.Fatal(err)
	}
	if n := sizes(t, alpha)[next]; n == 0 {
		t.Error("the signed generation is not taken")
	}
}

// restored puts a copy of a desk's database in place of its database, marked
// as "parley restore" marks it, without head.latest.
func restored(t *testing.T, c *nodetest.Cell, name string, copyOf string) *nodetest.Desk {
	t.Helper()
	d := c.Desks[name]
	d.Stop()
	path := filepath.Join(d.Dir, "parley.db")
	for _, f := range []string{path, path + "-wal", path + "-shm", filepath.Join(d.Dir, "head.latest")} {
		if err := os.Remove(f); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.Rename(copyOf, path); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(node.MarkRestored(t.Context(), db, c.Clock.Now().UnixMilli()), db.Close()); err != nil {
		t.Fatal(err)
	}
	return c.Start(name, "", nil)
}

// SEC-16 T: a desk restored from a backup that was made when its journal was
// empty is no new desk; and what only the lost copy said (a draft) is told to
// be lost, and is given up by a person, not by time.
func TestWhatOnlyTheLostCopyHeldIsGivenUpByPeople(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Settle()
	bravo := c.Desks["bravo"]
	kept := filepath.Join(t.TempDir(), "kept.db")
	if err := bravo.DB.Snapshot(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	bravo.Send(t, node.Act{Kind: "INTDRAFT", By: officer("analyst-2")}, fmt.Sprintf(`{"product":"assessment","grade":{"source":"B","information":"3"},"likelihood":"likely","observed":%d,
		"tlp":"green","use":"no-kinetic-use","releasable":["alpha","supervisor"],"text":{"lang":"en","text":"seen by one"},"dissent":{"lang":"en","text":"none"}}`, c.Clock.Now().Add(-time.Hour).UnixMilli()))
	bravo.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"after the backup"}}`)
	c.Settle()
	bravo = restored(t, c, "bravo", kept)
	stuck := func() bool {
		_, need := bravo.Restoring()
		return len(need) == 0 && len(raisedAt(t, bravo, node.AlarmRegaining)) == 1
	}
	for range 600 {
		if stuck() {
			break
		}
		c.Settle()
		<-time.After(20 * time.Millisecond)
	}
	if !stuck() {
		why, need := bravo.Restoring()
		t.Fatalf("%q, waiting for %v", why, need)
	}
	if _, err := bravo.FinishRestore(t.Context()); !errors.Is(err, cell.ErrConflict) {
		t.Errorf("given up while records may still come: %v", err)
	}
	c.Clock.Add(24 * time.Hour)
	if err := bravo.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
	if why, _ := bravo.Restoring(); why == "" {
		t.Fatal("time alone has ended the restore")
	}
	lost, err := bravo.FinishRestore(t.Context())
	if err != nil || lost != 1 {
		t.Fatalf("%d records lost, %v; want the draft", lost, err)
	}
	if len(raisedAt(t, bravo, node.AlarmLost)) != 1 {
		t.Error("nothing says what could not be got back")
	}
	bravo.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"and on"}}`)
	c.Settle()
	for _, d := range c.Desks {
		for _, kind := range []string{node.AlarmGap, node.AlarmChain, node.AlarmEquivocation} {
			if a := raisedAt(t, d, kind); len(a) > 0 {
				t.Errorf("%s: %s", d.Node.Desk(), a[0].Text.In("en"))
			}
		}
	}
}

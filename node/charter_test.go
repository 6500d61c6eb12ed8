package node_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/hotline"
	"parley/charter"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
	"parley/store"
)

// amended makes the charter after the cell's, signed by all its founders; bravo's
// journal key is another one in it when rekeyed is not nil.
func amended(t *testing.T, c *nodetest.Cell, changes string) (*cell.Charter, []byte) {
	t.Helper()
	text, err := charter.Amend(c.Note, []byte(changes))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range c.Keys {
		s, err := k.Signer(charter.Root)
		if err == nil {
			text, err = charter.Sign(text, s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	next, err := charter.Open(text)
	if err != nil {
		t.Fatal(err)
	}
	return next, text
}

// A record that names a charter which is not held is kept, judged by nobody, and
// judged anew once the charter is known; the link goes on. One that names an
// earlier charter than its author had adopted is contested (design 5).
func TestRecordsUnderOtherCharters(t *testing.T) {
	c, alpha, f := victim(t)
	next, file := amended(t, c, "stalemate: 240h\n")
	under := func(hash string) func(*cell.Record) { return func(r *cell.Record) { r.Charter = hash } }
	f.say(cell.KindAdopted, cell.Adopted{Hash: c.Charter.Hash, Version: 1}, nil)
	f.say(cell.KindAdopted, cell.Adopted{Hash: next.Hash, Version: 2}, under(next.Hash))
	later := f.compose(hotline.KindMessage, plain("under the next"), under(next.Hash))
	f.write(later)
	old := f.compose(hotline.KindMessage, plain("under the one before"), nil)
	f.write(old)
	f.give(alpha)
	verdict := func(r cell.Record) (string, string) {
		m := matter(t, alpha, r.Ref())
		return m.Records[0].Verdict, m.Records[0].Rule
	}
	if v, rule := verdict(later); v != cell.VerdictCannot || rule != "cell.charter-unknown" {
		t.Errorf("under an unknown charter: %s %s", v, rule)
	}
	if v, rule := verdict(old); v != cell.VerdictContested || rule != "cell.charter-old" {
		t.Errorf("under a charter that its author had left: %s %s", v, rule)
	}
	other, foreign := amended(t, c, "stalemate: 360h\n")
	unsigned, err := charter.Amend(c.Note, []byte("stalemate: 360h\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := alpha.Learn(t.Context(), "bravo", unsigned); err == nil {
		t.Error("an unsigned charter was learned")
	}
	if err := alpha.Learn(t.Context(), "bravo", file); err != nil {
		t.Fatal(err)
	}
	if err := alpha.Learn(t.Context(), "bravo", foreign); err == nil || other.Hash == next.Hash {
		t.Error("a rival of the charter that is known was learned")
	}
	if err := alpha.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v, rule := verdict(later); v != cell.VerdictOK {
		t.Errorf("once the charter is known: %s %s", v, rule)
	}
	if a := alarmsOf(t, alpha, node.AlarmCharter); len(a) != 1 || a[0].Level != cell.Immediate {
		t.Errorf("alarms: %+v", a)
	}
	if v := alpha.Node.Charter().Version; v != 1 {
		t.Errorf("a charter that was learned is in force: version %d", v)
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM record_charter`); n != 0 {
		t.Errorf("%d records still wait for a charter", n)
	}
}

// A new journal key signs from the desk's own adoption on: what the old one signs
// beyond it counts no longer, and an unknown key never counts.
func TestKeysSignInTheirTime(t *testing.T) {
	c, alpha, f := victim(t)
	old := c.Keys["bravo"]
	made, err := charter.NewKeys(rand.Reader, c.Charter.Cell, "bravo")
	if err != nil {
		t.Fatal(err)
	}
	public := old.Public()
	public.Keys.Journal = made.Public().Keys.Journal
	changes, err := charter.KeyChanges(c.Note, public)
	if err != nil {
		t.Fatal(err)
	}
	next, file := amended(t, c, string(changes))
	f.say(cell.KindAdopted, cell.Adopted{Hash: c.Charter.Hash, Version: 1}, nil)
	f.say(hotline.KindMessage, plain("by the old key"), nil)
	f.give(alpha)
	f.say(cell.KindAdopted, cell.Adopted{Hash: next.Hash, Version: 2}, func(r *cell.Record) { r.Charter = next.Hash })
	c.Keys["bravo"] = made
	parcel := []journal.Batch{f.batch(0, f.all()...)}
	if err := alpha.Admit(t.Context(), "bravo", parcel); err == nil {
		t.Error("a key that no known charter lists was taken")
	}
	if err := alpha.Learn(t.Context(), "bravo", file); err != nil {
		t.Fatal(err)
	}
	if err := alpha.Admit(t.Context(), "bravo", parcel); err != nil {
		t.Fatalf("the new key: %v", err)
	}
	f.say(hotline.KindMessage, plain("by the old key again"), func(r *cell.Record) { r.Charter = next.Hash })
	c.Keys["bravo"] = old
	err = alpha.Admit(t.Context(), "bravo", []journal.Batch{f.batch(0, f.all()...)})
	if err == nil || !strings.Contains(err.Error(), "counts no longer") {
		t.Errorf("the old key beyond the adoption: %v", err)
	}
}

// SUP-12 T: a desk that hands over states the heads that it holds and what is open
// for all who are told, whatever its officer wrote there; an archive is held
// against that, and a history that differs is named.
func TestSUP12Handover(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Settle()
	m := c.Desks["alpha"].Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"open at the hand-over"}}`)
	secret := c.Desks["alpha"].Send(t, node.Act{Kind: "MSG", To: []string{"supervisor"}}, `{"body":{"lang":"en","text":"for the supervisor alone"}}`)
	c.Settle()
	f := c.Desks["supervisor"].Send(t, node.Act{Kind: "DESKOVER"}, `{"to":"supervisor","reason":{"lang":"en","text":"another state takes the desk over"},"open":["alpha:x"],"heads":[]}`)
	c.Settle()
	v, _, err := c.Desks["bravo"].Record(t.Context(), f.Cite.String())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(v.Body, m.Ref.String()) || strings.Contains(v.Body, secret.Ref.String()) || strings.Contains(v.Body, "alpha:x") || !strings.Contains(v.Body, `"desk":"alpha","gen":1`) {
		t.Errorf("the hand-over says %s", v.Body)
	}
	agreed := cell.Agreement{Charters: cell.Chain{c.Charter}}
	all := []node.Archive{{Desk: "alpha", DB: c.Desks["alpha"].DB}, {Desk: "bravo", DB: c.Desks["bravo"].DB}, {Desk: "supervisor", DB: c.Desks["supervisor"].DB}}
	if found, err := node.Audit(t.Context(), all, agreed); err != nil || len(found) > 0 {
		t.Fatalf("audit: %v, %v", found, err)
	}
	for _, a := range all {
		if found, err := a.Readable(t.Context()); err != nil || len(found) > 0 {
			t.Errorf("SEC-06: %s: %v, %v", a.Desk, found, err)
		}
	}
	err = c.Desks["bravo"].DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Exec(t.Context(), `UPDATE record SET salt = ? WHERE desk = 'alpha' AND idx = ?`, make([]byte, 32), m.Cite.Index)
	})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := all[1].Readable(t.Context()); err != nil || len(found) != 1 {
		t.Errorf("SEC-06: a record that no longer opens: %v, %v", found, err)
	}
}

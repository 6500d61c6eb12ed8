package node_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/hotline"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
	"parley/store"
)

// derivedTables follow from the records alone, whatever order they came in.
var derivedTables = []string{
	`SELECT desk, gen, idx, id, kind, channel, serial, rank, at, hash FROM record WHERE desk <> 'alpha'`,
	`SELECT matter, desk, gen, idx FROM record_matter WHERE desk <> 'alpha'`,
	`SELECT desk, gen, idx, matter FROM record_cite WHERE desk <> 'alpha'`,
	`SELECT author, gen, channel, serial, desk, at, by_gen, by_idx FROM delivery WHERE desk <> 'alpha'`,
	`SELECT desk, gen, channel, last, held FROM channel WHERE desk <> 'alpha'`,
	`SELECT key, kind, opener, rank, at, audience, derived FROM matter WHERE opener <> 'alpha'`,
	`SELECT * FROM hotline_attempt`,
}

// Records of two desks, with acks, changes, withdrawals and corrections, some
// against the rules, are delivered to fresh nodes in orders that a seed
// decides: every node that holds the same has the same tables and states, and a
// rebuild gives the same rows (design 1; XC-03).
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	h := celltest.Generate(t, c.Charter, c.Modules, 4, 600)
	forgers := map[string]*forger{"bravo": newForger(t, c, "bravo"), "supervisor": newForger(t, c, "supervisor")}
	deal(t, h, forgers)
	var want string
	for seed := range uint64(3) {
		d := c.Start("alpha", "sqlite:"+filepath.Join(t.TempDir(), "alpha.db"), func(cfg *node.Config) { cfg.Head = nil })
		rng := rand.New(rand.NewPCG(seed, 5))
		deliver(t, d, forgers, rng)
		settleFolds(t, d)
		got := dumpAll(t, d)
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("seed %d: the tables depend on the order of arrival:\n%s", seed, firstDifference(got, want))
		}
		if n := count(t, d, `SELECT COUNT(*) FROM matter WHERE kind = ? AND derived <> ?`, cell.RuleReadBack, ""); n == 0 {
			t.Error("no read-back differs in this history: it tests too little")
		}
		rebuilt(t, c, d)
		d.Stop()
	}
}

// deal writes the records of a history into the journals of the desks that
// wrote them; those of alpha become the node's own only in its absence here.
func deal(t *testing.T, h *celltest.History, forgers map[string]*forger) {
	t.Helper()
	for _, x := range h.Records {
		f := forgers[x.Desk]
		if f == nil {
			continue
		}
		r := x.Record
		if r.About.Desk == "alpha" || slices.ContainsFunc(r.Cites, func(c cell.Cite) bool { return c.Desk == "alpha" }) {
			f.append(journal.Cover([32]byte{byte(x.Index)})) // what alpha wrote differs from node to node
			continue
		}
		r.Serial, r.Prev = 0, ""
		f.write(f.compose(r.Kind, x.Body, func(n *cell.Record) {
			*n = r
		}))
	}
}

// deliver gives all journals to a desk, then the records addressed to it, one
// or a few at a time and in any order.
func deliver(t *testing.T, d *nodetest.Desk, forgers map[string]*forger, rng *rand.Rand) {
	t.Helper()
	type one struct {
		f *forger
		i int64
	}
	var all []one
	for _, name := range []string{"bravo", "supervisor"} {
		f := forgers[name]
		if err := d.Admit(t.Context(), name, []journal.Batch{f.batch(0)}); err != nil {
			t.Fatal(err)
		}
		for _, i := range f.all() {
			if strings.Contains(string(f.records[i].Record), `"to":["alpha"`) {
				all = append(all, one{f, i})
			}
		}
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for len(all) > 0 {
		n := min(len(all), 1+rng.IntN(8))
		for _, x := range all[:n] {
			b := x.f.batch(x.f.tree.Head().Size, x.i)
			if err := d.Admit(t.Context(), x.f.desk, []journal.Batch{b}); err != nil {
				t.Fatal(err)
			}
		}
		if rng.IntN(3) == 0 { // twice without effect
			b := all[0].f.batch(all[0].f.tree.Head().Size, all[0].i)
			if err := d.Admit(t.Context(), all[0].f.desk, []journal.Batch{b}); err != nil {
				t.Fatal(err)
			}
		}
		all = all[n:]
	}
}

// settleFolds lets the desk fold what earlier transactions left.
func settleFolds(t *testing.T, d *nodetest.Desk) {
	t.Helper()
	for range 100 {
		if err := d.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if count(t, d, `SELECT COUNT(*) FROM matter WHERE dirty = 1`) == 0 {
			return
		}
	}
	t.Fatal("matters are left to fold")
}

func dumpAll(t *testing.T, d *nodetest.Desk) string {
	t.Helper()
	var out strings.Builder
	err := d.DB.Read(t.Context(), func(tx *store.Tx) error {
		for _, q := range derivedTables {
			rows, err := tx.Query(t.Context(), q)
			if err != nil {
				return err
			}
			defer rows.Close()
			cols, err := rows.Columns()
			if err != nil {
				return err
			}
			var lines []string
			for rows.Next() {
				vals := make([]any, len(cols))
				for i := range vals {
					vals[i] = new(any)
				}
				if err := rows.Scan(vals...); err != nil {
					return err
				}
				var line strings.Builder
				for _, v := range vals {
					fmt.Fprintf(&line, "%s|", *v.(*any))
				}
				lines = append(lines, line.String())
			}
			if err := rows.Err(); err != nil {
				return err
			}
			slices.Sort(lines)
			fmt.Fprintf(&out, "%s\n%s\n", q, strings.Join(lines, "\n"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	items, _, err := d.Matters(t.Context(), "all", "", "", "", 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if it.From != "alpha" {
			fmt.Fprintf(&out, "%s %s %d %v %v %v\n", it.Key, it.State, it.Since, it.Open, it.Waiting, it.Contested)
		}
	}
	return out.String()
}

func firstDifference(a, b string) string {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range la {
		if i >= len(lb) || la[i] != lb[i] {
			return la[i] + "\n" + lb[min(i, len(lb)-1)]
		}
	}
	return ""
}

// rebuilt makes the tables again from the journals and wants the same rows.
func rebuilt(t *testing.T, c *nodetest.Cell, d *nodetest.Desk) {
	t.Helper()
	scratch, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "scratch.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Close()
	diffs, err := node.Rebuild(t.Context(), d.DB, scratch, d.Node.Desk(), c.Charter, d.Node.Agreement(), c.Modules, func() int64 { return c.Clock.Now().UnixMilli() })
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range diffs {
		t.Error(x)
	}
}

// An Apply that panics or fails marks its record unapplied, raises an alarm,
// and the link goes on (design 2, step 5).
func TestApplyThatFails(t *testing.T) {
	for _, how := range []string{"panic", "error"} {
		t.Run(how, func(t *testing.T) {
			c := nodetest.NewCell(t, nil)
			broken := c.Modules[0]
			broken.Apply = func(ctx context.Context, tx cell.Tx, h cell.Held) error {
				if m, ok := h.Body.(hotline.Message); ok && m.Body.Text == "bad" {
					if err := tx.Exec(ctx, `DELETE FROM record`); err != nil {
						return err
					}
					if how == "panic" {
						panic("out of range")
					}
					return errors.New("out of range")
				}
				return nil
			}
			c.Modules = slices.Clone(c.Modules)
			c.Modules[0] = broken
			alpha, f := c.Start("alpha", "", nil), newForger(t, c, "bravo")
			bad := f.compose(hotline.KindMessage, plain("bad"), nil)
			f.write(bad)
			good := f.compose(hotline.KindMessage, plain("good"), nil)
			f.write(good)
			f.give(alpha)
			if m := matter(t, alpha, bad.Ref()); m.Records[0].Verdict != cell.VerdictUnapplied || !strings.Contains(m.Records[0].Rule, "out of range") {
				t.Errorf("verdict %s, %q", m.Records[0].Verdict, m.Records[0].Rule)
			}
			if m := matter(t, alpha, good.Ref()); m.Records[0].Verdict != cell.VerdictOK {
				t.Errorf("the next record: %s", m.Records[0].Verdict)
			}
			if a := alarmsOf(t, alpha, node.AlarmUnapplied); len(a) != 1 {
				t.Errorf("alarms %+v", a)
			}
			if n := count(t, alpha, `SELECT COUNT(*) FROM delivery WHERE author = 'bravo' AND desk = 'alpha'`); n != 2 {
				t.Errorf("%d receipts, want 2: it is held, though not applied", n)
			}
		})
	}
}

// A flood of 10,000 records with a FLASH among them: everything arrives, the
// FLASH is not behind the flood, and nobody is said to have rolled back or to
// have lost a record.
func TestFloodWithAFlash(t *testing.T) {
	flood := 10_000
	if testing.Short() {
		flood = 1_000
	}
	c := nodetest.NewCell(t, nil)
	alpha, f := c.Start("alpha", "", nil), newForger(t, c, "bravo")
	for i := range flood {
		f.say(hotline.KindMessage, plain(fmt.Sprintf("message %d", i)), func(r *cell.Record) { r.Precedence = cell.Routine })
	}
	flash := f.compose(hotline.KindCease, hotline.Cease{What: "fire", Place: []cell.Place{}, Ref: "A-1", Since: []int64{}, AtRisk: []int64{}, Note: []cell.Free{}}, nil)
	i := f.write(flash)
	if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{f.batch(0, i)}); err != nil {
		t.Fatal(err)
	}
	if w, err := alpha.Watch(t.Context()); err != nil || len(w.AnswerNow) != 1 {
		t.Fatalf("the FLASH is not in the queue: %+v, %v", w.AnswerNow, err)
	}
	for chunk := range slices.Chunk(f.all(), 1000) {
		if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{f.batch(f.tree.Head().Size, chunk...)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM record WHERE desk = 'bravo'`); n != flood+1 {
		t.Errorf("%d records, want %d", n, flood+1)
	}
	w, err := alpha.Watch(t.Context())
	if err != nil || w.AnswerNow[0].Precedence != cell.Flash {
		t.Errorf("first to answer: %+v, %v", w.AnswerNow[0], err)
	}
	for _, kind := range []string{node.AlarmGap, node.AlarmChain, node.AlarmRollback, node.AlarmRefused} {
		if a := alarmsOf(t, alpha, kind); len(a) != 0 {
			t.Errorf("alarms %+v", a)
		}
	}
}

// A link found down before a restart is found up after it: the record of the
// first does not stand for ever (HOT-16).
func TestProbeAfterARestart(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	c.Alone = true
	alpha := c.Start("alpha", "", nil)
	alpha.LinkChanged("supervisor", false, "no answer")
	c.Clock.Add(16 * time.Second)
	if err := alpha.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := channelOf(t, alpha, "alpha", "supervisor").State; s != hotline.TechDown {
		t.Fatalf("state %s with the link down", s)
	}
	alpha.Stop()
	alpha = c.Start("alpha", "", nil)
	alpha.LinkChanged("supervisor", true, "")
	c.Clock.Add(3 * time.Second)
	for range 2 {
		if err := alpha.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s := channelOf(t, alpha, "alpha", "supervisor").State; s != hotline.Up {
		t.Errorf("state %s with the link up again", s)
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM record WHERE kind = ?`, hotline.KindProbe); n != 2 {
		t.Errorf("%d probes, want 2", n)
	}
}

// Ticking twice at one time files nothing twice.
func TestTickIsIdempotent(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		slot := time.Date(2026, 1, 7, 6, 0, 0, 0, time.UTC)
		x.Clock.Add(slot.Sub(x.Clock.Now()))
		x.tick()
		n := count(t, x.s, `SELECT COUNT(*) FROM record WHERE desk = 'supervisor' AND kind <> ?`, cell.KindReceipt)
		for range 3 {
			x.tick()
		}
		if m := count(t, x.s, `SELECT COUNT(*) FROM record WHERE desk = 'supervisor' AND kind <> ?`, cell.KindReceipt); m != n {
			t.Errorf("%d records after three more ticks, %d before", m, n)
		}
	})
}

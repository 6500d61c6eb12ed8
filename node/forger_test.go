package node_test

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"parley/cell"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
	"parley/store"
)

// A forger is another desk as an attacker: it has the desk's real keys and
// writes into the desk's journal whatever it likes.
type forger struct {
	t       testing.TB
	c       *nodetest.Cell
	desk    string
	db      *store.DB
	tree    *journal.Tree
	records map[int64]journal.Opened
	heads   map[string]head // by channel
	ids     int
}

type head struct {
	serial int64
	prev   string
}

func newForger(t testing.TB, c *nodetest.Cell, desk string) *forger {
	t.Helper()
	f := &forger{t: t, c: c, desk: desk, records: map[int64]journal.Opened{}, heads: map[string]head{}}
	var err error
	if f.db, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "forger.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.db.Close() })
	if err := f.db.Migrate(t.Context(), "journal/1", journal.Schema); err != nil {
		t.Fatal(err)
	}
	f.reset()
	return f
}

// reset takes the journal's tree from the database.
func (f *forger) reset() {
	f.t.Helper()
	err := f.db.Read(f.t.Context(), func(tx *store.Tx) (err error) {
		f.tree, err = journal.LoadTree(f.t.Context(), tx, f.desk, 1)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// compose makes a record that breaks no rule, with the next serial of its
// channel; change then breaks it.
func (f *forger) compose(kind string, body cell.Body, change func(*cell.Record)) cell.Record {
	f.t.Helper()
	v, err := cell.EncodeBody(body)
	if err != nil {
		f.t.Fatal(err)
	}
	f.ids++
	r := cell.Record{V: cell.Version, Cell: f.c.Charter.Cell, Charter: f.c.Charter.Hash, Desk: f.desk,
		ID:   fmt.Sprintf("0198a1b2-c3d4-7e5f-8a9b-%04x%08x", len(f.desk), f.ids),
		Kind: kind, Status: cell.Exercise, Precedence: cell.Routine, At: f.c.Clock.Now().UnixMilli(),
		By: cell.By{Officer: "watch-1", Role: "watch"}, To: f.c.Charter.Others(f.desk), Body: v}
	if t, ok := f.c.Charter.Template(kind); ok {
		r.Precedence = t.Precedence
		if t.Status != "" {
			r.Status = t.Status
		}
	}
	if change != nil {
		change(&r)
	}
	if r.Serial == 0 {
		last := f.heads[r.Channel()]
		r.Serial, r.Prev = last.serial+1, last.prev
	}
	return r
}

// write puts the record into the journal and gives its index.
func (f *forger) write(r cell.Record) int64 {
	f.t.Helper()
	bytes, err := r.Encode()
	if err != nil {
		f.t.Fatal(err)
	}
	i := f.writeBytes(bytes)
	f.heads[r.Channel()] = head{r.Serial, hex.EncodeToString(f.entry(i))}
	return i
}

// say is compose and write.
func (f *forger) say(kind string, body cell.Body, change func(*cell.Record)) int64 {
	f.t.Helper()
	return f.write(f.compose(kind, body, change))
}

// writeBytes commits to any bytes at all.
func (f *forger) writeBytes(bytes []byte) int64 {
	f.t.Helper()
	var salt journal.Salt
	_, _ = rand.Read(salt[:])
	i := f.append(journal.Commit(salt, bytes))
	f.records[i] = journal.Opened{Index: i, Salt: salt, Record: bytes}
	return i
}

func (f *forger) append(entries ...journal.Entry) int64 {
	f.t.Helper()
	i := f.tree.Head().Size
	err := f.db.Write(f.t.Context(), func(tx *store.Tx) error {
		return journal.Append(f.t.Context(), tx, f.desk, 1, f.tree, entries)
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return i
}

func (f *forger) entry(i int64) []byte {
	f.t.Helper()
	var e journal.Entry
	err := f.db.Read(f.t.Context(), func(tx *store.Tx) (err error) {
		e, err = journal.EntryAt(f.t.Context(), tx, f.desk, 1, i)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return e[:]
}

// checkpoint signs the journal as it stands.
func (f *forger) checkpoint() []byte {
	f.t.Helper()
	s, err := f.c.Keys[f.desk].JournalSigner(1)
	if err != nil {
		f.t.Fatal(err)
	}
	cp, err := journal.SignCheckpoint(journal.Origin(f.c.Charter.Cell, f.desk, 1), f.tree.Head(), s)
	if err != nil {
		f.t.Fatal(err)
	}
	return cp
}

// batch gives the entries from an index on, and the records named.
func (f *forger) batch(from int64, records ...int64) journal.Batch {
	f.t.Helper()
	b := journal.Batch{Name: journal.Name{Desk: f.desk, Gen: 1}, From: from, Checkpoint: f.checkpoint()}
	err := f.db.Read(f.t.Context(), func(tx *store.Tx) (err error) {
		b.Entries, err = journal.Entries(f.t.Context(), tx, f.desk, 1, from, f.tree.Head().Size)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, i := range records {
		b.Records = append(b.Records, f.records[i])
	}
	return b
}

// all gives the indexes of every record written.
func (f *forger) all() []int64 {
	var out []int64
	for i := range f.records {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// give hands everything to a desk as the link would.
func (f *forger) give(to *nodetest.Desk) {
	f.t.Helper()
	if err := to.Admit(f.t.Context(), f.desk, []journal.Batch{f.batch(0, f.all()...)}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *forger) holding() journal.Holding {
	return journal.Holding{Name: journal.Name{Desk: f.desk, Gen: 1}, Size: f.tree.Head().Size, Checkpoint: f.checkpoint()}
}

// alarmsOf gives the alarms of one kind that a desk shows.
func alarmsOf(t testing.TB, d *nodetest.Desk, kind string) []node.Alarm {
	t.Helper()
	w, err := d.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(w.Alarms, func(a node.Alarm) bool { return a.Kind != kind })
}

// matter gives a matter as a desk shows it.
func matter(t testing.TB, d *nodetest.Desk, ref cell.Ref) node.MatterView {
	t.Helper()
	v, err := d.MatterView(t.Context(), ref.String())
	if err != nil {
		t.Fatalf("matter %s at %s: %v", ref, d.Node.Desk(), err)
	}
	return v
}

// count counts the rows that a query finds in a desk's database.
func count(t testing.TB, d *nodetest.Desk, query string, args ...any) (n int) {
	t.Helper()
	err := d.DB.Read(t.Context(), func(tx *store.Tx) error { return tx.QueryRow(t.Context(), query, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

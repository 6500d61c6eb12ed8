package node

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// Difference is a row that the tables have and the journal does not give, or
// the other way round.
type Difference struct {
	Table   string `json:"table"`
	Row     string `json:"row"`
	Tables  string `json:"tables"`  // what the tables say, "" when the row is missing there
	Journal string `json:"journal"` // what the journal gives, "" when it gives no such row
}

// String names the row.
func (d Difference) String() string {
	return fmt.Sprintf("%s %s: tables say %q, the journal gives %q", d.Table, d.Row, d.Tables, d.Journal)
}

// rebuilt are the tables that follow from the journals alone, with the columns
// that are compared. The first ones, up to the number given, are the key. The
// state of a matter depends on the time too: see compareStates.
var rebuilt = []struct {
	table   string
	keys    int
	columns string
}{
	{"record", 3, "desk, gen, idx, id, kind, channel, serial, rank, at, hash, unapplied"},
	{"record_matter", 4, "matter, desk, gen, idx"},
	{"record_cite", 4, "desk, gen, idx, matter"},
	{"delivery", 5, "author, gen, channel, serial, desk, at, by_gen, by_idx"},
	{"refusal", 4, "author, gen, idx, desk, code, detail, at, by_gen, by_idx"},
	{"channel", 3, "desk, gen, channel, last, held, prev, last_idx"},
	{"extent", 2, extentColumns},
	{"matter_cause", 2, "matter, derived"},
	{"matter", 1, "key, kind, opener, rank, at, audience, derived"},
}

// Rebuild makes the tables again from the journals and the records, in a
// scratch database, and gives the rows that differ. It also checks that every
// stored journal leads to its head, and that every record opens its
// commitment. db is only read; scratch must be empty.
func Rebuild(ctx context.Context, db, scratch *store.DB, desk string, c *cell.Charter, agreed cell.Agreement, ms cell.Modules, now func() int64) ([]Difference, error) {
	n := &Node{Config: Config{Desk: desk, Charter: c, Agreement: agreed, Modules: ms, DB: scratch, Log: slog.New(slog.DiscardHandler)}, rebuildAt: now, changed: make(chan struct{})}
	if err := n.openAgreement(); err != nil {
		return nil, fmt.Errorf("rebuild: %w", err)
	}
	if err := migrate(ctx, scratch, ms); err != nil {
		return nil, fmt.Errorf("rebuild: %w", err)
	}
	var diffs []Difference
	err := db.Read(ctx, func(tx *store.Tx) error {
		names, err := journals(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, err := journal.Audit(ctx, tx, name.Desk, name.Gen); err != nil {
				diffs = append(diffs, Difference{Table: "journal", Row: fmt.Sprintf("%s/%d", name.Desk, name.Gen), Tables: err.Error()})
			}
			found, err := n.replay(ctx, tx, name)
			if err != nil {
				return err
			}
			diffs = append(diffs, found...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("rebuild: %w", err)
	}
	if err := n.refold(ctx); err != nil {
		return nil, fmt.Errorf("rebuild: %w", err)
	}
	for _, t := range rebuilt {
		found, err := compareTable(ctx, db, scratch, t.table, t.columns, t.keys)
		if err != nil {
			return nil, fmt.Errorf("rebuild: %w", err)
		}
		diffs = append(diffs, found...)
	}
	states, err := n.compareStates(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("rebuild: %w", err)
	}
	diffs = append(diffs, states...)
	for _, m := range ms {
		for _, table := range m.Tables {
			found, err := compareTable(ctx, db, scratch, table, "*", 3)
			if err != nil {
				return nil, fmt.Errorf("rebuild: %w", err)
			}
			diffs = append(diffs, found...)
		}
	}
	return diffs, nil
}

// replay applies one journal's records to the scratch database, by index.
func (n *Node) replay(ctx context.Context, tx *store.Tx, name journal.Name) (diffs []Difference, err error) {
	rows, err := tx.Query(ctx, `SELECT idx, salt, bytes FROM record WHERE desk = ? AND gen = ? ORDER BY idx`, name.Desk, name.Gen)
	if err != nil {
		return nil, err
	}
	var list []journal.Opened
	for rows.Next() {
		var o journal.Opened
		var salt []byte
		if err := rows.Scan(&o.Index, &salt, &o.Record); err != nil {
			return nil, err
		}
		copy(o.Salt[:], salt)
		list = append(list, o)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for chunk := range slices.Chunk(list, 512) {
		err := n.DB.Write(ctx, func(out *store.Tx) error {
			b := &batch{Tx: out, n: n, channels: map[string]channelHead{}, dirty: map[string]bool{}, grown: map[journal.Name]bool{}}
			for _, o := range chunk {
				why, err := b.replayOne(ctx, tx, name, o)
				if err != nil {
					return err
				}
				if why != "" {
					diffs = append(diffs, Difference{"record", cell.Cite{Desk: name.Desk, Gen: name.Gen, Index: o.Index}.String(), why, ""})
				}
			}
			return b.leaveAll(ctx)
		})
		if err != nil {
			return nil, err
		}
	}
	return diffs, nil
}

func (b *batch) replayOne(ctx context.Context, src *store.Tx, name journal.Name, o journal.Opened) (why string, err error) {
	e, err := journal.EntryAt(ctx, src, name.Desk, name.Gen, o.Index)
	if err != nil {
		return "no entry of this index in the journal", nil
	}
	if !e.Opens(o.Salt, o.Record) {
		return "the bytes do not open the commitment", nil
	}
	r, err := cell.Decode(o.Record)
	if err != nil {
		return "the bytes are no record: " + err.Error(), nil
	}
	h, err := b.n.held(name, o.Index, o.Record, hashOf(o.Record))
	if err != nil {
		return err.Error(), nil
	}
	b.channels[r.Channel()] = channelHead{r.Serial, hex.EncodeToString(e[:])}
	return "", b.apply(ctx, h, o.Salt, o.Record)
}

// refold folds every matter of the scratch database, the standing ones too.
func (n *Node) refold(ctx context.Context) error {
	err := n.DB.Write(ctx, func(tx *store.Tx) error {
		b := &batch{Tx: tx, n: n, dirty: map[string]bool{}}
		return b.writeStanding(ctx)
	})
	for left := true; left && err == nil; {
		err = n.DB.Write(ctx, func(tx *store.Tx) (err error) {
			b := &batch{Tx: tx, n: n, dirty: map[string]bool{}}
			left, err = b.foldDirty(ctx)
			return err
		})
	}
	return err
}

// compareStates compares the states that the tables keep of the matters with
// those that the rebuilt ones have. A state stands from the fold that wrote it
// until its next change, so it is computed for just before that. A matter that
// is still to be folded has none to compare.
func (n *Node) compareStates(ctx context.Context, db *store.DB) ([]Difference, error) {
	kept, err := keptStates(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("read states: %w", err)
	}
	var out []Difference
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		for _, k := range kept {
			m, err := n.matter(ctx, tx, k.key)
			if err != nil {
				return err
			}
			if len(m.Records) == 0 && m.Derived == nil {
				continue // a row that follows from nothing: named already
			}
			want, err := n.stateUntil(ctx, tx, m, k.next)
			if err != nil {
				return err
			}
			if want != k {
				out = append(out, Difference{"matter", k.key, k.String(), want.String()})
			}
		}
		return nil
	})
	return out, err
}

// keptState is what a row of the matters says that depends on the time.
type keptState struct {
	key, state string
	open, next int64
}

// String words it for a difference.
func (k keptState) String() string {
	return fmt.Sprintf("open %d, next %d, state %s", k.open, k.next, k.state)
}

func keptStates(ctx context.Context, db *store.DB) (out []keptState, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT key, state, open, next FROM matter WHERE dirty = 0 ORDER BY key`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var k keptState
			if err := rows.Scan(&k.key, &k.state, &k.open, &k.next); err != nil {
				return err
			}
			out = append(out, k)
		}
		return rows.Err()
	})
	return out, err
}

// stateUntil gives the state of a matter as it stands until a time, 0 for ever.
func (n *Node) stateUntil(ctx context.Context, tx *store.Tx, m cell.Matter, next int64) (keptState, error) {
	at := next - 1
	if next == 0 {
		at = max(n.now(), m.At())
	}
	st, _, err := n.status(ctx, tx, m, at)
	if err != nil {
		return keptState{}, err
	}
	text, err := json.Marshal(st)
	if err != nil {
		return keptState{}, fmt.Errorf("write state: %w", err)
	}
	k := keptState{m.Ref.String(), string(text), 0, st.Next}
	if st.Open {
		k.open = 1
	}
	return k, nil
}

func compareTable(ctx context.Context, db, scratch *store.DB, table, columns string, keys int) ([]Difference, error) {
	have, err := dump(ctx, db, table, columns, keys)
	if err != nil {
		return nil, err
	}
	want, err := dump(ctx, scratch, table, columns, keys)
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for k := range have {
		all[k] = true
	}
	for k := range want {
		all[k] = true
	}
	var out []Difference
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if have[k] != want[k] {
			out = append(out, Difference{table, k, have[k], want[k]})
		}
	}
	return out, nil
}

// dump reads a table as text, by key.
func dump(ctx context.Context, db *store.DB, table, columns string, keys int) (map[string]string, error) {
	out := map[string]string{}
	err := db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT `+columns+` FROM `+table)
		if err != nil {
			return err
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		vals, ptrs := make([]any, len(names)), make([]any, len(names))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		for rows.Next() {
			if err := rows.Scan(ptrs...); err != nil {
				return err
			}
			text := make([]string, len(vals))
			for i, v := range vals {
				text[i] = fmt.Sprint(v)
				if b, ok := v.([]byte); ok {
					text[i] = hex.EncodeToString(b)
				}
			}
			out[strings.Join(text[:keys], " ")] = strings.Join(text, " ")
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read table %s: %w", table, err)
	}
	return out, nil
}

package node

import (
	"context"
	_ "embed" // for order.sql
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// orderDDL is the orders in which matters are asked for: each list that a screen
// shows, and each that the clocks read every second, is read from its beginning
// and as far as it goes, however many matters there are.
//
//go:embed order.sql
var orderDDL string

// Whether somebody is so late that a rung of the ladder is reached, and whether a
// matter is a drill's, as two of the indexes are made: word for word.
const (
	isClimbing = `REPLACE(REPLACE(state, '"level":""', ''), '"level":"', '') <> REPLACE(state, '"level":""', '')`
	isDrill    = `REPLACE(state, '"exercise":true', '') <> state`
)

// Query answers a module's query at the present time. The host knows no module
// by name: it passes on what the module listed (design 8).
func (n *Node) Query(ctx context.Context, q cell.Query) (any, error) { return n.Ask(ctx, q, nil) }

// Ask answers a module's query for what is asked, by the names of its parameters.
func (n *Node) Ask(ctx context.Context, q cell.Query, ask map[string]string) (any, error) {
	var out any
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		var failed, err error
		v := n.looker(ctx, tx).view(n.viewOf(ctx, tx, &failed), q, &failed)
		v.Ask = ask
		out, err = q.Run(ctx, v)
		return errors.Join(err, failed)
	})
	if err != nil {
		return nil, fmt.Errorf("answer %s: %w", q.Name, err)
	}
	return out, nil
}

// here gives what this desk holds at the present time, for its modules. What
// cannot be read counts as not held, and is noted.
func (n *Node) here(ctx context.Context, tx *store.Tx, failed *error) cell.Here {
	beside := n.near(ctx, tx, n.now(), failed)
	return cell.Here{Desk: n.Desk(), Now: beside.at, Charter: n.Config.Charter, Find: n.finder(ctx, tx, failed), Near: beside.around(),
		Records: n.recordsOf(ctx, tx, failed), In: n.in(ctx, tx, failed), Leaning: n.leaningOn(ctx, tx, failed), Of: n.ofKind(ctx, tx, failed), During: beside.during, DuringBy: beside.duringBy,
		Open:   func() []cell.OpenMatter { return n.openMatters(ctx, tx, failed, "%") },
		OpenIn: func(state string) []cell.OpenMatter { return n.openMatters(ctx, tx, failed, `{"name":"`+state+`",%`) }}
}

// openMatters gives the open matters of every module whose state as it is
// stored is like a pattern, the gravest first.
func (n *Node) openMatters(ctx context.Context, tx *store.Tx, failed *error, state string) (out []cell.OpenMatter) {
	rows, err := tx.Query(ctx, `SELECT key FROM matter WHERE open = 1 AND state LIKE ? ORDER BY rank, at, key LIMIT 1000`, state)
	if err != nil {
		*failed = errors.Join(*failed, err)
		return nil
	}
	keys, err := texts(rows)
	*failed = errors.Join(*failed, err)
	for _, key := range keys {
		m, st, err := n.stateOf(ctx, tx, key)
		*failed = errors.Join(*failed, err)
		if err == nil && st.Open {
			out = append(out, cell.OpenMatter{Matter: m, State: st})
		}
	}
	return out
}

// recordsOf finds the records held here that were written from a time up to
// another, by place.
func (n *Node) recordsOf(ctx context.Context, tx *store.Tx, failed *error) func(from, until int64) []cell.Held {
	return func(from, until int64) []cell.Held {
		list, err := n.records(ctx, tx, `WHERE r.at >= ? AND r.at < ? ORDER BY r.desk, r.gen, r.idx`, from, until)
		*failed = errors.Join(*failed, err)
		return list
	}
}

// began gives when this desk's journal begins: the time of its first record that
// is held, in the first generation that has one.
func (n *Node) began(ctx context.Context, tx *store.Tx) (int64, error) {
	for gen := range maxGenerations {
		h, ok, err := n.record(ctx, tx, cell.Cite{Desk: n.Desk(), Gen: gen + 1})
		if err != nil || ok {
			return h.At, err
		}
	}
	return 0, nil
}

// entryHeld gives the commitment at a place of a journal; ok is false when the
// journal is not held that far.
func (n *Node) entryHeld(ctx context.Context, tx *store.Tx, c cell.Cite) (string, bool, error) {
	n.mu.Lock()
	size := n.holdings[journal.Name{Desk: c.Desk, Gen: c.Gen}].Size
	n.mu.Unlock()
	if c.Index >= size {
		return "", false, nil
	}
	e, err := journal.EntryAt(ctx, tx, c.Desk, c.Gen, c.Index)
	if err != nil {
		return "", false, err
	}
	return hex.EncodeToString(e[:]), true, nil
}

// journalCounts counts the entries of every journal that is held here, and the
// records among them.
func (n *Node) journalCounts(ctx context.Context, tx *store.Tx) ([]cell.JournalCount, error) {
	n.mu.Lock()
	var out []cell.JournalCount
	for name, h := range n.holdings {
		out = append(out, cell.JournalCount{Desk: name.Desk, Gen: name.Gen, Entries: h.Size})
	}
	n.mu.Unlock()
	slices.SortFunc(out, func(a, b cell.JournalCount) int {
		return cell.Cite{Desk: a.Desk, Gen: a.Gen}.Compare(cell.Cite{Desk: b.Desk, Gen: b.Gen})
	})
	for i := range out {
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM record WHERE desk = ? AND gen = ?`, out[i].Desk, out[i].Gen).Scan(&out[i].Held)
		if err != nil {
			return nil, fmt.Errorf("count records: %w", err)
		}
	}
	return out, nil
}

// ReadJournals runs f in a read transaction over the journals that are held
// here, own and replicas. It is what [journal.Tiles] reads from.
func (n *Node) ReadJournals(ctx context.Context, f func(journal.Tx) error) error {
	return n.DB.Read(ctx, func(tx *store.Tx) error { return f(tx) })
}

// Ready reports whether this desk takes acts: nil when the sequencer answers
// before the context ends and may append, else why not, in words.
func (n *Node) Ready(ctx context.Context) error {
	if err := n.mayAppend(); err != nil {
		return err
	}
	answer := make(chan error, 1)
	go func() { answer <- n.do(ctx, func(context.Context, *batch) error { return nil }) }()
	select {
	case err := <-answer:
		if err != nil && ctx.Err() == nil {
			return err
		}
		if err == nil {
			return nil
		}
	case <-ctx.Done():
	}
	return fmt.Errorf("%w: the desk does not answer in time", cell.ErrNotNow)
}

// Figures are counts of what a desk holds and waits for: enough to watch over
// it, nothing of what was said or where (design 11), and nothing of a drill in an
// actual cell (HOT-18).
type Figures struct {
	Records map[string]int64          // held, by author
	Open    map[cell.Precedence]int64 // open matters
	Flash   map[string]int64          // by desk: milliseconds for which its oldest FLASH has waited for an officer
	Outbox  map[string]int64          // records on their way, by addressee
	Journal map[string]int64          // entries held, by author, of the newest generation
	Feed    int64                     // newest position
}

// Figures counts, at the present time.
func (n *Node) Figures(ctx context.Context) (Figures, error) {
	f := Figures{Records: map[string]int64{}, Open: map[cell.Precedence]int64{}, Flash: map[string]int64{}, Outbox: map[string]int64{}, Journal: map[string]int64{}}
	holdings, err := n.Holdings(ctx)
	if err != nil {
		return f, err
	}
	for _, h := range holdings {
		f.Journal[h.Desk] = h.Size // in order of generation
	}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		if err := count(ctx, tx, f.Records, `SELECT desk, CAST(SUM(held) AS BIGINT) FROM channel GROUP BY desk`); err != nil {
			return err
		}
		if err := count(ctx, tx, f.Outbox, `SELECT peer, COUNT(*) FROM outbox WHERE receipt = 0 GROUP BY peer`); err != nil {
			return err
		}
		for _, p := range cell.Precedences() {
			var all, drills int64
			err := errors.Join(tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter WHERE open = 1 AND rank = ?`, p.Rank()).Scan(&all),
				tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter WHERE open = 1 AND rank = ? AND `+isDrill, p.Rank()).Scan(&drills))
			if err != nil {
				return err
			}
			f.Open[p] = all - drills
		}
		if err := n.oldestFlash(ctx, tx, f.Flash); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT COALESCE(MAX(pos), 0) FROM feed`).Scan(&f.Feed)
	})
	if err != nil {
		return f, fmt.Errorf("count: %w", err)
	}
	return f, nil
}

func count(ctx context.Context, tx *store.Tx, into map[string]int64, query string) error {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var c int64
		if err := rows.Scan(&name, &c); err != nil {
			return err
		}
		into[name] = c
	}
	return rows.Err()
}

func (n *Node) oldestFlash(ctx context.Context, tx *store.Tx, into map[string]int64) error {
	rows, err := tx.Query(ctx, `SELECT state FROM matter WHERE open = 1 AND rank = 0`)
	if err != nil {
		return err
	}
	states, err := texts(rows)
	if err != nil {
		return err
	}
	for _, s := range states {
		st, err := parseState(s)
		if err != nil {
			return err
		}
		for _, w := range st.Waiting {
			if w.For == cell.NeedReceived && !st.Exercise {
				into[w.Desk] = max(into[w.Desk], n.now()-w.Since)
			}
		}
	}
	return nil
}

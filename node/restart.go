package node

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

type verifier = note.Verifier

// restoring says why this desk may not append: what it signed before is not
// what its database holds.
type restoring struct {
	why  string
	was  journal.Head // what head.latest says, when it can be read
	all  []string     // the linked desks
	need []string     // those whose view of this journal is still wanted

	held map[journal.Name]int64 // of every journal, when the desk was opened: the copy

	stated map[string]int64 // by desk: how much of this journal it holds, once it has said so

	gen  int          // the newest generation of this journal that is known: here, in head.latest, or by a peer's word
	last journal.Head // and its head

	missing int64 // own records whose commitments are held and whose bytes are not back yet
	began   int64 // entries of this journal when the desk was opened
	at      int64 // of the backup; 0: not known
	back    int64 // when the last one came back, or the last desk spoke
}

// Restoring gives why this desk may not append and whose view it waits for,
// "" when it may.
func (n *Node) Restoring() (why string, waiting []string) {
	why, waiting, _ = n.RestoreState()
	return why, waiting
}

func (n *Node) mayAppend() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fatal != nil {
		return fmt.Errorf("%w: the database failed and could not be opened again: %w", cell.ErrNotNow, n.fatal)
	}
	if err := n.mayWork(); err != nil { // taken back from the others: the directory is older than the journal
		return err
	}
	if n.restoring != nil {
		if n.restoring.gen > n.gen {
			return fmt.Errorf("%w: %s; generation %d of this journal was begun after it, and only an override goes on from there", cell.ErrNotNow, n.restoring.why, n.restoring.gen)
		}
		if n.restoring.missing > 0 {
			return fmt.Errorf("%w: %s; %d records of this desk's own journal are not back yet", cell.ErrNotNow, n.restoring.why, n.restoring.missing)
		}
		return fmt.Errorf("%w: %s; waiting for the view of %v", cell.ErrNotNow, n.restoring.why, n.restoring.need)
	}
	return nil
}

// checkRestart compares the database with head.latest (design 2, "Restart").
// The database at it or past it with a matching root is an ordinary restart.
// Anything else is a restore: the desk appends nothing until every linked desk
// has said what it holds of this journal.
func (n *Node) checkRestart() error {
	if n.Head == nil {
		return nil
	}
	gen, was, ok, err := n.Head.Read()
	if err != nil {
		return fmt.Errorf("read head.latest: %w", err)
	}
	now := n.tree.Head()
	why, at, err := n.restoredFrom(context.Background())
	if err != nil {
		return err
	}
	switch {
	case why != "" && (!ok || gen > n.gen || was.Size > now.Size):
		// a copy of an older database, put back by "parley restore"
	case !ok && now.Size == 0 && why == "":
		// A new desk. Its empty head is written now: a crash after the first commit,
		// and before the first signature, must not look like a copy.
		return n.Head.Write(n.gen, now)
	case !ok:
		why = "head.latest is missing or unreadable, so this may be a copy of an older database"
	case gen > n.gen || (gen == n.gen && was.Size > now.Size):
		why = fmt.Sprintf("the database ends at %d but this desk has signed %d", now.Size, was.Size)
	case gen == n.gen && ok:
		root, err := n.rootAt(was.Size)
		if err != nil {
			return err
		}
		if root != was.Root {
			why = fmt.Sprintf("the database differs from what this desk has signed at %d", was.Size)
		}
	}
	if why == "" {
		return nil
	}
	r := n.beginRestore(why, at)
	switch {
	case ok && gen > n.gen:
		r.gen, r.last = gen, was
	case ok && gen == n.gen:
		r.was = was
		if was.Size > now.Size {
			r.last = was // signed, though the database has lost it
		}
	}
	return nil
}

// beginRestore stops all appending. Only the sequencer calls it, or Open.
func (n *Node) beginRestore(why string, at int64) *restoring {
	now := n.tree.Head()
	r := &restoring{why: why, stated: map[string]int64{}, gen: n.gen, last: now, back: n.now(), began: now.Size, at: at, held: map[journal.Name]int64{}}
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, h := range n.holdings {
		r.held[name] = h.Size
	}
	for _, d := range n.Config.Charter.Others(n.Desk()) {
		if n.Config.Charter.Linked(n.Desk(), d) {
			r.all = append(r.all, d)
		}
	}
	r.need, n.restoring = r.all, r
	n.Log.Warn("this desk appends nothing until the others have said what they hold of its journal", "why", why)
	return r
}

func (n *Node) rootAt(size int64) (root journal.Hash, err error) {
	err = n.DB.Read(context.Background(), func(tx *store.Tx) error {
		root, err = journal.RootAt(context.Background(), tx, n.Desk(), n.gen, size)
		return err
	})
	return root, err
}

// informedAll notes that a desk has stated all it holds, and how much of this
// desk's journal is among it.
func (n *Node) informedAll(ctx context.Context, from string, theirs []journal.Holding) error {
	if why, _ := n.Restoring(); why == "" {
		return nil
	}
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		size := int64(0)
		for _, h := range theirs {
			if h.Name == (journal.Name{Desk: n.Desk(), Gen: n.gen}) {
				size = h.Size
			}
			if err := n.laterGeneration(h); err != nil {
				return err
			}
		}
		return b.endRestore(ctx, from, size)
	})
}

// endRestore ends the restore when every linked desk has stated what it holds
// of this journal, none holds more than this desk, and no record is missing.
// from has stated size; "" when only this journal has grown.
func (b *batch) endRestore(ctx context.Context, from string, size int64) error {
	var held int64
	if err := b.QueryRow(ctx, `SELECT COUNT(*) FROM record WHERE desk = ? AND gen = ?`, b.n.Desk(), b.n.gen).Scan(&held); err != nil {
		return fmt.Errorf("count own records: %w", err)
	}
	if !b.restored(from, size, held) {
		return nil
	}
	b.n.Log.Info("restore is over: every linked desk's view of this journal is held")
	if err := b.restoreOver(ctx, 0); err != nil {
		return err
	}
	return b.oweHeld(ctx)
}

func (b *batch) restored(from string, size, held int64) bool {
	n := b.n
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.restoring
	if r == nil {
		return false
	}
	if _, heard := r.stated[from]; from != "" {
		if !heard {
			r.back = n.now()
		}
		r.stated[from] = size
	}
	now := n.tree.Head().Size
	r.need = slices.DeleteFunc(slices.Clone(r.all), func(d string) bool {
		size, heard := r.stated[d]
		return heard && size <= now // else the link fetches it: regain
	})
	if len(r.need) > 0 || r.was.Size > now || r.gen > n.gen {
		return false
	}
	if r.missing = now - held; r.missing > 0 {
		return false // their commitments are back, and the records are on their way
	}
	n.restoring, b.ended = nil, r
	return true
}

package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
		return nil // a new desk
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

// regain takes back entries and records of this desk's own journal that a peer
// still holds after a restore. Outside a restore they are only compared.
func (b *batch) regain(ctx context.Context, from string, jb journal.Batch, v verifier) error {
	n := b.n
	if why, _ := n.Restoring(); why == "" || jb.Gen != n.gen {
		err := journal.Compare(ctx, b.Tx, jb.Desk, jb.Gen, jb.Checkpoint, v)
		if fork, ok := errors.AsType[*journal.Fork](err); ok {
			return b.raiseFork(ctx, from, fork)
		}
		return nil
	}
	if b.own == nil {
		b.own = n.tree.Clone()
	}
	if _, err := journal.Extend(ctx, b.Tx, jb.Desk, jb.Gen, n.tree, jb.From, jb.Entries, jb.Checkpoint, v); err != nil {
		if fork, ok := errors.AsType[*journal.Fork](err); ok {
			return b.raiseFork(ctx, from, fork)
		}
		return err
	}
	b.grown[jb.Name] = true
	for _, o := range jb.Records {
		if err := b.regainRecord(ctx, jb.Name, o); err != nil {
			return err
		}
	}
	if err := n.reloadChannels(ctx, b); err != nil {
		return err
	}
	return b.endRestore(ctx, "", 0)
}

func (b *batch) regainRecord(ctx context.Context, name journal.Name, o journal.Opened) error {
	n := b.n
	var have int
	if err := b.QueryRow(ctx, `SELECT COUNT(*) FROM record WHERE desk = ? AND gen = ? AND idx = ?`, name.Desk, name.Gen, o.Index).Scan(&have); err != nil || have > 0 {
		return err
	}
	entry, err := journal.EntryAt(ctx, b.Tx, name.Desk, name.Gen, o.Index)
	if err != nil {
		return err
	}
	r, err := cell.Decode(o.Record)
	if err != nil || !entry.Opens(o.Salt, o.Record) {
		return cell.Invalidf("", "what the peer returned as record %d is not this desk's", o.Index)
	}
	h, err := n.held(name, o.Index, o.Record, hashOf(o.Record))
	if err != nil {
		return err
	}
	b.channels[r.Channel()] = channelHead{}
	n.mu.Lock()
	n.restoring.back = n.now()
	n.mu.Unlock()
	return b.apply(ctx, h, o.Salt, o.Record)
}

// reloadChannels makes the channels' heads again from the records held.
func (n *Node) reloadChannels(ctx context.Context, b *batch) error {
	heads := map[string]channelHead{}
	rows, err := b.Query(ctx, `SELECT c.channel, c.last, c.last_idx FROM channel c WHERE c.desk = ? AND c.gen = ?`, n.Desk(), n.gen)
	if err != nil {
		return err
	}
	defer rows.Close()
	last := map[string]int64{}
	for rows.Next() {
		var name string
		var h channelHead
		var idx int64
		if err := rows.Scan(&name, &h.serial, &idx); err != nil {
			return err
		}
		heads[name], last[name] = h, idx
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for name, h := range heads {
		e, err := journal.EntryAt(ctx, b.Tx, n.Desk(), n.gen, last[name])
		if err != nil {
			return err
		}
		h.prev = fmt.Sprintf("%x", e[:])
		heads[name] = h
		if err := b.Exec(ctx, `UPDATE channel SET prev = ? WHERE desk = ? AND gen = ? AND channel = ?`, h.prev, n.Desk(), n.gen, name); err != nil {
			return err
		}
	}
	maps.Copy(b.channels, heads)
	return nil
}

// requeue puts into a peer's outbox again what it no longer holds: a desk that
// states less of a journal than it did has been restored from a copy, and what
// it said it had is wanted again. Of its own journal it gets back every record
// that is held here.
func (n *Node) requeue(ctx context.Context, peer string, name journal.Name, from int64) error {
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		rows, err := b.Query(ctx, `SELECT DISTINCT channel FROM record WHERE desk = ? AND gen = ? AND idx >= ?`, name.Desk, name.Gen, from)
		if err != nil {
			return fmt.Errorf("find what %s has lost: %w", peer, err)
		}
		channels, err := texts(rows)
		if err != nil {
			return fmt.Errorf("find what %s has lost: %w", peer, err)
		}
		for _, ch := range channels {
			_, to, _ := strings.Cut(ch, ">")
			own := name.Desk == peer
			if !own && !slices.Contains(strings.Split(to, ","), peer) {
				continue
			}
			err := b.Exec(ctx, `INSERT INTO outbox (peer, rank, desk, gen, idx, receipt)
				SELECT ?, rank, desk, gen, idx, CASE WHEN kind = ? OR desk = ? THEN 1 ELSE 0 END FROM record
				WHERE desk = ? AND gen = ? AND idx >= ? AND channel = ? ON CONFLICT DO NOTHING`,
				peer, cell.KindReceipt, peer, name.Desk, name.Gen, from, ch)
			if err != nil {
				return fmt.Errorf("queue for %s what it has lost: %w", peer, err)
			}
		}
		b.after = append(b.after, n.wake)
		return nil
	})
}

// lost finds the journals of which a peer states less than it did before, or,
// the first time that this node hears of it, less than is held here.
func (n *Node) lost(from string, theirs []journal.Holding) map[journal.Name]int64 {
	now := map[journal.Name]int64{}
	for _, h := range theirs {
		now[h.Name] = h.Size
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	out := map[journal.Name]int64{}
	for name, h := range n.holdings {
		old, heard := n.views[from][name]
		if now[name] < h.Size && (!heard || now[name] < old.size) {
			out[name] = now[name]
		}
	}
	return out
}

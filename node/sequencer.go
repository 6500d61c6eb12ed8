package node

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// maxBatch is how many operations one transaction carries at most.
const maxBatch = 1024

// foldNow is how many matters are folded in the transaction that changed them;
// the rest follow in the next ones, so that a flood does not hold up a FLASH.
const foldNow = 64

// foldBusy is the same while other operations wait.
const foldBusy = 8

// op is one thing that waits for the sequencer.
type op struct {
	run  func(context.Context, *batch) error
	done chan error
}

// batch is what one transaction has done so far. Only the sequencer touches it.
type batch struct {
	*store.Tx
	n        *Node
	entries  []journal.Entry                  // own, to be appended at the end
	channels map[string]channelHead           // own channels moved in this batch
	tails    map[channelKey]tail              // and those of others
	owed     []owed                           // what was taken over and must be receipted
	dirty    map[string]bool                  // matters to fold
	dirtied  []string                         // and the order in which they came up
	urgent   map[string]bool                  // those among them that a FLASH or an IMMEDIATE changed
	restate  map[string]bool                  // those among them of which only the state may be another
	pressing bool                             // the record being applied is one
	records  []string                         // cites for the feed
	folded   []string                         // matters for the feed
	rank     int                              // the fastest precedence among foreign records
	grown    map[journal.Name]bool            // journals that changed
	holds    map[journal.Name]journal.Holding // what to state of foreign ones, once it is durable
	after    []func()                         // run after the commit
	prior    map[journal.Name]prior           // replicas before this operation
	own      *journal.Tree                    // the own journal before this operation took back a part of it
	ended    *restoring                       // the restore that this operation ended
	came     journal.Batch                    // entries that were just verified and stored
	found    map[string][]cell.Matter         // by kind: what Find gave in this transaction
	opened   map[string]bool                  // matters that will have no row yet: where they have, it costs no more than time
	adopted  bool                             // a desk adopted a charter or keys in this operation
	stirs    map[string]bool                  // peers for whom something was put into the outbox
}

// do hands an operation to the sequencer and waits for its transaction to be
// durable. An error of the operation rolls back that operation alone.
func (n *Node) do(ctx context.Context, run func(context.Context, *batch) error) error {
	o := &op{run, make(chan error, 1)}
	select {
	case n.ops <- o:
	case <-n.done:
		return fmt.Errorf("%w: the desk is stopping", cell.ErrNotNow)
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-o.done:
		return err
	case <-n.done:
		select {
		case err := <-o.done:
			return err
		default:
			return fmt.Errorf("%w: the desk stopped", cell.ErrNotNow)
		}
	}
}

func (n *Node) sequence(ctx context.Context) {
	defer close(n.done)
	more := make(chan struct{}, 1)
	for {
		var ops []*op
		select {
		case <-ctx.Done():
			return
		case o := <-n.ops:
			ops = n.drain(o)
		case <-more:
		}
		left, err := n.commit(ctx, ops)
		if err != nil {
			n.Log.Error("transaction failed", "err", err)
			err := n.recover(ctx)
			if err != nil {
				n.Log.Error("database cannot be opened again; the desk refuses acts", "err", err)
			}
			n.mu.Lock()
			n.fatal = err // until it can be opened again: then the desk goes on by itself
			n.mu.Unlock()
			continue
		}
		if left {
			select {
			case more <- struct{}{}:
			default:
			}
		}
	}
}

func (n *Node) drain(first *op) []*op {
	ops := []*op{first}
	for len(ops) < maxBatch {
		select {
		case o := <-n.ops:
			ops = append(ops, o)
		default:
			return ops
		}
	}
	return ops
}

// commit carries the operations in one transaction and answers each of them
// after it is durable. It reports whether matters are left to fold.
func (n *Node) commit(ctx context.Context, ops []*op) (left bool, err error) {
	results := make([]error, len(ops))
	var b *batch
	err = n.DB.Write(ctx, func(tx *store.Tx) error {
		b = &batch{Tx: tx, n: n, channels: map[string]channelHead{},
			dirty: map[string]bool{}, rank: 9, grown: map[journal.Name]bool{}, holds: map[journal.Name]journal.Holding{}}
		if err := n.saveSigned(ctx, tx); err != nil {
			return fmt.Errorf("save signatures: %w", err)
		}
		for i, o := range ops {
			results[i] = b.step(ctx, o)
			if errors.Is(results[i], store.ErrDiskFull) {
				return results[i]
			}
		}
		if err := b.writeReceipts(ctx); err != nil {
			return err
		}
		if len(b.entries) > 0 {
			if err := journal.Append(ctx, tx, n.Desk(), n.gen, n.tree, b.entries); err != nil {
				return err
			}
			b.grown[journal.Name{Desk: n.Desk(), Gen: n.gen}] = true
		}
		if left, err = b.foldDirty(ctx); err != nil {
			return err
		}
		if err := b.writeFeed(ctx); err != nil {
			return err
		}
		n.Fail("before-commit")
		return nil
	})
	if err != nil {
		for i, o := range ops {
			o.done <- errors.Join(results[i], asNotNow(err))
		}
		return false, err
	}
	n.Fail("after-commit")
	n.signed, n.cosigned = false, nil
	for c, h := range b.channels {
		n.channels[c] = h
	}
	n.keepTails(b.tails)
	if err := n.publish(b); err != nil {
		n.Log.Error("checkpoint not signed", "err", err)
	}
	n.stir(b.stirs)
	for _, f := range b.after {
		f()
	}
	if len(b.grown) > 0 || len(b.folded) > 0 || len(b.records) > 0 {
		n.wake() // before the answers: who files and then waits for the link must find it awake
	}
	for i, o := range ops {
		o.done <- results[i]
	}
	return left, nil
}

// step runs one operation under a savepoint; what it changed in memory is
// undone with it: above all the receipts owed, which must never name a record
// that was rolled back.
func (b *batch) step(ctx context.Context, o *op) error {
	entries, records, after, owed, dirtied, rank := len(b.entries), len(b.records), len(b.after), len(b.owed), len(b.dirtied), b.rank
	saved, tails, grown := maps.Clone(b.channels), maps.Clone(b.tails), maps.Clone(b.grown)
	b.prior, b.own, b.ended, b.came, b.adopted = map[journal.Name]prior{}, nil, nil, journal.Batch{}, false
	err := b.Savepoint(ctx, func() error { return o.run(ctx, b) })
	if err != nil && b.adopted {
		if failed := b.n.loadAdoptions(ctx, b.Tx); failed != nil {
			return errors.Join(err, failed)
		}
	}
	if err != nil {
		b.forget()
		b.found = nil
		b.entries, b.records, b.after, b.owed = b.entries[:entries], b.records[:records], b.after[:after], b.owed[:owed]
		b.channels, b.tails, b.grown, b.rank = saved, tails, grown, rank
		for _, key := range b.dirtied[dirtied:] {
			delete(b.dirty, key)
		}
		b.dirtied = b.dirtied[:dirtied]
	}
	return err
}

// mark notes that a matter must be folded.
func (b *batch) mark(key string) {
	if b.pressing {
		if b.urgent == nil {
			b.urgent = map[string]bool{}
		}
		b.urgent[key] = true
	}
	delete(b.restate, key)
	b.soil(key)
}

// markState notes that the state of a matter must be worked out again, by the
// time or by what others are: what follows from its own records stays.
func (b *batch) markState(key string) {
	if b.dirty[key] {
		return
	}
	b.restate = with(b.restate, key)
	b.soil(key)
}

func (b *batch) soil(key string) {
	if !b.dirty[key] {
		b.dirty[key] = true
		b.dirtied = append(b.dirtied, key)
	}
}

func asNotNow(err error) error {
	if errors.Is(err, store.ErrDiskFull) {
		return fmt.Errorf("%w: the disk is full; make room, nothing acknowledged is lost", cell.ErrNotNow)
	}
	return fmt.Errorf("%w: the database failed: %w", cell.ErrNotNow, err)
}

// recover reopens the database after a commit error and checks it against what
// was signed before going on: the outcome of that commit is whatever the database says now.
func (n *Node) recover(ctx context.Context) error {
	n.signed, n.cosigned, n.unpublished = false, nil, nil
	if err := n.DB.Reopen(ctx); err != nil {
		return err
	}
	n.stirAll()
	if err := n.load(ctx); err != nil {
		return err
	}
	if err := n.checkRestart(); err != nil { // what was signed must be what the database holds
		return err
	}
	n.wake()
	return nil
}

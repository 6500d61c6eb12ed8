package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/journal"
	"parley/store"
)

// publish signs what grew, cosigns what was taken over, and shows it to links
// and consoles. Signing comes after the commit: a signature made before a
// commit that fails would be a second history.
//
// What cannot be signed now, because the agent that holds the key is away, or
// cannot be noted beside the database, is tried again with the next
// transaction: the clocks make one every second.
func (n *Node) publish(b *batch) error {
	n.Fail("before-sign")
	for name, h := range n.unpublished {
		if !b.grown[name] {
			b.grown[name] = true
			b.holds[name] = h
		}
	}
	n.unpublished = map[journal.Name]journal.Holding{}
	var failed error
	for name := range b.grown {
		if err := n.publishOne(b, name); err != nil {
			failed = errors.Join(failed, err)
			n.unpublished[name] = b.holds[name]
		}
	}
	return failed
}

func (n *Node) publishOne(b *batch, name journal.Name) error {
	if name == (journal.Name{Desk: n.Desk(), Gen: n.gen}) {
		h, err := n.signOwn()
		if err != nil {
			return err
		}
		if why, _ := n.Restoring(); n.Head != nil && why == "" { // it says what is still to be got back
			if err := n.Head.Write(n.gen, n.tree.Head()); err != nil {
				return fmt.Errorf("note the head: %w", err)
			}
		}
		n.hold(h)
		n.signed = true
		return nil
	}
	if h, ok := b.holds[name]; ok && h.Checkpoint != nil {
		n.hold(h)
	}
	return n.cosign(name)
}

// cosign states that this desk holds a journal up to its newest checkpoint.
func (n *Node) cosign(name journal.Name) error {
	n.mu.Lock()
	h := n.holdings[name]
	n.mu.Unlock()
	at := n.Now()
	line, err := journal.Cosign(h.Checkpoint, n.Witness, at)
	if err != nil {
		return fmt.Errorf("cosign %s: %w", name.Desk, err)
	}
	n.addCosignatures(name, h.Size, []string{line})
	n.cosigned = append(n.cosigned, cosigned{name, h.Size, n.Witness.Name(), line, at})
	return nil
}

// cosigned is a cosignature that the tables do not have yet.
type cosigned struct {
	journal.Name
	size int64
	by   string
	line string
	at   time.Time
}

// later is what the next transaction carries along. None of it is worth a sync
// of its own: after a restart the peers state it again.
type later struct {
	cosigned []cosigned // taken over from peers
	taken    [][]any    // rows of the outbox that are done with
}

// saveSigned brings what was signed after the last commit, and what was left
// for later, into the tables.
func (n *Node) saveSigned(ctx context.Context, tx *store.Tx) error {
	n.mu.Lock()
	left := n.later
	n.later = later{}
	cp := n.holdings[journal.Name{Desk: n.Desk(), Gen: n.gen}].Checkpoint
	n.mu.Unlock()
	if n.signed {
		if err := journal.SaveCheckpoint(ctx, tx, n.Desk(), n.gen, cp); err != nil {
			return err
		}
	}
	for _, c := range append(n.cosigned, left.cosigned...) {
		if err := journal.SaveCosignature(ctx, tx, c.Desk, c.Gen, c.size, c.by, c.line, c.at); err != nil {
			return err
		}
	}
	for _, row := range left.taken {
		if err := tx.Exec(ctx, `DELETE FROM outbox WHERE peer = ? AND desk = ? AND gen = ? AND idx = ?`, row...); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) hold(h journal.Holding) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.holdings[h.Name] = h
	n.stood.add(h)
}

// Changed gives a channel that is closed when something changed: a record, a
// state, a checkpoint. Ask again for the next change.
func (n *Node) Changed() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.changed
}

func (n *Node) wake() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.changed)
	n.changed = make(chan struct{})
}

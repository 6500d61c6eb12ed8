package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// Inform takes what a peer states about the journals: cosignatures for what is
// held here, and heads to compare (design 2, "Equivocation", "Rollback").
func (n *Node) Inform(ctx context.Context, from string, theirs []journal.Holding) error {
	for name, size := range n.lost(from, theirs) {
		if err := n.requeue(ctx, from, name, size); err != nil {
			return err
		}
		n.mu.Lock()
		if v, ok := n.views[from][name]; ok && v.size > size {
			v.size, v.sum = size, ""
			n.views[from][name] = v
		}
		n.mu.Unlock()
	}
	for _, h := range theirs {
		if err := n.inform(ctx, from, h); err != nil {
			return fmt.Errorf("heads of %s from %s: %w", h.Desk, from, err)
		}
	}
	return n.informedAll(ctx, from, theirs)
}

func (n *Node) inform(ctx context.Context, from string, h journal.Holding) error {
	sum := hashOf(append(h.Checkpoint, fmt.Sprint(h.Size, h.Cosignatures)...))
	n.mu.Lock()
	if n.views[from] == nil {
		n.views[from] = map[journal.Name]view{}
	}
	old := n.views[from][h.Name]
	n.mu.Unlock()
	if old.sum == sum || h.Size == 0 {
		return nil
	}
	same := n.stands(h)
	if !same {
		var err error
		if same, err = n.judgeHead(ctx, from, h); err != nil {
			return err
		}
	}
	if h.Desk == from && from != n.Desk() {
		n.noteSize(h, old.size)
	}
	n.mu.Lock()
	n.views[from][h.Name] = view{size: h.Size, same: same, at: n.now(), sum: sum}
	n.mu.Unlock()
	return n.takeCosignatures(ctx, h)
}

// stands reports that a peer states the very checkpoint that stands here, or one
// that stood here lately: it was verified when it was taken, and what follows it
// here was found to lead on from it.
func (n *Node) stands(h journal.Holding) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	mine, ok := n.holdings[h.Name]
	return ok && mine.Size == h.Size && string(mine.Checkpoint) == string(h.Checkpoint) || n.stood.has(h)
}

// judgeHead verifies a head that a peer states and holds it against what is
// held here.
func (n *Node) judgeHead(ctx context.Context, from string, h journal.Holding) (same bool, err error) {
	v, err := n.verifier(h.Name, h.Checkpoint)
	if err != nil {
		return false, err
	}
	head, err := journal.OpenCheckpoint(h.Checkpoint, v)
	if err != nil {
		return false, fmt.Errorf("checkpoint: %w", err)
	}
	if head.Size != h.Size {
		return false, cell.Invalidf("", "the checkpoint is of size %d, not %d", head.Size, h.Size)
	}
	return n.compare(ctx, from, h, v)
}

// compare holds a peer's head against what is held here.
func (n *Node) compare(ctx context.Context, from string, h journal.Holding, v verifier) (same bool, err error) {
	var fork *journal.Fork
	var gap *journal.Gap
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		return journal.Compare(ctx, tx, h.Desk, h.Gen, h.Checkpoint, v)
	})
	switch {
	case errors.As(err, &fork):
		return false, n.do(ctx, func(ctx context.Context, b *batch) error { return b.raiseFork(ctx, from, fork) })
	case errors.As(err, &gap):
		if h.Desk == n.Desk() {
			return false, n.signedMore(ctx, from, h)
		}
		return false, nil // larger than ours: it will come
	case err != nil:
		return false, err
	}
	return true, nil
}

// takeCosignatures adds the cosignatures that a peer knows for exactly the
// checkpoint held here. They are stored with the next transaction: what a
// power cut loses of them, the peers state again.
func (n *Node) takeCosignatures(ctx context.Context, h journal.Holding) error {
	n.mu.Lock()
	mine, ok := n.holdings[h.Name]
	n.mu.Unlock()
	if !ok || mine.Size != h.Size || len(h.Cosignatures) == 0 {
		return nil
	}
	fresh := slices.DeleteFunc(slices.Clone(h.Cosignatures), func(l string) bool { return slices.Contains(mine.Cosignatures, l) })
	if fresh = n.validCosignatures(mine.Checkpoint, fresh); len(fresh) == 0 {
		return nil
	}
	n.mu.Lock()
	for _, l := range fresh {
		if v, at, ok := n.known().cosignedBy(mine.Checkpoint, l); ok {
			n.later.cosigned = append(n.later.cosigned, cosigned{h.Name, h.Size, v.Name(), l, time.UnixMilli(at)})
		}
	}
	n.mu.Unlock()
	n.addCosignatures(h.Name, h.Size, fresh)
	n.wake()
	return nil
}

// addCosignatures shows fresh cosignatures, one per cosigner: the newest.
func (n *Node) addCosignatures(name journal.Name, size int64, fresh []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	h := n.holdings[name]
	if h.Size != size {
		return
	}
	byCosigner := map[string]string{}
	for _, l := range append(slices.Clone(h.Cosignatures), fresh...) {
		byCosigner[cosignerOf(l)] = l
	}
	h.Cosignatures = nil
	for _, l := range byCosigner {
		h.Cosignatures = append(h.Cosignatures, l)
	}
	slices.Sort(h.Cosignatures)
	n.holdings[name] = h
}

// cosignerOf gives the key name of a cosignature line.
func cosignerOf(line string) string {
	f := strings.Fields(line)
	if len(f) < 2 {
		return line
	}
	return f[1]
}

package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/cell"
	"parley/journal"
)

// Admit takes over what a peer sent: commitments, and the records among them
// that are addressed to this desk. It returns once everything is durable,
// applied and receipted (design 2, step 5); taking the same thing twice changes
// nothing. A [*journal.Gap] asks the peer to begin earlier. from is the desk at
// the other end of the link, which need not be the author: commitments and
// checkpoints prove themselves.
func (n *Node) Admit(ctx context.Context, from string, parcel []journal.Batch) error {
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		for _, jb := range parcel {
			if err := b.admit(ctx, from, jb); err != nil {
				return fmt.Errorf("admit %s from %s: %w", jb.Desk, from, err)
			}
		}
		return nil
	})
}

func (b *batch) admit(ctx context.Context, from string, jb journal.Batch) error {
	n := b.n
	v, err := n.verifier(jb.Name, jb.Checkpoint)
	if err != nil {
		return err
	}
	if jb.Desk == n.Desk() {
		return b.regain(ctx, from, jb, v)
	}
	if jb.Gen > 1 {
		if ok, err := b.bound(ctx, jb); err != nil || !ok {
			return err
		}
	}
	if err := b.extend(ctx, from, jb); err != nil {
		return err
	}
	held := int64(0)
	if t := n.replicas[jb.Name]; t != nil {
		held = t.Head().Size
	}
	for _, o := range jb.Records {
		if o.Index < 0 {
			return cell.Invalidf("", "a record with index %d", o.Index)
		}
		if o.Index >= held {
			return &journal.Gap{Have: held}
		}
	}
	s, err := b.stretch(ctx, jb)
	if err != nil {
		return err
	}
	for _, o := range jb.Records {
		if s.have[o.Index] {
			continue
		}
		if err := b.admitRecord(ctx, from, jb.Name, o, s); err != nil {
			return err
		}
	}
	return nil
}

// extend grows the replica of a journal. A fork is kept as evidence and raised
// as an alarm; the link goes on.
func (b *batch) extend(ctx context.Context, from string, jb journal.Batch) error {
	n := b.n
	v, err := n.verifier(jb.Name, jb.Checkpoint)
	if err != nil {
		return err
	}
	t := n.replicas[jb.Name]
	if t == nil {
		t, err = journal.LoadTree(ctx, b.Tx, jb.Desk, jb.Gen)
		if err != nil {
			return err
		}
		n.replicas[jb.Name] = t
	}
	if len(jb.Entries) == 0 && b.stated(jb) {
		return nil
	}
	b.came = journal.Batch{}
	b.remember(jb.Name, t)
	before := t.Head().Size
	head, err := journal.Extend(ctx, b.Tx, jb.Desk, jb.Gen, t, jb.From, jb.Entries, jb.Checkpoint, v)
	if fork, ok := errors.AsType[*journal.Fork](err); ok {
		return b.raiseFork(ctx, from, fork)
	}
	if _, ok := errors.AsType[*journal.Gap](err); ok && len(jb.Entries) == 0 {
		return nil // records alone, under a checkpoint whose entries are still to come
	}
	if err != nil {
		return err
	}
	b.came = jb
	if from == jb.Desk && len(jb.Entries) > 0 {
		n.brought(jb.Name, head.Size)
	}
	if head.Size > before {
		b.grown[jb.Name] = true
		h := journal.Holding{Name: jb.Name, Size: head.Size, Checkpoint: jb.Checkpoint, Cosignatures: n.validCosignatures(jb.Checkpoint, jb.Cosignatures)}
		b.holds[jb.Name] = h
		if err := b.keepStep(ctx, jb.Name, head.Size, jb.Checkpoint); err != nil {
			return err
		}
	}
	return nil
}

// stated reports whether a batch states just the checkpoint that is held.
func (b *batch) stated(jb journal.Batch) bool {
	h, ok := b.holds[jb.Name]
	if !ok {
		b.n.mu.Lock()
		h = b.n.holdings[jb.Name]
		b.n.mu.Unlock()
	}
	return string(h.Checkpoint) == string(jb.Checkpoint)
}

// prior is what a replica was before the operation that grows it, and what
// earlier operations of the transaction will state of it.
type prior struct {
	tree *journal.Tree
	hold journal.Holding
}

// remember keeps what a replica was, so that an operation that fails leaves
// memory as it leaves the tables.
func (b *batch) remember(name journal.Name, t *journal.Tree) {
	if _, ok := b.prior[name]; !ok {
		b.prior[name] = prior{t.Clone(), b.holds[name]}
	}
}

func (b *batch) forget() {
	if b.own != nil {
		b.n.tree = b.own
	}
	if b.ended != nil {
		b.n.mu.Lock()
		b.n.restoring = b.ended
		b.n.mu.Unlock()
	}
	for name, p := range b.prior {
		b.n.replicas[name] = p.tree
		if p.hold.Checkpoint == nil {
			delete(b.holds, name)
			continue
		}
		b.holds[name] = p.hold
	}
}

// stepEntries is how far apart kept checkpoints lie, so that a long catch-up
// can be served in pieces that each lead to a signed root.
const stepEntries = 32768

func (b *batch) keepStep(ctx context.Context, name journal.Name, size int64, checkpoint []byte) error {
	var last int64
	if err := b.QueryRow(ctx, `SELECT COALESCE(MAX(size), 0) FROM checkpoint_step WHERE desk = ? AND gen = ?`, name.Desk, name.Gen).Scan(&last); err != nil {
		return fmt.Errorf("keep checkpoint: %w", err)
	}
	if size-last < stepEntries {
		return nil
	}
	err := b.Exec(ctx, `INSERT INTO checkpoint_step (desk, gen, size, note) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, name.Desk, name.Gen, size, checkpoint)
	if err != nil {
		return fmt.Errorf("keep checkpoint: %w", err)
	}
	return nil
}

// admitRecord takes over one record: it must open its commitment, be well
// formed, and be addressed to this desk.
func (b *batch) admitRecord(ctx context.Context, from string, name journal.Name, o journal.Opened, s stretch) error {
	n := b.n
	entry := s.entries[o.Index]
	if !entry.Opens(o.Salt, o.Record) {
		return b.refuse(ctx, from, name, o.Index, "does-not-open", "the bytes presented by "+from+" do not open the commitment")
	}
	r, err := cell.Decode(o.Record)
	if err != nil {
		return b.refuse(ctx, from, name, o.Index, "malformed", err.Error())
	}
	if r.Desk != name.Desk || r.Cell != n.Config.Charter.Cell {
		return b.refuse(ctx, from, name, o.Index, "malformed", "the record names another desk or cell than the journal it stands in")
	}
	if !slices.Contains(r.To, n.Desk()) {
		return b.refuse(ctx, from, name, o.Index, "not-addressed", "the record is not addressed to this desk")
	}
	h := cell.Held{Record: r, Gen: name.Gen, Index: o.Index, Hash: hashOf(o.Record)}
	if h.Body, _, err = n.Modules.Body(r.Kind, r.Body); err != nil {
		return b.refuse(ctx, from, name, o.Index, "malformed", err.Error())
	}
	if err := b.apply(ctx, h, o.Salt, o.Record); err != nil { // the operation's savepoint undoes it
		return fmt.Errorf("apply %s: %w", h.Cite(), err)
	}
	s.have[o.Index] = true
	if err := errors.Join(b.checkChain(ctx, h, entry), b.raiseRestored(ctx, h)); err != nil {
		return err
	}
	b.rank = min(b.rank, r.Precedence.Rank())
	if skew := n.now() - r.At; skew < -maxSkew {
		if err := b.raise(ctx, alarm{ID: "clock/" + name.Desk, Kind: AlarmClock, Args: map[string]string{"desk": name.Desk}, Since: n.now()}); err != nil {
			return err
		}
	}
	if r.Kind != cell.KindReceipt {
		b.owe(name, h)
	}
	return nil
}

// maxSkew is how far a foreign clock may run ahead before it is flagged. The
// order of the record stays what the journals prove (SEC-15).
const maxSkew = 60_000

// validCosignatures keeps the lines that verify under a witness key of the
// charter. Junk is dropped: a bad line would spoil the whole note.
func (n *Node) validCosignatures(checkpoint []byte, lines []string) []string {
	var out []string
	for _, l := range lines {
		if _, _, ok := n.known().cosignedBy(checkpoint, l); ok {
			out = append(out, l)
		}
	}
	return out
}

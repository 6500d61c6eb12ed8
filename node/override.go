package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// Override is the decision to begin a new generation of this desk's journal:
// two officers, a reason, and the root key's signature.
type Override struct {
	By   [2]cell.By
	Why  string
	Line string // over the text of [Node.OverrideText]; "" where this node can have it signed
}

// OverrideText gives the text that the root key signs for a decision (design 2,
// "Restart"). It names the last head that is known now: when more is got back
// meanwhile, the text is another.
func (n *Node) OverrideText(ctx context.Context, o Override) (text []byte, err error) {
	err = n.do(ctx, func(ctx context.Context, b *batch) error {
		r, err := b.mayOverride(ctx)
		if err != nil {
			return err
		}
		text = cell.GenerationText(n.Config.Charter, n.Desk(), r.gen+1, b.generation(r, o))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("begin generation: %w", err)
	}
	return text, nil
}

// Override begins a new generation: it ends a restore without the other desks'
// views, or follows a fork of this journal. The old journal is never continued;
// the first record of the new one names the last head known (design 2).
func (n *Node) Override(ctx context.Context, o Override) error {
	err := n.do(ctx, func(ctx context.Context, b *batch) error {
		r, err := b.mayOverride(ctx)
		if err != nil {
			return err
		}
		gen, tree, channels := n.gen, n.tree, n.channels
		n.mu.Lock()
		was := n.restoring
		n.mu.Unlock()
		if err := b.beginGeneration(ctx, r, o); err != nil {
			n.gen, n.tree, n.channels = gen, tree, channels
			n.mu.Lock()
			n.restoring = was
			n.mu.Unlock()
			return err
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("begin generation: %w", err)
	}
	return nil
}

// mayOverride gives from where a new generation would go on. There is none
// without cause: a restore, or two signed histories of this journal.
func (b *batch) mayOverride(ctx context.Context) (restoring, error) {
	n := b.n
	n.mu.Lock()
	r := n.restoring
	n.mu.Unlock()
	if r != nil {
		out := *r
		if out.gen == n.gen && n.tree.Head().Size > out.last.Size {
			out.last = n.tree.Head()
		}
		return out, nil
	}
	forked, err := n.ownFork(ctx, b.Tx)
	if err != nil {
		return restoring{}, err
	}
	if !forked {
		return restoring{}, fmt.Errorf("%w: this desk is not restoring, and nobody has shown two histories of its journal", cell.ErrConflict)
	}
	return restoring{gen: n.gen, last: n.tree.Head()}, nil
}

// ownFork reports whether two signed histories of this desk's present
// generation are held as evidence.
func (n *Node) ownFork(ctx context.Context, tx *store.Tx) (bool, error) {
	var c int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM alarm WHERE id LIKE ?`, fmt.Sprintf("%s/%s/%d/%%", AlarmEquivocation, n.Desk(), n.gen)).Scan(&c)
	if err != nil {
		return false, fmt.Errorf("look for a fork: %w", err)
	}
	return c > 0, nil
}

// generation makes the body of the first record, without its signature.
func (b *batch) generation(r restoring, o Override) cell.Generation2 {
	return cell.Generation2{Last: cell.Seen{Desk: b.n.Desk(), Gen: r.gen, Size: r.last.Size}, Root: hex.EncodeToString(r.last.Root[:]), Why: o.Why, By: slices.Clone(o.By[:])}
}

func (b *batch) beginGeneration(ctx context.Context, r restoring, o Override) error {
	n := b.n
	if r.gen >= maxGenerations {
		return fmt.Errorf("%w: the journal has had %d generations; the other desks take no more", cell.ErrForbidden, r.gen)
	}
	g := b.generation(r, o)
	text := cell.GenerationText(n.Config.Charter, n.Desk(), r.gen+1, g)
	g.Line = o.Line
	if g.Line == "" {
		if n.SignGeneration == nil {
			return fmt.Errorf("%w: the root key is not at hand: take the text to where it is kept, and bring the signature back", cell.ErrNotNow)
		}
		var err error
		if g.Line, err = n.SignGeneration(text); err != nil {
			return err
		}
	}
	if err := n.Config.Charter.VerifyCeremony(n.Desk(), text, g.Line); err != nil {
		return fmt.Errorf("%w (the last head known may have changed since the text was taken out)", cell.Invalidf("/line", "%v", err))
	}
	body, err := cell.EncodeBody(g)
	if err != nil {
		return err
	}
	lost := r.last.Size - n.tree.Head().Size + r.missing
	if r.gen > n.gen {
		lost = r.last.Size // of a generation of which nothing is held
	}
	n.gen, n.channels = r.gen+1, map[string]channelHead{}
	if n.tree, err = journal.LoadTree(ctx, b.Tx, n.Desk(), n.gen); err != nil {
		return err
	}
	n.mu.Lock()
	n.restoring = nil
	n.mu.Unlock()
	if _, err = b.act(ctx, Act{Kind: cell.KindGeneration2, By: o.By[0], To: n.Config.Charter.Others(n.Desk()), Body: body}); err != nil {
		return err
	}
	if err := errors.Join(b.unmarkRestored(ctx), b.raiseLost(ctx, lost)); err != nil {
		return err
	}
	return b.oweHeld(ctx)
}

// bound reports whether a later generation of another desk's journal may be
// taken: its first record is held, or comes in this very batch, and the desk's
// root key has signed it. Entries without it are left until it comes.
func (b *batch) bound(ctx context.Context, jb journal.Batch) (bool, error) {
	n := b.n
	held, ok, err := n.record(ctx, b.Tx, cell.Cite{Desk: jb.Desk, Gen: jb.Gen, Index: 0})
	if err != nil {
		return false, err
	}
	first := !ok
	if first {
		i := slices.IndexFunc(jb.Records, func(o journal.Opened) bool { return o.Index == 0 })
		if i < 0 || jb.From != 0 || len(jb.Entries) == 0 {
			return false, nil
		}
		salt, raw := jb.Records[i].Salt, jb.Records[i].Record
		r, err := cell.Decode(raw)
		if err != nil || !jb.Entries[0].Opens(salt, raw) || r.Desk != jb.Desk {
			return false, b.raiseUnbound(ctx, jb.Name)
		}
		held = cell.Held{Record: r, Gen: jb.Gen, Index: 0, Hash: hashOf(raw)}
		if held.Body, _, err = n.Modules.Body(r.Kind, r.Body); err != nil {
			return false, b.raiseUnbound(ctx, jb.Name)
		}
	}
	c, ok := n.known().Charters.Find(held.Charter)
	if !ok {
		return false, nil // until the charter that it names is held here
	}
	if held.Kind != cell.KindGeneration2 || len(cell.Judge(held, n.Modules, cell.Past{}, c)) > 0 {
		return false, b.raiseUnbound(ctx, jb.Name)
	}
	if !first {
		return true, nil
	}
	g := held.Body.(cell.Generation2)
	return true, b.raise(ctx, alarm{ID: fmt.Sprintf("begun/%s/%d", jb.Desk, jb.Gen), Kind: AlarmBegun, Since: held.At,
		Args: map[string]string{"desk": jb.Desk, "gen": fmt.Sprint(jb.Gen), "size": fmt.Sprint(g.Last.Size)}})
}

func (b *batch) raiseUnbound(ctx context.Context, name journal.Name) error {
	return b.raise(ctx, alarm{ID: fmt.Sprintf("generation/%s/%d", name.Desk, name.Gen), Kind: AlarmGeneration, Args: map[string]string{"desk": name.Desk}, Since: b.n.now()})
}

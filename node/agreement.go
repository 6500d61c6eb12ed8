package node

import (
	"bytes"
	"context"
	"crypto/ed25519"
	_ "embed"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"parley/cell"
	"parley/charter"
	"parley/journal"
)

// charterDDL notes the records that name a charter which is not held here.
//
//go:embed charter.sql
var charterDDL string

// agreement is what this desk knows of what the members agreed: the charters,
// also one that it has not adopted yet, the key notes, and the keys that
// follow from them. It is replaced as a whole.
type agreement struct {
	cell.Agreement
	papers    []cell.Paper
	signing   map[string][]signing       // by desk, from the oldest key on
	cosigners map[string][]note.Verifier // by key name
	checked   *journal.Checked           // signatures that verified under these keys
}

// signing is a journal key with the charter or the note that it begins with.
type signing struct {
	epoch cell.Epoch
	pub   ed25519.PublicKey
}

func newAgreement(a cell.Agreement, papers []cell.Paper) (*agreement, error) {
	out := &agreement{Agreement: a, papers: papers, signing: map[string][]signing{}, cosigners: map[string][]note.Verifier{}, checked: new(journal.Checked)}
	for _, desk := range a.Desks() {
		for _, e := range a.Epochs(desk) {
			_, _, pub, err := journal.ParseVKey(e.Keys.Journal)
			if err != nil {
				return nil, fmt.Errorf("journal key of %s: %w", desk, err)
			}
			out.signing[desk] = append(out.signing[desk], signing{e, pub})
			name, _, pub, err := journal.ParseVKey(e.Keys.Witness)
			if err != nil {
				return nil, fmt.Errorf("witness key of %s: %w", desk, err)
			}
			v, err := journal.NewCosignatureVerifier(name, pub)
			if err != nil {
				return nil, fmt.Errorf("witness key of %s: %w", desk, err)
			}
			if !slices.ContainsFunc(out.cosigners[name], func(o note.Verifier) bool { return o.KeyHash() == v.KeyHash() }) {
				out.cosigners[name] = append(out.cosigners[name], out.checked.Of(v))
			}
		}
	}
	return out, nil
}

// openAgreement takes up what the configuration knows of the agreement.
func (n *Node) openAgreement() error {
	a := n.Config.Agreement
	if len(a.Charters) == 0 {
		a.Charters = cell.Chain{n.Config.Charter}
	}
	if _, ok := a.Charters.Find(n.Config.Charter.Hash); !ok {
		return fmt.Errorf("the charter in force, version %d, is not in the chain", n.Config.Charter.Version)
	}
	agreed, err := newAgreement(a, n.Config.Papers)
	if err != nil {
		return err
	}
	n.agreed.Store(agreed)
	return nil
}

// known gives what this desk knows of the agreement: of a node that only reads, the
// charter it was given.
func (n *Node) known() *agreement {
	if a := n.agreed.Load(); a != nil {
		return a
	}
	return &agreement{Agreement: cell.Agreement{Charters: cell.Chain{n.Config.Charter}}}
}

// cosignedBy gives the verifier under which a cosignature line verifies; ok is
// false when there is none.
func (a *agreement) cosignedBy(checkpoint []byte, line string) (v note.Verifier, at int64, ok bool) {
	for _, v := range a.cosigners[cosignerOf(line)] {
		if at, err := journal.VerifyCosignature(checkpoint, line, v); err == nil {
			return v, at.UnixMilli(), true
		}
	}
	return nil, 0, false
}

// hashesUpTo gives the charters from the oldest known to the one in force.
func (a *agreement) hashesUpTo(inForce *cell.Charter) []string {
	var out []string
	for _, c := range a.Charters {
		if c.Version <= inForce.Version {
			out = append(out, c.Hash)
		}
	}
	return out
}

// logKeys gives the keys of a journal from the oldest on, each once: where a key
// stands in several charters, the last of them counts.
func (a *agreement) logKeys(origin, desk string) ([]note.Verifier, []cell.Epoch, error) {
	var keys []note.Verifier
	var epochs []cell.Epoch
	for i, s := range a.signing[desk] {
		if slices.ContainsFunc(a.signing[desk][i+1:], func(o signing) bool { return o.pub.Equal(s.pub) }) {
			continue
		}
		v, err := journal.NewVerifier(origin, s.pub)
		if err != nil {
			return nil, nil, fmt.Errorf("journal key of %s: %w", desk, err)
		}
		keys, epochs = append(keys, a.checked.Of(v)), append(epochs, s.epoch)
	}
	if len(keys) == 0 {
		return nil, nil, cell.Invalidf("", "desk %q is no member of the charter", desk)
	}
	return keys, epochs, nil
}

// spent says why a key's signature on a head counts no longer: a key note ended
// the key at a smaller size, or the desk's own adoption of a later key stands
// in the tree that it signs.
func (a *agreement) spent(name journal.Name, size int64, since cell.Epoch, adopted []adoption) error {
	later := false
	for _, s := range a.signing[name.Desk] {
		if s.epoch.Hash == since.Hash {
			later = true
			continue
		}
		if !later || s.epoch.Keys.Journal == since.Keys.Journal {
			continue
		}
		if n := s.epoch.Note; n != nil && (name.Gen > n.Gen || name.Gen == n.Gen && size > n.Size) {
			return cell.Invalidf("", "the journal key of %s was replaced as compromised at %d, its signature on %d counts no longer", name.Desk, n.Size, size)
		}
		for _, x := range adopted {
			if x.hash == s.epoch.Hash && (name.Gen > x.gen || name.Gen == x.gen && size > x.index) {
				return cell.Invalidf("", "%s changed its journal key at entry %d, the old key's signature on %d counts no longer", name.Desk, x.index, size)
			}
		}
	}
	return nil
}

// verifier gives the verifier of a journal's checkpoint: the key that signed it,
// under the origin of the generation, if its signatures count at that size.
func (n *Node) verifier(j journal.Name, checkpoint []byte) (note.Verifier, error) {
	if j.Gen < 1 || j.Gen > maxGenerations {
		return nil, cell.Invalidf("", "generation %d of the journal of %q is not between 1 and %d", j.Gen, j.Desk, maxGenerations)
	}
	a := n.known()
	keys, epochs, err := a.logKeys(journal.Origin(n.Config.Charter.Cell, j.Desk, j.Gen), j.Desk)
	if err != nil {
		return nil, err
	}
	if len(keys) == 1 {
		return keys[0], nil
	}
	v, err := journal.Signer(checkpoint, keys)
	if err != nil {
		return nil, err
	}
	head, err := journal.OpenCheckpoint(checkpoint, v)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(keys, func(k note.Verifier) bool { return k.KeyHash() == v.KeyHash() })
	return v, a.spent(j, head.Size, epochs[i], n.adoptionsOf(j.Desk))
}

// noteCharter keeps in mind a record that names a charter which is not held.
func (b *batch) noteCharter(ctx context.Context, h cell.Held) error {
	if _, known := b.n.known().Charters.Find(h.Record.Charter); known {
		return nil
	}
	err := b.Exec(ctx, `INSERT INTO record_charter (charter, desk, gen, idx) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, h.Record.Charter, h.Desk, h.Gen, h.Index)
	if err != nil {
		return fmt.Errorf("note the charter of %s: %w", h.Cite(), err)
	}
	return nil
}

// judgeAnew folds again what waited for a charter that is now held.
func (b *batch) judgeAnew(ctx context.Context) error {
	for _, c := range b.n.known().Charters {
		err := b.markWhere(ctx, `SELECT m.matter FROM record_charter c JOIN record_matter m ON m.desk = c.desk AND m.gen = c.gen AND m.idx = c.idx WHERE c.charter = ?`, c.Hash)
		if err != nil {
			return err
		}
		if err := b.Exec(ctx, `DELETE FROM record_charter WHERE charter = ?`, c.Hash); err != nil {
			return fmt.Errorf("judge anew what names version %d: %w", c.Version, err)
		}
	}
	return nil
}

// Papers gives the charters and key notes that this desk knows, in the order in
// which they can be learned. Links hand them to peers that lack some.
func (n *Node) Papers() []cell.Paper { return n.known().papers }

// Agreement gives what this desk knows of the agreement.
func (n *Node) Agreement() cell.Agreement { return n.known().Agreement }

// Learn takes a charter or a key note that a peer handed over. A charter must be
// signed by everybody, this desk too, and follow the newest one known; it is
// known from then on, so that what the others sign under it can be checked, and
// is not in force here before this desk adopts it. A key note counts at once.
func (n *Node) Learn(ctx context.Context, from string, file []byte) error {
	if slices.ContainsFunc(n.Papers(), func(p cell.Paper) bool { return bytes.Equal(p.File, file) }) {
		return nil
	}
	return n.do(ctx, func(ctx context.Context, b *batch) error { return b.learn(ctx, from, file) })
}

func (b *batch) learn(ctx context.Context, from string, file []byte) error {
	n := b.n
	me, _ := n.Config.Charter.Member(n.Desk())
	old := n.known()
	next, fresh, err := charter.Grow(old.Agreement, file, me.Keys.Root)
	if err != nil {
		return fmt.Errorf("a paper from %s: %w", from, err)
	}
	if !fresh {
		return nil
	}
	paper := cell.Paper{Hash: charter.PaperHash(file), File: slices.Clone(file)}
	if n.Keep != nil {
		if err := n.Keep(next, paper); err != nil {
			return fmt.Errorf("keep a paper from %s: %w", from, err)
		}
	}
	grown, err := newAgreement(next, append(slices.Clone(old.papers), paper))
	if err != nil {
		return err
	}
	if len(next.Notes) > len(old.Notes) {
		k := next.Notes[len(next.Notes)-1]
		a := alarm{ID: "keys/" + paper.Hash, Kind: AlarmKeys, Args: map[string]string{"desk": k.Desk, "n": fmt.Sprint(k.Number)}, Since: n.now()}
		if err := b.raise(ctx, a); err != nil {
			return err
		}
	}
	b.after = append(b.after, n.wake)
	n.agreed.Store(grown) // what cannot be committed is learned again, or read from its file
	return b.judgeAnew(ctx)
}

// charterOf gives the charter that a record names, else the one in force.
func (n *Node) charterOf(hash string) *cell.Charter {
	if c, ok := n.known().Charters.Find(hash); ok {
		return c
	}
	return n.Config.Charter
}

// under gives the charter that a matter is kept under.
func (n *Node) under(m cell.Matter) *cell.Charter {
	if m.Charter != nil {
		return m.Charter
	}
	return n.Config.Charter
}

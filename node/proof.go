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

// Proof takes the proof of a record out of the desk. The act is recorded with
// its reason and shown to all members (design 3). Where the charter wants two
// officers for it, an approved proposal gives it to either of them, once.
func (n *Node) Proof(ctx context.Context, name, reason string, by cell.By) ([]byte, error) {
	h, err := n.leaving(ctx, name)
	if err != nil {
		return nil, err
	}
	if n.Config.Charter.ProofOfficers > 1 {
		return n.proofByTwo(ctx, h, by)
	}
	if reason == "" {
		reason = "no reason given"
	}
	body, err := cell.EncodeBody(cell.Export{What: h.Cite(), Reason: reason})
	if err != nil {
		return nil, err
	}
	if _, err := n.Act(ctx, Act{Kind: cell.KindExport, To: n.Config.Charter.Others(n.Desk()), By: by, Body: body}); err != nil {
		return nil, fmt.Errorf("record the export: %w", err)
	}
	return n.proof(ctx, h)
}

// leaving finds a record that may leave the desk.
func (n *Node) leaving(ctx context.Context, name string) (h cell.Held, err error) {
	err = n.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if h, err = n.find(ctx, tx, name); err != nil {
			return err
		}
		return n.mayLeave(ctx, tx, h)
	})
	return h, err
}

// mayLeave asks the modules whether a record may leave the desk: by what it
// says, and by what the matters that it belongs to say now. A translation of
// what may not leave does not leave either.
func (n *Node) mayLeave(ctx context.Context, tx *store.Tx, h cell.Held) error {
	said := []cell.Held{h}
	k, _ := n.Modules.Kind(h.Kind)
	for _, ref := range h.Matters(k) {
		m, err := n.matter(ctx, tx, ref.String())
		if err != nil {
			return err
		}
		if m.Head != nil {
			head := *m.Head
			head.Body = m.Body
			said = append(said, head)
		}
	}
	var out []cell.Breach
	for _, x := range said {
		if m, ok := n.Modules.Of(x.Kind); ok && m.Exports != nil && len(out) == 0 {
			out = m.Exports(x)
		}
	}
	if len(out) > 0 {
		return &cell.Refused{Breaches: out}
	}
	return nil
}

func (n *Node) proof(ctx context.Context, h cell.Held) ([]byte, error) {
	var out []byte
	// A transaction of its own brings what was signed last into the tables.
	err := n.do(ctx, func(context.Context, *batch) error { return nil })
	if err != nil {
		return nil, fmt.Errorf("save signatures: %w", err)
	}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		var salt journal.Salt
		var s, bytes []byte
		if err := tx.QueryRow(ctx, `SELECT salt, bytes FROM record WHERE desk = ? AND gen = ? AND idx = ?`, h.Desk, h.Gen, h.Index).Scan(&s, &bytes); err != nil {
			return fmt.Errorf("read %s: %w", h.Cite(), err)
		}
		copy(salt[:], s)
		p, err := journal.BuildProof(ctx, tx, h.Desk, h.Gen, h.Index, bytes, salt, n.known().hashesUpTo(n.Config.Charter))
		if err != nil {
			return err
		}
		if p.Approvals, err = n.approvalProofs(ctx, tx, h, p.Charters); err != nil {
			return err
		}
		out = p.Marshal()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", h.Cite(), err)
	}
	return out, nil
}

// VerifyKeys gives what a proof is checked with: the keys of the charters and
// key notes at hand, no network and no database.
func VerifyKeys(a cell.Agreement) (journal.Keys, error) {
	agreed, err := newAgreement(a, nil)
	if err != nil {
		return journal.Keys{}, err
	}
	cellName := a.Charters.Newest().Cell
	k := journal.Keys{Charters: a.Charters.Hashes(), Cosigners: agreed.cosigners}
	k.Log = func(origin string) ([]note.Verifier, error) {
		of, desk, _, err := journal.ParseOrigin(origin)
		if err != nil {
			return nil, err
		}
		if of != cellName || len(agreed.signing[desk]) == 0 {
			return nil, cell.Invalidf("", "journal %q is of no member of the charter", origin)
		}
		keys, _, err := agreed.logKeys(origin, desk)
		return keys, err
	}
	k.Refuses = func(name journal.Name, h journal.Head, by note.Verifier) error {
		keys, epochs, err := agreed.logKeys(journal.Origin(cellName, name.Desk, name.Gen), name.Desk)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(keys, func(v note.Verifier) bool { return v.KeyHash() == by.KeyHash() })
		if i < 0 {
			return cell.Invalidf("", "the journal of %s is signed by a key that no charter at hand lists", name.Desk)
		}
		return agreed.spent(name, h.Size, epochs[i], nil)
	}
	return k, nil
}

// VerifyProof checks a proof file against one charter.
func VerifyProof(file []byte, c *cell.Charter) (*journal.Verified, cell.Record, error) {
	return VerifyProofBy(file, cell.Agreement{Charters: cell.Chain{c}})
}

// VerifyProofBy checks a proof file against the charters and key notes at hand
// and reads its record. The desk that the record names must own the journal it
// stands in.
func VerifyProofBy(file []byte, a cell.Agreement) (*journal.Verified, cell.Record, error) {
	p, err := journal.ParseProof(file)
	if err != nil {
		return nil, cell.Record{}, err
	}
	k, err := VerifyKeys(a)
	if err != nil {
		return nil, cell.Record{}, err
	}
	v, err := p.Verify(k)
	if err != nil {
		return nil, cell.Record{}, err
	}
	r, err := cell.Decode(v.Record)
	if err != nil {
		return nil, r, fmt.Errorf("the record proven: %w", err)
	}
	if r.Desk != v.Desk || r.Cell != a.Charters.Newest().Cell {
		return nil, r, cell.Invalidf("/desk", "the record names %s, the journal is of %s", r.Desk, v.Desk)
	}
	return v, r, nil
}

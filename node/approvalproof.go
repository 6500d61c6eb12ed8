package node

import (
	"context"
	"fmt"
	"slices"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// approvalProofs gives the proofs of the approvals that a record cites, for its
// own: what went to whom the record went.
func (n *Node) approvalProofs(ctx context.Context, tx *store.Tx, h cell.Held, charters []string) (out [][]byte, err error) {
	list, err := n.approvalsOf(ctx, tx, h)
	for _, a := range list {
		var salt journal.Salt
		var s, bytes []byte
		if err := tx.QueryRow(ctx, `SELECT salt, bytes FROM record WHERE desk = ? AND gen = ? AND idx = ?`, a.Desk, a.Gen, a.Index).Scan(&s, &bytes); err != nil {
			return nil, fmt.Errorf("read approval %s: %w", a.Cite(), err)
		}
		copy(salt[:], s)
		p, err := journal.BuildProof(ctx, tx, a.Desk, a.Gen, a.Index, bytes, salt, charters)
		if err != nil {
			return nil, fmt.Errorf("approval %s: %w", a.Cite(), err)
		}
		out = append(out, p.Marshal())
	}
	return out, err
}

// ProvenApproval is an approval as a proof shows it abroad: a desk's act, in a
// role. Whose hand it was, that desk alone can say.
type ProvenApproval struct {
	Ref  cell.Cite `json:"ref"`
	Desk string    `json:"desk"`
	Role string    `json:"role"`
	At   int64     `json:"at"`
}

// ProvenApprovals reads the approvals of a proof that [VerifyProof] verified. One
// that the record does not cite, or of another desk, is an error.
func ProvenApprovals(v *journal.Verified, r cell.Record) ([]ProvenApproval, error) {
	out := []ProvenApproval{}
	for i, a := range v.Approvals {
		x, err := cell.Decode(a.Record)
		if err != nil {
			return nil, fmt.Errorf("approval %d: %w", i+1, err)
		}
		body, _, err := cell.Modules(nil).Body(x.Kind, x.Body)
		if err != nil {
			return nil, fmt.Errorf("approval %d: %w", i+1, err)
		}
		b, ok := body.(cell.Approval)
		ref := cell.Cite{Desk: a.Desk, Gen: a.Gen, Index: a.Index}
		if !ok || x.Desk != a.Desk || x.Desk != r.Desk || x.Cell != r.Cell || !slices.Contains(r.Cites, ref) {
			return nil, cell.Invalidf("", "approval %d is not one by %s that the record cites", i+1, r.Desk)
		}
		out = append(out, ProvenApproval{ref, x.Desk, b.Officer, x.At})
	}
	return out, nil
}

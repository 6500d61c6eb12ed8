package node

import (
	"context"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"parley/cell"
)

// approvalsDDL makes the tables of what stays at home of an approval. They
// follow from no journal: rebuild leaves them alone, and a backup holds them.
//
//go:embed approvals.sql
var approvalsDDL string

// exerciseAssertion stands for a key in an exercise: whoever acts says no more
// than that.
const exerciseAssertion = `{"exercise":true}`

// hand is a second officer's approval of a record of this desk.
type hand struct {
	of        string // the commitment approved, hex
	by        cell.By
	assertion []byte
}

// withHand files the approval of an act of two persons before it, in the same
// transaction, and makes the act cite it: the one that the act came with, or in
// an exercise the one of the officer who releases another's draft.
func (b *batch) withHand(ctx context.Context, a Act, k cell.Kind, h cell.Held, past cell.Past) (cell.Held, cell.Past, error) {
	if a.approved != nil {
		of, ok, err := b.n.record(ctx, b.Tx, *a.approved)
		if err != nil || !ok {
			return h, past, fmt.Errorf("read the approval %s: %w", a.approved, errors.Join(err, cell.ErrNotFound))
		}
		h.Cites, past.Cited[of.Cite()] = append(slices.Clone(h.Cites), of.Cite()), of
		return h, past, nil
	}
	second := a.hand
	if second == nil {
		var err error
		if second, err = b.exerciseHand(ctx, k, h, past); err != nil || second == nil {
			return h, past, err
		}
	}
	about := cell.Ref{}
	if k.Opens {
		about = h.Ref()
	}
	of, err := b.approval(ctx, *second, h.To, about, h.Precedence)
	if err != nil {
		return h, past, err
	}
	h.Index, h.Cites = b.nextIndex(), append(slices.Clone(h.Cites), of.Cite())
	past.Cited[of.Cite()] = of
	return h, past, nil
}

// exerciseHand gives the approval that an officer of an exercise has no key for:
// whoever releases another officer's draft approves it. None under an ACTUAL
// charter, where the act is then refused.
func (b *batch) exerciseHand(ctx context.Context, k cell.Kind, h cell.Held, past cell.Past) (*hand, error) {
	d, ok := h.Body.(cell.Drafted)
	if !ok || !b.n.Config.Charter.TwoPersons(k) || b.n.Config.Charter.Status != cell.Exercise {
		return nil, nil
	}
	for _, c := range past.Cited {
		if c.Kind == cell.KindApproval {
			return nil, nil
		}
	}
	first, draft := d.DraftedBy()
	if first == h.By.Officer {
		return nil, nil // refused in a moment: one person
	}
	m, err := b.n.matter(ctx, b.Tx, draft.String())
	if err != nil || m.Version == nil || m.Version.Desk != b.n.Desk() {
		return nil, err // refused for the draft that is missing
	}
	entry, err := b.entryAt(ctx, m.Version.Cite())
	if err != nil {
		return nil, err
	}
	by := h.By
	if !cell.Grants([]string{by.Role}, cell.RightRelease) {
		by.Role = cell.RoleReleaser // an exercise's officers have every role
	}
	if err := b.n.mayGoWithout(by.Officer); err != nil {
		return nil, err
	}
	return &hand{hex.EncodeToString(entry[:]), by, []byte(exerciseAssertion)}, nil
}

func (b *batch) nextIndex() int64 { return b.n.tree.Head().Size + int64(len(b.entries)) }

// approval files the record of an approval, and keeps what it commits to in the
// same transaction: an approval whose assertion is lost would be nobody's.
func (b *batch) approval(ctx context.Context, s hand, to []string, about cell.Ref, p cell.Precedence) (cell.Held, error) {
	n, c := b.n, b.n.Config.Charter
	var salt [32]byte
	if _, err := io.ReadFull(n.Rand, salt[:]); err != nil {
		return cell.Held{}, fmt.Errorf("make a salt: %w", err)
	}
	id, err := b.newID()
	if err != nil {
		return cell.Held{}, err
	}
	body := cell.Approval{Of: s.of, Officer: s.by.Role, Assertion: cell.SealAssertion(salt, s.assertion)}
	if err := body.Validate(); err != nil {
		return cell.Held{}, placed("/body", err)
	}
	h := cell.Held{Gen: n.gen, Index: b.nextIndex(), Body: body, Record: cell.Record{
		V: cell.Version, Cell: c.Cell, Charter: c.Hash, Desk: n.Desk(), ID: id, Kind: cell.KindApproval, Status: c.Status,
		Precedence: p, At: n.now(), By: s.by, To: slices.Clone(to), About: about,
	}}
	if h.Record.Body, err = cell.EncodeBody(body); err != nil {
		return h, err
	}
	if breaches := cell.Judge(h, n.Modules, cell.Past{}, c); len(breaches) > 0 {
		return h, &cell.Refused{Breaches: breaches}
	}
	err = b.Exec(ctx, `INSERT INTO approval_assertion (entry, salt, bytes, at) VALUES (?, ?, ?, ?)`, body.Assertion, salt[:], s.assertion, h.At)
	if err != nil {
		return h, fmt.Errorf("keep the assertion: %w", err)
	}
	_, err = b.append(ctx, h, "")
	return h, err
}

// checkHand checks an officer's assertion of a commitment. Without one an
// officer approves only in an exercise, and only while no key of theirs is
// enrolled: under an ACTUAL charter nobody does (design 2, "Approvals").
func (n *Node) checkHand(ctx context.Context, officer, of string, assertion []byte) ([]byte, error) {
	if len(assertion) == 0 {
		if n.Config.Charter.Status != cell.Exercise {
			return nil, fmt.Errorf("%w: an approval is signed with the officer's own key", cell.ErrForbidden)
		}
		return []byte(exerciseAssertion), n.mayGoWithout(officer)
	}
	if n.Approver == nil {
		return nil, fmt.Errorf("%w: this desk knows no keys of officers, so it can check no approval", cell.ErrForbidden)
	}
	challenge, err := cell.ApprovalChallenge(n.Config.Charter.Cell, n.Desk(), of)
	if err != nil {
		return nil, err
	}
	if err := n.Approver.CheckAssertion(ctx, officer, challenge, assertion); err != nil {
		return nil, fmt.Errorf("%w: the approval is not signed by this officer's key over this proposal: %w", cell.ErrForbidden, err)
	}
	return assertion, nil
}

func (n *Node) mayGoWithout(officer string) error {
	if n.Approver == nil {
		return nil
	}
	if n.Approver.HasKey(officer) {
		return fmt.Errorf("%w: this officer has a key, and approves with it", cell.ErrForbidden)
	}
	return nil
}

// Approver knows the keys of a desk's officers (officer.Book).
type Approver interface {
	// HasKey reports whether a key of the officer is enrolled.
	HasKey(officer string) bool
	// CheckAssertion checks that an assertion is by a key of that officer, made
	// with user verification at this desk's console, over the challenge.
	CheckAssertion(ctx context.Context, officer string, challenge, assertion []byte) error
}

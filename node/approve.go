package node

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// Approve is a second officer's word on a proposal, or on a draft that Act
// releases.
type Approve struct {
	Of        cell.Ref // the proposal, or the draft
	By        cell.By
	Assertion []byte // the officer's signature over [Node.ToApprove]; none in an exercise without keys
	Act       *Act   // of a draft: the act that releases it, by this officer. Else nil
}

// Approved is what an approval has led to.
type Approved struct {
	Approval Filed
	Act      *Filed // nil: nothing is filed yet
	Again    bool   // this officer had approved it before: nothing new was recorded
}

// ToApprove gives the commitment that an officer approves, and what their key
// signs for that (docs/formats/approval.md).
func (n *Node) ToApprove(ctx context.Context, of cell.Ref) (commitment string, challenge []byte, err error) {
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		m, err := n.matter(ctx, tx, of.String())
		if err != nil {
			return err
		}
		if m.Version == nil || m.Opener() != n.Desk() || len(m.Head.To) > 0 {
			return fmt.Errorf("%w: no proposal or draft %s stands at this desk", cell.ErrNotFound, of)
		}
		c := m.Version.Cite()
		e, err := journal.EntryAt(ctx, tx, c.Desk, c.Gen, c.Index)
		commitment = hex.EncodeToString(e[:])
		return err
	})
	if err != nil {
		return "", nil, err
	}
	challenge, err = cell.ApprovalChallenge(n.Config.Charter.Cell, n.Desk(), commitment)
	return commitment, challenge, err
}

// Approve files a second officer's approval together with the act that was
// proposed, in one transaction, once (design 2, "Approvals"). What is refused
// records nothing. The officer who approved may send it again.
func (n *Node) Approve(ctx context.Context, a Approve) (Approved, error) {
	commitment, _, err := n.ToApprove(ctx, a.Of)
	if err != nil {
		return Approved{}, err
	}
	assertion, err := n.checkHand(ctx, a.By.Officer, commitment, a.Assertion)
	if err != nil {
		return Approved{}, err
	}
	var out Approved
	err = n.do(ctx, func(ctx context.Context, b *batch) error {
		if err := n.mayAppend(); err != nil {
			return err
		}
		m, err := b.about(ctx, a.Of)
		if err != nil {
			return err
		}
		if e, err := b.entryAt(ctx, m.Version.Cite()); err != nil || hex.EncodeToString(e[:]) != commitment {
			return fmt.Errorf("%w: it was changed while it was approved; look at it again", cell.ErrConflict)
		}
		h := hand{commitment, a.By, assertion}
		if m.Head.Kind == cell.KindProposal {
			out, err = b.approveProposal(ctx, m, h)
		} else {
			out, err = b.approveDraft(ctx, m, h, a.Act)
		}
		return err
	})
	return out, err
}

// approveDraft releases what another officer drafted, by the act of the officer
// who approves.
func (b *batch) approveDraft(ctx context.Context, m cell.Matter, h hand, act *Act) (Approved, error) {
	if err := mayApprove(h.by, cell.RightRelease); err != nil {
		return Approved{}, err
	}
	if act == nil {
		return Approved{}, cell.Invalidf("/act", "give the act that releases the draft")
	}
	k, err := b.n.kind(act.Kind)
	if err != nil {
		return Approved{}, placed("/act", err)
	}
	body, err := k.Fill(act.Body)
	if err != nil {
		return Approved{}, placed("/act/body", err)
	}
	says, _, err := b.n.Modules.Body(k.Name, body)
	if err != nil {
		return Approved{}, placed("/act", err)
	}
	if d, ok := says.(cell.Drafted); !ok {
		return Approved{}, cell.Invalidf("/act/kind", "%s releases no draft", k.Name)
	} else if _, draft := d.DraftedBy(); draft != m.Ref {
		return Approved{}, cell.Invalidf("/act/body/draft", "the act releases another draft")
	}
	released := *act
	released.By, released.hand = h.by, &h
	f, err := b.act(ctx, released)
	if err != nil || f.Again {
		return Approved{Act: &f, Again: f.Again}, err
	}
	of, err := b.filedBefore(ctx, f)
	return Approved{Approval: of, Act: &f}, err
}

// filedBefore gives the approval that was filed with an act, just before it.
func (b *batch) filedBefore(ctx context.Context, f Filed) (Filed, error) {
	c := f.Cite
	c.Index--
	h, ok, err := b.n.record(ctx, b.Tx, c)
	if err != nil || !ok || h.Kind != cell.KindApproval {
		return Filed{}, fmt.Errorf("read the approval of %s: %w", f.Cite, err)
	}
	e, err := b.entryAt(ctx, c)
	return Filed{Ref: h.Ref(), Cite: c, Serial: h.Serial, At: h.At, Commitment: hex.EncodeToString(e[:])}, err
}

// mayApprove refuses a role that does not approve this.
func mayApprove(by cell.By, r cell.Right) error {
	if cell.Grants([]string{by.Role}, r) {
		return nil
	}
	return fmt.Errorf("%w: this wants the right %q, which the role %q does not give", cell.ErrForbidden, r, by.Role)
}

// RightToApprove gives the right that approving a proposal of a sort asks for.
func RightToApprove(what string) cell.Right {
	if what == cell.WhatCharter || what == cell.WhatKey {
		return cell.RightKeys
	}
	return cell.RightRelease
}

// WantsToApprove gives the rights that approving a proposal or a draft asks for:
// to release or to keep keys, and what the proposed act itself wants, unless
// that is to write to the others, which a release is. What is in a basket that
// the officer does not see is not found.
func (n *Node) WantsToApprove(ctx context.Context, of cell.Ref, sees func(basket string) bool) (rights []cell.Right, err error) {
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		m, err := n.matter(ctx, tx, of.String())
		if err != nil {
			return err
		}
		t, _ := n.Config.Charter.Template(m.Kind)
		basket := t.Basket
		rights = []cell.Right{cell.RightRelease}
		if p, ok := m.Body.(cell.Proposal); ok {
			rights, basket = append([]cell.Right{RightToApprove(p.What)}, n.actWants(p)...), n.basketOf(p)
		}
		shown, err := n.looker(ctx, tx).matter(of)
		if err != nil {
			return err
		}
		if m.Head == nil || m.Opener() != n.Desk() || rights[0] != cell.RightKeys && !(shown && sees(basket)) {
			return fmt.Errorf("%w: no proposal or draft %s stands at this desk", cell.ErrNotFound, of)
		}
		return nil
	})
	return rights, err
}

// actWants gives the right of a proposed act beyond a release.
func (n *Node) actWants(p cell.Proposal) []cell.Right {
	if p.What != cell.WhatRelease {
		return nil
	}
	a, err := readProposed(p.Act)
	if err != nil {
		return nil
	}
	k, err := n.kind(a.Kind)
	if err != nil {
		return nil
	}
	right := k.Right()
	if raw, err := k.Fill(a.Body); err == nil {
		if body, _, err := n.Modules.Body(k.Name, raw); err == nil {
			right = k.RightOf(body)
		}
	}
	if slices.Contains([]cell.Right{cell.RightFile, cell.RightRelease, cell.RightDraft}, right) {
		return nil
	}
	return []cell.Right{right}
}

// whyNot says which rule keeps an officer from approving a proposal now; the
// zero Breach when none does. [cell.Judge] has the same law, after the fact.
func (n *Node) whyNot(m cell.Matter, officer string) cell.Breach {
	p, _ := m.Head.Body.(cell.Proposal)
	_, approved := m.First(cell.KindApproved, n.Desk())
	switch {
	case !m.Stands():
		return cell.Breach{Rule: "cell.proposal-over", At: "/of", Why: "the proposal breaks a rule"}
	case m.Cancelled != nil:
		return cell.Breach{Rule: "cell.proposal-over", At: "/of", Why: "the proposal was withdrawn"}
	case approved:
		return cell.Breach{Rule: "cell.proposal-used", At: "/of", Why: "the proposal was approved before; it is used once"}
	case n.now() > p.Until:
		return cell.Breach{Rule: "cell.proposal-expired", At: "/of", Why: "the proposal has expired: make it again"}
	case m.Head.Charter != n.Config.Charter.Hash:
		return cell.Breach{Rule: "cell.proposal-charter", At: "/of", Why: "it was proposed under another charter: make it again"}
	case m.Head.By.Officer == officer:
		return cell.Breach{Rule: "cell.approval-same", At: "/of", Why: "the officer who proposed it does not approve it"}
	}
	return cell.Breach{}
}

// approvedBefore answers an officer who sends the same approval again.
func (b *batch) approvedBefore(ctx context.Context, m cell.Matter, officer string) (Approved, bool, error) {
	said, ok := m.Last(cell.KindApproved, b.n.Desk())
	x, is := said.Body.(cell.Approved)
	if !ok || !is || said.By.Officer != officer {
		return Approved{}, false, nil
	}
	at, err := b.filedBefore(ctx, Filed{Cite: cell.Cite{Desk: x.Approval.Desk, Gen: x.Approval.Gen, Index: x.Approval.Index + 1}})
	out := Approved{Approval: at, Again: true}
	for _, c := range x.Act {
		h, ok, err := b.n.record(ctx, b.Tx, c)
		if err != nil || !ok {
			return out, true, err
		}
		e, err := b.entryAt(ctx, c)
		if err != nil {
			return out, true, err
		}
		out.Act = &Filed{Ref: h.Ref(), Cite: c, Serial: h.Serial, At: h.At, Commitment: hex.EncodeToString(e[:]), Again: true}
	}
	return out, true, err
}

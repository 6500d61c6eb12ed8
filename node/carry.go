package node

import (
	"context"
	"fmt"

	"parley/cell"
)

// approveProposal files the approval, the act, and what came of the proposal.
func (b *batch) approveProposal(ctx context.Context, m cell.Matter, h hand) (Approved, error) {
	p := m.Head.Body.(cell.Proposal)
	if err := mayApprove(h.by, RightToApprove(p.What)); err != nil {
		return Approved{}, err
	}
	if again, ok, err := b.approvedBefore(ctx, m, h.by.Officer); ok || err != nil {
		return again, err
	}
	if x := b.n.whyNot(m, h.by.Officer); x.Rule != "" {
		return Approved{}, &cell.Refused{Breaches: []cell.Breach{x}}
	}
	var out Approved
	act, filesOne, err := b.proposed(ctx, m, p, h.by)
	if err != nil {
		return out, err
	}
	if filesOne {
		act.hand = &h
		f, err := b.act(ctx, act)
		if err != nil {
			return out, err
		}
		out.Act = &f
		if out.Approval, err = b.filedBefore(ctx, f); err != nil {
			return out, err
		}
	} else {
		var to []string // who sees what will come of it
		if p.What == cell.WhatCharter || p.What == cell.WhatKey {
			to = b.n.Config.Charter.Others(b.n.Desk())
		}
		at, err := b.approval(ctx, h, to, cell.Ref{}, m.Precedence())
		if err != nil {
			return out, err
		}
		if out.Approval, err = b.filedBefore(ctx, Filed{Cite: cell.Cite{Desk: at.Desk, Gen: at.Gen, Index: at.Index + 1}}); err != nil {
			return out, err
		}
	}
	return out, b.noteApproved(ctx, m, h.by, out.Approval.Cite, out.Act)
}

// noteApproved records at home what came of a proposal.
func (b *batch) noteApproved(ctx context.Context, m cell.Matter, by cell.By, approval cell.Cite, act *Filed) error {
	x := cell.Approved{Approval: approval, Act: []cell.Cite{}}
	if act != nil {
		x.Act = append(x.Act, act.Cite)
	}
	body, err := cell.EncodeBody(x)
	if err != nil {
		return err
	}
	_, err = b.act(ctx, Act{Kind: cell.KindApproved, About: m.Ref, Cites: append([]cell.Cite{m.Head.Cite(), approval}, x.Act...), By: by, Body: body})
	return err
}

// proposed makes the act of a proposal; ok is false where the approval stands
// alone and another part of the desk acts on it ([Node.Carry]).
func (b *batch) proposed(ctx context.Context, m cell.Matter, p cell.Proposal, second cell.By) (act Act, ok bool, err error) {
	switch p.What {
	case cell.WhatRelease:
		if act, err = readProposed(p.Act); err != nil {
			return act, false, err
		}
		act.By = m.Head.By
		return act, true, nil
	case cell.WhatExport:
		act, err = b.exportAct(ctx, m, p, second)
		return act, true, err
	case cell.WhatList:
		act, err = b.bulkAct(ctx, m, p, second)
		return act, true, err
	}
	return act, false, nil
}

// Carry files the act that an approved proposal led to, which its own part of
// the desk has made: the adoption of a charter, say. The act cites the approval,
// and the proposal is done with. Once, and only for a proposal of that sort.
func (n *Node) Carry(ctx context.Context, proposal cell.Ref, what string, act Act) (Filed, error) {
	var f Filed
	err := n.do(ctx, func(ctx context.Context, b *batch) error {
		if err := n.mayAppend(); err != nil {
			return err
		}
		m, err := b.about(ctx, proposal)
		if err != nil {
			return err
		}
		p, is := m.Body.(cell.Proposal)
		said, ok := m.Last(cell.KindApproved, n.Desk())
		x, _ := said.Body.(cell.Approved)
		if !is || !ok || p.What != what || m.Cancelled != nil {
			return fmt.Errorf("%w: no approved proposal of this sort stands as %s", cell.ErrConflict, proposal)
		}
		act.approved = &x.Approval
		if f, err = b.act(ctx, act); err != nil || f.Again {
			return err
		}
		return b.noteApproved(ctx, m, said.By, x.Approval, &f)
	})
	return f, err
}

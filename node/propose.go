package node

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/store"
)

// Proposal is what an officer asks a second officer of the desk for.
type Proposal struct {
	What   string         // one of the cell.What constants
	Act    jsontext.Value // by its sort: an act, {"record": "desk#index"}, {"list": "protection"}, or what the charter's part wants
	Reason string
	Until  int64 // 0: a day from now
	By     cell.By
	Key    string // idempotency
}

// Propose records a proposal. It stays at home, and nothing is done until
// another officer approves it. What could not be done now is refused now.
func (n *Node) Propose(ctx context.Context, p Proposal) (Filed, error) {
	if p.Until == 0 {
		var err error
		if p.Until, err = n.untilBefore(ctx, p.Key); err != nil {
			return Filed{}, err
		}
	}
	if p.Act == nil {
		p.Act = jsontext.Value(`{}`)
	}
	if err := n.checkProposed(ctx, p); err != nil {
		return Filed{}, err
	}
	body, err := cell.EncodeBody(cell.Proposal{What: p.What, Act: p.Act, Reason: p.Reason, Until: p.Until})
	if err != nil {
		return Filed{}, cell.Invalidf("/body/act", "the act is not a JSON object")
	}
	return n.Act(whole(ctx), Act{Kind: cell.KindProposal, Key: p.Key, By: p.By, Body: body})
}

// untilBefore gives the end of a proposal that was filed under the same key, so
// that one which is sent again is the same; otherwise a day from now.
func (n *Node) untilBefore(ctx context.Context, key string) (until int64, err error) {
	until = n.now() + cell.ProposalLife
	if key == "" {
		return until, nil
	}
	return until, n.DB.Read(ctx, func(tx *store.Tx) error {
		list, err := n.records(ctx, tx, `JOIN act_key k ON k.gen = r.gen AND k.idx = r.idx WHERE r.desk = ? AND k.key = ?`, n.Desk(), key)
		for _, h := range list {
			if b, ok := h.Body.(cell.Proposal); ok {
				until = b.Until
			}
		}
		return err
	})
}

func (n *Node) checkProposed(ctx context.Context, p Proposal) error {
	switch p.What {
	case cell.WhatRelease:
		a, err := readProposed(p.Act)
		if err != nil {
			return err
		}
		if err := n.maySee(ctx, a); err != nil {
			return err
		}
		if a.By.Role != "" {
			return cell.Invalidf("/body/act/role", "it is filed in the role in which it is proposed")
		}
		k, err := n.kind(a.Kind)
		if err != nil {
			return placed("/body/act", err)
		}
		if k.Home || a.Kind == cell.KindApproval || a.Kind == cell.KindExport || a.Kind == cell.KindBulk {
			return cell.Invalidf("/body/act/kind", "%s is not released by a proposal", k.Name)
		}
		body, err := k.Fill(a.Body)
		if err == nil {
			_, _, err = n.Modules.Body(k.Name, body)
		}
		return placed("/body/act", err)
	case cell.WhatExport:
		return n.DB.Read(ctx, func(tx *store.Tx) error {
			_, err := n.exported(ctx, tx, p.Act)
			return err
		})
	case cell.WhatList:
		_, _, err := n.listed(p.Act)
		return err
	}
	return nil
}

// readProposed reads an act out of a proposal, in the role that it names.
func readProposed(v jsontext.Value) (Act, error) {
	g, a, err := ReadAct(v)
	a.By.Role = g.Role
	return a, placed("/body/act", err)
}

// exported finds the record whose proof a proposal asks for.
func (n *Node) exported(ctx context.Context, tx *store.Tx, act jsontext.Value) (cell.Held, error) {
	var x struct {
		Record string `json:"record"`
	}
	if err := json.Unmarshal(act, &x, json.RejectUnknownMembers(true)); err != nil || x.Record == "" {
		return cell.Held{}, cell.Invalidf("/body/act/record", "name the record whose proof is to be taken out")
	}
	h, err := n.find(ctx, tx, x.Record)
	if err != nil {
		return h, err
	}
	return h, n.mayLeave(ctx, tx, h)
}

// listed finds the list that a proposal asks for, by its module's name.
func (n *Node) listed(act jsontext.Value) (cell.Module, string, error) {
	var x struct {
		List string `json:"list"`
	}
	if err := json.Unmarshal(act, &x, json.RejectUnknownMembers(true)); err != nil {
		return cell.Module{}, "", cell.Invalidf("/body/act/list", "name the list that is to be taken out")
	}
	m, ok := n.Modules.Of(x.List + ".")
	if !ok || m.List == nil || m.Name != x.List {
		return m, "", cell.Invalidf("/body/act/list", "%q is no list that leaves this desk in a file", x.List)
	}
	return m, x.List, nil
}

// Withdraw takes a proposal back: the officer who made it, or the one who will
// not approve it. Who may is asked before ([Node.WantsToApprove]).
func (n *Node) Withdraw(ctx context.Context, proposal cell.Ref, by cell.By, reason []cell.Free) (Filed, error) {
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		m, err := n.matter(ctx, tx, proposal.String())
		if err == nil && (m.Head == nil || m.Head.Kind != cell.KindProposal) {
			return fmt.Errorf("%w: no proposal %s is held at this desk", cell.ErrNotFound, proposal)
		}
		return err
	})
	if err != nil {
		return Filed{}, err
	}
	body, err := cell.EncodeBody(cell.Cancel{Reason: cell.List(reason)})
	if err != nil {
		return Filed{}, err
	}
	return n.Act(whole(ctx), Act{Kind: cell.KindCancel, About: proposal, By: by, Body: body})
}

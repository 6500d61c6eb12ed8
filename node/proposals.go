package node

import (
	"context"
	"encoding/hex"
	"fmt"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// ProposalView is one proposal as the approvals screen shows it.
type ProposalView struct {
	Key       string   `json:"key"`
	Number    string   `json:"number"`
	What      string   `json:"what"`
	Text      cell.T3  `json:"text"` // the proposal in words
	Act       string   `json:"act"`  // what is proposed, exactly
	ActCode   string   `json:"act_code"`
	ActName   cell.T3  `json:"act_name"`
	ActText   cell.T3  `json:"act_text"` // the act in words, where it is a record
	To        []string `json:"to"`       // whom the act goes to, where it says so
	Reason    string   `json:"reason"`
	By        string   `json:"by"` // the officer's code
	Role      string   `json:"role"`
	At        int64    `json:"at"`
	Until     int64    `json:"until"`
	State     string   `json:"state"`
	StateName cell.T3  `json:"state_name"`
	Open      bool     `json:"open"`
	Right     string   `json:"right"`    // what approving it asks for
	May       bool     `json:"may"`      // the officer who asks may approve it now
	Why       string   `json:"why"`      // the rule that keeps them from it, "right" where the role does not give it
	WhyText   cell.T3  `json:"why_text"` // the same for people
	Approval  string   `json:"approval"` // the record of the approval, desk#index
	Filed     string   `json:"filed"`    // the act that came of it
	File      bool     `json:"file"`     // this officer may take out what was approved
}

// newestProposals gives the keys of this desk's proposals, the newest first.
func newestProposals(ctx context.Context, tx *store.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT key FROM matter WHERE kind = ? ORDER BY at DESC, key LIMIT 500`, cell.KindProposal)
	if err != nil {
		return nil, err
	}
	return texts(rows)
}

// Proposals gives the proposals of this desk, the newest first, as the officer
// who asks sees them: what waits, whether they may approve it, and why not.
// may says which rights they have; sees, which baskets, nil for all.
func (n *Node) Proposals(ctx context.Context, officer string, may func(cell.Right) bool, sees func(basket string) bool) ([]ProposalView, error) {
	out := []ProposalView{}
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		keys, err := newestProposals(ctx, tx)
		if err != nil {
			return err
		}
		l := n.looker(ctx, tx)
		for _, key := range keys {
			m, st, err := n.stateOf(ctx, tx, key)
			if err != nil {
				return err
			}
			p, ok := m.Body.(cell.Proposal)
			if !ok {
				continue
			}
			if ofKeys := RightToApprove(p.What) == cell.RightKeys && may(cell.RightKeys); !ofKeys { // no content: who keeps the keys sees it without any right to read
				ok, err = l.matter(m.Ref)
				if err != nil {
					return err
				}
				ok = ok && (sees == nil || sees(n.basketOf(p)))
			}
			if ok {
				v, err := n.proposalView(ctx, tx, m, st, officer, may)
				if err != nil {
					return err
				}
				out = append(out, v)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	return out, nil
}

// basketOf gives the compartment of what is proposed: that of the act's kind.
func (n *Node) basketOf(p cell.Proposal) string {
	if p.What != cell.WhatRelease {
		return ""
	}
	a, err := readProposed(p.Act)
	if err != nil {
		return ""
	}
	k, _ := n.kind(a.Kind)
	t, _ := n.Config.Charter.Template(k.Name)
	return t.Basket
}

func (n *Node) proposalView(ctx context.Context, tx *store.Tx, m cell.Matter, st cell.State, officer string, may func(cell.Right) bool) (ProposalView, error) {
	p := m.Body.(cell.Proposal)
	v := ProposalView{Key: m.Ref.String(), Number: m.Number(n.Config.Charter), What: p.What, Text: n.Config.Charter.Text(m.Head.Record), Act: string(p.Act),
		ActName: cell.T3{}, ActText: cell.T3{}, WhyText: cell.T3{}, To: []string{}, Reason: p.Reason, By: m.Head.By.Officer, Role: m.Head.By.Role, At: m.At(),
		Until: p.Until, State: st.Name, StateName: n.sayOf("state", "", st.Name), Open: st.Open, Right: string(RightToApprove(p.What))}
	if a, err := readProposed(p.Act); err == nil && p.What == cell.WhatRelease {
		n.wordAct(&v, a)
	}
	x := n.whyNot(m, officer)
	v.Why = x.Rule
	for _, r := range append([]cell.Right{RightToApprove(p.What)}, n.actWants(p)...) {
		if v.Why == "" && !may(r) {
			v.Why, v.Right = "right", string(r)
		}
	}
	if v.May = v.Why == ""; !v.May {
		v.WhyText = n.say("rule."+v.Why, nil)
	}
	said, ok := m.Last(cell.KindApproved, n.Desk())
	b, is := said.Body.(cell.Approved)
	if !ok || !is {
		return v, nil
	}
	v.Approval = b.Approval.String()
	for _, c := range b.Act {
		v.Filed = c.String()
	}
	var left int64
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM approval_file WHERE proposal = ? AND taken = 0 AND until >= ?`, v.Key, n.now()).Scan(&left)
	v.File = left > 0 && (officer == v.By || officer == said.By.Officer)
	return v, err
}

func (n *Node) wordAct(v *ProposalView, a Act) {
	k, err := n.kind(a.Kind)
	if err != nil {
		return
	}
	t, _ := n.Config.Charter.Template(k.Name)
	v.ActCode, v.ActName, v.To = t.Code, t.Name, append(v.To, a.To...)
	if body, err := k.Fill(a.Body); err == nil {
		v.ActText = n.Config.Charter.Text(cell.Record{Desk: n.Desk(), Kind: k.Name, At: v.At, Body: body})
	}
}

// Assertion is an approval as this desk alone can open it.
type Assertion struct {
	Approval   cell.Cite
	Of         cell.Cite // what was approved
	Kind       string    // and its kind
	Officer    string    // the code; the name is in the officers' list
	Role       string
	At         int64
	Commitment string // of what was approved
	Challenge  []byte // what the key signed
	Sealed     string // the commitment to the assertion
	Salt       []byte // opens it
	Bytes      []byte // the assertion
	Exercise   bool   // no key: an exercise
}

// OpenApproval opens the assertion of an approval of this desk, and checks it
// against both commitments. Whether the signature is the officer's, the
// officers' book says.
func (n *Node) OpenApproval(ctx context.Context, name string) (Assertion, error) {
	var out Assertion
	err := n.DB.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = n.openApproval(ctx, tx, name)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("open approval %s: %w", name, err)
	}
	return out, nil
}

// OpenApproval is [Node.OpenApproval] of a desk's database that is only read.
func (a Archive) OpenApproval(ctx context.Context, c *cell.Charter, ms cell.Modules, name string) (Assertion, error) {
	return (&Node{Config: Config{Desk: a.Desk, Charter: c, Modules: ms, DB: a.DB}}).OpenApproval(ctx, name)
}

func (n *Node) openApproval(ctx context.Context, tx *store.Tx, name string) (Assertion, error) {
	h, err := n.find(ctx, tx, name)
	if err != nil {
		return Assertion{}, err
	}
	b, ok := h.Body.(cell.Approval)
	if !ok || h.Desk != n.Desk() {
		return Assertion{}, fmt.Errorf("%w: it is no approval of this desk", cell.ErrNotFound)
	}
	out := Assertion{Approval: h.Cite(), Officer: h.By.Officer, Role: h.By.Role, At: h.At, Commitment: b.Of, Sealed: b.Assertion}
	var salt [32]byte
	var s []byte
	rows, err := tx.Query(ctx, `SELECT salt, bytes FROM approval_assertion WHERE entry = ?`, b.Assertion)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	if !rows.Next() {
		return out, fmt.Errorf("%w: its assertion is not held here; a desk restored from an older copy has lost it", cell.ErrNotFound)
	}
	if err := rows.Scan(&s, &out.Bytes); err != nil {
		return out, err
	}
	rows.Close()
	copy(salt[:], s)
	out.Salt = s
	if cell.SealAssertion(salt, out.Bytes) != b.Assertion {
		return out, fmt.Errorf("%w: the assertion held here is not the one that the approval commits to", cell.ErrConflict)
	}
	out.Exercise = string(out.Bytes) == exerciseAssertion
	if out.Challenge, err = cell.ApprovalChallenge(h.Cell, h.Desk, b.Of); err != nil {
		return out, err
	}
	out.Of, out.Kind, err = n.ofCommitment(ctx, tx, h, b.Of)
	return out, err
}

// ofCommitment finds the record of this desk whose entry an approval names: one
// of those at home that were written before it.
func (n *Node) ofCommitment(ctx context.Context, tx *store.Tx, a cell.Held, of string) (cell.Cite, string, error) {
	home := cell.ChannelName(a.Desk, nil) // drafts and proposals are in it
	list, err := n.records(ctx, tx, `WHERE r.desk = ? AND r.channel = ? AND (r.gen < ? OR r.gen = ? AND r.idx < ?) ORDER BY r.gen DESC, r.idx DESC`,
		a.Desk, home, a.Gen, a.Gen, a.Index)
	if err != nil {
		return cell.Cite{}, "", err
	}
	for _, h := range list {
		e, err := journal.EntryAt(ctx, tx, h.Desk, h.Gen, h.Index)
		if err != nil {
			return cell.Cite{}, "", err
		}
		if hex.EncodeToString(e[:]) == of {
			return h.Cite(), h.Kind, nil
		}
	}
	return cell.Cite{}, "", fmt.Errorf("%w: what it approved is not held here", cell.ErrNotFound)
}

// approvalsOf gives the approvals of its own desk that a record cites, for its
// proof.
func (n *Node) approvalsOf(ctx context.Context, tx *store.Tx, h cell.Held) (out []cell.Held, err error) {
	for _, c := range h.Cites {
		x, ok, err := n.record(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		if ok && x.Kind == cell.KindApproval && x.Desk == h.Desk {
			out = append(out, x)
		}
	}
	return out, nil
}

// alone gives the verdict on a record that is in no matter, such as an export:
// only what it cites is looked at.
func (n *Node) alone(ctx context.Context, tx *store.Tx, h cell.Held) (verdict, rule string, err error) {
	if h.Body == nil {
		return cell.VerdictUnknown, "", nil
	}
	k, _ := n.Modules.Kind(h.Kind)
	c := n.charterOf(h.Charter)
	if !c.TwoPersons(k) {
		return cell.VerdictOK, "", nil
	}
	past := cell.Past{Cited: map[cell.Cite]cell.Held{}}
	for _, at := range h.Cites {
		x, ok, err := n.record(ctx, tx, at)
		if err != nil {
			return "", "", err
		}
		if !ok {
			return cell.VerdictCannot, "", nil
		}
		past.Cited[at] = x
	}
	if b := cell.Judge(h, n.Modules, past, c); len(b) > 0 {
		return cell.VerdictContested, b[0].Rule, nil
	}
	return cell.VerdictOK, "", nil
}

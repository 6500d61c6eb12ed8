package node

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/store"
)

// CharterProposal is the act of a proposal to adopt a charter, KeyProposal that of
// one to replace keys: what the second officer approves.
type (
	CharterProposal struct {
		Charter string `json:"charter"` // hash
	}
	KeyProposal struct {
		Purposes []string `json:"purposes"`
	}
)

// Decided finds the newest proposal of a sort that another officer of this desk
// approved and that nothing came of yet; ok is false when there is none.
func (n *Node) Decided(ctx context.Context, what string, fits func(act jsontext.Value) bool) (at cell.Ref, ok bool, err error) {
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		keys, err := newestProposals(ctx, tx)
		if err != nil {
			return err
		}
		for _, key := range keys {
			m, err := n.matter(ctx, tx, key)
			if err != nil {
				return err
			}
			p, is := m.Body.(cell.Proposal)
			said, approved := m.Last(cell.KindApproved, n.Desk())
			x, _ := said.Body.(cell.Approved)
			if is && approved && p.What == what && m.Cancelled == nil && len(x.Act) == 0 && fits(p.Act) {
				at, ok = m.Ref, true
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return at, false, fmt.Errorf("look for an approved proposal: %w", err)
	}
	return at, ok, nil
}

// Decided is [Node.Decided] of a desk's database that is only read.
func (a Archive) Decided(ctx context.Context, c *cell.Charter, agreed cell.Agreement, ms cell.Modules, what string, fits func(jsontext.Value) bool) (bool, error) {
	n := &Node{Config: Config{Desk: a.Desk, Charter: c, Agreement: agreed, Modules: ms, DB: a.DB}}
	if err := n.openAgreement(); err != nil {
		return false, err
	}
	_, ok, err := n.Decided(ctx, what, fits)
	return ok, err
}

// OfCharter fits a proposal to adopt the charter with that hash.
func OfCharter(hash string) func(jsontext.Value) bool {
	return func(v jsontext.Value) bool {
		var p CharterProposal
		return json.Unmarshal(v, &p) == nil && p.Charter == hash
	}
}

// OfKeys fits a proposal to replace keys of these purposes.
func OfKeys(purposes []string) func(jsontext.Value) bool {
	return func(v jsontext.Value) bool {
		var p KeyProposal
		return json.Unmarshal(v, &p) == nil && fmt.Sprint(p.Purposes) == fmt.Sprint(purposes)
	}
}

// fileDecided files a first act under a charter or with new keys. Where two
// officers decided on it, it cites their approval.
func (n *Node) fileDecided(ctx context.Context, d cell.Draft) error {
	what, fits := "", func(jsontext.Value) bool { return false }
	switch b := d.Body.(type) {
	case cell.Adopted:
		what, fits = cell.WhatCharter, OfCharter(b.Hash)
	case cell.KeyComp:
		what, fits = cell.WhatKey, OfKeys(b.Purposes)
	}
	if what == "" {
		_, err := n.file(ctx, d)
		return err
	}
	ref, ok, err := n.Decided(ctx, what, fits)
	if err != nil {
		return err
	}
	if !ok {
		_, err := n.file(ctx, d)
		return err
	}
	body, err := cell.EncodeBody(d.Body)
	if err != nil {
		return err
	}
	_, err = n.Carry(ctx, ref, what, Act{Kind: d.Kind, Key: d.Key, To: n.withRelays(d.To), By: d.By, Body: body})
	return err
}

package node

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"parley/cell"
	"parley/journal"
)

// In the supervision mode sealed copy the supervisor is not addressed. The
// author's node files the ciphertext of the record for it, in the transaction
// that makes the record: none exists without its copy (design 5, SUP-01).

// sealCopies files what the modules want filed with a record that this desk
// has just made.
func (b *batch) sealCopies(ctx context.Context, h cell.Held, entry journal.Entry, salt journal.Salt, bytes []byte) error {
	c := b.n.Config.Charter
	if !slices.Contains(slices.Collect(maps.Values(c.Baskets)), cell.ModeSealed) {
		return nil
	}
	basket, err := b.basketOf(ctx, h)
	if err != nil {
		return err
	}
	to := c.Sealed(h.Record, basket)
	if len(to) == 0 {
		return nil
	}
	made := cell.Made{Held: h, For: to, Commitment: hex.EncodeToString(entry[:]), Salt: salt[:], Bytes: bytes}
	for _, m := range b.n.Modules {
		if m.SealedCopy == nil {
			continue
		}
		drafts, err := m.SealedCopy(made, c)
		if err != nil {
			return fmt.Errorf("sealed copy of %s: %w", h.Cite(), err)
		}
		for _, d := range drafts {
			body, err := cell.EncodeBody(d.Body)
			if err != nil {
				return err
			}
			if _, err := b.act(ctx, Act{Kind: d.Kind, Key: d.Key, To: d.To, About: d.About, Cites: d.Cites, Precedence: d.Precedence, By: d.By, Body: body}); err != nil {
				return fmt.Errorf("sealed copy of %s: %w", h.Cite(), err)
			}
		}
	}
	return nil
}

// basketOf gives the basket of a record: that of its template, or of the matter
// that it is about, so that what is changed in a matter is sealed like it.
func (b *batch) basketOf(ctx context.Context, h cell.Held) (string, error) {
	c := b.n.Config.Charter
	if t, ok := c.Template(h.Kind); ok && t.Basket != "" || h.About.IsZero() {
		return t.Basket, nil
	}
	list, err := b.n.openers(ctx, b.Tx, h.About)
	if err != nil || len(list) == 0 {
		return "", err
	}
	t, _ := c.Template(list[0].Kind)
	return t.Basket, nil
}

// unsupervised takes the supervisors out of the audience that an act has by
// default, where its basket's mode keeps them out.
func (n *Node) unsupervised(k cell.Kind, to []string) []string {
	c := n.Config.Charter
	mode := c.Mode(k.Name)
	if k.LifeSafety || mode != cell.ModeSealed && mode != cell.ModeMetadata {
		return to
	}
	return slices.DeleteFunc(to, func(d string) bool { return c.Role(d) == cell.Supervisor })
}

// handOver fills in the salt that an act hands over: that of a record which
// this desk holds, whoever wrote it.
func (b *batch) handOver(ctx context.Context, h cell.Held) (cell.Held, error) {
	g, ok := h.Body.(cell.SaltGiver)
	if !ok {
		return h, nil
	}
	of, wants := g.SaltOf()
	if !wants {
		return h, nil
	}
	rows, err := b.Query(ctx, `SELECT salt FROM record WHERE desk = ? AND gen = ? AND idx = ?`, of.Desk, of.Gen, of.Index)
	if err != nil {
		return h, fmt.Errorf("read the salt of %s: %w", of, err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return h, fmt.Errorf("read the salt of %s: %w", of, err)
		}
		return h, cell.Invalidf("/body/of", "record %s is not held at this desk: only its author and its addressees can open it", of)
	}
	var salt []byte
	if err := rows.Scan(&salt); err != nil {
		return h, fmt.Errorf("read the salt of %s: %w", of, err)
	}
	h.Body = g.WithSalt(hex.EncodeToString(salt))
	h.Record.Body, err = cell.EncodeBody(h.Body)
	return h, err
}

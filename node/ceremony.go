package node

import (
	"context"
	"fmt"

	"parley/cell"
	"parley/store"
)

// sign makes the signature of a ceremony that an act asks for, where the desk
// has its root key at hand.
func (n *Node) sign(h cell.Held, p cell.Past) (cell.Held, error) {
	s, ok := h.Body.(cell.Ceremonial)
	if !ok || s.Signature() != cell.Sign {
		return h, nil
	}
	if n.Ceremony == nil {
		return h, cell.Invalidf("/body/signature", "this desk's root key is kept offline: take the text out with parley ceremony text, sign it there, and give the line here")
	}
	text, err := s.CeremonyText(h, p, n.Config.Charter)
	if err != nil {
		return h, err
	}
	line, err := n.Ceremony(text)
	if err != nil {
		return h, fmt.Errorf("sign the ceremony's text: %w", err)
	}
	h.Body = s.Signed(line)
	h.Record.Body, err = cell.EncodeBody(h.Body)
	return h, err
}

// CeremonyText gives the exact bytes that an act would have signed by this
// desk's root key, without filing it: where the key is kept offline they are
// carried to it, and the line that comes back is filed in the body.
func (n *Node) CeremonyText(ctx context.Context, a Act) ([]byte, error) {
	if err := n.maySee(ctx, a); err != nil {
		return nil, err
	}
	k, err := n.kind(a.Kind)
	if err != nil {
		return nil, err
	}
	body, err := k.Fill(a.Body)
	if err != nil {
		return nil, placed("/body", err)
	}
	var text []byte
	err = n.do(ctx, func(ctx context.Context, b *batch) error {
		h, past, err := b.prepare(ctx, a, k, body)
		if err != nil {
			return err
		}
		s, ok := h.Body.(cell.Ceremonial)
		if !ok {
			return cell.Invalidf("/kind", "%s is not signed with a root key", k.Name)
		}
		text, err = s.CeremonyText(h, past, n.Config.Charter)
		return err
	})
	return text, err
}

// Notes gives the signed notes that a matter has come to, as its module makes
// them; none when it has come to none. Anybody checks them from the charter.
func (n *Node) Notes(ctx context.Context, key string) ([]string, error) {
	out := []string{}
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		m, _, err := n.shown(ctx, tx, key)
		if err != nil {
			return err
		}
		mod, _ := n.Modules.Of(m.Kind)
		if mod.Notes == nil {
			return nil
		}
		for _, b := range mod.Notes(m, n.Config.Charter) {
			if err := n.checkNote(b); err != nil {
				return fmt.Errorf("note of %s: %w", key, err)
			}
			out = append(out, string(b))
		}
		return nil
	})
	return out, err
}

// checkNote lets no note out that nobody could check. It may have been signed
// under an earlier charter of the cell, which lists the same root keys.
func (n *Node) checkNote(note []byte) error {
	x, _, _, err := cell.SplitCeremony(note)
	if err != nil {
		return err
	}
	under := *n.Config.Charter
	under.Hash = x.Charter
	_, _, _, err = under.OpenCeremony(note)
	return err
}

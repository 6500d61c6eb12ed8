package node

import (
	"context"
	"slices"

	"parley/cell"
	"parley/store"
)

// Wants gives the right that filing an act wants of an officer (SEC-07): what
// its kind wants, or its body, or, of a change and a withdrawal, the kind that
// opened the matter. The matter is looked up only for an officer who may open
// some; may says what this one may do.
func (n *Node) Wants(ctx context.Context, a Act, may func(cell.Right) bool) (cell.Right, error) {
	k, err := n.kind(a.Kind)
	if err != nil {
		return "", err
	}
	switch {
	case k.Follow() && !a.About.IsZero() && slices.ContainsFunc(n.opening(), may):
		return n.openedWith(ctx, a.About)
	case k.Follow():
		return k.Right(), nil
	}
	raw, err := k.Fill(a.Body)
	if err != nil {
		return k.Right(), nil // refused with its place in a moment
	}
	body, _, err := n.Modules.Body(k.Name, raw)
	if err != nil {
		return k.Right(), nil
	}
	return k.RightOf(body), nil
}

// opening gives the rights with which matters are opened.
func (n *Node) opening() []cell.Right {
	var out []cell.Right
	for _, m := range n.Modules {
		for _, k := range m.Kinds {
			if k.Opens && !slices.Contains(out, k.Right()) {
				out = append(out, k.Right())
			}
		}
	}
	return out
}

// openedWith gives the right that the matter's own kind wants.
func (n *Node) openedWith(ctx context.Context, ref cell.Ref) (cell.Right, error) {
	var kind string
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		m, _, err := n.shown(ctx, tx, ref.String())
		if err != nil {
			return err
		}
		kind = m.Kind
		return nil
	})
	if err != nil {
		return "", err
	}
	k, _ := n.Modules.Kind(kind)
	return k.Right(), nil
}

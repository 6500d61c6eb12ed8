package node

import (
	"context"

	"parley/cell"
)

// fillUpdate completes the new body that an update carries, as the body of an
// act is completed: what may be left out of a form is written as empty.
func (b *batch) fillUpdate(ctx context.Context, about cell.Ref, body cell.RawBody) (cell.RawBody, error) {
	m, err := b.about(ctx, about)
	if err != nil {
		return nil, err
	}
	read, _, err := b.n.Modules.Body(cell.KindUpdate, body)
	if err != nil {
		return nil, err
	}
	k, ok := b.n.Modules.Kind(m.Kind)
	update, is := read.(cell.Update)
	if !ok || !is {
		return body, nil
	}
	if update.Body, err = k.Fill(update.Body); err != nil {
		return nil, placed("/body/body", err)
	}
	return cell.EncodeBody(update)
}

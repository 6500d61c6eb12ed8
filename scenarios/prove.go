package scenarios

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"parley/cell"
	"parley/node"
)

// prove takes the proof of a labelled record out of a desk and checks it with
// the charter alone, as somebody would who was handed the file:
//
//	bravo proves stop "asked by the joint committee"
//
// It counts as an expectation: the proof holds and is of that record.
func (p *Player) prove(ctx context.Context, l Line) error {
	name, label := l.Words[0], l.Words[2]
	d := p.World.Desk(name)
	if d == nil {
		return fmt.Errorf("%s is off", name)
	}
	ref, err := p.ref(ctx, d.Node, label)
	if err != nil {
		return err
	}
	proof, err := d.Proof(ctx, ref.String(), strings.Join(l.Words[3:], " "), cell.By{Officer: "watch-1", Role: "watch"})
	if err != nil {
		return err
	}
	_, text, err := d.Record(ctx, ref.String())
	if err != nil {
		return err
	}
	r := Result{Line: l.At, Text: l.Text, At: p.World.Clock.Now()}
	switch v, rec, err := node.VerifyProof(proof, p.World.Charter); {
	case err != nil:
		r.Why = err.Error()
	case rec.Ref() != ref || !bytes.Equal(v.Record, text):
		r.Why = "the proof is of another record"
	default:
		r.Held = true
	}
	p.Proofs[label] = proof
	p.record(r)
	return p.settle(ctx)
}

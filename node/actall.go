package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// OneOf is the error of one among several acts.
type OneOf struct {
	N   int // which, from 0
	Err error
}

// Error gives which it is, counted from one, and why.
func (e *OneOf) Error() string { return fmt.Sprintf("act %d: %v", e.N+1, e.Err) }

// Unwrap gives the error of the act.
func (e *OneOf) Unwrap() error { return e.Err }

// ActAll files several records as one: when it returns without error all of them
// are durable, and otherwise none is recorded. The error of an act is a [*OneOf].
func (n *Node) ActAll(ctx context.Context, acts []Act) ([]Filed, error) {
	return n.actAll(ctx, acts, nil)
}

// errTried takes back what was only tried.
var errTried = errors.New("tried only")

// TryAll says what [Node.ActAll] would say, and records nothing.
func (n *Node) TryAll(ctx context.Context, acts []Act) error {
	_, err := n.actAll(ctx, acts, errTried)
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// actAll files acts in one operation, which then ends with an error of its own,
// nil for none.
func (n *Node) actAll(ctx context.Context, acts []Act, end error) ([]Filed, error) {
	acts = slices.Clone(acts)
	for i, a := range acts {
		if err := n.maySee(ctx, a); err != nil {
			return nil, &OneOf{i, err}
		}
		done, err := n.completeCheck(ctx, a)
		if err != nil {
			return nil, &OneOf{i, err}
		}
		acts[i] = done
	}
	filed := make([]Filed, len(acts))
	err := n.do(ctx, func(ctx context.Context, b *batch) error {
		for i, a := range acts {
			var err error
			if filed[i], err = b.act(ctx, a); err != nil {
				return &OneOf{i, err}
			}
		}
		return end
	})
	if err != nil {
		return nil, err
	}
	return filed, nil
}

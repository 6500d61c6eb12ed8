package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/cell"
	"parley/store"
)

// Stated is what a matter that keeps volumes says now, for the formats of other
// systems: what a [MatterView] has of it, without the words.
type Stated struct {
	Key      string
	Module   string
	Kind     string
	Number   string
	Open     bool   // as the clocks left it, which look every second
	Body     string // of the version that is in force
	Revision int64  // how many changes by its opener stand
}

// Lying is a matter that keeps volumes in a span of time, as the index has it.
type Lying struct {
	Key   string
	From  int64 // when the first of its windows in the span begins
	Parts int   // how many windows of volumes the index has of it, of all its versions
}

// Lying gives the first so many matters of a module that keep volumes in a span
// of time, those that begin first, and whether there are more. Nothing is read
// of them, and nothing said of who may see them: that is [Node.Stated]. What
// stays at its own desk is not among them.
func (n *Node) Lying(ctx context.Context, module string, from, until int64, most int) (out []Lying, more bool, err error) {
	kinds := n.volumeKinds(module)
	if len(kinds) == 0 {
		return nil, false, nil
	}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		list, over, err := n.spans(ctx, tx, "", from, until, most, kinds...)
		for _, b := range list {
			out = append(out, Lying{b.matter, b.at, n.index.parts(b.matter)})
		}
		more = over
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("look for what lies in a span of time: %w", err)
	}
	return out, more, nil
}

// Lies gives what the index has of one matter in a span of time, without reading
// anything; ok is false where it has nothing.
func (n *Node) Lies(key, module string, from, until int64) (l Lying, ok bool) {
	l = Lying{Key: key}
	kind := ""
	if l.From, kind, ok = n.index.begins(key, from, until); !ok || !slices.Contains(n.volumeKinds(module), kind) {
		return l, false
	}
	l.Parts = n.index.parts(key)
	return l, true
}

// volumeKinds gives the kinds of a module that keep volumes and leave their desk.
func (n *Node) volumeKinds(module string) (out []string) {
	for _, m := range n.Modules {
		if m.Name != module {
			continue
		}
		for _, k := range m.Kinds {
			if k.Opens && !k.Home && k.KeepsVolumes() {
				out = append(out, k.Name)
			}
		}
	}
	return out
}

// Stated reads what some matters say now. Those that are not held, whose kind has
// no form here, or that the sight of the context does not show, are left out.
func (n *Node) Stated(ctx context.Context, keys []string) ([]Stated, error) {
	var out []Stated
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		for _, key := range keys {
			s, ok, err := n.stated(ctx, tx, key)
			if err != nil {
				return err
			}
			if ok {
				out = append(out, s)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what matters say: %w", err)
	}
	return out, nil
}

func (n *Node) stated(ctx context.Context, tx *store.Tx, key string) (s Stated, ok bool, err error) {
	if _, err := cell.ParseRef(key); err != nil {
		return s, false, nil // whoever asks for it asks for nothing that is held
	}
	_, m, err := n.shown(ctx, tx, key)
	if errors.Is(err, cell.ErrNotFound) {
		return s, false, nil
	}
	if err != nil || m.Head == nil {
		return s, false, err
	}
	c := n.under(m)
	mod, known := n.Modules.Of(m.Kind)
	if _, formed := c.Template(m.Kind); !known || !formed {
		return s, false, nil
	}
	open := 0
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(open), 0) FROM matter WHERE key = ?`, key).Scan(&open); err != nil {
		return s, false, fmt.Errorf("look up %s: %w", key, err)
	}
	s = Stated{Key: key, Module: mod.Name, Kind: m.Kind, Number: m.Number(c), Open: open == 1, Body: string(m.Worded().Body)}
	for _, h := range m.Records {
		if k, ok := n.Modules.Kind(h.Kind); ok && k.Revises && m.Counts(h) {
			s.Revision++
		}
	}
	return s, true, nil
}

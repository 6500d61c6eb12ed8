package node

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"parley/cell"
	"parley/store"
)

// WithSight gives a context in which this node shows only what is in some
// compartments (SEC-07): sees says of a basket, and with "" of what is in none,
// whether it is shown. What is not shown is as if it were not there. Without a
// sight everything is: so the node reads for itself.
func WithSight(ctx context.Context, sees func(basket string) bool) context.Context {
	var known sync.Map // one read asks the same of a few baskets many times
	return context.WithValue(ctx, sightKey{}, func(basket string) bool {
		if v, ok := known.Load(basket); ok {
			return v.(bool)
		}
		v := sees(basket)
		known.Store(basket, v)
		return v
	})
}

type sightKey struct{}

// whole gives a context in which the node reads for itself: of what was checked
// before, or has no content, as a proposal of keys.
func whole(ctx context.Context) context.Context { return context.WithValue(ctx, sightKey{}, nil) }

// looker reads for somebody who does not see everything. The nil looker sees
// all. It is made for one read and remembers what it found in it.
type looker struct {
	n     *Node
	ctx   context.Context
	tx    *store.Tx
	sees  func(string) bool
	known map[cell.Ref]bool
}

// looker gives who reads in a context.
func (n *Node) looker(ctx context.Context, tx *store.Tx) *looker {
	sees, ok := ctx.Value(sightKey{}).(func(string) bool)
	if !ok {
		return nil
	}
	l := &looker{n: n, ctx: ctx, tx: tx, sees: sees, known: map[cell.Ref]bool{}}
	if l.all() {
		return nil
	}
	return l
}

// all reports whether every basket of the charter is seen.
func (l *looker) all() bool {
	for b := range l.n.Config.Charter.Baskets {
		if !l.sees(b) {
			return false
		}
	}
	for _, t := range l.n.Config.Charter.Templates {
		if !l.sees(t.Basket) {
			return false
		}
	}
	return l.sees("")
}

// blind reports whether nothing at all is seen.
func (l *looker) blind() bool { return l != nil && !l.sees("") }

// kind reports whether what a kind opens is seen, or what a rule derives. Life
// safety is in no compartment: it is received by any officer on watch (HOT-05).
func (l *looker) kind(name string) bool {
	if l == nil {
		return true
	}
	if k, ok := l.n.Modules.Kind(name); ok && k.Opens && k.LifeSafety {
		return l.sees("")
	}
	return l.sees("") && l.sees(l.n.Config.Charter.Basket(name))
}

// maxAbout is how far what is about something, which is about something else,
// is followed. Beyond it nothing is shown.
const maxAbout = 16

// matter reports whether a matter is seen. One that is not held is not.
func (l *looker) matter(ref cell.Ref) (bool, error) { return l.matterAt(ref, 0) }

func (l *looker) matterAt(ref cell.Ref, depth int) (ok bool, err error) {
	if l == nil {
		return true, nil
	}
	if l.blind() || depth > maxAbout {
		return false, nil
	}
	ok, known := l.known[ref]
	if known {
		return ok, nil
	}
	if ref.Desk == "" {
		ok, err = l.derived(ref, depth)
	} else {
		ok, err = l.opened(ref, depth)
	}
	if err == nil {
		l.known[ref] = ok
	}
	return ok, err
}

// derived looks at a matter without a record: its rule, and what it follows from.
func (l *looker) derived(ref cell.Ref, depth int) (bool, error) {
	m, err := l.n.matter(l.ctx, l.tx, ref.String())
	if err != nil || m.Derived == nil || !l.kind(m.Derived.Rule) {
		return false, err
	}
	if m.Derived.Parent.IsZero() {
		return true, nil
	}
	return l.matterAt(m.Derived.Parent, depth+1)
}

// opened looks at the record that opened a matter. While that is not held
// nobody can say which basket the matter is in: who does not see all does not
// see it.
func (l *looker) opened(ref cell.Ref, depth int) (bool, error) {
	list, err := l.n.openers(l.ctx, l.tx, ref)
	if err != nil || len(list) == 0 {
		return false, err
	}
	return l.recordAt(list[0], depth)
}

// record reports whether a record is seen: by its own kind, by the matter that
// it is about, and by what else it tells of.
func (l *looker) record(h cell.Held) (bool, error) { return l.recordAt(h, 0) }

func (l *looker) recordAt(h cell.Held, depth int) (bool, error) {
	if l == nil {
		return true, nil
	}
	k, _ := l.n.Modules.Kind(h.Kind)
	about := h.About
	if about == h.Ref() {
		about = cell.Ref{}
	}
	switch follows := len(k.Follows) > 0 && !about.IsZero(); {
	case k.Opens && k.LifeSafety:
		return l.sees(""), nil
	case !follows && !l.kind(h.Kind): // what is only ever said of a matter is in that one's basket
		return false, nil
	}
	if !about.IsZero() {
		if ok, err := l.matterAt(about, depth+1); err != nil || !ok {
			return false, err
		}
	}
	return l.told(h.Body, depth)
}

// told looks at what a body tells of beside the matter that it is about.
func (l *looker) told(b cell.Body, depth int) (bool, error) {
	switch b := b.(type) {
	case cell.Telling:
		for _, c := range b.Tells() {
			if ok, err := l.citeAt(c, depth+1); err != nil || !ok {
				return false, err
			}
		}
	case cell.Bulk:
		return l.kind(b.List + "."), nil
	case cell.Proposal:
		return l.proposed(b, depth)
	}
	return true, nil
}

// proposed looks at the act that is proposed: it is seen by who would see it
// filed, and what is to leave the desk by who sees it.
func (l *looker) proposed(p cell.Proposal, depth int) (bool, error) {
	switch p.What {
	case cell.WhatExport:
		_, err := l.n.exported(l.ctx, l.tx, p.Act)
		return !errors.Is(err, cell.ErrNotFound), nil
	case cell.WhatList:
		m, _, err := l.n.listed(p.Act)
		return err != nil || l.kind(m.Name+"."), nil
	case cell.WhatCharter, cell.WhatKey:
		return true, nil
	}
	a, err := readProposed(p.Act)
	if err != nil {
		return true, nil
	}
	k, err := l.n.kind(a.Kind)
	if err != nil {
		return true, nil
	}
	return l.recordAt(cell.Held{Record: cell.Record{Kind: k.Name, About: a.About}}, depth+1)
}

// cite reports whether the record at a place is seen. One that is not held is
// not.
func (l *looker) cite(c cell.Cite) (bool, error) { return l.citeAt(c, 0) }

func (l *looker) citeAt(c cell.Cite, depth int) (bool, error) {
	if l == nil {
		return true, nil
	}
	if l.blind() || depth > maxAbout {
		return false, nil
	}
	h, ok, err := l.n.record(l.ctx, l.tx, c)
	if err != nil || !ok {
		return false, err
	}
	return l.recordAt(h, depth)
}

// notHeld is what is said of a matter that is not held, or not seen.
func notHeld(key string) error {
	return fmt.Errorf("%w: no matter %s is held at this desk", cell.ErrNotFound, key)
}

// shown gives a matter that is held and seen, with its records that are;
// otherwise the error is that of one that is not held.
func (n *Node) shown(ctx context.Context, tx *store.Tx, key string) (full, stripped cell.Matter, err error) {
	full, err = n.matter(ctx, tx, key)
	if err != nil {
		return full, full, err
	}
	l := n.looker(ctx, tx)
	ok, err := l.matter(full.Ref)
	if err != nil {
		return full, full, err
	}
	if !ok || len(full.Records) == 0 && full.Derived == nil {
		return full, full, notHeld(key)
	}
	stripped, err = l.strip(full)
	return full, stripped, err
}

// maySee refuses an act about, or in answer to, what its officer does not see,
// in the words that are used of what is not held; and one into a basket that
// is not theirs: nobody writes what they may not read afterwards.
func (n *Node) maySee(ctx context.Context, a Act) error {
	if ctx.Value(sightKey{}) == nil {
		return nil
	}
	k, err := n.kind(a.Kind)
	if err != nil {
		return err
	}
	return n.DB.Read(ctx, func(tx *store.Tx) error {
		l := n.looker(ctx, tx)
		if l == nil {
			return nil
		}
		if !k.LifeSafety && (len(k.Follows) == 0 || a.About.IsZero()) && !l.kind(k.Name) {
			return fmt.Errorf("%w: %s is in the basket %q, which is not one of yours", cell.ErrForbidden, k.Name, n.Config.Charter.Basket(k.Name))
		}
		if !a.About.IsZero() {
			if ok, err := l.matter(a.About); err != nil || !ok {
				if err == nil {
					err = notHeld(a.About.String())
				}
				return err
			}
		}
		for _, c := range a.Cites {
			if ok, err := l.cite(c); err != nil || !ok {
				if err == nil {
					err = cell.Invalidf("/cites", "record %s is not held at this desk", c)
				}
				return err
			}
		}
		return nil
	})
}

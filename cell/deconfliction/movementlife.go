package deconfliction

import "parley/cell"

// The states of lost contact: of a notice with a route, and of its declaration.
const (
	StateLost         = "lost-contact"
	StateLostDeclared = "lost-declared"
	StateFound        = "found"
)

// owed is what is waited for in a notice that stands: that it is passed on, and
// that what moves is heard of.
func owed(k *cell.Case) []cell.Wait { return append(dissemination(k), contact(k)...) }

// contact is owed by the desk that moves, from the time at which the next point
// is expected, and at once when contact is declared lost.
func contact(k *cell.Case) []cell.Wait {
	p, ok := Moving(k.Matter, k.Charter)
	if !ok {
		return nil
	}
	w := cell.Wait{Desk: k.Opener(), For: cell.NeedContact, Since: p.Expected, Due: p.Overdue, Alarm: cell.Immediate}
	if len(p.Declared) > 0 {
		w.Since, w.Due = p.Declared[0].At, p.Declared[0].At
		return []cell.Wait{w}
	}
	if p.Next < 0 || !k.Past(p.Expected) {
		return nil
	}
	return []cell.Wait{w}
}

// lost reports whether contact with a movement is lost: declared, or by itself
// when nothing was heard in time (DEC-09). The end of its window does not make
// it heard of.
func lost(k *cell.Case) (since int64, ok bool) {
	p, ok := Moving(k.Matter, k.Charter)
	if !ok {
		return 0, false
	}
	if len(p.Declared) > 0 {
		return p.Declared[0].At, true
	}
	return p.Overdue, k.Past(p.Overdue)
}

// lostLife is the life of a declaration: it ends with the first word of those
// who were lost, or with the movement.
func lostLife() cell.Life {
	return cell.Life{Kinds: []string{KindLost}, Acks: true, Stages: []cell.Stage{
		{Name: StateLostDeclared, Says: "a desk declares that contact is lost", Binds: true},
		{Name: StateFound, From: []string{StateLostDeclared}, Says: "the movement was heard of since", Ended: true, Binds: true,
			When: func(k *cell.Case) (int64, bool) {
				m, _, _ := k.See(k.Head.About)
				p, ok := Moving(m, k.Charter)
				if !ok || !k.Stands() {
					return 0, false
				}
				x, found := foundAfter(*k.Head, p)
				return x.Said, found
			}},
		{Name: StateEnded, From: []string{StateLostDeclared}, Says: "the movement ended or was withdrawn", Ended: true, Binds: true,
			When: func(k *cell.Case) (int64, bool) {
				m, _, _ := k.See(k.Head.About)
				if h := ending(m); h != nil {
					return h.At, true
				}
				return 0, false
			}},
	}}
}

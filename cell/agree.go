package cell

import "slices"

// Versions gives the records by which the matter has said what it said, in
// turn: the one that opened it, and its opener's changes. [Matter.Says] gives
// what each says.
func (m Matter) Versions() []Held {
	var out []Held
	for _, h := range m.Records {
		if _, ok := m.Says(h.Cite()); ok && m.Counts(h) {
			out = append(out, h)
		}
	}
	return out
}

// Agreed reports whether desks and the opener agree to a version of the
// matter, and since when. Who wrote it agrees by writing it; the others by a
// position that names it. A desk takes its word back by another stand, the
// opener also by a change or a withdrawal: as long as it has not seen that all
// the others agree. From then on it is an agreement, and no desk ends it alone.
// What a desk had seen, its own record states ([Held.Saw]), and its node's
// receipt shows.
func (m Matter) Agreed(version Held, desks []string) (since int64, ok bool) {
	all := append(slices.Clone(desks), m.Opener())
	slices.Sort(all)
	all = slices.Compact(all)
	for _, d := range all {
		at, agrees := m.agrees(version, d, all)
		if !agrees {
			return 0, false
		}
		since = max(since, at)
	}
	return since, true
}

// InForce is a version of a matter that desks have agreed to, and since when.
type InForce[T Body] struct {
	Version Held
	Says    T
	Since   int64
}

// AgreedLast gives the newest version of a matter that desks and its opener
// agree to. A change that is only proposed leaves in force what all agreed to
// before.
func AgreedLast[T Body](m Matter, desks []string) (f InForce[T], ok bool) {
	for _, v := range slices.Backward(m.Versions()) {
		body, _ := m.Says(v.Cite())
		says, is := body.(T)
		if since, all := m.Agreed(v, desks); all && is {
			return InForce[T]{v, says, since}, true
		}
	}
	return f, false
}

// agrees reports whether a desk agrees to a version, and since when.
func (m Matter) agrees(version Held, desk string, all []string) (since int64, ok bool) {
	for _, w := range m.words(version, desk) {
		switch {
		case w.yes && !ok:
			since, ok = w.At, true
		case !w.yes && !m.complete(version, all, w.Held):
			ok = false
		}
	}
	return since, ok
}

// complete reports whether a desk had seen that all the others agree when it
// wrote a record.
func (m Matter) complete(version Held, all []string, back Held) bool {
	for _, d := range all {
		yes := false
		for _, w := range m.words(version, d) {
			if back.Saw(w.Held) || back.receipted(w.Held) {
				yes = w.yes
			}
		}
		if d != back.Desk && !yes {
			return false
		}
	}
	return true
}

// receipted reports whether the author's node had recorded, before this record,
// that it holds another.
func (h Held) receipted(x Held) bool {
	d, ok := x.Deliveries[h.Desk]
	return ok && d.Refused == "" && d.Ref.Compare(h.Cite()) < 0
}

// word is what one record says to a version: yes or no.
type word struct {
	Held
	yes bool
}

// words gives a desk's words on a version, in the order of its journal. A stand
// that only notes it, or says what was done, is neither yes nor no.
func (m Matter) words(version Held, desk string) []word {
	var out []word
	opener, written := desk == m.Opener(), false
	for _, h := range m.Records {
		if h.Desk != desk || !m.Counts(h) {
			continue
		}
		_, says := m.Says(h.Cite())
		p, stand := h.Body.(Position)
		switch {
		case h.Cite() == version.Cite():
			out, written = append(out, word{h, true}), true
		case opener && written && (says || h.Kind == KindCancel):
			out = append(out, word{h, false})
		case stand && h.Cites[0] == version.Cite() && p.Position != Noted && p.Position != Complied: // an ack cites what it answers
			out = append(out, word{h, p.Position == Agrees})
		}
	}
	return out
}

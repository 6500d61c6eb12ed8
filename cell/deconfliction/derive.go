package deconfliction

import (
	"slices"

	"parley/cell"
)

// version is what a notice said, from one record of its desk until another.
type version struct {
	Notice
	volume Volume
	by     cell.Held  // the record that says it
	over   *cell.Held // the record after which it no longer holds; nil: it stands
}

// versions gives what a notice has said, the oldest first. A change that moves
// nothing continues the version before it. A notice that breaks a rule is
// shown, and says nothing here.
func versions(m cell.Matter, c *cell.Charter) []version {
	if !m.Stands() {
		return nil
	}
	var out []version
	for _, h := range m.Records {
		body, _ := m.Says(h.Cite())
		n, ok := body.(Notice)
		if !ok || len(out) > 0 && !out[len(out)-1].moved(n) {
			continue
		}
		if len(out) > 0 {
			out[len(out)-1].over = &h
		}
		out = append(out, version{Notice: n, volume: n.volume(c), by: h})
	}
	if len(out) > 0 {
		out[len(out)-1].over = ending(m)
	}
	return out
}

// moved reports whether another text of the notice has another volume.
func (v version) moved(n Notice) bool {
	a, b := v.Area, n.Area // what it is called moves nothing
	return v.Activity != n.Activity || v.Window != n.Window || !slices.Equal(v.Height, n.Height) ||
		a.RadiusM != b.RadiusM || !slices.Equal(a.Ring, b.Ring) || !slices.Equal(a.Centre, b.Centre)
}

// ending gives the record by which a notice was withdrawn or completed.
func ending(m cell.Matter) *cell.Held {
	for _, h := range m.Records {
		if h.Desk == m.Opener() && h.Kind == KindComplete && h.About == m.Ref && m.Counts(h) {
			return &h
		}
	}
	return m.Cancelled
}

// pair is two versions that meet.
type pair struct {
	a, b version
	Meeting
	at int64 // since when both were said
}

// meet gives two versions as a pair when they meet: both may have held at one
// time as the two desks knew it, and the common window was not over by then
// (DEC-02: what is over is in nobody's way).
func meet(a, b version) (pair, bool) {
	if a.over != nil && b.by.Saw(*a.over) || b.over != nil && a.by.Saw(*b.over) {
		return pair{}, false
	}
	p := pair{a: a, b: b, at: max(a.by.At, b.by.At)}
	var ok bool
	p.Meeting, ok = Meet(a.volume, b.volume)
	return p, ok && p.Until > p.at
}

// stands reports whether both versions still hold.
func (p pair) stands() bool { return p.a.over == nil && p.b.over == nil }

// over gives when the first of the two ceased to hold, 0 when both stand.
func (p pair) over() int64 {
	var at int64
	for _, h := range []*cell.Held{p.a.over, p.b.over} {
		if h != nil && (at == 0 || h.At < at) {
			at = h.At
		}
	}
	return at
}

// derive gives the conflicts of one notice with those of other desks that are
// held here. Two notices that ever met have a conflict, with one identity; it
// has ended when they no longer do. What is computed is that of the versions
// that stand or, when none do, of the latest that met.
func derive(m cell.Matter, near cell.Around, c *cell.Charter) []cell.Derived {
	mine := versions(m, c)
	if len(mine) == 0 {
		return nil
	}
	var out []cell.Derived
	for _, o := range near.All(KindNotice) {
		if o.Head == nil || o.Opener() == m.Opener() {
			continue
		}
		a, b, va, vb := m, o, mine, versions(o, c)
		if o.Head.Cite().Compare(m.Head.Cite()) < 0 {
			a, b, va, vb = o, m, vb, mine
		}
		if p, ok := latest(va, vb); ok {
			if d, ok := conflict(a, b, p, c); ok {
				out = append(out, d)
			}
		}
	}
	return out
}

// latest gives the pair of versions by which two notices meet, or met last. The
// two that stand, if any, are the last of both lists.
func latest(as, bs []version) (best pair, ok bool) {
	for _, a := range as {
		for _, b := range bs {
			p, met := meet(a, b)
			if met && (!ok || p.stands() || p.at >= best.at) {
				best, ok = p, true
			}
		}
	}
	return best, ok
}

// conflict writes down the conflict of two notices, in the order of their
// places in the journals.
func conflict(a, b cell.Matter, p pair, c *cell.Charter) (cell.Derived, bool) {
	facts := Conflict{A: a.Number(c), B: b.Number(c), Where: p.Where, From: p.From, Until: p.Until, GapM: p.GapM, MarginM: p.MarginM, Rule: p.Rule}
	if p.a.by.Cite() != a.Head.Cite() || p.b.by.Cite() != b.Head.Cite() {
		facts.Since = p.at
	}
	d, ok := cell.FollowsFrom(RuleConflict, a, b, facts, c)
	d.At, d.Until = p.at, p.Until
	over := p.over()
	d.Ended = over != 0 && over < p.Until // what ceased later had run its time
	return d, ok
}

package deconfliction

import (
	"slices"

	"parley/cell"
	"parley/geo"
)

// version is what a notice said, from one record of its desk until another.
type version struct {
	notice
	ref     cell.Ref // of the notice
	charter *cell.Charter
	geo     []geo.Volume
	by      cell.Held  // the record that says it
	over    *cell.Held // the record after which it no longer holds; nil: it stands
}

// versions gives what a notice has said, the oldest first. A change that moves
// nothing continues the version before it. A notice that breaks a rule is
// shown, and says nothing here.
func versions(m cell.Matter, c *cell.Charter) []version {
	if !m.Stands() {
		return nil
	}
	if m.Charter != nil {
		c = m.Charter
	}
	var out []version
	for _, h := range m.Records {
		body, _ := m.Says(h.Cite())
		n, ok := noticeOf(body)
		if !ok || len(out) > 0 && !out[len(out)-1].moved(n) {
			continue
		}
		if len(out) > 0 {
			out[len(out)-1].over = &h
		}
		out = append(out, version{notice: n, ref: m.Ref, charter: c, by: h, geo: geometry(n.volumes)})
	}
	if len(out) > 0 {
		out[len(out)-1].over = ending(m)
	}
	return out
}

// moved reports whether another text of the notice keeps other volumes. What
// they are called moves nothing.
func (v version) moved(n notice) bool {
	if v.activity != n.activity || v.confidentiality != n.confidentiality || len(v.volumes) != len(n.volumes) {
		return true
	}
	for i, x := range n.volumes {
		if !v.volumes[i].SameButText(x) {
			return true
		}
	}
	return false
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

// causes gives the records that a conflict follows from.
func causes(m cell.Matter) []cell.Cite {
	if m.Derived == nil {
		return nil
	}
	return m.Derived.Causes
}

// pair is two versions that meet.
type pair struct {
	a, b version
	keep
	meeting
	at int64 // since when both were said
}

// meet gives two versions as a pair when they meet: both may have held at one
// time as the two desks knew it, and the common window was not over by then
// (DEC-02: what is over is in nobody's way). A blind one is laid beside others by
// the supervisor's node alone ([lay]).
func meet(a, b version) (pair, bool) {
	if a.blind || b.blind || a.over != nil && b.by.Saw(*a.over) || b.over != nil && a.by.Saw(*b.over) {
		return pair{}, false
	}
	p := pair{a: a, b: b, keep: between(a, b), at: max(a.by.At, b.by.At)}
	var ok bool
	p.meeting, ok = p.meets(a.geo, b.geo)
	return p, ok && p.until > p.at
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
// held here and may meet it. Two notices that ever met have a conflict, with
// one identity; it has ended when they no longer do. What is computed is that
// of the versions that stand or, when none do, of the latest that met.
func derive(m cell.Matter, near cell.Around, c *cell.Charter) []cell.Derived {
	mine := versions(m, c)
	if len(mine) == 0 {
		return nil
	}
	var out []cell.Derived
	for _, o := range near.Beside(m.Ref) {
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
	x, y := p.a.geo[p.meeting.a], p.b.geo[p.meeting.b]
	facts := Conflict{A: a.Number(c), B: b.Number(c), Where: place(geo.Meet(x.Shape, y.Shape)),
		Area: called(textOf(p.a.volumes, p.meeting.a), textOf(p.b.volumes, p.meeting.b)), From: p.from, Until: p.until,
		GapM: up(p.lateralM), Overlap: overlap(x.Shape, y.Shape), MarginM: up(p.margins.LateralM),
		Heights: bands(x, y), VerticalM: up(p.verticalM), MarginUpM: up(p.margins.VerticalM), MarginMin: p.margins.TimeMS / 60_000,
		Meetings: p.count, Rule: p.rule}
	if p.a.by.Cite() != a.Head.Cite() || p.b.by.Cite() != b.Head.Cite() {
		facts.Since = p.at
	}
	d, ok := cell.FollowsFrom(RuleConflict, a, b, facts, c)
	d.At, d.Until = p.at, p.until
	over := p.over()
	d.Ended = over != 0 && over < p.until // what ceased later had run its time
	return d, ok
}

// standing versions, the last of each list, are what a suggestion moves.
func now(vs []version) (version, bool) {
	if len(vs) == 0 || vs[len(vs)-1].over != nil {
		return version{}, false
	}
	return vs[len(vs)-1], true
}

// others gives the notices among some matters that stand and are in the way of
// one: of other desks, and not blind: a suggestion is seen by others.
func others(list []cell.Matter, of cell.Matter, c *cell.Charter) (out []version) {
	for _, o := range list {
		if o.Head == nil || o.Ref == of.Ref || o.Opener() == of.Opener() || !slices.Contains(Notices(), o.Kind) {
			continue
		}
		if v, ok := now(versions(o, c)); ok && !v.blind {
			out = append(out, v)
		}
	}
	return out
}

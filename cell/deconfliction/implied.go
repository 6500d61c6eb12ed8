package deconfliction

import (
	"slices"

	"parley/cell"
	"parley/geo"
)

// implied reports whether what is to be answered to a notice as it stands follows
// from what its desk was told of it before: then it costs nothing, whatever is
// spent. Nothing else may cost nothing. A notice that met none and became smaller
// still meets none. One that meets another became smaller outside of what was told
// of their meeting, which goes on as it was, or left all of that, which parts them.
// To cut into what was told is to ask whether they still meet, and so is to ask of
// a meeting without place whether its time is over.
//
// It looks at nothing that the desk does not hold: whether a change is free tells
// nothing either.
func (w *clearing) implied(m cell.Matter, mine version) bool {
	before, ok := w.answeredAs(m)
	if !ok || before.activity != mine.activity || before.confidentiality != mine.confidentiality {
		return false
	}
	was, is := w.cover(before), w.cover(mine)
	if !inside(is, was) {
		return false
	}
	for _, x := range w.metBy(m.Ref) {
		b, told := x.Body.(BlindConflict)
		if !told || x.Version == nil || x.Version.Charter != w.Charter.Hash {
			return false
		}
		part := w.toldOf(b)
		left := part.of(is)
		if len(left) == 0 {
			continue
		}
		if b.GridS == 0 && w.Now >= b.Window.From+w.Charter.Blind.Slot.Millis() || !slices.EqualFunc(part.of(was), left, cover.same) {
			return false
		}
	}
	return true
}

// answeredAs gives what a notice said when it was last answered, by the terms of
// the charter in force.
func (w *clearing) answeredAs(m cell.Matter) (v version, ok bool) {
	for _, h := range slices.Backward(m.Said(KindChecked, w.Desk)) {
		if c, is := h.Body.(Checked); !is || c.Result == CheckHeld {
			continue
		}
		at := h.Cites[len(h.Cites)-1] // of the head, and of the version where it is another
		i := slices.IndexFunc(m.Records, func(x cell.Held) bool { return x.Cite() == at })
		body, said := m.Says(at)
		n, is := noticeOf(body)
		if i < 0 || !said || !is || h.Charter != w.Charter.Hash {
			return v, false
		}
		return version{notice: n, ref: m.Ref, charter: m.Charter, by: m.Records[i], geo: geometry(n.volumes)}, true
	}
	return v, false
}

// inside reports whether each cover lies in one of some others.
func inside(is, was []cover) bool {
	return !slices.ContainsFunc(is, func(a cover) bool {
		return !slices.ContainsFunc(was, func(b cover) bool {
			return b.low <= a.low && a.high <= b.high && len(intersect(a.squares, b.squares)) == len(a.squares) &&
				!slices.ContainsFunc(a.slots, func(x slots) bool {
					return !slices.ContainsFunc(b.slots, func(y slots) bool { return y.from <= x.from && x.until <= y.until })
				})
		})
	})
}

// told is what the two desks were told of where and when their notices meet: they
// do nowhere else.
type told struct {
	slots
	squares map[Corner]bool // nil: no place was shown
	side    int64           // in squares of the grid
	gridS   int64
}

func (w *clearing) toldOf(b BlindConflict) told {
	slot, gridS := w.Charter.Blind.Slot.Millis(), w.Charter.Blind.GridS
	t := told{slots: slots{floorDiv(b.Window.From, slot), floorDiv(b.Window.Until, slot) - 1}, side: b.GridS / gridS, gridS: gridS}
	if b.GridS > 0 {
		t.squares = map[Corner]bool{}
	}
	for _, c := range b.Squares {
		t.squares[c] = true
	}
	return t
}

// of gives the parts of some covers that lie in what was told.
func (t told) of(list []cover) (out []cover) {
	for _, x := range list {
		part := cover{low: x.low, high: x.high}
		for _, s := range x.slots {
			if from, until := max(s.from, t.from), min(s.until, t.until); from <= until {
				part.slots = append(part.slots, slots{from, until})
			}
		}
		for _, s := range x.squares {
			if t.squares == nil || t.squares[partOf(s, t.side, t.gridS)] {
				part.squares = append(part.squares, s)
			}
		}
		if len(part.slots) > 0 && len(part.squares) > 0 {
			out = append(out, part)
		}
	}
	return out
}

func (c cover) same(o cover) bool {
	return c.low == o.low && c.high == o.high && slices.Equal(c.slots, o.slots) && slices.Equal(c.squares, o.squares)
}

// partOf names the part of so many squares a side in which a square lies.
func partOf(s geo.Square, side, gridS int64) Corner {
	return cornerAt(floorDiv(s.North, side)*side*gridS, floorDiv(s.East, side)*side*gridS)
}

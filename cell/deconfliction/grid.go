package deconfliction

import (
	"math"
	"slices"

	"parley/cell"
	"parley/geo"
)

// cover is one volume as it counts where a notice is laid beside a blind one: whole
// squares of the charter's grid, whole slots of time, whole layers of height.
// An answer that follows from covers tells of a volume no more than its cover,
// however many are asked for.
type cover struct {
	squares   []geo.Square // sorted
	slots     []slots      // of its windows, in their order
	low, high int64        // layers
}

// slots is a window in whole slots, from the first to the last.
type slots struct{ from, until int64 }

// coverOf lays a notice over the charter's grid: a blind one with the widest
// margins of its type, whatever the other is, so that nobody feels for its border
// by different types. Each counts as at least as large as the charter says.
func coverOf(v version, c *cell.Charter) (out []cover) {
	m := marginsOf(v, c)
	slot, layer := c.Blind.Slot.Millis(), float64(c.Blind.LayerM)
	for _, x := range v.volumes {
		list := x.Geo()
		if len(list) == 0 {
			continue
		}
		low, high := list[0].Above(c.Ground.Geo())
		y := cover{low: int64(math.Floor((low - m.VerticalM) / layer)), high: int64(math.Floor((high + m.VerticalM) / layer))}
		y.squares = squaresOf(list[0].Shape, m.LateralM, c)
		for _, w := range list {
			y.slots = append(y.slots, slots{floorDiv(w.From-m.TimeMS, slot), floorDiv(w.Until+m.TimeMS, slot)})
		}
		out = append(out, y)
	}
	return out
}

// marginsOf gives the widest margins of a blind notice, of the charter that it was
// opened under and of the one in force; others count without.
func marginsOf(v version, c *cell.Charter) (m geo.Margins) {
	if !v.blind {
		return m
	}
	m = c.WidestMargin(v.activity)
	if v.charter != nil {
		m = m.Widest(v.charter.WidestMargin(v.activity))
	}
	return m
}

// squaresOf gives the squares of a shape with some metres around it, and others
// around them until the charter's least area is reached. None of a shape over
// more than can be counted: the law keeps it from being filed.
func squaresOf(s geo.Shape, marginM float64, c *cell.Charter) []geo.Square {
	grid := c.Blind.Grid()
	list, err := grid.Squares(s, marginM)
	for err == nil && grid.AreaM2(list) < float64(c.Blind.MinAreaKM2)*1e6 {
		list = grid.Around(list)
	}
	return list
}

// rings is how many squares around a shape the charter's least area may add, at
// a latitude.
func rings(c *cell.Charter, lat float64) float64 {
	side := float64(c.Blind.GridS) * 30
	return math.Sqrt(float64(c.Blind.MinAreaKM2)*1e6/(side*side*max(0.1, math.Cos(lat*math.Pi/180)))) + 2
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// shared is what the covers of two notices have in common.
type shared struct {
	squares []geo.Square // sorted, each once
	slots                // from the first to the last
}

// common gives what two lists of covers share; ok is false when that is nothing.
func common(as, bs []cover) (out shared, ok bool) {
	for _, a := range as {
		for _, b := range bs {
			if a.low > b.high || b.low > a.high {
				continue
			}
			when, at := together(a.slots, b.slots)
			both := intersect(a.squares, b.squares)
			if !at || len(both) == 0 {
				continue
			}
			if !ok {
				out.slots = when
			}
			ok = true
			out.squares = append(out.squares, both...)
			out.from, out.until = min(out.from, when.from), max(out.until, when.until)
		}
	}
	slices.SortFunc(out.squares, geo.Square.Compare)
	out.squares = slices.Compact(out.squares)
	return out, ok
}

// together gives the slots from the first that two lists of windows have in
// common to the last.
func together(as, bs []slots) (out slots, ok bool) {
	for i, j := 0, 0; i < len(as) && j < len(bs); {
		a, b := as[i], bs[j]
		if from, until := max(a.from, b.from), min(a.until, b.until); from <= until {
			if !ok {
				out.from = from
			}
			out.until, ok = until, true
		}
		if a.until < b.until {
			i++
		} else {
			j++
		}
	}
	return out, ok
}

func intersect(a, b []geo.Square) (out []geo.Square) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch d := a[i].Compare(b[j]); {
		case d < 0:
			i++
		case d > 0:
			j++
		default:
			out = append(out, a[i])
			i++
			j++
		}
	}
	return out
}

// layTwo lays two notices beside each other of which at least one is blind, and
// gives what may be told of it when they meet and it is not over. Where no place
// is shown, the window is that in which both are active: which of their volumes
// meet is no more to be told by time than by place.
func (w *clearing) layTwo(a, b version) (m BlindConflict, ok bool) {
	as, bs := w.cover(a), w.cover(b)
	both, ok := common(as, bs)
	if !ok {
		return BlindConflict{}, false
	}
	m = BlindConflict{Between: []string{a.ref.String(), b.ref.String()}, Hidden: []string{}, Squares: []Corner{}}
	side := int64(1)
	for _, v := range []version{a, b} {
		if !v.blind {
			continue
		}
		m.Hidden = append(m.Hidden, v.ref.Desk)
		if n := shown(v.confidentiality); n == 0 || side == 0 {
			side = 0
		} else {
			side = max(side, n)
		}
	}
	when := both.slots
	if squares := corners(both.squares, side, w.Charter.Blind.GridS); len(squares) > 0 {
		m.GridS, m.Squares = side*w.Charter.Blind.GridS, squares
	} else {
		x, y := whole(as), whole(bs)
		when = slots{max(x.from, y.from), min(x.until, y.until)}
	}
	slot := w.Charter.Blind.Slot.Millis()
	m.Window = cell.Span{From: when.from * slot, Until: (when.until + 1) * slot}
	return m, (both.until+1)*slot > w.Now
}

// whole gives the slots from the first of a notice to its last.
func whole(list []cover) (out slots) {
	for i, x := range list {
		for j, s := range x.slots {
			if i == 0 && j == 0 {
				out = s
			}
			out.from, out.until = min(out.from, s.from), max(out.until, s.until)
		}
	}
	return out
}

// corners names the parts of so many squares a side in which some squares lie;
// none where there are too many, or nothing is shown.
func corners(list []geo.Square, side, gridS int64) []Corner {
	if side == 0 {
		return nil
	}
	out := []Corner{}
	for _, s := range list {
		x := partOf(s, side, gridS)
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
		if len(out) > mostShown {
			return nil
		}
	}
	return out
}

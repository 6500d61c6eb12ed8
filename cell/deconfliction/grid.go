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
	squares     []geo.Square // sorted
	from, until int64        // slots
	low, high   int64        // layers
	all         bool         // over more squares than are counted: it meets any other
}

// coversOf lays volumes over the charter's grid, with some margins around them
// and at least as large as a number of square metres.
func coversOf(vs []geo.Volume, m geo.Margins, atLeastM2 float64, c *cell.Charter) (out []cover) {
	slot, layer, grid := c.Blind.Slot.Millis(), float64(c.Blind.LayerM), c.Blind.Grid()
	for _, v := range vs {
		low, high := v.Above(c.Ground.Geo())
		x := cover{from: floorDiv(v.From-m.TimeMS, slot), until: floorDiv(v.Until+m.TimeMS, slot),
			low: int64(math.Floor((low - m.VerticalM) / layer)), high: int64(math.Floor((high + m.VerticalM) / layer))}
		squares, err := grid.Squares(v.Shape, m.LateralM)
		for err == nil && grid.AreaM2(squares) < atLeastM2 {
			squares = grid.Around(squares)
		}
		x.squares, x.all = squares, err != nil
		out = append(out, x)
	}
	return out
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
	squares     []geo.Square // sorted, each once
	from, until int64        // slots
}

// common gives what two lists of covers share; ok is false when that is nothing.
func common(as, bs []cover) (out shared, ok bool) {
	for _, a := range as {
		for _, b := range bs {
			from, until := max(a.from, b.from), min(a.until, b.until)
			if from > until || a.low > b.high || b.low > a.high {
				continue
			}
			both := intersect(a.squares, b.squares)
			if len(both) == 0 && !a.all && !b.all {
				continue
			}
			if !ok {
				out.from, out.until = from, until
			}
			ok = true
			out.squares = append(out.squares, both...)
			out.from, out.until = min(out.from, from), max(out.until, until)
		}
	}
	slices.SortFunc(out.squares, geo.Square.Compare)
	out.squares = slices.Compact(out.squares)
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

// lay lays two notices beside each other of which at least one is blind, and
// gives what may be told of it when they meet. The blind one counts with the
// widest margins of its type, whatever the other is: by different types nobody
// feels for its border. The other counts as at least as large as the charter says.
func lay(a, b version, c *cell.Charter) (m BlindConflict, ok bool) {
	both, ok := common(coverOf(a, c), coverOf(b, c))
	if !ok {
		return BlindConflict{}, false
	}
	slot := c.Blind.Slot.Millis()
	m = BlindConflict{Between: []string{a.ref.String(), b.ref.String()}, Hidden: []string{}, Squares: []Corner{},
		Window: cell.Span{From: both.from * slot, Until: (both.until + 1) * slot}}
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
	if squares := corners(both.squares, side, c.Blind.GridS); len(squares) > 0 {
		m.GridS, m.Squares = side*c.Blind.GridS, squares
	}
	return m, true
}

func coverOf(v version, c *cell.Charter) []cover {
	if v.blind {
		return coversOf(v.geo, c.WidestMargin(v.activity), 0, c)
	}
	return coversOf(v.geo, geo.Margins{}, float64(c.Blind.MinAreaKM2)*1e6, c)
}

// corners names the parts of so many squares a side in which some squares lie;
// none where there are too many, or nothing is shown.
func corners(list []geo.Square, side, gridS int64) []Corner {
	if side == 0 {
		return nil
	}
	out := []Corner{}
	for _, s := range list {
		x := cornerAt(floorDiv(s.North, side)*side*gridS, floorDiv(s.East, side)*side*gridS)
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
		if len(out) > mostShown {
			return nil
		}
	}
	return out
}

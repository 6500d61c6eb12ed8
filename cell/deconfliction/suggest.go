package deconfliction

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"parley/cell"
	"parley/geo"
)

// The kinds of suggestions.
const (
	SuggestTime   = "time"   // the earliest free start, in the same area at the same height
	SuggestHeight = "height" // a part of the band
	SuggestArea   = "area"   // a part of the area
)

// Suggestion is a way for one of two notices that meet to pass the other, and
// all that stands besides. It is computed, and nobody's word.
type Suggestion struct {
	How     string        `json:"how"` // time, height or area
	Notice  string        `json:"notice"`
	Desk    string        `json:"desk"`
	Volumes []cell.Volume `json:"volumes"`  // what it would keep instead
	Minutes int64         `json:"minutes"`  // by which it begins later
	Metres  int64         `json:"metres"`   // of height that it gives up
	Area    int64         `json:"area_pct"` // of its area that it gives up, in hundredths
	Cost    int64         `json:"cost"`     // in thousandths of what it had: by this they are ordered
}

// How far ahead an earliest start is looked for, and the least band and area
// that are worth offering.
const (
	horizon   = 14 * int64(day)
	leastBand = 30     // metres
	leastArea = 0.2    // of the area
	minute    = 60_000 // milliseconds
)

// suggest gives what would part the two notices of a conflict, the cheapest
// first: for each of the two a later start, a part of its band, a part of its
// area, as far as they help against everything that stands.
func suggest(v cell.View, x Clash) []Suggestion {
	out := []Suggestion{}
	for i := range x.Between {
		ref, err := cell.ParseRef(x.Between[i])
		if err != nil {
			continue
		}
		m, _, ok := v.Near.See(ref)
		if !ok {
			continue
		}
		mine, ok := now(versions(m, v.Charter))
		if !ok || mine.blind {
			continue
		}
		for _, s := range part(mine, v.Now, func(ahead int64) []version { return inTheWay(v, m, mine, ahead) }) {
			s.Notice, s.Desk = m.Number(v.Charter), m.Opener()
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(a.Cost, b.Cost) })
	return out
}

// inTheWay gives the notices of other desks that may meet a notice as it stands,
// or if it began up to so much later.
func inTheWay(v cell.View, m cell.Matter, mine version, ahead int64) []version {
	vs := slices.Clone(mine.geo)
	for i := range vs {
		if ahead > 0 {
			vs[i].Until = max(vs[i].Until, v.Now) + ahead
		}
	}
	return others(v.Near.Within(vs, v.Charter.WidestMargin(mine.activity)), m, v.Charter)
}

// part gives the ways for one notice to pass the others that are in its way: a
// later start, a part of its band, a part of its area. The first free start is
// mostly near, and is looked for there first: in a busy place very many lie in
// the way of a fortnight.
func part(mine version, now int64, inTheWay func(ahead int64) []version) (out []Suggestion) {
	end := now
	for _, v := range mine.geo {
		end = max(end, v.Until)
	}
	for _, ahead := range []int64{day, 3 * day, horizon} {
		s, ok := later(mine, inTheWay(ahead), now)
		if ok && (ahead == horizon || spanOf(s.Volumes).Until <= end+ahead) {
			out = append(out, s)
			break
		}
	}
	rest := inTheWay(0)
	for _, f := range []func(version, []version) (Suggestion, bool){narrower, smaller} {
		if s, ok := f(mine, rest); ok {
			out = append(out, s)
		}
	}
	return out
}

// free reports whether volumes meet none of the others.
func free(mine version, vs []cell.Volume, rest []version) bool {
	as := geometry(vs)
	if len(as) == 0 {
		return false
	}
	return !slices.ContainsFunc(rest, func(o version) bool {
		_, met := between(mine, o).meets(as, o.geo)
		return met
	})
}

// later gives the earliest start at which the notice, moved as a whole and not
// into the past, meets nothing: the first gap between the times at which its
// volumes would meet one of the others.
func later(mine version, rest []version, now int64) (Suggestion, bool) {
	type span struct{ from, until int64 }
	var taken []span
	for _, o := range rest {
		k := between(mine, o)
		for _, a := range mine.geo {
			for _, b := range o.geo {
				always := a
				always.From, always.Until = b.From, b.Until
				if _, met := always.Meets(b, k.margins, k.ground); met {
					taken = append(taken, span{b.From - k.margins.TimeMS - a.Until, b.Until + k.margins.TimeMS - a.From})
				}
			}
		}
	}
	slices.SortFunc(taken, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	by := int64(0)
	for _, s := range taken {
		if s.from <= by && by <= s.until {
			by = (s.until/minute + 1) * minute
		}
	}
	if begins := spanOf(mine.volumes).From + by; by == 0 || begins < now || by > horizon {
		return Suggestion{}, false
	}
	vs := edited(mine.volumes, func(v *cell.Volume) {
		for i := range v.Windows {
			v.Windows[i].From += by
			v.Windows[i].Until += by
		}
	})
	whole := spanOf(mine.volumes)
	return Suggestion{How: SuggestTime, Volumes: vs, Minutes: by / minute, Cost: min(1000, by*1000/(whole.Until-whole.From))}, free(mine, vs, rest)
}

// edited gives a copy of volumes, each changed.
func edited(vs []cell.Volume, change func(*cell.Volume)) []cell.Volume {
	out := slices.Clone(vs)
	for i := range out {
		out[i].Windows, out[i].Low, out[i].High = slices.Clone(out[i].Windows), slices.Clone(out[i].Low), slices.Clone(out[i].High)
		change(&out[i])
	}
	return out
}

// narrower gives the notice below the lowest or above the highest of those that
// it meets, whichever leaves more of its band: an altitude split. All its bands
// and theirs have one reference.
func narrower(mine version, rest []version) (Suggestion, bool) {
	low, high, reference, ok := bandOf(mine.geo)
	if !ok {
		return Suggestion{}, false
	}
	floor, ceiling := high, low // of those that are met, with the margin
	for _, o := range rest {
		k := between(mine, o)
		for _, b := range o.geo {
			if _, met := k.meets(mine.geo, []geo.Volume{b}); !met {
				continue
			}
			l, h, r := b.Band()
			if r != reference {
				return Suggestion{}, false
			}
			floor, ceiling = min(floor, math.Floor(l-k.margins.VerticalM)-1), max(ceiling, math.Ceil(h+k.margins.VerticalM)+1)
		}
	}
	best, found := Suggestion{}, false
	for _, cut := range []struct{ low, high float64 }{{low, floor}, {ceiling, high}} {
		if cut.high-cut.low < leastBand || cut.low < low || cut.high > high {
			continue
		}
		lost := int64(math.Round((high - low) - (cut.high - cut.low)))
		vs := edited(mine.volumes, func(v *cell.Volume) {
			if l, h := &v.Low[0], &v.High[0]; cut.low > low {
				l.M = max(l.M, int64(cut.low)+l.OffM)
			} else {
				h.M = min(h.M, int64(cut.high)-h.OffM)
			}
		})
		s := Suggestion{How: SuggestHeight, Volumes: vs, Metres: lost, Cost: lost * 1000 / max(1, int64(high-low))}
		if upright(vs) && free(mine, vs, rest) && (!found || s.Cost < best.Cost) {
			best, found = s, true
		}
	}
	return best, found
}

// upright reports whether every band still has a bottom below its top.
func upright(vs []cell.Volume) bool {
	return !slices.ContainsFunc(vs, func(v cell.Volume) bool { return v.Low[0].M >= v.High[0].M })
}

// bandOf gives the band of all volumes; ok is false when one has none, or
// another reference.
func bandOf(vs []geo.Volume) (low, high float64, reference string, ok bool) {
	for i, v := range vs {
		l, h, r := v.Band()
		if r == "" || i > 0 && r != reference {
			return 0, 0, "", false
		}
		if i == 0 {
			low, high, reference = l, h, r
		}
		low, high = min(low, l), max(high, h)
	}
	return low, high, reference, len(vs) > 0
}

// smaller gives the notice with the areas that meet another trimmed away from
// it: a smaller circle, a narrower corridor, a polygon cut along a straight line.
func smaller(mine version, rest []version) (Suggestion, bool) {
	vs := slices.Clone(mine.volumes)
	was, left := 0.0, 0.0
	for i, v := range vs {
		mineNow := v.Geo()
		if len(mineNow) == 0 {
			return Suggestion{}, false
		}
		area := mineNow[0].Shape.AreaM2()
		was += area
		for _, o := range rest {
			k := between(mine, o)
			for _, b := range o.geo {
				if _, met := k.meets(vs[i].Geo(), []geo.Volume{b}); !met {
					continue
				}
				cut, ok := trimmed(vs[i], b.Shape, k.margins.LateralM)
				if !ok {
					return Suggestion{}, false
				}
				vs[i] = cut
			}
		}
		g := vs[i].Geo()
		if len(g) == 0 {
			return Suggestion{}, false
		}
		left += g[0].Shape.AreaM2()
	}
	if was <= 0 || left < leastArea*was || left >= was {
		return Suggestion{}, false
	}
	lost := int64(math.Ceil((1 - left/was) * 1000))
	return Suggestion{How: SuggestArea, Volumes: vs, Area: (lost + 9) / 10, Cost: lost}, free(mine, vs, rest)
}

// trimmed gives an area without what lies nearer to another than a margin.
func trimmed(v cell.Volume, from geo.Shape, margin float64) (cell.Volume, bool) {
	switch {
	case len(v.Centre) == 1 || len(v.Line) > 0:
		thin := v
		thin.RadiusM = 1
		g := thin.Geo()
		if len(g) == 0 {
			return v, false
		}
		v.RadiusM = int64(math.Floor(geo.Gap(g[0].Shape, from) - margin - 1))
		return v, v.RadiusM >= 1
	}
	south, west, north, east := from.Bounds()
	lat := (margin + 2) / 110_500
	lon := lat / math.Max(0.01, math.Cos(math.Max(math.Abs(south), math.Abs(north))*math.Pi/180))
	best, most := v, 0.0
	for _, keep := range []func(p geo.Point) float64{ // how far inside the part that is kept
		func(p geo.Point) float64 { return south - lat - p.Lat },
		func(p geo.Point) float64 { return p.Lat - north - lat },
		func(p geo.Point) float64 { return west - lon - p.Lon },
		func(p geo.Point) float64 { return p.Lon - east - lon },
	} {
		cut := v
		cut.Ring, cut.Holes = clipped(v.Ring, keep), [][]cell.Point{}
		if len(v.Holes) > 0 || len(cut.Ring) < 3 {
			continue // a hole may be cut open: not offered
		}
		if g := cut.Geo(); len(g) > 0 && g[0].Shape.AreaM2() > most {
			best, most = cut, g[0].Shape.AreaM2()
		}
	}
	return best, most > 0
}

// clipped cuts a ring along a straight line in latitude and longitude
// (Sutherland and Hodgman). The geodesic between two corners may stray from it:
// what comes of it is laid beside the others again before it is offered.
func clipped(ring []cell.Point, inside func(geo.Point) float64) []cell.Point {
	var out []cell.Point
	at := func(p cell.Point) geo.Point { return cell.Place{Lat: p.Lat, Lon: p.Lon}.Point() }
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		a, b := inside(at(p)), inside(at(q))
		if a >= 0 {
			out = append(out, p)
		}
		if (a > 0 && b < 0) || (a < 0 && b > 0) {
			t := a / (a - b)
			x, y := at(p), at(q)
			out = append(out, cell.Point{Lat: six(x.Lat + t*(y.Lat-x.Lat)), Lon: six(x.Lon + t*(y.Lon-x.Lon))})
		}
	}
	return out
}

func six(d float64) string { return strconv.FormatFloat(d, 'f', 6, 64) }

// String words a suggestion for a log or a test.
func (s Suggestion) String() string {
	return fmt.Sprintf("%s of %s: %d min, %d m, %d %% of the area, cost %d", s.How, s.Notice, s.Minutes, s.Metres, s.Area, s.Cost)
}

package cell

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"parley/geo"
)

// worse reports whether a finding says more than another: over before not
// stated before an exception before kept, and of the same the farther beyond.
func (k Checked) worse(o Checked) bool {
	rank := []string{Kept, Excepted, NotStated, Over}
	if a, b := slices.Index(rank, k.Verdict), slices.Index(rank, o.Verdict); a != b {
		return a > b
	}
	return k.beyond > o.beyond
}

// count gives the instant in which most of a category stand above what is
// agreed: all activities of the desk that are in the zone together, each
// counted once. One whose number is not given counts as one at least.
func (l Limit) count(c *Charter, in []geo.Volume, cat string, g Given, among []counted, waivers []Waiver) Checked {
	groups := []group{{g.Counts[cat], g.Zone, in}}
	for _, o := range among {
		if n, ok := o.counts[cat]; ok {
			groups = append(groups, group{n, o.zone, o.volumes})
		}
	}
	var instants []int64
	for _, x := range groups {
		for _, v := range x.volumes {
			instants = append(instants, v.From)
		}
	}
	for _, w := range waivers {
		instants = append(instants, w.Span.Until+1)
	}
	var out Checked
	slices.Sort(instants)
	for _, t := range slices.Compact(instants) {
		if !during(in, t) {
			continue
		}
		held := c.held(groups, t)
		n, unsaid := held, false
		for _, x := range groups {
			switch {
			case x.zone != "" || !during(x.volumes, t):
			case x.n < 0:
				n, unsaid = n+1, true
			default:
				n += x.n
			}
		}
		k := verdict(n, *l.Max, lift(waivers, Span{t, t}), t)
		k.Unit, k.Held = Pieces, held
		if unsaid && k.Verdict != Over {
			k.Verdict, k.Given, k.By, k.Agreed = NotStated, Unsaid, "", ""
		}
		if out.Verdict == "" || k.worse(out) {
			out = k
		}
	}
	return out
}

// group is what counts together: an activity's number, or a declaration's, and
// when.
type group struct {
	n       int64
	zone    string // of a declaration
	volumes []geo.Volume
}

// held gives how many are declared as held at a time. Where one zone lies in
// another the larger of the two declarations counts: the wider may hold the
// narrower, and is never less than it.
func (c *Charter) held(groups []group, t int64) (n int64) {
	for i, x := range groups {
		if x.zone == "" || !during(x.volumes, t) {
			continue
		}
		more := func(j int, y group) bool {
			return j != i && y.zone != "" && during(y.volumes, t) && (c.lies(x.zone, y.zone) || c.lies(y.zone, x.zone)) && (y.n > x.n || y.n == x.n && j < i)
		}
		counts := true
		for j, y := range groups {
			counts = counts && !more(j, y)
		}
		if counts {
			n += x.n
		}
	}
	return n
}

func during(list []geo.Volume, t int64) bool {
	return slices.ContainsFunc(list, func(v geo.Volume) bool { return v.From <= t && t <= v.Until })
}

// lifted is what agreed activities add to a limit in the whole of a window.
type lifted struct {
	amount   int64
	by, keys []string
}

func lift(waivers []Waiver, s Span) (out lifted) {
	for _, w := range waivers {
		if w.Span.From <= s.From && s.Until <= w.Span.Until {
			out.amount += w.Amount
			out.by, out.keys = append(out.by, w.By), append(out.keys, w.Key)
		}
	}
	return out
}

func verdict(given, limit int64, add lifted, at int64) Checked {
	k := Checked{Allowed: limit + add.amount, Given: given, At: at, Verdict: Kept, beyond: given - limit - add.amount}
	switch {
	case given > k.Allowed:
		k.Verdict = Over
	case given > limit:
		k.Verdict, k.By, k.Agreed = Excepted, strings.Join(add.by, ", "), strings.TrimSpace(strings.Join(add.keys, " "))
	}
	return k
}

// distance gives the volume that comes nearest to the line, rounded down to
// the metre. Exactly at the distance is kept.
func (l Limit) distance(c *Charter, in []geo.Volume, waivers []Waiver) Checked {
	line, _ := c.AgreedLine(l.From)
	s, drawn := line.Shape()
	var out Checked
	for _, v := range in {
		gap := int64(0)
		if d := geo.Gap(s, v.Shape); drawn && d > 0 {
			gap = int64(math.Min(math.Floor(d+lineWidth), math.MaxInt32))
		}
		k := verdict(-gap, -l.DistanceM, lift(waivers, Span{v.From, v.Until}), v.From)
		k.Given, k.Allowed, k.Unit = gap, -k.Allowed, Metres
		if out.Verdict == "" || k.worse(out) {
			out = k
		}
	}
	return out
}

// height gives the volume that goes highest. Heights of different references
// are compared only where the ground between them does not matter; otherwise
// the height is not stated in the agreed reference (DEC-11).
func (l Limit) height(c *Charter, in []geo.Volume, waivers []Waiver) Checked {
	var out Checked
	for _, v := range in {
		add := lift(waivers, Span{v.From, v.Until})
		h := v.High
		if h.Reference == geo.Surface && l.HeightOf == geo.AGL {
			h = geo.Height{Reference: geo.AGL}
		}
		var k Checked
		switch top := int64(math.Ceil(h.M + h.OffM)); {
		case h.Reference == l.HeightOf:
			k = verdict(top, l.MaxHeightM, add, v.From)
		default:
			k = Checked{Verdict: NotStated, Allowed: l.MaxHeightM + add.amount, Given: Unsaid, At: v.From}
		}
		k.Unit = Metres
		if out.Verdict == "" || k.worse(out) {
			out = k
		}
	}
	return out
}

// checkLimits checks that each limit is one limit, about zones, lines, desks
// and purposes that exist.
func (c *Charter) checkLimits() error {
	seen := map[string]bool{}
	for _, l := range c.Limits {
		at := "limits/" + l.ID
		if err := First(ownCode(at, l.ID, "", seen), everyLanguage(at+"/name", l.Name), l.check(c, at)); err != nil {
			return err
		}
	}
	return nil
}

func (l Limit) check(c *Charter, at string) error {
	if _, ok := c.Zoned(l.Zone); l.Zone != "" && !ok {
		return Invalidf(at+"/zone", "%q is not among the charter's zones", l.Zone)
	}
	for _, d := range l.Desks {
		if c.Role(d) == "" {
			return Invalidf(at+"/desks", "%q is not a member", d)
		}
	}
	if len(l.Categories) == 0 || slices.ContainsFunc(l.Categories, func(s string) bool { return !isCode(s) }) {
		return Invalidf(at+"/categories", "at least one category is wanted, and each is a code")
	}
	_, line := c.AgreedLine(l.From)
	switch max, far, high := l.Max != nil, l.From != "" || l.DistanceM != 0, l.HeightOf != "" || l.MaxHeightM != 0; {
	case btoi(max)+btoi(far)+btoi(high) != 1:
		return Invalidf(at, "a limit is a largest number, a distance from a line or a largest height, and one of them")
	case max && *l.Max < 0:
		return Invalidf(at+"/max", "%d is below 0, which forbids", *l.Max)
	case far && (!line || l.DistanceM < 1 || l.DistanceM > 250_000):
		return Invalidf(at+"/from", "a line of the charter and distance_m from 1 to 250000 are wanted")
	case high && (l.HeightOf != geo.AGL && l.HeightOf != geo.MSL && l.HeightOf != geo.Ellipsoid || l.MaxHeightM < 0):
		return Invalidf(at+"/height_of", "%q is not AGL, MSL or ellipsoid: a height without its reference means nothing", l.HeightOf)
	}
	for i, e := range l.Exceptions {
		at := at + "/exceptions/" + strconv.Itoa(i)
		if err := First(OneOf(at+"/purpose", e.Purpose, Purposes()...), everyLanguage(at+"/name", e.Name)); err != nil {
			return err
		}
	}
	return nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

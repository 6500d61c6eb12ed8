package cell

import (
	"math"
	"slices"

	"parley/geo"
)

// The sorts of ground that an activity may touch.
const (
	PlaceGround    = "place"    // a protected place, exactly
	AreaGround     = "area"     // the area around a place whose coordinates are not held here
	CorridorGround = "corridor" // a way for people and goods
	ZoneGround     = "zone"     // a zone of the charter that is protected
)

// The rules by which ground is touched.
const (
	ByPlace    = "protected-place" // nearer than the charter's buffer
	ByArea     = "buffered-area"   // the areas touch
	ByCorridor = "corridor"        // nearer than the charter's half-width of a corridor
	ByZone     = "protected-zone"  // nearer than the zone keeps
)

// Ground is what a matter says of the ground that it stands on: what is there,
// how near counts as touching it, and how sure it is (DEC-08, PRO-04).
type Ground struct {
	Sort     string
	Rule     string
	Code     string // of a place or a zone
	Category string
	Name     T3 // what it is called, without where it is
	Shapes   []geo.Shape
	WithinM  int64  // touched when no farther than that; 0: when the areas touch
	Level    int64  // how far its location is verified, 0 to 3; Unsaid where nothing says so
	State    string // of the matter
	Closed   bool   // a corridor that nobody may pass now
	Stale    bool   // out of date; no less protected
	Windows  []Span // when it is there; none: always
}

// Grounded is the body of a matter that stands on ground for itself: a protected
// place, the area around one, a corridor. It keeps no volume: no activity meets
// it, and none is moved by it. Every node finds it by the same index of what is
// where ([OnGround]).
type Grounded interface {
	Extended
	// Ground gives the ground of a matter as it stands; ok is false for one that
	// no longer stands. Pure.
	Ground(*Case) (g Ground, ok bool)
}

// OnGround gives areas as what [Extended] has them when they stand for
// themselves: at the time 0, when no activity is, so that only who asks for what
// is on the ground finds them.
func OnGround(shapes ...geo.Shape) (out []geo.Volume) {
	for _, s := range shapes {
		out = append(out, geo.Volume{Shape: s})
	}
	return out
}

// Grounds gives what stands on the ground that some volumes may touch, as it
// stands now: more than is touched, never less, in a fixed order.
func (h Here) Grounds(vs []geo.Volume) (ms []Matter, gs []Ground) {
	var ground []geo.Volume
	for _, v := range vs {
		ground = append(ground, geo.Volume{Shape: v.Shape})
	}
	for _, m := range h.Near.Within(ground, h.Charter.widestGround()) {
		if b, ok := m.Body.(Grounded); ok && m.Stands() && m.Cancelled == nil {
			if g, stands := b.Ground(h.Case(m)); stands {
				ms, gs = append(ms, m), append(gs, g)
			}
		}
	}
	return ms, gs
}

// widestGround gives how near ground is ever touched: a matter may be kept in the
// index under an earlier charter.
func (c *Charter) widestGround() geo.Margins {
	return geo.Margins{LateralM: float64(max(c.Protection.BufferM, c.Protection.HalfWidthM()))}
}

// Touched is ground that an activity touches, as a report names it.
type Touched struct {
	Key       string `json:"key"` // of the matter; "" of a zone
	Number    string `json:"number"`
	Sort      string `json:"sort"` // place, area, corridor or zone
	Code      string `json:"code"`
	Category  string `json:"category"`
	Name      T3     `json:"name"`
	State     string `json:"state"`
	Closed    bool   `json:"closed"`
	Stale     bool   `json:"stale"`
	Level     int64  `json:"level"`      // how far its location is verified; -1 where nothing says so
	DistanceM int64  `json:"distance_m"` // on the ground, 0 when they touch
	WithinM   int64  `json:"within_m"`   // what counts as touching
	Rule      string `json:"rule"`
	From      int64  `json:"from"` // when the activity is there
	Until     int64  `json:"until"`
	Text      T3     `json:"text"`
}

// Touches reports whether volumes touch some ground, and how near they come,
// rounded down to the metre. Heights do not part them: what falls comes down.
func (g Ground) Touches(vs []geo.Volume) (t Touched, ok bool) {
	t = Touched{Sort: g.Sort, Code: g.Code, Category: g.Category, Name: g.Name, State: g.State, Closed: g.Closed, Stale: g.Stale, Level: g.Level, WithinM: g.WithinM, Rule: g.Rule}
	for _, v := range vs {
		there := func(s Span) bool { return s.Meets(Span{v.From, v.Until}) }
		if len(g.Windows) > 0 && !slices.ContainsFunc(g.Windows, there) {
			continue
		}
		for _, s := range g.Shapes {
			d := int64(0)
			if !geo.Overlap(s, v.Shape) {
				gap := geo.Gap(s, v.Shape)
				if gap > float64(g.WithinM) {
					continue
				}
				d = int64(math.Floor(gap))
			}
			if !ok {
				t.DistanceM, t.From, t.Until = d, v.From, v.Until
			}
			t.DistanceM, t.From, t.Until, ok = min(t.DistanceM, d), min(t.From, v.From), max(t.Until, v.Until), true
		}
	}
	t.Text = t.words()
	return t, ok
}

// HalfWidthM is half the width of a corridor, in metres.
func (r ProtectionRules) HalfWidthM() int64 {
	if r.Corridor > 0 {
		return r.Corridor
	}
	return r.BufferM
}

// Choice gives how a template words a coded value of one of its fields; the
// value itself where it does not.
func (c *Charter) Choice(kind, field, value string) T3 {
	t, _ := c.Template(kind)
	for _, f := range t.Fields {
		for _, x := range f.Choices {
			if f.Name == field && x.Value == value {
				return x.Name
			}
		}
	}
	return same(value)
}

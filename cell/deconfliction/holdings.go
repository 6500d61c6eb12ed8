package deconfliction

import (
	"cmp"
	"slices"
	"strconv"

	"parley/cell"
	"parley/geo"
)

// KindHoldings declares what a side holds in a zone: HOLDINGS.
const KindHoldings = "deconfliction.holdings/1"

// Holding is how many of one category are held.
type Holding struct {
	Category string `json:"category"`
	Number   int64  `json:"number"`
}

// Validate wants a category and a number from 0.
func (h Holding) Validate(at string) error {
	if h.Number < 0 || h.Number > most {
		return cell.Invalidf(at+"/number", "%d is not a number from 0 to %d", h.Number, most)
	}
	return stated(at+"/category", h.Category)
}

// Holdings declares what a side holds in a zone as of a time (CBM-04). It
// takes the place of what the side declared there as of an earlier one, whole:
// what it does not list is declared as none.
type Holdings struct {
	Zone string      `json:"zone"` // of the charter
	AsOf int64       `json:"as_of"`
	Held []Holding   `json:"held"` // none: nothing of what is limited
	Note []cell.Free `json:"note"`
}

// Validate wants a zone, a time and each category once.
func (h Holdings) Validate() error {
	if h.AsOf <= 0 {
		return cell.Invalidf("/as_of", "the time as of which it is declared is missing")
	}
	seen := map[string]bool{}
	once := func(at string, x Holding) error {
		if seen[x.Category] {
			return cell.Invalidf(at, "%s stands there twice", x.Category)
		}
		seen[x.Category] = true
		return nil
	}
	return cell.First(stated("/zone", h.Zone), few("/held", h.Held, 64), cell.EachValid("/held", h.Held), cell.Each("/held", h.Held, once), cell.IfGiven("/note", h.Note))
}

// Breaches gives the rules of the charter that a declaration does not keep: a
// zone and categories that are limited there for this desk, and a time that has
// come.
func (h Holdings) Breaches(x cell.Held, c *cell.Charter) []cell.Breach {
	out := zoneKnown(h.Zone, c)
	if h.AsOf > x.At {
		out = append(out, cell.Breach{Rule: "deconfliction.as-of-later", At: "/body/as_of", Why: "what is held at a later time cannot be declared yet"})
	}
	if len(out) > 0 {
		return out
	}
	known := c.Declarable(h.Zone, x.Desk)
	for i, g := range h.Held {
		if !slices.Contains(known, g.Category) {
			out = append(out, unknownCategory("/body/held/"+strconv.Itoa(i)+"/category", g.Category, known))
		}
	}
	return out
}

// declaration is a declaration with the time for which it stands.
type declaration struct {
	m     cell.Matter
	says  Holdings
	until int64 // the last millisecond before the next of the same zone; farFuture for the one that stands
}

// declarations gives what a desk declared of its zones, those of each in the
// order of their times. One that was withdrawn or breaks a rule is none.
func declarations(near cell.Around, desk string) (out []declaration) {
	for _, m := range near.All(KindHoldings) {
		if b, ok := m.Body.(Holdings); ok && m.Opener() == desk && m.Stands() && m.Cancelled == nil {
			out = append(out, declaration{m, b, farFuture})
		}
	}
	slices.SortFunc(out, func(a, b declaration) int {
		return cmp.Or(cmp.Compare(a.says.Zone, b.says.Zone), cmp.Compare(a.says.AsOf, b.says.AsOf), a.m.Head.Cite().Compare(b.m.Head.Cite()))
	})
	for i := range len(out) - 1 {
		if out[i].says.Zone == out[i+1].says.Zone {
			out[i].until = out[i+1].says.AsOf - 1
		}
	}
	return out
}

// standsUntil gives until when a declaration stands.
func standsUntil(v cell.View, m cell.Matter) int64 {
	for _, d := range declarations(v.Near, m.Opener()) {
		if d.m.Ref == m.Ref {
			return d.until
		}
	}
	return farFuture
}

// given puts a declaration into the terms of limits: what is not listed is none
// of it.
func (d declaration) given(c *cell.Charter) cell.Given {
	g := cell.Given{Key: d.m.Ref.String(), Desk: d.m.Opener(), Counts: map[string]int64{}, Zone: d.says.Zone,
		Volumes: []geo.Volume{{From: d.says.AsOf, Until: d.until}}}
	for _, cat := range c.Declarable(d.says.Zone, g.Desk) {
		g.Counts[cat] = 0
	}
	for _, x := range d.says.Held {
		g.Counts[x.Category] = x.Number
	}
	return g
}

// The states of a declaration.
const (
	StateDeclared   = "declared"
	StateExcess     = "excess"
	StateSuperseded = "superseded"
	StateContested  = "contested"
)

// What is waited for in a declaration.
const (
	NeedDeclaration = "declaration"
	NeedLimit       = "limit"
)

// holdingsLife: a declaration stands until the next of its zone, and shows by
// itself when it is above what is agreed at that time.
func holdingsLife() cell.Life {
	return cell.Life{Kinds: []string{KindHoldings}, Acks: true, Stages: []cell.Stage{
		{Name: StateDeclared, From: []string{StateExcess}, Rests: true, Says: "a side declares what it holds in a zone", Waits: nextDeclaration},
		{Name: StateExcess, From: []string{StateDeclared}, Says: "what is declared is above an agreed limit, and no agreed activity covers it now",
			When: excess, Waits: func(k *cell.Case) []cell.Wait {
				at, _ := excess(k)
				return append(nextDeclaration(k), cell.Wait{Desk: k.Opener(), For: NeedLimit, Since: at})
			}},
		{Name: StateSuperseded, From: []string{StateDeclared, StateExcess}, Ended: true, Says: "the side has declared anew what it holds there", When: superseded},
		{Name: StateContested, From: []string{StateDeclared}, Ended: true, Says: "the declaration broke a rule", When: (*cell.Case).Broken},
	}}
}

// nextDeclaration is owed by the side as often as the charter says.
func nextDeclaration(k *cell.Case) []cell.Wait {
	b, ok := k.Body.(Holdings)
	every := k.Charter.Holdings.Every.Millis()
	if !ok || every == 0 {
		return nil
	}
	return []cell.Wait{{Desk: k.Opener(), For: NeedDeclaration, Since: b.AsOf, Due: b.AsOf + every}}
}

func superseded(k *cell.Case) (since int64, ok bool) {
	list := declarations(k.Around, k.Opener())
	for i, d := range list {
		if d.m.Ref == k.Ref && d.until != farFuture {
			return list[i+1].m.At(), true
		}
	}
	return 0, false
}

// excess reports whether a declaration is above a limit now, with the others of
// its desk and what is agreed at this time; since when nothing covers it.
func excess(k *cell.Case) (since int64, ok bool) {
	b, is := k.Body.(Holdings)
	if !is || !k.Stands() || k.Cancelled != nil {
		return 0, false
	}
	since = b.AsOf
	agreed := waivers(k.Around, k.Opener(), k.Charter)
	for _, w := range agreed {
		k.Past(w.Span.From)
		if k.Past(w.Span.Until + 1) {
			since = max(since, w.Span.Until+1)
		}
	}
	var mine cell.Given
	var beside []cell.Given
	for _, d := range declarations(k.Around, k.Opener()) {
		g := d.given(k.Charter)
		if d.m.Ref == k.Ref {
			g.Volumes = []geo.Volume{{From: k.Now, Until: k.Now}}
			mine = g
		} else {
			beside = append(beside, g)
		}
	}
	for _, x := range k.Charter.Check(mine, beside, agreed) {
		ok = ok || x.Verdict == cell.Over
	}
	return since, ok
}

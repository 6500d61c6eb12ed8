package protection

import (
	"slices"

	"parley/cell"
	"parley/geo"
)

// Extent gives where a place is, with the charter's buffer around it.
func (p Place) Extent(c *cell.Charter) ([]geo.Volume, geo.Margins) {
	return cell.OnGround(p.Area.Shape()), geo.Margins{LateralM: float64(c.Protection.BufferM)}
}

// Ground gives a place as it stands: how far it is verified now, and whether it is
// out of date (PRO-03, PRO-04). One whose consent was taken back is none: every
// desk is removing it.
func (p Place) Ground(k *cell.Case) (cell.Ground, bool) {
	level, _ := verified(k)
	_, revoked := revocation(k.Matter)
	g := entryGround(k, KindPlace, p.Code, p.Category, p.Area, p.ValidUntil)
	g.Sort, g.Rule, g.Level, g.WithinM = cell.PlaceGround, cell.ByPlace, level, k.Charter.Protection.BufferM
	if _, elsewhere := contradicted(k); elsewhere && !g.Stale {
		g.State = StateContradicted
	} else if level >= 2 && !g.Stale {
		g.State = StateVerified
	}
	return g, !revoked
}

// Extent gives the area: it is wide enough by itself.
func (a Area) Extent(*cell.Charter) ([]geo.Volume, geo.Margins) {
	return cell.OnGround(a.Area.Shape()), geo.Margins{}
}

// Ground gives the area around a place as it stands.
func (a Area) Ground(k *cell.Case) (cell.Ground, bool) {
	_, revoked := revocation(k.Matter)
	g := entryGround(k, KindArea, a.Code, a.Category, a.Area, a.ValidUntil)
	g.Sort, g.Rule, g.Level = cell.AreaGround, cell.ByArea, a.Verification
	return g, !revoked
}

// entryGround gives what an entry and an area have in common. They are called by
// what they are and by their code.
func entryGround(k *cell.Case, kind, code, category string, area cell.Area, until int64) cell.Ground {
	g := cell.Ground{Code: code, Category: category, Name: cell.T3{}, Shapes: []geo.Shape{area.Shape()}, State: StateClaimed, Stale: k.Past(until)}
	for lang, name := range k.Charter.Choice(kind, "category", category) {
		g.Name[lang] = name + " " + code
	}
	if g.Stale {
		g.State = StateStale
	}
	return g
}

// Extent gives the segments, with half the width of a corridor around them.
func (x Corridor) Extent(c *cell.Charter) ([]geo.Volume, geo.Margins) {
	return cell.OnGround(x.shapes()...), geo.Margins{LateralM: float64(c.Protection.HalfWidthM())}
}

// Ground gives a corridor as it stands, by the gravest state of its segments; one
// that was given up for good is none.
func (x Corridor) Ground(k *cell.Case) (cell.Ground, bool) {
	state, _ := corridorState(k)
	g := cell.Ground{Sort: cell.CorridorGround, Rule: cell.ByCorridor, Category: x.Purpose, Name: k.Charter.Choice(KindCorridor, "purpose", x.Purpose), Shapes: x.shapes(),
		WithinM: k.Charter.Protection.HalfWidthM(), Level: cell.Unsaid, State: state, Closed: slices.Contains([]string{StateClosed, StateSuspended}, state), Windows: x.Window}
	for _, n := range x.Name {
		g.Name = n.T3()
	}
	return g, state != StateEnded
}

// thin is the half-width of a line as an area, in metres.
const thin = 0.001

// shapes gives the segments as lines. One that begins where it ends has none.
func (x Corridor) shapes() (out []geo.Shape) {
	for _, s := range x.Segments {
		if way, err := geo.Corridor([]geo.Point{s.From.Point(), s.To.Point()}, thin); err == nil {
			out = append(out, way)
		}
	}
	return out
}

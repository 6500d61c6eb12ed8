package protection

import (
	"strconv"

	"parley/cell"
	"parley/geo"
)

// holds keeps back what only this desk can know to be wrong: a code that is
// entered twice, an area that gives its place away or misses it, an entry that
// would end without anybody removing it.
func holds(s cell.Situation, h cell.Held, k cell.Kind) []cell.Breach {
	of := h.Ref()
	if h.Kind == cell.KindCancel || k.Revises {
		m, _, ok := s.Near.See(h.About)
		if !ok || m.Kind != KindPlace && m.Kind != KindArea {
			return nil
		}
		if h.Kind == cell.KindCancel {
			return []cell.Breach{{Rule: "protection.revoke-only", At: "/about", Why: "an entry ends when its consent is revoked, so that every desk says that it has removed it"}}
		}
		of = m.Ref
	}
	if p, ok := cell.SaysOf[Place](of, h); ok {
		return holdPlace(s, p, of)
	}
	if a, ok := cell.SaysOf[Area](of, h); ok {
		return holdArea(s, a)
	}
	return nil
}

// standing finds the entries of a code that are held here and have not ended.
func standing(s cell.Situation, code string) (out []cell.Matter) {
	for _, m := range s.Find(KindPlace, 0) {
		b, ok := m.Body.(Place)
		if !ok || b.Code != code || !m.Stands() || m.Cancelled != nil {
			continue
		}
		if _, st, ok := s.Near.See(m.Ref); !ok || st.Name != StateEnded {
			out = append(out, m)
		}
	}
	return out
}

func holdPlace(s cell.Situation, p Place, of cell.Ref) []cell.Breach {
	for _, m := range standing(s, p.Code) {
		if m.Ref != of {
			return []cell.Breach{breach("protection.code-held", "/body/code", "%s stands under this code as %s: change that entry, or end it first", p.Code, m.Number(s.Charter))}
		}
	}
	return nil
}

// holdArea: the place lies in its area, but its middle is not the area's: a
// circle drawn around a point is no secret.
func holdArea(s cell.Situation, a Area) []cell.Breach {
	lat, lon := middle(a.Area)
	for _, m := range standing(s, a.Code) {
		p := m.Body.(Place)
		_, revoked := revocation(m)
		switch pLat, pLon := middle(p.Area); {
		case p.Tier == SupervisorOnly:
			return []cell.Breach{breach("protection.tier", "/body/code", "of %s no area is given either", a.Code)}
		case revoked:
			return []cell.Breach{breach("protection.revoked", "/body/code", "the custodian of %s has taken the consent back", a.Code)}
		case !geo.Within(geo.Point{Lat: pLat, Lon: pLon}, a.Area.Shape(), 0):
			return []cell.Breach{breach("protection.misses", "/body/area", "the place is not within the area")}
		case geo.Distance(geo.Point{Lat: lat, Lon: lon}, geo.Point{Lat: pLat, Lon: pLon}) < float64(s.Charter.Protection.BufferM)/4:
			return []cell.Breach{breach("protection.centred", "/body/area", "the middle of the area is the place itself: draw it off the place")}
		}
	}
	return nil
}

// middle gives the centre of a circle as it was written, and of a polygon the
// middle of its bounds.
func middle(a cell.Area) (lat, lon float64) {
	if len(a.Centre) == 1 {
		lat, _ = strconv.ParseFloat(a.Centre[0].Lat, 64)
		lon, _ = strconv.ParseFloat(a.Centre[0].Lon, 64)
		return lat, lon
	}
	south, west, north, east := a.Shape().Bounds()
	return (south + north) / 2, (west + east) / 2
}

package cell

import (
	"strconv"
	"time"

	"parley/geo"
)

// ProtectedZone says of a zone that what is in it is protected, and how far it is
// verified that this is where it lies: the levels that an entry of the register has
// (PRO-04). A zone is data of the charter: every desk holds the same, and which
// desk took which version when stands in the record of its adoption (PRO-05).
type ProtectedZone struct {
	Category string  `yaml:"category"`
	Level    int64   `yaml:"level"`  // 0 claimed, 1 second source, 2 imagery, 3 visited
	By       string  `yaml:"by"`     // who verified it, as a code; "" at level 0
	On       string  `yaml:"on"`     // the day, "2026-01-06"
	Seen     []Point `yaml:"seen"`   // the coordinates that were seen; from level 2 at least one
	KeepM    int64   `yaml:"keep_m"` // nearer than that an activity touches it
}

// seenWithin is how far from a zone what was seen may lie that does not contradict
// it, in metres (PRO-04).
const seenWithin = 100

// Ground gives a protected zone as ground, for a report; ok is false for another
// zone.
func (z Zone) Ground(c *Charter) (g Ground, ok bool) {
	p := z.Protected
	if p == nil {
		return g, false
	}
	return Ground{Sort: ZoneGround, Rule: ByZone, Code: z.ID, Category: p.Category, Name: z.Name, Shapes: []geo.Shape{z.Shape(c)}, WithinM: p.KeepM, Level: p.Level}, true
}

// TouchedZones gives the protected zones of the charter that volumes touch while
// they hold.
func (c *Charter) TouchedZones(vs []geo.Volume) []Touched {
	out := []Touched{}
	for _, z := range c.Zones {
		g, ok := z.Ground(c)
		if !ok {
			continue
		}
		var then []geo.Volume
		for _, v := range vs {
			if z.Holds(c, Span{v.From, v.Until}) {
				then = append(then, v)
			}
		}
		if t, ok := g.Touches(then); ok {
			out = append(out, t)
		}
	}
	return out
}

// checkProtected refuses a level that is not borne by who saw it, when and where:
// coordinates that lie elsewhere are no verification (PRO-04).
func (z Zone) checkProtected(c *Charter, at string) error {
	p := z.Protected
	if p == nil {
		return nil
	}
	at += "/protected"
	_, day := time.Parse(time.DateOnly, p.On)
	switch {
	case !isCode(p.Category):
		return Invalidf(at+"/category", "%q is not a code", p.Category)
	case p.Level < 0 || p.Level > 3:
		return Invalidf(at+"/level", "%d is no level: 0 claimed, 1 second source, 2 imagery, 3 visited", p.Level)
	case p.Level > 0 && (!isCode(p.By) || day != nil):
		return Invalidf(at+"/by", "level %d says by whom, as a code, and on which day", p.Level)
	case p.Level >= 2 && len(p.Seen) == 0:
		return Invalidf(at+"/seen", "level 2 and above states the coordinates that were seen")
	case p.KeepM < 0 || p.KeepM > 100_000:
		return Invalidf(at+"/keep_m", "%d m is not from 0 to 100000", p.KeepM)
	}
	if err := EachValid(at+"/seen", p.Seen); err != nil {
		return err
	}
	for i, s := range p.Seen {
		if p.Level >= 2 && !geo.Within(s.geo(), z.Shape(c), seenWithin) {
			return Invalidf(at+"/seen/"+strconv.Itoa(i), "what was seen lies more than %d m from the zone: at level %d it is where it was seen", seenWithin, p.Level)
		}
	}
	return nil
}

// checkProtection checks how near a place and a corridor are touched.
func (c *Charter) checkProtection() error {
	if p := c.Protection; p.BufferM < 0 || p.BufferM > 100_000 || p.Corridor < 0 || p.Corridor > 100_000 {
		return Invalidf("protection", "buffer_m and corridor_m are from 0 to 100000 m")
	}
	return nil
}

package cell

import (
	"strings"

	"parley/geo"
)

// BlindRules are the terms on which a notice may be kept from the other party:
// the supervisor alone holds it, and what it answers about it is told in squares,
// slots of time and layers of height that are the same for everybody (DEC-10).
// None: no notice is blind.
type BlindRules struct {
	GridS      int64    `yaml:"grid_s"`       // side of a square in seconds of arc
	MinAreaKM2 int64    `yaml:"min_area_km2"` // a notice that is laid beside blind ones counts as at least so large
	Slot       Duration `yaml:"slot"`         // windows count as whole slots of the day
	LayerM     int64    `yaml:"layer_m"`      // and heights as whole layers above the ellipsoid
	Budget     int64    `yaml:"budget"`       // answers to one desk in one zone and day; more wait for an officer of the supervisor
}

// Any reports whether the charter lets a notice be blind.
func (b BlindRules) Any() bool { return b.GridS > 0 }

// Grid gives the grid of the squares.
func (b BlindRules) Grid() geo.Grid { return geo.Grid(b.GridS) }

func (b BlindRules) check() error {
	switch {
	case b == BlindRules{}:
		return nil
	case b.GridS < 10 || b.GridS > int64(geo.MaxGrid):
		return Invalidf("blind/grid_s", "%d is not a side from 10 to %d seconds of arc", b.GridS, geo.MaxGrid)
	case b.MinAreaKM2 < 0 || b.MinAreaKM2 > 1000:
		return Invalidf("blind/min_area_km2", "%d km² is not between 0 and 1000", b.MinAreaKM2)
	case b.Slot.Millis() < 60_000 || b.Slot.Millis() > 24*3_600_000 || 24*3_600_000%b.Slot.Millis() != 0:
		return Invalidf("blind/slot", "a slot is from a minute to a day, and a whole number of them makes a day")
	case b.LayerM < 50 || b.LayerM > 100_000:
		return Invalidf("blind/layer_m", "%d m is not a layer from 50 to 100000 metres", b.LayerM)
	case b.Budget < 1 || b.Budget > 100_000:
		return Invalidf("blind/budget", "%d answers in a zone and day are not between 1 and 100000", b.Budget)
	}
	return nil
}

// checkBlindModes: where the supervisor may not read what goes from party to party,
// it cannot lay it beside what is blind.
func (c *Charter) checkBlindModes() error {
	for _, t := range c.Templates {
		mode := c.Baskets[t.Basket]
		if c.Blind.Any() && strings.HasPrefix(t.Kind, "deconfliction.") && (mode == ModeSealed || mode == ModeMetadata) {
			return Invalidf("blind", "notices may be blind only where the supervisor reads the others: the basket %s is under the mode %s", t.Basket, mode)
		}
	}
	return nil
}

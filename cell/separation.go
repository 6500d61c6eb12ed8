package cell

import (
	"fmt"
	"slices"

	"parley/geo"
)

// PairMargin is what is kept between two types of activity: on the ground, in
// height and in time. One type alone stands for it and any other.
type PairMargin struct {
	Between   []string `yaml:"between"`
	LateralM  int64    `yaml:"lateral_m"`
	VerticalM int64    `yaml:"vertical_m"`
	Time      Duration `yaml:"time"`
}

// GroundRange is between what heights the ground of the theatre lies above mean
// sea level, and mean sea level above the ellipsoid, in metres: by it heights of
// different references are compared (DEC-11). All 0: the whole Earth.
type GroundRange struct {
	LowM       int64 `yaml:"low_m"`
	HighM      int64 `yaml:"high_m"`
	GeoidLowM  int64 `yaml:"geoid_low_m"`
	GeoidHighM int64 `yaml:"geoid_high_m"`
}

// Geo gives the range for geometry.
func (g GroundRange) Geo() geo.Ground {
	return geo.Ground{LowM: float64(g.LowM), HighM: float64(g.HighM), GeoidLowM: float64(g.GeoidLowM), GeoidHighM: float64(g.GeoidHighM)}
}

// Margin gives what is kept between two types of activity: what the charter
// says of the pair, else of one of them and any other (the wider), and on the
// ground at least the larger of their own margins.
func (c *Charter) Margin(a, b string) geo.Margins {
	var pair, one geo.Margins
	for _, m := range c.Margins {
		switch {
		case len(m.Between) == 2 && (m.Between[0] == a && m.Between[1] == b || m.Between[0] == b && m.Between[1] == a):
			pair = pair.Widest(m.geo())
		case len(m.Between) == 1 && (m.Between[0] == a || m.Between[0] == b):
			one = one.Widest(m.geo())
		}
	}
	if pair == (geo.Margins{}) {
		pair = one
	}
	x, _ := c.Activity(a)
	y, _ := c.Activity(b)
	return pair.Widest(geo.Margins{LateralM: float64(max(x.MarginM, y.MarginM))})
}

// WidestMargin gives the widest margins that are kept between a type of activity
// and any other.
func (c *Charter) WidestMargin(a string) geo.Margins {
	out := c.Margin(a, "")
	for _, b := range c.Activities {
		out = out.Widest(c.Margin(a, b.Type))
	}
	return out
}

func (m PairMargin) geo() geo.Margins {
	return geo.Margins{LateralM: float64(m.LateralM), VerticalM: float64(m.VerticalM), TimeMS: m.Time.Millis()}
}

// checkSeparation checks the margins, the range of the ground, who decides, and on what
// terms a notice is blind.
func (c *Charter) checkSeparation() error {
	for i, m := range c.Margins {
		at := fmt.Sprintf("margins/%d", i)
		if n := len(m.Between); n < 1 || n > 2 {
			return Invalidf(at+"/between", "one type of activity or two are wanted")
		}
		for _, t := range m.Between {
			if _, ok := c.Activity(t); !ok {
				return Invalidf(at+"/between", "%q is no type of activity of this charter", t)
			}
		}
		if m.LateralM < 0 || m.LateralM > 100_000 || m.VerticalM < 0 || m.VerticalM > 20_000 || m.Time < 0 || m.Time.Millis() > 7*24*3_600_000 {
			return Invalidf(at, "a margin is from 0 to 100000 m on the ground, 20000 m in height and a week")
		}
	}
	if g := c.Ground; g.LowM > g.HighM || g.GeoidLowM > g.GeoidHighM {
		return Invalidf("ground", "the range is upside down")
	}
	if !slices.Contains([]string{"", Supervisor}, c.Deciding) {
		return Invalidf("deciding", "%q is not supervisor, or empty for nobody", c.Deciding)
	}
	return First(c.Blind.check(), c.checkBlindModes(), c.checkHorizon())
}

package geo

import (
	"fmt"
	"math"
)

// What a height is measured from (DEC-11).
const (
	Ellipsoid = "ellipsoid" // WGS84; "W84" in ASTM F3548
	MSL       = "MSL"       // mean sea level
	AGL       = "AGL"       // the ground below
	Surface   = "surface"   // on the ground or the water: no height at all
)

// Height is a height with what it is measured from, and by how much it may be
// off, in metres.
type Height struct {
	M         float64
	Reference string
	OffM      float64
}

// Volume is what an activity keeps for itself: an area, a band of height and a
// closed window of time in UTC milliseconds. The zero heights are the ground
// and no limit.
type Volume struct {
	Shape       Shape
	Low, High   Height
	From, Until int64
}

// Margins are kept between two activities: on the ground and in height in
// metres, and in time in milliseconds. Touching their edge is a clash.
type Margins struct {
	LateralM, VerticalM float64
	TimeMS              int64
}

// Widest gives the wider of both margins, each by itself.
func (m Margins) Widest(o Margins) Margins {
	return Margins{LateralM: max(m.LateralM, o.LateralM), VerticalM: max(m.VerticalM, o.VerticalM), TimeMS: max(m.TimeMS, o.TimeMS)}
}

// Ground is between what heights the ground of a theatre lies above mean sea
// level, and mean sea level above the ellipsoid, in metres. With it heights of
// different references are compared; the zero Ground stands for the whole
// Earth, where hardly any two can be told apart.
type Ground struct{ LowM, HighM, GeoidLowM, GeoidHighM float64 }

// Clash is where two volumes come nearer to each other than their margins.
type Clash struct {
	LateralM    float64 // between the areas; 0 when they overlap
	VerticalM   float64 // between the bands, 0 when they overlap or may
	From, Until int64   // the common window, widened by the margin in time
	Rule        string
}

// The rules by which two volumes clash.
const (
	ByHeight   = "area+window+height" // all three were compared
	ByEstimate = "area+window+ground" // the heights have different references, or different ground below, and were compared by what the ground may be
	ByArea     = "area+window"        // a height is missing, and is taken to meet
)

// Validate refuses a window that ends before it begins, a band that is upside
// down, and a height without its reference.
func (v Volume) Validate() error {
	if v.Shape.figure().empty() {
		return fmt.Errorf("no area is given: a name is no geometry")
	}
	if v.Until <= v.From {
		return fmt.Errorf("the window ends before it begins")
	}
	for name, h := range map[string]Height{"lower": v.Low, "upper": v.High} {
		switch h.Reference {
		case "":
			if h != (Height{}) {
				return fmt.Errorf("the %s height of %v m says not what it is measured from: ellipsoid, MSL, AGL or surface", name, h.M)
			}
		case Ellipsoid, MSL, AGL, Surface:
		default:
			return fmt.Errorf("the %s height is measured from %q: ellipsoid, MSL, AGL or surface is known", name, h.Reference)
		}
		if !(math.Abs(h.M) <= 1e6) || !(h.OffM >= 0 && h.OffM <= 1e6) {
			return fmt.Errorf("the %s height of %v m, give or take %v m, is none", name, h.M, h.OffM)
		}
		if h.Reference == Surface && h.M != 0 {
			return fmt.Errorf("the %s height is the surface, and %v m: what is above the ground is measured by AGL", name, h.M)
		}
	}
	if UpsideDown(v.Low, v.High, Ground{}) {
		return fmt.Errorf("the band from %v m %s to %v m %s is upside down", v.Low.M, v.Low.Reference, v.High.M, v.High.Reference)
	}
	return nil
}

// Meets reports whether two volumes come nearer than the margins, and how near.
// Closed: touching is a clash. It is the same whichever comes first.
func (v Volume) Meets(w Volume, m Margins, g Ground) (Clash, bool) {
	c := Clash{From: max(v.From, w.From) - m.TimeMS, Until: min(v.Until, w.Until) + m.TimeMS}
	if max(v.From, w.From)-min(v.Until, w.Until) > m.TimeMS {
		return Clash{}, false
	}
	// Beside each other they may be nearer in height than over one ground, never farther.
	c.VerticalM, c.Rule = v.between(w, false, g)
	if c.VerticalM > m.VerticalM {
		return Clash{}, false
	}
	f, h := pair(v.Shape.figure(), w.Shape.figure())
	if f.empty() || h.empty() || f.box.wider(m.LateralM+touchM).beside(h.box) {
		return Clash{}, false
	}
	c.LateralM = f.gap(h, m.LateralM+touchM)
	if c.LateralM == 0 {
		c.VerticalM, c.Rule = v.between(w, true, g)
	}
	return c, c.LateralM <= m.LateralM && c.VerticalM <= m.VerticalM
}

package deconfliction

import (
	"math"
	"strconv"

	"parley/cell"
	"parley/geo"
)

// The rules by which two notices are found to meet. Heights are compared only
// where both give one with the same reference: 300 m above the ground and
// 300 m above the sea cannot be compared without the ground between (DEC-11),
// and without a height an activity may be at any.
const (
	ByHeight = "area+window+height" // all three were compared
	ByArea   = "area+window"        // heights were not compared, and are taken to meet
)

// Volume is what an activity keeps for itself: an area on the ground, a window
// of time, a band of height, and the margin that its type keeps to every other.
type Volume struct {
	Shape   geo.Shape
	Window  cell.Span
	Height  []cell.Height // at most one; none: from the ground to any height
	MarginM int64
}

// Meeting is where and when two volumes meet.
type Meeting struct {
	Where       cell.Place
	From, Until int64 // the common window
	GapM        int64 // rounded up: 0 only when the areas overlap
	MarginM     int64
	Rule        string
}

// Meet reports whether two volumes meet, and where and when. Areas meet when
// they are no farther apart than the larger margin, windows and heights when
// they share a point: touching counts. It is the same whichever comes first,
// and on every machine (package geo).
func Meet(a, b Volume) (Meeting, bool) {
	if !a.Window.Meets(b.Window) {
		return Meeting{}, false
	}
	m := Meeting{From: max(a.Window.From, b.Window.From), Until: min(a.Window.Until, b.Window.Until), MarginM: max(a.MarginM, b.MarginM), Rule: ByArea}
	if sameReference(a.Height, b.Height) {
		m.Rule = ByHeight
		if a.Height[0].LowM > b.Height[0].HighM || b.Height[0].LowM > a.Height[0].HighM {
			return Meeting{}, false
		}
	}
	gap := geo.Gap(a.Shape, b.Shape)
	if !(gap <= float64(m.MarginM)) {
		return Meeting{}, false
	}
	m.GapM = int64(math.Ceil(gap))
	m.Where = place(geo.Meet(a.Shape, b.Shape))
	return m, true
}

func sameReference(a, b []cell.Height) bool {
	return len(a) == 1 && len(b) == 1 && a[0].Reference == b[0].Reference
}

// place writes a point to the fifth decimal of a degree, about a metre.
func place(p geo.Point) cell.Place {
	return cell.Place{Lat: degrees(p.Lat), Lon: degrees(p.Lon), Notation: "DD", PrecisionM: 1}
}

func degrees(d float64) string {
	if s := strconv.FormatFloat(d, 'f', 5, 64); s != "-0.00000" {
		return s
	}
	return "0.00000"
}

// volume gives what a notice keeps for itself, by the charter's margin for its
// type.
func (n Notice) volume(c *cell.Charter) Volume {
	t, _ := c.Activity(n.Activity)
	return Volume{n.Area.Shape(), n.Window, n.Height, t.MarginM}
}

package deconfliction

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"parley/cell"
	"parley/geo"
)

// meeting is how two lists of volumes meet: the first two that do, and the
// least and the most of all.
type meeting struct {
	a, b        int // of the first two: places in the lists
	from, until int64
	lateralM    float64
	verticalM   float64
	rule        string
	count       int64
}

// rule between two volumes: the margins of a pair of types, and what the ground
// may be.
type keep struct {
	margins geo.Margins
	ground  geo.Ground
}

// between gives what is kept between two notices, each under the charter that it
// was opened under: the wider of both, so that it is the same from either.
func between(a, b version) keep {
	m := a.charter.Margin(a.activity, b.activity)
	if a.charter != b.charter {
		m = m.Widest(b.charter.Margin(a.activity, b.activity))
	}
	return keep{m, wider(a.charter.Ground.Geo(), b.charter.Ground.Geo())}
}

// wider gives the range that holds both; the zero one is the whole Earth.
func wider(g, h geo.Ground) geo.Ground {
	if g == (geo.Ground{}) || h == (geo.Ground{}) {
		return geo.Ground{}
	}
	return geo.Ground{LowM: min(g.LowM, h.LowM), HighM: max(g.HighM, h.HighM), GeoidLowM: min(g.GeoidLowM, h.GeoidLowM), GeoidHighM: max(g.GeoidHighM, h.GeoidHighM)}
}

// meets reports how two lists of volumes meet.
func (k keep) meets(as, bs []geo.Volume) (m meeting, ok bool) {
	for i, a := range as {
		for j, b := range bs {
			c, met := a.Meets(b, k.margins, k.ground)
			if !met {
				continue
			}
			if !ok || c.From < m.from {
				m.a, m.b, m.from, m.rule = i, j, c.From, c.Rule
			}
			if !ok {
				m.until, m.lateralM, m.verticalM = c.Until, c.LateralM, c.VerticalM
			}
			m.until, m.lateralM, m.verticalM = max(m.until, c.Until), min(m.lateralM, c.LateralM), min(m.verticalM, c.VerticalM)
			m.count++
			ok = true
		}
	}
	return m, ok
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

// samples is how many points along each side of a box are asked when the common
// part of two areas is estimated: it is said in hundredths.
const samples = 20

// overlap estimates how much of the smaller of two areas lies in the other, in
// hundredths: by points of a grid over its box. At least 1 when they overlap.
func overlap(a, b geo.Shape) int64 {
	if b.AreaM2() < a.AreaM2() {
		a, b = b, a
	}
	if !geo.Overlap(a, b) {
		return 0
	}
	south, west, north, east := a.Bounds()
	inside, both := int64(0), int64(0)
	for i := range samples {
		for j := range samples {
			p := geo.Point{Lat: south + (north-south)*(float64(2*i+1)/(2*samples)), Lon: west + (east-west)*(float64(2*j+1)/(2*samples))}
			if geo.Within(p, a, 0) {
				inside++
				if geo.Within(p, b, 0) {
					both++
				}
			}
		}
	}
	if inside == 0 {
		return 1
	}
	return max(1, both*100/inside)
}

// up rounds a distance up to whole metres.
func up(metres float64) int64 { return int64(math.Ceil(metres)) }

// band words the height of a volume, "" when it may be at any.
func band(v geo.Volume) string {
	word := func(h geo.Height) string {
		switch {
		case h.Reference == "":
			return ""
		case h.Reference == geo.Surface:
			return "surface"
		}
		s := fmt.Sprintf("%.0f m %s", h.M, h.Reference)
		if h.OffM > 0 {
			s += fmt.Sprintf(" ± %.0f m", h.OffM)
		}
		return s
	}
	low, high := word(v.Low), word(v.High)
	switch {
	case low == "" && high == "":
		return ""
	case low == high:
		return low
	case low == "":
		return "≤ " + high
	case high == "":
		return "≥ " + low
	}
	return low + " – " + high
}

// bands words the heights of two volumes that meet.
func bands(a, b geo.Volume) string {
	x, y := band(a), band(b)
	switch {
	case x == "" && y == "":
		return ""
	case x == "":
		x = "–"
	case y == "":
		y = "–"
	}
	return x + " / " + y
}

// textOf gives what the area of one of the volumes was called, by its place among
// those of each window.
func textOf(vs []cell.Volume, i int) string {
	for _, v := range vs {
		if i < len(v.Windows) {
			return v.Text
		}
		i -= len(v.Windows)
	}
	return ""
}

// called names two areas, once when both have one name.
func called(a, b string) string {
	names := slices.DeleteFunc([]string{a, b}, func(s string) bool { return s == "" })
	names = slices.Compact(names)
	out := ""
	for i, n := range names {
		if i > 0 {
			out += " / "
		}
		out += n
	}
	return out
}

package cell

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// showWhole renders a value that is an object: an area, a window of time, a
// height, a text in three languages, a grade.
func showWhole(f Field, v jsontext.Value) T3 {
	switch f.Type {
	case "area":
		var a Area
		if UnmarshalStrict(v, &a) == nil {
			return a.show()
		}
	case "span":
		var s Span
		if UnmarshalStrict(v, &s) == nil && s.From > 0 {
			return same(DTG(s.From) + " – " + DTG(s.Until))
		}
	case "height":
		var h Height
		if UnmarshalStrict(v, &h) == nil {
			return same(fmt.Sprintf("%d–%d m %s", h.LowM, h.HighM, h.Reference))
		}
	case "volumes":
		var x Volume
		if UnmarshalStrict(v, &x) == nil {
			return x.show()
		}
	case "text3":
		var t Text3
		if UnmarshalStrict(v, &t) == nil && t != (Text3{}) {
			return t.T3()
		}
	case "grade":
		var g Grade
		if UnmarshalStrict(v, &g) == nil && g != (Grade{}) {
			return same(g.String())
		}
	}
	return nil
}

// shownCorners is how many corners of a polygon a sentence names.
const shownCorners = 4

// show gives an area as it is read: what it was called, and its coordinates.
func (a Area) show() T3 {
	var parts []string
	for i, p := range a.Ring {
		if i == shownCorners && len(a.Ring) > shownCorners+1 {
			parts = append(parts, "… ("+strconv.Itoa(len(a.Ring))+")")
			break
		}
		parts = append(parts, p.Lat+", "+p.Lon)
	}
	for _, p := range a.Centre {
		parts = append(parts, p.Lat+", "+p.Lon+" ± "+strconv.FormatInt(a.RadiusM, 10)+" m")
	}
	if len(parts) == 0 {
		return nil
	}
	s := strings.Join(parts, "; ")
	if a.Text != "" {
		s = a.Text + " " + isolate("("+s+")")
	}
	return same(s)
}

// shownWindows is how many windows of a schedule a sentence names.
const shownWindows = 3

// show gives a volume as it is read: what it was called and its coordinates, its
// band of height, its windows.
func (v Volume) show() T3 {
	a := Area{Ring: v.Ring, Centre: v.Centre, RadiusM: v.RadiusM, Text: v.Text}
	if len(v.Line) > 0 {
		a.Ring = v.Line
	}
	shape := a.show()
	if shape == nil {
		return nil
	}
	s := shape.In("en")
	if len(v.Line) > 0 {
		s += " ± " + strconv.FormatInt(v.RadiusM, 10) + " m"
	}
	if n := len(v.Holes); n > 0 {
		s += " −" + strconv.Itoa(n)
	}
	for i, l := range [][]Altitude{v.Low, v.High} {
		for _, h := range l {
			s += [...]string{", ≥ ", ", ≤ "}[i] + h.String()
		}
	}
	for i, w := range v.Windows {
		if i == shownWindows && len(v.Windows) > shownWindows+1 {
			s += ", … (" + strconv.Itoa(len(v.Windows)) + ")"
			break
		}
		s += ", " + DTG(w.From) + " – " + DTG(w.Until)
	}
	return same(s)
}

// String writes a height with its reference: "300 m AGL ± 10 m".
func (a Altitude) String() string {
	if a.Reference == "surface" {
		return a.Reference
	}
	s := strconv.FormatInt(a.M, 10) + " m " + a.Reference
	if a.OffM > 0 {
		s += " ± " + strconv.FormatInt(a.OffM, 10) + " m"
	}
	return s
}

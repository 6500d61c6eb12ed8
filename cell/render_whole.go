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
		if strictUnmarshal(v, &a) == nil {
			return a.show()
		}
	case "span":
		var s Span
		if strictUnmarshal(v, &s) == nil && s.From > 0 {
			return same(DTG(s.From) + " – " + DTG(s.Until))
		}
	case "height":
		var h Height
		if strictUnmarshal(v, &h) == nil {
			return same(fmt.Sprintf("%d–%d m %s", h.LowM, h.HighM, h.Reference))
		}
	case "text3":
		var t Text3
		if strictUnmarshal(v, &t) == nil && t != (Text3{}) {
			return t.T3()
		}
	case "grade":
		var g Grade
		if strictUnmarshal(v, &g) == nil && g != (Grade{}) {
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

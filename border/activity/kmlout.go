package activity

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"parley/geo"
)

// WriteKML writes activities as KML 2.2, a placemark for each volume, drawn as
// [WriteGeoJSON] draws them. The window is a TimeSpan; heights are in the
// ExtendedData, with the upper one drawn where KML has a mode for its reference.
func WriteKML(list []Activity) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<kml xmlns="http://www.opengis.net/kml/2.2"><Document>` + "\n")
	for _, a := range list {
		for _, v := range a.Volumes {
			a.placemark(&b, v)
		}
	}
	b.WriteString("</Document></kml>\n")
	return b.Bytes(), nil
}

func (a Activity) placemark(b *bytes.Buffer, v geo.Volume) {
	fmt.Fprintf(b, "<Placemark><name>%s</name><TimeSpan><begin>%s</begin><end>%s</end></TimeSpan><ExtendedData>", escape(first(a.Title, a.ID)), kmlTime(v.From), kmlTime(v.Until))
	data := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, `<Data name="%s"><value>%s</value></Data>`, name, escape(value))
		}
	}
	data("id", a.ID)
	data("title", a.Title)
	data("kind", a.Kind)
	if a.Revision != 0 {
		data("revision", strconv.FormatInt(a.Revision, 10))
	}
	if a.Ended {
		data("ended", "true")
	}
	for _, m := range []struct {
		name string
		x    float64
	}{{"margin_m", a.Margins.LateralM}, {"vertical_margin_m", a.Margins.VerticalM}, {"time_margin_s", float64(a.Margins.TimeMS) / 1000}} {
		if m.x != 0 {
			data(m.name, number(m.x))
		}
	}
	for _, h := range []struct {
		name string
		geo.Height
	}{{"low", v.Low}, {"high", v.High}} {
		if h.Reference != "" {
			data(h.name+"_m", number(h.M))
			data(h.name+"_reference", written[h.Reference])
			data(h.name+"_uncertainty_m", number(h.OffM))
		}
	}
	switch s := v.Shape; {
	case len(s.Line) > 0:
		data("shape", shapeCorridor)
		data("half_width_m", number(s.RadiusM))
		var line [][]float64
		for _, p := range s.Line {
			line = append(line, pair(p))
		}
		data("line", tuples(line, 0))
	case len(s.Ring) == 0:
		data("shape", shapeCircle)
		data("radius_m", number(s.RadiusM))
		data("centre", tuples([][]float64{pair(s.Centre)}, 0))
	}
	b.WriteString("</ExtendedData><MultiGeometry>")
	mode, z := modeOf(v.High)
	for _, rings := range draw(v.Shape) {
		b.WriteString("<Polygon>" + mode)
		for i, ring := range rings {
			side := "outerBoundaryIs"
			if i > 0 {
				side = "innerBoundaryIs"
			}
			fmt.Fprintf(b, "<%s><LinearRing><coordinates>%s</coordinates></LinearRing></%s>", side, tuples(ring, z), side)
		}
		b.WriteString("</Polygon>")
	}
	b.WriteString("</MultiGeometry></Placemark>\n")
}

// modeOf gives how an upper height is drawn: as a block up to it.
func modeOf(h geo.Height) (mode string, z float64) {
	switch h.Reference {
	case geo.AGL:
		return "<extrude>1</extrude><altitudeMode>relativeToGround</altitudeMode>", h.M
	case geo.MSL:
		return "<extrude>1</extrude><altitudeMode>absolute</altitudeMode>", h.M
	}
	return "<tessellate>1</tessellate>", 0
}

func tuples(list [][]float64, z float64) string {
	var b strings.Builder
	for i, c := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(number(c[0]) + "," + number(c[1]))
		if z != 0 {
			b.WriteString("," + number(z))
		}
	}
	return b.String()
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

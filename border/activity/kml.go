package activity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/geo"
)

// readKML reads the placemarks of a KML 2.2 file (OGC 07-147r2): polygons with
// holes, a line with half_width_m and a point with radius_m in its ExtendedData,
// the window from a TimeSpan or from ExtendedData, heights from ExtendedData or
// from altitudeMode. Edges are taken as straight in longitude and latitude, as
// the programs draw them that write such files.
func readKML(ctx context.Context, name string, b []byte) ([]Activity, error) {
	root, err := readTree(b)
	if err != nil {
		return nil, err
	}
	if root.name != "kml" {
		return nil, faultf(FaultType, "", "the file begins with %.40q, not kml", root.name)
	}
	k := kmlReader{name: name}
	if err := k.walk(ctx, root, nil); err != nil {
		return nil, err
	}
	if len(k.list) == 0 {
		return nil, faultf(FaultGeometry, "", "there is no placemark in it")
	}
	return k.list, nil
}

type kmlReader struct {
	name   string
	n      int // placemarks seen
	points int
	list   []Activity
}

// walk goes through containers; span is the TimeSpan of the nearest one.
func (k *kmlReader) walk(ctx context.Context, e, span *element) error {
	if s := e.one("TimeSpan"); s != nil {
		span = s
	}
	for _, p := range e.parts {
		switch p.name {
		case "Document", "Folder":
			if err := k.walk(ctx, p, span); err != nil {
				return err
			}
		case "NetworkLink", "NetworkLinkControl":
			return faultf(FaultBomb, p.name, "the file leads to another one: nothing is fetched")
		case "Placemark":
			if k.n++; k.n > maxVolumes {
				return faultf(FaultVolumes, "", "more than %d placemarks", maxVolumes)
			}
			if err := k.placemark(ctx, p, span); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *kmlReader) placemark(ctx context.Context, e, span *element) error {
	at := fmt.Sprintf("Placemark %d", k.n)
	if s := clip(tidy(e.said("name"))); s != "" {
		at += fmt.Sprintf(" (%s)", s)
	}
	a := Activity{ID: fmt.Sprintf("%s-%d", k.name, k.n), Slips: []Slip{}}
	p, err := extended(e, at)
	if err != nil {
		return err
	}
	if s := e.one("TimeSpan"); s != nil {
		span = s
	}
	if span != nil && p.From == "" && p.Until == "" {
		p.From, p.Until = span.said("begin"), span.said("end")
	}
	if p.Title == "" {
		p.Title = e.said("name")
	}
	switch {
	case p.ID != "":
		a.ID = p.ID
	case e.id != "":
		a.ID = e.id
	default:
		a.Slips = append(a.Slips, Slip{SlipNamed, at})
	}
	var g kmlGeometry
	if err := g.read(e); err != nil {
		return under(at, FaultGeometry, err)
	}
	if g.unread {
		a.Slips = append(a.Slips, Slip{SlipUnread, at})
	}
	if err := g.heights(&p, &a, at); err != nil {
		return under(at, FaultHeight, err)
	}
	shapes, err := g.shapes(ctx, p)
	if err != nil {
		return under(at, FaultGeometry, err)
	}
	if err := p.fill(ctx, at, at, at, shapes, &a); err != nil {
		return err
	}
	if k.points += corners(a.Volumes); k.points > maxFilePoints {
		return faultf(FaultPoints, at, "more than %d points in all", maxFilePoints)
	}
	k.list = append(k.list, a)
	return nil
}

// extended reads what ExtendedData says, under the names that GeoJSON files
// have for it.
func extended(e *element, at string) (p properties, err error) {
	x := e.one("ExtendedData")
	if x == nil {
		return p, nil
	}
	number := func(to *float64, name, s string) {
		f, ok := decimal(strings.TrimSpace(s))
		if !ok || f > 1e12 || f < -1e12 {
			err = faultf(FaultNumber, at+", "+name, "%.40q is no number", s)
		}
		*to = f
	}
	var low, high altitude
	read := func(name, s string) {
		texts := map[string]*string{"id": &p.ID, "title": &p.Title, "kind": &p.Kind, "from": &p.From, "until": &p.Until, "shape": &p.Shape,
			"reference": &p.Reference, "low_reference": &low.Reference, "high_reference": &high.Reference}
		numbers := map[string]*float64{"radius_m": &p.RadiusM, "half_width_m": &p.HalfWidthM, "margin_m": &p.LateralM, "uncertainty_m": &p.OffM,
			"vertical_margin_m": &p.VerticalM, "time_margin_s": &p.TimeS, "low_uncertainty_m": &low.OffM, "high_uncertainty_m": &high.OffM}
		switch {
		case texts[name] != nil:
			*texts[name] = strings.TrimSpace(s)
		case numbers[name] != nil:
			number(numbers[name], name, s)
		case name == "low_m":
			p.LowM = new(float64)
			number(p.LowM, name, s)
		case name == "high_m":
			p.HighM = new(float64)
			number(p.HighM, name, s)
		case name == "revision":
			var f float64
			number(&f, name, s)
			p.Revision = int64(f)
		case name == "ended":
			p.Ended = s == "true"
		case name == "centre":
			var list [][]float64
			if list, err = coordinateList(s); err == nil && len(list) == 1 {
				p.Centre = list[0]
			}
		case name == "line":
			p.Line, err = coordinateList(s)
		}
	}
	for _, d := range append(x.parts, schemaData(x)...) {
		if d.name == "Data" {
			read(d.attr, d.said("value"))
		} else if d.name == "SimpleData" {
			read(d.attr, d.text.String())
		}
		if err != nil {
			return p, under(at, FaultNumber, err)
		}
	}
	for _, h := range []struct {
		value *float64
		own   altitude
		to    **altitude
	}{{p.LowM, low, &p.Lower}, {p.HighM, high, &p.Upper}} {
		if h.value != nil {
			*h.to = &altitude{Value: *h.value, Reference: first(h.own.Reference, p.Reference), OffM: h.own.OffM}
		}
	}
	p.LowM, p.HighM = nil, nil
	return p, nil
}

func schemaData(x *element) (out []*element) {
	for _, p := range x.parts {
		if p.name == "SchemaData" {
			out = append(out, p.parts...)
		}
	}
	return out
}

// kmlGeometry is what a placemark draws.
type kmlGeometry struct {
	drawing
	modes  map[string]bool
	low    float64 // of the heights drawn
	high   float64
	any    bool
	unread bool
}

func (g *kmlGeometry) read(e *element) (err error) {
	for _, p := range e.parts {
		switch p.name {
		case "MultiGeometry":
			err = g.read(p)
		case "Point", "LineString":
			var list [][]float64
			if list, err = g.line(p, p); err == nil && p.name == "Point" {
				g.points = append(g.points, list...)
			} else if err == nil {
				if g.drawing.line != nil {
					return faultf(FaultType, "", "two lines in one placemark: give each its own")
				}
				g.drawing.line = list
			}
		case "Polygon":
			var rings [][][]float64
			for _, b := range append([]*element{p.one("outerBoundaryIs")}, holes(p)...) {
				ring := b.one("LinearRing")
				if ring == nil {
					return faultf(FaultGeometry, "", "a polygon without a LinearRing")
				}
				list, err := g.line(ring, p)
				if err != nil {
					return err
				}
				rings = append(rings, list)
			}
			g.polygons = append(g.polygons, rings)
		case "LinearRing", "Model", "gx:Track", "gx:MultiTrack":
			g.unread = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func holes(p *element) (out []*element) {
	for _, b := range p.parts {
		if b.name == "innerBoundaryIs" {
			out = append(out, b)
		}
	}
	return out
}

// line reads coordinates, and notes the heights in them with the mode of the
// geometry that they belong to.
func (g *kmlGeometry) line(e, of *element) ([][]float64, error) {
	list, err := coordinateList(e.said("coordinates"))
	if err != nil {
		return nil, err
	}
	if g.modes == nil {
		g.modes = map[string]bool{}
	}
	g.modes[first(of.said("altitudeMode"), of.said("gx:altitudeMode"))] = true
	for _, c := range list {
		z := 0.0
		if len(c) == 3 {
			z = c[2]
		}
		if !g.any {
			g.low, g.high, g.any = z, z, true
		}
		g.low, g.high = min(g.low, z), max(g.high, z)
	}
	return list, nil
}

// coordinateList reads "lon,lat[,height]" tuples with space between.
func coordinateList(s string) (out [][]float64, err error) {
	for t := range strings.FieldsSeq(s) {
		if len(out) > geo.MaxPoints {
			return nil, faultf(FaultPoints, "", "more than %d positions", geo.MaxPoints)
		}
		var c []float64
		for x := range strings.SplitSeq(t, ",") {
			f, ok := decimal(x)
			if !ok || f > 1e9 || f < -1e9 || len(c) == 3 {
				return nil, faultf(FaultNumber, fmt.Sprintf("position %d", len(out)+1), "%.60q is not longitude,latitude,height", t)
			}
			c = append(c, f)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, faultf(FaultGeometry, "", "coordinates are missing: a name is no geometry")
	}
	return out, nil
}

// heights takes the band of height from altitudeMode, where ExtendedData gives
// none: clampToGround is the surface, relativeToGround is AGL, absolute is MSL
// (KML measures from the geoid). One height is taken from the ground up to it,
// and said to be.
func (g *kmlGeometry) heights(p *properties, a *Activity, at string) error {
	if p.Lower != nil || p.Upper != nil || !g.any {
		return nil
	}
	if len(g.modes) > 1 {
		return faultf(FaultHeight, "", "two altitude modes in one placemark")
	}
	for mode := range g.modes {
		ref := map[string]string{"relativeToGround": geo.AGL, "absolute": geo.MSL}[mode]
		switch {
		case mode == "clampToGround":
			p.Lower, p.Upper = &altitude{Reference: geo.Surface}, &altitude{Reference: geo.Surface}
		case ref != "":
			p.Upper = &altitude{Value: g.high, Reference: ref}
			a.Slips = append(a.Slips, Slip{SlipUpTo, at})
		case mode != "":
			return faultf(FaultHeight, "altitudeMode", "%.40q is not clampToGround, relativeToGround or absolute", mode)
		}
	}
	return nil
}

// kmlTime writes a moment as TimeSpan wants it.
func kmlTime(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

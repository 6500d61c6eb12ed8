package activity

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"regexp"

	"parley/geo"
)

type feature struct {
	Type       string          `json:"type"`
	ID         any             `json:"id"`
	Geometry   *geometry       `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
	CRS        *crs            `json:"crs"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	CRS         *crs            `json:"crs"`
}

// crs names another datum or projection, as GeoJSON of 2008 did. RFC 7946 knows
// WGS84 alone, and what lies in another one lies elsewhere.
type crs struct {
	Properties struct {
		Name string `json:"name"`
	} `json:"properties"`
}

// wgs84 matches the names of WGS84, longitude first.
var wgs84 = regexp.MustCompile(`(?i)^(urn:ogc:def:crs:(OGC:[0-9.]*:CRS84h?|EPSG:[0-9.]*:(4326|4979))|(OGC:)?CRS84h?|EPSG:(4326|4979)|https?://www\.opengis\.net/def/crs/(OGC/[0-9.]+/CRS84h?|EPSG/[0-9.]+/(4326|4979)))$`)

func (c *crs) check(at string) error {
	if c == nil || wgs84.MatchString(c.Properties.Name) {
		return nil
	}
	return faultf(FaultDatum, join(at, "crs"), "%.60q is not WGS84 (RFC 7946, section 4): give the coordinates in WGS84", c.Properties.Name)
}

// properties are what a feature says of its window, its heights and its
// margins. Heights are those of one band: low and high above one reference, or
// each with its own as in ASTM F3548. Parley's own files state what a drawing
// cannot: the centre of a circle, the line of a corridor.
type properties struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Kind     string `json:"kind"`
	Revision int64  `json:"revision"`
	Ended    bool   `json:"ended"`
	From     string `json:"from"`
	Until    string `json:"until"`
	To       string `json:"to"`
	Start    string `json:"time_start"`
	End      string `json:"time_end"`

	LowM       *float64    `json:"low_m"`
	HighM      *float64    `json:"high_m"`
	Reference  string      `json:"reference"`
	Lower      *altitude   `json:"altitude_lower"`
	Upper      *altitude   `json:"altitude_upper"`
	OffM       float64     `json:"uncertainty_m"`
	RadiusM    float64     `json:"radius_m"`
	HalfWidthM float64     `json:"half_width_m"`
	LateralM   float64     `json:"margin_m"`
	VerticalM  float64     `json:"vertical_margin_m"`
	TimeS      float64     `json:"time_margin_s"`
	Shape      string      `json:"shape"` // circle or corridor: what the drawn polygons stand for
	Centre     []float64   `json:"centre"`
	Line       [][]float64 `json:"line"`
}

func readFeatures(ctx context.Context, name string, b []byte, sort string) ([]Activity, error) {
	var list []json.RawMessage
	if sort == "FeatureCollection" {
		var c struct {
			Features []json.RawMessage `json:"features"`
			CRS      *crs              `json:"crs"`
		}
		if err := json.Unmarshal(b, &c); err != nil {
			return nil, faultf(FaultSyntax, "", "no GeoJSON: %v", err)
		}
		if err := c.CRS.check(""); err != nil {
			return nil, err
		}
		list = c.Features
	} else {
		list = []json.RawMessage{b}
	}
	if len(list) == 0 || len(list) > maxVolumes {
		return nil, faultf(FaultVolumes, "features", "%d: from 1 to %d are read", len(list), maxVolumes)
	}
	var out []Activity
	points := 0
	for i, raw := range list {
		at := ""
		if sort == "FeatureCollection" {
			at = fmt.Sprintf("features[%d]", i)
		}
		var f feature
		err := json.Unmarshal(raw, &f)
		if err != nil {
			return nil, under(join(at, "feature"), FaultSyntax, err)
		}
		a := Activity{ID: fmt.Sprintf("%s-%d", name, i+1), Slips: []Slip{}}
		if sort == "Feature" {
			a.ID = name
		}
		if err := f.read(ctx, at, &a); err != nil {
			return nil, err
		}
		if points += corners(a.Volumes); points > maxFilePoints {
			return nil, faultf(FaultPoints, at, "more than %d points in all", maxFilePoints)
		}
		out = append(out, a)
	}
	return out, nil
}

// maxFilePoints is how many points all the areas of one file may have.
const maxFilePoints = 100_000

func corners(list []geo.Volume) (n int) {
	for _, v := range list {
		n += len(v.Shape.Ring) + len(v.Shape.Line)
		for _, h := range v.Shape.Holes {
			n += len(h)
		}
	}
	return n
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func (f feature) read(ctx context.Context, at string, a *Activity) error {
	if f.Type != "Feature" {
		return faultf(FaultType, join(at, "type"), "%.40q is not Feature", f.Type)
	}
	if err := f.CRS.check(at); err != nil {
		return err
	}
	var p properties
	if len(f.Properties) == 0 || string(f.Properties) == "null" {
		return faultf(FaultWindow, join(at, "properties"), "the window is missing: from and until, RFC 3339")
	}
	if err := json.Unmarshal(f.Properties, &p); err != nil {
		return faultf(FaultSyntax, join(at, "properties"), "%v", err)
	}
	switch s, ok := f.ID.(string); {
	case p.ID != "":
		a.ID = p.ID
	case ok && s != "":
		a.ID = s
	default:
		a.Slips = append(a.Slips, Slip{SlipNamed, at})
	}
	shapes, err := f.shapes(ctx, p)
	if err != nil {
		return under(join(at, "geometry"), FaultGeometry, err)
	}
	return p.fill(ctx, join(at, "properties"), at, join(at, "geometry"), shapes, a)
}

// fill makes the activity of what the properties say and the areas drawn: at,
// slipAt and areaAt are the places of the properties, the whole and the areas.
func (p properties) fill(ctx context.Context, at, slipAt, areaAt string, shapes []geo.Shape, a *Activity) error {
	v, err := p.window(at)
	if err != nil {
		return err
	}
	if !(p.LateralM >= 0 && p.VerticalM >= 0 && p.TimeS >= 0 && p.LateralM <= 1e6 && p.VerticalM <= 1e6 && p.TimeS <= 1e8) {
		return faultf(FaultMargin, at, "a margin below zero, or one without end")
	}
	if p.ID = a.ID; tidy(p.ID) != p.ID || tidy(p.Title) != p.Title || tidy(p.Kind) != p.Kind {
		a.Slips = append(a.Slips, Slip{SlipText, slipAt})
	}
	a.ID, a.Title, a.Kind = clip(tidy(p.ID)), clip(tidy(p.Title)), clip(tidy(p.Kind))
	a.Revision, a.Ended = p.Revision, p.Ended
	a.Margins = a.Margins.Widest(geo.Margins{LateralM: p.LateralM, VerticalM: p.VerticalM, TimeMS: int64(math.Round(p.TimeS * 1000))})
	if v.Low.Reference == "" && v.High.Reference == "" {
		a.Slips = append(a.Slips, Slip{SlipNoHeight, slipAt})
	}
	for i, s := range shapes {
		if err := ctx.Err(); err != nil {
			return err
		}
		v.Shape = s
		if err := validate(v); err != nil {
			return under(at, FaultGeometry, err)
		}
		place := areaAt
		if len(shapes) > 1 {
			place = fmt.Sprintf("%s: polygon %d", areaAt, i+1)
		}
		a.add(place, v)
	}
	if len(a.Volumes) > maxVolumes {
		return faultf(FaultVolumes, at, "more than %d volumes", maxVolumes)
	}
	return nil
}

// validate checks a volume and says by its code what is wrong.
func validate(v geo.Volume) error {
	err := v.Validate()
	switch {
	case err == nil:
		return nil
	case v.Until <= v.From:
		return faultf(FaultWindow, "", "%v", err)
	}
	if (geo.Volume{Shape: v.Shape, From: v.From, Until: v.Until}).Validate() == nil {
		return faultf(FaultHeight, "", "%v", err)
	}
	return under("", FaultGeometry, err)
}

// window reads the time and the band of height.
func (p properties) window(at string) (v geo.Volume, err error) {
	from, until := first(p.From, p.Start), first(p.Until, p.To, p.End)
	if from == "" || until == "" {
		return v, faultf(FaultWindow, at, "the window is missing: from and until, RFC 3339")
	}
	if v.From, err = readTime(at+".from", from); err != nil {
		return v, err
	}
	if v.Until, err = readTime(at+".until", until); err != nil {
		return v, err
	}
	if p.LowM != nil || p.HighM != nil {
		for _, h := range []struct {
			value *float64
			to    *geo.Height
		}{{p.LowM, &v.Low}, {p.HighM, &v.High}} {
			if h.value == nil {
				continue
			}
			if *h.to, err = height(at, *h.value, p.Reference, ""); err != nil {
				return v, err
			}
		}
	} else {
		if v.Low, err = p.Lower.height(at + ".altitude_lower"); err != nil {
			return v, err
		}
		if v.High, err = p.Upper.height(at + ".altitude_upper"); err != nil {
			return v, err
		}
	}
	for _, h := range []*geo.Height{&v.Low, &v.High} {
		if h.Reference != "" && h.OffM == 0 {
			h.OffM = p.OffM
		}
	}
	return v, nil
}

func first(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

// shapes reads a geometry. Its edges are straight in longitude and latitude
// (RFC 7946, section 3.1.1); points are put between, so that the geodesics
// between them follow such an edge to a decimetre.
func (f feature) shapes(ctx context.Context, p properties) ([]geo.Shape, error) {
	if f.Geometry == nil {
		return nil, faultf(FaultGeometry, "", "there is none: a name is no geometry")
	}
	if err := f.Geometry.CRS.check(""); err != nil {
		return nil, err
	}
	var d drawing
	var err error
	switch f.Geometry.Type {
	case "Point":
		var c []float64
		if c, err = coordinates[[]float64](f.Geometry); err == nil {
			d.points = [][]float64{c}
		}
	case "LineString":
		d.line, err = coordinates[[][]float64](f.Geometry)
	case "Polygon":
		var c [][][]float64
		if c, err = coordinates[[][][]float64](f.Geometry); err == nil {
			d.polygons = [][][][]float64{c}
		}
	case "MultiPolygon":
		d.polygons, err = coordinates[[][][][]float64](f.Geometry)
	default:
		return nil, faultf(FaultType, "", "%.40q is not Point, LineString, Polygon or MultiPolygon", f.Geometry.Type)
	}
	if err != nil {
		return nil, err
	}
	return d.shapes(ctx, p)
}

func coordinates[T any](g *geometry) (c T, err error) {
	if err := json.Unmarshal(g.Coordinates, &c); err != nil {
		return c, faultf(FaultNumber, "", "the coordinates of a %s are not as they should be: %v", g.Type, err)
	}
	return c, nil
}

package activity

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"parley/geo"
)

type feature struct {
	Type       string          `json:"type"`
	ID         any             `json:"id"`
	Geometry   *geometry       `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
	Features   []feature       `json:"features"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// properties are what a feature says of its window, its heights and its
// margins. Heights are those of one band: low and high above one reference, or
// each with its own as in ASTM F3548.
type properties struct {
	ID    string `json:"id"`
	From  string `json:"from"`
	Until string `json:"until"`
	To    string `json:"to"`
	Start string `json:"time_start"`
	End   string `json:"time_end"`

	LowM       *float64  `json:"low_m"`
	HighM      *float64  `json:"high_m"`
	Reference  string    `json:"reference"`
	Lower      *altitude `json:"altitude_lower"`
	Upper      *altitude `json:"altitude_upper"`
	OffM       float64   `json:"uncertainty_m"`
	RadiusM    float64   `json:"radius_m"`
	HalfWidthM float64   `json:"half_width_m"`
	LateralM   float64   `json:"margin_m"`
	VerticalM  float64   `json:"vertical_margin_m"`
	TimeS      float64   `json:"time_margin_s"`
}

func readFeatures(name string, b []byte, sort string) (Activity, error) {
	a := Activity{ID: name}
	var f feature
	if err := json.Unmarshal(b, &f); err != nil {
		return a, fmt.Errorf("no GeoJSON: %w", err)
	}
	list := []feature{f}
	if sort == "FeatureCollection" {
		list = f.Features
	}
	if len(list) == 0 || len(list) > maxVolumes {
		return a, fmt.Errorf("features: %d: from 1 to %d are read", len(list), maxVolumes)
	}
	for i, f := range list {
		at := ""
		if sort == "FeatureCollection" {
			at = fmt.Sprintf("features[%d].", i)
		}
		if err := f.read(at, &a); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (f feature) read(at string, a *Activity) error {
	var p properties
	if len(f.Properties) == 0 || string(f.Properties) == "null" {
		return fmt.Errorf("%sproperties: the window is missing: from and until, RFC 3339", at)
	}
	if err := json.Unmarshal(f.Properties, &p); err != nil {
		return fmt.Errorf("%sproperties: %w", at, err)
	}
	if p.ID != "" {
		a.ID = p.ID
	} else if s, ok := f.ID.(string); ok && s != "" {
		a.ID = s
	}
	v, err := p.window(at + "properties")
	if err != nil {
		return err
	}
	if !(p.LateralM >= 0 && p.VerticalM >= 0 && p.TimeS >= 0) {
		return fmt.Errorf("%sproperties: a margin below zero", at)
	}
	a.Margins.LateralM = max(a.Margins.LateralM, p.LateralM)
	a.Margins.VerticalM = max(a.Margins.VerticalM, p.VerticalM)
	a.Margins.TimeMS = max(a.Margins.TimeMS, int64(math.Round(p.TimeS*1000)))
	shapes, err := f.shapes(p)
	if err != nil {
		return fmt.Errorf("%sgeometry: %w", at, err)
	}
	for _, s := range shapes {
		v.Shape = s
		if err := v.Validate(); err != nil {
			return fmt.Errorf("%sproperties: %w", at, err)
		}
		a.Volumes = append(a.Volumes, v)
	}
	if len(a.Volumes) > maxVolumes {
		return fmt.Errorf("more than %d volumes", maxVolumes)
	}
	return nil
}

// window reads the time and the band of height.
func (p properties) window(at string) (v geo.Volume, err error) {
	from, until := first(p.From, p.Start), first(p.Until, p.To, p.End)
	if from == "" || until == "" {
		return v, fmt.Errorf("%s: the window is missing: from and until, RFC 3339", at)
	}
	if v.From, err = readTime(at+".from", from); err != nil {
		return v, err
	}
	if v.Until, err = readTime(at+".until", until); err != nil {
		return v, err
	}
	if p.LowM != nil || p.HighM != nil {
		for value, to := range map[*float64]*geo.Height{p.LowM: &v.Low, p.HighM: &v.High} {
			if value == nil {
				continue
			}
			if *to, err = height(at, *value, p.Reference, ""); err != nil {
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
		if h.Reference != "" {
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
func (f feature) shapes(p properties) ([]geo.Shape, error) {
	if f.Geometry == nil {
		return nil, errors.New("there is none: a name is no geometry")
	}
	one := func(s geo.Shape, err error) ([]geo.Shape, error) { return []geo.Shape{s}, err }
	switch f.Geometry.Type {
	case "Point":
		c, err := coordinates[[]float64](f.Geometry)
		if err != nil {
			return nil, err
		}
		if p.RadiusM == 0 {
			return nil, errors.New("a point is no area: radius_m is wanted among the properties")
		}
		at, err := position(c)
		if err != nil {
			return nil, err
		}
		return one(geo.Circle(at, p.RadiusM))
	case "LineString":
		c, err := coordinates[[][]float64](f.Geometry)
		if err != nil {
			return nil, err
		}
		if p.HalfWidthM == 0 {
			return nil, errors.New("a line is no area: half_width_m is wanted among the properties")
		}
		line, err := positions(c)
		if err != nil {
			return nil, err
		}
		return one(geo.Corridor(geo.Straight(line, false), p.HalfWidthM))
	case "Polygon":
		c, err := coordinates[[][][]float64](f.Geometry)
		if err != nil {
			return nil, err
		}
		return one(polygon(c))
	case "MultiPolygon":
		c, err := coordinates[[][][][]float64](f.Geometry)
		if err != nil {
			return nil, err
		}
		var out []geo.Shape
		for i, rings := range c {
			s, err := polygon(rings)
			if err != nil {
				return nil, fmt.Errorf("polygon %d: %w", i+1, err)
			}
			out = append(out, s)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%q is not Point, LineString, Polygon or MultiPolygon", f.Geometry.Type)
}

func coordinates[T any](g *geometry) (c T, err error) {
	if err := json.Unmarshal(g.Coordinates, &c); err != nil {
		return c, fmt.Errorf("the coordinates of a %s are not as they should be: %w", g.Type, err)
	}
	return c, nil
}

func polygon(rings [][][]float64) (geo.Shape, error) {
	var drawn, out [][]geo.Point
	for i, r := range rings {
		ring, err := positions(r)
		if err != nil {
			return geo.Shape{}, fmt.Errorf("ring %d: %w", i+1, err)
		}
		n := len(ring)
		if n < 4 || ring[0] != ring[n-1] {
			return geo.Shape{}, fmt.Errorf("ring %d is open: its last position repeats the first (RFC 7946, section 3.1.6)", i+1)
		}
		drawn, out = append(drawn, ring[:n-1]), append(out, geo.Straight(ring[:n-1], true))
	}
	if len(out) == 0 {
		return geo.Shape{}, errors.New("there is no ring")
	}
	if s, err := geo.Polygon(drawn[0], drawn[1:]...); err != nil {
		return s, err // which counts the positions as the file does
	}
	return geo.Polygon(out[0], out[1:]...)
}

func positions(list [][]float64) (out []geo.Point, err error) {
	if len(list) > geo.MaxPoints+1 {
		return nil, fmt.Errorf("%d positions, more than %d", len(list), geo.MaxPoints)
	}
	for i, c := range list {
		p, err := position(c)
		if err != nil {
			return nil, fmt.Errorf("position %d: %w", i+1, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func position(c []float64) (geo.Point, error) {
	if len(c) < 2 || len(c) > 3 {
		return geo.Point{}, fmt.Errorf("%d numbers: longitude, latitude and perhaps a height are wanted", len(c))
	}
	if math.Abs(c[1]) > 90 && math.Abs(c[0]) <= 90 {
		return geo.Point{}, fmt.Errorf("%v, %v: longitude comes first in GeoJSON; they may be changed over", c[0], c[1])
	}
	return geo.Point{Lat: c[1], Lon: c[0]}, nil
}

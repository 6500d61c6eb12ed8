package activity

import (
	"encoding/json"
	"fmt"

	"parley/geo"
)

// WriteGeoJSON writes activities as a FeatureCollection (RFC 7946), a feature
// for each volume: what was read from it again is the same within a metre
// (DEC-14). Edges are straight in longitude and latitude and follow the
// geodesics; a circle or a corridor is drawn by polygons that contain it, and
// its centre or line is among the properties.
func WriteGeoJSON(list []Activity) ([]byte, error) {
	type outFeature struct {
		Type       string         `json:"type"`
		ID         string         `json:"id"`
		Geometry   any            `json:"geometry"`
		Properties map[string]any `json:"properties"`
	}
	features := []outFeature{}
	for _, a := range list {
		for i, v := range a.Volumes {
			drawn := draw(v.Shape)
			g := map[string]any{"type": "MultiPolygon", "coordinates": drawn}
			if len(drawn) == 1 {
				g = map[string]any{"type": "Polygon", "coordinates": drawn[0]}
			}
			features = append(features, outFeature{"Feature", fmt.Sprintf("%s/%d", a.ID, i+1), g, a.properties(v)})
		}
	}
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		return nil, fmt.Errorf("write GeoJSON: %w", err)
	}
	return append(b, '\n'), nil
}

// properties are what the reader reads, as one flat map.
func (a Activity) properties(v geo.Volume) map[string]any {
	p := map[string]any{"id": a.ID, "from": stamp(v.From), "until": stamp(v.Until), "shape": shapePolygon}
	for name, s := range map[string]string{"title": a.Title, "kind": a.Kind} {
		if s != "" {
			p[name] = s
		}
	}
	if a.Revision != 0 {
		p["revision"] = a.Revision
	}
	if a.Ended {
		p["ended"] = true
	}
	for name, x := range map[string]float64{"margin_m": a.Margins.LateralM, "vertical_margin_m": a.Margins.VerticalM, "time_margin_s": float64(a.Margins.TimeMS) / 1000} {
		if x != 0 {
			p[name] = x
		}
	}
	for name, h := range map[string]geo.Height{"altitude_lower": v.Low, "altitude_upper": v.High} {
		if h.Reference != "" {
			p[name] = altitude{Value: h.M, Reference: written[h.Reference], Units: "M", OffM: h.OffM}
		}
	}
	switch s := v.Shape; {
	case len(s.Line) > 0:
		line := make([][]float64, len(s.Line))
		for i, q := range s.Line {
			line[i] = pair(q)
		}
		p["shape"], p["line"], p["half_width_m"] = shapeCorridor, line, s.RadiusM
	case len(s.Ring) == 0:
		p["shape"], p["centre"], p["radius_m"] = shapeCircle, pair(s.Centre), s.RadiusM
	}
	return p
}

// written is how a reference is written in files: as ASTM F3548 does where it
// has a word.
var written = map[string]string{geo.Ellipsoid: "W84", geo.MSL: "MSL", geo.AGL: "AGL", geo.Surface: "SFC"}

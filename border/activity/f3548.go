package activity

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"parley/geo"
)

// The 4D volumes of ASTM F3548-21 (Volume4D of its OpenAPI description). The
// standard knows heights above the ellipsoid in metres only (reference W84,
// units M) and circles in metres; MSL, AGL, SFC and FT are read as well,
// because those who wrote them meant something. An operational intent of the
// standard leaves no bound out; here a missing height is any height.
type volume4D struct {
	Volume struct {
		Polygon *struct {
			Vertices []latLng `json:"vertices"`
		} `json:"outline_polygon"`
		Circle *struct {
			Center *latLng `json:"center"`
			Radius *struct {
				Value float64 `json:"value"`
				Units string  `json:"units"`
			} `json:"radius"`
		} `json:"outline_circle"`
		Lower *altitude `json:"altitude_lower"`
		Upper *altitude `json:"altitude_upper"`
	} `json:"volume"`
	Start *moment `json:"time_start"`
	End   *moment `json:"time_end"`
}

type latLng struct {
	Lat *float64 `json:"lat"`
	Lng *float64 `json:"lng"`
}

type altitude struct {
	Value     float64 `json:"value"`
	Reference string  `json:"reference"`
	Units     string  `json:"units"`
	OffM      float64 `json:"uncertainty_m,omitempty"` // Parley's own files: each height has its own
}

type moment struct {
	Value  string `json:"value"`
	Format string `json:"format"`
}

func readVolumes(ctx context.Context, name string, b []byte) (Activity, error) {
	a := Activity{ID: name}
	var list []volume4D
	if err := json.Unmarshal(b, &list); err != nil {
		return a, faultf(FaultSyntax, "extents", "%v", err)
	}
	if len(list) == 0 || len(list) > maxVolumes {
		return a, faultf(FaultVolumes, "extents", "%d volumes: from 1 to %d are read", len(list), maxVolumes)
	}
	for i, x := range list {
		at := fmt.Sprintf("extents[%d]", i)
		if err := ctx.Err(); err != nil {
			return a, err
		}
		v, err := x.read(at)
		if err != nil {
			return a, err
		}
		a.add(at+".volume", v)
	}
	return a, nil
}

func (x volume4D) read(at string) (v geo.Volume, err error) {
	switch p, c := x.Volume.Polygon, x.Volume.Circle; {
	case p != nil && c != nil:
		return v, faultf(FaultGeometry, at+".volume", "a polygon or a circle, not both")
	case p != nil:
		if len(p.Vertices) > geo.MaxPoints {
			return v, faultf(FaultPoints, at+".volume.outline_polygon", "%d vertices, more than %d", len(p.Vertices), geo.MaxPoints)
		}
		var ring []geo.Point
		for i, q := range p.Vertices {
			if q.Lat == nil || q.Lng == nil {
				return v, faultf(FaultNumber, fmt.Sprintf("%s.volume.outline_polygon.vertices[%d]", at, i), "lat and lng are wanted")
			}
			if math.Abs(*q.Lat) > 90 && math.Abs(*q.Lng) <= 90 {
				return v, faultf(FaultAxes, fmt.Sprintf("%s.volume.outline_polygon.vertices[%d]", at, i), "lat %v, lng %v: they may be changed over", *q.Lat, *q.Lng)
			}
			ring = append(ring, geo.Point{Lat: *q.Lat, Lon: *q.Lng})
		}
		if v.Shape, err = geo.Polygon(ring); err != nil {
			return v, under(at+".volume.outline_polygon", FaultGeometry, err)
		}
	case c != nil && c.Center != nil && c.Center.Lat != nil && c.Center.Lng != nil && c.Radius != nil:
		if c.Radius.Units != "M" && c.Radius.Units != "" {
			return v, faultf(FaultRadius, at+".volume.outline_circle.radius.units", "%.20q is not M", c.Radius.Units)
		}
		if v.Shape, err = geo.Circle(geo.Point{Lat: *c.Center.Lat, Lon: *c.Center.Lng}, c.Radius.Value); err != nil {
			return v, under(at+".volume.outline_circle", FaultGeometry, err)
		}
	default:
		return v, faultf(FaultGeometry, at+".volume", "neither an outline_polygon nor an outline_circle with centre and radius")
	}
	for _, h := range []struct {
		from *altitude
		to   *geo.Height
		at   string
	}{{x.Volume.Lower, &v.Low, ".volume.altitude_lower"}, {x.Volume.Upper, &v.High, ".volume.altitude_upper"}} {
		if *h.to, err = h.from.height(at + h.at); err != nil {
			return v, err
		}
	}
	for _, m := range []*moment{x.Start, x.End} {
		if m != nil && m.Format != "" && m.Format != "RFC3339" {
			return v, faultf(FaultWindow, at, "a time of the format %.20q: RFC3339 is read", m.Format)
		}
	}
	if x.Start == nil || x.End == nil {
		return v, faultf(FaultWindow, at, "time_start and time_end are wanted")
	}
	if v.From, err = readTime(at+".time_start", x.Start.Value); err != nil {
		return v, err
	}
	if v.Until, err = readTime(at+".time_end", x.End.Value); err != nil {
		return v, err
	}
	if err := validate(v); err != nil {
		return v, under(at, FaultGeometry, err)
	}
	return v, nil
}

func (a *altitude) height(at string) (geo.Height, error) {
	if a == nil {
		return geo.Height{}, nil
	}
	h, err := height(at, a.Value, a.Reference, a.Units)
	h.OffM = a.OffM
	return h, err
}

// height reads a height with its reference and its unit, of which feet are
// turned into metres.
func height(at string, value float64, reference, units string) (geo.Height, error) {
	switch units {
	case "", "M", "m":
	case "FT", "ft":
		value *= 0.3048
	default:
		return geo.Height{}, faultf(FaultHeight, at+".units", "%.20q is neither M nor FT", units)
	}
	known := map[string]string{"W84": geo.Ellipsoid, "ellipsoid": geo.Ellipsoid, "HAE": geo.Ellipsoid, "MSL": geo.MSL, "AMSL": geo.MSL, "AGL": geo.AGL, "SFC": geo.Surface, "surface": geo.Surface}
	ref, ok := known[reference]
	if !ok {
		return geo.Height{}, faultf(FaultHeight, at+".reference", "%.20q is not W84, MSL, AGL or SFC: a height without its reference means nothing", reference)
	}
	if ref == geo.Surface && value != 0 {
		ref = geo.AGL // so many metres above the surface: the surface itself has no height
	}
	return geo.Height{M: value, Reference: ref}, nil
}

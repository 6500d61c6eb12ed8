package activity

import (
	"encoding/json"
	"fmt"

	"parley/geo"
)

// The 4D volumes of ASTM F3548-21, annex A2 (Volume4D).
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
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

type altitude struct {
	Value     float64 `json:"value"`
	Reference string  `json:"reference"`
	Units     string  `json:"units"`
}

type moment struct {
	Value  string `json:"value"`
	Format string `json:"format"`
}

func readVolumes(name string, b []byte) (Activity, error) {
	a := Activity{ID: name}
	var list []volume4D
	if err := json.Unmarshal(b, &list); err != nil {
		return a, fmt.Errorf("extents: %w", err)
	}
	if len(list) == 0 || len(list) > maxVolumes {
		return a, fmt.Errorf("extents: %d volumes: from 1 to %d are read", len(list), maxVolumes)
	}
	for i, x := range list {
		v, err := x.read(fmt.Sprintf("extents[%d]", i))
		if err != nil {
			return a, err
		}
		a.Volumes = append(a.Volumes, v)
	}
	return a, nil
}

func (x volume4D) read(at string) (v geo.Volume, err error) {
	switch p, c := x.Volume.Polygon, x.Volume.Circle; {
	case p != nil && c != nil:
		return v, fmt.Errorf("%s.volume: a polygon or a circle, not both", at)
	case p != nil:
		var ring []geo.Point
		for _, q := range p.Vertices {
			ring = append(ring, geo.Point{Lat: q.Lat, Lon: q.Lng})
		}
		if v.Shape, err = geo.Polygon(ring); err != nil {
			return v, fmt.Errorf("%s.volume.outline_polygon: %w", at, err)
		}
	case c != nil && c.Center != nil && c.Radius != nil:
		if c.Radius.Units != "M" && c.Radius.Units != "" {
			return v, fmt.Errorf("%s.volume.outline_circle.radius.units: %q is not M", at, c.Radius.Units)
		}
		if v.Shape, err = geo.Circle(geo.Point{Lat: c.Center.Lat, Lon: c.Center.Lng}, c.Radius.Value); err != nil {
			return v, fmt.Errorf("%s.volume.outline_circle: %w", at, err)
		}
	default:
		return v, fmt.Errorf("%s.volume: neither an outline_polygon nor an outline_circle with centre and radius", at)
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
	if x.Start == nil || x.End == nil {
		return v, fmt.Errorf("%s: time_start and time_end are wanted", at)
	}
	if v.From, err = readTime(at+".time_start", x.Start.Value); err != nil {
		return v, err
	}
	if v.Until, err = readTime(at+".time_end", x.End.Value); err != nil {
		return v, err
	}
	if err := v.Validate(); err != nil {
		return v, fmt.Errorf("%s: %w", at, err)
	}
	return v, nil
}

func (a *altitude) height(at string) (geo.Height, error) {
	if a == nil {
		return geo.Height{}, nil
	}
	return height(at, a.Value, a.Reference, a.Units)
}

// height reads a height with its reference and its unit, of which feet are
// turned into metres.
func height(at string, value float64, reference, units string) (geo.Height, error) {
	switch units {
	case "", "M", "m":
	case "FT", "ft":
		value *= 0.3048
	default:
		return geo.Height{}, fmt.Errorf("%s.units: %q is neither M nor FT", at, units)
	}
	known := map[string]string{"W84": geo.Ellipsoid, "ellipsoid": geo.Ellipsoid, "HAE": geo.Ellipsoid, "MSL": geo.MSL, "AMSL": geo.MSL, "AGL": geo.AGL, "SFC": geo.Surface, "surface": geo.Surface}
	ref, ok := known[reference]
	if !ok {
		return geo.Height{}, fmt.Errorf("%s.reference: %q is not W84, MSL, AGL or SFC: a height without its reference means nothing", at, reference)
	}
	return geo.Height{M: value, Reference: ref}, nil
}

package activity

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"parley/geo"
)

// MaxBytes is how large a file may be (1 MiB would hold 10,000 corners twice).
const MaxBytes = 4 << 20

// What one file may give.
const (
	maxVolumes    = 256
	maxActivities = 64
)

// Activity is one planned activity: its volumes, each kept apart by itself, and
// the margins that it asks for.
type Activity struct {
	ID       string // its number or key, or what the file calls it
	Title    string
	Kind     string // its type in the charter or the code of its form, as the file names it
	Revision int64  // which version it is; 0 for the first
	Ended    bool   // withdrawn, completed or over
	Volumes  []geo.Volume
	Margins  geo.Margins
	Slips    []Slip // what to look at before it is filed

	at []string // the place in the file of each volume
}

func (a *Activity) add(at string, v geo.Volume) {
	a.Volumes, a.at = append(a.Volumes, v), append(a.at, at)
}

// The content types that are read (DEC-14).
const (
	TypeGeoJSON = "application/geo+json"
	TypeKML     = "application/vnd.google-earth.kml+xml"
	TypeCSV     = "text/csv"
	TypeJSON    = "application/json" // ASTM F3548, or GeoJSON
)

// ReadAll reads every activity of a file of one of the content types. What
// shares an identifier is one activity. The error is a [*Fault] that names the
// place in the file, or that of the context, with which reading ends; nothing is
// read in part.
func ReadAll(ctx context.Context, contentType, name string, b []byte) ([]Activity, error) {
	if len(b) > MaxBytes {
		return nil, faultf(FaultSize, "", "%d bytes, more than %d", len(b), MaxBytes)
	}
	if strings.HasPrefix(string(b), "PK\x03\x04") {
		return nil, faultf(FaultType, "", "this is an archive: a KMZ file is not taken, only the KML file in it")
	}
	kind, _, _ := strings.Cut(contentType, ";")
	var list []Activity
	var err error
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case TypeGeoJSON, TypeJSON:
		list, err = readJSON(ctx, name, b)
	case TypeKML:
		list, err = readKML(ctx, name, b)
	case TypeCSV:
		list, err = readCSV(ctx, b)
	default:
		return nil, faultf(FaultType, "", "%q is not %s, %s, %s or %s", contentType, TypeGeoJSON, TypeKML, TypeCSV, TypeJSON)
	}
	if err != nil {
		return nil, err
	}
	return gather(list)
}

// gather makes one activity of those that share an identifier.
func gather(list []Activity) ([]Activity, error) {
	at := map[string]int{}
	var out []Activity
	n := 0
	for _, a := range list {
		if n += len(a.Volumes); n > maxVolumes {
			return nil, faultf(FaultVolumes, "", "more than %d volumes", maxVolumes)
		}
		i, ok := at[a.ID]
		if !ok {
			if len(out) == maxActivities {
				return nil, faultf(FaultVolumes, "", "more than %d activities", maxActivities)
			}
			at[a.ID] = len(out)
			out = append(out, a)
			continue
		}
		b := &out[i]
		if a.Kind != b.Kind || a.Title != b.Title || a.Revision != b.Revision {
			return nil, faultf(FaultDuplicate, a.ID, "two activities of this name differ in type, title or revision")
		}
		b.Volumes, b.at = append(b.Volumes, a.Volumes...), append(b.at, a.at...)
		b.Slips, b.Ended = append(b.Slips, a.Slips...), b.Ended && a.Ended
		b.Margins = b.Margins.Widest(a.Margins)
	}
	return out, nil
}

// Read reads one JSON file as one activity. The error names the place of the
// fault in it.
func Read(name string, b []byte) (Activity, error) {
	if len(b) > MaxBytes {
		return Activity{}, faultf(FaultSize, "", "%d bytes, more than %d", len(b), MaxBytes)
	}
	list, err := readJSON(context.Background(), name, b)
	if err != nil {
		return Activity{}, err
	}
	out := Activity{ID: name}
	for _, a := range list {
		if a.ID != "" {
			out.ID = a.ID
		}
		out.Volumes, out.at, out.Margins = append(out.Volumes, a.Volumes...), append(out.at, a.at...), out.Margins.Widest(a.Margins)
	}
	if len(out.Volumes) > maxVolumes {
		return Activity{}, faultf(FaultVolumes, "", "more than %d volumes", maxVolumes)
	}
	return out, nil
}

func readJSON(ctx context.Context, name string, b []byte) ([]Activity, error) {
	var head struct {
		Type    string          `json:"type"`
		Extents json.RawMessage `json:"extents"`
		Volumes json.RawMessage `json:"volumes"`
		Volume  json.RawMessage `json:"volume"`
	}
	text := strings.TrimSpace(string(b))
	one := func(b []byte) ([]Activity, error) {
		a, err := readVolumes(ctx, name, b)
		return []Activity{a}, err
	}
	if strings.HasPrefix(text, "[") {
		return one([]byte(text))
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, faultf(FaultSyntax, "", "no JSON: %v", err)
	}
	switch {
	case head.Type == "Feature" || head.Type == "FeatureCollection":
		return readFeatures(ctx, name, b, head.Type)
	case head.Extents != nil:
		return one(head.Extents)
	case head.Volumes != nil:
		return one(head.Volumes)
	case head.Volume != nil:
		return one([]byte("[" + text + "]"))
	case head.Type != "":
		return nil, faultf(FaultType, "type", "%.40q carries no window: a Feature with properties is wanted", head.Type)
	}
	return nil, faultf(FaultType, "", "neither a GeoJSON Feature nor ASTM F3548 \"extents\"")
}

// Clash is where two activities come nearer than their margins.
type Clash struct {
	A         string  `json:"a"`
	B         string  `json:"b"`
	LateralM  float64 `json:"lateral_m"`
	VerticalM float64 `json:"vertical_m"`
	From      string  `json:"from"` // RFC 3339, UTC
	Until     string  `json:"to"`
	Rule      string  `json:"rule"`
}

// Clashes compares every two activities, each by the larger of their margins:
// of any two volumes the nearest in time.
func Clashes(list []Activity, g geo.Ground) []Clash {
	out := []Clash{}
	for i, a := range list {
		for _, b := range list[i+1:] {
			m := a.Margins.Widest(b.Margins)
			for _, v := range a.Volumes {
				for _, w := range b.Volumes {
					if c, ok := v.Meets(w, m, g); ok {
						out = append(out, Clash{a.ID, b.ID, c.LateralM, c.VerticalM, stamp(c.From), stamp(c.Until), c.Rule})
					}
				}
			}
		}
	}
	return out
}

func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

// readTime reads a moment with its zone, in the years that a record may name.
func readTime(at, s string) (int64, error) {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return 0, faultf(FaultWindow, at, "%.60q is no time such as 2026-01-06T14:30:00Z", s)
	}
	return t.UnixMilli(), nil
}

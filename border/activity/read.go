package activity

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/geo"
)

// MaxBytes is how large a file may be (1 MiB would hold 10,000 corners twice).
const MaxBytes = 4 << 20

// maxVolumes is how many volumes one file may give.
const maxVolumes = 256

// Activity is one planned activity: its volumes, each kept apart by itself, and
// the margins that it asks for.
type Activity struct {
	ID      string
	Volumes []geo.Volume
	Margins geo.Margins
}

// Read reads one file. The error names the place of the fault in it.
func Read(name string, b []byte) (Activity, error) {
	if len(b) > MaxBytes {
		return Activity{}, fmt.Errorf("%d bytes, more than %d", len(b), MaxBytes)
	}
	var head struct {
		Type    string          `json:"type"`
		Extents json.RawMessage `json:"extents"`
		Volumes json.RawMessage `json:"volumes"`
		Volume  json.RawMessage `json:"volume"`
	}
	text := strings.TrimSpace(string(b))
	if strings.HasPrefix(text, "[") {
		return readVolumes(name, []byte(text))
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return Activity{}, fmt.Errorf("no JSON: %w", err)
	}
	switch {
	case head.Type == "Feature" || head.Type == "FeatureCollection":
		return readFeatures(name, b, head.Type)
	case head.Extents != nil:
		return readVolumes(name, head.Extents)
	case head.Volumes != nil:
		return readVolumes(name, head.Volumes)
	case head.Volume != nil:
		return readVolumes(name, fmt.Appendf(nil, "[%s]", text))
	case head.Type != "":
		return Activity{}, fmt.Errorf("type: %q carries no window: a Feature with properties is wanted", head.Type)
	}
	return Activity{}, errors.New("neither a GeoJSON Feature nor ASTM F3548 \"extents\"")
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
			m := geo.Margins{LateralM: max(a.Margins.LateralM, b.Margins.LateralM), VerticalM: max(a.Margins.VerticalM, b.Margins.VerticalM),
				TimeMS: max(a.Margins.TimeMS, b.Margins.TimeMS)}
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

func readTime(at, s string) (int64, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, fmt.Errorf("%s: %q is no time such as 2026-01-06T14:30:00Z", at, s)
	}
	return t.UnixMilli(), nil
}

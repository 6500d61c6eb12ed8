package protection

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"parley/cell"
)

// list makes a file of the entries of the register that this desk holds, as
// GeoJSON (RFC 7946): the exact ones that it may hold, and buffered areas. It
// leaves the desk by two officers only (SEC-18). An entry for the supervisor
// alone, one that ended and one that stands against a rule are not in it.
func list(_ context.Context, v cell.View) (cell.Listing, error) {
	standing, err := notice()
	if err != nil {
		return cell.Listing{}, err
	}
	out := collection{Type: "FeatureCollection", Standing: standing, Features: []feature{}}
	for _, m := range v.Find(KindPlace, 0) {
		p, ok := m.Body.(Place)
		if ok && leaves(v, m) && p.Tier != SupervisorOnly {
			out.add(p.Area, properties{m.Number(v.Charter), p.Code, p.Category, "place", p.Tier, p.ValidUntil, []int64{}})
		}
	}
	for _, m := range v.Find(KindArea, 0) {
		if a, ok := m.Body.(Area); ok && leaves(v, m) {
			out.add(a.Area, properties{m.Number(v.Charter), a.Code, a.Category, "area", Buffered, a.ValidUntil, []int64{}})
		}
	}
	file, err := json.Marshal(out)
	return cell.Listing{Type: "application/geo+json", Suffix: ".geojson", Entries: int64(len(out.Features)), File: append(file, '\n')}, err
}

func leaves(v cell.View, m cell.Matter) bool {
	return m.Stands() && m.Cancelled == nil && v.State(m).Name != StateEnded
}

// notice gives the notice that stands on every list of this module, by language
// (PRO-13).
func notice() (map[string]string, error) {
	out := map[string]string{}
	for _, l := range cell.Languages() {
		b, err := texts.ReadFile("words/" + l + ".json")
		if err != nil {
			return nil, fmt.Errorf("read the notice: %w", err)
		}
		var words map[string]string
		if err := json.Unmarshal(b, &words); err != nil {
			return nil, fmt.Errorf("read the notice: %w", err)
		}
		out[l] = words[NoticeKey]
	}
	return out, nil
}

// collection is a GeoJSON FeatureCollection, with the notice as a member of its
// own (RFC 7946, 6.1).
type collection struct {
	Type     string            `json:"type"`
	Standing map[string]string `json:"standing"`
	Features []feature         `json:"features"`
}

type feature struct {
	Type       string     `json:"type"`
	Geometry   geometry   `json:"geometry"`
	Properties properties `json:"properties"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

type properties struct {
	Number     string  `json:"number"`
	Code       string  `json:"code"`
	Category   string  `json:"category"`
	Sort       string  `json:"sort"` // place or area
	Tier       string  `json:"tier"`
	ValidUntil int64   `json:"valid_until"` // UTC milliseconds
	RadiusM    []int64 `json:"radius_m"`    // of a circle around the point; at most one
}

// add writes a polygon by its corners, and a circle as its centre with the
// radius beside it: GeoJSON has no circle.
func (c *collection) add(a cell.Area, p properties) {
	f := feature{"Feature", geometry{Type: "Point"}, p}
	if len(a.Centre) == 1 {
		f.Geometry.Coordinates, f.Properties.RadiusM = position(a.Centre[0]), []int64{a.RadiusM}
		c.Features = append(c.Features, f)
		return
	}
	ring := slices.Clone(a.Ring)
	if turning(ring) < 0 { // an outer ring runs counter-clockwise (RFC 7946, 3.1.6)
		slices.Reverse(ring)
	}
	text := []byte("[[")
	for _, corner := range append(ring, ring[0]) {
		text = append(append(text, position(corner)...), ',')
	}
	f.Geometry = geometry{"Polygon", append(text[:len(text)-1], "]]"...)}
	c.Features = append(c.Features, f)
}

func position(p cell.Point) json.RawMessage {
	lat, lon := degrees(p)
	b := strconv.AppendFloat([]byte("["), lon, 'f', -1, 64)
	return append(strconv.AppendFloat(append(b, ','), lat, 'f', -1, 64), ']')
}

func degrees(p cell.Point) (lat, lon float64) {
	lat, _ = strconv.ParseFloat(p.Lat, 64) // checked by Validate
	lon, _ = strconv.ParseFloat(p.Lon, 64)
	return lat, lon
}

// turning gives twice the signed area of a ring in degrees: above zero when it
// runs counter-clockwise.
func turning(ring []cell.Point) (twice float64) {
	for i := range ring {
		aLat, aLon := degrees(ring[i])
		bLat, bLon := degrees(ring[(i+1)%len(ring)])
		twice += aLon*bLat - bLon*aLat
	}
	return twice
}

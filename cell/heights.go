package cell

import (
	"math"

	"parley/geo"
)

// foot is an international foot in metres.
const foot = 0.3048

// Heights is a height as it was filed, and what it is by other references
// (DEC-11).
type Heights struct {
	M         int64      `json:"m"`
	Ft        int64      `json:"ft"` // nearest
	Reference string     `json:"reference"`
	OffM      int64      `json:"off_m"`
	Known     bool       `json:"known"` // the charter says between what heights the ground lies; otherwise it may be anywhere on Earth
	In        []HeightIn `json:"in"`    // above the ground, the sea and the ellipsoid, but for its own
}

// HeightIn is between what two heights something lies by another reference,
// rounded outward.
type HeightIn struct {
	Reference string `json:"reference"`
	LowM      int64  `json:"low_m"`
	HighM     int64  `json:"high_m"`
	LowFt     int64  `json:"low_ft"`
	HighFt    int64  `json:"high_ft"`
}

// Heights gives a height by every reference, as the ground of the theatre
// allows. Nothing is below the ground that it is measured from.
func (c *Charter) Heights(a Altitude) (Heights, error) {
	if err := a.Validate(""); err != nil {
		return Heights{}, err
	}
	h := geo.Height{M: float64(a.M), Reference: a.Reference, OffM: float64(a.OffM)}
	out := Heights{M: a.M, Ft: int64(math.Round(float64(a.M) / foot)), Reference: a.Reference, OffM: a.OffM, Known: c.Ground != GroundRange{}, In: []HeightIn{}}
	for _, r := range []string{geo.AGL, geo.MSL, geo.Ellipsoid} {
		low, high, ok := h.In(r, c.Ground.Geo())
		if !ok || r == a.Reference || r == geo.AGL && a.Reference == geo.Surface {
			continue
		}
		if r == geo.AGL && high >= 0 {
			low = max(0, low)
		}
		out.In = append(out.In, HeightIn{r, int64(math.Floor(low)), int64(math.Ceil(high)), int64(math.Floor(low / foot)), int64(math.Ceil(high / foot))})
	}
	return out, nil
}

// Nearby is a place of the charter with where another lies from it.
type Nearby struct {
	ID        string `json:"id"`
	DistanceM int64  `json:"distance_m"`
	Azimuth   int64  `json:"azimuth"` // from the place of the charter, in degrees from true north
}

// Nearest gives the place of the charter that is nearest to a point (XC-07),
// none when the charter names none.
func (c *Charter) Nearest(p Point) []Nearby {
	at := p.geo()
	best := []Nearby{}
	least := math.Inf(1)
	for _, x := range c.Places {
		from := Point{x.Lat, x.Lon}.geo()
		d, azimuth, _ := geo.Inverse(from, at)
		if d < least {
			least = d
			turned := int64(math.Round(azimuth+360)) % 360
			best = []Nearby{{ID: x.ID, DistanceM: int64(math.Round(d)), Azimuth: turned}}
		}
	}
	return best
}

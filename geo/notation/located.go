package notation

import (
	"encoding/json"
	"math"
)

// Located is a place in every notation (XC-06).
type Located struct {
	Lat        float64  `json:"lat"` // degrees, WGS84, to eight decimals
	Lon        float64  `json:"lon"`
	Notation   string   `json:"notation"` // that the text was read in
	PrecisionM float64  `json:"precision_m"`
	MGRS       string   `json:"mgrs"`
	UTM        UTM      `json:"utm"`
	DMS        string   `json:"dms"`
	DM         string   `json:"dm"`
	GARS       string   `json:"gars"`
	Warnings   []string `json:"warnings"` // "code: text", and ": " with what may have been meant
	Slips      []Slip   `json:"slips"`    // the same, for screens that word the code
}

// Locate reads a place in any notation and writes it in all of them.
func Locate(text string, near Box) (Located, error) {
	p, err := Read(text, near)
	if err != nil {
		return Located{}, err
	}
	to := func(v, part float64) float64 { return math.Round(v*part) / part }
	out := Located{Lat: to(p.Lat, 1e8), Lon: to(p.Lon, 1e8), Notation: p.Notation, PrecisionM: to(p.PrecisionM, 1000), Warnings: []string{}, Slips: []Slip{}}
	if out.UTM, err = ToUTM(p.Point); err != nil {
		return Located{}, err
	}
	out.UTM.Easting, out.UTM.Northing = to(out.UTM.Easting, 1000), to(out.UTM.Northing, 1000)
	for form, at := range map[string]*string{Squares: &out.MGRS, Seconds: &out.DMS, Minutes: &out.DM, Areas: &out.GARS} {
		if *at, err = Write(p.Point, form); err != nil {
			return Located{}, err
		}
	}
	for _, s := range p.Slips {
		w := s.Code + ": " + s.Text
		if s.Try != "" {
			w += ": " + s.Try
		}
		out.Warnings = append(out.Warnings, w)
		if s.Params == nil {
			s.Params = map[string]string{}
		}
		out.Slips = append(out.Slips, s)
	}
	return out, nil
}

// JSON is [Locate] for hosts that know no notation: bounds and answer are plain.
func JSON(text string, south, west, north, east float64) ([]byte, error) {
	l, err := Locate(text, Box{south, west, north, east})
	if err != nil {
		return nil, err
	}
	return json.Marshal(l)
}

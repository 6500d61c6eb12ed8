package cell

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

var decimalRE = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{1,8})?$`)

// Place is a point as it was given: WGS84 latitude and longitude in decimal
// degrees as strings (a record has no floats), the text as typed, the notation
// it was typed in, and its stated precision. ID names an entry of the
// charter's gazetteer, or is empty. The coordinates are the argument; the
// name is decoration (design 4, field/standards 5.3).
type Place struct {
	ID         string `json:"id"`
	Lat        string `json:"lat"`
	Lon        string `json:"lon"`
	Text       string `json:"text"`
	Notation   string `json:"notation"` // "DD" or "name"
	PrecisionM int64  `json:"precision_m"`
}

// Validate refuses coordinates that are not numbers on the globe.
func (p Place) Validate(at string) error {
	if err := (Point{p.Lat, p.Lon}).Validate(at); err != nil {
		return err
	}
	if p.Notation != "DD" && p.Notation != "name" {
		return Invalidf(at+"/notation", "%q is not DD or name", p.Notation)
	}
	if p.PrecisionM < 0 || p.PrecisionM > 100000 {
		return Invalidf(at+"/precision_m", "%d is not between 0 and 100000 metres", p.PrecisionM)
	}
	return nil
}

func inRange(s string, limit float64) error {
	if !decimalRE.MatchString(s) {
		return fmt.Errorf("%q is not decimal degrees such as 12.3456", s)
	}
	if f, _ := strconv.ParseFloat(s, 64); f < -limit || f > limit {
		return fmt.Errorf("%s is outside ±%g degrees", s, limit)
	}
	return nil
}

// Metres gives the distance between two places over a sphere of the Earth's
// mean radius, in metres (within 0.6 % of the WGS84 geodesic).
func (p Place) Metres(q Place) float64 {
	const radius = 6371008.8
	rad := func(s string) float64 { f, _ := strconv.ParseFloat(s, 64); return f * math.Pi / 180 }
	la1, la2 := rad(p.Lat), rad(q.Lat)
	dLat, dLon := la2-la1, rad(q.Lon)-rad(p.Lon)
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(la1)*math.Cos(la2)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radius * math.Asin(math.Sqrt(math.Min(1, h)))
}

// Tolerance is how far a repeated place may lie from the one given before the
// read-back counts as different, in metres (DEC-05): the stated precision, at
// least 100 m.
func (p Place) Tolerance() float64 { return math.Max(100, float64(p.PrecisionM)) }

package cell

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"parley/geo"
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

// Metres gives the distance between two places in metres: the length of the
// geodesic of WGS84, to the same bit at every desk (package geo).
func (p Place) Metres(q Place) float64 { return geo.Distance(p.Point(), q.Point()) }

// Tolerance is how far a repeated place may lie from the one given before the
// read-back counts as different, in metres (DEC-05): the stated precision, at
// least 100 m.
func (p Place) Tolerance() float64 { return math.Max(100, float64(p.PrecisionM)) }

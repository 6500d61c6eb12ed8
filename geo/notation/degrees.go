package notation

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"parley/geo"
)

// angle is one coordinate as it was written.
type angle struct {
	value     float64
	axis      byte    // 'N' for a latitude, 'E' for a longitude, 0 when it does not say
	precision float64 // half of the last digit, in degrees
	notation  string
	number    string // of a decimal one, as written
}

// number, and up to two parts of sixty after it; the letter of the axis before
// or behind.
var angleRE = regexp.MustCompile(`^([NSEW])? ?([+-])?(\d{1,3}(?:\.\d*)?) ?°? ?(?:(\d{1,2}(?:\.\d*)?) ?'? ?(?:(\d{1,2}(?:\.\d*)?) ?"?)?)? ?([NSEW])?$`)

// packed is the form of signals: 330734N 0354926E, 3307.56N 03549.44E.
var packedRE = regexp.MustCompile(`^(\d{2})(\d{2})(\d{2})?(\.\d+)?([NS]) ?,? ?(\d{3})(\d{2})(\d{2})?(\.\d+)?([EW])$`)

// axes are the coordinates, as words ask for them.
var axes = map[byte]string{'N': "latitude", 'E': "longitude"}

func readDegrees(s string, near Box) (Place, bool, error) {
	if m := packedRE.FindStringSubmatch(s); m != nil {
		lat, lon := m[1]+"°"+packed(m[2], m[3], m[4])+m[5], m[6]+"°"+packed(m[7], m[8], m[9])+m[10]
		s = lat + "," + lon
	}
	if powerRE.MatchString(s) {
		return Place{}, false, noAngle(s)
	}
	first, second, ok := halves(s)
	if !ok {
		return Place{}, false, nil
	}
	a, err := readAngle(first)
	if err != nil {
		return Place{}, false, err
	}
	b, err := readAngle(second)
	if err != nil {
		return Place{}, false, err
	}
	p := Place{Notation: a.notation}
	if b.notation != a.notation && len(b.notation) > len(a.notation) {
		p.Notation = b.notation
	}
	if a.axis != 0 && a.axis == b.axis {
		return Place{}, false, fault(FaultAxis, "both numbers say that they are a "+axes[a.axis], "axis", axes[a.axis])
	}
	if a.axis == 'E' || b.axis == 'N' {
		a, b = b, a
		p.Slips = append(p.Slips, Slip{Code: SlipLetter, Text: "longitude was written before latitude; the letters decide"})
	}
	if math.Abs(a.value) > 90 {
		code, why := FaultLatitude, fmt.Sprintf("latitude %v is not between -90 and 90", a.value)
		if math.Abs(b.value) <= 90 && math.Abs(a.value) <= 180 {
			code, why = FaultSwapped, why+": latitude comes first; they may be changed over"
		}
		return Place{}, false, fault(code, why, "value", a.value)
	}
	if math.Abs(b.value) > 180 {
		return Place{}, false, fault(FaultLongitude, fmt.Sprintf("longitude %v is not between -180 and 180", b.value), "value", b.value)
	}
	p.Point = geo.Point{Lat: a.value, Lon: b.value}
	p.PrecisionM = max(a.precision*110_574, b.precision*111_320*math.Cos(a.value*math.Pi/180))
	p.minutes(a, b, near)
	return p, true, nil
}

func packed(minutes, seconds, fraction string) string {
	if seconds == "" {
		return minutes + fraction + "'"
	}
	return minutes + "'" + seconds + fraction + `"`
}

// powerRE is a number as programs write it, 1E5: its E is no east.
var powerRE = regexp.MustCompile(`^[^NSW]*\d\.?E[+-]?\d[^NSW]*$`)

// halves parts a text into its two coordinates.
func halves(s string) (first, second string, ok bool) {
	if a, b, found := strings.Cut(s, ","); found {
		return strings.TrimSpace(a), strings.TrimSpace(b), !strings.Contains(b, ",")
	}
	if i := strings.IndexAny(s, "NSEW"); i > 0 && i == len(s)-1 { // 33 07 35 49 E: the one letter is the second's
		first, second, ok = halves(strings.TrimSpace(s[:i]))
		return first, second + s[i:], ok
	}
	if i := strings.IndexAny(s, "NS"); i > 0 && i < len(s)-1 { // 33 07 N 35 49 E
		return strings.TrimSpace(s[:i+1]), strings.TrimSpace(s[i+1:]), true
	}
	if i := strings.IndexAny(s, "EW"); i > 0 { // N33 07 E35 49, or 35 49 E 33 07 N
		if strings.ContainsAny(s[:i], "NS") {
			return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i:]), true
		}
		return strings.TrimSpace(s[:i+1]), strings.TrimSpace(s[i+1:]), true
	}
	if i := strings.Index(s, "°"); i > 0 && strings.Count(s, "°") == 2 {
		if j := strings.LastIndex(s[:strings.LastIndex(s, "°")], " "); j > i {
			return strings.TrimSpace(s[:j]), strings.TrimSpace(s[j:]), true
		}
	}
	f := strings.Fields(s)
	switch len(f) {
	case 2, 4, 6:
		h := len(f) / 2
		return strings.Join(f[:h], " "), strings.Join(f[h:], " "), true
	}
	return "", "", false
}

func noAngle(s string) error {
	return fault(FaultAngle, fmt.Sprintf("%q is read as no angle: write 33.1260 or 33°07.56'N or 33°07'34\"N", s), "text", s)
}

func readAngle(s string) (angle, error) {
	m := angleRE.FindStringSubmatch(s)
	if m == nil {
		return angle{}, noAngle(s)
	}
	a := angle{notation: Decimal, number: m[3]}
	a.value, _ = strconv.ParseFloat(m[3], 64)
	a.precision = math.Pow(10, -float64(decimals(m[3]))) / 2
	for i, part := range []string{m[4], m[5]} {
		if part == "" {
			break
		}
		if a.value != math.Trunc(a.value) && i == 0 || i == 1 && strings.Contains(m[4], ".") {
			return angle{}, fault(FaultFraction, fmt.Sprintf("%q has a fraction before its last part", s), "text", s)
		}
		v, _ := strconv.ParseFloat(part, 64)
		if v >= 60 {
			return angle{}, fault(FaultSixty, fmt.Sprintf("%q: %s is not below 60", s, []string{"minutes", "seconds"}[i]), "text", s, "part", []string{"minutes", "seconds"}[i])
		}
		in := []float64{60, 3600}[i]
		a.value, a.precision = a.value+v/in, math.Pow(10, -float64(decimals(part)))/2/in
		a.notation = []string{Minutes, Seconds}[i]
	}
	letter := m[1] + m[6]
	if len(letter) > 1 {
		return angle{}, fault(FaultLetters, fmt.Sprintf("%q has a letter at both ends", s), "text", s)
	}
	if letter != "" && m[2] != "" {
		return angle{}, fault(FaultLetters, fmt.Sprintf("%q has a sign and a letter: one of them", s), "text", s)
	}
	switch letter {
	case "N", "S":
		a.axis = 'N'
	case "E", "W":
		a.axis = 'E'
	}
	if m[2] == "-" || letter == "S" || letter == "W" {
		a.value = -a.value
	}
	return a, nil
}

// minutes looks whether decimals may be minutes in disguise: two or four
// digits, the first two of them below sixty, in both numbers, and what they
// would mean lies in the theatre (33°30′ written 33.30 is 22 km off).
func (p *Place) minutes(a, b angle, near Box) {
	x, okA := disguised(a)
	y, okB := disguised(b)
	if !okA || !okB || near == (Box{}) || p.Notation != Decimal {
		return
	}
	q := geo.Point{Lat: x, Lon: y}
	if near.Holds(q) && !near.Holds(p.Point) || near.Holds(q) && decimals(a.number) == 2 && decimals(b.number) == 2 {
		p.Slips = append(p.Slips, Slip{Code: SlipMinutes, Text: "two decimals, both below 60: they may be minutes", Try: write(q)})
	}
}

func disguised(a angle) (float64, bool) {
	whole, d, _ := strings.Cut(a.number, ".")
	if len(d) != 2 && len(d) != 4 {
		return 0, false
	}
	deg, _ := strconv.ParseFloat(whole, 64)
	min, _ := strconv.ParseFloat(d[:2], 64)
	sec := 0.0
	if len(d) == 4 {
		sec, _ = strconv.ParseFloat(d[2:], 64)
	}
	v := deg + min/60 + sec/3600
	return math.Copysign(v, a.value), min < 60 && sec < 60
}

// Write gives a point in a notation, to about a metre.
func Write(p geo.Point, notation string) (string, error) {
	switch notation {
	case Decimal:
		return fmt.Sprintf("%.6f, %.6f", p.Lat, p.Lon), nil
	case Minutes:
		return sixty(p.Lat, 1, "NS", 2) + " " + sixty(p.Lon, 1, "EW", 3), nil
	case Seconds:
		return sixty(p.Lat, 2, "NS", 2) + " " + sixty(p.Lon, 2, "EW", 3), nil
	case Grid:
		u, err := ToUTM(p)
		return fmt.Sprintf("%d%s %.0f %.0f", u.Zone, u.Hemisphere, u.Easting, u.Northing), err
	case Squares:
		return ToMGRS(p, 5)
	case Areas:
		return ToGARS(p, 2), nil
	}
	return "", fmt.Errorf("%q is no notation", notation)
}

// sixty writes an angle with minutes (parts 1, to a ten-thousandth) or with
// minutes and seconds (parts 2, to a hundredth).
func sixty(v float64, parts int, letters string, width int) string {
	letter := letters[0]
	if v < 0 {
		v, letter = -v, letters[1]
	}
	if parts == 1 {
		n := int64(math.Round(v * 60 * 10_000))
		return fmt.Sprintf("%0*d°%02d.%04d'%c", width, n/600_000, n/10_000%60, n%10_000, letter)
	}
	n := int64(math.Round(v * 3600 * 100))
	return fmt.Sprintf("%0*d°%02d'%02d.%02d\"%c", width, n/360_000, n/6_000%60, n/100%60, n%100, letter)
}

package notation

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"parley/geo"
)

// The notations.
const (
	Decimal = "DD"   // 33.1260, 35.8240
	Minutes = "DM"   // 33°07.56'N 35°49.44'E
	Seconds = "DMS"  // 33°07'33.6"N 35°49'26.4"E
	Grid    = "UTM"  // 36N 763474 3668806
	Squares = "MGRS" // 36S YB 63474 68805
	Areas   = "GARS" // 432LG17
)

// The slips that a text may hold, as codes for screens.
const (
	SlipSwapped   = "swapped"   // latitude and longitude may have changed places
	SlipMinutes   = "minutes"   // what was typed as decimals may be minutes
	SlipOutside   = "outside"   // outside the theatre
	SlipSquare    = "square"    // another grid square lies inside the theatre
	SlipAmbiguous = "ambiguous" // S is the band or the southern hemisphere
	SlipCoarse    = "coarse"    // names an area, not a point
	SlipLetter    = "letter"    // longitude was given before latitude
)

// Slip is one thing that looks wrong, or that whoever reads should know.
type Slip struct {
	Code   string            `json:"code"`
	Text   string            `json:"-"`      // in English; screens word the code
	Try    string            `json:"try"`    // what may have been meant, in decimals; "" for none
	Params map[string]string `json:"params"` // of the words
}

// Place is what a text says.
type Place struct {
	geo.Point
	Notation   string
	PrecisionM float64 // half the side of what the text can tell apart, in metres
	Slips      []Slip
}

// Box is the theatre: what lies outside it is worth a second look.
type Box struct{ South, West, North, East float64 }

// Holds reports whether a point lies in the box. The zero box holds everything.
func (b Box) Holds(p geo.Point) bool {
	return b == Box{} || p.Lat >= b.South && p.Lat <= b.North && p.Lon >= b.West && p.Lon <= b.East
}

// maxText is how long a place may be as text.
const maxText = 200

// Read reads a place in any of the notations. near is the theatre, by which
// slips are found; the zero box knows none. The error says what is wrong and
// how a place is written.
func Read(text string, near Box) (Place, error) {
	if len(text) > maxText {
		return Place{}, fault(FaultLong, fmt.Sprintf("%d bytes are no place: at most %d are read", len(text), maxText), "most", maxText)
	}
	s := tidy(text)
	if s == "" {
		return Place{}, fault(FaultNone, "no place is given: write 33.1260, 35.8240 or 36S YB 63474 68805")
	}
	for _, read := range []func(string, Box) (Place, bool, error){readMGRS, readUTM, readGARSText, readDegrees} {
		p, is, err := read(s, near)
		if err != nil {
			return Place{}, err
		}
		if is {
			return p, p.look(near)
		}
	}
	return Place{}, fault(FaultUnread, fmt.Sprintf("%q is read in no notation: write 33.1260, 35.8240 or 33°07'34\"N 35°49'26\"E or 36S YB 63474 68805 or 36N 763474 3668806", text), "text", s)
}

// look adds what a place outside the theatre suggests.
func (p *Place) look(near Box) error {
	if !(p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180) {
		return fault(FaultGlobe, fmt.Sprintf("latitude %v, longitude %v lie on no globe", p.Lat, p.Lon))
	}
	if near.Holds(p.Point) {
		return nil
	}
	if p.Notation != Squares && p.Notation != Grid && p.Notation != Areas {
		if q := (geo.Point{Lat: p.Lon, Lon: p.Lat}); near.Holds(q) {
			p.Slips = append(p.Slips, Slip{Code: SlipSwapped, Text: "outside the theatre, and inside it with latitude and longitude changed over", Try: write(q)})
			return nil
		}
	}
	p.Slips = append(p.Slips, Slip{Code: SlipOutside, Text: "outside the theatre"})
	return nil
}

func write(p geo.Point) string { return fmt.Sprintf("%.6f, %.6f", p.Lat, p.Lon) }

// tidy takes out what cannot be seen and makes one sign of many: directional
// marks, other digits, primes and degree signs as keyboards have them.
func tidy(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c >= '٠' && c <= '٩':
			return '0' + c - '٠'
		case c >= '۰' && c <= '۹':
			return '0' + c - '۰'
		case c == 0x061c || c >= 0x200b && c <= 0x200f || c >= 0x202a && c <= 0x202e || c >= 0x2060 && c <= 0x2069 || c == 0xfeff:
			return -1
		}
		switch c {
		case '\u00a0', '\t', '\n', '\u2009', '\u202f':
			return ' '
		case '٫':
			return '.'
		case '،', '٬', ';', '/':
			return ','
		case '−', '–', '—':
			return '-'
		case '′', '’', '‘', '`', '´', 'ʹ':
			return '\''
		case '″', '”', '“', 'ʺ':
			return '"'
		case 'º', '˚':
			return '°'
		}
		return c
	}, s)
	s = strings.ReplaceAll(s, "''", `"`)
	return strings.ToUpper(strings.Join(strings.Fields(s), " "))
}

var mgrsRE = regexp.MustCompile(`^(\d{1,2}) ?([A-Z]) ?([A-Z]) ?([A-Z])((?: ?\d+){0,2})$`)
var bareRE = regexp.MustCompile(`^([A-Z]{2}) ?(\d{2,5}) ?(\d{2,5})$`)

func readMGRS(s string, near Box) (Place, bool, error) {
	if bareRE.MatchString(s) {
		return Place{}, false, fault(FaultZoneless, fmt.Sprintf("%q lacks its grid zone: write it before the square, such as 36S %s", s, s), "text", s)
	}
	m := mgrsRE.FindStringSubmatch(s)
	if m == nil {
		return Place{}, false, nil
	}
	parts := strings.Fields(m[5])
	if len(parts) == 1 && len(parts[0])%2 == 0 {
		h := len(parts[0]) / 2
		parts = []string{parts[0][:h], parts[0][h:]}
	}
	if len(parts) == 1 || len(parts) == 2 && (len(parts[0]) != len(parts[1]) || len(parts[0]) > 5) {
		return Place{}, false, fault(FaultDigits, fmt.Sprintf("%q: easting and northing want equally many digits, at most five each; a digit may be missing", strings.TrimSpace(m[5])), "text", strings.TrimSpace(m[5]))
	}
	g := mgrs{band: m[2][0], col: m[3][0], row: m[4][0]}
	g.zone, _ = strconv.Atoi(m[1])
	if len(parts) == 2 {
		g.east, g.north = parts[0], parts[1]
	}
	at, half, err := g.point()
	if err != nil {
		if t := g.other(near); t != "" {
			return Place{}, false, wouldLie(err, t)
		}
		return Place{}, false, err
	}
	p := Place{Point: at, Notation: Squares, PrecisionM: half}
	if half > 500 {
		p.Slips = append(p.Slips, Slip{Code: SlipCoarse, Text: fmt.Sprintf("names a square of %.0f km: the place is its middle", half/500), Params: map[string]string{"size": fmt.Sprintf("%.0f km", half/500)}})
	}
	if !near.Holds(at) {
		if t := g.other(near); t != "" {
			p.Slips = append(p.Slips, Slip{Code: SlipSquare, Text: "outside the theatre; another square has these digits inside it", Try: t})
		}
	}
	return p, true, nil
}

// wouldLie adds to a fault what would lie in the theatre.
func wouldLie(err error, try string) error {
	if f, ok := errors.AsType[*geo.Fault](err); ok {
		f.Why += "; " + try + " would lie in the theatre"
		f.Params["try"] = try
	}
	return err
}

// other looks for a reference with the same digits inside the theatre: the
// square's letters transposed, a neighbouring zone, or else another band.
func (m mgrs) other(near Box) string {
	if near == (Box{}) {
		return ""
	}
	found := m.beside(near)
	for i := 0; len(found) == 0 && i < len(bands); i++ {
		t := m
		t.band = bands[i]
		if found = t.within(near); len(found) == 0 {
			found = t.beside(near)
		}
	}
	return strings.Join(found, " or ")
}

// beside gives the references in the theatre that differ from one by the order
// of the square's letters or by a zone.
func (m mgrs) beside(near Box) (found []string) {
	for _, zone := range []int{m.zone, m.zone - 1, m.zone + 1} {
		for _, letters := range [][2]byte{{m.col, m.row}, {m.row, m.col}} {
			t := m
			t.zone, t.col, t.row = zone, letters[0], letters[1]
			if t != m {
				found = append(found, t.within(near)...)
			}
		}
	}
	return found
}

// within gives a reference as it is written, when it lies in the theatre.
func (m mgrs) within(near Box) []string {
	if p, _, err := m.point(); err != nil || !near.Holds(p) {
		return nil
	}
	return []string{strings.TrimSpace(fmt.Sprintf("%d%c %s %s %s", m.zone, m.band, m.letters(), m.east, m.north))}
}

var utmRE = regexp.MustCompile(`^(\d{1,2}) ?([A-Z]) ?[, ] ?(\d{6}(?:\.\d+)?) ?M? ?E?[, ] ?(\d{1,8}(?:\.\d+)?) ?M? ?N?$`)

func readUTM(s string, near Box) (Place, bool, error) {
	m := utmRE.FindStringSubmatch(s)
	if m == nil {
		return Place{}, false, nil
	}
	u := UTM{Hemisphere: m[2]}
	u.Zone, _ = strconv.Atoi(m[1])
	u.Easting, _ = strconv.ParseFloat(m[3], 64)
	u.Northing, _ = strconv.ParseFloat(m[4], 64)
	half := math.Pow(10, -float64(decimals(m[4]))) / 2
	if m[2] != "N" && m[2] != "S" {
		if !strings.Contains(bands, m[2]) {
			return Place{}, false, fault(FaultHemisphere, fmt.Sprintf("%q is neither a hemisphere (N, S) nor a latitude band", m[2]), "text", m[2])
		}
		u.Hemisphere = "N"
		if m[2] < "N" {
			u.Hemisphere = "S"
		}
	}
	at, err := u.Point()
	if m[2] == "S" { // band S lies in the north
		u.Hemisphere = "N"
		if north, bad := u.Point(); bad == nil && bandOf(north.Lat) == 'S' {
			if err != nil || near != (Box{}) && near.Holds(north) && !near.Holds(at) {
				at, err, north = north, nil, at
			}
			p := Place{Point: at, Notation: Grid, PrecisionM: half}
			p.Slips = []Slip{{Code: SlipAmbiguous, Text: "S is read as " + sides[at.Lat >= 0] + "; write N or S for the hemisphere", Try: write(north), Params: map[string]string{"side": hemispheres[at.Lat >= 0]}}}
			return p, true, nil
		}
	}
	if err != nil {
		return Place{}, false, err
	}
	return Place{Point: at, Notation: Grid, PrecisionM: half}, true, nil
}

var hemispheres = map[bool]string{true: "north", false: "south"}

var sides = map[bool]string{true: "latitude band S, in the north", false: "the southern hemisphere"}

var garsRE = regexp.MustCompile(`^(\d{3}) ?([A-Z]{2})([1-4]?)([1-9]?)$`)

func readGARSText(s string, _ Box) (Place, bool, error) {
	m := garsRE.FindStringSubmatch(s)
	if m == nil {
		return Place{}, false, nil
	}
	cell, _ := strconv.Atoi(m[1])
	at, half, err := readGARS(cell, m[2], m[3]+m[4])
	if err != nil {
		return Place{}, false, err
	}
	p := Place{Point: at, Notation: Areas, PrecisionM: half * 111_000}
	p.Slips = []Slip{{Code: SlipCoarse, Text: fmt.Sprintf("names an area of %.0f minutes: the place is its middle", half*120), Params: map[string]string{"size": fmt.Sprintf("%.0f′", half*120)}}}
	return p, true, nil
}

func decimals(s string) int {
	_, d, _ := strings.Cut(s, ".")
	return len(d)
}

package notation

import (
	"fmt"
	"math"
	"strings"

	"parley/geo"
)

const (
	bands   = "CDEFGHJKLMNPQRSTUVWX" // of 8 degrees from 80° south; X has 12
	columns = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	rows    = "ABCDEFGHJKLMNPQRSTUV"
	square  = 100_000.0
)

func bandOf(lat float64) byte {
	last := len(bands) - 1
	if lat < 0 { // however little: added to 80 it may be lost
		last = len(bands)/2 - 1
	}
	return bands[min(last, int(math.Floor((lat+80)/8)))]
}

// ToMGRS gives a place in the Military Grid Reference System, with so many
// digits of each number (0 to 5: 100 km to 1 m). It truncates and does not
// round, as the system does: the reference names the square that holds the
// place. North of 84° and south of 80° it fails.
func ToMGRS(p geo.Point, digits int) (string, error) {
	if digits < 0 || digits > 5 {
		return "", fmt.Errorf("%d digits: MGRS has from 0 to 5", digits)
	}
	u, err := ToUTM(p)
	if err != nil {
		return "", err
	}
	// What is on a line to less than a nanometre is on it, but for the equator:
	// there the band has decided.
	east, north := math.Floor(u.Easting+1e-9), math.Floor(u.Northing+1e-9)
	if u.Hemisphere == "S" {
		north = min(north, falseNorth-1)
	}
	s := fmt.Sprintf("%02d%c %s", u.Zone, bandOf(p.Lat), squareOf(u.Zone, east, north))
	if digits == 0 {
		return s, nil
	}
	cut := math.Pow(10, float64(5-digits))
	return fmt.Sprintf("%s %0*d %0*d", s, digits, int(math.Mod(east, square)/cut), digits, int(math.Mod(north, square)/cut)), nil
}

// squareOf gives the two letters of a 100 km square: columns run through the
// alphabet over three zones, rows begin five later in even zones.
func squareOf(zone int, east, north float64) string {
	col := int(east/square) - 1 + (zone-1)%3*8
	row := int(math.Mod(north, 2_000_000) / square)
	if zone%2 == 0 {
		row += 5
	}
	return string([]byte{columns[col%len(columns)], rows[row%len(rows)]})
}

// mgrs is a grid reference taken apart.
type mgrs struct {
	zone        int
	band        byte
	col, row    byte
	east, north string // digits, equally many
}

// point gives the middle of the square that a reference names, and half its
// side in metres. The square is read when it holds any place of its zone and
// band; its middle may lie outside both.
func (m mgrs) point() (geo.Point, float64, error) {
	if err := m.lettered(); err != nil {
		return geo.Point{}, 0, err
	}
	col := strings.IndexByte(columns, m.col) - (m.zone-1)%3*8
	if col < 0 || col > 7 {
		return geo.Point{}, 0, m.columnless(columns[(m.zone-1)%3*8], columns[(m.zone-1)%3*8+7])
	}
	row := strings.IndexByte(rows, m.row)
	if m.zone%2 == 0 {
		row = (row + len(rows) - 5) % len(rows)
	}
	side := math.Pow(10, float64(5-len(m.east)))
	u := UTM{Zone: m.zone, Hemisphere: "N", Easting: float64(col+1)*square + digitsOf(m.east, side)}
	if m.band < 'N' {
		u.Hemisphere = "S"
	}
	part := partOf(m.zone, m.band)
	for cycle := range 5 {
		u.Northing = float64(row)*square + digitsOf(m.north, side) + float64(cycle)*2_000_000
		inner, is := part.reached(u, side)
		if !is {
			continue
		}
		middle := UTM{u.Zone, u.Hemisphere, u.Easting + side/2, u.Northing + side/2}.unproject()
		if inner > part.side(u)+hair {
			return geo.Point{}, 0, m.elsewhere(fmt.Sprintf("square %s lies outside zone %d: its longitude is %.4f", m.letters(), m.zone, middle.Lon))
		}
		middle.Lat = max(-80, min(middle.Lat, 84-1e-8)) // beyond lie the poles, which are not handled
		return middle, side / 2, nil
	}
	south, north := latitudes(m.band)
	return geo.Point{}, 0, m.elsewhere(fmt.Sprintf("square %s does not lie in band %c of zone %d, which runs from latitude %.0f to %.0f: check the letters", m.letters(), m.band, m.zone, south, north))
}

// lettered refuses a zone and letters that the grid has nowhere.
func (m mgrs) lettered() error {
	switch {
	case m.zone < 1 || m.zone > 60:
		return fault(FaultZone, fmt.Sprintf("grid zone %d: they run from 1 to 60", m.zone), "zone", m.zone)
	case strings.IndexByte(bands, m.band) < 0:
		return fault(FaultBand, fmt.Sprintf("there is no latitude band %c: the letters run from C to X without I and O", m.band), "band", string(m.band))
	case strings.IndexByte(columns, m.col) < 0 || strings.IndexByte(rows, m.row) < 0:
		return fault(FaultSquare, fmt.Sprintf("there is no grid square %s: I and O are not used, and the second letter is A to V", m.letters()), "square", m.letters())
	}
	return nil
}

func (m mgrs) letters() string { return string([]byte{m.col, m.row}) }

func (m mgrs) columnless(first, last byte) error {
	return fault(FaultColumn, fmt.Sprintf("there is no square %s in zone %d: its columns run from %c to %c", m.letters(), m.zone, first, last),
		"square", m.letters(), "zone", m.zone, "first", string(first), "last", string(last))
}

func (m mgrs) elsewhere(why string) error {
	return fault(FaultElsewhere, why, "square", m.letters(), "zone", fmt.Sprintf("%d%c", m.zone, m.band))
}

func digitsOf(s string, side float64) float64 {
	n := 0.0
	for _, c := range s {
		n = n*10 + float64(c-'0')
	}
	return n * side
}

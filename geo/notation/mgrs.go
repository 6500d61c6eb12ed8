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
	return bands[min(len(bands)-1, int(math.Floor((lat+80)/8)))]
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
	// What is on a line to less than a nanometre is on it.
	east, north := math.Floor(u.Easting+1e-9), math.Floor(u.Northing+1e-9)
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
// side in metres.
func (m mgrs) point() (geo.Point, float64, error) {
	col := strings.IndexByte(columns, m.col) - (m.zone-1)%3*8
	if col < 0 || col > 7 {
		return geo.Point{}, 0, m.columnless(columns[(m.zone-1)%3*8], columns[(m.zone-1)%3*8+7])
	}
	row := strings.IndexByte(rows, m.row)
	if m.zone%2 == 0 {
		row = (row + len(rows) - 5) % len(rows)
	}
	side := math.Pow(10, float64(5-len(m.east)))
	u := UTM{Zone: m.zone, Hemisphere: "N", Easting: float64(col+1)*square + digitsOf(m.east, side) + side/2}
	if m.band < 'N' {
		u.Hemisphere = "S"
	}
	band := strings.IndexByte(bands, m.band)
	south := float64(band*8 - 80)
	north := south + 8
	if m.band == 'X' {
		north = 84
	}
	within := float64(row)*square + digitsOf(m.north, side) + side/2
	var best geo.Point
	off := math.Inf(1)
	for cycle := range 5 {
		u.Northing = within + float64(cycle)*2_000_000
		p, err := u.Point()
		if err != nil {
			continue
		}
		if d := max(0, south-p.Lat, p.Lat-north); d < off {
			best, off = p, d
		}
	}
	if slack := side / 2 / 110_000; off > slack+1e-9 {
		return geo.Point{}, 0, m.elsewhere(fmt.Sprintf("square %c%c does not lie in band %c of zone %d, which runs from latitude %.0f to %.0f: check the letters", m.col, m.row, m.band, m.zone, south, north))
	}
	if z := ZoneOf(best); z != m.zone && math.Abs(math.Remainder(best.Lon-meridian(m.zone), 360)) > 3+side/90_000 && z != 0 && !nearEdge(best, m.zone, side) {
		return geo.Point{}, 0, m.elsewhere(fmt.Sprintf("square %c%c lies outside zone %d: its longitude is %.4f", m.col, m.row, m.zone, best.Lon))
	}
	return best, side / 2, nil
}

func (m mgrs) letters() string { return string([]byte{m.col, m.row}) }

func (m mgrs) columnless(first, last byte) error {
	return fault(FaultColumn, fmt.Sprintf("there is no square %s in zone %d: its columns run from %c to %c", m.letters(), m.zone, first, last),
		"square", m.letters(), "zone", m.zone, "first", string(first), "last", string(last))
}

func (m mgrs) elsewhere(why string) error {
	return fault(FaultElsewhere, why, "square", m.letters(), "zone", fmt.Sprintf("%d%c", m.zone, m.band))
}

// nearEdge reports whether the square of a place still reaches its zone.
func nearEdge(p geo.Point, zone int, side float64) bool {
	reach := side / 2 / (111_000 * max(0.05, math.Cos(p.Lat*math.Pi/180)))
	for _, d := range []float64{-reach, reach} {
		if ZoneOf(geo.Point{Lat: p.Lat, Lon: p.Lon + d}) == zone {
			return true
		}
	}
	return false
}

func digitsOf(s string, side float64) float64 {
	n := 0.0
	for _, c := range s {
		n = n*10 + float64(c-'0')
	}
	return n * side
}

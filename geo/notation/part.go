package notation

import (
	"fmt"
	"math"
	"strings"
)

// hair is what two edges may be apart and still meet, in degrees: a tenth of a
// millimetre, far above what the projection is off by.
const hair = 1e-9

// part is where a band lies in a zone: latitudes as distances from the equator,
// longitudes as distances from the zone's meridian, all in degrees.
type part struct{ near, far, west, east float64 }

// wide are the parts that reach beyond three degrees, for south-west Norway and
// Svalbard: how far to the west and to the east.
var wide = map[string][2]float64{"32V": {6, 3}, "31X": {3, 6}, "33X": {6, 6}, "35X": {6, 6}, "37X": {6, 3}}

// partOf gives the part of a band in a zone. What Norway and Svalbard take from
// their neighbours is left to these too: maps print it, and no place is mistaken.
func partOf(zone int, band byte) part {
	south, north := latitudes(band)
	p := part{min(math.Abs(south), math.Abs(north)), max(math.Abs(south), math.Abs(north)), 3, 3}
	if w, is := wide[fmt.Sprintf("%d%c", zone, band)]; is {
		p.west, p.east = w[0], w[1]
	}
	return p
}

// latitudes gives those between which a band lies.
func latitudes(band byte) (south, north float64) {
	south = float64(strings.IndexByte(bands, band)*8 - 80)
	if band == 'X' {
		return south, 84
	}
	return south, south + 8
}

// side gives how far the part reaches on the side of the meridian on which a
// square lies. None lies on both: the meridian is a line of the grid.
func (p part) side(corner UTM) float64 {
	if corner.Easting < falseEast {
		return p.west
	}
	return p.east
}

// reached reports whether a square, given by its south-western corner, holds
// latitudes of the part, and how far from the meridian it first does.
//
// On the grid, a step from the meridian leads to a lower latitude and further
// from the meridian; a step from the equator to a higher latitude and, at that
// easting, to no lower distance in degrees. So the square's corner by meridian
// and equator is the nearest; where that is below the part, the first latitude
// of it on the edge along the meridian is; where it is beyond the part, the
// last latitude of it on the edge along the equator.
func (p part) reached(corner UTM, side float64) (float64, bool) {
	start, out, up := corner, side, side
	if corner.Easting < falseEast {
		start.Easting, out = start.Easting+side, -side
	}
	if corner.Hemisphere == "S" {
		start.Northing, up = start.Northing+side, -side
	}
	switch lat, lon := start.off(); {
	case lat < p.near-hair:
		return walk(start, 0, up, func(lat float64) bool { return lat >= p.near-hair })
	case lat > p.far+hair:
		return walk(start, out, 0, func(lat float64) bool { return lat <= p.far+hair })
	default:
		return lon, true
	}
}

// off gives how far a place is from the equator and from its zone's meridian.
func (u UTM) off() (lat, lon float64) {
	p := u.unproject()
	return math.Abs(p.Lat), math.Abs(math.Remainder(p.Lon-meridian(u.Zone), 360))
}

// walk goes along an edge to the first place whose latitude will do, and gives
// how far from the meridian that is; false when there is none.
func walk(start UTM, east, north float64, will func(lat float64) bool) (float64, bool) {
	at := func(t float64) UTM {
		return UTM{start.Zone, start.Hemisphere, start.Easting + t*east, start.Northing + t*north}
	}
	if lat, _ := at(1).off(); !will(lat) {
		return 0, false
	}
	low, high := 0.0, 1.0
	for range 50 {
		middle := (low + high) / 2
		if lat, _ := at(middle).off(); will(lat) {
			high = middle
		} else {
			low = middle
		}
	}
	_, lon := at(high).off()
	return lon, true
}

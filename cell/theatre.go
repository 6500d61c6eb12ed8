package cell

import "parley/geo"

// theatreRoom is how far around what the charter names the theatre reaches, in
// degrees: what lies outside is worth a second look (XC-06).
const theatreRoom = 0.5

// Theatre is the box around the places, lines and zones of a charter with room
// around it, in degrees. That of a charter which names none is all zero, and
// holds everything.
type Theatre struct{ South, West, North, East float64 }

// Theatre gives the theatre of the charter.
func (c *Charter) Theatre() Theatre {
	var named []Point
	for _, p := range c.Places {
		named = append(named, Point{p.Lat, p.Lon})
	}
	for _, l := range c.Lines {
		named = append(named, l.Line...)
	}
	for _, z := range c.Zones {
		named = append(append(append(named, z.Ring...), z.Line...), z.Centre...)
	}
	var t Theatre
	for i, q := range points(named) {
		if i == 0 {
			t = Theatre{q.Lat, q.Lon, q.Lat, q.Lon}
		}
		t = Theatre{min(t.South, q.Lat), min(t.West, q.Lon), max(t.North, q.Lat), max(t.East, q.Lon)}
	}
	if len(named) == 0 {
		return t
	}
	return Theatre{t.South - theatreRoom, t.West - theatreRoom, t.North + theatreRoom, t.East + theatreRoom}
}

// Holds reports whether a point lies in the theatre.
func (t Theatre) Holds(p geo.Point) bool {
	return t == Theatre{} || p.Lat >= t.South && p.Lat <= t.North && p.Lon >= t.West && p.Lon <= t.East
}

// Swapped reports whether latitude and longitude of a place must have changed
// places: all its points lie outside the theatre, and all of them inside it when
// each is read the other way round. It gives the first as it may have been meant.
func (t Theatre) Swapped(list ...Point) (meant Point, ok bool) {
	for _, given := range list {
		p := given.geo()
		if t.Holds(p) || !t.Holds(geo.Point{Lat: p.Lon, Lon: p.Lat}) {
			return Point{}, false
		}
	}
	if len(list) == 0 {
		return Point{}, false
	}
	return Point{list[0].Lon, list[0].Lat}, true
}

// Outside reports whether all points of a place lie outside the theatre.
func (t Theatre) Outside(list ...Point) bool {
	for _, p := range list {
		if t.Holds(p.geo()) {
			return false
		}
	}
	return len(list) > 0
}

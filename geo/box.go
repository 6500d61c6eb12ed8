package geo

// Box is the least span of latitudes and longitudes around a shape with some
// metres around it, in units of 1e-8 degrees: what an index keeps. Two shapes
// that are no farther apart than the metres have boxes that meet, if one of them
// was given those metres.
type Box struct{ South, West, North, East int64 }

// wholeTurn is 360 degrees of longitude, in units.
const wholeTurn = fullCircle

// BoxOf gives the box of a shape with some metres around it.
func BoxOf(s Shape, marginM float64) Box {
	f := s.figure()
	if f.empty() {
		return Box{1, 1, 0, 0} // meets nothing
	}
	b := f.box.wider(max(0, marginM) + touchM)
	return Box{b.south, b.west, b.north, b.east}
}

// Empty reports whether the box is that of no shape.
func (b Box) Empty() bool { return b.North < b.South }

// Meets reports whether two boxes share a point, also across the antimeridian.
func (b Box) Meets(c Box) bool {
	if b.Empty() || c.Empty() || b.North < c.South || c.North < b.South {
		return false
	}
	for _, by := range []int64{0, wholeTurn, -wholeTurn} {
		if b.West+by <= c.East && c.West <= b.East+by {
			return true
		}
	}
	return false
}

// Turns gives the box as often as it must be looked for where longitudes run
// from -180 to 180 degrees: once, and again a whole turn on where it leaves them.
func (b Box) Turns() []Box {
	out := []Box{b}
	if b.West < -fullCircle/2 {
		out = append(out, Box{b.South, b.West + wholeTurn, b.North, b.East + wholeTurn})
	}
	if b.East > fullCircle/2 {
		out = append(out, Box{b.South, b.West - wholeTurn, b.North, b.East - wholeTurn})
	}
	return out
}

package geo

// In gives between what two heights a height lies when it is measured from
// something else, in metres (DEC-11). It is exact for its own reference, and as
// wide as the ground or the geoid may vary for another. ok is false where
// there is no height, or no such reference.
func (h Height) In(reference string, g Ground) (low, high float64, ok bool) {
	from, to := level(h.Reference), level(reference)
	if from < 0 || to < 0 {
		return 0, 0, false
	}
	low, high = h.M-h.OffM, h.M+h.OffM
	if g == (Ground{}) {
		g = wholeEarth
	}
	for ; from < to; from++ { // up: over the ground, then over the sea
		low, high = low+lift(from, g).low, high+lift(from, g).high
	}
	for ; from > to; from-- { // and down again
		low, high = low-lift(from-1, g).high, high-lift(from-1, g).low
	}
	return low, high, true
}

// level orders the references from the ground up: the ground, the sea above
// which it lies, the ellipsoid above which the sea lies.
func level(reference string) int {
	switch reference {
	case AGL, Surface:
		return 0
	case MSL:
		return 1
	case Ellipsoid:
		return 2
	}
	return -1
}

// lift is by how much the next reference lies below a level.
func lift(level int, g Ground) (by struct{ low, high float64 }) {
	by.low, by.high = g.LowM, g.HighM
	if level == 1 {
		by.low, by.high = g.GeoidLowM, g.GeoidHighM
	}
	return by
}

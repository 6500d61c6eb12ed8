package geo

const noLimit = 1e9 // metres, of a band that is open

// wholeEarth: the shores of the Dead Sea to Everest, and the geoid of EGM96.
var wholeEarth = Ground{-440, 8849, -107, 86}

// between is the least height between two bands, and by which rule it was
// found. together says that the same ground lies below both; side by side, what
// is measured from the ground is compared by what the ground may be. Where one
// has no band, or the ground decides and may lie anywhere, it is 0.
func (v Volume) between(w Volume, together bool, g Ground) (metres float64, rule string) {
	if v.Low.Reference == "" && v.High.Reference == "" || w.Low.Reference == "" && w.High.Reference == "" {
		return 0, ByArea
	}
	up, exactUp := v.over(w, together, g)
	down, exactDown := w.over(v, together, g)
	rule = ByEstimate
	if exactUp && exactDown {
		rule = ByHeight
	}
	return max(0, up, down), rule
}

// over is by how much all of a band lies above all of another, at least; less
// than nothing where it may not.
func (v Volume) over(w Volume, together bool, g Ground) (metres float64, exact bool) {
	metres, exact = noLimit, true
	for _, low := range v.ends(v.Low, g) {
		for _, high := range w.ends(w.High, g) {
			by, sure := low.over(high, together, g)
			metres, exact = min(metres, by), exact && sure
		}
	}
	return metres, exact
}

// ends gives what may be the end of a band: its own, or either where the ground,
// or by how much they may be off, may turn the two upside down.
func (v Volume) ends(own Height, g Ground) []Height {
	if by, _ := v.High.over(v.Low, true, g); v.Low.Reference == "" || v.High.Reference == "" || by >= 0 {
		return []Height{own}
	}
	return []Height{v.Low, v.High}
}

// over is by how much a height lies above another, at least, and whether the
// ground has no say in it. No height is no limit, and above nothing.
func (h Height) over(o Height, together bool, g Ground) (metres float64, exact bool) {
	if h.Reference == "" || o.Reference == "" {
		return -noLimit, true
	}
	from, to, common := level(h.Reference), level(o.Reference), h.Reference
	beside := from == 0 && to == 0 && !together // each over its own ground
	switch {
	case beside:
		common = MSL
	case to > from:
		common = o.Reference
	}
	low, _, _ := h.In(common, g)
	_, high, _ := o.In(common, g)
	flat := g != (Ground{}) && g.LowM == g.HighM
	return low - high, from == to && (!beside || flat)
}

// UpsideDown reports whether the top of a band lies below its bottom wherever
// the ground of a theatre may lie (DEC-11). How much either may be off has no
// say in it.
func UpsideDown(low, high Height, g Ground) bool {
	low.OffM, high.OffM = 0, 0
	by, _ := low.over(high, true, g)
	return by > 0
}

// Band gives the least and the greatest height of a volume, in metres above its
// own reference; reference is "" when it has none, or more than one: then the
// band is no help in telling two volumes apart.
func (v Volume) Band() (low, high float64, reference string) {
	if v.Low.Reference == "" || v.Low.Reference != v.High.Reference {
		return -noLimit, noLimit, ""
	}
	return min(v.Low.M-v.Low.OffM, v.High.M-v.High.OffM), max(v.Low.M+v.Low.OffM, v.High.M+v.High.OffM), v.Low.Reference
}

// Above gives the least and the greatest height of a volume above the ellipsoid,
// in metres, by what the ground may be; a volume without heights may be at any.
func (v Volume) Above(g Ground) (low, high float64) {
	low, high = noLimit, -noLimit
	for _, h := range v.ends(v.Low, g) {
		least, _, ok := h.In(Ellipsoid, g)
		if !ok {
			least = -noLimit
		}
		low = min(low, least)
	}
	for _, h := range v.ends(v.High, g) {
		_, most, ok := h.In(Ellipsoid, g)
		if !ok {
			most = noLimit
		}
		high = max(high, most)
	}
	return low, high
}

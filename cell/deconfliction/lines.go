package deconfliction

import (
	"cmp"
	"math"
	"slices"

	"parley/cell"
	"parley/geo"
)

// Apart is how far a notice is from a line that the agreement draws, as computed
// (DEC-12).
type Apart struct {
	Line      string  `json:"line"` // its ID in the charter
	Name      cell.T3 `json:"name"`
	DistanceM int64   `json:"distance_m"` // the shortest way over the ellipsoid, rounded down; 0: it touches the line
}

// apart gives how far volumes are from the lines of the charter, the nearest
// first.
func apart(vs []geo.Volume, c *cell.Charter) []Apart {
	out := []Apart{}
	for _, l := range c.Lines {
		if line, ok := l.Shape(); ok && len(vs) > 0 {
			d := math.Inf(1)
			for _, v := range vs {
				d = min(d, geo.Gap(line, v.Shape))
			}
			out = append(out, Apart{l.ID, l.Name, int64(math.Floor(min(d+0.001, math.MaxInt32)))})
		}
	}
	slices.SortStableFunc(out, func(a, b Apart) int { return cmp.Compare(a.DistanceM, b.DistanceM) })
	return out
}

package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Square is one square of a grid over latitudes and longitudes: its place
// counted in sides of the grid from the equator and from Greenwich, to the north
// and to the east.
type Square struct{ North, East int64 }

// Compare orders squares from south to north, and from west to east.
func (s Square) Compare(t Square) int {
	return cmp.Or(cmp.Compare(s.North, t.North), cmp.Compare(s.East, t.East))
}

// MaxSquares is how many squares a shape may be laid over at most.
const MaxSquares = 20_000

// Grid is a grid whose squares are as many seconds of arc wide and high: 60 are
// a minute, about 1.9 km from south to north.
type Grid int64

// MaxGrid is the widest grid: a quarter of a degree.
const MaxGrid Grid = 900

// A second of arc in units of 1e-8 degrees, as a fraction: it is no whole number.
const unitsNumerator, unitsDenominator = 1e8, 3600

// at gives the place of a coordinate in units on the grid.
func (g Grid) at(units int64) int64 {
	return int64(math.Floor(float64(units*unitsDenominator) / float64(int64(g)*unitsNumerator)))
}

// edge gives where a row or column begins, in degrees.
func (g Grid) edge(i int64) float64 { return float64(i*int64(g)) / unitsDenominator }

// Bounds gives the edges of a square, in degrees.
func (g Grid) Bounds(s Square) (south, west, north, east float64) {
	return g.edge(s.North), g.edge(s.East), g.edge(s.North + 1), g.edge(s.East + 1)
}

// Squares gives the squares that a shape with some metres around it touches:
// perhaps one more, and never one fewer. They are sorted. One grid is the same
// for everybody: what is answered by squares tells no more of a shape than in
// which of them it lies. A shape over more than [MaxSquares] is refused.
func (g Grid) Squares(s Shape, marginM float64) ([]Square, error) {
	if g < 1 || g > MaxGrid {
		return nil, fmt.Errorf("a grid of %d seconds of arc is not between 1 and %d", g, MaxGrid)
	}
	box := BoxOf(s, marginM)
	if box.Empty() {
		return nil, fmt.Errorf("no area is given")
	}
	south, north, west, east := g.at(box.South), g.at(box.North), g.at(box.West), g.at(box.East)
	if n := g.Count(s, marginM); n > MaxSquares {
		return nil, fmt.Errorf("the area lies over %.0f squares of the grid, more than %d", n, MaxSquares)
	}
	var out []Square
	for i := south; i <= north; i++ {
		for j := west; j <= east; j++ {
			if g.touches(Square{i, j}, s, marginM) {
				out = append(out, Square{i, j})
			}
		}
	}
	return out, nil
}

// Count gives how many squares the box around a shape with some metres around it
// covers: more than the shape does.
func (g Grid) Count(s Shape, marginM float64) float64 {
	box := BoxOf(s, marginM)
	if g < 1 || box.Empty() {
		return 0
	}
	return float64((g.at(box.North) - g.at(box.South) + 1) * (g.at(box.East) - g.at(box.West) + 1))
}

// touches reports whether a shape comes as near to a square as some metres. The
// edges of a square run along parallels and those of a polygon are geodesics, so
// what lies between the two is added.
func (g Grid) touches(sq Square, s Shape, marginM float64) bool {
	south, west, north, east := g.Bounds(sq)
	p, err := Polygon([]Point{{south, west}, {south, east}, {north, east}, {north, west}})
	if err != nil {
		return true // at the edge of what geometry takes
	}
	f, h := pair(p.figure(), s.figure())
	reach := marginM + g.bow(max(math.Abs(south), math.Abs(north))) + touchM
	return f.gap(h, reach+touchM) <= reach
}

// bow is by how many metres at most a geodesic as long as the side of a square
// leaves the parallel of its ends.
func (g Grid) bow(lat float64) float64 {
	sin, cos := sincos(float64(lat * 1e8))
	side := float64(float64(g) * 31)                                       // metres in a second of arc, at most
	return float64(float64(side*side)*float64(cos*sin))/50_000_000 + gridM // eight radii of the Earth, a little less
}

// Around gives squares with all those beside them, sorted.
func (g Grid) Around(list []Square) []Square {
	var out []Square
	for _, s := range list {
		for i := int64(-1); i <= 1; i++ {
			for j := int64(-1); j <= 1; j++ {
				out = append(out, Square{s.North + i, s.East + j})
			}
		}
	}
	slices.SortFunc(out, Square.Compare)
	return slices.Compact(out)
}

// AreaM2 gives the ground of some squares, in square metres, to about one in a
// hundred.
func (g Grid) AreaM2(list []Square) float64 {
	total := 0.0
	for _, s := range list {
		south, _, north, _ := g.Bounds(s)
		_, cos := sincos(float64((south + north) / 2 * 1e8))
		side := float64(float64(g) * 30.9)
		total += float64(float64(side*side) * cos)
	}
	return total
}

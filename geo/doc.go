// Package geo answers the two questions that desks ask about areas on the
// ground: do these two areas touch, and how far apart are they; every desk
// gets the same answer, to the last bit, on any machine.
//
// An area is a [Shape]: a polygon with holes, a corridor around a line, or a
// circle, of at most [MaxPoints] points. It spans at most five degrees and
// touches neither a pole nor the antimeridian. Two shapes may lie anywhere on
// Earth. A [Volume] adds a band of height and a window of time.
//
// # What is exact
//
// Coordinates are taken to the eighth decimal of a degree, about a
// millimetre, and from there on they are whole numbers. An edge is the
// shortest way over the WGS84 ellipsoid, a geodesic: one of 60 km along a
// parallel at middle latitudes bows by 47 m from it. It is parted into pieces
// that are straight in latitude and longitude and lie nowhere more than a
// millimetre beside it. Whether two borders cross, touch or contain each other
// is then decided in whole numbers, with no rounding at all. A line that an
// agreement draws along a parallel is given with points between ([Straight]).
//
// # What is measured
//
// Every distance that decides is the length of the shortest way (C. F. F.
// Karney, "Algorithms for geodesics", 2013), held against GeographicLib. The
// place on an edge that is nearest is found in the plane of metres around a
// point, and where that is only about right, by the distances of its ends and
// its middle. Beyond ten degrees, where nothing is to be kept apart, distances
// between areas are within 0.6 %.
//
// A circle holds the points whose distance from its centre is at most its
// radius. Shapes are closed: their edges belong to them.
//
// # The grid
//
// A distance that decides anything is first rounded down to whole
// millimetres. Shapes less than a millimetre apart therefore touch, and
// touching is an overlap. Two notices that share a border which one of them
// splits by another point, rounded to eight decimals, still touch.
//
// # The same on every machine
//
// Some processors multiply and add in one step, with one rounding instead of
// two, and compilers use it unasked, in the library's sine as well. Two desks
// could then differ in the last bit, and so in what they warn of. Here each
// product of fractions is rounded by an explicit conversion, as the language
// provides, the sine is the package's own, and a test reads the source for
// products that are not. The two shapes are put into one order before
// anything is computed, so that it does not matter which was named first.
//
// The package reads no clock, no file and no network and holds no state.
package geo

// Package geo answers the two questions that desks ask about areas on the
// ground: do these two areas touch, and how far apart are they; every desk
// gets the same answer, to the last bit, on any machine.
//
// An area is a [Shape]: a polygon of at most [MaxPoints] points, or a circle.
// It spans at most two degrees and touches neither a pole nor the
// antimeridian. Two shapes may lie anywhere on Earth.
//
// # What is exact
//
// Coordinates are taken to the eighth decimal of a degree, about a
// millimetre, and from there on they are whole numbers. An edge of a polygon
// is straight in latitude and longitude: along it both change in the same
// proportion. Where that is not the shortest path, the two part by about a
// metre on an edge of 10 km at middle latitudes, by about a hundred on one of
// 100 km. Whether two polygons cross, touch or contain each other is
// decided in whole numbers, with no rounding at all.
//
// # What is measured
//
// Distances are over the WGS84 ellipsoid: the straight line through the Earth
// between two points, lengthened to the arc over it. Callers may count on
// 0.1 % up to 200 km and 0.6 % beyond; tests find a millionth up to 200 km.
// The place on an edge that is nearest to a point is found in the plane of
// metres around that point, with the radii of curvature at its latitude.
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

// Package notation reads and writes places as people write them: degrees in
// decimals, with minutes, with seconds, UTM, MGRS and GARS, on WGS84.
//
// What is read is given back with the notation that it was taken for, how
// precise it is by the way it was written, and what looks like a slip: axes
// that may be swapped, minutes that may have been read as decimals, a grid
// square that lies nowhere. A slip is named, never put right unasked.
//
// The theatre of a cell may lie across the edge of a grid zone, where two
// points a few metres apart have eastings that differ by hundreds of
// kilometres (XC-06). Whatever is read goes through latitude and longitude.
//
// The poles are not handled: north of 84° and south of 80° there is no UTM.
package notation

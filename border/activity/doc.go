// Package activity reads planned activities as other systems write them, so
// that a clash can be found before anything is filed: GeoJSON features (RFC
// 7946) with a window and a band of height among their properties, and the
// 4D volumes of the drone-traffic standard ASTM F3548-21.
//
// What is read is a draft at most: nothing is filed by reading. What does not
// say where, when, how high and above what is refused with the place of the
// fault.
package activity

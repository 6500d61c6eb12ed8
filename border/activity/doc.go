// Package activity reads planned activities as other systems write them, and
// writes them for others (DEC-14): GeoJSON features (RFC 7946) with a window
// and a band of height among their properties, KML 2.2, the 4D volumes of the
// drone-traffic standard ASTM F3548-21, and tables of movements with HXL tags.
//
// What is read is a draft at most: nothing is filed by reading. What does not
// say where, when, how high and above what is refused with the place of the
// fault, as a code that screens word in the reader's language; what could have
// been meant otherwise is a slip. A file is read whole or not at all, nothing
// that it names is fetched, and its size, depth and numbers have limits.
//
// Whatever is drawn for others contains the area that it stands for, and what
// comes back is the same within a metre. docs/formats/borders.md describes it.
package activity

package notation

import "parley/geo"

// Why a text is no place, as codes for screens: the words are under
// "notation.fault." in the catalogues.
const (
	FaultNone       = "none"       // nothing is given
	FaultLong       = "long"       // too much text
	FaultUnread     = "unread"     // no notation reads it
	FaultGlobe      = "globe"      // on no globe
	FaultZoneless   = "zoneless"   // a grid square without its zone
	FaultZone       = "zone"       // no such grid zone
	FaultBand       = "band"       // no such latitude band
	FaultSquare     = "square"     // no such letters of a square
	FaultDigits     = "digits"     // easting and northing have not equally many digits
	FaultColumn     = "column"     // no such square in its zone
	FaultElsewhere  = "elsewhere"  // the square does not lie in its band or zone
	FaultHemisphere = "hemisphere" // neither N nor S nor a band
	FaultGrid       = "grid"       // an easting or northing of no zone
	FaultArea       = "area"       // no GARS area
	FaultAngle      = "angle"      // no angle
	FaultFraction   = "fraction"   // a fraction before the last part
	FaultSixty      = "sixty"      // minutes or seconds of 60 and more
	FaultLetters    = "letters"    // a letter at both ends, or a letter and a sign
	FaultAxis       = "axis"       // both are latitudes, or both longitudes
	FaultLatitude   = "latitude"
	FaultLongitude  = "longitude"
	FaultSwapped    = "swapped" // no latitude, and one if the two change places
)

// Faults lists every code.
func Faults() []string {
	return []string{FaultNone, FaultLong, FaultUnread, FaultGlobe, FaultZoneless, FaultZone, FaultBand, FaultSquare, FaultDigits, FaultColumn, FaultElsewhere,
		FaultHemisphere, FaultGrid, FaultArea, FaultAngle, FaultFraction, FaultSixty, FaultLetters, FaultAxis, FaultLatitude, FaultLongitude, FaultSwapped}
}

// Slips lists the codes of slips, whose words are under "notation.slip.".
func Slips() []string {
	return []string{SlipSwapped, SlipMinutes, SlipOutside, SlipSquare, SlipAmbiguous, SlipCoarse, SlipLetter}
}

func fault(code, why string, pairs ...any) *geo.Fault { return geo.NewFault(code, why, pairs...) }

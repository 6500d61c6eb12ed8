package geo

import "fmt"

// Fault is why points, a radius or a text give no place and no area. Screens
// word the code in the reader's language, with the parameters; Why says the
// same in English.
type Fault struct {
	Code   string
	Params map[string]string
	Why    string
}

// The codes of shapes. Their words are under "shape." in the catalogues.
const (
	FaultRepeat       = "repeat"       // a point repeats the one before it
	FaultFlat         = "flat"         // all points lie on one line
	FaultBack         = "back"         // an edge runs back over the one before it
	FaultCross        = "cross"        // two edges cross
	FaultTouch        = "touch"        // two edges touch
	FaultFew          = "few"          // too few points
	FaultMany         = "many"         // too many points
	FaultLong         = "long"         // edges too long for so many corners
	FaultHoleTouches  = "hole-touches" // a hole meets another border
	FaultHoleOutside  = "hole-outside"
	FaultHoleHolds    = "hole-holds" // a hole holds another
	FaultRadius       = "radius"
	FaultLatitude     = "latitude"
	FaultLongitude    = "longitude"
	FaultPole         = "pole"
	FaultAntimeridian = "antimeridian"
	FaultSpan         = "span"    // more than five degrees across
	FaultSwapped      = "swapped" // outside the theatre, and inside with latitude and longitude changed over
)

// Faults lists every code of a shape.
func Faults() []string {
	return []string{FaultRepeat, FaultFlat, FaultBack, FaultCross, FaultTouch, FaultFew, FaultMany, FaultLong, FaultHoleTouches, FaultHoleOutside,
		FaultHoleHolds, FaultRadius, FaultLatitude, FaultLongitude, FaultPole, FaultAntimeridian, FaultSpan, FaultSwapped}
}

// Error gives the reason in English.
func (f *Fault) Error() string { return f.Why }

// NewFault makes a fault. pairs are names and values of its parameters.
func NewFault(code, why string, pairs ...any) *Fault {
	f := &Fault{Code: code, Why: why, Params: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Params[fmt.Sprint(pairs[i])] = fmt.Sprint(pairs[i+1])
	}
	return f
}

// at writes a point as a fault names it.
func (p pt) at() string {
	q := p.point()
	return fmt.Sprintf("%.8f, %.8f", q.Lat, q.Lon)
}

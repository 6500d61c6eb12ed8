package cell

import (
	"fmt"
	"strings"
	"time"
)

// Precedence says how fast a record must travel and be answered, by its
// prosign (ACP 121; field/standards 5.1). It means speed, not importance.
type Precedence string

// The four precedences, fastest first.
const (
	Flash     Precedence = "Z"
	Immediate Precedence = "O"
	Priority  Precedence = "P"
	Routine   Precedence = "R"
)

// Precedences gives the four, fastest first.
func Precedences() []Precedence { return []Precedence{Flash, Immediate, Priority, Routine} }

// Valid reports whether p is one of the four.
func (p Precedence) Valid() bool {
	return p == Flash || p == Immediate || p == Priority || p == Routine
}

// Rank is 0 for FLASH to 3 for ROUTINE: the order on the wire and in queues.
func (p Precedence) Rank() int { return strings.Index("ZOPR", string(p)) }

// Duration is a time limit in the charter, written as "5s", "2m", "12h".
type Duration time.Duration

// UnmarshalText reads the form of [time.ParseDuration].
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil || v < 0 {
		return fmt.Errorf("%q is not a time limit such as 90s, 2m or 12h", b)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes the form that [Duration.UnmarshalText] reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Millis gives the limit in milliseconds.
func (d Duration) Millis() int64 { return time.Duration(d).Milliseconds() }

// DTG writes a time as a date-time group, DDHHMMZ MON YY, with English month
// letters in every language (field/standards 5.2).
func DTG(ms int64) string {
	return strings.ToUpper(time.UnixMilli(ms).UTC().Format("021504Z Jan 06"))
}

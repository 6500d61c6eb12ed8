package journal

import "strconv"

// A Lane is one of the two ways between a pair of desks. Each has a connection
// of its own, so that neither waits for the other (design 6).
type Lane int

const (
	// LaneFast carries FLASH and IMMEDIATE, control, and everything small.
	LaneFast Lane = iota
	// LaneBulk carries the rest.
	LaneBulk
)

// String gives the word that the wire uses: fast or bulk.
func (l Lane) String() string {
	switch l {
	case LaneFast:
		return "fast"
	case LaneBulk:
		return "bulk"
	}
	return "lane " + strconv.Itoa(int(l))
}

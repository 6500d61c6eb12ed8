package cell

import (
	"errors"
	"fmt"

	"parley/geo"
)

// The classes of refusal. The API maps each once to an HTTP status; test with
// [errors.Is].
var (
	ErrNotFound  = errors.New("not found")                   // 404
	ErrForbidden = errors.New("not allowed")                 // 403
	ErrConflict  = errors.New("conflicts with what is held") // 409
	ErrNotNow    = errors.New("not possible now")            // 503, with what to do
)

// Fault is why a place or an area is refused, as a code with parameters that
// screens word.
type Fault = geo.Fault

// Invalid says what is wrong with an input and where. At is a JSON pointer
// into the record or body ("" for the whole).
type Invalid struct {
	At  string
	Why string

	Fault *Fault // where an area or a place is refused: why, for screens to word; else nil
}

// Error gives "at: why".
func (e *Invalid) Error() string {
	if e.At == "" {
		return e.Why
	}
	return e.At + ": " + e.Why
}

// Invalidf makes an [*Invalid].
func Invalidf(at, format string, args ...any) error {
	return &Invalid{At: at, Why: fmt.Sprintf(format, args...)}
}

// Breach is one rule of conduct that a record does not keep. A local act with
// a breach is refused; a foreign record with one is kept and shown as
// contested, with the rule (design 2). Rule is a stable code such as
// "cell.ack-cites"; Why is for people, in English (the console has the rule's
// text in three languages by its code).
type Breach struct {
	Rule string `json:"rule"`
	At   string `json:"at"`
	Why  string `json:"why"`
}

// Refused is the error of a local act that breaks rules.
type Refused struct{ Breaches []Breach }

// Error lists the first breach and how many more there are.
func (e *Refused) Error() string {
	b := e.Breaches[0]
	s := b.Rule + ": " + b.Why
	if n := len(e.Breaches) - 1; n > 0 {
		s += fmt.Sprintf(" (and %d more)", n)
	}
	return s
}

// noShape refuses what encloses no area, with the code of what is wrong.
func noShape(at string, err error) error {
	f, _ := errors.AsType[*Fault](err)
	return &Invalid{At: at, Why: err.Error(), Fault: f}
}

package activity

import (
	"context"
	"errors"
	"fmt"

	"parley/geo"
)

// What may be wrong with a file, as codes for screens: the words are under
// "import.fault." in the catalogues.
const (
	FaultSize      = "size"      // the file is too large
	FaultSyntax    = "syntax"    // it cannot be read at all
	FaultType      = "type"      // it is read as something else, or what it holds is not handled
	FaultBomb      = "bomb"      // it declares entities, leads elsewhere, or is nested or repeated beyond reason
	FaultGeometry  = "geometry"  // no geometry, or one that encloses no area
	FaultOpen      = "open"      // a ring that is not closed
	FaultAxes      = "axes"      // latitude and longitude may have changed places
	FaultPoints    = "points"    // too many points
	FaultNumber    = "number"    // not a number
	FaultRadius    = "radius"    // a point or a line without radius or half-width
	FaultDrawn     = "drawn"     // what is drawn is not what its properties say
	FaultWindow    = "window"    // no window, or one that ends before it begins
	FaultHeight    = "height"    // a height without its reference or unit, or a band upside down
	FaultMargin    = "margin"    // a margin below zero
	FaultVolumes   = "volumes"   // none, or too many volumes
	FaultColumns   = "columns"   // a table without the columns that are needed
	FaultDuplicate = "duplicate" // two activities of one ID that differ
	FaultDatum     = "datum"     // coordinates that are not of WGS84
	FaultDraft     = "draft"     // what no draft can hold
)

// Faults lists every code.
func Faults() []string {
	return []string{FaultSize, FaultSyntax, FaultType, FaultBomb, FaultGeometry, FaultOpen, FaultAxes, FaultPoints, FaultNumber, FaultRadius,
		FaultDrawn, FaultWindow, FaultHeight, FaultMargin, FaultVolumes, FaultColumns, FaultDuplicate, FaultDatum, FaultDraft}
}

// Fault is what is wrong with a file and where in it. Screens word the code in
// the reader's language; Why says it in English.
type Fault struct {
	Code string
	At   string // such as "features[3].geometry" or "Placemark 2", "" for the whole file
	Why  string
	Of   *geo.Fault // of the shape, where that is what is wrong; else nil
}

// Error gives the place and the reason.
func (f *Fault) Error() string {
	if f.At == "" {
		return f.Why
	}
	return f.At + ": " + f.Why
}

func faultf(code, at, format string, args ...any) error {
	return &Fault{Code: code, At: at, Why: fmt.Sprintf(format, args...)}
}

// under places a fault that is known from inside: at is put before its own. That
// nobody waits for the file any more is no fault of it.
func under(at, code string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	f, ok := err.(*Fault)
	if !ok {
		of, _ := errors.AsType[*geo.Fault](err)
		return &Fault{Code: code, At: at, Why: err.Error(), Of: of}
	}
	switch {
	case at == "":
		at = f.At
	case f.At != "":
		at += ": " + f.At
	}
	return &Fault{f.Code, at, f.Why, f.Of}
}

// Slip is what was read in one way and could have been meant in another. Its
// words are under "import.slip." in the catalogues.
type Slip struct {
	Code string
	At   string
}

// The slips.
const (
	SlipNoHeight = "no-height" // no height: from the ground to any height
	SlipUpTo     = "up-to"     // one height: taken from the ground up to it
	SlipUnread   = "unread"    // something in the file was left out
	SlipForm     = "form"      // no form is named: it was taken for a movement
	SlipNamed    = "named"     // no identifier: it was named by its place in the file
	SlipText     = "text"      // signs that no record holds were taken out of a text
	SlipMargin   = "margin"    // it asks for a margin, which a notice does not carry
	SlipOver     = "over"      // its window has passed, or the file says that it ended
)

// Slips lists every code.
func Slips() []string {
	return []string{SlipNoHeight, SlipUpTo, SlipUnread, SlipNamed, SlipForm, SlipText, SlipMargin, SlipOver}
}

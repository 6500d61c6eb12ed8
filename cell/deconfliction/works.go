package deconfliction

import (
	"slices"
	"strconv"

	"parley/cell"
)

// Works is the notice of works near a line (DEC-12): the [Activity], whose vehicles
// are the machines, with pictures of the place, each by the SHA-256 of its file,
// which its desk keeps and shows when it is asked; and whether the desk knows that
// where the line runs there is disputed. How far it is from the line is computed
// ([Apart]), and stated by nobody.
type Works struct {
	Activity
	Pictures []string `json:"pictures"` // at most 32
	Disputed string   `json:"disputed"` // yes, no, or "" where it is not said
}

// Validate checks the activity, and that each picture is a hash and stands there
// once.
func (w Works) Validate() error {
	once := func(at, s string) error {
		if i := slices.Index(w.Pictures, s); at != "/pictures/"+strconv.Itoa(i) {
			return cell.Invalidf(at, "the picture stands there twice")
		}
		return nil
	}
	return cell.First(w.Activity.Validate(), few("/pictures", w.Pictures, 32), cell.Each("/pictures", w.Pictures, cell.HashAt), cell.Each("/pictures", w.Pictures, once),
		cell.OneOf("/disputed", w.Disputed, "", EscortYes, EscortNo))
}

// activityOf reads what every kind of notice has in common but the oldest.
func activityOf(b cell.Body) (Activity, bool) {
	switch b := b.(type) {
	case Activity:
		return b, true
	case Works:
		return b.Activity, true
	}
	return Activity{}, false
}

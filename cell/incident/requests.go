package incident

import (
	"fmt"
	"slices"

	"parley/cell"
)

// The words of a request and of what follows it.
const (
	Urgent = "yes"

	NoForce    = "none" // the requester declares that it uses none in the hold
	CannotWait = "cannot-wait"

	Accepts    = "accepts"
	Declines   = "declines"
	OtherMeans = "other-means"

	Found   = "found" // results; a state of the same name each
	Nothing = "nothing"
	Partial = "partial"
	Denied  = "denied"

	BeingChecked = "being-checked" // of an explanation: a first word, and none yet
)

var (
	yesNo      = []string{Urgent, "no"}
	grounds    = []string{"own-observation", "sensor", "community", "third-party", "pattern", "other"}
	actions    = []string{"inspect", "joint-visit", "imagery", "statement", "other"}
	declared   = []string{NoForce, CannotWait}
	answers    = []string{Accepts, Declines, OtherMeans}
	results    = []string{Found, Nothing, Partial, Denied}
	methods    = []string{"visit", "joint-visit", "imagery", "sensor", "interview", "documents", "other"}
	statements = []string{"not-ours", "ours", "outside-hold", BeingChecked}
)

// Verify asks the other side to let a place be looked at before anybody uses
// force there. The desk that asks declares that it uses none while the hold
// runs, or that it cannot wait, and why (INC-06).
type Verify struct {
	Place   cell.Place  `json:"place"`
	Grounds string      `json:"grounds"`
	Action  string      `json:"action"`
	Urgent  string      `json:"urgent"` // yes or no: which of the charter's holds runs
	Force   string      `json:"force"`  // none or cannot-wait
	Reason  []cell.Free `json:"reason"` // why it cannot wait
	Of      string      `json:"of"`     // the key of the report that it follows from, "" for none
	Text    []cell.Free `json:"text"`
}

// Validate wants a reason from a desk that cannot wait.
func (v Verify) Validate() error {
	if v.Force == CannotWait && len(v.Reason) == 0 {
		return cell.Invalidf("/reason", "a desk that cannot wait says why")
	}
	return cell.First(
		cell.KeyAt("/of", v.Of),
		v.Place.Validate("/place"), cell.OneOf("/grounds", v.Grounds, grounds...), cell.OneOf("/action", v.Action, actions...), cell.OneOf("/urgent", v.Urgent, yesNo...),
		cell.OneOf("/force", v.Force, declared...), cell.IfGiven("/reason", v.Reason), cell.IfGiven("/text", v.Text))
}

// Repeat gives the place.
func (v Verify) Repeat() cell.Repeat { return cell.Repeat{Place: &v.Place} }

// Answer is the other side's word on a request. With an acceptance the hold
// begins: at once, or at the time given.
type Answer struct {
	Answer string      `json:"answer"`
	From   []int64     `json:"from"`
	Text   []cell.Free `json:"text"`
}

// Validate wants a beginning only of a hold that begins.
func (a Answer) Validate() error {
	if len(a.From) > 0 && a.Answer != Accepts {
		return cell.Invalidf("/from", "only an acceptance begins a hold")
	}
	if len(a.From) == 1 {
		if err := validTime("/from", a.From[0]); err != nil {
			return err
		}
	}
	return cell.First(cell.OneOf("/answer", a.Answer, answers...), cell.AtMostOne("/from", a.From), cell.IfGiven("/text", a.Text))
}

// Result is what came of a request: that nothing was found counts as much as
// that something was (INC-06, INC-07). Evidence is named by its SHA-256.
type Result struct {
	Found    string      `json:"found"` // found, nothing, partial or denied
	Method   string      `json:"method"`
	Evidence []string    `json:"evidence"`
	Text     []cell.Free `json:"text"`
}

// Validate checks the words and the hashes.
func (r Result) Validate() error {
	if len(r.Evidence) > 64 {
		return cell.Invalidf("/evidence", "%d pieces, more than 64", len(r.Evidence))
	}
	for i, h := range r.Evidence {
		if !cell.IsHash(h) || slices.Contains(r.Evidence[:i], h) {
			return cell.Invalidf(fmt.Sprintf("/evidence/%d", i), "not a SHA-256 in hexadecimal, or named twice")
		}
	}
	return cell.First(cell.OneOf("/found", r.Found, results...), cell.OneOf("/method", r.Method, methods...), cell.IfGiven("/text", r.Text))
}

// Explain answers a query about a hold. That it is being checked is a first
// word and no explanation (INC-09).
type Explain struct {
	Statement string    `json:"statement"`
	Text      cell.Free `json:"text"`
}

// Validate wants a text.
func (e Explain) Validate() error {
	return cell.First(cell.OneOf("/statement", e.Statement, statements...), e.Text.Validate("/text"))
}

// HoldQuery is what was computed of a report of force inside a hold: the facts
// of the derived matter, worded by its template. It says nothing of whose force
// it was.
type HoldQuery struct {
	Request   string `json:"request"` // number of the request
	Report    string `json:"report"`  // number of the report
	Desk      string `json:"desk"`    // whose request it is, and who is asked
	From      int64  `json:"from"`    // the hold
	Until     int64  `json:"until"`
	When      int64  `json:"when"` // of the event, as reported
	DistanceM int64  `json:"distance_m"`
}

// Validate checks the window.
func (q HoldQuery) Validate() error {
	if q.DistanceM < 0 {
		return cell.Invalidf("/distance_m", "%d is no distance", q.DistanceM)
	}
	return cell.Span{From: q.From, Until: q.Until}.Validate("")
}

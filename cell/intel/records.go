package intel

import (
	"regexp"
	"slices"

	"parley/cell"
)

// The kinds of the module.
const (
	KindWarning  = "intel.warning/1"
	KindReview   = "intel.review/1"
	KindDraft    = "intel.draft/1"
	KindReport   = "intel.report/1"
	KindRecall   = "intel.recall/1"
	KindRecalled = "intel.recalled/1"
)

// The markings that rules ask for: red is for the eyes of the addressees only
// (TLP 2.0), and warn-only is the use of whatever states no wider one.
const (
	Red      = "red"
	WarnOnly = "warn-only"
)

// Withdrawn is what a review says of a warning that should not have gone out.
const Withdrawn = "withdrawn"

var (
	threats     = []string{"fire", "air", "uav", "explosive", "ground-movement", "communal", "abduction", "hazard", "other"}
	atRisk      = []string{"civilians", "protected-site", "movement", "crew", "unknown"}
	tlps        = []string{Red, "amber-strict", "amber", "green", "clear"}
	uses        = []string{WarnOnly, "no-kinetic-use", "police-action", "any-agreed"}
	products    = []string{"tip", "assessment", "response", "request"}
	likelihoods = []string{"almost-no-chance", "very-unlikely", "unlikely", "roughly-even-chance", "likely", "very-likely", "almost-certain", "not-stated"}
	outcomes    = []string{"confirmed", "corrected", Withdrawn}
	dones       = []string{"destroyed", "returned", "corrected", "cannot"}
)

var draftRE = regexp.MustCompile(`^[a-z][a-z0-9-]*:[0-9a-f-]{36}$`)

// Warning says that people are in danger, in as few fields as can be: what,
// where, who is at risk, and to whom it may be passed on. A grade may follow
// later (INT-03, INT-11).
type Warning struct {
	Threat string       `json:"threat"`
	Place  []cell.Place `json:"place"`
	Area   []cell.Area  `json:"area"`
	Window []cell.Span  `json:"window"`
	AtRisk string       `json:"at_risk"`
	Grade  []cell.Grade `json:"grade"`
	Use    string       `json:"use"` // "" is warn-only
	TLP    string       `json:"tlp"`
	Text   []cell.Free  `json:"text"`
}

// Validate wants a place or an area, and every marking from its list.
func (w Warning) Validate() error {
	if len(w.Place)+len(w.Area) == 0 {
		return cell.Invalidf("/place", "a warning names a place or an area")
	}
	return cell.First(
		cell.OneOf("/threat", w.Threat, threats...), cell.IfGiven("/place", w.Place), cell.IfGiven("/area", w.Area), cell.IfGiven("/window", w.Window),
		cell.OneOf("/at_risk", w.AtRisk, atRisk...), cell.IfGiven("/grade", w.Grade), cell.OneOf("/use", w.Permitted(), uses...),
		cell.OneOf("/tlp", w.TLP, tlps...), cell.IfGiven("/text", w.Text))
}

// Permitted gives the use that is permitted: to warn only unless more is stated.
func (w Warning) Permitted() string {
	if w.Use == "" {
		return WarnOnly
	}
	return w.Use
}

// Repeat gives the place.
func (w Warning) Repeat() (r cell.Repeat) {
	if len(w.Place) == 1 {
		r.Place = &w.Place[0]
	}
	return r
}

// Review says what another officer of the same desk found of a warning that
// one officer had sent alone (INT-03).
type Review struct {
	Outcome string      `json:"outcome"`
	Text    []cell.Free `json:"text"`
}

// Validate checks the outcome.
func (r Review) Validate() error {
	return cell.First(cell.OneOf("/outcome", r.Outcome, outcomes...), cell.IfGiven("/text", r.Text))
}

// Item is what a report says: graded, with its likelihood and its markings
// (INT-01, INT-02). The dissent stands in it, so that it travels wherever the
// report does (INT-07).
type Item struct {
	Product    string      `json:"product"`
	Grade      cell.Grade  `json:"grade"`
	Likelihood string      `json:"likelihood"`
	Observed   int64       `json:"observed"` // when what it tells of was seen
	Expires    []int64     `json:"expires"`  // after it nobody relies on it
	TLP        string      `json:"tlp"`
	Use        string      `json:"use"`
	Releasable []string    `json:"releasable"` // the desks that it may go to, and no other
	Text       cell.Free   `json:"text"`
	Dissent    []cell.Free `json:"dissent"`
}

// Validate wants a grade and every marking: what is not marked is not released
// (INT-01, INT-04).
func (i Item) Validate() error {
	if i.Observed <= 0 {
		return cell.Invalidf("/observed", "when it was observed is missing")
	}
	if len(i.Expires) == 1 && i.Expires[0] <= i.Observed {
		return cell.Invalidf("/expires", "it expires before it was observed")
	}
	if len(i.Releasable) == 0 {
		return cell.Invalidf("/releasable", "name the desks that it may go to; nobody is meant by nothing")
	}
	for n, d := range i.Releasable {
		if !cell.IsCode(d, 64) || slices.Contains(i.Releasable[:n], d) {
			return cell.Invalidf("/releasable", "%q is no desk, or stands twice", d)
		}
	}
	return cell.First(
		cell.OneOf("/product", i.Product, products...), i.Grade.Validate("/grade"), cell.OneOf("/likelihood", i.Likelihood, likelihoods...),
		cell.AtMostOne("/expires", i.Expires), cell.OneOf("/tlp", i.TLP, tlps...), cell.OneOf("/use", i.Use, uses...),
		i.Text.Validate("/text"), cell.IfGiven("/dissent", i.Dissent))
}

// same reports whether two items say the same in every field.
func (i Item) same(j Item) bool {
	return i.Product == j.Product && i.Grade == j.Grade && i.Likelihood == j.Likelihood && i.Observed == j.Observed &&
		slices.Equal(i.Expires, j.Expires) && i.TLP == j.TLP && i.Use == j.Use && slices.Equal(i.Releasable, j.Releasable) &&
		i.Text == j.Text && slices.Equal(i.Dissent, j.Dissent)
}

// Draft is a report as one officer drafted it. It stays at its desk (INT-05).
type Draft struct{ Item }

// Report is a draft that a second officer released. It names the draft by its
// key, which tells another desk nothing, and the officer who drafted it
// (INT-03).
type Report struct {
	Item
	Drafter string `json:"drafter"`
	Draft   string `json:"draft"`
}

// Validate checks the item, and the names of the drafter and the draft.
func (r Report) Validate() error {
	if err := r.Item.Validate(); err != nil {
		return err
	}
	if !cell.IsCode(r.Drafter, 64) {
		return cell.Invalidf("/drafter", "%q is not an officer's code", r.Drafter)
	}
	if !draftRE.MatchString(r.Draft) {
		return cell.Invalidf("/draft", "%q is not the key of a draft, desk:id", r.Draft)
	}
	return nil
}

// DraftedBy gives the first of the two officers, and what was drafted: the
// second one's approval is of that (INT-03).
func (r Report) DraftedBy() (officer string, draft cell.Ref) {
	ref, _ := cell.ParseRef(r.Draft) // checked by Validate
	return r.Drafter, ref
}

// Recall takes back a warning or a report, and gives a time by which every
// desk that got it is to say what became of its copies (INT-10).
type Recall struct {
	Reason   cell.Free `json:"reason"`
	Deadline int64     `json:"deadline"`
}

// Validate wants a reason and a deadline.
func (r Recall) Validate() error {
	if r.Deadline <= 0 {
		return cell.Invalidf("/deadline", "the time by which copies are to be dealt with is missing")
	}
	return r.Reason.Validate("/reason")
}

// Recalled says what became of this desk's copies, and where it had been used
// again (INT-10).
type Recalled struct {
	Done  string      `json:"done"`
	Reuse []cell.Free `json:"reuse"`
}

// Validate checks what was done.
func (r Recalled) Validate() error {
	return cell.First(cell.OneOf("/done", r.Done, dones...), cell.IfGiven("/reuse", r.Reuse))
}

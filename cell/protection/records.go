package protection

import (
	"slices"

	"parley/cell"
)

// The kinds of the module.
const (
	KindPlace     = "protection.place/1"
	KindArea      = "protection.area/1"
	KindVerify    = "protection.verify/1"
	KindConsent   = "protection.consent/1"
	KindRemoved   = "protection.removed/1"
	KindAsk       = "protection.ask/1"
	KindAnswer    = "protection.answer/1"
	KindCorridor  = "protection.corridor/1"
	KindCorrState = "protection.corrstate/1"
	KindConcern   = "protection.concern/1"
	KindReply     = "protection.reply/1"
)

// The tiers of an entry: who may hold its coordinates (PRO-06).
const (
	Exact          = "exact"           // everybody
	Buffered       = "buffered"        // the supervisor; the parties hold a buffered area
	SupervisorOnly = "supervisor-only" // the supervisor
)

// Revoked is the consent of a custodian who takes an entry back.
const Revoked = "revoked"

// Liaison is the role in which the supervisor speaks for a community.
const Liaison = "liaison"

var (
	categories = []string{"settlement", "shrine", "clinic", "school", "shelter", "water", "power", "bakery", "market", "displaced", "corridor", "crossing", "other"}
	tiers      = []string{Exact, Buffered, SupervisorOnly}
	sources    = []string{"custodian", "second-source", "imagery", "visit"}
	consents   = []string{"given", Revoked}
	removals   = []string{"removed", "cannot"}
	questions  = []string{"exact-coordinates", "valid"}
	answers    = []string{"cannot-share", "buffered-only", "shared", "valid", "not-valid"}
	purposes   = []string{"evacuation", "humanitarian", "medical", "civilian-traffic", "other"}
	traffics   = []string{"pedestrian", "private", "bus", "ambulance", "aid", "goods"}
	topics     = []string{"safety", "access", "health", "water-power", "displacement", "abduction", "incitement", "other"}
	asks       = []string{"reassurance", "hold-back", "patrol", "corridor-request", "medical-help", "information", "other"}
	replies    = []string{"will-act", "cannot", "need-more", "already-done"}
)

// code wants a code: no name of a person or a place fits the habit of it, and
// parties never see more of a custodian (PRO-02).
func code(at, v string) error {
	if !cell.IsCode(v, 32) {
		return cell.Invalidf(at, "%q is not a code of small letters, digits and hyphens", v)
	}
	return nil
}

// Place is an entry of the register: what is protected, exactly where, who may
// hold that, and until when the entry stands (PRO-01). The custodian is a code
// whose meaning stays at the supervisor's (PRO-02).
type Place struct {
	Code         string      `json:"code"`
	Category     string      `json:"category"`
	Tier         string      `json:"tier"`
	Area         cell.Area   `json:"area"`
	Function     []cell.Free `json:"function"`
	Custodian    string      `json:"custodian"`
	Population   []int64     `json:"population"`
	Verification int64       `json:"verification"` // 0 claimed, 1 by a second source; more only by a verification
	VerifiedBy   string      `json:"verified_by"`  // a code, "" at level 0
	ValidUntil   int64       `json:"valid_until"`
}

// Validate wants codes, an area with coordinates, and a level that an entry may
// begin with.
func (p Place) Validate() error {
	if p.Verification != 0 && p.Verification != 1 {
		return cell.Invalidf("/verification", "an entry begins at level 0 or 1; 2 and 3 follow by a verification with the coordinates that were seen")
	}
	if (p.Verification == 1) != (p.VerifiedBy != "") {
		return cell.Invalidf("/verified_by", "level 1, and only it, names who the second source is, as a code")
	}
	if p.VerifiedBy != "" {
		if err := code("/verified_by", p.VerifiedBy); err != nil {
			return err
		}
	}
	return cell.First(code("/code", p.Code), cell.OneOf("/category", p.Category, categories...), cell.OneOf("/tier", p.Tier, tiers...), p.Area.Validate("/area"),
		cell.IfGiven("/function", p.Function), code("/custodian", p.Custodian), cell.CountIfGiven("/population", p.Population, most), until("/valid_until", p.ValidUntil))
}

func until(at string, ms int64) error {
	if ms <= 0 {
		return cell.Invalidf(at, "until when it stands is missing")
	}
	return nil
}

// Area is what the parties hold of a place whose coordinates they may not
// hold: a larger area around it (PRO-06).
type Area struct {
	Code         string    `json:"code"`
	Category     string    `json:"category"`
	Area         cell.Area `json:"area"`
	Verification int64     `json:"verification"` // of the place within
	ValidUntil   int64     `json:"valid_until"`
}

// Validate checks codes, area and level.
func (a Area) Validate() error {
	return cell.First(code("/code", a.Code), cell.OneOf("/category", a.Category, categories...), a.Area.Validate("/area"),
		level("/verification", a.Verification), until("/valid_until", a.ValidUntil))
}

func level(at string, n int64) error {
	if n < 0 || n > 3 {
		return cell.Invalidf(at, "%d is no level: 0 claimed, 1 second source, 2 imagery, 3 visited", n)
	}
	return nil
}

// Verify says how far a desk has verified where a place is, from what source,
// and which coordinates it saw (PRO-04).
type Verify struct {
	Level       int64        `json:"level"`
	Source      string       `json:"source"`
	Coordinates []cell.Place `json:"coordinates"`
}

// most is the largest number of people or vehicles that is stated.
const most = 1_000_000_000

// maxSeen is how many coordinates one verification may state.
const maxSeen = 16

// Validate wants a source that bears the level, and coordinates from level 2.
func (v Verify) Validate() error {
	if err := cell.First(level("/level", v.Level), cell.OneOf("/source", v.Source, sources...)); err != nil {
		return err
	}
	if int64(slices.Index(sources, v.Source)) < v.Level {
		return cell.Invalidf("/source", "level %d is not borne by the source %s: 1 needs a second source, 2 imagery, 3 a visit", v.Level, v.Source)
	}
	if v.Level >= 2 && len(v.Coordinates) == 0 || len(v.Coordinates) > maxSeen {
		return cell.Invalidf("/coordinates", "level 2 and above states the coordinates that were seen, at most %d", maxSeen)
	}
	return cell.EachValid("/coordinates", v.Coordinates)
}

// Consent is the custodian's, to the entry as it stands; taken back, everybody
// who holds the entry removes it (PRO-06).
type Consent struct {
	Consent string      `json:"consent"`
	Text    []cell.Free `json:"text"`
}

// Validate checks the word.
func (c Consent) Validate() error {
	return cell.First(cell.OneOf("/consent", c.Consent, consents...), cell.IfGiven("/text", c.Text))
}

// Removed says that this desk has removed an entry whose consent was taken
// back from wherever it had passed it on, or cannot.
type Removed struct {
	Done string      `json:"done"`
	Text []cell.Free `json:"text"`
}

// Validate checks the word.
func (r Removed) Validate() error {
	return cell.First(cell.OneOf("/done", r.Done, removals...), cell.IfGiven("/text", r.Text))
}

// Ask asks the supervisor about an entry, and nobody else: what a desk wants
// to know of a place is itself worth knowing.
type Ask struct {
	Code     string `json:"code"`
	Question string `json:"question"`
}

// Validate checks the code and the question.
func (a Ask) Validate() error {
	return cell.First(code("/code", a.Code), cell.OneOf("/question", a.Question, questions...))
}

// Answer is the supervisor's. It carries no coordinates.
type Answer struct {
	Answer string      `json:"answer"`
	Text   []cell.Free `json:"text"`
}

// Validate checks the word.
func (a Answer) Validate() error {
	return cell.First(cell.OneOf("/answer", a.Answer, answers...), cell.IfGiven("/text", a.Text))
}

package confidence

import (
	"parley/cell"
)

// The kinds of the module.
const (
	KindMeasure  = "confidence.measure/1"
	KindDelivery = "confidence.delivery/1"
	KindScore    = "confidence.score/1"
	KindEscrow   = "confidence.escrow/1"
	KindDeposit  = "confidence.deposit/1"
	KindCommit   = "confidence.commit/1"
	KindRelease  = "confidence.release/1"
	KindReturn   = "confidence.return/1"
)

// Who verifies a measure, as it says itself (CBM-05).
const (
	BySelf        = "self"
	ByCounterpart = "counterpart"
	BySupervisor  = "supervisor"
	ByAll         = "joint" // the parties and the supervisor, each for itself
)

// The scores of a measure (CBM-05): how far it is done, in the grades of the
// accords matrix of the Kroc Institute, and three words for what is no grade.
const (
	NotBegun     = "0"
	Minimal      = "1"
	Intermediate = "2"
	Complete     = "3"
	Regressed    = "regressed"
	Suspended    = "suspended"
	Disputed     = "disputed"
)

// desks checks a list of desks: at least one, each once.
func desks(at string, list []string) error {
	if len(list) == 0 {
		return cell.Invalidf(at, "no desk is named")
	}
	return cell.EachOnce(at, "desk", list)
}

// Measure is what one or more sides undertake, so that it can be seen whether
// it was done (CBM-01). Texts that bind stand in three languages. Lists hold at
// most one value, but for Obliged.
type Measure struct {
	Title          cell.Text3  `json:"title"`
	Category       string      `json:"category"`
	Obliged        []string    `json:"obliged"` // the desks that deliver
	Deliverable    cell.Text3  `json:"deliverable"`
	Indicator      cell.Text3  `json:"indicator"` // by what anybody can see it
	Baseline       []cell.Free `json:"baseline"`  // how it stands before
	Trigger        []cell.Free `json:"trigger"`   // what sets it off
	Span           cell.Span   `json:"span"`      // begins, and is delivered until
	Counterpart    string      `json:"counterpart"`
	Conditionality string      `json:"conditionality"`
	Reversible     string      `json:"reversible"`
	Reversal       []cell.Free `json:"reversal"` // how it is taken back, where it can be
	Verifier       string      `json:"verifier"`
	Method         string      `json:"method"`
	Funding        []cell.Free `json:"funding"`
	Reason         []cell.Free `json:"reason"` // why it was changed; none in the first text (CBM-08)
}

// Validate checks what can be checked without the charter.
func (m Measure) Validate() error {
	return cell.First(
		m.Title.Validate("/title"),
		cell.OneOf("/category", m.Category, "military", "political", "economic", "environmental", "humanitarian", "societal", "cultural"),
		desks("/obliged", m.Obliged), m.Deliverable.Validate("/deliverable"), m.Indicator.Validate("/indicator"),
		cell.IfGiven("/baseline", m.Baseline), cell.IfGiven("/trigger", m.Trigger), m.Span.Validate("/span"), cell.KeyAt("/counterpart", m.Counterpart),
		cell.OneOf("/conditionality", m.Conditionality, "parallel", "first", "escrow"),
		cell.OneOf("/reversible", m.Reversible, "yes", "no"), cell.IfGiven("/reversal", m.Reversal),
		cell.OneOf("/verifier", m.Verifier, BySelf, ByCounterpart, BySupervisor, ByAll), method(m.Method),
		cell.IfGiven("/funding", m.Funding), cell.IfGiven("/reason", m.Reason))
}

func method(s string) error {
	return cell.OneOf("/method", s, "", "self-report", "joint-visit", "third-party", "imagery", "document")
}

// Delivery says that an obliged desk has done what the measure asks. Evidence
// is the SHA-256 of what shows it.
type Delivery struct {
	At       int64       `json:"at"`
	Evidence []string    `json:"evidence"`
	Text     []cell.Free `json:"text"`
}

// Validate checks the time and the hashes.
func (d Delivery) Validate() error {
	if d.At <= 0 {
		return cell.Invalidf("/at", "when it was delivered is missing")
	}
	return cell.First(cell.Each("/evidence", d.Evidence, cell.HashAt), cell.IfGiven("/text", d.Text))
}

// Score is how one desk sees a measure. Each desk has its own column: the side
// obliged, its counterpart, the supervisor (CBM-05).
type Score struct {
	Score    string      `json:"score"`
	Method   string      `json:"method"` // by which the finding was made, "" when not stated
	Found    []int64     `json:"found"`  // when the finding was made; none: with the record
	Finding  []cell.Free `json:"finding"`
	Evidence []string    `json:"evidence"`
}

// Validate checks the codes and the hashes.
func (s Score) Validate() error {
	return cell.First(
		cell.AtMostOne("/found", s.Found),
		cell.OneOf("/score", s.Score, NotBegun, Minimal, Intermediate, Complete, Regressed, Suspended, Disputed),
		method(s.Method), cell.IfGiven("/finding", s.Finding), cell.Each("/evidence", s.Evidence, cell.HashAt))
}

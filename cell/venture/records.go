package venture

import (
	"slices"

	"parley/cell"
)

// The kinds of the module.
const (
	KindProposal = "venture.proposal/1"
	KindStep     = "venture.step/1"
)

// kindGateSign is the signature of a desk under a gate of the roadmap, named
// here because modules meet in the journal and nowhere else.
const kindGateSign = "roadmap.sign/1"

// The stages of a venture, which a desk's step names.
const (
	StageIdea      = "idea"
	StageVetted    = "vetted"
	StageMou       = "mou"
	StagePermits   = "permits"
	StagePilot     = "pilot"
	StageOperating = "operating"
	StageEnded     = "ended"
)

// Who may read that a venture is under way (VEN-02).
const (
	Undisclosed = "undisclosed" // the desks that hold it, and nobody they report to in public
	DesksOnly   = "desks"       // whoever the desks tell
	Public      = "public"
)

// stages are those of the way, in its order. That a venture ended is said from
// any of them.
func stages() []string {
	return []string{StageIdea, StageVetted, StageMou, StagePermits, StagePilot, StageOperating}
}

// rank gives the place of a stage on the way, -1 for one that is not on it.
func rank(stage string) int { return slices.Index(stages(), stage) }

// Proposal proposes a venture between parties.
type Proposal struct {
	Title      cell.Text3 `json:"title"`
	Field      string     `json:"field"`
	Sides      []string   `json:"sides"`
	Gate       string     `json:"gate"` // the key of a gate of the roadmap, "" when it hangs on none
	Disclosure string     `json:"disclosure"`
	Benefit    []Benefit  `json:"benefit"`
}

// Benefit is what one side has of it, as declared.
type Benefit struct {
	Desk string     `json:"desk"`
	Text cell.Text3 `json:"text"`
}

// Validate wants at least two sides, and benefits of none but these.
func (p Proposal) Validate() error {
	if len(p.Sides) < 2 {
		return cell.Invalidf("/sides", "a venture has at least two sides")
	}
	benefit := func(at string, b Benefit) error {
		if !slices.Contains(p.Sides, b.Desk) {
			return cell.Invalidf(at+"/desk", "%q is no side of the venture", b.Desk)
		}
		return b.Text.Validate(at + "/text")
	}
	return cell.First(cell.EachOnce("/sides", "desk", p.Sides), cell.Each("/benefit", p.Benefit, benefit),
		p.Title.Validate("/title"), cell.KeyAt("/gate", p.Gate),
		cell.OneOf("/field", p.Field, "water", "energy", "trade", "farming", "transport", "tourism", "health", "research", "other"),
		cell.OneOf("/disclosure", p.Disclosure, Undisclosed, DesksOnly, Public))
}

// Step says how far one desk has come with a venture.
type Step struct {
	Stage string      `json:"stage"`
	Text  []cell.Free `json:"text"`
}

// Validate checks the stage.
func (s Step) Validate() error {
	return cell.First(cell.OneOf("/stage", s.Stage, append(stages(), StageEnded)...), cell.IfGiven("/text", s.Text))
}

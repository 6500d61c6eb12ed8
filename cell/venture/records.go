package venture

import (
	"fmt"
	"slices"
	"strings"

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

func oneOf(at, v string, allowed ...string) error {
	if !slices.Contains(allowed, v) {
		return cell.Invalidf(at, "%q is not one of %s", v, strings.Join(allowed, ", "))
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

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
	for i, d := range p.Sides {
		if !cell.IsWord(d) || slices.Index(p.Sides, d) < i {
			return cell.Invalidf(fmt.Sprintf("/sides/%d", i), "%q is no desk, or named twice", d)
		}
	}
	for i, b := range p.Benefit {
		at := fmt.Sprintf("/benefit/%d", i)
		if !slices.Contains(p.Sides, b.Desk) {
			return cell.Invalidf(at+"/desk", "%q is no side of the venture", b.Desk)
		}
		if err := b.Text.Validate(at + "/text"); err != nil {
			return err
		}
	}
	return first(p.Title.Validate("/title"), key("/gate", p.Gate),
		oneOf("/field", p.Field, "water", "energy", "trade", "farming", "transport", "tourism", "health", "research", "other"),
		oneOf("/disclosure", p.Disclosure, Undisclosed, DesksOnly, Public))
}

// key wants the key of a matter that a desk opened, or nothing.
func key(at, s string) error {
	if s == "" {
		return nil
	}
	if r, err := cell.ParseRef(s); err != nil || !cell.IsWord(r.Desk) || len(r.ID) != 36 {
		return cell.Invalidf(at, "%q is not the key of a matter", s)
	}
	return nil
}

// Step says how far one desk has come with a venture.
type Step struct {
	Stage string      `json:"stage"`
	Text  []cell.Free `json:"text"`
}

// Validate checks the stage.
func (s Step) Validate() error {
	if len(s.Text) > 1 {
		return cell.Invalidf("/text", "more than one value")
	}
	for _, f := range s.Text {
		if err := f.Validate("/text/0"); err != nil {
			return err
		}
	}
	return oneOf("/stage", s.Stage, append(stages(), StageEnded)...)
}

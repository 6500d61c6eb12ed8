package deconfliction

import (
	"encoding/json"
	"strings"

	"parley/cell"
)

// Draft is a notice that is not filed: it stays at its desk. What is imported
// comes in as one (DEC-14).
type Draft struct {
	Kind string       `json:"kind"` // of the notice that it would be
	Body cell.RawBody `json:"body"` // as it would be filed; it need not be whole
}

// Validate wants a kind of notice and a body that reads as its own.
func (d Draft) Validate() error {
	if err := cell.OneOf("/kind", d.Kind, Activities()...); err != nil {
		return err
	}
	if len(d.Body) == 0 || d.Body.Kind() != '{' {
		return cell.Invalidf("/body", "the body is not an object")
	}
	if _, err := d.kind().Fill(d.Body); err != nil {
		return cell.Invalidf("/body", "%v", err)
	}
	return nil
}

func (d Draft) kind() cell.Kind {
	if d.Kind == KindWorks {
		return cell.KindOf(d.Kind, Works{})
	}
	return cell.KindOf(d.Kind, Activity{})
}

// undrafted gives a draft as the notice that it would be, so that it can be held
// against what was agreed before it is filed; anything else as it is.
func undrafted(m cell.Matter) cell.Matter {
	d, ok := m.Body.(Draft)
	if !ok {
		return m
	}
	b, err := d.kind().Fill(d.Body)
	var w Works
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil {
		return m
	}
	if m.Kind, m.Body = d.Kind, w.Activity; d.Kind == KindWorks {
		m.Body = w
	}
	return m
}

// What is known of a controller that has no desk (DEC-07).
const (
	ControlNotified   = "notified"
	ControlNoted      = "noted"
	ControlAgrees     = "agrees"
	ControlConditions = "conditions"
	ControlObjects    = "objects"
	ControlDenied     = "denied"
	ControlNoAnswer   = "no-answer"
)

// ControllerSays is what a controller without a desk answered to a notice, as the
// desk states that speaks with it (DEC-07).
type ControllerSays struct {
	Controller string      `json:"controller"` // its name in the notice
	Status     string      `json:"status"`
	At         int64       `json:"at"` // when it said so
	Text       []cell.Free `json:"text"`
}

// Validate wants a name, an answer and a time.
func (s ControllerSays) Validate() error {
	if s.At <= 0 {
		return cell.Invalidf("/at", "the time of the answer is missing")
	}
	return cell.First(stated("/controller", s.Controller), cell.OneOf("/status", s.Status,
		ControlNotified, ControlNoted, ControlAgrees, ControlConditions, ControlObjects, ControlDenied, ControlNoAnswer), cell.IfGiven("/text", s.Text))
}

// Deviate says that the activity has left what its notice said: another place,
// time or height. Only its own desk says so; it stands until the notice is
// changed to what is true, or completed.
type Deviate struct {
	Since int64        `json:"since"`
	Place []cell.Place `json:"place"`
	Text  []cell.Free  `json:"text"`
}

// Validate wants a time.
func (d Deviate) Validate() error {
	if d.Since <= 0 {
		return cell.Invalidf("/since", "the time since when is missing")
	}
	return cell.First(cell.IfGiven("/place", d.Place), cell.IfGiven("/text", d.Text))
}

// Propose says how one of the two notices of a conflict could move: to other
// volumes, or as the text says. It moves nothing by itself: the desk whose
// notice it is changes it. With the hash of a proposal of the other it is a
// counter-proposal, and turns that one down.
type Propose struct {
	Notice  string        `json:"notice"`  // the number or the key of the notice that would move
	Desk    string        `json:"desk"`    // whose notice it is
	Volumes []cell.Volume `json:"volumes"` // what it would keep instead; none: as the text says
	Instead string        `json:"instead"` // SHA-256 of the proposal that it answers, "" for none
	Text    []cell.Free   `json:"text"`
}

// Weight gives what the shapes take that were made of the proposal.
func (p Propose) Weight() int { return cell.Weigh(p.Volumes) }

// Validate wants a notice, its desk and something to move.
func (p Propose) Validate() error {
	if p.Instead != "" && !cell.IsHash(p.Instead) {
		return cell.Invalidf("/instead", "it is not the SHA-256 of a proposal")
	}
	return change{p.Notice, p.Desk, p.Volumes, p.Text}.validate()
}

// Decide says how one of the two notices of a conflict must move: the supervisor
// decides where the charter lets it, when the two do not settle it (DEC-08).
type Decide struct {
	Notice  string        `json:"notice"`
	Desk    string        `json:"desk"`
	Volumes []cell.Volume `json:"volumes"`
	Text    []cell.Free   `json:"text"`
}

// Weight gives what the shapes take that were made of the decision.
func (d Decide) Weight() int { return cell.Weigh(d.Volumes) }

// Validate wants a notice, its desk and something to move.
func (d Decide) Validate() error { return change(d).validate() }

// change is how a notice would move.
type change struct {
	Notice  string
	Desk    string
	Volumes []cell.Volume
	Text    []cell.Free
}

func (c change) validate() error {
	if strings.TrimSpace(c.Notice) == "" {
		return cell.Invalidf("/notice", "the notice that would move is not named")
	}
	if len(c.Volumes)+len(c.Text) == 0 {
		return cell.Invalidf("/volumes", "nothing is proposed: give volumes or a text")
	}
	return cell.First(cell.Short("/notice", c.Notice), cell.DeskAt("/desk", c.Desk), few("/volumes", c.Volumes, cell.MaxVolumes),
		cell.EachValid("/volumes", c.Volumes), cell.IfGiven("/text", c.Text))
}

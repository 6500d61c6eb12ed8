package roadmap

import (
	"fmt"
	"slices"
	"strings"

	"parley/cell"
)

// The kinds of the module.
const (
	KindDDay = "roadmap.dday/1"
	KindGate = "roadmap.gate/1"
	KindSign = "roadmap.sign/1"
)

// What a deciding desk signs.
const (
	Opens     = "opens"
	Withholds = "withholds"
)

// most is how many conditions a gate has at most, and the most days after D-day.
const (
	maxConditions = 32
	maxDays       = 36_500
)

// DDay declares the day from which relative dates run, once all parties agree.
type DDay struct {
	Day  int64       `json:"day"`
	Text []cell.Free `json:"text"` // what begins that day
}

// Validate wants the day.
func (d DDay) Validate() error {
	if d.Day <= 0 {
		return cell.Invalidf("/day", "the day is missing")
	}
	return cell.IfGiven("/text", d.Text)
}

// Gate stands before a phase, or within it. It is opened by the desks that
// decide, when its conditions are met.
type Gate struct {
	Phase      string      `json:"phase"` // of the charter
	Title      cell.Text3  `json:"title"`
	Deciders   []string    `json:"deciders"`
	DDay       string      `json:"dday"` // the key of the matter that declares it, "" when no date is relative
	Conditions []Condition `json:"conditions"`
}

// Condition is one thing that must hold. All parts that are given must.
type Condition struct {
	ID        string     `json:"id"`
	Text      cell.Text3 `json:"text"`
	Matter    string     `json:"matter"`     // a key; the matter is in one of the states
	States    []string   `json:"states"`     // of that matter
	AfterDays []int64    `json:"after_days"` // at most one: so many days after D-day
	Quiet     string     `json:"quiet"`      // a kind or rule: no matter of it is open
}

// DecidedBy gives the desks that decide the gate. A module that hangs on a gate
// asks its head for it.
func (g Gate) DecidedBy() []string { return slices.Clone(g.Deciders) }

// Validate checks the parts. A gate has at least one condition: one without is
// no gate.
func (g Gate) Validate() error {
	if g.Phase == "" || len(g.Phase) > 48 {
		return cell.Invalidf("/phase", "the phase is missing")
	}
	if err := cell.First(g.Title.Validate("/title"), cell.KeyAt("/dday", g.DDay)); err != nil {
		return err
	}
	if len(g.Deciders) == 0 {
		return cell.Invalidf("/deciders", "nobody decides")
	}
	if err := cell.EachOnce("/deciders", "desk", g.Deciders); err != nil {
		return err
	}
	if len(g.Conditions) == 0 || len(g.Conditions) > maxConditions {
		return cell.Invalidf("/conditions", "from 1 to %d conditions are wanted", maxConditions)
	}
	for i, c := range g.Conditions {
		at := fmt.Sprintf("/conditions/%d", i)
		if slices.ContainsFunc(g.Conditions[:i], func(o Condition) bool { return o.ID == c.ID }) {
			return cell.Invalidf(at+"/id", "%q names another condition", c.ID)
		}
		if err := c.validate(at); err != nil {
			return err
		}
	}
	return nil
}

func (c Condition) validate(at string) error {
	if !cell.IsWord(c.ID) {
		return cell.Invalidf(at+"/id", "%q is not a short lower-case word", c.ID)
	}
	if err := cell.First(c.Text.Validate(at+"/text"), cell.KeyAt(at+"/matter", c.Matter)); err != nil {
		return err
	}
	if (c.Matter == "") != (len(c.States) == 0) {
		return cell.Invalidf(at+"/states", "a matter and the states that it may be in go together")
	}
	for i, s := range c.States {
		if !cell.IsWord(s) {
			return cell.Invalidf(fmt.Sprintf("%s/states/%d", at, i), "%q is no state", s)
		}
	}
	if len(c.AfterDays) > 1 || len(c.AfterDays) == 1 && (c.AfterDays[0] < 0 || c.AfterDays[0] > maxDays) {
		return cell.Invalidf(at+"/after_days", "at most one number of days, from 0 to %d", maxDays)
	}
	if c.Quiet != "" && (len(c.Quiet) > 80 || !strings.Contains(c.Quiet, ".") || !strings.Contains(c.Quiet, "/")) {
		return cell.Invalidf(at+"/quiet", "%q is no kind of matter, such as hotline.cease/1", c.Quiet)
	}
	if c.Matter == "" && len(c.AfterDays) == 0 && c.Quiet == "" {
		return cell.Invalidf(at, "nothing that can be computed is asked: name a matter and its states, days after D-day, or a kind of which none is open")
	}
	return nil
}

// Sign is a deciding desk's signature under a gate, by which it opens it or
// withholds. Met names the conditions that it relies on.
type Sign struct {
	Open string      `json:"open"`
	Met  []string    `json:"met"`
	Text []cell.Free `json:"text"`
}

// OpensGate reports whether the signature opens the gate. A module that hangs on
// a gate asks the record for it.
func (s Sign) OpensGate() bool { return s.Open == Opens }

// Validate checks the word and the list.
func (s Sign) Validate() error {
	return cell.First(cell.OneOf("/open", s.Open, Opens, Withholds), cell.EachOnce("/met", "condition", s.Met), cell.IfGiven("/text", s.Text))
}

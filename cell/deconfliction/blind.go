package deconfliction

import (
	"fmt"
	"regexp"
	"slices"

	"parley/cell"
)

// The kinds by which two notices are laid beside each other of which one is
// blind: only its own desk and the supervisor hold its area (DEC-10).
const (
	KindChecked       = "deconfliction.checked/1"
	KindBlindConflict = "deconfliction.blind-conflict/1"
	KindConsent       = "deconfliction.consent/1"
	KindReveal        = "deconfliction.reveal/1"
	KindConfirm       = "deconfliction.confirm/1"
	KindParted        = "deconfliction.parted/1"
	KindProbing       = "deconfliction.probing/1"
	KindLooked        = "deconfliction.looked/1"
	KindContinue      = "deconfliction.continue/1"
)

// How much the other desk is told when a blind notice meets one of its own:
// that it does, in which part of some kilometres, or in which square of the
// charter's grid.
const (
	BlindWide = "blind-wide"
	BlindGrid = "blind-grid"
)

// wide is how many squares of the grid a side of a part has that [BlindWide]
// shows.
const wide = 8

// isBlind reports whether a notice is one that the supervisor alone may read.
func isBlind(confidentiality string) bool {
	return slices.Contains([]string{Blind, BlindWide, BlindGrid}, confidentiality)
}

// shown gives how many squares of the grid a side of what is shown has; 0:
// nothing is shown.
func shown(confidentiality string) int64 {
	switch confidentiality {
	case BlindWide:
		return wide
	case BlindGrid:
		return 1
	}
	return 0
}

// What a check came to.
const (
	CheckClear = "clear"
	CheckMeets = "meets"
	CheckHeld  = "held" // no answer: an officer of the supervisor looks first
)

// Checked says that the supervisor's node laid a notice beside those that the
// supervisor alone holds. It tells everybody who holds the notice.
type Checked struct {
	Result    string   `json:"result"`
	Meetings  int64    `json:"meetings"`  // with how many notices
	Zones     []string `json:"zones"`     // of the charter that it was counted in; "" where it lies in none
	Again     bool     `json:"again"`     // because another notice changed: no new answer to its own desk
	Answers   int64    `json:"answers"`   // of a blind notice: how often another came to meet it
	Withdrawn int64    `json:"withdrawn"` // and how many of those were taken back soon after
	Questions int64    `json:"questions"` // how many it counts for: one for each volume
}

// Validate checks the result and the numbers.
func (c Checked) Validate() error {
	if (c.Result == CheckMeets) != (c.Meetings > 0) {
		return cell.Invalidf("/meetings", "%d meetings do not go with %s", c.Meetings, c.Result)
	}
	if c.Meetings < 0 || c.Questions < 0 || c.Answers < 0 || c.Withdrawn < 0 || c.Withdrawn > c.Answers {
		return cell.Invalidf("/answers", "the numbers do not go together")
	}
	return cell.First(cell.OneOf("/result", c.Result, CheckClear, CheckMeets, CheckHeld), few("/zones", c.Zones, 64),
		cell.Each("/zones", c.Zones, cell.Short))
}

// BlindConflict says that two notices meet of which at least one is blind, and no more
// of it than its own desk chose to show. The supervisor's node files it; it goes
// to the desks of the two.
type BlindConflict struct {
	Between []string  `json:"between"` // the keys of the two notices
	Hidden  []string  `json:"hidden"`  // the desks whose notice is blind
	GridS   int64     `json:"grid_s"`  // side of a square in seconds of arc, 0: no place is shown
	Squares []Corner  `json:"squares"` // in which the two meet, as far as is shown
	Window  cell.Span `json:"window"`  // in which they meet, in whole slots; where no place is shown, in which both are active
}

// Corner names a square by its south-western corner in whole degrees, minutes and
// seconds: "122000N0380800W".
type Corner string

var cornerRE = regexp.MustCompile(`^(\d{2})([0-5]\d)([0-5]\d)[NS](\d{3})([0-5]\d)([0-5]\d)[EW]$`)

// Validate checks the form.
func (c Corner) Validate(at string) error {
	if !cornerRE.MatchString(string(c)) {
		return cell.Invalidf(at, "%q is not a corner such as 122000N0380800W", string(c))
	}
	return nil
}

// cornerAt names the corner at so many seconds of arc to the north and to the
// east.
func cornerAt(north, east int64) Corner {
	half := func(s int64, width int, plus, minus string) string {
		mark := plus
		if s < 0 {
			s, mark = -s, minus
		}
		return fmt.Sprintf("%0*d%02d%02d%s", width, s/3600, s/60%60, s%60, mark)
	}
	return Corner(half(north, 2, "N", "S") + half(east, 3, "E", "W"))
}

// Validate checks that there are two notices, and that what is shown is a grid.
func (m BlindConflict) Validate() error {
	if len(m.Between) != 2 || m.Between[0] == m.Between[1] {
		return cell.Invalidf("/between", "two notices meet")
	}
	if n := len(m.Hidden); n < 1 || n > 2 {
		return cell.Invalidf("/hidden", "at least one of the two is blind")
	}
	if (m.GridS > 0) != (len(m.Squares) > 0) {
		return cell.Invalidf("/squares", "squares and their side go together")
	}
	return cell.First(cell.Each("/between", m.Between, cell.KeyAt), cell.Each("/hidden", m.Hidden, cell.DeskAt), few("/squares", m.Squares, mostShown),
		cell.EachValid("/squares", m.Squares), m.Window.Validate("/window"))
}

// mostShown is how many squares a blind conflict names at most; beyond it none.
const mostShown = 400

// owners gives the desks of the two notices, in the order of their keys.
func (m BlindConflict) owners() (out []string) {
	for _, key := range m.Between {
		r, _ := cell.ParseRef(key)
		out = append(out, r.Desk)
	}
	return out
}

// of gives the key of a desk's notice.
func (m BlindConflict) of(desk string) (cell.Ref, bool) {
	i := slices.Index(m.owners(), desk)
	if i < 0 {
		return cell.Ref{}, false
	}
	r, err := cell.ParseRef(m.Between[i])
	return r, err == nil
}

// Consent says whether the areas of a blind conflict may be shown to the other desk.
// The latest word of each counts, until they are shown.
type Consent struct {
	Reveal string      `json:"reveal"` // yes or no
	Text   []cell.Free `json:"text"`
}

// Validate wants a word.
func (c Consent) Validate() error {
	return cell.First(cell.OneOf("/reveal", c.Reveal, "yes", "no"), cell.IfGiven("/text", c.Text))
}

// Reveal shows to the two desks of a blind conflict what was blind, all of it at
// once: the supervisor's node, which holds both, files it when both have
// consented, so that neither sees before the other.
type Reveal struct {
	Notices []Revealed `json:"notices"`
}

// Revealed is what one blind notice says.
type Revealed struct {
	Notice string       `json:"notice"` // its key
	Kind   string       `json:"kind"`
	Body   cell.RawBody `json:"body"`
}

// Validate wants one or two notices with their bodies.
func (r Reveal) Validate() error {
	if n := len(r.Notices); n < 1 || n > 2 {
		return cell.Invalidf("/notices", "%d notices: one or two are blind", n)
	}
	return cell.EachValid("/notices", r.Notices)
}

// Validate wants a notice and an object.
func (r Revealed) Validate(at string) error {
	if len(r.Body) == 0 || r.Body.Kind() != '{' {
		return cell.Invalidf(at+"/body", "the body is not an object")
	}
	return cell.First(cell.KeyAt(at+"/notice", r.Notice), cell.OneOf(at+"/kind", r.Kind, Activities()...))
}

// Parted says that two notices no longer meet: one was changed, withdrawn or
// completed. The supervisor's node files it.
type Parted struct{}

// Validate takes it as it is.
func (Parted) Validate() error { return nil }

// Probing says at the supervisor's desk alone that another desk has spent most of
// the charter's budget of a zone and a day, or all of it, by what it asked and what
// it took back of it: it may be feeling its way to what is blind. What it is, people
// find.
type Probing struct {
	Desk      string `json:"desk"`
	Zone      string `json:"zone"` // "" for what lies in none
	Day       int64  `json:"day"`  // when it began, UTC
	Answers   int64  `json:"answers"`
	Withdrawn int64  `json:"withdrawn"` // answers that were taken back in it: of that day, or of the one before
	Budget    int64  `json:"budget"`
}

// Validate checks the desk and the numbers.
func (p Probing) Validate() error {
	if p.Day <= 0 || p.Answers < 0 || p.Withdrawn < 0 || p.Answers+p.Withdrawn < 1 || p.Budget < 1 {
		return cell.Invalidf("/answers", "the numbers do not go together")
	}
	return cell.First(cell.DeskAt("/desk", p.Desk), cell.Short("/zone", p.Zone))
}

// Looked says that an officer of the supervisor has looked at it, and what was
// done.
type Looked struct {
	Text []cell.Free `json:"text"`
}

// Validate checks the text.
func (l Looked) Validate() error { return cell.IfGiven("/text", l.Text) }

// Continue lets the supervisor's node answer a notice though the budget is spent.
// It stays at the supervisor.
type Continue struct {
	Reason []cell.Free `json:"reason"`
}

// Validate checks the text.
func (c Continue) Validate() error { return cell.IfGiven("/reason", c.Reason) }

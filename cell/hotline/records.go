package hotline

import (
	"strings"

	"parley/cell"
)

// The kinds of the module.
const (
	KindMessage   = "hotline.message/1"
	KindLineCheck = "hotline.linecheck/1"
	KindWatch     = "hotline.watch/1"
	KindRoster    = "hotline.roster/1"
	KindAssign    = "hotline.assign/1"
	KindHandover  = "hotline.handover/1"
	KindTakeover  = "hotline.takeover/1"
	KindPresence  = "hotline.presence/1"
	KindPresent   = "hotline.present/1"
	KindCease     = "hotline.cease/1"
	KindDistress  = "hotline.distress/1"
	KindNotUs     = "hotline.notus/1"
	KindClarify   = "hotline.clarify/1"
	KindCall      = "hotline.call/1"
	KindConfirm   = "hotline.confirm/1"
	KindChState   = "hotline.chstate/1"
	KindProbe     = "hotline.probe/1"
	KindAttempt   = "hotline.attempt/1"
	KindCorrect   = "hotline.correct/1"
	KindProtest   = "hotline.protest/1"
	KindUltimatum = "hotline.ultimatum/1"
	KindHeaded    = "hotline.headed/1"
	KindDrill     = "hotline.drill/1"
	KindInject    = "hotline.inject/1"
)

// Message is a plain message in the author's language, with a place and a time
// that must be read back when they are given.
type Message struct {
	Body  cell.Free    `json:"body"`
	Place []cell.Place `json:"place"`
	Time  []int64      `json:"time"`
}

// Validate checks text, place and time.
func (m Message) Validate() error {
	return cell.First(m.Body.Validate("/body"), cell.IfGiven("/place", m.Place), cell.AtMostOne("/time", m.Time))
}

// Repeat gives the place and the time.
func (m Message) Repeat() cell.Repeat { return repeat(m.Place, m.Time, nil) }

func repeat(p []cell.Place, t []int64, n []int64) (r cell.Repeat) {
	if len(p) == 1 {
		r.Place = &p[0]
	}
	if len(t) == 1 {
		r.Time = t[0]
	}
	if len(n) == 1 {
		r.Number = &n[0]
	}
	return r
}

// Cease asks to stop an action now (HOT-05). Nothing is mandatory but what to
// stop and a place or a reference.
type Cease struct {
	What     string       `json:"what"`
	Place    []cell.Place `json:"place"`
	Ref      string       `json:"ref"` // a matter or a notice that says where
	Since    []int64      `json:"since"`
	AtRisk   []int64      `json:"at_risk"` // people
	Callback string       `json:"callback"`
	Note     []cell.Free  `json:"note"`
}

// Validate wants what to stop, and where or a reference.
func (c Cease) Validate() error {
	if len(c.Place) == 0 && strings.TrimSpace(c.Ref) == "" {
		return cell.Invalidf("/place", "a CEASE names a place or a reference")
	}
	return cell.First(
		cell.OneOf("/what", c.What, "fire", "strike", "advance", "flight", "works", "movement", "other"),
		cell.IfGiven("/place", c.Place), cell.Short("/ref", c.Ref), cell.AtMostOne("/since", c.Since),
		cell.AtMostOne("/at_risk", c.AtRisk), cell.Short("/callback", c.Callback), cell.IfGiven("/note", c.Note))
}

// Repeat gives the place.
func (c Cease) Repeat() cell.Repeat { return repeat(c.Place, nil, nil) }

// Distress says that people are in danger and what they need.
type Distress struct {
	Who       string      `json:"who"`
	Place     cell.Place  `json:"place"`
	Number    []int64     `json:"number"` // people
	Condition string      `json:"condition"`
	Need      string      `json:"need"`
	Approach  []cell.Free `json:"approach"` // how to come near safely
}

// Validate checks the codes and the place.
func (d Distress) Validate() error {
	return cell.First(
		cell.OneOf("/who", d.Who, "own-people", "civilians", "medical", "aircrew", "monitors"),
		d.Place.Validate("/place"), cell.AtMostOne("/number", d.Number),
		cell.OneOf("/condition", d.Condition, "unknown", "unhurt", "hurt", "trapped", "lost"),
		cell.OneOf("/need", d.Need, "rescue", "medical", "safe-passage", "hold-fire", "search"),
		cell.IfGiven("/approach", d.Approach))
}

// Repeat gives the place and the number of people.
func (d Distress) Repeat() cell.Repeat { return repeat([]cell.Place{d.Place}, nil, d.Number) }

// NotUs states that an event was not this party's action, or was an accident.
// It is a signed assertion that a later finding may rate (INC-11).
type NotUs struct {
	Event     string      `json:"event"`
	Statement string      `json:"statement"`
	Basis     []cell.Free `json:"basis"`
	Authority string      `json:"authority"`
}

// Validate checks the codes.
func (n NotUs) Validate() error {
	if strings.TrimSpace(n.Event) == "" {
		return cell.Invalidf("/event", "the event is not named")
	}
	return cell.First(cell.Short("/event", n.Event),
		cell.OneOf("/statement", n.Statement, "not-our-action", "accident", "not-directed", "under-inquiry"),
		cell.IfGiven("/basis", n.Basis), cell.OneOf("/authority", n.Authority, "watch", "desk-head", "delegation-head", "principal"))
}

// Clarify asks what a message means.
type Clarify struct {
	Question cell.Free `json:"question"`
}

// Validate checks the question.
func (c Clarify) Validate() error { return c.Question.Validate("/question") }

// Confirm puts into writing what was agreed by voice. Until the other desk has
// taken a position on it, the position is owed (HOT-12).
type Confirm struct {
	Agreed cell.Free `json:"agreed"`
	From   int64     `json:"from"`
	Until  []int64   `json:"until"` // none: open-ended
	Call   string    `json:"call"`  // the call record, if one is filed
}

// Validate checks the text and the times.
func (c Confirm) Validate() error {
	if len(c.Until) == 1 && c.Until[0] <= c.From {
		return cell.Invalidf("/until", "ends before it begins")
	}
	return cell.First(c.Agreed.Validate("/agreed"), cell.AtMostOne("/until", c.Until), cell.Short("/call", c.Call))
}

// Repeat gives the time from which it holds.
func (c Confirm) Repeat() cell.Repeat { return cell.Repeat{Time: c.From} }

// Protest is a formal protest or reservation, without prejudice.
type Protest struct {
	Text cell.Free `json:"text"`
}

// Validate checks the text.
func (p Protest) Validate() error { return p.Text.Validate("/text") }

// Correct withdraws something this desk said earlier and says what is right.
// Body, when given, is the whole new body of the message corrected.
type Correct struct {
	Wrong  cell.Free      `json:"wrong"`
	Right  cell.Free      `json:"right"`
	Effect []cell.Free    `json:"effect"`
	Body   []cell.RawBody `json:"body"`
}

// Validate checks the texts.
func (c Correct) Validate() error {
	return cell.First(c.Wrong.Validate("/wrong"), c.Right.Validate("/right"),
		cell.IfGiven("/effect", c.Effect), cell.AtMostOne("/body", c.Body))
}

// Revision gives the new body of the message corrected, nil when its fields
// stay as they are.
func (c Correct) Revision() cell.RawBody {
	if len(c.Body) == 1 {
		return c.Body[0]
	}
	return nil
}

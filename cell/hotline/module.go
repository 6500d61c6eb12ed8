package hotline

import (
	"context"
	"embed"

	"parley/cell"
)

var (
	text    = cell.Free{Lang: "en", Text: "Two vehicles at the bridge, 4 people."}
	open    = OpenItem{"alpha:0198a1b2-c3d4-7e5f-8a9b-0123456789ab", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", OpenClock}
	village = cell.Place{ID: "P-07", Lat: "12.3456", Lon: "-38.1234", Text: "P-07", Notation: "name", PrecisionM: 100}
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

// Module is the hotline.
var Module = cell.Module{
	Name: "hotline",
	Kinds: []cell.Kind{
		cell.KindOf(KindMessage, Message{Body: text, Place: []cell.Place{village}, Time: []int64{1767700000000}}).Opening().Drilled(),
		cell.KindOf(KindLineCheck, LineCheck{Text: 1, Slot: 1767700000000, Attempt: 1, Role: "watch", State: Up,
			Heads: []JournalHead{}, Channels: []ChannelHead{}, Code: "4821-0937-1174-6620-3"}).Opening().Needs(cell.RightWatch),
		cell.KindOf(KindWatch, Watch{Role: "watch", From: 1767700000000, To: 1767728800000, Languages: []string{"ar"}, Authority: "watch"}).Opening().Needs(cell.RightWatch),
		cell.KindOf(KindRoster, Roster{Slots: []Slot{{Role: "watch", From: 1767700000000, To: 1767728800000, Languages: []string{"ar"}, Authority: "watch"}}}).Opening().Needs(cell.RightWatch),
		cell.KindOf(KindAssign, Assign{Slots: []Assigned{{Role: "watch", From: 1767700000000, To: 1767728800000, Officer: "watch-2"}}}).Opening().AtHome().Needs(cell.RightWatch),
		cell.KindOf(KindHandover, Handover{To: "watch-2", Items: []OpenItem{open}, Mood: []cell.Free{text}}).Opening().AtHome().Needs(cell.RightWatch),
		cell.KindOf(KindTakeover, Takeover{Ticked: []OpenItem{open}, Question: []cell.Free{}}).AtHome().After(KindHandover).Needs(cell.RightWatch),
		cell.KindOf(KindPresence, Presence{Officer: "watch-1", Watch: open.Matter, Asked: 1767700000000, Until: 1767728800000}).Opening().AtHome().Needs(cell.RightWatch),
		cell.KindOf(KindPresent, Present{Outcome: StatePresent, Note: []cell.Free{}}).AtHome().After(KindPresence).Needs(cell.RightWatch),
		cell.KindOf(KindCease, Cease{What: "fire", Place: []cell.Place{village}, Since: []int64{1767700000000}, AtRisk: []int64{4}, Note: []cell.Free{text}}).Opening().Drilled().Saving(),
		cell.KindOf(KindDistress, Distress{Who: "civilians", Place: village, Number: []int64{4}, Condition: "hurt", Need: "medical", Approach: []cell.Free{text}}).Opening().Drilled().Saving(),
		cell.KindOf(KindNotUs, NotUs{Event: "A-14", Statement: "not-our-action", Basis: []cell.Free{text}, Authority: "watch"}).Opening().Drilled(),
		cell.KindOf(KindClarify, Clarify{Question: text}).Opening().Drilled().Needs(cell.RightWatch),
		cell.KindOf(KindCall, Call{Initiator: "alpha", Start: 1767700000000, End: 1767700600000, Means: "telephone",
			Participants: []Participant{{"alpha", "watch"}, {"bravo", "watch"}}, Interpreter: "supervisor", Points: text,
			Agreed: []cell.Free{text}, Disagreed: []cell.Free{}}).Opening().Drilled().Needs(cell.RightWatch),
		cell.KindOf(KindConfirm, Confirm{Agreed: text, From: 1767700000000, Until: []int64{1767728800000}}).Opening().Drilled(),
		cell.KindOf(KindChState, ChState{With: "bravo", State: Suspended, Reason: []cell.Free{text}}).Opening().Needs(cell.RightCommit),
		cell.KindOf(KindProbe, Probe{With: "bravo", State: TechDown, Since: 1767700000000, Evidence: "no answer on either lane for 15 s", Confidence: "high"}),
		cell.KindOf(KindAttempt, Attempt{Toward: "bravo", Means: "telephone", Outcome: "no-answer", Started: 1767700000000, Note: []cell.Free{}}).Needs(cell.RightWatch),
		cell.KindOf(KindCorrect, Correct{Wrong: text, Right: text, Effect: []cell.Free{}, Body: []cell.RawBody{}}).Revising().Drilled(),
		cell.KindOf(KindProtest, Protest{Text: text}).Opening().Drilled(),
		cell.KindOf(KindUltimatum, Ultimatum{Demand: text, Deadline: []int64{1767728800000}, Consequence: []cell.Free{text}, Authority: "principal"}).Opening().Needs(cell.RightCommit),
		cell.KindOf(KindHeaded, Headed{}).Only(cell.WhoOthers).After(KindUltimatum).Needs(cell.RightCommit),
		cell.KindOf(KindDrill, Drill{From: 1767700000000, Until: 1767703600000, Note: []cell.Free{}}).Opening().Drilled().Needs(cell.RightWatch),
		cell.KindOf(KindInject, Inject{Event: "signal-lost", Place: []cell.Place{village}, Time: []int64{1767700000000}, Number: []int64{4}, Note: []cell.Free{}}).Opening().Drilled().After(KindDrill).Needs(cell.RightWatch),
	},
	Templates: templates,
	Words:     words,
	Judge:     judge,
	Lives:     lives(),
	Standing:  standing,
	Due:       due,
	Holds:     holds,
	About:     about,
	DDL:       ddl,
	Tables:    []string{"hotline_attempt"},
	Apply:     apply,
	Queries: []cell.Query{
		{Name: "checks", Path: "/checks", Summary: "Line checks with their answers, and the register of attempts (HOT-02, HOT-04)", Run: checks},
		{Name: "channels", Path: "/channels", Summary: "The state of the channel between every two desks, with evidence (HOT-16)", Run: channels},
		{Name: "roster", Path: "/roster", Summary: "Who has the watch at each desk in the next seven days, and what is not covered (HOT-01)", Run: roster},
		{Name: "handover", Path: "/handover", Summary: "What is open at this desk for the officer who hands over, and the hand-overs (HOT-09)", Run: handover},
		{Name: "ledger", Path: "/ledger", Summary: "Who tried to reach whom in the last thirty days, and what came of it (HOT-04)", Run: ledger},
		{Name: "drills", Path: "/drills", Summary: "Drills, and how long each desk took to receive, read back and pass on (HOT-18)", Run: drills},
	},
}

const ledgerSpan = 30 * 24 * 3600 * 1000

// Check is one line of the ledger of line checks.
type Check struct {
	Key      string            `json:"key"`
	Number   string            `json:"number"`
	At       int64             `json:"at"`
	Slot     int64             `json:"slot"`
	Attempt  int64             `json:"attempt"`
	From     string            `json:"from"`
	To       []string          `json:"to"`
	Answered map[string]*int64 `json:"answered"`
	Result   string            `json:"result"` // answered, missed or waiting
	Code     string            `json:"code"`
}

func checks(ctx context.Context, v cell.View) (any, error) {
	out := struct {
		Checks   []Check `json:"checks"`
		Attempts []Tried `json:"attempts"`
	}{Checks: []Check{}}
	for _, m := range v.Find(KindLineCheck, v.Now-ledgerSpan) {
		b, ok := m.Body.(LineCheck)
		if !ok || m.Head == nil {
			continue
		}
		c := Check{Key: m.Ref.String(), Number: m.Number(v.Charter), At: m.Head.At, Slot: b.Slot, Attempt: b.Attempt,
			From: m.Opener(), To: m.Head.To, Answered: map[string]*int64{}, Result: "waiting", Code: b.Code}
		for _, d := range m.Head.To {
			c.Answered[d] = nil
			if r := m.Column(d).Received; r != nil {
				c.Answered[d] = &r.At
			}
		}
		switch checkStatus(m, v.Charter, v.Now).Name {
		case StateAnswered:
			c.Result = "answered"
		case StateMissed, cell.StateFailed:
			c.Result = "missed"
		}
		out.Checks = append(out.Checks, c)
	}
	var err error
	out.Attempts, err = attempts(ctx, v.Tx, v.Now-ledgerSpan)
	return out, err
}

// Channel is the state of the channel between two desks.
type Channel struct {
	Pair       []string   `json:"pair"`
	Key        string     `json:"key"`
	State      string     `json:"state"`
	Since      int64      `json:"since"`
	Cause      cell.T3    `json:"cause"`
	Evidence   []string   `json:"evidence"`
	Confidence string     `json:"confidence"`
	DeclaredBy string     `json:"declared_by"`
	History    []Recorded `json:"history"`
}

// Recorded is one change in a channel's history.
type Recorded struct {
	At    int64   `json:"at"`
	State string  `json:"state"`
	By    string  `json:"by"`
	Ref   string  `json:"ref"`
	Text  cell.T3 `json:"text"`
}

func channels(_ context.Context, v cell.View) (any, error) {
	out := []Channel{}
	for _, m := range v.Find(RuleChannel, 0) {
		out = append(out, channel(m, v.Charter, v.Now))
	}
	return struct {
		Channels []Channel `json:"channels"`
	}{out}, nil
}

func channel(m cell.Matter, c *cell.Charter, now int64) Channel {
	s := channelStatus(m, c, now)
	ch := Channel{Pair: m.Audience(), Key: m.Ref.String(), State: s.Name, Since: s.Since, Confidence: "high", Evidence: []string{}, History: []Recorded{}}
	for _, h := range m.Records {
		if !m.Counts(h) {
			continue
		}
		r := Recorded{At: h.At, By: h.Desk, Ref: h.Cite().String(), Text: c.Text(h.Record)}
		match := false
		switch b := h.Body.(type) {
		case ChState:
			r.State, match = b.State, b.State == s.Name
			if match {
				ch.DeclaredBy = h.Desk
			}
		case Probe:
			r.State, match = b.State, b.State == s.Name
			if match {
				ch.Confidence = b.Confidence
			}
		case Attempt:
			r.State, match = b.Outcome, s.Name == Unanswered && b.Outcome != "answered" && b.Outcome != "line-fault"
		default:
			continue
		}
		if match {
			ch.Evidence, ch.Cause = append(ch.Evidence, r.Ref), r.Text
		}
		ch.History = append(ch.History, r)
	}
	return ch
}

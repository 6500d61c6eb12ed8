package hotline

import (
	"fmt"
	"slices"
	"strings"

	"parley/cell"
)

// Watch says who is on watch at a desk: role, languages, authority, from and
// to (HOT-01). Names stay at home.
type Watch struct {
	Role      string   `json:"role"`
	From      int64    `json:"from"`
	To        int64    `json:"to"`
	Languages []string `json:"languages"`
	Authority string   `json:"authority"`
	Backup    string   `json:"backup"` // other means of reaching the desk
}

// Validate checks times and codes.
func (w Watch) Validate() error {
	if w.To <= w.From || w.From <= 0 {
		return cell.Invalidf("/to", "the watch ends before it begins")
	}
	if w.To-w.From > 24*3600*1000 {
		return cell.Invalidf("/to", "a watch is at most 24 hours")
	}
	if len(w.Languages) == 0 {
		return cell.Invalidf("/languages", "no language is named")
	}
	return cell.First(cell.OneOf("/role", w.Role, "watch", "second-officer", "desk-head"),
		cell.OneOf("/authority", w.Authority, "watch", "desk-head", "delegation-head"), cell.Short("/backup", w.Backup))
}

// JournalHead is a journal's size and root as its desk sees it.
type JournalHead struct {
	Desk string `json:"desk"`
	Gen  int    `json:"gen"`
	Size int64  `json:"size"`
	Root string `json:"root"` // hex
}

// ChannelHead is the last serial of a channel that the author knows.
type ChannelHead struct {
	Channel string `json:"channel"` // "alpha>bravo,supervisor"
	Serial  int64  `json:"serial"`
}

// LineCheck asks "are you there", states the heads of the journals and of the
// channels, and a short code over the heads that two officers can read to each
// other by telephone (HOT-02). Its text is a number in a neutral bank: a check
// carries no free text (HOT-03).
type LineCheck struct {
	Text     int64         `json:"text"`    // number in the charter's bank, from 1
	Slot     int64         `json:"slot"`    // the scheduled time, 0 when asked for by hand
	Attempt  int64         `json:"attempt"` // 1 to 3
	Role     string        `json:"role"`
	State    string        `json:"state"` // of the channel, as seen here
	Heads    []JournalHead `json:"heads"`
	Channels []ChannelHead `json:"channels"`
	Code     string        `json:"code"`
}

// Validate checks the codes.
func (l LineCheck) Validate() error {
	if l.Text < 1 || l.Attempt < 1 || l.Attempt > 3 || l.Slot < 0 {
		return cell.Invalidf("/text", "a check has a text number from 1 and an attempt from 1 to 3")
	}
	for i, h := range l.Heads {
		if !cell.IsWord(h.Desk) || h.Gen < 1 || h.Size < 0 || !cell.IsHash(h.Root) {
			return cell.Invalidf(fmt.Sprintf("/heads/%d", i), "not a desk, a generation, a size and a root")
		}
	}
	for i, ch := range l.Channels {
		if !isChannel(ch.Channel) || ch.Serial < 1 {
			return cell.Invalidf(fmt.Sprintf("/channels/%d", i), "not a channel and its last serial")
		}
	}
	if l.Code != "auto" && strings.Trim(l.Code, "0123456789-") != "" {
		return cell.Invalidf("/code", "%q is not a code of digits: a check carries no free text", l.Code)
	}
	return cell.First(cell.Short("/code", l.Code), cell.OneOf("/role", l.Role, "", "node", "watch", "second-officer", "desk-head", "interpreter"),
		cell.OneOf("/state", l.State, "up", "degraded", "tech-down", "unanswered", "suspended", "severed", "withdrawn"))
}

func isChannel(s string) bool {
	from, to, ok := strings.Cut(s, ">")
	return ok && cell.IsWord(from) && !slices.ContainsFunc(strings.Split(to, ","), func(d string) bool { return !cell.IsWord(d) })
}

// Attempt is a try to reach another desk and what came of it (HOT-04): a
// first-class record, whoever made it and by whatever means.
type Attempt struct {
	Toward  string      `json:"toward"`
	Means   string      `json:"means"`
	Outcome string      `json:"outcome"`
	Started int64       `json:"started"`
	Check   string      `json:"check"` // the line check, when it was one
	Note    []cell.Free `json:"note"`
}

// Validate checks the codes.
func (a Attempt) Validate() error {
	return cell.First(cell.DeskAt("/toward", a.Toward), cell.OneOf("/means", a.Means, "link", "telephone", "radio", "satellite", "in-person"),
		cell.OneOf("/outcome", a.Outcome, "answered", "no-answer", "refused", "busy", "not-authorised", "line-fault"),
		cell.Short("/check", a.Check), cell.IfGiven("/note", a.Note))
}

// Probe is what a node's own link finds about another desk's node. It never
// says why, and never "suspended": only a declaration can (HOT-16).
type Probe struct {
	With       string `json:"with"`
	State      string `json:"state"`
	Since      int64  `json:"since"`
	Evidence   string `json:"evidence"`
	Confidence string `json:"confidence"`
}

// Validate checks the codes.
func (p Probe) Validate() error {
	return cell.First(cell.DeskAt("/with", p.With), cell.OneOf("/state", p.State, "up", "degraded", "tech-down"), cell.Short("/evidence", p.Evidence),
		cell.OneOf("/confidence", p.Confidence, "high", "medium", "low"))
}

// ChState declares the state of the channel with another desk, or that this
// desk is withdrawn or has returned. Life-safety messages pass in every state
// (HOT-17).
type ChState struct {
	With   string      `json:"with"`
	State  string      `json:"state"`
	Reason []cell.Free `json:"reason"`
}

// Validate checks the codes.
func (s ChState) Validate() error {
	return cell.First(cell.DeskAt("/with", s.With), cell.OneOf("/state", s.State, "suspended", "severed", "withdrawn", "restored"), cell.IfGiven("/reason", s.Reason))
}

// Participant is who was on a call, by desk and role.
type Participant struct {
	Desk string `json:"desk"`
	Role string `json:"role"`
}

// Call is one desk's record of a call or a meeting (HOT-11). Each side agrees
// to its hash, or files its own version about it: both stand, side by side.
type Call struct {
	Initiator    string        `json:"initiator"`
	Start        int64         `json:"start"`
	End          int64         `json:"end"`
	Means        string        `json:"means"`
	Participants []Participant `json:"participants"`
	Interpreter  string        `json:"interpreter"`
	Points       cell.Free     `json:"points"`
	Agreed       []cell.Free   `json:"agreed"`
	Disagreed    []cell.Free   `json:"disagreed"`
}

// Validate checks times, codes and texts.
func (c Call) Validate() error {
	if c.Start <= 0 || c.End < c.Start {
		return cell.Invalidf("/end", "the call ends before it starts")
	}
	return cell.First(cell.DeskAt("/initiator", c.Initiator), cell.OneOf("/means", c.Means, "telephone", "radio", "video", "in-person"), cell.Short("/interpreter", c.Interpreter),
		c.Points.Validate("/points"), cell.IfGiven("/agreed", c.Agreed), cell.IfGiven("/disagreed", c.Disagreed))
}

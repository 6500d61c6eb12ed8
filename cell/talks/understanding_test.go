package talks_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/talks"
)

const hour = 3600_000

// standstill is what both sides understand: from noon and an hour, for a day.
func standstill() talks.Understanding {
	return talks.Understanding{Text: says("standstill"), From: celltest.Noon + hour, Until: []int64{celltest.Noon + 25*hour}, Open: talks.No, Authority: "delegation-head",
		Disseminate: []talks.Duty{{Desk: "alpha", Level: "brigade", By: celltest.Noon + 2*hour}, {Desk: "alpha", Level: "unit", By: celltest.Noon + 3*hour},
			{Desk: "bravo", Level: "unit", By: celltest.Noon + 2*hour}}}
}

// TLK-11 T: an understanding cannot be saved without text, start, end or the
// word open-ended, authority, and who is told.
func TestTLK11CannotBeSavedWithout(t *testing.T) {
	celltest.WantAt(t, standstill(), "")
	open := standstill()
	open.Until, open.Open = nil, talks.Yes
	celltest.WantAt(t, open, "")
	for at, change := range map[string]func(*talks.Understanding){
		"/text/en":       func(u *talks.Understanding) { u.Text.En = "" },
		"/text/he":       func(u *talks.Understanding) { u.Text.He = "" },
		"/from":          func(u *talks.Understanding) { u.From = 0 },
		"/until":         func(u *talks.Understanding) { u.Until = nil },
		"/open":          func(u *talks.Understanding) { u.Open = talks.Yes },
		"/authority":     func(u *talks.Understanding) { u.Authority = "" },
		"/disseminate":   func(u *talks.Understanding) { u.Disseminate = nil },
		"/disseminate/1": func(u *talks.Understanding) { u.Disseminate[1].Level = "brigade" },
		"/disseminate/0": func(u *talks.Understanding) { u.Disseminate[0].By = 0 },
		"/area":          func(u *talks.Understanding) { u.Area = make([]cell.Area, 2) },
		"/area/0":        func(u *talks.Understanding) { u.Area = make([]cell.Area, 1) },
	} {
		u := standstill()
		change(&u)
		celltest.WantAt(t, u, at)
	}
	before := standstill()
	before.Until[0] = before.From
	celltest.WantAt(t, before, "/until")
	neither := standstill()
	neither.Open = ""
	celltest.WantAt(t, neither, "/open")
}

// TLK-11 T: each party owes that it is passed on: an understanding that names
// no level of one of them is refused at its desk, contested at the others, and
// comes into force in no way; a change is no way round.
func TestTLK11EachPartyPassesItOn(t *testing.T) {
	for _, tt := range []struct {
		what, rule string
		change     func(*talks.Understanding)
		to         []string
	}{
		{"no level of bravo", "talks.duty", func(u *talks.Understanding) { u.Disseminate = u.Disseminate[:2] }, nil},
		{"a level that the charter does not list", "talks.duty", func(u *talks.Understanding) { u.Disseminate[2].Level = "platoon" }, nil},
		{"a desk that is not addressed", "talks.duty", func(u *talks.Understanding) { u.Disseminate[0].Desk = "delta" }, nil},
		{"with one party only", "talks.parties", func(u *talks.Understanding) { u.Disseminate = u.Disseminate[:2] }, []string{"supervisor"}},
	} {
		bad := standstill()
		tt.change(&bad)
		x := newTalk(t)
		head := x.Add(t, "alpha", talks.KindUnderstanding, bad, func(r *cell.Record) {
			if tt.to != nil {
				r.To = tt.to
			}
		})
		if rules := x.Rules(head); !slices.Contains(rules, tt.rule) {
			t.Errorf("%s: refused for %v, want %s", tt.what, rules, tt.rule)
		}
		x.WantContested(t, head, "", tt.rule)
		if tt.to == nil {
			x.agrees("bravo", head)
		}
		x.Now = celltest.Noon + 2*hour
		x.wantState(head, "proposed")
		if tt.to == nil { // nor once a change has mended it: it was never proposed rightly
			x.change(head, standstill())
			x.agrees("bravo", head)
			x.wantState(head, "proposed")
		}

		y := newTalk(t)
		good := y.Add(t, "alpha", talks.KindUnderstanding, standstill(), nil)
		up := y.change(good, bad)
		if tt.to == nil {
			y.WantContested(t, up, "", tt.rule)
			if u := y.screen("bravo").Understandings[0]; len(u.Duties) != 3 || u.Duties[2].Level != "unit" {
				t.Errorf("%s: a change made it say %v", tt.what, u.Duties)
			}
		}
	}
}

// TLK-11 T: agreed by hash, in force from its time, told level by level with a
// time for each, ended at its end; a missing level is late by the minute.
func TestTLK11FromProposalToEnd(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "supervisor", talks.KindUnderstanding, standstill(), nil)
	x.DeliverAll(head)
	x.wantState(head, "proposed")
	x.agrees("alpha", head)
	x.takes("bravo", head, cell.Position{Position: cell.Noted})
	x.wantState(head, "proposed")
	last := x.agrees("bravo", head)
	s := x.wantState(head, "agreed")
	if s.Since != last.At {
		t.Errorf("agreed since %d, want %d", s.Since, last.At)
	}
	if w := owed(s, cell.NeedDisseminated); len(w) != 2 || w[0].Desk != "alpha" || w[0].Due != celltest.Noon+2*hour || w[1].Desk != "bravo" {
		t.Errorf("owed: %+v", w)
	}
	x.Now = celltest.Noon + hour
	if s := x.wantState(head, "in-force"); s.Since != celltest.Noon+hour || s.Next == 0 {
		t.Errorf("in force: %+v", s)
	}
	x.Ack(t, "alpha", head, cell.Disseminated{Level: "brigade", At: celltest.Noon + hour})
	x.Ack(t, "bravo", head, cell.Disseminated{Level: "unit", At: celltest.Noon + hour, Cannot: true})
	u := x.screen("alpha").Understandings[0]
	if u.Disseminated || u.Duties[0].Done != celltest.Noon+hour || u.Duties[1].Done != 0 || u.Duties[2].Done != 0 || len(u.Agreed) != 2 {
		t.Errorf("duties %+v, agreed %v", u.Duties, u.Agreed)
	}
	x.Now = celltest.Noon + 2*hour
	w := owed(x.wantState(head, "in-force"), cell.NeedDisseminated)
	if len(w) != 2 || w[0].Due != celltest.Noon+3*hour || w[0].Level != "" || w[1].Desk != "bravo" || w[1].Level == "" {
		t.Errorf("bravo could not tell its units and is late: %+v", w)
	}
	x.Ack(t, "bravo", head, cell.Disseminated{Level: "unit", At: x.Now})
	x.Ack(t, "alpha", head, cell.Disseminated{Level: "unit", At: x.Now})
	if w := owed(x.wantState(head, "in-force"), cell.NeedDisseminated); len(w) != 0 || !x.screen("bravo").Understandings[0].Disseminated {
		t.Errorf("all are told, and %+v is owed", w)
	}
	x.takes("alpha", head, cell.Position{Position: cell.Disputes})
	x.wantState(head, "in-question")
	x.agrees("alpha", head)
	x.wantState(head, "in-force")
	x.Now = celltest.Noon + 25*hour
	if s := x.wantState(head, "ended"); s.Open {
		t.Errorf("ended and open: %+v", s)
	}
}

// TLK-11 T: who agreed to one text has not agreed to the next: a change is a
// proposal, and what all agreed to stays in force until all agree to another.
// No desk ends it alone.
func TestTLK11AgreementIsToOneText(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "alpha", talks.KindUnderstanding, standstill(), nil)
	x.agrees("bravo", head)
	x.wantState(head, "agreed") // alpha wrote it
	longer := standstill()
	longer.Until, longer.Open = nil, talks.Yes
	longer.Disseminate = longer.Disseminate[1:]
	up := x.change(head, longer)
	x.Now = celltest.Noon + hour
	x.wantState(head, "in-force")
	u := x.screen("bravo").Understandings[0]
	if !u.Pending || len(u.Ends) != 1 || len(u.Duties) != 3 || len(u.Agreed) != 2 {
		t.Errorf("a change is proposed: %+v", u)
	}
	x.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites = head.Ref(), []cell.Cite{up.Cite()}
		x.Sees(r)
	})
	x.wantState(head, "in-force") // nor does a withdrawal end it
	x.Now = celltest.Noon + 25*hour
	x.wantState(head, "ended")

	y := newTalk(t)
	head = y.Add(t, "supervisor", talks.KindUnderstanding, standstill(), nil)
	y.agrees("alpha", head)
	y.change(head, longer)
	y.agrees("bravo", head)
	y.Now = celltest.Noon + 25*hour
	y.wantState(head, "proposed") // each agreed to another text
	y.agrees("alpha", head)
	y.Now = celltest.Noon + 400*24*hour
	y.wantState(head, "in-force")
	if u := y.screen("alpha").Understandings[0]; u.Pending || len(u.Ends) != 0 || len(u.Duties) != 2 {
		t.Errorf("without an end: %+v", u)
	}

	z := newTalk(t)
	head = z.Add(t, "alpha", talks.KindUnderstanding, standstill(), nil)
	z.takes("alpha", head, cell.Position{Position: cell.Objects}) // it takes its word back before bravo agrees
	z.agrees("bravo", head)
	z.Now = celltest.Noon + 2*hour
	z.wantState(head, "proposed")
	z.Now = celltest.Noon + 25*hour
	z.wantState(head, "lapsed")
	if c := z.screen("bravo").Clock; c.LastMove != 0 {
		t.Errorf("they did not agree, and it counts as a move: %+v", c)
	}
}

func owed(s cell.State, need string) []cell.Wait {
	return slices.DeleteFunc(slices.Clone(s.Waiting), func(w cell.Wait) bool { return w.For != need })
}

// TLK-07 T: the register shows both clocks, since the last round and since the
// last substantive move, against the charter's limit; what counts as a move is
// a round that says so, a bracket closed, an understanding in force.
func TestTLK07TwoClocks(t *testing.T) {
	const day = 24 * hour
	x := newTalk(t)
	if c := x.screen("alpha").Clock; c.LimitMS != 14*day || c.Stalled || c.DaysSinceRound != -1 || c.DaysSinceMove != -1 || len(c.Move) != 0 {
		t.Errorf("before anything: %+v", c)
	}
	round := func(from int64, substantive string) talks.Round {
		r := talks.Round{Place: []cell.Free{}, Level: "experts", From: from, Until: from + 3*hour, Agenda: says("agenda"), Substantive: talks.No, Next: []int64{}}
		if substantive == talks.Yes {
			r.Substantive, r.Outcome = talks.Yes, []cell.Text3{says("outcome")}
		}
		return r
	}
	want := func(lastRound, sinceRound, sinceMove int64, what string, stalled bool) {
		t.Helper()
		c := x.screen("bravo").Clock
		got := ""
		if len(c.Move) == 1 {
			got = c.Move[0].What
		}
		if c.LastRound != lastRound || c.DaysSinceRound != sinceRound || c.DaysSinceMove != sinceMove || got != what || c.Stalled != stalled {
			t.Errorf("clock %+v, want round %d (%d days), move %s (%d days), stalled %v", c, lastRound, sinceRound, what, sinceMove, stalled)
		}
	}
	first := x.Add(t, "supervisor", talks.KindRound, round(celltest.Noon+hour, talks.No), nil)
	if c := x.screen("bravo").Clock; c.Next != celltest.Noon+hour || c.LastRound != 0 {
		t.Errorf("announced: %+v", c)
	}
	x.wantState(first, "announced")
	x.Now = celltest.Noon + 2*hour
	x.wantState(first, "sitting")
	x.Now = celltest.Noon + day
	if w := owed(x.wantState(first, "sitting"), talks.NeedOutcome); len(w) != 1 || w[0].Desk != "supervisor" || w[0].Due == 0 {
		t.Errorf("the outcome is owed: %+v", w)
	}
	want(celltest.Noon+4*hour, 0, -1, "", false)
	x.change(first, round(celltest.Noon+hour, talks.Yes))
	x.wantState(first, "recorded")
	want(celltest.Noon+4*hour, 0, 0, "round", false)

	x.Now = celltest.Noon + 10*day // they meet, and nothing moves: the two clocks part
	x.Add(t, "supervisor", talks.KindRound, round(x.Now, talks.No), nil)
	x.Now = celltest.Noon + 15*day
	want(celltest.Noon+10*day+3*hour, 4, 14, "round", true)

	head := x.Add(t, "supervisor", talks.KindText, text(1, clause("c-1", "bracketed", "alpha", "bravo")), nil)
	want(celltest.Noon+10*day+3*hour, 4, 14, "round", true) // a first draft moves nothing
	x.change(head, text(2, clause("c-1", "bracketed", "alpha")))
	want(celltest.Noon+10*day+3*hour, 4, 0, "bracket", false)

	x.Now = celltest.Noon + 20*day
	x.change(head, text(3, clause("c-1", "bracketed", "alpha", "bravo"))) // a bracket opened is no move
	u := standstill()
	u.From, u.Until = x.Now, []int64{x.Now + day}
	us := x.Add(t, "alpha", talks.KindUnderstanding, u, nil)
	want(celltest.Noon+10*day+3*hour, 9, 5, "bracket", false)
	x.agrees("bravo", us)
	want(celltest.Noon+10*day+3*hour, 9, 0, "understanding", false)
	x.Now += 15 * day
	want(celltest.Noon+10*day+3*hour, 24, 15, "understanding", true)
}

func TestRoundValidates(t *testing.T) {
	ok := talks.Round{Level: "experts", From: 1, Until: 2, Agenda: says("agenda"), Substantive: talks.No}
	celltest.WantAt(t, ok, "")
	for at, change := range map[string]func(*talks.Round){
		"/substantive": func(r *talks.Round) { r.Substantive = talks.Yes },
		"/level":       func(r *talks.Round) { r.Level = "everybody" },
		"/until":       func(r *talks.Round) { r.Until = r.From },
		"/agenda/ar":   func(r *talks.Round) { r.Agenda.Ar = "" },
		"/next":        func(r *talks.Round) { r.Next = []int64{1, 2} },
		"/place":       func(r *talks.Round) { r.Place = make([]cell.Free, 2) },
		"/outcome/0/en": func(r *talks.Round) {
			r.Outcome = []cell.Text3{says("outcome")}
			r.Outcome[0].En = " "
		},
	} {
		r := ok
		change(&r)
		celltest.WantAt(t, r, at)
	}
}

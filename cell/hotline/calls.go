package hotline

import (
	"cmp"
	"context"
	"slices"

	"parley/cell"
)

// Try is one line of the ledger of calls: who tried to reach whom, by what
// means, what came of it, and how long until an answer (HOT-04).
type Try struct {
	Ref      string `json:"ref"` // the attempt, or the FLASH that was late
	At       int64  `json:"at"`
	Desk     string `json:"desk"`
	Toward   string `json:"to"`
	Means    string `json:"means"`
	Outcome  string `json:"outcome"`
	Started  int64  `json:"started"`
	Answered int64  `json:"answered"` // 0: not yet
	Number   string `json:"number"`   // of the matter or the line check, "" for none
}

// Total is what the ledger says of one desk's calls to another.
type Total struct {
	Desk       string           `json:"desk"`
	Toward     string           `json:"to"`
	Tries      int64            `json:"tries"`
	Answered   int64            `json:"answered"`
	Unanswered map[string]int64 `json:"unanswered"` // by outcome
	LongestMS  int64            `json:"longest_ms"` // until an answer came; of those still without, until now
}

// Calls is the ledger of thirty days, newest first.
type Calls struct {
	Since  int64   `json:"since"`
	Tries  []Try   `json:"tries"`
	Totals []Total `json:"totals"`
}

// outcomes that say that somebody was not reached.
func unanswered(outcome string) bool { return outcome != "answered" }

func ledger(_ context.Context, v cell.View) (any, error) { return Ledger(v.Here), nil }

// Ledger gives the ledger of calls as a desk holds it: the attempts that count,
// whoever noted them and by what means, and every FLASH that a node held or an
// officer took later than the charter's clock. What an exercise held in an
// actual cell is not in it (HOT-04, HOT-18).
func Ledger(s cell.Here) Calls {
	out := Calls{Since: s.Now - ledgerSpan, Tries: []Try{}}
	for _, m := range s.Find(RuleChannel, 0) {
		for _, h := range m.Records {
			if a, ok := h.Body.(Attempt); ok && m.Counts(h) && h.At >= out.Since {
				t := Try{Ref: h.Cite().String(), At: h.At, Desk: h.Desk, Toward: a.Toward, Means: a.Means, Outcome: a.Outcome, Started: a.Started, Number: a.Check}
				if !unanswered(a.Outcome) {
					t.Answered = h.At
				}
				out.Tries = append(out.Tries, t)
			}
		}
	}
	for _, kind := range flashKinds(s.Charter) {
		for _, m := range s.Find(kind, out.Since) {
			if m.Precedence() == cell.Flash && m.Stands() && !m.Exercised(s.Charter) {
				out.Tries = append(out.Tries, lateFlash(m, s.Charter, s.Now)...)
			}
		}
	}
	slices.SortFunc(out.Tries, func(a, b Try) int {
		return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.Ref, a.Ref), cmp.Compare(a.Toward, b.Toward))
	})
	out.answer()
	out.Totals = totals(out.Tries, s.Now)
	return out
}

// flashKinds are the kinds whose matters are FLASH by their template, and the
// messages that an officer may make so.
func flashKinds(c *cell.Charter) []string {
	out := []string{KindMessage}
	for _, t := range c.Templates {
		if t.Precedence == cell.Flash && !slices.Contains(out, t.Kind) {
			out = append(out, t.Kind)
		}
	}
	return out
}

// lateFlash gives a line for every addressee whose node held a FLASH too late,
// and for every one whose officer took it too late.
func lateFlash(m cell.Matter, c *cell.Charter, now int64) []Try {
	var out []Try
	v := m.Version
	line := func(desk, outcome string, started, answered int64) {
		out = append(out, Try{Ref: v.Cite().String(), At: v.At, Desk: m.Opener(), Toward: desk, Means: "link", Outcome: outcome,
			Started: started, Answered: answered, Number: m.Number(c)})
	}
	late := func(at, due int64) bool { return at > due || at == 0 && now > due }
	for _, d := range v.To {
		limit, asked := takenWithin(m, d, c)
		if !asked {
			continue
		}
		col := m.Column(d)
		held, taken := int64(0), int64(0)
		if col.Delivered != nil && col.Delivered.Refused == "" {
			held = col.Delivered.At
		}
		if col.Received != nil {
			taken = col.Received.At
		}
		if late(held, v.At+c.Clocks[cell.Flash].Deliver.Millis()) {
			line(d, "line-fault", v.At, held)
		}
		if held != 0 && late(taken, held+limit) {
			line(d, "no-answer", held, taken)
		}
	}
	return out
}

// takenWithin gives within what time of delivery an officer of a desk takes a
// FLASH; asked is false where its template asks no receipt of that desk.
func takenWithin(m cell.Matter, desk string, c *cell.Charter) (limit int64, asked bool) {
	for _, a := range m.Acks(c) {
		if a.Ack == cell.NeedReceived && c.IsFounder(desk) && (a.By == "all" || c.Role(desk) == cell.Party) {
			return cmp.Or(a.Within.Millis(), c.Clocks[cell.Flash].Receive.Millis()), true
		}
	}
	return 0, false
}

// answer notes of each attempt that was in vain when one to the same desk was
// answered after it. Tries are newest first.
func (c *Calls) answer() {
	next := map[[2]string]int64{}
	for i := range c.Tries {
		t := &c.Tries[i]
		pair := [2]string{t.Desk, t.Toward}
		switch {
		case !unanswered(t.Outcome):
			next[pair] = t.At
		case t.Answered == 0:
			t.Answered = next[pair]
		}
	}
}

// totals counts the ledger by who tried whom.
func totals(tries []Try, now int64) []Total {
	out := []Total{}
	for _, t := range slices.Backward(tries) {
		i := slices.IndexFunc(out, func(x Total) bool { return x.Desk == t.Desk && x.Toward == t.Toward })
		if i < 0 {
			i = len(out)
			out = append(out, Total{Desk: t.Desk, Toward: t.Toward, Unanswered: map[string]int64{}})
		}
		x := &out[i]
		x.Tries++
		if !unanswered(t.Outcome) {
			x.Answered++
			continue
		}
		x.Unanswered[t.Outcome]++
		x.LongestMS = max(x.LongestMS, cmp.Or(t.Answered, now)-t.Started)
	}
	slices.SortFunc(out, func(a, b Total) int { return cmp.Or(cmp.Compare(a.Desk, b.Desk), cmp.Compare(a.Toward, b.Toward)) })
	return out
}

package hotline

import (
	"cmp"
	"context"

	"parley/cell"
)

// DrillLine is one drill with what was injected and how each desk did.
type DrillLine struct {
	cell.Line
	DrillFrom  int64       `json:"drill_from"`
	DrillUntil int64       `json:"drill_until"`
	Plan       int64       `json:"plan"`
	Injects    []Scored    `json:"injects"`
	Desks      []DeskScore `json:"desks"`
}

// Scored is one thing that happened in a drill, with each desk's own column.
type Scored struct {
	cell.Line
	Precedence cell.Precedence `json:"precedence"`
	Subject    cell.T3         `json:"subject"`
	Took       []Took          `json:"took"`
}

// Took is how long a desk took, in milliseconds from when its node held the
// inject: -1 where it has not yet, or nothing was asked. Within says what of it
// came in the charter's time.
type Took struct {
	Desk        string   `json:"desk"`
	Receive     int64    `json:"receive_ms"`
	ReadBack    int64    `json:"readback_ms"`
	Disseminate int64    `json:"disseminate_ms"`
	Asked       []string `json:"asked"`
	Within      []string `json:"within"`
	Missing     []string `json:"missing"` // asked, and not done
}

// DeskScore counts one desk's column over a drill. Scores of desks are never
// added up or ranked.
type DeskScore struct {
	Desk    string `json:"desk"`
	Asked   int64  `json:"asked"`
	Done    int64  `json:"done"`
	Within  int64  `json:"within"`     // in the charter's time
	Receive int64  `json:"receive_ms"` // the longest; -1 for none
}

// DrillScreen is the drills of thirty days, and what comes next.
type DrillScreen struct {
	Drills  []DrillLine `json:"drills"`
	Next    int64       `json:"next"`     // plan of this week
	PlanMS  int64       `json:"plan_ms"`  // how long a planned drill runs
	DueFrom int64       `json:"due_from"` // since when one is due by the charter, 0: none is
}

func drills(_ context.Context, v cell.View) (any, error) {
	out := DrillScreen{Drills: []DrillLine{}, Next: PlanFor(v.Now), PlanMS: PlanLength}
	if since, due := DuePlan(v.Here, 0); due {
		out.DueFrom = since
	}
	for _, m := range v.Find(KindDrill, v.Now-ledgerSpan) {
		if _, ok := m.Body.(Drill); ok && m.Head != nil {
			out.Drills = append(out.Drills, drillLine(v, m))
		}
	}
	return out, nil
}

func drillLine(v cell.View, m cell.Matter) DrillLine {
	d := m.Body.(Drill)
	out := DrillLine{Line: v.Line(m), DrillFrom: d.From, DrillUntil: d.Until, Plan: d.Plan, Injects: []Scored{}, Desks: []DeskScore{}}
	for _, h := range m.Records {
		if h.Ref() == m.Ref || !m.Counts(h) || h.Status != cell.Exercise {
			continue
		}
		in, _, ok := v.Near.See(h.Ref())
		if !ok || in.Head == nil || in.Version == nil {
			continue // it opens nothing
		}
		s := Scored{Line: v.Line(in), Precedence: in.Precedence(), Subject: v.Charter.Subject(in.Worded()), Took: []Took{}}
		for _, d := range in.Version.To {
			if v.Charter.IsFounder(d) {
				s.Took = append(s.Took, took(in, d, v.Charter))
			}
		}
		out.Injects = append(out.Injects, s)
	}
	for _, d := range v.Charter.Desks() {
		if x, ok := deskScore(d, out.Injects); ok {
			out.Desks = append(out.Desks, x)
		}
	}
	return out
}

// took reads one desk's column of an inject.
func took(m cell.Matter, desk string, c *cell.Charter) Took {
	col := m.Column(desk)
	t := Took{Desk: desk, Receive: -1, ReadBack: -1, Disseminate: -1, Asked: []string{}, Within: []string{}, Missing: []string{}}
	held := m.Version.At
	if col.Delivered != nil {
		held = col.Delivered.At
	}
	if col.Received != nil {
		t.Receive = col.Received.At - held
	}
	if col.ReadBack != nil && col.Matches {
		t.ReadBack = col.ReadBack.At - held
	}
	if len(col.Disseminated) > 0 {
		t.Disseminate = col.Disseminated[0].At - held
	}
	clock := c.Clocks[m.Precedence()]
	for _, a := range m.Acks(c) {
		ms, limit := int64(-1), a.Within.Millis()
		switch a.Ack {
		case cell.NeedReceived:
			ms, limit = t.Receive, cmp.Or(limit, clock.Receive.Millis())
		case cell.NeedReadBack:
			if r, ok := m.Body.(cell.Repeater); !ok || r.Repeat() == (cell.Repeat{}) {
				continue
			}
			ms = t.ReadBack
		case cell.NeedDisseminated:
			ms = t.Disseminate
		default:
			continue
		}
		if a.By != "all" && c.Role(desk) != cell.Party {
			continue
		}
		t.Asked = append(t.Asked, a.Ack)
		switch {
		case ms < 0:
			t.Missing = append(t.Missing, a.Ack)
		case limit == 0 || ms <= limit:
			t.Within = append(t.Within, a.Ack)
		}
	}
	return t
}

func deskScore(desk string, injects []Scored) (s DeskScore, ok bool) {
	s = DeskScore{Desk: desk, Receive: -1}
	for _, in := range injects {
		for _, t := range in.Took {
			if t.Desk != desk {
				continue
			}
			ok = true
			s.Asked += int64(len(t.Asked))
			s.Done += int64(len(t.Asked) - len(t.Missing))
			s.Within += int64(len(t.Within))
			s.Receive = max(s.Receive, t.Receive)
		}
	}
	return s, ok
}

package incident

import (
	"cmp"
	"context"
	"slices"

	"parley/cell"
)

// Screen is the answer of the query.
type Screen struct {
	Incidents []Incident   `json:"incidents"`
	Requests  []Request    `json:"requests"`
	Queries   []Query      `json:"queries"`
	Notices   []NoticeLine `json:"notices"` // of what notice was owed: whether one is held that covers it (INC-04)
	Counts    Counts       `json:"counts"`
}

// Incident is a report with the accounts of it side by side.
type Incident struct {
	cell.Line
	Ref       string               `json:"ref"` // the record that opened it: what is said about it cites it
	Type      string               `json:"type"`
	Force     string               `json:"force"`
	Place     cell.Place           `json:"place"`
	Area      []cell.Area          `json:"area"`
	When      int64                `json:"when"`
	Dead      []int64              `json:"dead"`
	Hurt      []int64              `json:"hurt"`
	Alleged   []string             `json:"alleged"`
	Grade     []cell.Grade         `json:"grade"`
	Text      cell.T3              `json:"text"`
	Timelines map[string][]Account `json:"timelines"` // by desk: every desk of the audience has one
	Facts     []FactLine           `json:"facts"`
	Steps     []Step               `json:"steps"`   // each stage with who took it (INC-02)
	Queries   []string             `json:"queries"` // keys of the queries that follow from it
	Class     string               `json:"class"`   // un-notified: notice was owed, and none is held that covers it; as computed (INC-04)
}

// Account is a line in one desk's timeline.
type Account struct {
	Ref    string    `json:"ref"`
	At     int64     `json:"at"`
	Until  []int64   `json:"until"`
	Type   string    `json:"type"`
	Fact   string    `json:"fact"`
	Text   cell.Free `json:"text"`
	Source string    `json:"source"`
}

// FactLine is a proposed fact and each party's word on it.
type FactLine struct {
	Ref   string            `json:"ref"`
	Cites []string          `json:"cites"` // what an act of agreement cites: the fact and the report
	Hash  string            `json:"hash"`
	Fact  string            `json:"fact"`
	Text  cell.T3           `json:"text"`
	From  string            `json:"from"`
	At    int64             `json:"at"`
	State string            `json:"state"` // proposed, agreed or contested
	By    map[string]string `json:"by"`    // by party: agrees, contests or "" while silent
}

// Step is one stage that was reached, who took it and to what standard.
type Step struct {
	Stage    string    `json:"stage"`
	By       string    `json:"by"`
	At       int64     `json:"at"`
	Ref      string    `json:"ref"`
	Standard string    `json:"standard"` // of a finding
	To       []string  `json:"to"`       // of an attribution: the desks
	Text     cell.T3   `json:"text"`
	Dissent  []Dissent `json:"dissent"` // positions of desks that see it otherwise, kept beside it
}

// Dissent is a desk's stand on a step.
type Dissent struct {
	Ref      string      `json:"ref"`
	Desk     string      `json:"desk"`
	At       int64       `json:"at"`
	Position string      `json:"position"`
	Text     []cell.Free `json:"text"`
}

// Request is a request for verification with its hold and its results.
type Request struct {
	cell.Line
	Ref     string      `json:"ref"`
	Place   cell.Place  `json:"place"`
	Grounds string      `json:"grounds"`
	Action  string      `json:"action"`
	Urgent  bool        `json:"urgent"`
	Force   string      `json:"force"` // none or cannot-wait
	Reason  []cell.Free `json:"reason"`
	Of      string      `json:"of"`
	Text    cell.T3     `json:"text"`
	Hold    *Hold       `json:"hold"`
	Answers []Answered  `json:"answers"`
	Answer  *Answered   `json:"answer"` // the latest
	Results []Outcome   `json:"results"`
	Result  *Outcome    `json:"result"`  // the one that it stands at
	Queries []string    `json:"queries"` // keys of the queries that follow from it
}

// Hold is the window of a request.
type Hold struct {
	From    int64 `json:"from"`
	Until   int64 `json:"until"` // as it ended, or as it will by the charter
	Running bool  `json:"running"`
}

// Answered is an answer to a request.
type Answered struct {
	Ref    string      `json:"ref"`
	Desk   string      `json:"desk"`
	At     int64       `json:"at"`
	Answer string      `json:"answer"`
	Text   []cell.Free `json:"text"`
}

// Outcome is a result of a request.
type Outcome struct {
	Ref      string      `json:"ref"`
	Desk     string      `json:"desk"`
	At       int64       `json:"at"`
	Found    string      `json:"found"`
	Method   string      `json:"method"`
	Evidence []string    `json:"evidence"`
	Text     []cell.Free `json:"text"`
}

// Query is a query about a hold.
type Query struct {
	cell.Line
	Facts        HoldQuery     `json:"facts"`
	Causes       []string      `json:"causes"`  // records, desk#index: what is said about it cites both
	Between      []string      `json:"between"` // keys of the request and the report
	Asked        string        `json:"asked"`   // the desk that owes the explanation
	Due          int64         `json:"due"`
	Explanations []Explanation `json:"explanations"`
	Text         cell.T3       `json:"text"`
}

// Explanation is what the desk that is asked has said.
type Explanation struct {
	Ref       string    `json:"ref"`
	Desk      string    `json:"desk"`
	At        int64     `json:"at"`
	Statement string    `json:"statement"`
	Text      cell.Free `json:"text"`
	Late      bool      `json:"late"`
}

// Counts are shown side by side: that nothing was found and that a side
// complied weighs as much as the rest (INC-07).
type Counts struct {
	Found    int `json:"found"`
	Nothing  int `json:"nothing"`
	Partial  int `json:"partial"`
	Denied   int `json:"denied"`
	Complied int `json:"complied"` // desks that reported to have complied, over all reports
	Queries  int `json:"queries"`  // about force reported inside a hold, whatever came of them
}

func screen(_ context.Context, v cell.View) (any, error) {
	out := Screen{Incidents: []Incident{}, Requests: []Request{}, Queries: []Query{}, Notices: []NoticeLine{}}
	class := map[string]string{}
	for _, m := range v.Find(RuleUnnotified, 0) {
		if m.Derived != nil {
			x := noticeLine(v, m)
			out.Notices = append(out.Notices, x)
			if x.State == StateUnnotified || x.State == StateClosed && len(x.By) == 0 {
				class[x.Report] = StateUnnotified
			}
		}
	}
	key, asked := map[cell.Cite]string{}, map[string][]string{}
	reports, requests := v.Find(KindReport, 0), v.Find(KindVerify, 0)
	for _, m := range slices.Concat(reports, requests) {
		if m.Head != nil {
			key[m.Head.Cite()] = m.Ref.String()
		}
	}
	for _, m := range v.Find(RuleHoldQuery, 0) {
		if m.Derived == nil {
			continue
		}
		q := queryLine(v, m)
		for _, c := range m.Derived.Causes {
			q.Between = append(q.Between, key[c])
			asked[key[c]] = append(asked[key[c]], q.Key)
		}
		out.Queries = append(out.Queries, q)
	}
	out.Counts.Queries = len(out.Queries)
	for _, m := range reports {
		if r, ok := m.Body.(Report); ok && m.Head != nil {
			x := incidentLine(v, m, r)
			x.Queries, x.Class = append(x.Queries, asked[x.Key]...), class[x.Key]
			out.Incidents = append(out.Incidents, x)
			out.Counts.Complied += complied(m)
		}
	}
	for _, m := range requests {
		if r, ok := m.Body.(Verify); ok && m.Head != nil {
			x := requestLine(v, m, r)
			x.Queries = append(x.Queries, asked[x.Key]...)
			out.Requests = append(out.Requests, x)
			out.Counts.add(x.Result)
		}
	}
	return out, nil
}

func (c *Counts) add(o *Outcome) {
	if o == nil {
		return
	}
	switch o.Found {
	case Found:
		c.Found++
	case Nothing:
		c.Nothing++
	case Partial:
		c.Partial++
	case Denied:
		c.Denied++
	}
}

// complied counts the desks whose stand on a report is that they complied.
func complied(m cell.Matter) (n int) {
	for _, col := range m.Columns {
		if col.Position != nil && col.Position.Body.(cell.Position).Position == cell.Complied {
			n++
		}
	}
	return n
}

func incidentLine(v cell.View, m cell.Matter, r Report) Incident {
	x := Incident{Line: v.Line(m), Ref: m.Head.Cite().String(), Type: r.Type, Force: r.Force, Place: r.Place, Area: cell.List(r.Area), When: r.When,
		Dead: cell.List(r.Dead), Hurt: cell.List(r.Hurt), Alleged: cell.List(r.Alleged), Grade: cell.List(r.Grade), Text: v.Text(m),
		Timelines: map[string][]Account{}, Facts: []FactLine{}, Steps: steps(v, m), Queries: []string{}}
	for _, d := range m.Audience() {
		x.Timelines[d] = []Account{}
	}
	for _, h := range m.Said(KindEntry, "") {
		if e, ok := h.Body.(Entry); ok {
			x.Timelines[h.Desk] = append(x.Timelines[h.Desk], Account{Ref: h.Cite().String(), At: e.At, Until: cell.List(e.Until), Type: e.Type, Fact: e.Fact, Text: e.Text, Source: e.Source})
		}
	}
	for _, lines := range x.Timelines {
		slices.SortStableFunc(lines, func(a, b Account) int { return cmp.Compare(a.At, b.At) })
	}
	for _, f := range facts(m, v.Charter) {
		f.Cites = []string{f.Ref, x.Ref}
		x.Facts = append(x.Facts, f)
	}
	return x
}

func requestLine(v cell.View, m cell.Matter, r Verify) Request {
	x := Request{Line: v.Line(m), Ref: m.Head.Cite().String(), Place: r.Place, Grounds: r.Grounds, Action: r.Action, Urgent: r.Urgent == Urgent, Force: r.Force,
		Reason: cell.List(r.Reason), Of: r.Of, Text: v.Text(m), Answers: []Answered{}, Results: []Outcome{}, Queries: []string{}}
	if h, ok := latestHold(m, v.Charter); ok && h.asks.Force == NoForce {
		x.Hold = &Hold{From: h.from, Until: h.end(), Running: v.Now >= h.from && v.Now < h.end()}
	}
	for _, h := range m.Said(KindAnswer, "") {
		if a, ok := h.Body.(Answer); ok {
			x.Answers = append(x.Answers, Answered{Ref: h.Cite().String(), Desk: h.Desk, At: h.At, Answer: a.Answer, Text: cell.List(a.Text)})
		}
	}
	if n := len(x.Answers); n > 0 {
		x.Answer = &x.Answers[n-1]
	}
	best, has := counting(m, v.Charter)
	for _, h := range m.Said(KindResult, "") {
		if b, ok := h.Body.(Result); ok {
			o := Outcome{Ref: h.Cite().String(), Desk: h.Desk, At: h.At, Found: b.Found, Method: b.Method, Evidence: cell.List(b.Evidence), Text: cell.List(b.Text)}
			x.Results = append(x.Results, o)
			if has && h.Cite() == best.Cite() {
				x.Result = &o
			}
		}
	}
	return x
}

func queryLine(v cell.View, m cell.Matter) Query {
	x := Query{Line: v.Line(m), Causes: []string{}, Between: []string{}, Asked: m.Derived.Owes, Due: m.Derived.At + explainWithin, Explanations: []Explanation{},
		Facts: cell.Computed[HoldQuery](m.Derived), Text: v.Text(m)}
	for _, c := range m.Derived.Causes {
		x.Causes = append(x.Causes, c.String())
	}
	for _, h := range m.Said(KindExplain, "") {
		if e, ok := h.Body.(Explain); ok {
			x.Explanations = append(x.Explanations, Explanation{Ref: h.Cite().String(), Desk: h.Desk, At: h.At, Statement: e.Statement, Text: e.Text, Late: h.At > x.Due})
		}
	}
	return x
}

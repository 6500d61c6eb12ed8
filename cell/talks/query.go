package talks

import (
	"cmp"
	"context"
	"slices"

	"parley/cell"
)

// Item is what every line of the screen begins with. What breaks a rule is
// shown as contested, and counts for nothing.
type Item struct {
	cell.Line
	Contested bool `json:"contested"`
}

func item(v cell.View, m cell.Matter) Item { return Item{v.Line(m), !m.Stands()} }

// RoundView is a round as the screen shows it.
type RoundView struct {
	Item
	Place       []cell.Free  `json:"place"`
	Level       string       `json:"level"`
	Starts      int64        `json:"starts"`
	Ends        int64        `json:"ends"`
	Agenda      cell.Text3   `json:"agenda"`
	Outcome     []cell.Text3 `json:"outcome"`
	Substantive bool         `json:"substantive"`
	Next        []int64      `json:"next"`
}

// Stalled is the two clocks of the talks (TLK-07): since they last met, and
// since they last moved. They are often told apart only afterwards.
type Stalled struct {
	LastRound      int64  `json:"last_round"` // 0: none yet
	LastMove       int64  `json:"last_move"`
	DaysSinceRound int64  `json:"days_since_round"` // whole days, -1: none yet
	DaysSinceMove  int64  `json:"days_since_move"`
	LimitMS        int64  `json:"limit_ms"` // the charter's, 0: none
	Stalled        bool   `json:"stalled"`  // nothing has moved for that long
	Move           []Move `json:"move"`     // the last one, none yet: empty
	Next           int64  `json:"next"`     // the next contact that is fixed, 0: none
}

// Move is what counted as a substantive move: a round that says so, a bracket
// closed, an understanding in force.
type Move struct {
	What   string `json:"what"` // round, bracket or understanding
	Key    string `json:"key"`
	Number string `json:"number"`
	At     int64  `json:"at"`
}

// TextView is the single text as the screen shows it.
type TextView struct {
	Item
	Title         cell.Text3   `json:"title"`
	Draft         int64        `json:"draft"`
	Authoritative string       `json:"authoritative"`
	Clauses       []ClauseView `json:"clauses"`
	Brackets      int          `json:"open_brackets"`
	Changed       []Change     `json:"changed"` // by the newest draft
	Drafts        []Draft      `json:"drafts"`
}

// ClauseView is a clause with what the parties say of it.
type ClauseView struct {
	Clause
	Comments []Remark `json:"comments"`
	Stale    []string `json:"stale"` // languages that lag behind the others (TLK-03)
}

// Remark is a party's comment, and on which draft.
type Remark struct {
	Desk   string       `json:"desk"`
	Kind   string       `json:"kind"`
	Text   []cell.Text3 `json:"text"`
	At     int64        `json:"at"`
	Draft  int64        `json:"draft"`
	Record string       `json:"record"`
}

// UnderstandingView is an understanding with who agreed and who was told.
type UnderstandingView struct {
	Item
	Text         cell.Text3       `json:"text"`
	Area         []cell.Area      `json:"area"`
	Starts       int64            `json:"starts"`
	Ends         []int64          `json:"ends"` // none: open-ended
	Authority    string           `json:"authority"`
	Agreed       map[string]int64 `json:"agreed"` // by party, when
	Duties       []DutyView       `json:"duties"`
	Disseminated bool             `json:"disseminated"` // every duty is done
	Pending      bool             `json:"pending"`      // a change is proposed; what is shown is what all agreed to
}

// DutyView is a duty and when it was done, 0 while it is not.
type DutyView struct {
	Duty
	Done int64 `json:"done"`
}

// StatementView is a joint statement with its signatures.
type StatementView struct {
	Item
	Text     cell.Text3       `json:"text"`
	Of       string           `json:"of"`
	Draft    int64            `json:"draft"`
	Record   string           `json:"record"` // the version that is shown, desk#index
	Hash     string           `json:"hash"`   // of its bytes: what a signature names
	Signed   map[string]int64 `json:"signed"` // by desk, when
	Missing  []string         `json:"missing"`
	Complete bool             `json:"complete"`
}

// ReadoutView is an announced read-out.
type ReadoutView struct {
	Item
	Of       string    `json:"of"` // key of the joint statement
	Text     cell.Free `json:"text"`
	Claims   []string  `json:"claims"`
	Planned  int64     `json:"planned"`   // when it will be given
	NoticeMS int64     `json:"notice_ms"` // from the announcement to then
	Short    bool      `json:"short"`     // announced later than two hours before
	Record   string    `json:"record"`    // desk#index
}

// CaucusView is a private note; only the party and the supervisor hold it.
type CaucusView struct {
	Item
	Text   cell.Free `json:"text"`
	Clause string    `json:"clause"`
}

// Talks is the screen.
type Talks struct {
	Rounds         []RoundView         `json:"rounds"`
	Clock          Stalled             `json:"clock"`
	Texts          []TextView          `json:"texts"`
	Understandings []UnderstandingView `json:"understandings"`
	Statements     []StatementView     `json:"statements"`
	Readouts       []ReadoutView       `json:"readouts"`
	Divergence     []Divergence        `json:"divergence"`
	Caucus         []CaucusView        `json:"caucus"`
}

func query(_ context.Context, v cell.View) (any, error) {
	out := Talks{Rounds: []RoundView{}, Texts: []TextView{}, Understandings: []UnderstandingView{}, Statements: []StatementView{},
		Readouts: []ReadoutView{}, Divergence: []Divergence{}, Caucus: []CaucusView{}}
	for _, m := range v.Find(KindRound, 0) {
		if b, ok := m.Body.(Round); ok {
			out.Rounds = append(out.Rounds, RoundView{item(v, m), cell.List(b.Place), b.Level, b.From, b.Until, b.Agenda, cell.List(b.Outcome), b.Substantive == Yes, cell.List(b.Next)})
		}
	}
	for _, m := range v.Find(KindText, 0) {
		if t, ok := m.Body.(Text); ok {
			out.Texts = append(out.Texts, textView(v, m, t))
		}
	}
	for _, m := range v.Find(KindUnderstanding, 0) {
		if b, ok := m.Body.(Understanding); ok {
			out.Understandings = append(out.Understandings, understandingView(v, m, b))
		}
	}
	for _, m := range v.Find(KindStatement, 0) {
		if b, ok := m.Body.(Statement); ok {
			out.Statements = append(out.Statements, statementView(v, m, b))
		}
	}
	for _, m := range v.Find(KindReadout, 0) {
		if b, ok := m.Body.(Readout); ok {
			notice := b.At - m.Version.At
			out.Readouts = append(out.Readouts, ReadoutView{item(v, m), b.Of, b.Text, cell.List(b.Claims), b.At, notice, notice < ShortNotice, m.Version.Cite().String()})
		}
	}
	for _, m := range v.Find(KindCaucus, 0) {
		if b, ok := m.Body.(Caucus); ok {
			out.Caucus = append(out.Caucus, CaucusView{item(v, m), b.Text, b.Clause})
		}
	}
	out.Clock = out.clock(v)
	out.Divergence = append(out.Divergence, out.compare()...)
	return out, nil
}

func textView(v cell.View, m cell.Matter, t Text) TextView {
	x := TextView{Item: item(v, m), Title: t.Title, Draft: t.Draft, Authoritative: t.Authoritative, Clauses: []ClauseView{},
		Brackets: t.Brackets(), Changed: []Change{}, Drafts: []Draft{}}
	all := steps(m)
	drafts := map[cell.Cite]int64{}
	for i, s := range all {
		d := Draft{Draft: s.text.Draft, At: s.At, Record: s.Cite().String(), Brackets: s.text.Brackets(), Changed: []Change{}}
		if i > 0 {
			d.Changed = diff(all[i-1].text, s.text)
		}
		drafts[s.Cite()] = d.Draft
		x.Drafts, x.Changed = append(x.Drafts, d), d.Changed
	}
	remarks := map[string][]Remark{}
	for _, h := range m.Records {
		if b, ok := h.Body.(Comment); ok && m.Counts(h) {
			remarks[b.Clause] = append(remarks[b.Clause], Remark{h.Desk, b.Kind, cell.List(b.Text), h.At, drafts[h.Cites[0]], h.Cite().String()})
		}
	}
	for _, c := range t.Clauses {
		cv := ClauseView{Clause: c, Comments: cell.List(remarks[c.ID]), Stale: []string{}}
		slices.SortStableFunc(cv.Comments, func(a, b Remark) int { return cmp.Compare(a.At, b.At) })
		if len(all) > 0 {
			cv.Stale = append(cv.Stale, all[len(all)-1].stale[c.ID]...)
		}
		x.Clauses = append(x.Clauses, cv)
	}
	return x
}

func understandingView(v cell.View, m cell.Matter, b Understanding) UnderstandingView {
	k := v.Case(m)
	shown := *m.Version
	a, ok := agreement(k)
	if ok {
		shown, b = a.Version, a.Says
	}
	x := UnderstandingView{Item: item(v, m), Text: b.Text, Area: cell.List(b.Area), Starts: b.From, Ends: cell.List(b.Until), Authority: b.Authority,
		Agreed: map[string]int64{}, Duties: []DutyView{}, Disseminated: true, Pending: shown.Cite() != m.Version.Cite()}
	for _, d := range k.Parties() {
		if p, at := stand(m, shown.Cite(), d); p == cell.Agrees {
			x.Agreed[d] = at
		} else if d == m.Opener() {
			x.Agreed[d] = shown.At // it wrote it
		}
	}
	for _, d := range b.Disseminate {
		done := passed(m, shown.Cite(), d)
		x.Duties, x.Disseminated = append(x.Duties, DutyView{d, done}), x.Disseminated && done != 0
	}
	return x
}

func statementView(v cell.View, m cell.Matter, b Statement) StatementView {
	shown, given := *m.Version, signatureOf(m, m.Version.Cite())
	h, all, complete := signed(m, v.Charter)
	if complete { // what all signed is what is shown
		says, _ := m.Says(h.Cite())
		b, _ = says.(Statement)
		shown, given = h, all
	}
	x := StatementView{Item: item(v, m), Text: b.Text, Of: b.Of, Draft: b.Draft, Record: shown.Cite().String(), Hash: shown.Hash,
		Signed: map[string]int64{}, Missing: []string{}, Complete: complete}
	for _, h := range given {
		x.Signed[h.Desk] = h.At
	}
	for _, d := range v.Charter.Founders() {
		if _, ok := x.Signed[d]; !ok {
			x.Missing = append(x.Missing, d)
		}
	}
	return x
}

const day = 24 * 3600 * 1000

// clock reads both clocks from what is shown beside them (TLK-07).
func (t Talks) clock(v cell.View) Stalled {
	c := Stalled{LimitMS: v.Charter.Stalemate.Millis(), Move: []Move{}, DaysSinceRound: -1, DaysSinceMove: -1}
	var moves []Move
	var began int64
	for _, r := range t.Rounds {
		if r.State == cell.StateCancelled || r.Contested {
			continue
		}
		began = min(cmp.Or(began, r.At), r.At)
		if r.Starts <= v.Now {
			c.LastRound = max(c.LastRound, min(r.Ends, v.Now))
		}
		if r.Substantive && r.Starts <= v.Now {
			moves = append(moves, Move{"round", r.Key, r.Number, min(r.Ends, v.Now)})
		}
		for _, n := range append(r.Next, r.Starts) {
			if n > v.Now && (c.Next == 0 || n < c.Next) {
				c.Next = n
			}
		}
	}
	for _, x := range t.Texts {
		if x.Contested {
			continue
		}
		for i, d := range x.Drafts {
			if i > 0 && d.Brackets < x.Drafts[i-1].Brackets {
				moves = append(moves, Move{"bracket", x.Key, x.Number, d.At})
			}
		}
	}
	for _, u := range t.Understandings {
		if u.State == "in-force" || u.State == "in-question" || u.State == "ended" {
			at := u.Starts
			for _, a := range u.Agreed {
				at = max(at, a)
			}
			moves = append(moves, Move{"understanding", u.Key, u.Number, at})
		}
	}
	for _, m := range moves {
		if m.At > c.LastMove {
			c.LastMove, c.Move = m.At, []Move{m}
		}
	}
	if c.LastRound > 0 {
		c.DaysSinceRound = (v.Now - c.LastRound) / day
	}
	if c.LastMove > 0 {
		c.DaysSinceMove = (v.Now - c.LastMove) / day
	}
	since := cmp.Or(c.LastMove, began)
	c.Stalled = c.LimitMS > 0 && since > 0 && v.Now-since >= c.LimitMS
	return c
}

// compare sets the read-outs of each statement beside each other and the joint
// text (TLK-10).
func (t Talks) compare() []Divergence {
	of := map[string][]account{}
	var keys []string
	for _, r := range t.Readouts {
		if r.Of == "" || r.State == cell.StateCancelled || r.Contested {
			continue
		}
		if _, ok := of[r.Of]; !ok {
			keys = append(keys, r.Of)
		}
		of[r.Of] = append(of[r.Of], account{desk: r.From, key: r.Key, record: r.Record, texts: []cell.Free{r.Text}, claims: r.Claims})
	}
	var out []Divergence
	for _, key := range keys {
		out = append(out, divergences(key, of[key], t.joint(key))...)
	}
	return out
}

// joint gives the joint text of a statement for comparison, with the clause
// numbers of the text that it comes from; nil when it is not held here.
func (t Talks) joint(key string) *account {
	i := slices.IndexFunc(t.Statements, func(s StatementView) bool { return s.Key == key })
	if i < 0 {
		return nil
	}
	s := t.Statements[i]
	a := &account{key: key, record: s.Record, texts: s.Text.All()}
	for _, x := range t.Texts {
		if x.Key == s.Of {
			for _, c := range x.Clauses {
				a.clauses = append(a.clauses, c.ID)
			}
		}
	}
	return a
}

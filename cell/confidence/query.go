package confidence

import (
	"context"

	"parley/cell"
)

// Book is the answer of the query.
type Book struct {
	Measures []Row      `json:"measures"`
	Ledger   []Entry    `json:"ledger"`
	Escrows  []Exchange `json:"escrows"`
}

// Row is a measure as the screen shows it: what it says now, and what holds.
type Row struct {
	cell.Line
	Measure
	AgreedAt   int64       `json:"agreed_at"`      // since when a text of it is in force, 0: none is
	ForceUntil int64       `json:"in_force_until"` // the end that all agreed to, 0: none
	Texts      []Edition   `json:"texts"`          // every text that was proposed (CBM-08: no date is moved in silence)
	Scores     Columns     `json:"scores"`
	Deliveries []Delivered `json:"deliveries"`
	Overdue    bool        `json:"overdue"`
	OverdueMS  int64       `json:"overdue_ms"`
}

// Edition is one text of a measure.
type Edition struct {
	Record   string      `json:"record"`
	At       int64       `json:"at"`
	Span     cell.Span   `json:"span"`
	Reason   []cell.Free `json:"reason"`
	AgreedAt int64       `json:"agreed_at"` // 0: not agreed by all
	InForce  bool        `json:"in_force"`
}

// Columns are the scores of a measure side by side: the side obliged, its
// counterpart, the supervisor. They are never merged (CBM-05).
type Columns struct {
	Self        []Scored `json:"self"`
	Counterpart []Scored `json:"counterpart"`
	Supervisor  []Scored `json:"supervisor"`
}

// Scored is a desk's latest score.
type Scored struct {
	Desk     string      `json:"desk"`
	Score    string      `json:"score"`
	At       int64       `json:"at"`
	Method   string      `json:"method"`
	Finding  []cell.Free `json:"finding"`
	Evidence []string    `json:"evidence"`
	Record   string      `json:"record"`
	OfText   bool        `json:"of_text_in_force"` // false: of an earlier text, it moves nothing
}

// Delivered is one delivery.
type Delivered struct {
	Desk     string      `json:"desk"`
	At       int64       `json:"at"`       // as its desk states
	Recorded int64       `json:"recorded"` // when it said so, signed: what the ledger counts from
	Evidence []string    `json:"evidence"`
	Text     []cell.Free `json:"text"`
	Record   string      `json:"record"`
}

// Exchange is an escrow as the screen shows it. Held are the deposits that this
// desk holds: the supervisor both, a side its own.
type Exchange struct {
	cell.Line
	Escrow
	Committed map[string]Committed `json:"committed"` // by side
	Held      []Laid               `json:"held"`
	Released  []Step               `json:"released"`
	Record    string               `json:"release_record"` // "" while none
}

// Committed is a side's commitment.
type Committed struct {
	At     int64  `json:"at"`
	Hash   string `json:"hash"`
	Record string `json:"record"` // which a release cites
}

// Laid is a step that a side laid in.
type Laid struct {
	Step
	Hash  string `json:"hash"`  // of its signed note
	Opens bool   `json:"opens"` // whether it opens the side's commitment
}

func book(_ context.Context, v cell.View) (any, error) {
	out := Book{Measures: []Row{}, Escrows: []Exchange{}}
	var all []promise
	for _, m := range v.Find(KindMeasure, 0) {
		if b, ok := m.Body.(Measure); ok && m.Head != nil {
			out.Measures = append(out.Measures, row(v, m, b))
			all = append(all, promiseOf(m))
		}
	}
	out.Ledger = ledger(all)
	for _, m := range v.Find(KindEscrow, 0) {
		if b, ok := m.Body.(Escrow); ok && m.Head != nil {
			out.Escrows = append(out.Escrows, exchange(v, m, b))
		}
	}
	return out, nil
}

func row(v cell.View, m cell.Matter, b Measure) Row {
	k := v.Case(m)
	f, ok := inForce(m, v.Charter)
	r := Row{Line: v.Line(m), Measure: b.whole(), AgreedAt: f.Since, ForceUntil: f.Says.Span.Until, Texts: []Edition{}, Deliveries: []Delivered{},
		Scores: Columns{[]Scored{}, []Scored{}, []Scored{}}}
	for _, t := range m.Versions() {
		says, _ := m.Says(t.Cite())
		body, is := says.(Measure)
		if !is {
			continue
		}
		e := Edition{Record: t.Cite().String(), At: t.At, Span: body.Span, Reason: cell.List(body.Reason), InForce: ok && t.Cite() == f.Version.Cite()}
		e.AgreedAt, _ = m.Agreed(t, k.Parties())
		r.Texts = append(r.Texts, e)
	}
	for _, h := range k.Said(KindDelivery, "") {
		d := h.Body.(Delivery)
		r.Deliveries = append(r.Deliveries, Delivered{h.Desk, d.At, h.At, cell.List(d.Evidence), cell.List(d.Text), h.Cite().String()})
	}
	for _, d := range m.Audience() {
		if h, has := k.Last(KindScore, d); has {
			r.Scores.add(column(b, d, v.Charter), scored(h, f))
		}
	}
	if r.State != cell.StateCancelled && overdue(k) {
		r.Overdue, r.OverdueMS = true, v.Now-f.Says.Span.Until
	}
	return r
}

func scored(h cell.Held, f agreed) Scored {
	b := h.Body.(Score)
	s := Scored{h.Desk, b.Score, h.At, b.Method, cell.List(b.Finding), cell.List(b.Evidence), h.Cite().String(), f.speaksOf(h)}
	if len(b.Found) == 1 {
		s.At = b.Found[0]
	}
	return s
}

// add puts a score into its column.
func (c *Columns) add(column string, s Scored) {
	switch column {
	case BySelf:
		c.Self = append(c.Self, s)
	case ByCounterpart:
		c.Counterpart = append(c.Counterpart, s)
	case BySupervisor:
		c.Supervisor = append(c.Supervisor, s)
	}
}

func exchange(v cell.View, m cell.Matter, b Escrow) Exchange {
	k := v.Case(m)
	x := Exchange{Line: v.Line(m), Escrow: b, Committed: map[string]Committed{}, Held: []Laid{}, Released: []Step{}}
	for _, h := range commits(k) {
		x.Committed[h.Desk] = Committed{h.At, h.Body.(Commit).Hash, h.Cite().String()}
	}
	for _, h := range k.Said(KindDeposit, "") {
		d := h.Body.(Deposit)
		l := Laid{Step: d.of(h.Desk), Hash: d.of(h.Desk).commitment(d.Escrow, h.Charter, v.Charter)}
		l.Opens = l.Hash == x.Committed[h.Desk].Hash
		x.Held = append(x.Held, l)
	}
	if h, ok := released(k); ok {
		x.Released, x.Record = append(x.Released, h.Body.(Release).Steps...), h.Cite().String()
	}
	return x
}

// whole gives the measure with its empty lists.
func (m Measure) whole() Measure {
	for _, l := range []*[]cell.Free{&m.Baseline, &m.Trigger, &m.Reversal, &m.Funding, &m.Reason} {
		*l = cell.List(*l)
	}
	return m
}

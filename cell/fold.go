package cell

import (
	"fmt"
	"slices"
)

// Past is all that a record is judged by: the records it cites and the
// author's own earlier records in the matter (design 2, "Judge"). A citation
// that this node does not hold is missing from Cited.
type Past struct {
	Cited map[Cite]Held
	Own   []Held
	Says  Body // what the matter says before the record, by its opener's own; nil when that is not held
}

// First gives the first record that r cites; ok is false when it cites none
// or the node does not hold it.
func (p Past) First(r Record) (Held, bool) {
	if len(r.Cites) == 0 {
		return Held{}, false
	}
	h, ok := p.Cited[r.Cites[0]]
	return h, ok
}

// Head gives the record that opened the matter which r is about, when r cites
// it: acts cite it unless they say otherwise.
func (p Past) Head(r Record) (Held, bool) {
	for _, c := range r.Cites {
		if h, ok := p.Cited[c]; ok && h.Ref() == r.About {
			return h, true
		}
	}
	return Held{}, false
}

// Fold makes the matter from the records about it. It is a function of the set
// of records: their order does not matter, and neither does the node. cited
// finds a record that is held; it is asked for citations and causes only. A
// record is judged by the charter that it names, the matter is kept under the
// one that it was opened under; c is the one in force.
func Fold(ref Ref, derived *Derived, records []Held, cited func(Cite) (Held, bool), ms Modules, chain Chain, c *Charter) Matter {
	m := Matter{Ref: ref, Derived: derived, Records: slices.Clone(records), Verdicts: map[Cite]string{}}
	slices.SortFunc(m.Records, func(a, b Held) int { return a.Cite().Compare(b.Cite()) })
	if derived != nil {
		m.Kind = derived.Rule
	}
	m.Charter = chain.of(m, c, cited)
	own := map[string][]Held{}
	var says Body
	for _, h := range m.Records {
		v, breaches := judge(h, ms, Past{Cited: resolve(h, cited), Own: own[h.Desk], Says: says}, chain)
		m.Verdicts[h.Cite()] = v
		for _, b := range breaches {
			m.Contested = append(m.Contested, Contest{h.Cite(), b.Rule, b.Why})
		}
		own[h.Desk] = append(own[h.Desk], h)
		says = saysNow(ref, says, h, v, own[h.Desk], ms)
	}
	m.takeVersion(ms)
	m.Under = m.Charter
	if m.Version != nil {
		if c, ok := chain.Find(m.Version.Charter); ok {
			m.Under = c
		}
	}
	for _, d := range m.speakers() {
		m.Columns = append(m.Columns, m.column(d, ms, cited))
	}
	return m
}

// speakers gives the desks of the matter's charter, and after them those that
// speak in the matter and joined the cell later.
func (m *Matter) speakers() []string {
	out := m.Charter.Desks()
	for _, h := range m.Records {
		if !slices.Contains(out, h.Desk) {
			out = append(out, h.Desk)
		}
	}
	return out
}

func resolve(h Held, cited func(Cite) (Held, bool)) map[Cite]Held {
	out := map[Cite]Held{}
	for _, c := range h.Cites {
		if x, ok := cited(c); ok {
			out[c] = x
		}
	}
	return out
}

// judge gives the verdict on a record and the rules that it breaks.
func judge(h Held, ms Modules, p Past, chain Chain) (string, []Breach) {
	c, verdict, why := chain.under(h)
	if verdict != "" {
		return verdict, why
	}
	if h.Body == nil {
		return VerdictUnknown, nil
	}
	for _, x := range h.Cites {
		if _, ok := p.Cited[x]; !ok {
			return VerdictCannot, nil
		}
	}
	if b := Judge(h, ms, p, c); len(b) > 0 {
		return VerdictContested, b
	}
	return VerdictOK, nil
}

func (m *Matter) takeVersion(ms Modules) {
	for i := range m.Records {
		h := &m.Records[i]
		if h.Ref() == m.Ref && m.Head == nil {
			m.Head, m.Version, m.Kind, m.Body = h, h, h.Kind, h.Body
		}
	}
	if m.Head == nil {
		return
	}
	m.bodies = map[Cite]Body{m.Head.Cite(): m.Head.Body}
	for i := range m.Records {
		h := &m.Records[i]
		if h.Desk != m.Head.Desk || h.About != m.Ref || !m.Counts(*h) {
			continue
		}
		k, _ := ms.Kind(h.Kind)
		switch {
		case h.Kind == KindCancel:
			m.Cancelled = h
		case k.Revises:
			m.revise(h, ms)
		}
	}
}

// revise takes a revision as the current version; one whose new body does not
// read as the matter's kind is contested instead.
func (m *Matter) revise(h *Held, ms Modules) {
	body, err := revised(*h, m.Kind, ms)
	if err != nil {
		m.Verdicts[h.Cite()] = VerdictContested
		m.Contested = append(m.Contested, Contest{h.Cite(), "cell.revision-body", err.Error()})
		return
	}
	if body != nil {
		m.Body = body
	}
	m.Version = h
	m.bodies[h.Cite()] = m.Body
}

func (m *Matter) column(desk string, ms Modules, cited func(Cite) (Held, bool)) *Column {
	col := &Column{Desk: desk}
	if m.Version != nil {
		if d, ok := m.Version.Deliveries[desk]; ok {
			col.Delivered = &d
		}
	}
	for _, h := range m.Records {
		if h.Desk != desk || h.Ref() == m.Ref {
			continue
		}
		if !m.Counts(h) || !m.ack(col, h) {
			col.Facts = append(col.Facts, h)
		}
	}
	return col
}

// ack puts an ack of the current version into the column, and says whether the
// record was an ack at all.
func (m *Matter) ack(col *Column, h Held) bool {
	switch h.Kind {
	case KindReceived, KindReadBack, KindDisseminated, KindPosition:
	default:
		return false
	}
	if m.Version != nil && (len(h.Cites) == 0 || h.Cites[0] != m.Version.Cite()) {
		return true // of an earlier version: history
	}
	a := &Ack{h.At, h.By, h.Cite(), h.Body}
	switch h.Kind {
	case KindReceived:
		if col.Received == nil {
			col.Received = a
		}
	case KindReadBack:
		col.ReadBack = a
		col.Difference = Differs(m.Body, h.Body.(ReadBack))
		col.Matches = col.Difference == ""
	case KindDisseminated:
		col.Disseminated = append(col.Disseminated, *a)
	case KindPosition:
		col.Position = a
	}
	return true
}

// Repeat is what must be read back of a body; unset parts need no repeating.
type Repeat struct {
	Place  *Place
	Time   int64
	Height *int64
	Number *int64
}

// Repeater is a body with something to read back.
type Repeater interface{ Repeat() Repeat }

// Differs compares a read-back with the body it repeats. It gives "" when they
// match, else a code of what differs, and for a place how far it lies from the
// one given ("place-far 9.1 km"): the software computes, people find (DEC-05).
func Differs(body Body, r ReadBack) string {
	rep, ok := body.(Repeater)
	if !ok {
		return ""
	}
	want := rep.Repeat()
	if want.Place != nil {
		if len(r.Place) == 0 {
			return "place-missing"
		}
		got := r.Place[0]
		if d := want.Place.Metres(got); !(d <= want.Place.Tolerance()) { // also of a place that is none
			return "place-far " + metres(d)
		}
		if want.Place.ID != "" && got.ID != "" && want.Place.ID != got.ID {
			return "place-other"
		}
	}
	if want.Time != 0 && (len(r.Time) == 0 || r.Time[0]/60000 != want.Time/60000) {
		return "time"
	}
	if want.Height != nil && (len(r.Height) == 0 || r.Height[0] != *want.Height) {
		return "height"
	}
	if want.Number != nil && (len(r.Number) == 0 || r.Number[0] != *want.Number) {
		return "number"
	}
	return ""
}

func metres(d float64) string {
	if d >= 1000 {
		return fmt.Sprintf("%.1f km", d/1000)
	}
	return fmt.Sprintf("%.0f m", d)
}

// DeriveKernel gives the matters that the kernel derives from a folded one:
// one for each read-back that differs from the version that it repeats. It
// ends when the desk reads back rightly, and when that version no longer holds.
func DeriveKernel(m Matter) []Derived {
	var out []Derived
	for _, h := range m.Records {
		rb, ok := h.Body.(ReadBack)
		if !ok || !m.Counts(h) || len(h.Cites) == 0 {
			continue
		}
		version := h.Cites[0]
		body, ok := m.bodies[version]
		if !ok || Differs(body, rb) == "" {
			continue
		}
		p := m.Precedence()
		if p.Rank() > Immediate.Rank() {
			p = Immediate
		}
		status := ""
		if m.Head != nil && m.Head.Status == Exercise {
			status = Exercise
		}
		out = append(out, Derived{
			ID: ReadBackID(m, h), Rule: RuleReadBack, Parent: m.Ref, Status: status,
			Causes: []Cite{version, h.Cite()}, Desks: m.Audience(), Precedence: p, At: h.At, Owes: m.Opener(),
			Ended: m.Cancelled != nil || version != m.Version.Cite() || m.Column(h.Desk).Matches,
		})
	}
	return out
}

// ReadBackID gives the identity of the matter that a read-back gives rise to
// when it differs, "" when it cites nothing.
func ReadBackID(m Matter, h Held) string {
	if len(h.Cites) == 0 {
		return ""
	}
	return DerivedID(RuleReadBack, m.Audience(), []Cite{h.Cites[0], h.Cite()})
}

// RuleReadBack derives a matter from a read-back that differs (DEC-05).
const RuleReadBack = "cell.readback-differs/1"

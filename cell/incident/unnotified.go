package incident

import (
	"parley/cell"
)

// RuleUnnotified derives the question whether notice was given of what a report
// tells, where the charter says that notice was owed (INC-04).
const RuleUnnotified = "incident.unnotified/1"

// The states of that question, beside lifted and closed.
const (
	StateUnnotified = "un-notified"
	StateNotified   = "notified"
)

// Unnotified is what is computed of it: the report, the rule of the charter, and
// what was looked for. It says nothing of whose act it was.
type Unnotified struct {
	Report     string     `json:"report"` // its number
	Rule       string     `json:"rule"`   // the ID of the charter's rule
	Name       cell.Text3 `json:"name"`   // what was agreed
	Clause     string     `json:"clause"`
	Zone       string     `json:"zone"`
	Activities []string   `json:"activities"` // types of which one would have been notified
	Where      cell.Place `json:"where"`
	When       int64      `json:"when"`
	OffMin     int64      `json:"off_min"` // by how much the time may be off
}

// Validate checks the place and the time.
func (u Unnotified) Validate() error {
	return cell.First(u.Where.Validate("/where"), validTime("/when", u.When))
}

// unnotified gives the question of a report. One that was ever asked stays: it is
// lifted when the report no longer says so, or is withdrawn.
func unnotified(m cell.Matter, c *cell.Charter) (out []cell.Derived) {
	if m.Kind != KindReport || !m.Stands() {
		return nil
	}
	if m.Charter != nil {
		c = m.Charter
	}
	for _, h := range m.Versions() {
		b, _ := m.Says(h.Cite())
		r, ok := b.(Report)
		o, owed := c.NoticeOwed(r.Type, r.Place, r.When)
		if !ok || !owed {
			continue
		}
		raw, err := cell.EncodeBody(Unnotified{Report: m.Number(c), Rule: o.ID, Name: cell.Text3{Ar: o.Name["ar"], En: o.Name["en"], He: o.Name["he"]},
			Clause: o.Clause, Zone: o.Zone, Activities: cell.List(o.Activities), Where: r.Place, When: r.When, OffMin: o.Time.Millis() / 60_000})
		if err != nil {
			continue
		}
		d := cell.Derived{Rule: RuleUnnotified, Parent: m.Ref, Number: m.Number(c), Desks: m.Audience(), Precedence: cell.Priority, Causes: []cell.Cite{m.Head.Cite()},
			At: h.At, Facts: raw, Ended: h.Cite() != m.Version.Cite() || m.Cancelled != nil}
		if m.Exercised(c) {
			d.Status = cell.Exercise
		}
		d.ID = cell.DerivedID(d.Rule, d.Desks, d.Causes)
		out = []cell.Derived{d}
	}
	return out
}

// covering gives the notices held here that may cover what a report tells.
func covering(near cell.Around, d *cell.Derived, c *cell.Charter) (out []cell.Matter) {
	m, _, ok := near.See(d.Parent)
	r, is := m.Body.(Report)
	where, shaped := r.where()
	if !ok || !is || !shaped {
		return nil
	}
	u := cell.Computed[Unnotified](d)
	x := cell.Happening{Where: where, At: u.When, OffMS: u.OffMin * 60_000, Within: u.Activities}
	for _, o := range near.Beside(d.Parent) {
		if n, _, ok := near.See(o.Ref); ok && n.Covers(x, c) { // seen: when it is withdrawn or completed, this is looked at anew
			out = append(out, n)
		}
	}
	return out
}

// unnotifiedLife: what is computed is a question. The supervisor looks at it, and
// people find.
func unnotifiedLife() cell.Life {
	return cell.Life{Kinds: []string{RuleUnnotified}, Stages: []cell.Stage{
		{Name: StateUnnotified, From: []string{StateNotified}, Says: "notice was owed there and then, and none that is held here covers it", Waits: looking},
		{Name: StateNotified, From: []string{StateUnnotified}, Ended: true, Says: "a notice that stood covers it, or may", When: func(k *cell.Case) (int64, bool) {
			list := covering(k.Around, k.Derived, k.Charter)
			if len(list) == 0 {
				return 0, false
			}
			return list[0].At(), true
		}},
		{Name: StateLifted, From: []string{StateUnnotified, StateNotified}, Ended: true, Says: "the report was changed or withdrawn",
			When: func(k *cell.Case) (int64, bool) { return k.Derived.At, k.Derived.Ended }},
		{Name: StateClosed, From: []string{StateUnnotified}, Ended: true, Says: "the supervisor has looked at it, or its report is closed", When: func(k *cell.Case) (int64, bool) {
			if h, ok := k.First(KindClose, ""); ok {
				return h.At, true
			}
			_, st, ok := k.See(k.Derived.Parent)
			return st.Since, ok && st.Name == StateClosed
		}},
	}}
}

// looking: the supervisor looks at it, without a limit of its own.
func looking(k *cell.Case) (out []cell.Wait) {
	for _, s := range k.Supervisors() {
		out = append(out, cell.Wait{Desk: s, For: NeedClosing, Since: k.Derived.At})
	}
	return out
}

// judgeLooked: the supervisor alone says that it has looked, about the question of
// exactly the report that it cites.
func judgeLooked(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	if len(cited[Report](h, p)) != 1 || h.About != (cell.Ref{ID: cell.DerivedID(RuleUnnotified, h.Audience(), h.Cites)}) {
		return []cell.Breach{{Rule: "incident.query-cited", At: "/cites", Why: "it cites the report of which the question follows, and goes to the desks that hold it"}}
	}
	if c.Role(h.Desk) != cell.Supervisor {
		return []cell.Breach{{Rule: "incident.close-by", At: "/desk", Why: "the supervisor looks at it and closes it; a party takes a position on the report"}}
	}
	return nil
}

// NoticeLine is the question of one report, as the screen shows it.
type NoticeLine struct {
	cell.Line
	Facts  Unnotified `json:"facts"`
	Report string     `json:"report"` // the key of the report
	By     []string   `json:"by"`     // keys of the notices that may cover it
	Called []string   `json:"called"` // and their numbers
	Text   cell.T3    `json:"text"`
}

func noticeLine(v cell.View, m cell.Matter) NoticeLine {
	x := NoticeLine{Line: v.Line(m), Facts: cell.Computed[Unnotified](m.Derived), Report: m.Derived.Parent.String(), By: []string{}, Called: []string{}, Text: v.Text(m)}
	for _, n := range covering(v.Near, m.Derived, v.Charter) {
		x.By, x.Called = append(x.By, n.Ref.String()), append(x.Called, n.Number(v.Charter))
	}
	return x
}

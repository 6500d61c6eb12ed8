package node

import (
	"slices"

	"parley/cell"
)

// StageView is one state that a matter of this kind can be in, in the order of
// its life; Here marks the one that it is in.
type StageView struct {
	Name  string  `json:"name"`
	Text  cell.T3 `json:"text"`
	Ended bool    `json:"ended"`
	Here  bool    `json:"here"`
}

// FactsView is what was computed for a matter that exists without a record.
type FactsView struct {
	Rule   string       `json:"rule"`
	Causes []string     `json:"causes"` // records, desk#index
	Text   cell.T3      `json:"text"`
	Fields []cell.Shown `json:"fields"`
}

// stages gives the life of a matter as a row of states, none when its kind has
// no table.
func (n *Node) stages(m cell.Matter, st cell.State) []StageView {
	out := []StageView{}
	mod, _ := n.Modules.Of(m.Kind)
	l, ok := n.Modules.Life(m.Kind)
	if !ok {
		return out
	}
	for _, s := range l.Stages {
		out = append(out, StageView{s.Name, n.sayOf("state", mod.Name, s.Name), s.Ended, s.Name == st.Name})
	}
	return out
}

// moves gives the kinds that this desk may record about a matter: those that
// name its kind among what they follow, and let this desk (the law in the
// kind's declaration).
func (n *Node) moves(m cell.Matter, st cell.State) []string {
	out := []string{}
	mod, ok := n.Modules.Of(m.Kind)
	if !ok || st.Name == cell.StateCancelled {
		return out
	}
	var head cell.Held
	if m.Head != nil {
		head = *m.Head
	}
	for _, k := range mod.Kinds {
		t, ok := n.Config.Charter.Template(k.Name)
		if ok && t.Officer && slices.Contains(k.Follows, m.Kind) && k.May(n.Desk(), head, n.Config.Charter) {
			out = append(out, k.Name)
		}
	}
	return out
}

// actionKinds are the kinds that the actions on a matter record, the kernel's by
// name and others by the template's code.
var actionKinds = map[string]string{"receive": cell.KindReceived, "read_back": cell.KindReadBack, "disseminate": cell.KindDisseminated,
	"position": cell.KindPosition, "clarify": "CLARIFY", "reply": "MSG", "translate": cell.KindTranslation, "confirm": "CONFIRM"}

// Permit leaves of what this desk may do on a matter what an officer with some
// rights may file (SEC-07). A change, a correction and a withdrawal want what
// opened it.
func (n *Node) Permit(v *MatterView, may func(cell.Right) bool) {
	right := func(kind string) cell.Right {
		if k, err := n.kind(kind); err == nil && !k.Follow() {
			return k.Right()
		}
		k, _ := n.Modules.Kind(v.Kind)
		return k.Right()
	}
	v.Moves = slices.DeleteFunc(v.Moves, func(kind string) bool { return !may(right(kind)) })
	v.Actions = slices.DeleteFunc(v.Actions, func(action string) bool { return !may(right(actionKinds[action])) })
}

// facts gives what a derived matter was computed from, nil for a matter that a
// record opened.
func (n *Node) facts(m cell.Matter) *FactsView {
	if m.Derived == nil {
		return nil
	}
	v := &FactsView{Rule: m.Derived.Rule, Causes: []string{}, Fields: []cell.Shown{}}
	for _, c := range m.Derived.Causes {
		v.Causes = append(v.Causes, c.String())
	}
	if r, ok := n.computed(m); ok {
		v.Text = n.under(m).Text(r)
		v.Fields = append(v.Fields, n.under(m).Fields(r)...)
	}
	return v
}

// computed gives the facts of a derived matter as a record that a template can
// word; ok is false when the charter has none for its rule.
func (n *Node) computed(m cell.Matter) (r cell.Record, ok bool) {
	if _, ok := n.under(m).Template(m.Kind); !ok || len(m.Derived.Facts) == 0 {
		return r, false
	}
	return m.Worded(), true
}

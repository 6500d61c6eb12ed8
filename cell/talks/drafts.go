package talks

import (
	"slices"

	"parley/cell"
)

// Draft is one draft of the text with what it changed.
type Draft struct {
	Draft    int64    `json:"draft"`
	At       int64    `json:"at"`
	Record   string   `json:"record"`
	Brackets int      `json:"open_brackets"`
	Changed  []Change `json:"changed"` // since the draft before, clause by clause
}

// Change is what a draft did to one clause: "added", "text", "brackets",
// "status"; for the text in which languages.
type Change struct {
	Clause    string   `json:"clause"`
	What      []string `json:"what"`
	Languages []string `json:"languages"`
}

// step is a draft as it was held, with its body.
type step struct {
	cell.Held
	text  Text
	stale map[string][]string // by clause: the languages that lag behind
}

// steps gives the drafts of a text, in their order.
func steps(m cell.Matter) []step {
	var out []step
	for _, h := range m.Records {
		b, _ := m.Says(h.Cite())
		t, ok := b.(Text)
		if !ok || len(out) > 0 && out[len(out)-1].text.Draft == t.Draft { // a change that left the body alone
			continue
		}
		s := step{Held: h, text: t, stale: map[string][]string{}}
		if len(out) > 0 {
			s.follow(out[len(out)-1])
		}
		out = append(out, s)
	}
	return out
}

// follow finds the languages of each clause that lag behind. Who changes one
// language without the others leaves the others behind; a change of those
// that lagged catches up (TLK-03).
func (s *step) follow(before step) {
	for _, c := range s.text.Clauses {
		old, ok := before.text.clause(c.ID)
		if !ok {
			continue
		}
		lag, touched := before.stale[c.ID], languages(old.Text, c.Text)
		if slices.ContainsFunc(touched, func(l string) bool { return !slices.Contains(lag, l) }) {
			lag = cell.Languages()
		}
		lag = slices.DeleteFunc(slices.Clone(lag), func(l string) bool { return slices.Contains(touched, l) })
		if len(lag) > 0 {
			s.stale[c.ID] = lag
		}
	}
}

// languages gives those in which two texts differ.
func languages(a, b cell.Text3) []string {
	out := []string{}
	was, is := a.All(), b.All()
	for i := range was {
		if was[i].Text != is[i].Text {
			out = append(out, was[i].Lang)
		}
	}
	return out
}

// diff says clause by clause what changed from one draft to the next (TLK-01).
func diff(before, after Text) []Change {
	out := []Change{}
	for _, c := range after.Clauses {
		old, ok := before.clause(c.ID)
		if !ok {
			out = append(out, Change{c.ID, []string{"added"}, []string{}})
			continue
		}
		x := Change{c.ID, []string{}, languages(old.Text, c.Text)}
		if len(x.Languages) > 0 {
			x.What = append(x.What, "text")
		}
		if !slices.Equal(old.Brackets, c.Brackets) {
			x.What = append(x.What, "brackets")
		}
		if old.Status != c.Status {
			x.What = append(x.What, "status")
		}
		if len(x.What) > 0 {
			out = append(out, x)
		}
	}
	return out
}

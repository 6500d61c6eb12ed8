package celltest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"parley/cell"
)

// Here gives what a desk holds at the present time. It is of the history as it
// stands: after another record, ask again.
func (h *History) Here(desk string) cell.Here {
	return cell.Here{Desk: desk, Now: h.Now, Charter: h.Charter, Find: h.find(desk), Near: h.Around(desk, h.Now), Records: h.Between(desk), Open: h.open(desk), In: h.in(desk), Leaning: h.leaning(desk), Of: h.of(desk), During: h.during(desk), DuringBy: h.duringBy(desk), OpenIn: func(state string) []cell.OpenMatter {
		return slices.DeleteFunc(h.open(desk)(), func(m cell.OpenMatter) bool { return m.State.Name != state })
	}}
}

// open gives the open matters of records that a desk holds.
func (h *History) open(desk string) func() []cell.OpenMatter {
	return func() (out []cell.OpenMatter) {
		near := h.Around(desk, h.Now)
		for _, x := range h.Records {
			if k, _ := h.Modules.Kind(x.Kind); !k.Opens || desk != "" && !x.Addressed(desk) {
				continue
			}
			if m, s, ok := near.See(x.Ref()); ok && s.Open {
				out = append(out, cell.OpenMatter{Matter: m, State: s})
			}
		}
		slices.SortStableFunc(out, func(a, b cell.OpenMatter) int { return a.Precedence().Rank() - b.Precedence().Rank() })
		return out
	}
}

// in gives the open matters of records that a desk holds and in which its node has
// to do something.
func (h *History) in(desk string) func(string) []cell.Matter {
	return func(what string) (out []cell.Matter) {
		for _, x := range h.open(desk)() {
			if d := x.State.Duty; d.What == what && d.Desk == desk {
				out = append(out, x.Matter)
			}
		}
		slices.SortFunc(out, func(a, b cell.Matter) int { return strings.Compare(a.Ref.String(), b.Ref.String()) })
		return out
	}
}

// leaning gives the open matters of a kind that a desk holds and that name another:
// more than are read from it.
func (h *History) leaning(desk string) func(cell.Ref, string) []cell.Matter {
	return func(on cell.Ref, kind string) (out []cell.Matter) {
		for _, x := range h.open(desk)() {
			if v, err := cell.EncodeBody(x.Body); err == nil && x.Kind == kind && strings.Contains(string(v), on.String()) {
				out = append(out, x.Matter)
			}
		}
		return out
	}
}

// of gives the records of a kind that a desk holds.
func (h *History) of(desk string) func(string, int64) []cell.Held {
	return func(kind string, since int64) []cell.Held {
		return slices.DeleteFunc(h.Between(desk)(since, h.Now+1), func(x cell.Held) bool { return x.Kind != kind })
	}
}

// At gives the history as it is asked at another time.
func (h *History) At(now int64) *History {
	x := *h
	x.Now = now
	return &x
}

// Situation gives what the module of a desk looks at when it says what is due.
func (h *History) Situation(desk string) cell.Situation {
	return cell.Situation{Here: h.Here(desk), Began: func() int64 { return h.Records[0].At }}
}

// View gives what a module's query reads at a desk that has no tables.
func (h *History) View(desk string) cell.View {
	here := h.Here(desk)
	return cell.View{Here: here, Entry: func(cell.Cite) (string, bool) { return "", false },
		Counted: here.Records, Heard: func() []cell.Heard { return nil }, State: func(m cell.Matter) cell.State { return cell.Status(m, here.Near, h.Modules, m.Charter, h.Now) }}
}

// Ask gives the answer of a module's first query at a desk.
func Ask[T any](t testing.TB, h *History, desk string, m cell.Module) T {
	t.Helper()
	out, err := m.Queries[0].Run(t.Context(), h.View(desk))
	if err != nil {
		t.Fatal(err)
	}
	return out.(T)
}

// About makes a record be about the matter that head opened, cite it and what
// else it answers, and go to everybody who holds it.
func About(head cell.Held, also ...cell.Held) func(*cell.Record) {
	return func(r *cell.Record) {
		r.About, r.Cites = head.Ref(), []cell.Cite{head.Cite()}
		for _, h := range also {
			r.Cites = append(r.Cites, h.Cite())
		}
		r.To = slices.DeleteFunc(head.Audience(), func(d string) bool { return d == r.Desk })
	}
}

// Sees makes a record state that its desk holds all that the others recorded.
func (h *History) Sees(r *cell.Record) {
	r.Seen = nil
	for _, d := range h.Charter.Desks() {
		if d != r.Desk && h.next[d] > 0 {
			r.Seen = append(r.Seen, cell.Seen{Desk: d, Gen: 1, Size: h.next[d]})
		}
	}
}

// Update gives the change that makes a matter say something else.
func Update(t testing.TB, says cell.Body) cell.Update {
	t.Helper()
	v, err := cell.EncodeBody(says)
	if err != nil {
		t.Fatal(err)
	}
	return cell.Update{Body: v}
}

// Rules gives the rules that a record breaks as its own desk judges it.
func (h *History) Rules(x cell.Held) []string {
	var out []string
	for _, b := range h.Breaches(x) {
		out = append(out, b.Rule)
	}
	return out
}

// Breaches gives them with their places and words.
func (h *History) Breaches(x cell.Held) []cell.Breach {
	p := cell.Past{Cited: map[cell.Cite]cell.Held{}}
	for _, o := range h.Records {
		if slices.Contains(x.Cites, o.Cite()) {
			p.Cited[o.Cite()] = o
		}
		if o.Desk == x.Desk && o.Index < x.Index && !x.About.IsZero() && (o.Ref() == x.About || o.About == x.About) {
			p.Own = append(p.Own, o)
		}
	}
	if !x.About.IsZero() {
		p.Says = h.Matter(x.About, "").Body
	}
	return cell.Judge(x, h.Modules, p, h.Charter)
}

// WantRefused wants an act to be refused by a rule at its own desk, and the same
// record from a desk that lets it pass to be kept at another as contested by it.
// Desk "" holds everything.
func (h *History) WantRefused(t testing.TB, x cell.Held, at, rule string) {
	t.Helper()
	if got := h.Rules(x); !slices.Contains(got, rule) {
		t.Errorf("%s by %s: its own desk finds %v, want %s", x.Kind, x.Desk, got, rule)
	}
	h.WantContested(t, x, at, rule)
}

// WantContested wants a record to be kept at a desk as contested by a rule.
func (h *History) WantContested(t testing.TB, x cell.Held, at, rule string) {
	t.Helper()
	about := x.About
	if about.IsZero() {
		about = x.Ref()
	}
	m := h.Matter(about, at)
	if m.Verdicts[x.Cite()] != cell.VerdictContested || !slices.ContainsFunc(m.Contested, func(c cell.Contest) bool { return c.Record == x.Cite() && c.Rule == rule }) {
		t.Errorf("%s by %s: at %q it is %s, contested %+v, want %s", x.Kind, x.Desk, at, m.Verdicts[x.Cite()], m.Contested, rule)
	}
}

// WantState wants a matter to be in a state now.
func (h *History) WantState(t testing.TB, matter cell.Ref, name string) cell.State {
	t.Helper()
	s := h.State(matter, h.Now)
	if s.Name != name {
		t.Errorf("%s is %s, want %s (waiting %+v, contested %+v)", matter, s.Name, name, s.Waiting, s.Contested)
	}
	return s
}

// Owed gives the desks that owe something in a state, in its order.
func Owed(s cell.State, need string) (desks []string) {
	for _, w := range s.Waiting {
		if w.For == need {
			desks = append(desks, w.Desk)
		}
	}
	return desks
}

// WantAt wants a body to be refused at a place, "" to be accepted.
func WantAt(t testing.TB, b cell.Body, at string) {
	t.Helper()
	err := b.Validate()
	inv, ok := errors.AsType[*cell.Invalid](err)
	if (at == "") != (err == nil) || err != nil && (!ok || inv.At != at) {
		t.Errorf("%+v: error %v, want one at %q", b, err, at)
	}
}

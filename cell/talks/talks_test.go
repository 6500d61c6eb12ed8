package talks_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/talks"
)

// What every module must pass without being known.
func TestModule(t *testing.T) { celltest.Run(t, talks.Module) }

// talk is a history of talks as tests tell it.
type talk struct {
	*celltest.History
	t *testing.T
}

func newTalk(t *testing.T) *talk {
	return &talk{celltest.NewHistory(celltest.Charter(t, talks.Module), cell.Modules{talks.Module}), t}
}

// about makes an act be about a matter and cite its current version and what
// opened it, as a node does.
func (x *talk) about(head cell.Held) func(*cell.Record) {
	m := x.Matter(head.Ref(), "")
	return func(r *cell.Record) {
		r.About, r.Cites = head.Ref(), []cell.Cite{m.Version.Cite()}
		if m.Version.Cite() != head.Cite() {
			r.Cites = append(r.Cites, head.Cite())
		}
	}
}

// change replaces what a matter says.
func (x *talk) change(head cell.Held, body cell.Body) cell.Held {
	x.t.Helper()
	v, err := cell.EncodeBody(body)
	if err != nil {
		x.t.Fatal(err)
	}
	return x.Add(x.t, head.Desk, cell.KindUpdate, cell.Update{Body: v}, func(r *cell.Record) {
		x.about(head)(r)
		x.seen(r)
		r.To = head.To
	})
}

// agrees takes the position that agrees to the hash of the current version.
func (x *talk) agrees(desk string, head cell.Held) cell.Held {
	x.t.Helper()
	v := *x.Matter(head.Ref(), "").Version
	return x.takes(desk, head, cell.Position{Position: cell.Agrees, Hash: v.Hash})
}

func (x *talk) takes(desk string, head cell.Held, p cell.Position) cell.Held {
	x.t.Helper()
	v := *x.Matter(head.Ref(), "").Version
	return x.Add(x.t, desk, cell.KindPosition, p, func(r *cell.Record) {
		r.About, r.Cites = head.Ref(), []cell.Cite{v.Cite()}
		x.seen(r)
	})
}

// seen lets a record state that its desk holds all that the others wrote.
func (x *talk) seen(r *cell.Record) {
	size := map[string]int64{}
	for _, o := range x.Records {
		size[o.Desk] = o.Index + 1
	}
	for _, d := range x.Charter.Desks() {
		if d != r.Desk && size[d] > 0 {
			r.Seen = append(r.Seen, cell.Seen{Desk: d, Gen: 1, Size: size[d]})
		}
	}
}

// screen gives what a desk's screen shows now.
func (x *talk) screen(desk string) talks.Talks {
	x.t.Helper()
	near := x.Around(desk, x.Now)
	v, err := talks.Module.Queries[0].Run(x.t.Context(), cell.View{Desk: desk, Now: x.Now, Charter: x.Charter, Near: near,
		Find:  func(kind string, _ int64) []cell.Matter { return near.Find(kind) },
		State: func(m cell.Matter) cell.State { return cell.Status(m, near, x.Modules, x.Charter, x.Now) }})
	if err != nil {
		x.t.Fatal(err)
	}
	return v.(talks.Talks)
}

// wantState fails unless the matter is in that state now.
func (x *talk) wantState(head cell.Held, want string) cell.State {
	x.t.Helper()
	s := x.State(head.Ref(), x.Now)
	if s.Name != want {
		x.t.Errorf("%s is %s, want %s", head.Kind, s.Name, want)
	}
	return s
}

// wantContested fails unless the record, as it stands in the journal of a desk
// whose node let it pass, is kept as contested by that rule.
func (x *talk) wantContested(h cell.Held, ref cell.Ref, rule string) {
	x.t.Helper()
	m := x.Matter(ref, "")
	if v := m.Verdicts[h.Cite()]; v != cell.VerdictContested {
		x.t.Errorf("%s by %s: %s, want contested by %s", h.Kind, h.Desk, v, rule)
	}
	if !slices.ContainsFunc(m.Contested, func(c cell.Contest) bool { return c.Record == h.Cite() && c.Rule == rule }) {
		x.t.Errorf("%s by %s: contested by %v, want %s", h.Kind, h.Desk, m.Contested, rule)
	}
}

// refused gives the rules for which the desk's own node would refuse the act.
func (x *talk) refused(h cell.Held) []string {
	m := x.Matter(h.About, "")
	p := cell.Past{Cited: map[cell.Cite]cell.Held{}, Says: m.Body}
	for _, o := range x.Records {
		if slices.Contains(h.Cites, o.Cite()) {
			p.Cited[o.Cite()] = o
		}
		if o.Desk == h.Desk && o.Cite() != h.Cite() && (o.About == h.About || o.Ref() == h.About) && !h.About.IsZero() {
			p.Own = append(p.Own, o)
		}
	}
	var out []string
	for _, b := range cell.Judge(h, x.Modules, p, x.Charter) {
		out = append(out, b.Rule)
	}
	return out
}

// says makes a text in the three languages that differs by a mark.
func says(mark string) cell.Text3 {
	return cell.Text3{Ar: "نص " + mark, En: "text " + mark, He: "נוסח " + mark}
}

func clause(id, status string, by ...string) talks.Clause {
	c := talks.Clause{ID: id, Text: says(id), Status: status, Brackets: []talks.Bracket{}}
	for _, d := range by {
		c.Brackets = append(c.Brackets, talks.Bracket{By: d, Text: says(id + " as " + d)})
	}
	return c
}

func text(draft int64, clauses ...talks.Clause) talks.Text {
	return talks.Text{Title: says("title"), Draft: draft, Clauses: clauses, Authoritative: "all"}
}

// at wants an error of Validate at a place.
func wantAt(t *testing.T, b cell.Body, at string) {
	t.Helper()
	err := b.Validate()
	if at == "" {
		if err != nil {
			t.Errorf("%+v: %v", b, err)
		}
		return
	}
	if err == nil || !strings.HasPrefix(err.Error(), at+": ") {
		t.Errorf("%+v: error %v, want one at %s", b, err, at)
	}
}

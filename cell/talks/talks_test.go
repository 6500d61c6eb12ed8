package talks_test

import (
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
	return x.Add(x.t, head.Desk, cell.KindUpdate, celltest.Update(x.t, body), func(r *cell.Record) {
		x.about(head)(r)
		x.Sees(r)
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
		x.Sees(r)
	})
}

// screen gives what a desk's screen shows now.
func (x *talk) screen(desk string) talks.Talks {
	x.t.Helper()
	return celltest.Ask[talks.Talks](x.t, x.History, desk, talks.Module)
}

func (x *talk) wantState(head cell.Held, want string) cell.State {
	x.t.Helper()
	return x.WantState(x.t, head.Ref(), want)
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

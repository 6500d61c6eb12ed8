package cell_test

import (
	"testing"

	"parley/cell"
	"parley/cell/celltest"
)

// PRO-06: an entry may stay at its own desk, where its kind says so, and what
// is said about it stays there too; nothing else addresses nobody.
func TestAnEntryMayStayAtHome(t *testing.T) {
	ms := cell.Modules{{Name: "counted", Kinds: []cell.Kind{
		cell.KindOf("counted.thing/1", count{1}).Opening().OrAtHome(),
		cell.KindOf("counted.word/1", count{1}).OrAtHome().After("counted.thing/1"),
		cell.KindOf("counted.call/1", count{1}).After("counted.thing/1"),
	}}}
	h := celltest.NewHistory(celltest.Charter(t), ms)
	alone := func(about cell.Held) func(*cell.Record) {
		return func(r *cell.Record) {
			if r.To = nil; about.ID != "" {
				r.About, r.Cites = about.Ref(), []cell.Cite{about.Cite()}
			}
		}
	}
	head := h.Add(t, "supervisor", "counted.thing/1", count{1}, alone(cell.Held{}))
	word := h.Add(t, "supervisor", "counted.word/1", count{2}, alone(head))
	call := h.Add(t, "supervisor", "counted.call/1", count{3}, alone(head))
	m := h.Matter(head.Ref(), "supervisor")
	for of, want := range map[cell.Cite]string{head.Cite(): cell.VerdictOK, word.Cite(): cell.VerdictOK, call.Cite(): cell.VerdictContested} {
		if got := m.Verdicts[of]; got != want {
			t.Errorf("%s: %s, want %s", of, got, want)
		}
	}
	if got := h.Matter(head.Ref(), "alpha"); len(got.Records) != 0 {
		t.Errorf("alpha holds %d records of it", len(got.Records))
	}
	shared := h.Add(t, "alpha", "counted.thing/1", count{1}, nil)
	if m := h.Matter(shared.Ref(), ""); !m.Counts(shared) || len(m.Audience()) != 3 {
		t.Errorf("one that is shared: %v, audience %v", m.Verdicts, m.Audience())
	}
}

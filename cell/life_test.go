package cell_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
)

// A toy module: somebody asks, a counterpart answers, a deciding desk decides.
type ask struct {
	Decides string `json:"decides"`
	By      int64  `json:"by"`
}

func (ask) Validate() error        { return nil }
func (a ask) DecidingDesk() string { return a.Decides }
func (reply) Validate() error      { return nil }
func (note) Validate() error       { return nil }

type reply struct {
	Text string `json:"text"`
}
type note struct {
	Text string `json:"text"`
}

var toy = cell.Module{
	Name: "toy",
	Kinds: []cell.Kind{
		cell.KindOf("toy.ask/1", ask{"supervisor", 0}).Opening(),
		cell.KindOf("toy.reply/1", reply{"x"}).Only(cell.WhoCounter).After("toy.ask/1"),
		cell.KindOf("toy.decide/1", reply{"x"}).Deciding().After("toy.ask/1"),
		cell.KindOf("toy.draft/1", note{"x"}).AtHome().Opening(),
	},
	Lives: []cell.Life{{Kinds: []string{"toy.ask/1"}, Stages: []cell.Stage{
		{Name: "asked", Waits: func(k *cell.Case) []cell.Wait {
			return []cell.Wait{{Desk: "bravo", For: "reply", Since: k.At(), Due: k.Body.(ask).By}}
		}},
		{Name: "late", From: []string{"asked"}, Says: "the time passed", When: func(k *cell.Case) (int64, bool) {
			by := k.Body.(ask).By
			return by, k.Past(by)
		}},
		{Name: "answered", From: []string{"asked", "late"}, Says: "the counterpart answered", When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First("toy.reply/1", "")
			return h.At, ok
		}},
		{Name: "decided", From: []string{"answered"}, Says: "the deciding desk decided", Ended: true, When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First("toy.decide/1", "")
			return h.At, ok
		}},
	}}},
}

func toyHistory(t *testing.T) (*celltest.History, cell.Held) {
	h := celltest.NewHistory(celltest.Charter(t), cell.Modules{toy})
	return h, h.Add(t, "alpha", "toy.ask/1", ask{"supervisor", celltest.Noon + 60_000}, nil)
}

func about(head cell.Held) func(*cell.Record) {
	return func(r *cell.Record) { r.About, r.Cites = head.Ref(), []cell.Cite{head.Cite()} }
}

// A state is read from a table: the last stage whose condition holds, and when
// it changes by itself.
func TestLifeIsReadFromItsTable(t *testing.T) {
	h, head := toyHistory(t)
	s := h.State(head.Ref(), celltest.Noon+5000)
	if s.Name != "asked" || !s.Open || s.Next != celltest.Noon+60_000 || len(s.Waiting) != 1 || s.Waiting[0].Desk != "bravo" {
		t.Errorf("at first: %+v", s)
	}
	if s = h.State(head.Ref(), celltest.Noon+60_000); s.Name != "late" {
		t.Errorf("when the time has come: %+v", s)
	}
	h.Add(t, "bravo", "toy.reply/1", reply{"yes"}, about(head))
	if s = h.State(head.Ref(), celltest.Noon+70_000); s.Name != "answered" || s.Since != celltest.Noon+1000 {
		t.Errorf("answered: %+v", s)
	}
	h.Add(t, "supervisor", "toy.decide/1", reply{"so"}, about(head))
	if s = h.State(head.Ref(), celltest.Noon+70_000); s.Name != "decided" || s.Open || len(s.Waiting) != 0 {
		t.Errorf("decided: %+v", s)
	}
}

// The law of who may do what is kept for what another desk has signed too: it
// is shown as contested and moves nothing.
func TestWhoMayRecordWhat(t *testing.T) {
	for _, x := range []struct {
		what, desk, kind, rule string
		change                 func(head cell.Held, r *cell.Record)
	}{
		{"the opener answers itself", "alpha", "toy.reply/1", "cell.who", nil},
		{"the supervisor answers for a party", "supervisor", "toy.reply/1", "cell.who", nil},
		{"a party decides", "bravo", "toy.decide/1", "cell.who", nil},
		{"nothing is cited", "bravo", "toy.reply/1", "cell.head-cited", func(_ cell.Held, r *cell.Record) { r.Cites = nil }},
		{"it is about nothing", "bravo", "toy.reply/1", "cell.head-cited", func(_ cell.Held, r *cell.Record) { r.About, r.Cites = cell.Ref{}, nil }},
	} {
		h, head := toyHistory(t)
		r := h.Add(t, x.desk, x.kind, reply{"x"}, func(r *cell.Record) {
			about(head)(r)
			if x.change != nil {
				x.change(head, r)
			}
		})
		b := cell.Judge(r, h.Modules, cell.Past{Cited: map[cell.Cite]cell.Held{head.Cite(): head}}, h.Charter)
		if !slices.ContainsFunc(b, func(b cell.Breach) bool { return b.Rule == x.rule }) {
			t.Errorf("%s: breaches %v, want %s", x.what, b, x.rule)
		}
		if s := h.State(head.Ref(), celltest.Noon+5000); s.Name != "asked" {
			t.Errorf("%s: it moved the matter to %s", x.what, s.Name)
		}
	}
}

// Of two decisions of the deciding desk the first counts.
func TestTheFirstDecisionCounts(t *testing.T) {
	h, head := toyHistory(t)
	h.Add(t, "supervisor", "toy.decide/1", reply{"first"}, about(head))
	second := h.Add(t, "supervisor", "toy.decide/1", reply{"second"}, about(head))
	m := h.Matter(head.Ref(), "")
	if m.Verdicts[second.Cite()] != cell.VerdictContested || m.Contested[0].Rule != "cell.decided-once" {
		t.Errorf("the second decision: %s, %v", m.Verdicts[second.Cite()], m.Contested)
	}
}

// A draft addresses nobody, and nothing else does so.
func TestADraftStaysAtHome(t *testing.T) {
	h, _ := toyHistory(t)
	draft := h.Add(t, "alpha", "toy.draft/1", note{"x"}, nil)
	if len(draft.To) != 0 || draft.Addressed("bravo") || !draft.Addressed("alpha") {
		t.Errorf("a draft is addressed to %v", draft.To)
	}
	sent := h.Add(t, "alpha", "toy.draft/1", note{"x"}, func(r *cell.Record) { r.To = []string{"bravo"} })
	unsent := h.Add(t, "alpha", "toy.ask/1", ask{}, func(r *cell.Record) { r.To = nil })
	for what, r := range map[string]cell.Held{"a draft with addressees": sent, "an ask without": unsent} {
		b := cell.Judge(r, h.Modules, cell.Past{}, h.Charter)
		if !slices.ContainsFunc(b, func(b cell.Breach) bool { return b.Rule == "cell.home" }) {
			t.Errorf("%s: breaches %v", what, b)
		}
	}
}

// SUP-01 T: each mode is kept at the party's own node, for what it files and
// for what comes in.
func TestSupervisionModes(t *testing.T) {
	everyone, party, caucus := []string{"bravo", "supervisor"}, []string{"bravo"}, []string{"supervisor"}
	for _, x := range []struct {
		mode string
		to   []string
		kept bool
	}{
		{cell.ModeRelay, everyone, true}, {cell.ModeRelay, party, false}, {cell.ModeRelay, caucus, true},
		{cell.ModeCopy, everyone, true}, {cell.ModeCopy, party, false},
		{cell.ModeSealed, everyone, false}, {cell.ModeSealed, party, true}, {cell.ModeSealed, caucus, true},
		{cell.ModeMetadata, everyone, false}, {cell.ModeMetadata, party, true},
	} {
		c := *celltest.Charter(t)
		c.Baskets = map[string]string{"commerce": x.mode}
		c.Templates = append(slices.Clone(c.Templates), cell.Template{Code: "ASK", Kind: "toy.ask/1", Version: 1, Precedence: cell.Routine, Basket: "commerce"})
		h := celltest.NewHistory(&c, cell.Modules{toy})
		r := h.Add(t, "alpha", "toy.ask/1", ask{}, func(r *cell.Record) { r.To = x.to })
		broken := slices.ContainsFunc(cell.Judge(r, h.Modules, cell.Past{}, &c), func(b cell.Breach) bool { return b.Rule == "cell.mode" })
		if broken == x.kept {
			t.Errorf("mode %s, to %v: kept is %v, want %v", x.mode, x.to, !broken, x.kept)
		}
	}
}

// A desk's own words stand in the order of its journal, whatever times it
// writes on them.
func TestAWordIsNotBackdated(t *testing.T) {
	h, head := toyHistory(t)
	h.Add(t, "bravo", "toy.reply/1", reply{"first"}, func(r *cell.Record) { about(head)(r); r.At = celltest.Noon + 50_000 })
	h.Add(t, "bravo", "toy.reply/1", reply{"second"}, func(r *cell.Record) { about(head)(r); r.At = celltest.Noon + 10_000 })
	last, _ := h.Matter(head.Ref(), "").Last("toy.reply/1", "")
	if last.Body.(reply).Text != "second" {
		t.Errorf("the last word is %q", last.Body.(reply).Text)
	}
}

// Every arrow of a drawing is a row of the table, and a table whose arrows lead
// nowhere is refused when the desk starts.
func TestLivesAreDrawn(t *testing.T) {
	l := toy.Lives[0]
	drawn := l.Draw()
	for _, want := range []string{"[*] --> asked", "asked --> late: the time passed", "late --> answered", "decided --> [*]"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("the drawing lacks %q:\n%s", want, drawn)
		}
	}
	bad := l
	bad.Stages = append(slices.Clone(l.Stages), cell.Stage{Name: "lost", From: []string{"nowhere"}, Says: "x", When: func(*cell.Case) (int64, bool) { return 0, false }})
	if (cell.Modules{{Name: "toy", Lives: []cell.Life{bad}}}).Validate() == nil {
		t.Error("an arrow from nowhere is taken")
	}
}

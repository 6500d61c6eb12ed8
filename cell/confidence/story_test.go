package confidence_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/confidence"
)

const day = 24 * 3600_000

func t3(en string) cell.Text3 {
	return cell.Text3{Ar: "خطوة " + en, En: "step " + en, He: "צעד " + en}
}

func free(s string) []cell.Free { return []cell.Free{{Lang: "en", Text: s}} }

// measure is one that alpha is obliged by and that the supervisor verifies.
func measure(obliged ...string) confidence.Measure {
	return confidence.Measure{Title: t3("1"), Category: "military", Obliged: obliged, Deliverable: t3("2"), Indicator: t3("3"), Baseline: []cell.Free{},
		Trigger: []cell.Free{}, Span: cell.Span{From: celltest.Noon, Until: celltest.Noon + 30*day}, Conditionality: "parallel", Reversible: "no",
		Reversal: []cell.Free{}, Verifier: confidence.BySupervisor, Funding: []cell.Free{}, Reason: []cell.Free{}}
}

// world is a history whose records state what their desks have seen.
type world struct {
	*celltest.History
	t *testing.T
}

func start(t *testing.T) *world {
	return &world{celltest.NewHistory(celltest.Charter(t, confidence.Module), cell.Modules{confidence.Module}), t}
}

// say records something about a matter, or opens one when head is the zero
// value. Its desk has seen all that the others wrote.
func (w *world) say(desk, kind string, body cell.Body, head cell.Held, change func(*cell.Record)) cell.Held {
	w.t.Helper()
	return w.Add(w.t, desk, kind, body, func(r *cell.Record) {
		w.Sees(r)
		if head.Desk != "" {
			r.About, r.Cites = head.Ref(), []cell.Cite{head.Cite()}
		}
		if change != nil {
			change(r)
		}
	})
}

func (w *world) agree(desk string, version, head cell.Held) cell.Held {
	w.t.Helper()
	return w.say(desk, cell.KindPosition, cell.Position{Position: cell.Agrees, Hash: version.Hash, Text: []cell.Free{}}, version,
		func(r *cell.Record) { r.About = head.Ref() })
}

// update changes a measure, by the desk that proposed it.
func (w *world) update(head cell.Held, m confidence.Measure) cell.Held {
	w.t.Helper()
	return w.say(head.Desk, cell.KindUpdate, celltest.Update(w.t, m), head, nil)
}

func (w *world) want(m cell.Held, at int64, state string) cell.State {
	w.t.Helper()
	s := w.State(m.Ref(), at)
	if s.Name != state {
		w.t.Errorf("at +%d h it is %s, want %s (waiting %+v, contested %+v)", (at-celltest.Noon)/3600_000, s.Name, state, s.Waiting, s.Contested)
	}
	return s
}

// book asks the module's query as a desk at a time.
func (w *world) book(desk string, now int64) confidence.Book {
	w.t.Helper()
	return celltest.Ask[confidence.Book](w.t, w.At(now), desk, confidence.Module)
}

// refused wants a record to be refused at its own desk by a rule, and, when its
// desk signs it all the same, to be shown as contested and to move nothing.
func (w *world) refused(what, rule string, h cell.Held, matter cell.Held, state string) {
	w.t.Helper()
	if got := w.Rules(h); !slices.Contains(got, rule) {
		w.t.Errorf("%s: its own desk finds %v, want %s", what, got, rule)
	}
	w.WantContested(w.t, h, "", rule)
	w.want(matter, w.Now, state)
}

// CBM-01 T: a measure has all its parts, and what binds stands in three
// languages or is refused.
func TestCBM01MeasureInThreeLanguages(t *testing.T) {
	for _, x := range []struct {
		at     string
		change func(*confidence.Measure)
	}{
		{"", func(*confidence.Measure) {}},
		{"/title/he", func(m *confidence.Measure) { m.Title.He = "" }},
		{"/deliverable/ar", func(m *confidence.Measure) { m.Deliverable.Ar = "Latin letters" }},
		{"/indicator/en", func(m *confidence.Measure) { m.Indicator.En = " " }},
		{"/category", func(m *confidence.Measure) { m.Category = "other" }},
		{"/obliged", func(m *confidence.Measure) { m.Obliged = []string{} }},
		{"/obliged/1", func(m *confidence.Measure) { m.Obliged = []string{"alpha", "alpha"} }},
		{"/span/until", func(m *confidence.Measure) { m.Span.Until = m.Span.From }},
		{"/counterpart", func(m *confidence.Measure) { m.Counterpart = "the other one" }},
		{"/conditionality", func(m *confidence.Measure) { m.Conditionality = "" }},
		{"/reversible", func(m *confidence.Measure) { m.Reversible = "perhaps" }},
		{"/verifier", func(m *confidence.Measure) { m.Verifier = "nobody" }},
		{"/method", func(m *confidence.Measure) { m.Method = "hearsay" }},
		{"/reason", func(m *confidence.Measure) { m.Reason = append(free("x"), free("y")...) }},
	} {
		m := measure("alpha")
		x.change(&m)
		err := m.Validate()
		if inv, ok := err.(*cell.Invalid); (x.at == "") != (err == nil) || err != nil && (!ok || inv.At != x.at) {
			t.Errorf("%v, want an error at %q", err, x.at)
		}
	}
}

// CBM-01: a measure is agreed by every party, delivered, verified; none of it by
// a desk that may not, and nothing moves by what such a desk signs.
func TestCBM01LifeOfAMeasure(t *testing.T) {
	w := start(t)
	m := w.say("bravo", confidence.KindMeasure, measure("alpha"), cell.Held{}, nil)
	w.want(m, w.Now, confidence.StateProposed)
	w.agree("supervisor", m, m)
	w.want(m, w.Now, confidence.StateProposed)
	w.agree("alpha", m, m)
	s := w.want(m, w.Now, confidence.StateAgreed)
	if !slices.ContainsFunc(s.Waiting, func(x cell.Wait) bool {
		return x.Desk == "alpha" && x.For == confidence.NeedDelivery && x.Due == celltest.Noon+30*day
	}) {
		t.Errorf("nobody owes the delivery: %+v", s.Waiting)
	}

	done := confidence.Delivery{At: w.Now, Evidence: []string{}, Text: []cell.Free{}}
	w.refused("a desk that is not obliged delivers", "confidence.not-obliged",
		w.say("bravo", confidence.KindDelivery, done, m, nil), m, confidence.StateAgreed)
	late := done
	late.At = w.Now + day
	w.refused("what lies ahead is delivered", "confidence.delivery-future",
		w.say("alpha", confidence.KindDelivery, late, m, nil), m, confidence.StateAgreed)
	w.refused("a delivery is shown to one desk only", "confidence.audience",
		w.say("alpha", confidence.KindDelivery, done, m, func(r *cell.Record) { r.To = []string{"supervisor"} }), m, confidence.StateAgreed)

	w.say("alpha", confidence.KindDelivery, done, m, nil)
	s = w.want(m, w.Now, confidence.StateDelivered)
	if !slices.ContainsFunc(s.Waiting, func(x cell.Wait) bool { return x.Desk == "supervisor" && x.For == confidence.NeedVerification }) {
		t.Errorf("nobody owes the verification: %+v", s.Waiting)
	}
	score := func(desk, s string) { w.say(desk, confidence.KindScore, confidence.Score{Score: s}, m, nil) }
	score("alpha", confidence.Complete)
	w.want(m, w.Now, confidence.StateDelivered) // its own word verifies nothing here
	score("supervisor", confidence.Complete)
	w.want(m, w.Now, confidence.StateVerified)
	score("bravo", confidence.Regressed)
	w.want(m, w.Now, confidence.StateVerified) // stands in its column; it does not verify
	score("bravo", confidence.Disputed)
	w.want(m, w.Now, confidence.StateDisputed)
	score("alpha", confidence.Complete)
	w.want(m, w.Now, confidence.StateDisputed) // nobody takes back another's word
	score("bravo", confidence.Intermediate)
	w.want(m, w.Now, confidence.StateVerified)
	score("supervisor", confidence.Regressed)
	w.want(m, w.Now, confidence.StateRegressed)
}

// CBM-01: what all agreed to is not withdrawn by the desk that proposed it: the
// own desk is refused, and a withdrawal that is signed all the same moves nothing.
func TestCBM01AgreedIsNotWithdrawnByOne(t *testing.T) {
	w := start(t)
	m := w.say("alpha", confidence.KindMeasure, measure("alpha"), cell.Held{}, nil)
	w.agree("bravo", m, m)
	k, _ := w.Modules.Kind(cell.KindCancel)
	cancel := w.say("alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, m, nil)
	w.want(m, w.Now, confidence.StateAgreed)
	b := confidence.Module.Holds(w.Situation("alpha"), cancel, k)
	if len(b) != 1 || b[0].Rule != "confidence.bound" {
		t.Errorf("the withdrawal of an agreed measure is let out: %v", b)
	}
	free := w.say("alpha", confidence.KindMeasure, measure("alpha"), cell.Held{}, nil)
	w.say("alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, free, nil)
	w.agree("bravo", free, free)
	w.want(free, w.Now, cell.StateCancelled)
}

// CBM-02 T: the ledger is made of deliveries only: what is promised, agreed or
// scored is in none of its lines, and nothing in it is a sum.
func TestCBM02LedgerOfDeliveries(t *testing.T) {
	w := start(t)
	a := w.say("alpha", confidence.KindMeasure, measure("alpha"), cell.Held{}, nil)
	matched := measure("bravo")
	matched.Counterpart = a.Ref().String()
	b := w.say("bravo", confidence.KindMeasure, matched, cell.Held{}, nil)
	both := w.say("supervisor", confidence.KindMeasure, measure("alpha", "bravo"), cell.Held{}, nil)
	w.agree("bravo", a, a)
	w.agree("alpha", b, b)
	w.say("supervisor", confidence.KindScore, confidence.Score{Score: confidence.Complete}, a, nil)
	if l := w.book("alpha", w.Now).Ledger; len(l) != 0 {
		t.Fatalf("promises stand in the ledger: %+v", l)
	}
	deliver := func(desk string, m cell.Held) int64 {
		return w.say(desk, confidence.KindDelivery, confidence.Delivery{At: celltest.Noon, Evidence: []string{}, Text: []cell.Free{}}, m, nil).At
	}
	second := deliver("bravo", b)
	want := confidence.Entry{Measure: b.Ref().String(), First: "bravo", At: second, Counterpart: a.Ref().String(), LagMS: -1, State: confidence.Unmatched}
	if l := w.book("alpha", w.Now).Ledger; len(l) != 1 || l[0] != want {
		t.Errorf("one delivered: %+v, want %+v", l, want)
	}
	w.Now += 3 * day
	first := deliver("alpha", a)
	want.Second, want.CounterpartAt, want.LagMS, want.State = "alpha", first, first-second, confidence.Matched
	if l := w.book("alpha", w.Now).Ledger; len(l) != 1 || l[0] != want {
		t.Errorf("both delivered: %+v, want %+v", l, want)
	}
	x := deliver("alpha", both)
	alone := confidence.Entry{Measure: both.Ref().String(), First: "alpha", At: x, LagMS: -1, State: confidence.Unmatched}
	if l := w.book("bravo", w.Now).Ledger; len(l) != 2 || l[1] != alone {
		t.Errorf("one of two that a measure obliges: %+v, want %+v", l, alone)
	}
	y := deliver("bravo", both)
	alone.Second, alone.Counterpart, alone.CounterpartAt, alone.LagMS, alone.State = "bravo", alone.Measure, y, y-x, confidence.Matched
	if l := w.book("bravo", w.Now).Ledger; len(l) != 2 || l[1] != alone {
		t.Errorf("both that a measure obliges: %+v, want %+v", l, alone)
	}
}

// CBM-05 T: three columns side by side; none of them is changed by another.
func TestCBM05ThreeColumns(t *testing.T) {
	w := start(t)
	m := w.say("alpha", confidence.KindMeasure, measure("alpha"), cell.Held{}, nil)
	w.agree("bravo", m, m)
	for desk, s := range map[string]string{"alpha": confidence.Complete, "bravo": confidence.Minimal, "supervisor": confidence.Intermediate} {
		w.say(desk, confidence.KindScore, confidence.Score{Score: s, Finding: free("x")}, m, nil)
	}
	last := w.say("bravo", confidence.KindScore, confidence.Score{Score: confidence.NotBegun, Found: []int64{celltest.Noon}, Method: "imagery"}, m, nil)
	for _, desk := range w.Charter.Desks() {
		c := w.book(desk, w.Now).Measures[0].Scores
		if len(c.Self) != 1 || len(c.Counterpart) != 1 || len(c.Supervisor) != 1 {
			t.Fatalf("at %s: %+v", desk, c)
		}
		if c.Self[0].Score != confidence.Complete || c.Supervisor[0].Score != confidence.Intermediate {
			t.Errorf("at %s another desk's score changed: %+v", desk, c)
		}
		if x := c.Counterpart[0]; x.Score != confidence.NotBegun || x.At != celltest.Noon || x.Method != "imagery" || x.Record != last.Cite().String() || !x.OfText {
			t.Errorf("at %s: %+v", desk, x)
		}
	}
}

// CBM-05: each verifier's word counts as the measure says.
func TestCBM05WhoVerifies(t *testing.T) {
	for _, x := range []struct {
		verifier string
		complete []string
		want     string
	}{
		{confidence.BySelf, []string{"alpha"}, confidence.StateVerified},
		{confidence.BySelf, []string{"bravo"}, confidence.StateAgreed},
		{confidence.ByCounterpart, []string{"alpha"}, confidence.StateAgreed},
		{confidence.ByCounterpart, []string{"bravo"}, confidence.StateVerified},
		{confidence.BySupervisor, []string{"alpha", "bravo"}, confidence.StateAgreed},
		{confidence.BySupervisor, []string{"supervisor"}, confidence.StateVerified},
		{confidence.ByAll, []string{"alpha", "bravo"}, confidence.StateAgreed},
		{confidence.ByAll, []string{"alpha", "bravo", "supervisor"}, confidence.StateVerified},
	} {
		w := start(t)
		b := measure("alpha")
		b.Verifier = x.verifier
		m := w.say("alpha", confidence.KindMeasure, b, cell.Held{}, nil)
		w.agree("bravo", m, m)
		for _, d := range x.complete {
			w.say(d, confidence.KindScore, confidence.Score{Score: confidence.Complete}, m, nil)
		}
		w.want(m, w.Now, x.want)
	}
}

// CBM-08 T: a measure ages visibly; its date moves by a change that says why and
// that all agree to, and every text it had is kept.
func TestCBM08NoDateMovesInSilence(t *testing.T) {
	w := start(t)
	m := w.say("alpha", confidence.KindMeasure, measure("alpha"), cell.Held{}, nil)
	w.agree("bravo", m, m)
	until := celltest.Noon + int64(30*day)
	if r := w.book("bravo", until-1).Measures[0]; r.Overdue {
		t.Error("overdue before its time")
	}
	if r := w.book("bravo", until+day).Measures[0]; !r.Overdue || r.OverdueMS != day || r.State != confidence.StateAgreed {
		t.Errorf("a day late: overdue %v by %d ms, %s", r.Overdue, r.OverdueMS, r.State)
	}
	if s := w.want(m, until+day, confidence.StateAgreed); !slices.ContainsFunc(s.Waiting, func(x cell.Wait) bool { return x.Due == until && x.Level != "" }) {
		t.Errorf("the silence climbs nothing: %+v", s.Waiting)
	}

	w.Now = until + day
	later := measure("alpha")
	later.Span.Until += 30 * day
	w.refused("a date is moved without a reason", "confidence.reason-missing", w.update(m, later), m, confidence.StateAgreed)
	other := measure("bravo")
	other.Reason = free("winter")
	w.refused("somebody else is obliged", "confidence.obliged-fixed", w.update(m, other), m, confidence.StateAgreed)

	later.Reason = free("winter")
	v := w.update(m, later)
	r := w.book("bravo", w.Now).Measures[0]
	if !r.Overdue || r.ForceUntil != until || r.Span.Until != until+30*day || len(r.Texts) != 2 || !r.Texts[0].InForce || r.Texts[1].AgreedAt != 0 {
		t.Errorf("while it is not agreed: %+v", r)
	}
	w.agree("bravo", v, m)
	r = w.book("bravo", w.Now).Measures[0]
	if r.Overdue || r.ForceUntil != until+30*day || !r.Texts[1].InForce || r.Texts[1].Reason[0].Text != "winter" || r.Texts[0].Span.Until != until || r.Texts[0].AgreedAt == 0 {
		t.Errorf("once it is agreed: %+v", r)
	}
	w.want(m, w.Now, confidence.StateAgreed)
}

// CBM-01: who reads a measure, and who is obliged, by the charter.
func TestCBM01MeasureReachesEveryParty(t *testing.T) {
	w := start(t)
	hidden := w.say("alpha", confidence.KindMeasure, measure("alpha"), cell.Held{}, func(r *cell.Record) { r.To = []string{"supervisor"} })
	w.refused("a party is left out", "confidence.audience", hidden, hidden, confidence.StateProposed)
	stranger := w.say("alpha", confidence.KindMeasure, measure("delta"), cell.Held{}, nil)
	w.refused("a stranger is obliged", "confidence.obliged", stranger, stranger, confidence.StateProposed)
	w.agree("bravo", stranger, stranger)
	w.want(stranger, w.Now, confidence.StateProposed)

	b := measure("alpha")
	b.Counterpart = "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000099"
	h := w.say("bravo", confidence.KindMeasure, b, cell.Held{}, nil)
	k, _ := w.Modules.Kind(confidence.KindMeasure)
	holds := confidence.Module.Holds(w.Situation("bravo"), h, k)
	if len(holds) != 1 || holds[0].Rule != "confidence.counterpart" {
		t.Errorf("a counterpart that is not held: %v", holds)
	}
}

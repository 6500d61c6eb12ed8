package hotline_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/hotline"
)

func exercise(r *cell.Record) { r.Status = cell.Exercise }

// of makes a record be about a matter, under a status word.
func of(head cell.Held, status string, more ...func(*cell.Record)) func(*cell.Record) {
	return func(r *cell.Record) {
		celltest.About(head)(r)
		r.Status = status
		for _, m := range more {
			m(r)
		}
	}
}

// HOT-18 T, XC-11: in an actual cell a record of a drill about an actual matter
// is refused at its own desk and contested at others, and the reverse; what
// drills do not have, and what is of no drill, likewise. In an exercise all is
// exercise.
func TestHOT18ExerciseAndActualAreKeptApart(t *testing.T) {
	w := newWatchers(t, actual)
	drill := w.Add(t, "alpha", hotline.KindDrill, hotline.Drill{From: w.Now, Until: w.Now + hours}, nil)
	real := w.Add(t, "bravo", hotline.KindMessage, hotline.Message{Body: text[0]}, nil)
	if drill.Status != cell.Exercise || real.Status != cell.Actual {
		t.Fatalf("the drill is %s, the message %s", drill.Status, real.Status)
	}
	inject := w.Add(t, "alpha", hotline.KindInject, hotline.Inject{Event: "smoke-seen"}, of(drill, cell.Exercise))
	cease := w.Add(t, "bravo", hotline.KindCease, hotline.Cease{What: "fire", Ref: "x"}, of(drill, cell.Exercise))
	for _, x := range []cell.Held{drill, real, inject, cease, w.Add(t, "bravo", cell.KindReceived, cell.Received{}, of(inject, cell.Exercise))} {
		if got := w.Rules(x); len(got) > 0 {
			t.Errorf("%s with the status %s: %v", x.Kind, x.Status, got)
		}
	}
	message := hotline.Message{Body: text[0]}
	for name, x := range map[string]struct {
		held cell.Held
		rule string
	}{
		"a drill's message about an actual one": {w.Add(t, "alpha", hotline.KindMessage, message, of(real, cell.Exercise)), "cell.status-mixed"},
		"an actual message about a drill":       {w.Add(t, "bravo", hotline.KindMessage, message, of(drill, cell.Actual)), "cell.status-mixed"},
		"an actual receipt of an inject":        {w.Add(t, "bravo", cell.KindReceived, cell.Received{}, of(inject, cell.Actual)), "cell.status-mixed"},
		"a drill's receipt of an actual one":    {w.Add(t, "alpha", cell.KindReceived, cell.Received{}, of(real, cell.Exercise)), "cell.status-mixed"},
		"a drill's watch":                       {w.Add(t, "alpha", hotline.KindWatch, w.watch(), exercise), "cell.status-kind"},
		"of no drill":                           {w.Add(t, "alpha", hotline.KindMessage, message, exercise), "cell.status-drill"},
		"an actual drill": {w.Add(t, "alpha", hotline.KindDrill, hotline.Drill{From: w.Now, Until: w.Now + hours}, func(r *cell.Record) {
			r.Status = cell.Actual
		}), "cell.status"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := w.Rules(x.held); !slices.Contains(got, x.rule) {
				t.Errorf("its own desk finds %v, want %s", got, x.rule)
			}
			w.WantContested(t, x.held, "supervisor", x.rule)
		})
	}
	if s := w.State(cease.Ref(), w.Now); !s.Exercise {
		t.Error("the state of a drill's matter does not say so")
	}
	e := newWatchers(t, nil)
	d := e.Add(t, "alpha", hotline.KindDrill, hotline.Drill{From: e.Now, Until: e.Now + hours}, nil)
	if got := e.Rules(e.Add(t, "alpha", hotline.KindMessage, message, of(d, cell.Exercise))); len(got) > 0 {
		t.Errorf("in an exercise: %v", got)
	}
}

// HOT-18: the node of the desk that opened a drill injects by its plan, once
// each, while it runs; each desk is scored in its own column.
func TestHOT18PlanAndScore(t *testing.T) {
	w := newWatchers(t, actual)
	drill := w.Add(t, "supervisor", hotline.KindDrill, hotline.Drill{From: w.Now + minute, Until: w.Now + 45*minute, Plan: 1}, nil)
	due := func(desk string, after int64) (out []cell.Draft) {
		for _, d := range hotline.Module.Due(w.At(drill.At + after).Situation(desk)) {
			if d.Kind == hotline.KindInject {
				out = append(out, d)
			}
		}
		return out
	}
	for after, want := range map[int64]int{0: 0, 3 * minute: 1, 10 * minute: 2, 20 * minute: 3, 50 * minute: 0} {
		if got := due("supervisor", after); len(got) != want {
			t.Errorf("after %d min: %d injects, want %d", after/minute, len(got), want)
		}
	}
	if len(due("alpha", 20*minute)) != 0 {
		t.Error("another desk injects")
	}
	d := due("supervisor", 3*minute)[0]
	w.Now = drill.At + 3*minute
	x := w.Add(t, "supervisor", d.Kind, d.Body, of(drill, cell.Exercise, func(r *cell.Record) { r.Precedence = d.Precedence }))
	if got := w.Rules(x); len(got) > 0 {
		t.Fatalf("what is due breaks %v", got)
	}
	w.DeliverAll(x)
	w.Now += 30_000
	answer := func(desk string, kind string, body cell.Body) {
		w.Add(t, desk, kind, body, of(x, cell.Exercise))
	}
	answer("alpha", cell.KindReceived, cell.Received{})
	b := x.Body.(hotline.Inject)
	answer("alpha", cell.KindReadBack, cell.ReadBack{Place: b.Place, Time: b.Time, Number: b.Number})
	w.Now += 2 * hours
	answer("bravo", cell.KindReceived, cell.Received{})

	out, err := query("drills").Run(t.Context(), w.View("supervisor"))
	if err != nil {
		t.Fatal(err)
	}
	s := out.(hotline.DrillScreen)
	if len(s.Drills) != 1 || len(s.Drills[0].Injects) != 1 || len(s.Drills[0].Desks) != 2 {
		t.Fatalf("drills: %+v", s)
	}
	want := []hotline.DeskScore{{Desk: "alpha", Asked: 3, Done: 2, Within: 2, Receive: 30_000}, {Desk: "bravo", Asked: 3, Done: 1, Within: 0, Receive: 30_000 + 2*hours + 2000}}
	if got := s.Drills[0].Desks; !slices.Equal(got, want) {
		t.Errorf("scores %+v, want %+v", got, want)
	}
}

func query(name string) cell.Query {
	i := slices.IndexFunc(hotline.Module.Queries, func(q cell.Query) bool { return q.Name == name })
	return hotline.Module.Queries[i]
}

// HOT-04 T: the report of what went unanswered in thirty days equals the raw
// events, whatever was recorded: every attempt that counts, by whom, when, by
// what means and with what outcome; and every FLASH that was held or taken
// later than its clock, counted anew from the records one by one.
func TestHOT04UnansweredEqualsRawEvents(t *testing.T) {
	const span = 30 * 24 * hours
	found := 0
	for seed := range uint64(12) {
		h := celltest.Generate(t, celltest.Charter(t, hotline.Module), cell.Modules{hotline.Module}, seed, 160)
		ages(t, h, seed)
		for _, desk := range h.Charter.Desks() {
			l := hotline.Ledger(h.Here(desk))
			var got []string
			sum, tried := map[string]int64{}, map[string]int64{}
			for _, x := range l.Tries {
				tried[x.Desk+">"+x.Toward]++
				if x.Outcome != "answered" {
					got = append(got, fmt.Sprintln(x.Ref, x.At, x.Desk, x.Toward, x.Means, x.Outcome))
					sum[x.Desk+">"+x.Toward]++
				}
			}
			want := raw(h, desk, h.Now-span)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d at %s:\n ledger %v\n raw    %v", seed, desk, got, want)
			}
			found += len(want)
			if len(l.Totals) != len(tried) {
				t.Errorf("seed %d at %s: totals of %d pairs, tries of %d", seed, desk, len(l.Totals), len(tried))
			}
			for _, x := range l.Totals {
				pair, n := x.Desk+">"+x.Toward, int64(0)
				for _, c := range x.Unanswered {
					n += c
				}
				if n != sum[pair] || x.Tries != tried[pair] || x.Tries-x.Answered != n {
					t.Errorf("seed %d at %s: %s: %+v, want %d unanswered", seed, desk, pair, x, sum[pair])
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d events: the test shows little", found)
	}
}

// ages adds attempts by hand, in their channels, some of them too old to be in
// the report.
func ages(t *testing.T, h *celltest.History, seed uint64) {
	t.Helper()
	outcomes := []string{"answered", "no-answer", "refused", "busy", "not-authorised", "line-fault"}
	now := h.Now
	for i := range 30 {
		n := int(seed) + i
		desk := h.Charter.Desks()[n%3]
		toward := h.Charter.Desks()[(n+1+n%2)%3]
		h.Now = now - int64(i)*2*24*hours
		h.Add(t, desk, hotline.KindAttempt, hotline.Attempt{Toward: toward, Means: "telephone", Outcome: outcomes[n%6], Started: h.Now - 1000}, func(r *cell.Record) {
			r.About = cell.Ref{ID: hotline.ChannelID(desk, toward)}
		})
	}
	h.Now = now + hours
}

// raw counts what the ledger must hold from the records, one by one.
func raw(h *celltest.History, desk string, since int64) (out []string) {
	for _, x := range h.Records {
		if x.At < since || !x.Addressed(desk) {
			continue
		}
		if a, ok := x.Body.(hotline.Attempt); ok {
			channel := cell.Ref{ID: hotline.ChannelID(x.Desk, a.Toward)}
			if m := h.Matter(channel, desk); x.About == channel && m.Counts(x) && a.Outcome != "answered" {
				out = append(out, fmt.Sprintln(x.Cite(), x.At, x.Desk, a.Toward, a.Means, a.Outcome))
			}
			continue
		}
		if k, _ := h.Modules.Kind(x.Kind); !k.Opens {
			continue
		}
		m := h.Matter(x.Ref(), desk)
		if m.Head == nil || m.Head.Cite() != x.Cite() || !m.Counts(x) || m.Precedence() != cell.Flash {
			continue
		}
		for _, d := range m.Version.To { // CEASE and DISTRESS ask a receipt of all in two minutes, and a node in five seconds
			held, taken := m.Version.Deliveries[d].At, int64(0)
			for _, y := range h.Records {
				if y.Kind == cell.KindReceived && y.Desk == d && y.Addressed(desk) && len(y.Cites) == 1 && y.Cites[0] == m.Version.Cite() && y.About == x.Ref() && m.Counts(y) && taken == 0 {
					taken = y.At
				}
			}
			line := func(outcome string) {
				out = append(out, fmt.Sprintln(m.Version.Cite(), m.Version.At, x.Desk, d, "link", outcome))
			}
			if held == 0 && h.Now > m.Version.At+5000 || held > m.Version.At+5000 {
				line("line-fault")
			}
			if held != 0 && (taken == 0 && h.Now > held+2*minute || taken > held+2*minute) {
				line("no-answer")
			}
		}
	}
	return out
}

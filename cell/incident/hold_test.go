package incident_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/incident"
)

func request(force string) incident.Verify {
	v := incident.Verify{Place: ridge, Grounds: "sensor", Action: "inspect", Urgent: "no", Force: force, Reason: []cell.Free{}, Text: []cell.Free{}}
	if force == incident.CannotWait {
		v.Reason = []cell.Free{words}
	}
	return v
}

func accepts(from ...int64) incident.Answer {
	return incident.Answer{Answer: incident.Accepts, From: append([]int64{}, from...), Text: []cell.Free{}}
}

func declines() incident.Answer {
	return incident.Answer{Answer: incident.Declines, From: []int64{}, Text: []cell.Free{}}
}

func result(found string) incident.Result {
	return incident.Result{Found: found, Method: "joint-visit", Evidence: []string{}, Text: []cell.Free{}}
}

// hold opens a request by alpha that bravo accepts.
func (s *story) hold(v incident.Verify) (request, accepted cell.Held) {
	s.t.Helper()
	request = s.Add(s.t, "alpha", incident.KindVerify, v, nil)
	return request, s.on("bravo", incident.KindAnswer, accepts(), request)
}

// force reports force by bravo's desk.
func (s *story) force(at cell.Place, when int64) cell.Held {
	s.t.Helper()
	return s.Add(s.t, "bravo", incident.KindReport, report(at, when), nil)
}

// queries gives the queries that follow, open and ended.
func (s *story) queries() (open, ended []cell.Derived) {
	for _, d := range s.Derived(incident.RuleHoldQuery) {
		if d.Ended {
			ended = append(ended, d)
		} else {
			open = append(open, d)
		}
	}
	return open, ended
}

func (s *story) wantQueries(open, ended int, what string) {
	s.t.Helper()
	if o, e := s.queries(); len(o) != open || len(e) != ended {
		s.t.Errorf("%s: %d open and %d ended queries, want %d and %d", what, len(o), len(e), open, ended)
	}
}

// INC-06 T: force inside a hold opens a query by itself, at every desk that
// holds both, before anybody has asked; it asks the desk that declared no force,
// and finds nothing.
func TestINC06ForceInsideAHoldOpensAQuery(t *testing.T) {
	s := begin(t)
	v, a := s.hold(request(incident.NoForce))
	s.wantState(v.Ref(), incident.StateHolding)
	s.Now += hour
	r := s.force(near, s.Now-minute)
	open, _ := s.queries()
	if len(open) != 1 {
		t.Fatalf("queries %+v", open)
	}
	q := open[0]
	if q.Owes != "alpha" || q.Precedence != cell.Immediate || len(q.Desks) != 3 || q.Number != "A-1 × B-2" || q.At != r.At {
		t.Errorf("the query %+v", q)
	}
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		got := s.screen(desk)
		if len(got.Queries) != 1 || got.Queries[0].State != incident.StateOpen || got.Queries[0].Asked != "alpha" || got.Counts.Queries != 1 {
			t.Fatalf("at %s: %+v", desk, got.Queries)
		}
		f := got.Queries[0].Facts
		if f.DistanceM < 1840 || f.DistanceM > 1855 || f.From != a.At || f.Until-f.From != 24*hour || f.When != r.Body.(incident.Report).When {
			t.Errorf("at %s: facts %+v", desk, f)
		}
		if got.Incidents[0].Queries[0] != got.Queries[0].Key || got.Requests[0].Queries[0] != got.Queries[0].Key {
			t.Errorf("at %s the query is not beside its request and report", desk)
		}
		if h := got.Requests[0].Hold; h == nil || !h.Running || h.From != a.At {
			t.Errorf("at %s the hold is %+v", desk, h)
		}
	}
	s.wantState(r.Ref(), incident.StateReported) // no stage of the report is moved by it
}

// INC-06 T: what lies outside the hold, by time, place or sort, opens none; nor
// does a request that could not wait, was declined or is not answered.
func TestINC06OutsideAHoldThereIsNoQuery(t *testing.T) {
	for _, tt := range []struct {
		what string
		play func(*story)
		want int
	}{
		{"inside", func(s *story) { s.hold(request(incident.NoForce)); s.Now += hour; s.force(near, s.Now-minute) }, 1},
		{"no force", func(s *story) {
			s.hold(request(incident.NoForce))
			s.Now += hour
			r := report(near, s.Now-minute)
			r.Force = "unknown"
			s.Add(s.t, "bravo", incident.KindReport, r, nil)
		}, 0},
		{"too far", func(s *story) { s.hold(request(incident.NoForce)); s.Now += hour; s.force(away, s.Now-minute) }, 0},
		{"before the acceptance", func(s *story) {
			_, a := s.hold(request(incident.NoForce))
			s.Now += hour
			s.force(near, a.At-1)
		}, 0},
		{"in the first instant", func(s *story) { _, a := s.hold(request(incident.NoForce)); s.force(near, a.At) }, 1},
		{"in the last instant", func(s *story) {
			_, a := s.hold(request(incident.NoForce))
			s.Now += 25 * hour
			s.force(near, a.At+24*hour-1)
		}, 1},
		{"when the hold is over", func(s *story) {
			_, a := s.hold(request(incident.NoForce))
			s.Now += 25 * hour
			s.force(near, a.At+24*hour)
		}, 0},
		{"in the shorter hold", func(s *story) {
			v := request(incident.NoForce)
			v.Urgent = incident.Urgent
			_, a := s.hold(v)
			s.Now += 25 * hour
			s.force(near, a.At+6*hour-1)
		}, 1},
		{"after the shorter hold", func(s *story) {
			v := request(incident.NoForce)
			v.Urgent = incident.Urgent
			_, a := s.hold(v)
			s.Now += 25 * hour
			s.force(near, a.At+6*hour)
		}, 0},
		{"before a hold that begins later", func(s *story) {
			v := s.Add(s.t, "alpha", incident.KindVerify, request(incident.NoForce), nil)
			s.on("bravo", incident.KindAnswer, accepts(s.Now+2*hour), v)
			s.Now += hour
			s.force(near, s.Now)
		}, 0},
		{"it could not wait, and said so", func(s *story) { s.hold(request(incident.CannotWait)); s.Now += hour; s.force(near, s.Now-minute) }, 0},
		{"declined", func(s *story) {
			v := s.Add(s.t, "alpha", incident.KindVerify, request(incident.NoForce), nil)
			s.on("bravo", incident.KindAnswer, declines(), v)
			s.Now += hour
			s.force(near, s.Now-minute)
		}, 0},
		{"not answered", func(s *story) {
			s.Add(s.t, "alpha", incident.KindVerify, request(incident.NoForce), nil)
			s.Now += hour
			s.force(near, s.Now-minute)
		}, 0},
		{"accepted by the desk that asks", func(s *story) {
			v := s.Add(s.t, "alpha", incident.KindVerify, request(incident.NoForce), nil)
			s.on("alpha", incident.KindAnswer, accepts(), v)
			s.Now += hour
			s.force(near, s.Now-minute)
		}, 0},
	} {
		s := begin(t)
		tt.play(s)
		s.wantQueries(tt.want, 0, tt.what)
	}
}

// INC-06 T: nobody lengthens a hold by accepting again, or ends one by
// withdrawing or changing the request; a result and a refusal end it.
func TestINC06WhatEndsAHold(t *testing.T) {
	s := begin(t)
	v, a := s.hold(request(incident.NoForce))
	s.Now += 23 * hour
	s.on("bravo", incident.KindAnswer, accepts(), v)
	s.Now += 2 * hour
	s.force(near, s.Now-minute)
	s.wantQueries(0, 0, "accepted again")
	s.wantState(v.Ref(), incident.StateHeldOver)

	s = begin(t)
	v, a = s.hold(request(incident.NoForce))
	changed := request(incident.CannotWait)
	changed.Place = away
	seen := func(r *cell.Record) {
		r.About, r.Cites, r.Seen = v.Ref(), []cell.Cite{v.Cite()}, []cell.Seen{{Desk: "bravo", Gen: 1, Size: a.Index + 1}}
	}
	s.Add(t, "alpha", cell.KindUpdate, celltest.Update(t, changed), seen)
	s.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, seen)
	s.Now += hour
	s.force(near, s.Now-minute)
	s.wantQueries(1, 0, "changed and withdrawn after the acceptance")
	s.wantState(v.Ref(), incident.StateHolding)

	s = begin(t)
	v = s.Add(t, "alpha", incident.KindVerify, request(incident.NoForce), nil)
	c := s.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) { r.About, r.Cites = v.Ref(), []cell.Cite{v.Cite()} })
	s.Add(t, "bravo", incident.KindAnswer, accepts(), func(r *cell.Record) {
		r.About, r.Cites, r.Seen = v.Ref(), []cell.Cite{v.Cite()}, []cell.Seen{{Desk: "alpha", Gen: 1, Size: c.Index + 1}}
	})
	s.Now += hour
	s.force(near, s.Now-minute)
	s.wantQueries(0, 0, "accepted after it was withdrawn")
	s.wantState(v.Ref(), cell.StateCancelled)

	s = begin(t)
	v, _ = s.hold(request(incident.NoForce))
	s.Now += hour
	s.on("bravo", incident.KindAnswer, declines(), v)
	s.wantState(v.Ref(), incident.StateDeclined)
	s.Now += hour
	s.force(near, s.Now-minute)
	s.wantQueries(0, 1, "after the other side took its acceptance back") // it was inside until that became known
	s.on("bravo", incident.KindAnswer, accepts(), v)
	s.wantState(v.Ref(), incident.StateHolding)
	s.Now += hour
	s.force(near, s.Now-minute)
	s.wantQueries(1, 1, "accepted anew")
}

// INC-06, INC-07 T: each result is a state of its own; that nothing was found
// and that a side complied is counted beside the rest. The desk that asked does
// not report the result itself.
func TestINC07NothingAndCompliedCount(t *testing.T) {
	s := begin(t)
	for _, found := range []string{incident.Found, incident.Nothing, incident.Nothing, incident.Partial, incident.Denied} {
		v, _ := s.hold(request(incident.NoForce))
		s.wantRefused(s.on("alpha", incident.KindResult, result(incident.Found), v), "incident.result-own")
		s.wantState(v.Ref(), incident.StateHolding)
		s.on("bravo", incident.KindResult, result(found), v)
		s.wantState(v.Ref(), found)
	}
	v, _ := s.hold(request(incident.NoForce))
	s.on("supervisor", incident.KindResult, result(incident.Nothing), v)
	s.on("bravo", incident.KindResult, result(incident.Found), v)
	s.wantState(v.Ref(), incident.Nothing) // the supervisor's stands; both are shown
	r := s.Add(t, "alpha", incident.KindReport, report(away, s.Now-2*hour), nil)
	s.Ack(t, "bravo", r, cell.Position{Position: cell.Complied, Text: []cell.Free{}})
	want := incident.Counts{Found: 1, Nothing: 3, Partial: 1, Denied: 1, Complied: 1}
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		got := s.screen(desk)
		if got.Counts != want {
			t.Errorf("at %s: %+v, want %+v", desk, got.Counts, want)
		}
		for _, q := range got.Requests {
			if q.Key == v.Ref().String() && (len(q.Results) != 2 || q.Result.Desk != "supervisor") {
				t.Errorf("at %s: results %+v", desk, q.Results)
			}
		}
	}
}

// INC-06 T: a request is answered within its time; other means are the asking
// desk's to weigh; an answer by the desk that asks is refused and moves nothing.
func TestINC06AnswersAreOwed(t *testing.T) {
	s := begin(t)
	v := s.Add(t, "alpha", incident.KindVerify, request(incident.NoForce), nil)
	s.DeliverAll(v)
	st := s.wantState(v.Ref(), incident.StateRequested)
	if due(st, "bravo", incident.NeedAnswer) != v.At+6*hour || due(st, "alpha", incident.NeedAnswer) != 0 {
		t.Errorf("owed %+v", st.Waiting)
	}
	s.wantRefused(s.on("alpha", incident.KindAnswer, accepts(), v), "cell.who")
	s.wantRefused(s.on("bravo", incident.KindAnswer, accepts(s.Now-hour), v), "incident.hold-from")
	s.wantState(v.Ref(), incident.StateRequested)
	o := s.on("bravo", incident.KindAnswer, incident.Answer{Answer: incident.OtherMeans, From: []int64{}, Text: []cell.Free{words}}, v)
	if st := s.wantState(v.Ref(), incident.StateOtherMeans); due(st, "alpha", cell.NeedPosition) == 0 {
		t.Errorf("owed %+v", st.Waiting)
	}
	s.on("alpha", cell.KindPosition, cell.Position{Position: cell.Objects, Text: []cell.Free{}}, o, v)
	if st := s.wantState(v.Ref(), incident.StateOtherMeans); due(st, "alpha", cell.NeedPosition) != 0 {
		t.Errorf("owed %+v", st.Waiting)
	}
	a := s.on("bravo", incident.KindAnswer, accepts(), v)
	if st := s.wantState(v.Ref(), incident.StateHolding); due(st, "bravo", incident.NeedResult) != a.At+24*hour {
		t.Errorf("owed %+v", st.Waiting)
	}
	s.Now += 25 * hour
	st = s.wantState(v.Ref(), incident.StateHeldOver)
	if !slices.ContainsFunc(st.Waiting, func(w cell.Wait) bool { return w.For == incident.NeedResult && w.Level != "" }) {
		t.Errorf("an hour after the hold: %+v", st.Waiting)
	}
}

// INC-09 T: a query asks for an explanation within two hours; a first word is
// none; silence is a state; another desk's explanation, or one about an invented
// query, is refused and moves nothing.
func TestINC09Explanation(t *testing.T) {
	s := begin(t)
	v, _ := s.hold(request(incident.NoForce))
	s.Now += hour
	r := s.force(near, s.Now-minute)
	open, _ := s.queries()
	q := open[0]
	ref := cell.Ref{ID: q.ID}
	about := func(desk, kind string, b cell.Body, change func(*cell.Record)) cell.Held {
		return s.Add(t, desk, kind, b, func(x *cell.Record) {
			x.About, x.Cites = ref, q.Causes
			if change != nil {
				change(x)
			}
		})
	}
	if st := s.wantState(ref, incident.StateOpen); due(st, "alpha", incident.NeedExplanation) != q.At+2*hour || len(st.Waiting) != 1 {
		t.Errorf("owed %+v", st.Waiting)
	}
	explain := incident.Explain{Statement: "not-ours", Text: words}
	s.wantRefused(about("bravo", incident.KindExplain, explain, nil), "incident.explain-by")
	s.wantRefused(about("alpha", incident.KindExplain, explain, func(x *cell.Record) { x.Cites = []cell.Cite{v.Cite()} }), "incident.query-cited")
	other := s.force(near, s.Now-minute)
	s.wantRefused(about("alpha", incident.KindExplain, explain, func(x *cell.Record) { x.Cites = []cell.Cite{v.Cite(), other.Cite()} }), "incident.query-cited")
	s.wantRefused(about("alpha", incident.KindExplain, explain, func(x *cell.Record) { x.To = []string{"bravo"} }), "incident.query-cited")
	about("alpha", incident.KindExplain, incident.Explain{Statement: incident.BeingChecked, Text: words}, nil)
	s.wantState(ref, incident.StateOpen)
	s.Now = q.At + 2*hour + minute
	s.wantState(ref, incident.StateSilent)
	about("alpha", incident.KindExplain, explain, nil)
	if st := s.wantState(ref, incident.StateExplained); due(st, "alpha", incident.NeedExplanation) != 0 {
		t.Errorf("owed %+v", st.Waiting)
	}
	i := slices.IndexFunc(s.screen("bravo").Queries, func(x incident.Query) bool { return x.Key == ref.String() })
	if got := s.screen("bravo").Queries[i]; len(got.Explanations) != 2 || got.Explanations[0].Late || !got.Explanations[1].Late {
		t.Errorf("explanations %+v", got.Explanations)
	}
	closing := incident.Close{How: "agree-to-disagree", Text: []cell.Free{}}
	s.wantRefused(about("alpha", incident.KindClose, closing, nil), "incident.close-by")
	s.wantState(ref, incident.StateExplained)
	about("supervisor", incident.KindClose, closing, nil)
	s.wantState(ref, incident.StateClosed)
	_ = r
}

// A query has ended, and is not dropped, when the report is corrected or
// withdrawn: what was said about it stays where it was said.
func TestAQueryIsLifted(t *testing.T) {
	s := begin(t)
	s.hold(request(incident.NoForce))
	s.Now += hour
	r := s.force(near, s.Now-minute)
	open, _ := s.queries()
	moved := report(away, s.Now-2*minute)
	s.Add(t, "bravo", cell.KindUpdate, celltest.Update(t, moved), func(x *cell.Record) {
		x.About, x.Cites, x.Precedence = r.Ref(), []cell.Cite{r.Cite()}, cell.Immediate
	})
	s.wantQueries(0, 1, "corrected")
	s.wantState(cell.Ref{ID: open[0].ID}, incident.StateLifted)
	other := s.force(near, s.Now-minute)
	s.wantQueries(1, 1, "another")
	s.Add(t, "bravo", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(x *cell.Record) { x.About, x.Cites = other.Ref(), []cell.Cite{other.Cite()} })
	s.wantQueries(0, 2, "withdrawn")
}

// A desk that does not hold the report does not see the query, and is not asked
// for what it cannot know: the supervisor is.
func TestWhoCannotKnowIsNotAsked(t *testing.T) {
	s := begin(t)
	s.hold(request(incident.NoForce))
	s.Now += hour
	s.Add(t, "bravo", incident.KindReport, report(near, s.Now-minute), func(r *cell.Record) { r.To = []string{"supervisor"} })
	// To the supervisor alone: a caucus, in which no supervision mode is broken.
	open, _ := s.queries()
	if len(open) != 1 || open[0].Owes != "supervisor" || !slices.Equal(open[0].Desks, []string{"bravo", "supervisor"}) {
		t.Fatalf("queries %+v", open)
	}
	if got := s.screen("alpha").Queries; len(got) != 0 {
		t.Errorf("alpha sees %+v", got)
	}
}

// The query is the same from the request and from the report, whatever the
// order in which the records came.
func TestAQueryFollowsFromEither(t *testing.T) {
	s := begin(t)
	v, _ := s.hold(request(incident.NoForce))
	s.Now += hour
	r := s.force(near, s.Now-minute)
	s.on("bravo", incident.KindAnswer, accepts(), v)
	s.Now += hour
	s.on("supervisor", incident.KindResult, result(incident.Partial), v)
	late := s.force(ridge, s.Now)
	var want string
	for try := range uint64(12) {
		shuffled := *s.History
		shuffled.Records = slices.Clone(s.Records)
		rand.New(rand.NewPCG(try, 4)).Shuffle(len(shuffled.Records), func(i, j int) {
			shuffled.Records[i], shuffled.Records[j] = shuffled.Records[j], shuffled.Records[i]
		})
		around := shuffled.Around("", s.Now)
		from := func(ref cell.Ref) []cell.Derived {
			return incident.Module.Derive(shuffled.Matter(ref, ""), around, s.Charter)
		}
		both := from(v.Ref())
		if len(both) != 2 {
			t.Fatalf("from the request: %+v", both)
		}
		for _, one := range slices.Concat(from(r.Ref()), from(late.Ref())) {
			if i := slices.IndexFunc(both, func(d cell.Derived) bool { return fmt.Sprint(d) == fmt.Sprint(one) }); i < 0 {
				t.Fatalf("from the report follows\n%+v, from the request\n%+v", one, both)
			}
		}
		slices.SortFunc(both, func(a, b cell.Derived) int { return a.Causes[1].Compare(b.Causes[1]) })
		if got := fmt.Sprint(both); want == "" {
			want = got
		} else if got != want {
			t.Fatalf("it depends on the order:\n%s\n%s", got, want)
		}
	}
	s.wantQueries(1, 1, "the result ended the hold before the second")
}

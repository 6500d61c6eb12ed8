package deconfliction_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

func under(t *testing.T, rules string, change func(*cell.Charter)) *story {
	return &story{celltest.Ruled(t, rules, change, deconfliction.Module), t}
}

// asks is an agreed activity of five tanks beyond the limit of 1974, from a day
// before the notices of [story.going] begin until a day after they end.
func asks() deconfliction.AgreedActivity {
	return deconfliction.AgreedActivity{Zone: "a-10", Window: cell.Span{From: noon + 3*day, Until: noon + 6*day},
		Beyond: []deconfliction.Beyond{{Limit: "a-tanks", Category: "tanks", Amount: 5}},
		Reason: []cell.Free{{Lang: "en", Text: "Search after the flood."}}, Return: []cell.Free{}}
}

func (s *story) asked(desk string, a deconfliction.AgreedActivity) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, deconfliction.KindAgreed, a, nil)
}

func (s *story) agrees(desk string, to cell.Held) cell.Held {
	s.t.Helper()
	return s.Ack(s.t, desk, to, cell.Position{Position: cell.Agrees, Hash: to.Hash, Text: []cell.Free{}})
}

func tanks(n int64) deconfliction.Vehicle { return deconfliction.Vehicle{Count: n, Type: "tanks"} }

// DEC-08 T, CBM-04 T, field/replays 12.10, the rule set of 1974: 80 tanks stand
// above the limit of 75, unless both sides agreed to it; then every desk's report
// names the agreed activity.
func TestCBM04AgreedActivity1974(t *testing.T) {
	s := under(t, "1974", nil)
	a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(80))
	s.wantReport(a, "a-tanks over 80")
	x := s.asked("alpha", asks())
	st := s.WantState(t, x.Ref(), deconfliction.StateAsked)
	if got := celltest.Owed(st, deconfliction.NeedConsent); !slices.Equal(got, []string{"bravo"}) {
		t.Errorf("it is agreed to by %v", got)
	}
	s.wantReport(a, "a-tanks over 80")
	s.agrees("bravo", x)
	s.WantState(t, x.Ref(), deconfliction.StateConsented)
	s.wantReport(a, "a-tanks exception 80 A-2")
	for _, desk := range s.Charter.Desks() {
		r, _ := deconfliction.Check(s.View(desk), a.Ref().String())
		if r.Limits[0].Agreed != x.Ref().String() || r.Limits[0].Allowed != 80 || len(r.Agreed) != 1 || !r.Agreed[0].InForce || r.Agreed[0].Number != "A-2" {
			t.Errorf("at %s: %+v", desk, r)
		}
	}
	more := s.going("alpha", deconfliction.KindMovement, "movement", tanks(1))
	s.wantReport(more, "a-tanks over 81") // up to the number agreed, and no farther
	other := s.going("bravo", deconfliction.KindMovement, "movement", tanks(80))
	s.wantReport(other) // alpha's limits are not about bravo
	if st := s.State(x.Ref(), asks().Window.From); st.Name != deconfliction.StateInForce {
		t.Errorf("in its window it is %s", st.Name)
	}
	if st := s.State(x.Ref(), asks().Window.Until); st.Name != deconfliction.StateEnded || st.Open {
		t.Errorf("after its window it is %s", st.Name)
	}
}

// CBM-04 T, bad input: agreed by one side alone waives nothing: not by who asks,
// not by the supervisor, not by a note, not by a word on another text.
func TestCBM04OneSideAloneWaivesNothing(t *testing.T) {
	s := under(t, "1974", nil)
	a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(80))
	x := s.asked("alpha", asks())
	s.agrees("alpha", x)
	s.agrees("supervisor", x)
	s.Ack(t, "bravo", x, cell.Received{})
	s.Ack(t, "bravo", x, cell.Position{Position: cell.Noted, Text: []cell.Free{}})
	s.WantRefused(t, s.Ack(t, "bravo", x, cell.Position{Position: cell.Agrees, Hash: a.Hash, Text: []cell.Free{}}), "", "cell.agrees-hash")
	s.WantState(t, x.Ref(), deconfliction.StateAsked)
	s.wantReport(a, "a-tanks over 80")
	s.Ack(t, "bravo", x, cell.Position{Position: cell.Objects, Text: []cell.Free{}})
	s.WantState(t, x.Ref(), deconfliction.StateObjected)
	s.wantReport(a, "a-tanks over 80")
	if st := s.State(x.Ref(), asks().Window.Until); st.Name != deconfliction.StateLapsed || st.Open {
		t.Errorf("never agreed, and when its window is over it is %s", st.Name)
	}
}

// The other desk as attacker: bravo asks for an agreed activity on alpha's limit,
// and says itself that it agrees; or files one of its own and agrees to it. Both
// are kept, and waive nothing of anybody's.
func TestTheOtherDeskAgreesInOurName(t *testing.T) {
	s := under(t, "1974", nil)
	a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(80))
	forged := s.asked("bravo", asks())
	s.WantRefused(t, forged, "", "deconfliction.limit")
	s.agrees("bravo", forged)
	s.agrees("alpha", forged) // even alpha's word makes nothing of a record that breaks a rule
	s.wantReport(a, "a-tanks over 80")

	own := asks()
	own.Zone, own.Beyond[0].Limit = "b-10", "b-tanks"
	x := s.asked("bravo", own)
	s.agrees("bravo", x)
	s.agrees("supervisor", x)
	s.WantState(t, x.Ref(), deconfliction.StateAsked)

	secret := s.Add(t, "alpha", deconfliction.KindAgreed, asks(), func(r *cell.Record) { r.To = []string{"supervisor"} })
	s.WantRefused(t, secret, "", "deconfliction.agreed-to")
	s.agrees("supervisor", secret)
	s.wantReport(a, "a-tanks over 80")
	s.WantRefused(t, s.asked("supervisor", asks()), "", "cell.who")
}

// CBM-04: it ends with its window, by withdrawal of who asked for it, and by an
// objection where the charter says so, and by nothing else.
func TestCBM04AgreedActivityEnds(t *testing.T) {
	begin := func(change func(*cell.Charter)) (*story, cell.Held, cell.Held) {
		s := under(t, "1974", change)
		a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(80))
		x := s.asked("alpha", asks())
		s.agrees("bravo", x)
		s.wantReport(a, "a-tanks exception 80 A-2")
		return s, a, x
	}
	object := func(s *story, x cell.Held) {
		s.Add(t, "bravo", cell.KindPosition, cell.Position{Position: cell.Objects, Text: []cell.Free{}}, func(r *cell.Record) {
			celltest.About(x)(r)
			s.Sees(r)
		})
	}
	s, a, x := begin(nil)
	object(s, x)
	s.wantReport(a, "a-tanks exception 80 A-2") // agreed by both, ended by neither
	s.WantState(t, x.Ref(), deconfliction.StateConsented)
	s.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
		celltest.About(x)(r)
		s.Sees(r)
	})
	s.WantState(t, x.Ref(), cell.StateCancelled)
	s.wantReport(a, "a-tanks over 80")

	s, a, x = begin(func(c *cell.Charter) { c.Agreed.Objection = cell.ObjectionEnds })
	object(s, x)
	s.WantState(t, x.Ref(), deconfliction.StateEnded)
	s.wantReport(a, "a-tanks over 80")
	s.agrees("bravo", x) // what has ended is asked for anew
	s.WantState(t, x.Ref(), deconfliction.StateEnded)
	s.wantReport(a, "a-tanks over 80")

	s, a, x = begin(nil) // a change is agreed to anew, and until then what was agreed holds
	wider := asks()
	wider.Beyond[0].Amount = 50
	y := s.Add(t, "alpha", cell.KindUpdate, celltest.Update(t, wider), func(r *cell.Record) {
		celltest.About(x)(r)
		s.Sees(r)
	})
	s.going("alpha", deconfliction.KindMovement, "movement", tanks(20))
	s.wantReport(a, "a-tanks over 100")
	s.agrees("bravo", y)
	s.wantReport(a, "a-tanks exception 100 A-2")
}

// CBM-04: where the charter says so the supervisor agrees too before anything is
// waived; what ends an hour too soon leaves that hour above the limit.
func TestCBM04TheSupervisorAgreesWhereTheCharterSaysSo(t *testing.T) {
	s := under(t, "1974", func(c *cell.Charter) { c.Agreed.Supervisor = cell.AgreedBySupervisor })
	a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(80))
	x := s.asked("alpha", asks())
	s.agrees("bravo", x)
	s.wantReport(a, "a-tanks over 80")
	if got := celltest.Owed(s.State(x.Ref(), s.Now), deconfliction.NeedConsent); !slices.Equal(got, []string{"supervisor"}) {
		t.Errorf("it waits for %v", got)
	}
	s.agrees("supervisor", x)
	s.wantReport(a, "a-tanks exception 80 A-2")

	s = under(t, "1974", nil)
	a = s.going("alpha", deconfliction.KindMovement, "movement", tanks(80))
	short := asks()
	short.Window.Until = noon + 4*day + 5*hour
	s.agrees("bravo", s.asked("alpha", short))
	s.wantReport(a, "a-tanks over 80")
}

// CBM-04 T, the rule sets of 1979 and 2018: soldiers where none may be, and a
// helicopter nearer to the line than agreed, by so many metres and no more.
func TestCBM04AgreedActivity1979And2018(t *testing.T) {
	s := under(t, "1979", nil)
	guards := s.move("alpha", "12.46", "-38.00", deconfliction.Vehicle{Count: 750, Type: "soldiers"})
	s.wantReport(guards, "c-forces over 750")
	s.agrees("bravo", s.asked("alpha", deconfliction.AgreedActivity{Zone: "zone-c", Window: asks().Window, Reason: asks().Reason, Return: []cell.Free{},
		Beyond: []deconfliction.Beyond{{Limit: "c-forces", Category: "soldiers", Amount: 750}}}))
	s.wantReport(guards, "c-forces exception 750 A-2")
	s.wantReport(s.move("alpha", "12.46", "-38.00", tanks(1)), "c-forces over 1") // another category

	s = under(t, "2018", nil)
	flight := s.move("bravo", "12.50", "-38.00", deconfliction.Vehicle{Count: 1, Type: "rotary"})
	s.wantReport(flight, "rotary-east over 5012")
	nearer := deconfliction.AgreedActivity{Window: asks().Window, Reason: asks().Reason, Return: []cell.Free{},
		Beyond: []deconfliction.Beyond{{Limit: "rotary-east", Category: "rotary", Amount: 4987}}}
	s.agrees("alpha", s.asked("bravo", nearer))
	s.wantReport(flight, "rotary-east over 5012") // one metre too little
	nearer.Beyond[0].Amount = 1
	s.agrees("alpha", s.asked("bravo", nearer))
	s.wantReport(flight, "rotary-east exception 5012 B-2, B-3")
}

// Bad input: each is refused at its place, before anything is stored.
func TestCBM04AgreedActivityBadInput(t *testing.T) {
	for at, change := range map[string]func(*deconfliction.AgreedActivity){
		"/beyond":            func(a *deconfliction.AgreedActivity) { a.Beyond = nil },
		"/beyond/0/amount":   func(a *deconfliction.AgreedActivity) { a.Beyond[0].Amount = -5 },
		"/beyond/0/limit":    func(a *deconfliction.AgreedActivity) { a.Beyond[0].Limit = " " },
		"/beyond/0/category": func(a *deconfliction.AgreedActivity) { a.Beyond[0].Category = "" },
		"/beyond/1":          func(a *deconfliction.AgreedActivity) { a.Beyond = append(a.Beyond, a.Beyond[0]) },
		"/window/until":      func(a *deconfliction.AgreedActivity) { a.Window.Until = a.Window.From },
		"/reason":            func(a *deconfliction.AgreedActivity) { a.Reason = nil },
		"":                   func(*deconfliction.AgreedActivity) {},
	} {
		a := asks()
		change(&a)
		celltest.WantAt(t, a, at)
	}
	for _, tt := range []struct {
		rule   string
		change func(*deconfliction.AgreedActivity)
	}{
		{"deconfliction.window-over", func(a *deconfliction.AgreedActivity) { a.Window = cell.Span{From: noon - day, Until: noon - hour} }},
		{"deconfliction.zone", func(a *deconfliction.AgreedActivity) { a.Zone = "a-11" }},
		{"deconfliction.limit", func(a *deconfliction.AgreedActivity) { a.Zone = "a-20" }},
		{"deconfliction.limit", func(a *deconfliction.AgreedActivity) { a.Beyond[0].Limit = "a-trams" }},
		{"deconfliction.category", func(a *deconfliction.AgreedActivity) { a.Beyond[0].Category = "trams" }},
	} {
		s := under(t, "1974", nil)
		a := asks()
		tt.change(&a)
		s.WantRefused(t, s.asked("alpha", a), "", tt.rule)
	}
}

package deconfliction_test

import (
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

func holds(zone string, asOf int64, held ...deconfliction.Holding) deconfliction.Holdings {
	return deconfliction.Holdings{Zone: zone, AsOf: asOf, Held: held, Note: []cell.Free{}}
}

func holding(category string, n int64) deconfliction.Holding {
	return deconfliction.Holding{Category: category, Number: n}
}

func (s *story) declares(desk string, h deconfliction.Holdings) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, deconfliction.KindHoldings, h, nil)
}

// CBM-04 T, field/replays 12.10: 80 tanks declared in 0 to 10 km show by
// themselves as above the limit of 75, at every desk, until an agreed activity
// covers them, and again when it has ended.
func TestCBM04DeclaredHoldings1974(t *testing.T) {
	s := under(t, "1974", nil)
	h := s.declares("alpha", holds("a-10", noon, holding("tanks", 80)))
	st := s.WantState(t, h.Ref(), deconfliction.StateExcess)
	if got := celltest.Owed(st, deconfliction.NeedLimit); len(got) != 1 || got[0] != "alpha" {
		t.Errorf("it waits for %+v", st.Waiting)
	}
	s.wantReport(h, "a-tanks over 80", "a-guns kept 0", "a-people kept 0", "a-heavy kept 0", "a-missiles kept 0")
	x := asks()
	x.Window.From = noon
	s.agrees("bravo", s.asked("alpha", x))
	s.WantState(t, h.Ref(), deconfliction.StateDeclared)
	if st := s.State(h.Ref(), x.Window.Until+1); st.Name != deconfliction.StateExcess || st.Since != x.Window.Until+1 {
		t.Errorf("after the agreed activity it is %s since %d", st.Name, st.Since)
	}
	at := s.Now // a node looks again when the state says that it changes
	for at != 0 && at < x.Window.Until+1 {
		at = s.State(h.Ref(), at).Next
	}
	if at != x.Window.Until+1 {
		t.Errorf("it changes by itself at %d, want %d", at, x.Window.Until+1)
	}
	if got := s.declares("bravo", holds("b-10", noon, holding("tanks", 75))); s.State(got.Ref(), s.Now).Name != deconfliction.StateDeclared {
		t.Error("75 are above 75")
	}
}

// CBM-04: what is held and what is notified count together; the report says how
// many of them are declared as held. What the other side holds is not counted.
func TestCBM04PresentAndPlanned(t *testing.T) {
	s := under(t, "1974", nil)
	a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(20))
	s.declares("bravo", holds("b-10", noon, holding("tanks", 75)))
	s.wantReport(a, "a-tanks kept 20")
	h := s.declares("alpha", holds("a-10", noon, holding("tanks", 55)))
	s.wantReport(a, "a-tanks kept 75")
	s.declares("alpha", holds("a-20", noon)) // a wider zone with none of them named
	s.wantReport(a, "a-tanks kept 75")
	s.going("alpha", deconfliction.KindMovement, "movement", tanks(1))
	s.wantReport(a, "a-tanks over 76")
	r, _ := deconfliction.Check(s.View("bravo"), a.Ref().String())
	if r.Limits[0].Held != 55 || len(r.Held) != 2 || len(r.Beside) != 1 {
		t.Errorf("the report says %+v", r)
	}
	s.wantReport(h, "a-tanks kept 55", "a-guns kept 0", "a-people kept 0", "a-heavy kept 0", "a-missiles kept 0")
	s.WantState(t, h.Ref(), deconfliction.StateDeclared) // what is only planned is not held
	s.Now = noon + 4*day + hour                          // and when they are there
	s.wantReport(h, "a-tanks over 76", "a-guns kept 0", "a-people kept 0", "a-heavy kept 0", "a-missiles kept 0")
}

// CBM-04: what lies in a narrower zone lies in the wider one too, once.
func TestCBM04OneZoneInAnother(t *testing.T) {
	s := under(t, "1974", nil)
	near := s.declares("alpha", holds("a-10", noon, holding("heavy-artillery", 2)))
	s.WantState(t, near.Ref(), deconfliction.StateExcess) // none may be within 20 km
	far := s.declares("alpha", holds("a-20", noon, holding("heavy-artillery", 3)))
	for _, desk := range s.Charter.Desks() {
		r, err := deconfliction.Check(s.View(desk), far.Ref().String())
		if err != nil || r.Limits[0].Limit != "a-heavy" || r.Limits[0].Given != 3 || r.Limits[0].Held != 3 {
			t.Errorf("at %s: %+v, %v", desk, r.Limits, err)
		}
	}
}

// CBM-04: the newer declaration of a zone stands, whatever came first; one that is
// withdrawn stands no more; the older still says what was held in its time.
func TestCBM04Superseded(t *testing.T) {
	s := under(t, "1974", func(c *cell.Charter) { c.Holdings.Every = cell.Duration(30 * day * 1_000_000) })
	s.Now = noon + day
	newer := s.declares("alpha", holds("a-10", noon+hour, holding("tanks", 10)))
	older := s.declares("alpha", holds("a-10", noon, holding("tanks", 90)))
	if st := s.WantState(t, newer.Ref(), deconfliction.StateDeclared); st.Waiting[len(st.Waiting)-1].Due != noon+hour+30*day {
		t.Errorf("the next is due %+v", st.Waiting)
	}
	if st := s.WantState(t, older.Ref(), deconfliction.StateSuperseded); st.Open {
		t.Error("superseded, and open")
	}
	a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(60))
	s.wantReport(a, "a-tanks kept 70")
	s.on("alpha", newer, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
	s.WantState(t, older.Ref(), deconfliction.StateExcess)
	s.wantReport(a, "a-tanks over 150")
}

// Bad input: each is refused at its place, before anything is stored.
func TestCBM04HoldingsBadInput(t *testing.T) {
	celltest.WantAt(t, holds("a-10", noon, holding("tanks", -1)), "/held/0/number")
	celltest.WantAt(t, holds("a-10", noon, holding("", 1)), "/held/0/category")
	celltest.WantAt(t, holds("a-10", noon, holding("tanks", 1), holding("tanks", 2)), "/held/1")
	celltest.WantAt(t, holds("a-10", 0), "/as_of")
	celltest.WantAt(t, holds("", noon), "/zone")
	celltest.WantAt(t, holds("a-10", noon), "")
	s := under(t, "1974", nil)
	s.WantRefused(t, s.declares("alpha", holds("a-11", noon)), "", "deconfliction.zone")
	s.WantRefused(t, s.declares("alpha", holds("a-10", noon, holding("trams", 1))), "", "deconfliction.category")
	s.WantRefused(t, s.declares("bravo", holds("a-10", noon, holding("tanks", 1))), "", "deconfliction.category") // alpha's zone
	s.WantRefused(t, s.declares("alpha", holds("a-10", s.Now+minute)), "", "deconfliction.as-of-later")
	s.WantRefused(t, s.declares("supervisor", holds("a-10", noon)), "", "cell.who")
}

package deconfliction_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/deconfliction"
)

// spend has bravo ask at some places, in another week, until the budget is spent in
// their zones.
func (s *unseen) spend(places ...[2]string) {
	s.t.Helper()
	for _, at := range places {
		for i := 0; ; i++ {
			b := s.show("bravo", shifted(at12(at[0], at[1], 10+int64(i)), 8*day))
			s.settle()
			if s.at("bravo", b.Ref()) == deconfliction.StateHeld {
				break
			}
			if i > 20 {
				s.t.Fatal("the budget is not spent")
			}
		}
	}
}

// with changes a notice of bravo to other volumes, and says where it stands then.
func (s *unseen) with(b cell.Held, vs ...cell.Volume) string {
	s.t.Helper()
	s.update(b, activity("works", vs...))
	s.settle()
	return s.at("bravo", b.Ref())
}

func cut(v cell.Volume, change func(*cell.Volume)) cell.Volume {
	v.Low, v.High, v.Windows = slices.Clone(v.Low), slices.Clone(v.High), slices.Clone(v.Windows)
	change(&v)
	return v
}

// A notice that met none, and takes something away, still meets none: it is told so
// at once though the budget is spent, and it counts for nothing. What moves, grows or
// comes back is a question.
func TestDEC10WhatTakesAwayCostsNothing(t *testing.T) {
	s := blindly(t, 4)
	whole := at12("12.4601", "-38.1500", 900)
	b := s.show("bravo", whole)
	s.settle()
	s.spend([2]string{"12.4601", "-38.1500"})
	later := cut(whole, func(v *cell.Volume) { v.Windows[0].From += 3 * hour })
	smaller := cut(later, func(v *cell.Volume) { v.RadiusM = 400 })
	lower := cut(smaller, func(v *cell.Volume) { v.High[0].M = 30 })
	for i, v := range []cell.Volume{later, smaller, lower, lower} {
		if got := s.with(b, v); got != deconfliction.StateFiled {
			t.Errorf("change %d takes something away, and the notice is %s", i, got)
		}
		h, _ := s.Matter(b.Ref(), "").Last(deconfliction.KindChecked, "supervisor")
		if c := h.Body.(deconfliction.Checked); c.Questions != 0 || c.Result != deconfliction.CheckClear {
			t.Errorf("change %d: %+v", i, c)
		}
	}
	if n := len(s.alarms()); n != 2 {
		t.Errorf("%d alarms, want those of the budget alone", n)
	}
	for what, v := range map[string]cell.Volume{"moves": cut(lower, func(v *cell.Volume) { v.Centre = at12("12.4601", "-38.1700", 1).Centre }), "comes back": later,
		"grows upwards": cut(lower, func(v *cell.Volume) { v.High[0].M = 2000 })} {
		if got := s.with(b, v); got != deconfliction.StateHeld {
			t.Errorf("it %s, and is %s", what, got)
		}
	}
	if got := s.with(b, lower); got != deconfliction.StateFiled {
		t.Errorf("it says again what was answered, and is %s", got)
	}
}

// What leaves all that was told of a meeting parts the two at once. What cuts into it
// asks whether they still meet, and waits: else one notice would find the border by
// halves, for nothing.
func TestDEC10WhatPartsCostsNothing(t *testing.T) {
	near := at12("12.4720", "-38.2000", 2000)
	near.Windows = append(slices.Clone(near.Windows), cell.Span{From: noon + 5*day, Until: noon + 5*day + 4*hour})
	far := at12("12.4060", "-38.2000", 100) // some squares to the south, in the same part of eight
	smaller := cut(near, func(v *cell.Volume) { v.RadiusM = 300 })
	hourLess := cut(near, func(v *cell.Volume) { v.Windows[0].Until -= hour })
	nightAlone := cut(near, func(v *cell.Volume) { v.Windows = v.Windows[1:] })
	dayAlone := cut(near, func(v *cell.Volume) { v.Windows = v.Windows[:1] })
	for _, tt := range []struct {
		how, what string
		is        []cell.Volume
		want      string
	}{
		{deconfliction.BlindGrid, "it leaves the squares", []cell.Volume{far}, deconfliction.StateFiled},
		{deconfliction.BlindGrid, "it leaves the window", []cell.Volume{nightAlone, far}, deconfliction.StateFiled},
		{deconfliction.BlindGrid, "it goes on in what was told", []cell.Volume{dayAlone}, deconfliction.StateConflicting},
		{deconfliction.BlindGrid, "it cuts into the squares", []cell.Volume{smaller, far}, deconfliction.StateHeld},
		{deconfliction.BlindGrid, "it cuts into the window", []cell.Volume{hourLess, far}, deconfliction.StateHeld},
		{deconfliction.BlindWide, "it leaves squares of the part", []cell.Volume{far}, deconfliction.StateHeld},
		{deconfliction.Blind, "it leaves some place", []cell.Volume{far}, deconfliction.StateHeld},
		{deconfliction.Blind, "it leaves the window", []cell.Volume{nightAlone}, deconfliction.StateFiled},
		{deconfliction.Blind, "it goes on in the window", []cell.Volume{dayAlone, far}, deconfliction.StateConflicting},
	} {
		s := blindly(t, 4)
		s.hide("alpha", tt.how, at12("12.4780", "-38.2041", 100))
		b := s.show("bravo", near, far)
		s.settle()
		s.want("bravo", b.Ref(), deconfliction.StateConflicting)
		s.spend([2]string{"12.4720", "-38.2000"}, [2]string{"12.4060", "-38.2000"})
		if got := s.with(b, tt.is...); got != tt.want {
			t.Errorf("%s: %s, and is %s, want %s", tt.how, tt.what, got, tt.want)
		}
	}
}

// Of a meeting without place the clock must not tell for nothing which volume it is:
// to say the same again, hour by hour, is to ask whether it is over.
func TestDEC10SayingTheSameAgainIsNoClock(t *testing.T) {
	s := blindly(t, 100)
	a := at12("12.4682", "-38.2041", 300)
	a.Windows = []cell.Span{{From: noon + 4*day, Until: noon + 5*day}}
	s.hide("alpha", deconfliction.Blind, a)
	var list []cell.Volume
	for i := range int64(4) {
		v := at12(fmt.Sprintf("12.%d", 46+15*i), "-38.2041", 50)
		v.Windows = []cell.Span{{From: noon + 4*day + 3*i*hour, Until: noon + 4*day + 3*i*hour + hour}}
		list = append(list, v)
	}
	b := s.show("bravo", list...)
	s.settle()
	for i, want := range []int64{0, 4, 0} { // before, when it may be over, and when it is told that it is
		s.Now = max(s.Now, noon+4*day+(3*int64(i)-1)*hour)
		s.with(b, list...)
		h, _ := s.Matter(b.Ref(), "").Last(deconfliction.KindChecked, "supervisor")
		if q := h.Body.(deconfliction.Checked).Questions; q != want {
			t.Errorf("the same again, %d: it counts as %d questions, want %d", i, q, want)
		}
	}
}

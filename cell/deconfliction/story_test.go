package deconfliction_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/geo"
)

// DEC-01 T: a notice of each of the charter's types is taken, of another not.
func TestDEC01EachTypeOfTheCharter(t *testing.T) {
	s := begin(t)
	if len(s.Charter.Activities) != 15 {
		t.Fatalf("the charter has %d types", len(s.Charter.Activities))
	}
	for _, a := range s.Charter.Activities {
		n := works()
		n.Activity, n.Escort = a.Type, deconfliction.EscortNo
		h := s.file("alpha", n)
		if m := s.Matter(h.Ref(), ""); m.Verdicts[h.Cite()] != cell.VerdictOK {
			t.Errorf("%s: %v", a.Type, m.Contested)
		}
	}
	n := works()
	n.Activity = "parade"
	s.refused(s.file("alpha", n), "deconfliction.activity")
}

// DEC-02 T: what is over leaves the live list at its time, by its window or by
// its desk's word, and is in nobody's way from then on.
func TestDEC02WhatIsOverIsInNobodysWay(t *testing.T) {
	s := begin(t)
	a := s.file("alpha", works())
	live := func(at int64) bool { return s.board("bravo", at).Notices[0].Live }
	until := works().Window.Until
	if !live(until-1) || live(until) {
		t.Errorf("live one millisecond before its end: %v, at its end: %v", live(until-1), live(until))
	}
	s.Now = until + minute
	b := s.file("bravo", works())
	s.refused(b, "deconfliction.window-over")
	late := works()
	late.Window.Until = until + hour // begun before, and still on: filed after the fact
	b = s.file("bravo", late)
	if d, _ := s.conflict(a, b); d.ID != "" {
		t.Errorf("a notice that is over has the conflict %+v", d)
	}

	s = begin(t)
	a = s.file("alpha", works())
	s.Now = works().Window.From + hour
	end := s.on("alpha", a, deconfliction.KindComplete, deconfliction.Complete{Ended: s.Now - minute})
	s.wantNotice(a, s.Now, deconfliction.StateEnded)
	b = s.Add(t, "bravo", deconfliction.KindNotice, works(), func(r *cell.Record) { r.Seen = seen([]cell.Held{end}) })
	if d, _ := s.conflict(a, b); d.ID != "" {
		t.Errorf("a notice that was completed before, as bravo knew, has the conflict %+v", d)
	}
	s.refused(s.on("alpha", b, deconfliction.KindComplete, deconfliction.Complete{Ended: s.Now - minute}), "cell.who")
	s.refused(s.on("bravo", b, deconfliction.KindComplete, deconfliction.Complete{Ended: s.Now + minute}), "deconfliction.ended-later")
	s.refused(s.Add(t, "bravo", deconfliction.KindComplete, deconfliction.Complete{Ended: s.Now}, func(r *cell.Record) {
		r.About, r.Cites, r.To = b.Ref(), []cell.Cite{b.Cite()}, []string{"supervisor"}
	}), "deconfliction.audience")
	s.wantNotice(b, s.Now, deconfliction.StateActive)
}

// DEC-03 T: the lead time is counted in milliseconds from an officer's receipt
// at the counterpart: not from the filing, not from the node's, and not from
// the supervisor's.
func TestDEC03LeadTime(t *testing.T) {
	from := works().Window.From
	for _, tt := range []struct {
		what     string
		received int64 // 0: never
		lead     int64
		flag     string
	}{
		{"three days and a second before", from - 72*hour - 1000, 72*hour + 1000, deconfliction.FlagNone},
		{"three days before", from - 72*hour, 72 * hour, deconfliction.FlagNone},
		{"a second later", from - 72*hour + 1000, 72*hour - 1000, deconfliction.FlagShort},
		{"47 seconds before the start", from - 47_000, 47_000, deconfliction.FlagShort},
		{"at the start", from, 0, deconfliction.FlagShort},
		{"a second after the start", from + 1000, -1000, deconfliction.FlagPostFacto},
		{"never", 0, -1, deconfliction.FlagUnreceived},
	} {
		s := begin(t)
		a := s.file("alpha", works())
		s.DeliverAll(a)
		s.Ack(t, "supervisor", a, cell.Received{})
		if tt.received != 0 {
			s.Now = tt.received
			s.Ack(t, "bravo", a, cell.Received{})
		}
		for _, desk := range s.Charter.Desks() { // every desk computes the same
			n := s.board(desk, from-hour).Notices[0]
			if n.LeadMS != tt.lead || n.Flag != tt.flag || n.AgreedMS != 72*hour {
				t.Errorf("%s, at %s: lead %d ms, flag %q, want %d ms and %q", tt.what, desk, n.LeadMS, n.Flag, tt.lead, tt.flag)
			}
			if tt.flag == deconfliction.FlagUnreceived && n.SoFarMS != hour {
				t.Errorf("%s, at %s: %d ms are left, want an hour", tt.what, desk, n.SoFarMS)
			}
		}
	}
	s := begin(t) // a change is received anew
	a := s.file("alpha", works())
	s.Ack(t, "bravo", a, cell.Received{})
	s.wantNotice(a, s.Now, deconfliction.StateClear)
	s.update(a, moved(works(), -hour))
	if n := s.board("alpha", s.Now).Notices[0]; n.Flag != deconfliction.FlagUnreceived {
		t.Errorf("changed and not received: flag %q", n.Flag)
	}
	s.wantNotice(a, s.Now, deconfliction.StateFiled)
}

// DEC-04 T: "north of the valley" is no area, and is answered with what is
// wanted; an area larger than the charter allows for its type is refused, when
// it is filed and when a notice is enlarged to it.
func TestDEC04AnAreaIsMoreThanAName(t *testing.T) {
	n := works()
	n.Area = cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{}, Text: "north of the valley"}
	err := n.Validate()
	inv, ok := errors.AsType[*cell.Invalid](err)
	if !ok || inv.At != "/area" || !strings.Contains(inv.Why, "corners") {
		t.Errorf("a name alone: %v", err)
	}
	s := begin(t)
	large := works()
	large.Area = circle("12.46", "-38.20", 2900) // 26.4 km², works may have 25
	s.refused(s.file("alpha", large), "deconfliction.area-limit")
	large.Activity = "uav" // 400
	if h := s.file("alpha", large); s.Matter(h.Ref(), "").Verdicts[h.Cite()] != cell.VerdictOK {
		t.Error("an area within the limit of its type is refused")
	}
	a := s.file("alpha", works())
	large.Activity = "works"
	s.refused(s.update(a, large), "deconfliction.area-limit")
	if m := s.Matter(a.Ref(), ""); m.Version.Cite() != a.Cite() {
		t.Error("the enlarged area became the version")
	}
}

// DEC-05 T: a place repeated 9 km off, another hour or another height is
// computed as different, and asks the opener to clarify.
func TestDEC05ReadBack(t *testing.T) {
	n := works()
	n.Height = []cell.Height{{LowM: 100, HighM: 300, Reference: "AGL"}}
	right := cell.ReadBack{Place: []cell.Place{{Lat: "12.46", Lon: "-38.20", Notation: "DD"}}, Time: []int64{n.Window.From}, Height: []int64{100}, Number: []int64{}}
	for _, tt := range []struct {
		differs string
		change  func(*cell.ReadBack)
	}{
		{"", func(*cell.ReadBack) {}},
		{"place-far 9.0 km", func(r *cell.ReadBack) {
			r.Place = []cell.Place{{Lat: "12.541", Lon: "-38.20", Notation: "DD"}}
		}},
		{"time", func(r *cell.ReadBack) { r.Time = []int64{n.Window.From + hour} }},
		{"height", func(r *cell.ReadBack) { r.Height = []int64{300} }},
	} {
		s := begin(t)
		a := s.file("alpha", n)
		s.DeliverAll(a)
		rb := right
		tt.change(&rb)
		s.Ack(t, "bravo", a, rb)
		m := s.Matter(a.Ref(), "")
		if got := m.Column("bravo").Difference; got != tt.differs || (len(cell.DeriveKernel(m)) == 1) != (tt.differs != "") {
			t.Errorf("difference %q, derived %v, want %q", got, cell.DeriveKernel(m), tt.differs)
		}
	}
	n.Area = cell.Area{Centre: []cell.Point{}, Ring: []cell.Point{{Lat: "12.4", Lon: "-38.2"}, {Lat: "12.4", Lon: "-38.1"}, {Lat: "12.5", Lon: "-38.1"}}}
	if p := n.Repeat().Place; p == nil || p.Lat != "12.4" || p.Lon != "-38.2" {
		t.Errorf("of a polygon %+v is repeated, want its first corner", p)
	}
}

// DEC-06 T: with the escort unanswered a movement is not sendable.
func TestDEC06EscortIsAnswered(t *testing.T) {
	s := begin(t)
	for _, a := range s.Charter.Activities {
		n := works()
		n.Activity = a.Type
		h := s.file("alpha", n)
		if a.Type == "movement" || a.Type == "humanitarian" {
			s.refused(h, "deconfliction.escort")
			s.refused(s.update(s.file("alpha", works()), n), "deconfliction.escort")
		} else if m := s.Matter(h.Ref(), ""); m.Verdicts[h.Cite()] != cell.VerdictOK {
			t.Errorf("%s: %v", a.Type, m.Contested)
		}
	}
	n := works()
	n.Escort = "perhaps"
	if inv, ok := errors.AsType[*cell.Invalid](n.Validate()); !ok || inv.At != "/escort" {
		t.Errorf("escort perhaps: %v", n.Validate())
	}
}

// DEC-11 T: a height has a reference; two that have different ones are compared
// by what the ground of the theatre may be, and the conflict says so.
func TestDEC11HeightHasAReference(t *testing.T) {
	n := works()
	n.Height = []cell.Height{{LowM: 0, HighM: 100}}
	if inv, ok := errors.AsType[*cell.Invalid](n.Validate()); !ok || inv.At != "/height/0/reference" {
		t.Errorf("without a reference: %v", n.Validate())
	}
	for _, tt := range []struct {
		what string
		b    []cell.Height
		rule string // "": no conflict
	}{
		{"the same band", []cell.Height{{LowM: 0, HighM: 100, Reference: "AGL"}}, geo.ByHeight},
		{"touching", []cell.Height{{LowM: 100, HighM: 200, Reference: "AGL"}}, geo.ByHeight},
		{"a metre above", []cell.Height{{LowM: 101, HighM: 200, Reference: "AGL"}}, ""},
		{"above another reference", []cell.Height{{LowM: 101, HighM: 200, Reference: "MSL"}}, geo.ByEstimate},
		{"surely above another reference", []cell.Height{{LowM: 4000, HighM: 4200, Reference: "MSL"}}, ""},
		{"none", nil, geo.ByArea},
	} {
		s := begin(t)
		n.Height = []cell.Height{{LowM: 0, HighM: 100, Reference: "AGL"}}
		a := s.file("alpha", n)
		n.Height = tt.b
		b := s.file("bravo", n)
		d, _ := s.conflict(a, b)
		if got := string(d.Facts); (d.ID != "") != (tt.rule != "") || tt.rule != "" && !strings.Contains(got, `"rule":"`+tt.rule+`"`) {
			t.Errorf("%s: %s, want the rule %q", tt.what, got, tt.rule)
		}
		if tt.rule == "" {
			continue
		}
		text := s.board("alpha", s.Now).Conflicts[0].Text["en"]
		if strings.Contains(text, "is missing") != (tt.rule == geo.ByArea) || strings.Contains(text, "what the heights may be") != (tt.rule == geo.ByEstimate) {
			t.Errorf("%s: the screen says %q", tt.what, text)
		}
	}
}

// XC-09 T: a notice is passed on to every level that the charter names for that
// party, half an hour before its window begins; whoever has not, or cannot, is
// late with what is left, and it is IMMEDIATE whatever the notice is.
func TestXC09PassedOnBeforeItBegins(t *testing.T) {
	s := begin(t)
	a := s.file("alpha", works())
	owed := func(at int64) (cell.Wait, bool) {
		st := s.State(a.Ref(), at)
		i := slices.IndexFunc(st.Waiting, func(w cell.Wait) bool { return w.For == cell.NeedDisseminated })
		if i < 0 {
			return cell.Wait{}, false
		}
		return st.Waiting[i], true
	}
	if _, ok := owed(s.Now); ok {
		t.Error("what has not arrived is to be passed on")
	}
	s.DeliverAll(a)
	from := works().Window.From
	if w, ok := owed(from - 1); !ok || w.Desk != "bravo" || w.Due != from-30*minute || w.Part != "hq,regional,brigade,unit,air-cell" || w.Grave(cell.Priority) != cell.Immediate {
		t.Errorf("before the window: %+v %v", w, ok)
	}
	if w, _ := owed(from - 31*minute); w.Level != "" {
		t.Errorf("before it is due somebody is called: %+v", w)
	}
	if w, _ := owed(from - 30*minute); w.Level == "" {
		t.Errorf("half an hour before it begins nobody is called: %+v", w)
	}
	pass := func(level string, cannot bool) {
		s.Ack(t, "bravo", a, cell.Disseminated{Level: level, At: s.Now, Cannot: cannot})
	}
	pass("regional", false)
	pass("unit", true)
	if w, ok := owed(from); !ok || w.Part != "hq,brigade,unit,air-cell" {
		t.Errorf("at the regional command alone, and the unit cannot be reached: %+v", w)
	}
	for _, level := range []string{"hq", "brigade", "air-cell", "unit"} {
		if _, ok := owed(from); !ok {
			t.Errorf("before %s knows nothing is owed", level)
		}
		pass(level, false)
	}
	if w, ok := owed(from); ok {
		t.Errorf("every level knows, and still owed: %+v", w)
	}
	s.update(a, moved(works(), hour))
	s.DeliverAll(s.Records[len(s.Records)-1])
	if w, ok := owed(from); !ok || w.Part != "hq,regional,brigade,unit,air-cell" || w.Due != from+30*minute {
		t.Errorf("a change is passed on anew: %+v", w)
	}
}

// XC-09: a notice that comes late leaves half of what time there is, the lead is
// the charter's, and a party without levels passes nothing on.
func TestXC09LeadIsTheCharters(t *testing.T) {
	for _, tt := range []struct {
		what   string
		change func(*cell.Charter)
		filed  int64 // before the window
		due    int64 // before the window, -1: nothing is owed
	}{
		{"the default", func(*cell.Charter) {}, day, 30 * minute},
		{"the charter's", func(c *cell.Charter) { c.PassOn = cell.Duration(2 * time.Hour) }, day, 2 * hour},
		{"late", func(*cell.Charter) {}, 20*minute + 1000, 10 * minute},
		{"no levels", func(c *cell.Charter) { c.Dissemination = nil }, day, -1},
	} {
		s := begin(t)
		c := *s.Charter
		tt.change(&c)
		s.Charter = &c
		from := works().Window.From
		s.Now = from - tt.filed
		a := s.file("alpha", works())
		s.DeliverAll(a)
		due := int64(-1)
		for _, w := range s.State(a.Ref(), s.Now).Waiting {
			if w.For == cell.NeedDisseminated {
				due = from - w.Due
			}
		}
		if due != tt.due {
			t.Errorf("%s: due %d ms before it begins, want %d", tt.what, due, tt.due)
		}
	}
}

// The state of a notice over its time.
func TestStatesOfANotice(t *testing.T) {
	s := begin(t)
	a := s.file("alpha", works())
	w := works().Window
	s.wantNotice(a, s.Now, deconfliction.StateFiled)
	s.Ack(t, "bravo", a, cell.Received{})
	s.wantNotice(a, s.Now, deconfliction.StateClear)
	s.wantNotice(a, w.From, deconfliction.StateActive)
	s.wantNotice(a, w.Until, deconfliction.StateEnded)
	b := s.file("bravo", works())
	s.wantNotice(a, s.Now, deconfliction.StateConflicting)
	s.wantNotice(b, s.Now, deconfliction.StateConflicting)
	s.wantNotice(a, w.From, deconfliction.StateConflicting) // an activity that goes on does not hide it
	s.wantNotice(a, w.Until, deconfliction.StateEnded)
	s.on("bravo", b, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
	s.wantNotice(b, s.Now, cell.StateCancelled)
	s.wantNotice(a, s.Now, deconfliction.StateClear)
}

// DEC-08 T, in part: every desk derives the same conflict, from either notice,
// whatever came first.
func TestTheSameConflictAtEveryDesk(t *testing.T) {
	for _, change := range []func(*story, cell.Held, cell.Held){
		func(*story, cell.Held, cell.Held) {},
		func(s *story, a, _ cell.Held) { s.update(a, moved(works(), hour)) },
		func(s *story, a, b cell.Held) { s.update(a, moved(works(), hour)); s.update(b, moved(works(), day)) },
		func(s *story, _, b cell.Held) { s.on("bravo", b, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}) },
	} {
		s := begin(t)
		a := s.file("alpha", works())
		b := s.file("bravo", works())
		change(s, a, b)
		var want []cell.Derived
		for _, backwards := range []bool{false, true} {
			if backwards {
				slices.Reverse(s.Records)
			}
			for _, desk := range s.Charter.Desks() {
				for _, from := range []cell.Held{a, b} {
					got := deconfliction.Module.Derive(s.Matter(from.Ref(), desk), s.Around(desk, s.Now), s.Charter)
					if want == nil {
						want = got
					}
					if len(got) != 1 || !reflect.DeepEqual(got, want) {
						t.Errorf("at %s from %s: %+v, elsewhere %+v", desk, from.Cite(), got, want)
					}
				}
			}
		}
		if d := want[0]; d.Number != "A-1 × B-1" || d.Parent != a.Ref() || !slices.Equal(d.Desks, s.Charter.Others("")) {
			t.Errorf("it is called %s, follows from %s, is held by %v", d.Number, d.Parent, d.Desks)
		}
	}
}

// A notice breaks a rule, another is of the same desk, or a desk holds only
// one of the two: no conflict follows.
func TestWhatIsNoConflict(t *testing.T) {
	s := begin(t)
	s.file("alpha", works())
	s.file("alpha", works())
	bad := works()
	bad.Activity = "parade"
	s.file("bravo", bad)
	if all := s.Derived(deconfliction.RuleConflict); len(all) != 0 {
		t.Errorf("conflicts %+v", all)
	}
	b := s.Add(t, "bravo", deconfliction.KindNotice, works(), func(r *cell.Record) { r.To = []string{"supervisor"} })
	for _, d := range s.Derived(deconfliction.RuleConflict) {
		if slices.Contains(d.Desks, "alpha") {
			t.Errorf("alpha, which does not hold %s, holds the conflict %s", b.Cite(), d.Number)
		}
	}
	if all := s.board("alpha", s.Now).Conflicts; len(all) != 0 {
		t.Errorf("alpha's screen shows %+v", all)
	}
	all := s.board("supervisor", s.Now).Conflicts
	if len(all) != 2 || len(all[0].Waiting) != 2 || all[0].Waiting[1].Desk != "supervisor" {
		t.Errorf("the supervisor, which alone holds both with bravo, sees %+v", all)
	}
}

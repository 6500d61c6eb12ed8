package deconfliction_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

// unseen is a story in which the nodes do what is due.
type unseen struct {
	*story
	keys map[string]bool // under which they filed
	only []cell.Draft    // of the supervisor's node, when a round is cut short; nil: all
}

// blindly is a story under a charter by which a notice may be blind: squares of a
// minute, slots of an hour, layers of 500 m, and so many answers in a zone and day.
func blindly(t *testing.T, budget int64) *unseen {
	c := *celltest.Charter(t, deconfliction.Module)
	c.Blind = cell.BlindRules{GridS: 60, Slot: cell.Duration(time.Hour), LayerM: 500, Budget: budget}
	return &unseen{&story{celltest.NewHistory(&c, cell.Modules{deconfliction.Module}), t}, map[string]bool{}, nil}
}

// hide files a notice that the supervisor alone may read.
func (s *unseen) hide(desk string, confidentiality string, vs ...cell.Volume) cell.Held {
	s.t.Helper()
	a := activity("uav", vs...)
	a.Confidentiality = confidentiality
	return s.Add(s.t, desk, deconfliction.KindUAV, a, func(r *cell.Record) { r.To = []string{"supervisor"} })
}

// show files a notice of works for everybody.
func (s *unseen) show(desk string, vs ...cell.Volume) cell.Held {
	s.t.Helper()
	return s.plan(desk, deconfliction.KindWorks1, activity("works", vs...))
}

// settle lets the nodes of the three desks do what is due, until nothing is.
func (s *unseen) settle() {
	s.t.Helper()
	for round := 0; ; round++ {
		if round > 20 {
			s.t.Fatal("the nodes never come to rest")
		}
		any := false
		for _, desk := range s.Charter.Desks() {
			due := deconfliction.Module.Due(s.Situation(desk))
			if s.only != nil {
				due = s.only
			}
			for _, d := range due {
				if s.only != nil && desk != "supervisor" {
					break
				}
				if key := desk + " " + d.Key; !s.keys[key] {
					s.keys[key], any = true, true
				} else {
					continue // each once, as node keeps it
				}
				h := s.Add(s.t, desk, d.Kind, d.Body, func(r *cell.Record) {
					r.To, r.About, r.Cites, r.By = d.To, d.About, d.Cites, d.By
					if d.Precedence != "" {
						r.Precedence = d.Precedence
					}
				})
				about := h.About
				if about.IsZero() {
					about = h.Ref()
				}
				if m := s.Matter(about, ""); m.Verdicts[h.Cite()] != cell.VerdictOK {
					s.t.Fatalf("%s of the node of %s: %v", d.Kind, desk, m.Contested)
				}
			}
		}
		if !any {
			return
		}
	}
}

// blind conflicts gives the blind conflicts that a desk holds.
func (s *unseen) meetings(desk string) (out []cell.Matter) {
	for _, x := range s.Records {
		if x.Kind == deconfliction.KindBlindConflict && x.Addressed(desk) {
			out = append(out, s.Matter(x.Ref(), desk))
		}
	}
	return out
}

// at gives the state of a notice or blind conflict at a desk.
func (s *unseen) at(desk string, r cell.Ref) string {
	_, st, ok := s.Around(desk, s.Now).See(r)
	if !ok {
		return "not held"
	}
	return st.Name
}

func (s *unseen) want(desk string, r cell.Ref, state string) {
	s.t.Helper()
	if got := s.at(desk, r); got != state {
		s.t.Errorf("at %s it is %s, want %s", desk, got, state)
	}
}

// at12 is a circle of a radius at a place of the theatre.
func at12(lat, lon string, radius int64) cell.Volume {
	v := round(0, 120, "AGL")
	v.Centre, v.RadiusM = []cell.Point{{Lat: lat, Lon: lon}}, radius
	return v
}

// DEC-10 T: the parties' nodes hold no foreign geometry before consent. Two meet,
// one is blind: both desks are told that they do, and no more than its desk chose;
// they consent, and each sees; the supervisor says that it holds the same.
func TestDEC10TwoMeetAndOneIsBlind(t *testing.T) {
	for _, first := range []string{"blind", "open"} {
		s := blindly(t, 100)
		var a, b cell.Held
		if first == "blind" {
			a = s.hide("alpha", deconfliction.BlindGrid, at12("12.4637", "-38.2041", 300))
			s.settle()
		}
		b = s.show("bravo", at12("12.4601", "-38.2000", 500))
		s.DeliverAll(b)
		s.Ack(t, "alpha", b, cell.Received{})
		s.want("bravo", b.Ref(), deconfliction.StatePending)
		s.settle()
		if first == "open" {
			s.want("bravo", b.Ref(), deconfliction.StateClear)
			a = s.hide("alpha", deconfliction.BlindGrid, at12("12.4637", "-38.2041", 300))
			s.want("supervisor", a.Ref(), deconfliction.StatePending)
			s.settle()
		}
		s.want("bravo", a.Ref(), "not held")
		for _, desk := range []string{"alpha", "bravo", "supervisor"} {
			list := s.meetings(desk)
			if len(list) != 1 {
				t.Fatalf("%s first: %s holds %d meetings", first, desk, len(list))
			}
			s.want(desk, b.Ref(), deconfliction.StateConflicting)
			s.want(desk, list[0].Ref, deconfliction.StateOpen)
		}
		s.want("alpha", a.Ref(), deconfliction.StateConflicting)
		m := s.meetings("bravo")[0]
		says := m.Body.(deconfliction.BlindConflict)
		if !slices.Equal(says.Hidden, []string{"alpha"}) || says.GridS != 60 || len(says.Squares) == 0 || len(says.Squares) > 4 {
			t.Errorf("%s first: bravo is told %+v", first, says)
		}
		s.wantSecret("bravo", a)

		yes := deconfliction.Consent{Reveal: "yes", Text: []cell.Free{}}
		s.on("bravo", *m.Head, deconfliction.KindConsent, yes)
		s.settle()
		s.want("bravo", m.Ref, deconfliction.StateOpen)
		s.wantSecret("bravo", a)
		s.on("alpha", *m.Head, deconfliction.KindConsent, deconfliction.Consent{Reveal: "no", Text: []cell.Free{}})
		s.settle()
		s.wantSecret("bravo", a)
		s.on("alpha", *m.Head, deconfliction.KindConsent, yes)
		s.settle()
		for _, desk := range []string{"alpha", "bravo", "supervisor"} {
			s.want(desk, m.Ref, deconfliction.StateShown)
		}
		if !strings.Contains(s.all("bravo"), `12.4637`) {
			t.Errorf("%s first: both consented, and bravo does not see the area", first)
		}
	}
}

// wantSecret wants nothing that a desk holds to carry the area of a notice.
func (s *unseen) wantSecret(desk string, h cell.Held) {
	s.t.Helper()
	all := s.all(desk)
	for _, p := range h.Body.(deconfliction.Activity).Volumes[0].Centre {
		if strings.Contains(all, p.Lat) || strings.Contains(all, p.Lon) {
			s.t.Errorf("%s holds the place of the blind notice", desk)
		}
	}
	if strings.Contains(all, h.Hash) {
		s.t.Errorf("%s holds the hash of the blind notice, which a guess can be held against", desk)
	}
}

// all gives every record that a desk holds, as text.
func (s *unseen) all(desk string) string {
	var out strings.Builder
	for _, x := range s.Records {
		if x.Addressed(desk) {
			v, err := json.Marshal(x.Record)
			if err != nil {
				s.t.Fatal(err)
			}
			out.Write(v)
		}
	}
	return out.String()
}

// change makes a notice say something else, to whom it was addressed.
func (s *unseen) change(of cell.Held, says cell.Body) {
	s.t.Helper()
	s.Add(s.t, of.Desk, cell.KindUpdate, celltest.Update(s.t, says), celltest.About(of))
}

// DEC-10: what is shown is as near as its own desk chose.
func TestDEC10HowMuchIsShown(t *testing.T) {
	for _, tt := range []struct {
		how   string
		gridS int64
	}{{deconfliction.Blind, 0}, {deconfliction.BlindWide, 480}, {deconfliction.BlindGrid, 60}} {
		s := blindly(t, 100)
		s.hide("alpha", tt.how, at12("12.4637", "-38.2041", 300))
		s.show("bravo", at12("12.4601", "-38.2000", 500))
		s.settle()
		if says := s.meetings("bravo")[0].Body.(deconfliction.BlindConflict); says.GridS != tt.gridS || (len(says.Squares) > 0) != (tt.gridS > 0) {
			t.Errorf("%s: bravo is told %+v", tt.how, says)
		}
	}
}

// Both are blind: neither sees the other, both are told.
func TestDEC10BothAreBlind(t *testing.T) {
	s := blindly(t, 100)
	a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
	b := s.hide("bravo", deconfliction.BlindGrid, at12("12.4611", "-38.2013", 300))
	s.settle()
	s.wantSecret("bravo", a)
	s.wantSecret("alpha", b)
	m := s.meetings("alpha")[0]
	if says := m.Body.(deconfliction.BlindConflict); says.GridS != 0 {
		t.Errorf("one of the two shows nothing, and yet: %+v", says)
	}
	for _, desk := range []string{"alpha", "bravo"} {
		s.on(desk, *m.Head, deconfliction.KindConsent, deconfliction.Consent{Reveal: "yes", Text: []cell.Free{}})
	}
	s.settle()
	s.want("alpha", m.Ref, deconfliction.StateShown)
	if !strings.Contains(s.all("alpha"), "12.4611") || !strings.Contains(s.all("bravo"), "12.4637") {
		t.Error("both consented, and one does not see the other's area")
	}
}

// What parts two: a change of one, its withdrawal, its end. The supervisor's node
// says so, and both notices are clear; when they meet again there is another.
func TestDEC10WhatParts(t *testing.T) {
	for what, part := range map[string]func(*unseen, cell.Held, cell.Held){
		"the blind one moves": func(s *unseen, a, _ cell.Held) {
			x := a.Body.(deconfliction.Activity)
			x.Volumes = []cell.Volume{at12("12.7637", "-38.2041", 300)}
			s.change(a, x)
		},
		"the blind one is withdrawn": func(s *unseen, a, _ cell.Held) {
			s.Add(s.t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, celltest.About(a))
		},
		"the open one moves in time": func(s *unseen, _, b cell.Held) {
			s.update(b, activity("works", shifted(at12("12.4601", "-38.2000", 500), 2*day)))
		},
	} {
		s := blindly(t, 100)
		a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
		b := s.show("bravo", at12("12.4601", "-38.2000", 500))
		s.settle()
		part(s, a, b)
		s.settle()
		m := s.meetings("bravo")[0]
		s.want("bravo", m.Ref, deconfliction.StateCleared)
		for _, desk := range []string{"bravo", "supervisor"} {
			if got := s.at(desk, b.Ref()); got != deconfliction.StateFiled && got != deconfliction.StateClear {
				t.Errorf("%s: at %s the open notice is %s", what, desk, got)
			}
		}
		if what == "the blind one is withdrawn" {
			continue
		}
		s.change(a, a.Body)
		s.change(b, b.Body)
		s.settle()
		if list := s.meetings("bravo"); len(list) != 2 {
			t.Errorf("%s, and back: %d meetings", what, len(list))
		} else {
			s.want("bravo", list[1].Ref, deconfliction.StateOpen)
		}
	}
}

// A consent is to show what the notice said then: after a change of it nothing is
// shown until its desk consents anew.
func TestDEC10ConsentEndsWithAChange(t *testing.T) {
	s := blindly(t, 100)
	a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
	s.show("bravo", at12("12.4601", "-38.2000", 500))
	s.settle()
	m := s.meetings("bravo")[0]
	yes := deconfliction.Consent{Reveal: "yes", Text: []cell.Free{}}
	s.on("alpha", *m.Head, deconfliction.KindConsent, yes)
	more := a.Body.(deconfliction.Activity)
	more.Volumes = append(slices.Clone(more.Volumes), at12("12.4901", "-38.2111", 100))
	s.change(a, more)
	s.settle()
	s.on("bravo", *m.Head, deconfliction.KindConsent, yes)
	s.settle()
	s.wantSecret("bravo", a)
	s.want("supervisor", m.Ref, deconfliction.StateOpen)
	s.on("alpha", *m.Head, deconfliction.KindConsent, yes)
	s.settle()
	s.want("bravo", m.Ref, deconfliction.StateShown)
	if !strings.Contains(s.all("bravo"), "12.4901") {
		t.Error("alpha consented to what it says now, and bravo does not see it")
	}
}

// They settle it unseen: a proposal, its acceptance, the change.
func TestDEC10SettledUnseen(t *testing.T) {
	s := blindly(t, 100)
	s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
	b := s.show("bravo", at12("12.4601", "-38.2000", 500))
	s.settle()
	m := s.meetings("bravo")[0]
	later := shifted(at12("12.4601", "-38.2000", 500), 2*day)
	p := s.on("alpha", *m.Head, deconfliction.KindPropose, deconfliction.Propose{Notice: b.Ref().String(), Desk: "bravo", Volumes: []cell.Volume{later}, Text: []cell.Free{}})
	s.want("bravo", m.Ref, deconfliction.StateProposed)
	s.Add(t, "bravo", deconfliction.KindAccept, deconfliction.Accept{Hash: p.Hash}, func(r *cell.Record) {
		celltest.About(*m.Head)(r)
		r.Cites = []cell.Cite{p.Cite(), m.Head.Cite()}
	})
	s.want("alpha", m.Ref, deconfliction.StateAccepted)
	s.update(b, activity("works", later))
	s.settle()
	s.want("alpha", m.Ref, deconfliction.StateCleared)
}

// Who may not: a blind notice goes to the supervisor alone and by the charter's
// terms; nobody but the supervisor's node answers; nobody shows without both
// consents, or in another's name.
func TestDEC10Refused(t *testing.T) {
	s := &unseen{begin(t), map[string]bool{}, nil}
	s.refused(s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300)), "deconfliction.blind")
	s = blindly(t, 100)
	open := activity("uav", at12("12.4637", "-38.2041", 300))
	open.Confidentiality = deconfliction.BlindWide
	s.refused(s.plan("alpha", deconfliction.KindUAV, open), "deconfliction.blind-to")
	a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
	b := s.show("bravo", at12("12.4601", "-38.2000", 500))
	s.refused(s.on("supervisor", b, deconfliction.KindChecked, deconfliction.Checked{Result: deconfliction.CheckClear, Zones: []string{}}), "deconfliction.by-node")
	s.refused(s.on("alpha", b, deconfliction.KindChecked, deconfliction.Checked{Result: deconfliction.CheckClear, Zones: []string{}}), "cell.who")
	s.settle()
	m := s.meetings("bravo")[0]
	s.refused(s.on("supervisor", *m.Head, deconfliction.KindConsent, deconfliction.Consent{Reveal: "yes", Text: []cell.Free{}}), "cell.who")
	v, err := cell.EncodeBody(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	x := s.on("bravo", *m.Head, deconfliction.KindConsent, deconfliction.Consent{Reveal: "yes", Text: []cell.Free{}})
	itself := func(h cell.Held, also ...cell.Held) func(*cell.Record) {
		return func(r *cell.Record) {
			celltest.About(h, also...)(r)
			r.By = cell.By{Officer: "node", Role: "node"}
		}
	}
	show := deconfliction.Reveal{Notices: []deconfliction.Revealed{{Notice: a.Ref().String(), Kind: a.Kind, Body: v}}}
	s.refused(s.Add(t, "supervisor", deconfliction.KindReveal, show, itself(*m.Head, x)), "deconfliction.consent")
	s.refused(s.Add(t, "alpha", deconfliction.KindReveal, show, itself(*m.Head, x)), "cell.who")
	show.Notices[0].Notice = b.Ref().String()
	s.refused(s.Add(t, "supervisor", deconfliction.KindReveal, show, itself(*m.Head, x)), "deconfliction.notice-named")
	older := works()
	older.Area = circle("12.4601", "-38.2000", 500)
	s.refused(s.file("bravo", older), "deconfliction.blind")
	thin := at12("12.4601", "-38.2000", 1)
	thin.Centre, thin.Line = []cell.Point{}, []cell.Point{{Lat: "11.5", Lon: "-39.5"}, {Lat: "13.5", Lon: "-37.5"}}
	s.refused(s.show("bravo", thin), "deconfliction.squares")
	s.refused(s.Add(t, "bravo", deconfliction.KindBlindConflict, m.Body, func(r *cell.Record) { r.To, r.By = []string{"alpha"}, cell.By{Officer: "node", Role: "node"} }), "cell.who")
}

// The attacker model: bravo files notices smaller and smaller to feel for the
// border of a blind area, by halves in each direction. It learns in which squares
// of the charter's grid the area lies, and no more: two areas that lie in the same
// squares are answered alike, whatever is asked.
func TestDEC10BisectionLearnsTheGrid(t *testing.T) {
	hidden := [][2]string{{"12.4682", "-38.2041"}, {"12.4677", "-38.2037"}} // 70 m from each other
	var heard [2]string
	for i, at := range hidden {
		s := blindly(t, 100_000)
		s.hide("alpha", deconfliction.BlindGrid, at12(at[0], at[1], 200))
		s.settle()
		south, north := 12.40, 12.50
		var log strings.Builder
		for range 12 {
			mid := (south + north) / 2
			b := s.show("bravo", at12(fmt.Sprintf("%.6f", mid), "-38.207000", 1))
			s.settle()
			says := "clear"
			if s.at("bravo", b.Ref()) == deconfliction.StateConflicting {
				list := s.meetings("bravo")
				says = fmt.Sprint(list[len(list)-1].Body.(deconfliction.BlindConflict).Squares)
			}
			fmt.Fprintln(&log, says)
			if says == "clear" { // it lies to the north
				south = mid
			} else {
				north = mid
			}
			s.on("bravo", b, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
			s.settle()
		}
		heard[i] = log.String()
		if off := math.Abs(north*60-math.Round(north*60)) * 1852; off > 50 {
			t.Errorf("the attack ends %.0f m from a border of the grid", off)
		}
	}
	if heard[0] != heard[1] {
		t.Errorf("two areas in the same squares are told apart:\n%s\n%s", heard[0], heard[1])
	}
}

// The same attack trips the alarm: when the budget is spent nothing is answered,
// the supervisor is told and nobody else; its officer may let one notice pass;
// alpha sees how often another notice was laid beside its own, and withdrawn.
func TestDEC10ProbingTripsTheAlarm(t *testing.T) {
	s := blindly(t, 6)
	a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
	s.settle()
	var last cell.Held
	n := 0
	for ; n < 10; n++ {
		last = s.show("bravo", at12(fmt.Sprintf("12.46%d1", n), "-38.2000", 100))
		s.settle()
		if s.at("bravo", last.Ref()) == deconfliction.StateHeld {
			break
		}
		s.on("bravo", last, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
		s.settle()
	}
	if n != 3 { // each was withdrawn after its answer, and so counts twice
		t.Errorf("%d notices were answered before the budget of 6 was spent", n)
	}
	var alarms []cell.Held
	for _, x := range s.Records {
		if x.Kind == deconfliction.KindProbing {
			alarms = append(alarms, x)
		}
	}
	if len(alarms) != 2 {
		t.Fatalf("the alarms are %+v", alarms)
	}
	for i, want := range []deconfliction.Probing{{Answers: 3, Withdrawn: 2}, {Answers: 3, Withdrawn: 3}} { // before it is spent, and when it is
		p := alarms[i].Body.(deconfliction.Probing)
		if len(alarms[i].To) != 0 || alarms[i].Desk != "supervisor" || p.Desk != "bravo" || p.Answers != want.Answers || p.Withdrawn != want.Withdrawn {
			t.Errorf("alarm %d says %+v", i, p)
		}
		s.want("supervisor", alarms[i].Ref(), deconfliction.StateNoticed)
	}
	answers, alarmed := 0, false
	for _, x := range s.Records {
		alarmed = alarmed || x.Kind == deconfliction.KindProbing
		if c, ok := x.Body.(deconfliction.Checked); ok && x.About.Desk == "bravo" && !c.Again && c.Result != deconfliction.CheckHeld {
			if answers++; answers == 3 && !alarmed {
				t.Error("the last answer of the budget is given before the supervisor is alarmed")
			}
		}
	}
	m := s.Matter(a.Ref(), "alpha")
	h, _ := m.Last(deconfliction.KindChecked, "supervisor")
	if c := h.Body.(deconfliction.Checked); c.Answers != 3 || c.Withdrawn != 3 {
		t.Errorf("alpha is told %+v", c)
	}

	s.Add(t, "supervisor", deconfliction.KindContinue, deconfliction.Continue{Reason: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites, r.To = last.Ref(), []cell.Cite{last.Cite()}, nil
	})
	s.settle()
	if got := s.at("bravo", last.Ref()); got == deconfliction.StateHeld {
		t.Error("the officer let it pass, and it still waits")
	}
	s.Add(t, "supervisor", deconfliction.KindLooked, deconfliction.Looked{Text: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites, r.To = alarms[0].Ref(), []cell.Cite{alarms[0].Cite()}, nil
	})
	s.want("supervisor", alarms[0].Ref(), deconfliction.StateLooked)
	s.Now += day
	b := s.show("bravo", at12("12.4601", "-38.2000", 100))
	s.settle()
	s.want("bravo", b.Ref(), deconfliction.StateConflicting)
}

// Exact notices of two desks are laid beside each other by everybody, as ever: the
// supervisor's node files no blind conflict for them.
func TestDEC10ExactOnesAreNotTold(t *testing.T) {
	s := blindly(t, 100)
	a, b := s.show("alpha", at12("12.4637", "-38.2041", 300)), s.show("bravo", at12("12.4601", "-38.2000", 500))
	s.settle()
	if n := len(s.meetings("supervisor")); n != 0 {
		t.Errorf("%d meetings of two exact notices", n)
	}
	for _, h := range []cell.Held{a, b} {
		s.want("bravo", h.Ref(), deconfliction.StateConflicting)
	}
}

// A schedule meets by its windows: not between them, and the answer names the
// slots of those in common.
func TestDEC10ScheduleMeetsByItsWindows(t *testing.T) {
	flights := at12("12.4637", "-38.2041", 300)
	flights.Windows = nil
	for i := range int64(5) {
		flights.Windows = append(flights.Windows, cell.Span{From: noon + (4+i)*day, Until: noon + (4+i)*day + hour})
	}
	for _, tt := range []struct {
		from int64 // of works of an hour
		want cell.Span
	}{
		{noon + 6*day, cell.Span{From: noon + 6*day - hour, Until: noon + 6*day + 2*hour}}, // with the margin in time of 15 minutes
		{noon + 6*day + 8*hour, cell.Span{}},
	} {
		s := blindly(t, 100)
		s.hide("alpha", deconfliction.Blind, flights)
		v := at12("12.4601", "-38.2000", 500)
		v.Windows = []cell.Span{{From: tt.from - 30*minute, Until: tt.from + 30*minute}}
		s.show("bravo", v)
		s.settle()
		list := s.meetings("bravo")
		if (len(list) == 1) != (tt.want != cell.Span{}) {
			t.Errorf("works at %d: %d blind conflicts", tt.from, len(list))
		} else if len(list) == 1 {
			if got := list[0].Body.(deconfliction.BlindConflict).Window; got.From < tt.want.From || got.Until > tt.want.Until || got.From%hour != 0 || got.Until%hour != 0 {
				t.Errorf("works at %d: told %+v, want whole hours in %+v", tt.from, got, tt.want)
			}
		}
	}
}

package incident_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/incident"
)

const (
	minute = 60 * 1000
	hour   = 60 * minute
)

var (
	ridge = cell.Place{ID: "P-19", Lat: "12.5820", Lon: "-38.2120", Text: "P-19", Notation: "name", PrecisionM: 100}
	near  = cell.Place{Lat: "12.5820", Lon: "-38.1950", Notation: "DD", PrecisionM: 50} // 1,847 m east of it
	away  = cell.Place{Lat: "12.5820", Lon: "-38.1930", Notation: "DD", PrecisionM: 50} // 2,064 m east of it
	words = cell.Free{Lang: "en", Text: "Fire from the ridge."}
	text3 = cell.Text3{Ar: "سقطت قذيفة واحدة قرب الجسر.", En: "One shell fell near the bridge.", He: "פגז אחד נפל סמוך לגשר."}
)

func TestModule(t *testing.T) { celltest.Run(t, incident.Module) }

// story is a history of the module's records.
type story struct {
	*celltest.History
	t *testing.T
}

func begin(t *testing.T) *story {
	return &story{celltest.NewHistory(celltest.Charter(t, incident.Module), cell.Modules{incident.Module}), t}
}

// on records an act about the matter that the last record cited opened, to
// everybody who holds it, citing all of them.
func (s *story) on(desk, kind string, body cell.Body, cites ...cell.Held) cell.Held {
	s.t.Helper()
	head := cites[len(cites)-1]
	return s.Add(s.t, desk, kind, body, func(r *cell.Record) {
		for _, h := range cites {
			r.Cites = append(r.Cites, h.Cite())
		}
		r.About = head.Ref()
		r.To = slices.DeleteFunc(head.Audience(), func(d string) bool { return d == desk })
	})
}

// wantRefused wants an act to be refused at its own desk, and contested at alpha
// when it comes all the same.
func (s *story) wantRefused(h cell.Held, rule string) {
	s.t.Helper()
	s.WantRefused(s.t, h, "alpha", rule)
}

func (s *story) wantState(of cell.Ref, name string) cell.State {
	s.t.Helper()
	return s.WantState(s.t, of, name)
}

// due gives when a desk owes something, 0 when it does not.
func due(st cell.State, desk, need string) int64 {
	for _, w := range st.Waiting {
		if w.Desk == desk && w.For == need {
			return w.Due
		}
	}
	return 0
}

func (s *story) screen(desk string) incident.Screen {
	s.t.Helper()
	return celltest.Ask[incident.Screen](s.t, s.History, desk, incident.Module)
}

// report is a report of force at a place and a time.
func report(at cell.Place, when int64) incident.Report {
	return incident.Report{Type: "fire", Force: incident.ForceYes, Place: at, Area: []cell.Area{}, When: when, Dead: []int64{}, Hurt: []int64{2},
		Alleged: []string{}, Grade: []cell.Grade{}, Text: []cell.Free{words}}
}

// INC-01 T: a report of fire is IMMEDIATE, and the other side owes a first word
// within ten minutes of delivery and the effect within fifteen.
func TestINC01Clocks(t *testing.T) {
	s := begin(t)
	r := s.Add(t, "alpha", incident.KindReport, report(ridge, s.Now-5*minute), nil)
	s.DeliverAll(r)
	at := s.Now
	st := s.wantState(r.Ref(), incident.StateReported)
	for need, limit := range map[string]int64{cell.NeedReceived: 10, cell.NeedPosition: 10, cell.NeedEffect: 15} {
		if got := due(st, "bravo", need); got != at+limit*minute {
			t.Errorf("bravo owes %s by %d, want %d minutes after delivery", need, got, limit)
		}
	}
	if due(st, "supervisor", cell.NeedReceived) == 0 || due(st, "supervisor", cell.NeedPosition) != 0 || due(st, "supervisor", incident.NeedFinding) == 0 {
		t.Errorf("the supervisor owes %+v", st.Waiting)
	}
	s.Ack(t, "bravo", r, cell.Received{})
	s.Ack(t, "bravo", r, cell.ReadBack{Place: []cell.Place{ridge}, Time: []int64{r.Body.(incident.Report).When}})
	s.Ack(t, "bravo", r, cell.Position{Position: cell.Noted, Text: []cell.Free{}})
	if st := s.State(r.Ref(), s.Now); due(st, "bravo", cell.NeedPosition) != 0 || due(st, "bravo", cell.NeedEffect) == 0 {
		t.Errorf("after a first word: %+v", st.Waiting)
	}
	s.Ack(t, "bravo", r, cell.Position{Position: cell.Complied, Text: []cell.Free{}})
	if st := s.State(r.Ref(), s.Now); due(st, "bravo", cell.NeedEffect) != 0 {
		t.Errorf("after the effect: %+v", st.Waiting)
	}
}

// INC-01 T: fire is not reported in a slow precedence, and nothing before it
// happened; an accident may be a PRIORITY.
func TestINC01WhatIsReportedHow(t *testing.T) {
	s := begin(t)
	slow := func(r *cell.Record) { r.Precedence = cell.Priority }
	b := s.Add(t, "bravo", incident.KindReport, report(ridge, s.Now-minute), slow)
	s.wantRefused(b, "incident.precedence")
	if st := s.wantState(b.Ref(), incident.StateContested); len(st.Waiting) != 0 {
		t.Errorf("owed on a report against the rules: %+v", st.Waiting)
	}
	accident := report(ridge, s.Now-minute)
	accident.Type, accident.Force = "accident", "no"
	if got := s.Rules(s.Add(t, "bravo", incident.KindReport, accident, slow)); len(got) != 0 {
		t.Errorf("an accident: %v", got)
	}
	s.wantRefused(s.Add(t, "bravo", incident.KindReport, report(ridge, s.Now+hour), nil), "incident.when-later")
	stranger := report(ridge, s.Now-minute)
	stranger.Alleged = []string{"delta"}
	s.wantRefused(s.Add(t, "bravo", incident.KindReport, stranger, nil), "incident.alleged")
}

// INC-02 T: a report has no field for who did it; an attribution before a
// finding is refused at the supervisor's own desk and contested at the others,
// and the report stays where it was; after a finding it counts.
func TestINC02NoAttributionBeforeAFinding(t *testing.T) {
	raw, err := cell.EncodeBody(report(ridge, celltest.Noon))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || len(fields) != 10 {
		t.Fatalf("%d fields, %v", len(fields), err)
	}
	for name := range fields {
		for _, word := range []string{"attrib", "perpetrator", "author", "culprit", "responsible", "name"} {
			if strings.Contains(name, word) {
				t.Errorf("a report has the field %s", name)
			}
		}
	}
	s := begin(t)
	r := s.Add(t, "alpha", incident.KindReport, report(ridge, s.Now-minute), nil)
	named := incident.Attribution{Outcome: incident.Attributed, To: []string{"bravo"}, Text: text3}
	s.wantRefused(s.on("supervisor", incident.KindAttribution, named, r), "incident.attribution-before-finding")
	s.wantState(r.Ref(), incident.StateReported)

	s.on("bravo", incident.KindEntry, incident.Entry{At: s.Now - minute, Until: []int64{}, Type: "claimed", Text: words, Source: "own-forces"}, r)
	s.wantState(r.Ref(), incident.StateMonitored)
	possible := s.on("supervisor", incident.KindFinding, incident.Finding{Standard: incident.Possible, Text: text3}, r)
	s.wantState(r.Ref(), incident.StateFinding)
	s.wantRefused(s.on("supervisor", incident.KindAttribution, named, possible, r), "incident.attribution-standard")
	s.wantState(r.Ref(), incident.StateFinding)
	other := s.Add(t, "alpha", incident.KindReport, report(ridge, s.Now-hour), nil)
	elsewhere := s.on("supervisor", incident.KindFinding, incident.Finding{Standard: "probable", Text: text3}, other)
	s.wantRefused(s.on("supervisor", incident.KindAttribution, named, elsewhere, r), "incident.attribution-before-finding")
	probable := s.on("supervisor", incident.KindFinding, incident.Finding{Standard: "probable", Text: text3}, r)
	s.on("supervisor", incident.KindAttribution, named, probable, r)
	s.wantState(r.Ref(), incident.StateAttributed)
	s.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(c *cell.Record) { c.About, c.Cites = r.Ref(), []cell.Cite{r.Cite()} })
	s.wantState(r.Ref(), incident.StateAttributed) // what was found stands
	s.on("supervisor", incident.KindClose, incident.Close{How: "agree-to-disagree", Text: []cell.Free{}}, r)
	s.wantState(r.Ref(), incident.StateClosed)
}

// INC-02, SUP-06 T: a party finds nothing and attributes nothing; its dissent
// stays beside the finding, with its actor and time, at every desk.
func TestINC02EachStageHasItsActor(t *testing.T) {
	s := begin(t)
	r := s.Add(t, "alpha", incident.KindReport, report(ridge, s.Now-minute), nil)
	s.wantRefused(s.on("bravo", incident.KindFinding, incident.Finding{Standard: "probable", Text: text3}, r), "cell.who")
	s.wantState(r.Ref(), incident.StateReported)
	f := s.on("supervisor", incident.KindFinding, incident.Finding{Standard: "highly-probable", Text: text3}, r)
	s.wantRefused(s.on("bravo", incident.KindAttribution, incident.Attribution{Outcome: "no-member", To: []string{}, Text: text3}, f, r), "cell.who")
	no := s.on("bravo", cell.KindPosition, cell.Position{Position: cell.Disputes, Text: []cell.Free{words}}, f, r)
	s.wantRefused(s.on("bravo", incident.KindClose, incident.Close{How: "agreed", Text: []cell.Free{}}, r), "incident.close-by")
	s.wantState(r.Ref(), incident.StateFinding)
	s.on("alpha", incident.KindClose, incident.Close{How: "agree-to-disagree", Text: []cell.Free{}}, r)
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		var got []string
		steps := s.screen(desk).Incidents[0].Steps
		for _, x := range steps {
			got = append(got, x.Stage+" "+x.By)
		}
		if !slices.Equal(got, []string{"reported alpha", "finding supervisor", "closed alpha"}) {
			t.Fatalf("at %s: %v", desk, got)
		}
		if d := steps[1].Dissent; len(d) != 1 || d[0].Desk != "bravo" || d[0].Ref != no.Cite().String() || steps[1].Standard != "highly-probable" {
			t.Errorf("at %s: the finding %+v", desk, steps[1])
		}
	}
}

// INC-05 T: three accounts of one event with different durations stand side by
// side at every desk, and none overwrites another.
func TestINC05DurationsCoexist(t *testing.T) {
	s := begin(t)
	begun := s.Now - 2*hour
	r := s.Add(t, "supervisor", incident.KindReport, report(ridge, begun), nil)
	entry := func(desk string, from, minutes int64, sort string) {
		s.on(desk, incident.KindEntry, incident.Entry{At: begun + from*minute, Until: []int64{begun + (from+minutes)*minute}, Type: sort, Fact: "f-1", Text: words, Source: "own-forces"}, r)
	}
	entry("alpha", 40, 5, "observed")
	entry("alpha", 0, 29, "claimed")
	entry("bravo", 2, 65, "claimed")
	entry("supervisor", 1, 30, "verified")
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		lines := s.screen(desk).Incidents[0].Timelines
		got := map[string][]int64{}
		for d, l := range lines {
			for _, e := range l {
				got[d] = append(got[d], (e.Until[0]-e.At)/minute)
			}
		}
		if len(lines) != 3 || !slices.Equal(got["alpha"], []int64{29, 5}) || !slices.Equal(got["bravo"], []int64{65}) || !slices.Equal(got["supervisor"], []int64{30}) {
			t.Errorf("at %s the durations are %v", desk, got)
		}
	}
	s.wantRefused(s.on("bravo", incident.KindEntry, incident.Entry{At: begun, Until: []int64{}, Type: incident.Verified, Text: words, Source: "sensor"}, r), "incident.verified-by")
	v := s.Add(t, "alpha", incident.KindVerify, request(incident.NoForce), nil)
	res := s.on("supervisor", incident.KindResult, incident.Result{Found: incident.Nothing, Method: "visit", Evidence: []string{}, Text: []cell.Free{}}, v)
	resting := s.on("bravo", incident.KindEntry, incident.Entry{At: begun, Until: []int64{}, Type: incident.Verified, Text: words, Source: "third-party"}, res, r)
	if got := s.Rules(resting); len(got) != 0 {
		t.Errorf("verified by a result that it cites: %v", got)
	}
}

// INC-05 T: a fact is agreed when every party agrees to its exact text,
// contested as soon as one does not; another wording stands beside the first.
func TestINC05AgreedFacts(t *testing.T) {
	s := begin(t)
	r := s.Add(t, "alpha", incident.KindReport, report(ridge, s.Now-minute), nil)
	one := s.on("supervisor", incident.KindFact, incident.Fact{Fact: "f-1", Text: text3}, r)
	two := s.on("alpha", incident.KindFact, incident.Fact{Fact: "f-2", Text: text3}, r)
	again := s.on("bravo", incident.KindFact, incident.Fact{Fact: "f-2", Text: text3}, r)
	say := func(desk, word string, f cell.Held) cell.Held {
		return s.on(desk, incident.KindAgree, incident.Agree{Fact: f.Body.(incident.Fact).Fact, Hash: f.Hash, Agrees: word, Text: []cell.Free{}}, f, r)
	}
	want := func(states ...string) {
		t.Helper()
		for _, desk := range []string{"alpha", "bravo", "supervisor"} {
			var got []string
			for _, f := range s.screen(desk).Incidents[0].Facts {
				got = append(got, f.Fact+" "+f.From+" "+f.State)
			}
			if !slices.Equal(got, states) {
				t.Errorf("at %s: %v, want %v", desk, got, states)
			}
		}
	}
	want("f-1 supervisor proposed", "f-2 alpha proposed", "f-2 bravo proposed")
	say("alpha", incident.Agrees, one)
	want("f-1 supervisor proposed", "f-2 alpha proposed", "f-2 bravo proposed")
	say("bravo", incident.Agrees, one)
	say("bravo", incident.Contests, two)
	say("alpha", incident.Agrees, again)
	want("f-1 supervisor agreed", "f-2 alpha contested", "f-2 bravo agreed")
	if by := s.screen("alpha").Incidents[0].Facts[1].By; by["alpha"] != incident.Agrees || by["bravo"] != incident.Contests || len(by) != 2 {
		t.Errorf("by %v", by)
	}
	wrong := s.on("bravo", incident.KindAgree, incident.Agree{Fact: "f-1", Hash: two.Hash, Agrees: incident.Contests, Text: []cell.Free{}}, one, r)
	s.wantRefused(wrong, "incident.fact-hash")
	s.wantRefused(s.on("bravo", incident.KindAgree, incident.Agree{Fact: "f-2", Hash: one.Hash, Agrees: incident.Contests, Text: []cell.Free{}}, one, r), "incident.fact-named")
	s.wantRefused(s.on("bravo", incident.KindAgree, incident.Agree{Fact: "f-1", Hash: one.Hash, Agrees: incident.Contests, Text: []cell.Free{}}, r), "incident.fact-cited")
	s.wantRefused(say("supervisor", incident.Contests, one), "cell.who")
	want("f-1 supervisor agreed", "f-2 alpha contested", "f-2 bravo agreed")
}

// What cannot be read as an event, an answer or a result is refused with its
// place.
func TestRefusedWithItsPlace(t *testing.T) {
	free := []cell.Free{}
	good := report(ridge, celltest.Noon)
	bad := func(change func(*incident.Report)) incident.Report { r := good; change(&r); return r }
	for _, tt := range []struct {
		body cell.Body
		at   string
	}{
		{bad(func(r *incident.Report) { r.When = 0 }), "/when"},
		{bad(func(r *incident.Report) { r.Force = "maybe" }), "/force"},
		{bad(func(r *incident.Report) { r.Hurt = []int64{-1} }), "/hurt/0"},
		{bad(func(r *incident.Report) { r.Place.Lat = "north" }), "/place/lat"},
		{incident.Verify{Place: ridge, Grounds: "sensor", Action: "inspect", Urgent: "no", Force: incident.CannotWait, Reason: free, Text: free}, "/reason"},
		{incident.Verify{Place: ridge, Grounds: "sensor", Action: "inspect", Urgent: "no", Force: "some", Reason: free, Text: free}, "/force"},
		{incident.Answer{Answer: incident.Declines, From: []int64{celltest.Noon}, Text: free}, "/from"},
		{incident.Result{Found: "nothing", Method: "visit", Evidence: []string{"photo.jpg"}, Text: free}, "/evidence/0"},
		{incident.Attribution{Outcome: "undetermined", To: []string{"bravo"}, Text: text3}, "/to"},
		{incident.Entry{At: celltest.Noon, Until: []int64{celltest.Noon - 1}, Type: "observed", Text: words, Source: "sensor"}, "/until"},
		{incident.Fact{Fact: "the first fact", Text: text3}, "/fact"},
		{incident.Fact{Fact: "f-1", Text: cell.Text3{En: "One shell."}}, "/text/ar"},
	} {
		celltest.WantAt(t, tt.body, tt.at)
	}
}

package incident_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/incident"
	"parley/geo"
)

// plan is a notice of another module, as this one may know it: by what the cell
// says of notices alone.
type plan struct {
	Type   string      `json:"type"`
	Centre cell.Point  `json:"centre"`
	Metres int64       `json:"metres"`
	Window cell.Span   `json:"window"`
	Note   []cell.Free `json:"note"`
}

func (p plan) Validate() error { return p.Window.Validate("/window") }

func (p plan) Extent(*cell.Charter) ([]geo.Volume, geo.Margins) {
	v := cell.Volume{Centre: []cell.Point{p.Centre}, RadiusM: p.Metres, Windows: []cell.Span{p.Window}}
	return v.Geo(), geo.Margins{}
}

func (p plan) Announces(m cell.Matter) (string, int64) {
	if m.Cancelled != nil {
		return p.Type, m.Cancelled.At
	}
	return p.Type, 0
}

var plans = cell.Module{Name: "plans", Kinds: []cell.Kind{cell.KindOf("plans.plan/1", plan{Type: "fire", Window: cell.Span{From: 1, Until: 2}, Note: []cell.Free{}}).Opening()}}

// owing begins a story under a charter by which live fire within 5 km of the
// ridge, and flights anywhere, are notified.
func owing(t *testing.T) *story {
	c := *celltest.Charter(t, incident.Module)
	name := cell.T3{"en": "Live fire near the ridge", "ar": "رماية قرب الحافة", "he": "ירי ליד הרכס"}
	c.Zones = []cell.Zone{{ID: "z-5", Name: name, Centre: []cell.Point{{Lat: ridge.Lat, Lon: ridge.Lon}}, RadiusM: 5000}}
	c.Owed = []cell.Owed{
		{ID: "o-fire", Name: name, Clause: "4.2", Zone: "z-5", Incidents: []string{"fire", "strike"}, Activities: []string{"fire", "exercise"}, Time: cell.Duration(10 * minute * 1_000_000)},
		{ID: "o-air", Name: name, Clause: "4.3", Incidents: []string{"overflight"}, Activities: []string{"air", "uav"}},
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return &story{celltest.NewHistory(&c, cell.Modules{incident.Module, plans}), t}
}

// planned files a notice of live fire 2 km around a point, for the hour of the
// event.
func (s *story) planned(desk, kind string, at cell.Place, event int64) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, "plans.plan/1", plan{Type: kind, Centre: cell.Point{Lat: at.Lat, Lon: at.Lon}, Metres: 2000, Window: cell.Span{From: event, Until: event + hour}, Note: []cell.Free{}}, nil)
}

// revised changes what a report says, as fast as it came.
func (s *story) revised(of cell.Held, to incident.Report) {
	s.t.Helper()
	s.Add(s.t, of.Desk, cell.KindUpdate, celltest.Update(s.t, to), func(r *cell.Record) {
		celltest.About(of)(r)
		r.Precedence = cell.Immediate
	})
}

// question gives the state of the question whether notice was given, "" when there
// is none, the same at every desk.
func (s *story) question(report cell.Held) string {
	s.t.Helper()
	all := s.Derived(incident.RuleUnnotified)
	i := slices.IndexFunc(all, func(d cell.Derived) bool { return d.Parent == report.Ref() })
	if i < 0 {
		return ""
	}
	return s.State(cell.Ref{ID: all[i].ID}, s.Now).Name
}

func (s *story) wantQuestion(what string, report cell.Held, want string) {
	s.t.Helper()
	if got := s.question(report); got != want {
		s.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// INC-04 T, rule fixture: an incident that falls where and when notice was owed,
// and no notice covers it, opens the question by itself; a notice of the type that
// stood then and covers the place answers it, whichever comes first.
func TestINC04UnnotifiedOpensByItself(t *testing.T) {
	s := owing(t)
	event := s.Now + hour
	s.Now = event + 20*minute
	r := s.Add(t, "alpha", incident.KindReport, report(near, event), nil)
	s.wantQuestion("no notice", r, incident.StateUnnotified)
	st := s.State(cell.Ref{ID: s.Derived(incident.RuleUnnotified)[0].ID}, s.Now)
	if got := celltest.Owed(st, incident.NeedClosing); !st.Open || !slices.Equal(got, []string{"supervisor"}) {
		t.Errorf("open %v, and looked at by %v", st.Open, got)
	}
	x := s.screen("bravo")
	if len(x.Notices) != 1 || x.Incidents[0].Class != incident.StateUnnotified || x.Notices[0].Facts.Rule != "o-fire" || x.Notices[0].Facts.OffMin != 10 {
		t.Errorf("the screen shows %+v", x.Notices)
	}
	for lang, text := range x.Notices[0].Text {
		if text == "" || strings.ContainsAny(text, "{}") {
			t.Errorf("in %s: %q", lang, text)
		}
	}
	for _, desk := range []string{"alpha", "bravo"} { // it names nobody
		if name := s.Charter.DeskName(desk)["en"]; strings.Contains(x.Notices[0].Text["en"], name) {
			t.Errorf("it names %s: %s", name, x.Notices[0].Text["en"])
		}
	}

	for _, tt := range []struct {
		what   string
		notice func(*story) // at an hour before the event
		late   func(*story) // after it
		want   string
	}{
		{"a notice of the type covers it", func(s *story) { s.planned("bravo", "fire", ridge, event) }, nil, incident.StateNotified},
		{"of either side", func(s *story) { s.planned("alpha", "exercise", ridge, event) }, nil, incident.StateNotified},
		{"of another type", func(s *story) { s.planned("bravo", "works", ridge, event) }, nil, incident.StateUnnotified},
		{"elsewhere", func(s *story) { s.planned("bravo", "fire", cell.Place{Lat: "12.6300", Lon: "-38.2120"}, event) }, nil, incident.StateUnnotified},
		{"ten minutes too late, as its time may be off", func(s *story) { s.planned("bravo", "fire", ridge, event+10*minute) }, nil, incident.StateNotified},
		{"farther off than that", func(s *story) { s.planned("bravo", "fire", ridge, event+10*minute+1) }, nil, incident.StateUnnotified},
		{"filed after it happened", nil, func(s *story) { s.planned("bravo", "fire", ridge, event) }, incident.StateUnnotified},
		{"withdrawn before it happened", func(s *story) {
			s.on("bravo", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, s.planned("bravo", "fire", ridge, event))
		}, nil, incident.StateUnnotified},
		{"moved away before it happened", func(s *story) {
			n := s.planned("bravo", "fire", ridge, event)
			moved := n.Body.(plan)
			moved.Centre.Lat = "12.7000"
			s.on("bravo", cell.KindUpdate, celltest.Update(s.t, moved), n)
		}, nil, incident.StateUnnotified},
	} {
		s := owing(t)
		if tt.notice != nil {
			tt.notice(s)
		}
		s.Now = event + 20*minute
		r := s.Add(t, "alpha", incident.KindReport, report(near, event), nil)
		if tt.late != nil {
			tt.late(s)
		}
		s.wantQuestion(tt.what, r, tt.want)
		if got := s.screen("supervisor").Incidents[0].Class; (got == incident.StateUnnotified) != (tt.want == incident.StateUnnotified) {
			t.Errorf("%s: the class is %q", tt.what, got)
		}
	}
}

// INC-04: withdrawn after it happened, a notice still covered it; the place's own
// uncertainty is enough to be covered.
func TestINC04CoveredAsItStoodThen(t *testing.T) {
	s := owing(t)
	event := s.Now + hour
	n := s.planned("bravo", "fire", ridge, event)
	s.Now = event + 20*minute
	s.on("bravo", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, n)
	vague := away // 2,064 m east of the ridge, 64 m beyond the notice
	vague.PrecisionM = 50
	r := s.Add(t, "alpha", incident.KindReport, report(vague, event), nil)
	s.wantQuestion("14 m beyond", r, incident.StateUnnotified)
	vague.PrecisionM = 100
	s.revised(r, report(vague, event))
	s.wantQuestion("within what it is unsure of", r, incident.StateNotified)
}

// INC-04: no rule, no question: another type of event, a place outside the zone,
// a charter that says nothing. A report that is corrected or withdrawn lifts it.
func TestINC04NothingOwedNothingAsked(t *testing.T) {
	s := owing(t)
	at := s.Now - minute
	quiet := report(ridge, at)
	quiet.Type = "obstruction"
	s.wantQuestion("another type", s.Add(t, "alpha", incident.KindReport, quiet, nil), "")
	s.wantQuestion("outside the zone", s.Add(t, "alpha", incident.KindReport, report(cell.Place{Lat: "12.6400", Lon: "-38.2120", Notation: "DD", PrecisionM: 50}, at), nil), "")
	flight := report(cell.Place{Lat: "12.1000", Lon: "-38.9000", Notation: "DD", PrecisionM: 50}, at)
	flight.Type = "overflight"
	s.wantQuestion("a rule of everywhere", s.Add(t, "alpha", incident.KindReport, flight, nil), incident.StateUnnotified)
	r := s.Add(t, "alpha", incident.KindReport, report(ridge, at), nil)
	s.wantQuestion("owed", r, incident.StateUnnotified)
	s.on("alpha", cell.KindUpdate, celltest.Update(t, quiet), r)
	s.wantQuestion("corrected", r, incident.StateLifted)
	s.revised(r, report(ridge, at))
	s.wantQuestion("and back", r, incident.StateUnnotified)
	s.on("alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, r)
	s.wantQuestion("withdrawn", r, incident.StateLifted)
	s = begin(t)
	s.wantQuestion("no rule in the charter", s.Add(t, "alpha", incident.KindReport, report(ridge, s.Now-minute), nil), "")
}

// INC-04: the supervisor looks at it and closes it; a party does not, and nobody
// closes an invented one. Closing the report closes it too.
func TestINC04PeopleFind(t *testing.T) {
	s := owing(t)
	r := s.Add(t, "alpha", incident.KindReport, report(ridge, s.Now-minute), nil)
	d := s.Derived(incident.RuleUnnotified)[0]
	closing := func(desk string, about cell.Ref, of cell.Held) cell.Held {
		return s.Add(t, desk, incident.KindClose, incident.Close{How: "no-finding", Text: []cell.Free{}}, func(x *cell.Record) {
			x.About, x.Cites = about, []cell.Cite{of.Cite()}
			x.To = slices.DeleteFunc(r.Audience(), func(d string) bool { return d == desk })
		})
	}
	s.wantRefused(closing("bravo", cell.Ref{ID: d.ID}, r), "incident.close-by")
	s.wantRefused(closing("alpha", cell.Ref{ID: d.ID}, r), "incident.close-by")
	other := s.Add(t, "bravo", incident.KindReport, report(away, s.Now-minute), nil)
	s.wantRefused(closing("supervisor", cell.Ref{ID: d.ID}, other), "incident.query-cited")
	s.wantQuestion("nobody has looked", r, incident.StateUnnotified)
	closing("supervisor", cell.Ref{ID: d.ID}, r)
	s.wantQuestion("looked at", r, incident.StateClosed)
	s.on("supervisor", incident.KindClose, incident.Close{How: "no-finding", Text: []cell.Free{}}, other)
	s.wantQuestion("its report is closed", other, incident.StateClosed)
}

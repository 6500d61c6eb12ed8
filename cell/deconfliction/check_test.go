package deconfliction_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

// ruled begins a story under a charter with a line, a zone within 10 km of it,
// and two limits there: 75 tanks, and helicopters not within 10 km but for
// medical evacuation on prior notice.
func ruled(t *testing.T) *story {
	c := *celltest.Charter(t, deconfliction.Module)
	name := cell.T3{"en": "limit", "ar": "حد", "he": "מגבלה"}
	most := int64(75)
	c.Lines = []cell.NamedLine{{ID: "line", Name: name, Line: []cell.Point{{Lat: "12.20", Lon: "-38.25"}, {Lat: "12.80", Lon: "-38.25"}}}}
	c.Zones = []cell.Zone{{ID: "z-10", Name: name, Of: "line", WithinM: 10_000}}
	c.Limits = []cell.Limit{
		{ID: "tanks", Name: name, Zone: "z-10", Categories: []string{"tanks"}, Max: &most},
		{ID: "rotary", Name: name, Categories: []string{"rotary"}, From: "line", DistanceM: 10_000,
			Exceptions: []cell.Exception{{Purpose: "medevac", Name: name, Prior: true}}},
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return &story{celltest.NewHistory(&c, cell.Modules{deconfliction.Module}), t}
}

func (s *story) going(desk, kind, activity string, vehicles ...deconfliction.Vehicle) cell.Held {
	s.t.Helper()
	return s.filed(desk, kind, activity, "12.46", "-38.30", vehicles...)
}

// move is a movement in a circle of 500 m around a point.
func (s *story) move(desk, lat, lon string, vehicles ...deconfliction.Vehicle) cell.Held {
	s.t.Helper()
	return s.filed(desk, deconfliction.KindMovement, "movement", lat, lon, vehicles...)
}

func (s *story) filed(desk, kind, activity, lat, lon string, vehicles ...deconfliction.Vehicle) cell.Held {
	s.t.Helper()
	v := round(0, 0, "")
	v.Centre = []cell.Point{{Lat: lat, Lon: lon}}
	a := answered(deconfliction.Activity{Activity: activity, Volumes: []cell.Volume{v}, EscortText: []cell.Free{}, Contact: []string{"channel 4", "satellite 2"},
		Controllers: []deconfliction.Controller{}, Confidentiality: deconfliction.Exact, Azimuth: []int64{}, Contingency: []cell.Free{}, Note: []cell.Free{}})
	a.Vehicles = vehicles
	h := s.Add(s.t, desk, kind, a, nil)
	if m := s.Matter(h.Ref(), ""); !m.Stands() {
		s.t.Fatalf("%s: %+v", kind, m.Contested)
	}
	return h
}

// wantReport wants the same report at every desk.
func (s *story) wantReport(of cell.Held, want ...string) {
	s.t.Helper()
	for _, desk := range s.Charter.Desks() {
		r, err := deconfliction.Check(s.View(desk), of.Ref().String())
		if err != nil {
			s.t.Fatal(err)
		}
		got := []string{}
		for _, k := range r.Limits {
			got = append(got, strings.TrimSpace(fmt.Sprint(k.Limit, " ", k.Verdict, " ", k.Given, " ", k.By)))
		}
		if !slices.Equal(got, want) {
			s.t.Errorf("at %s: %q, want %q", desk, got, want)
		}
	}
}

// DEC-08 T: a notice gets a check report, the same at every desk; what its desk
// has filed beside it counts with it while it stands; the other's does not.
func TestDEC08CheckReport(t *testing.T) {
	s := ruled(t)
	tanks := func(n int64) deconfliction.Vehicle { return deconfliction.Vehicle{Count: n, Type: "Tanks"} }
	a := s.going("alpha", deconfliction.KindMovement, "movement", tanks(50))
	s.wantReport(a, "tanks kept 50")
	s.going("bravo", deconfliction.KindMovement, "movement", tanks(70))
	s.wantReport(a, "tanks kept 50")
	b := s.going("alpha", deconfliction.KindMovement, "movement", tanks(30))
	s.wantReport(a, "tanks over 80")
	s.wantReport(b, "tanks over 80")
	if r, err := deconfliction.Check(s.View("bravo"), a.Ref().String()); err != nil || !reflect.DeepEqual(r.Beside, []string{b.Ref().String()}) || len(r.Conflicts) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	s.on("alpha", b, cell.KindCancel, cell.Cancel{})
	s.wantReport(a, "tanks kept 50")

	works := s.going("alpha", deconfliction.KindWorks1, "works")
	s.wantReport(works) // none of the limits is about works
	if _, err := deconfliction.Check(s.View("alpha"), "no key"); err == nil {
		t.Error("a key that is none has a report")
	}
}

// DEC-08 T: a draft at home is held against the limits before it is filed, with
// what its desk has filed; nobody else has a report of it.
func TestDEC08CheckBeforeFiling(t *testing.T) {
	s := ruled(t)
	s.going("alpha", deconfliction.KindMovement, "movement", deconfliction.Vehicle{Count: 50, Type: "tanks"})
	body := fmt.Sprintf(`{"activity":"movement","volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.46","lon":"-38.30"}],"radius_m":500,"low":[],"high":[],`+
		`"windows":[{"from":%d,"until":%d}],"text":""}],"vehicles":[{"count":30,"type":"tanks","colour":"","plate":""}],"confidentiality":"exact"}`, noon+4*day, noon+4*day+6*hour)
	h := s.Add(t, "alpha", deconfliction.KindDraft, deconfliction.Draft{Kind: deconfliction.KindMovement, Body: cell.RawBody(body)}, nil)
	r, err := deconfliction.Check(s.View("alpha"), h.Ref().String())
	if err != nil || len(r.Limits) != 1 || r.Limits[0].Verdict != cell.Over || r.Limits[0].Given != 80 || len(r.Beside) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	works := s.Add(t, "alpha", deconfliction.KindDraft, deconfliction.Draft{Kind: deconfliction.KindWorks, Body: cell.RawBody(strings.Replace(body, `"movement"`, `"works"`, 1))}, nil)
	if r, err := deconfliction.Check(s.View("alpha"), works.Ref().String()); err != nil || len(r.Limits) != 1 || r.Limits[0].Given != 80 || len(r.Lines) != 1 {
		t.Errorf("of works: %+v, %v", r, err)
	}
	if r, err := deconfliction.Check(s.View("bravo"), h.Ref().String()); err == nil {
		t.Errorf("bravo has a report of alpha's draft: %+v", r)
	}
}

// DEC-08 T: prior notice is an officer's receipt at the other side.
func TestDEC08ExceptionOnPriorNotice(t *testing.T) {
	s := ruled(t)
	flight := s.going("alpha", deconfliction.KindMedevac, "medevac", deconfliction.Vehicle{Count: 1, Type: "rotary"})
	s.wantReport(flight, "rotary over 4935")
	s.DeliverAll(flight)
	s.Ack(t, "supervisor", flight, cell.Received{})
	s.wantReport(flight, "rotary over 4935")
	s.Ack(t, "bravo", flight, cell.Received{})
	s.wantReport(flight, "rotary exception 4935 medevac")
	other := s.going("alpha", deconfliction.KindAir, "air", deconfliction.Vehicle{Count: 1, Type: "rotary"})
	s.DeliverAll(other)
	s.Ack(t, "bravo", other, cell.Received{})
	s.wantReport(other, "rotary over 4935")
}

package deconfliction_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

// round is a circle of 500 m from noon of the fourth day for six hours.
func round(low, high int64, reference string) cell.Volume {
	v := cell.Volume{Ring: []cell.Point{}, Holes: [][]cell.Point{}, Line: []cell.Point{}, Centre: []cell.Point{{Lat: "12.46", Lon: "-38.20"}}, RadiusM: 500,
		Low: []cell.Altitude{}, High: []cell.Altitude{}, Windows: []cell.Span{{From: noon + 4*day, Until: noon + 4*day + 6*hour}}, Text: "P-06"}
	if reference != "" {
		v.Low, v.High = []cell.Altitude{{M: low, Reference: reference}}, []cell.Altitude{{M: high, Reference: reference}}
	}
	return v
}

func shifted(v cell.Volume, by int64) cell.Volume {
	v.Windows = []cell.Span{{From: v.Windows[0].From + by, Until: v.Windows[0].Until + by}}
	return v
}

func activity(kind string, vs ...cell.Volume) deconfliction.Activity {
	a := deconfliction.Activity{Activity: kind, Volumes: vs, Vehicles: []deconfliction.Vehicle{}, People: []int64{}, EscortText: []cell.Free{}, Recognition: []string{},
		Contact: []string{"channel 4", "satellite 2"}, Route: []deconfliction.Waypoint{}, Controllers: []deconfliction.Controller{}, Confidentiality: deconfliction.Exact,
		Site: []cell.Place{}, Azimuth: []int64{}, Contingency: []cell.Free{}, Note: []cell.Free{}}
	switch kind {
	case "movement", "vip", "maritime", "humanitarian", "farming", "media", "medevac":
		return answered(a)
	}
	return a
}

// answered is a notice that says all that the form of a movement asks (DEC-06),
// with a route of one point, where and when its first volume begins.
func answered(a deconfliction.Activity) deconfliction.Activity {
	a.Units, a.Escort, a.Cargo, a.People = "1 platoon", deconfliction.EscortNo, "none", []int64{9}
	a.Vehicles = []deconfliction.Vehicle{{Count: 2, Type: "lorry", Colour: "white", Plate: "C-12"}}
	a.Recognition = []string{"day-markings", "night-lights"}
	p := cell.Place{Lat: a.Volumes[0].Centre[0].Lat, Lon: a.Volumes[0].Centre[0].Lon, Notation: "DD"}
	a.Site = []cell.Place{p}
	a.Route = []deconfliction.Waypoint{{Name: "CP-1", Place: p, At: a.Volumes[0].Windows[0].From, What: deconfliction.PointPass}}
	return a
}

// formOf is the kind of notice that is filed for a type of activity.
func formOf(kind string) string {
	return map[string]string{"air": deconfliction.KindAir, "uav": deconfliction.KindUAV, "movement": deconfliction.KindMovement, "vip": deconfliction.KindMovement,
		"maritime": deconfliction.KindMovement, "fire": deconfliction.KindFire, "exercise": deconfliction.KindExercise, "works": deconfliction.KindWorks1,
		"mine-clearance": deconfliction.KindWorks1, "repair": deconfliction.KindWorks1, "humanitarian": deconfliction.KindHumanitarian, "farming": deconfliction.KindHumanitarian,
		"media": deconfliction.KindHumanitarian, "medevac": deconfliction.KindMedevac, "launch": deconfliction.KindLaunch}[kind]
}

func (s *story) plan(desk, kind string, a deconfliction.Activity) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, kind, a, nil)
}

// DEC-01 T, DEC-04 T, DEC-11 T: what is no activity is refused, with its place.
func TestDEC01ActivityIsRefusedWithItsPlace(t *testing.T) {
	for at, change := range map[string]func(*deconfliction.Activity){
		"":                           func(*deconfliction.Activity) {},
		"/volumes":                   func(a *deconfliction.Activity) { a.Volumes = nil },
		"/volumes/0":                 func(a *deconfliction.Activity) { a.Volumes[0].Centre = []cell.Point{} },
		"/volumes/0/windows":         func(a *deconfliction.Activity) { a.Volumes[0].Windows = nil },
		"/volumes/0/low/0/reference": func(a *deconfliction.Activity) { a.Volumes[0].Low[0].Reference = "" },
		"/volumes/0/high":            func(a *deconfliction.Activity) { a.Volumes[0].High[0].M = -10 },
		"/escort":                    func(a *deconfliction.Activity) { a.Escort = "perhaps" },
		"/cargo":                     func(a *deconfliction.Activity) { a.Cargo = "gold" },
		"/recognition/0":             func(a *deconfliction.Activity) { a.Recognition = []string{"smoke"} },
		"/contact/0":                 func(a *deconfliction.Activity) { a.Contact = []string{" "} },
		"/confidentiality":           func(a *deconfliction.Activity) { a.Confidentiality = "secret" },
		"/azimuth/0":                 func(a *deconfliction.Activity) { a.Azimuth = []int64{360} },
		"/controllers/0/name":        func(a *deconfliction.Activity) { a.Controllers = []deconfliction.Controller{{Through: "bravo"}} },
		"/vehicles/0/count":          func(a *deconfliction.Activity) { a.Vehicles = []deconfliction.Vehicle{{Type: "lorry"}} },
		"/route/1/at": func(a *deconfliction.Activity) {
			p := cell.Place{Lat: "12.46", Lon: "-38.20", Notation: "DD"}
			a.Route = []deconfliction.Waypoint{{Place: p, At: 2, What: deconfliction.PointPass}, {Place: p, At: 1, What: deconfliction.PointStop}}
		},
	} {
		a := activity("works", round(0, 100, "AGL"))
		change(&a)
		celltest.WantAt(t, a, at)
	}
}

// DEC-03, DEC-04, DEC-06, DEC-10: what the charter does not let through.
func TestDEC06WhatAMovementAnswers(t *testing.T) {
	for rule, change := range map[string]func(*deconfliction.Activity){
		"deconfliction.activity":    func(a *deconfliction.Activity) { a.Activity = "parade" },
		"deconfliction.escort":      func(a *deconfliction.Activity) { a.Escort = "" },
		"deconfliction.contact":     func(a *deconfliction.Activity) { a.Contact = a.Contact[:1] },
		"deconfliction.blind":       func(a *deconfliction.Activity) { a.Confidentiality = deconfliction.Blind },
		"deconfliction.area-limit":  func(a *deconfliction.Activity) { a.Volumes[0].RadiusM = 20_000 },
		"deconfliction.window-over": func(a *deconfliction.Activity) { a.Volumes[0] = shifted(a.Volumes[0], -30*day) },
		"deconfliction.route": func(a *deconfliction.Activity) {
			a.Route = []deconfliction.Waypoint{{Place: cell.Place{Lat: "12.47", Lon: "-38.20", Notation: "DD"}, At: noon + 4*day, What: deconfliction.PointPass}}
		},
	} {
		s := begin(t)
		a := activity("movement", round(0, 0, ""))
		change(&a)
		s.refused(s.plan("alpha", deconfliction.KindMovement, a), rule)
	}
}

// DEC-11: by the ground of the theatre a band may be upside down everywhere.
func TestDEC11UpsideDown(t *testing.T) {
	s := begin(t)
	v := round(3500, 0, "MSL")
	v.High = []cell.Altitude{{M: 100, Reference: "AGL"}}
	s.wantNotice(s.plan("alpha", deconfliction.KindAir, activity("air", v)), s.Now, deconfliction.StateFiled) // on a high mountain it stands
	low := *s.Charter
	low.Ground = cell.GroundRange{HighM: 500}
	s.Charter = &low
	s.refused(s.plan("alpha", deconfliction.KindAir, activity("air", v)), "deconfliction.band")
	v.Low[0].M = 12_000
	celltest.WantAt(t, activity("air", v), "/volumes/0/high")
	v.Low, v.High = []cell.Altitude{{M: 6000, Reference: "surface"}}, []cell.Altitude{{M: 7000, Reference: "AGL"}}
	celltest.WantAt(t, activity("air", v), "/volumes/0/low/0/m")
}

// The life of an activity: received, agreed by all, objected to, active,
// left what it said, over its window, completed.
func TestLifeOfAnActivity(t *testing.T) {
	s := begin(t)
	from, until := noon+4*day, noon+4*day+6*hour
	a := activity("exercise", round(0, 0, ""))
	a.Controllers = []deconfliction.Controller{{Name: "district council", Through: "supervisor"}}
	h := s.plan("alpha", deconfliction.KindExercise, a)
	s.wantNotice(h, s.Now, deconfliction.StateFiled)
	s.DeliverAll(h)
	s.Ack(t, "bravo", h, cell.Received{})
	s.wantNotice(h, s.Now, deconfliction.StateClear)
	s.Ack(t, "bravo", h, cell.Position{Position: cell.Agrees, Hash: h.Hash, Text: []cell.Free{}})
	s.wantNotice(h, s.Now, deconfliction.StateClear) // the council has not answered
	says := func(desk, status string) cell.Held {
		return s.on(desk, h, deconfliction.KindController, deconfliction.ControllerSays{Controller: "district council", Status: status, At: s.Now, Text: []cell.Free{}})
	}
	s.refused(says("bravo", deconfliction.ControlAgrees), "deconfliction.controller")
	says("supervisor", deconfliction.ControlAgrees)
	s.wantNotice(h, s.Now, deconfliction.StateAgreed)
	says("supervisor", deconfliction.ControlObjects)
	s.wantNotice(h, s.Now, deconfliction.StateRefused)
	s.wantNotice(h, from, deconfliction.StateRefused) // that it goes on does not hide it
	f := s.board("bravo", s.Now).Notices[0]
	if f.Overall != deconfliction.ControlObjects || len(f.Answers) != 2 || f.Answers[0].Status != deconfliction.ControlAgrees || f.Answers[1].Through != "supervisor" {
		t.Errorf("DEC-07: overall %s of %+v", f.Overall, f.Answers)
	}
	says("supervisor", deconfliction.ControlAgrees)
	s.wantNotice(h, from, deconfliction.StateActive)
	s.Now = from + hour
	s.on("alpha", h, deconfliction.KindDeviate, deconfliction.Deviate{Since: s.Now, Place: []cell.Place{}, Text: []cell.Free{}})
	s.wantNotice(h, s.Now, deconfliction.StateNonconforming)
	s.update(h, a)
	s.wantNotice(h, s.Now, deconfliction.StateActive)
	s.wantNotice(h, until, deconfliction.StateExpired)
	s.on("alpha", h, deconfliction.KindComplete, deconfliction.Complete{Ended: s.Now})
	s.wantNotice(h, s.Now, deconfliction.StateEnded)
}

// DEC-07 T: the gravest answer stands for all, and silence has its time.
func TestDEC07NoAnswer(t *testing.T) {
	s := begin(t)
	h := s.plan("alpha", deconfliction.KindWorks1, activity("works", round(0, 0, "")))
	overall := func(at int64) string { return s.board("alpha", at).Notices[0].Overall }
	if got := overall(s.Now); got != deconfliction.ControlUnheld {
		t.Errorf("not delivered: %s", got)
	}
	s.Deliver("bravo", h)
	due := s.Now + s.Charter.Clocks[cell.Priority].Reply.Millis()
	if a, b := overall(due-1), overall(due); a != deconfliction.ControlNotified || b != deconfliction.ControlNoAnswer {
		t.Errorf("before its time %s, at it %s", a, b)
	}
}

// Margins of a pair of types hold in three directions, and heights of different
// references are laid beside each other by the ground of the theatre.
func TestMarginsOfAPair(t *testing.T) {
	for _, tt := range []struct {
		what  string
		a, b  deconfliction.Activity
		meets bool
	}{
		{"in height, within the margin", activity("air", round(0, 300, "AGL")), activity("uav", round(450, 600, "AGL")), true},
		{"in height, beyond the margin", activity("air", round(0, 300, "AGL")), activity("uav", round(451, 600, "AGL")), false},
		{"in time, within the margin", activity("fire", round(0, 0, "")), activity("air", shifted(round(0, 300, "AGL"), 6*hour+15*minute)), true},
		{"in time, beyond the margin", activity("fire", round(0, 0, "")), activity("air", shifted(round(0, 300, "AGL"), 6*hour+15*minute+1)), false},
		{"without a pair, touching", activity("works", round(0, 0, "")), activity("farming", shifted(round(0, 0, ""), 6*hour)), true},
		{"without a pair, apart", activity("works", round(0, 0, "")), activity("farming", shifted(round(0, 0, ""), 6*hour+1)), false},
		{"above the highest ground", activity("uav", round(0, 120, "AGL")), activity("air", round(3200, 3400, "MSL")), false},
		{"perhaps above it", activity("uav", round(0, 120, "AGL")), activity("air", round(2500, 2700, "MSL")), true},
	} {
		s := begin(t)
		a, b := s.plan("alpha", formOf(tt.a.Activity), tt.a), s.plan("bravo", formOf(tt.b.Activity), tt.b)
		if d, _ := s.conflict(a, b); (d.ID != "") != tt.meets {
			t.Errorf("%s: conflict %s", tt.what, d.Facts)
		}
	}
}

// Volumes are laid beside each other one by one: an activity that is nowhere
// where and when the other is does not meet it.
func TestEveryVolumeByItself(t *testing.T) {
	far := round(0, 0, "")
	far.Centre = []cell.Point{{Lat: "12.60", Lon: "-38.20"}}
	s := begin(t)
	a := s.plan("alpha", deconfliction.KindWorks1, activity("works", round(0, 0, ""), shifted(far, day)))
	b := s.plan("bravo", deconfliction.KindWorks1, activity("works", far, shifted(round(0, 0, ""), day)))
	if d, _ := s.conflict(a, b); d.ID != "" {
		t.Errorf("they meet: %s", d.Facts)
	}
	both := activity("works", far, shifted(far, day), shifted(round(0, 0, ""), hour))
	s.update(b, both)
	d, _ := s.conflict(a, b)
	if f := cell.Computed[deconfliction.Conflict](&d); f.Meetings != 2 || f.From != noon+4*day+hour || f.Until != noon+5*day+6*hour || f.Overlap != 100 {
		t.Errorf("the facts are %+v", f)
	}
}

// DEC-08 T, in part: a counter-proposal turns down what it answers; the
// supervisor decides where the charter lets it, and nowhere else.
func TestCounterAndDecision(t *testing.T) {
	s := begin(t)
	va, vb := round(0, 0, ""), round(0, 0, "")
	a, b := s.plan("alpha", deconfliction.KindWorks1, activity("works", va)), s.plan("bravo", deconfliction.KindWorks1, activity("works", vb))
	propose := func(desk, of string, notice cell.Held, instead string, cites ...cell.Held) cell.Held {
		return s.about(desk, a, b, deconfliction.KindPropose, deconfliction.Propose{Notice: notice.Ref().String(), Desk: of, Volumes: []cell.Volume{shifted(va, day)},
			Instead: instead, Text: []cell.Free{}}, append([]cell.Held{a, b}, cites...)...)
	}
	first := propose("alpha", "bravo", b, "")
	s.refused(propose("bravo", "alpha", a, first.Hash), "deconfliction.proposal") // it does not cite it
	counter := propose("bravo", "alpha", a, first.Hash, first)
	s.wantConflict(a, b, deconfliction.StateProposed, "alpha answer")
	decide := func(desk string) cell.Held {
		return s.about(desk, a, b, deconfliction.KindDecide, deconfliction.Decide{Notice: a.Ref().String(), Desk: "alpha", Volumes: []cell.Volume{shifted(va, day)}, Text: []cell.Free{}})
	}
	s.refused(decide("supervisor"), "deconfliction.deciding")
	lets := *s.Charter
	lets.Deciding = cell.Supervisor
	s.Charter = &lets
	s.refused(decide("alpha"), "cell.who")
	decide("supervisor")
	s.wantConflict(a, b, deconfliction.StateDecided, "alpha update")
	s.about("alpha", a, b, deconfliction.KindAccept, deconfliction.Accept{Hash: counter.Hash}, counter)
	s.wantConflict(a, b, deconfliction.StateAccepted, "alpha update")
	moved := activity("works", shifted(va, day))
	s.on("alpha", a, cell.KindUpdate, celltest.Update(t, moved))
	s.wantConflict(a, b, deconfliction.StateCleared)
}

// Suggestions: at least three sorts, the cheapest first, each of which clears the
// conflict and meets nothing else.
func TestSuggestions(t *testing.T) {
	s := begin(t)
	beside := round(200, 500, "MSL")                             // over other ground: above their own they could not be told apart
	beside.Centre = []cell.Point{{Lat: "12.46", Lon: "-38.160"}} // 4.3 km east: 800 m between them
	wide := round(0, 300, "MSL")
	wide.RadiusM = 3000
	a, b := s.plan("alpha", deconfliction.KindAir, activity("air", wide)), s.plan("bravo", deconfliction.KindUAV, activity("uav", beside))
	later := s.plan("bravo", deconfliction.KindUAV, activity("uav", shifted(beside, 6*hour+hour))) // in the way of a short delay
	all := s.board("alpha", s.Now).Conflicts
	i := slices.IndexFunc(all, func(c deconfliction.Clash) bool { return slices.Contains(c.Between, b.Ref().String()) })
	if i < 0 {
		t.Fatalf("no conflict: %+v", all)
	}
	sorts := map[string]bool{}
	for j, g := range all[i].Suggestions {
		sorts[g.How] = true
		if j > 0 && g.Cost < all[i].Suggestions[j-1].Cost {
			t.Errorf("not the cheapest first: %v", all[i].Suggestions)
		}
		x := begin(t)
		x.Now = noon
		moved := map[string]deconfliction.Activity{"alpha": activity("air", wide), "bravo": activity("uav", beside)}
		m := moved[g.Desk]
		m.Volumes = g.Volumes
		moved[g.Desk] = m
		p, q := x.plan("alpha", deconfliction.KindAir, moved["alpha"]), x.plan("bravo", deconfliction.KindUAV, moved["bravo"])
		if d, _ := x.conflict(p, q); d.ID != "" {
			t.Errorf("%v does not part them: %s", g, d.Facts)
		}
	}
	if len(sorts) != 3 {
		t.Errorf("sorts %v: %v", sorts, all[i].Suggestions)
	}
	_, _ = a, later
}

// A draft stays at home, also one that is not whole.
func TestDraftStaysAtHome(t *testing.T) {
	celltest.WantAt(t, deconfliction.Draft{Kind: deconfliction.KindNotice, Body: cell.RawBody(`{}`)}, "/kind")
	celltest.WantAt(t, deconfliction.Draft{Kind: deconfliction.KindAir, Body: cell.RawBody(`{"no":1}`)}, "/body")
	s := begin(t)
	h := s.Add(t, "alpha", deconfliction.KindDraft, deconfliction.Draft{Kind: deconfliction.KindAir, Body: cell.RawBody(`{"activity":"air"}`)}, nil)
	s.wantNotice(h, s.Now, deconfliction.StateDraft)
	if len(h.To) != 0 {
		t.Error(fmt.Sprint("it leaves to ", h.To))
	}
}

package deconfliction_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

// start is when the convoy begins.
const start = noon + 4*day

// convoy is a movement of six hours past three points and an alternate: at the
// start, an hour and two hours later.
func convoy() deconfliction.Activity {
	a := activity("humanitarian", round(0, 0, ""))
	at := func(name string, at int64, what string) deconfliction.Waypoint {
		return deconfliction.Waypoint{Name: name, Place: cell.Place{Lat: "12.46", Lon: "-38.20", Notation: "DD", Text: name}, At: at, What: what}
	}
	a.Route = []deconfliction.Waypoint{at("CP-1", start, deconfliction.PointPass), at("CP-2", start+hour, deconfliction.PointPass),
		at("CP-2a", 0, deconfliction.PointAlternate), at("CP-3", start+2*hour, deconfliction.PointStop)}
	return a
}

// checkin says that a point was passed at a time.
func checkin(point, at int64) deconfliction.CheckIn {
	c := deconfliction.CheckIn{Point: point, At: at, By: "driver, by radio", Place: []cell.Place{}, Next: []int64{}, Text: []cell.Free{}}
	if point == 0 {
		c.Place = []cell.Place{{Lat: "12.47", Lon: "-38.20", Notation: "DD"}}
	}
	return c
}

func lostAt(point, at int64) deconfliction.LostContact {
	return deconfliction.LostContact{Point: point, At: at, Place: []cell.Place{}, Plan: []cell.Free{{Lang: "en", Text: "Both desks ask along the road."}}}
}

// onTheWay begins with a convoy that everybody holds.
func onTheWay(t *testing.T) (*story, cell.Held) {
	s := begin(t)
	h := s.plan("alpha", deconfliction.KindHumanitarian, convoy())
	s.Deliver("bravo", h)
	s.Deliver("supervisor", h)
	return s, h
}

// says records what is said of a movement at a time.
func (s *story) says(desk string, of cell.Held, at int64, kind string, b cell.Body) cell.Held {
	s.t.Helper()
	s.Now = at
	return s.on(desk, of, kind, b)
}

// ask runs one of the module's queries at a desk.
func ask(t *testing.T, h *celltest.History, desk, name string, for_ map[string]string) any {
	t.Helper()
	i := slices.IndexFunc(deconfliction.Module.Queries, func(q cell.Query) bool { return q.Name == name })
	v := h.View(desk)
	v.Ask = for_
	out, err := deconfliction.Module.Queries[i].Run(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// wantMoving wants where a movement stands at a time, and that contact is
// alarmed for, or not.
func (s *story) wantMoving(of cell.Held, at int64, state string, alarm bool) {
	s.t.Helper()
	m := s.Matter(of.Ref(), "")
	p, ok := deconfliction.Moving(m, s.Charter)
	if got, _ := p.State(at); !ok || got != state {
		s.t.Errorf("at +%d min it is %q, want %q", (at-start)/minute, got, state)
	}
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		st := s.At(at).State(of.Ref(), at)
		late := slices.ContainsFunc(st.Waiting, func(w cell.Wait) bool {
			return w.For == cell.NeedContact && w.Desk == "alpha" && at >= w.Due && w.Grave(cell.Routine) == cell.Immediate
		})
		if late != alarm || (st.Name == deconfliction.StateLost) != alarm {
			s.t.Errorf("at +%d min %s has %q and waits for %+v, alarm wanted: %v", (at-start)/minute, desk, st.Name, st.Waiting, alarm)
		}
	}
}

// DEC-09 T: simulated silence. What is not heard of by a quarter of an hour after
// its time is LOST CONTACT, IMMEDIATE, by itself, at every desk that holds it;
// whoever is heard of is lost no more; who has arrived is expected nowhere.
func TestDEC09SimulatedSilence(t *testing.T) {
	s, h := onTheWay(t)
	s.wantMoving(h, start-1, deconfliction.MovePlanned, false)
	s.wantMoving(h, start, deconfliction.MoveLate, false)
	s.wantMoving(h, start+15*minute-1, deconfliction.MoveLate, false)
	s.wantMoving(h, start+15*minute, deconfliction.MoveLost, true)

	s.says("alpha", h, start+20*minute, deconfliction.KindCheckIn, checkin(1, start+2*minute))
	s.wantMoving(h, start+20*minute, deconfliction.MoveOnTime, false)
	s.wantMoving(h, start+hour+14*minute, deconfliction.MoveLate, false)
	s.wantMoving(h, start+hour+15*minute, deconfliction.MoveLost, true)

	later := checkin(2, start+hour+20*minute) // late, and says by when it is at the last point
	later.Next = []int64{start + 3*hour}
	s.says("alpha", h, start+hour+21*minute, deconfliction.KindCheckIn, later)
	s.wantMoving(h, start+2*hour+30*minute, deconfliction.MoveOnTime, false)
	s.wantMoving(h, start+3*hour+15*minute, deconfliction.MoveLost, true)
	s.wantMoving(h, start+30*hour, deconfliction.MoveLost, true) // the end of the window finds nobody
	if st := s.State(h.Ref(), start+30*hour); !st.Open {
		t.Error("the matter is closed while contact is lost")
	}

	s.says("alpha", h, start+3*hour+20*minute, deconfliction.KindCheckIn, checkin(4, start+3*hour+19*minute))
	s.wantMoving(h, start+5*hour, deconfliction.MoveArrived, false)
	s.wantNotice(h, start+30*hour, deconfliction.StateExpired)
}

// DEC-09: the clock is kept by the desk that moves and by the supervisor; what
// the counterpart heard is shown, and silences nothing.
func TestDEC09WhoseWordKeepsTheClock(t *testing.T) {
	for desk, found := range map[string]bool{"alpha": true, "supervisor": true, "bravo": false} {
		s, h := onTheWay(t)
		s.says(desk, h, start+20*minute, deconfliction.KindCheckIn, checkin(1, start+18*minute))
		state := deconfliction.MoveLost
		if found {
			state = deconfliction.MoveOnTime
		}
		s.wantMoving(h, start+20*minute, state, !found)
		b := ask(t, s.At(start+20*minute), "alpha", "movements", map[string]string{}).(deconfliction.MovementBoard).Movements[0]
		if found == (len(b.Others) == 1) || found != (len(b.Last) == 1) || (b.Points[0].Actual != 0) != found {
			t.Errorf("what %s heard: %+v", desk, b)
		}
	}
}

// DEC-09: between two points a word is contact for a quarter of an hour, and no
// point; a point of an earlier route is found in the new one.
func TestDEC09WordsBetweenPointsAndNewRoutes(t *testing.T) {
	s, h := onTheWay(t)
	s.says("alpha", h, start+minute, deconfliction.KindCheckIn, checkin(1, start+minute))
	s.says("alpha", h, start+hour+14*minute, deconfliction.KindCheckIn, checkin(0, start+hour+10*minute))
	s.wantMoving(h, start+hour+24*minute, deconfliction.MoveLate, false)
	s.wantMoving(h, start+hour+25*minute, deconfliction.MoveLost, true)
	s.says("alpha", h, start+hour+30*minute, deconfliction.KindCheckIn, checkin(3, start+hour+29*minute)) // the alternate
	s.wantMoving(h, start+hour+30*minute, deconfliction.MoveOnTime, false)

	a := convoy()
	a.Route = append([]deconfliction.Waypoint{{Name: "CP-0", Place: a.Route[0].Place, At: start, What: deconfliction.PointPass}}, a.Route...)
	a.Route[4].At = start + 4*hour
	s.Now = start + hour + 40*minute
	s.update(h, a)
	s.wantMoving(h, start+4*hour, deconfliction.MoveLate, false)
	s.wantMoving(h, start+4*hour+15*minute, deconfliction.MoveLost, true)
	p, _ := deconfliction.Moving(s.Matter(h.Ref(), ""), s.Charter)
	if p.Next != 4 || p.Last.Point != 4 {
		t.Errorf("on the new route the last point is %d and the next %d", p.Last.Point, p.Next+1)
	}
}

// DEC-09: lost contact that is declared stands until a word of later than the
// last contact is heard, by whom it may be said; what has ended is silent.
func TestDEC09DeclaredAndFound(t *testing.T) {
	s, h := onTheWay(t)
	s.says("alpha", h, start+minute, deconfliction.KindCheckIn, checkin(1, start+minute))
	l := s.says("bravo", h, start+10*minute, deconfliction.KindLost, lostAt(1, start+minute))
	s.wantMoving(h, start+10*minute, deconfliction.MoveDeclared, true)
	if st := s.State(l.Ref(), start+11*minute); st.Name != deconfliction.StateLostDeclared || len(st.Waiting) != 2 { // delivery to both
		t.Errorf("the declaration is %q and waits for %+v", st.Name, st.Waiting)
	}
	s.says("bravo", h, start+12*minute, deconfliction.KindCheckIn, checkin(2, start+11*minute))
	s.wantMoving(h, start+12*minute, deconfliction.MoveDeclared, true)
	s.says("alpha", h, start+13*minute, deconfliction.KindCheckIn, checkin(0, start+minute)) // an old word finds nobody
	s.wantMoving(h, start+13*minute, deconfliction.MoveDeclared, true)
	s.says("supervisor", h, start+14*minute, deconfliction.KindCheckIn, checkin(0, start+13*minute))
	s.wantMoving(h, start+14*minute, deconfliction.MoveOnTime, false)
	if st := s.State(l.Ref(), start+15*minute); st.Name != deconfliction.StateFound || st.Open {
		t.Errorf("the declaration is %q after they were heard of", st.Name)
	}

	for name, end := range map[string]func(*story, cell.Held){
		deconfliction.StateEnded: func(s *story, h cell.Held) {
			s.says("alpha", h, start+20*minute, deconfliction.KindComplete, deconfliction.Complete{Ended: start + 19*minute})
		},
		cell.StateCancelled: func(s *story, h cell.Held) {
			s.says("alpha", h, start+20*minute, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
		},
	} {
		s, h := onTheWay(t)
		l := s.says("alpha", h, start+16*minute, deconfliction.KindLost, lostAt(0, start-minute))
		end(s, h)
		if st := s.State(h.Ref(), start+day); st.Name != name || len(st.Waiting) != 0 {
			t.Errorf("what is over is %q and waits for %+v", st.Name, st.Waiting)
		}
		if st := s.State(l.Ref(), start+day); st.Name != deconfliction.StateEnded || st.Open {
			t.Errorf("the declaration about what is over is %q", st.Name)
		}
	}
}

// Bad input: an unknown point, a time before the start or in the future, what
// was withdrawn, no route, a declaration that is less than IMMEDIATE.
func TestDEC09CheckInsThatAreRefused(t *testing.T) {
	for rule, say := range map[string]func(*story, cell.Held) cell.Held{
		"deconfliction.point": func(s *story, h cell.Held) cell.Held {
			return s.says("alpha", h, start+hour, deconfliction.KindCheckIn, checkin(5, start+hour))
		},
		"deconfliction.checkin-early": func(s *story, h cell.Held) cell.Held {
			return s.says("alpha", h, start+hour, deconfliction.KindCheckIn, checkin(1, start-1))
		},
		"deconfliction.checkin-later": func(s *story, h cell.Held) cell.Held {
			return s.says("supervisor", h, start+hour, deconfliction.KindCheckIn, checkin(1, start+2*hour))
		},
		"deconfliction.movement-over": func(s *story, h cell.Held) cell.Held {
			s.says("alpha", h, start, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
			return s.says("alpha", h, start+hour, deconfliction.KindCheckIn, checkin(1, start+hour))
		},
		"deconfliction.no-route": func(s *story, _ cell.Held) cell.Held {
			h := s.plan("alpha", deconfliction.KindWorks1, activity("works", round(0, 0, "")))
			return s.says("alpha", h, start+hour, deconfliction.KindCheckIn, checkin(1, start+hour))
		},
		"deconfliction.lost-precedence": func(s *story, h cell.Held) cell.Held {
			s.Now = start + hour
			return s.Add(s.t, "alpha", deconfliction.KindLost, lostAt(0, start), func(r *cell.Record) {
				r.About, r.Cites, r.Precedence = h.Ref(), []cell.Cite{h.Cite()}, cell.Priority
			})
		},
		"deconfliction.audience": func(s *story, h cell.Held) cell.Held {
			s.Now = start + hour
			return s.Add(s.t, "alpha", deconfliction.KindCheckIn, checkin(1, start+hour), func(r *cell.Record) {
				r.About, r.Cites, r.To = h.Ref(), []cell.Cite{h.Cite()}, []string{"bravo"}
			})
		},
	} {
		s, h := onTheWay(t)
		bad := say(s, h)
		s.refused(bad, rule)
		if p, ok := deconfliction.Moving(s.Matter(h.Ref(), ""), s.Charter); !ok || len(p.Heard) != 0 || len(p.Declared) != 0 {
			t.Errorf("%s: it moved something: %+v", rule, p)
		}
	}
	for at, change := range map[string]func(*deconfliction.CheckIn){
		"":           func(*deconfliction.CheckIn) {},
		"/point":     func(c *deconfliction.CheckIn) { c.Point = -1 },
		"/at":        func(c *deconfliction.CheckIn) { c.At = 0 },
		"/by":        func(c *deconfliction.CheckIn) { c.By = " " },
		"/place":     func(c *deconfliction.CheckIn) { c.Point = 0 },
		"/condition": func(c *deconfliction.CheckIn) { c.Condition = "fine" },
		"/next":      func(c *deconfliction.CheckIn) { c.Next = []int64{c.At} },
	} {
		c := checkin(1, start)
		change(&c)
		celltest.WantAt(t, c, at)
	}
}

// DEC-09: on another desk's movement this desk's own knowledge that it is over
// keeps a check-in back, and nobody takes back that contact was lost.
func TestDEC09HeldBack(t *testing.T) {
	s, h := onTheWay(t)
	l := s.says("alpha", h, start+hour, deconfliction.KindLost, lostAt(0, start))
	cancel := s.says("alpha", l, start+hour, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
	s.says("alpha", h, start+2*hour, deconfliction.KindComplete, deconfliction.Complete{Ended: start + hour})
	word := s.says("supervisor", h, start+3*hour, deconfliction.KindCheckIn, checkin(1, start+hour))
	for rule, x := range map[string]cell.Held{"deconfliction.lost-stands": cancel, "deconfliction.movement-over": word} {
		if b := deconfliction.Module.Holds(s.Situation(x.Desk), x, cell.Kind{}); len(b) != 1 || b[0].Rule != rule {
			t.Errorf("held back by %+v, want %s", b, rule)
		}
	}
}

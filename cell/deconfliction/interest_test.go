package deconfliction_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

func area(vs ...cell.Volume) deconfliction.Interest {
	return deconfliction.Interest{Name: "bridge", Volumes: vs, Types: []string{}, Until: noon + 20*day}
}

// hits gives what follows from areas of interest, with the state at the present.
func (s *story) hits() (open, all int) {
	s.t.Helper()
	for _, d := range s.Derived(deconfliction.RuleInterest) {
		all++
		if s.State(cell.Ref{ID: d.ID}, s.Now).Open {
			open++
		}
	}
	return open, all
}

// DEC-13 T: which notices come to lie in an area of interest: of another desk, by
// area, height, window and type, filed or changed after the area was registered.
// Nothing ever conflicts with it.
func TestDEC13WhatLiesInAnArea(t *testing.T) {
	beside := round(0, 0, "")
	beside.Centre = []cell.Point{{Lat: "12.50", Lon: "-38.20"}}
	for _, tt := range []struct {
		what   string
		change func(*deconfliction.Interest)
		by     string
		volume cell.Volume
		saw    bool
		want   int
	}{
		{"a notice in it", func(*deconfliction.Interest) {}, "bravo", round(0, 0, ""), false, 1},
		{"of its own", func(*deconfliction.Interest) {}, "alpha", round(0, 0, ""), false, 0},
		{"held before", func(*deconfliction.Interest) {}, "bravo", round(0, 0, ""), true, 0},
		{"beside it, within the margin of its type", func(*deconfliction.Interest) {}, "bravo", beside, false, 0},
		{"on another day", func(*deconfliction.Interest) {}, "bravo", shifted(round(0, 0, ""), day), false, 0},
		{"above it", func(i *deconfliction.Interest) { i.Volumes = []cell.Volume{round(0, 100, "MSL")} }, "bravo", round(101, 200, "MSL"), false, 0},
		{"of its type", func(i *deconfliction.Interest) { i.Types = []string{"air", "works"} }, "bravo", round(0, 0, ""), false, 1},
		{"of another type", func(i *deconfliction.Interest) { i.Types = []string{"air"} }, "bravo", round(0, 0, ""), false, 0},
		{"after its end", func(i *deconfliction.Interest) { i.Until = noon + 1000 }, "bravo", round(0, 0, ""), false, 0},
	} {
		s := begin(t)
		in := area(round(0, 0, ""))
		tt.change(&in)
		register := func(saw ...cell.Held) {
			s.Add(t, "alpha", deconfliction.KindInterest, in, func(r *cell.Record) { r.Seen = seen(saw) })
		}
		if tt.saw {
			register(s.plan(tt.by, deconfliction.KindWorks1, activity("works", tt.volume)))
		} else {
			register()
			s.Now += minute
			s.plan(tt.by, deconfliction.KindWorks1, activity("works", tt.volume))
		}
		if open, all := s.hits(); open != tt.want || all != tt.want {
			t.Errorf("%s: %d open of %d, want %d", tt.what, open, all, tt.want)
		}
		if c := s.Derived(deconfliction.RuleConflict); len(c) != 0 {
			t.Errorf("%s: an area of interest conflicts: %+v", tt.what, c)
		}
	}
}

// DEC-13: an officer's look ends the alarm about what they could see; a change
// of the notice, also one that moves nothing, begins it anew; what leaves the
// area, is withdrawn, or is watched no more is over.
func TestDEC13LookedAt(t *testing.T) {
	for what, end := range map[string]func(s *story, in, n cell.Held){
		"withdrawn": func(s *story, _, n cell.Held) {
			s.on("bravo", n, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
		},
		"moved away": func(s *story, _, n cell.Held) { s.update(n, activity("works", shifted(round(0, 0, ""), 2*day))) },
		"watched no more": func(s *story, in, _ cell.Held) {
			s.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) { r.About, r.Cites, r.To = in.Ref(), []cell.Cite{in.Cite()}, nil })
		},
		"its window over": func(s *story, _, _ cell.Held) { s.Now = noon + 4*day + 7*hour },
	} {
		s := begin(t)
		in := s.Add(t, "alpha", deconfliction.KindInterest, area(round(0, 0, "")), nil)
		n := s.plan("bravo", deconfliction.KindWorks1, activity("works", round(0, 0, "")))
		look := func(saw cell.Held) cell.Held {
			cites := []cell.Cite{in.Cite(), n.Cite()}
			slices.SortFunc(cites, cell.Cite.Compare)
			return s.Add(t, "alpha", deconfliction.KindSeen, deconfliction.Seen{}, func(r *cell.Record) {
				r.About, r.Cites, r.Seen = cell.Ref{ID: cell.DerivedID(deconfliction.RuleInterest, []string{"alpha"}, cites)}, cites, seen([]cell.Held{saw})
			})
		}
		want := func(n int, when string) {
			t.Helper()
			if open, all := s.hits(); open != n || all != 1 {
				t.Errorf("%s: %s %d are open of %d, want %d of 1", what, when, open, all, n)
			}
		}
		want(1, "filed")
		look(n)
		want(0, "looked at")
		changed := activity("works", round(0, 0, ""))
		changed.Units = "2 companies"
		u := s.update(n, changed)
		want(1, "changed")
		look(n)
		want(1, "looked at as it was before")
		look(u)
		want(0, "looked at again")
		changed.Units = "3 companies"
		s.update(n, changed)
		want(1, "changed again")
		end(s, in, n)
		want(0, "at the end")
	}
	s := begin(t)
	in := s.Add(t, "alpha", deconfliction.KindInterest, area(round(0, 0, "")), nil)
	n := s.plan("bravo", deconfliction.KindWorks1, activity("works", round(0, 0, "")))
	s.refused(s.on("alpha", n, deconfliction.KindSeen, deconfliction.Seen{}), "deconfliction.seen")
	s.refused(s.on("alpha", in, deconfliction.KindSeen, deconfliction.Seen{}), "deconfliction.seen")
}

// Bad input of an area of interest.
func TestDEC13AreasThatAreRefused(t *testing.T) {
	for at, change := range map[string]func(*deconfliction.Interest){
		"":                   func(*deconfliction.Interest) {},
		"/volumes":           func(i *deconfliction.Interest) { i.Volumes = nil },
		"/volumes/0":         func(i *deconfliction.Interest) { i.Volumes[0].Centre = []cell.Point{} },
		"/volumes/0/windows": func(i *deconfliction.Interest) { i.Volumes[0].Windows = nil },
		"/until":             func(i *deconfliction.Interest) { i.Until = 0 },
		"/types/0":           func(i *deconfliction.Interest) { i.Types = []string{""} },
	} {
		i := area(round(0, 0, ""))
		change(&i)
		celltest.WantAt(t, i, at)
	}
	for rule, change := range map[string]func(*deconfliction.Interest){
		"deconfliction.activity":    func(i *deconfliction.Interest) { i.Types = []string{"parade"} },
		"deconfliction.window-over": func(i *deconfliction.Interest) { i.Until = noon - 1 },
	} {
		s := begin(t)
		i := area(round(0, 0, ""))
		change(&i)
		s.refused(s.Add(t, "alpha", deconfliction.KindInterest, i, nil), rule)
	}
}

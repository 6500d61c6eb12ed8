package protection_test

import (
	"testing"

	"parley/cell"
	"parley/cell/protection"
)

// passing is a movement that comes about 240 m near to the clinic, on the second
// day.
func (s *story) passing() cell.Volume {
	return cell.Volume{Centre: []cell.Point{{Lat: "12.4893", Lon: "-38.2068"}}, RadiusM: 50, Windows: []cell.Span{{From: s.Now + day, Until: s.Now + day + hour}}}
}

// touched gives what a desk finds on the ground that something touches.
func (s *story) touched(desk string) []cell.Touched {
	var out []cell.Touched
	vs := s.passing().Geo()
	_, gs := s.Here(desk).Grounds(vs)
	for _, g := range gs {
		if t, ok := g.Touches(vs); ok {
			out = append(out, t)
		}
	}
	return out
}

func (s *story) wantTouched(desk, what string, want ...cell.Touched) {
	s.t.Helper()
	got := s.touched(desk)
	if len(got) != len(want) {
		s.t.Errorf("%s, at %s: %+v, want %+v", what, desk, got, want)
		return
	}
	for i, w := range want {
		if g := got[i]; g.Rule != w.Rule || g.State != w.State || g.Level != w.Level || g.Stale != w.Stale || g.Closed != w.Closed || g.DistanceM != w.DistanceM {
			s.t.Errorf("%s, at %s: %+v, want %+v", what, desk, g, w)
		}
	}
}

// DEC-08, PRO-04: an exact place says at every desk how near it is and how far it
// is verified, stale it is no less protected, and revoked it is none.
func TestPRO04GroundOfAPlace(t *testing.T) {
	s := begin(t)
	e := s.add("alpha", protection.KindPlace, place(protection.Exact), nil)
	near := s.touched("bravo")
	if len(near) != 1 || near[0].DistanceM < 200 || near[0].DistanceM > 300 || near[0].Code != "cl-07" || near[0].WithinM != 1000 {
		t.Fatalf("at bravo: %+v", near)
	}
	d := near[0].DistanceM
	for _, desk := range s.Charter.Desks() {
		s.wantTouched(desk, "claimed", cell.Touched{Rule: cell.ByPlace, State: protection.StateClaimed, DistanceM: d})
	}
	s.about("alpha", protection.KindVerify, verify(3, "visit", seen), e)
	s.wantTouched("bravo", "verified", cell.Touched{Rule: cell.ByPlace, State: protection.StateVerified, Level: 3, DistanceM: d})
	s.about("bravo", protection.KindVerify, verify(1, "second-source", off), e)
	s.wantTouched("alpha", "contradicted", cell.Touched{Rule: cell.ByPlace, State: protection.StateContradicted, Level: 1, DistanceM: d})
	now := s.Now
	s.Now = place(protection.Exact).ValidUntil + 1
	s.wantTouched("alpha", "out of date", cell.Touched{Rule: cell.ByPlace, State: protection.StateStale, Level: 1, Stale: true, DistanceM: d})
	s.Now = now
	s.about("alpha", protection.KindConsent, protection.Consent{Consent: protection.Revoked, Text: []cell.Free{}}, e)
	s.wantTouched("supervisor", "revoked")
}

// DEC-08, PRO-06: the supervisor alone knows a place that it holds for itself;
// where the parties hold an area around it, they touch that.
func TestPRO06GroundByTier(t *testing.T) {
	s := begin(t)
	s.add("alpha", protection.KindPlace, place(protection.SupervisorOnly), to("supervisor"))
	s.wantTouched("bravo", "for the supervisor alone")
	if got := s.touched("supervisor"); len(got) != 1 || got[0].Rule != cell.ByPlace {
		t.Errorf("at the supervisor: %+v", got)
	}
	s = begin(t)
	s.add("supervisor", protection.KindPlace, place(protection.Buffered), func(r *cell.Record) { r.To = nil })
	s.wantTouched("alpha", "buffered, and no area yet")
	s.add("supervisor", protection.KindArea, protection.Area{Code: "cl-07", Category: "clinic", Area: circle(cell.Point{Lat: "12.4900", Lon: "-38.2010"}, 1500), Verification: 2,
		ValidUntil: s.Now + 60*day}, nil)
	for _, desk := range []string{"alpha", "bravo"} {
		s.wantTouched(desk, "buffered", cell.Touched{Rule: cell.ByArea, State: protection.StateClaimed, Level: 2})
	}
	if got := s.touched("supervisor"); len(got) != 2 {
		t.Errorf("at the supervisor: %+v", got)
	}
}

// DEC-08: a corridor is touched within its half-width, says whether it is closed,
// and is none before and after its window.
func TestDEC08GroundOfACorridor(t *testing.T) {
	s := begin(t)
	x := corridor()
	x.Segments = []protection.Segment{{From: cell.Place{Lat: "12.4800", Lon: "-38.2100", Notation: "DD", PrecisionM: 50}, To: cell.Place{Lat: "12.4980", Lon: "-38.2100", Notation: "DD", PrecisionM: 50}, Controller: "alpha"}}
	x.Window = []cell.Span{{From: s.Now + day, Until: s.Now + 2*day}}
	c := s.add("alpha", protection.KindCorridor, x, nil)
	got := s.touched("bravo")
	if len(got) != 1 || got[0].Rule != cell.ByCorridor || got[0].Closed || got[0].DistanceM < 250 || got[0].DistanceM > 350 {
		t.Fatalf("at bravo: %+v", got)
	}
	s.about("alpha", protection.KindCorrState, protection.CorrState{Segment: 1, State: protection.StateClosed, Reason: why, Reopening: []int64{}, PeopleInside: []int64{}}, c)
	if got := s.touched("bravo"); len(got) != 1 || !got[0].Closed || got[0].State != protection.StateClosed {
		t.Errorf("closed: %+v", got)
	}
	later := *s.Charter
	later.Protection.Corridor = 200
	s.Charter = &later
	if got := s.touched("bravo"); len(got) != 0 {
		t.Errorf("farther than the charter's half-width: %+v", got)
	}
	later.Protection.Corridor = 0
	x.Window[0] = cell.Span{From: s.Now + 3*day, Until: s.Now + 4*day}
	s.update(c, x)
	if got := s.touched("bravo"); len(got) != 0 {
		t.Errorf("in another window: %+v", got)
	}
}

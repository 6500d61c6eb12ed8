package protection_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/protection"
)

func verify(level int64, source string, at ...cell.Place) protection.Verify {
	return protection.Verify{Level: level, Source: source, Coordinates: append([]cell.Place{}, at...)}
}

// PRO-03 T: an entry stands for at most the charter's validity; it is reminded
// of 14, 7 and 1 days before; out of date it stays, on both sides, until it is
// validated anew.
func TestPRO03Validity(t *testing.T) {
	s := begin(t)
	long := place(protection.Exact)
	long.ValidUntil = s.Now + 91*day
	s.wantRefused(s.add("alpha", protection.KindPlace, long, nil), "protection.validity")
	past := place(protection.Exact)
	past.ValidUntil = s.Now
	s.wantRefused(s.add("alpha", protection.KindPlace, past, nil), "protection.validity")
	e := s.add("alpha", protection.KindPlace, place(protection.Exact), nil)
	until := e.Body.(protection.Place).ValidUntil
	s.wantRefused(s.update(e, long), "protection.validity") // nor by a change
	for _, tt := range []struct {
		at    int64
		state string
		need  string
	}{
		{until - 14*day - 1, protection.StateClaimed, ""},
		{until - 14*day, protection.StateClaimed, protection.NeedRevalidate14},
		{until - 7*day, protection.StateClaimed, protection.NeedRevalidate7},
		{until - day, protection.StateClaimed, protection.NeedRevalidate1},
		{until, protection.StateStale, protection.NeedRevalidate},
		{until + 300*day, protection.StateStale, protection.NeedRevalidate},
	} {
		for _, desk := range []string{"alpha", "bravo", "supervisor"} {
			st := cell.Status(s.Matter(e.Ref(), desk), s.Around(desk, tt.at), s.Modules, s.Charter, tt.at)
			i := slices.IndexFunc(st.Waiting, func(w cell.Wait) bool { return w.For == tt.need })
			if st.Name != tt.state || (i >= 0) != (tt.need != "") || i >= 0 && (st.Waiting[i].Desk != "alpha" || st.Waiting[i].Due != until) {
				t.Errorf("at %s, %d h before: %s %+v, want %s and %q", desk, (until-tt.at)/hour, st.Name, st.Waiting, tt.state, tt.need)
			}
		}
	}
	if st := s.State(e.Ref(), s.Now); st.Next == 0 || st.Next > until-14*day {
		t.Errorf("the first reminder does not come by itself: %d", st.Next)
	}
	s.Now = until + day
	again := place(protection.Exact)
	again.ValidUntil = s.Now + 60*day
	s.update(e, again)
	s.wantState(e, protection.StateClaimed)
}

// PRO-04 T: a wrong point cannot reach level 2: neither by who entered it, nor
// while another desk has seen the place elsewhere; it can once it is corrected.
func TestPRO04AWrongPointIsNotVerified(t *testing.T) {
	s := begin(t)
	e := s.add("alpha", protection.KindPlace, place(protection.Exact), nil)
	s.wantRefused(s.about("alpha", protection.KindVerify, verify(2, "imagery", off), e), "protection.contradicted")
	s.wantRefused(s.about("supervisor", protection.KindVerify, verify(3, "visit", seen, off), e), "protection.contradicted")
	s.wantState(e, protection.StateClaimed)
	if verify(2, "imagery").Validate() == nil || verify(2, "second-source", seen).Validate() == nil || verify(3, "imagery", seen).Validate() == nil {
		t.Error("a level is taken without coordinates, or from a source that does not bear it")
	}
	s.about("alpha", protection.KindVerify, verify(3, "visit", seen), e)
	s.wantState(e, protection.StateVerified)
	s.about("bravo", protection.KindVerify, verify(1, "second-source", off), e) // the place is elsewhere, bravo says
	if st := s.wantState(e, protection.StateContradicted); !slices.Equal(celltest.Owed(st, protection.NeedCoordinates), []string{"alpha"}) {
		t.Errorf("waiting %+v", st.Waiting)
	}
	if got := s.screen("bravo").Places[0]; got.Level != 1 || len(got.Verified) != 2 {
		t.Errorf("contradicted it is at level %d, %+v", got.Level, got.Verified)
	}
	s.about("supervisor", protection.KindVerify, verify(2, "imagery", seen), e)
	s.wantState(e, protection.StateContradicted) // two against one is no proof either
	moved := place(protection.Exact)
	moved.Area = circle(cell.Point{Lat: off.Lat, Lon: off.Lon}, 60)
	up := s.update(e, moved)
	s.wantState(e, protection.StateContradicted) // the others saw it where it was
	s.about("alpha", protection.KindVerify, verify(3, "visit", off), e, up)
	s.about("supervisor", protection.KindVerify, verify(2, "imagery", off), e, up)
	s.wantState(e, protection.StateVerified)
	if got := s.screen("supervisor").Places[0].Level; got != 3 {
		t.Errorf("corrected it is at level %d", got)
	}
	s.wantRefused(s.about("alpha", protection.KindVerify, verify(2, "imagery", seen), e, up), "protection.contradicted")
}

// PRO-05 T: who had this place on which day is answered from one list: which
// version, held since when, passed on to which level, removed when.
func TestPRO05Ledger(t *testing.T) {
	s := begin(t)
	e := s.add("alpha", protection.KindPlace, place(protection.Exact), nil)
	s.DeliverAll(e)
	s.Ack(t, "bravo", e, cell.Received{})
	s.Ack(t, "bravo", e, cell.Disseminated{Level: "brigade", At: s.Now})
	more := place(protection.Exact)
	more.Population = []int64{40}
	up := s.update(e, more)
	s.Deliver("bravo", up)
	early := s.about("supervisor", protection.KindRemoved, protection.Removed{Done: "removed", Text: []cell.Free{}}, e)
	s.about("alpha", protection.KindConsent, protection.Consent{Consent: protection.Revoked, Text: []cell.Free{}}, e)
	s.about("bravo", protection.KindRemoved, protection.Removed{Done: "removed", Text: []cell.Free{}}, e)
	type line struct{ version, desk, has string }
	var got []line
	for _, r := range s.screen("bravo").Ledger {
		has := ""
		for what, at := range map[string]*int64{"d": r.Delivered, "r": r.Received, "x": r.Removed} {
			if at != nil {
				has += what
			}
		}
		h := []byte(has)
		slices.Sort(h)
		got = append(got, line{r.Version, r.Desk, fmt.Sprint(string(h), r.Disseminated)})
	}
	want := []line{
		{e.Hash, "bravo", fmt.Sprintf("drx[{brigade %d false}]", up.At-1000)}, {e.Hash, "supervisor", "d[]"},
		{up.Hash, "bravo", "dx[]"}, {up.Hash, "supervisor", "[]"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("the ledger has\n%v, want\n%v", got, want)
	}
	if early.Saw(s.Records[len(s.Records)-2]) {
		t.Error("what was removed before the consent was taken back counts as removed after it")
	}
}

// PRO-06 T: the exact coordinates of a tiered place go to nobody but the
// supervisor: refused at home, contested when they come from a desk that sends
// them all the same. What is said about a place goes no further either.
func TestPRO06Tiers(t *testing.T) {
	s := begin(t)
	for _, tier := range []string{protection.Buffered, protection.SupervisorOnly} {
		s.wantRefused(s.add("alpha", protection.KindPlace, place(tier), nil), "protection.tier")
		s.wantRefused(s.add("supervisor", protection.KindPlace, place(tier), to("bravo")), "protection.tier")
		if h := s.add("alpha", protection.KindPlace, place(tier), to("supervisor")); len(s.Rules(h)) != 0 {
			t.Errorf("%s to the supervisor: %v", tier, s.Rules(h))
		}
	}
	if h := s.add("supervisor", protection.KindPlace, place(protection.Buffered), to()); len(s.Rules(h)) != 0 || len(s.screen("supervisor").Places) == 0 {
		t.Errorf("at home: %v", s.Rules(h))
	}
	s.wantRefused(s.add("alpha", protection.KindPlace, place(protection.Exact), to("bravo")), "protection.registrar") // the supervisor keeps the register
	e := s.add("alpha", protection.KindPlace, place(protection.Buffered), to("supervisor"))
	s.wantRefused(s.add("supervisor", protection.KindVerify, verify(3, "visit", seen), func(r *cell.Record) {
		r.About, r.Cites, r.To = e.Ref(), []cell.Cite{e.Cite()}, []string{"alpha", "bravo"}
	}), "protection.audience")
	if got := s.Matter(e.Ref(), "bravo"); got.Head != nil {
		t.Error("bravo holds the entry")
	}
	for _, p := range s.screen("bravo").Places {
		if len(p.Contested) == 0 {
			t.Errorf("at bravo, and nothing against it: %+v", p)
		}
	}
}

// PRO-06 T: a buffered area is as wide as the charter says, in every shape.
func TestPRO06Buffer(t *testing.T) {
	s := begin(t)
	ring := func(points ...string) cell.Area {
		a := cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{}}
		for i := 0; i < len(points); i += 2 {
			a.Ring = append(a.Ring, cell.Point{Lat: points[i], Lon: points[i+1]})
		}
		return a
	}
	try := func(a cell.Area) []string {
		b := area()
		b.Area = a
		return s.Rules(s.add("supervisor", protection.KindArea, b, nil))
	}
	for what, a := range map[string]cell.Area{
		"a circle": circle(spot, 1000), "a square of 2.2 km": ring("12.48", "-38.22", "12.50", "-38.22", "12.50", "-38.20", "12.48", "-38.20"),
	} {
		if got := try(a); len(got) != 0 {
			t.Errorf("%s: %v", what, got)
		}
	}
	for what, a := range map[string]cell.Area{
		"a small circle": circle(spot, 999), "a strip": ring("12.48", "-38.30", "12.49", "-38.30", "12.49", "-38.20", "12.48", "-38.20"),
		"a needle across": ring("12.48", "-38.22", "12.51", "-38.19", "12.5101", "-38.19"),
	} {
		if got := try(a); !slices.Contains(got, "protection.buffer") {
			t.Errorf("%s is taken: %v", what, got)
		}
	}
	good := s.add("supervisor", protection.KindArea, area(), nil)
	small := area()
	small.Area.RadiusM = 50
	s.wantRefused(s.update(good, small), "protection.buffer")
	s.wantRefused(s.add("alpha", protection.KindArea, area(), nil), "cell.who")
}

// PRO-06 T: a consent that is taken back asks every desk that holds the entry
// to remove it, and the entry ends when all have said so.
func TestPRO06RevokedConsentIsCarriedOut(t *testing.T) {
	s := begin(t)
	e := s.add("supervisor", protection.KindArea, area(), nil)
	revoke := protection.Consent{Consent: protection.Revoked, Text: []cell.Free{}}
	s.wantRefused(s.about("bravo", protection.KindConsent, revoke, e), "protection.consent-by")
	s.wantState(e, protection.StateVerified)
	removed := protection.Removed{Done: "removed", Text: []cell.Free{}}
	s.about("bravo", protection.KindRemoved, removed, e) // of what nobody had taken back
	r := s.about("supervisor", protection.KindConsent, revoke, e)
	st := s.wantState(e, protection.StateRevoked)
	if !slices.Equal(celltest.Owed(st, protection.NeedRemoved), []string{"alpha", "bravo"}) {
		t.Errorf("waiting %+v", st.Waiting)
	}
	s.about("alpha", protection.KindRemoved, removed, e)
	late := s.State(e.Ref(), r.At+25*hour)
	if i := slices.IndexFunc(late.Waiting, func(w cell.Wait) bool { return w.For == protection.NeedRemoved }); i < 0 || late.Waiting[i].Desk != "bravo" || late.Waiting[i].Level == "" {
		t.Errorf("a day later: %+v", late.Waiting)
	}
	s.about("bravo", protection.KindRemoved, removed, e)
	if st := s.wantState(e, protection.StateEnded); st.Open {
		t.Errorf("ended and open: %+v", st)
	}
	s.about("supervisor", protection.KindConsent, protection.Consent{Consent: "given", Text: []cell.Free{}}, e)
	s.wantState(e, protection.StateVerified) // by the custodian's new word
}

// PRO-06 T: what a desk asks about a place it asks the supervisor alone, and it
// is answered in time or somebody is late.
func TestPRO06Asking(t *testing.T) {
	s := begin(t)
	ask := protection.Ask{Code: "cl-07", Question: "exact-coordinates"}
	s.wantRefused(s.add("bravo", protection.KindAsk, ask, nil), "protection.ask-to") // alpha would read it
	q := s.add("bravo", protection.KindAsk, ask, to("supervisor"))
	if st := s.wantState(q, protection.StateAsked); !slices.Equal(celltest.Owed(st, protection.NeedAnswer), []string{"supervisor"}) {
		t.Errorf("waiting %+v", st.Waiting)
	}
	s.wantRefused(s.about("bravo", protection.KindAnswer, protection.Answer{Answer: "shared", Text: []cell.Free{}}, q), "cell.who")
	s.about("supervisor", protection.KindAnswer, protection.Answer{Answer: "buffered-only", Text: []cell.Free{}}, q)
	s.wantState(q, protection.StateAnswered)
	if got := s.screen("bravo").Questions; len(got) != 2 || got[1].Answers[0].Answer != "buffered-only" || len(got[0].Answers) != 0 {
		t.Errorf("at bravo %+v", got)
	}
	if got := s.screen("alpha").Questions; len(got) != 1 || got[0].State != protection.StateContested {
		t.Errorf("at alpha %+v", got)
	}
}

// One place under two codes is pointed out, for people to find.
func TestPlacesBesideEachOther(t *testing.T) {
	s := begin(t)
	for i, code := range []string{"cl-07", "cl-08", "sc-01"} {
		p := place(protection.Exact)
		if p.Code = code; i == 2 {
			p.Area = circle(cell.Point{Lat: off.Lat, Lon: off.Lon}, 60)
		}
		s.add("alpha", protection.KindPlace, p, nil)
	}
	got := map[string][]string{}
	for _, p := range s.screen("bravo").Places {
		got[p.Code] = p.Beside
	}
	if !slices.Equal(got["cl-07"], []string{"cl-08"}) || !slices.Equal(got["cl-08"], []string{"cl-07"}) || len(got["sc-01"]) != 0 {
		t.Errorf("beside each other: %v", got)
	}
}

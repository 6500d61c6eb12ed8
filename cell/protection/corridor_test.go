package protection_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/protection"
)

func corridor() protection.Corridor {
	at := cell.Place{Lat: spot.Lat, Lon: spot.Lon, Notation: "DD"}
	return protection.Corridor{Name: []cell.Text3{}, Segments: []protection.Segment{{From: at, To: clear, Controller: "alpha"}, {From: clear, To: at, Controller: "bravo"}},
		Purpose: "evacuation", Traffic: []string{"bus"}, Capacity: []int64{}, Window: []cell.Span{}}
}

func says(segment int64, state string) protection.CorrState {
	c := protection.CorrState{Segment: segment, State: state, Reason: []cell.Free{}, Reopening: []int64{}, PeopleInside: []int64{}}
	if state != protection.StateOpen && state != protection.StateAgreed {
		c.Reason = why
	}
	return c
}

// PRO-07 T: a corridor is what the gravest word on any of its segments makes
// it; a controller's new word opens its own segment again, and no other.
func TestPRO07TheGravestWordDecides(t *testing.T) {
	s := begin(t)
	c := s.add("alpha", protection.KindCorridor, corridor(), nil)
	s.wantState(c, protection.StateProposed)
	s.Ack(t, "bravo", c, cell.Position{Position: cell.Agrees, Hash: c.Hash, Text: []cell.Free{}})
	s.wantState(c, protection.StateAgreed)
	for _, step := range []struct {
		desk    string
		segment int64
		says    string
		want    string
	}{
		{"alpha", 1, protection.StateOpen, protection.StateAgreed},
		{"bravo", 0, protection.StateOpen, protection.StateOpen}, // all that bravo controls
		{"bravo", 2, protection.StateRestricted, protection.StateRestricted},
		{"alpha", 1, protection.StateClosed, protection.StateClosed},
		{"bravo", 2, protection.StateSuspended, protection.StateSuspended},
		{"bravo", 2, protection.StateOpen, protection.StateClosed},
		{"alpha", 1, protection.StateOpen, protection.StateOpen},
		{"supervisor", 0, protection.StateSuspended, protection.StateSuspended},
		{"alpha", 1, protection.StateOpen, protection.StateSuspended}, // not against the supervisor's last word
		{"supervisor", 0, protection.StateOpen, protection.StateOpen},
		{"bravo", 2, protection.StateEnded, protection.StateEnded},
	} {
		s.about(step.desk, protection.KindCorrState, says(step.segment, step.says), c)
		if st := s.State(c.Ref(), s.Now); st.Name != step.want {
			t.Errorf("after %s says %s of %d: %s, want %s", step.desk, step.says, step.segment, st.Name, step.want)
		}
	}
	got := s.screen("supervisor").Corridors[0]
	if got.Segments[0].State != protection.StateOpen || got.Segments[1].State != protection.StateEnded || got.Segments[1].Controller != "bravo" || len(got.Segments[0].Said) != 2 {
		t.Errorf("segments %+v", got.Segments)
	}
}

// PRO-07 T: the supervisor alone makes no segment passable whose controller is
// silent.
func TestPRO07NobodyOpensForAnother(t *testing.T) {
	s := begin(t)
	c := s.add("supervisor", protection.KindCorridor, corridor(), nil)
	s.about("supervisor", protection.KindCorrState, says(0, protection.StateOpen), c)
	s.about("alpha", protection.KindCorrState, says(1, protection.StateOpen), c)
	s.wantState(c, protection.StateProposed)
	s.wantRefused(s.about("alpha", protection.KindCorrState, says(2, protection.StateOpen), c), "protection.controls")
	s.wantRefused(s.about("alpha", protection.KindCorrState, says(3, protection.StateOpen), c), "protection.segment")
	s.wantState(c, protection.StateProposed)
	s.wantRefused(s.add("alpha", protection.KindCorrState, says(1, protection.StateClosed), func(r *cell.Record) {
		r.About, r.Cites, r.To = c.Ref(), []cell.Cite{c.Cite()}, []string{"supervisor"}
	}), "protection.audience") // bravo's people are on the way
	other := corridor()
	other.Segments[0].Controller = "supervisor"
	s.wantRefused(s.update(c, other), "protection.segments")
	stranger := corridor()
	stranger.Segments[1].Controller = "charlie"
	s.wantRefused(s.add("alpha", protection.KindCorridor, stranger, nil), "protection.controller")
	if k, _ := s.Modules.Kind(protection.KindCorrState); !k.LifeSafety {
		t.Error("a closed corridor is not of life safety: it would stop at a closed channel")
	}
}

// PRO-07 T: outside its window a corridor is not shown as open, whoever says
// so; within it, it is.
func TestPRO07Window(t *testing.T) {
	s := begin(t)
	x := corridor()
	x.Window = []cell.Span{{From: s.Now + 2*hour, Until: s.Now + 6*hour}}
	c := s.add("alpha", protection.KindCorridor, x, nil)
	s.about("alpha", protection.KindCorrState, says(0, protection.StateOpen), c)
	s.about("bravo", protection.KindCorrState, says(0, protection.StateOpen), c)
	for at, want := range map[int64]string{1: protection.StateAgreed, 3: protection.StateOpen, 7: protection.StateClosed} {
		if st := s.State(c.Ref(), c.At+at*hour); st.Name != want || at < 7 && st.Next == 0 {
			t.Errorf("%d h later: %s, changes at %d, want %s", at, st.Name, st.Next, want)
		}
	}
}

// PRO-07 T: who stops traffic with people inside owes word of them within the
// hour, and whoever named a time to reopen owes that; each ends by a new word.
func TestPRO07PeopleInside(t *testing.T) {
	s := begin(t)
	c := s.add("alpha", protection.KindCorridor, corridor(), nil)
	s.about("bravo", protection.KindCorrState, says(2, protection.StateOpen), c)
	closed := says(1, protection.StateClosed)
	closed.PeopleInside, closed.Reopening = []int64{12}, []int64{s.Now + 3*hour}
	h := s.about("alpha", protection.KindCorrState, closed, c)
	st := s.State(c.Ref(), h.At+hour+1)
	if !slices.Equal(celltest.Owed(st, protection.NeedPeople), []string{"alpha"}) || !slices.Equal(celltest.Owed(st, protection.NeedReopening), []string{"alpha"}) {
		t.Errorf("waiting %+v", st.Waiting)
	}
	i := slices.IndexFunc(st.Waiting, func(w cell.Wait) bool { return w.For == protection.NeedPeople })
	if i >= 0 && st.Waiting[i].Level == "" {
		t.Errorf("nothing said of the people for an hour, and nobody is called: %+v", st.Waiting[i])
	}
	closed.PeopleInside, closed.Reopening = []int64{0}, []int64{}
	s.about("alpha", protection.KindCorrState, closed, c)
	if st := s.wantState(c, protection.StateClosed); len(celltest.Owed(st, protection.NeedPeople))+len(celltest.Owed(st, protection.NeedReopening)) != 0 {
		t.Errorf("all are out: %+v", st.Waiting)
	}
	silent := says(1, protection.StateClosed)
	silent.Reason = []cell.Free{}
	if silent.Validate() == nil {
		t.Error("closed without a reason")
	}
}

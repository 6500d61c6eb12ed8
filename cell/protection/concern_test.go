package protection_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/protection"
)

func concern() protection.Concern {
	return protection.Concern{Area: circle(spot, 2000), Topic: "access", Asks: "corridor-request", Text: three}
}

func liaison(r *cell.Record) { r.By = cell.By{Officer: "liaison-1", Role: protection.Liaison} }

// A community speaks through the supervisor's liaison: a party that takes the
// role, and another officer of the supervisor, are refused; when it comes all
// the same it is contested and nobody owes an answer.
func TestConcernComesFromTheLiaison(t *testing.T) {
	s := begin(t)
	forged := s.add("alpha", protection.KindConcern, concern(), liaison)
	s.wantRefused(forged, "protection.liaison")
	s.wantRefused(forged, "cell.who")
	watch := s.add("supervisor", protection.KindConcern, concern(), nil)
	s.wantRefused(watch, "protection.liaison")
	for _, h := range []cell.Held{forged, watch} {
		if st := s.wantState(h, protection.StateContested); st.Open || len(st.Waiting) != 0 {
			t.Errorf("of %s: %+v", h.Desk, st)
		}
	}
	narrow := concern()
	narrow.Area.RadiusM = 300
	s.wantRefused(s.add("supervisor", protection.KindConcern, narrow, liaison), "protection.anonymous")
	good := s.add("supervisor", protection.KindConcern, concern(), liaison)
	if got := s.Rules(good); len(got) != 0 {
		t.Errorf("by the liaison: %v", got)
	}
	s.wantRefused(s.update(good, concern()), "protection.liaison") // nor does another officer change it
}

// Both parties answer a concern within the charter's time, or are late.
func TestConcernIsAnsweredByBoth(t *testing.T) {
	s := begin(t)
	c := s.add("supervisor", protection.KindConcern, concern(), liaison)
	s.DeliverAll(c)
	due := c.At + s.Charter.Protection.Answer.Millis()
	if st := s.wantState(c, protection.StateRaised); !slices.Equal(celltest.Owed(st, protection.NeedAnswer), []string{"alpha", "bravo"}) {
		t.Errorf("waiting %+v", st.Waiting)
	}
	reply := protection.Reply{Answer: "will-act", Text: []cell.Free{}}
	s.wantRefused(s.about("supervisor", protection.KindReply, reply, c), "cell.who")
	s.about("bravo", protection.KindReply, reply, c)
	late := s.State(c.Ref(), due+1)
	i := slices.IndexFunc(late.Waiting, func(w cell.Wait) bool { return w.For == protection.NeedAnswer })
	if late.Name != protection.StateRaised || i < 0 || late.Waiting[i].Desk != "alpha" || late.Waiting[i].Due != due || late.Waiting[i].Level == "" {
		t.Errorf("after the time: %+v", late)
	}
	s.about("alpha", protection.KindReply, protection.Reply{Answer: "need-more", Text: []cell.Free{}}, c)
	s.wantState(c, protection.StateAnswered)
	got := s.screen("alpha").Concerns[0]
	if got.AnswerBy != due || len(got.Replies) != 2 || got.Text != three {
		t.Errorf("on the screen: %+v", got)
	}
}

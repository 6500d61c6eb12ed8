package intel_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/intel"
)

// INT-10 T: a recall ends with every desk's word on its copies, or somebody is
// late; it sounds where it is not answered.
func TestINT10ARecallEndsWithEveryDesksWord(t *testing.T) {
	s := begin(t)
	r := s.release(item())
	s.DeliverAll(r)
	deadline := s.Now + 2*hour
	call := s.by("alpha", "head-1", intel.KindRecall, intel.Recall{Reason: words, Deadline: deadline}, r)
	s.DeliverAll(call)
	if st := s.wantState(call, intel.StateRecalled); !slices.Equal(celltest.Owed(st, intel.NeedRecallReceipt), []string{"bravo", "supervisor"}) {
		t.Errorf("owed by %+v", st.Waiting)
	}
	if tp, _ := s.Charter.Template(intel.KindRecall); tp.Precedence != cell.Immediate {
		t.Errorf("a recall is %s: its silence would not sound", tp.Precedence)
	}
	s.wantState(r, intel.StateRecalled)
	s.by("bravo", "watch-7", intel.KindRecalled, intel.Recalled{Done: "cannot", Reuse: []cell.Free{view}}, call)
	s.wantRefused(s.by("alpha", "watch-1", intel.KindRecalled, intel.Recalled{Done: "destroyed", Reuse: []cell.Free{}}, call), "cell.who")
	st := s.State(call.Ref(), deadline+1)
	i := slices.IndexFunc(st.Waiting, func(w cell.Wait) bool { return w.For == intel.NeedRecallReceipt })
	if st.Name != intel.StateRecalled || i < 0 || st.Waiting[i].Desk != "supervisor" || st.Waiting[i].Due != deadline || st.Waiting[i].Level == "" {
		t.Errorf("after the deadline: %s %+v, want the supervisor late", st.Name, st.Waiting)
	}
	got := s.screen("supervisor").Reports[0].Recall
	if len(got) != 1 || got[0].Answered["bravo"] == nil || got[0].Answered["supervisor"] != nil || len(got[0].Answers) != 1 || len(got[0].Answers[0].Reuse) != 1 {
		t.Errorf("on the screen: %+v", got)
	}
	s.by("supervisor", "watch-4", intel.KindRecalled, intel.Recalled{Done: "destroyed", Reuse: []cell.Free{}}, call)
	if st := s.wantState(call, intel.StateRecallComplete); st.Open || len(st.Waiting) != 0 {
		t.Errorf("complete: %+v", st)
	}
	s.wantState(r, intel.StateRecallComplete)
	again := s.by("alpha", "head-1", intel.KindRecall, intel.Recall{Reason: words, Deadline: s.Now + hour}, r)
	s.wantState(r, intel.StateRecalled) // once more, from everybody anew
	s.by("alpha", "head-1", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, again)
	s.wantState(r, intel.StateRecallComplete)
}

// INT-10 T: a recall comes from the desk that sent the item, to everybody who
// got it, and for a time ahead; a released report is changed in no other way.
func TestINT10NothingButARecall(t *testing.T) {
	s := begin(t)
	r := s.release(item())
	recall := func(desk string, deadline int64, change func(*cell.Record)) cell.Held {
		return s.Add(t, desk, intel.KindRecall, intel.Recall{Reason: words, Deadline: deadline}, func(x *cell.Record) {
			x.About, x.Cites = r.Ref(), []cell.Cite{r.Cite()}
			if change != nil {
				change(x)
			}
		})
	}
	s.wantRefused(recall("supervisor", s.Now+hour, nil), "cell.who")
	s.wantRefused(recall("alpha", s.Now+hour, func(x *cell.Record) { x.To = []string{"bravo"} }), "intel.recall-audience")
	s.wantRefused(recall("alpha", s.Now-1, nil), "intel.recall-deadline")
	quiet := item()
	quiet.Dissent = []cell.Free{}
	changed := celltest.Update(t, intel.Report{Item: quiet, Drafter: "analyst-2", Draft: r.Body.(intel.Report).Draft})
	s.wantRefused(s.by("alpha", "head-1", cell.KindUpdate, changed, r), "intel.recall-only")
	if got := s.screen("bravo").Reports[0]; len(got.Dissent) != 1 || len(got.Contested) == 0 {
		t.Errorf("after a change that is none: dissent %v, contested %v", got.Dissent, got.Contested)
	}
	s.wantState(r, intel.StateReleased)
	cancel, _ := s.Modules.Kind(cell.KindCancel)
	held := intel.Module.Holds(s.Situation("alpha"),
		cell.Held{Record: cell.Record{Desk: "alpha", Kind: cell.KindCancel, About: r.Ref()}, Body: cell.Cancel{}}, cancel)
	if len(held) != 1 || held[0].Rule != "intel.recall-only" {
		t.Errorf("withdrawn without a recall: %+v", held)
	}
}

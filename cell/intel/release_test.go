package intel_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/intel"
)

// INT-03 T: the same officer cannot draft and release: refused at home, and
// from a desk that does so all the same it is contested and nothing is owed.
func TestINT03TwoOfficersRelease(t *testing.T) {
	s := begin(t)
	good := s.release(item())
	if got := s.Rules(good); len(got) != 0 {
		t.Errorf("two officers: %v", got)
	}
	s.DeliverAll(good)
	if st := s.wantState(good, intel.StateReleased); len(celltest.Owed(st, cell.NeedReceived)) != 2 {
		t.Errorf("waiting %+v", st.Waiting)
	}
	d := s.by("alpha", "head-1", intel.KindDraft, intel.Draft{Item: item()})
	alone := s.by("alpha", "head-1", intel.KindReport, intel.Report{Item: item(), Drafter: "head-1", Draft: d.Ref().String()})
	s.wantRefused(alone, "intel.two-person")
	s.DeliverAll(alone)
	if st := s.wantState(alone, intel.StateContested); len(st.Waiting) != 0 {
		t.Errorf("owed on a release against the rules: %+v", st.Waiting)
	}
	s.wantState(d, intel.StateDrafted) // such a release is none
	s.wantState(cell.Held{Record: cell.Record{Desk: "alpha", ID: strings.TrimPrefix(good.Body.(intel.Report).Draft, "alpha:")}}, intel.StateReleased)
}

// INT-03 T: a release needs a draft of this desk in the same words, whose
// latest hand is not the releaser's.
func TestINT03AReleaseNeedsItsDraft(t *testing.T) {
	s := begin(t)
	k, _ := s.Modules.Kind(intel.KindReport)
	draft := s.by("alpha", "analyst-2", intel.KindDraft, intel.Draft{Item: item()})
	try := func(change func(*intel.Report)) []string {
		r := intel.Report{Item: item(), Drafter: "analyst-2", Draft: draft.Ref().String()}
		change(&r)
		h := cell.Held{Record: cell.Record{Desk: "alpha", By: cell.By{Officer: "head-1"}, Kind: intel.KindReport}, Body: r}
		var out []string
		for _, b := range intel.Module.Holds(s.Situation("alpha"), h, k) {
			out = append(out, b.Rule)
		}
		return out
	}
	for _, tt := range []struct {
		what   string
		change func(*intel.Report)
		want   []string
	}{
		{"as drafted", func(*intel.Report) {}, nil},
		{"another text", func(r *intel.Report) { r.Text.Text = "Nothing was moved." }, []string{"intel.draft-differs"}},
		{"without the dissent", func(r *intel.Report) { r.Dissent = []cell.Free{} }, []string{"intel.draft-differs"}},
		{"to one desk more", func(r *intel.Report) { r.Releasable = append(r.Releasable, "alpha") }, []string{"intel.draft-differs"}},
		{"for a wider use", func(r *intel.Report) { r.Use = "any-agreed" }, []string{"intel.draft-differs"}},
		{"in another officer's name", func(r *intel.Report) { r.Drafter = "analyst-3" }, []string{"intel.draft-differs"}},
		{"of no draft", func(r *intel.Report) { r.Draft = "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000" }, []string{"intel.draft-missing"}},
	} {
		if got := try(tt.change); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, got, tt.want)
		}
	}
	changed := item()
	changed.Text.Text = "Launchers were moved to the valley."
	s.Add(t, "alpha", cell.KindUpdate, celltest.Update(t, intel.Draft{Item: changed}), func(r *cell.Record) {
		r.By.Officer, r.About, r.Cites, r.To = "head-1", draft.Ref(), []cell.Cite{draft.Cite()}, nil
	})
	// The draft is now head-1's: head-1 cannot release it in analyst-2's name.
	if got := try(func(r *intel.Report) { r.Item = changed }); !slices.Equal(got, []string{"intel.draft-differs"}) {
		t.Errorf("a draft that the releaser changed: %v", got)
	}
	if got := try(func(r *intel.Report) { r.Item, r.Drafter = changed, "head-1" }); len(got) != 0 {
		t.Errorf("named rightly it is held back for nothing but the two officers: %v", got)
	}
	s.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites, r.To = draft.Ref(), []cell.Cite{draft.Cite()}, nil
	})
	if got := try(func(r *intel.Report) { r.Item, r.Drafter = changed, "head-1" }); !slices.Equal(got, []string{"intel.draft-missing"}) {
		t.Errorf("of a draft that was withdrawn: %v", got)
	}
}

// INT-03 T: a warning goes out by one officer and is reviewed within a day by
// another; the same officer's review is refused and moves nothing, and a
// changed warning is reviewed anew.
func TestINT03AWarningIsReviewedByAnother(t *testing.T) {
	s := begin(t)
	w := s.by("alpha", "watch-1", intel.KindWarning, warning())
	s.DeliverAll(w)
	if st := s.wantState(w, cell.StateSent); !slices.Equal(celltest.Owed(st, intel.NeedReview), []string{"alpha"}) {
		t.Errorf("waiting %+v", st.Waiting)
	}
	s.Ack(t, "bravo", w, cell.Received{})
	s.wantState(w, cell.StateReceived)
	s.wantRefused(s.by("alpha", "watch-1", intel.KindReview, intel.Review{Outcome: "confirmed", Text: []cell.Free{}}, w), "intel.review-same")
	s.wantRefused(s.by("bravo", "head-7", intel.KindReview, intel.Review{Outcome: "withdrawn", Text: []cell.Free{}}, w), "cell.who")
	s.wantState(w, cell.StateReceived)
	late := s.State(w.Ref(), w.At+25*hour)
	i := slices.IndexFunc(late.Waiting, func(x cell.Wait) bool { return x.For == intel.NeedReview })
	if i < 0 || late.Waiting[i].Due != w.At+24*hour || late.Waiting[i].Level == "" {
		t.Errorf("a day later: %+v", late.Waiting)
	}
	s.by("alpha", "head-1", intel.KindReview, intel.Review{Outcome: "confirmed", Text: []cell.Free{}}, w)
	if st := s.wantState(w, intel.StateReviewed); len(celltest.Owed(st, intel.NeedReview)) != 0 || !st.Open {
		t.Errorf("reviewed, with acks owed: %+v", st)
	}
	moved := warning()
	moved.Place[0].Lat = "12.5901"
	up := s.by("alpha", "watch-2", cell.KindUpdate, celltest.Update(t, moved), w)
	if st := s.State(w.Ref(), s.Now); len(celltest.Owed(st, intel.NeedReview)) != 1 {
		t.Errorf("a change is not reviewed: %s %+v", st.Name, st.Waiting)
	}
	s.wantRefused(s.by("alpha", "watch-2", intel.KindReview, intel.Review{Outcome: "confirmed", Text: []cell.Free{}}, w, up), "intel.review-same")
	s.by("alpha", "head-1", intel.KindReview, intel.Review{Outcome: intel.Withdrawn, Text: []cell.Free{}}, w, up)
	if st := s.wantState(w, intel.StateWithdrawn); !slices.Equal(celltest.Owed(st, intel.NeedRecall), []string{"alpha"}) {
		t.Errorf("withdrawn by the review: %+v", st.Waiting)
	}
}

// INT-04 T: an addressee whom the marking does not name, and a marking that
// names no desk of the cell, hold the release; nothing is widened or narrowed.
func TestINT04ReleaseFailsClosed(t *testing.T) {
	s := begin(t)
	narrow := item()
	narrow.Releasable = []string{"supervisor"}
	s.wantRefused(s.release(narrow), "intel.releasable") // it addresses bravo too
	strange := item()
	strange.Releasable = append(strange.Releasable, "charlie")
	s.wantRefused(s.release(strange), "intel.releasable")
	only := s.Add(t, "alpha", intel.KindReport, intel.Report{Item: narrow, Drafter: "analyst-2", Draft: "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"},
		func(r *cell.Record) { r.To = []string{"supervisor"} })
	if got := s.Rules(only); len(got) != 0 {
		t.Errorf("to those named alone: %v", got)
	}
	if d := s.by("alpha", "analyst-2", intel.KindDraft, intel.Draft{Item: strange}); !slices.Contains(s.Rules(d), "intel.releasable") {
		t.Error("a draft with a marking that cannot be read is taken")
	}
}

// INT-04 T: whatever stands in the markings, a report that no rule stops goes
// to desks of the cell that it names, with markings from their lists.
func FuzzINT04Markings(f *testing.F) {
	for _, s := range []string{"red", "amber", "RED", "", "bravo", "warn-only", "amber-strict\x00", "any agreed", "supervisor,bravo", "charlie", "bravo "} {
		f.Add(s, "warn-only", "bravo", "supervisor")
		f.Add("red", s, "bravo", "supervisor")
		f.Add("green", "police-action", s, "supervisor")
		f.Add("clear", "any-agreed", "bravo", s)
	}
	c := celltest.Charter(f, intel.Module)
	ms := cell.Modules{intel.Module}
	f.Fuzz(func(t *testing.T, tlp, use, one, two string) {
		i := item()
		i.TLP, i.Use, i.Releasable = tlp, use, []string{one, two}
		r := intel.Report{Item: i, Drafter: "analyst-2", Draft: "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"}
		h := cell.Held{Record: cell.Record{V: 1, Cell: c.Cell, Charter: c.Hash, Desk: "alpha", ID: celltest.ID("alpha", 1), Kind: intel.KindReport,
			Status: c.Status, Precedence: cell.Priority, At: celltest.Noon, By: cell.By{Officer: "head-1", Role: "head"}, To: []string{"bravo", "supervisor"}}, Index: 1, Body: r}
		entry := "01" + c.Hash
		a := cell.Held{Gen: 1, Record: h.Record, Body: cell.Approval{Of: entry, Officer: cell.RoleHead, Assertion: entry}}
		a.By.Role, a.Kind = cell.RoleHead, cell.KindApproval
		h.Gen, h.Cites = 1, []cell.Cite{a.Cite()}
		if r.Validate() != nil || len(cell.Judge(h, ms, cell.Past{Cited: map[cell.Cite]cell.Held{a.Cite(): a}}, c)) > 0 {
			return
		}
		if !slices.Contains([]string{"red", "amber-strict", "amber", "green", "clear"}, tlp) ||
			!slices.Contains([]string{"warn-only", "no-kinetic-use", "police-action", "any-agreed"}, use) {
			t.Errorf("released with the markings %q and %q", tlp, use)
		}
		if got := []string{min(one, two), max(one, two)}; !slices.Equal(got, h.To) {
			t.Errorf("released to %v with the marking %v", h.To, got)
		}
	})
}

// INT-07 T: the dissent is in the list of both sides, and a report that leaves
// it out is another report.
func TestINT07DissentTravels(t *testing.T) {
	s := begin(t)
	s.release(item())
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		got := s.screen(desk)
		if len(got.Reports) != 1 || !slices.Equal(got.Reports[0].Dissent, []cell.Free{view}) {
			t.Errorf("at %s: %+v", desk, got.Reports)
		}
		if want := map[string]int{"alpha": 1}[desk]; len(got.Drafts) != want {
			t.Errorf("at %s: %d drafts, want %d", desk, len(got.Drafts), want)
		}
	}
}

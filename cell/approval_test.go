package cell_test

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
)

const entry = "01e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func approval(role string) cell.Approval {
	return cell.Approval{Of: entry, Officer: role, Assertion: entry}
}

// INT-03 T: what two persons must do and one has done is contested at every
// other desk, and moves nothing: no approval, one by the same officer, of
// another desk, to fewer desks, for another act, in a role that approves
// nothing, or written afterwards.
func TestAnActOfTwoPersonsCitesItsApproval(t *testing.T) {
	second := cell.By{Officer: "head-1", Role: cell.RoleHead}
	for _, tt := range []struct {
		what string
		desk string // of the approval, "" for none
		as   func(*cell.Record)
		want string
	}{
		{"by a second officer", "alpha", nil, cell.VerdictOK},
		{"for this act", "alpha", func(r *cell.Record) { r.About = cell.Ref{Desk: "alpha", ID: celltest.ID("alpha", 7)} }, cell.VerdictOK},
		{"none at all", "", nil, cell.VerdictContested},
		{"by the same officer", "alpha", func(r *cell.Record) { r.By.Officer = "watch-1" }, cell.VerdictContested},
		{"of another desk", "supervisor", nil, cell.VerdictContested},
		{"to fewer desks", "alpha", func(r *cell.Record) { r.To = []string{"bravo"} }, cell.VerdictContested},
		{"for another act", "alpha", func(r *cell.Record) { r.About = cell.Ref{Desk: "alpha", ID: celltest.ID("alpha", 99)} }, cell.VerdictContested},
		{"in a role that approves nothing", "alpha", func(r *cell.Record) { r.By.Role = cell.RoleViewer }, cell.VerdictContested},
	} {
		h := celltest.NewHistory(celltest.Charter(t), nil)
		cites := []cell.Cite{}
		if tt.desk != "" {
			a := h.Add(t, tt.desk, cell.KindApproval, approval(cell.RoleHead), func(r *cell.Record) {
				r.By = second
				if tt.as != nil {
					tt.as(r)
				}
			})
			cites = append(cites, a.Cite())
		} else {
			cites = append(cites, h.Add(t, "alpha", cell.KindExport, cell.Export{What: cell.Cite{Desk: "alpha", Gen: 1}, Reason: "one"}, nil).Cite())
		}
		act := h.Add(t, "alpha", cell.KindBulk, cell.Bulk{List: "protection", Entries: 3, SHA256: entry[2:], Reason: "asked for"}, func(r *cell.Record) {
			r.Cites, r.ID = cites, celltest.ID("alpha", 7)
		})
		m := h.Matter(act.Ref(), "")
		if got := m.Verdicts[act.Cite()]; got != tt.want {
			t.Errorf("approved %s: %s, want %s (%+v)", tt.what, got, tt.want, m.Contested)
		}
		if tt.want == cell.VerdictContested && !slices.Contains(h.Rules(act), "cell.two-persons") {
			t.Errorf("approved %s: its own desk finds %v", tt.what, h.Rules(act))
		}
	}
}

// An approval that did not come to a desk leaves the act without effect there
// until it comes.
func TestAnApprovalThatIsNotHeldLeavesTheActOpen(t *testing.T) {
	h := celltest.NewHistory(celltest.Charter(t), nil)
	a := h.Add(t, "alpha", cell.KindApproval, approval(cell.RoleHead), func(r *cell.Record) {
		r.To, r.By = []string{"supervisor"}, cell.By{Officer: "head-1", Role: cell.RoleHead}
	})
	act := h.Add(t, "alpha", cell.KindBulk, cell.Bulk{List: "protection", SHA256: entry[2:], Reason: "asked for"}, func(r *cell.Record) { r.Cites = []cell.Cite{a.Cite()} })
	if m := h.Matter(act.Ref(), "bravo"); m.Verdicts[act.Cite()] != cell.VerdictCannot || m.Stands() {
		t.Errorf("at bravo: %+v", m.Verdicts)
	}
}

// SEC-07: a proposal is approved by another officer, in time, once, as it was
// proposed; time closes the offer and undoes nothing.
func TestAProposalsLife(t *testing.T) {
	begin := func() (*celltest.History, cell.Held, func(officer string, act ...cell.Cite) cell.Held) {
		h := celltest.NewHistory(celltest.Charter(t), nil)
		p := h.Add(t, "alpha", cell.KindProposal, cell.Proposal{What: cell.WhatCharter, Act: []byte(`{"hash":"x"}`), Reason: "agreed", Until: h.Now + 60_000}, nil)
		var a cell.Held
		return h, p, func(officer string, act ...cell.Cite) cell.Held {
			if len(act) == 0 {
				a = h.Add(t, "alpha", cell.KindApproval, approval(cell.RoleHead), func(r *cell.Record) {
					r.To, r.By = nil, cell.By{Officer: officer, Role: cell.RoleHead}
				})
			}
			return h.Add(t, "alpha", cell.KindApproved, cell.Approved{Approval: a.Cite(), Act: act}, func(r *cell.Record) {
				r.By, r.About, r.Cites = a.By, p.Ref(), []cell.Cite{p.Cite(), a.Cite()}
			})
		}
	}
	want := func(h *celltest.History, x cell.Held, rule string) {
		t.Helper()
		if got := h.Rules(x); !slices.Contains(got, rule) {
			t.Errorf("%v, want %s", got, rule)
		}
	}
	h, p, approve := begin()
	h.WantState(t, p.Ref(), cell.StateWaiting)
	if st := h.State(p.Ref(), h.Now+61_000); st.Name != cell.StateExpired || st.Open {
		t.Errorf("after its end: %+v", st)
	}
	want(h, approve("watch-1"), "cell.approval-same")
	h.WantState(t, p.Ref(), cell.StateWaiting)
	h, p, approve = begin()
	if x := approve("head-1"); len(h.Rules(x)) > 0 {
		t.Errorf("another officer: %v", h.Rules(x))
	}
	if st := h.State(p.Ref(), h.Now+90_000); st.Name != cell.StateApproved {
		t.Errorf("an approved proposal is %s after its end", st.Name)
	}
	want(h, approve("head-2"), "cell.proposal-used")
	h, p, approve = begin()
	approve("head-1")
	h.Now += 90_000
	if x := approve("", cell.Cite{Desk: "alpha", Gen: 1, Index: 5}); len(h.Rules(x)) > 0 {
		t.Errorf("the act after the end of the offer: %v", h.Rules(x))
	}
	h.WantState(t, p.Ref(), cell.StateDone)
	want(h, approve("", cell.Cite{Desk: "alpha", Gen: 1, Index: 6}), "cell.proposal-used")
	h, _, approve = begin()
	h.Now += 90_000
	want(h, approve("head-1"), "cell.proposal-expired")
	h, p, approve = begin()
	gone := h.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) { r.To, r.About, r.Cites = nil, p.Ref(), []cell.Cite{p.Cite()} })
	if got := h.Rules(gone); len(got) > 0 {
		t.Errorf("a proposal cannot be withdrawn: %v", got)
	}
	want(h, approve("head-1"), "cell.proposal-over")
	h.WantState(t, p.Ref(), cell.StateCancelled)
	h, p, _ = begin()
	changed := h.Add(t, "alpha", cell.KindUpdate, celltest.Update(t, cell.Proposal{What: cell.WhatKey, Act: []byte(`{"hash":"y"}`), Reason: "agreed", Until: h.Now + 60_000}),
		func(r *cell.Record) { r.To, r.About, r.Cites = nil, p.Ref(), []cell.Cite{p.Cite()} })
	want(h, changed, "cell.proposal-fixed")
	if b := h.Matter(p.Ref(), "").Body.(cell.Proposal); b.What != cell.WhatCharter {
		t.Errorf("a changed proposal says %s", b.What)
	}
	long := h.Add(t, "alpha", cell.KindProposal, cell.Proposal{What: cell.WhatKey, Act: []byte(`{}`), Reason: "one", Until: h.Now + 31*cell.ProposalLife}, nil)
	want(h, long, "cell.proposal-until")
	out := h.Add(t, "alpha", cell.KindProposal, cell.Proposal{What: cell.WhatKey, Act: []byte(`{}`), Reason: "one", Until: h.Now + 1000}, func(r *cell.Record) { r.To = []string{"bravo"} })
	want(h, out, "cell.home")
}

// The bytes of docs/formats/approval.md: test vectors (SEC-02).
func TestApprovalVectors(t *testing.T) {
	c, err := cell.ApprovalChallenge("harbour", "alpha", entry)
	if got := hex.EncodeToString(c); err != nil || got != "a6bce186dace80d3a9914fbad12eb5a73d1784a1106548b7007364236987c52b" {
		t.Errorf("challenge %s, %v", got, err)
	}
	var salt [32]byte
	for i := range salt {
		salt[i] = byte(i)
	}
	if got := cell.SealAssertion(salt, []byte(`{"exercise":true}`)); got != "014874b2ca6c530d6b822f0b25d365a1d0e138ef459ff11c41f34a06a77bdb18d9" {
		t.Errorf("sealed %s", got)
	}
	for _, bad := range []string{"", "01", entry[2:], entry + "00", strings.ToUpper(entry)} {
		if _, err := cell.ApprovalChallenge("harbour", "alpha", bad); err == nil {
			t.Errorf("%q is taken for a commitment", bad)
		}
	}
}

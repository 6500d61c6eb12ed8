package deconfliction_test

import (
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/deconfliction"
)

func accept(of cell.Held) deconfliction.Accept { return deconfliction.Accept{Hash: of.Hash} }

// Two notices meet; one desk proposes, the other accepts, the desk whose notice
// moves changes it, and that clears the conflict.
func TestProposeAcceptUpdate(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", works())
	s.wantConflict(a, b, deconfliction.StateOpen, "alpha proposal", "bravo proposal")
	p := s.propose("bravo", a, b, a)
	s.wantConflict(a, b, deconfliction.StateProposed, "alpha answer")
	s.about("alpha", a, b, deconfliction.KindAccept, accept(p), p)
	s.wantConflict(a, b, deconfliction.StateAccepted, "alpha update")
	s.wantNotice(a, s.Now, deconfliction.StateConflicting) // agreed is not yet moved
	d, _ := s.conflict(a, b)
	s.update(a, moved(works(), day))
	s.wantConflict(a, b, deconfliction.StateCleared)
	if st := s.State(cell.Ref{ID: d.ID}, d.Until); st.Name != deconfliction.StateCleared || st.Open {
		t.Errorf("when the window is over, what was settled is %q", st.Name)
	}
	s.wantNotice(a, s.Now, deconfliction.StateFiled)
	if x := s.board("bravo", s.Now).Conflicts[0]; x.Key != ":"+d.ID || len(x.Proposals) != 1 || x.Proposals[0].Hash != p.Hash || len(x.Proposals[0].AcceptedBy) != 1 ||
		x.Between[0] != a.Ref().String() || x.Between[1] != b.Ref().String() {
		t.Errorf("the screen shows %+v", x)
	}
	if n := s.board("bravo", s.Now).Notices; len(n[0].Conflicts)+len(n[1].Conflicts) != 0 {
		t.Errorf("cleared, and listed with %+v", n)
	}
}

// Both desks owe a proposal within the reply clock of IMMEDIATE.
func TestWhenAProposalIsDue(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", works())
	d, st := s.conflict(a, b)
	due := d.At + s.Charter.Clocks[cell.Immediate].Reply.Millis()
	if d.At != b.At || d.Precedence != cell.Immediate || st.Waiting[0].Due != due || st.Waiting[1].Due != due {
		t.Errorf("since %d, waiting %+v, want due %d", d.At, st.Waiting, due)
	}
	late := s.State(cell.Ref{ID: d.ID}, due)
	if late.Waiting[0].Level == "" {
		t.Errorf("late, and nobody is called: %+v", late.Waiting)
	}
}

// A desk whose software lets it pass accepts with a hash that is not the
// proposal's, its own proposal, or one of an invented conflict: kept, shown as
// contested, and nothing moves.
func TestALyingDeskAcceptsNothing(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", works())
	p := s.propose("bravo", a, b, a)
	wrong := deconfliction.Accept{Hash: strings.Repeat("ab", 32)}
	s.refused(s.about("alpha", a, b, deconfliction.KindAccept, wrong, p), "deconfliction.accept-hash")
	s.refused(s.about("bravo", a, b, deconfliction.KindAccept, accept(p), p), "deconfliction.answer-own")
	s.refused(s.about("supervisor", a, b, deconfliction.KindAccept, accept(p), p), "deconfliction.owner")
	s.refused(s.about("alpha", a, b, deconfliction.KindAccept, accept(a), a), "deconfliction.proposal")
	s.refused(s.about("alpha", a, b, deconfliction.KindDecline, deconfliction.Decline{Hash: wrong.Hash, Text: []cell.Free{}}, p), "deconfliction.accept-hash")
	s.refused(s.Add(t, "alpha", deconfliction.KindAccept, accept(p), func(r *cell.Record) { // to fewer than hold it
		r.About, r.Cites, r.To = p.About, []cell.Cite{p.Cite()}, []string{"bravo", "supervisor"}[:1]
	}), "deconfliction.conflict")
	s.wantConflict(a, b, deconfliction.StateProposed, "alpha answer")
}

// A proposal rests on the two notices that it cites, names one of them, and is
// made by their desks or the supervisor.
func TestAProposalRestsOnTwoNotices(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", works())
	other := s.file("alpha", moved(works(), 5*day))
	body := func(notice, desk string) deconfliction.Propose1 {
		return deconfliction.Propose1{Notice: notice, Desk: desk, Window: []cell.Span{works().Window}, Height: []cell.Height{}, Text: []cell.Free{}}
	}
	s.refused(s.about("bravo", a, b, deconfliction.KindPropose1, body("A-1", "alpha"), other, b), "deconfliction.conflict")
	s.refused(s.about("bravo", a, b, deconfliction.KindPropose1, body("A-1", "alpha"), a), "deconfliction.conflict")
	s.refused(s.about("bravo", a, b, deconfliction.KindPropose1, body("A-1", "alpha"), a, other), "deconfliction.conflict")
	s.refused(s.about("alpha", a, other, deconfliction.KindPropose1, body("A-1", "alpha")), "deconfliction.conflict") // of one desk
	s.refused(s.about("bravo", a, b, deconfliction.KindPropose1, body("A-2", "alpha")), "deconfliction.notice-named")
	s.refused(s.about("bravo", a, b, deconfliction.KindPropose1, body("S-1", "supervisor")), "deconfliction.notice-named")
	s.wantConflict(a, b, deconfliction.StateOpen, "alpha proposal", "bravo proposal")
	monitors := s.file("supervisor", works())
	s.refused(s.about("bravo", a, monitors, deconfliction.KindPropose1, body("A-1", "alpha")), "deconfliction.owner")
	s.wantConflict(a, monitors, deconfliction.StateOpen, "alpha proposal", "supervisor proposal")
	// Two notices that do not meet have no conflict to speak about.
	s.about("bravo", other, b, deconfliction.KindPropose1, body("A-2", "alpha"))
	s.wantConflict(other, b, "")
	p := s.about("alpha", a, b, deconfliction.KindPropose1, body(b.Ref().String(), "bravo"))
	s.wantConflict(a, b, deconfliction.StateProposed, "bravo answer")
	if m := s.Matter(p.About, ""); m.Verdicts[p.Cite()] != cell.VerdictOK {
		t.Errorf("a notice named by its key: %v", m.Contested)
	}
}

// A proposal that is turned down leaves both to propose anew; a later word of
// the same desk on the same proposal counts.
func TestDecline(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", works())
	p := s.propose("bravo", a, b, a)
	no := s.about("alpha", a, b, deconfliction.KindDecline, deconfliction.Decline{Hash: p.Hash, Text: []cell.Free{}}, p)
	s.wantConflict(a, b, deconfliction.StateOpen, "alpha proposal", "bravo proposal")
	if _, st := s.conflict(a, b); st.Waiting[0].Since != no.At {
		t.Errorf("owed since %d, want since it was turned down at %d", st.Waiting[0].Since, no.At)
	}
	q := s.propose("alpha", a, b, b)
	s.wantConflict(a, b, deconfliction.StateProposed, "bravo answer")
	s.about("alpha", a, b, deconfliction.KindAccept, accept(p), p)
	s.wantConflict(a, b, deconfliction.StateAccepted, "alpha update")
	if x := s.board("supervisor", s.Now).Conflicts[0].Proposals; len(x) != 2 || x[1].Hash != q.Hash || len(x[0].DeclinedBy) != 0 {
		t.Errorf("proposals %+v", x)
	}
}

// What the supervisor proposes is agreed when both desks accept it.
func TestTheSupervisorProposes(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", works())
	p := s.propose("supervisor", a, b, b)
	s.wantConflict(a, b, deconfliction.StateProposed, "alpha answer", "bravo answer")
	s.about("alpha", a, b, deconfliction.KindAccept, accept(p), p)
	s.wantConflict(a, b, deconfliction.StateProposed, "bravo answer")
	s.about("bravo", a, b, deconfliction.KindAccept, accept(p), p)
	s.wantConflict(a, b, deconfliction.StateAccepted, "bravo update")
}

// A change after which the notices still meet leaves what was agreed behind:
// it was agreed about something else. A change of the note does not.
func TestAChangeThatClearsNothing(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", works())
	p := s.propose("bravo", a, b, a)
	s.about("alpha", a, b, deconfliction.KindAccept, accept(p), p)
	n := works()
	n.Note = []cell.Free{{Lang: "en", Text: "Bring water."}}
	s.update(a, n)
	s.wantConflict(a, b, deconfliction.StateAccepted, "alpha update")
	up := s.update(a, moved(works(), hour))
	s.wantConflict(a, b, deconfliction.StateOpen, "alpha proposal", "bravo proposal")
	if d, _ := s.conflict(a, b); d.At != up.At || d.Until != works().Window.Until {
		t.Errorf("it is since %d until %d", d.At, d.Until)
	}
	s.update(a, moved(works(), day))
	s.wantConflict(a, b, deconfliction.StateCleared)
	s.update(a, works())
	s.wantConflict(a, b, deconfliction.StateOpen, "alpha proposal", "bravo proposal")
}

// A conflict that nobody settled expires with the common window, and stays so
// when a desk completes its notice afterwards.
func TestAConflictExpires(t *testing.T) {
	s := begin(t)
	a, b := s.file("alpha", works()), s.file("bravo", moved(works(), hour))
	d, st := s.conflict(a, b)
	if until := works().Window.Until; d.Until != until || st.Next == 0 || st.Next > until {
		t.Errorf("until %d, next %d", d.Until, st.Next)
	}
	s.Now = works().Window.Until
	s.wantConflict(a, b, deconfliction.StateExpired)
	s.on("alpha", a, deconfliction.KindComplete, deconfliction.Complete{Ended: s.Now})
	s.wantConflict(a, b, deconfliction.StateExpired)
	s.wantNotice(b, s.Now, deconfliction.StateActive)
}

// A notice that was withdrawn while the other desk could not know meets it all
// the same, and the conflict is over; one withdrawn before, as the other knew,
// never did.
func TestCrossedOnTheWay(t *testing.T) {
	s := begin(t)
	a := s.file("alpha", works())
	gone := s.on("alpha", a, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
	b := s.file("bravo", works()) // the link was down
	s.wantConflict(a, b, deconfliction.StateCleared)
	knowing := s.Add(t, "bravo", deconfliction.KindNotice, works(), func(r *cell.Record) { r.Seen = seen([]cell.Held{gone}) })
	s.wantConflict(a, knowing, "")
}

package deconfliction_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/deconfliction"
)

// written gives how many records a desk has written.
func (s *unseen) written(desk string) (n int) {
	for _, x := range s.Records {
		if x.Desk == desk {
			n++
		}
	}
	return n
}

// The other party holds a commitment of every record of the supervisor's journal
// and can count them: a question that meets nothing is followed by its answer and
// by nothing else, however near to what is blind it came.
func TestDEC10NothingFollowsAQuestionThatMeetsNothing(t *testing.T) {
	s := blindly(t, 1000)
	s.hide("alpha", deconfliction.Blind, at12("12.4682", "-38.2041", 300))
	s.settle()
	for i := range 12 {
		before := s.written("supervisor")
		b := s.show("bravo", at12(fmt.Sprintf("12.%d", 53+i), "-38.2041", 50))
		s.settle()
		want := 1
		if s.at("bravo", b.Ref()) == deconfliction.StateConflicting {
			want = 3 // the blind conflict, and what both notices are told
		}
		if n := s.written("supervisor") - before; n != want {
			t.Errorf("at 12.%d: %d records of the supervisor, want %d", 53+i, n, want)
		}
	}
}

// Where no place is shown, no place is to be told by time either: of many
// volumes, each at another hour, none is named by the window.
func TestDEC10ManyVolumesAskNoMoreThanOne(t *testing.T) {
	windows := map[cell.Span]bool{}
	for _, lat := range []string{"12.4682", "12.6182"} {
		s := blindly(t, 1000)
		a := at12(lat, "-38.2041", 300)
		a.Windows = []cell.Span{{From: noon + 4*day, Until: noon + 5*day}}
		s.hide("alpha", deconfliction.Blind, a)
		s.settle()
		var list []cell.Volume
		for i := range int64(6) {
			v := at12(fmt.Sprintf("12.%d", 46+5*i), "-38.2041", 50)
			v.Windows = []cell.Span{{From: noon + 4*day + 3*i*hour, Until: noon + 4*day + 3*i*hour + hour}}
			list = append(list, v)
		}
		b := s.show("bravo", list...)
		s.settle()
		windows[s.meetings("bravo")[0].Body.(deconfliction.BlindConflict).Window] = true
		h, _ := s.Matter(b.Ref(), "").Last(deconfliction.KindChecked, "supervisor")
		if q := h.Body.(deconfliction.Checked).Questions; q != 6 {
			t.Errorf("six volumes count as %d questions", q)
		}
	}
	if len(windows) != 1 {
		t.Errorf("two places are told apart by the window: %v", windows)
	}
}

// A notice that is held back is not answered through the question of another; on
// the next day it is asked anew.
func TestDEC10HeldIsNotAnsweredByOthers(t *testing.T) {
	s := blindly(t, 1)
	first := s.show("bravo", at12("12.5950", "-38.1720", 50))
	s.settle()
	held := s.show("bravo", at12("12.4601", "-38.2000", 100))
	s.settle()
	s.want("bravo", held.Ref(), deconfliction.StateHeld)
	a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
	s.settle()
	if n := len(s.meetings("bravo")); n != 0 {
		t.Errorf("a notice that is held back is told of %d blind conflicts", n)
	}
	s.want("alpha", a.Ref(), deconfliction.StateFiled)
	s.Now += day
	s.want("supervisor", held.Ref(), deconfliction.StatePending)
	s.settle()
	s.want("bravo", held.Ref(), deconfliction.StateConflicting)
	s.want("alpha", a.Ref(), deconfliction.StateConflicting)
	s.want("bravo", first.Ref(), deconfliction.StateFiled)
}

// A round that is cut short anywhere is done again, and comes to the same.
func TestDEC10RoundCutShort(t *testing.T) {
	for cut := range 8 {
		s := blindly(t, 100)
		a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
		s.settle()
		b := s.show("bravo", at12("12.4601", "-38.2000", 500))
		drafts := deconfliction.Module.Due(s.Situation("supervisor"))
		s.only = drafts[:min(cut, len(drafts))]
		s.settle()
		s.only = nil
		s.settle()
		for _, desk := range []string{"alpha", "bravo", "supervisor"} {
			s.want(desk, b.Ref(), deconfliction.StateConflicting)
		}
		s.want("alpha", a.Ref(), deconfliction.StateConflicting)

		s.change(b, activity("works", shifted(at12("12.4601", "-38.2000", 500), 2*day)))
		drafts = deconfliction.Module.Due(s.Situation("supervisor"))
		s.only = drafts[:min(cut, len(drafts))]
		s.settle()
		s.only = nil
		s.settle()
		s.want("alpha", a.Ref(), deconfliction.StateFiled)
		s.want("bravo", b.Ref(), deconfliction.StateFiled)
		if list := s.meetings("bravo"); len(list) != 1 {
			t.Errorf("cut after %d: %d blind conflicts", cut, len(list))
		} else {
			s.want("bravo", list[0].Ref, deconfliction.StateCleared)
		}
	}
}

// What was agreed to, or has begun, is no more checked than before: it says so.
func TestDEC10AgreedIsNotChecked(t *testing.T) {
	s := blindly(t, 100)
	b := s.show("bravo", at12("12.4601", "-38.2000", 500))
	s.DeliverAll(b)
	for _, d := range []string{"alpha", "supervisor"} {
		s.Ack(t, d, b, cell.Received{})
		s.Ack(t, d, b, cell.Position{Position: cell.Agrees, Hash: b.Hash})
	}
	s.want("alpha", b.Ref(), deconfliction.StatePending)
	s.settle()
	s.want("alpha", b.Ref(), deconfliction.StateAgreed)
}

// When the common window is over they meet no longer: a schedule that goes on is
// told so.
func TestDEC10TheCommonWindowIsOver(t *testing.T) {
	s := blindly(t, 100)
	flights := at12("12.4637", "-38.2041", 300)
	flights.Windows = append(slices.Clone(flights.Windows), cell.Span{From: noon + 9*day, Until: noon + 9*day + hour})
	a := s.hide("alpha", deconfliction.BlindGrid, flights)
	s.show("bravo", at12("12.4601", "-38.2000", 500))
	s.settle()
	s.want("alpha", a.Ref(), deconfliction.StateConflicting)
	s.Now = noon + 6*day
	s.settle()
	s.want("bravo", s.meetings("bravo")[0].Ref, deconfliction.StateCleared)
	if got := s.at("alpha", a.Ref()); got == deconfliction.StateConflicting {
		t.Errorf("the common window is over, and the schedule is %s", got)
	}
	late := at12("12.4601", "-38.2000", 500)
	late.Windows[0].Until = noon + 7*day
	late.Windows[0].From = noon + 4*day
	s.show("bravo", late)
	s.settle()
	if n := len(s.meetings("bravo")); n != 1 {
		t.Errorf("filed when the common window was over, it opens %d", n-1)
	}
}

// counts gives what a desk has spent as the alarms of a day say it, the last first.
func (s *unseen) alarms() (out []deconfliction.Probing) {
	for _, x := range slices.Backward(s.Records) {
		if b, ok := x.Body.(deconfliction.Probing); ok {
			out = append(out, b)
		}
	}
	return out
}

// A question that is asked before midnight and taken back after it counts once on
// either day: midnight gives nothing, and takes nothing twice. However the desk that
// takes back dates it, it counts when it came.
func TestDEC10TakenBackAfterMidnight(t *testing.T) {
	for what, early := range map[string]int64{"dated as it is": 0, "dated before midnight": 2 * minute} {
		s := blindly(t, 6)
		s.Now = noon + 12*hour - 2*minute
		var asked []cell.Held
		for i := range 3 {
			asked = append(asked, s.show("bravo", at12(fmt.Sprintf("12.60%d1", i), "-38.1720", 50)))
			s.settle()
		}
		s.Now = noon + 12*hour + minute
		for _, b := range asked {
			gone := s.Add(t, "bravo", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
				r.About, r.Cites, r.At = b.Ref(), []cell.Cite{b.Cite()}, s.Now-early
			})
			s.Deliver("supervisor", gone)
		}
		n := 0
		for ; n < 10; n++ { // three of six are left, since three were taken back today
			b := s.show("bravo", at12(fmt.Sprintf("12.60%d1", n), "-38.1720", 50))
			s.settle()
			if s.at("bravo", b.Ref()) == deconfliction.StateHeld {
				break
			}
		}
		if n != 3 {
			t.Errorf("%s: after midnight %d notices are answered, want 3", what, n)
		}
		if p := s.alarms(); len(p) != 2 || p[0].Answers != 3 || p[0].Withdrawn != 3 || p[0].Day != noon+12*hour {
			t.Errorf("%s: the alarms say %+v", what, p)
		}
		s.Now += day // and neither of the two days is counted again
		for i := range 3 {
			b := s.show("bravo", at12(fmt.Sprintf("12.60%d1", i), "-38.1720", 50))
			s.settle()
			if got := s.at("bravo", b.Ref()); got == deconfliction.StateHeld {
				t.Errorf("%s: on the day after, question %d is %s", what, i, got)
			}
		}
	}
}

// later puts another charter in force, and leaves the one so far as the earlier.
func (s *unseen) later(change func(*cell.Charter)) {
	c := *s.Charter
	c.Version, c.Hash = c.Version+1, strings.Repeat("5", 64)
	change(&c)
	s.Earlier, s.Charter = append(s.Earlier, s.Charter), &c
}

// What was filed under an earlier charter, by which no notice was blind, asks nothing
// as it stands. Its change under a later one is a question like any other: it waits,
// is laid beside what is blind, and counts.
func TestDEC10ChangedUnderALaterCharter(t *testing.T) {
	s := blindly(t, 3)
	terms := s.Charter.Blind
	s.Charter.Blind = cell.BlindRules{}
	away, near := at12("12.6637", "-38.1720", 100), at12("12.4601", "-38.2000", 500)
	older := []cell.Held{s.show("bravo", away), s.show("bravo", away), s.show("bravo", away)}
	s.later(func(c *cell.Charter) { c.Blind = terms })
	a := s.hide("alpha", deconfliction.BlindGrid, at12("12.4637", "-38.2041", 300))
	s.settle()
	for i, b := range older[:2] {
		s.want("bravo", b.Ref(), deconfliction.StateFiled)
		s.update(b, activity("works", near))
		s.want("bravo", b.Ref(), deconfliction.StatePending)
		s.settle()
		for _, desk := range []string{"bravo", "supervisor"} {
			s.want(desk, b.Ref(), deconfliction.StateConflicting)
		}
		if n := len(s.meetings("bravo")); n != i+1 {
			t.Fatalf("after change %d: %d blind conflicts", i, n)
		}
	}
	s.want("alpha", a.Ref(), deconfliction.StateConflicting)
	s.show("bravo", near)
	s.settle()
	s.update(older[2], activity("works", near))
	s.settle()
	s.want("bravo", older[2].Ref(), deconfliction.StateHeld)
	s.update(older[0], activity("works", away))
	s.Now += day
	s.settle()
	s.want("bravo", older[0].Ref(), deconfliction.StateFiled)
	s.want("bravo", older[2].Ref(), deconfliction.StateConflicting)
}

// An answer goes out after all that follows from its question, or not at all: what
// was refused is not hidden by it.
func TestDEC10AnAnswerNeedsWhatFollowsFromItsQuestion(t *testing.T) {
	s := blindly(t, 100)
	a := s.hide("alpha", deconfliction.Blind, at12("12.4637", "-38.2041", 300))
	s.settle()
	b := s.show("bravo", at12("12.4601", "-38.2000", 500))
	other := s.show("bravo", at12("12.7601", "-38.2000", 500))
	drafts := deconfliction.Module.Due(s.Situation("supervisor"))
	keys := map[string]string{}
	for _, d := range drafts {
		keys[d.Key] = d.Kind + " " + d.About.String()
		if !d.Owed {
			t.Errorf("%s is no duty", d.Key)
		}
	}
	for _, d := range drafts {
		var after []string
		for _, k := range d.After {
			after = append(after, keys[k])
		}
		want := []string{}
		if d.About == b.Ref() {
			want = []string{deconfliction.KindBlindConflict + " " + cell.Ref{}.String(), deconfliction.KindChecked + " " + a.Ref().String()}
		}
		if d.About == other.Ref() && len(after) != 0 || !slices.Equal(slices.Sorted(slices.Values(after)), want) {
			t.Errorf("%s waits for %v, want %v", keys[d.Key], after, want)
		}
	}
}

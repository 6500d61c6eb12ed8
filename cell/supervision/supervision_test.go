package supervision_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/hotline"
	"parley/cell/incident"
	"parley/cell/supervision"
)

const (
	minute = 60 * 1000
	hour   = 60 * minute
)

func TestModule(t *testing.T) { celltest.Run(t, supervision.Module) }

// day is the day that the tests report on: from 06:00 to 06:00 in the theatre.
var (
	dayFrom = time.Date(2026, 1, 6, 3, 0, 0, 0, time.UTC).UnixMilli()
	dayTo   = time.Date(2026, 1, 7, 3, 0, 0, 0, time.UTC).UnixMilli()
)

// story is a history of several modules' records.
type story struct {
	*celltest.History
	t *testing.T
}

func begin(t *testing.T) *story {
	ms := cell.Modules{hotline.Module, incident.Module, supervision.Module}
	s := &story{celltest.NewHistory(celltest.Charter(t, ms...), ms), t}
	s.Now = dayFrom - 2*hour
	return s
}

func (s *story) say(desk string, to ...string) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, hotline.KindMessage, hotline.Message{Body: cell.Free{Lang: "en", Text: "one"}, Place: []cell.Place{}, Time: []int64{}}, func(r *cell.Record) {
		if len(to) > 0 {
			r.To = to
		}
	})
}

func (s *story) incident(desk string) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, incident.KindReport, incident.Report{Type: "fire", Force: "no", Place: cell.Place{Lat: "12.5", Lon: "-38.2", Notation: "DD"},
		Area: []cell.Area{}, When: s.Now, Dead: []int64{}, Hurt: []int64{}, Alleged: []string{}, Grade: []cell.Grade{}, Text: []cell.Free{}}, nil)
}

// on records an act about the matter that a record opened.
func (s *story) on(desk, kind string, body cell.Body, head cell.Held) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, kind, body, func(r *cell.Record) { r.About, r.Cites = head.Ref(), []cell.Cite{head.Cite()} })
}

func (s *story) close(desk string, of cell.Held) cell.Held {
	s.t.Helper()
	return s.on(desk, incident.KindClose, incident.Close{How: "agreed", Text: []cell.Free{}}, of)
}

// due gives the report that the supervisor's node owes now, none when none.
func (s *story) due() (r supervision.Report, key string, ok bool) {
	s.t.Helper()
	drafts := supervision.Module.Due(s.Situation("supervisor"))
	if len(drafts) == 0 {
		return r, "", false
	}
	if len(drafts) > 1 || drafts[0].By.Role != "node" || !slices.Equal(drafts[0].To, []string{"alpha", "bravo"}) {
		s.t.Fatalf("drafts %+v", drafts)
	}
	return drafts[0].Body.(supervision.Report), drafts[0].Key, true
}

// print files a report by the supervisor's desk.
func (s *story) print(r supervision.Report) cell.Held {
	s.t.Helper()
	return s.Add(s.t, "supervisor", supervision.KindReport, r, nil)
}

func (s *story) screen(desk string) supervision.Screen {
	s.t.Helper()
	return celltest.Ask[supervision.Screen](s.t, s.History, desk, supervision.Module)
}

// figure gives a figure of a report.
func figure(t *testing.T, r supervision.Report, name string) supervision.Figure {
	t.Helper()
	i := slices.IndexFunc(r.Figures, func(f supervision.Figure) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no figure %s", name)
	}
	return r.Figures[i]
}

// SUP-07, SUP-08 T: each figure is counted from records that all desks hold and
// links to them; what one desk was not given, what lies outside the day, and
// what breaks a rule counts nowhere; the sums agree.
func TestSUP08EveryFigureLinksToItsRecords(t *testing.T) {
	s := begin(t)
	old := s.incident("alpha")
	gone := s.incident("bravo")
	s.close("bravo", gone)
	s.Now = dayFrom + hour
	one, two := s.say("alpha"), s.say("bravo")
	s.say("alpha", "supervisor")
	s.say("bravo", "alpha")
	fresh := s.incident("bravo")
	s.close("bravo", old) // against the rules: it closes nothing
	closed := s.close("alpha", old)
	took := s.Ack(t, "bravo", one, cell.Received{})
	withdrawn := s.incident("alpha")
	cancel := s.on("alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, withdrawn)
	v := s.Add(t, "alpha", incident.KindVerify, incident.Verify{Place: cell.Place{Lat: "12.5", Lon: "-38.2", Notation: "DD"}, Grounds: "sensor", Action: "inspect",
		Urgent: "no", Force: incident.NoForce, Reason: []cell.Free{}, Text: []cell.Free{}}, nil)
	nothing := s.on("supervisor", incident.KindResult, incident.Result{Found: incident.Nothing, Method: "visit", Evidence: []string{}, Text: []cell.Free{}}, v)
	s.Now = dayTo
	s.say("alpha")
	s.incident("alpha")
	s.Now += minute
	r, key, ok := s.due()
	if !ok || key != "report/2026-01-07" || r.From != dayFrom || r.To != dayTo {
		t.Fatalf("due %v, %q: %+v", ok, key, r)
	}
	if err := r.Validate(); err != nil || r.Reconciles != supervision.Yes || len(r.Wrong) != 0 {
		t.Errorf("%v, wrong %v", err, r.Wrong)
	}
	for name, want := range map[string][]cell.Held{
		"messages": {one, two}, "cease": nil, "incidents": {fresh, withdrawn}, "verifications": {v}, "results": {nothing}, "nothing": {nothing}, "found": nil,
		"acks": {took}, "open-at-start": {old}, "opened": {fresh, withdrawn}, "ended": {closed, cancel}, "open-at-end": {fresh},
	} {
		f := figure(t, r, name)
		cites := []string{}
		for _, h := range want {
			cites = append(cites, h.Cite().String())
		}
		slices.Sort(cites)
		if !slices.Equal(f.Records, cites) || f.Value != int64(len(want)) {
			t.Errorf("%s is %d of %v, want %v", name, f.Value, f.Records, cites)
		}
	}
	if h := s.print(r); len(s.Rules(h)) != 0 {
		t.Errorf("it breaks %v", s.Rules(h))
	}
}

// SUP-08 T: a figure without records is refused with its place, and so is what
// names no record.
func TestSUP08AFigureWithoutRecordsIsRefused(t *testing.T) {
	good := supervision.Report{From: dayFrom, To: dayTo, Reconciles: supervision.Yes, Wrong: []string{}, Figures: []supervision.Figure{{Name: "messages", Value: 0, Records: []string{}}, {Name: "cease", Value: 1, Records: []string{"alpha#3"}}}}
	celltest.WantAt(t, good, "")
	for at, change := range map[string]func(*supervision.Report){
		"/figures/0/records":   func(r *supervision.Report) { r.Figures[0].Value = 7 },
		"/figures/1/records/0": func(r *supervision.Report) { r.Figures[1].Records = []string{"the third"} },
		"/figures/1/value":     func(r *supervision.Report) { r.Figures[1].Value = -1 },
		"/figures/0/name":      func(r *supervision.Report) { r.Figures[0].Name = "" },
		"/to":                  func(r *supervision.Report) { r.To = r.From },
		"/reconciles":          func(r *supervision.Report) { r.Reconciles = "mostly" },
		"/wrong":               func(r *supervision.Report) { r.Reconciles = supervision.No },
	} {
		r := good
		r.Figures = slices.Clone(good.Figures)
		change(&r)
		celltest.WantAt(t, r, at)
	}
}

// SUP-08 T: whatever figure is changed, the report does not reconcile, and says
// in which.
func TestSUP08SumsMustReconcile(t *testing.T) {
	s := begin(t)
	s.Now = dayFrom + hour
	s.incident("alpha")
	s.say("alpha")
	s.Now = dayTo + minute
	good, _, _ := s.due()
	change := func(name string, by int64, drop int) supervision.Report {
		r := good
		r.Figures = slices.Clone(good.Figures)
		i := slices.IndexFunc(r.Figures, func(f supervision.Figure) bool { return f.Name == name })
		f := &r.Figures[i]
		f.Value += by
		f.Records = slices.Clone(f.Records)[:len(f.Records)-drop]
		for range by {
			f.Records = append(f.Records, fmt.Sprintf("alpha#%d", 90+len(f.Records)))
		}
		return r
	}
	twice := change("messages", 1, 0)
	i := slices.IndexFunc(twice.Figures, func(f supervision.Figure) bool { return f.Name == "messages" })
	twice.Figures[i].Records[1] = twice.Figures[i].Records[0]
	short := good
	short.Figures = slices.DeleteFunc(slices.Clone(good.Figures), func(f supervision.Figure) bool { return f.Name == supervision.OpenAtEnd })
	for what, tt := range map[string]struct {
		r    supervision.Report
		want []string
	}{
		"as computed":              {good, []string{}},
		"one more open at the end": {change(supervision.OpenAtEnd, 1, 0), []string{supervision.OpenAtEnd}},
		"one more ended":           {change(supervision.Ended, 1, 0), []string{supervision.OpenAtEnd}},
		"one more opened":          {change(supervision.Opened, 1, 0), []string{supervision.Opened, supervision.OpenAtEnd}},
		"one more report":          {change(supervision.Incidents, 1, 0), []string{supervision.Opened}},
		"one more result":          {change(supervision.Results, 1, 0), []string{supervision.Results}},
		"one more found nothing":   {change("nothing", 1, 0), []string{supervision.Results}},
		"a message without record": {change("messages", 0, 1), []string{"messages"}},
		"one record for two":       {twice, []string{"messages"}},
		"a sum that was left out":  {short, []string{supervision.OpenAtEnd}},
		"no figures at all":        {supervision.Report{Figures: []supervision.Figure{}}, []string{}},
	} {
		if got := supervision.Reconcile(tt.r); !slices.Equal(got, tt.want) {
			t.Errorf("%s: wrong in %v, want %v", what, got, tt.want)
		}
	}
}

// SUP-07, SUP-08 T: the report is printed though it does not reconcile, and is
// marked; a signature on it is refused at the desk that would sign and contested
// when it comes all the same; nothing is owed on it. A report that hides it is
// contested itself.
func TestSUP08AnUnreconciledReportCannotBeSigned(t *testing.T) {
	s := begin(t)
	s.Now = dayFrom + hour
	for range 2050 {
		s.say("alpha")
	}
	s.incident("alpha")
	s.Now = dayTo + minute
	r := supervision.Compute(dayFrom, dayTo, s.Records, func(cell.Ref, cell.Held) bool { return true }, []supervision.Case{}, s.Charter)
	if f := figure(t, r, "messages"); f.Value != 2050 || len(f.Records) != 2048 || r.Validate() != nil {
		t.Fatalf("messages %d, %d records, %v", f.Value, len(f.Records), r.Validate())
	}
	if want := []string{"messages", supervision.Opened}; r.Reconciles != supervision.No || !slices.Equal(r.Wrong, want) {
		t.Errorf("wrong %v, want %v", r.Wrong, want)
	}
	h := s.print(r)
	if got := s.Rules(h); len(got) != 0 {
		t.Errorf("it is not printed: %v", got)
	}
	s.DeliverAll(h)
	if st := s.WantState(t, h.Ref(), supervision.StateUnreconciled); len(st.Waiting) != 0 {
		t.Errorf("owed %+v", st.Waiting)
	}
	sign := s.on("bravo", supervision.KindSign, supervision.Sign{}, h)
	s.WantRefused(t, sign, "alpha", "supervision.unreconciled")
	s.WantRefused(t, sign, "supervisor", "supervision.no-records")
	for _, d := range []string{"alpha", "supervisor"} {
		s.on(d, supervision.KindSign, supervision.Sign{}, h)
	}
	s.WantState(t, h.Ref(), supervision.StateUnreconciled)
	if got := s.screen("alpha").Reports[0]; got.Reconciles || len(got.Signatures) != 3 || slices.ContainsFunc(got.Signatures, func(x supervision.Signature) bool { return x.At != 0 }) {
		t.Errorf("alpha sees %+v", got.Signatures)
	}
	hidden := r
	hidden.Reconciles, hidden.Wrong = supervision.Yes, []string{}
	x := s.print(hidden)
	s.WantRefused(t, x, "alpha", "supervision.reconciles-stated")
	s.WantState(t, x.Ref(), supervision.StateContested)
}

// SUP-07 T: a report is signed by the three desks, one after the other; it is
// not changed, and no party prints one.
func TestSUP07SignedByThree(t *testing.T) {
	s := begin(t)
	s.Now = dayFrom + hour
	s.say("alpha")
	s.Now = dayTo + minute
	r, _, _ := s.due()
	h := s.print(r)
	s.DeliverAll(h)
	for _, d := range []string{"bravo", "supervisor", "alpha"} {
		st := s.WantState(t, h.Ref(), supervision.StatePrinted)
		if !slices.ContainsFunc(st.Waiting, func(w cell.Wait) bool {
			return w.Desk == d && w.For == supervision.NeedSignature && w.Due == h.At+24*hour
		}) {
			t.Errorf("%s owes no signature: %+v", d, st.Waiting)
		}
		s.on(d, supervision.KindSign, supervision.Sign{}, h)
	}
	if st := s.WantState(t, h.Ref(), supervision.StateSigned); len(st.Waiting) != 0 {
		t.Errorf("owed %+v", st.Waiting)
	}
	s.WantRefused(t, s.on("supervisor", cell.KindUpdate, celltest.Update(t, r), h), "alpha", "supervision.report-fixed")
	s.WantRefused(t, s.Add(t, "bravo", supervision.KindReport, r, nil), "alpha", "cell.who")
	early := r
	early.To = s.Now + hour
	s.WantRefused(t, s.print(early), "alpha", "supervision.report-early")
	some := s.Add(t, "supervisor", supervision.KindReport, r, func(x *cell.Record) { x.To = []string{"alpha"} })
	s.WantRefused(t, some, "alpha", "supervision.report-all")
	s.WantState(t, h.Ref(), supervision.StateSigned)
}

// SUP-07 T: the report is due at the charter's hour in theatre time, once, also
// when the node was off at that hour; never before the journal began, and never
// from a party's node.
func TestSUP07DueOnceADay(t *testing.T) {
	s := begin(t)
	s.Now = dayFrom + hour
	s.say("supervisor")
	for _, tt := range []struct {
		now int64
		key string
	}{
		{dayFrom + 2*hour, ""}, {dayTo - 1, ""}, {dayTo, "report/2026-01-07"}, {dayTo + 20*hour, "report/2026-01-07"}, {dayTo + 24*hour, "report/2026-01-08"},
	} {
		s.Now = tt.now
		if _, key, _ := s.due(); key != tt.key {
			t.Errorf("at %s due %q, want %q", cell.DTG(tt.now), key, tt.key)
		}
		for _, d := range []string{"alpha", "bravo"} {
			if got := supervision.Module.Due(s.Situation(d)); len(got) != 0 {
				t.Errorf("%s's node owes %+v", d, got)
			}
		}
	}
	s.Now = dayTo + minute
	r, _, _ := s.due()
	s.print(r)
	if _, key, ok := s.due(); ok {
		t.Errorf("due again: %s", key)
	}
	s.Now = dayTo + 24*hour
	quiet, key, ok := s.due()
	if !ok || key != "report/2026-01-08" || figure(t, quiet, "messages").Value != 0 {
		t.Errorf("a quiet day: %v, %s, %+v", ok, key, quiet)
	}
}

// SUP-09 T: each desk has a day to reply; a reply that comes later is appended
// and marked as late.
func TestSUP09LateRepliesAreAppended(t *testing.T) {
	s := begin(t)
	s.Now = dayFrom + hour
	s.say("alpha")
	s.Now = dayTo + minute
	r, _, _ := s.due()
	h := s.print(r)
	reply := func(desk string) cell.Held {
		return s.on(desk, supervision.KindReply, supervision.Reply{Text: cell.Free{Lang: "en", Text: "One message was a test."}}, h)
	}
	s.Now = h.At + 24*hour
	reply("alpha")
	s.Now = h.At + 24*hour + 1
	reply("bravo")
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		got := s.screen(d).Reports[0]
		if got.ReplyBy != h.At+24*hour || len(got.Replies) != 2 || got.Replies[0].Late || !got.Replies[1].Late || got.Replies[1].Desk != "bravo" {
			t.Errorf("at %s: until %d, %+v", d, got.ReplyBy, got.Replies)
		}
	}
	st := s.State(h.Ref(), s.Now)
	if !slices.ContainsFunc(st.Waiting, func(w cell.Wait) bool { return w.For == supervision.NeedSignature && w.Level != "" }) {
		t.Errorf("a day later no signature is overdue: %+v", st.Waiting)
	}
}

// SUP-02 T: desks that hold the same shared records show the same hash and
// counts, and each says what it holds that is not shared, and why.
func TestSUP02TheSamePicture(t *testing.T) {
	s := begin(t)
	s.Now = dayFrom + 30*hour
	s.say("alpha")
	s.incident("bravo")
	s.say("supervisor", "alpha")
	s.say("supervisor", "alpha")
	a, b := s.screen("alpha"), s.screen("bravo")
	if a.Hash != b.Hash || len(a.Hash) != 64 || !slices.Equal(a.Through, b.Through) || !slices.Equal(a.Through, []string{"alpha#0", "bravo#0"}) {
		t.Errorf("alpha %s through %v, bravo %s through %v", a.Hash, a.Through, b.Hash, b.Through)
	}
	want := []supervision.Parity{
		{Module: "hotline", Shared: 1, NotShown: 2, Reasons: []supervision.Reason{{Reason: supervision.ReasonFewer, Count: 2}}},
		{Module: "incident", Shared: 1, Reasons: []supervision.Reason{}},
	}
	if !reflect.DeepEqual(a.Parity, want) {
		t.Errorf("alpha %+v, want %+v", a.Parity, want)
	}
	want[0].NotShown, want[0].Reasons = 0, []supervision.Reason{}
	if !reflect.DeepEqual(b.Parity, want) {
		t.Errorf("bravo %+v, want %+v", b.Parity, want)
	}
	s.say("bravo")
	if c := s.screen("alpha"); c.Hash == a.Hash {
		t.Error("another shared record does not change the hash")
	}
}

// SUP-01 T: a sealed copy is of the author's own record, and it and the salt go
// to the supervisor alone; anything else is refused and contested.
func TestSUP01SealedCopiesStayBetweenADeskAndTheSupervisor(t *testing.T) {
	s := begin(t)
	toSupervisor := func(r *cell.Record) { r.To = []string{"supervisor"} }
	sealed := supervision.Sealed{Of: "bravo#4", Commitment: "01" + strings.Repeat("ab", 32), Ciphertext: "AAAA"}
	open := supervision.Open{Of: "bravo#4", Salt: strings.Repeat("cd", 32), Reason: []cell.Free{}}
	for _, b := range []struct {
		kind string
		body cell.Body
	}{{supervision.KindSealed, sealed}, {supervision.KindOpen, open}} {
		if got := s.Rules(s.Add(t, "bravo", b.kind, b.body, toSupervisor)); len(got) != 0 {
			t.Errorf("%s to the supervisor: %v", b.kind, got)
		}
		s.WantRefused(t, s.Add(t, "bravo", b.kind, b.body, nil), "alpha", "supervision.sealed-to")
	}
	sealed.Of = "alpha#4"
	s.WantRefused(t, s.Add(t, "bravo", supervision.KindSealed, sealed, toSupervisor), "supervisor", "supervision.sealed-own")
	open.Salt = supervision.AutoSalt
	s.WantRefused(t, s.Add(t, "bravo", supervision.KindOpen, open, toSupervisor), "supervisor", "supervision.salt")
	for at, b := range map[string]cell.Body{
		"/of":         supervision.Open{Of: "the first", Salt: strings.Repeat("cd", 32)},
		"/salt":       supervision.Open{Of: "alpha#1", Salt: "cd"},
		"/commitment": supervision.Sealed{Of: "alpha#1", Commitment: strings.Repeat("ab", 33), Ciphertext: "AAAA"},
		"/ciphertext": supervision.Sealed{Of: "alpha#1", Commitment: "01" + strings.Repeat("ab", 32), Ciphertext: ""},
	} {
		celltest.WantAt(t, b, at)
	}
}

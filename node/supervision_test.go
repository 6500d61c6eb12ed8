package node_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/supervision"
	"parley/node"
	"parley/node/nodetest"
)

func supervisionAt(t *testing.T, d *nodetest.Desk) supervision.Screen {
	t.Helper()
	v, err := d.Query(t.Context(), supervision.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(supervision.Screen)
}

// under starts a cell whose basket of commerce is under a supervision mode, with
// a direct link between the parties: the supervisor passes on nothing that it
// may not read.
func under(t *testing.T, mode string) *trio {
	t.Helper()
	c := nodetest.NewCell(t, func(s string) string {
		s = strings.Replace(s, "commerce: relay", "commerce: "+mode, 1)
		return strings.Replace(s, "links:\n", "links:\n  - [alpha, bravo]\n", 1)
	})
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	return x
}

const ventureBody = `{"title":{"ar":"خط مياه","en":"Water main of the lower valley","he":"קו מים"},"field":"water","sides":["alpha","bravo"],"disclosure":"undisclosed","benefit":[]}`

// wantHeld wants a desk to hold a record, or not to.
func wantHeld(t *testing.T, d *nodetest.Desk, c cell.Cite, held bool) {
	t.Helper()
	_, _, err := d.Record(t.Context(), c.String())
	if held && err != nil || !held && !errors.Is(err, cell.ErrNotFound) {
		t.Errorf("record %s at %s: %v, want it held: %v", c, d.Node.Desk(), err, held)
	}
}

func owes(v node.MatterView, desk string) bool {
	return slices.ContainsFunc(v.Waiting, func(w node.Wait) bool { return w.Desk == desk })
}

// SUP-01 T: relay: at the party's own node nothing goes to the other party
// alone; the supervisor reads it at once and owes its ack like any desk.
func TestSUP01RelayAtThePartysNode(t *testing.T) {
	x := under(t, cell.ModeRelay)
	refusedBy(t, x.a, node.Act{Kind: "VENPROP", To: []string{"bravo"}}, ventureBody, "cell.mode")
	f := x.a.Send(t, node.Act{Kind: "VENPROP"}, ventureBody)
	x.Settle()
	wantHeld(t, x.s, f.Cite, true)
	if v := matter(t, x.a, f.Ref); !owes(v, "supervisor") || !owes(v, "bravo") {
		t.Errorf("waited for: %+v", v.Waiting)
	}
	if got := supervisionAt(t, x.s); got.Modes["commerce"] != cell.ModeRelay || len(got.Sealed) != 0 {
		t.Errorf("the supervisor sees %v and %+v", got.Modes, got.Sealed)
	}
}

// SUP-01 T: copy: the supervisor reads it at once for information, and nothing
// is waited for from it.
func TestSUP01CopyAtThePartysNode(t *testing.T) {
	x := under(t, cell.ModeCopy)
	refusedBy(t, x.b, node.Act{Kind: "VENPROP", To: []string{"alpha"}}, ventureBody, "cell.mode")
	f := x.b.Send(t, node.Act{Kind: "VENPROP"}, ventureBody)
	x.Settle()
	wantHeld(t, x.s, f.Cite, true)
	if v := matter(t, x.b, f.Ref); owes(v, "supervisor") || !owes(v, "alpha") {
		t.Errorf("waited for: %+v", v.Waiting)
	}
}

// SUP-01 T: metadata only: the supervisor is not addressed and cannot be; it
// holds the entry of the author's journal and nothing else, and the parties act
// on what they hold.
func TestSUP01MetadataOnlyAtThePartysNode(t *testing.T) {
	x := under(t, cell.ModeMetadata)
	refusedBy(t, x.a, node.Act{Kind: "VENPROP", To: []string{"bravo", "supervisor"}}, ventureBody, "cell.mode")
	f := x.a.Send(t, node.Act{Kind: "VENPROP"}, ventureBody)
	x.Settle()
	wantHeld(t, x.b, f.Cite, true)
	wantHeld(t, x.s, f.Cite, false)
	x.b.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
	x.Settle()
	if c := column(t, matter(t, x.a, f.Ref), "bravo"); c.Received == nil {
		t.Error("alpha was not told that bravo received it")
	}
	got := supervisionAt(t, x.s)
	if len(got.Sealed) != 0 {
		t.Errorf("the supervisor keeps a copy: %+v", got.Sealed)
	}
	for _, desk := range []string{"alpha", "bravo"} {
		i := slices.IndexFunc(got.Journals, func(j supervision.Journal) bool { return j.Desk == desk })
		if i < 0 || got.Journals[i].Unseen == 0 || got.Journals[i].Reason != supervision.ReasonUnseen {
			t.Errorf("of %s's journal the supervisor is told %+v", desk, got.Journals)
		}
	}
}

// SUP-01, HOT-05 T: in the strictest mode the supervisor speaks to both parties,
// and a CEASE still reaches it at once.
func TestSUP01NoModeKeepsTheSupervisorSilent(t *testing.T) {
	for _, mode := range []string{cell.ModeSealed, cell.ModeMetadata} {
		x := under(t, mode)
		f := x.s.Send(t, node.Act{Kind: "VENPROP"}, ventureBody)
		c := x.cease(x.a)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			wantHeld(t, d, f.Cite, true)
			if v := matter(t, d, f.Ref); len(v.Contested) != 0 {
				t.Errorf("%s: at %s the supervisor's own record is contested: %+v", mode, d.Node.Desk(), v.Contested)
			}
		}
		wantHeld(t, x.s, c.Cite, true)
		if got := supervisionAt(t, x.s).Sealed; len(got) != 0 {
			t.Errorf("%s: copies %+v", mode, got)
		}
	}
}

// SUP-01 T: sealed copy: the supervisor holds a ciphertext of everything that
// passes, reads none of it, and opens one when an addressee hands over its key.
// What it opens is the author's own entry.
func TestSUP01SealedCopyAtThePartysNode(t *testing.T) {
	x := under(t, cell.ModeSealed)
	refusedBy(t, x.a, node.Act{Kind: "VENPROP", To: []string{"bravo", "supervisor"}}, ventureBody, "cell.mode")
	f := x.a.Send(t, node.Act{Kind: "VENPROP"}, ventureBody)
	x.Settle()
	ack := x.b.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
	x.Settle()
	wantHeld(t, x.b, f.Cite, true)
	wantHeld(t, x.s, f.Cite, false)
	wantHeld(t, x.s, ack.Cite, false)
	sealed := map[string]supervision.SealedLine{}
	for _, c := range supervisionAt(t, x.s).Sealed {
		sealed[c.Of] = c
	}
	for _, of := range []node.Filed{f, ack} {
		c := sealed[of.Cite.String()]
		if c.Commitment != of.Commitment || !c.Proven || c.Opened || c.Record != nil || c.Fault != "" {
			t.Errorf("the copy of %s before it is opened: %+v", of.Cite, c)
		}
	}
	if got := supervisionAt(t, x.b).Sealed; slices.ContainsFunc(got, func(c supervision.SealedLine) bool { return c.Author != "bravo" }) {
		t.Errorf("bravo holds another desk's copies: %+v", got)
	}
	_, err := x.s.Act(t.Context(), node.Act{Kind: "HANDOVER", Body: fmt.Appendf(nil, `{"of":%q,"salt":"auto"}`, f.Cite)})
	if err == nil {
		t.Error("the supervisor opened a copy by itself")
	}
	refusedBy(t, x.b, node.Act{Kind: "HANDOVER", To: []string{"alpha", "supervisor"}}, fmt.Sprintf(`{"of":%q,"salt":"auto"}`, f.Cite), "supervision.sealed-to")
	wrong := x.b.Send(t, node.Act{Kind: "HANDOVER", To: []string{"supervisor"}}, fmt.Sprintf(`{"of":%q,"salt":%q}`, f.Cite, strings.Repeat("ab", 32)))
	x.Settle()
	wantHeld(t, x.s, wrong.Cite, true)
	one := func() supervision.SealedLine {
		all := supervisionAt(t, x.s).Sealed
		return all[slices.IndexFunc(all, func(c supervision.SealedLine) bool { return c.Of == f.Cite.String() })]
	}
	if c := one(); c.Opened || c.Record != nil || c.Fault != supervision.FaultOpens || !slices.Equal(c.By, []string{"bravo"}) {
		t.Errorf("with a wrong key: %+v", c)
	}
	x.b.Send(t, node.Act{Kind: "HANDOVER", To: []string{"supervisor"}}, fmt.Sprintf(`{"of":%q,"salt":"auto","reason":{"lang":"he","text":"מחלוקת על הקו"}}`, f.Cite))
	x.Settle()
	c := one()
	if !c.Opened || c.Record == nil || c.Fault != "" {
		t.Fatalf("with its key: %+v", c)
	}
	_, want, err := x.a.Record(t.Context(), f.Cite.String())
	if err != nil || c.Record.Kind != "venture.proposal/1" || !strings.Contains(string(want), c.Record.Body) || !strings.Contains(c.Record.Text["en"], "Water main") {
		t.Errorf("%v: it opens to %+v, alpha recorded %s", err, c.Record, want)
	}
	for _, of := range supervisionAt(t, x.s).Sealed {
		if of.Of == ack.Cite.String() && of.Opened {
			t.Error("one key opened another copy")
		}
	}
	wantHeld(t, x.s, f.Cite, false)
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		rebuilt(t, x.Cell, d)
	}
}

// SUP-01 T: a ciphertext that a desk has changed, or that names another entry
// than its journal has, opens to nothing and says whose it is.
func TestSUP01TamperedCopiesAreAttributable(t *testing.T) {
	c := nodetest.NewCell(t, func(s string) string { return strings.Replace(s, "commerce: relay", "commerce: sealed-copy", 1) })
	c.Alone = true
	s, f := c.Start("supervisor", "", nil), newForger(t, c, "bravo")
	of := f.say("hotline.message/1", plain("between the two of us"), func(r *cell.Record) { r.To = []string{"alpha"} })
	hidden := f.records[of]
	delete(f.records, of) // the supervisor is given the entry alone
	entry := hex.EncodeToString(f.entry(of))
	text, err := cell.Seal(hidden.Salt[:], hidden.Record)
	if err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(text)
	changed[7] ^= 1
	to := func(r *cell.Record) { r.To = []string{"supervisor"} }
	name := cell.Cite{Desk: "bravo", Gen: 1, Index: of}.String()
	copyOf := func(commitment string, text []byte) cell.Body {
		return supervision.Sealed{Of: name, Commitment: commitment, Ciphertext: base64.StdEncoding.EncodeToString(text)}
	}
	ids := map[string]int64{
		"honest":  f.say(supervision.KindSealed, copyOf(entry, text), to),
		"changed": f.say(supervision.KindSealed, copyOf(entry, changed), to),
		"other":   f.say(supervision.KindSealed, copyOf("01"+strings.Repeat("ab", 32), text), to),
	}
	f.say(supervision.KindOpen, supervision.Open{Of: name, Salt: hex.EncodeToString(hidden.Salt[:]), Reason: []cell.Free{}}, to)
	f.give(s)
	got := supervisionAt(t, s).Sealed
	if len(got) != 3 {
		t.Fatalf("%d copies", len(got))
	}
	for what, want := range map[string]supervision.SealedLine{
		"honest":  {Opened: true, Proven: true},
		"changed": {Proven: true, Fault: supervision.FaultOpens},
		"other":   {Fault: supervision.FaultEntry},
	} {
		v, _, err := s.Record(t.Context(), cell.Cite{Desk: "bravo", Gen: 1, Index: ids[what]}.String())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(got, func(l supervision.SealedLine) bool { return l.Key == v.Key })
		if l := got[i]; l.Opened != want.Opened || l.Proven != want.Proven || l.Fault != want.Fault || l.Author != "bravo" || (l.Record != nil) != want.Opened {
			t.Errorf("%s: %+v", what, l)
		}
	}
}

// morning is when the charter's report is due: 06:00 in the theatre.
func morning() time.Time { return time.Date(2026, 1, 7, 3, 0, 0, 0, time.UTC) }

// SUP-07, SUP-08, SUP-09 T: the supervisor's node prints the report at the hour
// and once; every figure leads each party to records that it holds; three
// desks sign, one of them replies late, and all see the same, also in tables
// that are made again.
func TestSUP07TheDayIsSignedByThree(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		x.say(x.a, "one")
		x.say(x.b, "two")
		x.a.Send(t, node.Act{Kind: "CAUCUS", To: []string{"supervisor"}}, `{"text":{"lang":"ar","text":"ملاحظة خاصة"}}`)
		r := x.a.Send(t, node.Act{Kind: "INCREP"}, x.increp(p07, 5*time.Minute))
		x.b.Send(t, node.Act{Kind: "INCREP"}, x.increp(nearby, time.Minute))
		x.Settle()
		x.a.Send(t, node.Act{Kind: "INCCLS", About: r.Ref}, `{"how":"agreed"}`)
		x.Settle()
		x.Clock.Add(morning().Add(-time.Minute).Sub(x.Clock.Now()))
		x.tick()
		if got := supervisionAt(t, x.s).Reports; len(got) != 0 {
			t.Fatalf("printed before its day is over: %+v", got)
		}
		for range 3 {
			x.pass(time.Minute)
		}
		reports := supervisionAt(t, x.a).Reports
		if len(reports) != 1 || !reports[0].Reconciles || reports[0].Line.State != supervision.StatePrinted {
			t.Fatalf("alpha holds %+v", reports)
		}
		p := reports[0]
		for name, want := range map[string]int64{"messages": 2, "incidents": 2, "opened": 2, "ended": 1, "open-at-start": 0, "open-at-end": 1, "cease": 0} {
			i := slices.IndexFunc(p.Figures, func(f supervision.Figure) bool { return f.Name == name })
			if i < 0 || p.Figures[i].Value != want {
				t.Errorf("%s: %+v, want %d", name, p.Figures, want)
			}
		}
		for _, f := range p.Figures {
			for _, c := range f.Records {
				for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
					if _, _, err := d.Record(t.Context(), c); err != nil || int64(len(f.Records)) != f.Value {
						t.Errorf("%s is %d, %s at %s: %v", f.Name, f.Value, c, d.Node.Desk(), err)
					}
				}
			}
		}
		refusedBy(t, x.a, node.Act{Kind: "SITREP24"}, fmt.Sprintf(`{"from":%d,"to":%d,"figures":[],"reconciles":"yes","wrong":[]}`, p.DayFrom, p.DayTo), "cell.who")
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			d.Send(t, node.Act{Kind: "SIGN24", About: refOf(t, p.Key)}, `{}`)
		}
		x.Clock.Add(25 * time.Hour)
		code, _ := x.Charter.Template(supervision.KindReply)
		x.b.Send(t, node.Act{Kind: code.Code, About: refOf(t, p.Key)}, `{"text":{"lang":"he","text":"אחד המסרים היה בדיקה"}}`)
		x.Settle()
		find := func(d *nodetest.Desk) supervision.Printed {
			all := supervisionAt(t, d).Reports
			return all[slices.IndexFunc(all, func(o supervision.Printed) bool { return o.Key == p.Key })]
		}
		want := find(x.a)
		if want.Line.State != supervision.StateSigned || len(want.Replies) != 1 || !want.Replies[0].Late || want.Replies[0].Desk != "bravo" {
			t.Errorf("alpha sees %s, replies %+v", want.Line.State, want.Replies)
		}
		for _, d := range []*nodetest.Desk{x.b, x.s} {
			if got := find(d); !reflect.DeepEqual(got, want) {
				t.Errorf("at %s\n%+v, at alpha\n%+v", d.Node.Desk(), got, want)
			}
			rebuilt(t, x.Cell, d)
		}
	})
}

// SUP-02 T: after everything has arrived the three desks show the same counts
// and the same hash of what is shared; while a line is cut they differ; what a
// desk is not shown is listed as a count with its reason.
func TestSUP02EveryDeskShowsTheSamePicture(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		same := func() bool {
			a, b := supervisionAt(t, x.a), supervisionAt(t, x.b)
			return a.Hash == b.Hash && slices.Equal(a.Through, b.Through)
		}
		x.say(x.a, "one")
		x.Settle()
		x.Net.Cut("bravo", "supervisor")
		x.say(x.a, "two")
		if same() {
			t.Error("the hashes agree though bravo lacks a record")
		}
		x.Net.Restore("bravo", "supervisor")
		x.settleLinks()
		if !same() {
			t.Error("the hashes differ after everything has arrived")
		}
		for range 3 {
			x.a.Send(t, node.Act{Kind: "CAUCUS", To: []string{"supervisor"}}, `{"text":{"lang":"ar","text":"ملاحظة خاصة"}}`)
		}
		before := supervisionAt(t, x.b)
		x.Settle()
		if !same() || supervisionAt(t, x.s).Hash != before.Hash {
			t.Error("what two desks alone hold changes the hash of what all share")
		}
		unseen := func(of string) int64 {
			list := supervisionAt(t, x.b).Journals
			i := slices.IndexFunc(list, func(j supervision.Journal) bool { return j.Desk == of })
			if list[i].Reason != supervision.ReasonUnseen {
				t.Errorf("no reason in %+v", list[i])
			}
			return list[i].Unseen
		}
		if n := unseen("alpha"); n < 3 {
			t.Errorf("bravo is told of %d entries of alpha's that are not addressed to it, of at least 3", n)
		}
		shared := func(d *nodetest.Desk) (counts []string) {
			for _, p := range supervisionAt(t, d).Parity {
				if p.Shared > 0 {
					counts = append(counts, fmt.Sprint(p.Module, p.Shared))
				}
			}
			return counts
		}
		if a, b, s := shared(x.a), shared(x.b), shared(x.s); !slices.Equal(a, b) || !slices.Equal(a, s) || len(a) == 0 {
			t.Errorf("shared: alpha %v, bravo %v, supervisor %v", a, b, s)
		}
		a := supervisionAt(t, x.a).Parity
		i := slices.IndexFunc(a, func(p supervision.Parity) bool { return p.Module == "talks" })
		if i < 0 || a[i].NotShown != 3 || !reflect.DeepEqual(a[i].Reasons, []supervision.Reason{{Reason: supervision.ReasonFewer, Count: 3}}) {
			t.Errorf("alpha's own list of what is not shared: %+v", a)
		}
	})
}

// SUP-07, SUP-08 T: a supervisor's desk that has changed its program prints a
// report whose figures do not follow, states that they do, and signs it: alpha
// keeps all of it as contested, signs nothing, and no report becomes signed.
func TestSUP08AReportAgainstTheRulesMovesNothing(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	alpha, f := c.Start("alpha", "", nil), newForger(t, c, "supervisor")
	at := c.Clock.Now().UnixMilli()
	report := func(records ...string) supervision.Report {
		figures := []supervision.Figure{{Name: supervision.OpenAtStart, Records: []string{}}, {Name: supervision.OpenAtEnd, Value: 2, Records: records}}
		return supervision.Report{From: at - 24*3600_000, To: at, Figures: figures, Reconciles: supervision.No, Wrong: []string{supervision.OpenAtEnd}}
	}
	open := f.compose(supervision.KindReport, report("bravo#1", "bravo#2"), nil)
	marked := f.write(open)
	about := func(r *cell.Record) {
		r.About, r.Cites = open.Ref(), []cell.Cite{{Desk: "supervisor", Gen: 1, Index: marked}}
	}
	stated := report("bravo#1", "bravo#2")
	stated.Reconciles, stated.Wrong = supervision.Yes, []string{}
	for _, tt := range []struct {
		rule   string
		kind   string
		body   cell.Body
		change func(*cell.Record)
	}{
		{"supervision.unreconciled", supervision.KindSign, supervision.Sign{}, about},
		{"supervision.reconciles-stated", supervision.KindReport, stated, nil},
		{"supervision.report-all", supervision.KindReport, report("bravo#1", "bravo#2"), func(r *cell.Record) { r.To = []string{"alpha"} }},
	} {
		i := f.say(tt.kind, tt.body, tt.change)
		f.give(alpha)
		v, _, err := alpha.Record(t.Context(), cell.Cite{Desk: "supervisor", Gen: 1, Index: i}.String())
		if err != nil || v.Verdict != cell.VerdictContested || !slices.Contains(rulesOf(t, alpha, v), tt.rule) {
			t.Errorf("%s: %v, verdict %q, rules %v, want %s", tt.kind, err, v.Verdict, rulesOf(t, alpha, v), tt.rule)
		}
	}
	none := f.say(supervision.KindReport, report(), nil) // a figure of two and not one record
	f.give(alpha)
	wantHeld(t, alpha, cell.Cite{Desk: "supervisor", Gen: 1, Index: none}, false)
	if a := alarmsOf(t, alpha, node.AlarmRefused); len(a) != 1 {
		t.Errorf("a figure without records raises %+v, want one alarm that it was refused", a)
	}
	for _, r := range supervisionAt(t, alpha).Reports {
		if r.Line.State == supervision.StateSigned || r.Line.Open {
			t.Errorf("report %s is %s, open %v", r.Ref, r.Line.State, r.Line.Open)
		}
		if _, err := alpha.Act(t.Context(), node.Act{Kind: "SIGN24", About: refOf(t, r.Key), Body: []byte(`{}`)}); err == nil {
			t.Errorf("alpha signs %s, which is %s", r.Ref, r.Line.State)
		}
	}
	refusedBy(t, alpha, node.Act{Kind: "SIGN24", About: open.Ref()}, `{}`, "supervision.unreconciled")
}

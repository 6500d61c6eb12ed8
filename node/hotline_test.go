package node_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/hotline"
	"parley/node"
	"parley/node/nodetest"
	"parley/store"
	"parley/store/pgtest"
)

// trio is a cell of three desks that run.
type trio struct {
	*nodetest.Cell
	t       *testing.T
	a, b, s *nodetest.Desk
}

// stories plays a story on both engines: SQLite alone with -short.
func stories(t *testing.T, play func(*testing.T, *trio)) {
	t.Helper()
	storiesUnder(t, nil, play)
}

// storiesUnder plays it under a theatre with some changes.
func storiesUnder(t *testing.T, change func(string) string, play func(*testing.T, *trio)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := func() string { return "" }
			if engine == "postgres" {
				if testing.Short() {
					t.Skip("-short runs SQLite only")
				}
				dsn = func() string { return pgtest.DSN(t) }
			}
			c := nodetest.NewCell(t, change)
			x := &trio{Cell: c, t: t, a: c.Start("alpha", dsn(), nil), b: c.Start("bravo", dsn(), nil), s: c.Start("supervisor", dsn(), nil)}
			x.Settle()
			play(t, x)
		})
	}
}

// off takes a desk off the network.
func (x *trio) off(name string) {
	x.t.Helper()
	x.Desks[name].Stop()
	delete(x.Desks, name)
}

// pass moves the clock, lets every desk look at it, and carries what follows.
func (x *trio) pass(d time.Duration) {
	x.t.Helper()
	x.Clock.Add(d)
	x.tick()
}

func (x *trio) tick() {
	x.t.Helper()
	for _, name := range []string{"alpha", "bravo", "supervisor"} {
		if d, ok := x.Desks[name]; ok {
			if err := d.Tick(x.t.Context()); err != nil {
				x.t.Fatalf("tick at %s: %v", name, err)
			}
		}
	}
	x.Settle()
}

// until moves the clock to a time of day in UTC, in steps of at most ten
// minutes, as a desk that runs would see it pass.
func (x *trio) until(at time.Time) {
	x.t.Helper()
	for now := x.Clock.Now(); now.Before(at); now = x.Clock.Now() {
		x.pass(min(10*time.Minute, at.Sub(now)))
	}
}

func (x *trio) cease(d *nodetest.Desk) node.Filed {
	x.t.Helper()
	return d.Send(x.t, node.Act{Kind: "CEASE"}, `{"what":"fire","ref":"B-7"}`)
}

func (x *trio) say(d *nodetest.Desk, text string) node.Filed {
	x.t.Helper()
	return d.Send(x.t, node.Act{Kind: "MSG"}, fmt.Sprintf(`{"body":{"lang":"en","text":%q}}`, text))
}

func column(t *testing.T, v node.MatterView, desk string) node.ColumnView {
	t.Helper()
	i := slices.IndexFunc(v.Columns, func(c node.ColumnView) bool { return c.Desk == desk })
	if i < 0 {
		t.Fatalf("no column of %s", desk)
	}
	return v.Columns[i]
}

// HOT-01 T: a gap in the rota raises an alarm at least eight hours before it
// starts; the other desks see role and languages.
func TestHOT01GapInTheRota(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		now := x.Clock.Now()
		ms := func(h time.Duration) int64 { return now.Add(h).UnixMilli() }
		watch := func(from, to time.Duration) {
			x.a.Send(t, node.Act{Kind: "WATCH"}, fmt.Sprintf(`{"role":"watch","from":%d,"to":%d,"languages":["ar"],"authority":"watch"}`, ms(from), ms(to)))
		}
		watch(0, 8*time.Hour)
		watch(8*time.Hour, 16*time.Hour)
		watch(20*time.Hour, 40*time.Hour)
		x.Settle()
		if a := alarmsOf(t, x.a, node.AlarmRota); len(a) != 0 {
			t.Errorf("alarm 16 h before the gap: %+v", a)
		}
		x.pass(8 * time.Hour)
		a := alarmsOf(t, x.a, node.AlarmRota)
		if len(a) != 1 || a[0].Due != ms(16*time.Hour) {
			t.Errorf("8 h before the gap: %+v, want one alarm due at %d", a, ms(16*time.Hour))
		}
		w, err := x.b.Watch(t.Context())
		if err != nil || w.OnWatch["alpha"] == nil || w.OnWatch["alpha"].Role != "watch" || w.OnWatch["alpha"].Languages[0] != "ar" {
			t.Errorf("at bravo: %+v, %v", w.OnWatch["alpha"], err)
		}
		watch(16*time.Hour, 20*time.Hour)
		if a := alarmsOf(t, x.a, node.AlarmRota); len(a) != 0 {
			t.Errorf("alarm though the gap is filled: %+v", a)
		}
	})
}

// HOT-02 T: one node is off: the ledger shows MISSED on both others, with
// times and the attempts; it is asked again at +10 and +30 minutes.
func TestHOT02NodeOffIsMissedOnBothOthers(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		slot := time.Date(2026, 1, 7, 6, 0, 0, 0, time.UTC) // 09:00 theatre time
		x.Clock.Add(slot.Add(-5 * time.Minute).Sub(x.Clock.Now()))
		x.tick()
		x.off("bravo")
		x.until(slot)
		for _, m := range checksOf(t, x.a) {
			if m.From != "alpha" && m.Answered["alpha"] == nil {
				x.a.Send(t, node.Act{Kind: cell.KindReceived, About: refOf(t, m.Key)}, `{}`)
			}
		}
		x.until(slot.Add(45 * time.Minute))
		for _, d := range []*nodetest.Desk{x.a, x.s} {
			var tries []int64
			for _, c := range checksOf(t, d) {
				if c.From != "supervisor" {
					continue
				}
				if c.Result != "missed" || c.Answered["bravo"] != nil || c.Slot != slot.UnixMilli() {
					t.Errorf("at %s: %+v, want missed by bravo", d.Node.Desk(), c)
				}
				if late := (c.At - c.Slot) / 60_000; late != []int64{0, 10, 30}[c.Attempt-1] {
					t.Errorf("at %s: attempt %d at +%d min", d.Node.Desk(), c.Attempt, late)
				}
				tries = append(tries, c.Attempt)
			}
			slices.Sort(tries)
			want := []int64{1, 2, 3}
			if d == x.a {
				want = want[:1] // it is asked again of the silent desk alone; alpha sees the attempts
			}
			if !slices.Equal(tries, want) {
				t.Errorf("at %s: attempts %v, want %v", d.Node.Desk(), tries, want)
			}
			if n := count(t, d, `SELECT COUNT(*) FROM hotline_attempt WHERE desk = 'supervisor' AND toward = 'bravo' AND outcome = 'line-fault'`); n != 3 {
				t.Errorf("at %s: %d attempts in the register, want 3", d.Node.Desk(), n)
			}
		}
	})
}

func checksOf(t *testing.T, d *nodetest.Desk) []hotline.Check {
	t.Helper()
	v := query(t, d, "checks").(struct {
		Checks   []hotline.Check `json:"checks"`
		Attempts []hotline.Tried `json:"attempts"`
	})
	return v.Checks
}

func query(t *testing.T, d *nodetest.Desk, name string) any {
	t.Helper()
	for _, q := range hotline.Module.Queries {
		if q.Name == name {
			v, err := d.Query(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no query %s", name)
	return nil
}

func refOf(t *testing.T, key string) cell.Ref {
	t.Helper()
	r, err := cell.ParseRef(key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// HOT-05 T: a CEASE is sent with nothing but what and where, goes to the
// supervisor at once though only the other party was named, and is received by
// any officer on watch, in any role.
func TestHOT05CeaseIsTakenByAnyOfficer(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.a.Send(t, node.Act{Kind: "CEASE", To: []string{"bravo"}}, `{"what":"fire","ref":"B-7"}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.b, x.s} {
			w, err := d.Watch(t.Context())
			if err != nil || len(w.AnswerNow) != 1 || w.AnswerNow[0].Precedence != cell.Flash {
				t.Fatalf("at %s: %+v, %v", d.Node.Desk(), w.AnswerNow, err)
			}
			if a := alarmsOf(t, d, node.AlarmFlash); len(a) == 0 {
				t.Errorf("at %s nothing sounds", d.Node.Desk())
			}
		}
		x.b.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref, By: cell.By{Officer: "clerk-3", Role: "clerk"}}, `{}`)
		x.Settle()
		if col := column(t, matter(t, x.a, f.Ref), "bravo"); col.Received == nil || col.Received.Role != "clerk" {
			t.Errorf("received %+v", col.Received)
		}
		_, err := x.a.Act(t.Context(), node.Act{Kind: "CEASE", Body: []byte(`{"what":"fire"}`)})
		if inv, ok := errors.AsType[*cell.Invalid](err); !ok || inv.At != "/body/place" {
			t.Errorf("without a place or a reference: %v", err)
		}
	})
}

// HOT-06 T: with its usual officer off duty a message reaches who is on watch:
// records name roles, and no field names a person.
func TestHOT06RolesNotPersons(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.say(x.a, "to whoever is on watch")
		x.Settle()
		if w, err := x.b.Watch(t.Context()); err != nil || w.OnWatch["bravo"] != nil || len(w.AnswerNow) != 1 {
			t.Errorf("on watch %+v, to answer %+v, %v", w.OnWatch["bravo"], w.AnswerNow, err)
		}
		_, err := x.b.Act(t.Context(), node.Act{Kind: cell.KindReceived, About: f.Ref, By: cell.By{Officer: "Jane Doe", Role: "watch"}, Body: []byte(`{}`)})
		if inv, ok := errors.AsType[*cell.Invalid](err); !ok || inv.At != "/by" {
			t.Errorf("a person's name in a record: %v", err)
		}
	})
}

// HOT-07 T: silence triggers every step, at its time; each is recorded once by
// the desk whose step it is.
func TestHOT07SilenceClimbsTheLadder(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.cease(x.a)
		x.Settle()
		start := x.Clock.Now()
		want := []string{}
		for _, rung := range x.Charter.Clocks[cell.Flash].Ladder {
			due := start.Add(time.Duration(rung.After))
			x.Clock.Add(due.Add(-2 * time.Second).Sub(x.Clock.Now()))
			x.tick()
			if got := stepsOf(t, x.a, f.Ref, "bravo"); !slices.Equal(got, want) {
				t.Errorf("2 s before %s: steps %v, want %v", rung.Level, got, want)
			}
			x.pass(2 * time.Second)
			x.pass(0)
			want = append(want, rung.Level)
			for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
				if got := stepsOf(t, d, f.Ref, "bravo"); !slices.Equal(got, want) {
					t.Errorf("at %s after %v: steps %v, want %v", d.Node.Desk(), time.Duration(rung.After), got, want)
				}
			}
		}
	})
}

// stepsOf gives the rungs recorded about a silent desk, in the order of time.
func stepsOf(t *testing.T, d *nodetest.Desk, ref cell.Ref, silent string) []string {
	t.Helper()
	out := []string{}
	for _, r := range matter(t, d, ref).Records {
		if r.Kind == cell.KindStep && strings.Contains(r.Body, `"of":"`+silent+`"`) && strings.Contains(r.Body, `"for":"received"`) {
			_, level, _ := strings.Cut(r.Body, `"level":"`)
			level, _, _ = strings.Cut(level, `"`)
			out = append(out, level)
		}
	}
	return out
}

// HOT-08 T: store and forward across an outage, in order, and every message
// accounted for at its author. (Random kills are in the crash tests.)
func TestHOT08OrderAcrossAnOutage(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		x.Net.Cut("alpha", "supervisor")
		var sent []node.Filed
		for i := range 20 {
			sent = append(sent, x.say(x.a, fmt.Sprintf("message %d", i)))
		}
		if m := matter(t, x.a, sent[0].Ref); m.State != cell.StateSent {
			t.Errorf("state %s while the line is cut", m.State)
		}
		x.Net.Restore("alpha", "supervisor")
		x.settleLinks()
		for i, f := range sent {
			m := matter(t, x.b, f.Ref)
			if m.Records[0].Serial != sent[0].Serial+int64(i) {
				t.Errorf("message %d has serial %d", i, m.Records[0].Serial)
			}
			x.b.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
			x.s.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
		}
		x.Settle()
		for i, f := range sent {
			if m := matter(t, x.a, f.Ref); m.State != cell.StateAcked {
				t.Errorf("message %d is %s at its author, want acked", i, m.State)
			}
		}
		if a := alarmsOf(t, x.b, node.AlarmGap); len(a) != 0 {
			t.Errorf("gaps %+v", a)
		}
	})
}

// settleLinks waits until every link of the cell stands again and has carried
// everything.
func (x *trio) settleLinks() {
	x.t.Helper()
	for name, d := range x.Desks {
		for _, p := range x.Desks {
			if peer := p.Node.Desk(); x.Charter.Linked(name, peer) {
				waitLink(x.t, d, peer, true)
			}
		}
	}
	x.Settle()
}

// HOT-10 T: delivery, receipt, read-back and reply have the same times on all
// three nodes; the exact text is proven by its hash, and one altered byte is
// detected.
func TestHOT10SameTimesOnAllThree(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		p := x.Charter.Places[0]
		place := fmt.Sprintf(`{"id":%q,"lat":%q,"lon":%q,"text":"x","notation":"name","precision_m":100}`, p.ID, p.Lat, p.Lon)
		f := x.a.Send(t, node.Act{Kind: "CEASE"}, `{"what":"fire","place":`+place+`}`)
		x.Settle()
		for _, act := range []struct{ kind, body string }{
			{cell.KindReceived, `{}`},
			{cell.KindReadBack, `{"place":` + place + `}`},
			{cell.KindDisseminated, `{"level":"unit","at":1767726000000,"cannot":false}`},
			{cell.KindPosition, `{"position":"complied"}`},
		} {
			x.Clock.Add(7 * time.Second)
			x.b.Send(t, node.Act{Kind: act.kind, About: f.Ref}, act.body)
		}
		x.Settle()
		var want string
		var text []byte
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			m := matter(t, d, f.Ref)
			c := column(t, m, "bravo")
			if c.Delivered == nil || c.Received == nil || c.ReadBack == nil || c.Position == nil || len(c.Disseminated) != 1 {
				t.Fatalf("at %s: %+v", d.Node.Desk(), c)
			}
			got := fmt.Sprint(m.Hash, m.At, *c.Delivered, c.Received.At, c.ReadBack.At, *c.ReadBack.Matches, c.Disseminated[0].At, c.Position.At)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("at %s: %s, at alpha: %s", d.Node.Desk(), got, want)
			}
			_, bytes, err := d.Record(t.Context(), f.Cite.String())
			if err != nil || (text != nil && string(bytes) != string(text)) {
				t.Errorf("at %s the text is not the same: %v", d.Node.Desk(), err)
			}
			text = bytes
		}
		proof, err := x.s.Proof(t.Context(), f.Cite.String(), "asked by the joint committee", cell.By{Officer: "head", Role: "desk-head"})
		if err != nil {
			t.Fatal(err)
		}
		if _, r, err := node.VerifyProof(proof, x.Charter); err != nil || r.ID != f.Ref.ID {
			t.Fatalf("the proof does not verify: %v", err)
		}
		for i := range proof {
			if i%7 != 0 || proof[i] == '\n' {
				continue
			}
			altered := slices.Clone(proof)
			altered[i] ^= 1
			v, _, err := node.VerifyProof(altered, x.Charter)
			if err == nil && string(v.Record) != string(text) {
				t.Fatalf("a proof with byte %d altered proves another text", i)
			}
		}
		if i := strings.Index(string(proof), "fire"); i >= 0 {
			proof[i]++
			if _, _, err := node.VerifyProof(proof, x.Charter); err == nil {
				t.Error("one altered byte is not detected")
			}
		}
	})
}

// HOT-11 T: two versions of a call coexist, and the one that nobody accepted
// within 24 hours is marked as a unilateral note.
func TestHOT11TwoVersionsOfACall(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		call := func(points string) string {
			return fmt.Sprintf(`{"initiator":"alpha","start":1767700000000,"end":1767700600000,"means":"telephone","participants":[{"desk":"alpha","role":"watch"}],
				"interpreter":"supervisor","points":{"lang":"en","text":%q},"agreed":[],"disagreed":[]}`, points)
		}
		first := x.a.Send(t, node.Act{Kind: hotline.KindCall}, call("the road opens at noon"))
		x.Settle()
		second := x.b.Send(t, node.Act{Kind: hotline.KindCall, About: first.Ref}, call("the road may open at noon"))
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			m := matter(t, d, first.Ref)
			if len(m.Records) != 2 || m.State == hotline.StateUnilateral {
				t.Errorf("at %s: %d records, %s", d.Node.Desk(), len(m.Records), m.State)
			}
			if other := matter(t, d, second.Ref); other.Hash == m.Hash || !strings.Contains(other.Subject.In("en"), "may open") {
				t.Errorf("at %s the second version is %s", d.Node.Desk(), other.Subject.In("en"))
			}
		}
		hash := matter(t, x.a, second.Ref).Hash
		x.a.Send(t, node.Act{Kind: cell.KindPosition, About: second.Ref}, `{"position":"agrees","hash":"`+hash+`"}`)
		_, err := x.b.Act(t.Context(), node.Act{Kind: cell.KindPosition, About: first.Ref, Body: []byte(`{"position":"agrees","hash":"` + hash + `"}`)})
		if _, ok := errors.AsType[*cell.Refused](err); !ok {
			t.Errorf("agreement to another text than the one cited: %v", err)
		}
		x.Settle()
		x.pass(24*time.Hour + time.Second)
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			if m := matter(t, d, first.Ref); m.State != hotline.StateUnilateral {
				t.Errorf("at %s the first is %s, want unilateral", d.Node.Desk(), m.State)
			}
			if m := matter(t, d, second.Ref); m.State != hotline.StateAgreed {
				t.Errorf("at %s the second is %s, want agreed", d.Node.Desk(), m.State)
			}
		}
	})
}

// HOT-16 T: a node that is off is TECH-DOWN by probe, one that runs while no
// officer answers is UNANSWERED, and neither is ever SUSPENDED without a
// declaration.
func TestHOT16StateOfAChannel(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		slot := time.Date(2026, 1, 7, 6, 0, 0, 0, time.UTC)
		x.Clock.Add(slot.Sub(x.Clock.Now()))
		x.tick()
		x.until(slot.Add(12 * time.Minute))
		ch := channelOf(t, x.s, "bravo", "supervisor")
		if ch.State != hotline.Unanswered || len(ch.Evidence) == 0 {
			t.Errorf("nobody answered the check: %s, evidence %v", ch.State, ch.Evidence)
		}
		x.off("bravo")
		waitLink(t, x.s, "bravo", false)
		x.pass(16 * time.Second)
		for _, d := range []*nodetest.Desk{x.a, x.s} {
			ch := channelOf(t, d, "bravo", "supervisor")
			if ch.State != hotline.TechDown || ch.Confidence == "" || len(ch.Evidence) == 0 || ch.DeclaredBy != "" {
				t.Errorf("at %s with the node off: %+v", d.Node.Desk(), ch)
			}
		}
		for _, ch := range channelsOf(t, x.s) {
			if slices.Contains([]string{hotline.Suspended, hotline.Severed, hotline.Withdrawn}, ch.State) {
				t.Errorf("%v is %s though nobody declared it", ch.Pair, ch.State)
			}
		}
	})
}

func channelsOf(t *testing.T, d *nodetest.Desk) []hotline.Channel {
	t.Helper()
	return query(t, d, "channels").(struct {
		Channels []hotline.Channel `json:"channels"`
	}).Channels
}

func channelOf(t *testing.T, d *nodetest.Desk, pair ...string) hotline.Channel {
	t.Helper()
	for _, ch := range channelsOf(t, d) {
		if slices.Equal(ch.Pair, pair) {
			return ch
		}
	}
	t.Fatalf("no channel %v", pair)
	return hotline.Channel{}
}

// waitLink waits until a desk's link has noticed that its peer is gone, or back.
func waitLink(t *testing.T, d *nodetest.Desk, peer string, up bool) {
	t.Helper()
	for range 4000 {
		for _, p := range d.Links.Status() {
			if p.Peer == peer && p.Up == up {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s does not notice that %s is gone or back", d.Node.Desk(), peer)
}

// HOT-17 T: with the channel SUSPENDED a CEASE passes; a plain message is
// refused with the reason, at both ends; acks pass; RESTORED opens it again.
func TestHOT17CeasePassesWhenSuspended(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		before := x.say(x.b, "before")
		x.Settle()
		x.a.Send(t, node.Act{Kind: "CHSTATE"}, `{"with":"bravo","state":"suspended"}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			if ch := channelOf(t, d, "alpha", "bravo"); ch.State != hotline.Suspended || ch.DeclaredBy != "alpha" {
				t.Errorf("at %s: %s by %q", d.Node.Desk(), ch.State, ch.DeclaredBy)
			}
		}
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			_, err := d.Act(t.Context(), node.Act{Kind: "MSG", Body: []byte(`{"body":{"lang":"en","text":"hello"}}`)})
			refused, ok := errors.AsType[*cell.Refused](err)
			if !ok || refused.Breaches[0].Rule != "hotline.channel-closed" || refused.Breaches[0].Why == "" {
				t.Errorf("a plain message at %s: %v", d.Node.Desk(), err)
			}
			f := x.cease(d)
			x.Settle()
			for _, at := range []*nodetest.Desk{x.a, x.b, x.s} {
				matter(t, at, f.Ref)
			}
		}
		x.a.Send(t, node.Act{Kind: cell.KindReceived, About: before.Ref}, `{}`)
		x.a.Send(t, node.Act{Kind: "MSG", To: []string{"supervisor"}}, `{"body":{"lang":"en","text":"to the supervisor alone"}}`)
		x.a.Send(t, node.Act{Kind: "CHSTATE"}, `{"with":"bravo","state":"restored"}`)
		x.Settle()
		x.say(x.a, "open again")
		x.say(x.b, "open again")
	})
}

// A record goes to nobody to whom it was not addressed, and what follows from
// it goes no further (design 11).
func TestNothingGoesFurtherThanItsAudience(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.a.Send(t, node.Act{Kind: "MSG", To: []string{"supervisor"}}, `{"body":{"lang":"en","text":"quiet words"},"place":{"lat":"12.4","lon":"-38.2","text":"","notation":"DD","precision_m":10}}`)
		x.Settle()
		x.s.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
		x.s.Send(t, node.Act{Kind: cell.KindReadBack, About: f.Ref}, `{"place":{"lat":"12.5","lon":"-38.2","text":"","notation":"DD","precision_m":10}}`)
		x.Settle()
		var derived string
		err := x.a.DB.Read(t.Context(), func(tx *store.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT key FROM matter WHERE kind = ?`, cell.RuleReadBack).Scan(&derived)
		})
		if err != nil {
			t.Fatal(err)
		}
		x.a.Send(t, node.Act{Kind: "CLARIFY", About: refOf(t, derived)}, `{"question":{"lang":"en","text":"which place?"}}`)
		x.pass(13 * time.Hour)
		if n := count(t, x.b, `SELECT COUNT(*) FROM record WHERE kind IN (?, ?, ?, ?, ?) AND desk <> 'bravo'`, "hotline.message/1", cell.KindReceived, cell.KindReadBack, "hotline.clarify/1", cell.KindStep); n != 0 {
			t.Errorf("%d records of a conversation between two desks are held at the third", n)
		}
	})
}

// HOT-04 T: the report of unanswered attempts over 30 days equals the raw
// events, whoever made them.
func TestHOT04ReportEqualsRawEvents(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	alpha, f := c.Start("alpha", "", nil), newForger(t, c, "bravo")
	outcomes := []string{"no-answer", "refused", "busy", "not-authorised", "line-fault", "answered"}
	want := map[string]int{}
	for i := range 1500 {
		outcome := outcomes[i%len(outcomes)]
		want["bravo "+outcome]++
		f.say(hotline.KindAttempt, hotline.Attempt{Toward: "alpha", Means: "telephone", Outcome: outcome, Started: 1, Note: []cell.Free{}}, func(r *cell.Record) {
			r.About, r.At = cell.Ref{ID: hotline.ChannelID("alpha", "bravo")}, c.Clock.Now().Add(-time.Duration(i)*28*time.Minute).UnixMilli()
		})
	}
	f.give(alpha)
	for _, outcome := range outcomes {
		want["alpha "+outcome]++
		alpha.Send(t, node.Act{Kind: "ATTEMPT"}, `{"toward":"bravo","means":"radio","outcome":"`+outcome+`","started":1767720000000}`)
	}
	got := map[string]int{}
	for _, tried := range query(t, alpha, "checks").(struct {
		Checks   []hotline.Check `json:"checks"`
		Attempts []hotline.Tried `json:"attempts"`
	}).Attempts {
		got[tried.Desk+" "+tried.Outcome]++
	}
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%s: %d in the report, %d events", k, got[k], n)
		}
	}
}

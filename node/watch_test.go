package node_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/hotline"
	"parley/node"
	"parley/node/nodetest"
)

// by files an act of one officer.
func by(t *testing.T, d *nodetest.Desk, officer, kind, body string) node.Filed {
	t.Helper()
	return d.Send(t, node.Act{Kind: kind, By: cell.By{Officer: officer, Role: "watch"}}, body)
}

func watchBody(now time.Time, from, to time.Duration) string {
	return fmt.Sprintf(`{"role":"watch","from":%d,"to":%d,"languages":["he"],"authority":"watch"}`, now.Add(from).UnixMilli(), now.Add(to).UnixMilli())
}

// HOT-06 T: a message is for a desk and its roles. With the usual contact off
// duty it stands in the queue of whoever has the watch; the roster at home says
// who that is, and no other desk holds a code of it (HOT-01).
func TestHOT06TheOfficerOnWatchGetsIt(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		now := x.Clock.Now()
		ms := func(h int) int64 { return now.Add(time.Duration(h) * time.Hour).UnixMilli() }
		by(t, x.b, "usual-1", "ASSIGN", fmt.Sprintf(`{"slots":[{"role":"watch","from":%d,"to":%d,"officer":"usual-1"},{"role":"watch","from":%d,"to":%d,"officer":"night-2"},
			{"role":"desk-head","from":%d,"to":%d,"officer":"head-3"}]}`, ms(-8), ms(0), ms(0), ms(8), ms(-8), ms(16)))
		by(t, x.b, "night-2", "WATCH", watchBody(now, 0, 8*time.Hour))
		f := x.cease(x.a)
		x.Settle()
		w, err := x.b.Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(w.AnswerNow, func(it node.Item) bool { return it.Key == f.Ref.String() }) {
			t.Errorf("not in the queue: %+v", w.AnswerNow)
		}
		if on := w.OnWatch["bravo"]; on == nil || on.Officer != "night-2" || !on.Taken {
			t.Errorf("on watch at home: %+v", on)
		}
		for level, want := range map[string]string{"watch": "night-2", "second-officer": "head-3", "desk-head": "head-3"} {
			got, err := x.b.OnRoster(t.Context(), level, x.Clock.Now().UnixMilli())
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("%s: %v, %v, want %s", level, got, err, want)
			}
			if !slices.ContainsFunc(w.OnCall, func(c node.OnCall) bool { return c.Level == level && slices.Equal(c.Officers, got) }) {
				t.Errorf("the screen does not name whom %s calls: %+v", level, w.OnCall)
			}
		}
		abroad, err := x.a.Watch(t.Context())
		if err != nil || abroad.OnWatch["bravo"] == nil || abroad.OnWatch["bravo"].Officer != "" {
			t.Errorf("abroad: %+v, %v", abroad.OnWatch["bravo"], err)
		}
		if got, err := x.a.OnRoster(t.Context(), "watch", x.Clock.Now().UnixMilli()); err != nil || len(got) != 0 {
			t.Errorf("abroad the roster names %v, %v", got, err)
		}
	})
}

// HOT-18 T, XC-11: in an actual cell nothing of a drill enters the figures: not
// those of the desk, not the ledger of calls, not the report of the day. What
// answers a drill inherits its status by itself, and its alarms say so and stand
// behind the actual ones.
func TestHOT18ADrillEntersNoFigures(t *testing.T) {
	c := nodetest.NewCell(t, func(s string) string { return strings.Replace(s, "status: EXERCISE", "status: ACTUAL", 1) })
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	before := figures(t, x.b)
	now := x.Clock.Now()
	drill := x.s.Send(t, node.Act{Kind: "DRILL"}, fmt.Sprintf(`{"from":%d,"until":%d,"plan":3}`, now.UnixMilli(), now.Add(45*time.Minute).UnixMilli()))
	x.Settle()
	cease := x.a.Send(t, node.Act{Kind: "CEASE", About: drill.Ref}, `{"what":"fire","ref":"drill"}`)
	x.pass(90 * time.Second)
	received := x.s.Send(t, node.Act{Kind: cell.KindReceived, About: cease.Ref}, `{}`)
	x.pass(3 * time.Minute)
	v, _, err := x.b.Record(t.Context(), received.Cite.String())
	if err != nil || v.Status != cell.Exercise || v.Verdict != cell.VerdictOK {
		t.Errorf("an answer to a drill is %s, %s, %v", v.Status, v.Verdict, err)
	}
	if got := figures(t, x.b); got.Open[cell.Flash] != before.Open[cell.Flash] || len(got.Flash) != 0 {
		t.Errorf("figures count a drill: %+v", got)
	}
	l := query(t, x.b, "ledger").(hotline.Calls)
	if len(l.Tries) != 0 {
		t.Errorf("the ledger holds a drill: %+v", l.Tries)
	}
	d := query(t, x.b, "drills").(hotline.DrillScreen)
	if len(d.Drills) != 1 || len(d.Drills[0].Injects) != 2 { // the plan's first inject, and alpha's CEASE
		t.Errorf("drills: %+v", d.Drills)
	}
	real := x.cease(x.a)
	x.Settle()
	w, err := x.b.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var flash []node.Alarm
	for _, a := range w.Alarms {
		if a.Kind == node.AlarmFlash {
			flash = append(flash, a)
		}
	}
	if len(flash) < 2 || flash[0].Matter != real.Ref.String() || flash[0].Exercise || !flash[len(flash)-1].Exercise {
		t.Errorf("alarms: %+v, want the actual one first and the drill's marked", flash)
	}
	x.Clock.Add(morning().Add(time.Minute).Sub(x.Clock.Now()))
	x.tick()
	reports := supervisionAt(t, x.b).Reports
	if len(reports) != 1 {
		t.Fatalf("reports: %+v", reports)
	}
	for _, f := range reports[0].Figures {
		if f.Name == "cease" && f.Value != 1 || f.Name == "acks" && f.Value != 0 {
			t.Errorf("the report counts a drill: %+v", f)
		}
	}
}

func figures(t *testing.T, d *nodetest.Desk) node.Figures {
	t.Helper()
	f, err := d.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// HOT-09 T: at a running desk the hand-over is refused by the number of the
// unread FLASH, then both officers sign, and the others learn who has the watch
// by role, never what was handed over.
func TestHOT09HandoverAtADesk(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		now := x.Clock.Now()
		by(t, x.b, "watch-1", "WATCH", watchBody(now, 0, 12*time.Hour))
		f := x.cease(x.a)
		x.Settle()
		screen := func() hotline.HandoverScreen { return query(t, x.b, "handover").(hotline.HandoverScreen) }
		if s := screen(); s.Officer != "watch-1" || len(s.Flash) != 1 || len(s.Items) == 0 {
			t.Errorf("before: %+v", s)
		}
		items := func() string { return encode(t, itemsOf(screen())) }
		refusedBy(t, x.b, node.Act{Kind: "SHIFTOUT", By: cell.By{Officer: "watch-1", Role: "watch"}}, `{"items":`+items()+`}`, "hotline.handover-flash")
		x.b.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
		h := by(t, x.b, "watch-1", "SHIFTOUT", `{"items":`+items()+`,"mood":{"lang":"en","text":"Quiet since noon."}}`)
		listed := encode(t, itemsOf(screen()))
		refusedBy(t, x.b, node.Act{Kind: "SHIFTIN", About: h.Ref, By: cell.By{Officer: "watch-1", Role: "watch"}}, `{"ticked":`+listed+`}`, "hotline.handover-same")
		refusedBy(t, x.b, node.Act{Kind: "WATCH", By: cell.By{Officer: "watch-2", Role: "watch"}}, watchBody(now, 0, 12*time.Hour), "hotline.handover-wanted")
		x.b.Send(t, node.Act{Kind: "SHIFTIN", About: h.Ref, By: cell.By{Officer: "watch-2", Role: "watch"}}, `{"ticked":`+listed+`}`)
		by(t, x.b, "watch-2", "WATCH", watchBody(now, 0, 12*time.Hour))
		x.Settle()
		if s := screen(); s.Officer != "watch-2" || len(s.Handovers) != 1 || s.Handovers[0].TakenBy != "watch-2" || len(s.Handovers[0].Mood) != 1 {
			t.Errorf("after: %+v", s)
		}
		for _, d := range []*nodetest.Desk{x.a, x.s} {
			if n := count(t, d, `SELECT COUNT(*) FROM record WHERE desk = 'bravo' AND kind LIKE 'hotline.%over/1'`); n != 0 {
				t.Errorf("%s holds %d records of bravo's hand-over", d.Node.Desk(), n)
			}
		}
	})
}

func itemsOf(s hotline.HandoverScreen) (out []hotline.OpenItem) {
	for _, x := range s.Items {
		out = append(out, x.OpenItem)
	}
	return out
}

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// HOT-14 T: at a running desk the head is called with the next tick after an
// ultimatum is held, before its officer on watch has done anything.
func TestHOT14TheHeadIsCalledBeforeTheOfficerCloses(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.a.Send(t, node.Act{Kind: "ULTIMA"}, `{"demand":{"lang":"en","text":"Withdraw behind the line."},"authority":"principal"}`)
		x.Settle()
		x.pass(time.Second)
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			v, err := d.MatterView(t.Context(), f.Ref.String())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Records, func(r node.RecordView) bool {
				return r.Kind == cell.KindStep && r.Desk == "bravo" && strings.Contains(r.Body, `"level":"desk-head"`)
			}) {
				t.Errorf("at %s no step to the head of desk is recorded: %d records", d.Node.Desk(), len(v.Records))
			}
		}
	})
}

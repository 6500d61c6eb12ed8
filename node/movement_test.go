package node_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/node"
	"parley/node/nodetest"
)

// convoy is the body of a movement in the valley with two points: at its
// beginning, some time from now, and an hour later.
func (x *trio) convoy(in time.Duration) string {
	from := x.Clock.Now().Add(in)
	point := `{"name":"CP-%d","place":{"id":"","lat":"12.46","lon":"-38.20","text":"","notation":"DD","precision_m":100},"at":%d,"what":"pass"}`
	return fmt.Sprintf(`{"activity":"humanitarian","volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.46","lon":"-38.20"}],"radius_m":500,"low":[],"high":[],
		"windows":[{"from":%d,"until":%d}],"text":"P-06"}],"vehicles":[{"count":2,"type":"lorry"}],"people":[7],"escort":"no","cargo":"food","recognition":["flags"],"contact":["telephone 4","satellite 2"],"confidentiality":"exact",
		"route":[%s,%s]}`, from.UnixMilli(), from.Add(2*time.Hour).UnixMilli(), fmt.Sprintf(point, 1, from.UnixMilli()), fmt.Sprintf(point, 2, from.Add(time.Hour).UnixMilli()))
}

func queried[T any](t *testing.T, d *nodetest.Desk, name string) T {
	t.Helper()
	i := slices.IndexFunc(deconfliction.Module.Queries, func(q cell.Query) bool { return q.Name == name })
	v, err := d.Query(t.Context(), deconfliction.Module.Queries[i])
	if err != nil {
		t.Fatal(err)
	}
	return v.(T)
}

// DEC-09 T, PRO-07: of a movement of PRIORITY that goes silent, all three desks
// have an alarm of IMMEDIATE by themselves, a quarter of an hour after its time;
// a second silence is a second alarm though the first was acknowledged; and the
// board shows it when its window is long over.
func TestDEC09LostContactAlarmsByItself(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		start := x.Clock.Now().Add(96 * time.Hour)
		f := x.b.Send(t, node.Act{Kind: "HUMMOV", Precedence: cell.Priority}, x.convoy(96*time.Hour))
		x.Settle()
		all := []*nodetest.Desk{x.a, x.b, x.s}
		lost := func(at time.Time, want bool) (ids []string) {
			t.Helper()
			x.until(at)
			for _, d := range all {
				list := alarmsOf(t, d, node.AlarmContact)
				if (len(list) == 1) != want || want && (list[0].Level != cell.Immediate || list[0].Acknowledged || list[0].Matter != f.Ref.String() || !strings.HasSuffix(list[0].ID, "/bravo")) {
					t.Fatalf("at %s %s has %+v, alarm wanted: %v", at.Format(time.TimeOnly), d.Node.Desk(), list, want)
				}
				if want {
					ids = append(ids, list[0].ID)
				}
			}
			return ids
		}
		lost(start.Add(15*time.Minute-time.Second), false)
		id := lost(start.Add(15*time.Minute), true)[0]
		if err := x.a.AcknowledgeAlarm(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		x.Clock.Add(time.Minute)
		x.s.Send(t, node.Act{Kind: "CHKIN", About: f.Ref}, fmt.Sprintf(`{"point":1,"at":%d,"by":"monitors on the road"}`, start.Add(14*time.Minute).UnixMilli()))
		x.Settle()
		lost(start.Add(16*time.Minute), false)
		if again := lost(start.Add(75*time.Minute), true)[0]; again == id {
			t.Error("the second silence has the alarm of the first")
		}
		lost(start.Add(3*time.Hour), true)
		for _, d := range all {
			b := queried[deconfliction.MovementBoard](t, d, "movements")
			if len(b.Movements) != 1 || b.Movements[0].Moving != deconfliction.MoveLost || b.Movements[0].Next != 2 || b.Movements[0].MinutesTo != -120 || b.Movements[0].State != deconfliction.StateLost {
				t.Errorf("the board of %s: %+v", d.Node.Desk(), b.Movements)
			}
		}
		x.b.Send(t, node.Act{Kind: "MOVEND", About: f.Ref}, fmt.Sprintf(`{"ended":%d}`, x.Clock.Now().UnixMilli()))
		x.Settle()
		lost(x.Clock.Now(), false)
		rebuilt(t, x.Cell, x.a)
	})
}

// DEC-13 T: a desk registers an area of interest, which nobody else holds; a
// notice of another desk that comes to lie in it, and each change of one, alarms
// at that desk with no time passing, and at no other; one that was held before,
// one beside it, one of another type and one after it was withdrawn do not.
func TestDEC13NoticesInAnAreaOfInterest(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		before := x.b.Send(t, node.Act{Kind: "NOTICE"}, x.notice(valley, 97*time.Hour))
		x.Settle()
		x.tick()
		from := x.Clock.Now()
		area := x.a.Send(t, node.Act{Kind: "INTEREST"}, fmt.Sprintf(`{"name":"the valley","types":["works"],"until":%d,"volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.46","lon":"-38.20"}],
			"radius_m":400,"low":[],"high":[],"windows":[{"from":%d,"until":%d}],"text":""}]}`, from.Add(200*time.Hour).UnixMilli(), from.UnixMilli(), from.Add(300*time.Hour).UnixMilli()))
		want := func(n int) (list []node.Alarm) {
			t.Helper()
			for _, d := range []*nodetest.Desk{x.s, x.b, x.a} {
				list = alarmsOf(t, d, node.AlarmInterest)
				if d != x.a && len(list) != 0 || d == x.a && len(list) != n {
					t.Fatalf("%s has %+v, want %d at alpha alone", d.Node.Desk(), list, n)
				}
			}
			return list
		}
		x.Settle()
		want(0)
		if _, err := x.s.MatterView(t.Context(), area.Ref.String()); err == nil {
			t.Error("the supervisor holds alpha's area of interest")
		}
		if c := boardOf(t, x.a).Conflicts; len(c) != 0 {
			t.Errorf("an area of interest conflicts: %+v", c)
		}

		now := x.Clock.Now()
		in := x.b.Send(t, node.Act{Kind: "NOTICE"}, x.notice(valley, 98*time.Hour))
		x.b.Send(t, node.Act{Kind: "NOTICE"}, x.notice(far, 98*time.Hour))
		x.a.Send(t, node.Act{Kind: "NOTICE"}, x.notice(far, 99*time.Hour)) // its own
		x.b.Send(t, node.Act{Kind: "HUMMOV"}, x.convoy(98*time.Hour))      // of another type
		x.Settle()
		a := want(1)[0]
		if took := x.Clock.Now().Sub(now); took > 5*time.Second || a.Level != cell.Immediate {
			t.Errorf("the alarm came after %s: %+v", took, a)
		}
		hit := refOf(t, a.Matter)
		x.a.Send(t, node.Act{Kind: "SEEN", About: hit}, `{}`)
		want(0)
		x.b.Send(t, node.Act{Kind: cell.KindUpdate, About: in.Ref}, `{"body":`+x.notice(valley, 100*time.Hour)+`}`)
		x.Settle()
		want(1)
		x.a.Send(t, node.Act{Kind: "SEEN", About: hit}, `{}`)
		x.b.Send(t, node.Act{Kind: cell.KindUpdate, About: before.Ref}, `{"body":`+x.notice(valley, 101*time.Hour)+`}`) // changed since
		x.Settle()
		want(1)
		rebuilt(t, x.Cell, x.a)

		_, err := x.a.Act(t.Context(), node.Act{Kind: cell.KindUpdate, About: area.Ref, Body: []byte(`{"body":{"name":"elsewhere"}}`)})
		wantRefused(t, err, "deconfliction.interest-fixed")
		x.a.Send(t, node.Act{Kind: cell.KindCancel, About: area.Ref}, `{"reason":[]}`)
		want(0)
		x.b.Send(t, node.Act{Kind: "NOTICE"}, x.notice(valley, 99*time.Hour))
		x.Settle()
		want(0)
	})
}

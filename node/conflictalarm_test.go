package node_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/node"
	"parley/node/nodetest"
)

// DEC-08, MSC.302: a conflict alarms at both desks whose notices meet, in the second
// in which it is derived, and nowhere else; an officer acknowledges it, each desk
// for itself, and it stays listed until a proposal stands. A change of a notice by
// which the two meet otherwise is news; a proposal that is turned down is none. What
// nobody proposes in time is late, as anything else.
func TestDEC08ConflictAlarmsItsOwners(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		drone := x.a.Send(t, node.Act{Kind: "UAVNOT"}, x.plan("uav", spot, lowBand, 96*time.Hour))
		x.Settle()
		now := x.Clock.Now()
		x.b.Send(t, node.Act{Kind: "AIRNOT"}, x.plan("air", passing, lowBand, 97*time.Hour))
		x.Settle()
		first := x.conflictAlarms(1)
		if took := x.Clock.Now().Sub(now); took > time.Second {
			t.Errorf("the alarm came after %s", took)
		}
		clash := conflictAt(t, x.a)
		for i, a := range first {
			if a.Level != cell.Immediate || a.Acknowledged || a.Matter != clash.Key || a.Due-a.Since != 30*time.Minute.Milliseconds() {
				t.Errorf("alarm %d of %s: %+v", i, clash.Key, a)
			}
			for _, lang := range []string{"ar", "en", "he"} {
				if !strings.Contains(a.Text[lang], clash.Number) || strings.Contains(a.Text[lang], "{") {
					t.Errorf("in %s it says %q", lang, a.Text[lang])
				}
			}
		}
		if err := x.a.AcknowledgeAlarm(t.Context(), first[0].ID); err != nil {
			t.Fatal(err)
		}
		if list := x.conflictAlarms(1); !list[0].Acknowledged || list[1].Acknowledged {
			t.Errorf("alpha acknowledged it: %+v", list)
		}

		x.Clock.Add(time.Minute)
		x.a.Send(t, node.Act{Kind: cell.KindUpdate, About: drone.Ref}, `{"body":`+x.plan("uav", spot, anyBand, 96*time.Hour)+`}`)
		x.Settle()
		if list := x.conflictAlarms(1); list[0].Acknowledged || list[1].Acknowledged || list[0].ID == first[0].ID {
			t.Errorf("they meet otherwise, and the alarm is %+v", list)
		}

		about := refOf(t, clash.Key)
		p := x.a.Send(t, node.Act{Kind: "PROPOSE", About: about}, fmt.Sprintf(`{"notice":%q,"desk":"alpha","text":{"lang":"en","text":"two hours later"}}`, matter(t, x.a, drone.Ref).Number))
		x.Settle()
		x.conflictAlarms(0)
		x.Clock.Add(time.Minute)
		x.b.Send(t, node.Act{Kind: "DECLINE", About: about, Cites: []cell.Cite{p.Cite}}, `{"hash":"`+conflictAt(t, x.b).Proposals[0].Hash+`"}`)
		x.Settle()
		x.wantConflict(deconfliction.StateOpen, "alpha proposal", "bravo proposal")
		x.conflictAlarms(0)
		x.Clock.Add(31 * time.Minute)
		x.tick()
		x.conflictAlarms(0)
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			late := false
			for _, a := range alarmsOf(t, d, node.AlarmOverdue) {
				late = late || a.Matter == clash.Key
			}
			if !late {
				t.Errorf("at %s the conflict is not late", d.Node.Desk())
			}
		}
	})
}

// conflictAlarms wants as many alarms of conflicts at alpha and at bravo, and none at
// the supervisor, and gives those of alpha before those of bravo.
func (x *trio) conflictAlarms(n int) (out []node.Alarm) {
	x.t.Helper()
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		list := alarmsOf(x.t, d, node.AlarmConflict)
		if d == x.s && len(list) != 0 || d != x.s && len(list) != n {
			x.t.Fatalf("at %s: %+v, want %d at the two desks that meet alone", d.Node.Desk(), list, n)
		}
		out = append(out, list...)
	}
	return out
}

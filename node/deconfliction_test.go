package node_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/geo"
	"parley/node"
	"parley/node/nodetest"
)

// notice is the body of a notice of works, in a circle, from some hours from
// now for six hours.
func (x *trio) notice(area string, in time.Duration) string {
	from := x.Clock.Now().Add(in)
	return fmt.Sprintf(`{"activity":"works","area":%s,"window":{"from":%d,"until":%d},"contact":"channel 4","confidentiality":"exact"}`,
		area, from.UnixMilli(), from.Add(6*time.Hour).UnixMilli())
}

// valley and ridge are two areas 30 m apart: nearer than works keep.
const (
	valley = `{"centre":[{"lat":"12.46","lon":"-38.20"}],"radius_m":500,"text":"P-06"}`
	ridge  = `{"ring":[{"lat":"12.46479","lon":"-38.20"},{"lat":"12.47","lon":"-38.20"},{"lat":"12.47","lon":"-38.19"}]}`
	far    = `{"centre":[{"lat":"12.58","lon":"-38.21"}],"radius_m":500}`
)

func boardOf(t *testing.T, d *nodetest.Desk) deconfliction.Board {
	t.Helper()
	v, err := d.Query(t.Context(), deconfliction.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(deconfliction.Board)
}

// conflictAt gives the one conflict that a desk's screen shows.
func conflictAt(t *testing.T, d *nodetest.Desk) deconfliction.Clash {
	t.Helper()
	all := boardOf(t, d).Conflicts
	if len(all) != 1 {
		t.Fatalf("at %s: conflicts %+v, want one", d.Node.Desk(), all)
	}
	return all[0]
}

// wantConflict wants all desks to show one conflict alike.
func (x *trio) wantConflict(state string, waits ...string) deconfliction.Clash {
	x.t.Helper()
	want := conflictAt(x.t, x.a)
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		got := conflictAt(x.t, d)
		var owed []string
		for _, w := range got.Waiting {
			owed = append(owed, w.Desk+" "+w.For)
		}
		if got.State != state || !slices.Equal(owed, waits) {
			x.t.Errorf("at %s the conflict is %q and waits for %v, want %q and %v", d.Node.Desk(), got.State, owed, state, waits)
		}
		if !reflect.DeepEqual(got, want) {
			x.t.Errorf("at %s the conflict is\n%+v, at alpha\n%+v", d.Node.Desk(), got, want)
		}
	}
	return want
}

func wantRefused(t *testing.T, err error, rule string) {
	t.Helper()
	refused, ok := errors.AsType[*cell.Refused](err)
	if !ok || !slices.ContainsFunc(refused.Breaches, func(b cell.Breach) bool { return b.Rule == rule }) {
		t.Errorf("error %v, want a refusal by %s", err, rule)
	}
}

// DEC-08 T, in part: two notices are filed across an outage; all desks show
// one conflict; bravo proposes, alpha accepts the exact text and no other, and
// alpha's change clears it.
func TestDEC08TwoNoticesArePartedInTime(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		x.Net.Cut("alpha", "supervisor")
		first := x.a.Send(t, node.Act{Kind: "NOTICE"}, x.notice(valley, 96*time.Hour))
		x.Clock.Add(time.Minute)
		second := x.b.Send(t, node.Act{Kind: "NOTICE"}, x.notice(ridge, 98*time.Hour))
		if c := boardOf(t, x.a).Conflicts; len(c) != 0 {
			t.Errorf("alpha knows of %+v while the line is cut", c)
		}
		x.Net.Restore("alpha", "supervisor")
		x.settleLinks()
		x.tick()
		c := x.wantConflict(deconfliction.StateOpen, "alpha proposal", "bravo proposal")
		a, b := matter(t, x.a, first.Ref).Number, matter(t, x.a, second.Ref).Number
		if c.Number != a+" × "+b || c.Facts.GapM < 29 || c.Facts.GapM > 32 || c.Facts.MarginM != 300 || c.Facts.Rule != geo.ByArea {
			t.Errorf("the conflict %s: %+v", c.Number, c.Facts)
		}
		clash := refOf(t, c.Key)
		for _, of := range []node.Filed{first, second} {
			if m := matter(t, x.s, of.Ref); m.State != deconfliction.StateConflicting {
				t.Errorf("%s is %s", m.Number, m.State)
			}
		}
		if m := matter(t, x.a, clash); m.Code != "CONFLICT" || !strings.Contains(m.Facts.Text["en"], a) {
			t.Errorf("alpha reads %q", m.Facts.Text["en"])
		}

		to := x.Clock.Now().Add(120 * time.Hour)
		p := x.b.Send(t, node.Act{Kind: "PROPOSE1", About: clash}, fmt.Sprintf(`{"notice":%q,"desk":"alpha","window":{"from":%d,"until":%d}}`,
			a, to.UnixMilli(), to.Add(6*time.Hour).UnixMilli()))
		x.Settle()
		c = x.wantConflict(deconfliction.StateProposed, "alpha answer")
		answer := node.Act{Kind: "ACCEPT", About: clash, Cites: []cell.Cite{p.Cite}, Body: []byte(`{"hash":"` + strings.Repeat("ab", 32) + `"}`)}
		_, err := x.a.Act(t.Context(), answer)
		wantRefused(t, err, "deconfliction.accept-hash")
		right := `{"hash":"` + c.Proposals[0].Hash + `"}`
		answer.Body = []byte(right)
		_, err = x.b.Act(t.Context(), answer)
		wantRefused(t, err, "deconfliction.answer-own")
		x.Settle()
		x.wantConflict(deconfliction.StateProposed, "alpha answer")
		x.a.Send(t, node.Act{Kind: "ACCEPT", About: clash, Cites: []cell.Cite{p.Cite}}, right)
		x.Settle()
		x.wantConflict(deconfliction.StateAccepted, "alpha update")

		x.a.Send(t, node.Act{Kind: cell.KindUpdate, About: first.Ref}, `{"body":`+x.notice(valley, 120*time.Hour)+`}`)
		x.Settle()
		x.wantConflict(deconfliction.StateCleared)
		for _, of := range []node.Filed{first, second} {
			if m := matter(t, x.b, of.Ref); m.State != deconfliction.StateFiled {
				t.Errorf("%s is %s after the change", m.Number, m.State)
			}
		}
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			rebuilt(t, x.Cell, d)
		}
	})
}

// DEC-03 T: a notice received 47 seconds before its window begins is shown so
// at every desk, and what is over leaves the live list.
func TestDEC03SecondsAtEveryDesk(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.a.Send(t, node.Act{Kind: "NOTICE"}, x.notice(valley, 10*time.Minute))
		x.Settle()
		x.pass(10*time.Minute - 47*time.Second)
		if n := boardOf(t, x.a).Notices[0]; n.Flag != deconfliction.FlagUnreceived || n.SoFarMS != 47_000 {
			t.Errorf("before it is received: %q, %d ms left", n.Flag, n.SoFarMS)
		}
		x.b.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
		x.Settle()
		for _, tt := range []struct {
			after time.Duration
			state string
			live  bool
		}{
			{0, deconfliction.StateClear, true},
			{47 * time.Second, deconfliction.StateActive, true},
			{6 * time.Hour, deconfliction.StateEnded, false},
		} {
			x.pass(tt.after)
			for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
				n := boardOf(t, d).Notices[0]
				if n.State != tt.state || n.Live != tt.live || n.LeadMS != 47_000 || n.Flag != deconfliction.FlagShort {
					t.Errorf("at %s, %v later: %s, live %v, lead %d ms, flag %q", d.Node.Desk(), tt.after, n.State, n.Live, n.LeadMS, n.Flag)
				}
			}
		}
	})
}

// DEC-04 T, DEC-06 T: what may not be notified is refused with its place and
// leaves nothing behind, as a notice and as a change of one.
func TestDEC04RefusedWithItsPlace(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.a.Send(t, node.Act{Kind: "NOTICE"}, x.notice(far, 96*time.Hour))
		_, err := x.a.Act(t.Context(), node.Act{Kind: "NOTICE", Body: []byte(x.notice(`{"text":"north of the valley"}`, 96*time.Hour))})
		if inv, ok := errors.AsType[*cell.Invalid](err); !ok || inv.At != "/body/area" || !strings.Contains(inv.Why, "a name is no area") {
			t.Errorf("a name alone: %v", err)
		}
		wide := x.notice(`{"centre":[{"lat":"12.46","lon":"-38.20"}],"radius_m":3000}`, 96*time.Hour)
		_, err = x.a.Act(t.Context(), node.Act{Kind: "NOTICE", Body: []byte(wide)})
		wantRefused(t, err, "deconfliction.area-limit")
		_, err = x.a.Act(t.Context(), node.Act{Kind: cell.KindUpdate, About: f.Ref, Body: []byte(`{"body":` + wide + `}`)})
		wantRefused(t, err, "deconfliction.area-limit")
		_, err = x.a.Act(t.Context(), node.Act{Kind: "NOTICE", Body: []byte(strings.Replace(x.notice(far, 96*time.Hour), "works", "humanitarian", 1))})
		wantRefused(t, err, "deconfliction.escort")
		x.Settle()
		if n := boardOf(t, x.b).Notices; len(n) != 1 || n[0].Area.RadiusM != 500 {
			t.Errorf("bravo holds %+v", n)
		}
	})
}

// plan is the body of a notice of an activity in one volume.
func (x *trio) plan(kind, shape, heights string, in time.Duration) string {
	from := x.Clock.Now().Add(in)
	return fmt.Sprintf(`{"activity":%q,"volumes":[{%s,"holes":[],%s,"windows":[{"from":%d,"until":%d}],"text":"P-06"}],"contact":["channel 4"],"confidentiality":"exact"}`,
		kind, shape, heights, from.UnixMilli(), from.Add(2*time.Hour).UnixMilli())
}

const (
	spot    = `"ring":[],"line":[],"centre":[{"lat":"12.46","lon":"-38.20"}],"radius_m":500`
	passing = `"ring":[],"line":[{"lat":"12.40","lon":"-38.20"},{"lat":"12.50","lon":"-38.19"}],"centre":[],"radius_m":200`
	lowBand = `"low":[{"m":0,"reference":"AGL","off_m":0}],"high":[{"m":120,"reference":"AGL","off_m":0}]`
	highUp  = `"low":[{"m":4000,"reference":"MSL","off_m":50}],"high":[{"m":4500,"reference":"MSL","off_m":50}]`
	anyBand = `"low":[],"high":[]`
)

// DEC-01, DEC-08 T, in part: a drone in a circle, an aircraft that passes surely
// above it, and a movement through it. Both owners of the one clash see it
// without a tick of the clock, with ways past each other; while the line is cut
// the screen says what is not checked; every desk rebuilds the same.
func TestDEC08VolumesAtEveryDesk(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		drone := x.a.Send(t, node.Act{Kind: "UAVNOT"}, x.plan("uav", spot, lowBand, 96*time.Hour))
		x.b.Send(t, node.Act{Kind: "AIRNOT"}, x.plan("air", passing, highUp, 96*time.Hour))
		x.Settle()
		if c := boardOf(t, x.b).Conflicts; len(c) != 0 {
			t.Errorf("two kilometres above it: %+v", c[0].Facts)
		}
		x.Net.Cut("alpha", "supervisor")
		low := x.b.Send(t, node.Act{Kind: "AIRNOT"}, x.plan("air", passing, lowBand, 97*time.Hour))
		x.Settle()
		if u := boardOf(t, x.a).Unchecked; len(u) != 1 || u[0].Desk != "supervisor" || u[0].Since == 0 {
			t.Errorf("the line is cut, and alpha's screen says %+v", u)
		}
		x.Net.Restore("alpha", "supervisor")
		x.settleLinks()
		c := x.wantConflict(deconfliction.StateOpen, "alpha proposal", "bravo proposal")
		if u := boardOf(t, x.a).Unchecked; len(u) != 0 {
			t.Errorf("the line is back: %+v", u)
		}
		if c.Facts.GapM != 0 || c.Facts.Overlap < 1 || c.Facts.MarginUpM != 150 || c.Facts.Heights != "0 m AGL – 120 m AGL / 0 m AGL – 120 m AGL" || c.Facts.Rule != geo.ByHeight {
			t.Errorf("the facts are %+v", c.Facts)
		}
		if len(c.Between) != 2 || c.Between[0] != drone.Ref.String() || c.Between[1] != low.Ref.String() || len(c.Suggestions) == 0 {
			t.Errorf("between %v, suggestions %v", c.Between, c.Suggestions)
		}
		one, err := x.s.Ask(t.Context(), deconfliction.Module.Queries[0], map[string]string{"conflict": c.Key})
		if b := one.(deconfliction.Board); err != nil || len(b.Conflicts) != 1 || len(b.Notices) != 2 {
			t.Errorf("one conflict: %+v, %v", b, err)
		}
		if len(c.Causes) != 2 || boardOf(t, x.a).Deciding {
			t.Errorf("the causes are %v; nobody decides under this charter", c.Causes)
		}
		of, err := x.b.Ask(t.Context(), deconfliction.Module.Queries[0], map[string]string{"notice": c.Between[0]})
		if b := of.(deconfliction.Board); err != nil || len(b.Notices) != 1 || b.Notices[0].Key != c.Between[0] || len(b.Conflicts) != 1 {
			t.Errorf("one notice by its key: %+v, %v", b, err)
		}
		for _, key := range []string{"noon", "alpha:none", c.Key} {
			if _, err := x.b.Ask(t.Context(), deconfliction.Module.Queries[0], map[string]string{"notice": key}); err == nil {
				t.Errorf("%s is the key of a notice", key)
			}
		}
		short, err := x.a.Ask(t.Context(), deconfliction.Module.Queries[0], map[string]string{"brief": "yes"})
		if b := short.(deconfliction.Board); err != nil || len(b.Notices) != 3 || len(b.Conflicts) != 1 || len(b.Conflicts[0].Suggestions) != 0 {
			t.Errorf("in brief: %+v, %v", b, err)
		} else if full, v := boardOf(t, x.a), b.Notices[0].Volumes[0]; len(v.Ring)+len(v.Line)+len(v.Centre) != 0 || len(v.Windows) == 0 || len(full.Notices[0].Volumes[0].Windows) != len(v.Windows) ||
			len(full.Notices[0].Volumes[0].Ring)+len(full.Notices[0].Volumes[0].Line)+len(full.Notices[0].Volumes[0].Centre) == 0 {
			t.Errorf("in brief a volume is %+v, in full %+v", v, full.Notices[0].Volumes[0])
		}
		some, err := x.s.Ask(t.Context(), deconfliction.Module.Queries[0], map[string]string{"limit": "1"})
		if b := some.(deconfliction.Board); err != nil || len(b.Notices) != 1 || !b.More {
			t.Errorf("one notice: %+v, %v", b, err)
		}
		if _, err := x.s.Ask(t.Context(), deconfliction.Module.Queries[0], map[string]string{"from": "noon"}); err == nil {
			t.Error("noon is no number")
		}
		s := c.Suggestions[0]
		moves, as := x.a, drone
		if s.Desk == "bravo" {
			moves, as = x.b, low
		}
		v, err := cell.EncodeBody(deconfliction.Propose{Notice: s.Notice, Desk: s.Desk, Volumes: s.Volumes, Text: []cell.Free{}})
		if err != nil {
			t.Fatal(err)
		}
		x.s.Send(t, node.Act{Kind: "PROPOSE", About: refOf(t, c.Key)}, string(v))
		x.Settle()
		x.wantConflict(deconfliction.StateProposed, "alpha answer", "bravo answer")
		m := matter(t, moves, as.Ref)
		var body map[string]any
		if err := json.Unmarshal([]byte(m.Records[0].Body), &body); err != nil {
			t.Fatal(err)
		}
		body["volumes"] = s.Volumes
		v, err = json.Marshal(map[string]any{"body": body})
		if err != nil {
			t.Fatal(err)
		}
		moves.Send(t, node.Act{Kind: cell.KindUpdate, About: as.Ref}, string(v))
		x.Settle()
		x.wantConflict(deconfliction.StateCleared)
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			rebuilt(t, x.Cell, d)
		}
	})
}

// What is kept is found again after a restart, from the table alone.
func TestIndexAfterARestart(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	x.a.Send(t, node.Act{Kind: "UAVNOT"}, x.plan("uav", spot, anyBand, 96*time.Hour))
	x.Settle()
	x.b.Stop()
	x.b = c.Start("bravo", "", nil)
	x.settleLinks()
	x.b.Send(t, node.Act{Kind: "UAVNOT"}, x.plan("uav", passing, anyBand, 96*time.Hour))
	x.Settle()
	x.wantConflict(deconfliction.StateOpen, "alpha proposal", "bravo proposal")
}

package node_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/incident"
	"parley/node"
	"parley/node/nodetest"
)

// owing is a rule of the charter: fire within 5 km of P-07 is live fire, of which
// notice is owed.
func owing(theatre string) string {
	return strings.Replace(theatre, "\nzones:\n", "\nzones:\n"+owingZone, 1) + owingRule
}

const (
	owingZone = `  - {id: z-5, name: {en: "Zone", ar: "منطقة", he: "אזור"}, centre: [{lat: "12.4640", lon: "-38.1905"}], radius_m: 5000}
`
	owingRule = `
owed:
  - {id: o-fire, name: {en: "Live fire", ar: "رماية", he: "ירי"}, clause: "4.2", zone: z-5, incidents: [fire], activities: [fire], time: 10m}
`
)

func firnot(x *trio) string {
	from := x.Clock.Now().Add(time.Hour).UnixMilli()
	return fmt.Sprintf(`{"activity":"fire","volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.4640","lon":"-38.1905"}],"radius_m":2000,"low":[],"high":[],
		"windows":[{"from":%d,"until":%d}],"text":""}],"units":"mortar","contact":["channel 4"],"confidentiality":"exact","stop":"WILLOW"}`, from, from+3_600_000)
}

// wantClass wants the question of one report in a state at a desk.
func wantClass(t *testing.T, d *nodetest.Desk, state, class string) {
	t.Helper()
	s := incidentsAt(t, d)
	if len(s.Notices) != 1 || s.Notices[0].State != state || len(s.Incidents) != 1 || s.Incidents[0].Class != class {
		t.Errorf("at %s: %+v, %+v, want %s", d.Node.Desk(), s.Notices, s.Incidents, state)
		return
	}
	open := 0
	if class != "" {
		open = 1
	}
	if n := count(t, d, `SELECT COUNT(*) FROM matter WHERE kind = 'incident.unnotified/1' AND open = 1`); n != open {
		t.Errorf("at %s %d are open in the tables, want %d", d.Node.Desk(), n, open)
	}
	if m := matter(t, d, refOf(t, s.Notices[0].Key)); m.State != state || m.Code != "UNNOTIF" {
		t.Errorf("at %s the matter is %s %s, want %s", d.Node.Desk(), m.Code, m.State, state)
	}
}

// INC-04 T: among real desks: an incident where notice was owed opens the question
// by itself at every desk; at the desk that a notice reaches late, over a cut line,
// it is answered by itself when the notice comes, and asked again when the report
// is corrected to a time when the notice was over. A restart changes nothing.
func TestINC04QuestionFollowsWhatIsHeld(t *testing.T) {
	c := nodetest.NewCell(t, owing)
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	x.Net.Cut("alpha", "supervisor")
	x.b.Send(t, node.Act{Kind: "FIRNOT"}, firnot(x))
	x.Settle()
	x.pass(80 * time.Minute)
	r := x.s.Send(t, node.Act{Kind: "INCREP"}, x.increp(nearby, time.Minute))
	wantClass(t, x.s, incident.StateNotified, "")
	x.Net.Restore("alpha", "supervisor")
	x.settleLinks()
	x.tick()
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		wantClass(t, d, incident.StateNotified, "")
	}
	// Another event, an hour later: the notice is over.
	x.pass(2 * time.Hour)
	x.s.Send(t, node.Act{Kind: cell.KindUpdate, About: r.Ref}, `{"body":`+x.increp(nearby, time.Minute)+`}`)
	x.Settle()
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		wantClass(t, d, incident.StateUnnotified, incident.StateUnnotified)
	}
	x.b.Send(t, node.Act{Kind: "FIRNOT"}, firnot(x))
	x.Settle()
	wantClass(t, x.a, incident.StateUnnotified, incident.StateUnnotified) // after the fact
	rebuilt(t, x.Cell, x.a)
	x.a.Stop()
	x.a = c.Start("alpha", "", nil)
	x.Settle()
	wantClass(t, x.a, incident.StateUnnotified, incident.StateUnnotified)
}

// INC-04 T: a report comes before the notice that covers it: the desk is told by
// itself when the notice comes.
func TestINC04AnsweredByANoticeThatArrivesLate(t *testing.T) {
	c := nodetest.NewCell(t, owing)
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	x.Net.Cut("bravo", "supervisor")
	x.b.Send(t, node.Act{Kind: "FIRNOT"}, firnot(x))
	x.pass(80 * time.Minute)
	x.a.Send(t, node.Act{Kind: "INCREP", To: []string{"supervisor"}}, x.increp(nearby, time.Minute))
	x.Settle()
	for _, d := range []*nodetest.Desk{x.a, x.s} {
		wantClass(t, d, incident.StateUnnotified, incident.StateUnnotified)
	}
	x.Net.Restore("bravo", "supervisor")
	x.settleLinks()
	for _, d := range []*nodetest.Desk{x.a, x.s} {
		wantClass(t, d, incident.StateNotified, "")
	}
	if got := incidentsAt(t, x.b); len(got.Notices) != 0 {
		t.Errorf("bravo, which does not hold the report, is asked: %+v", got.Notices)
	}
	rebuilt(t, x.Cell, x.s)
}

package node_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/incident"
	"parley/node"
	"parley/node/nodetest"
)

func incidentsAt(t *testing.T, d *nodetest.Desk) incident.Screen {
	t.Helper()
	v, err := d.Query(t.Context(), incident.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(incident.Screen)
}

// p07 and nearby are 1.1 km apart.
const (
	p07    = `{"id":"P-07","lat":"12.4640","lon":"-38.1905","text":"P-07","notation":"name","precision_m":100}`
	nearby = `{"lat":"12.4740","lon":"-38.1905","notation":"DD","precision_m":50}`
)

func (x *trio) increp(place string, ago time.Duration) string {
	return fmt.Sprintf(`{"type":"fire","force":"yes","place":%s,"when":%d,"hurt":2,"text":{"lang":"he","text":"ירי מן הרכס"}}`, place, x.Clock.Now().Add(-ago).UnixMilli())
}

// INC-06, INC-09 T: bravo lets a place be looked at and the hold begins; force
// that is reported near it opens a query at every desk, across an outage too;
// alpha explains, the supervisor closes; the tables are the same when they are
// made again.
func TestINC06AHoldFromRequestToExplanation(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		v := x.a.Send(t, node.Act{Kind: "VERREQ"}, `{"place":`+p07+`,"grounds":"sensor","action":"joint-visit","urgent":"no","force":"none"}`)
		x.Settle()
		refusedBy(t, x.a, node.Act{Kind: "VERANS", About: v.Ref}, `{"answer":"accepts"}`, "cell.who")
		x.b.Send(t, node.Act{Kind: "VERANS", About: v.Ref}, `{"answer":"accepts"}`)
		x.Settle()
		x.pass(time.Hour)
		x.Net.Cut("alpha", "supervisor")
		x.b.Send(t, node.Act{Kind: "INCREP"}, x.increp(nearby, time.Minute))
		if q := incidentsAt(t, x.a).Queries; len(q) != 0 {
			t.Errorf("alpha knows of %+v while the line is cut", q)
		}
		x.Net.Restore("alpha", "supervisor")
		x.settleLinks()
		x.tick()
		want := incidentsAt(t, x.a)
		if len(want.Queries) != 1 || want.Queries[0].State != incident.StateOpen || want.Queries[0].Asked != "alpha" || !want.Requests[0].Hold.Running {
			t.Fatalf("alpha sees %+v", want)
		}
		for _, d := range []*nodetest.Desk{x.b, x.s} {
			if got := incidentsAt(t, d); !reflect.DeepEqual(got.Queries, want.Queries) || !reflect.DeepEqual(got.Requests, want.Requests) {
				t.Errorf("at %s\n%+v, at alpha\n%+v", d.Node.Desk(), got.Queries, want.Queries)
			}
		}
		q := refOf(t, want.Queries[0].Key)
		if m := matter(t, x.b, q); m.Code != "HOLDQ" || m.Facts == nil || len(m.Facts.Causes) != 2 || m.Number != want.Queries[0].Number {
			t.Errorf("bravo reads %+v", m.Item)
		}
		refusedBy(t, x.b, node.Act{Kind: "EXPLAIN", About: q}, `{"statement":"not-ours","text":{"lang":"he","text":"לא שלנו"}}`, "incident.explain-by")
		x.a.Send(t, node.Act{Kind: "EXPLAIN", About: q}, `{"statement":"not-ours","text":{"lang":"ar","text":"لم تكن قوة من جانبنا"}}`)
		x.Settle()
		x.s.Send(t, node.Act{Kind: "INCCLS", About: q}, `{"how":"agree-to-disagree"}`)
		x.b.Send(t, node.Act{Kind: "VERRES", About: v.Ref}, `{"found":"nothing","method":"joint-visit"}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			got := incidentsAt(t, d)
			if got.Queries[0].State != incident.StateClosed || got.Requests[0].State != incident.Nothing || got.Counts.Nothing != 1 {
				t.Errorf("at %s the query is %s, the request %s, counts %+v", d.Node.Desk(), got.Queries[0].State, got.Requests[0].State, got.Counts)
			}
			rebuilt(t, x.Cell, d)
		}
	})
}

// INC-02, INC-05 T: the API refuses an attribution before a finding; accounts
// and words on facts stand side by side at every desk.
func TestINC02AttributionIsRefusedByTheDesk(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		r := x.a.Send(t, node.Act{Kind: "INCREP"}, x.increp(p07, 5*time.Minute))
		x.Settle()
		text := `"text":{"ar":"سقطت قذيفة","en":"One shell fell.","he":"פגז אחד נפל"}`
		refusedBy(t, x.s, node.Act{Kind: "INCATTR", About: r.Ref}, `{"outcome":"attributed","to":["bravo"],`+text+`}`, "incident.attribution-before-finding")
		at := x.Clock.Now().Add(-5 * time.Minute).UnixMilli()
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			d.Send(t, node.Act{Kind: "INCENTRY", About: r.Ref}, fmt.Sprintf(`{"at":%d,"until":%d,"type":"claimed","source":"own-forces","text":{"lang":"en","text":"four minutes"}}`, at, at+240_000))
		}
		f := x.s.Send(t, node.Act{Kind: "INCFACT", About: r.Ref}, `{"fact":"f-1",`+text+`}`)
		x.Settle()
		fact := incidentsAt(t, x.b).Incidents[0].Facts[0]
		x.a.Send(t, node.Act{Kind: "INCAGREE", About: r.Ref, Cites: []cell.Cite{f.Cite, r.Cite}}, fmt.Sprintf(`{"fact":"f-1","hash":%q,"agrees":"agrees"}`, fact.Hash))
		x.b.Send(t, node.Act{Kind: "INCAGREE", About: r.Ref, Cites: []cell.Cite{f.Cite, r.Cite}}, fmt.Sprintf(`{"fact":"f-1","hash":%q,"agrees":"contests"}`, fact.Hash))
		refusedBy(t, x.b, node.Act{Kind: "INCAGREE", About: r.Ref}, fmt.Sprintf(`{"fact":"f-1","hash":%q,"agrees":"agrees"}`, fact.Hash), "incident.fact-cited")
		found := x.s.Send(t, node.Act{Kind: "INCFIND", About: r.Ref}, `{"standard":"probable",`+text+`}`)
		x.s.Send(t, node.Act{Kind: "INCATTR", About: r.Ref, Cites: []cell.Cite{found.Cite, r.Cite}}, `{"outcome":"undetermined",`+text+`}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			got := incidentsAt(t, d).Incidents[0]
			if got.State != incident.StateAttributed || got.Facts[0].State != incident.FactContested || len(got.Timelines["alpha"]) != 1 || len(got.Timelines["bravo"]) != 1 {
				t.Errorf("at %s: %s, facts %+v, timelines %+v", d.Node.Desk(), got.State, got.Facts, got.Timelines)
			}
		}
	})
}

// INC-02, INC-05 T: what the law refuses at an honest desk arrives from another
// one that has changed its program: it is kept and shown as contested, and no
// stage, timeline or result moves.
func TestIncidentRecordsAgainstTheRulesMoveNothing(t *testing.T) {
	c, alpha, f := victim(t)
	own := alpha.Send(t, node.Act{Kind: "VERREQ"}, `{"place":`+p07+`,"grounds":"sensor","action":"inspect","urgent":"yes","force":"none"}`)
	place := cell.Place{ID: "P-07", Lat: "12.4640", Lon: "-38.1905", Text: "P-07", Notation: "name", PrecisionM: 100}
	now := c.Clock.Now().UnixMilli()
	report := incident.Report{Type: "fire", Force: incident.ForceYes, Place: place, Area: []cell.Area{}, When: now, Dead: []int64{}, Hurt: []int64{}, Alleged: []string{}, Grade: []cell.Grade{}, Text: []cell.Free{}}
	three := cell.Text3{Ar: "قذيفة", En: "A shell.", He: "פגז"}
	head := f.compose(incident.KindReport, report, nil)
	at := f.write(head)
	about := func(r *cell.Record) { r.About, r.Cites = head.Ref(), []cell.Cite{{Desk: "bravo", Gen: 1, Index: at}} }
	request := func(r *cell.Record) { r.About, r.Cites = own.Ref, []cell.Cite{own.Cite} }
	for _, tt := range []struct {
		rule   string
		kind   string
		body   cell.Body
		change func(*cell.Record)
	}{
		{"incident.verified-by", incident.KindEntry, incident.Entry{At: now, Until: []int64{}, Type: incident.Verified, Text: cell.Free{Lang: "en", Text: "one"}, Source: "sensor"}, about},
		{"incident.attribution-before-finding", incident.KindAttribution, incident.Attribution{Outcome: "no-member", To: []string{}, Text: three}, about},
		{"cell.who", incident.KindFinding, incident.Finding{Standard: "probable", Text: three}, about},
		{"incident.hold-from", incident.KindAnswer, incident.Answer{Answer: incident.Accepts, From: []int64{now - 3600_000}, Text: []cell.Free{}}, request},
		{"cell.mode", incident.KindReport, report, func(r *cell.Record) { r.To = []string{"alpha"} }},
		{"incident.precedence", incident.KindReport, report, func(r *cell.Record) { r.Precedence = cell.Routine }},
	} {
		i := f.say(tt.kind, tt.body, tt.change)
		f.give(alpha)
		v, _, err := alpha.Record(t.Context(), cell.Cite{Desk: "bravo", Gen: 1, Index: i}.String())
		if err != nil || v.Verdict != cell.VerdictContested || !slices.Contains(rulesOf(t, alpha, v), tt.rule) {
			t.Errorf("%s: %v, verdict %q, rules %v, want %s", tt.kind, err, v.Verdict, rulesOf(t, alpha, v), tt.rule)
		}
	}
	got := incidentsAt(t, alpha)
	for _, x := range got.Incidents {
		if x.Key == head.Ref().String() && (x.State != incident.StateReported || len(x.Timelines["bravo"]) != 0) {
			t.Errorf("the report is %s, bravo's timeline %+v", x.State, x.Timelines["bravo"])
		}
	}
	if got.Requests[0].Hold != nil || got.Requests[0].State != incident.StateRequested || len(got.Queries) != 0 {
		t.Errorf("the request is %s with the hold %+v and the queries %+v", got.Requests[0].State, got.Requests[0].Hold, got.Queries)
	}
}

// rulesOf gives the rules that a record breaks.
func rulesOf(t *testing.T, d *nodetest.Desk, v node.RecordView) (out []string) {
	t.Helper()
	key := v.About
	if key == "" {
		key = v.Key
	}
	m, err := d.MatterView(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range m.Contested {
		if x.Record == v.Ref {
			out = append(out, x.Rule)
		}
	}
	return out
}

package node_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/protection"
	"parley/node"
	"parley/node/nodetest"
)

func protectionAt(t *testing.T, d *nodetest.Desk) protection.Screen {
	t.Helper()
	v, err := d.Query(t.Context(), protection.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(protection.Screen)
}

// clinic writes an entry, and around an area, of the code cl-07.
func clinic(x *trio, tier string) string {
	return fmt.Sprintf(`{"code":"cl-07","category":"clinic","tier":%q,"area":{"ring":[],"centre":[{"lat":"12.48610","lon":"-38.20680"}],"radius_m":60,"text":""},
		"custodian":"c-31","valid_until":%d}`, tier, x.Clock.Now().Add(60*24*time.Hour).UnixMilli())
}

func around(x *trio, lat, lon string) string {
	return fmt.Sprintf(`{"code":"cl-07","category":"clinic","area":{"ring":[],"centre":[{"lat":%q,"lon":%q}],"radius_m":1500,"text":""},
		"verification":1,"valid_until":%d}`, lat, lon, x.Clock.Now().Add(60*24*time.Hour).UnixMilli())
}

// PRO-06 T: a place that the supervisor holds for itself is at no other desk,
// whatever way it is asked for; the parties hold an area that does not give it
// away; when the consent is taken back every desk says that it removed it.
func TestPlaceHeldByTheSupervisorAlone(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.s.Send(t, node.Act{Kind: "PROTPLACE"}, clinic(x, "buffered"))
		x.s.Send(t, node.Act{Kind: "PROTVERIFY", About: f.Ref}, `{"level":3,"source":"visit","coordinates":{"lat":"12.48612","lon":"-38.20683","notation":"DD","precision_m":10,"id":"","text":""}}`)
		refusedBy(t, x.s, node.Act{Kind: "PROTPLACE", To: []string{"bravo"}}, clinic(x, "buffered"), "protection.tier")
		refusedBy(t, x.s, node.Act{Kind: "PROTPLACE", To: []string{"bravo"}}, clinic(x, "exact"), "protection.code-held")
		refusedBy(t, x.s, node.Act{Kind: "PROTAREA"}, around(x, "12.48610", "-38.20680"), "protection.centred")
		refusedBy(t, x.s, node.Act{Kind: "PROTAREA"}, around(x, "12.55890", "-38.18620"), "protection.misses")
		a := x.s.Send(t, node.Act{Kind: "PROTAREA"}, around(x, "12.49000", "-38.20100"))
		refusedBy(t, x.s, node.Act{Kind: cell.KindUpdate, About: a.Ref}, `{"body":`+around(x, "12.48610", "-38.20680")+`}`, "protection.centred")
		x.Settle()
		q := x.b.Send(t, node.Act{Kind: "ASKPLACE", To: []string{"supervisor"}}, `{"code":"cl-07","question":"exact-coordinates"}`)
		x.Settle()
		x.s.Send(t, node.Act{Kind: "PLACEANS", About: q.Ref}, `{"answer":"buffered-only"}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			if _, err := d.MatterView(t.Context(), f.Ref.String()); !errors.Is(err, cell.ErrNotFound) {
				t.Errorf("the entry at %s: %v", d.Node.Desk(), err)
			}
			got := protectionAt(t, d)
			if len(got.Places) != 0 || len(got.Areas) != 1 || got.Areas[0].State != protection.StateClaimed {
				t.Errorf("at %s: places %+v, areas %+v", d.Node.Desk(), got.Places, got.Areas)
			}
			if n := count(t, d, `SELECT COUNT(*) FROM protection_place`); n != 0 {
				t.Errorf("%s has %d exact places", d.Node.Desk(), n)
			}
		}
		if got := protectionAt(t, x.s).Places; len(got) != 1 || got[0].State != protection.StateVerified || got[0].Level != 3 {
			t.Errorf("at the supervisor: %+v", got)
		}
		refusedBy(t, x.s, node.Act{Kind: cell.KindCancel, About: a.Ref}, `{}`, "protection.revoke-only")
		x.s.Send(t, node.Act{Kind: "PROTCONSENT", About: f.Ref}, `{"consent":"revoked"}`)
		if m := matter(t, x.s, f.Ref); m.State != protection.StateEnded {
			t.Errorf("at home nobody else has anything to remove: %s", m.State)
		}
		owes := func(w node.Wait) bool { return w.Desk == "supervisor" && w.For == protection.NeedRevoke }
		if m := matter(t, x.s, a.Ref); !slices.ContainsFunc(m.Waiting, owes) {
			t.Errorf("the area still stands and nobody owes the word on it: %+v", m.Waiting)
		}
		x.s.Send(t, node.Act{Kind: "PROTCONSENT", About: a.Ref}, `{"consent":"revoked"}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			if m := matter(t, d, a.Ref); m.State != protection.StateRevoked {
				t.Errorf("at %s: %s", d.Node.Desk(), m.State)
			}
			d.Send(t, node.Act{Kind: "PROTREMOVED", About: a.Ref}, `{"done":"removed"}`)
			x.Settle()
		}
		if m := matter(t, x.b, a.Ref); m.State != protection.StateEnded {
			t.Errorf("removed everywhere: %s", m.State)
		}
		for _, r := range protectionAt(t, x.s).Ledger {
			if r.Delivered == nil || r.Removed == nil || r.Kind != protection.KindArea {
				t.Errorf("the ledger: %+v", r)
			}
		}
		again := x.s.Send(t, node.Act{Kind: "PROTPLACE"}, clinic(x, "supervisor-only"))
		refusedBy(t, x.s, node.Act{Kind: "PROTAREA"}, around(x, "12.49000", "-38.20100"), "protection.tier")
		_, err := x.s.Proof(t.Context(), again.Cite.String(), "asked by the joint committee", officer("head-1"))
		if r, ok := errors.AsType[*cell.Refused](err); !ok || r.Breaches[0].Rule != "protection.tier" {
			t.Errorf("in a file: %v", err)
		}
		rebuilt(t, x.Cell, x.s)
	})
}

// PRO-06 T: a party's place of the tier that the supervisor alone may hold goes
// to the supervisor, and not to the other party.
func TestPlaceOfAPartyForTheSupervisor(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		refusedBy(t, x.a, node.Act{Kind: "PROTPLACE"}, clinic(x, "supervisor-only"), "protection.registrar") // addressed to nobody
		refusedBy(t, x.a, node.Act{Kind: "PROTPLACE", To: []string{"bravo", "supervisor"}}, clinic(x, "supervisor-only"), "protection.tier")
		f := x.a.Send(t, node.Act{Kind: "PROTPLACE", To: []string{"supervisor"}}, clinic(x, "supervisor-only"))
		x.Settle()
		if got := protectionAt(t, x.s).Places; len(got) != 1 || got[0].Key != f.Ref.String() {
			t.Errorf("at the supervisor: %+v", got)
		}
		if _, err := x.b.MatterView(t.Context(), f.Ref.String()); !errors.Is(err, cell.ErrNotFound) || count(t, x.b, `SELECT COUNT(*) FROM protection_place`) != 0 {
			t.Errorf("at bravo: %v", err)
		}
		refusedBy(t, x.s, node.Act{Kind: "PROTVERIFY", About: f.Ref, To: []string{"alpha", "bravo"}},
			`{"level":2,"source":"imagery","coordinates":{"lat":"12.48612","lon":"-38.20683","notation":"DD","precision_m":10,"id":"","text":""}}`, "protection.audience")
	})
}

// A community's concern comes from the supervisor's liaison: a party cannot
// take the role. Unanswered, it sounds at the party that is silent.
func TestConcernOfACommunity(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		body := `{"area":{"ring":[],"centre":[{"lat":"12.48610","lon":"-38.20680"}],"radius_m":3000,"text":""},"topic":"access","asks":"corridor-request",
			"text":{"ar":"الطريق مغلق منذ يومين","en":"The road has been closed for two days","he":"הדרך סגורה זה יומיים"}}`
		by := cell.By{Officer: "liaison-1", Role: protection.Liaison}
		refusedBy(t, x.a, node.Act{Kind: "CONCERN", By: by}, body, "protection.liaison")
		refusedBy(t, x.s, node.Act{Kind: "CONCERN", By: officer("watch-1")}, body, "protection.liaison")
		f := x.s.Send(t, node.Act{Kind: "CONCERN", By: by}, body)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			d.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
		}
		x.a.Send(t, node.Act{Kind: "REPLY", About: f.Ref}, `{"answer":"will-act"}`)
		x.Settle()
		x.pass(3*time.Hour + time.Minute)
		for d, want := range map[*nodetest.Desk]string{x.a: "bravo", x.b: "bravo", x.s: "bravo"} {
			if a := alarmsOf(t, d, node.AlarmOverdue); len(a) != 1 || a[0].ID != node.AlarmOverdue+"/"+f.Ref.String()+"/"+want {
				t.Errorf("at %s: %+v", d.Node.Desk(), a)
			}
		}
		x.b.Send(t, node.Act{Kind: "REPLY", About: f.Ref}, `{"answer":"need-more"}`)
		x.Settle()
		if got := protectionAt(t, x.s).Concerns[0]; got.State != protection.StateAnswered || len(got.Replies) != 2 {
			t.Errorf("at the supervisor: %+v", got)
		}
	})
}

// PRO-07 T: a corridor opens when both controllers say so, closes at once at
// every desk when one does, with the people inside to be accounted for, and
// opens again.
func TestCorridorOpensAndCloses(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		place := func(id, lat, lon string) string {
			return fmt.Sprintf(`{"id":%q,"lat":%q,"lon":%q,"text":%q,"notation":"name","precision_m":100}`, id, lat, lon, id)
		}
		f := x.s.Send(t, node.Act{Kind: "CORROPN"}, fmt.Sprintf(`{"segments":[{"from":%s,"to":%s,"controller":"alpha"},{"from":%[2]s,"to":%[3]s,"controller":"bravo"}],
			"purpose":"evacuation","traffic":["bus"]}`, place("P-07", "12.4573", "-38.1598"), place("P-16", "12.4727", "-38.2011"), place("P-08", "12.4852", "-38.2086")))
		x.Settle()
		want := func(state string) {
			t.Helper()
			x.Settle()
			for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
				if got := protectionAt(t, d).Corridors[0]; got.State != state {
					t.Errorf("at %s: %s, want %s", d.Node.Desk(), got.State, state)
				}
			}
		}
		want(protection.StateProposed)
		x.a.Send(t, node.Act{Kind: "CORRSTS", About: f.Ref}, `{"state":"open"}`)
		want(protection.StateProposed)
		x.b.Send(t, node.Act{Kind: "CORRSTS", About: f.Ref}, `{"state":"open"}`)
		want(protection.StateOpen)
		refusedBy(t, x.a, node.Act{Kind: "CORRSTS", About: f.Ref}, `{"segment":2,"state":"closed","reason":{"lang":"ar","text":"إطلاق نار"}}`, "protection.controls")
		x.b.Send(t, node.Act{Kind: "CORRSTS", About: f.Ref}, `{"segment":2,"state":"closed","reason":{"lang":"he","text":"ירי ליד הדרך"},"people_inside":12}`)
		want(protection.StateClosed)
		owes := func(w node.Wait) bool { return w.Desk == "bravo" && w.For == protection.NeedPeople }
		if m := matter(t, x.a, f.Ref); !slices.ContainsFunc(m.Waiting, owes) {
			t.Errorf("12 people are inside and nobody owes word of them: %+v", m.Waiting)
		}
		x.b.Send(t, node.Act{Kind: "CORRSTS", About: f.Ref}, `{"segment":2,"state":"open"}`)
		want(protection.StateOpen)
	})
}

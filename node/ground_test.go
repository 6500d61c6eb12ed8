package node_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/cell/protection"
	"parley/node"
	"parley/node/nodetest"
)

// reportAt gives the check report of a notice at a desk, and its bytes.
func reportAt(t *testing.T, ctx context.Context, d *nodetest.Desk, of cell.Ref) (deconfliction.Report, string) {
	t.Helper()
	q := deconfliction.Module.Queries[1]
	v, err := d.Ask(ctx, q, map[string]string{"notice": of.String()})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return v.(deconfliction.Report), string(b)
}

// pastClinic is a movement about 300 m past the clinic, in a day.
func pastClinic(x *trio) string {
	from := x.Clock.Now().Add(24 * time.Hour).UnixMilli()
	return fmt.Sprintf(`{"activity":"movement","volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.48930","lon":"-38.20680"}],"radius_m":50,"low":[],"high":[],
		"windows":[{"from":%d,"until":%d}],"text":""}],"units":"1 platoon","vehicles":[{"count":2,"type":"lorry"}],"people":[9],"escort":"no","cargo":"none","recognition":["flags"],"contact":["channel 4","satellite 2"],
		"route":[{"place":{"lat":"12.48930","lon":"-38.20680","notation":"DD"},"at":%d,"what":"pass"}],"confidentiality":"exact"}`, from, from+3_600_000, from)
}

// DEC-08 T: the check report of a notice names the protected places and the
// corridors that it touches, across modules, with the distance and the rule; what
// comes later is in the report too, and the index and a rebuild agree.
func TestDEC08ReportNamesPlacesAndCorridors(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.b.Send(t, node.Act{Kind: "MOVNOT"}, pastClinic(x))
		x.Settle()
		if r, _ := reportAt(t, t.Context(), x.a, f.Ref); len(r.Places)+len(r.Corridors) != 0 {
			t.Errorf("nothing is there: %+v", r)
		}
		p := x.a.Send(t, node.Act{Kind: "PROTPLACE", To: []string{"bravo", "supervisor"}}, clinic(x, "exact"))
		place := func(lat string) string {
			return fmt.Sprintf(`{"id":"","lat":%q,"lon":"-38.2100","text":"","notation":"DD","precision_m":50}`, lat)
		}
		c := x.s.Send(t, node.Act{Kind: "CORROPN"}, fmt.Sprintf(`{"segments":[{"from":%s,"to":%s,"controller":"alpha"}],"purpose":"evacuation","traffic":["bus"]}`, place("12.4800"), place("12.4980")))
		x.Settle()
		x.a.Send(t, node.Act{Kind: "CORRSTS", About: c.Ref}, `{"state":"closed","reason":{"lang":"en","text":"Fire near the road."}}`)
		x.Settle()
		_, want := reportAt(t, t.Context(), x.a, f.Ref)
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			r, text := reportAt(t, t.Context(), d, f.Ref)
			if len(r.Places) != 1 || len(r.Corridors) != 1 || text != want {
				t.Fatalf("at %s: %s, elsewhere %s", d.Node.Desk(), text, want)
			}
			if g := r.Places[0]; g.Key != p.Ref.String() || g.Rule != cell.ByPlace || g.DistanceM < 200 || g.DistanceM > 300 || g.WithinM != 1000 || g.Category != "clinic" {
				t.Errorf("at %s: the place %+v", d.Node.Desk(), g)
			}
			if g := r.Corridors[0]; g.Key != c.Ref.String() || !g.Closed || g.State != protection.StateClosed || g.Rule != cell.ByCorridor || !strings.Contains(g.Text["en"], "a corridor that is closed") {
				t.Errorf("at %s: the corridor %+v", d.Node.Desk(), g)
			}
		}
		if b := boardOf(t, x.a); len(b.Notices) != 1 || b.More || len(b.Conflicts) != 0 {
			t.Errorf("what stands on the ground is on the board: %+v", b)
		}
		rebuilt(t, x.Cell, x.s)
	})
}

// DEC-08, PRO-06 T: of a place that the supervisor holds for itself the parties'
// reports say nothing: they are the same, byte for byte, as if it were not there.
// The supervisor's names it.
func TestDEC08ABlindPlaceIsNotInTheReport(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.b.Send(t, node.Act{Kind: "MOVNOT"}, pastClinic(x))
		x.Settle()
		_, before := reportAt(t, t.Context(), x.b, f.Ref)
		x.a.Send(t, node.Act{Kind: "PROTPLACE", To: []string{"supervisor"}}, clinic(x, "supervisor-only"))
		x.Settle()
		if _, after := reportAt(t, t.Context(), x.b, f.Ref); after != before {
			t.Errorf("bravo's report tells of it: %s, before %s", after, before)
		}
		if r, _ := reportAt(t, t.Context(), x.s, f.Ref); len(r.Places) != 1 || r.Places[0].Code != "cl-07" {
			t.Errorf("the supervisor's report: %+v", r.Places)
		}
		if n := count(t, x.b, `SELECT COUNT(*) FROM extent WHERE until_ms = 0`); n != 0 {
			t.Errorf("bravo's index has %d places", n)
		}
	})
}

// DEC-08, SEC-07 T: an officer who does not see the basket of the places reads a
// report without them.
func TestDEC08ReportByCompartment(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	for i := range c.Charter.Templates {
		if tp := &c.Charter.Templates[i]; tp.Kind == protection.KindPlace {
			tp.Basket = "commerce"
		}
	}
	c.Charter.Baskets["commerce"] = c.Charter.Baskets["de-escalation"]
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	f := x.b.Send(t, node.Act{Kind: "MOVNOT"}, pastClinic(x))
	x.a.Send(t, node.Act{Kind: "PROTPLACE", To: []string{"bravo", "supervisor"}}, clinic(x, "exact"))
	x.Settle()
	for _, tt := range []struct {
		baskets []string
		places  int
	}{{[]string{"de-escalation"}, 0}, {[]string{"de-escalation", "commerce"}, 1}} {
		ctx := node.WithSight(t.Context(), func(basket string) bool { return basket == "" || slices.Contains(tt.baskets, basket) })
		if r, text := reportAt(t, ctx, x.b, f.Ref); len(r.Places) != tt.places || tt.places == 0 && strings.Contains(text, "cl-07") {
			t.Errorf("seeing %v: %s", tt.baskets, text)
		}
	}
}

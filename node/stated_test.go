package node_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/node"
	"parley/node/nodetest"
)

// DEC-14 T: what a border reads of a notice is what its opener says now. An answer
// and a reminder are of the same matter and say nothing of where; a change and a
// withdrawal do.
func TestStated(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a, b := c.Start("alpha", "", nil), c.Start("bravo", "", nil)
	c.Start("supervisor", "", nil)
	from := c.Clock.Now().Add(48 * time.Hour).UnixMilli()
	body := func(radius int) string {
		return fmt.Sprintf(`{"activity":"works","volumes":[{"centre":[{"lat":"12.46","lon":"-38.2"}],"radius_m":%d,"windows":[{"from":%d,"until":%d}]}],
			"vehicles":[{"count":1,"type":"excavator"}],"people":[4],"escort":"no","disputed":"no","units":"a crew","purpose":"repair","contact":["channel 4"],"confidentiality":"exact"}`, radius, from, from+6*3600_000)
	}
	filed := a.Send(t, node.Act{Kind: "WRKNOT"}, body(500))
	c.Settle()
	want := func(when string, radius string, revision int64, open bool) {
		t.Helper()
		list, err := b.Stated(t.Context(), []string{filed.Ref.String(), "alpha:none", "none"})
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %+v, %v", when, list, err)
		}
		if s := list[0]; !strings.Contains(s.Body, `"radius_m":`+radius) || s.Revision != revision || s.Open != open || s.Module != "deconfliction" || !strings.HasPrefix(s.Number, "A-") {
			t.Errorf("%s: %+v", when, s)
		}
	}
	want("filed", "500", 0, true)
	b.Send(t, node.Act{Kind: "cell.received/1", About: filed.Ref}, `{}`)
	c.Settle()
	want("answered", "500", 0, true)
	if l, ok := b.Lies(filed.Ref.String(), "deconfliction", from-1, from+1); !ok || l.From != from || l.Parts != 1 {
		t.Errorf("it lies at %+v, %v", l, ok)
	}
	if _, ok := b.Lies(filed.Ref.String(), "protection", from-1, from+1); ok {
		t.Error("it is a place")
	}
	a.Send(t, node.Act{Kind: "cell.update/1", About: filed.Ref}, fmt.Sprintf(`{"body":%s}`, body(700)))
	c.Settle()
	want("changed", "700", 1, true)
	a.Send(t, node.Act{Kind: "cell.cancel/1", About: filed.Ref}, `{"reason":{"lang":"en","text":"not needed"}}`)
	c.Settle()
	want("withdrawn", "700", 1, false)
}

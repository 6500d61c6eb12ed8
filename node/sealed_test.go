package node_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/intel"
	"parley/cell/venture"
	"parley/node"
	"parley/node/nodetest"
)

// SUP-01 T: the mode is kept for what comes in, too: a record from a desk that
// breaks it is kept, contested, and moves nothing.
func TestSUP01ABrokenModeIsContested(t *testing.T) {
	for mode, to := range map[string][]string{
		cell.ModeRelay: {"alpha"}, cell.ModeCopy: {"alpha"}, cell.ModeSealed: {"alpha", "supervisor"}, cell.ModeMetadata: {"alpha", "supervisor"},
	} {
		t.Run(mode, func(t *testing.T) {
			c := nodetest.NewCell(t, func(s string) string { return strings.Replace(s, "commerce: relay", "commerce: "+mode, 1) })
			alpha, f := c.Start("alpha", "", nil), newForger(t, c, "bravo")
			k, ok := c.Modules.Kind(venture.KindProposal)
			if !ok {
				t.Fatal("no kind")
			}
			r := f.compose(k.Name, k.Sample(), func(r *cell.Record) { r.To = to })
			i := f.write(r)
			f.give(alpha)
			v, _, err := alpha.Record(t.Context(), cell.Cite{Desk: "bravo", Gen: 1, Index: i}.String())
			if err != nil || v.Verdict != cell.VerdictContested || !slices.Contains(rulesOf(t, alpha, v), "cell.mode") {
				t.Errorf("%v, verdict %q, rules %v", err, v.Verdict, rulesOf(t, alpha, v))
			}
		})
	}
}

// SUP-01, HOT-05 T: a warning of life safety reaches the supervisor in the mode
// sealed copy, with its review and its recall; a report does not, and whatever is
// said about it is sealed like it.
func TestSUP01WhatFollowsASealedRecord(t *testing.T) {
	c := nodetest.NewCell(t, func(s string) string {
		s = strings.Replace(s, "intelligence: relay", "intelligence: sealed-copy", 1)
		return strings.Replace(s, "links:\n", "links:\n  - [alpha, bravo]\n", 1)
	})
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	w := x.a.Send(t, node.Act{Kind: "THRWRN", To: []string{"bravo"}, By: officer("watch-1")},
		`{"threat":"uav","at_risk":"civilians","tlp":"amber","place":{"id":"P-05","lat":"12.5412","lon":"-38.2140","text":"P-05","notation":"name","precision_m":100}}`)
	x.a.Send(t, node.Act{Kind: "THRREV", About: w.Ref, By: officer("head-1")}, `{"outcome":"confirmed"}`)
	x.a.Send(t, node.Act{Kind: "RECALL", About: w.Ref, By: officer("head-1")},
		fmt.Sprintf(`{"reason":{"lang":"en","text":"the source took it back"},"deadline":%d}`, x.Clock.Now().Add(time.Hour).UnixMilli()))
	alone := func(more string) []byte {
		return []byte(strings.Replace(item(x, "amber", more), `"bravo","supervisor"`, `"bravo"`, 1))
	}
	draft, err := x.a.Act(t.Context(), node.Act{Kind: "INTDRAFT", By: officer("analyst-2"), Body: alone("")})
	if err != nil {
		t.Fatal(err)
	}
	f, err := x.a.Act(t.Context(), node.Act{Kind: "INTREP", By: officer("head-1"), Body: alone(fmt.Sprintf(`,"drafter":"analyst-2","draft":%q`, draft.Ref))})
	if err != nil {
		t.Fatal(err)
	}
	x.Settle()
	p := x.b.Send(t, node.Act{Kind: cell.KindPosition, About: f.Ref}, `{"position":"disputes","text":{"lang":"he","text":"אין זה כך"}}`)
	x.Settle()
	got := intelAt(t, x.s)
	if len(got.Warnings) != 1 || len(got.Warnings[0].Review) != 1 || len(got.Warnings[0].Recall) != 1 || len(got.Reports) != 0 {
		t.Errorf("the supervisor sees %+v", got)
	}
	if n := len(intelAt(t, x.b).Reports); n != 1 {
		t.Errorf("bravo sees %d reports", n)
	}
	var of []string
	for _, s := range supervisionAt(t, x.s).Sealed {
		of = append(of, s.Of)
	}
	slices.Sort(of)
	if want := []string{f.Cite.String(), p.Cite.String()}; !slices.Equal(of, want) {
		t.Errorf("sealed copies of %v, want of %v", of, want)
	}
	if n := count(t, x.a, `SELECT COUNT(*) FROM record WHERE kind = ?`, intel.KindDraft); n != 1 {
		t.Errorf("%d drafts", n)
	}
}

// SUP-01 T: a desk hands over the key of what it holds and of nothing else; an
// act that cannot have its sealed copy is refused and leaves nothing.
func TestSUP01OnlyAHolderHasTheKey(t *testing.T) {
	c := nodetest.NewCell(t, func(s string) string { return strings.Replace(s, "commerce: relay", "commerce: sealed-copy", 1) })
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	between := x.b.Send(t, node.Act{Kind: "MSG", To: []string{"supervisor"}}, `{"body":{"lang":"he","text":"בינינו"}}`)
	x.Settle()
	_, err := x.a.Act(t.Context(), node.Act{Kind: "HANDOVER", To: []string{"supervisor"}, Body: fmt.Appendf(nil, `{"of":%q,"salt":"auto"}`, between.Cite)})
	if inv, ok := errors.AsType[*cell.Invalid](err); !ok || inv.At != "/body/of" {
		t.Errorf("alpha hands over the key of what it does not hold: %v", err)
	}
	before := count(t, x.a, `SELECT COUNT(*) FROM record WHERE desk = 'alpha'`)
	row := fmt.Sprintf(`{"desk":"alpha","text":{"ar":%q,"en":%q,"he":%q}},`, strings.Repeat("م", 9_500), strings.Repeat("w", 19_000), strings.Repeat("ש", 9_500))
	rows := strings.TrimSuffix(strings.Repeat(row, 15), ",")
	_, err = x.a.Act(t.Context(), node.Act{Kind: "VENPROP", To: []string{"bravo"}, By: cell.By{Officer: "node", Role: "node"},
		Body: []byte(strings.Replace(ventureBody, `"benefit":[]`, `"benefit":[`+rows+`]`, 1))})
	if err == nil || !strings.Contains(err.Error(), "sealed copy of") {
		t.Errorf("a record of which no copy can be sealed: %v", err)
	}
	if n := count(t, x.a, `SELECT COUNT(*) FROM record WHERE desk = 'alpha'`); n != before {
		t.Errorf("%d records are left of what was refused", n-before)
	}
}

package node_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/intel"
	"parley/node"
	"parley/node/nodetest"
)

// refusedBy wants an act to be refused by a rule.
func refusedBy(t *testing.T, d *nodetest.Desk, a node.Act, body, rule string) {
	t.Helper()
	a.Body = []byte(body)
	_, err := d.Act(t.Context(), a)
	r, ok := errors.AsType[*cell.Refused](err)
	if !ok || !slices.ContainsFunc(r.Breaches, func(b cell.Breach) bool { return b.Rule == rule }) {
		t.Errorf("%s at %s: %v, want it refused by %s", a.Kind, d.Node.Desk(), err, rule)
	}
}

func intelAt(t *testing.T, d *nodetest.Desk) intel.Screen {
	t.Helper()
	v, err := d.Query(t.Context(), intel.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(intel.Screen)
}

func officer(code string) cell.By { return cell.By{Officer: code, Role: "watch"} }

// item writes the body of a draft, and of the report that releases it.
func item(x *trio, tlp, more string) string {
	return fmt.Sprintf(`{"product":"assessment","grade":{"source":"B","information":"3"},"likelihood":"likely","observed":%d,"tlp":%q,"use":"no-kinetic-use",
		"releasable":["bravo","supervisor"],"text":{"lang":"ar","text":"نُقلت قاذفات إلى الحرف"},"dissent":{"lang":"ar","text":"يراه ضابط حركة زراعية"}%s}`,
		x.Clock.Now().Add(-time.Hour).UnixMilli(), tlp, more)
}

// INT-03, INT-07, INT-10 T: a report is drafted by one officer and released by
// another, in the same words; the draft stays at home; the dissent is in the
// other side's list; a recall ends with every desk's word, or it sounds.
func TestReportFromDraftToRecall(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		draft := x.a.Send(t, node.Act{Kind: "INTDRAFT", By: officer("analyst-2")}, item(x, "amber", ""))
		release := item(x, "amber", fmt.Sprintf(`,"drafter":"analyst-2","draft":%q`, draft.Ref))
		refusedBy(t, x.a, node.Act{Kind: "INTREP", By: officer("analyst-2")}, release, "intel.two-person")
		refusedBy(t, x.a, node.Act{Kind: "INTREP", By: officer("head-1")}, item(x, "green", fmt.Sprintf(`,"drafter":"analyst-2","draft":%q`, draft.Ref)), "intel.draft-differs")
		f := x.a.Send(t, node.Act{Kind: "INTREP", By: officer("head-1")}, release)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.b, x.s} {
			got := intelAt(t, d)
			if len(got.Drafts) != 0 || len(got.Reports) != 1 || got.Reports[0].Releaser != "head-1" || len(got.Reports[0].Dissent) != 1 {
				t.Errorf("at %s: %+v", d.Node.Desk(), got)
			}
			if n := count(t, d, `SELECT COUNT(*) FROM record WHERE kind = 'intel.draft/1'`); n != 0 {
				t.Errorf("%d drafts left for %s", n, d.Node.Desk())
			}
			if _, err := d.MatterView(t.Context(), draft.Ref.String()); !errors.Is(err, cell.ErrNotFound) {
				t.Errorf("the draft at %s: %v", d.Node.Desk(), err)
			}
		}
		if got := intelAt(t, x.a).Drafts; len(got) != 1 || got[0].State != intel.StateReleased {
			t.Errorf("drafts at home: %+v", got)
		}
		refusedBy(t, x.a, node.Act{Kind: cell.KindCancel, About: f.Ref}, `{}`, "intel.recall-only")
		refusedBy(t, x.a, node.Act{Kind: cell.KindUpdate, About: f.Ref}, `{"body":`+item(x, "amber", fmt.Sprintf(`,"expires":[],"drafter":"analyst-2","draft":%q`, draft.Ref))+`}`, "intel.recall-only")
		deadline := x.Clock.Now().Add(2 * time.Hour)
		recall := x.a.Send(t, node.Act{Kind: "RECALL", About: f.Ref, By: officer("head-1")},
			fmt.Sprintf(`{"reason":{"lang":"ar","text":"المصدر سحب قوله"},"deadline":%d}`, deadline.UnixMilli()))
		x.Settle()
		for _, d := range []*nodetest.Desk{x.b, x.s} {
			d.Send(t, node.Act{Kind: cell.KindReceived, About: recall.Ref}, `{}`)
		}
		x.b.Send(t, node.Act{Kind: "RECALLED", About: recall.Ref}, `{"done":"cannot","reuse":{"lang":"he","text":"נמסר לחטיבה"}}`)
		x.until(deadline.Add(time.Minute))
		a := alarmsOf(t, x.s, node.AlarmOverdue)
		if m := matter(t, x.a, f.Ref); m.State != intel.StateRecalled || len(a) != 1 || len(alarmsOf(t, x.a, node.AlarmOverdue)) != 1 {
			t.Errorf("after the deadline: %s, alarms %+v", m.State, a)
		}
		x.s.Send(t, node.Act{Kind: "RECALLED", About: recall.Ref}, `{"done":"destroyed"}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			got := intelAt(t, d).Reports[0]
			if got.State != intel.StateRecallComplete || len(got.Recall) != 1 || len(got.Recall[0].Answers) != 2 {
				t.Errorf("at %s: %s, %+v", d.Node.Desk(), got.State, got.Recall)
			}
		}
		rebuilt(t, x.Cell, x.a)
	})
}

// INT-01 T: without its grade a report is refused by the desk, with the place.
func TestReportWithoutAGrade(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		_, err := x.a.Act(t.Context(), node.Act{Kind: "INTREP", By: officer("head-1"), Body: []byte(`{"product":"tip","likelihood":"likely","observed":1767700000000,
			"tlp":"amber","use":"warn-only","releasable":["bravo","supervisor"],"text":{"lang":"en","text":"one"},"drafter":"analyst-2","draft":"alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"}`)})
		if inv, ok := errors.AsType[*cell.Invalid](err); !ok || inv.At != "/body/grade/source" {
			t.Errorf("%v", err)
		}
	})
}

// INT-02 T: no desk exports what is marked RED, whoever sent it, nor what is
// said about it; what is not marked so leaves with a reason on record.
func TestRedIsNotExported(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		send := func(tlp string) (draft, report node.Filed) {
			draft = x.a.Send(t, node.Act{Kind: "INTDRAFT", By: officer("analyst-2")}, item(x, tlp, ""))
			return draft, x.a.Send(t, node.Act{Kind: "INTREP", By: officer("head-1")}, item(x, tlp, fmt.Sprintf(`,"drafter":"analyst-2","draft":%q`, draft.Ref)))
		}
		draft, red := send("red")
		_, amber := send("amber")
		x.Settle()
		about := x.b.Send(t, node.Act{Kind: cell.KindTranslation, About: red.Ref}, `{"field":"text","lang":"he","text":"משגרים הועברו לרכס","standing":"draft"}`)
		x.Settle()
		refused := func(d *nodetest.Desk, f node.Filed) {
			t.Helper()
			_, err := d.Proof(t.Context(), f.Cite.String(), "asked by the joint committee", officer("head-1"))
			if r, ok := errors.AsType[*cell.Refused](err); !ok || r.Breaches[0].Rule != "intel.red-export" {
				t.Errorf("%s leaves %s: %v", f.Cite, d.Node.Desk(), err)
			}
		}
		refused(x.a, draft)
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			refused(d, red)
			refused(d, about)
			if _, err := d.Proof(t.Context(), amber.Cite.String(), "asked by the joint committee", officer("head-1")); err != nil {
				t.Errorf("amber at %s: %v", d.Node.Desk(), err)
			}
		}
	})
}

// INT-11 T: a warning with the fewest fields is filed by one officer, goes to
// the supervisor though the other side alone was named, and sounds there with
// no time passed; its review is owed within a day.
func TestWarningGoesOutAtOnce(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		f := x.a.Send(t, node.Act{Kind: "THRWRN", To: []string{"bravo"}, By: officer("watch-1")},
			`{"threat":"uav","at_risk":"civilians","tlp":"amber","place":{"id":"P-05","lat":"12.5412","lon":"-38.2140","text":"P-05","notation":"name","precision_m":100}}`)
		x.Settle()
		for _, d := range []*nodetest.Desk{x.b, x.s} {
			got := intelAt(t, d).Warnings
			if len(got) != 1 || got[0].Use != intel.WarnOnly || got[0].At != x.Clock.Now().UnixMilli() || len(alarmsOf(t, d, node.AlarmFlash)) == 0 {
				t.Errorf("at %s: %+v, alarms %+v", d.Node.Desk(), got, alarmsOf(t, d, node.AlarmFlash))
			}
		}
		refusedBy(t, x.a, node.Act{Kind: "THRREV", About: f.Ref, By: officer("watch-1")}, `{"outcome":"confirmed"}`, "intel.review-same")
		x.pass(25 * time.Hour)
		if late := matter(t, x.a, f.Ref).Waiting; !slices.ContainsFunc(late, func(w node.Wait) bool { return w.For == intel.NeedReview && w.Level != "" }) {
			t.Errorf("a day later: %+v", late)
		}
		x.a.Send(t, node.Act{Kind: "THRREV", About: f.Ref, By: officer("head-1")}, `{"outcome":"confirmed"}`)
		x.Settle()
		if got := intelAt(t, x.b).Warnings[0]; got.State != intel.StateReviewed || len(got.Review) != 1 || !got.Review[0].Current {
			t.Errorf("at bravo: %s, %+v", got.State, got.Review)
		}
	})
}

package hotline_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/hotline"
)

const (
	minute = 60_000
	hours  = 3600_000
)

// watchers is a history with what a test of the watch does in it.
type watchers struct {
	*celltest.History
	t *testing.T
}

// newWatchers begins at noon, under a charter that change may alter.
func newWatchers(t *testing.T, change func(*cell.Charter)) *watchers {
	c := *celltest.Charter(t, hotline.Module)
	if change != nil {
		change(&c)
	}
	return &watchers{celltest.NewHistory(&c, cell.Modules{hotline.Module}), t}
}

func actual(c *cell.Charter) { c.Status = cell.Actual }

// by records an act of an officer of alpha; one that stays at home goes nowhere.
func (w *watchers) by(officer, kind string, body cell.Body, about ...cell.Held) cell.Held {
	w.t.Helper()
	return w.Add(w.t, "alpha", kind, body, func(r *cell.Record) {
		r.By.Officer = officer
		for _, h := range about {
			r.About, r.Cites = h.Ref(), append(r.Cites, h.Cite())
		}
	})
}

func (w *watchers) takes(officer string) cell.Held {
	w.t.Helper()
	return w.by(officer, hotline.KindWatch, w.watch())
}

func (w *watchers) watch() hotline.Watch {
	return hotline.Watch{Role: "watch", From: w.Now, To: w.Now + 12*hours, Languages: []string{"ar"}, Authority: "watch"}
}

// held gives the rules by which alpha's own node keeps back what an officer
// would file now.
func (w *watchers) held(officer, kind string, body cell.Body, about ...cell.Held) []string {
	w.t.Helper()
	k, _ := w.Modules.Kind(kind)
	h := cell.Held{Record: cell.Record{Desk: "alpha", Kind: kind, At: w.Now, By: cell.By{Officer: officer, Role: "watch"}}, Body: body}
	for _, of := range about {
		h.About = of.Ref()
	}
	var out []string
	for _, b := range hotline.Module.Holds(w.Situation("alpha"), h, k) {
		out = append(out, b.Rule)
	}
	return out
}

func (w *watchers) items() []hotline.OpenItem {
	out := []hotline.OpenItem{}
	items, _ := hotline.OpenItems(w.Here("alpha"))
	for _, x := range items {
		out = append(out, x.OpenItem)
	}
	return out
}

func want(t *testing.T, what string, got []string, rule string) {
	t.Helper()
	if rule == "" && len(got) > 0 || rule != "" && !slices.Contains(got, rule) {
		t.Errorf("%s: %v, want %q", what, got, rule)
	}
}

// HOT-09 T: a hand-over is impossible with an unread FLASH, with an open item
// that is left out or not ticked, by who has not the watch, and by one officer
// twice. Once both have signed, the next one takes the watch, and not before.
func TestHOT09Handover(t *testing.T) {
	w := newWatchers(t, nil)
	w.takes("watch-1")
	flash := w.Add(t, "bravo", hotline.KindCease, hotline.Cease{What: "fire", Ref: "x"}, nil)
	w.DeliverAll(flash)
	own := w.by("watch-1", hotline.KindMessage, hotline.Message{Body: text[0]})

	over := func() hotline.Handover { return hotline.Handover{Items: w.items(), Mood: text} }
	want(t, "an unread FLASH", w.held("watch-1", hotline.KindHandover, over()), "hotline.handover-flash")
	w.Ack(t, "alpha", flash, cell.Received{})
	want(t, "taken", w.held("watch-1", hotline.KindHandover, over()), "")
	want(t, "an item left out", w.held("watch-1", hotline.KindHandover, hotline.Handover{Items: w.items()[1:]}), "hotline.handover-open")
	want(t, "by another", w.held("watch-2", hotline.KindHandover, over()), "hotline.handover-not-on-watch")

	items := w.items()
	if !slices.ContainsFunc(items, func(o hotline.OpenItem) bool { return o.Matter == own.Ref().String() && o.Why == hotline.OpenUnacked }) ||
		!slices.ContainsFunc(items, func(o hotline.OpenItem) bool { return o.Matter == flash.Ref().String() && o.Why == hotline.OpenClock }) {
		t.Errorf("open items: %+v", items)
	}
	h := w.by("watch-1", hotline.KindHandover, over())
	want(t, "taken without a signature", w.held("watch-2", hotline.KindWatch, w.watch()), "hotline.handover-wanted")
	w.WantState(t, h.Ref(), hotline.StatePrepared)

	ticked := hotline.Takeover{Ticked: items}
	w.WantRefused(t, w.by("watch-1", hotline.KindTakeover, ticked, h), "alpha", "hotline.handover-same")
	w.WantRefused(t, w.by("watch-2", hotline.KindTakeover, hotline.Takeover{Ticked: items[:1]}, h), "alpha", "hotline.handover-unticked")
	late := w.Add(t, "bravo", hotline.KindCease, hotline.Cease{What: "fire", Ref: "y"}, nil)
	w.DeliverAll(late)
	want(t, "a FLASH came in between", w.held("watch-2", hotline.KindTakeover, ticked, h), "hotline.handover-flash")
	w.Ack(t, "alpha", late, cell.Received{})
	want(t, "all ticked", w.held("watch-2", hotline.KindTakeover, ticked, h), "")
}

// HOT-09: an accepted hand-over lets its officer take the watch and nobody
// else; what was signed is not changed, and bind it does.
func TestHOT09TakenOver(t *testing.T) {
	w := newWatchers(t, nil)
	w.takes("watch-1")
	h := w.by("watch-1", hotline.KindHandover, hotline.Handover{To: "watch-2", Items: []hotline.OpenItem{}})
	w.WantRefused(t, w.by("watch-3", hotline.KindTakeover, hotline.Takeover{}, h), "alpha", "hotline.handover-other")
	if got := w.Rules(w.by("watch-1", cell.KindUpdate, celltest.Update(t, hotline.Handover{To: "watch-3"}), h)); !slices.Contains(got, "hotline.handover-anew") {
		t.Errorf("a change of what was signed: %v", got)
	}
	want(t, "withdrawn by another", w.held("watch-2", cell.KindCancel, cell.Cancel{}, h), "hotline.handover-withdraw")

	w = newWatchers(t, nil)
	w.takes("watch-1")
	h = w.by("watch-1", hotline.KindHandover, hotline.Handover{Items: w.items()})
	w.by("watch-2", hotline.KindTakeover, hotline.Takeover{Ticked: h.Body.(hotline.Handover).Items}, h)
	w.WantState(t, h.Ref(), hotline.StateAccepted)
	want(t, "who took over", w.held("watch-2", hotline.KindWatch, w.watch()), "")
	want(t, "somebody else", w.held("watch-3", hotline.KindWatch, w.watch()), "hotline.handover-wanted")
	w.takes("watch-2")
	if on, ok := hotline.OnDuty(w.Here("alpha")); !ok || on.By.Officer != "watch-2" {
		t.Errorf("on duty: %+v %v", on.By, ok)
	}
	want(t, "the one who left", w.held("watch-1", hotline.KindHandover, hotline.Handover{Items: w.items()}), "hotline.handover-not-on-watch")
	w.WantRefused(t, w.by("watch-3", hotline.KindTakeover, hotline.Takeover{Ticked: h.Body.(hotline.Handover).Items}, h), "alpha", "hotline.handover-twice")
}

// The officer on watch is asked at the charter's interval; a silence of five
// minutes climbs the desk's own ladder and sets the watch free; nothing of it
// leaves the desk.
func TestPresence(t *testing.T) {
	w := newWatchers(t, func(c *cell.Charter) { c.Watch.Presence, c.Watch.Answer = 2*hours*1e6, 5*minute*1e6 })
	on := w.takes("watch-1")
	due := func() (out []cell.Draft) {
		for _, d := range hotline.Module.Due(w.Situation("alpha")) {
			if d.Kind == hotline.KindPresence {
				out = append(out, d)
			}
		}
		return out
	}
	if len(due()) != 0 || hotline.NextPresence(w.Here("alpha")) != on.At+2*hours {
		t.Errorf("asked at once, or next at +%d ms", hotline.NextPresence(w.Here("alpha"))-on.At)
	}
	w.Now = on.At + 2*hours
	asked := due()
	if len(asked) != 1 || len(asked[0].To) != 0 || asked[0].Body.(hotline.Presence).Officer != "watch-1" {
		t.Fatalf("after two hours: %+v", asked)
	}
	p := w.by("node", hotline.KindPresence, asked[0].Body)
	for _, x := range []struct {
		after int64
		state string
		level string
	}{{0, hotline.StateAsked, ""}, {5*minute - 1, hotline.StateAsked, ""}, {5 * minute, hotline.StateMissed, "second-officer"}, {15 * minute, hotline.StateMissed, "desk-head"}} {
		s := w.State(p.Ref(), p.At+x.after)
		if s.Name != x.state || len(s.Waiting) != 1 || s.Waiting[0].Level != x.level || s.Waiting[0].Desk != "alpha" {
			t.Errorf("after %d ms: %+v, want %s at level %q", x.after, s, x.state, x.level)
		}
	}
	w.Now = p.At + 4*minute
	want(t, "no hand-over yet", w.held("watch-2", hotline.KindWatch, w.watch()), "hotline.handover-wanted")
	w.Now = p.At + 6*minute
	want(t, "after a miss", w.held("watch-2", hotline.KindWatch, w.watch()), "")
	w.WantRefused(t, w.by("watch-2", hotline.KindPresent, hotline.Present{Outcome: hotline.StatePresent}, p), "alpha", "hotline.presence-who")
	w.WantRefused(t, w.by("watch-1", hotline.KindPresent, hotline.Present{Outcome: hotline.StateRelieved}, p), "alpha", "hotline.presence-who")
	w.by("watch-1", hotline.KindPresent, hotline.Present{Outcome: hotline.StatePresent}, p)
	w.WantState(t, p.Ref(), hotline.StatePresent)
	if len(p.To) != 0 || len(w.Matter(p.Ref(), "bravo").Records) != 0 {
		t.Error("a presence check is known abroad")
	}
}

// HOT-01 T: slots of a roster cover, those on call do not; a gap and a stretch
// without a language of another desk are found before they begin.
func TestHOT01Roster(t *testing.T) {
	w := newWatchers(t, nil)
	slot := func(role string, from, to int64, languages ...string) hotline.Slot {
		return hotline.Slot{Role: role, From: celltest.Noon + from*hours, To: celltest.Noon + to*hours, Languages: languages, Authority: "watch"}
	}
	r := w.by("watch-1", hotline.KindRoster, hotline.Roster{Slots: []hotline.Slot{
		slot("watch", 0, 4, "ar", "he"), slot("watch", 4, 8, "ar"), slot("desk-head", 0, 20, "ar", "he")}})
	filed := hotline.Filed(w.Here("alpha"))
	if from, ok := hotline.RotaGap(filed, "alpha", celltest.Noon, 9*hours); !ok || from != celltest.Noon+8*hours {
		t.Errorf("gap at +%d h, %v, want +8: the head of desk is on call only", (from-celltest.Noon)/hours, ok)
	}
	g := hotline.LanguageGaps(filed, "alpha", w.Charter, celltest.Noon, celltest.Noon+9*hours)
	if len(g) != 1 || g[0] != (hotline.LanguageGap{Desk: "bravo", From: celltest.Noon + 4*hours, To: celltest.Noon + 8*hours}) {
		t.Errorf("language gaps: %+v", g)
	}
	w.by("watch-1", cell.KindUpdate, celltest.Update(t, hotline.Roster{Slots: []hotline.Slot{slot("watch", 0, 12, "ar", "he")}}), r)
	if _, ok := hotline.RotaGap(hotline.Filed(w.Here("alpha")), "alpha", celltest.Noon, 9*hours); ok {
		t.Error("a gap, though the roster was corrected")
	}
	far := hotline.Roster{Slots: []hotline.Slot{slot("watch", 24*32, 24*32+8, "ar")}}
	w.WantRefused(t, w.by("watch-1", hotline.KindRoster, far), "bravo", "hotline.roster-ahead")
}

// HOT-01, HOT-06, HOT-07: who is called for a level stands in the assignments
// at home; the later word holds, an empty rung falls to the next, and no other
// desk holds a code.
func TestHOT07CalledByTheRoster(t *testing.T) {
	w := newWatchers(t, nil)
	named := func(role, officer string, from, to int64) hotline.Assigned {
		return hotline.Assigned{Role: role, From: celltest.Noon + from*hours, To: celltest.Noon + to*hours, Officer: officer}
	}
	a := w.by("watch-1", hotline.KindAssign, hotline.Assign{Slots: []hotline.Assigned{
		named("watch", "watch-1", 0, 8), named("second-officer", "watch-3", 0, 8), named("desk-head", "head-1", 0, 24)}})
	w.by("watch-1", hotline.KindAssign, hotline.Assign{Slots: []hotline.Assigned{named("watch", "watch-2", 0, 4)}})
	called := func(level string, at int64) string {
		return strings.Join(hotline.Called(w.Here("alpha").Find(hotline.KindAssign, 0), level, celltest.Noon+at*hours), " ")
	}
	for _, x := range []struct {
		level string
		at    int64
		want  string
	}{{"watch", 1, "watch-2"}, {"watch", 5, "watch-1"}, {"supervisor-watch", 5, "watch-1"}, {"second-officer", 1, "watch-3"},
		{"second-officer", 9, "head-1"}, {"desk-head", 1, "head-1"}, {"principals", 1, "head-1"}, {"watch", 30, ""}} {
		if got := called(x.level, x.at); got != x.want {
			t.Errorf("%s at +%d h: %q, want %q", x.level, x.at, got, x.want)
		}
	}
	if len(a.To) != 0 || len(w.Here("bravo").Find(hotline.KindAssign, 0)) != 0 {
		t.Error("the codes left their desk")
	}
}

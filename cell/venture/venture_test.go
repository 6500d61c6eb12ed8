package venture_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/venture"
)

// What every module must pass without being known.
func TestModule(t *testing.T) { celltest.Run(t, venture.Module) }

// gate and gateSign play the roadmap: a gate is open while its newest signature
// opens it.
type gate struct {
	Title string `json:"title"`
}

func (gate) Validate() error { return nil }

type gateSign struct {
	Open bool `json:"open"`
}

func (gateSign) Validate() error   { return nil }
func (s gateSign) OpensGate() bool { return s.Open }

func roadmap() cell.Module {
	return cell.Module{Name: "roadmap", Kinds: []cell.Kind{
		cell.KindOf("roadmap.gate/1", gate{"bridge"}).Opening(), cell.KindOf("roadmap.sign/1", gateSign{true})},
		Lives: []cell.Life{{Kinds: []string{"roadmap.gate/1"}, Stages: []cell.Stage{{Name: "closed"},
			{Name: "open", When: func(k *cell.Case) (int64, bool) {
				last, ok := k.Last("roadmap.sign/1", "")
				return last.At, ok && last.Body.(gateSign).Open
			}},
			{Name: "regressed", When: func(k *cell.Case) (int64, bool) {
				last, ok := k.Last("roadmap.sign/1", "")
				return last.At, ok && !last.Body.(gateSign).Open
			}}}}}}
}

// trade is a history of ventures as tests tell it.
type trade struct {
	*celltest.History
	t *testing.T
}

func newTrade(t *testing.T) *trade {
	return &trade{celltest.NewHistory(celltest.Charter(t, venture.Module), cell.Modules{venture.Module, roadmap()}), t}
}

func cannery(gate string) venture.Proposal {
	return venture.Proposal{Title: says("cannery"), Field: "trade", Sides: []string{"alpha", "bravo"}, Gate: gate, Disclosure: venture.DesksOnly, Benefit: []venture.Benefit{}}
}

func says(mark string) cell.Text3 {
	return cell.Text3{Ar: "مشروع " + mark, En: "venture " + mark, He: "מיזם " + mark}
}

// gate opens a gate of the roadmap.
func (x *trade) gate() cell.Held {
	return x.Add(x.t, "supervisor", "roadmap.gate/1", gate{"bridge"}, nil)
}

// signs records a signature under a gate.
func (x *trade) signs(desk string, g cell.Held, open bool) cell.Held {
	return x.Add(x.t, desk, "roadmap.sign/1", gateSign{open}, func(r *cell.Record) { r.About, r.Cites = g.Ref(), []cell.Cite{g.Cite()} })
}

// step records a desk's step, which cites the proposal and whatever is named.
func (x *trade) step(desk string, of cell.Held, stage string, cites ...cell.Held) cell.Held {
	x.t.Helper()
	return x.Add(x.t, desk, venture.KindStep, venture.Step{Stage: stage, Text: []cell.Free{}}, celltest.About(of, cites...))
}

// come takes both sides along the way up to a stage.
func (x *trade) come(of cell.Held, upTo string, cites ...cell.Held) {
	x.t.Helper()
	for _, s := range []string{venture.StageVetted, venture.StageMou, venture.StagePermits, venture.StagePilot, venture.StageOperating} {
		x.step("alpha", of, s, cites...)
		x.step("bravo", of, s, cites...)
		if s == upTo {
			return
		}
	}
}

func (x *trade) wantState(of cell.Held, want string) cell.State {
	x.t.Helper()
	return x.WantState(x.t, of.Ref(), want)
}

// wantRefused fails unless the desk's own node refuses the act by the rule, and
// the same record from a desk whose node let it pass is kept as contested.
func (x *trade) wantRefused(h cell.Held, rule string) {
	x.t.Helper()
	x.WantRefused(x.t, h, "", rule)
}

// held gives why a desk's own node would keep a step back now.
func (x *trade) held(h cell.Held) []cell.Breach {
	return venture.Module.Holds(x.Situation(h.Desk), h, cell.Kind{})
}

func (x *trade) screen(desk string) venture.Screen {
	x.t.Helper()
	return celltest.Ask[venture.Screen](x.t, x.History, desk, venture.Module)
}

func (x *trade) count(stage string) int {
	p := x.screen("alpha").Pipeline
	return p[slices.IndexFunc(p, func(c venture.Count) bool { return c.Stage == stage })].Count
}

func TestProposalValidates(t *testing.T) {
	for at, change := range map[string]func(*venture.Proposal){
		"":                   func(*venture.Proposal) {},
		"/title/he":          func(p *venture.Proposal) { p.Title.He = "" },
		"/field":             func(p *venture.Proposal) { p.Field = "everything" },
		"/sides":             func(p *venture.Proposal) { p.Sides = p.Sides[:1] },
		"/sides/1":           func(p *venture.Proposal) { p.Sides[1] = "alpha" },
		"/gate":              func(p *venture.Proposal) { p.Gate = "gate 1" },
		"/disclosure":        func(p *venture.Proposal) { p.Disclosure = "" },
		"/benefit/0/desk":    func(p *venture.Proposal) { p.Benefit = []venture.Benefit{{Desk: "delta", Text: says("b")}} },
		"/benefit/0/text/ar": func(p *venture.Proposal) { p.Benefit = []venture.Benefit{{Desk: "alpha", Text: cell.Text3{En: "b"}}} },
	} {
		p := cannery("")
		change(&p)
		err := p.Validate()
		if (err == nil) != (at == "") || err != nil && !strings.HasPrefix(err.Error(), at+": ") {
			t.Errorf("%+v: error %v, want one at %q", p, err, at)
		}
	}
}

// VEN-01 T: from the idea to operation stage by stage; the venture stands where
// the slower side is, and the pipeline counts it there.
func TestVEN01Stages(t *testing.T) {
	x := newTrade(t)
	v := x.Add(t, "alpha", venture.KindProposal, cannery(""), nil)
	x.wantState(v, venture.StageIdea)
	x.step("alpha", v, venture.StageVetted)
	x.step("alpha", v, venture.StageMou)
	x.step("supervisor", v, venture.StageVetted) // shown, and moves nothing
	x.wantState(v, venture.StageIdea)
	last := x.step("bravo", v, venture.StageVetted)
	if s := x.wantState(v, venture.StageVetted); s.Since != last.At {
		t.Errorf("vetted since %d, want %d, when the slower side came", s.Since, last.At)
	}
	got := x.screen("bravo").Ventures[0].Stages
	if len(got) != 3 || got["alpha"].Stage != venture.StageMou || got["bravo"].Stage != venture.StageVetted || got["supervisor"].Stage != venture.StageVetted {
		t.Errorf("the sides stand at %+v", got)
	}
	for _, s := range []string{venture.StagePermits, venture.StagePilot, venture.StageOperating} {
		x.step("alpha", v, s)
	}
	x.wantState(v, venture.StageVetted)
	for _, s := range []string{venture.StageMou, venture.StagePermits, venture.StagePilot, venture.StageOperating} {
		x.step("bravo", v, s)
		x.wantState(v, s)
	}
	if n := x.count(venture.StageOperating); n != 1 || x.count(venture.StageIdea) != 0 {
		t.Errorf("the pipeline: %+v", x.screen("alpha").Pipeline)
	}
	x.step("bravo", v, venture.StagePermits) // a side goes back, and takes it back
	x.wantState(v, venture.StagePermits)
	x.step("bravo", v, venture.StagePilot)
	x.wantState(v, venture.StagePilot)
	x.step("alpha", v, venture.StageEnded)
	if s := x.wantState(v, venture.StageEnded); s.Open {
		t.Error("one side has left, and it is open")
	}
}

// VEN-01 T: no stage is jumped: refused at the desk; at the others it is
// contested and moves nothing, also not what follows it.
func TestVEN01NoStageIsJumped(t *testing.T) {
	x := newTrade(t)
	v := x.Add(t, "alpha", venture.KindProposal, cannery(""), nil)
	x.step("bravo", v, venture.StageVetted)
	x.step("bravo", v, venture.StageMou)
	x.wantRefused(x.step("alpha", v, venture.StageMou), "venture.order")
	x.wantRefused(x.step("alpha", v, venture.StagePermits), "venture.order")
	x.wantState(v, venture.StageIdea)
	x.step("alpha", v, venture.StageVetted)
	x.wantState(v, venture.StageVetted)
	x.step("alpha", v, venture.StageEnded)
	x.wantRefused(x.step("alpha", v, venture.StageMou), "venture.order") // from the end it begins again
	x.step("alpha", v, venture.StageIdea)
	x.wantState(v, venture.StageIdea)
}

// VEN-03 T: before its gate is open no step to a pilot is taken: without the
// signature it is refused and contested; with one, a desk whose gate is not
// open keeps it back, and what a lying desk files runs nowhere.
func TestVEN03NoStepBeforeTheGate(t *testing.T) {
	x := newTrade(t)
	g := x.gate()
	v := x.Add(t, "alpha", venture.KindProposal, cannery(g.Ref().String()), nil)
	other := x.gate()
	wrong := x.signs("bravo", other, true)
	withheld := x.signs("alpha", g, false)
	x.come(v, venture.StagePermits)
	x.wantRefused(x.step("alpha", v, venture.StagePilot), "venture.gate-not-cited")
	x.wantRefused(x.step("alpha", v, venture.StagePilot, wrong), "venture.gate-not-cited")
	x.wantRefused(x.step("alpha", v, venture.StagePilot, withheld), "venture.gate-not-cited")
	x.step("bravo", v, venture.StagePermits)
	x.wantState(v, venture.StagePermits)

	opens := x.signs("alpha", g, true)
	x.signs("bravo", g, false)
	early := x.step("alpha", v, venture.StagePilot, opens)
	if b := x.held(early); len(b) != 1 || b[0].Rule != "venture.gate-closed" {
		t.Errorf("a step before its gate is kept back for %v", b)
	}
	x.step("bravo", v, venture.StagePilot, opens)
	x.wantState(v, venture.StatePaused) // both let it pass, and it runs nowhere
	if n := x.count(venture.StagePilot); n != 0 {
		t.Errorf("%d ventures run before their gate", n)
	}

	y := newTrade(t)
	bad := y.Add(t, "alpha", venture.KindProposal, cannery(opens.Ref().String()), nil)
	if b := y.held(bad); len(b) != 1 || b[0].Rule != "venture.gate-unknown" {
		t.Errorf("a gate that is not held: kept back for %v", b)
	}
}

// VEN-03 T: the gate falls back and what runs is paused, with the time; the gate
// opens again and it runs again. Nobody signs for either. What has not come to
// the gate is not paused.
func TestVEN03TheGatePausesAndResumes(t *testing.T) {
	x := newTrade(t)
	g := x.gate()
	opens := x.signs("supervisor", g, true)
	runs := x.Add(t, "alpha", venture.KindProposal, cannery(g.Ref().String()), nil)
	x.come(runs, venture.StageOperating, opens)
	waits := x.Add(t, "bravo", venture.KindProposal, cannery(g.Ref().String()), nil)
	x.come(waits, venture.StagePermits)
	free := x.Add(t, "bravo", venture.KindProposal, cannery(""), nil)
	x.come(free, venture.StageOperating)
	if b := x.held(x.Records[len(x.Records)-1]); len(b) != 0 {
		t.Errorf("a venture without a gate is kept back for %v", b)
	}
	x.wantState(runs, venture.StageOperating)

	back := x.signs("bravo", g, false)
	if s := x.wantState(runs, venture.StatePaused); s.Since != back.At || !s.Open {
		t.Errorf("paused: %+v, want since %d and open", s, back.At)
	}
	x.wantState(waits, venture.StagePermits)
	x.wantState(free, venture.StageOperating)
	i := slices.IndexFunc(x.screen("bravo").Ventures, func(v venture.View) bool { return v.Key == runs.Ref().String() })
	if v := x.screen("bravo").Ventures[i]; v.PausedSince != back.At || v.Gate.State != "regressed" || !v.Gate.Seen || x.count(venture.StatePaused) != 1 {
		t.Errorf("on the screen: paused since %d, gate %+v", v.PausedSince, v.Gate)
	}
	again := x.signs("bravo", g, true)
	x.wantState(runs, venture.StageOperating)
	if v := x.screen("alpha").Ventures[i]; v.PausedSince != 0 || !slices.Equal(v.Gate.Signed, []string{again.Cite().String(), opens.Cite().String()}) {
		t.Errorf("on the screen: paused since %d, to cite %v", v.PausedSince, v.Gate.Signed)
	}
}

// VEN-03 T: a gate that a desk does not hold is not open to it.
func TestVEN03AGateThatIsNotSeen(t *testing.T) {
	x := newTrade(t)
	g := x.Add(t, "supervisor", "roadmap.gate/1", gate{"bridge"}, func(r *cell.Record) { r.To = []string{"alpha"} })
	opens := x.Add(t, "supervisor", "roadmap.sign/1", gateSign{true}, func(r *cell.Record) {
		r.About, r.Cites, r.To = g.Ref(), []cell.Cite{g.Cite()}, []string{"alpha"}
	})
	v := x.Add(t, "alpha", venture.KindProposal, cannery(g.Ref().String()), nil)
	x.come(v, venture.StagePermits)
	s := x.step("bravo", v, venture.StagePilot, opens)
	if b := x.held(s); len(b) != 1 || b[0].Rule != "venture.gate-closed" {
		t.Errorf("kept back for %v", b)
	}
	if got := x.screen("bravo").Ventures[0].Gate; got.Seen || got.State != "" || got.Key != g.Ref().String() {
		t.Errorf("bravo sees %+v", got)
	}
	if got := x.screen("alpha").Ventures[0].Gate; !got.Seen || got.State != "open" {
		t.Errorf("alpha sees %+v", got)
	}
}

// VEN-03 T: what hangs on a gate of which only signatures are held does not run.
func TestVEN03AGateThatIsNotHeld(t *testing.T) {
	x := newTrade(t)
	lost := cell.Ref{Desk: "supervisor", ID: celltest.ID("supervisor", 4000)}
	opens := x.Add(t, "supervisor", "roadmap.sign/1", gateSign{true}, func(r *cell.Record) { r.About = lost })
	v := x.Add(t, "alpha", venture.KindProposal, cannery(lost.String()), nil)
	x.come(v, venture.StagePilot, opens)
	x.wantState(v, venture.StatePaused)
}

// VEN-02 T, in part: what may be read in public leaves out the ventures that
// are not public, those withdrawn, and those whose proposal broke a rule.
func TestVEN02PublicOmitsTheOthers(t *testing.T) {
	x := newTrade(t)
	propose := func(desk, disclosure string, to ...string) cell.Held {
		p := cannery("")
		p.Title, p.Disclosure = says(disclosure), disclosure
		return x.Add(t, desk, venture.KindProposal, p, func(r *cell.Record) {
			if to != nil {
				r.To = to
			}
		})
	}
	propose("alpha", venture.Undisclosed)
	propose("alpha", venture.DesksOnly)
	shown := propose("bravo", venture.Public)
	gone := propose("bravo", venture.Public)
	x.Add(t, "bravo", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites = gone.Ref(), []cell.Cite{gone.Cite()}
	})
	x.wantRefused(propose("bravo", venture.Public, "supervisor"), "venture.sides")
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		s := x.screen(d)
		if len(s.Public) != 1 || s.Public[0].Title != says(venture.Public) || s.Public[0].State != venture.StageIdea {
			t.Errorf("%s would publish %+v", d, s.Public)
		}
	}
	if n := x.count(venture.StageIdea); n != 3 {
		t.Errorf("%d at the idea, want 3: no other counts", n)
	}
	x.step("alpha", shown, venture.StageVetted)
	x.step("bravo", shown, venture.StageVetted)
	if p := x.screen("alpha").Public; p[0].State != venture.StageVetted {
		t.Errorf("public: %+v", p)
	}
}

// The table of the rules on who and to whom: refused at the desk, contested at
// the others.
func TestWhoTakesPart(t *testing.T) {
	x := newTrade(t)
	p := cannery("")
	p.Sides = []string{"alpha", "supervisor"}
	x.wantRefused(x.Add(t, "alpha", venture.KindProposal, p, nil), "venture.sides") // a side is a party

	v := x.Add(t, "supervisor", venture.KindProposal, cannery(""), nil)
	x.wantRefused(x.Add(t, "alpha", venture.KindStep, venture.Step{Stage: venture.StageVetted, Text: []cell.Free{}}, func(r *cell.Record) {
		r.About, r.Cites, r.To = v.Ref(), []cell.Cite{v.Cite()}, []string{"supervisor"}
	}), "venture.audience")

	own := x.Add(t, "alpha", venture.KindProposal, cannery(""), nil)
	changed := cannery(x.gate().Ref().String())
	x.wantRefused(x.Add(t, "alpha", cell.KindUpdate, celltest.Update(t, changed), func(r *cell.Record) {
		r.About, r.Cites = own.Ref(), []cell.Cite{own.Cite()}
	}), "venture.fixed")
	if g := x.screen("bravo").Ventures[1].Gate; g.Key != "" {
		t.Errorf("a change moved the venture behind %s", g.Key)
	}
}

// A desk that is no side records no step, though it holds the proposal.
func TestNoSide(t *testing.T) {
	x := newTrade(t)
	c := *x.Charter
	c.Members = append(slices.Clone(c.Members), cell.Member{Desk: "delta", Role: cell.Observer, Letter: "D"})
	x.History = celltest.NewHistory(&c, x.Modules)
	v := x.Add(t, "alpha", venture.KindProposal, cannery(""), nil)
	x.wantRefused(x.step("delta", v, venture.StageVetted), "venture.not-side")
	if got := x.screen("bravo").Ventures[0].Stages; len(got) != 2 {
		t.Errorf("where the sides stand: %+v", got)
	}
}

// What both sides have vetted is not withdrawn by the one that proposed it.
func TestWithdrawal(t *testing.T) {
	for stage, want := range map[string]string{"": cell.StateCancelled, venture.StageVetted: venture.StageVetted} {
		x := newTrade(t)
		v := x.Add(t, "alpha", venture.KindProposal, cannery(""), nil)
		if stage != "" {
			x.come(v, stage)
		}
		x.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
			r.About, r.Cites = v.Ref(), []cell.Cite{v.Cite()}
		})
		x.wantState(v, want)
	}
}

package confidence_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/confidence"
)

// exchange is an escrow with what each side lays in.
type exchange struct {
	*world
	head    cell.Held
	commits map[string]cell.Held
	steps   map[string]confidence.Step
}

func open(t *testing.T) *exchange {
	x := &exchange{world: start(t), commits: map[string]cell.Held{}, steps: map[string]confidence.Step{}}
	x.head = x.say("supervisor", confidence.KindEscrow, confidence.Escrow{Pair: t3("0"), Sides: []string{"alpha", "bravo"}, Decides: "supervisor",
		Timeout: celltest.Noon + day, Steps: []confidence.Planned{{Desk: "alpha", What: t3("a")}, {Desk: "bravo", What: t3("b")}}}, cell.Held{}, nil)
	return x
}

// sign makes a side's signed step.
func (x *exchange) sign(desk string) confidence.Deposit {
	x.t.Helper()
	d := confidence.Deposit{Escrow: x.head.Ref().String(), Step: t3("of " + desk), Salt: strings.Repeat("0f", 32), Line: cell.Sign}
	text, err := d.CeremonyText(cell.Held{Record: cell.Record{Desk: desk, Charter: x.Charter.Hash}}, cell.Past{}, x.Charter)
	if err != nil {
		x.t.Fatal(err)
	}
	return d.Signed(celltest.Ceremony(x.t, x.Charter, desk, text)).(confidence.Deposit)
}

func toSupervisor(r *cell.Record) { r.To = []string{"supervisor"} }

// lay lays a side's step in with the supervisor, and lets its node show the
// commitment, as it falls due.
func (x *exchange) lay(desk string) {
	x.t.Helper()
	d := x.sign(desk)
	x.say(desk, confidence.KindDeposit, d, x.head, toSupervisor)
	x.steps[desk] = confidence.Step{Desk: desk, Step: d.Step, Salt: d.Salt, Line: d.Line}
	drafts := x.due(desk)
	if len(drafts) != 1 {
		x.t.Fatalf("after laying in, %s shows %d commitments", desk, len(drafts))
	}
	x.commits[desk] = x.say(desk, drafts[0].Kind, drafts[0].Body, x.head, func(r *cell.Record) { r.To = drafts[0].To })
	if len(x.due(desk)) != 0 {
		x.t.Errorf("%s shows its commitment twice", desk)
	}
}

func (x *exchange) due(desk string) []cell.Draft {
	return confidence.Module.Due(x.Situation(desk))
}

// release shows steps, citing the commitments of the sides named.
func (x *exchange) release(desk string, steps []confidence.Step, cited ...string) cell.Held {
	x.t.Helper()
	return x.say(desk, confidence.KindRelease, confidence.Release{Escrow: x.head.Ref().String(), Steps: steps}, x.head, func(r *cell.Record) {
		for _, d := range cited {
			r.Cites = append(r.Cites, x.commits[d].Cite())
		}
	})
}

func (x *exchange) both() []confidence.Step {
	return []confidence.Step{x.steps["alpha"], x.steps["bravo"]}
}

// holds reports whether any record that a desk holds has a text in it.
func (x *exchange) holds(desk, text string) bool {
	return slices.ContainsFunc(x.Records, func(r cell.Held) bool { return r.Addressed(desk) && strings.Contains(string(r.Record.Body), text) })
}

// CBM-03 T: one side is absent: nothing of the other's step is at any desk but
// the supervisor's, before the timeout, after it, and after the return.
func TestCBM03OneSideAbsent(t *testing.T) {
	x := open(t)
	x.want(x.head, x.Now, confidence.StateOpened)
	x.lay("alpha")
	s := x.want(x.head, x.Now, confidence.StateHalf)
	if !slices.ContainsFunc(s.Waiting, func(w cell.Wait) bool {
		return w.Desk == "bravo" && w.For == confidence.NeedDeposit && w.Due == celltest.Noon+day
	}) || slices.ContainsFunc(s.Waiting, func(w cell.Wait) bool { return w.Desk == "alpha" && w.For == confidence.NeedDeposit }) {
		t.Errorf("who owes what: %+v", s.Waiting)
	}
	x.refused("the supervisor shows one side's step", "confidence.both-or-none",
		x.release("supervisor", []confidence.Step{x.steps["alpha"]}, "alpha"), x.head, confidence.StateHalf)
	x.Records = x.Records[:len(x.Records)-1] // it was refused at its own desk: nobody holds it

	x.Now = celltest.Noon + 2*day
	s = x.want(x.head, x.Now, confidence.StateLapsed)
	if !slices.ContainsFunc(s.Waiting, func(w cell.Wait) bool { return w.Desk == "supervisor" && w.For == confidence.NeedReturn }) {
		t.Errorf("nobody owes the return: %+v", s.Waiting)
	}
	x.say("supervisor", confidence.KindReturn, confidence.Return{Reason: []cell.Free{}}, x.head, nil)
	x.want(x.head, x.Now, confidence.StateReturned)

	if x.holds("bravo", "of alpha") || !x.holds("supervisor", "of alpha") {
		t.Error("alpha's step is not with alpha and the supervisor alone")
	}
	for desk, want := range map[string]int{"alpha": 1, "bravo": 0, "supervisor": 1} {
		b := x.book(desk, x.Now).Escrows[0]
		if len(b.Held) != want || len(b.Released) != 0 || b.State != confidence.StateReturned || len(b.Committed) != 1 {
			t.Errorf("at %s: %+v", desk, b)
		}
	}
	if n := confidence.Module.Notes(x.Matter(x.head.Ref(), ""), x.Charter); len(n) != 0 {
		t.Errorf("%d steps come out of an escrow that was returned", len(n))
	}
}

// CBM-03: both lay in, both are released at once, and each step verifies with
// the charter alone; one letter changed in one language does not.
func TestCBM03BothAtOnce(t *testing.T) {
	x := open(t)
	x.lay("bravo")
	x.lay("alpha")
	s := x.want(x.head, x.Now, confidence.StateReady)
	if !slices.ContainsFunc(s.Waiting, func(w cell.Wait) bool { return w.Desk == "supervisor" && w.For == confidence.NeedRelease }) {
		t.Errorf("nobody owes the release: %+v", s.Waiting)
	}
	if x.holds("bravo", "of alpha") || x.holds("alpha", "of bravo") {
		t.Error("a side holds the other's step before the release")
	}
	for _, l := range x.book("supervisor", x.Now).Escrows[0].Held {
		if !l.Opens {
			t.Errorf("the step of %s does not open its commitment", l.Desk)
		}
	}
	r := x.release("supervisor", x.both(), "alpha", "bravo")
	x.want(x.head, x.Now, confidence.StateReleased)
	x.want(x.head, celltest.Noon+9*day, confidence.StateReleased)
	if b := x.book("alpha", x.Now).Escrows[0]; len(b.Released) != 2 || b.Record != r.Cite().String() {
		t.Errorf("at alpha: %+v", b)
	}
	x.say("supervisor", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, x.head, nil)
	x.want(x.head, x.Now, confidence.StateReleased)

	notes := confidence.Module.Notes(x.Matter(x.head.Ref(), "bravo"), x.Charter)
	if again := confidence.ReleaseNotes(r.Body.(confidence.Release), x.Charter); len(notes) != 2 || string(notes[0]) != string(again[0]) || string(notes[1]) != string(again[1]) {
		t.Fatalf("the notes of the matter and of the release differ: %d and %d", len(notes), len(again))
	}
	for i, desk := range []string{"alpha", "bravo"} {
		_, purpose, signed, err := x.Charter.OpenCeremony(notes[i])
		if err != nil || purpose != cell.PurposeStep || !slices.Equal(signed, []string{desk}) {
			t.Errorf("the step of %s: %s by %v, %v", desk, purpose, signed, err)
		}
		if sum := sha256.Sum256(notes[i]); hex.EncodeToString(sum[:]) != x.commits[desk].Body.(confidence.Commit).Hash {
			t.Errorf("the note of %s is not what its desk committed to", desk)
		}
		for _, change := range [][2]string{{"خطوة", "خطوه"}, {"step", "stop"}, {"צעד", "צעב"}, {"\nsalt 0f", "\nsalt 1f"}} {
			altered := strings.Replace(string(notes[i]), change[0], change[1], 1)
			if altered == string(notes[i]) {
				t.Fatalf("nothing to change: %q", change[0])
			}
			if _, _, _, err := x.Charter.OpenCeremony([]byte(altered)); err == nil {
				t.Errorf("with %q for %q the step of %s still verifies", change[1], change[0], desk)
			}
		}
	}
}

// CBM-03: what breaks the exchange is refused at the desk that does it, and
// moves nothing when that desk signs it all the same.
func TestCBM03Refusals(t *testing.T) {
	pledge := func(x *exchange) {
		x.lay("alpha")
		x.lay("bravo")
	}
	for _, tt := range []struct {
		what, rule, state string
		do                func(x *exchange) cell.Held
	}{
		{"a step is shown to the other side", "confidence.deposit-private", confidence.StateOpened, func(x *exchange) cell.Held {
			return x.say("alpha", confidence.KindDeposit, x.sign("alpha"), x.head, nil)
		}},
		{"a step signed by the other side's key", "confidence.step-signature", confidence.StateOpened, func(x *exchange) cell.Held {
			return x.say("alpha", confidence.KindDeposit, x.sign("bravo"), x.head, toSupervisor)
		}},
		{"a step that nobody signed", "confidence.step-signature", confidence.StateOpened, func(x *exchange) cell.Held {
			d := x.sign("alpha")
			d.Line = cell.Sign
			return x.say("alpha", confidence.KindDeposit, d, x.head, toSupervisor)
		}},
		{"a step for another escrow", "confidence.step-escrow", confidence.StateOpened, func(x *exchange) cell.Held {
			d := x.sign("alpha")
			d.Escrow = "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000099"
			return x.say("alpha", confidence.KindDeposit, d, x.head, toSupervisor)
		}},
		{"a commitment by a desk that is no side", "confidence.not-a-side", confidence.StateOpened, func(x *exchange) cell.Held {
			return x.say("supervisor", confidence.KindCommit, confidence.Commit{Hash: strings.Repeat("ab", 32)}, x.head, nil)
		}},
		{"a second commitment", "confidence.laid-in-once", confidence.StateHalf, func(x *exchange) cell.Held {
			x.lay("alpha")
			return x.say("alpha", confidence.KindCommit, confidence.Commit{Hash: strings.Repeat("ab", 32)}, x.head, nil)
		}},
		{"a commitment that one desk does not see", "confidence.audience", confidence.StateOpened, func(x *exchange) cell.Held {
			return x.say("alpha", confidence.KindCommit, confidence.Commit{Hash: strings.Repeat("ab", 32)}, x.head, toSupervisor)
		}},
		{"a commitment after the timeout", "confidence.after-timeout", confidence.StateLapsed, func(x *exchange) cell.Held {
			x.Now = celltest.Noon + 2*day
			return x.say("alpha", confidence.KindCommit, confidence.Commit{Hash: strings.Repeat("ab", 32)}, x.head, nil)
		}},
		{"a step that does not open its commitment", "confidence.step-opens", confidence.StateReady, func(x *exchange) cell.Held {
			pledge(x)
			other := x.steps["bravo"]
			other.Salt = strings.Repeat("1f", 32)
			return x.release("supervisor", []confidence.Step{x.steps["alpha"], other}, "alpha", "bravo")
		}},
		{"a release that cites one commitment", "confidence.both-or-none", confidence.StateReady, func(x *exchange) cell.Held {
			pledge(x)
			return x.release("supervisor", x.both(), "alpha")
		}},
		{"one side's step twice", "confidence.both-or-none", confidence.StateReady, func(x *exchange) cell.Held {
			pledge(x)
			return x.release("supervisor", []confidence.Step{x.steps["alpha"], x.steps["alpha"]}, "alpha", "bravo")
		}},
		{"a release by a side", "cell.who", confidence.StateReady, func(x *exchange) cell.Held {
			pledge(x)
			return x.release("alpha", x.both(), "alpha", "bravo")
		}},
		{"a release after the timeout", "confidence.after-timeout", confidence.StateLapsed, func(x *exchange) cell.Held {
			pledge(x)
			x.Now = celltest.Noon + 2*day
			return x.release("supervisor", x.both(), "alpha", "bravo")
		}},
		{"a release that one side does not see", "confidence.audience", confidence.StateReady, func(x *exchange) cell.Held {
			pledge(x)
			return x.say("supervisor", confidence.KindRelease, confidence.Release{Escrow: x.head.Ref().String(), Steps: x.both()}, x.head, func(r *cell.Record) {
				r.To, r.Cites = []string{"alpha"}, append(r.Cites, x.commits["alpha"].Cite(), x.commits["bravo"].Cite())
			})
		}},
		{"a return after the release", "cell.decided-once", confidence.StateReleased, func(x *exchange) cell.Held {
			pledge(x)
			x.release("supervisor", x.both(), "alpha", "bravo")
			return x.say("supervisor", confidence.KindReturn, confidence.Return{Reason: []cell.Free{}}, x.head, nil)
		}},
		{"the terms are changed", "confidence.escrow-fixed", confidence.StateReady, func(x *exchange) cell.Held {
			pledge(x)
			e := x.head.Body.(confidence.Escrow)
			e.Timeout += day
			return x.say("supervisor", cell.KindUpdate, celltest.Update(x.t, e), x.head, nil)
		}},
	} {
		x := open(t)
		h := tt.do(x)
		x.refused(tt.what, tt.rule, h, x.head, tt.state)
	}
}

// CBM-03: an escrow is between two parties, in time, and a supervisor decides;
// one that is not is shown and leads nowhere.
func TestCBM03WhoExchanges(t *testing.T) {
	good := confidence.Escrow{Pair: t3("0"), Sides: []string{"alpha", "bravo"}, Decides: "supervisor", Timeout: celltest.Noon + day,
		Steps: []confidence.Planned{{Desk: "alpha", What: t3("a")}, {Desk: "bravo", What: t3("b")}}}
	for _, x := range []struct {
		at     string
		change func(*confidence.Escrow)
	}{
		{"/sides", func(e *confidence.Escrow) { e.Sides = []string{"alpha"} }},
		{"/decides", func(e *confidence.Escrow) { e.Decides = "bravo" }},
		{"/timeout", func(e *confidence.Escrow) { e.Timeout = 0 }},
		{"/steps", func(e *confidence.Escrow) { e.Steps = e.Steps[:1] }},
		{"/steps/1/desk", func(e *confidence.Escrow) {
			e.Steps = []confidence.Planned{e.Steps[0], {Desk: "supervisor", What: t3("b")}}
		}},
	} {
		e := good
		x.change(&e)
		if inv, ok := e.Validate().(*cell.Invalid); !ok || inv.At != x.at {
			t.Errorf("%v, want an error at %s", e.Validate(), x.at)
		}
	}
	w := start(t)
	own := good
	own.Sides, own.Decides = []string{"alpha", "supervisor"}, "bravo"
	own.Steps = []confidence.Planned{{Desk: "alpha", What: t3("a")}, {Desk: "supervisor", What: t3("b")}}
	h := w.say("alpha", confidence.KindEscrow, own, cell.Held{}, nil)
	w.refused("a party decides", "confidence.escrow-roles", h, h, confidence.StateOpened)
	past := good
	past.Timeout = celltest.Noon
	h = w.say("alpha", confidence.KindEscrow, past, cell.Held{}, nil)
	w.refused("the timeout has passed", "confidence.after-timeout", h, h, confidence.StateOpened)
}

// CBM-03: an officer who lays a step into an escrow that is over is told so.
func TestCBM03NothingIntoAClosedEscrow(t *testing.T) {
	x := open(t)
	x.say("supervisor", confidence.KindReturn, confidence.Return{Reason: []cell.Free{}}, x.head, nil)
	d := x.say("alpha", confidence.KindDeposit, x.sign("alpha"), x.head, toSupervisor)
	k, _ := x.Modules.Kind(confidence.KindDeposit)
	b := confidence.Module.Holds(x.Situation("alpha"), d, k)
	if len(b) != 1 || b[0].Rule != "confidence.closed" {
		t.Errorf("a step goes into an escrow that was returned: %v", b)
	}
	if n := x.due("alpha"); len(n) != 0 {
		t.Errorf("%d commitments to an escrow that was returned", len(n))
	}
}

package node_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/confidence"
	"parley/charter"
	"parley/node"
	"parley/node/nodetest"
)

// signing lets a desk have its root key at hand.
func signing(c *nodetest.Cell, desk string) func(*node.Config) {
	return func(cfg *node.Config) {
		cfg.Ceremony = func(text []byte) (string, error) {
			s, err := c.Keys[desk].Signer(charter.Root)
			if err != nil {
				return "", err
			}
			return charter.SignCeremony(text, s)
		}
	}
}

// signers is a cell of three desks whose root keys are at hand.
func signers(t *testing.T) *trio {
	t.Helper()
	c := nodetest.NewCell(t, nil)
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", signing(c, "alpha")), b: c.Start("bravo", "", signing(c, "bravo")), s: c.Start("supervisor", "", nil)}
	x.Settle()
	return x
}

// text3 is a text in three languages as JSON, with a mark in it.
func text3(mark string) string {
	return fmt.Sprintf(`{"ar":"خطوة %[1]s","en":"step %[1]s","he":"צעד %[1]s"}`, mark)
}

func confidenceOf(t *testing.T, d *nodetest.Desk) confidence.Book {
	t.Helper()
	v, err := d.Query(t.Context(), confidence.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(confidence.Book)
}

// measure proposes a measure as a desk, that obliges another.
func (x *trio) measure(d *nodetest.Desk, obliged, verifier string, within time.Duration) node.Filed {
	x.t.Helper()
	now := x.Clock.Now()
	return d.Send(x.t, node.Act{Kind: "CBMPROP"}, fmt.Sprintf(`{"title":%s,"category":"military","obliged":%q,"deliverable":%s,"indicator":%s,
		"span":{"from":%d,"until":%d},"conditionality":"parallel","reversible":"no","verifier":%q}`,
		text3("1"), obliged, text3("2"), text3("3"), now.UnixMilli(), now.Add(within).UnixMilli(), verifier))
}

// agree lets a desk agree to a matter as it stands.
func (x *trio) agree(d *nodetest.Desk, ref cell.Ref) {
	x.t.Helper()
	d.Send(x.t, node.Act{Kind: cell.KindPosition, About: ref}, fmt.Sprintf(`{"position":"agrees","hash":%q}`, matter(x.t, d, ref).Hash))
	x.Settle()
}

func (x *trio) wantState(ref cell.Ref, state string) {
	x.t.Helper()
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		if m := matter(x.t, d, ref); m.State != state {
			x.t.Errorf("at %s it is %s, want %s (waiting %+v, contested %+v)", d.Node.Desk(), m.State, state, m.Waiting, m.Contested)
		}
	}
}

// escrow opens an exchange and lays in what the desks named lay in.
func (x *trio) escrow(lay ...*nodetest.Desk) node.Filed {
	x.t.Helper()
	f := x.s.Send(x.t, node.Act{Kind: "ESCROW"}, fmt.Sprintf(`{"pair":%s,"sides":["alpha","bravo"],"decides":"supervisor","timeout":%d,
		"steps":[{"desk":"alpha","what":%s},{"desk":"bravo","what":%s}]}`, text3("0"), x.Clock.Now().Add(24*time.Hour).UnixMilli(), text3("1"), text3("2")))
	x.Settle()
	for _, d := range lay {
		d.Send(x.t, node.Act{Kind: "DEPOSIT", About: f.Ref, To: []string{"supervisor"}}, x.deposit(d, f))
	}
	x.pass(time.Second)
	return f
}

func (x *trio) deposit(d *nodetest.Desk, escrow node.Filed) string {
	return fmt.Sprintf(`{"escrow":%q,"step":%s,"salt":%q,"signature":"auto"}`, escrow.Ref, text3("secret-of-"+d.Node.Desk()), strings.Repeat("0f", 32))
}

// CBM-03 T: B never lays its step in: nothing of A's is at B's desk, before the
// timeout, after it, and after both are returned.
func TestCBM03NothingLeaksFromAnEscrow(t *testing.T) {
	x := signers(t)
	f := x.escrow(x.a)
	x.wantState(f.Ref, confidence.StateHalf)
	_, err := x.b.Act(t.Context(), node.Act{Kind: "DEPOSIT", About: f.Ref, Body: []byte(x.deposit(x.b, f))})
	wantRefused(t, err, "confidence.deposit-private")
	step := confidenceOf(t, x.s).Escrows[0].Held[0].Step
	body, err := cell.EncodeBody(confidence.Release{Escrow: f.Ref.String(), Steps: []confidence.Step{step}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = x.s.Act(t.Context(), node.Act{Kind: "RELEASE", About: f.Ref, Body: body})
	wantRefused(t, err, "confidence.both-or-none")

	x.pass(25 * time.Hour)
	x.wantState(f.Ref, confidence.StateLapsed)
	x.s.Send(t, node.Act{Kind: "RETURN", About: f.Ref}, `{}`)
	x.Settle()
	x.wantState(f.Ref, confidence.StateReturned)
	for d, want := range map[*nodetest.Desk]int{x.a: 1, x.b: 0, x.s: 1} {
		if n := count(t, d, `SELECT COUNT(*) FROM record WHERE kind = 'confidence.deposit/1'`); n != want {
			t.Errorf("%d steps at %s, want %d", n, d.Node.Desk(), want)
		}
		for _, r := range matter(t, d, f.Ref).Records {
			if strings.Contains(r.Body, "secret-of-alpha") != (r.Kind == confidence.KindDeposit) {
				t.Errorf("at %s %s shows the step: %s", d.Node.Desk(), r.Kind, r.Body)
			}
		}
	}
}

// CBM-03: both lay in, the supervisor's screen has what it releases, and each
// desk takes the same signed notes out.
func TestCBM03ReleasedTogether(t *testing.T) {
	x := signers(t)
	f := x.escrow(x.a, x.b)
	x.wantState(f.Ref, confidence.StateReady)
	e := confidenceOf(t, x.s).Escrows[0]
	r := confidence.Release{Escrow: e.Key}
	cites := []cell.Cite{f.Cite}
	for _, l := range e.Held {
		if !l.Opens {
			t.Errorf("the step of %s does not open its commitment", l.Desk)
		}
		c, err := cell.ParseCite(e.Committed[l.Desk].Record)
		if err != nil {
			t.Fatal(err)
		}
		r.Steps, cites = append(r.Steps, l.Step), append(cites, c)
	}
	body, err := cell.EncodeBody(r)
	if err != nil {
		t.Fatal(err)
	}
	x.s.Send(t, node.Act{Kind: "RELEASE", About: f.Ref, Cites: cites}, string(body))
	x.Settle()
	x.wantState(f.Ref, confidence.StateReleased)
	want, err := x.a.Notes(t.Context(), f.Ref.String())
	if err != nil || len(want) != 2 {
		t.Fatalf("%d notes, %v", len(want), err)
	}
	for _, d := range []*nodetest.Desk{x.b, x.s} {
		if got, err := d.Notes(t.Context(), f.Ref.String()); err != nil || !slices.Equal(got, want) {
			t.Errorf("at %s other notes than at alpha: %v", d.Node.Desk(), err)
		}
	}
}

// CBM-08 T: at a desk: what all agreed to is not withdrawn by one, is overdue in
// the open, and its date moves only when all agree.
func TestCBM08OverdueInTheOpen(t *testing.T) {
	x := signers(t)
	f := x.measure(x.b, "bravo", "supervisor", 48*time.Hour)
	x.Settle()
	x.agree(x.a, f.Ref)
	x.wantState(f.Ref, confidence.StateAgreed)
	_, err := x.b.Act(t.Context(), node.Act{Kind: cell.KindCancel, About: f.Ref, Body: []byte(`{}`)})
	wantRefused(t, err, "confidence.bound")
	x.pass(49 * time.Hour)
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		if m := confidenceOf(t, d).Measures[0]; !m.Overdue || m.State != confidence.StateAgreed {
			t.Errorf("at %s: %s, overdue %v", d.Node.Desk(), m.State, m.Overdue)
		}
	}
	x.b.Send(t, node.Act{Kind: "CBMDEL", About: f.Ref}, fmt.Sprintf(`{"at":%d}`, x.Clock.Now().UnixMilli()))
	x.s.Send(t, node.Act{Kind: "CBMSCORE", About: f.Ref}, `{"score":"3","method":"joint-visit"}`)
	x.Settle()
	x.wantState(f.Ref, confidence.StateVerified)
	if l := confidenceOf(t, x.a).Ledger; len(l) != 1 || l[0].First != "bravo" || l[0].State != confidence.Unmatched {
		t.Errorf("the ledger at alpha: %+v", l)
	}
}

package node_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/node"
	"parley/node/nodetest"
)

// ruled puts a rule set of charter/testdata/limits in the place of the theatre's
// own lines and zones.
func ruled(t *testing.T, rules string) func(string) string {
	set, err := os.ReadFile(filepath.Join(nodetest.Root(), "charter", "testdata", "limits", rules+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return func(theatre string) string {
		plain, _, _ := strings.Cut(theatre, "\nlines:") // they stand last
		return plain + "\n" + string(set)
	}
}

func (x *trio) agract(zone, limit string) string {
	from := x.Clock.Now().UnixMilli()
	return fmt.Sprintf(`{"zone":%q,"window":{"from":%d,"until":%d},"beyond":[{"limit":%q,"category":"tanks","amount":5}],"reason":{"lang":"en","text":"Search after the flood."}}`,
		zone, from, from+24*3_600_000, limit)
}

// tanksAt gives the verdict on tanks of a declaration or a notice at a desk, with
// the key of the agreed activity that covers it.
func tanksAt(t *testing.T, d *nodetest.Desk, of cell.Ref) (verdict, agreed string) {
	t.Helper()
	r, _ := reportAt(t, t.Context(), d, of)
	for _, k := range r.Limits {
		if k.Category == "tanks" {
			return k.Verdict, k.Agreed
		}
	}
	return "", ""
}

// CBM-04 T, among real desks under the rule set of 1974: 80 tanks declared show as
// above the limit of 75 at every desk; both agree, also across a cut line, and every
// desk names the agreed activity; when its window ends they show again. The tables
// are the same when they are made again, and after a restart.
func TestCBM04AgreedAmongDesks(t *testing.T) {
	c := nodetest.NewCell(t, ruled(t, "1974"))
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	h := x.a.Send(t, node.Act{Kind: "HOLDINGS"}, fmt.Sprintf(`{"zone":"a-10","as_of":%d,"held":[{"category":"tanks","number":80}]}`, x.Clock.Now().UnixMilli()))
	refusedBy(t, x.b, node.Act{Kind: "AGRACT"}, x.agract("a-10", "a-tanks"), "deconfliction.limit")
	refusedBy(t, x.a, node.Act{Kind: "AGRACT", To: []string{"supervisor"}}, x.agract("a-10", "a-tanks"), "deconfliction.agreed-to")
	f := x.a.Send(t, node.Act{Kind: "AGRACT"}, x.agract("a-10", "a-tanks"))
	x.Settle()
	want := func(state, verdict string) {
		t.Helper()
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			got, key := tanksAt(t, d, h.Ref)
			if m := matter(t, d, h.Ref); m.State != state || got != verdict || (verdict == cell.Excepted) != (key == f.Ref.String()) {
				t.Errorf("at %s: %s, %s by %q, want %s and %s", d.Node.Desk(), m.State, got, key, state, verdict)
			}
			open := 0
			if state == deconfliction.StateExcess {
				open = 1
			}
			if n := count(t, d, `SELECT COUNT(*) FROM matter WHERE kind = ? AND state LIKE '%"excess"%'`, deconfliction.KindHoldings); n != open {
				t.Errorf("at %s the tables have %d in excess, want %d", d.Node.Desk(), n, open)
			}
		}
	}
	want(deconfliction.StateExcess, cell.Over)
	x.Net.Cut("alpha", "supervisor")
	agree := func(d *nodetest.Desk) {
		t.Helper()
		d.Send(t, node.Act{Kind: cell.KindPosition, About: f.Ref}, fmt.Sprintf(`{"position":"agrees","hash":%q,"text":[]}`, matter(t, d, f.Ref).Hash))
	}
	agree(x.b)
	x.Settle()
	if got, _ := tanksAt(t, x.a, h.Ref); got != cell.Over {
		t.Errorf("alpha, which cannot know yet, finds %s", got)
	}
	x.Net.Restore("alpha", "supervisor")
	x.settleLinks()
	x.tick()
	want(deconfliction.StateDeclared, cell.Excepted)
	rebuilt(t, x.Cell, x.s)
	x.b.Stop()
	x.b = c.Start("bravo", "", nil)
	x.settleLinks()
	want(deconfliction.StateDeclared, cell.Excepted)
	x.pass(24*time.Hour + time.Minute)
	want(deconfliction.StateExcess, cell.Over)
}

// CBM-04, the other desk as attacker: bravo's node files an agreed activity of its
// own and, in its own journal, alpha's agreement to it; and one on alpha's limit that
// it agrees to itself. The forged word is refused, the other contested, and nothing is
// waived.
func TestCBM04AgreementInOurName(t *testing.T) {
	c := nodetest.NewCell(t, ruled(t, "1974"))
	alpha, f := c.Start("alpha", "", nil), newForger(t, c, "bravo")
	now := c.Clock.Now().UnixMilli()
	h := f.compose(deconfliction.KindHoldings, deconfliction.Holdings{Zone: "b-10", AsOf: now, Held: []deconfliction.Holding{{Category: "tanks", Number: 80}}, Note: []cell.Free{}}, nil)
	f.write(h)
	asks := func(zone, limit string) cell.Record {
		r := f.compose(deconfliction.KindAgreed, deconfliction.AgreedActivity{Zone: zone, Window: cell.Span{From: now, Until: now + 3_600_000},
			Beyond: []deconfliction.Beyond{{Limit: limit, Category: "tanks", Amount: 5}}, Reason: []cell.Free{{Lang: "en", Text: "Search."}}, Return: []cell.Free{}}, nil)
		f.write(r)
		return r
	}
	own, ours := asks("b-10", "b-tanks"), asks("a-10", "a-tanks")
	f.give(alpha)
	agrees := func(of cell.Record, index int64, desk string) {
		f.say(cell.KindPosition, cell.Position{Position: cell.Agrees, Hash: matter(t, alpha, of.Ref()).Hash, Text: []cell.Free{}}, func(r *cell.Record) {
			r.Desk, r.About, r.Cites = desk, of.Ref(), []cell.Cite{{Desk: "bravo", Gen: 1, Index: index}}
		})
	}
	agrees(own, 1, "alpha")
	agrees(own, 1, "bravo")
	agrees(ours, 2, "bravo")
	f.give(alpha)
	if n := count(t, alpha, `SELECT COUNT(*) FROM refusal WHERE author = 'bravo'`); n != 1 {
		t.Errorf("%d records are refused, want alpha's word in bravo's journal", n)
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM record WHERE desk = 'alpha' AND kind = ?`, cell.KindPosition); n != 0 {
		t.Errorf("alpha's node holds %d words of its own that it never wrote", n)
	}
	if m := matter(t, alpha, own.Ref()); m.State != deconfliction.StateAsked {
		t.Errorf("bravo's own is %s", m.State)
	}
	if got := rules(t, alpha, ours.Ref().String(), "bravo#2"); !strings.Contains(got, "deconfliction.limit") {
		t.Errorf("on alpha's limit: %s", got)
	}
	if verdict, agreed := tanksAt(t, alpha, h.Ref()); verdict != cell.Over || agreed != "" {
		t.Errorf("80 tanks are %s by %q", verdict, agreed)
	}
}

package node_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/talks"
	"parley/charter"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
)

func talksAt(t *testing.T, d *nodetest.Desk) talks.Talks {
	t.Helper()
	v, err := d.Query(t.Context(), talks.Module.Queries[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.(talks.Talks)
}

// signer gives a desk its root key, as an exercise does.
func signer(c *nodetest.Cell, desk string) func(*node.Config) {
	return func(cfg *node.Config) {
		cfg.Ceremony = func(text []byte) (string, error) {
			root, err := c.Keys[desk].Signer(charter.Root)
			if err != nil {
				return "", err
			}
			return charter.SignCeremony(text, root)
		}
	}
}

// TLK-04 T: what alpha and the supervisor write to each other in private is
// nowhere at bravo's desk: in no table, no page of its database, no answer, and
// in nothing that another desk would send it.
func TestTLK04TheOtherDeskHoldsNothing(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	const said = "Thursday, if the ferry road stays open"
	body := fmt.Sprintf(`{"text":{"lang":"en","text":%q},"clause":"c-2"}`, said)
	refusedBy(t, x.a, node.Act{Kind: "CAUCUS"}, body, "talks.caucus-audience") // to all, by default
	f := x.a.Send(t, node.Act{Kind: "CAUCUS", To: []string{"supervisor"}}, body)
	x.Settle()
	reply := x.s.Send(t, node.Act{Kind: "CAUCUS", To: []string{"alpha"}}, body)
	x.s.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
	x.Settle()
	if n := len(talksAt(t, x.a).Caucus) + len(talksAt(t, x.s).Caucus); n != 4 {
		t.Errorf("alpha and the supervisor see %d notes of 2 each", n)
	}
	if v := talksAt(t, x.b); len(v.Caucus) != 0 {
		t.Errorf("bravo sees %+v", v.Caucus)
	}
	for _, ref := range []cell.Ref{f.Ref, reply.Ref} {
		if _, err := x.b.MatterView(t.Context(), ref.String()); !errors.Is(err, cell.ErrNotFound) {
			t.Errorf("bravo asks for %s: %v", ref, err)
		}
	}
	for _, d := range []*nodetest.Desk{x.a, x.s} {
		for _, lane := range []journal.Lane{journal.LaneFast, journal.LaneBulk} {
			batches, err := d.Offer(t.Context(), "bravo", lane, map[journal.Name]int64{}, func(journal.Name, int64) bool { return false }, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range batches {
				for _, r := range b.Records {
					if bytes.Contains(r.Record, []byte(said)) {
						t.Errorf("%s would send it to bravo", d.Node.Desk())
					}
				}
			}
		}
	}
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		files, err := filepath.Glob(filepath.Join(d.Dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found = found || bytes.Contains(b, []byte(said))
		}
		if found != (d != x.b) {
			t.Errorf("at rest at %s: found %v in %d files", d.Node.Desk(), found, len(files))
		}
	}
}

const statement = `{"draft":1,"text":{"ar":"اتفق الجانبان.\n\nويجتمعان كل أسبوع.","en":"The sides have agreed.\n\nThey meet every week.","he":"הצדדים הסכימו.\n\nהם ייפגשו מדי שבוע."}}`

// TLK-14 T: three desks sign one text in three languages. Alpha's and the
// supervisor's root keys are at hand, bravo's is offline: its text is taken
// out, signed elsewhere, and the line brought back. The note verifies.
func TestTLK14ThreeDesksSign(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", signer(c, "alpha")), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", signer(c, "supervisor"))}
	x.Settle()
	f := x.s.Send(t, node.Act{Kind: "STMT"}, statement)
	x.Settle()
	hash := func(d *nodetest.Desk) string { return talksAt(t, d).Statements[0].Hash }
	sign := func(d *nodetest.Desk, hash, line string) (node.Act, string) {
		return node.Act{Kind: "STMTSIGN", About: f.Ref}, fmt.Sprintf(`{"hash":%q,"signature":%q}`, hash, line)
	}
	a, body := sign(x.b, strings.Repeat("ab", 32), cell.Sign)
	a.Body = []byte(body)
	if _, err := x.b.Act(t.Context(), a); err == nil || !strings.Contains(err.Error(), "/body/signature: this desk's root key is kept offline") {
		t.Errorf("bravo signs without its key: %v", err)
	}
	a, body = sign(x.a, strings.Repeat("ab", 32), cell.Sign)
	refusedBy(t, x.a, a, body, "talks.signature-other-draft")
	for _, d := range []*nodetest.Desk{x.a, x.s} {
		a, body := sign(d, hash(d), cell.Sign)
		d.Send(t, a, body)
	}
	x.Settle()
	if notes, err := x.b.Notes(t.Context(), f.Ref.String()); err != nil || len(notes) != 0 {
		t.Errorf("signed by two: %v, %v", notes, err)
	}

	a, body = sign(x.b, hash(x.b), cell.Sign)
	a.Body = []byte(body)
	text, err := x.b.CeremonyText(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x.Keys["bravo"].Signer(charter.Root)
	if err != nil {
		t.Fatal(err)
	}
	line, err := charter.SignCeremony(text, root)
	if err != nil {
		t.Fatal(err)
	}
	a, body = sign(x.b, hash(x.b), line)
	x.b.Send(t, a, body)
	x.Settle()
	for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
		s := talksAt(t, d).Statements[0]
		if !s.Complete || s.State != "signed" || s.Open || len(s.Signed) != 3 {
			t.Errorf("at %s: %+v", d.Node.Desk(), s)
		}
		notes, err := d.Notes(t.Context(), f.Ref.String())
		if err != nil || len(notes) != 1 {
			t.Fatalf("at %s: %d notes, %v", d.Node.Desk(), len(notes), err)
		}
		if _, _, desks, err := x.Charter.OpenCeremony([]byte(notes[0])); err != nil || !slices.Equal(desks, x.Charter.Founders()) {
			t.Errorf("at %s: signed by %v, %v", d.Node.Desk(), desks, err)
		}
		for _, letters := range [][2]string{{"أسبوع", "اسبوع"}, {"week", "weak"}, {"שבוע", "שבוצ"}} {
			if _, _, _, err := x.Charter.OpenCeremony([]byte(strings.Replace(notes[0], letters[0], letters[1], 1))); err == nil {
				t.Errorf("%q for %q, and it verifies", letters[1], letters[0])
			}
		}
	}
	if _, err := x.b.CeremonyText(t.Context(), node.Act{Kind: "MSG", Body: []byte(`{"body":{"lang":"en","text":"one"}}`)}); err == nil {
		t.Error("a message is signed with a root key")
	}
	if _, err := x.b.Notes(t.Context(), "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"); !errors.Is(err, cell.ErrNotFound) {
		t.Errorf("notes of nothing: %v", err)
	}
}

// TLK-11 T: a standstill is agreed by hash, in force at its hour on both sides,
// and whoever has not told its units by then is late, at all three desks.
func TestTLK11StandstillIsPassedOn(t *testing.T) {
	stories(t, func(t *testing.T, x *trio) {
		from := x.Clock.Now().Add(time.Hour)
		duty := func(desk string) string {
			return fmt.Sprintf(`{"desk":%q,"level":"unit","by":%d}`, desk, from.UnixMilli())
		}
		body := func(duties ...string) string {
			return fmt.Sprintf(`{"text":{"ar":"يبقى كل طرف مكانه.","en":"Each side stays where it is.","he":"כל צד נשאר במקומו."},"from":%d,"until":%d,"open":"no","authority":"delegation-head","disseminate":[%s]}`,
				from.UnixMilli(), from.Add(24*time.Hour).UnixMilli(), strings.Join(duties, ","))
		}
		refusedBy(t, x.s, node.Act{Kind: "UNDERST"}, body(duty("alpha")), "talks.duty")
		f := x.s.Send(t, node.Act{Kind: "UNDERST"}, body(duty("alpha"), duty("bravo")))
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b} {
			v, err := d.MatterView(t.Context(), f.Ref.String())
			if err != nil {
				t.Fatal(err)
			}
			d.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
			d.Send(t, node.Act{Kind: cell.KindPosition, About: f.Ref}, fmt.Sprintf(`{"position":"agrees","hash":%q}`, v.Hash))
		}
		x.Settle()
		if u := talksAt(t, x.s).Understandings[0]; u.State != "agreed" || len(u.Agreed) != 2 || u.Disseminated {
			t.Errorf("%+v", u)
		}
		x.b.Send(t, node.Act{Kind: cell.KindDisseminated, About: f.Ref}, fmt.Sprintf(`{"level":"unit","at":%d}`, x.Clock.Now().UnixMilli()))
		x.Settle()
		x.until(from.Add(time.Minute))
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			u := talksAt(t, d).Understandings[0]
			if u.State != "in-force" || u.Duties[0].Done != 0 || u.Duties[1].Done == 0 {
				t.Errorf("at %s: %s %+v", d.Node.Desk(), u.State, u.Duties)
			}
			if a := alarmsOf(t, d, node.AlarmOverdue); len(a) != 1 || a[0].Matter != f.Ref.String() {
				t.Errorf("alarms at %s: %+v", d.Node.Desk(), a)
			}
		}
		x.a.Send(t, node.Act{Kind: cell.KindDisseminated, About: f.Ref}, fmt.Sprintf(`{"level":"unit","at":%d}`, x.Clock.Now().UnixMilli()))
		x.Settle()
		for _, d := range []*nodetest.Desk{x.a, x.b, x.s} {
			if a := alarmsOf(t, d, node.AlarmOverdue); len(a) != 0 || !talksAt(t, d).Understandings[0].Disseminated {
				t.Errorf("all are told; alarms at %s: %+v", d.Node.Desk(), a)
			}
		}
	})
}

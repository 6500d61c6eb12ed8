package node_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/hotline"
	"parley/journal"
	"parley/link"
	"parley/node"
	"parley/node/nodetest"
	"parley/store"
)

// victim starts alpha alone; bravo is a forger with bravo's real keys.
func victim(t *testing.T) (*nodetest.Cell, *nodetest.Desk, *forger) {
	t.Helper()
	c := nodetest.NewCell(t, nil)
	return c, c.Start("alpha", "", nil), newForger(t, c, "bravo")
}

func plain(text string) hotline.Message {
	return hotline.Message{Body: cell.Free{Lang: "en", Text: text}, Place: []cell.Place{}, Time: []int64{}}
}

// A batch that fails half-way leaves nothing behind: no record, no matter and
// above all no receipt for what is not held (design 2, "Nothing acknowledged
// is ever lost").
func TestFailedParcelOwesNoReceipt(t *testing.T) {
	_, alpha, f := victim(t)
	size := count(t, alpha, `SELECT COUNT(*) FROM record`)
	f.say(hotline.KindMessage, plain("one"), nil)
	good := f.batch(0, 0)
	bad := journal.Batch{Name: good.Name, From: 1, Checkpoint: good.Checkpoint, Records: []journal.Opened{{Index: 99}}}
	if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{good, bad}); err == nil {
		t.Fatal("a record beyond the entries held was admitted")
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM record`); n != size {
		t.Errorf("%d records, want the %d before: a receipt was written for what was rolled back", n, size)
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM matter WHERE kind = ''`); n != 0 {
		t.Errorf("%d matters without a record", n)
	}
	f.give(alpha)
	if n := count(t, alpha, `SELECT COUNT(*) FROM record WHERE kind = ?`, cell.KindReceipt); n != 1 {
		t.Errorf("%d receipts, want 1", n)
	}
}

// A well-formed record that breaks a rule is kept and shown contested with the
// rule; it moves nothing, and the link goes on (design 2, "Judge").
func TestBrokenRulesAreContested(t *testing.T) {
	c, alpha, f := victim(t)
	own := alpha.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"are you there, 4 of us"}}`)
	channel := cell.Ref{ID: hotline.ChannelID("alpha", "bravo")}
	about := func(r *cell.Record) { r.About, r.Cites = own.Ref, []cell.Cite{own.Cite} }
	head := f.compose(hotline.KindMessage, plain("first"), nil)
	f.write(head)
	for _, tt := range []struct {
		rule   string
		kind   string
		body   cell.Body
		change func(*cell.Record)
	}{
		{"cell.ack-cites", cell.KindReceived, cell.Received{}, func(r *cell.Record) { r.About = own.Ref }},
		{"cell.ack-matter", cell.KindReceived, cell.Received{}, func(r *cell.Record) { r.About, r.Cites = head.Ref(), []cell.Cite{own.Cite} }},
		{"cell.ack-audience", cell.KindReceived, cell.Received{}, func(r *cell.Record) { about(r); r.To = []string{"alpha"} }},
		{"cell.agrees-hash", cell.KindPosition, cell.Position{Position: cell.Agrees, Hash: strings.Repeat("a", 64), Text: []cell.Free{}}, about},
		{"cell.level", cell.KindDisseminated, cell.Disseminated{Level: "moon", At: 1767700000000}, about},
		{"cell.readback-nothing", cell.KindReadBack, cell.ReadBack{Place: []cell.Place{}, Time: []int64{}, Height: []int64{}, Number: []int64{3}}, func(r *cell.Record) {
			r.About, r.Cites = channel, nil
		}},
		{"cell.translation-figures", cell.KindTranslation, cell.Translation{Field: "body", Lang: "he", Text: "5", Standing: "draft"}, about},
		{"cell.revise-own", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, about},
		{"cell.revise-own", cell.KindUpdate, cell.Update{Body: []byte(`{"body":{"lang":"en","text":"no"},"place":[],"time":[]}`)}, about},
		{"cell.id-once", hotline.KindMessage, plain("second"), func(r *cell.Record) { r.ID = head.ID }},
		{"cell.status", hotline.KindMessage, plain("for real"), func(r *cell.Record) { r.Status = cell.Actual }},
		{"cell.status", hotline.KindMessage, plain("a test"), func(r *cell.Record) { r.Status = cell.Test }},
		{"cell.about", hotline.KindClarify, hotline.Clarify{Question: cell.Free{Lang: "en", Text: "what?"}}, nil},
		{"cell.member", hotline.KindMessage, plain("to nobody"), func(r *cell.Record) { r.To = []string{"alpha", "delta"} }},
		{"hotline.check-text", hotline.KindLineCheck, hotline.LineCheck{Text: 9999, Attempt: 1, Role: "watch", State: hotline.Up, Code: "auto"}, nil},
		{"hotline.channel-desk", hotline.KindChState, hotline.ChState{With: "bravo", State: hotline.Severed, Reason: []cell.Free{}}, func(r *cell.Record) { r.About = channel }},
		{"hotline.channel-about", hotline.KindChState, hotline.ChState{With: "supervisor", State: hotline.Severed, Reason: []cell.Free{}}, func(r *cell.Record) { r.About = channel }},
		{"hotline.channel-about", hotline.KindProbe, hotline.Probe{With: "supervisor", State: hotline.TechDown, Since: 1, Confidence: "high"}, func(r *cell.Record) { r.About = channel }},
	} {
		i := f.say(tt.kind, tt.body, tt.change)
		f.give(alpha)
		v, _, err := alpha.Record(t.Context(), cell.Cite{Desk: "bravo", Gen: 1, Index: i}.String())
		if err != nil {
			t.Fatalf("%s by %s: %v", tt.rule, tt.kind, err)
		}
		if tt.rule == "cell.readback-nothing" {
			continue // cites nothing: another rule names it; the table in cell has the rest
		}
		if v.Verdict != cell.VerdictContested || !strings.Contains(rules(t, alpha, v.Key, v.Ref), tt.rule) {
			t.Errorf("%s: verdict %q, rules %q, want %s", tt.kind, v.Verdict, rules(t, alpha, v.Key, v.Ref), tt.rule)
		}
	}
	m := matter(t, alpha, own.Ref)
	for _, col := range m.Columns {
		if col.Received != nil || col.Position != nil || col.ReadBack != nil || len(col.Disseminated) != 0 {
			t.Errorf("a contested record moved the column of %s: %+v", col.Desk, col)
		}
	}
	if m.State == cell.StateCancelled || !strings.Contains(m.Subject.In("en"), "are you there") {
		t.Errorf("a contested record changed the matter: %s, %s", m.State, m.Subject.In("en"))
	}
	if w, err := alpha.Watch(t.Context()); err != nil || w.Links[0].State == hotline.Severed {
		t.Errorf("a contested declaration closed the channel: %+v %v", w.Links, err)
	}
	_ = c
}

func rules(t *testing.T, d *nodetest.Desk, key, record string) string {
	t.Helper()
	v, err := d.MatterView(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, x := range v.Contested {
		if x.Record == record {
			out = append(out, x.Rule)
		}
	}
	return strings.Join(out, " ")
}

// A kind that this node does not know is kept and shown as unknown.
func TestUnknownKindIsKept(t *testing.T) {
	_, alpha, f := victim(t)
	r := f.compose("weather.report/1", hotline.Protest{Text: cell.Free{Lang: "en", Text: "rain"}}, nil)
	f.write(r)
	f.give(alpha)
	m := matter(t, alpha, r.Ref())
	if !m.Unknown || m.Records[0].Verdict != cell.VerdictUnknown {
		t.Errorf("unknown %v, verdict %q", m.Unknown, m.Records[0].Verdict)
	}
}

// Bytes that are no record: the commitment is kept, the receipt says refused
// with a code, an alarm is raised, and the next record passes (design 2, the
// second outcome of admission).
func TestBadRecordsAreRefused(t *testing.T) {
	mangle := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
	}
	for _, tt := range []struct {
		name string
		code string
		do   func([]byte) []byte
	}{
		{"float", "malformed", mangle(`"serial":1`, `"serial":1.0`)},
		{"duplicate key", "malformed", mangle(`"serial":1`, `"serial":1,"serial":1`)},
		{"unknown key", "malformed", mangle(`"serial":1`, `"serial":1,"extra":1`)},
		{"case variant", "malformed", mangle(`"serial":1`, `"Serial":1`)},
		{"white space", "malformed", mangle(`"serial":1`, `"serial": 1`)},
		{"another cell", "malformed", mangle(`"cell":"harbour"`, `"cell":"quarry"`)},
		{"another desk", "malformed", mangle(`"desk":"bravo"`, `"desk":"supervisor"`)},
		{"not to us", "not-addressed", mangle(`"to":["alpha","supervisor"]`, `"to":["supervisor"]`)},
		{"bidi control", "malformed", mangle(`one`, "o\u202Ene")},
		{"bad body", "malformed", mangle(`"lang":"en"`, `"lang":"english"`)},
		{"long foreign text", "malformed", mangle(`"kind":"hotline.message/1"`, `"kind":"`+strings.Repeat("ا", 400)+`"`)},
		{"long foreign text, one byte on", "malformed", mangle(`"kind":"hotline.message/1"`, `"kind":"x`+strings.Repeat("ا", 400)+`"`)},
		{"many addressees", "malformed", mangle(`"to":["alpha",`, `"to":["alpha",`+strings.Join(names(20000), ",")+`,`)},
		{"not JSON", "malformed", func([]byte) []byte { return []byte("\xff\xfe") }},
		{"nothing", "malformed", func([]byte) []byte { return nil }},
		{"huge", "malformed", func([]byte) []byte { return bytes.Repeat([]byte("x"), cell.MaxRecord+1) }},
		{"deep", "malformed", mangle(`"body":{"body"`, `"body":{"x":`+strings.Repeat("[", 10000)+strings.Repeat("]", 10000)+`,"body"`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, alpha, f := victim(t)
			raw, err := f.compose(hotline.KindMessage, plain("one"), nil).Encode()
			if err != nil {
				t.Fatal(err)
			}
			f.writeBytes(tt.do(raw))
			good := f.compose(hotline.KindMessage, plain("two"), nil)
			f.write(good)
			f.give(alpha)
			if n := count(t, alpha, `SELECT COUNT(*) FROM refusal WHERE author = 'bravo' AND idx = 0 AND code = ?`, tt.code); n != 1 {
				t.Errorf("no receipt says refused with %s", tt.code)
			}
			if a := alarmsOf(t, alpha, node.AlarmRefused); len(a) != 1 {
				t.Errorf("alarms %+v, want one", a)
			}
			matter(t, alpha, good.Ref())
			n := count(t, alpha, `SELECT COUNT(*) FROM record WHERE desk = 'alpha'`)
			f.give(alpha)
			if m := count(t, alpha, `SELECT COUNT(*) FROM record WHERE desk = 'alpha'`); m != n {
				t.Errorf("the same thing again wrote %d more records", m-n)
			}
		})
	}
}

// Bytes that do not open the commitment are refused in the name of the desk
// that presented them; whole bytes by another way are taken, and the refusal
// no longer stands.
func TestBytesThatDoNotOpen(t *testing.T) {
	_, alpha, f := victim(t)
	r := f.compose(hotline.KindMessage, plain("one"), nil)
	f.write(r)
	b := f.batch(0, 0)
	b.Records[0].Salt[0] ^= 1
	if err := alpha.Admit(t.Context(), "supervisor", []journal.Batch{b}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM refusal WHERE code = 'does-not-open'`); n != 1 {
		t.Error("no receipt says does-not-open")
	}
	f.give(alpha)
	if m := matter(t, alpha, r.Ref()); m.State != cell.StateSent { // the supervisor's node has not receipted it
		t.Errorf("state %s, want sent", m.State)
	}
}

// SEC-15 T: a clock an hour ahead is flagged, and the order stays that of the
// journals.
func TestSEC15ClockAheadIsFlagged(t *testing.T) {
	c, alpha, f := victim(t)
	ahead := func(r *cell.Record) { r.At = c.Clock.Now().Add(time.Hour).UnixMilli() }
	f.say(hotline.KindMessage, plain("later"), ahead)
	f.say(hotline.KindMessage, plain("sooner"), nil)
	f.give(alpha)
	if a := alarmsOf(t, alpha, node.AlarmClock); len(a) != 1 {
		t.Errorf("alarms %+v, want one about the clock of bravo", a)
	}
	for i, want := range []string{"later", "sooner"} {
		v, _, err := alpha.Record(t.Context(), cell.Cite{Desk: "bravo", Gen: 1, Index: int64(i)}.String())
		if err != nil || !strings.Contains(v.Body, want) || v.Serial != int64(i+1) {
			t.Errorf("record %d: %s serial %d %v", i, v.Body, v.Serial, err)
		}
	}
}

// A serial that is missing, used twice, or that names another predecessor is
// seen by the channel's readers (design 2, "channel").
func TestBrokenChannelAlarms(t *testing.T) {
	second := func(t *testing.T, change func(*cell.Record)) *nodetest.Desk {
		_, alpha, f := victim(t)
		f.say(hotline.KindMessage, plain("one"), nil)
		r := f.compose(hotline.KindMessage, plain("two"), nil)
		change(&r)
		f.write(r)
		f.give(alpha)
		return alpha
	}
	t.Run("gap", func(t *testing.T) {
		alpha := second(t, func(r *cell.Record) { r.Serial = 3 })
		if a := alarmsOf(t, alpha, node.AlarmGap); len(a) != 1 || a[0].Level != cell.Flash {
			t.Errorf("alarms %+v", a)
		}
	})
	t.Run("twice", func(t *testing.T) {
		alpha := second(t, func(r *cell.Record) { r.Serial, r.Prev = 1, "" })
		if a := alarmsOf(t, alpha, node.AlarmChain); len(a) != 1 {
			t.Errorf("alarms %+v", a)
		}
	})
	t.Run("another predecessor", func(t *testing.T) {
		alpha := second(t, func(r *cell.Record) { r.Prev = "01" + strings.Repeat("ab", 32) })
		if a := alarmsOf(t, alpha, node.AlarmChain); len(a) != 1 {
			t.Errorf("alarms %+v", a)
		}
	})
	t.Run("in order", func(t *testing.T) {
		alpha := second(t, func(*cell.Record) {})
		if a := append(alarmsOf(t, alpha, node.AlarmChain), alarmsOf(t, alpha, node.AlarmGap)...); len(a) != 0 {
			t.Errorf("alarms %+v, want none", a)
		}
	})
}

// A withheld record: its addressee sees the gap, its author no receipt.
func TestWithheldRecord(t *testing.T) {
	c, alpha, f := victim(t)
	f.say(hotline.KindMessage, plain("one"), nil)
	f.say(hotline.KindMessage, plain("two"), nil)
	f.say(hotline.KindMessage, plain("three"), nil)
	if err := alpha.Admit(t.Context(), "supervisor", []journal.Batch{f.batch(0, 0, 2)}); err != nil {
		t.Fatal(err)
	}
	if a := alarmsOf(t, alpha, node.AlarmGap); len(a) != 1 {
		t.Fatalf("alarms at the addressee %+v, want the gap", a)
	}
	f.give(alpha)
	if a := alarmsOf(t, alpha, node.AlarmGap); len(a) != 0 {
		t.Errorf("alarms %+v after the record came", a)
	}

	own := alpha.Send(t, node.Act{Kind: "CEASE"}, `{"what":"fire","ref":"B-2"}`)
	c.Clock.Add(6 * time.Second)
	a := alarmsOf(t, alpha, node.AlarmUndelivered)
	if len(a) != 2 || a[0].Matter != own.Ref.String() {
		t.Errorf("alarms at the author %+v, want one for each addressee", a)
	}
}

// Two signed histories: an alarm at full width, and evidence that anyone can
// check from the charter's keys alone (design 2, "Equivocation").
func TestTwoHistories(t *testing.T) {
	c, alpha, f := victim(t)
	f.say(hotline.KindMessage, plain("what alpha was told"), nil)
	f.give(alpha)
	other := newForger(t, c, "bravo")
	other.say(hotline.KindMessage, plain("what the supervisor was told"), nil)
	if err := alpha.Inform(t.Context(), "supervisor", []journal.Holding{other.holding()}); err != nil {
		t.Fatal(err)
	}
	a := alarmsOf(t, alpha, node.AlarmEquivocation)
	if len(a) != 1 || a[0].Level != cell.Flash || a[0].Dismissable {
		t.Fatalf("alarms %+v, want one that cannot be dismissed", a)
	}
	var evidence string
	err := alpha.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT evidence FROM alarm WHERE id = ?`, a[0].ID).Scan(&evidence)
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := node.VerifyKeys(cell.Agreement{Charters: cell.Chain{c.Charter}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := keys.Log(journal.Origin(c.Charter.Cell, "bravo", 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.VerifyEvidence([]byte(evidence), v[0]); err != nil {
		t.Errorf("the evidence does not verify: %v", err)
	}
	if err := journal.VerifyEvidence([]byte(strings.Replace(evidence, "1\n", "2\n", 1)), v[0]); err == nil {
		t.Error("altered evidence verifies")
	}
	f.say(hotline.KindMessage, plain("the link goes on"), nil)
	f.give(alpha)
}

// A desk that states less of its own journal than it signed before.
func TestRollback(t *testing.T) {
	c, alpha, f := victim(t)
	f.say(hotline.KindMessage, plain("one"), nil)
	early := f.holding()
	f.say(hotline.KindMessage, plain("two"), nil)
	f.give(alpha)
	if err := alpha.Inform(t.Context(), "bravo", []journal.Holding{early}); err != nil {
		t.Fatal(err)
	}
	c.Clock.Add(5 * time.Second)
	if err := alpha.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a := alarmsOf(t, alpha, node.AlarmRollback); len(a) != 1 || a[0].Level != cell.Flash {
		t.Errorf("alarms %+v, want a rollback", a)
	}
}

// A receipt for a range that no honest node writes costs nothing.
func TestEnormousReceipt(t *testing.T) {
	_, alpha, f := victim(t)
	own := alpha.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"hello"}}`)
	f.say(cell.KindReceipt, cell.Receipt{Author: "alpha", Gen: 1, To: []string{"bravo", "supervisor"}, From: 1, Through: 1 << 62, Refused: []cell.Refusal{}}, nil)
	good := f.say(cell.KindReceipt, cell.Receipt{Author: "alpha", Gen: 1, To: []string{"bravo", "supervisor"}, From: 1, Through: own.Serial, Refused: []cell.Refusal{}}, nil)
	f.give(alpha)
	if n := count(t, alpha, `SELECT COUNT(*) FROM delivery`); n != int(own.Serial) {
		t.Errorf("%d deliveries, want %d", n, own.Serial)
	}
	col := matter(t, alpha, own.Ref).Columns[0]
	if col.Delivered == nil || col.Delivered.Record != (cell.Cite{Desk: "bravo", Gen: 1, Index: good}).String() {
		t.Errorf("delivered %+v", col.Delivered)
	}
}

// A broken signature stores nothing at all (the first outcome of admission).
func TestBrokenSignatureStoresNothing(t *testing.T) {
	_, alpha, f := victim(t)
	f.say(hotline.KindMessage, plain("one"), nil)
	b := f.batch(0, 0)
	b.Checkpoint = bytes.Replace(b.Checkpoint, []byte("1\n"), []byte("2\n"), 1)
	if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{b}); err == nil {
		t.Fatal("admitted")
	}
	if n := count(t, alpha, `SELECT COUNT(*) FROM record WHERE desk = 'bravo'`); n != 0 {
		t.Errorf("%d records stored", n)
	}
	var gap *journal.Gap
	f.say(hotline.KindMessage, plain("two"), nil)
	if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{f.batch(1, 1)}); !errors.As(err, &gap) {
		t.Errorf("error %v, want a gap that asks to begin earlier", err)
	}
	f.give(alpha)
}

// A journal of no member is refused.
func TestStrangerIsRefused(t *testing.T) {
	_, alpha, f := victim(t)
	f.say(hotline.KindMessage, plain("one"), nil)
	b := f.batch(0, 0)
	b.Desk = "delta"
	if err := alpha.Admit(t.Context(), "bravo", []journal.Batch{b}); err == nil {
		t.Fatal("admitted")
	}
}

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(`"b%06d"`, i)
	}
	return out
}

// A batch of nothing but refusals fits its receipts.
func TestManyRefusals(t *testing.T) {
	_, alpha, f := victim(t)
	for range 700 {
		f.writeBytes([]byte(`{"kind":"` + strings.Repeat("x", 400) + `"}`))
	}
	f.give(alpha)
	if n := count(t, alpha, `SELECT COUNT(*) FROM refusal`); n != 700 {
		t.Errorf("%d refusals, want 700", n)
	}
}

// A desk that begins generation after generation of its journal stops nobody:
// those beyond a limit are refused with their number, and the others go on to
// state what they hold and to write.
func TestGenerationsWithoutEnd(t *testing.T) {
	c, to, f := victim(t)
	taken, refused := 0, 0
	for gen := 1; gen <= 300; gen++ {
		s, err := c.Keys[f.desk].JournalSigner(gen)
		if err != nil {
			t.Fatal(err)
		}
		tree := &journal.Tree{}
		e := journal.Commit(journal.Salt{}, []byte("{}"))
		tree.Append(e)
		cp, err := journal.SignCheckpoint(journal.Origin(c.Charter.Cell, f.desk, gen), tree.Head(), s)
		if err != nil {
			t.Fatal(err)
		}
		name := journal.Name{Desk: f.desk, Gen: gen}
		err = to.Admit(t.Context(), f.desk, []journal.Batch{{Name: name, Entries: []journal.Entry{e}, Checkpoint: cp}})
		switch _, invalid := errors.AsType[*cell.Invalid](err); {
		case err == nil:
			taken++
		case invalid:
			refused++
		default:
			t.Fatal(err)
		}
	}
	if taken == 0 || refused == 0 {
		t.Errorf("%d generations were taken and %d refused", taken, refused)
	}
	hold, err := to.Holdings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.EncodeHold(1, hold); err != nil {
		t.Errorf("it can no longer state what it holds: %v", err)
	}
	to.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"still here"}}`)
}

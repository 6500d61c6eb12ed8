package cell_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/hotline"
)

func history(t *testing.T) *celltest.History {
	t.Helper()
	return celltest.NewHistory(celltest.Charter(t, hotline.Module), cell.Modules{hotline.Module})
}

func at(lat, lon string) cell.Place {
	return cell.Place{Lat: lat, Lon: lon, Notation: "DD", PrecisionM: 100}
}

// named gives a place of the charter's gazetteer.
func named(t *testing.T, c *cell.Charter, id string) cell.Place {
	t.Helper()
	p, ok := c.Place(id)
	if !ok {
		t.Fatalf("no place %s", id)
	}
	return cell.Place{ID: id, Lat: p.Lat, Lon: p.Lon, Text: p.Name["en"], Notation: "name", PrecisionM: 100}
}

func cease(p ...cell.Place) hotline.Cease {
	return hotline.Cease{What: "fire", Place: p, Ref: "A-1", Since: []int64{}, AtRisk: []int64{}, Note: []cell.Free{}}
}

func message(text string) hotline.Message {
	return hotline.Message{Body: cell.Free{Lang: "en", Text: text}, Place: []cell.Place{}, Time: []int64{}}
}

func repeat(p ...cell.Place) cell.ReadBack {
	return cell.ReadBack{Place: p, Time: []int64{}, Height: []int64{}, Number: []int64{}}
}

func position(p string) cell.Position { return cell.Position{Position: p, Text: []cell.Free{}} }

// DEC-05 T: a place read back 9 km off is found, and opens a matter that the
// author owes an answer to; the right one ends it.
func TestDEC05ReadBackNineKilometresOff(t *testing.T) {
	h := history(t)
	upper, lower := named(t, h.Charter, "P-05"), named(t, h.Charter, "P-06")
	if upper.Text != lower.Text {
		t.Fatal("the two villages do not share their name")
	}
	p, _ := h.Charter.Place("P-05")
	if !h.Charter.SharesName(p) || !strings.Contains(h.Charter.PlaceText(upper)["en"], "Upper Valley") {
		t.Errorf("the district of a village whose name is shared is not shown: %s", h.Charter.PlaceText(upper)["en"])
	}
	m := h.Add(t, "alpha", hotline.KindCease, cease(upper), nil)
	h.DeliverAll(m)
	rb := h.Ack(t, "bravo", m, repeat(lower))
	folded := h.Matter(m.Ref(), "")
	col := folded.Column("bravo")
	if col.Matches || !strings.Contains(col.Difference, "km") {
		t.Fatalf("matches %v, difference %q", col.Matches, col.Difference)
	}
	derived := cell.DeriveKernel(folded)
	if len(derived) != 1 || derived[0].Ended || derived[0].Owes != "alpha" || derived[0].ID != cell.ReadBackID(folded, rb) {
		t.Fatalf("derived %+v", derived)
	}
	d := cell.Matter{Ref: cell.Ref{ID: derived[0].ID}, Kind: derived[0].Rule, Derived: &derived[0]}
	if s := cell.Status(d, cell.Around{}, h.Modules, h.Charter, h.Now); s.Name != cell.StateClarify || !s.Open || s.Waiting[0].Desk != "alpha" {
		t.Errorf("state %+v", s)
	}
	h.Ack(t, "bravo", m, repeat(upper))
	folded = h.Matter(m.Ref(), "")
	derived = cell.DeriveKernel(folded)
	if !folded.Column("bravo").Matches || len(derived) != 1 || !derived[0].Ended {
		t.Errorf("after the right place: matches %v, derived %+v", folded.Column("bravo").Matches, derived)
	}
}

func TestDiffers(t *testing.T) {
	place := at("12.3456", "-38.1234")
	n := []int64{4}
	whole := hotline.Distress{Who: "civilians", Place: place, Number: n, Condition: "hurt", Need: "medical", Approach: []cell.Free{}}
	noon := hotline.Message{Body: cell.Free{Lang: "en", Text: "x"}, Place: []cell.Place{}, Time: []int64{1767700000000}}
	for _, tt := range []struct {
		name string
		body cell.Body
		rb   cell.ReadBack
		want string // part of the difference; "" when it matches
	}{
		{"exact", whole, cell.ReadBack{Place: []cell.Place{place}, Number: n}, ""},
		{"within 100 m", whole, cell.ReadBack{Place: []cell.Place{at("12.3464", "-38.1234")}, Number: n}, ""},
		{"111 m off", whole, cell.ReadBack{Place: []cell.Place{at("12.3466", "-38.1234")}, Number: n}, "place-far 1"},
		{"latitude and longitude swapped", whole, cell.ReadBack{Place: []cell.Place{at("-38.1234", "12.3456")}, Number: n}, "place-far 76"},
		{"the number is missing", whole, cell.ReadBack{Place: []cell.Place{place}}, "number"},
		{"another number", whole, cell.ReadBack{Place: []cell.Place{place}, Number: []int64{40}}, "number"},
		{"the place is missing", whole, cell.ReadBack{Number: n}, "place"},
		{"the minute", noon, cell.ReadBack{Time: []int64{1767700000000}}, ""},
		{"another minute", noon, cell.ReadBack{Time: []int64{1767700060000}}, "time"},
		{"an hour off", noon, cell.ReadBack{Time: []int64{1767703600000}}, "time"},
		{"nothing to repeat", hotline.Clarify{}, cell.ReadBack{Number: n}, ""},
	} {
		if got := cell.Differs(tt.body, tt.rb); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// The five acks are never merged: each sets its own part of its desk's column
// and no other (design 3).
func TestFiveAcksAreNeverMerged(t *testing.T) {
	h := history(t)
	m := h.Add(t, "alpha", hotline.KindCease, cease(at("12.3", "-38.1")), nil)
	check := func(step string, delivered, received, readback, disseminated, position bool) {
		t.Helper()
		c := h.Matter(m.Ref(), "").Column("bravo")
		got := []bool{c.Delivered != nil, c.Received != nil, c.ReadBack != nil, len(c.Disseminated) > 0, c.Position != nil}
		if want := []bool{delivered, received, readback, disseminated, position}; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", step, got, want)
		}
		other := h.Matter(m.Ref(), "").Column("supervisor")
		if other.Received != nil || other.Position != nil || other.Delivered != nil {
			t.Errorf("%s: the column of the supervisor moved: %+v", step, other)
		}
	}
	check("sent", false, false, false, false, false)
	h.Deliver("bravo", m)
	check("delivered", true, false, false, false, false)
	h.Ack(t, "bravo", m, position(cell.Complied)) // says nothing about who took it
	check("position", true, false, false, false, true)
	h.Ack(t, "bravo", m, cell.Disseminated{Level: "unit", At: h.Now})
	check("disseminated", true, false, false, true, true)
	h.Ack(t, "bravo", m, repeat(at("12.3", "-38.1")))
	check("readback", true, false, true, true, true)
	h.Ack(t, "bravo", m, cell.Received{})
	check("received", true, true, true, true, true)
}

// HOT-08 T: each message ends in acked, expired, failed or cancelled.
func TestHOT08EndsInOneOfFour(t *testing.T) {
	send := func(until int64) (*celltest.History, cell.Held) {
		h := history(t)
		m := h.Add(t, "alpha", hotline.KindMessage, message("hello"), func(r *cell.Record) { r.Until = until })
		return h, m
	}
	later := int64(celltest.Noon + 3600_000)
	both := func(h *celltest.History, m cell.Held) {
		h.DeliverAll(m)
		h.Ack(t, "bravo", m, cell.Received{})
		h.Ack(t, "supervisor", m, cell.Received{})
	}
	for _, tt := range []struct {
		name  string
		until int64
		do    func(*celltest.History, cell.Held)
		after int64
		want  string
		open  bool
	}{
		{"nothing yet", 0, func(*celltest.History, cell.Held) {}, 0, cell.StateSent, true},
		{"one has it", 0, func(h *celltest.History, m cell.Held) { h.Deliver("bravo", m) }, 0, cell.StateSent, true},
		{"all have it", 0, func(h *celltest.History, m cell.Held) { h.DeliverAll(m) }, 0, cell.StateDelivered, true},
		{"one took it", 0, func(h *celltest.History, m cell.Held) { h.DeliverAll(m); h.Ack(t, "bravo", m, cell.Received{}) }, 0, cell.StateReceived, true},
		{"all took it", 0, both, 0, cell.StateAcked, false},
		{"a year later, no end given", 0, func(h *celltest.History, m cell.Held) { h.DeliverAll(m) }, 365 * 24 * 3600_000, cell.StateDelivered, true},
		{"one millisecond before the end", later, func(h *celltest.History, m cell.Held) { h.DeliverAll(m) }, 3600_000 - 1, cell.StateDelivered, true},
		{"at the end", later, func(h *celltest.History, m cell.Held) { h.DeliverAll(m) }, 3600_000, cell.StateExpired, false},
		{"at the end, undelivered", later, func(*celltest.History, cell.Held) {}, 3600_000, cell.StateExpired, false},
		{"acked before the end", later, both, 3600_000, cell.StateAcked, false},
		{"cancelled", later, func(h *celltest.History, m cell.Held) { change(t, h, m, cell.Cancel{Reason: []cell.Free{}}) }, 7200_000, cell.StateCancelled, false},
		{"cancelled after it was acked", 0, func(h *celltest.History, m cell.Held) {
			both(h, m)
			change(t, h, m, cell.Cancel{Reason: []cell.Free{}})
		}, 0, cell.StateCancelled, false},
		{"refused by a node", later, func(h *celltest.History, m cell.Held) {
			h.DeliverAll(m)
			m.Deliveries["bravo"] = cell.Delivery{At: h.Now, Refused: "does-not-open"}
		}, 0, cell.StateFailed, false},
	} {
		h, m := send(tt.until)
		tt.do(h, m)
		now := max(h.Now, celltest.Noon+tt.after)
		if tt.after > 0 {
			now = celltest.Noon + tt.after
		}
		s := h.State(m.Ref(), now)
		if s.Name != tt.want || s.Open != tt.open {
			t.Errorf("%s: %s open %v, want %s %v", tt.name, s.Name, s.Open, tt.want, tt.open)
		}
		if !s.Open && (len(s.Waiting) > 0 || s.Next != 0) {
			t.Errorf("%s: an ended message waits: %+v", tt.name, s)
		}
	}
}

func change(t *testing.T, h *celltest.History, m cell.Held, body cell.Body) cell.Held {
	t.Helper()
	kind := cell.KindUpdate
	switch body.(type) {
	case cell.Cancel:
		kind = cell.KindCancel
	case hotline.Correct:
		kind = hotline.KindCorrect
	}
	return h.Add(t, m.Desk, kind, body, func(r *cell.Record) {
		r.About, r.Cites, r.To, r.Precedence = m.Ref(), []cell.Cite{m.Cite()}, m.To, m.Precedence
	})
}

// An ack that comes after the end counts: the passing of time undoes nothing,
// and what a desk said late it has said (design 1).
func TestLateAckCounts(t *testing.T) {
	h := history(t)
	m := h.Add(t, "alpha", hotline.KindMessage, message("by noon"), func(r *cell.Record) { r.Until = h.Now + 1000 })
	h.DeliverAll(m)
	h.Now += 60_000
	if s := h.State(m.Ref(), h.Now); s.Name != cell.StateExpired {
		t.Fatalf("state %s", s.Name)
	}
	h.Ack(t, "bravo", m, cell.Received{})
	h.Ack(t, "supervisor", m, cell.Received{})
	if s := h.State(m.Ref(), h.Now); s.Name != cell.StateAcked || s.Since <= m.Until {
		t.Errorf("state %s since %d: the time of the late ack is lost", s.Name, s.Since)
	}
}

// A revision begins the acks anew, and the acks of the version before do not
// count for it; a correction without a body keeps the fields.
func TestRevisionResetsAcks(t *testing.T) {
	h := history(t)
	m := h.Add(t, "alpha", hotline.KindCease, cease(at("12.3", "-38.1")), nil)
	h.DeliverAll(m)
	h.Ack(t, "bravo", m, cell.Received{})
	h.Ack(t, "bravo", m, repeat(at("12.3", "-38.1")))
	body, err := cell.EncodeBody(cease(at("12.9", "-38.9")))
	if err != nil {
		t.Fatal(err)
	}
	up := change(t, h, m, cell.Update{Body: body})
	folded := h.Matter(m.Ref(), "")
	col := folded.Column("bravo")
	if folded.Version.Cite() != up.Cite() || col.Delivered != nil || col.Received != nil || col.ReadBack != nil {
		t.Fatalf("version %s, column %+v", folded.Version.Cite(), col)
	}
	h.DeliverAll(up)
	h.Ack(t, "bravo", m, cell.Received{}) // of the old version, late
	if h.Matter(m.Ref(), "").Column("bravo").Received != nil {
		t.Error("an ack of the earlier version counts for this one")
	}
	late := h.Ack(t, "bravo", m, repeat(at("12.9", "-38.9"))) // the new place, but citing the old version
	derived := cell.DeriveKernel(h.Matter(m.Ref(), ""))
	if len(derived) != 1 || derived[0].Causes[1] != late.Cite() || !derived[0].Ended {
		t.Errorf("derived %+v, want one that has ended with its version", derived)
	}
	text := cell.Free{Lang: "en", Text: "x"}
	corr := change(t, h, m, hotline.Correct{Wrong: text, Right: text, Effect: []cell.Free{}, Body: []cell.RawBody{}})
	folded = h.Matter(m.Ref(), "")
	if folded.Version.Cite() != corr.Cite() || folded.Body.(hotline.Cease).Place[0].Lat != "12.9" {
		t.Errorf("version %s, body %+v", folded.Version.Cite(), folded.Body)
	}
	bad := change(t, h, m, cell.Update{Body: []byte(`{"what":"dancing"}`)})
	folded = h.Matter(m.Ref(), "")
	if folded.Version.Cite() != corr.Cite() || folded.Verdicts[bad.Cite()] != cell.VerdictContested {
		t.Errorf("a body of another form became the version: %s %s", folded.Version.Cite(), folded.Verdicts[bad.Cite()])
	}
}

// A read-back that differed from a version that was itself a revision keeps
// its matter, ended, when the next revision comes: on every node the same.
func TestReadBackOfARevision(t *testing.T) {
	h := history(t)
	m := h.Add(t, "alpha", hotline.KindCease, cease(at("12.3", "-38.1")), nil)
	one, err := cell.EncodeBody(cease(at("12.9", "-38.9")))
	if err != nil {
		t.Fatal(err)
	}
	second := change(t, h, m, cell.Update{Body: one})
	rb := h.Add(t, "bravo", cell.KindReadBack, repeat(at("12.3", "-38.1")), func(r *cell.Record) {
		r.About, r.Cites, r.To = m.Ref(), []cell.Cite{second.Cite()}, []string{"alpha", "supervisor"}
	})
	before := cell.DeriveKernel(h.Matter(m.Ref(), ""))
	if len(before) != 1 || before[0].Ended {
		t.Fatalf("derived %+v", before)
	}
	change(t, h, m, cell.Update{Body: one})
	after := cell.DeriveKernel(h.Matter(m.Ref(), ""))
	if len(after) != 1 || !after[0].Ended || after[0].ID != before[0].ID || after[0].Causes[1] != rb.Cite() {
		t.Errorf("derived %+v, want the same matter, ended", after)
	}
}

// Rules of conduct, one record each.
func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule string // "" for a record that keeps every rule
		do   func(*celltest.History, cell.Held) cell.Held
	}{
		{"an ack", "", func(h *celltest.History, m cell.Held) cell.Held { return h.Ack(t, "bravo", m, cell.Received{}) }},
		{"its own ack", "cell.ack-addressee", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "alpha", m, cell.Received{})
		}},
		{"a stand on what it said itself", "", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "alpha", m, position(cell.Noted))
		}},
		{"an ack by a desk that was not addressed", "cell.ack-addressee", func(h *celltest.History, _ cell.Held) cell.Held {
			m := h.Add(t, "alpha", hotline.KindMessage, message("for you alone"), func(r *cell.Record) { r.To = []string{"supervisor"} })
			return h.Ack(t, "bravo", m, cell.Received{})
		}},
		{"a stand by a desk that was not addressed", "cell.ack-addressee", func(h *celltest.History, _ cell.Held) cell.Held {
			m := h.Add(t, "alpha", hotline.KindMessage, message("for you alone"), func(r *cell.Record) { r.To = []string{"supervisor"} })
			return h.Ack(t, "bravo", m, position(cell.Noted))
		}},
		{"an ack to a part of the audience", "cell.ack-audience", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Add(t, "bravo", cell.KindReceived, cell.Received{}, func(r *cell.Record) {
				r.About, r.Cites, r.To = m.Ref(), []cell.Cite{m.Cite()}, []string{"alpha"}
			})
		}},
		{"an ack without a citation", "cell.ack-cites", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Add(t, "bravo", cell.KindReceived, cell.Received{}, func(r *cell.Record) { r.About = m.Ref() })
		}},
		{"agrees to the hash", "", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "bravo", m, cell.Position{Position: cell.Agrees, Hash: m.Hash, Text: []cell.Free{}})
		}},
		{"agrees to another hash", "cell.agrees-hash", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "bravo", m, cell.Position{Position: cell.Agrees, Hash: strings.Repeat("0", 64), Text: []cell.Free{}})
		}},
		{"passed to a level of the charter", "", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "bravo", m, cell.Disseminated{Level: "brigade", At: h.Now})
		}},
		{"passed to no level of this desk", "cell.level", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "supervisor", m, cell.Disseminated{Level: "brigade", At: h.Now})
		}},
		{"XC-10: the same figures", "", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "supervisor", m, cell.Translation{Field: "body", Lang: "ar", Text: "٤ أشخاص الساعة ١٢:٣٠", Standing: "draft"})
		}},
		{"XC-10: another number", "cell.translation-figures", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "supervisor", m, cell.Translation{Field: "body", Lang: "ar", Text: "٥ أشخاص الساعة ١٢:٣٠", Standing: "draft"})
		}},
		{"XC-10: a number more", "cell.translation-figures", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "supervisor", m, cell.Translation{Field: "body", Lang: "ar", Text: "٤ أشخاص الساعة ١٢:٣٠، ٧", Standing: "draft"})
		}},
		{"XC-10: digits of another script", "cell.translation-figures", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "supervisor", m, cell.Translation{Field: "body", Lang: "ar", Text: "٤ أشخاص الساعة ١٢:٣٠ (９)", Standing: "draft"})
		}},
		{"a translation into its own language", "cell.translation-language", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "supervisor", m, cell.Translation{Field: "body", Lang: "en", Text: "4 people at 12:30", Standing: "draft"})
		}},
		{"a translation of no text", "cell.translation-field", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Ack(t, "supervisor", m, cell.Translation{Field: "place", Lang: "ar", Text: "ا", Standing: "draft"})
		}},
		{"the opener cancels", "", func(h *celltest.History, m cell.Held) cell.Held {
			return change(t, h, m, cell.Cancel{Reason: []cell.Free{}})
		}},
		{"another desk cancels", "cell.revise-own", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Add(t, "bravo", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) { r.About = m.Ref() })
		}},
		{"another desk corrects", "cell.revise-own", func(h *celltest.History, m cell.Held) cell.Held {
			text := cell.Free{Lang: "en", Text: "x"}
			return h.Add(t, "bravo", hotline.KindCorrect, hotline.Correct{Wrong: text, Right: text, Effect: []cell.Free{}, Body: []cell.RawBody{}}, func(r *cell.Record) { r.About = m.Ref() })
		}},
		{"a cancel that leaves one desk behind", "cell.revise-audience", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) { r.About, r.To = m.Ref(), []string{"supervisor"} })
		}},
		{"a second use of an id", "cell.id-once", func(h *celltest.History, m cell.Held) cell.Held {
			return h.Add(t, "alpha", hotline.KindMessage, message("other"), func(r *cell.Record) { r.ID = m.ID })
		}},
		{"actual traffic in an exercise", "cell.status", func(h *celltest.History, _ cell.Held) cell.Held {
			return h.Add(t, "alpha", hotline.KindMessage, message("x"), func(r *cell.Record) { r.Status = cell.Actual })
		}},
		{"a check that is no test", "cell.status", func(h *celltest.History, _ cell.Held) cell.Held {
			return h.Add(t, "alpha", hotline.KindLineCheck, hotline.LineCheck{Text: 1, Attempt: 1, State: hotline.Up, Code: "auto"}, func(r *cell.Record) { r.Status = cell.Exercise })
		}},
		{"to a desk that is no member", "cell.member", func(h *celltest.History, _ cell.Held) cell.Held {
			return h.Add(t, "alpha", hotline.KindMessage, message("x"), func(r *cell.Record) { r.To = []string{"bravo", "delta"} })
		}},
		{"about no matter", "cell.about", func(h *celltest.History, _ cell.Held) cell.Held {
			return h.Add(t, "alpha", hotline.KindClarify, hotline.Clarify{Question: cell.Free{Lang: "en", Text: "x"}}, nil)
		}},
	} {
		h := history(t)
		m := h.Add(t, "alpha", hotline.KindMessage, message("4 people at 12:30"), nil)
		h.DeliverAll(m)
		x := tt.do(h, m)
		ref := x.About
		if k, _ := h.Modules.Kind(x.Kind); k.Opens {
			ref = x.Ref()
		}
		folded := h.Matter(ref, "")
		var rules []string
		for _, c := range folded.Contested {
			if c.Record == x.Cite() {
				rules = append(rules, c.Rule)
			}
		}
		want := cell.VerdictContested
		if tt.rule == "" {
			want = cell.VerdictOK
		}
		if folded.Verdicts[x.Cite()] != want || (tt.rule != "" && !slices.Contains(rules, tt.rule)) {
			t.Errorf("%s: %s by %v, want %s by %s", tt.name, folded.Verdicts[x.Cite()], rules, want, tt.rule)
		}
	}
}

// A record that cites what this node does not hold cannot be judged here, and
// moves nothing until it can (design 2, "Judge").
func TestCannotJudge(t *testing.T) {
	h := history(t)
	m := h.Add(t, "alpha", hotline.KindMessage, message("x"), func(r *cell.Record) { r.To = []string{"bravo"} })
	x := h.Add(t, "bravo", cell.KindReceived, cell.Received{}, func(r *cell.Record) {
		r.About, r.Cites = m.Ref(), []cell.Cite{m.Cite()}
	})
	if v := h.Matter(m.Ref(), "supervisor").Verdicts[x.Cite()]; v != cell.VerdictCannot {
		t.Errorf("verdict %s at the supervisor, want cannot-judge", v)
	}
	if h.Matter(m.Ref(), "supervisor").Column("bravo").Received != nil {
		t.Error("what cannot be judged moved a column")
	}
}

// The second use of an id does not touch the matter that the first opened.
func TestSecondUseOfAnID(t *testing.T) {
	h := history(t)
	m := h.Add(t, "alpha", hotline.KindMessage, message("first"), nil)
	h.Add(t, "alpha", hotline.KindMessage, message("second"), func(r *cell.Record) { r.ID = m.ID })
	folded := h.Matter(m.Ref(), "")
	if folded.Head.Cite() != m.Cite() || folded.Body.(hotline.Message).Body.Text != "first" {
		t.Errorf("head %s, body %+v", folded.Head.Cite(), folded.Body)
	}
}

// The identity of a derived matter is a function of the set of its causes.
func TestDerivedIdentity(t *testing.T) {
	a, b := cell.Cite{Desk: "alpha", Gen: 1, Index: 4}, cell.Cite{Desk: "bravo", Gen: 1, Index: 7}
	id := cell.DerivedID("x.rule/1", []string{"bravo", "alpha"}, []cell.Cite{b, a})
	if id != cell.DerivedID("x.rule/1", []string{"alpha", "bravo"}, []cell.Cite{a, b}) || !cell.IsHash(id) {
		t.Errorf("identity %s depends on the order", id)
	}
	for _, other := range []string{
		cell.DerivedID("x.rule/2", []string{"alpha", "bravo"}, []cell.Cite{a, b}),
		cell.DerivedID("x.rule/1", []string{"alpha", "supervisor"}, []cell.Cite{a, b}),
		cell.DerivedID("x.rule/1", []string{"alpha", "bravo"}, []cell.Cite{a}),
		cell.DerivedID("x.rule/1", []string{"alpha", "bravo"}, []cell.Cite{a, {Desk: "bravo", Gen: 2, Index: 7}}),
	} {
		if other == id {
			t.Error("two different matters have one identity")
		}
	}
}

// HOT-07 T: simulated silence climbs every rung of the ladder at its very
// second, and says when the next one comes.
func TestHOT07LadderAtZeroSeconds(t *testing.T) {
	for _, p := range cell.Precedences() {
		h := history(t)
		m := h.Add(t, "alpha", hotline.KindMessage, message("x"), func(r *cell.Record) { r.Precedence = p })
		h.DeliverAll(m)
		from := h.Matter(m.Ref(), "").Column("bravo").Delivered.At
		level := ""
		for i, rung := range h.Charter.Clocks[p].Ladder {
			due := from + rung.After.Millis()
			if got := waiting(t, h.State(m.Ref(), due-1), "bravo", cell.NeedReceived).Level; got != level {
				t.Errorf("%s rung %d, one millisecond before: %q, want %q", p, i, got, level)
			}
			if next := h.State(m.Ref(), due-1).Next; next != due {
				t.Errorf("%s rung %d: next change at %d, want %d", p, i, next, due)
			}
			level = rung.Level
			if got := waiting(t, h.State(m.Ref(), due), "bravo", cell.NeedReceived).Level; got != level {
				t.Errorf("%s rung %d: %q, want %q", p, i, got, level)
			}
		}
	}
	flash := history(t).Charter.Clocks[cell.Flash].Ladder
	for i, want := range []int64{2, 4, 6, 10} {
		if flash[i].After.Millis() != want*60_000 {
			t.Errorf("FLASH rung %d after %d ms, want %d min", i, flash[i].After.Millis(), want)
		}
	}
}

func waiting(t *testing.T, s cell.State, desk, need string) cell.Wait {
	t.Helper()
	for _, w := range s.Waiting {
		if w.Desk == desk && w.For == need {
			return w
		}
	}
	t.Fatalf("%s is not waited for of %s: %+v", need, desk, s)
	return cell.Wait{}
}

// The undelivered clock runs from the author's act, an officer's clock from
// delivery (design 3).
func TestClocksBegin(t *testing.T) {
	h := history(t)
	m := h.Add(t, "alpha", hotline.KindCease, cease(), nil)
	w := waiting(t, h.State(m.Ref(), h.Now), "bravo", cell.NeedDelivered)
	if w.Since != m.At || w.Due != m.At+5000 {
		t.Errorf("undelivered since %d due %d, want %d and 5 s later", w.Since, w.Due, m.At)
	}
	h.Now += 30_000
	h.DeliverAll(m)
	w = waiting(t, h.State(m.Ref(), h.Now), "bravo", cell.NeedReceived)
	if w.Since != h.Now || w.Due != h.Now+120_000 {
		t.Errorf("unreceived since %d due %d, want %d and 2 min later", w.Since, w.Due, h.Now)
	}
}

package talks_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/talks"
)

// joint is a joint statement in three languages, with a blank line in each.
func joint() talks.Statement {
	return talks.Statement{Draft: 1, Text: cell.Text3{
		Ar: "اتفق الجانبان على خلية تنسيق.\n\nوتجتمع كل أسبوع.",
		En: "The sides have agreed on a coordination cell.\n\nIt meets every week.",
		He: "הצדדים הסכימו על תא תיאום.\n\nהוא ייפגש מדי שבוע."}}
}

// unsigned gives the record of a signature under the current version, without
// its line, and the text that it is over.
func (x *talk) unsigned(desk string, head cell.Held) (h cell.Held, text []byte) {
	x.t.Helper()
	m := x.Matter(head.Ref(), "")
	h = cell.Held{Record: cell.Record{Desk: desk, Kind: talks.KindSignature}}
	x.about(head)(&h.Record)
	b := talks.Signature{Hash: m.Version.Hash, Line: cell.Sign}
	h.Body = b
	p := cell.Past{Cited: map[cell.Cite]cell.Held{head.Cite(): head, m.Version.Cite(): *m.Version}}
	text, err := b.CeremonyText(h, p, x.Charter)
	if err != nil {
		x.t.Fatal(err)
	}
	return h, text
}

func (x *talk) signs(desk string, head cell.Held) cell.Held {
	x.t.Helper()
	h, text := x.unsigned(desk, head)
	b := h.Body.(cell.Ceremonial).Signed(celltest.Ceremony(x.t, x.Charter, desk, text))
	return x.Add(x.t, desk, talks.KindSignature, b, x.about(head))
}

// TLK-14 T: three signatures over one text in three languages; the note is
// verified from the charter alone; a letter in any language breaks it.
func TestTLK14SignedByAll(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "supervisor", talks.KindStatement, joint(), nil)
	if w := owed(x.wantState(head, "drafted"), talks.NeedSignature); len(w) != 3 {
		t.Errorf("signatures owed: %+v", w)
	}
	x.signs("alpha", head)
	x.signs("supervisor", head)
	if w := owed(x.wantState(head, "signing"), talks.NeedSignature); len(w) != 1 || w[0].Desk != "bravo" {
		t.Errorf("signatures owed: %+v", w)
	}
	v := x.screen("alpha").Statements[0]
	if v.Complete || len(v.Signed) != 2 || !slices.Equal(v.Missing, []string{"bravo"}) || len(talks.Module.Notes(x.Matter(head.Ref(), ""), x.Charter)) != 0 {
		t.Errorf("by two: %+v", v)
	}
	last := x.signs("bravo", head)
	if s := x.wantState(head, "signed"); s.Open || s.Since != last.At || len(s.Waiting) != 0 {
		t.Errorf("by three: %+v", s)
	}
	notes := talks.Module.Notes(x.Matter(head.Ref(), "bravo"), x.Charter)
	if len(notes) != 1 {
		t.Fatalf("%d notes", len(notes))
	}
	text, purpose, desks, err := x.Charter.OpenCeremony(notes[0])
	if err != nil || purpose != cell.PurposeStatement || !slices.Equal(desks, []string{"alpha", "bravo", "supervisor"}) {
		t.Fatalf("%s by %v: %v", purpose, desks, err)
	}
	parts, err := cell.ParseCeremony(text)
	if err != nil || parts.Text != joint().Text || parts.Fact("statement") != head.Ref().String() || parts.Fact("draft") != "1" || parts.Fact("of") != "-" {
		t.Errorf("%+v %v", parts, err)
	}
	for lang, letter := range map[string][2]string{"ar": {"أسبوع", "اسبوع"}, "en": {"week", "weak"}, "he": {"שבוע", "שבוצ"}} {
		changed := strings.Replace(string(notes[0]), letter[0], letter[1], 1)
		if _, _, _, err := x.Charter.OpenCeremony([]byte(changed)); err == nil || changed == string(notes[0]) {
			t.Errorf("one letter changed in %s, and it verifies", lang)
		}
	}
}

// TLK-14 T: a change before all have signed takes the signatures with it; after
// that it takes nothing: what all signed is what is shown.
func TestTLK14AChangeVoidsSignatures(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "alpha", talks.KindStatement, joint(), nil)
	x.signs("alpha", head)
	x.signs("bravo", head)
	second := joint()
	second.Draft, second.Text.En = 2, "The sides have agreed on a cell."
	x.change(head, second)
	x.wantState(head, "drafted")
	x.signs("supervisor", head)
	x.wantState(head, "signing") // two under draft 1 and one under draft 2 are no three
	x.signs("alpha", head)
	x.signs("bravo", head)
	x.wantState(head, "signed")

	third := joint()
	third.Draft, third.Text.En = 3, "The sides have agreed on nothing."
	x.change(head, third)
	x.wantState(head, "signed")
	v := x.screen("bravo").Statements[0]
	if !v.Complete || v.Draft != 2 || v.Text != second.Text || len(v.Signed) != 3 || len(v.Missing) != 0 {
		t.Errorf("after a change: %+v", v)
	}
	notes := talks.Module.Notes(x.Matter(head.Ref(), ""), x.Charter)
	if len(notes) != 1 || !strings.Contains(string(notes[0]), "agreed on a cell.") {
		t.Errorf("the note: %q", notes)
	}
	again := joint()
	again.Draft, again.Text.En = 2, "Something else."
	up := x.change(head, again)
	x.WantContested(t, up, "", "talks.draft-number")
}

// TLK-14 T: a signature that is not over the draft it cites is refused at its
// own desk; from a node that lets it pass it is kept, contested, and does not
// count.
func TestTLK14SignatureOfAnotherDraft(t *testing.T) {
	for _, tt := range []struct {
		what, rule string
		sign       func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record))
	}{
		{"over another text", "talks.signature-other-draft", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			other := joint()
			other.Text.He += " ועוד"
			y := newTalk(x.t)
			h := y.Add(x.t, "supervisor", talks.KindStatement, other, nil)
			_, text := y.unsigned("bravo", h)
			return talks.Signature{Hash: head.Hash, Line: celltest.Ceremony(x.t, x.Charter, "bravo", text)}, x.about(head)
		}},
		{"the hash of another version", "talks.signature-other-draft", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			_, text := x.unsigned("bravo", head)
			return talks.Signature{Hash: strings.Repeat("ab", 32), Line: celltest.Ceremony(x.t, x.Charter, "bravo", text)}, x.about(head)
		}},
		{"another desk's signature", "talks.signature-other-draft", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			_, text := x.unsigned("alpha", head)
			return talks.Signature{Hash: head.Hash, Line: celltest.Ceremony(x.t, x.Charter, "alpha", text)}, x.about(head)
		}},
		{"none made", "talks.signature-other-draft", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			return talks.Signature{Hash: head.Hash, Line: cell.Sign}, x.about(head)
		}},
		{"the same text in another statement", "talks.signature-other-draft", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			twin := x.Add(x.t, "supervisor", talks.KindStatement, joint(), nil)
			_, text := x.unsigned("bravo", twin)
			return talks.Signature{Hash: head.Hash, Line: celltest.Ceremony(x.t, x.Charter, "bravo", text)}, x.about(head)
		}},
		{"a draft that another desk wrote", "talks.draft-cited", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			up := x.draftOf("bravo", head, head)
			_, text := x.unsigned("bravo", head)
			return talks.Signature{Hash: up.Hash, Line: celltest.Ceremony(x.t, x.Charter, "bravo", text)}, func(r *cell.Record) {
				r.About, r.Cites = head.Ref(), []cell.Cite{up.Cite(), head.Cite()}
			}
		}},
		{"a draft of another statement", "talks.draft-cited", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			twin := x.Add(x.t, "supervisor", talks.KindStatement, joint(), nil)
			up := x.draftOf("supervisor", twin, twin)
			_, text := x.unsigned("bravo", head)
			return talks.Signature{Hash: up.Hash, Line: celltest.Ceremony(x.t, x.Charter, "bravo", text)}, func(r *cell.Record) {
				r.About, r.Cites = head.Ref(), []cell.Cite{up.Cite(), head.Cite()}
			}
		}},
		{"no draft cited first", "talks.draft-cited", func(x *talk, head cell.Held) (talks.Signature, func(*cell.Record)) {
			s := x.signs("alpha", head)
			_, text := x.unsigned("bravo", head)
			return talks.Signature{Hash: s.Hash, Line: celltest.Ceremony(x.t, x.Charter, "bravo", text)}, func(r *cell.Record) {
				r.About, r.Cites = head.Ref(), []cell.Cite{s.Cite(), head.Cite()}
			}
		}},
	} {
		x := newTalk(t)
		head := x.Add(t, "supervisor", talks.KindStatement, joint(), nil)
		b, change := tt.sign(x, head)
		h := x.Add(t, "bravo", talks.KindSignature, b, change)
		if rules := x.Rules(h); !slices.Equal(rules, []string{tt.rule}) {
			t.Errorf("%s: refused for %v, want %s", tt.what, rules, tt.rule)
		}
		x.WantContested(t, h, "", tt.rule)
		for _, v := range x.screen("alpha").Statements {
			if _, ok := v.Signed["bravo"]; ok {
				t.Errorf("%s: it counts as bravo's signature", tt.what)
			}
		}
		if rules := x.Rules(x.signs("bravo", head)); len(rules) != 0 {
			t.Errorf("%s: the right one is refused for %v", tt.what, rules)
		}
	}
}

// draftOf records a desk's change of a statement, its own or not.
func (x *talk) draftOf(desk string, head, cites cell.Held) cell.Held {
	x.t.Helper()
	next := joint()
	next.Draft = 2
	return x.Add(x.t, desk, cell.KindUpdate, celltest.Update(x.t, next), func(r *cell.Record) {
		r.About, r.Cites = head.Ref(), []cell.Cite{cites.Cite()}
	})
}

// TLK-14 T: what was opened against a rule is signed by nobody, though a change
// of it keeps all rules.
func TestTLK14OpenedAgainstARule(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "alpha", talks.KindStatement, joint(), func(r *cell.Record) { r.Status = cell.Actual })
	x.WantContested(t, head, "", "cell.status")
	x.draftOf("alpha", head, head)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		x.signs(d, head)
	}
	if s := x.State(head.Ref(), x.Now); s.Name == "signed" || len(talks.Module.Notes(x.Matter(head.Ref(), ""), x.Charter)) != 0 {
		t.Errorf("it is %s", s.Name)
	}
	if v := x.screen("bravo").Statements[0]; v.Complete || !v.Contested {
		t.Errorf("%+v", v)
	}
}

// TLK-14 T: a statement goes to all who sign it.
func TestTLK14GoesToAllWhoSign(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "alpha", talks.KindStatement, joint(), func(r *cell.Record) { r.To = []string{"supervisor"} })
	if rules := x.Rules(head); !slices.Contains(rules, "talks.signers") {
		t.Errorf("refused for %v", rules)
	}
	x.WantContested(t, head, "", "talks.signers")
}

func TestStatementValidates(t *testing.T) {
	celltest.WantAt(t, joint(), "")
	for at, change := range map[string]func(*talks.Statement){
		"/draft":   func(s *talks.Statement) { s.Draft = 0 },
		"/text/en": func(s *talks.Statement) { s.Text.En = "a\tb" },
		"/text/ar": func(s *talks.Statement) { s.Text.Ar = "" },
		"/of":      func(s *talks.Statement) { s.Of = "A-3" },
	} {
		s := joint()
		change(&s)
		celltest.WantAt(t, s, at)
	}
	hash := strings.Repeat("ab", 32)
	celltest.WantAt(t, talks.Signature{Hash: hash, Line: cell.Sign}, "")
	celltest.WantAt(t, talks.Signature{Hash: "", Line: cell.Sign}, "/hash")
	for _, line := range []string{"", "yes", "— a\n— b", "— " + strings.Repeat("x", 400)} {
		celltest.WantAt(t, talks.Signature{Hash: hash, Line: line}, "/signature")
	}
}

// TLK-14 T: all sign one text, that of the charter which the draft was written
// under, also when the cell has gone on to a later charter meanwhile.
func TestTLK14ALaterCharter(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "supervisor", talks.KindStatement, joint(), nil)
	x.signs("alpha", head)
	x.signs("bravo", head)
	first := x.Charter
	later := *first
	later.Hash, later.Version = strings.Repeat("cd", 32), first.Version+1
	x.Earlier, x.Charter = cell.Chain{first}, &later
	_, text := x.unsigned("supervisor", head)
	b := talks.Signature{Hash: head.Hash, Line: celltest.Ceremony(t, first, "supervisor", text)}
	x.Add(t, "supervisor", talks.KindSignature, b, x.about(head))
	x.wantState(head, "signed")
	notes := talks.Module.Notes(x.Matter(head.Ref(), ""), x.Charter)
	if len(notes) != 1 {
		t.Fatalf("%d notes", len(notes))
	}
	if _, _, desks, err := first.OpenCeremony(notes[0]); err != nil || len(desks) != 3 {
		t.Errorf("signed by %v, %v", desks, err)
	}
}

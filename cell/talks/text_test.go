package talks_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/talks"
)

// TLK-01 T: a text is compared draft by draft, clause by clause; the open
// brackets of each draft are counted; remarks stay with their clause.
func TestTLK01DraftByDraft(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "supervisor", talks.KindText, text(1, clause("c-1", "open"), clause("c-2", "bracketed", "alpha", "bravo")), nil)
	x.wantState(head, "drafting")
	x.Add(t, "alpha", talks.KindComment, talks.Comment{Clause: "c-1", Kind: "accept", Text: []cell.Text3{}}, x.about(head))
	x.Add(t, "bravo", talks.KindComment, talks.Comment{Clause: "c-2", Kind: "bracket", Text: []cell.Text3{says("bravo")}}, x.about(head))

	second := text(2, clause("c-1", "agreed"), clause("c-2", "bracketed", "bravo"), clause("c-3", "open"))
	second.Clauses[1].Text = says("c-2 anew")
	x.change(head, second)
	x.Add(t, "bravo", talks.KindComment, talks.Comment{Clause: "c-3", Kind: "reserve", Text: []cell.Text3{says("not yet")}}, x.about(head))

	v := x.screen("bravo").Texts[0]
	if v.Draft != 2 || v.Brackets != 1 || len(v.Drafts) != 2 || v.Drafts[0].Brackets != 2 || v.Drafts[1].Brackets != 1 {
		t.Errorf("drafts: %+v", v.Drafts)
	}
	if len(v.Drafts[0].Changed) != 0 || fmt.Sprint(v.Changed) != "[{c-1 [status] []} {c-2 [text brackets] [ar en he]} {c-3 [added] []}]" {
		t.Errorf("changed: %v", v.Changed)
	}
	var remarks []string
	for _, c := range v.Clauses {
		for _, r := range c.Comments {
			remarks = append(remarks, fmt.Sprint(c.ID, " ", r.Desk, " ", r.Kind, " ", r.Draft))
		}
	}
	if want := []string{"c-1 alpha accept 1", "c-2 bravo bracket 1", "c-3 bravo reserve 2"}; !slices.Equal(remarks, want) {
		t.Errorf("remarks %q, want %q", remarks, want)
	}

	x.change(head, text(3, clause("c-1", "agreed"), clause("c-2", "ad-ref"), clause("c-3", "agreed")))
	if s := x.wantState(head, "cleared"); len(s.Waiting) < 2 {
		t.Errorf("cleared, and nobody owes a position: %+v", s.Waiting)
	}
	x.agrees("alpha", head)
	x.wantState(head, "cleared")
	x.agrees("bravo", head)
	if s := x.wantState(head, "agreed"); s.Open || len(s.Waiting) != 0 {
		t.Errorf("agreed: %+v", s)
	}
	x.change(head, text(4, clause("c-1", "agreed"), clause("c-2", "agreed"), clause("c-3", "agreed")))
	x.wantState(head, "cleared") // what they agreed to was draft 3
}

// TLK-01 T: only the drafting desk edits; numbers count on, and no clause ever
// loses its own. The act is refused at its own desk, and kept as contested at
// the others when a node lets it pass.
func TestTLK01WhatNoDraftMayDo(t *testing.T) {
	for _, tt := range []struct {
		what, rule string
		act        func(x *talk, head cell.Held) cell.Held
	}{
		{"a clause is dropped", "talks.clause-dropped", func(x *talk, head cell.Held) cell.Held {
			return x.change(head, text(2, clause("c-1", "agreed"), clause("c-9", "open")))
		}},
		{"a draft number is passed over", "talks.draft-number", func(x *talk, head cell.Held) cell.Held {
			return x.change(head, text(3, clause("c-1", "agreed"), clause("c-2", "agreed")))
		}},
		{"a draft number is used again", "talks.draft-number", func(x *talk, head cell.Held) cell.Held {
			return x.change(head, text(1, clause("c-1", "agreed"), clause("c-2", "agreed")))
		}},
		{"a bracket is nobody's", "talks.bracket-by", func(x *talk, head cell.Held) cell.Held {
			return x.change(head, text(2, clause("c-1", "open"), clause("c-2", "bracketed", "delta")))
		}},
		{"a party edits", "cell.revise-own", func(x *talk, head cell.Held) cell.Held {
			return x.Add(x.t, "alpha", cell.KindUpdate, celltest.Update(x.t, text(2, clause("c-1", "agreed"), clause("c-2", "agreed"))), x.about(head))
		}},
		{"the supervisor comments", "cell.who", func(x *talk, head cell.Held) cell.Held {
			return x.Add(x.t, "supervisor", talks.KindComment, talks.Comment{Clause: "c-1", Kind: "accept"}, x.about(head))
		}},
		{"a comment on no clause", "talks.clause-unknown", func(x *talk, head cell.Held) cell.Held {
			return x.Add(x.t, "alpha", talks.KindComment, talks.Comment{Clause: "c-7", Kind: "accept"}, x.about(head))
		}},
		{"a comment that cites a comment", "talks.draft-cited", func(x *talk, head cell.Held) cell.Held {
			c := x.Add(x.t, "alpha", talks.KindComment, talks.Comment{Clause: "c-1", Kind: "accept"}, x.about(head))
			return x.Add(x.t, "alpha", talks.KindComment, talks.Comment{Clause: "c-1", Kind: "accept"}, func(r *cell.Record) {
				r.About, r.Cites = head.Ref(), []cell.Cite{c.Cite(), head.Cite()}
			})
		}},
	} {
		x := newTalk(t)
		head := x.Add(t, "supervisor", talks.KindText, text(1, clause("c-1", "open"), clause("c-2", "bracketed", "alpha")), nil)
		h := tt.act(x, head)
		x.Records = slices.DeleteFunc(x.Records, func(o cell.Held) bool { return o.Cite() == h.Cite() })
		if rules := x.Rules(h); !slices.Contains(rules, tt.rule) {
			t.Errorf("%s: refused for %v, want %s", tt.what, rules, tt.rule)
		}
		x.Records = append(x.Records, h)
		x.WantContested(t, h, "", tt.rule)
		x.wantState(head, "drafting")
		if v := x.screen("bravo").Texts[0]; v.Draft != 1 || len(v.Drafts) != 1 || v.Brackets != 1 {
			t.Errorf("%s: it moved the text to draft %d", tt.what, v.Draft)
		}
	}
	x := newTalk(t)
	h := x.Add(t, "alpha", talks.KindText, text(1, clause("c-1", "agreed")), nil)
	x.WantContested(t, h, "", "cell.who")
	x.agrees("bravo", h)
	if s := x.State(h.Ref(), x.Now); s.Name == "agreed" {
		t.Error("a text that a party drafted is agreed")
	}
}

// TLK-01 T (replay ONE-TEXT): 23 drafts in three languages, sixty brackets that
// close one by one; every draft follows the one before.
func TestTLK01OneText(t *testing.T) {
	x := newTalk(t)
	draft := func(n int64) talks.Text {
		var list []talks.Clause
		for i := range 60 {
			if int64(i) < 60-(n-1)*60/22 {
				list = append(list, clause(fmt.Sprintf("c-%d", i+1), "bracketed", []string{"alpha", "bravo"}[i%2]))
			} else {
				list = append(list, clause(fmt.Sprintf("c-%d", i+1), "agreed"))
			}
		}
		return text(n, list...)
	}
	head := x.Add(t, "supervisor", talks.KindText, draft(1), nil)
	for n := int64(2); n <= 23; n++ {
		x.change(head, draft(n))
	}
	v := x.screen("alpha").Texts[0]
	if v.Draft != 23 || len(v.Drafts) != 23 || v.Drafts[0].Brackets != 60 || v.Brackets != 0 || v.State != "cleared" {
		t.Fatalf("draft %d of %d, brackets %d to %d, %s", v.Draft, len(v.Drafts), v.Drafts[0].Brackets, v.Brackets, v.State)
	}
	for i, d := range v.Drafts[1:] {
		if d.Brackets >= v.Drafts[i].Brackets || len(d.Changed) != v.Drafts[i].Brackets-d.Brackets {
			t.Errorf("draft %d: %d brackets after %d, changed %v", d.Draft, d.Brackets, v.Drafts[i].Brackets, d.Changed)
		}
	}
}

// TLK-03 T: who changes the English leaves Arabic and Hebrew flagged, until
// they are changed too; the flag outlives drafts that leave the clause alone.
func TestTLK03LanguagesThatLag(t *testing.T) {
	x := newTalk(t)
	draft := text(1, clause("c-1", "open"), clause("c-2", "open"))
	head := x.Add(t, "supervisor", talks.KindText, draft, nil)
	for _, tt := range []struct {
		change func(*cell.Text3)
		want   []string
	}{
		{func(c *cell.Text3) { c.En += " by noon" }, []string{"ar", "he"}},
		{func(*cell.Text3) {}, []string{"ar", "he"}},
		{func(c *cell.Text3) { c.Ar += " ظهرًا" }, []string{"he"}},
		{func(c *cell.Text3) { c.He += " בצהריים" }, []string{}},
		{func(c *cell.Text3) { c.En, c.Ar, c.He = "a", "أ", "א" }, []string{}},
		{func(c *cell.Text3) { c.He += " ב" }, []string{"ar", "en"}},
		{func(c *cell.Text3) { c.He, c.En = c.He+"ג", c.En+" c" }, []string{"ar"}},
	} {
		draft.Draft++
		draft.Clauses = slices.Clone(draft.Clauses)
		tt.change(&draft.Clauses[0].Text)
		x.change(head, draft)
		v := x.screen("alpha").Texts[0]
		if v.Draft != draft.Draft || !slices.Equal(v.Clauses[0].Stale, tt.want) || len(v.Clauses[1].Stale) != 0 {
			t.Errorf("draft %d: %v and %v lag behind, want %v", v.Draft, v.Clauses[0].Stale, v.Clauses[1].Stale, tt.want)
		}
	}
}

func TestTextValidates(t *testing.T) {
	ok := text(1, clause("c-1", "open"))
	celltest.WantAt(t, ok, "")
	for at, change := range map[string]func(*talks.Text){
		"/draft":                   func(x *talks.Text) { x.Draft = 0 },
		"/title/he":                func(x *talks.Text) { x.Title.He = "" },
		"/authoritative":           func(x *talks.Text) { x.Authoritative = "fr" },
		"/clauses":                 func(x *talks.Text) { x.Clauses = nil },
		"/clauses/0/id":            func(x *talks.Text) { x.Clauses[0].ID = "4" },
		"/clauses/1/id":            func(x *talks.Text) { x.Clauses = append(x.Clauses, x.Clauses[0]) },
		"/clauses/0/text/ar":       func(x *talks.Text) { x.Clauses[0].Text.Ar = "latin" },
		"/clauses/0/status":        func(x *talks.Text) { x.Clauses[0].Status = "bracketed" },
		"/clauses/0/brackets/0/by": func(x *talks.Text) { x.Clauses[0] = clause("c-1", "bracketed", "Alpha!") },
		"/clauses/0/brackets/0/text/en": func(x *talks.Text) {
			x.Clauses[0] = clause("c-1", "bracketed", "alpha")
			x.Clauses[0].Brackets[0].Text.En = ""
		},
	} {
		bad := text(1, clause("c-1", "open"))
		change(&bad)
		celltest.WantAt(t, bad, at)
	}
	agreed := text(1, clause("c-1", "bracketed", "alpha"))
	agreed.Clauses[0].Status = "agreed"
	celltest.WantAt(t, agreed, "/clauses/0/status")
}

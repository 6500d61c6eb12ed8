package talks_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/talks"
)

func (x *talk) readout(desk string, of cell.Held, text cell.Free, at int64, claims ...string) cell.Held {
	x.t.Helper()
	return x.Add(x.t, desk, talks.KindReadout, talks.Readout{Of: of.Ref().String(), Text: text, Claims: claims, At: at}, nil)
}

// TLK-10 T (replay PARIS-STATEMENT): on record, "Druze" appears only in one
// side's read-out, 1974 and the timeline for withdrawal only in the other's, and
// none of them in the joint text. The register lists each with both versions
// and the records that say them, the same at all three desks.
func TestTLK10ParisStatement(t *testing.T) {
	var fixture struct {
		Sources map[string][]string
		Joint   cell.Text3
		A, B    struct {
			Lang, Text string
			Claims     []string
		}
	}
	b, err := os.ReadFile(filepath.Join("testdata", "paris-2026.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &fixture); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"joint", "a", "b"} {
		if len(fixture.Sources[who]) == 0 {
			t.Errorf("the fixture names no source for %s", who)
		}
	}
	x := newTalk(t)
	head := x.Add(t, "supervisor", talks.KindStatement, talks.Statement{Text: fixture.Joint, Draft: 1}, nil)
	at := celltest.Noon + int64(3*hour)
	one := x.readout("alpha", head, cell.Free{Lang: fixture.A.Lang, Text: fixture.A.Text}, at, fixture.A.Claims...)
	other := x.readout("bravo", head, cell.Free{Lang: fixture.B.Lang, Text: fixture.B.Text}, at, fixture.B.Claims...)
	for _, desk := range []string{"alpha", "bravo", "supervisor"} {
		found := map[string]talks.Divergence{}
		for _, d := range x.screen(desk).Divergence {
			found[d.Claim] = d
		}
		for claim, who := range map[string]string{"Druze": "alpha", "economic cooperation": "alpha", "threats along our borders": "alpha", "1974": "bravo", "timeline for withdrawal": "bravo"} {
			d := found[claim]
			missing := map[string]string{"alpha": "bravo", "bravo": "alpha"}[who]
			if !slices.Equal(d.In, []string{who}) || !slices.Equal(d.Missing, []string{missing}) || d.Joint || d.Statement != head.Ref().String() {
				t.Errorf("at %s: %q is in %v, missing in %v, joint %v", desk, claim, d.In, d.Missing, d.Joint)
			}
			if len(d.Sources) != 3 {
				t.Fatalf("at %s: %q has the sources %+v", desk, claim, d.Sources)
			}
			for _, s := range d.Sources {
				record := map[string]string{"alpha": one.Cite().String(), "bravo": other.Cite().String(), "": head.Cite().String()}[s.Desk]
				if s.Record != record || s.Has != (s.Desk == who) || s.Has != strings.Contains(strings.ToLower(s.Said), strings.ToLower(claim)) {
					t.Errorf("at %s: %q: source %+v, want record %s", desk, claim, s, record)
				}
			}
		}
		if len(found) != 5 {
			t.Errorf("at %s: %d claims differ, want 5: %+v", desk, len(found), found)
		}
	}
}

// TLK-10 T: what all say is not listed; a phrase is found in any language of the
// joint text, without its case, its vowel marks and what stands around it; a
// clause number stands for the clause.
func TestTLK10Compare(t *testing.T) {
	x := newTalk(t)
	draft := x.Add(t, "supervisor", talks.KindText, text(1, clause("c-1", "agreed"), clause("c-2", "agreed")), nil)
	st := joint()
	st.Of = draft.Ref().String()
	head := x.Add(t, "supervisor", talks.KindStatement, st, nil)
	at := celltest.Noon + int64(3*hour)
	one := x.readout("alpha", head, cell.Free{Lang: "ar", Text: "اتفقنا على خَلِيّةِ تنسيق. وتحدثنا عن الطريق، وعن c-1."}, at, "خلية تنسيق", "الطريق", "c-1", "c-9", "aid")
	x.readout("bravo", head, cell.Free{Lang: "he", Text: "הסכמנו על תא תיאום. We said more."}, at, "תא תיאום", "C-1")
	x.readout("bravo", head, cell.Free{Lang: "ar", Text: "وبالطَّـريقِ أيضًا، وخلية تنسيق."}, at)
	got := map[string]string{}
	for _, d := range x.screen("supervisor").Divergence {
		got[d.Claim] = strings.Join(d.In, ",") + "|" + strings.Join(d.Missing, ",")
		if d.Joint {
			got[d.Claim] += "|joint"
		}
	}
	want := map[string]string{
		"الطريق":   "alpha,bravo|", // both say it, the joint text does not
		"c-9":      "alpha|bravo",  // no clause of the text
		"aid":      "alpha|bravo",  // "said" is another word
		"תא תיאום": "bravo|alpha|joint",
	}
	if len(got) != len(want) {
		t.Errorf("differing: %q, want %q", got, want)
	}
	for claim, w := range want {
		if got[claim] != w {
			t.Errorf("%q: %q, want %q", claim, got[claim], w)
		}
	}
	x.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, x.about(one)) // withdrawn: it is compared no more
	if d := x.screen("supervisor").Divergence; len(d) != 0 {
		t.Errorf("after alpha's is withdrawn: %+v", d)
	}
}

// TLK-10 T: a read-out is announced before its time; less than two hours is
// shown, not refused.
func TestTLK10PreNotice(t *testing.T) {
	x := newTalk(t)
	head := x.Add(t, "supervisor", talks.KindStatement, joint(), nil)
	said := cell.Free{Lang: "en", Text: "We met."}
	x.readout("alpha", head, said, x.Now+2*hour)
	late := x.readout("bravo", head, said, x.Now+2*hour-1)
	var short []bool
	for _, r := range x.screen("supervisor").Readouts {
		short = append(short, r.Short)
		if r.Short != (r.From == "bravo") {
			t.Errorf("%s: short notice %v", r.From, r.Short)
		}
		if r.NoticeMS < 2*hour-1 || r.Record == "" || r.Of != head.Ref().String() {
			t.Errorf("%+v", r)
		}
	}
	if len(short) != 2 || short[0] == short[1] {
		t.Errorf("short notice: %v, want one of two", short)
	}
	x.wantState(late, "announced")
	x.Now += 2 * hour
	x.wantState(late, "given")
	celltest.WantAt(t, talks.Readout{Text: said, At: 1}, "")
	celltest.WantAt(t, talks.Readout{Text: said}, "/at")
	celltest.WantAt(t, talks.Readout{Text: said, At: 1, Claims: []string{"·"}}, "/claims/0")
	celltest.WantAt(t, talks.Readout{Text: said, At: 1, Of: "x"}, "/of")
	celltest.WantAt(t, talks.Readout{Text: cell.Free{Lang: "he", Text: "We met."}, At: 1}, "/text/lang")
}

// TLK-04 T: a caucus goes to one party and the supervisor; addressed to anybody
// else it is refused, and contested where a node let it pass.
func TestTLK04CaucusAudience(t *testing.T) {
	note := talks.Caucus{Text: cell.Free{Lang: "ar", Text: "نقبل بالتاريخ إن بقي الطريق مفتوحًا."}, Clause: "c-2"}
	for _, tt := range []struct {
		from string
		to   []string
		ok   bool
	}{
		{"alpha", []string{"supervisor"}, true},
		{"supervisor", []string{"bravo"}, true},
		{"alpha", []string{"bravo", "supervisor"}, false},
		{"alpha", []string{"bravo"}, false},
		{"supervisor", []string{"alpha", "bravo"}, false},
	} {
		x := newTalk(t)
		h := x.Add(t, tt.from, talks.KindCaucus, note, func(r *cell.Record) { r.To = tt.to })
		refused := slices.Contains(x.Rules(h), "talks.caucus-audience")
		if refused == tt.ok {
			t.Errorf("%s to %v: refused %v", tt.from, tt.to, refused)
		}
		if !tt.ok {
			x.WantContested(t, h, "", "talks.caucus-audience")
			continue
		}
		for _, d := range []string{"alpha", "bravo", "supervisor"} {
			if n, want := len(x.screen(d).Caucus), h.Addressed(d); (n == 1) != want {
				t.Errorf("%s to %v: %s sees %d", tt.from, tt.to, d, n)
			}
		}
	}
	celltest.WantAt(t, note, "")
	celltest.WantAt(t, talks.Caucus{Text: note.Text, Clause: "Clause 2"}, "/clause")
}

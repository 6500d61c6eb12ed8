package protection_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/protection"
	"parley/store"
)

const (
	hour = 3600 * 1000
	day  = 24 * hour
)

var (
	spot  = cell.Point{Lat: "12.4861", Lon: "-38.2068"}
	seen  = cell.Place{Lat: "12.4861", Lon: "-38.2070", Notation: "DD", PrecisionM: 10} // about 20 m beside it
	off   = cell.Place{Lat: "12.4890", Lon: "-38.2068", Notation: "DD", PrecisionM: 10} // about 320 m north
	clear = cell.Place{Lat: "12.4727", Lon: "-38.2011", Notation: "DD", PrecisionM: 50}
	why   = []cell.Free{{Lang: "en", Text: "Fire near the road."}}
	three = cell.Text3{Ar: "الطريق مغلق منذ يومين", En: "The road has been closed for two days", He: "הדרך סגורה זה יומיים"}
)

func TestModule(t *testing.T) { celltest.Run(t, protection.Module) }

// story is a history of the module's records.
type story struct {
	*celltest.History
	t *testing.T
}

func begin(t *testing.T) *story {
	return &story{celltest.NewHistory(celltest.Charter(t, protection.Module), cell.Modules{protection.Module}), t}
}

// add records an act of a desk whose node holds everything so far.
func (s *story) add(desk, kind string, body cell.Body, change func(*cell.Record)) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, kind, body, func(r *cell.Record) {
		s.Sees(r)
		if change != nil {
			change(r)
		}
	})
}

func to(desks ...string) func(*cell.Record) { return func(r *cell.Record) { r.To = desks } }

// about records an act about a matter, to those who hold it, citing what it
// answers.
func (s *story) about(desk, kind string, body cell.Body, head cell.Held, also ...cell.Held) cell.Held {
	s.t.Helper()
	return s.add(desk, kind, body, celltest.About(head, also...))
}

// update changes what a matter says.
func (s *story) update(of cell.Held, body cell.Body) cell.Held {
	s.t.Helper()
	return s.about(of.Desk, cell.KindUpdate, celltest.Update(s.t, body), of)
}

// wantRefused wants an act to be refused at its own desk, and contested at
// another when it comes all the same.
func (s *story) wantRefused(h cell.Held, rule string) {
	s.t.Helper()
	s.WantRefused(s.t, h, h.Audience()[len(h.Audience())-1], rule)
}

func (s *story) wantState(of cell.Held, name string) cell.State {
	s.t.Helper()
	return s.WantState(s.t, of.Ref(), name)
}

// screen answers the module's query at a desk.
func (s *story) screen(desk string) (out protection.Screen) {
	s.t.Helper()
	db, err := store.Open(s.t.Context(), "sqlite:"+filepath.Join(s.t.TempDir(), "screen.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(s.t.Context(), "protection/1", protection.Module.DDL); err != nil {
		s.t.Fatal(err)
	}
	err = db.Write(s.t.Context(), func(tx *store.Tx) error {
		for _, h := range s.Records {
			if h.Addressed(desk) {
				if err := protection.Module.Apply(s.t.Context(), tx, h); err != nil {
					return err
				}
			}
		}
		v := s.View(desk)
		v.Tx = reader{tx}
		got, err := protection.Module.Queries[0].Run(s.t.Context(), v)
		if err == nil {
			out = got.(protection.Screen)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// reader is a transaction that a query runs in: it may not write.
type reader struct{ *store.Tx }

// Exec refuses.
func (reader) Exec(context.Context, string, ...any) error {
	return errors.New("a query does not write")
}

// Query reads.
func (r reader) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return r.Tx.Query(ctx, q, args...)
}

func circle(at cell.Point, m int64) cell.Area {
	return cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{at}, RadiusM: m}
}

func place(tier string) protection.Place {
	return protection.Place{Code: "cl-07", Category: "clinic", Tier: tier, Area: circle(spot, 60), Function: []cell.Free{}, Custodian: "c-31",
		Population: []int64{}, ValidUntil: celltest.Noon + 60*day}
}

func area() protection.Area {
	return protection.Area{Code: "cl-07", Category: "clinic", Area: circle(cell.Point{Lat: "12.4900", Lon: "-38.2010"}, 1500), Verification: 2, ValidUntil: celltest.Noon + 60*day}
}

// PRO-01 T: the register knows thirteen categories and no place without
// coordinates.
func TestPRO01Register(t *testing.T) {
	tp, _ := celltest.Charter(t, protection.Module).Template(protection.KindPlace)
	i := slices.IndexFunc(tp.Fields, func(f cell.Field) bool { return f.Name == "category" })
	if len(tp.Fields[i].Choices) != 13 {
		t.Errorf("%d categories", len(tp.Fields[i].Choices))
	}
	for _, c := range tp.Fields[i].Choices {
		p := place(protection.Exact)
		if p.Category = c.Value; p.Validate() != nil {
			t.Errorf("%s: %v", c.Value, p.Validate())
		}
	}
	p := place(protection.Exact)
	p.Area = cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{}, Text: "the clinic"}
	if inv, ok := errors.AsType[*cell.Invalid](p.Validate()); !ok || inv.At != "/area" {
		t.Errorf("a name without coordinates: %v", p.Validate())
	}
}

// PRO-02 T: who the custodian is and who verified cannot be told by a name.
func TestPRO02CodesNotNames(t *testing.T) {
	for _, name := range []string{"", "Abu N. of Qilmar", "c_31", "c 31", "قيّم", "C-31", strings.Repeat("c", 33)} {
		p := place(protection.Exact)
		if p.Custodian = name; p.Validate() == nil {
			t.Errorf("taken as a custodian: %q", name)
		}
		p = place(protection.Exact)
		if p.Verification, p.VerifiedBy = 1, name; p.Validate() == nil {
			t.Errorf("taken as a second source: %q", name)
		}
	}
}

// PRO-13 T: the notice stands in three languages among the words of the screen,
// and in the sentence of whatever is printed of places, corridors and concerns.
func TestPRO13StandingNotice(t *testing.T) {
	s := begin(t)
	if got := s.screen("alpha").Standing; got != protection.NoticeKey {
		t.Errorf("the screen names %q", got)
	}
	for lang, notice := range map[string]string{
		"en": "Notification gives no permission; its absence removes no protection",
		"ar": "الإخطار لا يمنح إذنًا، وغيابه لا يُسقط الحماية",
		"he": "הודעה אינה מעניקה היתר, והיעדרה אינו גורע מן ההגנה",
	} {
		if got := wordsIn(t, lang)[protection.NoticeKey]; got != notice+"." {
			t.Errorf("%s: the words are %q", lang, got)
		}
		for _, kind := range []string{protection.KindPlace, protection.KindArea, protection.KindCorridor, protection.KindCorrState, protection.KindConcern} {
			k, _ := s.Modules.Kind(kind)
			body, err := cell.EncodeBody(k.Sample())
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Charter.Text(cell.Record{Desk: "supervisor", Kind: kind, At: celltest.Noon, Body: body})[lang]; !strings.HasSuffix(got, notice+".") {
				t.Errorf("%s in %s ends without the notice: %s", kind, lang, got)
			}
		}
	}
}

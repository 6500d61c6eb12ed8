package deconfliction_test

import (
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

const picture = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// digging is a notice of works in a circle of 500 m, of one of the types of that
// form, with its machines and one picture.
func digging(kind string) deconfliction.Works {
	w := deconfliction.Works{Activity: activity(kind, round(0, 0, "")), Pictures: []string{picture}, Disputed: deconfliction.EscortYes}
	w.Vehicles, w.People, w.Escort = []deconfliction.Vehicle{{Count: 2, Type: "excavator", Colour: "yellow", Plate: ""}}, []int64{12}, deconfliction.EscortNo
	return w
}

// DEC-12 T, lead rule by type: works near a line are received at least 72 h before
// they begin, as the charter has it; a repair crew, by the same form, 12 h.
func TestDEC12LeadRuleByType(t *testing.T) {
	for _, tt := range []struct {
		kind   string
		before int64
		flag   string
	}{
		{"works", 72 * hour, deconfliction.FlagNone},
		{"works", 72*hour - 1000, deconfliction.FlagShort},
		{"mine-clearance", 72*hour - 1000, deconfliction.FlagShort},
		{"repair", 72*hour - 1000, deconfliction.FlagNone},
		{"repair", 12*hour - 1000, deconfliction.FlagShort},
	} {
		s := begin(t)
		w := digging(tt.kind)
		h := s.worked("alpha", w)
		s.DeliverAll(h)
		s.Now = w.Span().From - tt.before
		s.Ack(t, "bravo", h, cell.Received{})
		for _, desk := range s.Charter.Desks() {
			n := s.board(desk, s.Now).Notices[0]
			agreed, _ := s.Charter.Activity(tt.kind)
			if n.Flag != tt.flag || n.AgreedMS != agreed.Lead.Millis() {
				t.Errorf("%s, %d h before, at %s: flag %q of %d h agreed, want %q", tt.kind, tt.before/hour, desk, n.Flag, n.AgreedMS/hour, tt.flag)
			}
		}
	}
	if a, _ := begin(t).Charter.Activity("works"); a.Lead.Millis() < 72*hour {
		t.Errorf("by default works are notified %d h before", a.Lead.Millis()/hour)
	}
}

// DEC-12: how far the works are from each line is computed along the ellipsoid, the
// nearest line first; the notice shows its machines, its pictures and that the line
// is disputed there, in every language.
func TestDEC12DistanceMachinesPicturesDispute(t *testing.T) {
	s := under(t, "1974", nil)
	w := digging("works")
	w.Volumes[0].Centre = []cell.Point{{Lat: "12.50", Lon: "-38.30"}} // 0.05 degrees west of line A
	h := s.worked("alpha", w)
	for _, desk := range s.Charter.Desks() {
		n := s.board(desk, s.Now).Notices[0]
		if len(n.Lines) != 2 || n.Lines[0].Line != "line-a" || n.Lines[1].Line != "line-b" || n.Disputed != deconfliction.EscortYes || len(n.Pictures) != 1 {
			t.Fatalf("at %s: %+v", desk, n)
		}
		// 0.05 degrees of longitude at 12.5 degrees are 5435 m of the ellipsoid, less the radius.
		if d := n.Lines[0].DistanceM; d < 4930 || d > 4940 {
			t.Errorf("at %s: %d m from the line", desk, d)
		}
		r, err := deconfliction.Check(s.View(desk), h.Ref().String())
		if err != nil || len(r.Lines) != 2 || r.Lines[0].DistanceM != n.Lines[0].DistanceM {
			t.Errorf("at %s the report says %+v, %v", desk, r.Lines, err)
		}
	}
	text := s.Charter.Text(h.Record)
	for lang, want := range map[string]string{"en": "The line is disputed there", "ar": "الخط متنازع عليه هناك", "he": "הקו שנוי שם במחלוקת"} {
		if !strings.Contains(text[lang], want) || !strings.Contains(text[lang], "excavator") || !strings.Contains(text[lang], picture) {
			t.Errorf("in %s: %s", lang, text[lang])
		}
	}
	w.Volumes[0].Centre = []cell.Point{{Lat: "12.50", Lon: "-38.251"}}
	s.worked("alpha", w)
	for _, n := range s.board("bravo", s.Now).Notices {
		if n.Number == "A-2" && n.Lines[0].DistanceM != 0 {
			t.Errorf("on the line it is %d m from it", n.Lines[0].DistanceM)
		}
	}
}

// DEC-12: bad input is refused at its place; what is laid beside others is the same
// for the newer form and the older.
func TestDEC12BadInputAndConflict(t *testing.T) {
	for at, change := range map[string]func(*deconfliction.Works){
		"":            func(*deconfliction.Works) {},
		"/pictures/0": func(w *deconfliction.Works) { w.Pictures[0] = "photo.jpg" },
		"/pictures/1": func(w *deconfliction.Works) { w.Pictures = append(w.Pictures, picture) },
		"/disputed":   func(w *deconfliction.Works) { w.Disputed = "perhaps" },
		"/volumes":    func(w *deconfliction.Works) { w.Volumes = nil },
	} {
		w := digging("works")
		w.Pictures = append([]string{}, w.Pictures...)
		change(&w)
		celltest.WantAt(t, w, at)
	}
	s := begin(t)
	w := digging("works")
	w.Contact, w.Activity.Activity = nil, "vip"
	s.refused(s.Add(t, "alpha", deconfliction.KindWorks, w, nil), "deconfliction.contact")
	a := s.worked("alpha", digging("works"))
	b := s.plan("bravo", deconfliction.KindWorks1, activity("works", round(0, 0, "")))
	if d, _ := s.conflict(a, b); d.ID == "" {
		t.Error("the newer and the older notice of works do not meet")
	}
	raw, err := cell.EncodeBody(digging("works"))
	if err != nil {
		t.Fatal(err)
	}
	if err := (deconfliction.Draft{Kind: deconfliction.KindWorks, Body: cell.RawBody(raw)}).Validate(); err != nil {
		t.Errorf("as a draft: %v", err)
	}
	if err := (deconfliction.Reveal{Notices: []deconfliction.Revealed{{Notice: a.Ref().String(), Kind: deconfliction.KindWorks, Body: cell.RawBody(raw)}}}).Validate(); err != nil {
		t.Errorf("revealed: %v", err)
	}
}

func (s *story) worked(desk string, w deconfliction.Works) cell.Held {
	s.t.Helper()
	h := s.Add(s.t, desk, deconfliction.KindWorks, w, nil)
	if m := s.Matter(h.Ref(), ""); !m.Stands() {
		s.t.Fatalf("works: %+v", m.Contested)
	}
	return h
}

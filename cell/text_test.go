package cell_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/cell"
)

// XC-10 T: a number mismatch blocks; so the numbers of a text are found in
// every script.
func TestFigures(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"no number", nil},
		{"4 people at 12:30.", []string{"4", "12:30"}},
		{"٤ أشخاص الساعة ١٢:٣٠.", []string{"4", "12:30"}},
		{"۴ نفر", []string{"4"}},
		{"12.3456, -38.1", []string{"12.3456", "38.1"}},
		{"١٢٫٥", []string{"12.5"}},
		{"ab12cd34", []string{"12", "34"}},
		{"５ and ५ and 𝟝", []string{"5", "5", "5"}},
	} {
		if got := cell.Figures(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// Figures are ASCII, and a text's figures are those of its Arabic-Indic form.
func FuzzFigures(f *testing.F) {
	f.Add("Two vehicles, 4 people, 12:30")
	f.Add("٤ أشخاص ١٢٫٥")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		got := cell.Figures(s)
		for _, n := range got {
			if strings.Trim(n, "0123456789.:") != "" {
				t.Fatalf("%q is no figure", n)
			}
		}
		arabic := strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return c - '0' + 0x0660
			}
			return c
		}, s)
		if other := cell.Figures(arabic); !slices.Equal(got, other) {
			t.Fatalf("%q: %q, in Arabic-Indic digits %q", s, got, other)
		}
	})
}

// SEC-09: nothing may change the order in which a text is read.
func TestBidiControls(t *testing.T) {
	for _, c := range "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069" {
		if !cell.IsBidiControl(c) {
			t.Errorf("U+%04X passes", c)
		}
	}
	for _, c := range "a\u0627\u05d0\u00a0\u200C\u200D—" {
		if cell.IsBidiControl(c) {
			t.Errorf("U+%04X is refused", c)
		}
	}
}

func TestFreeText(t *testing.T) {
	for _, tt := range []struct{ lang, text, at string }{
		{"en", "hello", ""},
		{"ar", "مرحبا", ""},
		{"he", "שלום", ""},
		{"en", "1234", ""},
		{"ar", "٤ ABC مرحبا", ""},
		{"english", "hello", "/lang"},
		{"", "hello", "/lang"},
		{"en", "", "/text"},
		{"en", " \n", "/text"},
		{"en", "שלום", "/lang"},
		{"ar", "hello", "/lang"},
		{"en", strings.Repeat("x", 20001), "/text"},
	} {
		err := cell.Free{Lang: tt.lang, Text: tt.text}.Validate("")
		if (err == nil) != (tt.at == "") || (err != nil && !strings.HasPrefix(err.Error(), tt.at+":")) {
			t.Errorf("%s %.20q: %v, want an error at %q", tt.lang, tt.text, err, tt.at)
		}
	}
}

func TestPlace(t *testing.T) {
	good := cell.Place{Lat: "12.3456", Lon: "-38.1234", Notation: "DD", PrecisionM: 10}
	for _, tt := range []struct {
		change func(*cell.Place)
		at     string
	}{
		{func(*cell.Place) {}, ""},
		{func(p *cell.Place) { p.Lat = "90" }, ""},
		{func(p *cell.Place) { p.Lat = "90.1" }, "/p/lat"},
		{func(p *cell.Place) { p.Lon = "-180.00000001" }, "/p/lon"},
		{func(p *cell.Place) { p.Lat = "12,3456" }, "/p/lat"},
		{func(p *cell.Place) { p.Lat = "١٢" }, "/p/lat"},
		{func(p *cell.Place) { p.Lat = "1e1" }, "/p/lat"},
		{func(p *cell.Place) { p.Lat = "NaN" }, "/p/lat"},
		{func(p *cell.Place) { p.Lon = "" }, "/p/lon"},
		{func(p *cell.Place) { p.Notation = "UTM" }, "/p/notation"},
		{func(p *cell.Place) { p.PrecisionM = -1 }, "/p/precision_m"},
	} {
		p := good
		tt.change(&p)
		err := p.Validate("/p")
		if (err == nil) != (tt.at == "") || (err != nil && !strings.HasPrefix(err.Error(), tt.at+":")) {
			t.Errorf("%+v: %v, want an error at %q", p, err, tt.at)
		}
	}
}

func TestKeysOfThings(t *testing.T) {
	for _, s := range []string{"alpha#0", "alpha#41", "alpha~2#7"} {
		c, err := cell.ParseCite(s)
		if err != nil || c.String() != s {
			t.Errorf("%s: %v, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "alpha", "alpha#", "alpha#-1", "alpha#01", "alpha#+1", "alpha~1#3", "alpha~x#3", "#3", "alpha#1x"} {
		if c, err := cell.ParseCite(s); err == nil {
			t.Errorf("%q is read as %v", s, c)
		}
	}
	if _, err := cell.ParseRef("alpha"); err == nil {
		t.Error("a reference without a colon is read")
	}
	if r, err := cell.ParseRef("alpha:x"); err != nil || r.String() != "alpha:x" {
		t.Errorf("%v %v", r, err)
	}
}

package i18n

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// classesOf are the plural classes that whole numbers take in each language.
// Hebrew's "many" left CLDR in version 42.
var classesOf = map[string][]string{
	"ar": {"few", "many", "one", "other", "two", "zero"},
	"he": {"one", "other", "two"},
	"en": {"one", "other"},
}

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A text that one language lacks would be shown in another on that officer's
// screen: the three catalogues hold the same keys and the same placeholders.
func TestCataloguesAgree(t *testing.T) {
	c := load(t)
	keys := slices.Sorted(maps.Keys(c.raw["en"]))
	for _, lang := range languages {
		if got := slices.Sorted(maps.Keys(c.raw[lang])); !slices.Equal(got, keys) {
			t.Errorf("catalogue %s has not the keys of en", lang)
		}
		if got := c.Review(lang); got != "draft, unreviewed" && got != "reviewed" {
			t.Errorf("catalogue %s has review state %q", lang, got)
		}
		for _, key := range keys {
			if want, got := arguments(c.texts["en"][key]), arguments(c.texts[lang][key]); !maps.Equal(got, want) {
				t.Errorf("%s %s: placeholders %v, in en %v", lang, key, got, want)
			}
			if strings.TrimSpace(c.raw[lang][key]) == "" {
				t.Errorf("%s %s is empty", lang, key)
			}
			for _, class := range plurals(c.texts[lang][key]) {
				if !slices.Equal(class, classesOf[lang]) {
					t.Errorf("%s %s: plural classes %v, want %v", lang, key, class, classesOf[lang])
				}
			}
		}
	}
}

// Invisible marks that reorder text have no place in a catalogue: isolation is
// done where values are inserted.
func TestNoBidiControls(t *testing.T) {
	c := load(t)
	for lang, texts := range c.raw {
		for key, text := range texts {
			if i := strings.IndexFunc(text, func(r rune) bool {
				return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
			}); i >= 0 {
				t.Errorf("%s %s holds a bidi control character at byte %d", lang, key, i)
			}
		}
	}
}

func TestText(t *testing.T) {
	c := load(t)
	cases := []struct {
		lang, key, want string
		args            map[string]any
	}{
		{"en", "link.held", "1 held here", map[string]any{"n": 1}},
		{"en", "link.held", "7 held here", map[string]any{"n": 7}},
		{"ar", "link.held", "قيدان محفوظان هنا", map[string]any{"n": 2}},
		{"ar", "link.held", "3 قيود محفوظة هنا", map[string]any{"n": 3}},
		{"ar", "link.held", "11 قيدًا محفوظًا هنا", map[string]any{"n": 11}},
		{"ar", "link.held", "100 قيد محفوظ هنا", map[string]any{"n": 100}},
		{"he", "link.held", "שתי רשומות ממתינות כאן", map[string]any{"n": 2}},
		{"he", "link.held", "20 רשומות ממתינות כאן", map[string]any{"n": 20}},
		{"en", "queue.last", "Newest message 061428Z JAN 26.", map[string]any{"dtg": "061428Z JAN 26"}},
		{"en", "queue.last", "Newest message {dtg}.", nil},
		{"fr", "close", "Close", nil},
		{"en", "no.such.key", "no.such.key", nil},
	}
	for _, c2 := range cases {
		if got := c.Text(c2.lang, c2.key, c2.args); got != c2.want {
			t.Errorf("Text(%s, %s, %v) = %q, want %q", c2.lang, c2.key, c2.args, got, c2.want)
		}
	}
}

func TestParse(t *testing.T) {
	cases := []struct {
		text, want string
		args       map[string]any
	}{
		{"plain # text", "plain # text", nil},
		{"{who, select, desk {the desk} other {somebody}} wrote {n, plural, =0 {nothing} one {# line} other {# lines to {who}}}",
			"the desk wrote 4 lines to desk", map[string]any{"who": "desk", "n": 4}},
		{"{n, plural, =0 {nothing} other {#}}", "nothing", map[string]any{"n": 0}},
		{"{n, plural, one {#} other {# all}}", "x all", map[string]any{"n": "x"}},
	}
	for _, c := range cases {
		m, err := parse(c.text)
		if err != nil {
			t.Errorf("parse(%q): %v", c.text, err)
			continue
		}
		if got := m.render("en", c.args); got != c.want {
			t.Errorf("render(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	for _, bad := range []string{"{", "}", "{}", "{n", "{n,}", "{n, date}", "{n, plural}", "{n, plural, one {x}}", "{n, plural, other {x}", "{n, select, other x}"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("parse(%q) gave no error", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("{n, plural, one {# line} other {# lines}}")
	f.Add("{x} {y, select, a {b} other {c}}")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parse(text)
		if err == nil {
			m.render("ar", map[string]any{"n": 3, "x": "y"})
		}
	})
}

// arguments gives each argument's name and form.
func arguments(m message) map[string]string {
	out := map[string]string{}
	for _, p := range m {
		if p.arg != "" {
			out[p.arg] = p.kind
		}
		for _, choice := range p.choices {
			maps.Copy(out, arguments(choice))
		}
	}
	return out
}

// plurals gives the classes of each plural in a text.
func plurals(m message) [][]string {
	var out [][]string
	for _, p := range m {
		if p.kind == "plural" {
			out = append(out, slices.Sorted(maps.Keys(p.choices)))
		}
		for _, choice := range p.choices {
			out = append(out, plurals(choice)...)
		}
	}
	return out
}

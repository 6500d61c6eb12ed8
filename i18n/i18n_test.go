package i18n

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The three catalogues hold the same texts with the same placeholders, in the
// plural classes of their language.
func TestCataloguesAgree(t *testing.T) {
	for _, fault := range load(t).Faults() {
		t.Error(fault)
	}
}

// words is a module's folder with one text a language.
func words(ar, en, he string) fstest.MapFS {
	return fstest.MapFS{
		"words/ar.json": &fstest.MapFile{Data: []byte(ar)},
		"words/en.json": &fstest.MapFile{Data: []byte(en)},
		"words/he.json": &fstest.MapFile{Data: []byte(he)},
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct{ ar, en, he, want string }{
		{`{"a.b":"ب"}`, `{"a.b":"b"}`, `{"a.b":"ב"}`, ""},
		{`{}`, `{"a.b":"b"}`, `{"a.b":"ב"}`, "ar a.b is not there"},
		{`{"a.b":"ب"}`, `{}`, `{"a.b":"ב"}`, "en a.b is not there"},
		{`{"a.b":" "}`, `{"a.b":"b"}`, `{"a.b":"ב"}`, "ar a.b is empty"},
		{`{"a.b":"ب {m}"}`, `{"a.b":"b {n}"}`, `{"a.b":"ב {n}"}`, "ar a.b has the placeholders map[m:], in en map[n:]"},
		{`{"a.b":"ب"}`, `{"a.b":"b"}`, `{"a.b":"ב` + "\u200f" + `"}`, "he a.b holds a bidi control character at byte 2"},
		{`{"a.review":"reviewed"}`, `{"a.review":"read"}`, `{"a.review":"reviewed"}`, `en a.review is "read", not "draft, unreviewed" or "reviewed"`},
		{`{"a.b":"{n, plural, zero {#} one {#} two {#} few {#} many {#} other {#}}"}`, `{"a.b":"{n, plural, one {#} other {#}}"}`,
			`{"a.b":"{n, plural, one {#} other {#}}"}`, "he a.b has the plural classes [one other], not [one other two]"},
	} {
		c, err := Load(words(tt.ar, tt.en, tt.he))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(c.Faults(), "; "); got != tt.want {
			t.Errorf("%s: faults %q, want %q", tt.en, got, tt.want)
		}
	}
}

// A module brings its words; what two catalogues define is refused by its key,
// because the order of modules must not decide what is shown.
func TestLoadWordsOfModules(t *testing.T) {
	one := words(`{"incident.title":"حادثة"}`, `{"incident.title":"Incident"}`, `{"incident.title":"אירוע"}`)
	c, err := Load(one)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Text("he", "incident.title", nil); got != "אירוע" || !c.Has("incident.title") || c.Has("incident.none") {
		t.Errorf("a module's text is %q", got)
	}
	for want, extra := range map[string][]fs.FS{
		"words/ar.json of module 2: the text incident.title is defined already": {one, one},
		"words/ar.json of module 1: the text close is defined already":          {words(`{"close":"x"}`, `{}`, `{}`)},
		"words/he.json of module 1":                                             {fstest.MapFS{"words/ar.json": one["words/ar.json"], "words/en.json": one["words/en.json"]}},
		"catalogue en, text a.b":                                                {words(`{}`, `{"a.b":"{"}`, `{}`)},
	} {
		if _, err := Load(extra...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// The catalogues are as far reviewed as the module that is reviewed least.
func TestReview(t *testing.T) {
	read := words(`{"a.review":"reviewed"}`, `{"a.review":"reviewed"}`, `{"a.review":"draft, unreviewed"}`)
	c, err := Load(read)
	if err != nil {
		t.Fatal(err)
	}
	c.raw["ar"]["review"], c.raw["he"]["review"] = reviewed, reviewed
	if ar, he := c.Review("ar"), c.Review("he"); ar != reviewed || he != draft {
		t.Errorf("review states %q, %q", ar, he)
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

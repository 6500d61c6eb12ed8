package i18n

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// classesOf are the plural classes that whole numbers take in each language.
// Hebrew's "many" left CLDR in version 42.
var classesOf = map[string][]string{
	"ar": {"few", "many", "one", "other", "two", "zero"},
	"he": {"one", "other", "two"},
	"en": {"one", "other"},
}

// Faults lists where the languages do not agree, for tests: a text that one
// lacks would be shown in another on that officer's screen, and an invisible
// mark could make a sentence read as something else than its bytes say.
func (c *Catalogue) Faults() []string {
	var out []string
	keys := map[string]bool{}
	for _, lang := range languages {
		for key := range c.raw[lang] {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		for _, lang := range languages {
			for _, fault := range c.faults(lang, key) {
				out = append(out, fmt.Sprintf("%s %s %s", lang, key, fault))
			}
		}
	}
	return out
}

func (c *Catalogue) faults(lang, key string) (out []string) {
	text, ok := c.raw[lang][key]
	if !ok {
		return []string{"is not there"}
	}
	if want, got := arguments(c.texts["en"][key]), arguments(c.texts[lang][key]); !maps.Equal(got, want) {
		out = append(out, fmt.Sprintf("has the placeholders %v, in en %v", got, want))
	}
	if strings.TrimSpace(text) == "" {
		out = append(out, "is empty")
	}
	for _, class := range plurals(c.texts[lang][key]) {
		if !slices.Equal(class, classesOf[lang]) {
			out = append(out, fmt.Sprintf("has the plural classes %v, not %v", class, classesOf[lang]))
		}
	}
	if i := strings.IndexFunc(text, reorders); i >= 0 {
		out = append(out, fmt.Sprintf("holds a bidi control character at byte %d", i))
	}
	if (key == "review" || strings.HasSuffix(key, ".review")) && text != draft && text != reviewed {
		out = append(out, fmt.Sprintf("is %q, not %q or %q", text, draft, reviewed))
	}
	return out
}

// reorders reports whether a character is an invisible mark that reorders text.
// Isolation is done where values are inserted, never in a catalogue.
func reorders(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
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

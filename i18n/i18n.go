// Package i18n holds the words of the screens and printed papers in Arabic,
// Hebrew and English, one catalogue a language, shared by the console and the
// node.
//
// A text is ICU MessageFormat 1, of which this package reads {name}, {name,
// plural, …} with # for the number, and {name, select, …}; the console reads
// the same files with intl-messageformat. The texts that only the node writes
// (alarms, what is waited for) stand in node/, so that the console need not
// carry them. A module brings its own words, in its own folder.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

//go:embed ar.json en.json he.json node/ar.json node/en.json node/he.json
var files embed.FS

// Languages are the languages of the catalogues, English last because it is
// what a missing text falls back to.
var languages = []string{"ar", "he", "en"}

// Catalogue holds all texts of all languages, read once; it never changes and
// may be used by many goroutines.
type Catalogue struct {
	texts map[string]map[string]message // language → key → text
	raw   map[string]map[string]string
}

// Load reads the three embedded catalogues and those of the modules, each with
// words/ar.json, words/en.json and words/he.json. The error names the language
// and the key of the first text that cannot be read, or that two catalogues
// define.
func Load(extra ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{texts: map[string]map[string]message{}, raw: map[string]map[string]string{}}
	for _, lang := range languages {
		raw := map[string]string{}
		for _, name := range []string{lang + ".json", "node/" + lang + ".json"} {
			if err := merge(raw, files, name); err != nil {
				return nil, fmt.Errorf("read catalogue %s: %w", name, err)
			}
		}
		for i, dir := range extra {
			if err := merge(raw, dir, "words/"+lang+".json"); err != nil {
				return nil, fmt.Errorf("read catalogue words/%s.json of module %d: %w", lang, i+1, err)
			}
		}
		texts := make(map[string]message, len(raw))
		for _, key := range slices.Sorted(maps.Keys(raw)) {
			parsed, err := parse(raw[key])
			if err != nil {
				return nil, fmt.Errorf("read catalogue %s, text %s: %w", lang, key, err)
			}
			texts[key] = parsed
		}
		c.raw[lang], c.texts[lang] = raw, texts
	}
	return c, nil
}

// merge adds the texts of one file. Two words for one key would make what is
// shown depend on an order.
func merge(raw map[string]string, dir fs.FS, name string) error {
	body, err := fs.ReadFile(dir, name)
	if err != nil {
		return err
	}
	var own map[string]string
	if err := json.Unmarshal(body, &own); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(own)) {
		if other, ok := raw[key]; ok {
			return fmt.Errorf("the text %s is defined already, as %q", key, other)
		}
		raw[key] = own[key]
	}
	return nil
}

// Has reports whether the catalogues hold a text of this key.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.texts["en"][key]
	return ok
}

// Text renders one text. lang is "ar", "he" or "en"; an unknown language or a
// missing text falls back to English, and an unknown key to the key itself.
// Arguments are strings or integers; an argument that is missing leaves its
// placeholder standing in braces, so that a fault is seen and not hidden.
func (c *Catalogue) Text(lang, key string, args map[string]any) string {
	text, ok := c.texts[lang][key]
	if !ok {
		lang = "en"
		if text, ok = c.texts[lang][key]; !ok {
			return key
		}
	}
	return text.render(lang, args)
}

// Review gives the review state of a language's texts: "draft, unreviewed"
// until a native reader has signed them, those of every module too, which say
// so under "<module>.review" (design 3).
func (c *Catalogue) Review(lang string) string {
	state := c.raw[lang]["review"]
	for key, own := range c.raw[lang] {
		if strings.HasSuffix(key, ".review") && own != reviewed {
			return draft
		}
	}
	return state
}

// The review states of a catalogue.
const (
	draft    = "draft, unreviewed"
	reviewed = "reviewed"
)

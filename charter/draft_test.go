package charter

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"parley/cell"
)

// founders makes the keys of the three desks of the exercise.
func founders(t testing.TB) map[string]*Keys {
	t.Helper()
	out := map[string]*Keys{}
	for i, desk := range []string{"alpha", "bravo", "supervisor"} {
		k, err := NewKeys(rand.NewChaCha8([32]byte{byte(i)}), "harbour", desk)
		if err != nil {
			t.Fatal(err)
		}
		out[desk] = k
	}
	return out
}

func publics(keys map[string]*Keys) []PublicDesk {
	return []PublicDesk{keys["alpha"].Public(), keys["bravo"].Public(), keys["supervisor"].Public()}
}

func theatre(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("../scenarios/theatre.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func drafted(t testing.TB, keys map[string]*Keys) []byte {
	t.Helper()
	text, err := Draft(theatre(t), publics(keys), modules.Templates()...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The exercise's theatre with the built-in wording is a charter that can be
// signed, and drafting it twice gives one text.
func TestDraft(t *testing.T) {
	keys := founders(t)
	text := drafted(t, keys)
	if !bytes.Equal(text, drafted(t, keys)) {
		t.Error("the same input gave two texts")
	}
	c, err := Open(signedBy(t, string(text), keys, "alpha", "bravo", "supervisor"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Cell != "harbour" || c.Status != cell.Exercise || c.ProofOfficers != 1 || c.Version != 1 {
		t.Errorf("drafted charter: %s %s %d %d", c.Cell, c.Status, c.ProofOfficers, c.Version)
	}
	// People can read it: comments stay, limits are as they were written.
	for _, want := range []string{"Two villages are called", "    receive: 2m\n", "draft, unreviewed", "Z O P R are FLASH"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	if i, j := strings.Index(string(text), "\nmembers:"), strings.Index(string(text), "\ntemplates:"); i < 0 || j < i {
		t.Error("the sections are not in their order")
	}
}

func TestDraftRefuses(t *testing.T) {
	desks := publics(founders(t))
	elsewhere := slices.Clone(desks)
	elsewhere[1].Cell = "island"
	for name, c := range map[string]struct {
		theatre string
		desks   []PublicDesk
		want    string
	}{
		"no keys of a member":   {bare, desks[:2], `there are no public keys of member "supervisor"`},
		"keys of nobody":        {strings.Replace(bare, "  - {desk: bravo", "  # - {desk: bravo", 1), desks, "public keys of bravo, which the theatre does not list"},
		"keys of another cell":  {bare, elsewhere, `the public keys of bravo are for cell "island"`},
		"unknown section":       {bare + "weather: fine\n", desks, `"weather" is not a key of a charter`},
		"keys in the theatre":   {strings.Replace(bare, "letter: A", "letter: A, keys: {}", 1), desks, "has no keys yet"},
		"no members":            {"cell: harbour\n", desks, "lists no members"},
		"no YAML":               {"[", desks, "theatre: line"},
		"a list":                {"- a\n", desks, "not a list of keys and values"},
		"second member by name": {strings.Replace(bare, "desk: bravo", "desk: alpha", 1), desks, `no public keys of member "alpha"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Draft([]byte(c.theatre), c.desks)
			wantErr(t, err, c.want)
		})
	}
}

func TestDraftTakesAddresses(t *testing.T) {
	desks := publics(founders(t))
	desks[2].Addresses = []string{"192.0.2.7:7443"}
	text, err := Draft([]byte(bare), desks)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := c.Member("supervisor"); !slices.Equal(m.Addresses, desks[2].Addresses) {
		t.Errorf("addresses %v", m.Addresses)
	}
}

// The templates of modules follow those of every cell, with the words at their
// head; two of one code or kind are refused by the names of both.
func TestDraftTakesTemplates(t *testing.T) {
	desks := publics(founders(t))
	open := strings.Replace(bare, "templates: []\n", "", 1)
	tpl := func(code, kind string) string {
		return "- code: " + code + "\n  kind: " + kind + `
  version: 1
  precedence: R
  about: none
  officer: true
  name: {en: "N", ar: "ن", he: "נ"}
  sentence: {en: "N", ar: "ن", he: "נ"}
  fields: []
  acks: []
`
	}
	text, err := Draft([]byte(open), desks, []byte("# Words of weather.\n"+tpl("WIND", "weather.wind/1")), []byte(tpl("TIDE", "sea.tide/1")))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var last []string
	for _, x := range c.Templates[len(c.Templates)-2:] {
		last = append(last, x.Code)
	}
	if !slices.Equal(last, []string{"WIND", "TIDE"}) || !strings.Contains(string(text), "# Words of weather.\n  - code: WIND") {
		t.Errorf("the last templates are %v", last)
	}
	for name, tt := range map[string]struct {
		templates []string
		want      string
	}{
		"one code":         {[]string{tpl("WIND", "weather.wind/1"), tpl("WIND", "sea.wind/1")}, "module 2: line 1: the templates of weather.wind/1 and sea.wind/1 have one code, WIND"},
		"one kind":         {[]string{tpl("WIND", "weather.wind/1") + tpl("GALE", "weather.wind/1")}, "module 1: line 11: the templates WIND and GALE are of one kind, weather.wind/1"},
		"the cell's code":  {[]string{tpl("STEP", "weather.step/1")}, "the templates of cell.step/1 and weather.step/1 have one code, STEP"},
		"no list":          {[]string{"code: WIND\n"}, "not a list of templates"},
		"a list of words":  {[]string{"- WIND\n"}, "line 1: a template is keys and values"},
		"a key twice":      {[]string{"- code: WIND\n  code: WIND\n"}, "module 1: line 2"},
		"nothing":          {[]string{""}, "there is no content"},
		"an unknown field": {[]string{tpl("WIND", "weather.wind/1") + "  colour: red\n"}, "colour"},
	} {
		t.Run(name, func(t *testing.T) {
			var docs [][]byte
			for _, d := range tt.templates {
				docs = append(docs, []byte(d))
			}
			_, err := Draft([]byte(open), desks, docs...)
			wantErr(t, err, tt.want)
		})
	}
}

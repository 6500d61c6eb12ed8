package activity_test

import (
	"errors"
	"regexp"
	"testing"

	"parley/border/activity"
	"parley/geo"
	"parley/geo/notation"
	"parley/i18n"
	"parley/node"
)

// DEC-10, DEC-14 T: what is blind, a draft or of a confidentiality of a later
// version does not leave; a buffered notice leaves with the area that it states.
func TestWhatLeaves(t *testing.T) {
	volume := `"activity":"works","volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.5","lon":"-38.5"}],"radius_m":700,"low":[],"high":[],"windows":[{"from":1,"until":2},{"from":3,"until":4}],"text":""}]`
	for _, x := range []struct {
		name, kind, body string
		volumes          int
	}{
		{"exact", "deconfliction.works/1", `{` + volume + `,"confidentiality":"exact"}`, 2},
		{"buffered", "deconfliction.uav/1", `{` + volume + `,"confidentiality":"buffered"}`, 2},
		{"blind", "deconfliction.uav/1", `{` + volume + `,"confidentiality":"blind"}`, 0},
		{"of a later version", "deconfliction.uav/1", `{` + volume + `,"confidentiality":"half"}`, 0},
		{"none said", "deconfliction.uav/1", `{` + volume + `}`, 0},
		{"a draft", "deconfliction.draft/1", `{` + volume + `,"confidentiality":"exact"}`, 0},
		{"of another module", "protection.place/1", `{` + volume + `,"confidentiality":"exact"}`, 0},
		{"without an area", "deconfliction.works/1", `{"confidentiality":"exact"}`, 0},
		{"no JSON", "deconfliction.works/1", `{`, 0},
	} {
		m := node.Stated{Key: "alpha:1", Number: "A-1", Kind: x.kind, Open: true, Body: x.body}
		a, ok := activity.FromStated(m)
		if ok != (x.volumes > 0) || len(a.Volumes) != x.volumes {
			t.Errorf("%s: %v, %+v", x.name, ok, a)
		}
		if ok {
			back, err := a.Cell()
			if err != nil || len(back) != 1 || len(back[0].Windows) != 2 || back[0].RadiusM != 700 {
				t.Errorf("%s: %+v, %v", x.name, back, err)
			}
		}
	}
}

// Every code has its words in three languages.
func TestCodesHaveWords(t *testing.T) {
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"ar", "en", "he"} {
		for _, c := range activity.Faults() {
			if key := "import.fault." + c; words.Text(lang, key, nil) == key {
				t.Errorf("%s: %s has no words", lang, key)
			}
		}
		for _, c := range activity.Slips() {
			if key := "import.slip." + c; words.Text(lang, key, nil) == key {
				t.Errorf("%s: %s has no words", lang, key)
			}
		}
	}
}

// XC-06 T: every fault and slip of a place or an area has its words in three
// languages, with the parameters that it is given.
func TestPlacesAndShapesHaveWords(t *testing.T) {
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for family, codes := range map[string][]string{"shape.": geo.Faults(), "notation.fault.": notation.Faults(), "notation.slip.": notation.Slips()} {
		for _, c := range codes {
			for _, lang := range []string{"ar", "en", "he"} {
				if key := family + c; words.Text(lang, key, nil) == key {
					t.Errorf("%s: %s has no words", lang, key)
				}
			}
		}
	}
	given := regexp.MustCompile(`\{([a-z]+)`)
	for _, text := range []string{"YB 63474 68805", "61S YB 63474 68805", "36I YB 63474 68805", "36S IB 63474 68805", "36S AB 63474 68805", "36T YB 63474 68805",
		"36S YB 6347 68805", "33°61'N 35°49'E", "33.1N 35.8N", "135.8, 33.1", "33.1, 235.8", "33.5°30'N 35°49'E", "-33.1N 35.8E", "721MU", "north of the valley"} {
		_, err := notation.Read(text, notation.Box{})
		f, ok := errors.AsType[*geo.Fault](err)
		if !ok {
			t.Errorf("%q: %v has no code", text, err)
			continue
		}
		args := map[string]any{}
		for k, v := range f.Params {
			args[k] = v
		}
		if said := words.Text("en", "notation.fault."+f.Code, args); said == "" || given.MatchString(said) {
			t.Errorf("%q is refused in the words %q", text, said)
		}
	}
}

package node_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"parley/i18n"
	"parley/node"
	"parley/node/nodetest"
)

func catalogue(t *testing.T) *i18n.Catalogue {
	t.Helper()
	words, err := i18n.Load(node.Modules().Words()...)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// codes reads from the sources which codes the code can show, so that a new
// one without words is found: by file, what the pattern's group matched.
func codes(t *testing.T, files, pattern string) map[string][]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(nodetest.Root(), files))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, f := range names {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(b, -1) {
			out[f] = append(out[f], string(m[1]))
		}
	}
	return out
}

// XC-01 T: every alarm, state, need and rule that the code can show has words.
// That they stand in three languages is what TestWordsOfModules wants.
func TestEveryCodeOfTheNodeHasWords(t *testing.T) {
	words := catalogue(t)
	for _, x := range []struct{ files, pattern, prefix string }{
		{"node/alarms.go", `Alarm[A-Z]\w* += "([a-z-]+)"`, "alarm."},
		{"cell/*.go", `State[A-Z]\w* += "([a-z-]+)"`, "state."},
		{"cell/acks.go", `Need[A-Z]\w* += "([a-z-]+)"`, "need."},
		{"cell/*.go", `Breach\{+"([a-z.-]+)"`, "rule."},
		{"cell/fold.go", `return "(place-[a-z]+|time|height|number)`, "differs."},
	} {
		all := codes(t, x.files, x.pattern)
		if len(all) == 0 {
			t.Errorf("%s: the pattern %s finds nothing any more", x.files, x.pattern)
		}
		for _, found := range all {
			for _, code := range found {
				if !words.Has(x.prefix + code) {
					t.Errorf("%s%s has no words", x.prefix, code)
				}
			}
		}
	}
}

// XC-01 T: a module has words for its own states, needs and rules.
func TestEveryCodeOfAModuleHasWords(t *testing.T) {
	words := catalogue(t)
	if len(codes(t, "cell/hotline/rules.go", `Rule: +"([a-z0-9.-]+)"`)) == 0 {
		t.Error("the pattern finds no rule of the hotline any more")
	}
	for _, m := range node.Modules() {
		for _, x := range []struct{ pattern, family string }{
			{`\bState[A-Z]\w* += "([a-z-]+)"`, "state."},
			{`\bNeed[A-Z]\w* += "([a-z-]+)"`, "need."},
			{`Rule: +"([a-z0-9.-]+)"`, "rule."},
		} {
			for f, found := range codes(t, "cell/"+m.Name+"/*.go", x.pattern) {
				for _, code := range found {
					keys := []string{x.family + m.Name + "." + code, x.family + code}
					if !slices.ContainsFunc(keys, words.Has) {
						t.Errorf("%s: neither %s has words", f, strings.Join(keys, " nor "))
					}
				}
			}
		}
	}
}

// XC-01 T: the words that modules bring stand in three languages alike, say
// how far they are reviewed, and are the module's own.
func TestWordsOfModules(t *testing.T) {
	words := catalogue(t)
	for _, fault := range words.Faults() {
		t.Error(fault)
	}
	for _, m := range node.Modules() {
		if len(m.Templates) == 0 || m.Words == nil {
			t.Errorf("module %s brings no templates or no words", m.Name)
		}
		if !words.Has(m.Name + ".review") {
			t.Errorf("module %s does not say under %s.review how far its words are reviewed", m.Name, m.Name)
		}
		own := regexp.MustCompile(`^((state|need|rule|derived|alarm)\.)?` + m.Name + `\.`)
		b, err := fs.ReadFile(m.Words, "words/en.json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatal(err)
		}
		for key := range texts {
			if !own.MatchString(key) {
				t.Errorf("module %s: the text %s is not named as one of the module's", m.Name, key)
			}
		}
	}
}

// XC-01 T: a state or a need is named in the words of the module where it has
// its own, otherwise in those of every matter.
func TestAModulesWordsComeFirst(t *testing.T) {
	own := func(state, need string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, `{"state.hotline.sent":%q,"need.hotline.delivered":%q}`, state, need)}
	}
	words, err := i18n.Load(append(node.Modules().Words(), fstest.MapFS{
		"words/ar.json": own("في الطريق", "الوصول"), "words/en.json": own("on its way", "arrival"), "words/he.json": own("בדרך", "הגעה")})...)
	if err != nil {
		t.Fatal(err)
	}
	c := nodetest.NewCell(t, nil)
	for desk, tt := range map[string]struct {
		words       *i18n.Catalogue
		state, need string
	}{
		"alpha": {words, "בדרך", "הגעה"},
		"bravo": {catalogue(t), "נשלח", "מסירה"},
	} {
		d := c.Start(desk, "", func(cfg *node.Config) { cfg.Words = tt.words })
		f := d.Send(t, node.Act{Kind: "MSG", To: []string{"supervisor"}}, `{"body":{"lang":"en","text":"one"}}`)
		m, err := d.MatterView(t.Context(), f.Ref.String())
		if err != nil || len(m.Waiting) != 1 {
			t.Fatalf("%s waits for %+v, %v", desk, m.Waiting, err)
		}
		if m.StateName["he"] != tt.state || m.Waiting[0].ForName["he"] != tt.need {
			t.Errorf("%s: the state is %q, waited for is %q", desk, m.StateName["he"], m.Waiting[0].ForName["he"])
		}
		d.Stop()
	}
}

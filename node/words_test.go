package node_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"parley/cell"
	"parley/i18n"
	"parley/node/nodetest"
)

// XC-01 T: every alarm, state, need and rule that the code can show has words
// in three languages. The codes are read from the sources, so that a new one
// without words is found.
func TestEveryCodeOfTheNodeHasWords(t *testing.T) {
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ files, pattern, prefix string }{
		{"node/alarms.go", `Alarm[A-Z]\w* += "([a-z-]+)"`, "alarm."},
		{"cell/*.go", `State[A-Z]\w* += "([a-z-]+)"`, "state."},
		{"cell/hotline/*.go", `State[A-Z]\w* += "([a-z-]+)"`, "state."},
		{"cell/acks.go", `Need[A-Z]\w* += "([a-z-]+)"`, "need."},
		{"cell/*.go", `Breach\{+"([a-z.-]+)"`, "rule."},
		{"cell/hotline/*.go", `Rule: +"([a-z.-]+)"`, "rule."},
		{"cell/fold.go", `return "(place-[a-z]+|time|height|number)`, "differs."},
	} {
		found := 0
		files, err := filepath.Glob(filepath.Join(nodetest.Root(), x.files))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(x.pattern).FindAllSubmatch(b, -1) {
				found++
				key := x.prefix + string(m[1])
				for _, l := range cell.Languages() {
					if s := words.Text(l, key, map[string]any{"desk": "d"}); s == key {
						t.Errorf("%s has no words in %s", key, l)
					}
				}
			}
		}
		if found == 0 {
			t.Errorf("%s: the pattern %s finds nothing any more", x.files, x.pattern)
		}
	}
}

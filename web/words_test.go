package web

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// english gives the keys of the console's words and of the modules', and the
// modules' names.
func english(t *testing.T) (keys map[string]bool, modules []string) {
	t.Helper()
	keys = map[string]bool{}
	files, err := filepath.Glob("../cell/*/words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(files, "../i18n/en.json") {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for key := range texts {
			keys[key] = true
		}
		if module := filepath.Base(filepath.Dir(filepath.Dir(f))); strings.HasPrefix(f, "../cell/") {
			modules = append(modules, module)
		}
	}
	return keys, modules
}

// asked finds the keys that a source asks words for: t('…') and say(lang, '…'),
// and whatever else is quoted and begins with a module's name and a dot.
func asked(source string, modules []string) (keys []string) {
	for _, re := range []string{
		`\b(?:t|three)\(\s*['"]([^'"]+)['"]`,
		`\bsay\([^,()]+,\s*['"]([^'"]+)['"]`,
		`['"]((?:` + strings.Join(modules, "|") + `)\.[a-z0-9_.-]*[a-z0-9_-])['"]`,
	} {
		for _, m := range regexp.MustCompile(re).FindAllStringSubmatch(source, -1) {
			keys = append(keys, m[1])
		}
	}
	return keys
}

// XC-01 T: every text that the console asks for by name has words.
func TestEveryKeyOfTheConsoleHasWords(t *testing.T) {
	known, modules := english(t)
	found := 0
	err := filepath.WalkDir("src", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".tsx") && !strings.HasSuffix(path, ".ts") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, key := range asked(string(source), modules) {
			found++
			if !known[key] {
				t.Errorf("%s asks for %s, which is in no catalogue", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 100 {
		t.Errorf("only %d keys found: the pattern does not fit the sources any more", found)
	}
}

func TestAsked(t *testing.T) {
	source := `<p>{t('close')} {t( "queue.last", { dtg })} {say(this.context, 'fault.title')} {three('action.position')}
		{[..., 'venture.title', "venture.no-such"].map(t)} {kind === 'venture.offer/1'} {at('not.asked')} {t(x)}`
	want := "close queue.last action.position fault.title venture.title venture.no-such"
	if got := strings.Join(asked(source, []string{"hotline", "venture"}), " "); got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
}

package parley_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// document reads a file of the repository.
func document(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A visitor reads the first page in a few minutes.
func TestReadmeIsShort(t *testing.T) {
	if n := len(strings.Fields(document(t, "README.md"))); n > 900 {
		t.Errorf("README.md has %d words, more than 900", n)
	}
}

var (
	mdLink  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	mdFence = regexp.MustCompile("(?s)```.*?```")
)

// Every relative link in a document leads to a file.
func TestLinksResolve(t *testing.T) {
	pages := 0
	err := walk(func(name string) error {
		if !strings.HasSuffix(name, ".md") {
			return nil
		}
		pages++
		text := mdFence.ReplaceAllString(document(t, name), "")
		for _, m := range mdLink.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file := path.Join(path.Dir(name), target)
			if _, err := fs.Stat(os.DirFS("."), file); err != nil {
				t.Errorf("%s: the link %s leads nowhere", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 10 {
		t.Errorf("found only %d documents", pages)
	}
}

// Every dependency that our code imports, tests included, every tool, and every
// package of the console is explained.
func TestDependenciesExplained(t *testing.T) {
	page := document(t, "docs/dependencies.md")
	mod, err := modfile.Parse("go.mod", []byte(document(t, "go.mod")), nil)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]string{} // module → where
	note := func(importPath, where string) {
		best := ""
		for _, r := range mod.Require {
			if p := r.Mod.Path; (importPath == p || strings.HasPrefix(importPath, p+"/")) && len(p) > len(best) {
				best = p
			}
		}
		if best != "" && used[best] == "" {
			used[best] = where
		}
	}
	for _, f := range sources(t) {
		for _, p := range f.imports() {
			note(p, f.path)
		}
	}
	for _, tool := range mod.Tool {
		note(tool.Path, "go.mod")
	}
	for _, r := range mod.Require {
		if !r.Indirect && used[r.Mod.Path] == "" {
			used[r.Mod.Path] = "go.mod"
		}
	}
	for name, where := range consolePackages(t) {
		used[name] = where
	}
	if len(used) < 10 {
		t.Errorf("found only %d dependencies", len(used))
	}
	for name, where := range used {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("docs/dependencies.md does not say why %s is there (%s)", name, where)
		}
	}
}

func consolePackages(t *testing.T) map[string]string {
	t.Helper()
	var pkg struct {
		Dependencies    map[string]string `json:"dependencies"`
		DevDependencies map[string]string `json:"devDependencies"`
	}
	if err := json.Unmarshal([]byte(document(t, "web/package.json")), &pkg); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, list := range []map[string]string{pkg.Dependencies, pkg.DevDependencies} {
		for name := range list {
			out[name] = "web/package.json"
		}
	}
	return out
}

// A decision says what the question was, what could have been done, what was
// chosen, and what it costs; numbers have no gap, and the index lists it.
func TestDecisions(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "docs/decisions/*.md")
	if err != nil {
		t.Fatal(err)
	}
	index := document(t, "docs/README.md")
	want := []string{"## Context", "## Options", "## Choice", "## Price"}
	for i, name := range files {
		text := document(t, name)
		number, _, _ := strings.Cut(path.Base(name), "-")
		if !strings.HasPrefix(text, "# "+number+" ") {
			t.Errorf("%s: the title does not begin with its number", name)
		}
		if n := fmt.Sprintf("%04d", i+1); number != n {
			t.Errorf("%s: expected number %s", name, n)
		}
		var got []string
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "## ") {
				got = append(got, strings.TrimSpace(line))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: headings are %q, want %q", name, got, want)
		}
		if !strings.Contains(index, path.Base(name)) {
			t.Errorf("docs/README.md does not list %s", name)
		}
	}
	if len(files) == 0 {
		t.Error("found no decision")
	}
}

// Every kind of a module, and every kind of the kernel, has its place in the
// page on modules.
func TestModulesPage(t *testing.T) {
	page := document(t, "docs/modules.md")
	kind := regexp.MustCompile(`"([a-z]+\.[a-z-]+)/\d+"`)
	for _, f := range sources(t) {
		if f.test || path.Base(f.path) != "records.go" && f.path != "cell/acks.go" {
			continue
		}
		for _, m := range kind.FindAllStringSubmatch(document(t, f.path), -1) {
			_, word, _ := strings.Cut(m[1], ".")
			if !strings.Contains(page, "`"+m[1]) && !strings.Contains(page, "`"+word+"`") {
				t.Errorf("docs/modules.md does not name %s", m[1])
			}
		}
	}
}

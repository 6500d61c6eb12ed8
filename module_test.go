package parley_test

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// knowing lists the files of node that name a module, besides the list itself:
// node fills in line checks and reads watches and channels. The list may
// become shorter.
var knowing = map[string][]string{
	"node/due.go":       {"hotline"},
	"node/linecheck.go": {"hotline"},
	"node/tick.go":      {"hotline"},
	"node/watch.go":     {"hotline"},
}

// modulesList is the one line of a module outside its folder.
const modulesList = "node/modules.go"

// moduleFiles are what every module has in its folder.
var moduleFiles = []string{"doc.go", "records.go", "rules.go", "module.go", "templates.yaml",
	"words/ar.json", "words/en.json", "words/he.json"}

// Adding a module is one folder and one line: whoever else imported it would
// have to be changed for the next one too.
func TestModuleIsOneFolderAndOneLine(t *testing.T) {
	root := os.DirFS(".")
	entries, err := fs.ReadDir(root, "cell")
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for _, e := range entries {
		if !e.IsDir() || e.Name() == "celltest" || e.Name() == "testdata" {
			continue
		}
		modules = append(modules, e.Name())
		for _, f := range moduleFiles {
			if _, err := fs.Stat(root, path.Join("cell", e.Name(), f)); err != nil {
				t.Errorf("module %s: %v", e.Name(), err)
			}
		}
	}
	if len(modules) == 0 {
		t.Fatal("found no module")
	}
	named := map[string][]string{}
	for _, f := range sources(t) {
		top, _, _ := strings.Cut(f.dir, "/")
		if f.test || slices.Contains([]string{"cmd", "scenarios", "bench", "e2e"}, top) {
			continue
		}
		for _, p := range f.imports() {
			m, ok := strings.CutPrefix(p, module+"/cell/")
			if ok && slices.Contains(modules, m) {
				named[f.path] = append(named[f.path], m)
			}
		}
	}
	for _, m := range modules {
		if !slices.Contains(named[modulesList], m) {
			t.Errorf("module %s has no line in %s", m, modulesList)
		}
	}
	delete(named, modulesList)
	for file, list := range named {
		for _, m := range list {
			if !slices.Contains(knowing[file], m) {
				t.Errorf("%s imports module %s; a module is named in %s only", file, m, modulesList)
			}
		}
	}
	for file, list := range knowing {
		for _, m := range list {
			if !slices.Contains(named[file], m) {
				t.Errorf("%s imports module %s no more: take it off the list of those that know it", file, m)
			}
		}
	}
}

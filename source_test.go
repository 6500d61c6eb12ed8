package parley_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is this module's name in go.mod.
const module = "parley"

// source is one Go file of this module.
type source struct {
	path string // with slashes, from the module's root
	dir  string // its folder, "." for the root
	test bool
	file *ast.File
	fset *token.FileSet
}

// imports lists the file's import paths.
func (s source) imports() (paths []string) {
	for _, spec := range s.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			p = spec.Path.Value
		}
		paths = append(paths, p)
	}
	return paths
}

// nameOf is what the file calls a package, or "" when it does not import it.
func (s source) nameOf(importPath string) string {
	for i, p := range s.imports() {
		if p != importPath {
			continue
		}
		if n := s.file.Imports[i].Name; n != nil {
			return n.Name
		}
		return path.Base(p)
	}
	return ""
}

// at tells where a node is.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.fset.Position(n.Pos()).Line)
}

// sources parses every Go file of this module, once; nested modules, other
// programs' folders and test data are not part of it.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("found no Go file")
	}
	return all
}

var parsed = sync.OnceValues(func() (all []source, err error) {
	fset := token.NewFileSet()
	err = walk(func(name string) error {
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse: %w", err)
		}
		all = append(all, source{
			path: name,
			dir:  path.Dir(name),
			test: strings.HasSuffix(name, "_test.go"),
			file: f,
			fset: fset,
		})
		return nil
	})
	return all, err
})

// walk calls f with every file of this module.
func walk(f func(name string) error) error {
	root := os.DirFS(".")
	return fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return f(name)
		}
		base := path.Base(name)
		if base == "node_modules" || base == "testdata" || name != "." && strings.HasPrefix(base, ".") {
			return fs.SkipDir
		}
		if _, err := fs.Stat(root, path.Join(name, "go.mod")); name != "." && err == nil {
			return fs.SkipDir
		}
		return nil
	})
}

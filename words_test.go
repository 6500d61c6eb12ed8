package parley_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every package opens with a sentence that a diplomat understands.
func TestPackageComments(t *testing.T) {
	comment := make(map[string]string)
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		if comment[f.dir] == "" && f.file.Doc != nil {
			comment[f.dir] = f.file.Doc.Text()
		} else if _, seen := comment[f.dir]; !seen {
			comment[f.dir] = ""
		}
	}
	sentence := regexp.MustCompile(`(?s)^(Package|Command|Parley) .{20,}?\.(\s|$)`)
	for dir, text := range comment {
		if !sentence.MatchString(text) {
			t.Errorf("%s: the package comment is no full sentence: %q", dir, text)
		}
	}
}

// A package is named for what it is about.
func TestPackageNames(t *testing.T) {
	empty := []string{"util", "utils", "common", "base", "types", "models", "helper", "helpers", "manager", "misc"}
	for _, f := range sources(t) {
		for _, name := range []string{f.file.Name.Name, path.Base(f.dir)} {
			if slices.Contains(empty, strings.TrimSuffix(name, "_test")) {
				t.Errorf("%s: the name %s says nothing", f.path, name)
			}
		}
	}
}

// Every exported name is explained.
func TestExportedNamesDocumented(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, d := range f.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && ofExported(d) && !ofTheLibrary[d.Name.Name] {
					t.Errorf("%s: %s has no comment", f.at(d), d.Name.Name)
				}
			case *ast.GenDecl:
				undocumented(t, f, d)
			}
		}
	}
}

// ofTheLibrary are methods whose meaning the standard library fixes.
var ofTheLibrary = map[string]bool{
	"Error": true, "Unwrap": true, "Len": true, "Less": true, "Swap": true,
}

// ofExported reports whether a function is no method, or one of a type that
// other packages can name.
func ofExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	x := d.Recv.List[0].Type
	for {
		switch y := x.(type) {
		case *ast.StarExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.IndexListExpr:
			x = y.X
		case *ast.Ident:
			return y.IsExported()
		default:
			return true
		}
	}
}

// undocumented reports exported types, constants and variables without a
// comment of their own, of their line or of their group.
func undocumented(t *testing.T, f source, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				t.Errorf("%s: %s has no comment", f.at(s), s.Name.Name)
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					t.Errorf("%s: %s has no comment", f.at(s), n.Name)
				}
			}
		}
	}
}

// unspoken are words that take sides. No officer of any party reads them on a
// screen, a print or in an error.
var unspoken = regexp.MustCompile(`(?i)\b(liars?|cheats?|cheating|enemy|enemies|hostiles?|friends?|foes?)\b`)

// Only this file may hold them, to name them.
const namesThem = "words_test.go"

func TestWordsThatTakeSides(t *testing.T) {
	for _, f := range sources(t) {
		if f.path == namesThem {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if w := unspoken.FindString(lit.Value); w != "" {
					t.Errorf("%s: a text says %q", f.at(n), w)
				}
			}
			return true
		})
	}
	err := walk(func(name string) error {
		if !surface(name) {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if w := unspoken.FindString(line); w != "" {
				t.Errorf("%s:%d says %q", name, i+1, w)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// surface reports whether people read a file's text: the console, the
// catalogues and templates, charters and scenarios.
func surface(name string) bool {
	for _, dir := range []string{"web/src/", "i18n/", "cell/", "charter/", "charters/", "scenarios/", "examples/"} {
		if strings.HasPrefix(name, dir) {
			return !strings.HasSuffix(name, ".go")
		}
	}
	return false
}

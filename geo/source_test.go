package geo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// fusable lists the products in a file that a compiler may join with a sum
// into one step, with one rounding instead of two: those that are not directly
// the argument of a conversion. Constants are exact, and turn is in whole
// numbers.
func fusable(fset *token.FileSet, file *ast.File) (found []string) {
	whole := map[ast.Expr]bool{} // products that are rounded
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok != token.CONST
		case *ast.FuncDecl:
			return n.Name.Name != "turn"
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "float64" {
				whole[n.Args[0]] = true
			}
		case *ast.BinaryExpr:
			if n.Op != token.MUL && n.Op != token.QUO {
				return true
			}
			// A factor of a product, or of a quotient on its left, is
			// rounded or goes on as a factor.
			if whole[n] || n.Op == token.QUO {
				whole[n.X] = whole[n]
			} else {
				found = append(found, fset.Position(n.Pos()).String())
			}
		case *ast.AssignStmt:
			if n.Tok == token.MUL_ASSIGN {
				found = append(found, fset.Position(n.Pos()).String())
			}
		}
		return true
	})
	return found
}

// DEC-08 T: no product of fractions is left to the machine to round.
func TestProductsAreRounded(t *testing.T) {
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("found no source: %v", err)
	}
	fset := token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range fusable(fset, f) {
			t.Errorf("%s: a product outside float64(…)", at)
		}
		for _, spec := range f.Imports {
			if p := spec.Path.Value; strings.Contains(strings.Trim(p, `"`), ".") {
				t.Errorf("%s imports %s", name, p)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "math" && !exact[sel.Sel.Name] {
				t.Errorf("%s: math.%s may differ by machine", fset.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// exact are the names of math that are the same on every machine.
var exact = map[string]bool{
	"Abs": true, "Ceil": true, "Floor": true, "Round": true, "Sqrt": true,
	"Inf": true, "IsNaN": true, "NaN": true, "MaxFloat64": true, "Pi": true,
}

// The reading of the source finds what it should.
func TestFusableIsFound(t *testing.T) {
	for body, want := range map[string]int{
		"x*y + z":                               1,
		"float64(x*y) + z":                      0,
		"float64(x*y*z)":                        0,
		"float64(x*y + z)":                      1,
		"float64(x*(y+z)) + z":                  0,
		"float64(x*(y+z*x)) + z":                1,
		"float64(x/y*z) - z":                    0,
		"x / y":                                 0,
		"float64(x*y) / z":                      0,
		"x*y/z + z":                             1,
		"float64(x * float64(y*z))":             0,
		"float64(f(x*y)) + z":                   1,
		"func() float64 { x *= y; return x }()": 1,
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x.go", "package x\nvar _ = "+body, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := fusable(fset, f); len(got) != want {
			t.Errorf("%s: found %v, want %d", body, got, want)
		}
	}
}

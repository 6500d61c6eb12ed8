package parley_test

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// law says who may import whom. It is a statement of policy: it is not changed
// to make a build pass. "std" is the standard library, "any" every package of
// this module but cmd and everything outside it; "cell/*" is every folder
// directly under cell; an outside path covers what is below it. The line with
// the longest match governs a package, and a package without a line may not
// exist. Tests are free.
const law = `
# Pure: the same answer everywhere, for ever.
geo: std
geo/notation: std geo

# The ground: neither knows what a cell is.
store: std modernc.org/sqlite github.com/jackc/pgx/v5
store/pgtest: std github.com/jackc/pgx/v5
store/storetest: std store
journal: std golang.org/x/mod github.com/transparency-dev/formats

# The words that desks share. Commitments are the journal's.
cell: std github.com/go-json-experiment/json geo journal
charter: std cell journal go.yaml.in/yaml/v4 filippo.io/age golang.org/x/crypto golang.org/x/mod

# Modules meet in the journal and never import each other.
cell/*: std cell geo
cell/celltest: std cell geo journal charter store store/pgtest

# Texts and the console's build are data.
i18n: std golang.org/x/text
web: std

# Who works at one desk: local, never in a record.
officer: std cell store github.com/go-webauthn/webauthn github.com/pquerna/otp golang.org/x/crypto github.com/go-json-experiment/json

# A desk put together.
node: std cell cell/* geo github.com/tidwall/rtree charter journal store i18n github.com/google/uuid golang.org/x/sync golang.org/x/mod github.com/prometheus/client_golang github.com/go-json-experiment/json

# Hosts and bearers know no module by name.
link: std node journal cell charter golang.org/x/sync golang.org/x/mod github.com/go-json-experiment/json
api: std node officer cell charter journal link i18n web github.com/danielgtaylor/huma/v2 github.com/prometheus/client_golang github.com/go-json-experiment/json
console: std node cell charter journal link i18n web
border/*: std node cell charter journal geo i18n

# What wakes a sleeping officer; no content goes out.
pager: std node cell github.com/wneessen/go-mail github.com/go-json-experiment/json

# A desk at work: the one place where node, links and faces are joined.
desk: std node officer pager api link charter cell journal store i18n web go.yaml.in/yaml/v4

# Set-up for tests, and tests that need everything.
node/nodetest: std node cell charter journal link store i18n
e2e: std any

# Those who use it all.
scenarios: std any
bench: std any
bench/*: std any
examples/*: std any
cmd/*: std any
.: std
`

// rule is one line of the law.
type rule struct {
	pattern string
	allowed []string
}

// rules reads the law.
func rules(t *testing.T) (all []rule) {
	t.Helper()
	for line := range strings.Lines(law) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, allowed, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("the law has a line without a colon: %q", line)
		}
		all = append(all, rule{pattern, strings.Fields(allowed)})
	}
	return all
}

// matches reports whether a folder is named by a pattern: itself, or a
// folder's direct children.
func matches(pattern, dir string) bool {
	parent, star := strings.CutSuffix(pattern, "/*")
	if star {
		return path.Dir(dir) == parent
	}
	return pattern == dir
}

// governing is the longest rule that names a folder, where an exact name is
// longer than a star.
func governing(all []rule, dir string) (rule, bool) {
	var best rule
	for _, r := range all {
		if matches(r.pattern, dir) && (r.pattern == dir || best.pattern == "") {
			best = r
		}
	}
	return best, best.pattern != ""
}

// permits reports whether a rule allows an import path.
func (r rule) permits(importPath string) bool {
	inside, own := strings.CutPrefix(importPath, module+"/")
	first, _, _ := strings.Cut(importPath, "/")
	std := !own && !strings.Contains(first, ".") && importPath != module
	for _, a := range r.allowed {
		switch {
		case a == "std":
			if std {
				return true
			}
		case a == "any":
			if !std && !strings.HasPrefix(inside, "cmd/") {
				return true
			}
		case own:
			if matches(a, inside) {
				return true
			}
		case importPath == a || strings.HasPrefix(importPath, a+"/"):
			return true
		}
	}
	return false
}

func TestImportLaw(t *testing.T) {
	all := rules(t)
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		r, ok := governing(all, f.dir)
		if !ok {
			t.Errorf("%s: the import law has no line for %s", f.path, f.dir)
			continue
		}
		for _, p := range f.imports() {
			if !r.permits(p) {
				t.Errorf("%s imports %s; the law allows %s: %s", f.path, p, r.pattern, strings.Join(r.allowed, " "))
			}
		}
	}
}

// The law itself: a module that imports another, a host that imports one, a
// store that knows the cell are all refused.
func TestImportLawRefuses(t *testing.T) {
	cases := []struct {
		from, to string
		allowed  bool
	}{
		{"cell/hotline", module + "/cell", true},
		{"cell/hotline", "strings", true},
		{"cell/hotline", module + "/cell/incident", false},
		{"cell/hotline", module + "/store", false},
		{"cell/hotline", "github.com/go-json-experiment/json", false},
		{"cell", "github.com/go-json-experiment/json/jsontext", true},
		{"api", module + "/cell/hotline", false},
		{"api", module + "/node", true},
		{"store", module + "/cell", false},
		{"journal", module + "/store", false},
		{"node", module + "/cell/hotline", true},
		{"node", module + "/api", false},
		{"scenarios", module + "/cmd/parley", false},
		{"scenarios", module + "/api", true},
		{"geo", "golang.org/x/mod/semver", false},
	}
	for _, c := range cases {
		r, ok := governing(rules(t), c.from)
		if !ok || r.permits(c.to) != c.allowed {
			t.Errorf("%s imports %s: allowed is %v, want %v", c.from, c.to, !c.allowed, c.allowed)
		}
	}
}

// impure lists what a pure file may not import: whatever could make two desks
// that hold the same records see different things.
var impure = []string{
	"os", "io/fs", "net", "net/http", "database/sql", "math/rand", "math/rand/v2",
	"crypto/rand", "context", "log", "log/slog", "sync", "runtime", "unsafe",
}

// pure reports whether a file is one that a lawyer may read as the law.
func pure(f source) bool {
	if f.test {
		return false
	}
	name := path.Base(f.path)
	return f.dir == "geo" ||
		f.path == "journal/entry.go" || f.path == "journal/proof.go" ||
		(f.dir == "cell" || strings.HasPrefix(f.dir, "cell/")) && (name == "records.go" || name == "rules.go")
}

func TestPureFiles(t *testing.T) {
	for _, f := range sources(t) {
		if !pure(f) {
			continue
		}
		for _, p := range f.imports() {
			if slices.Contains(impure, p) {
				t.Errorf("%s is pure and imports %s", f.path, p)
			}
		}
	}
}

// Nobody but a node reads the clock, so that a journal can be replayed and
// gives the same tables.
func TestClock(t *testing.T) {
	for _, f := range sources(t) {
		top, _, _ := strings.Cut(f.dir, "/")
		if f.test || top == "node" || top == "cmd" || top == "bench" {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if ok && x.Name == f.nameOf("time") && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("%s uses time.%s; take the time as an argument", f.at(n), sel.Sel.Name)
			}
			return true
		})
	}
}

// Nothing happens because a package was imported.
func TestNoInit(t *testing.T) {
	for _, f := range sources(t) {
		for _, d := range f.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: func init; say what happens where it is called", f.at(fn))
			}
		}
	}
}

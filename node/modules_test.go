package node_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/node"
	"parley/node/nodetest"
)

var updateDocs = flag.Bool("docs", false, "write the generated part of docs/modules.md anew")

const (
	generatedBegin = "<!-- generated from the modules' tables: go test ./node -run ModulesAreDrawn -docs -->\n"
	generatedEnd   = "<!-- end of what is generated -->\n"
)

// The drawing of each module's states in docs/modules.md, and who may record
// what, come from the very tables that Status and Judge read, and are current.
func TestModulesAreDrawn(t *testing.T) {
	file := filepath.Join(nodetest.Root(), "docs", "modules.md")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), generatedBegin)
	_, after, ok2 := strings.Cut(rest, generatedEnd)
	if !ok || !ok2 {
		t.Fatal("docs/modules.md has no generated part")
	}
	c := celltest.Charter(t, node.Modules()...)
	want := before + generatedBegin
	for _, m := range node.Modules() {
		want += draw(c, m)
	}
	want += generatedEnd + after
	if *updateDocs {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(b) != want {
		t.Error("docs/modules.md is older than the modules: go test ./node -run ModulesAreDrawn -docs")
	}
}

func draw(c *cell.Charter, m cell.Module) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n[What it is for, its rules and tests](modules/%s.md)\n\n| code | kind | may be recorded by | right | about | asks for |\n|---|---|---|---|---|---|\n", m.Name, m.Name)
	for _, k := range m.Kinds {
		t, _ := c.Template(k.Name)
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", t.Code, k.Name, who(k, t), right(k, t), about(k), acks(t))
	}
	for _, l := range m.Lives {
		fmt.Fprintf(&b, "\nThe states of `%s`:\n\n%s\n%s", strings.Join(l.Kinds, "`, `"), l.Draw(), l.Table())
	}
	return b.String()
}

func who(k cell.Kind, t cell.Template) string {
	words := map[string]string{"": "any desk", cell.WhoParty: "a party", cell.WhoSupervisor: "the supervisor", cell.WhoOpener: "the desk that opened the matter",
		cell.WhoOthers: "the other desks", cell.WhoCounter: "a party that did not open it", cell.WhoDecides: "the deciding desk, once"}
	s := words[k.Who]
	switch {
	case k.Home:
		s += "; stays at home"
	case !t.Officer:
		s += "; the node writes it"
	}
	if k.LifeSafety {
		s += "; life safety"
	}
	return s
}

// right is what an officer of that desk needs beside (SEC-07).
func right(k cell.Kind, t cell.Template) string {
	switch {
	case !k.Home && !t.Officer:
		return ""
	case k.Follow():
		return "that of what it changes"
	}
	return string(k.Right())
}

func about(k cell.Kind) string {
	switch {
	case len(k.Follows) > 0:
		return "`" + strings.Join(k.Follows, "`, `") + "`"
	case k.Opens:
		return "opens its own"
	}
	return ""
}

func acks(t cell.Template) string {
	var out []string
	for _, a := range t.Acks {
		s := a.Ack
		if a.By != "" {
			s += " by " + a.By
		}
		if a.Within > 0 {
			d, _ := a.Within.MarshalText()
			s += " in " + strings.NewReplacer("h0m0s", "h", "m0s", "m").Replace(string(d))
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// Every matter that a module opens has a table of states.
func TestEveryOpenedMatterHasALife(t *testing.T) {
	for _, m := range node.Modules() {
		for _, k := range m.Kinds {
			if _, ok := m.Life(k.Name); k.Opens && !ok {
				t.Errorf("%s opens matters and has no table of states", k.Name)
			}
		}
	}
}

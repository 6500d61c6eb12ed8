package scenarios

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/charter"
	"parley/node"
)

// founding is the founding statement, line by line, as docs/mission.md words it.
var founding = []string{
	"a specialized communications cell",
	"exchange intelligence immediately",
	"reduce escalation on the ground, before it happens",
	"reduce escalation on the ground, after it happened",
	"protect a community",
	"confidence-building measures",
	"coordinate business opportunities",
	"agreed words, signed by all",
	"a first step towards an agreement",
	"under supervision",
}

var linkRE = regexp.MustCompile(`^\[([^\]]+)\]\(([^)#]+)(#[^)]*)?\)$`)

// Every line of the founding statement has a module, a screen, a turn of the
// demonstration and a test; no cell of the table is empty and no link is dead.
func TestMissionTable(t *testing.T) {
	doc := filepath.Join("..", "docs", "mission.md")
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	var lines, modules []string
	for row := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
		if len(cells) != 5 || strings.Contains(row, "---") || strings.Contains(row, "| module |") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		lines = append(lines, cells[0])
		modules = append(modules, missionRow(t, doc, cells))
	}
	if !slices.Equal(lines, founding) {
		t.Errorf("the table has the lines %q, want %q", lines, founding)
	}
	for _, m := range node.Modules() {
		if !slices.Contains(modules, m.Name) {
			t.Errorf("module %s serves no line of the founding statement", m.Name)
		}
	}
}

// missionRow checks one row and gives its module.
func missionRow(t *testing.T, doc string, cells []string) string {
	t.Helper()
	names, content := make([]string, 5), make([]string, 5)
	for i := 1; i < 5; i++ {
		m := linkRE.FindStringSubmatch(cells[i])
		if m == nil {
			t.Errorf("%s: %q is no link", cells[0], cells[i])
			return ""
		}
		b, err := os.ReadFile(filepath.Join(filepath.Dir(doc), m[2]))
		if err != nil {
			t.Errorf("%s: dead link: %v", cells[0], err)
		}
		names[i], content[i] = m[1], string(b)
	}
	if _, ok := node.Modules().Of(names[1] + ".x/1"); !ok {
		t.Errorf("%s: no module %s", cells[0], names[1])
	}
	if !strings.Contains(content[2], "export function") {
		t.Errorf("%s: %s is no screen", cells[0], cells[2])
	}
	story := load(t, "cell")
	if !slices.ContainsFunc(story.Head.Steps, func(s Step) bool { return s.ID == names[3] }) {
		t.Errorf("%s: the demo has no turn %s", cells[0], names[3])
	}
	if !strings.Contains(content[4], "func "+names[4]+"(t *testing.T)") {
		t.Errorf("%s: there is no test %s", cells[0], names[4])
	}
	return names[1]
}

// The example charter can be drafted, signed by its three founders and opened;
// it has the founding statement's baskets under supervision.
func TestFoundingCharter(t *testing.T) {
	theatre, err := os.ReadFile(filepath.Join("..", "examples", "charters", "founding.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var public []charter.PublicDesk
	var keys []*charter.Keys
	for _, d := range desks {
		k, err := charter.NewKeys(rand.Reader, "founding", d)
		if err != nil {
			t.Fatal(err)
		}
		keys, public = append(keys, k), append(public, k.Public())
	}
	text, err := charter.Draft(theatre, public, node.Modules().Templates()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		s, err := k.Signer(charter.Root)
		if err != nil {
			t.Fatal(err)
		}
		if text, err = charter.Sign(text, s); err != nil {
			t.Fatal(err)
		}
	}
	c, err := charter.Open(text)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"intelligence": cell.ModeRelay, "de-escalation": cell.ModeRelay, "diplomacy": cell.ModeRelay, "commerce": cell.ModeCopy}
	for b, mode := range want {
		if c.Baskets[b] != mode {
			t.Errorf("basket %s is under %q, want %q", b, c.Baskets[b], mode)
		}
	}
	if len(c.Supervisors()) != 1 || c.Linked("alpha", "bravo") {
		t.Error("what passes between the parties does not pass a supervisor")
	}
}

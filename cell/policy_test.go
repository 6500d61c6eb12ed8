package cell_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/cell"
)

var updatePolicy = flag.Bool("policy", false, "write testdata/policy.txt anew")

// policyTable words the policy: a line for every role, a mark for every right.
func policyTable() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s", "")
	for _, r := range cell.Rights() {
		fmt.Fprintf(&b, " %s", r)
	}
	b.WriteByte('\n')
	for _, role := range cell.Roles() {
		line := fmt.Sprintf("%-14s", role)
		for _, r := range cell.Rights() {
			mark := "·"
			if cell.Grants([]string{role}, r) {
				mark = "x"
			}
			line += " " + mark + strings.Repeat(" ", len(r)-1)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// SEC-07 T: the policy, cell by cell, changes only with a reviewed file.
func TestPolicyCellByCell(t *testing.T) {
	golden := filepath.Join("testdata", "policy.txt")
	got := policyTable()
	if *updatePolicy {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the policy changed; look at it, then run: go test ./cell -run PolicyCellByCell -policy\n%s", got)
	}
}

// SEC-07 T: who sees no content can file nothing, and who keeps the officers'
// list cannot read the log of what they did.
func TestPolicyKeepsThingsApart(t *testing.T) {
	for _, g := range cell.Policy() {
		if slices.Contains(g.Rights, cell.RightOfficers) && len(g.Rights) > 1 {
			t.Errorf("%s keeps the list of officers and has other rights: %v", g.Role, g.Rights)
		}
		if slices.Contains(g.Rights, cell.RightLog) && slices.Contains(g.Rights, cell.RightRead) {
			t.Errorf("%s reads the desk's own log and its content", g.Role)
		}
		for _, r := range g.Rights {
			if !slices.Contains(cell.Rights(), r) {
				t.Errorf("%s has %q, which is no right", g.Role, r)
			}
		}
	}
	for _, r := range []cell.Right{cell.RightOfficers, cell.RightLog, cell.RightKeys, cell.RightSpeak} {
		if slices.Contains(cell.BreakGlass(), r) {
			t.Errorf("the broken glass gives %s", r)
		}
	}
}

// SEC-07: an agreement binds the desk, and nothing else that a position says.
func TestPositionAsks(t *testing.T) {
	k, _ := cell.Modules{}.Kind(cell.KindPosition)
	for word, want := range map[string]cell.Right{cell.Noted: cell.RightWatch, cell.Agrees: cell.RightCommit} {
		if got := k.RightOf(cell.Position{Position: word}); got != want {
			t.Errorf("%s wants %s, not %s", word, got, want)
		}
	}
}

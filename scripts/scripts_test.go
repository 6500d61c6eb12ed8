// What is run by hand and by the checks before a change is taken up can be run, and
// says what it is for.
package scripts_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Every script may be executed, reads as its shell's language, begins with what it
// does, and does not go on unnoticed with a name that is not set.
func TestScriptsCanBeRun(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.IsDir() || strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode()&0o111 == 0 {
			t.Errorf("%s cannot be executed", f.Name())
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		first, rest, _ := strings.Cut(string(text), "\n")
		shell, ok := strings.CutPrefix(first, "#!")
		if !ok || !strings.HasPrefix(rest, "# ") {
			t.Errorf("%s does not begin with its shell and with what it does", f.Name())
			continue
		}
		if !strings.Contains(rest, "\nset -") {
			t.Errorf("%s goes on when a name in it is not set", f.Name())
		}
		if out, err := exec.CommandContext(t.Context(), shell, "-n", f.Name()).CombinedOutput(); err != nil {
			t.Errorf("%s does not read as a script: %v\n%s", f.Name(), err, out)
		}
	}
}

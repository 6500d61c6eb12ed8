package bench

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// Design 10 T: one run measures the floor and the desks and says so a line
// each. No figure is judged here: targets are for machines that stand idle.
func TestOneRun(t *testing.T) {
	if testing.Short() {
		t.Skip("opens some twenty desks")
	}
	var out bytes.Buffer
	if err := Main(t.Context(), []string{"journal", "--json", "link", "catchup", "board", "limits", "--seconds", "0.05", "--records", "300"}, &out); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(out.String()) {
		var r Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		seen[r.Name] = true
	}
	for _, want := range []string{floorDisk, floorSigned, floorKept, "acts at one desk, 512 writers", "received at two peers, pipelined", "catch-up of 300 records", "queue, of 300", "tick of the clocks, of 300", "report of a check with limits, of 300",
		"CoT port, first look, of 300", "CoT port, one change, of 300", "file of a day, what leaves, of 300"} {
		if !seen[want] {
			t.Errorf("nothing was said of %q:\n%s", want, out.String())
		}
	}
}

// A command line that makes no sense is refused before anything is measured.
func TestCommandLine(t *testing.T) {
	for _, args := range [][]string{{"nothing"}, {"--engine", "oracle"}, {"--engine", "postgres"}, {"--seconds", "0"}, {"--records", "0"}, {"--such"}} {
		var out bytes.Buffer
		if err := Main(t.Context(), args, &out); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
}

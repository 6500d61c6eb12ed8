package node

import (
	"fmt"
	"testing"
)

// The clocks look at the gravest of those that are late, so many at once, and at
// each of them in the end.
func TestTheGravestClimbFirst(t *testing.T) {
	var c climbing
	if !c.due(1) || c.due(2) || !c.due(1+climbAnew) {
		t.Error("all are not looked up at the start, and again after a while")
	}
	for i := range 700 {
		c.back(map[string]int{fmt.Sprintf("m%03d", i): 3 - i%4})
	}
	c.back(c.take(100)) // not seen to
	last, seen := 0, map[string]bool{}
	for {
		got := c.take(stepsAtOnce)
		if len(got) == 0 {
			break
		}
		if len(got) > stepsAtOnce {
			t.Fatalf("%d at once", len(got))
		}
		worst := 0
		for key, rank := range got {
			if seen[key] || rank < last {
				t.Fatalf("%s of rank %d comes again, or late", key, rank)
			}
			seen[key], worst = true, max(worst, rank)
		}
		last = worst
	}
	if len(seen) != 700 {
		t.Errorf("%d of 700 were looked at", len(seen))
	}
}

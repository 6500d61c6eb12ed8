package scenarios

import (
	"strings"
	"testing"
)

// INT-03 T: in a story either officer of a desk acts, the first where none is
// named; who an officer is by name is no word of a story (HOT-06).
func TestOfficersOfAStory(t *testing.T) {
	s, err := Parse("officers", []byte(head+`alpha sends CEASE as one {"what":"fire","place":@P-07}
alpha sends CEASE officer watch-2 as two {"what":"fire","place":@P-07}
alpha sends CEASE as three officer watch-2 role desk-head {"what":"fire","place":@P-07}
alpha sends CEASE officer "Jane Doe" refused {"what":"fire","place":@P-07}
after 1s
expect bravo shows three held by 18:00:01
`))
	if err != nil {
		t.Fatal(err)
	}
	p := begin(t, s, false)
	if err := p.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, n := p.Held(); !all || n != 2 || !strings.Contains(p.Results[0].Why, "officer and role are codes") {
		t.Errorf("held: %v of %d; the first: %s", all, n, p.Results[0].Why)
	}
	for label, want := range map[string]string{
		"one":   `"by":{"officer":"watch-1","role":"watch"}`,
		"two":   `"by":{"officer":"watch-2","role":"watch"}`,
		"three": `"by":{"officer":"watch-2","role":"desk-head"}`,
	} {
		_, text, err := p.World.Desk("bravo").Record(t.Context(), p.named[label].String())
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: no %s in %s: %v", label, want, text, err)
		}
	}
}

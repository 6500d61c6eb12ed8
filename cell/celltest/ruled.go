package celltest

import (
	"testing"

	"parley/cell"
)

// Ruled gives a history under the charter of the exercise's theatre with a rule
// set of charter/testdata/limits, such as "1974", read as a signed charter is.
// change may add to it.
func Ruled(t testing.TB, rules string, change func(*cell.Charter), ms ...cell.Module) *History {
	t.Helper()
	c, _, err := makeCharter(ms, rules)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(c)
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return NewHistory(c, ms)
}

package journal_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"parley/journal"
)

// design 2: the same heads give the same code, whatever their order; any other
// head gives another.
func TestCode(t *testing.T) {
	heads := []journal.NamedHead{
		{"alpha", 1, journal.Head{Size: 5, Root: journal.Hash{1}}},
		{"bravo", 1, journal.Head{Size: 7, Root: journal.Hash{2}}},
		{"supervisor", 2, journal.Head{Size: 9, Root: journal.Hash{3}}},
	}
	code := journal.Code(heads)
	if !regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{4}-\d$`).MatchString(code) || !journal.CodeIntact(code) {
		t.Errorf("code is %q", code)
	}
	const golden = "0394-2711-7139-0664-5"
	if code != golden {
		t.Errorf("code is %q, want %q", code, golden)
	}
	turned := slices.Clone(heads)
	slices.Reverse(turned)
	if got := journal.Code(turned); got != code {
		t.Errorf("in another order it is %q, want %q", got, code)
	}
	for what, change := range map[string]func(h *journal.NamedHead){
		"desk": func(h *journal.NamedHead) { h.Desk = "c" },
		"gen":  func(h *journal.NamedHead) { h.Gen++ },
		"size": func(h *journal.NamedHead) { h.Size++ },
		"root": func(h *journal.NamedHead) { h.Root[31]++ },
	} {
		other := slices.Clone(heads)
		change(&other[1])
		if journal.Code(other) == code {
			t.Errorf("another %s gives the same code", what)
		}
	}
}

// Every single digit that is misheard shows.
func TestCodeIntact(t *testing.T) {
	code := journal.Code(nil)
	for i, d := range code {
		if d == '-' {
			continue
		}
		for other := range 10 {
			if heard := code[:i] + fmt.Sprint(other) + code[i+1:]; journal.CodeIntact(heard) != (heard == code) {
				t.Errorf("%q for %q: intact is %t", heard, code, heard != code)
			}
		}
	}
	for _, bad := range []string{"", "1234", code + "0", code[1:], "abcd-efgh-ijkl-mnop-q", code[:19]} {
		if journal.CodeIntact(bad) {
			t.Errorf("%q is intact", bad)
		}
	}
}

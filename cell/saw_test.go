package cell_test

import (
	"testing"

	"parley/cell"
)

// An answer saw what its author's node held by its own word; its own desk's
// records it saw in the order of its journal.
func TestSaw(t *testing.T) {
	at := func(desk string, gen int, index int64, seen ...cell.Seen) cell.Held {
		return cell.Held{Record: cell.Record{Desk: desk, Seen: seen}, Gen: gen, Index: index}
	}
	asked := at("alpha", 2, 7)
	for _, tt := range []struct {
		what string
		h    cell.Held
		want bool
	}{
		{"nothing held", at("bravo", 1, 90), false},
		{"held up to it, not it", at("bravo", 1, 0, cell.Seen{Desk: "alpha", Gen: 2, Size: 7}), false},
		{"held", at("bravo", 1, 0, cell.Seen{Desk: "alpha", Gen: 2, Size: 8}), true},
		{"held of a later generation", at("bravo", 1, 0, cell.Seen{Desk: "alpha", Gen: 3, Size: 1}), true},
		{"held of an earlier generation", at("bravo", 1, 0, cell.Seen{Desk: "alpha", Gen: 1, Size: 99}), false},
		{"held of another desk", at("bravo", 1, 0, cell.Seen{Desk: "supervisor", Gen: 2, Size: 99}), false},
		{"its own, later", at("alpha", 2, 8), true},
		{"its own, earlier", at("alpha", 1, 99), false},
		{"itself", asked, false},
	} {
		if got := tt.h.Saw(asked); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.what, got, tt.want)
		}
	}
}

package cell_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"parley/cell"
)

// What bodies check alike, each check gives the place and the first reason.
func TestChecks(t *testing.T) {
	const id = "0198a1b2-c3d4-7e5f-8a9b-0123456789ab"
	point := cell.Point{Lat: "12.3", Lon: "-38.1"}
	off := cell.Point{Lat: "91", Lon: "0"}
	for _, tt := range []struct {
		err     error
		at, why string
	}{
		{cell.First(nil, nil), "", ""},
		{cell.First(nil, cell.Short("/a", strings.Repeat("x", 201)), cell.HashAt("/b", "")), "/a", "201 bytes, more than 200"},
		{cell.OneOf("/a", "", "", "yes", "no"), "", ""},
		{cell.OneOf("/a", "may be", "", "yes", "no"), "/a", `"may be" is not one of yes, no`},
		{cell.AtMostOne("/a", []int{1, 2}), "/a", "more than one value"},
		{cell.IfGiven("/a", []cell.Point{}), "", ""},
		{cell.IfGiven("/a", []cell.Point{off}), "/a/0/lat", "91 is outside ±90 degrees"},
		{cell.IfGiven("/a", []cell.Point{off, off}), "/a", "more than one value"},
		{cell.EachValid("/a", []cell.Point{point, off}), "/a/1/lat", "91 is outside ±90 degrees"},
		{cell.CountIfGiven("/a", []int64{0}, 9), "", ""},
		{cell.CountIfGiven("/a", []int64{9}, 9), "", ""},
		{cell.CountIfGiven("/a", []int64{10}, 9), "/a/0", "10 is not a number from 0 to 9"},
		{cell.CountIfGiven("/a", []int64{-1}, 9), "/a/0", "-1 is not a number from 0 to 9"},
		{cell.Each("/a", []string{strings.Repeat("ab", 32), "AB"}, cell.HashAt), "/a/1", "not a SHA-256 in hexadecimal"},
		{cell.EachOnce("/a", "desk", []string{"alpha", "bravo"}), "", ""},
		{cell.EachOnce("/a", "desk", []string{"alpha", "bravo", "alpha"}), "/a/2", `"alpha" is no desk, or named twice`},
		{cell.EachOnce("/a", "desk", []string{"Alpha"}), "/a/0", `"Alpha" is no desk, or named twice`},
		{cell.EachOnce("/a", "desk", make([]string, 257)), "/a", "257 entries, more than 256"},
		{cell.DeskAt("/a", "Alpha"), "/a", `"Alpha" is not a desk`},
		{cell.KeyAt("/a", ""), "", ""},
		{cell.KeyAt("/a", "alpha:"+id), "", ""},
		{cell.KeyAt("/a", ":"+strings.Repeat("ab", 32)), "", ""},
		{cell.KeyAt("/a", "alpha#4"), "/a", `"alpha#4" is not the key of a matter, desk:id`},
		{cell.KeyAt("/a", "Alpha:"+id), "/a", `"Alpha:` + id + `" is not the key of a matter, desk:id`},
	} {
		inv, is := errors.AsType[*cell.Invalid](tt.err)
		switch {
		case tt.err == nil && tt.why == "":
		case !is || inv.At != tt.at || inv.Why != tt.why:
			t.Errorf("%v, want %q at %q", tt.err, tt.why, tt.at)
		}
	}
}

// A code list that is shared by all records is not changed by a check of one.
func TestOneOfLeavesTheListAlone(t *testing.T) {
	list := []string{"", "yes", "no"}
	if err := cell.OneOf("/a", "x", list...); err == nil || !slices.Equal(list, []string{"", "yes", "no"}) {
		t.Errorf("%v, the list is now %q", err, list)
	}
}

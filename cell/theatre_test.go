package cell_test

import (
	"testing"

	"parley/cell"
)

// XC-06 T: the theatre is what the charter names with room around it, and by it
// changed axes are told from what merely lies elsewhere.
func TestXC06TheatreTellsChangedAxes(t *testing.T) {
	at := func(list ...string) (out []cell.Point) {
		for i := 0; i < len(list); i += 2 {
			out = append(out, cell.Point{Lat: list[i], Lon: list[i+1]})
		}
		return out
	}
	c := &cell.Charter{Places: []cell.NamedPlace{{Lat: "33.0", Lon: "35.8"}}, Lines: []cell.NamedLine{{Line: at("33.4", "35.9")}}, Zones: []cell.Zone{{Centre: at("33.1", "36.2")}}}
	box := c.Theatre()
	if box != (cell.Theatre{South: 32.5, West: 35.3, North: 33.9, East: 36.7}) {
		t.Fatalf("the theatre is %+v", box)
	}
	for _, tt := range []struct {
		what             string
		place            []cell.Point
		swapped, outside bool
	}{
		{"inside", at("33.126", "35.824"), false, false},
		{"changed over", at("35.824", "33.126"), true, true},
		{"both corners changed over", at("35.8", "33.1", "36.1", "33.2"), true, true},
		{"one corner changed over", at("35.8", "33.1", "33.2", "36.1"), false, false},
		{"elsewhere", at("12.4", "-38.2"), false, true},
		{"partly outside", at("33.1", "35.8", "33.1", "38"), false, false},
		{"nothing", nil, false, false},
	} {
		meant, swapped := box.Swapped(tt.place...)
		if swapped != tt.swapped || box.Outside(tt.place...) != tt.outside {
			t.Errorf("%s: swapped %v, outside %v", tt.what, swapped, box.Outside(tt.place...))
		}
		if swapped && (meant.Lat != tt.place[0].Lon || meant.Lon != tt.place[0].Lat) {
			t.Errorf("%s: meant %v", tt.what, meant)
		}
	}
	none := (&cell.Charter{}).Theatre()
	if _, swapped := none.Swapped(at("35.8", "33.1")...); swapped || none.Outside(at("12.4", "-38.2")...) {
		t.Error("a charter that names no place has a theatre")
	}
}

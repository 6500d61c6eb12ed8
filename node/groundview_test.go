package node

import (
	"testing"

	"parley/cell"
)

// DEC-08: a screen draws the charter's lines and zones; a zone counted from a line
// comes with that line and its distance.
func TestGroundIsDrawn(t *testing.T) {
	line := []cell.Point{{Lat: "12.5", Lon: "-38.4"}, {Lat: "12.5", Lon: "-38.0"}}
	c := &cell.Charter{
		Lines: []cell.NamedLine{{ID: "river", Name: cell.T3{"en": "River line"}, Line: line}},
		Zones: []cell.Zone{{ID: "belt", Of: "river", WithinM: 1000}, {ID: "harbour", Centre: line[:1], RadiusM: 2000, Hours: "06:00-18:00"}},
	}
	lines, zones := ground(c)
	if len(lines) != 1 || len(lines[0].Line) != 2 || lines[0].Name["en"] != "River line" {
		t.Errorf("lines: %+v", lines)
	}
	if len(zones) != 2 || len(zones[0].Line) != 2 || zones[0].RadiusM != 1000 || zones[0].Of != "river" {
		t.Errorf("a zone along a line: %+v", zones)
	}
	if len(zones[1].Centre) != 1 || zones[1].RadiusM != 2000 || zones[1].Hours != "06:00-18:00" || len(zones[1].Line) != 0 {
		t.Errorf("a circle: %+v", zones)
	}
}

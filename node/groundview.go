package node

import "parley/cell"

// LineView is a line of the charter as a screen draws it.
type LineView struct {
	ID   string       `json:"id"`
	Name cell.T3      `json:"name"`
	Line []cell.Point `json:"line"`
}

// ZoneView is a zone of the charter as a screen draws it: a polygon, a circle, or
// all that lies within radius_m of a line. A zone that the charter counts from
// one of its lines comes with that line.
type ZoneView struct {
	ID      string       `json:"id"`
	Name    cell.T3      `json:"name"`
	Ring    []cell.Point `json:"ring"`
	Line    []cell.Point `json:"line"`
	Centre  []cell.Point `json:"centre"` // at most one
	RadiusM int64        `json:"radius_m"`
	Of      string       `json:"of"`    // the line of the charter that it is counted from
	From    string       `json:"from"`  // first day, theatre time; empty: always
	Until   string       `json:"until"` // last day
	Hours   string       `json:"hours"` // every day, "06:00-18:00"
}

// LimitView is a limit of the charter as a form offers it: what was agreed, and
// which categories it counts.
type LimitView struct {
	ID         string   `json:"id"`
	Name       cell.T3  `json:"name"`
	Clause     string   `json:"clause"`
	Zone       string   `json:"zone"`  // "": everywhere
	Desks      []string `json:"desks"` // none: every desk
	Categories []string `json:"categories"`
	Unit       string   `json:"unit"` // pieces, or m of a distance or a height
}

func limitViews(c *cell.Charter) []LimitView {
	out := []LimitView{}
	for _, l := range c.Limits {
		unit := cell.Metres
		if l.Max != nil {
			unit = cell.Pieces
		}
		out = append(out, LimitView{l.ID, l.Name, l.Clause, l.Zone, cell.List(l.Desks), cell.List(l.Categories), unit})
	}
	return out
}

// ground gives the lines and zones of a charter.
func ground(c *cell.Charter) ([]LineView, []ZoneView) {
	lines, zones := []LineView{}, []ZoneView{}
	for _, l := range c.Lines {
		lines = append(lines, LineView{l.ID, l.Name, l.Line})
	}
	for _, z := range c.Zones {
		line, radius := z.Line, z.RadiusM
		if l, ok := c.AgreedLine(z.Of); ok {
			line, radius = l.Line, z.WithinM
		}
		zones = append(zones, ZoneView{z.ID, z.Name, cell.List(z.Ring), cell.List(line), cell.List(z.Centre), radius, z.Of, z.From, z.Until, z.Hours})
	}
	return lines, zones
}

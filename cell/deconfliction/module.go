package deconfliction

import (
	"embed"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

// Module is deconfliction: activities kept apart before they meet.
var Module = cell.Module{
	Name: "deconfliction",
	Kinds: []cell.Kind{
		cell.KindOf(KindNotice, Notice{Activity: "works", Area: cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{{Lat: "12.3456", Lon: "-38.1234"}}, RadiusM: 800, Text: "P-07"},
			Window: cell.Span{From: 1767700000000, Until: 1767728800000}, Height: []cell.Height{{LowM: 0, HighM: 30, Reference: "AGL"}},
			Vehicles: []int64{3}, People: []int64{12}, Escort: EscortNo, Contact: "channel 4", Confidentiality: Exact,
			Note: []cell.Free{{Lang: "en", Text: "Two excavators and a lorry."}}}).Opening(),
		cell.KindOf(KindComplete, Complete{Ended: 1767720000000}).After(KindNotice).Only(cell.WhoOpener),
		cell.KindOf(KindPropose, Propose{Notice: "A-7", Desk: "alpha", Window: []cell.Span{{From: 1767730000000, Until: 1767740000000}},
			Height: []cell.Height{}, Text: []cell.Free{}}).After(RuleConflict),
		cell.KindOf(KindAccept, Accept{Hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}).After(RuleConflict),
		cell.KindOf(KindDecline, Decline{Hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			Text: []cell.Free{{Lang: "en", Text: "The road is needed in that hour."}}}).After(RuleConflict),
	},
	Templates: templates,
	Words:     words,
	Judge:     judge,
	Lives:     lives(),
	Derive:    derive,
	Queries: []cell.Query{
		{Name: "deconfliction", Path: "/deconfliction", Run: board,
			Summary: "Notices with their lead times, and the conflicts between them with what is proposed (DEC-01 to DEC-06)"},
	},
}

package intel

import (
	"embed"

	"parley/cell"
)

var (
	text   = cell.Free{Lang: "en", Text: "Launchers were moved to the ridge, 3 vehicles."}
	other  = cell.Free{Lang: "en", Text: "One officer reads it as farm traffic."}
	ridge  = cell.Place{ID: "P-19", Lat: "12.3456", Lon: "-38.1234", Text: "P-19", Notation: "name", PrecisionM: 100}
	sample = Item{Product: "assessment", Grade: cell.Grade{Source: "B", Information: "3"}, Likelihood: "likely", Observed: 1767700000000,
		Expires: []int64{1767786400000}, TLP: "amber", Use: WarnOnly, Releasable: []string{"alpha", "bravo", "supervisor"},
		Text: text, Dissent: []cell.Free{other}}
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

// Module is the exchange of intelligence.
var Module = cell.Module{
	Name: "intel",
	Kinds: []cell.Kind{
		cell.KindOf(KindWarning, Warning{Threat: "fire", Place: []cell.Place{ridge}, Area: []cell.Area{},
			Window: []cell.Span{{From: 1767700000000, Until: 1767710000000}}, AtRisk: "civilians",
			Grade: []cell.Grade{{Source: "F", Information: "6"}}, Use: WarnOnly, TLP: "amber", Text: []cell.Free{text}}).Opening().Saving(),
		cell.KindOf(KindReview, Review{Outcome: "confirmed", Text: []cell.Free{}}).Only(cell.WhoOpener).After(KindWarning).Needs(cell.RightRelease),
		cell.KindOf(KindDraft, Draft{sample}).Opening().AtHome(),
		cell.KindOf(KindReport, Report{Item: sample, Drafter: "analyst-2", Draft: "alpha:0198a1b2-c3d4-7e5f-8a9b-0123456789ab"}).Opening().ByTwo().Needs(cell.RightRelease),
		cell.KindOf(KindRecall, Recall{Reason: text, Deadline: 1767786400000}).Opening().Only(cell.WhoOpener).After(KindWarning, KindReport).Needs(cell.RightRelease),
		cell.KindOf(KindRecalled, Recalled{Done: "destroyed", Reuse: []cell.Free{other}}).Only(cell.WhoOthers).After(KindRecall),
	},
	Judge:     judge,
	Lives:     lives(),
	Holds:     holds,
	Exports:   exports,
	Queries:   []cell.Query{{Name: "intel", Path: "/intel", Summary: "Threat warnings, drafts at home, and reports with their markings, dissent and recall (INT-01 to INT-11)", Run: query}},
	Templates: templates,
	Words:     words,
}

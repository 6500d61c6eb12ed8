package talks

import (
	"embed"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

// Module is the talks.
var Module = cell.Module{
	Name:      "talks",
	Kinds:     kinds(),
	Templates: templates,
	Words:     words,
	Judge:     judge,
	Lives:     lives(),
	Notes:     notes,
	Queries: []cell.Query{
		{Name: "talks", Path: "/talks", Run: query,
			Summary: "Rounds and the two clocks, texts clause by clause, understandings, statements with their signatures, read-outs and where they differ (TLK-01 to TLK-14)"},
	},
}

// kinds are what may be recorded, each with a valid sample.
func kinds() []cell.Kind {
	t := cell.Text3{Ar: "يبقى كل طرف حيث هو.", En: "Each side stays where it is.", He: "כל צד נשאר במקומו."}
	other := cell.Text3{Ar: "يبقى كل طرف حيث هو حتى الجمعة.", En: "Each side stays where it is until Friday.", He: "כל צד נשאר במקומו עד יום שישי."}
	free := cell.Free{Lang: "en", Text: "We could live with this if the date is kept."}
	return []cell.Kind{
		cell.KindOf(KindRound, Round{Place: []cell.Free{{Lang: "en", Text: "Pelnor, the supervisor's house"}}, Level: "delegation-heads",
			From: 1767708000000, Until: 1767718800000, Agenda: t, Outcome: []cell.Text3{}, Substantive: No, Next: []int64{1768312800000}}).Opening(),
		cell.KindOf(KindText, Text{Title: t, Draft: 1, Authoritative: "all", Clauses: []Clause{
			{ID: "c-1", Text: t, Brackets: []Bracket{}, Status: ClauseOpen},
			{ID: "c-2", Text: t, Brackets: []Bracket{{By: "alpha", Text: other}}, Status: ClauseBracketed}}}).Opening().Only(cell.WhoSupervisor),
		cell.KindOf(KindComment, Comment{Clause: "c-1", Kind: "comment", Text: []cell.Text3{other}}).Only(cell.WhoParty).After(KindText),
		cell.KindOf(KindUnderstanding, Understanding{Text: t, Area: []cell.Area{{Ring: []cell.Point{}, Centre: []cell.Point{{Lat: "12.4573", Lon: "-38.1598"}}, RadiusM: 3000, Text: "P-07"}},
			From: 1767708000000, Until: []int64{1767967200000}, Open: No, Authority: "delegation-head",
			Disseminate: []Duty{{"alpha", "unit", 1767711600000}, {"bravo", "unit", 1767711600000}}}).Opening().Needs(cell.RightCommit),
		cell.KindOf(KindStatement, Statement{Text: t, Draft: 1}).Opening().Needs(cell.RightCommit),
		cell.KindOf(KindSignature, Signature{Hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			Line: "— parley.harbour/alpha/root vUoFd7Y1"}).After(KindStatement).Needs(cell.RightCommit),
		cell.KindOf(KindReadout, Readout{Text: cell.Free{Lang: "en", Text: "We spoke of the standstill, and of the road."},
			Claims: []string{"the road"}, At: 1767722400000}).Opening(),
		cell.KindOf(KindCaucus, Caucus{Text: free, Clause: "c-2"}).Opening(),
	}
}

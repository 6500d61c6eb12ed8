package roadmap

import (
	"embed"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

var (
	covers  = cell.Text3{Ar: "أغطية المدافع مركّبة", En: "Gun covers on", He: "כיסויי התותחים מורכבים"}
	someKey = "supervisor:0198a1b2-c3d4-7e5f-8a9b-0123456789ab"
)

// Module is the roadmap: phases, gates and D-day.
var Module = cell.Module{
	Name: "roadmap",
	Kinds: []cell.Kind{
		cell.KindOf(KindDDay, DDay{Day: 1767700000000, Text: []cell.Free{{Lang: "en", Text: "The first convoy crosses."}}}).Opening().Needs(cell.RightCommit),
		cell.KindOf(KindGate, Gate{Phase: "phase-1", Title: covers, Deciders: []string{"alpha", "bravo", "supervisor"}, DDay: someKey, Conditions: []Condition{
			{ID: "covers", Text: covers, Matter: someKey, States: []string{"verified"}, AfterDays: []int64{}, Quiet: ""},
			{ID: "days", Text: covers, Matter: "", States: []string{}, AfterDays: []int64{30}, Quiet: KindDDay}}}).Opening().Only(cell.WhoSupervisor).Needs(cell.RightCommit),
		cell.KindOf(KindSign, Sign{Open: Opens, Met: []string{"covers", "days"}, Text: []cell.Free{}}).After(KindGate).Needs(cell.RightCommit),
	},
	Templates: templates,
	Words:     words,
	Judge:     judge,
	Lives:     lives(),
	Holds:     holds,
	Queries: []cell.Query{
		{Name: "roadmap", Path: "/roadmap", Run: road, Summary: "Phases and their gates, what each waits for and who blocks it, and D-day (TLK-08)"},
	},
}

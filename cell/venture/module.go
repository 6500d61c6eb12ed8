package venture

import (
	"embed"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

// Module is the ventures.
var Module = cell.Module{
	Name:      "venture",
	Kinds:     kinds(),
	Templates: templates,
	Words:     words,
	Judge:     judge,
	Lives:     []cell.Life{life()},
	Holds:     holds,
	Queries: []cell.Query{
		{Name: "venture", Path: "/venture", Run: query,
			Summary: "Ventures with the stage of each side and the gate that they hang on, the pipeline, and what may be read in public (VEN-01 to VEN-03)"},
	},
}

// kinds are what may be recorded, each with a valid sample.
func kinds() []cell.Kind {
	cannery := cell.Text3{Ar: "معمل تعليب مشترك", En: "A joint cannery", He: "בית שימורים משותף"}
	return []cell.Kind{
		cell.KindOf(KindProposal, Proposal{Title: cannery, Field: "trade", Sides: []string{"alpha", "bravo"},
			Gate: "supervisor:0198a1b2-c3d4-7e5f-8a9b-0123456789ab", Disclosure: DesksOnly, Benefit: []Benefit{
				{"alpha", cell.Text3{Ar: "أربعون وظيفة", En: "Forty jobs", He: "ארבעים משרות"}},
				{"bravo", cell.Text3{Ar: "سوق للمحصول", En: "A market for the harvest", He: "שוק ליבול"}}}}).Opening(),
		cell.KindOf(KindStep, Step{Stage: StageVetted, Text: []cell.Free{{Lang: "en", Text: "Vetted by our committee."}}}).After(KindProposal).Needs(cell.RightCommit),
	}
}

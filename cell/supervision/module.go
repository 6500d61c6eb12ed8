package supervision

import (
	"embed"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

// Module is supervision: parity, the report of 24 hours, and sealed copies.
var Module = cell.Module{
	Name: "supervision",
	Kinds: []cell.Kind{
		cell.KindOf(KindReport, Report{From: 1767668400000, To: 1767754800000, Figures: []Figure{
			{Name: "messages", Value: 2, Records: []string{"alpha#4", "bravo#7"}},
			{Name: Incidents, Value: 0, Records: []string{}},
		}, Reconciles: Yes, Wrong: []string{}}).Opening().Only(cell.WhoSupervisor),
		cell.KindOf(KindSign, Sign{}).After(KindReport).Needs(cell.RightCommit),
		cell.KindOf(KindReply, Reply{Text: cell.Free{Lang: "en", Text: "Two of the messages were tests of the line."}}).After(KindReport),
		cell.KindOf(KindSealed, Sealed{Of: "alpha#12", Commitment: "01e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Ciphertext: "fn20r9l4O5rGWRRzgiCt3OWA"}).Opening(),
		cell.KindOf(KindOpen, Open{Of: "alpha#12", Salt: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Reason: []cell.Free{}}).Opening().Needs(cell.RightRelease),
	},
	Templates:  templates,
	Words:      words,
	Judge:      judge,
	Lives:      lives(),
	Due:        due,
	SealedCopy: sealedCopy,
	Queries: []cell.Query{
		{Name: "supervision", Path: "/supervision", Run: screen,
			Summary: "Modes, what all desks share and what not, the 24-hour reports with their records, and sealed copies (SUP-01, SUP-02, SUP-07 to SUP-09)"},
	},
}

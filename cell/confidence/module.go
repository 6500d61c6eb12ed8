package confidence

import (
	"embed"
	"strings"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

var (
	gunCovers = cell.Text3{Ar: "أغطية المدافع مركّبة", En: "Gun covers on", He: "כיסויי התותחים מורכבים"}
	someHash  = strings.Repeat("5a", 32)
	someKey   = "supervisor:0198a1b2-c3d4-7e5f-8a9b-0123456789ab"
)

// Module is confidence: measures, their scores, the ledger, and escrow.
var Module = cell.Module{
	Name: "confidence",
	Kinds: []cell.Kind{
		cell.KindOf(KindMeasure, Measure{Title: gunCovers, Category: "military", Obliged: []string{"alpha"}, Deliverable: gunCovers, Indicator: gunCovers,
			Baseline: []cell.Free{}, Trigger: []cell.Free{}, Span: cell.Span{From: 1767700000000, Until: 1770292000000}, Counterpart: someKey,
			Conditionality: "parallel", Reversible: "yes", Reversal: []cell.Free{{Lang: "en", Text: "The covers are taken off."}}, Verifier: BySupervisor,
			Method: "joint-visit", Funding: []cell.Free{}, Reason: []cell.Free{}}).Opening(),
		cell.KindOf(KindDelivery, Delivery{At: 1767700000000, Evidence: []string{someHash}, Text: []cell.Free{{Lang: "en", Text: "Done."}}}).After(KindMeasure),
		cell.KindOf(KindScore, Score{Score: Intermediate, Method: "joint-visit", Found: []int64{1767700000000},
			Finding: []cell.Free{{Lang: "en", Text: "Two of three are covered."}}, Evidence: []string{someHash}}).After(KindMeasure),
		cell.KindOf(KindEscrow, Escrow{Pair: gunCovers, Sides: []string{"alpha", "bravo"}, Decides: "supervisor", Timeout: 1767800000000,
			Steps: []Planned{{"alpha", gunCovers}, {"bravo", gunCovers}}}).Opening().Needs(cell.RightCommit),
		cell.KindOf(KindDeposit, Deposit{Escrow: someKey, Step: gunCovers, Salt: someHash, Line: cell.Sign}).After(KindEscrow).Needs(cell.RightCommit),
		cell.KindOf(KindCommit, Commit{Hash: someHash}).After(KindEscrow).Needs(cell.RightCommit),
		cell.KindOf(KindRelease, Release{Escrow: someKey, Steps: []Step{{"alpha", gunCovers, someHash, "— parley.harbour/alpha/root AAAA"},
			{"bravo", gunCovers, someHash, "— parley.harbour/bravo/root AAAA"}}}).Deciding().After(KindEscrow),
		cell.KindOf(KindReturn, Return{Reason: []cell.Free{{Lang: "en", Text: "The timeout has passed."}}}).Deciding().After(KindEscrow),
	},
	Templates: templates,
	Words:     words,
	Judge:     judge,
	Lives:     lives(),
	Holds:     holds,
	Due:       due,
	Notes:     notes,
	Queries: []cell.Query{
		{Name: "confidence", Path: "/confidence", Run: book,
			Summary: "Measures with their scores side by side, the ledger of deliveries, and exchanges in escrow (CBM-01 to CBM-08)"},
	},
}

package incident

import (
	"embed"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var words embed.FS

var (
	bridge  = cell.Place{ID: "P-07", Lat: "12.3456", Lon: "-38.1234", Text: "P-07", Notation: "name", PrecisionM: 100}
	said3   = cell.Text3{Ar: "سقطت قذيفة واحدة قرب الجسر.", En: "One shell fell near the bridge.", He: "פגז אחד נפל סמוך לגשר."}
	account = cell.Free{Lang: "en", Text: "Fire from the ridge for 29 minutes."}
)

// sum is the SHA-256 of nothing, for samples.
const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// Module is incidents and de-escalation: accounts side by side, and a look
// before force.
var Module = cell.Module{
	Name: "incident",
	Kinds: []cell.Kind{
		cell.KindOf(KindReport, Report{Type: "fire", Force: ForceYes, Place: bridge, Area: []cell.Area{}, When: 1767700000000, Dead: []int64{0}, Hurt: []int64{2},
			Alleged: []string{"bravo"}, Grade: []cell.Grade{{Source: "B", Information: "2"}}, Text: []cell.Free{account}}).Opening(),
		cell.KindOf(KindEntry, Entry{At: 1767700000000, Until: []int64{1767701740000}, Type: "observed", Fact: "f-1", Text: account, Source: "sensor"}).After(KindReport),
		cell.KindOf(KindFact, Fact{Fact: "f-1", Text: said3}).After(KindReport),
		cell.KindOf(KindAgree, Agree{Fact: "f-1", Hash: sum, Agrees: Agrees, Text: []cell.Free{}}).After(KindReport).Only(cell.WhoParty).Needs(cell.RightCommit),
		cell.KindOf(KindFinding, Finding{Standard: "probable", Text: said3}).After(KindReport).Only(cell.WhoSupervisor).Needs(cell.RightCommit),
		cell.KindOf(KindAttribution, Attribution{Outcome: "undetermined", To: []string{}, Text: said3}).After(KindReport).Only(cell.WhoSupervisor).Needs(cell.RightCommit),
		cell.KindOf(KindVerify, Verify{Place: bridge, Grounds: "sensor", Action: "inspect", Urgent: "no", Force: NoForce, Reason: []cell.Free{}, Text: []cell.Free{}}).Opening(),
		cell.KindOf(KindAnswer, Answer{Answer: Accepts, From: []int64{}, Text: []cell.Free{}}).After(KindVerify).Only(cell.WhoCounter),
		cell.KindOf(KindResult, Result{Found: Nothing, Method: "joint-visit", Evidence: []string{sum}, Text: []cell.Free{}}).After(KindVerify),
		cell.KindOf(KindExplain, Explain{Statement: "not-ours", Text: account}).After(RuleHoldQuery).Needs(cell.RightCommit),
		cell.KindOf(KindClose, Close{How: "agree-to-disagree", Text: []cell.Free{}}).After(KindReport, RuleHoldQuery, RuleUnnotified).Needs(cell.RightCommit),
	},
	Templates: templates,
	Words:     words,
	Judge:     judge,
	Lives:     lives(),
	Derive:    derive,
	Queries: []cell.Query{
		{Name: "incident", Path: "/incident", Run: screen,
			Summary: "Reports with the accounts of each desk and the agreed facts, requests with their holds, queries, and where no notice is held that was owed (INC-01 to INC-09)"},
	},
}

package protection

import (
	"embed"

	"parley/cell"
)

var (
	text   = cell.Free{Lang: "en", Text: "Clinic with 4 beds."}
	text3  = cell.Text3{Ar: "طريق الوادي", En: "Valley road", He: "דרך העמק"}
	clinic = cell.Place{ID: "P-18", Lat: "12.4861", Lon: "-38.2068", Text: "P-18", Notation: "name", PrecisionM: 50}
	bridge = cell.Place{ID: "P-16", Lat: "12.4727", Lon: "-38.2011", Text: "P-16", Notation: "name", PrecisionM: 50}
	exact  = cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{{Lat: "12.4861", Lon: "-38.2068"}}, RadiusM: 60}
	around = cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{{Lat: "12.4900", Lon: "-38.2010"}}, RadiusM: 1500}
)

//go:embed templates.yaml
var templates []byte

//go:embed words/*.json
var texts embed.FS

// Module is the protection of places, ways and communities.
var Module = cell.Module{
	Name: "protection",
	Kinds: []cell.Kind{
		cell.KindOf(KindPlace, Place{Code: "cl-07", Category: "clinic", Tier: Exact, Area: exact, Function: []cell.Free{text}, Custodian: "c-31",
			Population: []int64{40}, Verification: 1, VerifiedBy: "p-2", ValidUntil: 1770000000000}).Opening().OrAtHome(),
		cell.KindOf(KindArea, Area{Code: "cl-07", Category: "clinic", Area: around, Verification: 2, ValidUntil: 1770000000000}).Opening().Only(cell.WhoSupervisor),
		cell.KindOf(KindVerify, Verify{Level: 3, Source: "visit", Coordinates: []cell.Place{clinic}}).After(KindPlace).OrAtHome(),
		cell.KindOf(KindConsent, Consent{Consent: Revoked, Text: []cell.Free{}}).After(KindPlace, KindArea).OrAtHome(),
		cell.KindOf(KindRemoved, Removed{Done: "removed", Text: []cell.Free{}}).After(KindPlace, KindArea),
		cell.KindOf(KindAsk, Ask{Code: "cl-07", Question: "exact-coordinates"}).Opening().Only(cell.WhoParty),
		cell.KindOf(KindAnswer, Answer{Answer: "buffered-only", Text: []cell.Free{}}).Only(cell.WhoSupervisor).After(KindAsk).Needs(cell.RightRelease),
		cell.KindOf(KindCorridor, Corridor{Name: []cell.Text3{text3}, Segments: []Segment{{clinic, bridge, "alpha"}, {bridge, clinic, "bravo"}}, Purpose: "evacuation",
			Traffic: []string{"bus", "ambulance"}, Capacity: []int64{30}, Window: []cell.Span{{From: 1767700000000, Until: 1767786400000}}}).Opening(),
		cell.KindOf(KindCorrState, CorrState{Segment: 1, State: StateClosed, Reason: []cell.Free{text}, Reopening: []int64{1767710000000}, PeopleInside: []int64{4}}).
			After(KindCorridor).Saving(),
		cell.KindOf(KindConcern, Concern{Area: around, Topic: "access", Asks: "corridor-request", Text: text3}).Opening().Only(cell.WhoSupervisor).Needs(cell.RightSpeak),
		cell.KindOf(KindReply, Reply{Answer: "will-act", Text: []cell.Free{text}}).Only(cell.WhoParty).After(KindConcern),
	},
	Judge:   judge,
	Lives:   lives(),
	Holds:   holds,
	Exports: exports,
	List:    list,
	DDL:     ddl,
	Tables:  []string{"protection_place"},
	Apply:   apply,
	Queries: []cell.Query{{Name: "protection", Path: "/protection", Run: query,
		Summary: "Places as exactly as this desk may hold them, buffered areas, corridors, concerns, questions, and who got which version when (PRO-01 to PRO-07)"}},
	Templates: templates,
	Words:     texts,
}

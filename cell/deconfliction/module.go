package deconfliction

import (
	"embed"
	"slices"

	"parley/cell"
)

//go:embed templates.yaml
var templates []byte

//go:embed activities.yaml
var activityTemplates []byte

//go:embed agreed.yaml
var agreedTemplates []byte

//go:embed blind.yaml
var blindTemplates []byte

//go:embed movements.yaml
var movementTemplates []byte

//go:embed words/*.json
var words embed.FS

// hashSample is the SHA-256 of nothing.
const hashSample = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// Module is deconfliction: activities kept apart before they meet.
var Module = cell.Module{
	Name: "deconfliction",
	Kinds: slices.Concat([]cell.Kind{
		cell.KindOf(KindDraft, Draft{Kind: KindWorks1, Body: cell.RawBody(`{"activity":"works"}`)}).Opening().AtHome(),
		cell.KindOf(KindNotice, Notice{Activity: "works", Area: cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{{Lat: "12.3456", Lon: "-38.1234"}}, RadiusM: 800, Text: "P-07"},
			Window: cell.Span{From: 1767700000000, Until: 1767728800000}, Height: []cell.Height{{LowM: 0, HighM: 30, Reference: "AGL"}},
			Vehicles: []int64{3}, People: []int64{12}, Escort: EscortNo, Contact: "channel 4", Confidentiality: Exact,
			Note: []cell.Free{{Lang: "en", Text: "Two excavators and a lorry."}}}).Opening(),
		cell.KindOf(KindInterest, Interest{Name: "bridge", Volumes: []cell.Volume{volumeSample()}, Types: []string{"movement"}, Until: 1767728800000}).Opening().AtHome().Needs(cell.RightWatch),
		cell.KindOf(KindSeen, Seen{}).AtHome().After(RuleInterest).Needs(cell.RightWatch),
	}, activityKinds(), blindKinds(), []cell.Kind{
		cell.KindOf(KindController, ControllerSays{Controller: "district council", Status: ControlNoted, At: 1767700000000, Text: []cell.Free{}}).After(Activities()...),
		cell.KindOf(KindDeviate, Deviate{Since: 1767700000000, Place: []cell.Place{{Lat: "12.3456", Lon: "-38.1234", Notation: "DD", PrecisionM: 100}},
			Text: []cell.Free{{Lang: "en", Text: "The bridge was closed; the column takes the east road."}}}).After(Activities()...).Only(cell.WhoOpener),
		cell.KindOf(KindCheckIn, CheckIn{Point: 1, At: 1767701000000, By: "driver of the first lorry, by radio", Place: []cell.Place{}, Condition: "well", Next: []int64{},
			Text: []cell.Free{}}).After(Activities()...).Needs(cell.RightWatch),
		cell.KindOf(KindLost, LostContact{Point: 1, At: 1767701000000, Place: []cell.Place{},
			Plan: []cell.Free{{Lang: "en", Text: "Both desks ask along the road; the party on the ground is called on channel 4."}}}).Opening().After(Activities()...).Needs(cell.RightWatch),
		cell.KindOf(KindComplete, Complete{Ended: 1767720000000}).After(Notices()...).Only(cell.WhoOpener),
		cell.KindOf(KindPropose1, Propose1{Notice: "A-7", Desk: "alpha", Window: []cell.Span{{From: 1767730000000, Until: 1767740000000}},
			Height: []cell.Height{}, Text: []cell.Free{}}).After(RuleConflict),
		cell.KindOf(KindPropose, Propose{Notice: "A-7", Desk: "alpha", Volumes: []cell.Volume{volumeSample()}, Text: []cell.Free{}}).After(RuleConflict, KindBlindConflict),
		cell.KindOf(KindAccept, Accept{Hash: hashSample}).After(RuleConflict, KindBlindConflict),
		cell.KindOf(KindDecline, Decline{Hash: hashSample, Text: []cell.Free{{Lang: "en", Text: "The road is needed in that hour."}}}).After(RuleConflict, KindBlindConflict),
		cell.KindOf(KindDecide, Decide{Notice: "A-7", Desk: "alpha", Volumes: []cell.Volume{volumeSample()},
			Text: []cell.Free{{Lang: "en", Text: "The convoy passes first."}}}).After(RuleConflict, KindBlindConflict).Only(cell.WhoSupervisor).Needs(cell.RightCommit),
		cell.KindOf(KindAgreed, AgreedActivity{Zone: "a-10", Window: cell.Span{From: 1767700000000, Until: 1768300000000}, Beyond: []Beyond{{Limit: "a-tanks", Category: "tanks", Amount: 5}},
			Reason: []cell.Free{{Lang: "en", Text: "Search for the missing after the flood."}}, Return: []cell.Free{{Lang: "en", Text: "Back by road two days before the end."}}}).
			Opening().Only(cell.WhoParty).Needs(cell.RightCommit),
		cell.KindOf(KindHoldings, Holdings{Zone: "a-10", AsOf: 1767700000000, Held: []Holding{{Category: "tanks", Number: 60}, {Category: "guns", Number: 0}}, Note: []cell.Free{}}).
			Opening().Only(cell.WhoParty).Needs(cell.RightCommit),
	}),
	Templates: slices.Concat(templates, activityTemplates, blindTemplates, agreedTemplates, movementTemplates),
	Words:     words,
	Judge:     judge,
	Holds:     holds,
	Lives:     lives(),
	Derive: func(m cell.Matter, near cell.Around, c *cell.Charter) []cell.Derived {
		return append(derive(m, near, c), interests(m, near, c)...)
	},
	Due: due,
	Queries: []cell.Query{
		{Name: "deconfliction", Path: "/deconfliction", Run: board, Params: []cell.Param{
			{Name: "from", Number: true, Summary: "Notices that are not over at this time, in UTC milliseconds; a day ago when it is not given"},
			{Name: "until", Number: true, Summary: "Notices that begin no later than this, in UTC milliseconds; any when it is not given"},
			{Name: "limit", Number: true, Summary: "At most so many notices, those that begin first: from 1 to 2000, else 500"},
			{Name: "conflict", Summary: "The key of one conflict: it and its two notices alone"},
			{Name: "notice", Summary: "The key of one notice: it and its conflicts alone"},
			{Name: "brief", Summary: "Anything: without corners of areas and without suggestions, as a board is drawn"},
		},
			Summary: "Notices in a window of time with their lead times and answers, the conflicts between them, what is proposed, and what would part them (DEC-01 to DEC-07)"},
		checkQuery, movementsQuery, interestsQuery,
	},
}

func volumeSample() cell.Volume {
	return cell.Volume{Ring: []cell.Point{}, Holes: [][]cell.Point{}, Line: []cell.Point{}, Centre: []cell.Point{{Lat: "12.3456", Lon: "-38.1234"}}, RadiusM: 800,
		Low: []cell.Altitude{{M: 0, Reference: "AGL"}}, High: []cell.Altitude{{M: 120, Reference: "AGL", OffM: 10}},
		Windows: []cell.Span{{From: 1767700000000, Until: 1767728800000}}, Text: "P-07"}
}

// plain is the sample of an activity before its form says more.
func plain() Activity {
	return Activity{Activity: "works", Volumes: []cell.Volume{volumeSample()}, Vehicles: []Vehicle{}, People: []int64{}, EscortText: []cell.Free{}, Recognition: []string{},
		Contact: []string{"channel 4"}, Route: []Waypoint{}, Controllers: []Controller{}, Confidentiality: Exact, Site: []cell.Place{}, Azimuth: []int64{},
		Contingency: []cell.Free{}, Note: []cell.Free{}}
}

// activityKinds are the notices of activities, each with a form of its own.
func activityKinds() (out []cell.Kind) {
	add := func(kind, activity string, change func(*Activity)) {
		a := plain()
		a.Activity = activity
		change(&a)
		out = append(out, cell.KindOf(kind, a).Opening())
	}
	clinic := cell.Place{Lat: "12.3456", Lon: "-38.1234", Notation: "DD", PrecisionM: 10}
	way := func(a *Activity) {
		a.Vehicles = []Vehicle{{Count: 4, Type: "lorry", Colour: "white", Plate: "C-12"}}
		a.People, a.Escort, a.Contact = []int64{12}, EscortNo, []string{"desk telephone 3", "satellite 2"}
		a.Recognition = []string{"flags", "night-lights"}
		a.Route = []Waypoint{{Name: "CP-1", Place: clinic, At: 1767701000000, What: PointPass}}
	}
	add(KindAir, "air", func(a *Activity) { a.Units, a.Purpose = "2 helicopters", "transport" })
	add(KindUAV, "uav", func(a *Activity) {
		a.Units, a.Contingency = "1 quadcopter", []cell.Free{{Lang: "en", Text: "On loss of the link it returns to where it began."}}
	})
	add(KindMovement, "movement", func(a *Activity) { way(a); a.Units, a.Purpose, a.Cargo = "1 company", "rotation", "none" })
	add(KindFire, "fire", func(a *Activity) { a.Units, a.Stop = "mortar", "WILLOW" })
	add(KindExercise, "exercise", func(a *Activity) { a.Units, a.People = "1 battalion", []int64{600} })
	machines := func(a *Activity) {
		a.Vehicles, a.People = []Vehicle{{Count: 2, Type: "excavator", Colour: "yellow", Plate: ""}}, []int64{12}
	}
	add(KindWorks1, "works", machines)
	works := plain()
	machines(&works)
	works.Escort = EscortNo
	out = append(out, cell.KindOf(KindWorks, Works{Activity: works, Pictures: []string{hashSample}, Disputed: EscortNo}).Opening())
	add(KindHumanitarian, "humanitarian", func(a *Activity) {
		way(a)
		a.Cargo, a.Site = "medical", []cell.Place{clinic}
		a.Controllers = []Controller{{Name: "district council", Through: "bravo"}}
	})
	add(KindMedevac, "medevac", func(a *Activity) { way(a); a.People, a.Site = []int64{2}, []cell.Place{clinic} })
	add(KindLaunch, "launch", func(a *Activity) { a.Units, a.Azimuth = "1 sounding rocket", []int64{270} })
	return out
}

package deconfliction

import "parley/cell"

// blindKinds are those by which notices are laid beside each other of which one is
// blind, in the order of their life.
func blindKinds() []cell.Kind {
	notice := "alpha:019b8f3e-6c00-7000-8000-000000000001"
	return []cell.Kind{
		cell.KindOf(KindChecked, Checked{Result: CheckMeets, Meetings: 1, Zones: []string{"north"}, Answers: 3, Withdrawn: 1, Questions: 1}).After(Notices()...).Only(cell.WhoSupervisor),
		cell.KindOf(KindContinue, Continue{Reason: []cell.Free{{Lang: "en", Text: "A convoy with many small stops."}}}).After(Activities()...).AtHome().Only(cell.WhoSupervisor).Needs(cell.RightCommit),
		cell.KindOf(KindBlindConflict, BlindConflict{Between: []string{notice, "bravo:019b8f3e-6c00-7000-8000-000000000002"}, Hidden: []string{"alpha"}, GridS: 60, Squares: []Corner{"122000N0380800W"},
			Window: cell.Span{From: 1767700800000, Until: 1767704400000}}).Opening().Only(cell.WhoSupervisor),
		cell.KindOf(KindConsent, Consent{Reveal: EscortYes, Text: []cell.Free{}}).After(KindBlindConflict).Only(cell.WhoParty).Needs(cell.RightCommit),
		cell.KindOf(KindReveal, Reveal{Notices: []Revealed{{Notice: notice, Kind: KindUAV, Body: revealSample()}}}).After(KindBlindConflict).Only(cell.WhoSupervisor),
		cell.KindOf(KindParted, Parted{}).After(KindBlindConflict).Only(cell.WhoSupervisor),
		cell.KindOf(KindProbing, Probing{Desk: "bravo", Zone: "north", Day: 1767657600000, Answers: 20, Withdrawn: 12, Budget: 20}).Opening().AtHome().Only(cell.WhoSupervisor),
		cell.KindOf(KindLooked, Looked{Text: []cell.Free{{Lang: "en", Text: "The head of desk called: a survey in small parts."}}}).After(KindProbing).AtHome().Only(cell.WhoSupervisor),
	}
}

func revealSample() cell.RawBody {
	a := plain()
	a.Activity, a.Confidentiality = "uav", Blind
	body, err := cell.EncodeBody(a)
	if err != nil {
		panic("the sample of a notice does not encode: " + err.Error())
	}
	return body
}

package cell

import "slices"

// The five acks, never merged (design 3). Each is one kernel kind on any
// matter, and none of the first four means agreement.
const (
	KindReceipt      = "cell.receipt/1"      // delivered: the node holds it, durably
	KindReceived     = "cell.received/1"     // an officer on watch took it
	KindReadBack     = "cell.readback/1"     // place, time, height, number repeated
	KindDisseminated = "cell.disseminated/1" // passed to a level, or cannot
	KindPosition     = "cell.position/1"     // the desk's stand
	KindUpdate       = "cell.update/1"
	KindCancel       = "cell.cancel/1"
	KindTranslation  = "cell.translation/1"
	KindStep         = "cell.step/1"
	KindExport       = "cell.export/1"
	KindAdopted      = "cell.adopted/1"
	KindGeneration   = "cell.generation/1"
)

// What can be waited for. The first five are the acks; effect is a position
// that says what came of it; confirm and clarify are asked by kinds.
const (
	NeedDelivered    = "delivered"
	NeedReceived     = "received"
	NeedReadBack     = "readback"
	NeedDisseminated = "disseminated"
	NeedPosition     = "position"
	NeedEffect       = "effect"
	NeedClarify      = "clarify"

	// What alarms by itself once it is late, in whatever matter.
	NeedContact = "contact" // a movement is to be heard of (DEC-09)
	NeedLook    = "look"    // an officer is to look at it (DEC-13)

	// What alarms from the first second at the desk that owes it, where the matter
	// exists without a record and nobody can have received it.
	NeedProposal = "proposal" // how two that meet pass each other (DEC-08)
)

var needs = []string{NeedDelivered, NeedReceived, NeedReadBack, NeedDisseminated, NeedPosition, NeedEffect, NeedClarify}

// The positions a desk can take (design 3).
const (
	Noted           = "noted"
	Objects         = "objects"
	CannotComply    = "cannot_comply"
	CounterProposes = "counter_proposes"
	Complied        = "complied"
	Disputes        = "disputes"
	Agrees          = "agrees"
)

var positions = []string{Noted, Objects, CannotComply, CounterProposes, Complied, Disputes, Agrees}

var kernelKinds = append([]Kind{
	KindOf(KindReceipt, Receipt{Author: "alpha", To: []string{"bravo", "supervisor"}, From: 1, Through: 3, Gen: 1, Refused: []Refusal{}}),
	KindOf(KindReceived, Received{}),
	KindOf(KindReadBack, ReadBack{Number: []int64{4}}),
	KindOf(KindDisseminated, Disseminated{Level: "brigade", At: 1767700000000}),
	KindOf(KindPosition, Position{Position: Noted, Text: []Free{}}),
	KindOf(KindUpdate, Update{Body: []byte(`{}`)}).Revising(),
	KindOf(KindCancel, Cancel{Reason: []Free{}}),
	KindOf(KindTranslation, Translation{Field: "body", Lang: "en", Text: "holding at the bridge", Standing: "draft"}),
	KindOf(KindStep, Step{Level: "second-officer", For: NeedReceived, Of: "bravo"}),
	KindOf(KindExport, Export{What: Cite{"alpha", 1, 4}, Reason: "asked by the joint committee"}),
	KindOf(KindAdopted, Adopted{Hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Version: 1}),
	KindOf(KindGeneration, Generation{Last: Seen{"alpha", 1, 40}, Root: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Why: "restored from a copy"}),
	KindOf(KindProposal, Proposal{What: WhatExport, Act: []byte(`{"record":"alpha#4"}`), Reason: "asked by the joint committee", Until: 1767786400000}).Opening().AtHome(),
	KindOf(KindApproval, Approval{Of: sampleEntry, Officer: RoleReleaser, Assertion: sampleEntry}).Needs(RightRelease),
	KindOf(KindApproved, Approved{Approval: Cite{"alpha", 1, 12}, Act: []Cite{{"alpha", 1, 13}}}).AtHome().After(KindProposal).Needs(RightRelease),
	KindOf(KindBulk, Bulk{List: "protection", Entries: 120, SHA256: sampleEntry[2:], Reason: "asked by the joint committee"}).Opening().ByTwo().Needs(RightExport),
	KindOf(KindRestored, Restored{Backup: 1767700000000, Size: 40, Back: 12, Lost: 1}),
	KindOf(KindGeneration2, Generation2{Last: Seen{"alpha", 1, 40}, Root: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Why: "restored from a copy",
		By: []By{{"watch-1", RoleHead}, {"watch-2", RoleSecurity}}, Line: "— parley.parley/alpha/root AAAA"}),
}, keyKinds...)

const sampleEntry = "01e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// KernelKinds gives the kinds that every module's matters use.
func KernelKinds() []Kind { return slices.Clone(kernelKinds) }

// MaxReceipt is how many serials one receipt covers at most: a receipt moves as
// many rows as it covers, and no desk may make another's node work without end.
const MaxReceipt = 4096

// Receipt says that this desk's node holds, durably, the records of one
// channel with the serials From to Through. It is written by the node at once
// when idle, and for batches under load. Refused lists those among them that
// were valid commitments with a bad record (design 2, step 5).
type Receipt struct {
	Author  string    `json:"author"`
	To      []string  `json:"to"`
	Gen     int       `json:"gen"`
	From    int64     `json:"from"`
	Through int64     `json:"through"`
	Refused []Refusal `json:"refused"`
}

// Refusal names a record that could not be taken, and why.
type Refusal struct {
	Index  int64  `json:"index"`
	Serial int64  `json:"serial"` // 0 when the record could not be read
	Code   string `json:"code"`   // does-not-open, too-large, malformed
	Detail string `json:"detail"`
}

// Validate checks the range.
func (r Receipt) Validate() error {
	if !IsWord(r.Author) || len(r.To) == 0 || r.Gen < 1 {
		return Invalidf("/author", "not a channel: an author, its addressees and a generation")
	}
	if r.From > 0 && r.Through-r.From >= MaxReceipt {
		return Invalidf("/through", "a receipt covers at most %d serials", MaxReceipt)
	}
	if len(r.Refused) == 0 && (r.From < 1 || r.Through < r.From) {
		return Invalidf("/from", "serials %d to %d are not a range", r.From, r.Through)
	}
	return nil
}

// Received says that an officer on watch took it. It carries no consent.
type Received struct{}

// Validate accepts; there is nothing to check.
func (Received) Validate() error { return nil }

// ReadBack repeats what must not be misheard (DEC-05). Lists hold at most one
// value each: the format knows no optional fields.
type ReadBack struct {
	Place  []Place `json:"place"`
	Time   []int64 `json:"time"`
	Height []int64 `json:"height_m"`
	Number []int64 `json:"number"`
}

// Validate refuses an empty read-back and more than one value of a sort.
func (r ReadBack) Validate() error {
	if len(r.Place) > 1 || len(r.Time) > 1 || len(r.Height) > 1 || len(r.Number) > 1 {
		return Invalidf("", "a read-back repeats one value of each sort")
	}
	if len(r.Place)+len(r.Time)+len(r.Height)+len(r.Number) == 0 {
		return Invalidf("", "nothing is repeated")
	}
	return IfGiven("/place", r.Place)
}

// Disseminated says that it was passed to a level at a time, or cannot be.
type Disseminated struct {
	Level  string `json:"level"`
	At     int64  `json:"at"`
	Cannot bool   `json:"cannot"`
}

// Validate checks the level's form and the time.
func (d Disseminated) Validate() error {
	if !isCode(d.Level) {
		return Invalidf("/level", "%q is not a level code", d.Level)
	}
	if d.At <= 0 || d.At > maxTime {
		return Invalidf("/at", "time %d is outside the years 1970 to 9999", d.At)
	}
	return nil
}

// Position is the desk's stand. Agrees names the hash of the version agreed.
type Position struct {
	Position string `json:"position"`
	Hash     string `json:"hash"` // with agrees: SHA-256 of the version's bytes; else ""
	Text     []Free `json:"text"` // at most one
}

// Asks wants the right to bind the desk of whoever agrees (SEC-07).
func (p Position) Asks() Right {
	if p.Position == Agrees {
		return RightCommit
	}
	return ""
}

// Validate checks the word, the hash and the text.
func (p Position) Validate() error {
	if !slices.Contains(positions, p.Position) {
		return Invalidf("/position", "%q is not one of %v", p.Position, positions)
	}
	if (p.Position == Agrees) != (p.Hash != "") || (p.Hash != "" && !IsHash(p.Hash)) {
		return Invalidf("/hash", "agreement, and only agreement, names the SHA-256 of the version agreed")
	}
	return IfGiven("/text", p.Text)
}

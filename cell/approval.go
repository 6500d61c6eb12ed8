package cell

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// The kinds of acts of two persons (design 2, "Approvals"; INT-03, SEC-07).
const (
	KindProposal = "cell.proposal/1" // one officer proposes; it stays at home
	KindApproval = "cell.approval/1" // another approves: abroad the desk's act, at home an officer's
	KindApproved = "cell.approved/1" // what came of the proposal; it stays at home
	KindBulk     = "cell.bulk/1"     // a list was taken out of the desk (SEC-18)
)

// What can be proposed.
const (
	WhatRelease = "release" // an act: it is filed when it is approved
	WhatExport  = "export"  // the proof of a record leaves the desk
	WhatList    = "list"    // a whole list leaves the desk
	WhatCharter = "charter" // another charter is adopted
	WhatKey     = "key"     // a key of this desk is replaced
)

var whats = []string{WhatRelease, WhatExport, WhatList, WhatCharter, WhatKey}

// ProposalLife is how long a proposal stands when nothing else is said, and
// ProposalLongest how long it stands at most, in milliseconds.
const (
	ProposalLife    = 24 * 3600 * 1000
	ProposalLongest = 30 * ProposalLife
)

// maxProposed is how large a proposed act may be, in bytes.
const maxProposed = 256 << 10

// Proposal asks a second officer of the same desk for an act. The act stands in
// it word for word: what is approved is what is filed.
type Proposal struct {
	What   string         `json:"what"`
	Act    jsontext.Value `json:"act"` // the act, or what it is made from, as the sort wants it
	Reason string         `json:"reason"`
	Until  int64          `json:"until"` // after it nobody approves it any more
}

// Validate wants a sort, an act, a reason and an end.
func (p Proposal) Validate() error {
	if len(p.Act) == 0 || p.Act[0] != '{' {
		return Invalidf("/act", "the act is not an object")
	}
	if len(p.Act) > maxProposed {
		return Invalidf("/act", "%d bytes, more than %d", len(p.Act), maxProposed)
	}
	if p.Until <= 0 || p.Until > maxTime {
		return Invalidf("/until", "until when it stands is missing")
	}
	return First(OneOf("/what", p.What, whats...), reasonAt("/reason", p.Reason))
}

func reasonAt(at, s string) error {
	if strings.TrimSpace(s) == "" || len(s) > 2000 {
		return Invalidf(at, "a reason of at most 2000 bytes is wanted")
	}
	return checkText(at, s)
}

// Succeeds refuses every change: who approves must know what. A proposal is
// withdrawn, and another made.
func (Proposal) Succeeds(Body) []Breach {
	return []Breach{{"cell.proposal-fixed", "", "a proposal is not changed: withdraw it and make another"}}
}

// Breaches keeps the longest time for which a proposal may stand.
func (p Proposal) Breaches(h Held, _ *Charter) []Breach {
	if p.Until > h.At && p.Until <= h.At+ProposalLongest {
		return nil
	}
	return []Breach{{"cell.proposal-until", "/body/until", "a proposal stands for 30 days at most, and its end lies ahead"}}
}

// Approval says that an officer of this desk, in a role, approved what the
// commitment names: a draft or a proposal that no other desk holds. It goes to
// whom the act goes that cites it. Assertion is the commitment to the officer's
// signature, which stays at home and which this desk alone can open
// ([SealAssertion]).
type Approval struct {
	Of        string `json:"of"`      // hex, an entry of this desk's journal
	Officer   string `json:"officer"` // the role's code
	Assertion string `json:"assertion"`
}

// Validate checks the forms.
func (a Approval) Validate() error {
	switch {
	case !isEntry(a.Of):
		return Invalidf("/of", "not a commitment of 33 bytes in hexadecimal")
	case !isCode(a.Officer):
		return Invalidf("/officer", "%q is not a role's code", a.Officer)
	case !isEntry(a.Assertion):
		return Invalidf("/assertion", "not a commitment of 33 bytes in hexadecimal")
	}
	return nil
}

// Approved says at home what came of a proposal: the approval, and once the act
// is filed, the act.
type Approved struct {
	Approval Cite   `json:"approval"`
	Act      []Cite `json:"act"` // at most one; none: the act is still to come
}

// Validate checks the citations.
func (a Approved) Validate() error {
	if !IsWord(a.Approval.Desk) || a.Approval.Gen < 1 || a.Approval.Index < 0 {
		return Invalidf("/approval", "not a desk, a generation from 1 and an index from 0")
	}
	return AtMostOne("/act", a.Act)
}

// Bulk says that a list was taken out of the desk in a file, which one, and
// why. It names how much, never what stands in it (SEC-18).
type Bulk struct {
	List    string `json:"list"`
	Entries int64  `json:"entries"`
	SHA256  string `json:"sha256"` // of the file
	Reason  string `json:"reason"`
}

// Validate checks the name, the number, the hash and the reason.
func (b Bulk) Validate() error {
	if !IsWord(b.List) {
		return Invalidf("/list", "%q is not a list", b.List)
	}
	if b.Entries < 0 {
		return Invalidf("/entries", "%d is no number of entries", b.Entries)
	}
	return First(HashAt("/sha256", b.SHA256), reasonAt("/reason", b.Reason))
}

// Drafted is the body of an act of two persons whose first hand stands in a
// draft at home, which it names.
type Drafted interface {
	DraftedBy() (officer string, draft Ref)
}

// ByTwo returns the kind as one whose records cite an approval by another
// officer than the one who proposed or drafted them.
func (k Kind) ByTwo() Kind { k.Two = true; return k }

// TwoPersons reports whether a record of a kind cites an approval: by its own
// law, or by the charter's.
func (c *Charter) TwoPersons(k Kind) bool {
	return k.Two || k.Name == KindExport && c.ProofOfficers > 1
}

// judgeTwo wants the approval of an act of two persons: of the same desk, by an
// officer who is not the first, to everybody who gets the act, and for no other
// act where it names one.
func judgeTwo(h Held, k Kind, p Past, c *Charter) []Breach {
	if !c.TwoPersons(k) {
		return nil
	}
	first := h.By.Officer
	if d, ok := h.Body.(Drafted); ok {
		first, _ = d.DraftedBy()
	}
	for _, x := range h.Cites {
		a := p.Cited[x]
		if _, ok := a.Body.(Approval); !ok || a.Desk != h.Desk || x.Compare(h.Cite()) >= 0 {
			continue
		}
		_, missed := a.Misses(h.Audience())
		if !missed && a.By.Officer != first && (a.About.IsZero() || a.About == h.Ref()) && len(judgeApproval(a)) == 0 {
			return nil
		}
	}
	return []Breach{{"cell.two-persons", "/cites", "this is an act of two persons: it cites an approval by a second officer of its own desk, addressed to everybody who gets it"}}
}

// judgeApproval: the role that it states is the one it was done in, and one that
// approves at all.
func judgeApproval(h Held) []Breach {
	a, ok := h.Body.(Approval)
	if !ok {
		return nil
	}
	roles := []string{h.By.Role}
	if a.Officer != h.By.Role || !Grants(roles, RightRelease) && !Grants(roles, RightKeys) {
		return []Breach{{"cell.approval-role", "/body/officer", "it is not in a role that approves"}}
	}
	return nil
}

// judgeApproved keeps at home what an approval of a proposal needs: another
// officer, in time, of a proposal that stands, and once.
func judgeApproved(h Held, p Past) []Breach {
	b, ok := h.Body.(Approved)
	if !ok {
		return nil
	}
	head, _ := p.Head(h.Record)
	of, is := head.Body.(Proposal)
	a, held := p.Cited[b.Approval]
	if _, approval := a.Body.(Approval); !is || !held || !approval || a.Desk != h.Desk {
		return []Breach{{"cell.approved-cites", "/cites", "it cites the proposal, and the approval of it"}}
	}
	var out []Breach
	if a.By.Officer == head.By.Officer {
		out = append(out, Breach{"cell.approval-same", "/by/officer", "the officer who proposed it does not approve it"})
	}
	given := slices.IndexFunc(p.Own, func(o Held) bool { return o.Kind == KindApproved })
	if given < 0 && a.At > of.Until {
		out = append(out, Breach{"cell.proposal-expired", "/about", "the proposal has expired: make it again"})
	}
	if slices.ContainsFunc(p.Own, func(o Held) bool { return o.Kind == KindCancel }) {
		out = append(out, Breach{"cell.proposal-over", "/about", "the proposal was withdrawn"})
	}
	for _, o := range p.Own {
		x, _ := o.Body.(Approved)
		if o.Kind == KindApproved && (len(x.Act) > 0 || len(b.Act) == 0 || x.Approval != b.Approval) {
			return append(out, Breach{"cell.proposal-used", "/about", "the proposal was approved before; it is used once"})
		}
	}
	return out
}

// The states of a proposal, and what is waited for.
const (
	StateWaiting  = "waiting"
	StateApproved = "approved"
	StateDone     = "done"
	NeedApproval  = "approval"
)

// proposalLife is the states of a proposal. Time closes the offer, and undoes
// nothing that was approved.
var proposalLife = Life{Kinds: []string{KindProposal}, Stages: []Stage{
	{Name: StateWaiting, Waits: func(k *Case) []Wait {
		p, _ := k.Body.(Proposal)
		return []Wait{{Desk: k.Opener(), For: NeedApproval, Since: k.At(), Due: p.Until}}
	}},
	{Name: StateExpired, From: []string{StateWaiting}, Says: "nobody approved it in time", Ended: true, When: func(k *Case) (int64, bool) {
		p, _ := k.Body.(Proposal)
		return p.Until, k.Past(p.Until)
	}},
	{Name: StateApproved, From: []string{StateWaiting}, Says: "another officer approved it; the act is still to come", Binds: true, When: func(k *Case) (int64, bool) {
		h, ok := k.First(KindApproved, k.Opener())
		return h.At, ok && k.Stands()
	}},
	{Name: StateDone, From: []string{StateWaiting, StateApproved}, Says: "the act that was approved is filed", Ended: true, Binds: true, When: func(k *Case) (int64, bool) {
		h, ok := k.Last(KindApproved, k.Opener())
		b, _ := h.Body.(Approved)
		return h.At, ok && len(b.Act) > 0 && k.Stands()
	}},
}}

// kernelLives are the states of the kernel's own kinds.
var kernelLives = []Life{proposalLife, MessageLife(KindBulk)}

// Life gives the table of states of a kind or rule: its module's, or the
// kernel's own.
func (ms Modules) Life(kind string) (Life, bool) {
	if m, ok := ms.Of(kind); ok {
		return m.Life(kind)
	}
	return Module{Lives: kernelLives}.Life(kind)
}

// ApprovalChallenge gives what an officer's key signs to approve: SHA-256 over
// a purpose, the cell, the desk and the 33 bytes of the commitment. The bytes
// are in docs/formats/approval.md.
func ApprovalChallenge(cellName, desk, of string) ([]byte, error) {
	raw, err := hex.DecodeString(of)
	if err != nil || !isEntry(of) {
		return nil, Invalidf("", "%.80q is not a commitment of 33 bytes in hexadecimal", of)
	}
	sum := sha256.Sum256(slices.Concat([]byte("parley/approve/v1\x00"+cellName+"\x00"+desk+"\x00"), raw))
	return sum[:], nil
}

// SealAssertion commits to an officer's assertion: without the salt and the
// bytes nobody learns whose key it was.
func SealAssertion(salt [32]byte, assertion []byte) (hexEntry string) {
	sum := sha256.Sum256(slices.Concat([]byte("parley/assertion/v1\x00"), salt[:], assertion))
	return "01" + hex.EncodeToString(sum[:])
}

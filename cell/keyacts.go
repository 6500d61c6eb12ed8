package cell

import (
	"bytes"
	"slices"
)

// The acts about keys (field/templates, KEYCHG and KEYCOMP), and the hand-over
// of a desk to others (SUP-12).
const (
	KindKeyChange = "cell.keychange/1"
	KindKeyComp   = "cell.keycomp/1"
	KindReaffirm  = "cell.reaffirm/1"
	KindHandover  = "cell.handover/1"
)

const sampleKeyNote = "parley/keys/v1\ncell: harbour\n\n— parley.harbour/alpha/root kBBeolRlcm1p\n"

var keyKinds = []Kind{
	KindOf(KindKeyChange, KeyChange{Charter: sampleHash, Version: 2, Purposes: []string{"journal", "tls"}}).Opening(),
	KindOf(KindKeyComp, KeyComp{Number: 1, Purposes: []string{"journal"}, From: 1767700000000, Until: 1767703600000, Note: sampleKeyNote, Reason: []Free{}}).Opening().Needs(RightKeys),
	KindOf(KindReaffirm, Reaffirm{Number: 1, Entries: []Reaffirmed{{1, 4, "01" + sampleHash}}}).Opening().Needs(RightKeys),
	KindOf(KindHandover, Handover{To: "supervisor", Reason: Free{"en", "rotation"}, Open: []string{}, Heads: []Attested{{"alpha", 1, 40, sampleHash}}}).Opening().Needs(RightKeys),
}

const sampleHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// KeyChange says that this desk signs with new keys since it adopted a charter.
// Its node files it after the adoption.
type KeyChange struct {
	Charter  string   `json:"charter"`
	Version  int      `json:"version"`
	Purposes []string `json:"purposes"`
}

// Validate checks the charter's name and the purposes.
func (k KeyChange) Validate() error {
	if !IsHash(k.Charter) || k.Version < 1 {
		return Invalidf("/charter", "not the SHA-256 and version of a charter")
	}
	return checkPurposes(k.Purposes)
}

// KeyComp declares keys of this desk compromised and carries the note, signed by
// its root key alone, that puts others in their place (SEC-14). Its node files
// it: from here on the new keys sign.
type KeyComp struct {
	Number   int      `json:"number"`
	Purposes []string `json:"purposes"`
	From     int64    `json:"doubt_from"`
	Until    int64    `json:"doubt_until"`
	Note     string   `json:"note"` // the file, verbatim
	Reason   []Free   `json:"reason"`
}

// Validate checks the window and that a note is there. What the note says is
// checked with its signature.
func (k KeyComp) Validate() error {
	if k.Number < 1 {
		return Invalidf("/number", "key notes are numbered from 1")
	}
	if k.From <= 0 || k.Until < k.From || k.Until > maxTime {
		return Invalidf("/doubt_from", "the doubt does not begin before it ends")
	}
	if len(k.Text()) == 0 {
		return Invalidf("/note", "not a key note with its signature")
	}
	if err := checkPurposes(k.Purposes); err != nil {
		return err
	}
	return IfGiven("/reason", k.Reason)
}

// Text gives the signed text of the note, nil when there is none.
func (k KeyComp) Text() []byte {
	b := []byte(k.Note)
	i := bytes.LastIndex(b, []byte("\n\n"))
	if i < 0 || !bytes.HasPrefix(b, []byte("parley/keys/v1\n")) {
		return nil
	}
	return b[:i+1]
}

// Reaffirm says, after a compromise, of entries of this desk's own journal that
// it wrote them and stands by them: signed anew (SEC-14). It names commitments,
// so it shows nobody what they do not hold.
type Reaffirm struct {
	Number  int          `json:"number"` // of the key note
	Entries []Reaffirmed `json:"entries"`
}

// Reaffirmed is one entry of the author's own journal.
type Reaffirmed struct {
	Gen        int    `json:"gen"`
	Index      int64  `json:"index"`
	Commitment string `json:"commitment"` // hex
}

// Validate checks the list.
func (r Reaffirm) Validate() error {
	if r.Number < 1 {
		return Invalidf("/number", "key notes are numbered from 1")
	}
	if len(r.Entries) == 0 || len(r.Entries) > 4096 {
		return Invalidf("/entries", "from 1 to 4096 entries are wanted")
	}
	for _, e := range r.Entries {
		if e.Gen < 1 || e.Index < 0 || !isEntry(e.Commitment) {
			return Invalidf("/entries", "not a generation, an index and a commitment of 33 bytes in hexadecimal")
		}
	}
	return nil
}

// Handover is what a desk leaves to those who take it over, or to the desk that
// follows it: what is open, and the heads of all journals as it holds them
// (SUP-12). The node fills both in; the record attests the archive, because
// whoever has it later checks it against these heads.
type Handover struct {
	To     string     `json:"to"` // the desk that follows; its own when others take this one over
	Reason Free       `json:"reason"`
	Open   []string   `json:"open"` // keys of the open matters
	Heads  []Attested `json:"heads"`
}

// Attested is the head of a journal as the author holds it.
type Attested struct {
	Desk string `json:"desk"`
	Gen  int    `json:"gen"`
	Size int64  `json:"size"`
	Root string `json:"root"` // hex
}

// Validate checks names and roots.
func (h Handover) Validate() error {
	if !IsWord(h.To) {
		return Invalidf("/to", "desk %q is not a short lower-case word", h.To)
	}
	for _, x := range h.Heads {
		if !IsWord(x.Desk) || x.Gen < 1 || x.Size < 0 || !IsHash(x.Root) {
			return Invalidf("/heads", "not the desk, generation, size and root of a journal")
		}
	}
	return h.Reason.Validate("/reason")
}

func checkPurposes(list []string) error {
	for i, p := range list {
		if p == "root" || !slices.Contains(purposes, p) || slices.Contains(list[:i], p) {
			return Invalidf("/purposes", "%q is not a purpose of its own: journal, witness, tls or sealing", p)
		}
	}
	if len(list) == 0 {
		return Invalidf("/purposes", "no purpose is named")
	}
	return nil
}

// judgeAdoption: a desk says under which charter it works in a record that is
// itself under that charter.
func judgeAdoption(h Held, c *Charter) []Breach {
	if a, ok := h.Body.(Adopted); ok && (a.Hash != c.Hash || a.Version != c.Version) {
		return []Breach{{"cell.adopted-charter", "/body/hash", "an adoption names the charter that it is written under"}}
	}
	return nil
}

package cell

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Delivery is what a node's receipt said of one record: when it was held, or
// that it was refused and why.
type Delivery struct {
	At      int64  `json:"at"`
	Ref     Cite   `json:"ref"` // the receipt
	Refused string `json:"refused"`
}

// Held is a record as a node holds it: with its place in the author's journal,
// its body read, and the receipts of the addressees. Everything in it comes
// from records, nothing from the node that holds it.
type Held struct {
	Record
	Gen        int
	Index      int64
	Hash       string // hex SHA-256 of the exact bytes
	Body       Body   // nil when the kind is unknown
	Deliveries map[string]Delivery
	Adopted    int // version of the charter that its author had adopted before it, by the author's own records; 0 when none is held
}

// Cite gives the record's place in its journal.
func (h Held) Cite() Cite { return Cite{h.Desk, h.Gen, h.Index} }

// Matters gives the keys of the matters that a record of this kind belongs
// to: its own, when the kind opens one, and the one that it is about.
func (r Record) Matters(k Kind) []Ref {
	var out []Ref
	if k.Opens {
		out = append(out, r.Ref())
	}
	if !r.About.IsZero() && r.About != r.Ref() {
		out = append(out, r.About)
	}
	return out
}

// Ack is one ack in a desk's column.
type Ack struct {
	At   int64 `json:"at"`
	By   By    `json:"by"`
	Ref  Cite  `json:"ref"`
	Body Body  `json:"body"`
}

// Column is what one desk has said about a matter. Only that desk's records
// change it (design 1). The acks are those of the current version; those of
// earlier versions stay in the matter's records.
type Column struct {
	Desk         string
	Delivered    *Delivery
	Received     *Ack
	ReadBack     *Ack
	Matches      bool // of ReadBack
	Difference   string
	Disseminated []Ack
	Position     *Ack
	Facts        []Held // its other records in the matter, in its journal's order
}

// Contest is a record that breaks a rule, or that cannot be judged here.
type Contest struct {
	Record Cite   `json:"record"`
	Rule   string `json:"rule"`
	Why    string `json:"why"`
}

// The verdicts on a record.
const (
	VerdictOK        = "ok"
	VerdictContested = "contested"
	VerdictUnapplied = "unapplied"
	VerdictRefused   = "refused"
	VerdictUnknown   = "unknown"      // of a kind that this node does not know
	VerdictCannot    = "cannot-judge" // what it cites, or the charter that it names, is not held here
)

// Matter is anything the cell keeps open (design 3): the records about it,
// folded desk by desk.
type Matter struct {
	Ref       Ref
	Kind      string
	Head      *Held    // nil while not held, and for derived matters
	Derived   *Derived // for derived matters
	Version   *Held    // the head or its latest revision by the opener
	Body      Body     // what the current version says
	Cancelled *Held
	Records   []Held // in the order of Cite
	Verdicts  map[Cite]string
	Contested []Contest
	Columns   []*Column // by desk, in the order of the charter
	Charter   *Charter  // the one that it was opened under, and is kept under
	Under     *Charter  // the one that its current version was written under

	bodies map[Cite]Body // what each version said, by the record that made it
}

// Derived is a matter that exists without a record, because of its causes:
// every node that holds them derives the same one (design 2).
type Derived struct {
	ID         string     `json:"id"`
	Rule       string     `json:"rule"` // also the matter's kind
	Parent     Ref        `json:"parent"`
	Number     string     `json:"number"` // of the parent, on screens and in speech
	Causes     []Cite     `json:"causes"`
	Desks      []string   `json:"desks"` // audience, sorted
	Precedence Precedence `json:"precedence"`
	At         int64      `json:"at"`
	Owes       string     `json:"owes"` // the desk that must act, "" for none
	Ended      bool       `json:"ended"`
	Until      int64      `json:"until"`            // when it ends by itself, 0: never
	Facts      RawBody    `json:"facts,omitempty"`  // what was computed, as a body of the rule's template
	Status     string     `json:"status,omitempty"` // EXERCISE when it follows from such; else the charter's
}

// DerivedID gives the identity of a derived matter: SHA-256 over the rule, the
// desks and the causes, all sorted.
func DerivedID(rule string, desks []string, causes []Cite) string {
	d, c := slices.Clone(desks), slices.Clone(causes)
	slices.Sort(d)
	slices.SortFunc(c, Cite.Compare)
	var b strings.Builder
	b.WriteString("parley/derived/v1\x00" + rule + "\x00" + strings.Join(d, ","))
	for _, x := range c {
		b.WriteString("\x00" + x.String())
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// Audience gives the desks that hold the matter, sorted.
func (m Matter) Audience() []string {
	if m.Derived != nil {
		return m.Derived.Desks
	}
	if m.Head == nil {
		return nil
	}
	return m.Head.Audience()
}

// Opener gives the desk that opened the matter, "" for a derived one.
func (m Matter) Opener() string { return m.Ref.Desk }

// Precedence gives the precedence of the current version.
func (m Matter) Precedence() Precedence {
	switch {
	case m.Version != nil && m.Head != nil && m.Head.Precedence.Rank() < m.Version.Precedence.Rank():
		return m.Head.Precedence // a correction of a FLASH is not slower than it
	case m.Version != nil:
		return m.Version.Precedence
	case m.Derived != nil:
		return m.Derived.Precedence
	}
	return Routine
}

// At gives when the matter was opened.
func (m Matter) At() int64 {
	switch {
	case m.Head != nil:
		return m.Head.At
	case m.Derived != nil:
		return m.Derived.At
	}
	return 0
}

// Column gives what a desk has said; an empty column when it has not spoken.
func (m Matter) Column(desk string) *Column {
	for _, c := range m.Columns {
		if c.Desk == desk {
			return c
		}
	}
	return &Column{Desk: desk}
}

// Number is the matter's number on screens and in speech: the opener's letter
// and the serial in its channel, with the addressees' letters when not every
// member is addressed ("A-14", "A-3/S").
func (m Matter) Number(c *Charter) string {
	if m.Derived != nil && m.Derived.Number != "" {
		return m.Derived.Number
	}
	if m.Head == nil {
		return strings.ToUpper(m.Ref.ID[:min(6, len(m.Ref.ID))])
	}
	who, _ := c.Member(m.Ref.Desk)
	s := who.Letter
	if m.Head.Gen > 1 { // serials begin anew with a generation of the journal
		s += strconv.Itoa(m.Head.Gen)
	}
	s += "-" + strconv.FormatInt(m.Head.Serial, 10)
	if len(m.Head.To) < len(c.Members)-1 {
		s += "/"
		if len(m.Head.To) == 0 {
			s += who.Letter // at home
		}
		for _, d := range m.Head.To {
			to, _ := c.Member(d)
			s += to.Letter
		}
	}
	return s
}

// Computed reads what was computed of a derived matter, which no record
// carries; the zero value when it does not read as that.
func Computed[T Body](d *Derived) T {
	var facts, none T
	if d == nil || UnmarshalStrict(d.Facts, &facts) != nil || facts.Validate() != nil {
		return none
	}
	return facts
}

// Worded gives what the matter says now as a record that a template words: what
// opened it with the body of the current version, or what was computed.
func (m Matter) Worded() Record {
	if m.Head == nil {
		r := Record{Kind: m.Kind, At: m.At()}
		if m.Derived != nil {
			r.Body = m.Derived.Facts
		}
		return r
	}
	r := m.Head.Record
	if v, err := EncodeBody(m.Body); err == nil && m.Body != nil {
		r.Body = v
	}
	return r
}

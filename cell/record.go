package cell

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxRecord is the largest record in bytes (1 MiB, design 2).
const MaxRecord = 1 << 20

// maxList is how many desks a record may address or name, how many records it
// may cite and how many journals it may state: each costs its readers a look-up.
const maxList = 256

// Version is the number of the record format, the field "v".
const Version = 1

// The status words of a record (CAP 1.2 "status"). Exercise and test traffic
// never enters the figures of actual traffic (HOT-18, XC-11).
const (
	Actual   = "ACTUAL"
	Exercise = "EXERCISE"
	Test     = "TEST"
)

// Ref names a matter or a record by the desk that opened it and its UUIDv7.
// A derived matter has no desk: its ID is the hash of what causes it. The
// zero Ref names nothing.
type Ref struct {
	Desk string `json:"desk"`
	ID   string `json:"id"`
}

// IsZero reports whether the reference names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// String gives the key form "desk:id", as used in addresses and screens.
func (r Ref) String() string { return r.Desk + ":" + r.ID }

// ParseRef reads the key form "desk:id".
func ParseRef(s string) (Ref, error) {
	desk, id, ok := strings.Cut(s, ":")
	if !ok || id == "" {
		return Ref{}, fmt.Errorf("reference %q: want desk:id", s)
	}
	return Ref{desk, id}, nil
}

// Cite names a record by its place in a journal: desk, generation (from 1)
// and index (from 0). It proves order as well as identity.
type Cite struct {
	Desk  string `json:"desk"`
	Gen   int    `json:"gen"`
	Index int64  `json:"index"`
}

// String gives "desk#index", or "desk~gen#index" after the first generation.
func (c Cite) String() string {
	if c.Gen == 1 {
		return c.Desk + "#" + strconv.FormatInt(c.Index, 10)
	}
	return c.Desk + "~" + strconv.Itoa(c.Gen) + "#" + strconv.FormatInt(c.Index, 10)
}

// ParseCite reads the form that [Cite.String] writes.
func ParseCite(s string) (Cite, error) {
	left, index, ok := strings.Cut(s, "#")
	if !ok {
		return Cite{}, fmt.Errorf("citation %q: want desk#index", s)
	}
	c := Cite{Gen: 1}
	var err error
	if c.Index, err = strconv.ParseInt(index, 10, 64); err != nil || c.Index < 0 {
		return Cite{}, fmt.Errorf("citation %q: index is not a number from 0", s)
	}
	desk, gen, has := strings.Cut(left, "~")
	if has {
		if c.Gen, err = strconv.Atoi(gen); err != nil || c.Gen < 1 {
			return Cite{}, fmt.Errorf("citation %q: generation is not a number from 1", s)
		}
	}
	c.Desk = desk
	if c.String() != s || desk == "" {
		return Cite{}, fmt.Errorf("citation %q: not in its shortest form", s)
	}
	return c, nil
}

// Compare orders citations by desk, generation and index: the order in which
// a rebuild replays the journals (design 2).
func (c Cite) Compare(d Cite) int {
	if n := strings.Compare(c.Desk, d.Desk); n != 0 {
		return n
	}
	if c.Gen != d.Gen {
		return c.Gen - d.Gen
	}
	return int(max(-1, min(1, c.Index-d.Index)))
}

// By says in which function an act was done. Both are codes: the names of
// officers stay at their own desk (HOT-01, HOT-06).
type By struct {
	Officer string `json:"officer"`
	Role    string `json:"role"`
}

// ByNode is what a desk's node does by itself, and no officer.
func ByNode() By { return By{Officer: "node", Role: "node"} }

// Seen says how much of another desk's journal the author's node held. It
// proves that commitments were held, not that a person had read them.
type Seen struct {
	Desk string `json:"desk"`
	Gen  int    `json:"gen"`
	Size int64  `json:"size"`
}

// Record is one act of one desk: a message, a notice, a receipt, a signature
// (design 2). Its encoding is for ever: the bytes that [Record.Encode] makes
// once are hashed, sent, stored and shown, and nobody encodes them again.
// What may never change: the fields, their names and their order; no floats;
// no optional fields; times in UTC milliseconds.
type Record struct {
	V          int            `json:"v"`
	Cell       string         `json:"cell"`
	Charter    string         `json:"charter"` // hex SHA-256 of the charter in force
	Desk       string         `json:"desk"`
	ID         string         `json:"id"` // UUIDv7; identity is (desk, id)
	Kind       string         `json:"kind"`
	Status     string         `json:"status"` // ACTUAL, EXERCISE or TEST
	Precedence Precedence     `json:"precedence"`
	At         int64          `json:"at"`    // when written, UTC milliseconds, the author's clock
	Until      int64          `json:"until"` // valid until, 0 when open-ended
	By         By             `json:"by"`
	To         []string       `json:"to"`     // the exact audience, sorted, without the author; none: it stays at its desk
	Serial     int64          `json:"serial"` // 1, 2, 3… within the channel (author → To)
	Prev       string         `json:"prev"`   // commitment before it in the channel, hex, "" for the first
	About      Ref            `json:"about"`  // the matter it belongs to; zero when it only opens its own
	Cites      []Cite         `json:"cites"`  // what it answers or relies on
	Seen       []Seen         `json:"seen"`
	Body       jsontext.Value `json:"body"`
}

// Ref gives the identity of the record.
func (r Record) Ref() Ref { return Ref{r.Desk, r.ID} }

// Audience gives everybody who holds the record: the author and To, sorted.
func (r Record) Audience() []string {
	a := append([]string{r.Desk}, r.To...)
	slices.Sort(a)
	return slices.Compact(a)
}

// Addressed reports whether desk is in the audience.
func (r Record) Addressed(desk string) bool {
	return desk == r.Desk || slices.Contains(r.To, desk)
}

// Misses gives the first of some desks that the record is not addressed to; ok
// is false when it goes to all of them.
func (r Record) Misses(desks []string) (desk string, ok bool) {
	if i := slices.IndexFunc(desks, func(d string) bool { return !r.Addressed(d) }); i >= 0 {
		return desks[i], true
	}
	return "", false
}

// Channel names the author's stream to this exact audience ("alpha>bravo,supervisor").
func (r Record) Channel() string { return ChannelName(r.Desk, r.To) }

// ChannelName names one author's stream to one exact audience.
func ChannelName(desk string, to []string) string { return desk + ">" + strings.Join(to, ",") }

// Encode writes the record as the bytes that are kept for ever. It fails when
// the result is larger than [MaxRecord].
func (r Record) Encode() ([]byte, error) {
	if r.To == nil {
		r.To = []string{}
	}
	if r.Cites == nil {
		r.Cites = []Cite{}
	}
	if r.Seen == nil {
		r.Seen = []Seen{}
	}
	b, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	if len(b) > MaxRecord {
		return nil, Invalidf("", "record is %d bytes, more than %d", len(b), MaxRecord)
	}
	return b, nil
}

// Decode reads a record strictly: valid UTF-8, no duplicate, unknown or
// case-variant keys, no lone surrogates, no floats, no bidirectional control
// characters, and every field well formed. The error is an [*Invalid] that
// says what is wrong and where (a JSON pointer); an unknown kind is no error.
// The body stays as it came; [Modules.Body] reads it.
func Decode(b []byte) (Record, error) {
	var r Record
	if err := checkJSON(b); err != nil {
		return r, err
	}
	if err := UnmarshalStrict(b, &r); err != nil {
		return r, err
	}
	if err := r.check(); err != nil {
		return r, err
	}
	again, err := r.Encode()
	if err != nil {
		return r, err
	}
	if !bytes.Equal(again, b) {
		return r, Invalidf("", "record is not in its one encoding (white space, order of fields or escapes differ)")
	}
	return r, nil
}

func (r Record) check() error {
	switch {
	case r.V != Version:
		return Invalidf("/v", "version %d is not known", r.V)
	case !IsWord(r.Cell):
		return Invalidf("/cell", "cell name %q is not a short lower-case word", r.Cell)
	case !IsHash(r.Charter):
		return Invalidf("/charter", "not a SHA-256 in hexadecimal")
	case !IsWord(r.Desk):
		return Invalidf("/desk", "desk %q is not a short lower-case word", r.Desk)
	case !isUUID7(r.ID):
		return Invalidf("/id", "%q is not a UUID version 7", r.ID)
	case !kindRE.MatchString(r.Kind):
		return Invalidf("/kind", "%q is not of the form module.act/version", r.Kind)
	case r.Status != Actual && r.Status != Exercise && r.Status != Test:
		return Invalidf("/status", "%q is not ACTUAL, EXERCISE or TEST", r.Status)
	case !r.Precedence.Valid():
		return Invalidf("/precedence", "%q is not Z, O, P or R", string(r.Precedence))
	case r.At <= 0 || r.At > maxTime:
		return Invalidf("/at", "time %d is outside the years 1970 to 9999", r.At)
	case r.Until < 0 || r.Until > maxTime:
		return Invalidf("/until", "time %d is outside the years 1970 to 9999", r.Until)
	case !isCode(r.By.Role) || !isCode(r.By.Officer):
		return Invalidf("/by", "officer and role are codes of small letters, digits and hyphens")
	case r.Serial < 1:
		return Invalidf("/serial", "serial %d is below 1", r.Serial)
	case (r.Serial == 1) != (r.Prev == ""):
		return Invalidf("/prev", "the first of a channel has no predecessor, every other has one")
	case r.Prev != "" && !isEntry(r.Prev):
		return Invalidf("/prev", "not a commitment of 33 bytes in hexadecimal")
	case len(r.Body) == 0 || r.Body[0] != '{':
		return Invalidf("/body", "body is not an object")
	}
	return r.checkLists()
}

func (r Record) checkLists() error {
	for at, n := range map[string]int{"/to": len(r.To), "/cites": len(r.Cites), "/seen": len(r.Seen)} {
		if n > maxList {
			return Invalidf(at, "%d entries, more than %d", n, maxList)
		}
	}
	for i, d := range r.To {
		if !IsWord(d) {
			return Invalidf(fmt.Sprintf("/to/%d", i), "desk %q is not a short lower-case word", d)
		}
		if d == r.Desk {
			return Invalidf(fmt.Sprintf("/to/%d", i), "the author is not its own addressee")
		}
		if i > 0 && r.To[i-1] >= d {
			return Invalidf("/to", "addressees are not sorted and distinct")
		}
	}
	if !r.About.IsZero() && !r.About.names() {
		return Invalidf("/about", "%q is not the key of a matter", r.About)
	}
	for i, c := range r.Cites {
		if !IsWord(c.Desk) || c.Gen < 1 || c.Index < 0 {
			return Invalidf(fmt.Sprintf("/cites/%d", i), "not a desk, a generation from 1 and an index from 0")
		}
	}
	for i, s := range r.Seen {
		if !IsWord(s.Desk) || s.Gen < 1 || s.Size < 0 {
			return Invalidf(fmt.Sprintf("/seen/%d", i), "not a desk, a generation from 1 and a size from 0")
		}
	}
	return nil
}

// checkText refuses what may not stand in any text of a record.
func checkText(at, s string) error {
	if !utf8.ValidString(s) {
		return Invalidf(at, "text is not valid UTF-8")
	}
	for i, c := range s {
		if IsBidiControl(c) {
			return Invalidf(at, "bidirectional control character U+%04X at byte %d", c, i)
		}
		if c < 0x20 && c != '\n' && c != '\t' {
			return Invalidf(at, "control character U+%04X at byte %d", c, i)
		}
	}
	return nil
}

// Read reads bytes that [Decode] accepted before, without checking them again.
func Read(b []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("read stored record: %w", err)
	}
	return r, nil
}

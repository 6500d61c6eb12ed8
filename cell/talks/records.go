package talks

import (
	"fmt"
	"slices"
	"strings"

	"parley/cell"
)

// The kinds of the module.
const (
	KindRound         = "talks.round/1"
	KindUnderstanding = "talks.understanding/1"
	KindText          = "talks.text/1"
	KindComment       = "talks.comment/1"
	KindStatement     = "talks.statement/1"
	KindSignature     = "talks.signature/1"
	KindReadout       = "talks.readout/1"
	KindCaucus        = "talks.caucus/1"
)

// The coded values that more than one place names.
const (
	Yes = "yes"
	No  = "no"

	ClauseOpen      = "open"
	ClauseBracketed = "bracketed"
	ClauseAdRef     = "ad-ref" // agreed by the delegations, subject to their principals
	ClauseAgreed    = "agreed"
)

func oneTime(at string, list []int64) error {
	if len(list) > 1 || len(list) == 1 && list[0] <= 0 {
		return cell.Invalidf(at, "not one time")
	}
	return nil
}

// Round is one round of talks: announced before, recorded after. A round that
// moved something of substance says so, and what (TLK-07).
type Round struct {
	Place       []cell.Free  `json:"place"`
	Level       string       `json:"level"`
	From        int64        `json:"from"`
	Until       int64        `json:"until"`
	Agenda      cell.Text3   `json:"agenda"`
	Outcome     []cell.Text3 `json:"outcome"`
	Substantive string       `json:"substantive"`
	Next        []int64      `json:"next"` // the next contact, when one is fixed
}

// Validate checks the times, and that a round of substance has an outcome.
func (r Round) Validate() error {
	if r.Substantive == Yes && len(r.Outcome) == 0 {
		return cell.Invalidf("/substantive", "a round that moved something says what: its outcome is missing")
	}
	return cell.First(cell.IfGiven("/place", r.Place),
		cell.OneOf("/level", r.Level, "experts", "desk-heads", "delegation-heads", "principals"),
		cell.Span{From: r.From, Until: r.Until}.Validate(""), r.Agenda.Validate("/agenda"), cell.IfGiven("/outcome", r.Outcome),
		cell.OneOf("/substantive", r.Substantive, Yes, No), oneTime("/next", r.Next))
}

// Duty is what a desk does once an understanding is agreed: tell one level of
// its own, by a time (TLK-11, XC-09).
type Duty struct {
	Desk  string `json:"desk"`
	Level string `json:"level"`
	By    int64  `json:"by"`
}

// Understanding is what the parties have understood: a standstill, a window, a
// channel kept open. It says from when and until when, or that it is open-ended,
// by whose authority, and who is told (TLK-11).
type Understanding struct {
	Text        cell.Text3  `json:"text"`
	Area        []cell.Area `json:"area"`
	From        int64       `json:"from"`
	Until       []int64     `json:"until"`
	Open        string      `json:"open"` // "yes" when it has no end
	Disseminate []Duty      `json:"disseminate"`
	Authority   string      `json:"authority"`
}

// Validate wants text, start, an end or the word that there is none, and at
// least one duty to pass it on.
func (u Understanding) Validate() error {
	if u.From <= 0 {
		return cell.Invalidf("/from", "an understanding says from when it holds")
	}
	switch {
	case u.Open == Yes && len(u.Until) > 0:
		return cell.Invalidf("/open", "an understanding with an end is not open-ended")
	case u.Open == No && len(u.Until) == 0:
		return cell.Invalidf("/until", "an understanding says until when it holds, or that it is open-ended")
	case len(u.Until) == 1 && u.Until[0] <= u.From:
		return cell.Invalidf("/until", "it ends before it begins")
	case len(u.Disseminate) == 0:
		return cell.Invalidf("/disseminate", "an understanding says who is told, at which level, by when")
	}
	for i, d := range u.Disseminate {
		at := fmt.Sprintf("/disseminate/%d", i)
		if !cell.IsWord(d.Desk) || !cell.IsWord(d.Level) || d.By <= 0 {
			return cell.Invalidf(at, "a duty names a desk, a level of it and a time")
		}
		if slices.ContainsFunc(u.Disseminate[:i], func(o Duty) bool { return o.Desk == d.Desk && o.Level == d.Level }) {
			return cell.Invalidf(at, "the level is named twice")
		}
	}
	return cell.First(u.Text.Validate("/text"), cell.IfGiven("/area", u.Area), oneTime("/until", u.Until), cell.OneOf("/open", u.Open, Yes, No),
		cell.OneOf("/authority", u.Authority, "watch", "desk-head", "delegation-head", "principal"))
}

// Bracket is what one side would have a clause say.
type Bracket struct {
	By   string     `json:"by"` // a desk
	Text cell.Text3 `json:"text"`
}

// Validate wants a desk and its text.
func (b Bracket) Validate(at string) error {
	return cell.First(cell.DeskAt(at+"/by", b.By), b.Text.Validate(at+"/text"))
}

// Clause is one provision of the text. Its number never changes from draft to
// draft, and no other clause ever takes it (TLK-01).
type Clause struct {
	ID       string     `json:"id"` // "c-4"
	Text     cell.Text3 `json:"text"`
	Brackets []Bracket  `json:"brackets"`
	Status   string     `json:"status"`
}

// Text is the single negotiating text in one draft (TLK-01). The next draft is
// an update by the desk that drafts.
type Text struct {
	Title         cell.Text3 `json:"title"`
	Draft         int64      `json:"draft"`
	Clauses       []Clause   `json:"clauses"`
	Authoritative string     `json:"authoritative"` // which language prevails: ar, en, he, or all alike (TLK-03)
}

// MaxClauses is how many clauses a text has at most.
const MaxClauses = 400

// Validate checks the clauses: each with a number of its own, open brackets
// where and only where the status says so.
func (t Text) Validate() error {
	if t.Draft < 1 {
		return cell.Invalidf("/draft", "drafts are numbered from 1")
	}
	if len(t.Clauses) == 0 || len(t.Clauses) > MaxClauses {
		return cell.Invalidf("/clauses", "%d clauses: a text has from 1 to %d", len(t.Clauses), MaxClauses)
	}
	if err := cell.First(t.Title.Validate("/title"), cell.OneOf("/authoritative", t.Authoritative, "ar", "en", "he", "all")); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, c := range t.Clauses {
		at := fmt.Sprintf("/clauses/%d", i)
		if !cell.IsWord(c.ID) || seen[c.ID] {
			return cell.Invalidf(at+"/id", "%q is not a clause number of its own, such as c-4", c.ID)
		}
		seen[c.ID] = true
		if err := c.validate(at); err != nil {
			return err
		}
	}
	return nil
}

func (c Clause) validate(at string) error {
	if err := cell.First(c.Text.Validate(at+"/text"),
		cell.OneOf(at+"/status", c.Status, ClauseOpen, ClauseBracketed, ClauseAdRef, ClauseAgreed)); err != nil {
		return err
	}
	if (c.Status == ClauseBracketed) != (len(c.Brackets) > 0) {
		return cell.Invalidf(at+"/status", "a clause is bracketed when, and only when, it has open brackets")
	}
	return cell.EachValid(at+"/brackets", c.Brackets)
}

// Brackets counts the open brackets of the draft.
func (t Text) Brackets() (n int) {
	for _, c := range t.Clauses {
		n += len(c.Brackets)
	}
	return n
}

// clause finds a clause by its number.
func (t Text) clause(id string) (Clause, bool) {
	i := slices.IndexFunc(t.Clauses, func(c Clause) bool { return c.ID == id })
	if i < 0 {
		return Clause{}, false
	}
	return t.Clauses[i], true
}

// Comment is what a party says of one clause: parties criticise and propose, the
// drafting desk alone edits (TLK-01).
type Comment struct {
	Clause string       `json:"clause"`
	Kind   string       `json:"kind"`
	Text   []cell.Text3 `json:"text"`
}

// Validate wants words, except of a party that accepts.
func (c Comment) Validate() error {
	if !cell.IsWord(c.Clause) {
		return cell.Invalidf("/clause", "%q is not a clause number, such as c-4", c.Clause)
	}
	if c.Kind != "accept" && len(c.Text) == 0 {
		return cell.Invalidf("/text", "what is remarked, proposed or reserved is missing")
	}
	return cell.First(cell.OneOf("/kind", c.Kind, "comment", "bracket", "accept", "reserve"), cell.IfGiven("/text", c.Text))
}

// Statement is a joint statement as it is proposed for signature (TLK-10).
type Statement struct {
	Text  cell.Text3 `json:"text"`
	Of    string     `json:"of"` // key of the text that it comes from, "" for none
	Draft int64      `json:"draft"`
}

// Validate checks the text. A signed note carries no tabulator (C2SP), so what
// is to be signed has none.
func (s Statement) Validate() error {
	if s.Draft < 1 {
		return cell.Invalidf("/draft", "drafts are numbered from 1")
	}
	for _, t := range s.Text.All() {
		if strings.Contains(t.Text, "\t") {
			return cell.Invalidf("/text/"+t.Lang, "a text that is signed has no tabulator")
		}
	}
	return cell.First(s.Text.Validate("/text"), cell.KeyAt("/of", s.Of))
}

// Signature is a founding member's signature under the statement, by its root
// key over the text in three languages (TLK-14).
type Signature struct {
	Hash string `json:"hash"`      // of the version that is signed
	Line string `json:"signature"` // "— name base64", or "auto" for a node that has the key
}

// Validate checks the form; [judge] verifies the signature.
func (s Signature) Validate() error {
	if !cell.IsHash(s.Hash) {
		return cell.Invalidf("/hash", "a signature names the SHA-256 of the version that is signed")
	}
	if s.Line != cell.Sign && !strings.HasPrefix(s.Line, cell.CeremonyLine) || len(s.Line) > 400 || strings.Contains(s.Line, "\n") {
		return cell.Invalidf("/signature", "not a signature line, nor %q", cell.Sign)
	}
	return nil
}

// Signature gives the line.
func (s Signature) Signature() string { return s.Line }

// Signed gives the body with the line.
func (s Signature) Signed(line string) cell.Body { s.Line = line; return s }

// Readout announces what one desk will say for itself, and when (TLK-10).
type Readout struct {
	Of     string    `json:"of"` // key of the joint statement
	Text   cell.Free `json:"text"`
	Claims []string  `json:"claims"` // key phrases or clause numbers, one each
	At     int64     `json:"at"`     // when it will be given
}

// Validate checks the text and the claims.
func (r Readout) Validate() error {
	if r.At <= 0 {
		return cell.Invalidf("/at", "the time at which it will be said is missing")
	}
	if len(r.Claims) > 100 {
		return cell.Invalidf("/claims", "%d claims, more than 100", len(r.Claims))
	}
	for i, c := range r.Claims {
		if plain(c) == "" || len(c) > 200 {
			return cell.Invalidf(fmt.Sprintf("/claims/%d", i), "a claim is a phrase of at most 200 bytes, or a clause number")
		}
	}
	return cell.First(r.Text.Validate("/text"), cell.KeyAt("/of", r.Of))
}

// Caucus is a private note between one party and the supervisor (TLK-04).
type Caucus struct {
	Text   cell.Free `json:"text"`
	Clause string    `json:"clause"` // of the text, "" for none
}

// Validate checks the text.
func (c Caucus) Validate() error {
	if c.Clause != "" && !cell.IsWord(c.Clause) {
		return cell.Invalidf("/clause", "%q is not a clause number, such as c-4", c.Clause)
	}
	return c.Text.Validate("/text")
}

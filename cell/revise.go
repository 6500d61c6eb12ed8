package cell

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Update replaces the body of a matter's head by a whole new body of the same
// kind. Only the opener may; acks of the new version begin anew.
type Update struct {
	Body jsontext.Value `json:"body"`
}

// Validate checks that a body is there; the new body is read as its kind when
// the matter is folded.
func (u Update) Validate() error {
	if len(u.Body) == 0 || u.Body[0] != '{' {
		return Invalidf("/body", "body is not an object")
	}
	return nil
}

// Revision gives the new body.
func (u Update) Revision() RawBody { return u.Body }

// Cancel withdraws a matter. Only the opener may.
type Cancel struct {
	Reason []Free `json:"reason"`
}

// Validate checks the reason's text.
func (c Cancel) Validate() error { return IfGiven("/reason", c.Reason) }

// Translation renders one free text of the cited record in another language.
// The original stays authoritative (XC-10). Standing is "draft" (one person),
// "checked" (by an interpreter) or "agreed".
type Translation struct {
	Field    string `json:"field"`
	Lang     string `json:"lang"`
	Text     string `json:"text"`
	Standing string `json:"standing"`
}

// Validate checks language, text and standing.
func (t Translation) Validate() error {
	if t.Standing != "draft" && t.Standing != "checked" && t.Standing != "agreed" {
		return Invalidf("/standing", "%q is not draft, checked or agreed", t.Standing)
	}
	if !isCode(strings.ReplaceAll(t.Field, "_", "-")) {
		return Invalidf("/field", "%q is not a field", t.Field)
	}
	return Free{t.Lang, t.Text}.Validate("")
}

// Step records a rung of the ladder that this desk took itself.
type Step struct {
	Level string `json:"level"`
	For   string `json:"for"`
	Of    string `json:"of"` // the desk that is silent
}

// Validate checks the codes.
func (s Step) Validate() error {
	if !isCode(s.Level) || !IsWord(s.Of) {
		return Invalidf("/level", "not a level and a desk")
	}
	return nil
}

// Export says that a proof of a record was taken out of the desk, and why
// (design 3, "How it speaks").
type Export struct {
	What   Cite   `json:"what"`
	Reason string `json:"reason"`
}

// Tells names the record that was taken out: the reason tells of it.
func (e Export) Tells() []Cite { return []Cite{e.What} }

// Validate wants a reason.
func (e Export) Validate() error {
	if strings.TrimSpace(e.Reason) == "" || len(e.Reason) > 2000 {
		return Invalidf("/reason", "a reason of at most 2000 bytes is wanted")
	}
	return nil
}

// Adopted says from which entry on a desk works under which charter.
type Adopted struct {
	Hash    string `json:"hash"`
	Version int    `json:"version"`
}

// Validate checks the hash.
func (a Adopted) Validate() error {
	if !IsHash(a.Hash) || a.Version < 1 {
		return Invalidf("/hash", "not the SHA-256 and version of a charter")
	}
	return nil
}

// Generation is the first record of a journal's new generation after a
// restore that lost entries: it names the last head known of the old one
// (design 2, "Restart"). [Generation2] has taken its place.
type Generation struct {
	Last Seen   `json:"last"`
	Root string `json:"root"`
	Why  string `json:"why"`
}

// Validate checks the head.
func (g Generation) Validate() error {
	if !IsHash(g.Root) || g.Last.Gen < 1 {
		return Invalidf("/root", "not the last head known of the generation before")
	}
	return nil
}

// RawBody is a whole body inside another, read as the kind of its matter.
type RawBody = jsontext.Value

// Reviser is a revising body that may carry the whole new body of its matter.
type Reviser interface{ Revision() RawBody }

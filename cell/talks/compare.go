package talks

import (
	"slices"
	"strings"
	"unicode"

	"parley/cell"
)

// Divergence is a claim that not everybody makes: one side's read-out has it,
// the other's or the joint text has not. The software lists it; what it means
// is for people (TLK-10).
type Divergence struct {
	Statement string   `json:"statement"` // key of the joint statement
	Claim     string   `json:"claim"`
	In        []string `json:"in"`      // desks whose read-out makes it
	Missing   []string `json:"missing"` // desks whose read-out of the same statement does not
	Joint     bool     `json:"joint"`   // whether the joint text has it
	Sources   []Source `json:"sources"` // each version with the record that says it
}

// Source is one version of what was said, beside the record that says it.
type Source struct {
	Desk   string `json:"desk"` // "" for the joint text
	Key    string `json:"key"`
	Record string `json:"record"`
	Has    bool   `json:"has"`
	Said   string `json:"said"` // the sentence that makes the claim, "" when there is none
	Lang   string `json:"lang"`
}

// account is one version that is compared: a read-out, or the joint text.
type account struct {
	desk, key, record string
	texts             []cell.Free
	claims            []string
	clauses           []string
}

// divergences compares the accounts of one statement. Joint is nil when this
// desk does not hold it.
func divergences(statement string, readouts []account, joint *account) []Divergence {
	out := []Divergence{}
	seen := map[string]bool{}
	for _, r := range readouts {
		for _, claim := range r.claims {
			if seen[plain(claim)] {
				continue
			}
			seen[plain(claim)] = true
			d := Divergence{Statement: statement, Claim: claim, In: []string{}, Missing: []string{}, Sources: []Source{}}
			for _, x := range readouts {
				s := x.source(claim)
				if d.Sources = append(d.Sources, s); s.Has && !slices.Contains(d.In, s.Desk) {
					d.In = append(d.In, s.Desk)
				}
			}
			for _, x := range readouts { // what a desk says in one of its read-outs it says
				if !slices.Contains(d.In, x.desk) && !slices.Contains(d.Missing, x.desk) {
					d.Missing = append(d.Missing, x.desk)
				}
			}
			if joint != nil {
				s := joint.source(claim)
				d.Joint, d.Sources = s.Has, append(d.Sources, s)
			}
			if len(d.Missing) > 0 || !d.Joint {
				out = append(out, d)
			}
		}
	}
	return out
}

// source says whether an account makes a claim: it lists it, its text has the
// phrase, or it is the number of a clause that the text has.
func (a account) source(claim string) Source {
	s := Source{Desk: a.desk, Key: a.key, Record: a.record}
	want := plain(claim)
	s.Has = slices.ContainsFunc(append(slices.Clone(a.claims), a.clauses...), func(c string) bool { return plain(c) == want })
	for _, t := range a.texts {
		for _, sentence := range sentences(t.Text) {
			if has(plain(sentence), want) {
				s.Has, s.Said, s.Lang = true, strings.TrimSpace(sentence), t.Lang
				return s
			}
		}
	}
	return s
}

// sentences cuts a text at the marks that end one in any of the languages.
func sentences(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?؟;؛\n", r) })
}

// has reports whether a phrase stands in a text, both plain: as whole words in
// a script that writes them apart, anywhere where words take prefixes.
func has(text, phrase string) bool {
	if strings.ContainsFunc(phrase, func(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) }) {
		return strings.Contains(text, phrase)
	}
	return strings.Contains(" "+text+" ", " "+phrase+" ")
}

// plain writes a phrase without what people write differently: case, vowel
// marks, punctuation, the stretching of a line, and white space.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) || r == 'ـ':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

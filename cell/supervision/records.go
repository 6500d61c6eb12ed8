package supervision

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"

	"parley/cell"
)

// The kinds of the module.
const (
	KindReport = "supervision.report/1"
	KindSign   = "supervision.sign/1"
	KindReply  = "supervision.reply/1"
	KindSealed = "supervision.sealed/1"
	KindOpen   = "supervision.open/1"
)

// Yes and No say whether a report reconciles.
const (
	Yes = "yes"
	No  = "no"
)

// The limits of a report, so that it stays a record of at most 1 MiB.
const (
	maxFigures = 64
	maxRecords = 2048 // that one figure names
)

var entryRE = regexp.MustCompile(`^01[0-9a-f]{64}$`)

// Figure is one figure of a report, with the records that it is counted from
// (SUP-08).
type Figure struct {
	Name    string   `json:"name"`
	Value   int64    `json:"value"`
	Records []string `json:"records"` // desk#index
}

// Report is the joint log of a day, computed from records that all desks hold.
// Reconciles says whether every figure and every sum agrees, and Wrong names
// those that do not (SUP-07, SUP-08).
type Report struct {
	From       int64    `json:"from"`
	To         int64    `json:"to"` // not included
	Figures    []Figure `json:"figures"`
	Reconciles string   `json:"reconciles"` // yes or no
	Wrong      []string `json:"wrong"`
}

// Validate refuses a figure without records, and one that names what is no
// record.
func (r Report) Validate() error {
	if err := (cell.Span{From: r.From, Until: r.To}).Validate(""); err != nil {
		return cell.Invalidf("/to", "the report ends before it begins, or lies outside the years 1970 to 9999")
	}
	if len(r.Figures) > maxFigures {
		return cell.Invalidf("/figures", "%d figures, more than %d", len(r.Figures), maxFigures)
	}
	if err := cell.First(cell.EachValid("/figures", r.Figures), cell.OneOf("/reconciles", r.Reconciles, Yes, No)); err != nil {
		return err
	}
	if (r.Reconciles == Yes) != (len(r.Wrong) == 0) {
		return cell.Invalidf("/wrong", "the figures that do not reconcile are named when, and only when, it does not")
	}
	return cell.Each("/wrong", r.Wrong, figureAt)
}

func figureAt(at, name string) error {
	if !cell.IsCode(name, 64) {
		return cell.Invalidf(at, "%q is not the name of a figure", name)
	}
	return nil
}

// Validate wants a name, and records for whatever is counted.
func (f Figure) Validate(at string) error {
	if f.Value < 0 {
		return cell.Invalidf(at+"/value", "%d is below 0", f.Value)
	}
	if f.Value > 0 && len(f.Records) == 0 {
		return cell.Invalidf(at+"/records", "the figure %s is %d and names no record that it is counted from", f.Name, f.Value)
	}
	if len(f.Records) > maxRecords {
		return cell.Invalidf(at+"/records", "%d records, more than %d", len(f.Records), maxRecords)
	}
	return cell.First(figureAt(at+"/name", f.Name), cell.Each(at+"/records", f.Records, recordAt))
}

// recordAt wants the place of a record, desk#index.
func recordAt(at, s string) error {
	if _, err := cell.ParseCite(s); err != nil {
		return cell.Invalidf(at, "%v", err)
	}
	return nil
}

// Succeeds refuses every change of a report: what was printed stands, and the
// next one corrects it.
func (Report) Succeeds(cell.Body) []cell.Breach {
	return []cell.Breach{{Rule: "supervision.report-fixed", At: "", Why: "a report that was printed is not changed"}}
}

// Sign is a desk's signature under the report that it cites.
type Sign struct{}

// Validate accepts; there is nothing to check.
func (Sign) Validate() error { return nil }

// Reply is what a desk says to a report before it goes further: its right. One
// that comes late is appended all the same (SUP-09).
type Reply struct {
	Text cell.Free `json:"text"`
}

// Validate wants a text.
func (r Reply) Validate() error { return r.Text.Validate("/text") }

// Sealed is the copy of a record that the supervisor keeps and cannot read: the
// ciphertext, and the entry of the author's journal that the record opens.
type Sealed struct {
	Of         string `json:"of"` // the record, desk#index
	Commitment string `json:"commitment"`
	Ciphertext string `json:"ciphertext"` // base64
}

// Validate checks the forms.
func (s Sealed) Validate() error {
	if !entryRE.MatchString(s.Commitment) {
		return cell.Invalidf("/commitment", "not a commitment of 33 bytes in hexadecimal")
	}
	if b, err := base64.StdEncoding.DecodeString(s.Ciphertext); err != nil || len(b) == 0 {
		return cell.Invalidf("/ciphertext", "not base64 of a ciphertext")
	}
	return recordAt("/of", s.Of)
}

// bytes gives the ciphertext.
func (s Sealed) bytes() []byte {
	b, _ := base64.StdEncoding.DecodeString(s.Ciphertext) // validated
	return b
}

// AutoSalt in an act asks the node to fill in the salt of a record that it
// holds; it stands in no record.
const AutoSalt = "auto"

// Open hands over the salt of a record, with which the supervisor's sealed copy
// opens: by the author or by an addressee, and to the supervisor alone.
type Open struct {
	Of     string      `json:"of"` // the record, desk#index
	Salt   string      `json:"salt"`
	Reason []cell.Free `json:"reason"`
}

// Tells names the record that it opens: who does not see that one in clear is
// not shown its key. At a desk that holds the copy alone nobody can say in which
// basket it is, and only who sees all of them sees the key (SEC-07).
func (o Open) Tells() []cell.Cite {
	c, err := cell.ParseCite(o.Of)
	if err != nil {
		return nil
	}
	return []cell.Cite{c}
}

// Validate checks the forms.
func (o Open) Validate() error {
	if b, err := hex.DecodeString(o.Salt); o.Salt != AutoSalt && (err != nil || len(b) != 32) {
		return cell.Invalidf("/salt", "not a salt of 32 bytes in hexadecimal, nor %q for the one that this desk holds", AutoSalt)
	}
	return cell.First(recordAt("/of", o.Of), cell.IfGiven("/reason", o.Reason))
}

// SaltOf gives the record whose salt the node is to fill in.
func (o Open) SaltOf() (cell.Cite, bool) {
	c, err := cell.ParseCite(o.Of)
	return c, err == nil && o.Salt == AutoSalt
}

// WithSalt gives the same with its salt.
func (o Open) WithSalt(salt string) cell.Body { o.Salt = salt; return o }

// all reports whether a record was addressed to every party and supervisor:
// what all hold, all can count.
func all(r cell.Record, c *cell.Charter) bool {
	_, missed := r.Misses(c.Founders())
	return !missed
}

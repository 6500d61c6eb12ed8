package incident

import (
	"parley/cell"
	"parley/geo"
)

// The kinds of the module.
const (
	KindReport      = "incident.report/1"
	KindEntry       = "incident.entry/1"
	KindFact        = "incident.fact/1"
	KindAgree       = "incident.agree/1"
	KindFinding     = "incident.finding/1"
	KindAttribution = "incident.attribution/1"
	KindVerify      = "incident.verify/1"
	KindAnswer      = "incident.answer/1"
	KindResult      = "incident.result/1"
	KindExplain     = "incident.explain/1"
	KindClose       = "incident.close/1"
)

// The words that rules and states ask for.
const (
	ForceYes = "yes" // of a report: force was used

	Verified = "verified" // of an entry: somebody looked

	Agrees   = "agrees" // to a fact
	Contests = "contests"

	Possible = "possible" // of a finding: not enough to name anybody

	Attributed = "attributed" // to one or more desks of the cell
)

var (
	types     = []string{"fire", "strike", "incursion", "overflight", "abduction", "obstruction", "harm", "accident", "other"}
	forces    = []string{ForceYes, "no", "unknown"}
	accounts  = []string{"alleged", "claimed", "observed", Verified}
	sources   = []string{"own-forces", "sensor", "witness", "community", "third-party", "counterpart", "other"}
	stands    = []string{Agrees, Contests}
	standards = []string{Possible, "probable", "highly-probable"}
	outcomes  = []string{Attributed, "no-member", "undetermined"}
	hows      = []string{"agreed", "agree-to-disagree", "no-finding"}
)

// most is the largest number of people that a report states.
const most = 1_000_000

// factAt wants the short code by which a fact is called.
func factAt(at, s string) error {
	if !cell.IsCode(s, 32) {
		return cell.Invalidf(at, "%q is not a short code such as f-1", s)
	}
	return nil
}

// latest is the end of the year 9999, in UTC milliseconds.
const latest = 253402300799999

func validTime(at string, ms int64) error {
	if ms <= 0 {
		return cell.Invalidf(at, "the time is missing")
	}
	if ms > latest {
		return cell.Invalidf(at, "time %d is outside the years 1970 to 9999", ms)
	}
	return nil
}

// Report says that something happened: what, where and when, whether force was
// used, and how many people were harmed. Numbers only, never names. Alleged is
// what the reporting desk holds for its part, and no finding: who did it stands
// in no field before the supervisor has found something (INC-01, INC-02).
type Report struct {
	Type    string       `json:"type"`
	Force   string       `json:"force"` // yes, no or unknown
	Place   cell.Place   `json:"place"`
	Area    []cell.Area  `json:"area"`
	When    int64        `json:"when"` // of the event
	Dead    []int64      `json:"dead"`
	Hurt    []int64      `json:"hurt"`
	Alleged []string     `json:"alleged"` // a desk, as an allegation of the reporting desk
	Grade   []cell.Grade `json:"grade"`
	Text    []cell.Free  `json:"text"`
}

// Validate wants a place with coordinates and a time.
func (r Report) Validate() error {
	return cell.First(
		cell.OneOf("/type", r.Type, types...), cell.OneOf("/force", r.Force, forces...), r.Place.Validate("/place"), cell.IfGiven("/area", r.Area),
		validTime("/when", r.When), cell.CountIfGiven("/dead", r.Dead, most), cell.CountIfGiven("/hurt", r.Hurt, most),
		cell.AtMostOne("/alleged", r.Alleged), cell.EachOnce("/alleged", "desk", r.Alleged), cell.IfGiven("/grade", r.Grade), cell.IfGiven("/text", r.Text))
}

// Extent gives where it happened, as surely as the report says, at the instant
// when: it keeps nothing from anybody, and is found by what covers it (INC-04).
// Without a rule of the charter by which notice is owed it has none.
func (r Report) Extent(c *cell.Charter) ([]geo.Volume, geo.Margins) {
	where, ok := r.where()
	o, owed := c.NoticeOwed(r.Type, r.Place, r.When)
	if !ok || !owed {
		return nil, geo.Margins{}
	}
	return []geo.Volume{{Shape: where, From: r.When, Until: r.When}}, geo.Margins{TimeMS: o.Time.Millis()}
}

// where gives the area in which it happened: the one that the report gives, or
// what lies within the precision of its place.
func (r Report) where() (geo.Shape, bool) {
	if len(r.Area) == 1 {
		return r.Area[0].Shape(), true
	}
	s, err := geo.Circle(r.Place.Point(), float64(max(1, r.Place.PrecisionM)))
	return s, err == nil
}

// Repeat gives the place and the time.
func (r Report) Repeat() cell.Repeat { return cell.Repeat{Place: &r.Place, Time: r.When} }

// Entry is a line in the timeline of one desk: what it says happened from a
// time, and until another where that is known. Entries of other desks about the
// same stand beside it and are not changed by it (INC-05).
type Entry struct {
	At     int64     `json:"at"`
	Until  []int64   `json:"until"`
	Type   string    `json:"type"` // alleged, claimed, observed or verified
	Fact   string    `json:"fact"` // the fact that it is about, "" for none
	Text   cell.Free `json:"text"`
	Source string    `json:"source"`
}

// Validate wants a time, a type and a source.
func (e Entry) Validate() error {
	if e.Fact != "" {
		if err := factAt("/fact", e.Fact); err != nil {
			return err
		}
	}
	if len(e.Until) == 1 && e.Until[0] < e.At {
		return cell.Invalidf("/until", "it ends before it begins")
	}
	return cell.First(validTime("/at", e.At), cell.AtMostOne("/until", e.Until), cell.OneOf("/type", e.Type, accounts...),
		e.Text.Validate("/text"), cell.OneOf("/source", e.Source, sources...))
}

// Fact proposes a sentence that all can agree to, in three languages (INC-05).
type Fact struct {
	Fact string     `json:"fact"`
	Text cell.Text3 `json:"text"`
}

// Validate wants a code and three texts.
func (f Fact) Validate() error {
	return cell.First(factAt("/fact", f.Fact), f.Text.Validate("/text"))
}

// Agree is a party's word on a fact that was proposed. It names the exact text
// by the SHA-256 of the record that proposes it.
type Agree struct {
	Fact   string      `json:"fact"`
	Hash   string      `json:"hash"`
	Agrees string      `json:"agrees"` // agrees or contests
	Text   []cell.Free `json:"text"`
}

// Validate checks the word and the hash.
func (a Agree) Validate() error {
	return cell.First(factAt("/fact", a.Fact), cell.HashAt("/hash", a.Hash), cell.OneOf("/agrees", a.Agrees, stands...), cell.IfGiven("/text", a.Text))
}

// Finding is what the supervisor has found, with the standard to which it is
// shown. A party that sees it otherwise says so by a position on it, which
// stays beside it (INC-02, SUP-06).
type Finding struct {
	Standard string     `json:"standard"`
	Text     cell.Text3 `json:"text"`
}

// Validate checks the standard and the texts.
func (f Finding) Validate() error {
	return cell.First(cell.OneOf("/standard", f.Standard, standards...), f.Text.Validate("/text"))
}

// Attribution says whose act it was, after a finding and because of it (INC-02).
type Attribution struct {
	Outcome string     `json:"outcome"` // attributed, no-member or undetermined
	To      []string   `json:"to"`      // the desks, when attributed
	Text    cell.Text3 `json:"text"`
}

// Validate wants desks exactly when it is attributed to some.
func (a Attribution) Validate() error {
	if (a.Outcome == Attributed) != (len(a.To) > 0) {
		return cell.Invalidf("/to", "desks are named when, and only when, it is attributed to some")
	}
	return cell.First(cell.EachOnce("/to", "desk", a.To), cell.OneOf("/outcome", a.Outcome, outcomes...), a.Text.Validate("/text"))
}

// Close ends a report or a query, and says in what way.
type Close struct {
	How  string      `json:"how"`
	Text []cell.Free `json:"text"`
}

// Validate checks the way.
func (c Close) Validate() error {
	return cell.First(cell.OneOf("/how", c.How, hows...), cell.IfGiven("/text", c.Text))
}

package cell

import (
	"slices"

	"parley/geo"
)

// Limit is one agreed limit (DEC-08, CBM-04): in a zone, for categories, of
// these desks, one of a largest number (0: none may be there), a least
// distance from a line, and a largest height.
type Limit struct {
	ID         string      `yaml:"id"`
	Name       T3          `yaml:"name"`   // what was agreed, in its own words
	Clause     string      `yaml:"clause"` // where it stands in the agreement
	Zone       string      `yaml:"zone"`   // "": everywhere
	Desks      []string    `yaml:"desks"`  // none: every desk
	Categories []string    `yaml:"categories"`
	Max        *int64      `yaml:"max"` // of all activities of one desk at one time; 0: forbidden
	DistanceM  int64       `yaml:"distance_m"`
	From       string      `yaml:"from"` // the line that distance_m is counted from
	MaxHeightM int64       `yaml:"max_height_m"`
	HeightOf   string      `yaml:"height_of"` // what max_height_m is measured from
	Exceptions []Exception `yaml:"exceptions"`
}

// Exception lifts a limit for a purpose, where it was notified before.
type Exception struct {
	Purpose string   `yaml:"purpose"` // firefighting, rescue, medevac, weather or farming
	Name    T3       `yaml:"name"`
	Prior   bool     `yaml:"prior"`  // received by the other side before it begins
	Notice  Duration `yaml:"notice"` // and by this long before
}

// Purposes gives what an exception may be for.
func Purposes() []string { return []string{"firefighting", "rescue", "medevac", "weather", "farming"} }

// Waiver is an Agreed Activity: by agreement of the sides, one desk may for a
// span exceed a limit by an amount, in pieces or in metres.
type Waiver struct {
	Limit    string
	Category string // "": every category of the limit
	Desk     string
	Amount   int64
	Span     Span
	By       string // the number of the record that both agreed
	Key      string // and its key
}

// Given is what an activity says of itself, as limits see it.
type Given struct {
	Key      string // of the matter
	Desk     string
	Counts   map[string]int64 // category → how many; Unsaid where the number is not given
	Purpose  string           // one of Purposes, or ""
	Received int64            // by an officer of the other side; 0: not yet
	Volumes  []geo.Volume
	Zone     string // of a declaration of holdings: the zone that they are held in, and Volumes then only say when
}

// Unsaid stands for a number that was not given.
const Unsaid = -1

// The verdicts of a check. None of them says that anybody did wrong.
const (
	Kept      = "kept"
	Over      = "over"      // above the agreed limit, or nearer than the agreed distance
	Excepted  = "exception" // over, and an exception or an agreed activity covers it
	NotStated = "not-stated"
)

// Checked is the outcome for one limit and one category.
type Checked struct {
	Limit    string `json:"limit"` // its ID
	Clause   string `json:"clause"`
	Zone     string `json:"zone"`
	Category string `json:"category"`
	Unit     string `json:"unit"`    // pieces or m
	Allowed  int64  `json:"allowed"` // with what an agreed activity adds
	Given    int64  `json:"given"`   // the most at one time, the nearest, the highest; Unsaid
	Held     int64  `json:"held"`    // how many of them are declared as held in the zone
	At       int64  `json:"at"`      // when that is
	Verdict  string `json:"verdict"`
	By       string `json:"by"`     // the purpose of the exception, or the records of the agreed activities
	Agreed   string `json:"agreed"` // the keys of these, one after the other
	Text     T3     `json:"text"`   // the verdict in words

	beyond int64 // above the limit, or nearer than the distance; below 0 when kept
}

// The units of a limit.
const (
	Pieces = "pieces"
	Metres = "m"
)

// Check holds an activity against every limit of the charter that concerns it:
// its desk, its categories, and the zone where it touches it while the zone
// holds. beside are the other activities that stand, of any desk; those of the
// same desk count together, and so does what it declares that it holds. Limits
// that do not concern it give no line. The outcome is the same on every desk that
// holds the same.
func (c *Charter) Check(g Given, beside []Given, waivers []Waiver) []Checked {
	out := []Checked{}
	for _, l := range c.Limits {
		if len(l.Desks) > 0 && !slices.Contains(l.Desks, g.Desk) {
			continue
		}
		where := l.reach(c)
		in := where.inside(c, g)
		if len(in) == 0 {
			continue
		}
		var among []counted
		if l.Max != nil {
			among = where.among(c, g, beside)
		}
		for _, cat := range l.Categories {
			if _, ok := g.Counts[cat]; ok {
				k := l.judge(c, in, cat, g, among, waivers)
				k.Limit, k.Clause, k.Zone, k.Category = l.ID, l.Clause, l.Zone, cat
				k.Text = c.checkedWords(l, k)
				out = append(out, k)
			}
		}
	}
	return out
}

// reach is where a limit holds. The area is made once for all that is held
// against it: that of a long line costs more than what is then asked of it.
type reach struct {
	Limit
	zone  Zone
	zoned bool // false: everywhere
	area  geo.Shape
}

func (l Limit) reach(c *Charter) reach {
	r := reach{Limit: l}
	if r.zone, r.zoned = c.Zoned(l.Zone); r.zoned {
		r.area = r.zone.Shape(c)
	}
	return r
}

// inside gives the volumes of an activity that touch the limit's zone while it
// holds, cut to the days on which it does.
func (r reach) inside(c *Charter, g Given) (out []geo.Volume) {
	if g.Zone != "" && r.Max == nil {
		return nil // a number says nothing of a distance or a height
	}
	if !r.zoned {
		return g.Volumes
	}
	for _, v := range g.Volumes {
		w, dated := r.zone.dated(c, Span{v.From, v.Until})
		in := dated && r.zone.within(c, w)
		switch {
		case g.Zone != "":
			in = in && c.lies(g.Zone, r.Zone)
		case in:
			in = geo.Overlap(r.area, v.Shape)
		}
		if in {
			v.From, v.Until = w.From, w.Until
			out = append(out, v)
		}
	}
	return out
}

// counted is an activity that counts with another, by category.
type counted struct {
	counts  map[string]int64
	zone    string // of a declaration
	volumes []geo.Volume
}

// among gives the other activities of a desk that count with one, of any of the
// limit's categories.
func (r reach) among(c *Charter, g Given, beside []Given) (out []counted) {
	for _, o := range beside {
		of := func(cat string) bool { _, ok := o.Counts[cat]; return ok }
		if o.Desk != g.Desk || o.Key == g.Key || !slices.ContainsFunc(r.Categories, of) {
			continue
		}
		if vs := r.inside(c, o); len(vs) > 0 {
			out = append(out, counted{o.Counts, o.Zone, vs})
		}
	}
	return out
}

func (l Limit) judge(c *Charter, in []geo.Volume, cat string, g Given, among []counted, waivers []Waiver) Checked {
	mine := slices.DeleteFunc(slices.Clone(waivers), func(w Waiver) bool {
		return w.Limit != l.ID || w.Desk != g.Desk || w.Category != "" && w.Category != cat
	})
	var k Checked
	switch {
	case l.Max != nil:
		k = l.count(c, in, cat, g, among, mine)
	case l.From != "":
		k = l.distance(c, in, mine)
	default:
		k = l.height(c, in, mine)
	}
	if k.Verdict == Over || k.Verdict == NotStated {
		for _, e := range l.Exceptions {
			if e.covers(g, in) {
				k.Verdict, k.By = Excepted, e.Purpose
				break
			}
		}
	}
	return k
}

// covers: the purpose is the exception's, and where notice is wanted the other
// side's officer had received it that long before the first volume began.
func (e Exception) covers(g Given, in []geo.Volume) bool {
	if e.Purpose != g.Purpose {
		return false
	}
	if !e.Prior && e.Notice == 0 {
		return true
	}
	if g.Received == 0 {
		return false
	}
	for _, v := range in {
		lead := v.From - g.Received
		if lead <= 0 || lead < e.Notice.Millis() {
			return false
		}
	}
	return true
}

package cell

import (
	"slices"
)

// Charter is the agreement that a cell runs on, as data (design 5): who is a
// member with which keys, which links exist, how long an answer may take, what
// the messages say in three languages. It is read from a signed note by the
// charter package; Hash identifies the text that was signed.
type Charter struct {
	Cell          string               `yaml:"cell"`
	Title         T3                   `yaml:"title"`
	Version       int                  `yaml:"version"`
	Predecessor   string               `yaml:"predecessor"` // hash of the charter before it, "" for the first
	Status        string               `yaml:"status"`      // ACTUAL or EXERCISE
	Protocol      int                  `yaml:"protocol"`    // lowest link protocol version spoken
	Zone          string               `yaml:"zone"`        // theatre time, IANA name
	Languages     []string             `yaml:"languages"`
	Members       []Member             `yaml:"members"`
	Links         [][]string           `yaml:"links"`   // pairs of desks that may link directly
	Baskets       map[string]string    `yaml:"baskets"` // basket → supervision mode
	Clocks        map[Precedence]Clock `yaml:"clocks"`
	LadderLevels  map[string]T3        `yaml:"ladder_levels"`
	Dissemination map[string][]Level   `yaml:"dissemination"` // desk → its levels
	LineChecks    []LineCheck          `yaml:"line_checks"`
	CheckTexts    []T3                 `yaml:"check_texts"` // the neutral bank of HOT-03, numbered from 1
	Templates     []Template           `yaml:"templates"`
	Stock         []Stock              `yaml:"stock"`
	Places        []NamedPlace         `yaml:"places"`
	Notice        T3                   `yaml:"notice"` // no permission, recognition or admission
	Reservations  map[string]T3        `yaml:"reservations"`
	Quotas        Quotas               `yaml:"quotas"`
	ProofOfficers int                  `yaml:"proof_officers"` // officers needed to take a proof out: 2 unless it says 1
	Activities    []ActivityType       `yaml:"activities"`     // what is notified before it happens (DEC-01)
	Holds         HoldTimes            `yaml:"holds"`          // how long force is held while a place is verified (INC-06)
	Protection    ProtectionRules      `yaml:"protection"`
	Stalemate     Duration             `yaml:"stalemate"` // without a substantive move (TLK-07)
	ReportAt      string               `yaml:"report_at"` // "06:00" theatre time: the 24-hour report (SUP-07)
	Watch         WatchRules           `yaml:"watch"`
	Phases        []Phase              `yaml:"phases"`   // of the roadmap, named as agreed (TLK-08)
	Lines         []NamedLine          `yaml:"lines"`    // from which zones and distances are counted
	Zones         []Zone               `yaml:"zones"`    // in which limits hold (DEC-08)
	Limits        []Limit              `yaml:"limits"`   // what may be where, and how many (DEC-08)
	Margins       []PairMargin         `yaml:"margins"`  // kept between two types of activity
	Ground        GroundRange          `yaml:"ground"`   // how high the ground of the theatre lies (DEC-11)
	Deciding      string               `yaml:"deciding"` // "supervisor": it decides a conflict that the two do not settle
	Agreed        AgreedRules          `yaml:"agreed"`   // how sides agree to more than a limit (CBM-04)
	Holdings      HoldingRules         `yaml:"holdings"` // how often what is held is declared (CBM-04)
	Owed          []Owed               `yaml:"owed"`     // where notice of what is owed (INC-04)
	Blind         BlindRules           `yaml:"blind"`    // on what terms a notice may be kept from the other party (DEC-10)
	Horizon       Horizon              `yaml:"horizon"`  // how far ahead a notice may be given, and for how long (DEC-02)
	Overdue       Duration             `yaml:"overdue"`  // see [Charter.OverdueAfter]
	PassOn        Duration             `yaml:"pass_on"`  // see [Charter.PassOnLead]

	Hash string `yaml:"-"` // hex SHA-256 of the signed text, set by the reader
}

// The roles a member can have in the cell.
const (
	Party      = "party"
	Supervisor = "supervisor"
	Observer   = "observer"
	Witness    = "witness"
)

// The supervision modes of a basket (design 5, SUP-01).
const (
	ModeRelay    = "relay"
	ModeCopy     = "copy"
	ModeSealed   = "sealed-copy"
	ModeMetadata = "metadata-only"
)

// Clock is how long each ack of a precedence may take, and the ladder that a
// silent matter climbs (HOT-07).
type Clock struct {
	Name    T3       `yaml:"name"`
	Deliver Duration `yaml:"deliver"` // from the author's append to the node's receipt
	Receive Duration `yaml:"receive"` // from delivery to an officer's receipt
	Reply   Duration `yaml:"reply"`   // from delivery to a first position
	Ladder  []Rung   `yaml:"ladder"`
}

// Rung is one step of the ladder: who is called when nobody has answered.
type Rung struct {
	After Duration `yaml:"after"`
	Level string   `yaml:"level"`
	Desk  string   `yaml:"desk,omitempty"` // the desk whose step it is; empty: the desk that is silent
}

// Level is one level to which a desk passes things on (XC-09).
type Level struct {
	Level string `yaml:"level"`
	Name  T3     `yaml:"name"`
}

// LineCheck is a scheduled check: at this theatre time, every day, by this
// desk to those desks (HOT-02).
type LineCheck struct {
	At string   `yaml:"at"` // "09:00" theatre time
	By string   `yaml:"by"`
	To []string `yaml:"to"`
}

// ActivityType is one type of activity that a side notifies before it begins,
// with how long before and how large its area may be (DEC-01, DEC-03, DEC-04).
type ActivityType struct {
	Type       string   `yaml:"type"`
	Name       T3       `yaml:"name"`
	Lead       Duration `yaml:"lead"` // from the counterpart's human receipt to the start
	MaxAreaKM2 int64    `yaml:"max_area_km2"`
	MarginM    int64    `yaml:"margin_m"` // kept to every other activity, on the ground
}

// HoldTimes are the hold windows of a verification request (INC-06).
type HoldTimes struct {
	Normal Duration `yaml:"normal"`
	Urgent Duration `yaml:"urgent"`
}

// ProtectionRules are the limits of the register of protected places and of
// what a community asks (PRO-03, PRO-06).
type ProtectionRules struct {
	Validity Duration `yaml:"validity"`   // an entry is validated anew within this time
	BufferM  int64    `yaml:"buffer_m"`   // by which a buffered area is at least larger than the place
	Corridor int64    `yaml:"corridor_m"` // half the width of a corridor; 0: buffer_m
	Answer   Duration `yaml:"answer"`     // to a community's concern
}

// WatchRules are what keeps a watch awake and in practice. A time of 0: never.
type WatchRules struct {
	Presence Duration `yaml:"presence"` // how often the officer on watch confirms to be there
	Answer   Duration `yaml:"answer"`   // within this, else the desk's own ladder is climbed; 0: 5 minutes
	Drill    Duration `yaml:"drill"`    // how often a drill is held (HOT-18)
}

// Phase is one phase of the roadmap, named as agreed.
type Phase struct {
	ID   string `yaml:"id"`
	Name T3     `yaml:"name"`
}

// Activity gives the type of activity with that code.
func (c *Charter) Activity(code string) (ActivityType, bool) {
	i := slices.IndexFunc(c.Activities, func(a ActivityType) bool { return a.Type == code })
	if i < 0 {
		return ActivityType{}, false
	}
	return c.Activities[i], true
}

// Stock is a reply that one digit sends.
type Stock struct {
	Code     string `yaml:"code"`
	Position string `yaml:"position"`
	Text     T3     `yaml:"text"`
}

// NamedPlace is an entry of the gazetteer: one neutral ID with its names.
type NamedPlace struct {
	ID       string `yaml:"id"`
	Name     T3     `yaml:"name"`
	District T3     `yaml:"district"`
	Lat      string `yaml:"lat"`
	Lon      string `yaml:"lon"`
}

// Quotas are what one desk may append in an hour, so that a flood can be told
// from a busy evening and life safety keeps its lane (design 2). They are
// agreed here; no node enforces them yet.
type Quotas struct {
	RecordsPerHour    int64 `yaml:"records_per_hour"`
	LifeSafetyPerHour int64 `yaml:"life_safety_per_hour"`
}

// Place gives the gazetteer entry with that ID.
func (c *Charter) Place(id string) (NamedPlace, bool) {
	i := slices.IndexFunc(c.Places, func(p NamedPlace) bool { return p.ID == id })
	if i < 0 {
		return NamedPlace{}, false
	}
	return c.Places[i], true
}

// SharesName reports whether another place has the same name in any language:
// then its district must be shown and read back (design 4).
func (c *Charter) SharesName(p NamedPlace) bool {
	return slices.ContainsFunc(c.Places, func(q NamedPlace) bool {
		if p.ID == q.ID {
			return false
		}
		for lang, name := range p.Name {
			if q.Name[lang] == name {
				return true
			}
		}
		return false
	})
}

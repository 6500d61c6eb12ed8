package cell

import (
	"fmt"
	"slices"
	"time"
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

// Member is one desk of the cell with its public keys by purpose.
type Member struct {
	Desk      string   `yaml:"desk"`
	Role      string   `yaml:"role"`
	Name      T3       `yaml:"name"`
	Letter    string   `yaml:"letter"` // shown beside its colour, and before its message numbers
	Zone      string   `yaml:"zone"`   // local clock, IANA name
	Languages []string `yaml:"languages"`
	Addresses []string `yaml:"addresses"` // host:port where its link listens; none when it only dials
	Keys      Keys     `yaml:"keys"`
}

// Keys are a member's public keys, each for one purpose (design 2, "Keys").
// Root, journal and witness are C2SP verifier keys; TLS is the base64 SHA-256
// of the certificate's public key; sealing is an age recipient. MLDSA holds
// ML-DSA-44 verifier keys: reserved, not used yet.
type Keys struct {
	Root    string            `yaml:"root"`
	Journal string            `yaml:"journal"`
	Witness string            `yaml:"witness"`
	TLS     string            `yaml:"tls"`
	Sealing string            `yaml:"sealing,omitempty"`
	MLDSA   map[string]string `yaml:"mldsa,omitempty"`
}

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

// Template is the wording, the clocks and the print form of one kind: data
// that the members agreed (XC-03). Sentence has {field} placeholders.
type Template struct {
	Code       string     `yaml:"code"`
	Kind       string     `yaml:"kind"`
	Version    int        `yaml:"version"`
	Precedence Precedence `yaml:"precedence"`
	Status     string     `yaml:"status,omitempty"` // TEST for line checks, EXERCISE for drills; empty: the charter's
	Basket     string     `yaml:"basket,omitempty"` // whose supervision mode holds for it (SUP-01)
	About      string     `yaml:"about"`            // required, optional or none
	Officer    bool       `yaml:"officer"`          // offered to officers; false: the node writes it
	Name       T3         `yaml:"name"`
	Sentence   T3         `yaml:"sentence"`
	Fields     []Field    `yaml:"fields"`
	Acks       []AckSpec  `yaml:"acks"`
}

// Field describes one top-level field of a kind's body for forms and print.
type Field struct {
	Name     string   `yaml:"name"`
	Type     string   `yaml:"type"` // text choice place time number ref free desks level list area span height text3 grade volumes zone limit category activity
	Required bool     `yaml:"required,omitempty"`
	Label    T3       `yaml:"label"`
	Hint     T3       `yaml:"hint,omitempty"`
	Choices  []Choice `yaml:"choices,omitempty"`
	Fields   []Field  `yaml:"fields,omitempty"` // of each entry, where the entries of a list are objects
}

// Choice is one coded value with its wording.
type Choice struct {
	Value string `yaml:"value"`
	Name  T3     `yaml:"name"`
}

// AckSpec says which ack a template asks for, of whom, within which time of
// delivery (field/templates 10). Ack is one of the Need constants. By is
// "parties", "supervisor" or "all" addressees; empty means parties.
type AckSpec struct {
	Ack    string   `yaml:"ack"`
	By     string   `yaml:"by,omitempty"`
	Within Duration `yaml:"within"`
}

// Member gives the member with that desk id.
func (c *Charter) Member(desk string) (Member, bool) {
	i := slices.IndexFunc(c.Members, func(m Member) bool { return m.Desk == desk })
	if i < 0 {
		return Member{}, false
	}
	return c.Members[i], true
}

// Desks gives the desk ids of all members in the order of the charter.
func (c *Charter) Desks() []string {
	var out []string
	for _, m := range c.Members {
		out = append(out, m.Desk)
	}
	return out
}

// Others gives all desks but one, sorted: the audience of what concerns all.
func (c *Charter) Others(desk string) []string {
	out := slices.DeleteFunc(c.Desks(), func(d string) bool { return d == desk })
	slices.Sort(out)
	return out
}

// Role gives the role of a desk, "" when it is no member.
func (c *Charter) Role(desk string) string {
	m, _ := c.Member(desk)
	return m.Role
}

// Supervisors gives the desks with the role of supervisor.
func (c *Charter) Supervisors() []string { return c.withRole(Supervisor) }

// Parties gives the desks with the role of party.
func (c *Charter) Parties() []string { return c.withRole(Party) }

func (c *Charter) withRole(role string) []string {
	var out []string
	for _, m := range c.Members {
		if m.Role == role {
			out = append(out, m.Desk)
		}
	}
	return out
}

// Linked reports whether the charter lets two desks link directly.
func (c *Charter) Linked(a, b string) bool {
	return slices.ContainsFunc(c.Links, func(p []string) bool {
		return len(p) == 2 && (p[0] == a && p[1] == b || p[0] == b && p[1] == a)
	})
}

// Template gives the template of a kind.
func (c *Charter) Template(kind string) (Template, bool) {
	i := slices.IndexFunc(c.Templates, func(t Template) bool { return t.Kind == kind })
	if i < 0 {
		return Template{}, false
	}
	return c.Templates[i], true
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

// Validate checks that the charter can be run on: members with their keys and
// letters, links between members, clocks for all precedences, templates with
// their wording in every language. The error is an [*Invalid].
func (c *Charter) Validate() error {
	if !wordRE.MatchString(c.Cell) {
		return Invalidf("cell", "%q is not a short lower-case word", c.Cell)
	}
	if c.Version < 1 || (c.Version == 1) != (c.Predecessor == "") {
		return Invalidf("version", "the first version has no predecessor, every later one has")
	}
	if c.Status != Actual && c.Status != Exercise {
		return Invalidf("status", "%q is not ACTUAL or EXERCISE", c.Status)
	}
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "" {
		return Invalidf("zone", "%q is not a time zone", c.Zone)
	}
	if err := c.checkMembers(); err != nil {
		return err
	}
	for _, p := range Precedences() {
		k, ok := c.Clocks[p]
		if !ok || k.Deliver <= 0 || k.Receive <= 0 || k.Reply <= 0 {
			return Invalidf("clocks/"+string(p), "deliver, receive and reply need a limit")
		}
		for i, r := range k.Ladder {
			if _, ok := c.LadderLevels[r.Level]; !ok {
				return Invalidf(fmt.Sprintf("clocks/%s/ladder/%d", p, i), "level %q is not in ladder_levels", r.Level)
			}
		}
	}
	if n := c.ProofOfficers; n != 1 && n != 2 {
		return Invalidf("proof_officers", "%d is not 1 or 2", n)
	}
	for b, m := range c.Baskets {
		if !slices.Contains([]string{ModeRelay, ModeCopy, ModeSealed, ModeMetadata}, m) {
			return Invalidf("baskets/"+b, "%q is not a supervision mode", m)
		}
	}
	if err := everyLanguage("notice", c.Notice); err != nil {
		return err
	}
	if err := First(c.checkRules(), c.checkZones(), c.checkLimits(), c.checkAgreed(), c.checkProtection(), c.checkOwed()); err != nil {
		return err
	}
	return c.checkTemplates()
}

// checkRules checks what the modules read: types of activity, holds,
// protection, phases.
func (c *Charter) checkRules() error {
	seen := map[string]bool{}
	for _, a := range c.Activities {
		at := "activities/" + a.Type
		if !codeRE.MatchString(a.Type) || seen[a.Type] {
			return Invalidf(at+"/type", "%q is not a code of its own", a.Type)
		}
		seen[a.Type] = true
		if a.MaxAreaKM2 < 1 || a.MarginM < 0 {
			return Invalidf(at, "an area of at least 1 km² and a margin from 0 m are wanted")
		}
		if err := everyLanguage(at+"/name", a.Name); err != nil {
			return err
		}
	}
	if err := c.checkSeparation(); err != nil {
		return err
	}
	for _, p := range c.Phases {
		at := "phases/" + p.ID
		if !codeRE.MatchString(p.ID) || seen["phase "+p.ID] {
			return Invalidf(at+"/id", "%q is not a code of its own", p.ID)
		}
		seen["phase "+p.ID] = true
		if err := everyLanguage(at+"/name", p.Name); err != nil {
			return err
		}
	}
	if c.ReportAt != "" {
		if _, err := time.Parse("15:04", c.ReportAt); err != nil {
			return Invalidf("report_at", "%q is not a time of the day such as 06:00", c.ReportAt)
		}
	}
	return nil
}

func (c *Charter) checkMembers() error {
	if len(c.Members) < 2 {
		return Invalidf("members", "a cell has at least two members")
	}
	seen := map[string]string{}
	for i, m := range c.Members {
		at := fmt.Sprintf("members/%d", i)
		if !wordRE.MatchString(m.Desk) {
			return Invalidf(at+"/desk", "%q is not a short lower-case word", m.Desk)
		}
		if !slices.Contains([]string{Party, Supervisor, Observer, Witness}, m.Role) {
			return Invalidf(at+"/role", "%q is not party, supervisor, observer or witness", m.Role)
		}
		if _, err := time.LoadLocation(m.Zone); err != nil || m.Zone == "" {
			return Invalidf(at+"/zone", "%q is not a time zone", m.Zone)
		}
		if err := everyLanguage(at+"/name", m.Name); err != nil {
			return err
		}
		for what, v := range map[string]string{"desk": m.Desk, "letter": m.Letter, "root key": m.Keys.Root,
			"journal key": m.Keys.Journal, "witness key": m.Keys.Witness, "TLS key": m.Keys.TLS} {
			if v == "" {
				return Invalidf(at, "no %s", what)
			}
			if who, dup := seen[what+" "+v]; dup {
				return Invalidf(at, "the %s is that of %s too", what, who)
			}
			seen[what+" "+v] = m.Desk
		}
	}
	for i, p := range c.Links {
		if len(p) != 2 || p[0] == p[1] || c.Role(p[0]) == "" || c.Role(p[1]) == "" {
			return Invalidf(fmt.Sprintf("links/%d", i), "a link joins two different members")
		}
	}
	return nil
}

func (c *Charter) checkTemplates() error {
	seen := map[string]bool{}
	for _, t := range c.Templates {
		at := "templates/" + t.Code
		if !kindRE.MatchString(t.Kind) {
			return Invalidf(at+"/kind", "%q is not of the form module.act/version", t.Kind)
		}
		if seen[t.Kind] {
			return Invalidf(at+"/kind", "%q has two templates", t.Kind)
		}
		seen[t.Kind] = true
		if _, ok := c.Baskets[t.Basket]; t.Basket != "" && !ok {
			return Invalidf(at+"/basket", "%q is not among the charter's baskets", t.Basket)
		}
		if !t.Precedence.Valid() {
			return Invalidf(at+"/precedence", "%q is not Z, O, P or R", string(t.Precedence))
		}
		for what, text := range map[string]T3{"name": t.Name, "sentence": t.Sentence} {
			if err := everyLanguage(at+"/"+what, text); err != nil {
				return err
			}
		}
		if err := checkFields(at, t.Fields); err != nil {
			return err
		}
		for _, a := range t.Acks {
			if !slices.Contains(needs, a.Ack) {
				return Invalidf(at+"/acks", "%q is not an ack", a.Ack)
			}
		}
	}
	return nil
}

func checkFields(at string, fields []Field) error {
	for _, f := range fields {
		at := at + "/fields/" + f.Name
		if err := everyLanguage(at+"/label", f.Label); err != nil {
			return err
		}
		for _, ch := range f.Choices {
			if err := everyLanguage(at+"/choices/"+ch.Value, ch.Name); err != nil {
				return err
			}
		}
		if err := checkFields(at, f.Fields); err != nil {
			return err
		}
	}
	return nil
}

func everyLanguage(at string, t T3) error {
	for _, l := range languages {
		if t[l] == "" {
			return Invalidf(at, "no wording in %q", l)
		}
		if err := checkText(at, t[l]); err != nil {
			return err
		}
	}
	return nil
}

package deconfliction

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/cell"
)

// KindAgreed asks for an agreed activity: AGRACT.
const KindAgreed = "deconfliction.agreed/1"

// Beyond is by how much one limit may be exceeded: in pieces above a number, or
// in metres nearer or higher.
type Beyond struct {
	Limit    string `json:"limit"` // of the charter
	Category string `json:"category"`
	Amount   int64  `json:"amount"`
}

// Validate wants a limit, a category and an amount above 0.
func (b Beyond) Validate(at string) error {
	if b.Amount < 1 || b.Amount > most {
		return cell.Invalidf(at+"/amount", "%d is not a number from 1 to %d", b.Amount, most)
	}
	return cell.First(stated(at+"/limit", b.Limit), stated(at+"/category", b.Category))
}

// AgreedActivity asks the other side to agree that the desk which files it may
// exceed limits for a time (DEC-08, CBM-04): the Agreed Activities of the
// instrument of 1979. No desk asks in another's name. Nothing is waived before
// the other side agrees to its exact text.
type AgreedActivity struct {
	Zone   string      `json:"zone"` // of the charter, whose limits these are; "": limits that hold everywhere
	Window cell.Span   `json:"window"`
	Beyond []Beyond    `json:"beyond"` // 1 to 32
	Reason []cell.Free `json:"reason"`
	Return []cell.Free `json:"return"` // how it goes back within the limit
}

// Validate wants a window, a reason and each limit and category once.
func (a AgreedActivity) Validate() error {
	if n := len(a.Beyond); n < 1 || n > 32 {
		return cell.Invalidf("/beyond", "%d limits: from 1 to 32 are wanted", n)
	}
	if len(a.Reason) == 0 {
		return cell.Invalidf("/reason", "the reason is missing")
	}
	seen := map[string]bool{}
	once := func(at string, b Beyond) error {
		key := b.Limit + "\x00" + b.Category
		if seen[key] {
			return cell.Invalidf(at, "the limit %s stands there twice for %s", b.Limit, b.Category)
		}
		seen[key] = true
		return nil
	}
	return cell.First(cell.Short("/zone", a.Zone), a.Window.Validate("/window"), cell.EachValid("/beyond", a.Beyond), cell.Each("/beyond", a.Beyond, once),
		cell.IfGiven("/reason", a.Reason), cell.IfGiven("/return", a.Return))
}

// Breaches gives the rules of the charter that it does not keep: limits that are
// the zone's and about this desk, and an audience that can agree.
func (a AgreedActivity) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	out := append(overBefore(a.Window.Until, h.At, "/body/window/until"), zoneKnown(a.Zone, c)...)
	for i, b := range a.Beyond {
		at := "/body/beyond/" + strconv.Itoa(i)
		switch l, ok := c.Limited(b.Limit); {
		case !ok:
			out = append(out, cell.Breach{Rule: "deconfliction.limit", At: at + "/limit", Why: fmt.Sprintf("%q is not among the charter's limits", b.Limit)})
		case l.Zone != a.Zone:
			out = append(out, cell.Breach{Rule: "deconfliction.limit", At: at + "/limit", Why: "the limit " + l.ID + " is not of the zone named"})
		case !l.Concerns(h.Desk):
			out = append(out, cell.Breach{Rule: "deconfliction.limit", At: at + "/limit", Why: "the limit " + l.ID + " is not about this desk: each asks for itself"})
		case !slices.Contains(l.Categories, b.Category):
			out = append(out, unknownCategory(at+"/category", b.Category, l.Categories))
		}
	}
	for _, d := range consenting(h.Desk, c) {
		if !h.Addressed(d) {
			out = append(out, cell.Breach{Rule: "deconfliction.agreed-to", At: "/to", Why: d + " is to agree, and is not addressed"})
		}
	}
	return out
}

func zoneKnown(zone string, c *cell.Charter) []cell.Breach {
	if _, ok := c.Zoned(zone); ok || zone == "" {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.zone", At: "/body/zone", Why: fmt.Sprintf("%q is not among the charter's zones", zone)}}
}

func unknownCategory(at, category string, known []string) cell.Breach {
	why := fmt.Sprintf("%q is limited there by nothing: the categories are %s", category, strings.Join(known, ", "))
	if len(known) == 0 {
		why = fmt.Sprintf("%q is limited there by nothing, and nothing else is", category)
	}
	return cell.Breach{Rule: "deconfliction.category", At: at, Why: why}
}

// consenting gives the desks that must agree beside the one that asks: the other
// parties, and the supervisors where the charter says so.
func consenting(desk string, c *cell.Charter) []string {
	out := slices.DeleteFunc(c.Parties(), func(d string) bool { return d == desk })
	if c.Agreed.Supervisor == cell.AgreedBySupervisor {
		out = append(out, c.Supervisors()...)
	}
	return out
}

// agreement is an agreed activity that is in force, or was: what all agreed to
// and from when until when it holds.
type agreement struct {
	says  AgreedActivity
	since int64 // when the last of them agreed
	from  int64
	until int64
	ended bool // before its window was over
}

// agreementOf gives what was agreed, by the newest text that all agree to, under
// the charter that it was opened under. It begins no earlier than all agreed. It
// ends with its window, by its desk's withdrawal, and by an objection of one that
// had agreed where the charter says so: for good.
func agreementOf(m cell.Matter, c *cell.Charter) (a agreement, ok bool) {
	if m.Charter != nil {
		c = m.Charter
	}
	with := consenting(m.Opener(), c)
	if !m.Stands() || len(with) == 0 {
		return a, false
	}
	f, ok := cell.AgreedLast[AgreedActivity](m, with)
	if !ok {
		return a, false
	}
	a = agreement{says: f.Says, since: f.Since, from: max(f.Says.Window.From, f.Since), until: f.Says.Window.Until}
	end := func(at int64) {
		if at = max(at, a.since); at <= a.until {
			a.until, a.ended = at, true
		}
	}
	if m.Cancelled != nil {
		end(m.Cancelled.At)
	}
	for _, d := range with {
		if at, objects := objection(m, f.Version, d); objects && c.Agreed.Objection == cell.ObjectionEnds {
			end(at)
		}
	}
	return a, true
}

// objection gives when a desk that had agreed to a text first objected to it
// after that, by the order of its own journal.
func objection(m cell.Matter, version cell.Held, desk string) (at int64, ok bool) {
	agreed := false
	for _, h := range m.Records {
		p, is := h.Body.(cell.Position)
		if !is || h.Desk != desk || !m.Counts(h) || h.Cites[0] != version.Cite() { // an ack cites what it answers
			continue
		}
		switch p.Position {
		case cell.Agrees:
			agreed = true
		case cell.Objects, cell.Disputes, cell.CannotComply:
			if agreed {
				return h.At, true
			}
		}
	}
	return 0, false
}

// waivers puts the agreed activities of a desk into the terms of limits.
func waivers(near cell.Around, desk string, c *cell.Charter) (out []cell.Waiver) {
	for _, m := range near.All(KindAgreed) {
		a, ok := agreementOf(m, c)
		if !ok || m.Opener() != desk || a.from >= a.until {
			continue
		}
		for _, b := range a.says.Beyond {
			out = append(out, cell.Waiver{Limit: b.Limit, Category: b.Category, Desk: desk, Amount: b.Amount, Span: cell.Span{From: a.from, Until: a.until},
				By: m.Number(c), Key: m.Ref.String()})
		}
	}
	return out
}

// The states of an agreed activity, beside ended and contested.
const (
	StateAsked     = "asked"
	StateObjected  = "objected"
	StateConsented = "consented"
	StateInForce   = "in-force"
	StateLapsed    = "lapsed"
)

// NeedConsent is waited for of each desk that must agree to an agreed activity.
const NeedConsent = "consent"

// agreedLife: nothing is agreed before all agree, and what was agreed ends with
// its window at the latest.
func agreedLife() cell.Life {
	in := func(when func(*cell.Case, agreement) (int64, bool)) func(*cell.Case) (int64, bool) {
		return func(k *cell.Case) (int64, bool) {
			a, ok := agreementOf(k.Matter, k.Charter)
			if !ok {
				return 0, false
			}
			return when(k, a)
		}
	}
	return cell.Life{Kinds: []string{KindAgreed}, Acks: true, Stages: []cell.Stage{
		{Name: StateAsked, Says: "a side asks to exceed limits for a time", Waits: consents},
		{Name: StateObjected, From: []string{StateAsked}, Says: "a desk that must agree objects", Waits: consents, When: notAgreed},
		{Name: StateConsented, From: []string{StateAsked, StateObjected}, Says: "every desk that must agrees to the same text",
			When: in(func(_ *cell.Case, a agreement) (int64, bool) { return a.since, true })},
		{Name: StateInForce, From: []string{StateConsented}, Says: "its window has begun: the limits named are exceeded by agreement",
			When: in(func(k *cell.Case, a agreement) (int64, bool) { return a.from, k.Past(a.from) })},
		{Name: StateLapsed, From: []string{StateAsked, StateObjected}, Ended: true, Says: "its window is over, and it was not agreed", When: func(k *cell.Case) (int64, bool) {
			b, _ := k.Body.(AgreedActivity)
			_, agreed := agreementOf(k.Matter, k.Charter)
			return b.Window.Until, k.Past(b.Window.Until) && !agreed
		}},
		{Name: StateEnded, From: []string{StateConsented, StateInForce}, Ended: true, Says: "its window is over, or a desk that had agreed objects where the charter lets that end it",
			When: in(func(k *cell.Case, a agreement) (int64, bool) {
				return a.until, k.Past(a.until) || a.ended
			})},
		{Name: StateContested, From: []string{StateAsked}, Ended: true, Says: "it broke a rule", When: (*cell.Case).Broken},
	}}
}

// consents are owed on what it says now by the desks that have not agreed to it.
func consents(k *cell.Case) (out []cell.Wait) {
	for _, d := range consenting(k.Opener(), k.Charter) {
		if p, _ := k.Took(d); p != cell.Agrees {
			out = append(out, cell.Wait{Desk: d, For: NeedConsent, Since: k.Version.At, Due: k.Version.At + k.ReplyTime()})
		}
	}
	return out
}

func notAgreed(k *cell.Case) (since int64, ok bool) {
	for _, d := range consenting(k.Opener(), k.Charter) {
		switch p, at := k.Took(d); p {
		case cell.Objects, cell.Disputes, cell.CannotComply, cell.CounterProposes:
			if !ok || at < since {
				since, ok = at, true
			}
		}
	}
	return since, ok && k.Stands()
}

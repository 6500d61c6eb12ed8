package hotline

import (
	"slices"
	"strings"

	"parley/cell"
)

// RuleChannel derives the channel between two desks (HOT-16).
const RuleChannel = "hotline.channel/1"

// The states of a channel between two desks (HOT-16). Suspended, severed and
// withdrawn are only ever declared; the others are found by probes and by
// calls that nobody took.
const (
	Up         = "up"
	Degraded   = "degraded"
	TechDown   = "tech-down"
	Unanswered = "unanswered"
	Suspended  = "suspended"
	Severed    = "severed"
	Withdrawn  = "withdrawn"
)

// The states that only this module's matters have.
const (
	StateAnswered   = "answered"
	StateMissed     = "missed"
	StateAgreed     = "agreed"
	StateReserved   = "reserved"
	StateUnilateral = "unilateral"
)

// judge applies the module's rules of conduct.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	switch b := h.Body.(type) {
	case Ultimatum:
		return judgeUltimatum(h, c)
	case Headed:
		return judgeHeaded(h)
	case Takeover:
		return judgeTakeover(h, b, p)
	case Present:
		return judgePresent(h, b, p)
	case LineCheck:
		if int(b.Text) > len(c.CheckTexts) {
			return []cell.Breach{{Rule: "hotline.check-text", At: "/body/text", Why: "the charter's bank has no text of that number"}}
		}
	case ChState:
		return judgeChannel(h, b.With, "/body/with", c)
	case Probe:
		return judgeChannel(h, b.With, "/body/with", c)
	case Attempt:
		return judgeChannel(h, b.Toward, "/body/toward", c)
	}
	return nil
}

// judgeChannel wants what is said of a channel to be said by one of its two
// desks and in its own matter: a desk that declares one channel closed must not
// thereby close another.
func judgeChannel(h cell.Held, with, at string, c *cell.Charter) []cell.Breach {
	if c.Role(with) == "" || with == h.Desk {
		return []cell.Breach{{Rule: "hotline.channel-desk", At: at, Why: "a channel joins this desk with another member"}}
	}
	if h.About != (cell.Ref{ID: ChannelID(h.Desk, with)}) {
		return []cell.Breach{{Rule: "hotline.channel-about", At: "/about", Why: "the matter named is not the channel with that desk"}}
	}
	return nil
}

// about gives the channel that a body speaks of.
func about(desk string, b cell.Body, c *cell.Charter) cell.Ref {
	with := ""
	switch b := b.(type) {
	case ChState:
		with = b.With
	case Probe:
		with = b.With
	case Attempt:
		with = b.Toward
	}
	if with == desk || c.Role(with) == "" {
		return cell.Ref{}
	}
	return cell.Ref{ID: ChannelID(desk, with)}
}

// lives are the states of the module's matters.
func lives() []cell.Life {
	return []cell.Life{
		cell.MessageLife(KindMessage, KindWatch, KindRoster, KindCease, KindDistress, KindNotUs, KindClarify, KindConfirm, KindChState, KindProtest, KindInject),
		checkLife(), callLife(), channelLife(), assignLife(), handoverLife(), presenceLife(), drillLife(), ultimatumLife(),
	}
}

// checkLife: answered once every desk asked has taken it; missed when one has
// not within the limit from the time it was asked (HOT-02).
func checkLife() cell.Life {
	l := cell.MessageLife(KindLineCheck)
	l.Stages = slices.DeleteFunc(l.Stages, func(s cell.Stage) bool { return s.Name == cell.StateExpired })
	for i := range l.Stages {
		if s := &l.Stages[i]; s.Name == cell.StateAcked {
			s.Name, s.From, s.Says = StateAnswered, []string{cell.StateSent, cell.StateDelivered, cell.StateReceived, StateMissed}, "every desk asked has taken it"
		}
	}
	at := slices.IndexFunc(l.Stages, func(s cell.Stage) bool { return s.Name == StateAnswered })
	l.Stages = slices.Insert(l.Stages, at, cell.Stage{Name: StateMissed, From: []string{cell.StateSent, cell.StateDelivered, cell.StateReceived},
		Says: "a desk has not taken it in time", Ended: true, When: func(k *cell.Case) (int64, bool) {
			due := k.Head.At + checkLimit(k.Charter)
			return due, k.Owes() && k.Past(due)
		}})
	return l
}

func checkLimit(c *cell.Charter) int64 {
	t, _ := c.Template(KindLineCheck)
	for _, a := range t.Acks {
		if a.Ack == cell.NeedReceived && a.Within > 0 {
			return a.Within.Millis()
		}
	}
	return 10 * 60 * 1000
}

// callLife: agreed when every party asked has agreed to the hash, reserved
// when one took another stand, a unilateral note when the time passed without,
// or when no party was asked (HOT-11).
func callLife() cell.Life {
	l := cell.MessageLife(KindCall)
	from := []string{cell.StateSent, cell.StateDelivered, cell.StateReceived}
	failed := len(l.Stages) - 1
	l.Stages = slices.Insert(l.Stages, failed,
		cell.Stage{Name: StateUnilateral, From: from, Rests: true, Says: "no party was asked, or one did not answer in time", When: func(k *cell.Case) (int64, bool) {
			c := standOn(k)
			if c.asked == 0 {
				return k.Moved(), true
			}
			return c.late, c.reserved == 0 && c.agreed < c.asked && k.Past(c.late)
		}},
		cell.Stage{Name: StateAgreed, From: append(from, StateUnilateral), Rests: true, Says: "every party asked agreed to its hash", When: func(k *cell.Case) (int64, bool) {
			c := standOn(k)
			return k.Moved(), c.reserved == 0 && c.asked > 0 && c.agreed == c.asked
		}},
		cell.Stage{Name: StateReserved, From: append(from, StateUnilateral, StateAgreed), Rests: true, Says: "a party took another stand", When: func(k *cell.Case) (int64, bool) {
			c := standOn(k)
			return c.reserved, c.reserved != 0
		}})
	return l
}

// stands is how the parties asked stand on a call record.
type stands struct {
	asked, agreed  int
	reserved, late int64 // when one reserved last, and when the first silence is too long
}

func standOn(k *cell.Case) (s stands) {
	for _, d := range k.Counterparts(k.Charter) {
		s.asked++
		switch position, at := k.Took(d); position {
		case "":
			if due := callDue(k.Matter, k.Column(d), k.Charter); s.late == 0 || due < s.late {
				s.late = due
			}
		case cell.Agrees:
			s.agreed++
		default:
			s.reserved = max(s.reserved, at)
		}
	}
	return s
}

// callDue gives when a desk's silence makes a call record a unilateral note:
// its time runs from delivery, and from the filing while it is not delivered.
func callDue(m cell.Matter, col *cell.Column, c *cell.Charter) int64 {
	from := m.Version.At
	if col.Delivered != nil {
		from = col.Delivered.At
	}
	for _, a := range m.Acks(c) {
		if a.Ack == cell.NeedPosition && a.Within > 0 {
			return from + a.Within.Millis()
		}
	}
	return from + 24*3600*1000
}

// channelLife reads one channel from the two desks' own columns: the latest
// declaration of each, the latest probe of each, the latest attempts. A
// declared state stands above what probes find, and a probe never makes a
// declared one (HOT-16).
func channelLife() cell.Life {
	l := cell.Life{Kinds: []string{RuleChannel}, Stages: []cell.Stage{{Name: Up, Ended: true, Says: "nothing else is found or declared"}}}
	from := []string{Up}
	for _, x := range []struct {
		state, says string
		is          func(declared, probe, attempt said) (int64, bool)
	}{
		{Degraded, "a probe finds it", func(_, p, _ said) (int64, bool) { return p.at, p.state == Degraded }},
		{Unanswered, "an attempt to reach the other desk was in vain", func(_, _, a said) (int64, bool) {
			return a.at, slices.Contains([]string{"no-answer", "refused", "busy", "not-authorised"}, a.state)
		}},
		{TechDown, "a probe finds it", func(_, p, _ said) (int64, bool) { return p.at, p.state == TechDown }},
		{Suspended, "a desk declares it", declares(Suspended)},
		{Withdrawn, "a desk declares it", declares(Withdrawn)},
		{Severed, "a desk declares it", declares(Severed)},
	} {
		l.Stages = append(l.Stages, cell.Stage{Name: x.state, From: slices.Clone(from), Says: x.says, Ended: true, When: func(k *cell.Case) (int64, bool) {
			for _, d := range k.Audience() {
				if at, ok := x.is(latest(k.Matter, d)); ok {
					return at, true
				}
			}
			return 0, false
		}})
		from = append(from, x.state)
	}
	l.Stages[0].From = from[1:] // a channel comes back
	return l
}

func declares(state string) func(declared, probe, attempt said) (int64, bool) {
	return func(d, _, _ said) (int64, bool) { return d.at, d.state == state }
}

// channelStatus gives the state of one channel.
func channelStatus(m cell.Matter, c *cell.Charter, now int64) cell.State {
	return channelLife().Status(m, cell.Around{}, c, now)
}

// checkStatus gives the state of one line check.
func checkStatus(m cell.Matter, c *cell.Charter, now int64) cell.State {
	return checkLife().Status(m, cell.Around{}, c, now)
}

type said struct {
	state string
	at    int64
}

// latest gives the last that a desk has said of the channel; contested records
// move nothing.
func latest(m cell.Matter, desk string) (declared, probe, attempt said) {
	for _, f := range m.Column(desk).Facts {
		if !m.Counts(f) {
			continue
		}
		switch b := f.Body.(type) {
		case ChState:
			declared = said{b.State, f.At}
		case Probe:
			probe = said{b.State, b.Since}
		case Attempt:
			if b.Outcome != "line-fault" { // says nothing about whether somebody would have answered
				attempt = said{b.Outcome, f.At}
			}
		}
	}
	return declared, probe, attempt
}

// ChannelID gives the identity of the channel between two desks.
func ChannelID(a, b string) string {
	return cell.DerivedID(RuleChannel, []string{a, b}, nil)
}

// standing gives the channel of every pair of desks in the charter.
func standing(c *cell.Charter) []cell.Derived {
	var out []cell.Derived
	desks := c.Desks()
	for i, a := range desks {
		for _, b := range desks[i+1:] {
			pair := []string{a, b}
			slices.Sort(pair)
			out = append(out, cell.Derived{ID: ChannelID(a, b), Rule: RuleChannel, Causes: []cell.Cite{}, Desks: pair, Precedence: cell.Routine, Ended: true})
		}
	}
	return out
}

// holds keeps an act back for a reason of this desk's own: how its watch is
// handed over, and which channels are closed.
func holds(s cell.Situation, h cell.Held, k cell.Kind) []cell.Breach {
	switch b := h.Body.(type) {
	case Handover:
		return holdHandover(s, h, b)
	case Takeover:
		return holdTakeover(s, h)
	case Watch:
		return holdWatch(s, h, b)
	case cell.Cancel:
		return holdWithdrawal(s, h)
	}
	return holdChannel(s, h, k)
}

// holdChannel keeps an act back while the channel with an addressee is
// suspended, severed or withdrawn by declaration. Life safety, acks and
// declarations pass in every state (HOT-17).
func holdChannel(s cell.Situation, h cell.Held, k cell.Kind) []cell.Breach {
	if passes(k) {
		return nil
	}
	for _, m := range s.Find(RuleChannel, 0) {
		a := m.Audience()
		if !slices.Contains(a, s.Desk) {
			continue
		}
		other := a[0]
		if other == s.Desk {
			other = a[1]
		}
		st := channelStatus(m, s.Charter, s.Now)
		if slices.Contains(h.To, other) && slices.Contains([]string{Suspended, Severed, Withdrawn}, st.Name) {
			return []cell.Breach{{Rule: "hotline.channel-closed", At: "/to",
				Why: "the channel with " + other + " is " + st.Name + " by declaration; only life-safety messages, acks and declarations pass"}}
		}
	}
	return nil
}

func passes(k cell.Kind) bool {
	switch k.Name {
	case KindChState, KindProbe, KindAttempt, KindLineCheck, KindWatch, KindRoster, KindNotUs, KindProtest, KindCorrect:
		return true
	}
	return k.LifeSafety || strings.HasPrefix(k.Name, "cell.")
}

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

// status gives the state of the module's matters.
func status(m cell.Matter, _ cell.Around, c *cell.Charter, now int64) cell.State {
	switch m.Kind {
	case RuleChannel:
		return channelStatus(m, c, now)
	case KindLineCheck:
		return checkStatus(m, c, now)
	case KindCall:
		return callStatus(m, c, now)
	}
	return cell.MessageStatus(m, c, now)
}

// checkStatus: answered once every desk asked has taken it; missed when one
// has not within the limit from the time it was asked (HOT-02).
func checkStatus(m cell.Matter, c *cell.Charter, now int64) cell.State {
	s := cell.MessageStatus(m, c, now)
	if m.Head == nil || m.Cancelled != nil || s.Name == cell.StateFailed {
		return s
	}
	if s.Name == cell.StateAcked {
		s.Name = StateAnswered
		return s
	}
	due := m.Head.At + checkLimit(c)
	if now >= due {
		return cell.State{Name: StateMissed, Since: due, Contested: s.Contested}
	}
	if s.Next == 0 || due < s.Next {
		s.Next = due
	}
	return s
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

// callStatus: agreed when every party asked has agreed to the hash, reserved
// when one took another stand, a unilateral note when the time passed without,
// or when no party was asked (HOT-11).
func callStatus(m cell.Matter, c *cell.Charter, now int64) cell.State {
	s := cell.MessageStatus(m, c, now)
	if m.Head == nil || m.Cancelled != nil || s.Name == cell.StateFailed {
		return s
	}
	asked, agreed, reserved, late := 0, 0, int64(0), int64(0)
	for _, d := range m.Version.To {
		if c.Role(d) != cell.Party {
			continue
		}
		asked++
		col := m.Column(d)
		switch {
		case col.Position == nil:
			if due := callDue(m, col, c); late == 0 || due < late {
				late = due
			}
		case col.Position.Body.(cell.Position).Position == cell.Agrees:
			agreed++
		default:
			reserved = max(reserved, col.Position.At)
		}
	}
	switch {
	case reserved != 0:
		s.Name, s.Since = StateReserved, reserved
	case asked == 0:
		s.Name = StateUnilateral
	case agreed == asked:
		s.Name = StateAgreed
	case now >= late:
		s.Name, s.Since = StateUnilateral, late
	case s.Next == 0 || late < s.Next:
		s.Next = late
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

// channelStatus reads one channel from the two desks' own columns: the latest
// declaration of each, the latest probe of each, the latest attempts. A
// declared state stands above what probes find, and a probe never makes a
// declared one (HOT-16).
func channelStatus(m cell.Matter, c *cell.Charter, now int64) cell.State {
	s := cell.State{Name: Up, Since: m.At(), Contested: m.Contested}
	rank := []string{Up, Degraded, Unanswered, TechDown, Suspended, Withdrawn, Severed}
	take := func(state string, since int64) {
		if slices.Index(rank, state) > slices.Index(rank, s.Name) {
			s.Name, s.Since = state, since
		}
	}
	for _, d := range m.Audience() {
		declared, probe, attempt := latest(m, d)
		if declared.state != "" && declared.state != "restored" {
			take(declared.state, declared.at)
		}
		if probe.state == Degraded || probe.state == TechDown {
			take(probe.state, probe.at)
		}
		if attempt.state == "no-answer" || attempt.state == "refused" || attempt.state == "busy" || attempt.state == "not-authorised" {
			take(Unanswered, attempt.at)
		}
	}
	return s
}

type said struct {
	state string
	at    int64
}

// latest gives the last that a desk has said of the channel; contested records
// move nothing.
func latest(m cell.Matter, desk string) (declared, probe, attempt said) {
	for _, f := range m.Column(desk).Facts {
		if m.Verdicts[f.Cite()] != cell.VerdictOK {
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

// holds keeps an act back while the channel with an addressee is suspended,
// severed or withdrawn by declaration. Life safety, acks and declarations pass
// in every state (HOT-17).
func holds(s cell.Situation, h cell.Held, k cell.Kind) []cell.Breach {
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
	case KindChState, KindProbe, KindAttempt, KindLineCheck, KindWatch, KindNotUs, KindProtest, KindCorrect:
		return true
	}
	return k.LifeSafety || strings.HasPrefix(k.Name, "cell.")
}

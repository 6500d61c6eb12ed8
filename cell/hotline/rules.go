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
		if c.Role(b.With) == "" || b.With == h.Desk {
			return []cell.Breach{{Rule: "hotline.channel-desk", At: "/body/with", Why: "a channel joins this desk with another member"}}
		}
	case Probe:
		if c.Role(b.With) == "" || b.With == h.Desk {
			return []cell.Breach{{Rule: "hotline.channel-desk", At: "/body/with", Why: "a channel joins this desk with another member"}}
		}
	case Attempt:
		if c.Role(b.Toward) == "" || b.Toward == h.Desk {
			return []cell.Breach{{Rule: "hotline.channel-desk", At: "/body/toward", Why: "an attempt is made toward another member"}}
		}
	}
	return nil
}

// status gives the state of the module's matters.
func status(m cell.Matter, c *cell.Charter, now int64) cell.State {
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

// callStatus: agreed when every party has agreed to the hash, reserved when
// one took another stand, a unilateral note when the time passed without
// (HOT-11).
func callStatus(m cell.Matter, c *cell.Charter, now int64) cell.State {
	s := cell.MessageStatus(m, c, now)
	if m.Head == nil || m.Cancelled != nil || s.Name == cell.StateFailed {
		return s
	}
	agreed, reserved, late := true, false, false
	for _, d := range m.Version.To {
		if c.Role(d) != cell.Party {
			continue
		}
		col := m.Column(d)
		if col.Position == nil {
			agreed = false
			for _, w := range s.Waiting {
				late = late || (w.Desk == d && w.For == cell.NeedPosition && w.Due != 0 && now >= w.Due)
			}
			continue
		}
		if col.Position.Body.(cell.Position).Position != cell.Agrees {
			agreed, reserved = false, true
		}
	}
	switch {
	case reserved:
		s.Name = StateReserved
	case agreed:
		s.Name = StateAgreed
	case late:
		s.Name = StateUnilateral
	}
	return s
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
		declared, probe, attempt := latest(m.Column(d))
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

func latest(col *cell.Column) (declared, probe, attempt said) {
	for _, f := range col.Facts {
		switch b := f.Body.(type) {
		case ChState:
			declared = said{b.State, f.At}
		case Probe:
			probe = said{b.State, b.Since}
		case Attempt:
			attempt = said{b.Outcome, f.At}
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

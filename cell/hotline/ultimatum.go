package hotline

import (
	"slices"

	"parley/cell"
)

// LevelHead is the rung of the ladder at which a head of desk is called.
const LevelHead = "desk-head"

// NeedHead is what an ultimatum waits for: the head of the desk has it.
const NeedHead = "head"

// Ultimatum is a demand with a deadline, or a warning of force. Whoever takes it
// on watch cannot close it: it is above their level from the first second, and
// the supervisor has it too (HOT-14).
type Ultimatum struct {
	Demand      cell.Free   `json:"demand"`
	Deadline    []int64     `json:"deadline"`
	Consequence []cell.Free `json:"consequence"`
	Authority   string      `json:"authority"`
}

// Validate checks the texts and the authority.
func (u Ultimatum) Validate() error {
	return cell.First(u.Demand.Validate("/demand"), cell.AtMostOne("/deadline", u.Deadline), cell.IfGiven("/consequence", u.Consequence),
		cell.OneOf("/authority", u.Authority, "watch", "desk-head", "delegation-head", "principal"))
}

// Repeat gives the deadline.
func (u Ultimatum) Repeat() cell.Repeat { return repeat(nil, u.Deadline, nil) }

// Headed says that the head of the desk has it. The head of desk records it.
type Headed struct{}

// Validate accepts; there is nothing to check.
func (Headed) Validate() error { return nil }

// judgeUltimatum wants every supervisor to be addressed.
func judgeUltimatum(h cell.Held, c *cell.Charter) []cell.Breach {
	if d, ok := h.Misses(c.Supervisors()); ok {
		return []cell.Breach{{Rule: "hotline.ultimatum-supervisor", At: "/to", Why: "an ultimatum or a warning of force goes to " + d + " too"}}
	}
	return nil
}

// judgeHeaded wants the head of desk to say so, in that role.
func judgeHeaded(h cell.Held) []cell.Breach {
	if h.By.Role == cell.RoleHead {
		return nil
	}
	return []cell.Breach{{Rule: "hotline.head-role", At: "/by/role", Why: "the head of the desk says that they have it, nobody for them"}}
}

// ultimatumLife is that of a message which is not acked before the head of every
// party asked has it. The wait stands on the head's rung at once: the desk's node
// records the step with its next tick, whatever the officer on watch does.
func ultimatumLife() cell.Life {
	l := cell.MessageLife(KindUltimatum)
	for i := range l.Stages {
		s := &l.Stages[i]
		s.Waits = headWaits
		if s.Name == cell.StateAcked {
			acked := s.When
			s.Says = "nothing is owed any more, and the head of every party asked has it"
			s.When = func(k *cell.Case) (int64, bool) {
				at, ok := acked(k)
				return at, ok && len(headWaits(k)) == 0
			}
		}
	}
	return l
}

func headWaits(k *cell.Case) []cell.Wait {
	var out []cell.Wait
	for _, d := range k.Counterparts(k.Charter) {
		col := k.Column(d)
		told := slices.ContainsFunc(col.Facts, func(h cell.Held) bool { return h.Kind == KindHeaded && k.Counts(h) })
		if col.Delivered != nil && col.Delivered.Refused == "" && !told {
			out = append(out, cell.Wait{Desk: d, For: NeedHead, Since: col.Delivered.At, Level: LevelHead})
		}
	}
	return out
}

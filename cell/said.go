package cell

import (
	"cmp"
	"slices"
)

// Counts reports whether a record of the matter broke no rule and takes effect:
// others are shown, and move nothing.
func (m Matter) Counts(h Held) bool { return m.Verdicts[h.Cite()] == VerdictOK }

// Stands reports whether the record that opened the matter is held and counts.
// What does not stand comes into force in no way, whatever is said of it.
func (m Matter) Stands() bool { return m.Head != nil && m.Counts(*m.Head) }

// Said gives the records of a kind in the matter that break no rule, of one
// desk or of all when desk is "", the oldest first, so that every node reads
// them in one order: each desk's in the order of its own journal, and between
// desks by the time they state. A desk cannot put a word before an earlier one
// of its own by the time that it writes on it.
func (m Matter) Said(kind, desk string) []Held {
	type said struct {
		Held
		at int64 // no earlier than what its desk said before
	}
	var list []said
	latest := map[string]int64{}
	for _, h := range m.Records { // by desk and place
		if h.Kind == kind && (desk == "" || h.Desk == desk) && h.Ref() != m.Ref && m.Counts(h) {
			latest[h.Desk] = max(latest[h.Desk], h.At)
			list = append(list, said{h, latest[h.Desk]})
		}
	}
	slices.SortFunc(list, func(a, b said) int {
		return cmp.Or(cmp.Compare(a.at, b.at), a.Cite().Compare(b.Cite()))
	})
	var out []Held
	for _, x := range list {
		out = append(out, x.Held)
	}
	return out
}

// Last gives the newest of [Matter.Said].
func (m Matter) Last(kind, desk string) (Held, bool) {
	if list := m.Said(kind, desk); len(list) > 0 {
		return list[len(list)-1], true
	}
	return Held{}, false
}

// First gives the oldest of [Matter.Said].
func (m Matter) First(kind, desk string) (Held, bool) {
	if list := m.Said(kind, desk); len(list) > 0 {
		return list[0], true
	}
	return Held{}, false
}

// Took gives a desk's latest position on the current version, "" when none.
func (m Matter) Took(desk string) (position string, at int64) {
	if p := m.Column(desk).Position; p != nil {
		return p.Body.(Position).Position, p.At
	}
	return "", 0
}

// Others gives everybody who holds the matter but one desk.
func (m Matter) Others(desk string) []string {
	return slices.DeleteFunc(slices.Clone(m.Audience()), func(d string) bool { return d == desk })
}

// Counterparts gives the parties of the matter's audience but for who opened it.
func (m Matter) Counterparts(c *Charter) []string {
	return slices.DeleteFunc(m.Parties(c), func(d string) bool { return d == m.Opener() })
}

// Parties gives the parties of the matter's audience, sorted.
func (m Matter) Parties(c *Charter) []string {
	return slices.DeleteFunc(slices.Clone(m.Audience()), func(d string) bool { return c.Role(d) != Party })
}

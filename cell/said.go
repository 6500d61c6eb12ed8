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
// desk or of all when desk is "", the oldest first: by the time they state and
// then by their place, so that every node reads them in one order.
func (m Matter) Said(kind, desk string) []Held {
	var out []Held
	for _, h := range m.Records {
		if h.Kind == kind && (desk == "" || h.Desk == desk) && h.Ref() != m.Ref && m.Counts(h) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b Held) int {
		return cmp.Or(cmp.Compare(a.At, b.At), a.Cite().Compare(b.Cite()))
	})
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

// Parties gives the parties of the matter's audience, sorted.
func (m Matter) Parties(c *Charter) []string {
	return slices.DeleteFunc(slices.Clone(m.Audience()), func(d string) bool { return c.Role(d) != Party })
}

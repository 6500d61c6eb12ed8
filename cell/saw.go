package cell

import "slices"

// Saw reports whether the author's node held another record's commitment when
// this one was written, by what the record itself states: an answer that did
// not see a question is none to it, whatever the two desks' clocks say.
func (h Held) Saw(x Held) bool {
	if h.Desk == x.Desk {
		return x.Cite().Compare(h.Cite()) < 0
	}
	return slices.ContainsFunc(h.Seen, func(s Seen) bool {
		return s.Desk == x.Desk && (s.Gen > x.Gen || s.Gen == x.Gen && s.Size > x.Index)
	})
}

package cell

import "slices"

// BothHold gives the desks that hold two records, sorted.
func BothHold(a, b Held) []string {
	return slices.DeleteFunc(a.Audience(), func(d string) bool { return !b.Addressed(d) })
}

// FollowsFrom gives the matter that follows by a rule from two others whose
// heads are held, with what was computed of it: for the desks that hold both. It
// is the same from either. ok is false when no desk holds both.
func FollowsFrom(rule string, a, b Matter, facts Body, c *Charter) (d Derived, ok bool) {
	desks := BothHold(*a.Head, *b.Head)
	raw, err := EncodeBody(facts)
	if err != nil || len(desks) == 0 {
		return d, false
	}
	d = Derived{Rule: rule, Parent: a.Ref, Number: a.Number(c) + " × " + b.Number(c), Desks: desks, Precedence: Immediate, Facts: raw,
		Causes: []Cite{a.Head.Cite(), b.Head.Cite()}}
	if d.Causes[1].Compare(d.Causes[0]) < 0 {
		d.Parent = b.Ref
		slices.Reverse(d.Causes)
	}
	d.ID = DerivedID(rule, desks, d.Causes)
	return d, true
}

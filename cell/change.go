package cell

import "slices"

// Successor is a body that may not follow just any other when its opener
// changes the matter: a new draft keeps the clauses of the one before it, say.
// [Judge] asks it of every change, with what the matter says before.
type Successor interface {
	// Succeeds gives the rules that the change does not keep. The places in
	// them begin with "/body". Pure.
	Succeeds(before Body) []Breach
}

// opened finds the record that opened a matter among its opener's own.
func opened(ref Ref, own []Held) (Held, bool) {
	i := slices.IndexFunc(own, func(o Held) bool { return o.Ref() == ref })
	if i < 0 {
		return Held{}, false
	}
	return own[i], true
}

// revised reads the whole new body that a revision carries for a matter of a
// kind: nil when it carries none, an error when it does not read as that kind.
func revised(h Held, kind string, ms Modules) (Body, error) {
	k, _ := ms.Kind(h.Kind)
	rev, ok := h.Body.(Reviser)
	if !ok || !k.Revises || rev.Revision() == nil {
		return nil, nil
	}
	body, _, err := ms.Body(kind, rev.Revision())
	return body, err
}

// SaysOf gives what a record makes a matter say, as a body of one sort: the
// record that opened it, or its opener's change with the whole new body.
func SaysOf[T Body](matter Ref, h Held) (says T, ok bool) {
	if h.Ref() == matter {
		says, ok = h.Body.(T)
		return says, ok
	}
	var none T
	rev, is := h.Body.(Reviser)
	if !is || h.Desk != matter.Desk || h.About != matter || UnmarshalStrict(rev.Revision(), &says) != nil || says.Validate() != nil {
		return none, false
	}
	return says, true
}

// saysNow gives what a matter says after one more record of it, in the order
// of its opener's journal. own are its author's records so far.
func saysNow(ref Ref, says Body, h Held, verdict string, own []Held, ms Modules) Body {
	switch {
	case h.Ref() == ref && says == nil:
		return h.Body
	case h.Desk != ref.Desk || h.About != ref || verdict != VerdictOK:
		return says
	}
	if head, ok := opened(ref, own); ok {
		if b, err := revised(h, head.Kind, ms); err == nil && b != nil {
			return b
		}
	}
	return says
}

// Says gives what a version of the matter says: the record that opened it, or a
// revision that stands. ok is false for any other record.
func (m Matter) Says(version Cite) (body Body, ok bool) {
	body, ok = m.bodies[version]
	return body, ok
}

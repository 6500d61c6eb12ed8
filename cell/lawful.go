package cell

import (
	"errors"
	"slices"
)

// Lawful is a body that must keep rules of the charter by what it says alone:
// an area of at most so many square kilometres, say. [Judge] asks it of the
// record that says it, and of every change that makes its matter say it: what
// could not be filed cannot be filed as a change either.
type Lawful interface {
	// Breaches gives the rules that the body does not keep, said by h. The
	// places in them begin with "/body". Pure.
	Breaches(h Held, c *Charter) []Breach
}

// judgeSaid keeps the rules on what a body says, also when a revision says it,
// and wants a revision to read as the kind of its matter.
func judgeSaid(h Held, ms Modules, p Past, c *Charter) []Breach {
	if b, ok := h.Body.(Lawful); ok {
		return b.Breaches(h, c)
	}
	rev, ok := h.Body.(Reviser)
	if !ok || rev.Revision() == nil {
		return nil
	}
	i := slices.IndexFunc(p.Own, func(o Held) bool { return o.Ref() == h.About })
	if i < 0 {
		return nil // of another desk's matter: refused for that
	}
	body, _, err := ms.Body(p.Own[i].Kind, rev.Revision())
	if inv, bad := errors.AsType[*Invalid](err); bad {
		return []Breach{{"cell.revision-body", "/body" + inv.At, inv.Why}}
	}
	said, ok := body.(Lawful)
	if !ok {
		return nil
	}
	out := said.Breaches(h, c)
	for i := range out {
		out[i].At = "/body" + out[i].At
	}
	return out
}

package cell

import "errors"

// Lawful is a body that must keep rules of the charter by what it says alone:
// an area of at most so many square kilometres, say. [Judge] asks it of the
// record that says it, and of every change that makes its matter say it: what
// could not be filed cannot be filed as a change either.
type Lawful interface {
	// Breaches gives the rules that the body does not keep, said by h. The
	// places in them begin with "/body". h has the kind of the matter that says
	// it, also where a change makes it say so: what is asked may depend on the
	// form. Pure.
	Breaches(h Held, c *Charter) []Breach
}

// judgeSays keeps the rules on what a record says, and on what a revision makes
// its matter say: it reads as the matter's kind, may follow what the matter says
// now, and keeps what the same body would keep as a record of its own.
func judgeSays(h Held, ms Modules, p Past, c *Charter) []Breach {
	if b, ok := h.Body.(Lawful); ok {
		return b.Breaches(h, c)
	}
	head, ok := opened(h.About, p.Own)
	if !ok {
		return nil // of another desk's matter: refused for that
	}
	next, err := revised(h, head.Kind, ms)
	if inv, bad := errors.AsType[*Invalid](err); bad {
		return []Breach{{"cell.revision-body", "/body" + inv.At, inv.Why}}
	}
	var out []Breach
	if s, ok := next.(Successor); ok && p.Says != nil {
		out = s.Succeeds(p.Says)
	}
	if l, ok := next.(Lawful); ok {
		as := h
		as.Kind = head.Kind
		out = append(out, l.Breaches(as, c)...)
	}
	for i := range out {
		out[i].At = "/body" + out[i].At // the body within the body
	}
	return out
}

package cell

import "slices"

// Chain is the charters of a cell that a desk knows, from the oldest on
// (design 5). Each was signed by all its founders and names the one before it
// by its hash. The last one need not be in force at the desk yet.
type Chain []*Charter

// Find gives the charter with that hash; ok is false when it is not known.
func (c Chain) Find(hash string) (_ *Charter, ok bool) {
	if i := slices.IndexFunc(c, func(x *Charter) bool { return x.Hash == hash }); i >= 0 {
		return c[i], true
	}
	return nil, false
}

// Newest gives the last charter of the chain, nil when there is none.
func (c Chain) Newest() *Charter {
	if len(c) == 0 {
		return nil
	}
	return c[len(c)-1]
}

// Hashes gives the hashes from the oldest charter on.
func (c Chain) Hashes() []string {
	out := make([]string, len(c))
	for i, x := range c {
		out[i] = x.Hash
	}
	return out
}

// The rules of the charter chain.
const (
	ruleUnknownCharter = "cell.charter-unknown" // not held here: judged anew once it is
	ruleOldCharter     = "cell.charter-old"     // its author had adopted a later one
)

// under gives the charter that a record is judged by: the one that it names.
// A verdict other than "" says why there is none.
func (c Chain) under(h Held) (_ *Charter, verdict string, why []Breach) {
	own, ok := c.Find(h.Charter)
	if !ok {
		return nil, VerdictCannot, []Breach{{ruleUnknownCharter, "/charter", "the charter that the record names is not held at this desk"}}
	}
	if own.Version < h.Adopted {
		return own, VerdictContested, []Breach{{ruleOldCharter, "/charter", "its author had adopted a later charter before it wrote this"}}
	}
	return own, "", nil
}

// of gives the charter that a matter is kept under: the one that it was opened
// under. What follows from records keeps that of the first of them; what
// stands without any record keeps the charter in force.
func (c Chain) of(m Matter, inForce *Charter, cited func(Cite) (Held, bool)) *Charter {
	named := ""
	if i := slices.IndexFunc(m.Records, func(h Held) bool { return h.Ref() == m.Ref }); i >= 0 {
		named = m.Records[i].Charter
	} else if m.Derived != nil && len(m.Derived.Causes) > 0 {
		if h, ok := cited(m.Derived.Causes[0]); ok {
			named = h.Charter
		}
	}
	if own, ok := c.Find(named); ok {
		return own
	}
	return inForce
}

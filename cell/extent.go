package cell

import "parley/geo"

// Extended is the body of a matter that keeps volumes for itself: an area, a
// band of height, windows of time. Every node keeps an index of them, so that
// what may meet is found without looking at all the rest ([Around.Beside]).
type Extended interface {
	// Extent gives the volumes, one for each window, and the widest margins that
	// the charter keeps between them and any others. Pure.
	Extent(*Charter) ([]geo.Volume, geo.Margins)
}

// Keeping is what one version of a matter keeps, or kept.
type Keeping struct {
	By      Cite // the record that says it
	Volumes []geo.Volume
	Margins geo.Margins
}

// Kept gives what the versions of a matter keep or kept, the oldest first; none
// when its head breaks a rule. What a version kept still counts: the other desk
// may have written while it could not know of the change.
func (m Matter) Kept(c *Charter) []Keeping {
	if !m.Stands() {
		return nil
	}
	var out []Keeping
	for _, h := range m.Records {
		body, ok := m.bodies[h.Cite()]
		x, extended := body.(Extended)
		if !ok || !extended {
			continue
		}
		vs, margins := x.Extent(c)
		out = append(out, Keeping{h.Cite(), vs, margins})
	}
	return out
}

// KeepsVolumes reports whether bodies of the kind keep volumes.
func (k Kind) KeepsVolumes() bool {
	_, ok := k.Sample().(Extended)
	return ok
}

// Beside gives the matters whose volumes may meet those of one, in any of its
// versions, within the margins: more than do, never fewer, in a fixed order and
// without itself.
func (a Around) Beside(r Ref) []Matter {
	if a.MayMeet == nil {
		return nil
	}
	return a.MayMeet(r)
}

// From gives the matters that were derived from one, in a fixed order, each
// with what was computed of it alone: [Around.See] gives what was said there,
// and where it stands.
func (a Around) From(r Ref) []Matter {
	if a.Follow == nil {
		return nil
	}
	return a.Follow(r)
}

// Within gives the matters whose volumes may come nearer to some others than
// the margins: more than do, never fewer, in a fixed order.
func (a Around) Within(vs []geo.Volume, margins geo.Margins) []Matter {
	if a.Reach == nil {
		return nil
	}
	return a.Reach(vs, margins)
}

package celltest

import (
	"cmp"
	"slices"
	"strings"

	"parley/cell"
	"parley/geo"
)

// keeping gives what is found by an index at a desk, by looking at everything:
// what a node finds is held against it.
func (h *History) keeping(a *cell.Around, desk string) {
	var all []cell.Matter
	var derived []cell.Derived
	var of map[cell.Cite][]cell.Ref
	extended := func() []cell.Matter {
		if all == nil {
			all = h.extended(desk)
		}
		return all
	}
	a.MayMeet = func(r cell.Ref) []cell.Matter {
		return slices.DeleteFunc(slices.Clone(extended()), func(m cell.Matter) bool { return m.Ref == r })
	}
	a.Reach = func(vs []geo.Volume, margins geo.Margins) []cell.Matter {
		return slices.DeleteFunc(slices.Clone(extended()), func(m cell.Matter) bool {
			return !slices.ContainsFunc(m.Kept(m.Charter), func(k cell.Keeping) bool { return reaches(vs, margins, k) })
		})
	}
	a.Follow = func(r cell.Ref) []cell.Matter {
		if derived == nil {
			derived, of = append([]cell.Derived{}, h.allDerived()...), h.belonging()
		}
		return from(derived, of, r, desk)
	}
}

// reaches reports whether what is kept may come nearer to some volumes than the
// margins of both, by boxes and windows as a node's index does.
func reaches(vs []geo.Volume, margins geo.Margins, k cell.Keeping) bool {
	for _, a := range vs {
		for _, b := range k.Volumes {
			time := margins.TimeMS + k.Margins.TimeMS
			if a.From-time <= b.Until && b.From-time <= a.Until && geo.BoxOf(a.Shape, margins.LateralM).Meets(geo.BoxOf(b.Shape, k.Margins.LateralM)) {
				return true
			}
		}
	}
	return false
}

// extended gives the matters that keep volumes and are held at a desk.
func (h *History) extended(desk string) []cell.Matter {
	out := []cell.Matter{}
	seen := map[cell.Ref]bool{}
	for _, x := range h.Records {
		k, _ := h.Modules.Kind(x.Kind)
		if _, ok := x.Body.(cell.Extended); !ok || !k.Opens || desk != "" && !x.Addressed(desk) || seen[x.Ref()] {
			continue
		}
		seen[x.Ref()] = true
		out = append(out, h.fold(x.Ref(), nil, desk))
	}
	slices.SortFunc(out, func(a, b cell.Matter) int { return strings.Compare(a.Ref.String(), b.Ref.String()) })
	return out
}

// from gives what was derived from a matter and is held at a desk.
func from(derived []cell.Derived, of map[cell.Cite][]cell.Ref, r cell.Ref, desk string) []cell.Matter {
	var out []cell.Matter
	for _, d := range derived {
		if desk != "" && !slices.Contains(d.Desks, desk) || !slices.ContainsFunc(d.Causes, func(c cell.Cite) bool { return slices.Contains(of[c], r) }) {
			continue
		}
		out = append(out, cell.Matter{Ref: cell.Ref{ID: d.ID}, Kind: d.Rule, Derived: &d})
	}
	slices.SortFunc(out, func(a, b cell.Matter) int { return strings.Compare(a.Ref.ID, b.Ref.ID) })
	return out
}

// belonging gives the matters that each record belongs to.
func (h *History) belonging() map[cell.Cite][]cell.Ref {
	of := make(map[cell.Cite][]cell.Ref, len(h.Records))
	for _, x := range h.Records {
		k, _ := h.Modules.Kind(x.Kind)
		of[x.Cite()] = x.Matters(k)
	}
	return of
}

// during gives the matters that keep volumes in a span of time.
func (h *History) during(desk string) func(from, until int64, most int, kinds ...string) ([]cell.Matter, bool) {
	return func(from, until int64, most int, kinds ...string) ([]cell.Matter, bool) {
		return h.duringBy(desk)("", from, until, most, kinds...)
	}
}

// duringBy gives those that one desk opened.
func (h *History) duringBy(desk string) func(by string, from, until int64, most int, kinds ...string) ([]cell.Matter, bool) {
	return func(by string, from, until int64, most int, kinds ...string) (out []cell.Matter, more bool) {
		begins := func(m cell.Matter) (at int64, any bool) {
			for _, k := range m.Kept(m.Charter) {
				for _, v := range k.Volumes {
					if v.From < v.Until && v.From <= until && from <= v.Until && (!any || v.From < at) {
						at, any = v.From, true
					}
				}
			}
			return at, any
		}
		for _, m := range h.extended(desk) {
			if _, ok := begins(m); ok && (by == "" || m.Opener() == by) && (len(kinds) == 0 || slices.Contains(kinds, m.Kind)) {
				out = append(out, m)
			}
		}
		slices.SortStableFunc(out, func(a, b cell.Matter) int {
			x, _ := begins(a)
			y, _ := begins(b)
			return cmp.Compare(x, y)
		})
		if len(out) > most {
			return out[:most], true
		}
		return out, false
	}
}

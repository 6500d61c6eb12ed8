package deconfliction

import (
	"cmp"
	"context"
	"slices"

	"parley/cell"
)

// Watched is an area of interest as the screen shows it.
type Watched struct {
	cell.Line
	Name    string        `json:"name"`
	Volumes []cell.Volume `json:"volumes"`
	Types   []string      `json:"types"`
	Until   int64         `json:"until"`
	Notices []InArea      `json:"notices"` // that came to lie there since, those not looked at first
}

// InArea is a notice in an area of interest.
type InArea struct {
	cell.Line
	Facts OfInterest `json:"facts"`
}

// interestsQuery lists the areas of interest of this desk.
var interestsQuery = cell.Query{Name: "interests", Path: "/deconfliction/interests", Run: func(_ context.Context, v cell.View) (any, error) {
	out := struct {
		Interests []Watched `json:"interests"`
	}{[]Watched{}}
	for _, m := range v.Find(KindInterest, 0) {
		b, ok := m.Body.(Interest)
		if !ok || m.Opener() != v.Desk {
			continue
		}
		w := Watched{Line: v.Line(m), Name: b.Name, Volumes: cell.List(b.Volumes), Types: cell.List(b.Types), Until: b.Until, Notices: []InArea{}}
		for _, d := range v.Near.From(m.Ref) {
			if full, _, ok := v.Near.See(d.Ref); ok && full.Derived != nil && full.Derived.Rule == RuleInterest {
				w.Notices = append(w.Notices, InArea{v.Line(full), cell.Computed[OfInterest](full.Derived)})
			}
		}
		slices.SortStableFunc(w.Notices, func(a, b InArea) int {
			return cmp.Or(cmp.Compare(open(b.Open), open(a.Open)), cmp.Compare(b.At, a.At))
		})
		out.Interests = append(out.Interests, w)
	}
	slices.SortStableFunc(out.Interests, func(a, b Watched) int {
		return cmp.Or(cmp.Compare(open(b.Open), open(a.Open)), cmp.Compare(b.At, a.At))
	})
	return out, nil
}, Summary: "The areas of interest of this desk, and the notices that came to lie in them since (DEC-13)"}

func open(o bool) int {
	if o {
		return 1
	}
	return 0
}

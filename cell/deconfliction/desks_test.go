package deconfliction_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

const (
	minute = int64(60_000)
	hour   = 60 * minute
	day    = 24 * hour
	noon   = int64(celltest.Noon)
)

// works is a notice of works in a circle of 500 m, from noon of the third day
// for six hours.
func works() deconfliction.Notice {
	return deconfliction.Notice{Activity: "works", Area: circle("12.46", "-38.20", 500), Window: cell.Span{From: noon + 4*day, Until: noon + 4*day + 6*hour},
		Height: []cell.Height{}, Vehicles: []int64{}, People: []int64{}, Contact: "channel 4", Confidentiality: deconfliction.Exact, Note: []cell.Free{}}
}

func circle(lat, lon string, radius int64) cell.Area {
	return cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{{Lat: lat, Lon: lon}}, RadiusM: radius}
}

// moved gives the notice in another window.
func moved(n deconfliction.Notice, by int64) deconfliction.Notice {
	n.Window = cell.Span{From: n.Window.From + by, Until: n.Window.Until + by}
	return n
}

// story is a history with the acts of this module.
type story struct {
	*celltest.History
	t *testing.T
}

func begin(t *testing.T) *story {
	return &story{celltest.NewHistory(celltest.Charter(t, deconfliction.Module), cell.Modules{deconfliction.Module}), t}
}

func (s *story) file(desk string, n deconfliction.Notice) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, deconfliction.KindNotice, n, nil)
}

// on records an act about a notice, which it cites.
func (s *story) on(desk string, of cell.Held, kind string, b cell.Body, saw ...cell.Held) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, kind, b, func(r *cell.Record) {
		r.About, r.Cites = of.Ref(), []cell.Cite{of.Cite()}
		r.Seen = seen(saw)
	})
}

func (s *story) update(of cell.Held, n cell.Body, saw ...cell.Held) cell.Held {
	s.t.Helper()
	return s.on(of.Desk, of, cell.KindUpdate, celltest.Update(s.t, n), saw...)
}

func seen(list []cell.Held) []cell.Seen {
	var out []cell.Seen
	for _, x := range list {
		out = append(out, cell.Seen{Desk: x.Desk, Gen: x.Gen, Size: x.Index + 1})
	}
	return out
}

// about records an act about the conflict of two notices.
func (s *story) about(desk string, a, b cell.Held, kind string, body cell.Body, cites ...cell.Held) cell.Held {
	s.t.Helper()
	id, desks := deconfliction.ConflictID(a, b)
	if len(cites) == 0 {
		cites = []cell.Held{a, b}
	}
	return s.Add(s.t, desk, kind, body, func(r *cell.Record) {
		r.About, r.Cites = cell.Ref{ID: id}, nil
		r.To = slices.DeleteFunc(desks, func(d string) bool { return d == desk })
		for _, c := range cites {
			r.Cites = append(r.Cites, c.Cite())
		}
	})
}

// propose proposes that the notice of a desk moves by a day.
func (s *story) propose(desk string, a, b, moves cell.Held) cell.Held {
	s.t.Helper()
	n := s.Matter(moves.Ref(), "")
	to := moved(n.Body.(deconfliction.Notice), day).Window
	return s.about(desk, a, b, deconfliction.KindPropose1, deconfliction.Propose1{Notice: n.Number(s.Charter), Desk: moves.Desk,
		Window: []cell.Span{to}, Height: []cell.Height{}, Text: []cell.Free{}})
}

// conflict gives the conflict of two notices and its state at the present.
func (s *story) conflict(a, b cell.Held) (cell.Derived, cell.State) {
	s.t.Helper()
	id, _ := deconfliction.ConflictID(a, b)
	all := s.Derived(deconfliction.RuleConflict)
	i := slices.IndexFunc(all, func(d cell.Derived) bool { return d.ID == id })
	if i < 0 {
		return cell.Derived{}, cell.State{}
	}
	return all[i], s.State(cell.Ref{ID: id}, s.Now)
}

func (s *story) wantConflict(a, b cell.Held, state string, waits ...string) {
	s.t.Helper()
	_, st := s.conflict(a, b)
	var got []string
	for _, w := range st.Waiting {
		got = append(got, w.Desk+" "+w.For)
	}
	if st.Name != state || !slices.Equal(got, waits) {
		s.t.Errorf("the conflict is %q and waits for %v, want %q and %v", st.Name, got, state, waits)
	}
}

func (s *story) wantNotice(of cell.Held, at int64, state string) {
	s.t.Helper()
	if st := s.State(of.Ref(), at); st.Name != state {
		s.t.Errorf("%s at +%d h: %q, want %q", of.Cite(), (at-noon)/hour, st.Name, state)
	}
}

// board asks the module's query at a desk at a time.
func (s *story) board(desk string, now int64) deconfliction.Board {
	s.t.Helper()
	return celltest.Ask[deconfliction.Board](s.t, s.At(now), desk, deconfliction.Module)
}

// refused wants an act to be refused at its own desk, and the same record from
// a desk that lets it pass to be kept, contested by the same rule.
func (s *story) refused(h cell.Held, rule string) {
	s.t.Helper()
	s.WantRefused(s.t, h, "", rule)
}

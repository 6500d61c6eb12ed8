package cell_test

import (
	"testing"

	"parley/cell"
	"parley/cell/celltest"
)

// deal is the toy module with a life in which what was agreed binds.
func deal() cell.Module {
	m := toy
	m.Lives = []cell.Life{{Kinds: []string{"toy.ask/1"}, Stages: []cell.Stage{
		{Name: "proposed"},
		{Name: "agreed", From: []string{"proposed"}, Says: "both agree", Binds: true, When: func(k *cell.Case) (int64, bool) {
			for _, v := range k.Versions() {
				if at, ok := k.Agreed(v, []string{"alpha", "bravo"}); ok {
					return at, true
				}
			}
			return 0, false
		}},
	}}}
	return m
}

// saw lets a record state that its desk holds all that the others wrote so far.
func saw(h *celltest.History) func(*cell.Record) {
	size := map[string]int64{}
	for _, x := range h.Records {
		size[x.Desk] = x.Index + 1
	}
	return func(r *cell.Record) {
		for _, d := range h.Charter.Desks() {
			if d != r.Desk && size[d] > 0 {
				r.Seen = append(r.Seen, cell.Seen{Desk: d, Gen: 1, Size: size[d]})
			}
		}
	}
}

// An agreement stands once all agree and nobody took its word back before; from
// then on no desk ends it alone, by whatever record.
func TestAgreement(t *testing.T) {
	type world struct {
		*celltest.History
		head cell.Held
	}
	stand := func(desk, position string, sees bool) func(w *world) {
		return func(w *world) {
			p := cell.Position{Position: position, Text: []cell.Free{}}
			if position == cell.Agrees {
				p.Hash = w.head.Hash
			}
			look := saw(w.History)
			w.Add(t, desk, cell.KindPosition, p, func(r *cell.Record) {
				about(w.head)(r)
				if sees {
					look(r)
				}
			})
		}
	}
	byOpener := func(kind string, b cell.Body, sees bool) func(w *world) {
		return func(w *world) {
			look := saw(w.History)
			w.Add(t, "alpha", kind, b, func(r *cell.Record) {
				about(w.head)(r)
				if sees {
					look(r)
				}
			})
		}
	}
	cancel := func(sees bool) func(*world) {
		return byOpener(cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, sees)
	}
	change := func(sees bool) func(*world) {
		return byOpener(cell.KindUpdate, cell.Update{Body: []byte(`{"decides":"supervisor","by":9}`)}, sees)
	}
	receipt := func(w *world) {
		i := len(w.Records) - 1
		w.Records[i].Deliveries["alpha"] = cell.Delivery{At: w.Now, Ref: cell.Cite{Desk: "alpha", Gen: 1, Index: 0}}
	}
	yes := stand("bravo", cell.Agrees, false)
	for _, tt := range []struct {
		name string
		acts []func(*world)
		want string
	}{
		{"nobody answers", nil, "proposed"},
		{"it is only noted", []func(*world){stand("bravo", cell.Noted, true)}, "proposed"},
		{"agreed", []func(*world){yes}, "agreed"},
		{"agreed, then noted", []func(*world){yes, stand("bravo", cell.Noted, true)}, "agreed"},
		{"objected, then agreed", []func(*world){stand("bravo", cell.Objects, true), yes}, "agreed"},
		{"objected after all had agreed", []func(*world){yes, stand("bravo", cell.Objects, true)}, "agreed"},
		{"the opener objects and had not seen the other's word", []func(*world){yes, stand("alpha", cell.Objects, false)}, "proposed"},
		{"the opener objects and had seen it", []func(*world){yes, stand("alpha", cell.Objects, true)}, "agreed"},
		{"withdrawn before", []func(*world){cancel(true)}, cell.StateCancelled},
		{"agreed after the withdrawal", []func(*world){cancel(true), stand("bravo", cell.Agrees, true)}, cell.StateCancelled},
		{"withdrawn unseen", []func(*world){yes, cancel(false)}, cell.StateCancelled},
		{"withdrawn though seen", []func(*world){yes, cancel(true)}, "agreed"},
		{"withdrawn after its node's receipt", []func(*world){yes, receipt, cancel(false)}, "agreed"},
		{"taken back, then withdrawn", []func(*world){yes, stand("alpha", cell.Objects, false), stand("bravo", cell.Objects, true), cancel(true)}, cell.StateCancelled},
		{"changed before", []func(*world){change(false), yes}, "proposed"},
		{"changed though seen", []func(*world){yes, change(true)}, "agreed"},
		{"changed unseen", []func(*world){yes, change(false)}, "proposed"},
	} {
		w := &world{History: celltest.NewHistory(celltest.Charter(t), cell.Modules{deal()})}
		w.head = w.Add(t, "alpha", "toy.ask/1", ask{"supervisor", 1}, nil)
		for _, act := range tt.acts {
			act(w)
		}
		if s := w.State(w.head.Ref(), w.Now); s.Name != tt.want || s.Open != (tt.want != cell.StateCancelled) {
			t.Errorf("%s: %+v, want %s", tt.name, s, tt.want)
		}
	}
}

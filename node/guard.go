package node

import (
	"fmt"

	"parley/cell"
)

// ruleFold marks a matter that a module could not work out. It is a fault of
// this desk's software, never of the record, and must not end the desk: the
// record would come again after every restart.
const ruleFold = "cell.fold"

// foldSafely folds a matter. A panic in a module's rules leaves it unknown,
// with its records as they came.
func (n *Node) foldSafely(ref cell.Ref, d *cell.Derived, records []cell.Held, cited func(cell.Cite) (cell.Held, bool)) (m cell.Matter) {
	defer func() {
		if p := recover(); p != nil {
			n.Log.Error("matter not folded", "matter", ref.String(), "panic", fmt.Sprint(p))
			m = cell.Matter{Ref: ref, Derived: d, Records: records, Verdicts: map[cell.Cite]string{}}
			for _, r := range records {
				m.Contested = append(m.Contested, cell.Contest{Record: r.Cite(), Rule: ruleFold, Why: fmt.Sprint(p)})
			}
		}
	}()
	return cell.Fold(ref, d, records, cited, n.Modules, n.known().Charters, n.Config.Charter)
}

// statusSafely gives a matter's state; a panic leaves it unknown.
func (n *Node) statusSafely(m cell.Matter, near cell.Around, at int64) (s cell.State) {
	defer func() {
		if p := recover(); p != nil {
			n.Log.Error("state not worked out", "matter", m.Ref.String(), "panic", fmt.Sprint(p))
			s = cell.State{Name: cell.StateUnknown, Since: m.At(), Contested: m.Contested}
			for _, r := range m.Records {
				s.Contested = append(s.Contested, cell.Contest{Record: r.Cite(), Rule: ruleFold, Why: fmt.Sprint(p)})
			}
		}
	}()
	return cell.Status(m, near, n.Modules, n.under(m), at)
}

// deriveSafely gives the matters that follow from one; none after a panic.
func (n *Node) deriveSafely(m cell.Matter, near cell.Around) (out []cell.Derived) {
	defer func() {
		if p := recover(); p != nil {
			n.Log.Error("nothing derived", "matter", m.Ref.String(), "panic", fmt.Sprint(p))
			out = nil
		}
	}()
	out = cell.DeriveKernel(m)
	if mod, ok := n.Modules.Of(m.Kind); ok && mod.Derive != nil {
		out = append(out, mod.Derive(m, near, n.under(m))...)
	}
	return out
}

package confidence

import (
	"slices"

	"parley/cell"
)

// due shows everybody the commitment to a step that this desk has laid in: the
// officer signs and lays in, the node counts the hash.
func due(s cell.Situation) []cell.Draft {
	var out []cell.Draft
	for _, m := range s.Find(KindEscrow, 0) {
		e, ok := m.Body.(Escrow)
		if !ok || m.Head == nil || !e.side(s.Desk) || s.Now > e.Timeout || m.Cancelled != nil || decided(m) {
			continue
		}
		h, laid := m.First(KindDeposit, s.Desk)
		if _, shown := m.First(KindCommit, s.Desk); shown || !laid {
			continue
		}
		d := h.Body.(Deposit)
		out = append(out, cell.Draft{Kind: KindCommit, Key: "confidence.commit/" + m.Ref.String(), About: m.Ref, Cites: []cell.Cite{m.Head.Cite()},
			To: m.Others(s.Desk), Precedence: m.Precedence(), By: cell.ByNode(),
			Body: Commit{Hash: d.of(s.Desk).commitment(d.Escrow, h.Charter, s.Charter)}})
	}
	return out
}

// decided reports whether the deciding desk has released or returned.
func decided(m cell.Matter) bool {
	e, _ := m.Body.(Escrow)
	_, released := m.First(KindRelease, e.Decides)
	_, returned := m.First(KindReturn, e.Decides)
	return released || returned
}

// holds keeps back what this desk should not file now, for what it holds: the
// withdrawal of what binds, a step into an escrow that is over, a counterpart
// that is no measure.
func holds(s cell.Situation, h cell.Held, k cell.Kind) []cell.Breach {
	if b, ok := h.Body.(Measure); ok && b.Counterpart != "" {
		ref, _ := cell.ParseRef(b.Counterpart)
		if m, _, held := s.Near.See(ref); !held || m.Kind != KindMeasure {
			return []cell.Breach{{Rule: "confidence.counterpart", At: "/body/counterpart", Why: "no measure of that key is held at this desk"}}
		}
	}
	m, st, ok := s.Near.See(h.About)
	switch {
	case !ok:
		return nil
	case h.Kind == cell.KindCancel && m.Kind == KindMeasure && st.Name != StateProposed:
		return []cell.Breach{{Rule: "confidence.bound", At: "/about", Why: "every party has agreed to it: one desk does not withdraw it"}}
	case h.Kind == cell.KindCancel && m.Kind == KindEscrow && !st.Open:
		return []cell.Breach{{Rule: "confidence.bound", At: "/about", Why: "the escrow is decided"}}
	case m.Kind == KindEscrow && slices.Contains(k.Follows, KindEscrow) && !st.Open:
		return []cell.Breach{{Rule: "confidence.closed", At: "/about", Why: "the escrow is over: " + st.Name}}
	}
	return nil
}

// notes gives the steps of a released escrow as signed notes.
func notes(m cell.Matter, c *cell.Charter) [][]byte {
	e, ok := m.Body.(Escrow)
	if !ok {
		return nil
	}
	h, ok := m.First(KindRelease, e.Decides)
	if !ok {
		return nil
	}
	r := h.Body.(Release)
	var out [][]byte
	for _, s := range r.Steps {
		if by, ok := m.First(KindCommit, s.Desk); ok && slices.Contains(h.Cites, by.Cite()) {
			out = append(out, s.note(r.Escrow, by.Charter, c))
		}
	}
	return out
}

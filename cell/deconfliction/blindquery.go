package deconfliction

import "parley/cell"

// Unseen is a blind conflict of two notices of which at least one is blind, as the
// screen shows it.
type Unseen struct {
	cell.Line
	Head      string        `json:"head"` // the record that opened it, which a proposal cites
	Facts     BlindConflict `json:"facts"`
	Consents  []string      `json:"consents"` // the desks that let what is blind be shown
	Shown     []Revealed    `json:"shown"`    // what was blind, once both did
	Proposals []Offered     `json:"proposals"`
	Text      cell.T3       `json:"text"`
}

// unseen gives the blind conflicts of the last thirty days that are open, or of
// notices that are listed.
func unseen(v cell.View, listed map[string]bool) []Unseen {
	out := []Unseen{}
	for _, m := range v.Find(KindBlindConflict, v.Now-30*day) {
		b, ok := m.Body.(BlindConflict)
		x := Unseen{Line: v.Line(m), Facts: b, Consents: []string{}, Shown: []Revealed{}, Proposals: []Offered{}, Text: v.Text(m)}
		if ok && m.Head != nil {
			x.Head = m.Head.Cite().String()
		}
		if !ok || !m.Stands() || !x.Open && !listed[b.Between[0]] && !listed[b.Between[1]] {
			continue
		}
		for _, d := range b.owners() {
			if _, said := word(m, v.Near, d); said == "yes" {
				x.Consents = append(x.Consents, d)
			}
		}
		if h, ok := m.First(KindReveal, m.Opener()); ok {
			x.Shown = h.Body.(Reveal).Notices
		}
		for _, o := range offers(v.Case(m)) {
			x.Proposals = append(x.Proposals, answered(v, o))
		}
		out = append(out, x)
	}
	return out
}

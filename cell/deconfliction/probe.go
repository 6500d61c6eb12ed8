package deconfliction

import (
	"fmt"
	"slices"

	"parley/cell"
	"parley/geo"
)

// spending is what a desk was answered in a zone since the day began.
type spending struct{ answers, withdrawn int64 }

// zones gives the zones of the charter that a notice touches, "" when it lies in
// none: where its answer is counted.
func (w *clearing) zones(v version) []string {
	out := []string{}
	for _, z := range w.Charter.Zones {
		shape := z.Shape(w.Charter)
		if slices.ContainsFunc(v.geo, func(x geo.Volume) bool { return geo.Overlap(x.Shape, shape) }) {
			out = append(out, z.ID)
		}
	}
	if len(out) == 0 {
		out = append(out, "")
	}
	return out[:min(len(out), 64)]
}

// overspent counts one more answer to the desk of a notice in its zones, one for
// each of its volumes, and reports whether the budget of the day was spent in one
// of them. Then the supervisor is alarmed, and nothing is answered until one of its
// officers lets it pass, or the day is over. An answer whose notice was taken back
// soon afterwards counts twice: who asks and takes back learns without telling.
func (w *clearing) overspent(m cell.Matter, t *telling) bool {
	began := w.Now - w.Now%day
	spent := w.spending(m.Opener(), began)
	over := false
	for _, z := range t.zones {
		s := spent[z]
		if s == nil {
			s = &spending{}
			spent[z] = s
		}
		if s.answers+s.withdrawn < w.Charter.Blind.Budget {
			continue
		}
		over = true
		w.drafts = append(w.drafts, cell.Draft{Kind: KindProbing, Key: fmt.Sprintf("probing/%s/%s/%d", m.Opener(), z, began), By: cell.ByNode(), Precedence: cell.Immediate,
			Body: Probing{Desk: m.Opener(), Zone: z, Day: began, Answers: s.answers, Withdrawn: s.withdrawn, Budget: w.Charter.Blind.Budget}})
	}
	if over && !w.continued(m) {
		return true
	}
	for _, z := range t.zones {
		spent[z].answers += t.questions
	}
	return false
}

// takenBack reports whether a notice was withdrawn, or ended before it began or
// within a slot of its answer.
func takenBack(m cell.Matter, c *cell.Charter) bool {
	h, ended := m.First(KindComplete, m.Opener())
	answer, _ := m.First(KindChecked, "")
	if !ended {
		return m.Cancelled != nil
	}
	return h.Body.(Complete).Ended < spanSaid(m).From || h.At < answer.At+c.Blind.Slot.Millis()
}

// continued reports whether an officer let a notice be answered as it stands.
func (w *clearing) continued(m cell.Matter) bool {
	return slices.ContainsFunc(m.Said(KindContinue, w.Desk), func(h cell.Held) bool { return slices.Contains(h.Cites, m.Version.Cite()) })
}

// spending gives what a desk was answered since the day began, by zone.
func (w *clearing) spending(desk string, began int64) map[string]*spending {
	if w.spent == nil {
		w.spent = map[string]map[string]*spending{}
		for _, h := range w.Of(KindChecked, began) {
			w.count(h)
		}
	}
	if w.spent[desk] == nil {
		w.spent[desk] = map[string]*spending{}
	}
	return w.spent[desk]
}

// count adds one answer of this day.
func (w *clearing) count(h cell.Held) {
	b, ok := h.Body.(Checked)
	if !ok || h.Desk != w.Desk || b.Again || b.Result == CheckHeld {
		return
	}
	asked, _, _ := w.Near.See(h.About)
	by := w.spent[h.About.Desk]
	if by == nil {
		by = map[string]*spending{}
		w.spent[h.About.Desk] = by
	}
	for _, z := range b.Zones {
		if by[z] == nil {
			by[z] = &spending{}
		}
		by[z].answers += b.Questions
		if takenBack(asked, w.Charter) {
			by[z].withdrawn += b.Questions
		}
	}
}

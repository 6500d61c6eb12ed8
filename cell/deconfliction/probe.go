package deconfliction

import (
	"fmt"
	"slices"

	"parley/cell"
	"parley/geo"
)

// spender is a desk in a zone.
type spender struct{ desk, zone string }

// spending is what a desk was answered in a zone since the day began.
type spending struct {
	answers int64
	charged []charged
}

// charged is a notice with how many answers it counted for.
type charged struct {
	notice    cell.Ref
	questions int64
}

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
	if w.spent == nil {
		w.count(began)
	}
	over := false
	for _, z := range t.zones {
		s, budget := w.in(spender{m.Opener(), z}), w.Charter.Blind.Budget
		if 2*s.answers < budget { // no more than was answered can have been taken back
			continue
		}
		withdrawn := w.takenBackOf(s)
		if s.answers+withdrawn < budget {
			continue
		}
		over = true
		w.drafts = append(w.drafts, cell.Draft{Kind: KindProbing, Key: fmt.Sprintf("probing/%s/%s/%d", m.Opener(), z, began), By: cell.ByNode(), Precedence: cell.Immediate,
			Body: Probing{Desk: m.Opener(), Zone: z, Day: began, Answers: s.answers, Withdrawn: withdrawn, Budget: budget}})
	}
	if _, passes := letPass(m); over && !passes {
		return true
	}
	for _, z := range t.zones {
		w.in(spender{m.Opener(), z}).answers += t.questions
	}
	return false
}

// in gives the spending of a desk in a zone.
func (w *clearing) in(of spender) *spending {
	if w.spent[of] == nil {
		w.spent[of] = &spending{}
	}
	return w.spent[of]
}

// count takes up the answers of a day.
func (w *clearing) count(began int64) {
	w.spent = map[spender]*spending{}
	for _, h := range w.Of(KindChecked, began) {
		b, ok := h.Body.(Checked)
		if !ok || h.Desk != w.Desk || b.Again || b.Result == CheckHeld {
			continue
		}
		for _, z := range b.Zones {
			s := w.in(spender{h.About.Desk, z})
			s.answers, s.charged = s.answers+b.Questions, append(s.charged, charged{h.About, b.Questions})
		}
	}
}

// takenBackOf gives how many of some answers were of notices that were taken back.
func (w *clearing) takenBackOf(s *spending) (n int64) {
	for _, x := range s.charged {
		if m, _, ok := w.Near.See(x.notice); ok && takenBack(m, w.Charter) {
			n += x.questions
		}
	}
	return n
}

// takenBack reports whether a notice was withdrawn, or ended before it began or
// within a slot of its answer.
func takenBack(m cell.Matter, c *cell.Charter) bool {
	h := ending(m)
	if h == nil {
		return false
	}
	b, completed := h.Body.(Complete)
	answer, _ := m.First(KindChecked, "")
	return !completed || b.Ended < spanSaid(m).From || h.At < answer.At+c.Blind.Slot.Millis()
}

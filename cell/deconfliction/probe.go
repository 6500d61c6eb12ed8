package deconfliction

import (
	"fmt"
	"slices"

	"parley/cell"
	"parley/geo"
)

// spender is a desk in a zone.
type spender struct{ desk, zone string }

// spending is what a desk was answered in a zone since the day began, and what it
// took back in it.
type spending struct {
	answers int64
	charged []charged // since a day before that: what is taken back now may have been answered then
	taken   *int64    // of them; nil: not looked at yet
}

// charged is a notice with how many answers it counted for, and when.
type charged struct {
	notice    cell.Ref
	questions int64
	at        int64
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
// of them: nothing is answered then until an officer of the supervisor lets it pass,
// or the day is over. The supervisor is alarmed when it is spent, and before: with
// the answer that leaves a quarter of it or less, so that nobody spends it unseen.
func (w *clearing) overspent(m cell.Matter, t *telling) bool {
	began := w.Now - w.Now%day
	if w.spent == nil {
		w.count(began)
	}
	over, budget := false, w.Charter.Blind.Budget
	for _, z := range t.zones {
		who := spender{m.Opener(), z}
		s := w.in(who)
		if 4*(s.atMost()+t.questions) < 3*budget {
			continue
		}
		withdrawn := w.takenBackOf(s, began)
		spent := s.answers + withdrawn
		p := Probing{Desk: who.desk, Zone: z, Day: began, Answers: s.answers, Withdrawn: withdrawn, Budget: budget}
		switch {
		case spent >= budget:
			over = true
			w.alarm("probing", p)
		case 4*(spent+t.questions) >= 3*budget:
			p.Answers += t.questions
			w.alarm("probing-soon", p)
		}
	}
	if _, passes := letPass(m); over && !passes {
		return true
	}
	for _, z := range t.zones {
		w.in(spender{m.Opener(), z}).answers += t.questions
	}
	return false
}

// alarm tells the supervisor's officers of many questions, once for each reason in
// a zone and day.
func (w *clearing) alarm(why string, p Probing) {
	w.draft(cell.Draft{Kind: KindProbing, Key: fmt.Sprintf("%s/%s/%s/%d", why, p.Desk, p.Zone, p.Day), By: cell.ByNode(), Precedence: cell.Immediate, Body: p})
}

// in gives the spending of a desk in a zone.
func (w *clearing) in(of spender) *spending {
	if w.spent[of] == nil {
		w.spent[of] = &spending{}
	}
	return w.spent[of]
}

// count takes up the answers of a day, and those of the day before: they count no
// more, and what is taken back of them does.
func (w *clearing) count(began int64) {
	w.spent = map[spender]*spending{}
	for _, h := range w.Of(KindChecked, began-day) {
		b, ok := h.Body.(Checked)
		if !ok || h.Desk != w.Desk || b.Again || b.Result == CheckHeld {
			continue
		}
		for _, z := range b.Zones {
			s := w.in(spender{h.About.Desk, z})
			s.charged = append(s.charged, charged{h.About, b.Questions, h.At})
			if h.At >= began {
				s.answers += b.Questions
			}
		}
	}
}

// atMost is what a desk has spent if it took back all that it was answered.
func (s *spending) atMost() int64 {
	n := s.answers
	for _, x := range s.charged {
		n += x.questions
	}
	return n
}

// takenBackOf gives how many answers were of notices that were taken back since the
// day began, within a day of the answer: a question counts on the day that it is
// answered, and once more on the day that it is taken back. Who asks before midnight
// and takes back after it gains nothing, and neither day counts it twice.
func (w *clearing) takenBackOf(s *spending, began int64) int64 {
	if s.taken != nil {
		return *s.taken
	}
	n := int64(0)
	for _, x := range s.charged {
		m, _, ok := w.Near.See(x.notice)
		if !ok || !w.takenBack(m, x.at) {
			continue
		}
		if at := w.endedAt(m); began <= at && at < x.at+day {
			n += x.questions
		}
	}
	s.taken = &n
	return n
}

// endedAt gives when a notice was taken back: as this node received it where that
// is known, else as its own desk says.
func (w *clearing) endedAt(m cell.Matter) int64 {
	h := ending(m)
	if d, ok := h.Deliveries[w.Desk]; ok && d.Refused == "" {
		return d.At
	}
	return h.At
}

// takenBack reports whether a notice that was answered at a time was withdrawn since,
// or completed before the slot in which it began or within a slot of the answer.
// In slots: how often it happens is told to others.
func (w *clearing) takenBack(m cell.Matter, answered int64) bool {
	h := ending(m)
	if h == nil {
		return false
	}
	b, completed := h.Body.(Complete)
	if !completed || h.At < answered+w.Charter.Blind.Slot.Millis() {
		return true
	}
	n, _ := noticeOf(m.Body)
	margin := marginsOf(version{notice: n, charter: m.Charter}, w.Charter).TimeMS
	slot := w.Charter.Blind.Slot.Millis()
	return floorDiv(b.Ended, slot) < floorDiv(spanOf(n.volumes).From-margin, slot)
}

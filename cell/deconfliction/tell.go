package deconfliction

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/cell"
)

// telling is what a notice will be told.
type telling struct {
	cell.Matter
	held      bool
	again     bool // nothing new was asked of it
	zones     []string
	questions int64
	answers   int64
	withdrawn int64
	after     []string // keys of what is filed before it is answered
}

// key is that of the record by which it is told.
func (t *telling) key(desk string) string {
	return fmt.Sprintf("checked/%s/%d", t.Version.Cite(), len(t.Said(KindChecked, desk)))
}

// tellAgain has a notice told what it comes to now, where it was told before: also
// one whose window is over, since others can count what is told.
func (w *clearing) tellAgain(key string) *telling {
	o, _, ok := w.see(key)
	if !ok || !o.Stands() || ending(o) != nil || w.answered[o.Ref] || !w.isAnswered(o) {
		return nil
	}
	t := w.telling(o, true)
	if w.asked != nil {
		w.asked.after = append(w.asked.after, t.key(w.Desk))
	}
	return t
}

// reveal shows what is blind in a conflict in which both desks consented.
func (w *clearing) reveal(m cell.Matter) {
	b, _ := m.Body.(BlindConflict)
	var says Reveal
	cites := []cell.Cite{m.Head.Cite()}
	for _, d := range b.owners() {
		h, _ := word(m, w.Near, d)
		cites = append(cites, h.Cite())
		r, _ := b.of(d)
		if !slices.Contains(b.Hidden, d) {
			continue
		}
		n, _, held := w.Near.See(r)
		body, err := cell.EncodeBody(n.Body)
		if !held || err != nil {
			return
		}
		says.Notices = append(says.Notices, Revealed{Notice: r.String(), Kind: n.Kind, Body: body})
	}
	w.draft(cell.Draft{Kind: KindReveal, Key: fmt.Sprintf("reveal/%s/%s/%s", m.Ref, cites[1], cites[2]), To: m.Others(w.Desk), About: m.Ref, Cites: cites, By: cell.ByNode(),
		Precedence: cell.Immediate, Body: says})
}

func (w *clearing) telling(m cell.Matter, again bool) *telling {
	t, ok := w.told[m.Ref]
	if !ok {
		last, _ := m.Last(KindChecked, "")
		c, _ := last.Body.(Checked)
		t = &telling{Matter: m, again: again, zones: c.Zones, questions: c.Questions, answers: c.Answers, withdrawn: c.Withdrawn}
		w.told[m.Ref] = t
	}
	t.again = t.again && again
	return t
}

// tell gives what every notice concerned is told: those that are told again, and
// those that are answered.
func (w *clearing) tell() (again, own []cell.Draft) {
	for _, r := range slices.SortedFunc(maps.Keys(w.told), func(a, b cell.Ref) int { return strings.Compare(a.String(), b.String()) }) {
		t := w.told[r]
		w.look(r)
		c := Checked{Result: CheckClear, Meetings: int64(len(w.metBy(r))), Zones: cell.List(t.zones), Again: t.again, Questions: t.questions, Answers: t.answers, Withdrawn: min(t.withdrawn, t.answers)}
		switch {
		case t.held:
			c.Result, c.Meetings = CheckHeld, 0
		case c.Meetings > 0:
			c.Result = CheckMeets
		}
		cites := []cell.Cite{t.Head.Cite()}
		if t.Version.Cite() != t.Head.Cite() {
			cites = append(cites, t.Version.Cite())
		}
		d := cell.Draft{Kind: KindChecked, Key: t.key(w.Desk), After: t.after, To: t.Others(w.Desk), About: r,
			Cites: cites, By: cell.ByNode(), Precedence: t.Precedence(), Body: c}
		if t.again {
			again = append(again, d)
		} else {
			own = append(own, d)
		}
	}
	return again, own
}

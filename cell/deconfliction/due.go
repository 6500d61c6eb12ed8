package deconfliction

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"parley/cell"
)

// due gives what a desk's node does by itself: the supervisor's lays notices beside
// those that it alone holds, a party's shows what both desks let be shown.
func due(s cell.Situation) []cell.Draft {
	switch {
	case !s.Charter.Blind.Any():
		return nil
	case s.Charter.Role(s.Desk) == cell.Supervisor:
		return newClearing(s).run()
	case s.Charter.Role(s.Desk) == cell.Party:
		return reveals(s.Here)
	}
	return nil
}

// reveals shows the blind notices of this desk in the blind conflicts in which both
// desks consented.
func reveals(s cell.Here) (out []cell.Draft) {
	for _, m := range s.In(dutyReveal) {
		b, _ := m.Body.(BlindConflict)
		r, mine := b.of(s.Desk)
		n, _, held := s.Near.See(r)
		if _, done := m.Last(KindReveal, s.Desk); done || !mine || !slices.Contains(b.Hidden, s.Desk) || !held {
			continue
		}
		says, err := cell.EncodeBody(n.Body)
		if err != nil {
			continue
		}
		cites := []cell.Cite{m.Head.Cite()}
		for _, d := range b.owners() {
			h, _ := word(m, d)
			cites = append(cites, h.Cite())
		}
		out = append(out, cell.Draft{Kind: KindReveal, Key: "reveal/" + m.Ref.String() + "/" + cites[1].String() + "/" + cites[2].String(), To: others2(m, s.Desk), About: m.Ref,
			Cites: cites, By: node, Body: Reveal{Notice: r.String(), Kind: n.Kind, Body: says}})
	}
	return out
}

// others2 gives everybody who holds a matter but one.
func others2(m cell.Matter, desk string) []string {
	return slices.DeleteFunc(slices.Clone(m.Audience()), func(d string) bool { return d == desk })
}

// clearing is one round of the supervisor's node: which blind conflicts stand, what is
// filed in it, and which notices are told anew.
type clearing struct {
	cell.Here
	met    map[string]*met       // those that stand, by the keys of the two notices
	told   map[cell.Ref]*telling // notices to be told of, in this round
	spent  map[string]map[string]*spending
	drafts []cell.Draft
}

// met is a blind conflict that stands: one that was found before, or in this
// round.
type met struct {
	cell.Matter // none: found in this round
	between     []string
}

// telling is what a notice will be told.
type telling struct {
	cell.Matter
	held      bool
	again     bool // nothing new was asked of it
	zones     []string
	answers   int64
	withdrawn int64
}

// spending is what a desk was answered in a zone since the day began.
type spending struct{ answers, withdrawn int64 }

func newClearing(s cell.Situation) *clearing {
	return &clearing{Here: s.Here, told: map[cell.Ref]*telling{}}
}

// clerk reports whether this desk's node answers for a matter: the first
// supervisor of the charter that holds it.
func (w *clearing) clerk(m cell.Matter) bool {
	for _, d := range w.Charter.Supervisors() {
		if slices.Contains(m.Audience(), d) {
			return d == w.Desk
		}
	}
	return false
}

func (w *clearing) run() []cell.Draft {
	check, part := w.In(dutyCheck), w.In(dutyPart)
	for _, m := range w.In(dutyConfirm) {
		w.confirm(m)
	}
	if len(check)+len(part) == 0 {
		return w.drafts
	}
	w.recall()
	for _, m := range check {
		if w.clerk(m) {
			w.check(m)
		}
	}
	for _, m := range part {
		w.part(m)
	}
	w.tell()
	return w.drafts
}

// recall takes up the blind conflicts that this desk found and that stand.
func (w *clearing) recall() {
	w.met = map[string]*met{}
	for _, m := range w.Standing(KindBlindConflict) {
		if b, ok := m.Body.(BlindConflict); ok && m.Opener() == w.Desk && m.Stands() {
			w.met[pairKey(b.Between)] = &met{m, b.Between}
		}
	}
}

func pairKey(keys []string) string {
	a, b := keys[0], keys[1]
	if b < a {
		a, b = b, a
	}
	return a + " " + b
}

// check lays a notice beside all that stand of other desks, wherever one of the
// two is blind.
func (w *clearing) check(m cell.Matter) {
	mine, ok := now(versions(m, w.Charter))
	if !ok {
		return
	}
	t := w.telling(m, false)
	t.zones = w.zones(mine)
	if w.overspent(m, t.zones) {
		t.held = true
		return
	}
	near := w.beside(mine)
	for _, o := range near {
		theirs, ok := now(versions(o, w.Charter))
		if _, st, _ := w.Near.See(o.Ref); !ok || !st.Open || o.Opener() == m.Opener() || !mine.blind && !theirs.blind {
			continue
		}
		w.lay(mine, theirs)
		if theirs.blind && w.checked(o) {
			x := w.telling(o, true)
			x.answers++
		}
	}
	w.moved(m, near)
}

// beside gives the notices that may meet one on the grid.
func (w *clearing) beside(v version) []cell.Matter {
	b := w.Charter.Blind
	margins := w.Charter.WidestMargin(v.activity)
	margins.LateralM += 4*float64(b.GridS)*31 + 1000*math.Sqrt(float64(b.MinAreaKM2))
	margins.VerticalM += 1e6
	margins.TimeMS += 2 * b.Slot.Millis()
	return slices.DeleteFunc(slices.Clone(w.Near.Within(v.geo, margins)), func(o cell.Matter) bool {
		_, is := noticeOf(o.Body)
		return !is || o.Head == nil || o.Ref == v.ref
	})
}

// lay finds a blind conflict of two notices, or that it is over, or another.
func (w *clearing) lay(a, b version) {
	if b.ref.String() < a.ref.String() {
		a, b = b, a
	}
	facts, meets := lay(a, b, w.Charter)
	between := []string{a.ref.String(), b.ref.String()}
	key := pairKey(between)
	d := cell.Draft{Key: fmt.Sprintf("blind/%s/%s/%s", key, a.by.Cite(), b.by.Cite()), To: both(a.ref.Desk, b.ref.Desk), By: node, Precedence: cell.Immediate}
	switch last := w.met[key]; {
	case meets && last == nil:
		d.Kind, d.Body = KindBlindConflict, facts
		w.met[key] = &met{between: between}
	case meets && last.Head != nil && !same(last.Body, facts):
		body, err := cell.EncodeBody(facts)
		if err != nil {
			return
		}
		d.Kind, d.About, d.Cites, d.Body = cell.KindUpdate, last.Ref, []cell.Cite{last.Head.Cite()}, cell.Update{Body: body}
	case !meets && last != nil:
		w.over(last)
	default:
		return
	}
	if d.Kind != "" {
		w.drafts = append(w.drafts, d)
	}
	for _, k := range between {
		w.tellAgain(k, false)
	}
}

// tellAgain has a notice told what it comes to now, where it was told before;
// withdrawn says that one which met it was withdrawn.
func (w *clearing) tellAgain(key string, withdrawn bool) {
	r, err := cell.ParseRef(key)
	if o, st, ok := w.Near.See(r); err == nil && ok && st.Open && w.checked(o) {
		t := w.telling(o, true)
		if withdrawn {
			t.withdrawn++
		}
	}
}

func same(a cell.Body, b BlindConflict) bool {
	x, err1 := cell.EncodeBody(a)
	y, err2 := cell.EncodeBody(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

func both(a, b string) []string {
	out := []string{a, b}
	slices.Sort(out)
	return out
}

// moved ends the blind conflicts of a notice that is no longer near the other.
func (w *clearing) moved(m cell.Matter, list []cell.Matter) {
	near := map[string]bool{}
	for _, o := range list {
		near[o.Ref.String()] = true
	}
	for _, key := range slices.Sorted(maps.Keys(w.met)) {
		x := w.met[key]
		if i := slices.Index(x.between, m.Ref.String()); i >= 0 && !near[x.between[1-i]] {
			w.over(x)
			w.tellAgain(x.between[1-i], false)
		}
	}
}

// part ends the blind conflict of a notice that is over, and tells the other.
func (w *clearing) part(m cell.Matter) {
	b, _ := m.Body.(BlindConflict)
	x := w.met[pairKey(b.Between)]
	if x == nil || x.Ref != m.Ref {
		return
	}
	w.over(x)
	for i, key := range b.Between {
		other, err := cell.ParseRef(b.Between[1-i])
		o, _, ok := w.Near.See(other)
		w.tellAgain(key, err == nil && ok && w.takenBack(o))
	}
}

// takenBack reports whether a notice was withdrawn, or ended before it began.
func (w *clearing) takenBack(m cell.Matter) bool {
	if h, ok := m.First(KindComplete, m.Opener()); ok {
		return h.Body.(Complete).Ended < spanSaid(m).From
	}
	return m.Cancelled != nil
}

func (w *clearing) over(x *met) {
	delete(w.met, pairKey(x.between))
	if x.Head == nil { // found in this round
		w.drafts = slices.DeleteFunc(w.drafts, func(d cell.Draft) bool {
			b, ok := d.Body.(BlindConflict)
			return ok && slices.Equal(b.Between, x.between)
		})
		return
	}
	w.drafts = append(w.drafts, cell.Draft{Kind: KindParted, Key: "parted/" + x.Ref.String(), To: others2(x.Matter, w.Desk), About: x.Ref, Cites: []cell.Cite{x.Head.Cite()}, By: node,
		Precedence: cell.Immediate, Body: Parted{}})
}

// confirm holds what was revealed against what is held here.
func (w *clearing) confirm(m cell.Matter) {
	b, _ := m.Body.(BlindConflict)
	for _, d := range b.Hidden {
		r, c := lastReveal(m, d)
		if m.Opener() != w.Desk || r == nil || c != nil {
			continue
		}
		says := r.Body.(Reveal)
		ref, _ := cell.ParseRef(says.Notice)
		matches := "no"
		if n, _, ok := w.Near.See(ref); ok && n.Kind == says.Kind {
			held, err1 := cell.EncodeBody(n.Body)
			a, err2 := says.says()
			shown, err3 := cell.EncodeBody(a)
			if err1 == nil && err2 == nil && err3 == nil && string(held) == string(shown) {
				matches = "yes"
			}
		}
		w.drafts = append(w.drafts, cell.Draft{Kind: KindConfirm, Key: "confirm/" + r.Cite().String(), To: others2(m, w.Desk), About: m.Ref, Cites: []cell.Cite{m.Head.Cite(), r.Cite()}, By: node,
			Precedence: cell.Immediate, Body: Confirm{Notice: says.Notice, Matches: matches}})
	}
}

// checked reports whether the node has answered what a notice says now.
func (w *clearing) checked(m cell.Matter) bool {
	_, c, ok := checkOf(m)
	return ok && c.Result != CheckHeld
}

func (w *clearing) telling(m cell.Matter, again bool) *telling {
	t, ok := w.told[m.Ref]
	if !ok {
		_, last, _ := lastCheck(m)
		t = &telling{Matter: m, again: again, zones: last.Zones, answers: last.Answers, withdrawn: last.Withdrawn}
		w.told[m.Ref] = t
	}
	t.again = t.again && again
	return t
}

// lastCheck gives what the node last said of a notice in any of its versions.
func lastCheck(m cell.Matter) (h cell.Held, c Checked, ok bool) {
	h, ok = m.Last(KindChecked, "")
	c, _ = h.Body.(Checked)
	return h, c, ok
}

// tell files what every notice concerned is told: at the end of the round, once.
func (w *clearing) tell() {
	meetings := map[string]int64{}
	for _, x := range w.met {
		for _, k := range x.between {
			meetings[k]++
		}
	}
	refs := slices.SortedFunc(maps.Keys(w.told), func(a, b cell.Ref) int { return strings.Compare(a.String(), b.String()) })
	for _, r := range refs {
		t := w.told[r]
		c := Checked{Result: CheckClear, Meetings: meetings[r.String()], Zones: cell.List(t.zones), Again: t.again, Answers: t.answers, Withdrawn: min(t.withdrawn, t.answers)}
		switch {
		case t.held:
			c.Result, c.Meetings = CheckHeld, 0
		case c.Meetings > 0:
			c.Result = CheckMeets
		}
		n := len(t.Said(KindChecked, w.Desk))
		w.drafts = append(w.drafts, cell.Draft{Kind: KindChecked, Key: fmt.Sprintf("checked/%s/%d", t.Version.Cite(), n), To: others2(t.Matter, w.Desk), About: r,
			Cites: cites(t.Matter), By: node, Precedence: t.Precedence(), Body: c})
	}
}

func cites(m cell.Matter) []cell.Cite {
	out := []cell.Cite{m.Head.Cite()}
	if m.Version.Cite() != m.Head.Cite() {
		out = append(out, m.Version.Cite())
	}
	return out
}

package deconfliction

import (
	"fmt"
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
	met    map[string][]*met     // by the keys of the two notices, the oldest first
	told   map[cell.Ref]*telling // notices to be told of, in this round
	spent  map[string]map[string]*spending
	drafts []cell.Draft
}

// met is a blind conflict that was found before.
type met struct {
	cell.Matter
	open bool
}

// telling is what a notice will be told.
type telling struct {
	cell.Matter
	held    bool
	again   bool // nothing new was asked of it
	zones   []string
	answers int64
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

// recall takes up the blind conflicts that this desk found.
func (w *clearing) recall() {
	w.met = map[string][]*met{}
	list := w.Find(KindBlindConflict, 0)
	slices.SortFunc(list, func(a, b cell.Matter) int { return strings.Compare(a.Ref.String(), b.Ref.String()) })
	for _, m := range list {
		b, ok := m.Body.(BlindConflict)
		if !ok || m.Opener() != w.Desk || !m.Stands() {
			continue
		}
		_, st, _ := w.Near.See(m.Ref)
		key := pairKey(b.Between)
		w.met[key] = append(w.met[key], &met{m, st.Open})
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
	return slices.DeleteFunc(w.Near.Within(v.geo, margins), func(o cell.Matter) bool {
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
	key := pairKey([]string{a.ref.String(), b.ref.String()})
	list := w.met[key]
	last := &met{}
	if len(list) > 0 {
		last = list[len(list)-1]
	}
	switch {
	case meets && !last.open:
		w.drafts = append(w.drafts, cell.Draft{Kind: KindBlindConflict, Key: fmt.Sprintf("meeting/%s/%d", key, len(list)), To: both(a.ref.Desk, b.ref.Desk), By: node,
			Precedence: cell.Immediate, Body: facts})
		w.met[key] = append(list, &met{open: true})
	case meets && last.Head != nil && !same(last.Body, facts):
		body, err := cell.EncodeBody(facts)
		if err == nil {
			w.drafts = append(w.drafts, cell.Draft{Kind: cell.KindUpdate, Key: fmt.Sprintf("meeting/%s/%s/%s", last.Ref, a.by.Cite(), b.by.Cite()), To: both(a.ref.Desk, b.ref.Desk),
				About: last.Ref, Cites: []cell.Cite{last.Head.Cite()}, By: node, Precedence: cell.Immediate, Body: cell.Update{Body: body}})
		}
	case !meets && last.open:
		w.over(last)
	default:
		return
	}
	for _, v := range []version{a, b} {
		if o, _, ok := w.Near.See(v.ref); ok && w.checked(o) {
			w.telling(o, true)
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
	for _, list := range w.met {
		last := list[len(list)-1]
		b, _ := last.Body.(BlindConflict)
		i := slices.Index(b.Between, m.Ref.String())
		if i < 0 || !last.open || near[b.Between[1-i]] {
			continue
		}
		w.over(last)
		if r, err := cell.ParseRef(b.Between[1-i]); err == nil {
			if o, _, ok := w.Near.See(r); ok && w.checked(o) {
				w.telling(o, true)
			}
		}
	}
}

// part ends the blind conflicts of a notice that is over, and tells the other.
func (w *clearing) part(m cell.Matter) {
	b, _ := m.Body.(BlindConflict)
	if m.Opener() != w.Desk {
		return
	}
	for _, x := range w.met[pairKey(b.Between)] {
		if x.Ref == m.Ref && x.open {
			w.over(x)
		}
	}
	for _, d := range b.owners() {
		r, _ := b.of(d)
		if o, st, ok := w.Near.See(r); ok && st.Open && w.checked(o) {
			w.telling(o, true)
		}
	}
}

func (w *clearing) over(x *met) {
	x.open = false
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
		t = &telling{Matter: m, again: again, zones: last.Zones, answers: last.Answers}
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
	for key, list := range w.met {
		if list[len(list)-1].open {
			for _, k := range strings.Fields(key) {
				meetings[k]++
			}
		}
	}
	refs := []cell.Ref{}
	for r := range w.told {
		refs = append(refs, r)
	}
	slices.SortFunc(refs, func(a, b cell.Ref) int { return strings.Compare(a.String(), b.String()) })
	for _, r := range refs {
		t := w.told[r]
		c := Checked{Result: CheckClear, Meetings: meetings[r.String()], Zones: cell.List(t.zones), Again: t.again, Answers: t.answers}
		if n, _ := noticeOf(t.Body); n.blind {
			c.Withdrawn = min(w.withdrawn(r), c.Answers)
		}
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

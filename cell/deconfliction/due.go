package deconfliction

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"parley/cell"
	"parley/geo"
)

// due gives what the supervisor's node does by itself: it lays notices beside those
// that it alone holds.
func due(s cell.Situation) []cell.Draft {
	if !s.Charter.Blind.Any() || s.Charter.Role(s.Desk) != cell.Supervisor {
		return nil
	}
	w := clearing{Here: s.Here, met: map[string]*met{}, looked: map[cell.Ref]bool{}, ended: map[cell.Ref]bool{}, told: map[cell.Ref]*telling{}, answered: map[cell.Ref]bool{}, covers: map[cell.Cite][]cover{}}
	return w.run()
}

// clearing is one round of the supervisor's node: which blind conflicts stand,
// what is filed in it, and which notices are told anew.
type clearing struct {
	cell.Here
	met      map[string]*met       // those that stand, by the keys of the two notices
	looked   map[cell.Ref]bool     // notices whose blind conflicts are in met
	ended    map[cell.Ref]bool     // blind conflicts that are parted in this round
	told     map[cell.Ref]*telling // notices to be told of
	answered map[cell.Ref]bool     // notices that are answered in this round
	spent    map[spender]*spending // since the day began; nil: not counted yet
	covers   map[cell.Cite][]cover // each version is laid over the grid once
	drafts   []cell.Draft
	asked    *telling // the notice that is being answered
}

// met is a blind conflict that stands: one that was found before, or in this
// round.
type met struct {
	cell.Matter // none: found in this round
	between     []string
}

// mostChecks is how many notices are answered in a round: the next one follows
// soon.
const mostChecks = 32

// run files what is due. What another notice is told goes first and the answer
// that a notice waits for last, so that a round which was cut short is done
// again.
func (w *clearing) run() []cell.Draft {
	for _, m := range w.In(dutyReveal) {
		w.reveal(m)
	}
	check := w.In(dutyCheck)
	for _, m := range check[:min(len(check), mostChecks)] {
		w.check(m)
	}
	for _, m := range w.In(dutyPart) {
		w.part(m)
	}
	again, own := w.tell()
	out := slices.Concat(again, w.drafts, own)
	for i := range out {
		out[i].Owed = true
	}
	return out
}

// draft has something filed in this round. What follows from a question is filed
// before its answer, or there is none: an answer that went out alone would hide what
// was refused.
func (w *clearing) draft(d cell.Draft) {
	w.drafts = append(w.drafts, d)
	if w.asked != nil {
		w.asked.after = append(w.asked.after, d.Key)
	}
}

// cover lays a version over the grid.
func (w *clearing) cover(v version) []cover {
	list, ok := w.covers[v.by.Cite()]
	if !ok {
		list = coverOf(v, w.Charter)
		w.covers[v.by.Cite()] = list
	}
	return list
}

// look takes up the blind conflicts of a notice that stand.
func (w *clearing) look(r cell.Ref) {
	if w.looked[r] {
		return
	}
	w.looked[r] = true
	for _, m := range w.Leaning(r, KindBlindConflict) {
		b, ok := m.Body.(BlindConflict)
		if key := pairKey(b.Between); ok && m.Opener() == w.Desk && m.Stands() && w.met[key] == nil && !w.ended[m.Ref] {
			w.met[key] = &met{m, b.Between}
		}
	}
}

// check lays a notice beside all that stand of other desks and are answered,
// wherever one of the two is blind: one that waits is laid beside it when its own
// turn comes, so that nobody is answered through the question of another. One whose
// window is over counts until its slot is ([clearing.layTwo]).
func (w *clearing) check(m cell.Matter) {
	mine, ok := now(versions(m, w.Charter))
	if !ok {
		return
	}
	t := w.telling(m, false)
	t.zones, t.questions = w.zones(mine), int64(len(mine.volumes))
	w.look(m.Ref)
	w.asked = t
	defer func() { w.asked = nil }()
	if w.implied(m, mine) {
		t.questions = 0
	} else if w.overspent(m, t) {
		t.held = true
		return
	}
	w.answered[m.Ref] = true
	near := map[string]bool{}
	for _, o := range w.beside(mine) {
		theirs, ok := now(versions(o, w.Charter))
		if !ok || o.Opener() == m.Opener() || !w.isAnswered(o) {
			continue
		}
		near[o.Ref.String()] = true
		w.lay(mine, theirs)
	}
	for _, x := range w.metBy(m.Ref) {
		other := x.between[1-slices.Index(x.between, m.Ref.String())]
		if o, _, ok := w.see(other); ok && !near[other] && w.isAnswered(o) {
			w.over(x)
			w.tellAgain(other)
		}
	}
}

// isAnswered reports whether the node has answered what a notice says now: before,
// or in this round. What was filed under a charter without blind notices, and
// the oldest form, ask nothing.
func (w *clearing) isAnswered(m cell.Matter) bool {
	_, c, ok := checkOf(m)
	return w.answered[m.Ref] || ok && c.Result != CheckHeld || m.Kind == KindNotice || m.Under != nil && !m.Under.Blind.Any()
}

// see gives the notice of a key.
func (w *clearing) see(key string) (cell.Matter, cell.State, bool) {
	r, err := cell.ParseRef(key)
	if err != nil {
		return cell.Matter{}, cell.State{}, false
	}
	return w.Near.See(r)
}

// metBy gives the blind conflicts of a notice that stand, in a fixed order.
func (w *clearing) metBy(r cell.Ref) (out []*met) {
	for _, key := range slices.Sorted(maps.Keys(w.met)) {
		if slices.Contains(w.met[key].between, r.String()) {
			out = append(out, w.met[key])
		}
	}
	return out
}

// beside gives the notices that may meet one on the grid: by the box of its
// squares, so that who is near follows from the grid alone.
func (w *clearing) beside(v version) (out []cell.Matter) {
	grid, slot := w.Charter.Blind.Grid(), w.Charter.Blind.Slot.Millis()
	var boxes []geo.Volume
	lateral := 0.0
	for _, x := range w.cover(v) {
		if len(x.squares) == 0 {
			continue
		}
		south, west, north, east := grid.Bounds(x.squares[0])
		for _, s := range x.squares[1:] {
			a, b, c, d := grid.Bounds(s)
			south, west, north, east = min(south, a), min(west, b), max(north, c), max(east, d)
		}
		box, err := geo.Polygon([]geo.Point{{Lat: south, Lon: west}, {Lat: south, Lon: east}, {Lat: north, Lon: east}, {Lat: north, Lon: west}})
		if err != nil {
			continue
		}
		lateral = max(lateral, rings(w.Charter, max(math.Abs(south), math.Abs(north)))*float64(w.Charter.Blind.GridS)*31+1000)
		for _, s := range x.slots {
			boxes = append(boxes, geo.Volume{Shape: box, From: s.from * slot, Until: (s.until + 1) * slot})
		}
	}
	margins := w.widest()
	margins.LateralM += lateral
	margins.TimeMS += 2 * slot
	for _, o := range w.Near.Within(boxes, margins) {
		if _, is := noticeOf(o.Body); is && o.Head != nil && o.Ref != v.ref {
			out = append(out, o)
		}
	}
	return out
}

// widest gives the widest margins of any type: a blind notice counts with its own.
func (w *clearing) widest() (m geo.Margins) {
	for _, t := range w.Charter.Activities {
		m = m.Widest(w.Charter.WidestMargin(t.Type))
	}
	return m
}

// lay finds a blind conflict of two notices, or that it is over, or another.
func (w *clearing) lay(a, b version) {
	if b.ref.String() < a.ref.String() {
		a, b = b, a
	}
	between := []string{a.ref.String(), b.ref.String()}
	w.look(a.ref)
	w.look(b.ref)
	last := w.met[pairKey(between)]
	if !a.blind && !b.blind {
		if last != nil { // everybody who holds both sees for themselves
			w.parts(last)
		}
		return
	}
	facts, meets := w.layTwo(a, b)
	d := cell.Draft{Key: fmt.Sprintf("blind/%s/%s/%s", pairKey(between), a.by.Cite(), b.by.Cite()), To: both(a.ref.Desk, b.ref.Desk), By: cell.ByNode(), Precedence: cell.Immediate}
	switch {
	case meets && last == nil:
		d.Kind, d.Body = KindBlindConflict, facts
		w.met[pairKey(between)] = &met{between: between}
		w.draft(d)
		for _, v := range []version{a, b} {
			if t := w.tellAgain(v.ref.String()); t != nil && v.blind {
				t.answers++
			}
		}
	case meets && last.Head != nil && !same(last.Body, facts):
		body, err := cell.EncodeBody(facts)
		if err != nil {
			return
		}
		d.Key = fmt.Sprintf("blind-update/%s/%d/%s/%s", last.Ref, len(last.Records), a.by.Cite(), b.by.Cite())
		d.Kind, d.About, d.Cites, d.Body = cell.KindUpdate, last.Ref, []cell.Cite{last.Head.Cite()}, cell.Update{Body: body}
		w.draft(d)
	case !meets && last != nil:
		w.parts(last)
	}
}

// parts ends a blind conflict and tells both.
func (w *clearing) parts(x *met) {
	w.over(x)
	for _, k := range x.between {
		w.tellAgain(k)
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

func pairKey(keys []string) string {
	if len(keys) != 2 {
		return ""
	}
	return min(keys[0], keys[1]) + " " + max(keys[0], keys[1])
}

// part ends the blind conflict whose window or one of whose notices is over, and
// tells the other.
func (w *clearing) part(m cell.Matter) {
	b, _ := m.Body.(BlindConflict)
	for _, key := range b.Between {
		if r, err := cell.ParseRef(key); err == nil {
			w.look(r)
		}
	}
	x := w.met[pairKey(b.Between)]
	if x == nil || x.Ref != m.Ref {
		return // it was parted in this round
	}
	w.over(x)
	for i, key := range b.Between {
		o, _, ok := w.see(b.Between[1-i])
		if t := w.tellAgain(key); t != nil && ok {
			answer, _ := o.First(KindChecked, "")
			if w.takenBack(o, answer.At) {
				t.withdrawn++
			}
		}
	}
}

func (w *clearing) over(x *met) {
	delete(w.met, pairKey(x.between))
	w.ended[x.Ref] = true
	w.draft(cell.Draft{Kind: KindParted, Key: "parted/" + x.Ref.String(), To: x.Others(w.Desk), About: x.Ref, Cites: []cell.Cite{x.Head.Cite()}, By: cell.ByNode(),
		Precedence: cell.Immediate, Body: Parted{}})
}

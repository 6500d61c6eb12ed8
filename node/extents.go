package node

import (
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/rtree"

	"parley/cell"
	"parley/geo"
)

// extent is the box of one volume of a matter, wide enough for its margin, with
// its band of height and its window: a row of the table "extent".
type extent struct {
	geo.Box                  // widened by the margin on the ground
	from, until       int64  // the window as it is
	low, high         int64  // millimetres above the reference
	reference         string // "": heights do not tell it apart
	lateral, vertical int64  // its margins, in millimetres
	time              int64  // and in milliseconds
}

// extentOf gives the row of a volume.
func extentOf(v geo.Volume, m geo.Margins) extent {
	low, high, reference := v.Band()
	return extent{
		Box: geo.BoxOf(v.Shape, m.LateralM), from: v.From, until: v.Until,
		low: millimetres(math.Floor, low), high: millimetres(math.Ceil, high), reference: reference,
		lateral: millimetres(math.Ceil, m.LateralM), vertical: millimetres(math.Ceil, m.VerticalM), time: m.TimeMS,
	}
}

func millimetres(round func(float64) float64, metres float64) int64 {
	return int64(round(metres * 1000))
}

// extentsOf gives the rows of all that the versions of a matter keep or kept,
// each once.
func extentsOf(m cell.Matter, c *cell.Charter) []extent {
	var out []extent
	for _, k := range m.Kept(c) {
		for _, v := range k.Volumes {
			if e := extentOf(v, k.Margins); !e.Empty() && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// mayMeet reports whether two volumes may come nearer than the margins of both
// together, by time and height. Their boxes meet.
func (e *extent) mayMeet(f *extent) bool {
	time := e.time + f.time
	if e.from-time > f.until || f.from-time > e.until {
		return false
	}
	if e.reference == "" || e.reference != f.reference || e.reference == geo.AGL && e.lateral+f.lateral > 0 {
		return true // beside each other, what is measured from the ground has no common measure
	}
	height := e.vertical + f.vertical
	return e.low-height <= f.high && f.low-height <= e.high
}

// extents is the index of what matters keep: a tree of boxes, each with its band
// and window, and a tree of the windows. What ended long ago has left it and
// stands in the table alone. The sequencer writes it while it folds, everybody
// reads it; after a transaction that failed it is read anew from the table. The
// zero value is empty and ready.
type extents struct {
	mu      sync.RWMutex
	tree    rtree.RTreeG[*kept]
	times   rtree.RTreeG[*kept] // by window
	of      map[string][]*kept  // by matter: all that it keeps
	horizon int64               // what ended before has left
}

// kept is one extent in the tree.
type kept struct {
	extent
	matter string
	kind   string // of the matter
}

// fill replaces all that the index holds.
func (x *extents) fill(list []*kept, horizon int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.tree, x.times, x.of, x.horizon = rtree.RTreeG[*kept]{}, rtree.RTreeG[*kept]{}, nil, horizon
	for _, k := range list {
		x.add(k)
	}
}

// list gives what the index has of a matter; ok is false when it has nothing.
func (x *extents) list(matter string) (list []extent, ok bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, k := range x.of[matter] {
		list = append(list, k.extent)
	}
	return list, len(list) > 0
}

// set replaces what the index has of a matter of a kind.
func (x *extents) set(matter, kind string, list []extent) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(matter)
	if ended(list, x.horizon) {
		return
	}
	for _, e := range list {
		x.add(&kept{e, matter, kind})
	}
}

func (x *extents) drop(matter string) {
	for _, k := range x.of[matter] {
		for _, b := range k.Turns() {
			low, high := corners(b)
			x.tree.Delete(low, high, k)
		}
		from, until := k.window()
		x.times.Delete(from, until, k)
	}
	delete(x.of, matter)
}

func (x *extents) add(k *kept) {
	if x.of == nil {
		x.of = map[string][]*kept{}
	}
	x.of[k.matter] = append(x.of[k.matter], k)
	for _, b := range k.Turns() {
		low, high := corners(b)
		x.tree.Insert(low, high, k)
	}
	if k.from < k.until { // what stands for itself, or happened at one instant, keeps nothing from anybody
		from, until := k.window()
		x.times.Insert(from, until, k)
	}
}

// window gives the window of an extent as the tree takes it: milliseconds are
// whole numbers that a float holds exactly.
func (e *extent) window() (from, until [2]float64) {
	return [2]float64{float64(e.from)}, [2]float64{float64(e.until)}
}

// corners gives a box as the tree takes it: units of 1e-8 degrees are whole
// numbers that a float holds exactly.
func corners(b geo.Box) (low, high [2]float64) {
	return [2]float64{float64(b.West), float64(b.South)}, [2]float64{float64(b.East), float64(b.North)}
}

// reach gives the matters that keep something which may come nearer to one of
// the extents than the margins of both, sorted, but for one matter; and what has
// left the index ended before.
func (x *extents) reach(list []extent, but string) (matters []string, horizon int64) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	found := map[string]bool{}
	for i := range list {
		e := &list[i]
		for _, b := range e.Turns() {
			low, high := corners(b)
			x.tree.Search(low, high, func(_, _ [2]float64, k *kept) bool {
				if k.matter != but && e.mayMeet(&k.extent) {
					found[k.matter] = true
				}
				return true
			})
		}
	}
	return slices.Sorted(maps.Keys(found)), x.horizon
}

// during gives the first matters that keep something in a span of time, those
// that begin first, of some kinds where any are named, at least one more than so
// many where there are; and what has left the index ended before. One that
// changed is listed by all that it ever kept.
func (x *extents) during(from, until int64, most int, kinds ...string) (list []begun, horizon int64) {
	return x.duringBy("", from, until, most, kinds...)
}

// duringBy gives those of them that one desk opened, "" any.
func (x *extents) duringBy(desk string, from, until int64, most int, kinds ...string) (list []begun, horizon int64) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	found := map[string]bool{}
	x.times.Nearby(func(low, high [2]float64, _ *kept, _ bool) float64 {
		if high[0] < float64(from) || float64(until) < low[0] {
			return math.Inf(1)
		}
		return low[0]
	}, func(_, _ [2]float64, k *kept, at float64) bool {
		// Those that begin together come in no order: all of them, then sorted.
		if math.IsInf(at, 1) || len(list) > most && k.from != list[len(list)-1].at {
			return false
		}
		if !found[k.matter] && (desk == "" || strings.HasPrefix(k.matter, desk+":")) && (len(kinds) == 0 || slices.Contains(kinds, k.kind)) {
			found[k.matter] = true
			list = append(list, begun{k.matter, k.from})
		}
		return true
	})
	return first(list), x.horizon
}

// begins gives when the first window of a matter in a span of time begins, and
// its kind; ok is false when it keeps nothing there.
func (x *extents) begins(matter string, from, until int64) (at int64, kind string, ok bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, k := range x.of[matter] {
		if k.from < k.until && k.from <= until && from <= k.until && (!ok || k.from < at) {
			at, kind, ok = k.from, k.kind, true
		}
	}
	return at, kind, ok
}

// parts counts what the index has of a matter.
func (x *extents) parts(matter string) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.of[matter])
}

// Index is the index by itself, as benchmarks measure it.
type Index struct{ x extents }

// Keep takes up what a matter keeps, in the place of what it kept.
func (x *Index) Keep(matter string, vs []geo.Volume, m geo.Margins) {
	x.x.set(matter, "", rowsOf(vs, m))
}

// Near gives the matters that may come nearer to some volumes than the margins
// of both.
func (x *Index) Near(vs []geo.Volume, m geo.Margins) []string {
	out, _ := x.x.reach(rowsOf(vs, m), "")
	return out
}

func rowsOf(vs []geo.Volume, m geo.Margins) (out []extent) {
	for _, v := range vs {
		out = append(out, extentOf(v, m))
	}
	return out
}

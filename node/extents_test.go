package node

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
	"parley/geo"
)

var plannedTypes = map[string][]string{deconfliction.KindAir: {"air"}, deconfliction.KindUAV: {"uav"}, deconfliction.KindFire: {"fire"},
	deconfliction.KindWorks1: {"works", "mine-clearance", "repair"}}

// planned gives a random activity in a small country: circles, corridors and
// polygons, one to three volumes, some with heights of several references; of one
// of the types that its form is for.
func planned(rng *rand.Rand, kind string) deconfliction.Activity {
	types := plannedTypes[kind]
	a := deconfliction.Activity{Activity: types[rng.IntN(len(types))], Vehicles: []deconfliction.Vehicle{}, People: []int64{}, EscortText: []cell.Free{}, Recognition: []string{},
		Contact: []string{}, Route: []deconfliction.Waypoint{}, Controllers: []deconfliction.Controller{}, Confidentiality: deconfliction.Exact,
		Site: []cell.Place{}, Azimuth: []int64{}, Contingency: []cell.Free{}, Note: []cell.Free{}}
	for range 1 + rng.IntN(3) {
		a.Volumes = append(a.Volumes, plannedVolume(rng))
	}
	return a
}

func plannedVolume(rng *rand.Rand) cell.Volume {
	lat, lon := 12.3+rng.Float64()*0.3, -38.3+rng.Float64()*0.3
	at := func(dlat, dlon float64) cell.Point {
		return cell.Point{Lat: fmt.Sprintf("%.6f", lat+dlat), Lon: fmt.Sprintf("%.6f", lon+dlon)}
	}
	v := cell.Volume{Ring: []cell.Point{}, Holes: [][]cell.Point{}, Line: []cell.Point{}, Centre: []cell.Point{}, Low: []cell.Altitude{}, High: []cell.Altitude{}}
	size := 0.001 + rng.Float64()*0.02
	switch rng.IntN(3) {
	case 0:
		v.Centre, v.RadiusM = []cell.Point{at(0, 0)}, 50+rng.Int64N(2000)
	case 1:
		v.Line, v.RadiusM = []cell.Point{at(0, 0), at(size, size/2), at(size, 2*size)}, 50+rng.Int64N(500)
	default:
		v.Ring = []cell.Point{at(0, 0), at(0, size), at(size, size), at(size, 0)}
	}
	if rng.IntN(3) > 0 {
		low := rng.Int64N(1500)
		ref := []string{"AGL", "AGL", "MSL", "ellipsoid"}[rng.IntN(4)]
		v.Low, v.High = []cell.Altitude{{M: low, Reference: ref, OffM: rng.Int64N(30)}}, []cell.Altitude{{M: low + 50 + rng.Int64N(300), Reference: ref}}
	}
	from := int64(celltest.Noon) + rng.Int64N(48*3_600_000)
	for range 1 + rng.IntN(2) {
		until := from + 600_000 + rng.Int64N(4*3_600_000)
		v.Windows = append(v.Windows, cell.Span{From: from, Until: until})
		from = until + 60_000 + rng.Int64N(3_600_000)
	}
	return v
}

// plans makes a history of notices, changes, withdrawals and completions of
// three desks, some of which a desk wrote before it could know of another's.
func plans(t *testing.T, c *cell.Charter, seed uint64, acts int) *celltest.History {
	t.Helper()
	h := celltest.NewHistory(c, cell.Modules{deconfliction.Module})
	rng := rand.New(rand.NewPCG(seed, 9))
	var heads []cell.Held
	for range acts {
		desk := c.Desks()[rng.IntN(3)]
		saw := func(r *cell.Record) {
			if rng.IntN(2) == 0 {
				h.Sees(r)
			}
		}
		var of cell.Held
		if len(heads) > 0 {
			of = heads[rng.IntN(len(heads))]
		}
		switch n := rng.IntN(10); {
		case n < 6 || len(heads) == 0:
			kind := []string{deconfliction.KindAir, deconfliction.KindUAV, deconfliction.KindFire, deconfliction.KindWorks1}[rng.IntN(4)]
			heads = append(heads, h.Add(t, desk, kind, planned(rng, kind), func(r *cell.Record) {
				saw(r)
				if rng.IntN(5) == 0 {
					r.To = []string{"supervisor"}
					if desk == "supervisor" {
						r.To = []string{"alpha"}
					}
				}
			}))
		case n < 8:
			h.Add(t, of.Desk, cell.KindUpdate, celltest.Update(t, planned(rng, of.Kind)), func(r *cell.Record) { celltest.About(of)(r); saw(r) })
		case n < 9:
			h.Add(t, of.Desk, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) { celltest.About(of)(r); saw(r) })
		default:
			h.Add(t, of.Desk, deconfliction.KindComplete, deconfliction.Complete{Ended: h.Now}, func(r *cell.Record) { celltest.About(of)(r); saw(r) })
		}
		h.Now += rng.Int64N(1_800_000)
	}
	return h
}

// DEC-08 T, in part: what the index finds and the module derives from it is what
// it derives from looking at everything, whatever order the notices, their
// changes and withdrawals were indexed in.
func TestIndexMissesNothing(t *testing.T) {
	c := celltest.Charter(t, deconfliction.Module)
	n := &Node{}
	conflicts := 0
	for seed := range uint64(8) {
		h := plans(t, c, seed, 90)
		n.index.fill(nil, 0)
		byKey := map[string]cell.Matter{}
		for _, x := range h.Records {
			if _, ok := x.Body.(cell.Extended); ok {
				byKey[x.Ref().String()] = h.Matter(x.Ref(), "")
			}
		}
		keys := slices.Sorted(maps.Keys(byKey))
		rng := rand.New(rand.NewPCG(seed, 4))
		rng.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		for _, k := range append(slices.Clone(keys), keys[:len(keys)/2]...) { // some twice, as after a change
			n.index.set(k, "", nil)
			n.index.set(k, "", extentsOf(byKey[k], c))
		}
		indexed := cell.Around{MayMeet: func(r cell.Ref) (out []cell.Matter) {
			for _, k := range besideIn(&n.index, r.String()) {
				out = append(out, byKey[k])
			}
			return out
		}}
		for _, k := range keys {
			m := byKey[k]
			got, want := deconfliction.Module.Derive(m, indexed, c), deconfliction.Module.Derive(m, h.Around("", h.Now), c)
			sortDerived(got)
			sortDerived(want)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: of %s the index gives %d conflicts, everything %d", seed, k, len(got), len(want))
			}
			conflicts += len(want)
		}
	}
	if conflicts < 100 {
		t.Errorf("only %d conflicts were compared", conflicts)
	}
}

// besideIn gives the matters of the index that may meet what one keeps.
func besideIn(x *extents, matter string) []string {
	list, _ := x.list(matter)
	out, _ := x.reach(list, matter)
	return out
}

func sortDerived(list []cell.Derived) {
	slices.SortFunc(list, func(a, b cell.Derived) int { return strings.Compare(a.ID, b.ID) })
}

// What is taken out of the index is found no more, and boxes meet across the
// antimeridian.
func TestIndexForgets(t *testing.T) {
	circle := func(lon float64) geo.Shape {
		s, err := geo.Circle(geo.Point{Lat: 10, Lon: lon}, 500)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	var x extents
	keep := func(lon float64) []extent {
		return []extent{extentOf(geo.Volume{Shape: circle(lon), From: 0, Until: 1000}, geo.Margins{LateralM: 3000})}
	}
	for i := range 1000 {
		x.set(fmt.Sprintf("m%d", i), "", keep(float64(i%100)))
	}
	x.set("west", "", keep(-179.99))
	x.set("east", "", keep(179.99))
	if got := besideIn(&x, "west"); !slices.Equal(got, []string{"east"}) {
		t.Errorf("across the antimeridian: %v", got)
	}
	for i := range 1000 {
		x.set(fmt.Sprintf("m%d", i), "", nil)
	}
	if got, _ := x.reach(keep(50), ""); len(got) != 0 || x.tree.Len() != 2+2 {
		t.Errorf("found %v, %d boxes left", got, x.tree.Len())
	}
	if got, _ := x.during(0, 10, 9); len(got) != 2 || got[0].matter != "east" || got[1].matter != "west" || x.times.Len() != 2 {
		t.Errorf("during: %v, %d windows left", got, x.times.Len())
	}
}

// The first matters of a span of time are those that looking at each gives, in
// the same order, also where many begin together.
func TestFirstOfASpan(t *testing.T) {
	shape, err := geo.Circle(geo.Point{Lat: 10, Lon: 10}, 500)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 9))
	var x extents
	all := map[string][]extent{}
	for i := range 3000 {
		var list []extent
		for range 1 + rng.IntN(3) {
			from := rng.Int64N(40) * 1000
			list = append(list, extentOf(geo.Volume{Shape: shape, From: from, Until: from + 1 + rng.Int64N(5000)}, geo.Margins{}))
		}
		all[fmt.Sprintf("m%d", i)] = list
		x.set(fmt.Sprintf("m%d", i), "", list)
	}
	for range 200 {
		from := rng.Int64N(50_000) - 5000
		until, most := from+rng.Int64N(10_000), 1+rng.IntN(400)
		begins := map[string]int64{}
		for m, list := range all {
			for _, e := range list {
				if b, ok := begins[m]; e.from <= until && from <= e.until && (!ok || e.from < b) {
					begins[m] = e.from
				}
			}
		}
		want := slices.SortedFunc(maps.Keys(begins), func(a, b string) int { return cmp.Or(cmp.Compare(begins[a], begins[b]), cmp.Compare(a, b)) })
		list, _ := x.during(from, until, most)
		var got []string
		for _, b := range list {
			got = append(got, b.matter)
		}
		if len(got) < min(most+1, len(want)) || !slices.Equal(got, want[:len(got)]) {
			t.Fatalf("from %d until %d the first %d: %d found of %d", from, until, most, len(got), len(want))
		}
	}
}

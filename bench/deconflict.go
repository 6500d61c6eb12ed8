package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"parley/bench/desks"
	"parley/cell"
	"parley/cell/deconfliction"
	"parley/geo"
	"parley/node"
)

// measureDeconflict measures how fast a new volume is laid beside those that
// live, and how many notices of activities one desk files in a busy square
// kilometre.
func measureDeconflict(ctx context.Context, r *run) error {
	sizes := []int{100_000}
	if r.full {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		if err := r.newVolume(ctx, n); err != nil {
			return err
		}
	}
	return r.busySquare(ctx)
}

// separation is what the volumes of the measurement keep.
var separation = geo.Margins{LateralM: 500, VerticalM: 150}

// live gives a random volume of a theatre of 330 by 330 km: a circle, a corridor
// or a polygon of up to 3 km, for some hours of a month, in a band of height.
func live(rng *rand.Rand) (geo.Volume, error) {
	at := geo.Point{Lat: 32 + 3*rng.Float64(), Lon: 35 + 3*rng.Float64()}
	size := 0.002 + 0.015*rng.Float64()
	var s geo.Shape
	var err error
	switch rng.IntN(3) {
	case 0:
		s, err = geo.Circle(at, 100+1400*rng.Float64())
	case 1:
		s, err = geo.Corridor([]geo.Point{at, {Lat: at.Lat + size, Lon: at.Lon + size}, {Lat: at.Lat + size, Lon: at.Lon + 2*size}}, 50+200*rng.Float64())
	default:
		s, err = geo.Polygon([]geo.Point{at, {Lat: at.Lat + size, Lon: at.Lon}, {Lat: at.Lat + size, Lon: at.Lon + size}, {Lat: at.Lat, Lon: at.Lon + size}})
	}
	low := 3000 * rng.Float64()
	from := rng.Int64N(30 * 24 * 3_600_000)
	return geo.Volume{Shape: s, Low: geo.Height{M: low, Reference: geo.AGL}, High: geo.Height{M: low + 100 + 300*rng.Float64(), Reference: geo.AGL},
		From: from, Until: from + 1_800_000 + rng.Int64N(6*3_600_000)}, err
}

// newVolume measures one new volume against many: found in the index, and then
// held against each that was found. The floor looks at every one.
func (r *run) newVolume(ctx context.Context, n int) error {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	var index node.Index
	all := make([]geo.Volume, n)
	for i := range all {
		var err error
		if all[i], err = live(rng); err != nil {
			return err
		}
	}
	before, begun := inUse(), time.Now()
	for i, v := range all {
		index.Keep(fmt.Sprintf("alpha:%036d", i), []geo.Volume{v}, separation)
	}
	took := time.Since(begun)
	r.add(Result{Name: fmt.Sprintf("%d volumes into the index", n), Count: n, Rate: float64(n) / took.Seconds(), Value: float64(inUse()-before) / (1 << 20), Unit: "MiB of memory"})
	asked := make([]geo.Volume, 2000)
	for i := range asked {
		var err error
		if asked[i], err = live(rng); err != nil {
			return err
		}
	}
	slow, found := scan(asked[:100], all)
	floor := fmt.Sprintf("new volume against %d, each looked at", n)
	r.add(times(floor, slow, sum(slow)))
	var each []time.Duration
	met := 0
	for i, v := range asked {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		at := time.Now()
		here := 0
		for _, key := range index.Near([]geo.Volume{v}, separation) {
			k, _ := strconv.Atoi(strings.TrimPrefix(key, "alpha:"))
			if _, ok := v.Meets(all[k], separation, geo.Ground{}); ok {
				here++
			}
		}
		each = append(each, time.Since(at))
		if i < len(found) && found[i] != here {
			return fmt.Errorf("the index finds %d that meet, looking at each %d", here, found[i])
		}
		met += here
	}
	x := r.against(times(fmt.Sprintf("new volume against %d (%.2f meet)", n, float64(met)/float64(len(asked))), each, sum(each)), floor)
	most := map[int]float64{100_000: 0.020, 1_000_000: 0.200}[n]
	ok := x.P50 <= most
	x.Target, x.Met = fmt.Sprintf("p50 ≤ %.0f µs", most*1000), &ok
	r.add(x)
	return nil
}

// inUse is the memory in use after a collection.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// scan looks at every volume, and counts those that meet.
func scan(asked, all []geo.Volume) (each []time.Duration, found []int) {
	for _, v := range asked {
		at, here := time.Now(), 0
		for i := range all {
			if _, ok := v.Meets(all[i], separation, geo.Ground{}); ok {
				here++
			}
		}
		each, found = append(each, time.Since(at)), append(found, here)
	}
	return each, found
}

func sum(each []time.Duration) (all time.Duration) {
	for _, d := range each {
		all += d
	}
	return max(all, 1)
}

// busySquare measures whole filings of 30 officers into one square kilometre,
// where another desk has filed 500 before: judged, recorded, laid beside the
// others, conflicts derived, durable. None may be refused.
func (r *run) busySquare(ctx context.Context) error {
	dir := filepath.Join(r.dir, "square")
	if err := desks.Make(dir, true); err != nil {
		return err
	}
	alpha, err := desks.Open(ctx, dir, "alpha", desks.Options{})
	if err != nil {
		return err
	}
	defer alpha.Close()
	bravo, err := desks.Open(ctx, dir, "bravo", desks.Options{})
	if err != nil {
		return err
	}
	for i := range 500 {
		if _, err := bravo.Act(ctx, flight(uint64(i), "alpha", "supervisor")); err != nil {
			return errors.Join(err, bravo.Close())
		}
	}
	err = holds(ctx, alpha, 500)
	if err := errors.Join(err, bravo.Close()); err != nil {
		return err
	}
	var next atomic.Uint64
	next.Store(1000)
	x, err := r.crowd(ctx, "filings in one square kilometre, 30 at once", 30, func(ctx context.Context) error {
		_, err := alpha.Act(ctx, flight(next.Add(1), "bravo", "supervisor"))
		return err
	})
	if err != nil {
		return err
	}
	r.add(r.against(atLeast(x, 500), floorDisk))
	v, err := alpha.Ask(ctx, deconfliction.Module.Queries[0], map[string]string{"limit": "2000"})
	if err != nil {
		return err
	}
	r.add(Result{Name: "conflicts among the first 2000 notices", Count: len(v.(deconfliction.Board).Conflicts), Value: float64(len(v.(deconfliction.Board).Conflicts)), Unit: "conflicts"})
	return nil
}

// holds waits until a desk holds so many notices.
func holds(ctx context.Context, d *desks.Desk, want int) error {
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(50 * time.Millisecond) {
		v, err := d.Ask(ctx, deconfliction.Module.Queries[0], map[string]string{"limit": strconv.Itoa(want)})
		if err != nil {
			return err
		}
		if len(v.(deconfliction.Board).Notices) >= want {
			return nil
		}
	}
	return fmt.Errorf("%d notices did not come within a minute", want)
}

// flight is a notice of an unmanned flight of half an hour in one square
// kilometre, some time in the next month.
func flight(seed uint64, to ...string) node.Act {
	rng := rand.New(rand.NewPCG(seed, 2))
	from := time.Now().UnixMilli() + 3_600_000 + rng.Int64N(30*24*3_600_000)
	side := 0.009
	at := func(south, size float64) string { return strconv.FormatFloat(south+size*rng.Float64(), 'f', 6, 64) }
	low := int64(math.Round(300 * rng.Float64()))
	return notice(cell.Point{Lat: at(12.4, side), Lon: at(-38.2, side)}, 20+rng.Int64N(80), low, 50, cell.Span{From: from, Until: from + 1_800_000}, to...)
}

// notice is one of an unmanned flight in a circle, in a band above the ground.
func notice(centre cell.Point, radius, low, high int64, window cell.Span, to ...string) node.Act {
	a := deconfliction.Activity{Activity: "uav", Volumes: []cell.Volume{{Ring: []cell.Point{}, Holes: [][]cell.Point{}, Line: []cell.Point{},
		Centre: []cell.Point{centre}, RadiusM: radius,
		Low: []cell.Altitude{{M: low, Reference: geo.AGL}}, High: []cell.Altitude{{M: low + high, Reference: geo.AGL}},
		Windows: []cell.Span{window}, Text: ""}},
		Vehicles: []deconfliction.Vehicle{}, People: []int64{}, EscortText: []cell.Free{}, Recognition: []string{}, Contact: []string{"channel 4"},
		Route: []deconfliction.Waypoint{}, Controllers: []deconfliction.Controller{}, Confidentiality: deconfliction.Exact, Site: []cell.Place{},
		Azimuth: []int64{}, Contingency: []cell.Free{}, Note: []cell.Free{}}
	body, err := cell.EncodeBody(a)
	if err != nil {
		panic(err) // a body of our own always encodes
	}
	return node.Act{Kind: deconfliction.KindUAV, To: to, Body: body}
}

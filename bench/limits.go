package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"time"

	"parley/bench/desks"
	"parley/cell"
	"parley/cell/deconfliction"
)

// ruled is what the limits of this measurement are: a zone that holds all of the
// theatre, one within reach of a line, and limits of every sort.
const ruled = `
lines:
  - {id: line, name: {en: "Line", ar: "خط", he: "קו"}, line: [{lat: "9.9", lon: "-39.5"}, {lat: "10.5", lon: "-39.6"}, {lat: "11.1", lon: "-39.5"}]}
zones:
  - {id: all, name: {en: "All", ar: "الكل", he: "הכול"}, ring: [{lat: "9.9", lon: "-40.1"}, {lat: "9.9", lon: "-38.9"}, {lat: "11.1", lon: "-38.9"}, {lat: "11.1", lon: "-40.1"}]}
  - {id: near, name: {en: "Near", ar: "قرب", he: "סמוך"}, of: line, within_m: 20000}
limits:
  - {id: craft, name: {en: "Craft", ar: "مسيّرات", he: "כלי טיס"}, clause: "1", zone: all, categories: [uav, vehicles], max: 100}
  - {id: craft-near, name: {en: "Craft near the line", ar: "مسيّرات قرب الخط", he: "כלי טיס סמוך לקו"}, clause: "2", zone: near, categories: [uav], max: 10}
  - {id: far, name: {en: "Distance", ar: "مسافة", he: "מרחק"}, clause: "3", categories: [uav], distance_m: 5000, from: line}
  - {id: high, name: {en: "Height", ar: "ارتفاع", he: "גובה"}, clause: "4", categories: [uav], max_height_m: 3000, height_of: AGL}
`

const floorGiven = "floor: one notice of a desk with limits, read and worked out"

// measureLimits measures the report of a check that holds one notice against the
// limits of a charter, with very many others of the same desk and day.
func measureLimits(ctx context.Context, r *run) error {
	n := min(2000, r.records)
	dir := filepath.Join(r.dir, "limits")
	if err := desks.MakeUnder(dir, ruled); err != nil {
		return err
	}
	alpha, err := desks.Open(ctx, dir, "alpha", desks.Options{Alone: true})
	if err != nil {
		return err
	}
	err = r.checkAmong(ctx, alpha, n)
	return errors.Join(err, alpha.Close())
}

// checkAmong files so many notices of one day and asks for the report of the one
// that takes all of it.
func (r *run) checkAmong(ctx context.Context, d *desks.Desk, n int) error {
	from := time.Now().UnixMilli() + 3_600_000
	day := cell.Span{From: from, Until: from + 24*3_600_000}
	rng := rand.New(rand.NewPCG(3, 3))
	at := func(south float64) string { return strconv.FormatFloat(south+rng.Float64(), 'f', 6, 64) }
	whole, err := d.Act(ctx, notice(cell.Point{Lat: "10.5", Lon: "-39.52"}, 500, 100, 100, day, "bravo", "supervisor"))
	if err != nil {
		return err
	}
	for range n - 1 {
		begins := day.From + rng.Int64N(20*3_600_000)
		one := notice(cell.Point{Lat: at(10), Lon: at(-40)}, 100+rng.Int64N(1400), int64(2000*rng.Float64()), 100, cell.Span{From: begins, Until: begins + 3_600_000}, "bravo", "supervisor")
		if _, err := d.Act(ctx, one); err != nil {
			return err
		}
	}
	key := whole.Ref.String()
	x, err := r.repeat(ctx, floorGiven, func() error { _, err := d.MatterView(ctx, key); return err })
	if err != nil {
		return err
	}
	r.add(x)
	q := question{"report of a check with limits", func(ctx context.Context) (any, error) {
		v, err := d.Ask(ctx, queryNamed("notice-check"), map[string]string{"notice": key})
		if got := v.(deconfliction.Report); err == nil && (len(got.Beside) != n-1 || len(got.Limits) != 4) {
			return nil, fmt.Errorf("the report counts %d others against %d limits", len(got.Beside), len(got.Limits))
		}
		return v, err
	}}
	return r.askOften(ctx, q, n, floorGiven)
}

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/bench/desks"
	"parley/cell"
	"parley/cell/deconfliction"
	"parley/node"
	"parley/store"
)

const oneConflict = "board of one conflict, with suggestions"

const floorMatter = "floor: one notice, read and worked out"

// measureBoard measures what a console asks for while very many notices live at
// its desk: half its own, half of the other party, in a theatre of 110 by 110
// km, some time in the next 30 days.
func measureBoard(ctx context.Context, r *run) error {
	n := min(10_000, r.records)
	if r.full {
		n = 100_000
	}
	dir := filepath.Join(r.dir, "board")
	if err := desks.Make(dir, true); err != nil {
		return err
	}
	if err := r.fillBoard(ctx, dir, n); err != nil {
		return err
	}
	alpha, err := desks.Open(ctx, dir, "alpha", desks.Options{Alone: true})
	if err != nil {
		return err
	}
	err = settled(ctx, alpha, n)
	if err == nil {
		err = r.askBoard(ctx, alpha, n)
	}
	if err == nil {
		err = r.followBoard(ctx, alpha, n)
	}
	return errors.Join(err, alpha.Close())
}

// fillBoard lets two desks file so many notices, each a half, until the first
// holds and has worked out all.
func (r *run) fillBoard(ctx context.Context, dir string, n int) error {
	alpha, err := desks.Open(ctx, dir, "alpha", desks.Options{})
	if err != nil {
		return err
	}
	bravo, err := desks.Open(ctx, dir, "bravo", desks.Options{})
	if err != nil {
		return errors.Join(err, alpha.Close())
	}
	begun := time.Now()
	var both sync.WaitGroup
	var failed [2]error
	for i, d := range []*desks.Desk{alpha, bravo} {
		both.Go(func() { failed[i] = file(ctx, d, uint64(i), n/2, []string{"bravo", "alpha"}[i], "supervisor") })
	}
	both.Wait()
	err = errors.Join(failed[:]...)
	if err == nil {
		err = settled(ctx, alpha, n)
	}
	r.add(Result{Name: fmt.Sprintf("%d notices filed and held", n), Count: n, Rate: float64(n) / time.Since(begun).Seconds()})
	return errors.Join(err, bravo.Close(), alpha.Close())
}

// file files notices from many writers.
func file(ctx context.Context, d *desks.Desk, seed uint64, n int, to ...string) error {
	var writers sync.WaitGroup
	const many = 64
	var failed [many]error
	for w := range many {
		writers.Go(func() {
			for i := w; i < n && failed[w] == nil; i += many {
				_, failed[w] = d.Act(ctx, scattered(rand.New(rand.NewPCG(seed, uint64(i))), to...))
			}
		})
	}
	writers.Wait()
	return errors.Join(failed[:]...)
}

// scattered is a notice somewhere in the theatre.
func scattered(rng *rand.Rand, to ...string) node.Act {
	return scatteredIn(rng, 30*24*time.Hour, to...)
}

// scatteredIn is one that begins within a time.
func scatteredIn(rng *rand.Rand, within time.Duration, to ...string) node.Act {
	at := func(south float64) string { return strconv.FormatFloat(south+rng.Float64(), 'f', 6, 64) }
	from := time.Now().UnixMilli() + 3_600_000 + rng.Int64N(within.Milliseconds())
	return notice(cell.Point{Lat: at(10), Lon: at(-40)}, 100+rng.Int64N(1400), int64(3000*rng.Float64()), 100+rng.Int64N(300),
		cell.Span{From: from, Until: from + 1_800_000 + rng.Int64N(6*3_600_000)}, to...)
}

// settled waits until a desk holds so many notices, and has worked all out.
func settled(ctx context.Context, d *desks.Desk, n int) error {
	for begun := time.Now(); time.Since(begun) < time.Hour; time.Sleep(200 * time.Millisecond) {
		held, left := 0, 0
		err := d.DB.Read(ctx, func(tx *store.Tx) error {
			return errors.Join(tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter WHERE kind = ?`, deconfliction.KindUAV).Scan(&held),
				tx.QueryRow(ctx, `SELECT COUNT(*) FROM matter WHERE dirty <> 0`).Scan(&left))
		})
		if err != nil {
			return err
		}
		if held >= n && left == 0 {
			return nil
		}
	}
	return fmt.Errorf("%d notices were not worked out within an hour", n)
}

// question is something that a console asks for.
type question struct {
	name string
	ask  func(context.Context) (any, error)
}

// askBoard asks a desk what a console asks, again and again.
func (r *run) askBoard(ctx context.Context, d *desks.Desk, n int) error {
	board := deconfliction.Module.Queries[0]
	first, err := d.Ask(ctx, board, map[string]string{"limit": "2000"})
	if err != nil {
		return err
	}
	b := first.(deconfliction.Board)
	if len(b.Notices) == 0 {
		return errors.New("the board shows no notice")
	}
	r.add(Result{Name: fmt.Sprintf("conflicts beside the first %d notices", len(b.Notices)), Count: len(b.Conflicts), Value: float64(len(b.Conflicts)), Unit: "conflicts"})
	notice, conflict, now := b.Notices[0].Key, "", time.Now().UnixMilli()
	if len(b.Conflicts) > 0 { // among few notices there is none
		conflict = b.Conflicts[0].Key
	}
	before := cpuTime()
	x, err := r.repeat(ctx, floorMatter, func() error {
		_, err := d.MatterView(ctx, notice)
		return err
	})
	if err != nil {
		return err
	}
	x.Value, x.Unit = ms(cpuTime()-before)/float64(max(1, x.Count)), "ms of CPU each"
	r.add(x)
	query := func(q cell.Query, ask map[string]string) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) { return d.Ask(ctx, q, ask) }
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	for _, q := range []question{
		{"board as the screen opens", query(board, nil)},
		{"board of 72 hours, 2000 notices", query(board, map[string]string{"from": number(now), "until": number(now + 72*3_600_000), "limit": "2000"})},
		{oneConflict, query(board, map[string]string{"conflict": conflict})},
		{"report of a check", func(ctx context.Context) (any, error) {
			return d.Ask(ctx, queryNamed("notice-check"), map[string]string{"notice": notice})
		}},
		{"queue", func(ctx context.Context) (any, error) { return d.Watch(ctx) }},
		{"page of 100 matters", func(ctx context.Context) (any, error) {
			items, _, err := d.Matters(ctx, "open", "deconfliction", "", notice, 100)
			return items, err
		}},
		{"queue of translations", func(ctx context.Context) (any, error) { return d.Translations(ctx) }},
		{"figures", func(ctx context.Context) (any, error) { return d.Figures(ctx) }},
		{"tick of the clocks", func(ctx context.Context) (any, error) { return nil, d.Tick(ctx) }},
	} {
		if q.name == oneConflict && conflict == "" {
			continue
		}
		if err := r.askOften(ctx, q, n, floorMatter); err != nil {
			return err
		}
	}
	return nil
}

// cpuTime is what this process has used, to a hundredth of a second; 0 where the
// system does not tell. Other work on the machine does not blur it.
func cpuTime() time.Duration {
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ") // the name of the program may have spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100
}

// queryNamed finds a query of the module.
func queryNamed(name string) cell.Query {
	for _, q := range deconfliction.Module.Queries {
		if q.Name == name {
			return q
		}
	}
	panic("no query " + name) // a name of our own
}

func (r *run) askOften(ctx context.Context, q question, n int, floor string) error {
	var size int
	before := cpuTime()
	x, err := r.repeat(ctx, fmt.Sprintf("%s, of %d", q.name, n), func() error {
		v, err := q.ask(ctx)
		if size == 0 && err == nil {
			var text []byte
			text, err = json.Marshal(v)
			size = len(text)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", q.name, err)
	}
	x = r.against(x, floor)
	x.Value, x.Unit = ms(cpuTime()-before)/float64(max(1, x.Count)), fmt.Sprintf("ms of CPU each, %d KiB of answer", size/1024)
	r.add(x)
	return nil
}

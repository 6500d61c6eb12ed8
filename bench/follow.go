package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"parley/bench/desks"
	"parley/border/activity"
	"parley/border/cot"
	"parley/desk"
	"parley/node"
)

// followBoard measures what maps that follow a desk cost it: the first look at
// what begins within a week, and one change after that, until it is in the
// picture that clients are brought to; and a file of a day.
func (r *run) followBoard(ctx context.Context, d *desks.Desk, n int) error {
	alpha := &desk.Desk{Node: d.Node, Settings: desk.Settings{Desk: "alpha"}}
	if err := r.askOften(ctx, question{"file of a day, what leaves", func(ctx context.Context) (any, error) {
		now := time.Now().UnixMilli()
		list, err := alpha.Notices(ctx, now, now+24*3_600_000)
		for _, s := range list {
			if _, ok := activity.FromStated(s); !ok {
				return nil, fmt.Errorf("%s does not leave", s.Key)
			}
		}
		return list, err
	}}, n, floorMatter); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := cot.New(cot.Config{Now: func() int64 { return time.Now().UnixMilli() }})
	came := make(chan map[string]*node.Stated, 64)
	done := make(chan error, 1)
	memory, used, begun := inUse(), cpuTime(), time.Now()
	go func() {
		done <- alpha.FollowNotices(ctx, func(changed map[string]*node.Stated) {
			server.Change(drawn(changed))
			came <- changed
		})
	}()
	first, err := until(ctx, came, done, "")
	if err != nil {
		return err
	}
	x := Result{Name: fmt.Sprintf("CoT port, first look, of %d", n), Count: 1, P50: ms(time.Since(begun)), Value: ms(cpuTime() - used)}
	x.Unit = fmt.Sprintf("ms of CPU, %d notices shown, %.0f MiB of memory", first, float64(inUse()-min(memory, inUse()))/(1<<20))
	r.add(r.against(x, floorMatter))
	err = r.followChanges(ctx, d, n, func(key string) error { _, err := until(ctx, came, done, key); return err })
	stop()
	return errors.Join(err, <-done)
}

// followChanges files notices, one after the other, and measures how long after
// each act it is shown.
func (r *run) followChanges(ctx context.Context, d *desks.Desk, n int, shown func(key string) error) error {
	var each []time.Duration
	var used time.Duration
	rng := rand.New(rand.NewPCG(5, 5))
	for begun := time.Now(); time.Since(begun) < r.span || len(each) < 3; {
		f, err := d.Act(ctx, scatteredIn(rng, 12*time.Hour, "bravo", "supervisor"))
		if err != nil {
			return err
		}
		at, cpu := time.Now(), cpuTime()
		if err := shown(f.Ref.String()); err != nil {
			return err
		}
		each, used = append(each, time.Since(at)), used+cpuTime()-cpu
	}
	x := r.against(times(fmt.Sprintf("CoT port, one change, of %d", n), each, sum(each)), floorMatter)
	x.Value, x.Unit = ms(used)/float64(len(each)), "ms of CPU each"
	r.add(x)
	return nil
}

// until waits for the first picture, or for a key in a later one, and counts what
// came with it.
func until(ctx context.Context, came <-chan map[string]*node.Stated, done <-chan error, key string) (int, error) {
	for {
		select {
		case changed := <-came:
			if _, ok := changed[key]; ok || key == "" {
				return len(changed), nil
			}
		case err := <-done:
			return 0, errors.Join(errors.New("the port follows no longer"), err)
		case <-time.After(time.Minute):
			return 0, fmt.Errorf("%s was not shown within a minute", key)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// drawn gives what a map shows of what changed.
func drawn(changed map[string]*node.Stated) (items []cot.Item, gone []string) {
	for key, s := range changed {
		if s == nil {
			gone = append(gone, key)
		} else if a, ok := activity.FromStated(*s); ok {
			items = append(items, cot.Item{Key: a.ID, Revision: a.Revision, Callsign: a.Title, Kind: a.Kind, Volumes: a.Volumes})
		}
	}
	return items, gone
}

package scenarios

import (
	"context"
	"maps"
	"slices"
	"time"
)

// advance moves the story's clock on, by the steps at which something falls
// due on any desk. In a running demo it waits instead.
func (p *Player) advance(ctx context.Context, to time.Time) error {
	if p.World.Clock.Rate() > 0 {
		return p.waitUntil(ctx, to)
	}
	step, before := steps[0], map[string]int64(nil)
	for {
		if err := p.settle(ctx); err != nil {
			return err
		}
		now := p.World.Clock.Now()
		if !now.Before(to) {
			return nil
		}
		step = longer(step, maps.Equal(before, p.World.written))
		before = p.World.written
		next, err := p.next(ctx, now, to, step)
		if err != nil {
			return err
		}
		p.World.Clock.Set(next)
		for _, name := range desks {
			if d := p.World.Desk(name); d != nil {
				if err := d.Tick(ctx); err != nil {
					return err
				}
			}
		}
	}
}

func (p *Player) waitUntil(ctx context.Context, to time.Time) error {
	for p.World.Clock.Now().Before(to) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// steps is how far the clock moves at once when nothing falls due: a little
// after a record was written, because more may follow from it, then further.
var steps = []time.Duration{5 * time.Minute, 10 * time.Minute, 30 * time.Minute}

func longer(step time.Duration, quiet bool) time.Duration {
	if !quiet {
		return steps[0]
	}
	return steps[min(slices.Index(steps, step)+1, len(steps)-1)]
}

func (p *Player) next(ctx context.Context, now, to time.Time, step time.Duration) (time.Time, error) {
	next := now.Add(step).Truncate(step)
	if !next.After(now) || next.After(to) {
		next = to
	}
	for _, x := range p.pending {
		if x.by.After(now) && x.by.Before(next) {
			next = x.by
		}
	}
	for _, name := range desks {
		d := p.World.Desk(name)
		if d == nil {
			continue
		}
		due, err := d.NextDue(ctx)
		if err != nil {
			return next, err
		}
		if due > 0 {
			if t := time.UnixMilli(due).UTC(); t.After(now) && t.Before(next) {
				next = t
			}
		}
	}
	return next, nil
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"parley/bench/desks"
	"parley/cell"
	"parley/node"
	"parley/store"
)

// three opens a whole cell in a folder of its own, all desks linked with all.
func (r *run) three(ctx context.Context, name string) (map[string]*desks.Desk, func() error, error) {
	dir := filepath.Join(r.dir, name)
	open := map[string]*desks.Desk{}
	end := func() error {
		var errs []error
		for _, d := range open {
			errs = append(errs, d.Close())
		}
		return errors.Join(errs...)
	}
	if err := desks.Make(dir, true); err != nil {
		return nil, nil, err
	}
	for _, name := range desks.Names() {
		d, err := desks.Open(ctx, dir, name, desks.Options{})
		if err != nil {
			return nil, nil, errors.Join(err, end())
		}
		open[name] = d
	}
	return open, end, linked(ctx, open)
}

// linked waits until every desk holds something of every journal.
func linked(ctx context.Context, open map[string]*desks.Desk) error {
	for ctx.Err() == nil {
		missing := 0
		for _, d := range open {
			held, err := d.Holdings(ctx)
			if err != nil {
				return err
			}
			missing += len(open) - len(held)
		}
		if missing == 0 {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return ctx.Err()
}

// measureLink measures a cell of three desks on real links: one record at a
// time, then many.
func measureLink(ctx context.Context, r *run) error {
	if err := r.oneByOne(ctx); err != nil {
		return err
	}
	for _, c := range []struct {
		inFlight int
		name     string
		target   float64
	}{{32, "received at two peers, 32 in flight", 3000}, {2048, "received at two peers, pipelined", 10_000}} {
		if err := r.sustained(ctx, c.name, c.inFlight, c.target); err != nil {
			return err
		}
	}
	return nil
}

// oneByOne measures one record: durable here, verified, applied, durable and
// receipted there, and the receipt durable here.
func (r *run) oneByOne(ctx context.Context) error {
	open, end, err := r.three(ctx, "one")
	if err != nil {
		return err
	}
	x, err := func() (Result, error) {
		f := follow(ctx, open["alpha"], []string{"bravo"}, []string{"bravo"})
		defer f.stop()
		return r.crowd(ctx, "one record, receipted at home", 1, func(ctx context.Context) error { return f.file(ctx, message("bravo")) })
	}()
	if err := errors.Join(err, end()); err != nil {
		return err
	}
	r.add(r.against(x, floorKept))
	x.Name = "  the same"
	x = r.against(x, floorSigned)
	ok := x.Ratio <= 2 && x.P99 <= 10
	x.Target, x.Met = "p50 ≤ 2 × floor, p99 ≤ 10 ms", &ok
	r.add(x)
	return nil
}

// sustained measures records that are durable and receipted at two peers, with
// a number of them in flight.
func (r *run) sustained(ctx context.Context, name string, inFlight int, target float64) error {
	open, end, err := r.three(ctx, fmt.Sprintf("flight-%d", inFlight))
	if err != nil {
		return err
	}
	both := []string{"bravo", "supervisor"}
	x, err := func() (Result, error) {
		f := follow(ctx, open["alpha"], both, both)
		defer f.stop()
		return r.crowd(ctx, name, inFlight, func(ctx context.Context) error { return f.file(ctx, message(both...)) })
	}()
	if err := errors.Join(err, end()); err != nil {
		return err
	}
	r.add(atLeast(r.against(x, floorKept), target))
	return nil
}

// follower waits for the receipts of one desk's channel.
type follower struct {
	d       *desks.Desk
	channel string
	by      []string
	cancel  context.CancelFunc
	ended   chan struct{}

	mu      sync.Mutex
	through int64
	waiting map[int64]chan struct{}
}

// follow reads what the desk's own tables say of its channel to some desks,
// whenever they change: through which serial all of by have receipted.
func follow(ctx context.Context, d *desks.Desk, to, by []string) *follower {
	ctx, cancel := context.WithCancel(ctx)
	f := &follower{d: d, channel: cell.ChannelName(d.Node.Desk(), to), by: by, cancel: cancel, ended: make(chan struct{}), waiting: map[int64]chan struct{}{}}
	go f.run(ctx)
	return f
}

func (f *follower) stop() { f.cancel(); <-f.ended }

// file files a record and waits until it is receipted.
func (f *follower) file(ctx context.Context, a node.Act) error {
	filed, err := f.d.Act(ctx, a)
	if err != nil {
		return err
	}
	f.mu.Lock()
	if filed.Serial <= f.through {
		f.mu.Unlock()
		return nil
	}
	done := make(chan struct{})
	f.waiting[filed.Serial] = done
	f.mu.Unlock()
	select {
	case <-done:
		return nil
	case <-time.After(time.Minute):
		return fmt.Errorf("record %d was not receipted within a minute", filed.Serial)
	}
}

func (f *follower) run(ctx context.Context) {
	defer close(f.ended)
	for {
		changed := f.d.Changed()
		through, err := f.read(ctx)
		if err == nil {
			f.advance(through)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// read gives the serial up to which every desk has receipted without a gap.
func (f *follower) read(ctx context.Context) (through int64, err error) {
	err = f.d.DB.Read(ctx, func(tx *store.Tx) error {
		for i, by := range f.by {
			var n int64
			err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(serial), 0) FROM (SELECT serial FROM delivery WHERE author = ? AND gen = 1 AND channel = ? AND desk = ? ORDER BY serial DESC LIMIT 1) d`,
				f.d.Node.Desk(), f.channel, by).Scan(&n)
			if err != nil {
				return err
			}
			if i == 0 || n < through {
				through = n
			}
		}
		return nil
	})
	return through, err
}

func (f *follower) advance(through int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ; f.through < through; f.through++ {
		if done, ok := f.waiting[f.through+1]; ok {
			close(done)
			delete(f.waiting, f.through+1)
		}
	}
}

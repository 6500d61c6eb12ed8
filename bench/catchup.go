package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"parley/bench/desks"
	"parley/store"
)

// fill files n messages at a desk as fast as it takes them.
func fill(ctx context.Context, d *desks.Desk, n int, to ...string) error {
	var writers sync.WaitGroup
	var mu sync.Mutex
	var failed error
	left := make(chan struct{}, n)
	for range n {
		left <- struct{}{}
	}
	close(left)
	for range 512 {
		writers.Go(func() {
			for range left {
				if _, err := d.Act(ctx, message(to...)); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					return
				}
			}
		})
	}
	writers.Wait()
	return failed
}

// measureCatchUp measures how fast a desk that was cut off takes over what it
// missed: from when it is back until all is applied, durable and receipted.
func measureCatchUp(ctx context.Context, r *run) error {
	dir := filepath.Join(r.dir, "catchup")
	if err := desks.Make(dir, true); err != nil {
		return err
	}
	alpha, err := desks.Open(ctx, dir, "alpha", desks.Options{})
	if err != nil {
		return err
	}
	defer alpha.Close()
	if err := fill(ctx, alpha, r.records, "bravo"); err != nil {
		return err
	}
	bravo, err := desks.Open(ctx, dir, "bravo", desks.Options{})
	if err != nil {
		return err
	}
	defer bravo.Close()
	begin, n, err := watch(ctx, bravo, r.records)
	if err != nil {
		return err
	}
	took := time.Since(begin)
	r.add(atLeast(Result{Name: fmt.Sprintf("catch-up of %d records", n), Count: n, Rate: float64(n) / took.Seconds()}, 30_000))
	return nil
}

// watch waits until a desk holds that many messages. begin is when it first
// heard of them.
func watch(ctx context.Context, d *desks.Desk, want int) (begin time.Time, n int, err error) {
	begin = time.Now()
	for n < want {
		changed := d.Changed()
		before := n
		err := d.DB.Read(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT COALESCE(MAX(held), 0) FROM channel WHERE desk = 'alpha' AND channel = 'alpha>bravo'`).Scan(&n)
		})
		if err != nil {
			return begin, n, err
		}
		if before == 0 && n == 0 {
			held, err := d.Holdings(ctx)
			if err != nil {
				return begin, n, err
			}
			if len(held) < 2 {
				begin = time.Now()
			}
		}
		if n >= want {
			break
		}
		select {
		case <-changed:
		case <-time.After(time.Minute):
			return begin, n, fmt.Errorf("only %d of %d records came within a minute", n, want)
		}
	}
	return begin, n, nil
}

package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"parley/bench/desks"
	"parley/cell/hotline"
	"parley/journal"
	"parley/node"
	"parley/store"
)

// measureJournal measures one desk alone: the journal transaction by itself,
// then whole acts.
func measureJournal(ctx context.Context, r *run) error {
	for _, writers := range []int{1, 64, 512} {
		if err := r.appendAlone(ctx, writers); err != nil {
			return err
		}
	}
	if r.engine != "sqlite" {
		return nil
	}
	for _, writers := range []int{1, 64, 512} {
		if err := r.actAlone(ctx, writers); err != nil {
			return err
		}
	}
	return nil
}

const bodiesDDL = "CREATE TABLE IF NOT EXISTS bench_body (idx BIGINT NOT NULL PRIMARY KEY, body BLOB NOT NULL);\n"

// appendAlone measures the journal transaction: entry, hashes, head and a body
// of 1 KiB for each of the writers that wait, one sync for all of them.
func (r *run) appendAlone(ctx context.Context, writers int) error {
	dsn := r.dsn
	if r.engine == "sqlite" {
		dsn = "sqlite:" + filepath.Join(r.dir, fmt.Sprintf("append-%d.db", writers))
	}
	db, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := errors.Join(db.Migrate(ctx, "journal/1", journal.Schema), db.Migrate(ctx, "bench/1", bodiesDDL)); err != nil {
		return err
	}
	gen := writers // a journal of its own, should the database be shared
	tree := &journal.Tree{}
	if err := db.Read(ctx, func(tx *store.Tx) error { tree, err = journal.LoadTree(ctx, tx, "alpha", gen); return err }); err != nil {
		return err
	}
	q := newQueue()
	ended := make(chan error, 1)
	go func() { ended <- q.serve(ctx, db, gen, tree) }()
	x, err := r.crowd(ctx, fmt.Sprintf("append alone, %s, %d writers", r.engine, writers), writers, func(context.Context) error { return q.append() })
	close(q.in)
	if err := errors.Join(err, <-ended); err != nil {
		return err
	}
	if writers == 512 {
		x = atLeast(x, map[string]float64{"sqlite": 40_000, "postgres": 25_000}[r.engine])
	}
	r.add(r.against(x, floorDisk))
	return nil
}

// queue is the least sequencer: whoever waits is carried by the next
// transaction.
type queue struct{ in chan chan error }

func newQueue() *queue { return &queue{make(chan chan error, 1024)} }

func (q *queue) append() error {
	done := make(chan error, 1)
	q.in <- done
	return <-done
}

func (q *queue) serve(ctx context.Context, db *store.DB, gen int, tree *journal.Tree) error {
	body := make([]byte, 1024)
	for first := range q.in {
		waiting := []chan error{first}
		for more := true; more && len(waiting) < cap(q.in); {
			select {
			case w, ok := <-q.in:
				if more = ok; ok {
					waiting = append(waiting, w)
				}
			default:
				more = false
			}
		}
		err := db.Write(ctx, func(tx *store.Tx) error {
			entries, rows := make([]journal.Entry, len(waiting)), make([][]any, len(waiting))
			for i := range waiting {
				var salt journal.Salt
				if _, err := rand.Read(salt[:]); err != nil {
					return err
				}
				entries[i] = journal.Commit(salt, body)
				rows[i] = []any{int64(gen)<<40 + tree.Head().Size + int64(i), body}
			}
			if err := journal.Append(ctx, tx, "alpha", gen, tree, entries); err != nil {
				return err
			}
			return tx.Insert(ctx, "bench_body", []string{"idx", "body"}, rows, "")
		})
		for _, w := range waiting {
			w <- err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// crowd runs many writers, each doing one thing after the other, for the span
// of a measurement. What is done in
// the first fifth of it, or after it, is not counted.
func (r *run) crowd(ctx context.Context, name string, writers int, once func(context.Context) error) (Result, error) {
	var running sync.WaitGroup
	var mu sync.Mutex
	var each []time.Duration
	var failed error
	count := time.Now().Add(r.span / 5)
	end := count.Add(r.span)
	for range writers {
		running.Go(func() {
			var mine []time.Duration
			for ctx.Err() == nil {
				at := time.Now()
				if at.After(end) {
					break
				}
				err := once(ctx)
				if err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					return
				}
				if done := time.Now(); done.After(count) && done.Before(end) {
					mine = append(mine, done.Sub(at))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			each = append(each, mine...)
		})
	}
	running.Wait()
	return times(name, each, r.span), errors.Join(failed, ctx.Err())
}

// actAlone measures whole acts of a desk without links: filled, judged,
// recorded, applied and folded.
func (r *run) actAlone(ctx context.Context, writers int) error {
	dir := filepath.Join(r.dir, fmt.Sprintf("act-%d", writers))
	if err := desks.Make(dir, true); err != nil {
		return err
	}
	d, err := desks.Open(ctx, dir, "alpha", desks.Options{Alone: true})
	if err != nil {
		return err
	}
	x, err := r.crowd(ctx, fmt.Sprintf("acts at one desk, %d writers", writers), writers, func(ctx context.Context) error {
		_, err := d.Act(ctx, message("bravo", "supervisor"))
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		return err
	}
	r.add(r.against(x, floorDisk))
	return nil
}

// message is a routine message whose body is 1 KiB.
func message(to ...string) node.Act {
	return node.Act{Kind: hotline.KindMessage, To: to, Body: body1K}
}

var body1K = func() []byte {
	text := make([]byte, 960)
	for i := range text {
		text[i] = "abcdefghijklmnopqrstuvwxyz     "[i%31]
	}
	text[0], text[len(text)-1] = 'a', 'z'
	return fmt.Appendf(nil, `{"body":{"lang":"en","text":%q},"place":[],"time":[]}`, text)
}()

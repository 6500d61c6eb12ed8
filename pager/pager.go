package pager

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/cell"
	"parley/node"
)

// Config says for which desk pages go out, and with what.
type Config struct {
	Cell, Desk, Status string // of the charter
	Charter            *cell.Charter
	Settings           Settings
	DB                 DB

	Look    func(context.Context) (node.Watch, error)             // the desk's watch
	Taken   func(ctx context.Context, matter string) (who string) // who of this desk took a matter, by code; nil: nobody
	Say     func(key string, args map[string]string) cell.T3      // a text of the catalogues
	Failing func(ctx context.Context, way string, tries int)      // is told how often a way has failed in a row; nil: nobody

	Now  func() time.Time
	Rand io.Reader // ids of pages
	Log  *slog.Logger
}

// Pager pages one desk's officers. Its methods may be called by several
// goroutines at once.
type Pager struct {
	Config
	ways  map[string]sender
	every time.Duration

	out sync.WaitGroup // attempts under way

	mu     sync.Mutex      // guards what follows
	busy   map[string]bool // by page and address: an attempt is under way
	failed map[string]int  // by way: failures in a row
}

// New checks the settings and makes a pager. It sends nothing by itself: call
// Run, or Tick.
func New(cfg Config) (*Pager, error) {
	if err := cfg.Settings.Check(); err != nil {
		return nil, err
	}
	p := &Pager{Config: cfg, ways: senders(cfg.Settings, cfg.Status == cell.Exercise), busy: map[string]bool{}, failed: map[string]int{}}
	p.every, _ = cfg.Settings.every()
	if p.Taken == nil {
		p.Taken = func(context.Context, string) string { return "" }
	}
	if p.Failing == nil {
		p.Failing = func(context.Context, string, int) {}
	}
	return p, nil
}

// Run looks every interval until the context ends, and waits for the attempts
// under way.
func (p *Pager) Run(ctx context.Context, interval time.Duration) error {
	defer p.out.Wait()
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			if err := p.Tick(ctx); err != nil && ctx.Err() == nil {
				p.Log.Error("pager", "err", err)
			}
		}
	}
}

// Wait waits for the attempts under way.
func (p *Pager) Wait() { p.out.Wait() }

// Tick compares what calls now with the pages that are kept: makes a page for
// each new situation and each new level of one, ends those whose cause has
// ended, and sends what is due. It waits for no attempt. What is kept is the
// cursor: after a restart it goes on where it was, and pages nothing twice.
func (p *Pager) Tick(ctx context.Context) error {
	w, err := p.Look(ctx)
	if err != nil {
		return fmt.Errorf("look at the watch: %w", err)
	}
	now := p.Now().UnixMilli()
	kept, err := p.DB.pages(ctx, `WHERE state = ? OR ended > ? ORDER BY made DESC, level DESC, id LIMIT 1000`, Open, now-dayMillis)
	if err != nil {
		return err
	}
	calling := map[string]Situation{}
	for _, s := range Situations(w, p.Desk, p.Charter) {
		if old, ok := calling[s.ID]; !ok || s.Level > old.Level {
			calling[s.ID] = s
		}
	}
	kept, err = p.settle(ctx, kept, calling, now)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(calling)) {
		s := calling[id]
		known := slices.ContainsFunc(kept, func(x Page) bool { return x.Situation == s.ID && x.Since == s.Since && x.Level >= s.Level })
		if known {
			continue
		}
		x, err := p.make(ctx, s, now)
		if err != nil {
			return err
		}
		kept = append(kept, x)
	}
	return p.send(ctx, w, kept, now)
}

const dayMillis = 24 * 3600 * 1000

// settle ends the pages whose cause has ended. A page of a lower level than the
// one that is called now goes on: more people are called, not others.
func (p *Pager) settle(ctx context.Context, kept []Page, calling map[string]Situation, now int64) ([]Page, error) {
	for i, x := range kept {
		if x.State != Open || x.Call == CallTest {
			continue
		}
		if s, ok := calling[x.Situation]; ok && s.Since == x.Since {
			continue
		}
		kept[i].State, kept[i].Ended = Over, now
		if x.Matter != "" {
			if who := p.Taken(ctx, x.Matter); who != "" {
				kept[i].State, kept[i].Officer = Answered, who
			}
		}
		if err := p.DB.end(ctx, x.ID, kept[i].State, kept[i].Officer, now); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func (p *Pager) make(ctx context.Context, s Situation, now int64) (Page, error) {
	var id [8]byte
	if _, err := io.ReadFull(p.Rand, id[:]); err != nil {
		return Page{}, fmt.Errorf("make a page: %w", err)
	}
	x := Page{ID: hex.EncodeToString(id[:]), Situation: s.ID, Matter: s.Matter, Level: s.Level, Call: s.Call, Precedence: s.Precedence, Exercise: s.Exercise, Since: s.Since, Made: now, State: Open}
	return x, p.DB.add(ctx, x)
}

// send starts the attempts that are due, within the limit of the hour. What
// the limit keeps back is due again a little later; a FLASH it never keeps.
func (p *Pager) send(ctx context.Context, w node.Watch, kept []Page, now int64) error {
	sent, err := p.DB.sentSince(ctx, now-dayMillis/24)
	if err != nil {
		return err
	}
	limit := p.Settings.Hourly
	if limit == 0 {
		limit = hourlyDefault
	}
	for _, x := range kept {
		if x.State != Open || x.Call == CallTest {
			continue
		}
		for _, to := range p.Settings.whom(x.Level, onCall(w, p.Desk, x.Level)) {
			if !p.due(x, to, now) || sent >= limit && x.Precedence != cell.Flash {
				continue
			}
			sent++
			p.start(ctx, x, to, now)
		}
	}
	return nil
}

// due reports whether an address is to be tried now: at once the first time,
// again until somebody answers, and after a failure sooner, with growing pauses.
func (p *Pager) due(x Page, to To, now int64) bool {
	last, failures := int64(0), 0
	for _, t := range x.Tries {
		if t.Way != to.Way || t.To != to.To {
			continue
		}
		if last = t.At; t.Delivered {
			failures = 0
		} else {
			failures++
		}
	}
	pause := p.every
	if failures > 0 {
		pause = min(pause, 10*time.Second<<min(failures-1, 8))
	}
	return last == 0 || now-last >= pause.Milliseconds()
}

// start makes one attempt in the background, one at a time for an address of a
// page, and notes what came of it.
func (p *Pager) start(ctx context.Context, x Page, to To, now int64) {
	key := x.ID + "\x00" + to.Way + "\x00" + to.To
	p.mu.Lock()
	if p.busy[key] {
		p.mu.Unlock()
		return
	}
	p.busy[key] = true
	p.mu.Unlock()
	n := p.notice(x, now)
	p.out.Go(func() {
		limited, cancel := context.WithTimeout(ctx, tryLimit)
		defer cancel()
		err := p.ways[to.Way](limited, n, to.To)
		p.noted(context.WithoutCancel(ctx), x.ID, to, now, err)
		p.mu.Lock()
		delete(p.busy, key)
		p.mu.Unlock()
	})
}

// noted keeps what came of an attempt. Errors are the machines' words, which
// know no content.
func (p *Pager) noted(ctx context.Context, page string, to To, at int64, err error) {
	t := Try{At: at, Way: to.Way, To: to.To, Delivered: err == nil}
	p.mu.Lock()
	if err != nil {
		t.Why = clip(err.Error(), 300)
		p.failed[to.Way]++
	} else {
		delete(p.failed, to.Way)
	}
	failures := p.failed[to.Way]
	p.mu.Unlock()
	p.Failing(ctx, to.Way, failures)
	if err := p.DB.tried(ctx, page, t); err != nil {
		p.Log.Error("pager", "err", err)
	}
	if err != nil {
		p.Log.Warn("a page was not delivered", "page", page, "way", to.Way, "tries", failures, "err", t.Why)
	}
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}

// Answer notes that an officer has answered a page: it is not repeated. The
// matter itself still waits to be taken, and a higher level is still called
// when its time comes (HOT-07).
func (p *Pager) Answer(ctx context.Context, id, officer string) error {
	list, err := p.DB.pages(ctx, `WHERE id = ?`, id)
	switch {
	case err != nil:
		return err
	case len(list) == 0:
		return fmt.Errorf("%w: no page %q was made at this desk", cell.ErrNotFound, id)
	case list[0].State == Answered && list[0].Officer == officer:
		return nil
	case list[0].State != Open:
		return fmt.Errorf("%w: the page has ended: %s", cell.ErrConflict, list[0].State)
	}
	now := p.Now().UnixMilli()
	same, err := p.DB.pages(ctx, `WHERE situation = ? AND since = ? AND level <= ? AND state = ?`, list[0].Situation, list[0].Since, list[0].Level, Open)
	if err != nil {
		return err
	}
	for _, x := range same { // the levels below it were called for the same
		err = errors.Join(err, p.DB.end(ctx, x.ID, Answered, officer, now))
	}
	return err
}

// List gives the newest pages.
func (p *Pager) List(ctx context.Context, limit int) ([]Page, error) {
	return p.DB.pages(ctx, fmt.Sprintf(`ORDER BY made DESC, level DESC, id LIMIT %d`, max(1, min(limit, 500))))
}

// Test sends a test page to every address of the settings, or of one way, and
// says what came of each. Nothing of it is kept.
func (p *Pager) Test(ctx context.Context, way string) (out []Try) {
	now := p.Now().UnixMilli()
	n := p.notice(Page{ID: "test", Call: CallTest, Precedence: cell.Routine, Since: now}, now)
	all := slices.Concat(slices.Collect(maps.Values(p.Settings.Levels))...)
	all = append(all, slices.Concat(slices.Collect(maps.Values(p.Settings.Officers))...)...)
	slices.SortFunc(all, compareTo)
	for _, to := range slices.Compact(all) {
		if way != "" && to.Way != way {
			continue
		}
		limited, cancel := context.WithTimeout(ctx, tryLimit)
		t := Try{At: now, Way: to.Way, To: to.To, Delivered: true}
		if err := p.ways[to.Way](limited, n, to.To); err != nil {
			t.Delivered, t.Why = false, clip(err.Error(), 300)
		}
		cancel()
		out = append(out, t)
	}
	return out
}

package desk

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/api"
	"parley/cell"
	"parley/i18n"
	"parley/node"
	"parley/pager"
	"parley/store"
)

// openPager makes the desk's pager, when the settings name ways to page.
func (d *Desk) openPager(ctx context.Context, cfg Config) (err error) {
	if err := d.db.Migrate(ctx, "pager/1", pager.Schema); err != nil {
		return err
	}
	if d.Settings.Pagers == nil {
		return nil
	}
	c := d.Charter()
	d.pager, err = pager.New(pager.Config{
		Cell: c.Cell, Desk: d.Desk(), Status: c.Status, Charter: c, Settings: *d.Settings.Pagers, DB: pagerDB(d.db),
		Look: d.Watch, Taken: d.takenBy, Say: d.Say, Now: cfg.Now, Rand: rand.Reader, Log: d.log,
		Failing: func(_ context.Context, way string, tries int) { d.PagerFailing(way, tries) },
	})
	return err
}

func pagerDB(db *store.DB) pager.DB {
	return pager.DB{
		Read: func(ctx context.Context, f func(pager.Tx) error) error {
			return db.Read(ctx, func(tx *store.Tx) error { return f(tx) })
		},
		Write: func(ctx context.Context, f func(pager.Tx) error) error {
			return db.Write(ctx, func(tx *store.Tx) error { return f(tx) })
		},
	}
}

// takenBy gives the officer of this desk who took a matter, by code, "" when
// nobody has.
func (d *Desk) takenBy(ctx context.Context, matter string) string {
	var bytes []byte
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT r.bytes FROM record r JOIN record_matter m ON m.desk = r.desk AND m.gen = r.gen AND m.idx = r.idx
			WHERE m.matter = ? AND r.desk = ? AND r.kind = ? ORDER BY r.gen DESC, r.idx DESC LIMIT 1`, matter, d.Desk(), cell.KindReceived).Scan(&bytes)
	})
	if err != nil {
		if !errors.Is(err, sql.ErrNoRows) {
			d.log.Warn("look who took a matter", "err", err)
		}
		return ""
	}
	r, err := cell.Read(bytes)
	if err != nil {
		return ""
	}
	return r.By.Officer
}

// pages gives the desk's pages to its console, and takes their answers.
func (d *Desk) pages() *api.Pages {
	if d.pager == nil {
		return nil
	}
	return &api.Pages{
		List: func(ctx context.Context) (out []api.Page, err error) {
			list, err := d.pager.List(ctx, 100)
			for _, x := range list {
				v := api.Page{ID: x.ID, Matter: x.Matter, Call: x.Call, Text: d.pager.Text(x), Precedence: x.Precedence, Level: x.Level,
					Since: x.Since, Made: x.Made, State: x.State, Ended: x.Ended, Officer: x.Officer, Tries: []api.PageTry{}}
				for _, t := range x.Tries {
					v.Tries = append(v.Tries, api.PageTry{At: t.At, Way: t.Way, Delivered: t.Delivered, Why: t.Why})
				}
				out = append(out, v)
			}
			return out, err
		},
		Answer: d.pager.Answer,
	}
}

// TestPage sends a test page by the ways of a desk's settings, without its
// database or its keys, and says what came of each attempt.
func TestPage(ctx context.Context, dir, way string, now func() time.Time, modules cell.Modules) ([]pager.Try, error) {
	s, err := ReadSettings(dir)
	if err != nil {
		return nil, err
	}
	if s.Pagers == nil {
		return nil, errors.New("desk.yaml names no pagers")
	}
	if _, ok := s.Pagers.Ways[way]; !ok && way != "" {
		return nil, fmt.Errorf("desk.yaml names no way %q", way)
	}
	o := Opened{Dir: dir}
	public, err := o.public(dir)
	if err != nil {
		return nil, err
	}
	c, err := OpenCharter(dir, public.Keys.Root)
	if err != nil {
		return nil, err
	}
	words, err := i18n.Load(modules.Words()...)
	if err != nil {
		return nil, err
	}
	speaker := &node.Node{Config: node.Config{Desk: s.Desk, Charter: c, Words: words}}
	p, err := pager.New(pager.Config{Cell: c.Cell, Desk: s.Desk, Status: c.Status, Charter: c, Settings: *s.Pagers, Say: speaker.Say, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return p.Test(ctx, way), nil
}

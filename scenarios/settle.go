package scenarios

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parley/cell/hotline"
	"parley/link"
	"parley/store"
)

// settleLimit is how long the links may take, in real time.
const settleLimit = time.Minute

// Settle waits until the desks that can reach each other hold of each other's
// records what they are to hold, receipts included, but for what the relay
// keeps back. It looks at what the desks hold, not at what the links do: links
// may pause and try again.
func (w *World) Settle(ctx context.Context) error {
	why := ""
	err := until(ctx, settleLimit, func() bool {
		var a, b map[string]int64
		if a, why = w.level(ctx); why == "" {
			b, why = w.level(ctx)
		}
		w.written = a
		return why == "" && maps.Equal(a, b) && w.idle()
	})
	if err != nil {
		return fmt.Errorf("the desks did not settle (%s): %w", why, err)
	}
	return nil
}

// until looks again and again until something is so.
func until(ctx context.Context, limit time.Duration, so func() bool) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for !so() {
		select {
		case <-limited.Done():
			return limited.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}

func (w *World) idle() bool {
	w.mu.Lock()
	var links []*link.Manager
	for _, r := range w.running {
		links = append(links, r.Links)
	}
	w.mu.Unlock()
	return link.Settled(links...)
}

// level gives how far every author's channels have come, and, in words, what a
// reader that can be reached still lacks.
func (w *World) level(ctx context.Context) (written map[string]int64, lacks string) {
	held := map[string]map[string][2]int64{} // by desk, by channel: last and held
	sizes := map[string]map[string]int64{}
	for _, d := range desks {
		if w.Desk(d) == nil {
			continue
		}
		var err error
		if held[d], sizes[d], err = w.holds(ctx, d); err != nil {
			return nil, err.Error()
		}
	}
	written = map[string]int64{}
	for author := range held {
		for ch, n := range held[author] {
			from, to, _ := strings.Cut(ch, ">")
			if from != author {
				continue
			}
			written[ch] = n[0]
			for reader := range held {
				if reader == author || !w.reaches(author, reader) {
					continue
				}
				if sizes[reader][author] != sizes[author][author] {
					return nil, fmt.Sprintf("%s holds %d of %d entries of %s", reader, sizes[reader][author], sizes[author][author], author)
				}
				if w.carried(author, reader, strings.Split(to, ",")) && !w.excused(author, reader) && held[reader][ch][1] != n[0] {
					return nil, fmt.Sprintf("%s holds %d of %d records of %s", reader, held[reader][ch][1], n[0], ch)
				}
			}
		}
		if gap := w.short(author, held); gap != "" {
			return nil, gap
		}
	}
	return written, ""
}

// excused reports whether a reader lacks records of an author because a relay
// has kept or changed some.
func (w *World) excused(author, reader string) bool { return w.missing(author, reader) > 0 }

func (w *World) missing(author, reader string) (n int64) {
	for _, d := range desks {
		if d != author && d != reader {
			n += w.relayOf(d).missing(reader, author)
		}
	}
	return n
}

// short counts, for readers with an excuse, that they lack no more than that.
func (w *World) short(author string, held map[string]map[string][2]int64) string {
	for reader := range held {
		if reader == author || !w.excused(author, reader) || !w.reaches(author, reader) {
			continue
		}
		lacks := -w.missing(author, reader)
		for ch, n := range held[author] {
			if from, to, _ := strings.Cut(ch, ">"); from == author && w.carried(author, reader, strings.Split(to, ",")) {
				lacks += n[0] - held[reader][ch][1]
			}
		}
		if lacks != 0 {
			return fmt.Sprintf("%s lacks %d records of %s more than a relay keeps", reader, lacks, author)
		}
	}
	return ""
}

// holds reads a desk's channels and the sizes of the journals that it holds.
func (w *World) holds(ctx context.Context, name string) (map[string][2]int64, map[string]int64, error) {
	d := w.Desk(name)
	if d == nil {
		return nil, nil, fmt.Errorf("%s is off", name)
	}
	channels, sizes := map[string][2]int64{}, map[string]int64{}
	holdings, err := d.Holdings(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range holdings {
		sizes[h.Desk] += h.Size
	}
	err = d.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT channel, SUM(last), SUM(held) FROM channel GROUP BY channel`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var ch string
			var n [2]int64
			if err := rows.Scan(&ch, &n[0], &n[1]); err != nil {
				return err
			}
			channels[ch] = n
		}
		return rows.Err()
	})
	return channels, sizes, err
}

// reaches reports whether a running desk's journal comes to another now, over
// desks that run and links that stand.
func (w *World) reaches(a, b string) bool { return w.joins(a, b) || w.over(a, b, desks) }

// carried reports whether a record to an audience comes to a reader now: a
// relay passes on only what is addressed to it too.
func (w *World) carried(author, reader string, to []string) bool {
	return slices.Contains(to, reader) && (w.joins(author, reader) || w.over(author, reader, to))
}

func (w *World) over(a, b string, relays []string) bool {
	return slices.ContainsFunc(relays, func(d string) bool { return d != a && d != b && w.joins(a, d) && w.joins(d, b) })
}

func (w *World) joins(a, b string) bool {
	return w.Charter.Linked(a, b) && w.Desk(a) != nil && w.Desk(b) != nil && !w.isCut(a, b)
}

// Noticed waits until every running desk sees its links as they stand: up
// where both ends run and nobody cut them, else down.
func (w *World) Noticed(ctx context.Context) error {
	why := ""
	err := until(ctx, settleLimit, func() bool {
		why = w.unnoticed(ctx)
		return why == ""
	})
	if err != nil {
		return fmt.Errorf("%s: %w", why, err)
	}
	return nil
}

func (w *World) unnoticed(ctx context.Context) string {
	for _, name := range desks {
		d := w.Desk(name)
		if d == nil {
			continue
		}
		for _, s := range d.Links.Status() {
			if s.Up != w.joins(name, s.Peer) {
				return fmt.Sprintf("the link of %s with %s is not as it should be", name, s.Peer)
			}
		}
		watch, err := d.Watch(ctx)
		if err != nil {
			return err.Error()
		}
		for _, l := range watch.Links {
			declared := slices.Contains([]string{hotline.Suspended, hotline.Severed, hotline.Withdrawn}, l.State)
			if l.Via == "direct" && !declared && (l.State == hotline.TechDown) == w.joins(name, l.Desk) {
				return fmt.Sprintf("%s shows its link with %s as %s", name, l.Desk, l.State)
			}
		}
	}
	return ""
}

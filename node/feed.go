package node

import (
	"context"
	"fmt"

	"parley/cell"
	"parley/store"
)

// FeedEntry is what one transaction brought: the records it stored, the
// matters it folded, and the fastest of the records that another desk's
// officers or modules wrote. Consoles follow it (design 7).
type FeedEntry struct {
	Pos        int64           `json:"pos"`
	Records    []string        `json:"records"`    // "desk#index", in the order they were stored
	Matters    []string        `json:"matters"`    // keys
	Precedence cell.Precedence `json:"precedence"` // fastest among the foreign records, "" when there are none
	From       string          `json:"from"`       // the desk that wrote it, "" when there are none
}

// FeedPos gives the newest position of this desk's feed, 0 when it is empty.
func (n *Node) FeedPos(ctx context.Context) (int64, error) {
	var pos int64
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT COALESCE(MAX(pos), 0) FROM feed`).Scan(&pos)
	})
	if err != nil {
		return 0, fmt.Errorf("read feed: %w", err)
	}
	return pos, nil
}

// Feed gives the positions after one, in order and at most limit of them
// (1 to 1000). Positions have no gaps, so the last one given is where to go on.
func (n *Node) Feed(ctx context.Context, after int64, limit int) ([]FeedEntry, error) {
	limit = max(1, min(limit, 1000))
	after = max(0, after)
	var out []FeedEntry
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		if err := readFeed(ctx, tx, after, after+int64(limit), &out); err != nil {
			return err
		}
		l := n.looker(ctx, tx)
		for i := range out {
			if err := l.entry(&out[i]); err != nil {
				return err
			}
			if err := n.fastest(ctx, tx, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read feed: %w", err)
	}
	return out, nil
}

func readFeed(ctx context.Context, tx *store.Tx, after, through int64, out *[]FeedEntry) error {
	rows, err := tx.Query(ctx, `SELECT pos, what, value FROM feed WHERE pos > ? AND pos <= ? ORDER BY pos, ord`, after, through)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var pos int64
		var what, value string
		if err := rows.Scan(&pos, &what, &value); err != nil {
			return err
		}
		if k := len(*out); k == 0 || (*out)[k-1].Pos != pos {
			*out = append(*out, FeedEntry{Pos: pos, Records: []string{}, Matters: []string{}})
		}
		e := &(*out)[len(*out)-1]
		if what == "r" {
			e.Records = append(e.Records, value)
		} else {
			e.Matters = append(e.Matters, value)
		}
	}
	return rows.Err()
}

// fastest finds the fastest foreign record of an entry. Receipts and steps are
// left out: nodes write them, and they carry the precedence of what they are
// about, so that a receipt for a FLASH would sound like one.
func (n *Node) fastest(ctx context.Context, tx *store.Tx, e *FeedEntry) error {
	best := len(cell.Precedences())
	for _, ref := range e.Records {
		c, err := cell.ParseCite(ref)
		if err != nil {
			return err
		}
		if c.Desk == n.Desk() {
			continue
		}
		var rank int
		var kind string
		err = tx.QueryRow(ctx, `SELECT rank, kind FROM record WHERE desk = ? AND gen = ? AND idx = ?`, c.Desk, c.Gen, c.Index).Scan(&rank, &kind)
		if err != nil {
			return fmt.Errorf("look up %s: %w", c, err)
		}
		if kind != cell.KindReceipt && kind != cell.KindStep && rank >= 0 && rank < best {
			best = rank
			e.Precedence, e.From = cell.Precedences()[rank], c.Desk
		}
	}
	return nil
}

// writeFeed gives the transaction its place in this desk's feed: what it
// brought and which matters it changed. Consoles follow it (design 7).
func (b *batch) writeFeed(ctx context.Context) error {
	if len(b.records) == 0 && len(b.folded) == 0 {
		return nil
	}
	pos := b.n.pos + 1
	var rows [][]any
	for _, r := range b.records {
		rows = append(rows, []any{pos, len(rows), "r", r})
	}
	for _, m := range b.folded {
		rows = append(rows, []any{pos, len(rows), "m", m})
	}
	if err := b.Insert(ctx, "feed", []string{"pos", "ord", "what", "value"}, rows, ""); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	b.after = append(b.after, func() { b.n.pos = pos })
	return nil
}

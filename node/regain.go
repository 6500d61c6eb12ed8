package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/cell"
	"parley/journal"
)

// regain takes back entries and records of this desk's own journal that a peer
// still holds after a restore. Outside a restore they are only compared.
func (b *batch) regain(ctx context.Context, from string, jb journal.Batch, v verifier) error {
	n := b.n
	if why, _ := n.Restoring(); why == "" || jb.Gen != n.gen {
		err := journal.Compare(ctx, b.Tx, jb.Desk, jb.Gen, jb.Checkpoint, v)
		if fork, ok := errors.AsType[*journal.Fork](err); ok {
			return b.raiseFork(ctx, from, fork)
		}
		return nil
	}
	if b.own == nil {
		b.own = n.tree.Clone()
	}
	if _, err := journal.Extend(ctx, b.Tx, jb.Desk, jb.Gen, n.tree, jb.From, jb.Entries, jb.Checkpoint, v); err != nil {
		if fork, ok := errors.AsType[*journal.Fork](err); ok {
			return b.raiseFork(ctx, from, fork)
		}
		return err
	}
	b.grown[jb.Name] = true
	for _, o := range jb.Records {
		if err := b.regainRecord(ctx, jb.Name, o); err != nil {
			return err
		}
	}
	if err := n.reloadChannels(ctx, b); err != nil {
		return err
	}
	return b.endRestore(ctx, "", 0)
}

func (b *batch) regainRecord(ctx context.Context, name journal.Name, o journal.Opened) error {
	n := b.n
	var have int
	if err := b.QueryRow(ctx, `SELECT COUNT(*) FROM record WHERE desk = ? AND gen = ? AND idx = ?`, name.Desk, name.Gen, o.Index).Scan(&have); err != nil || have > 0 {
		return err
	}
	entry, err := journal.EntryAt(ctx, b.Tx, name.Desk, name.Gen, o.Index)
	if err != nil {
		return err
	}
	r, err := cell.Decode(o.Record)
	if err != nil || !entry.Opens(o.Salt, o.Record) {
		return cell.Invalidf("", "what the peer returned as record %d is not this desk's", o.Index)
	}
	h, err := n.held(name, o.Index, o.Record, hashOf(o.Record))
	if err != nil {
		return err
	}
	b.channels[r.Channel()] = channelHead{}
	n.mu.Lock()
	n.restoring.back = n.now()
	n.mu.Unlock()
	return b.apply(ctx, h, o.Salt, o.Record)
}

// reloadChannels makes the channels' heads again from the records held.
func (n *Node) reloadChannels(ctx context.Context, b *batch) error {
	heads := map[string]channelHead{}
	rows, err := b.Query(ctx, `SELECT c.channel, c.last, c.last_idx FROM channel c WHERE c.desk = ? AND c.gen = ?`, n.Desk(), n.gen)
	if err != nil {
		return err
	}
	defer rows.Close()
	last := map[string]int64{}
	for rows.Next() {
		var name string
		var h channelHead
		var idx int64
		if err := rows.Scan(&name, &h.serial, &idx); err != nil {
			return err
		}
		heads[name], last[name] = h, idx
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for name, h := range heads {
		e, err := journal.EntryAt(ctx, b.Tx, n.Desk(), n.gen, last[name])
		if err != nil {
			return err
		}
		h.prev = fmt.Sprintf("%x", e[:])
		heads[name] = h
		if err := b.Exec(ctx, `UPDATE channel SET prev = ? WHERE desk = ? AND gen = ? AND channel = ?`, h.prev, n.Desk(), n.gen, name); err != nil {
			return err
		}
	}
	maps.Copy(b.channels, heads)
	return nil
}

// requeue puts into a peer's outbox again what it no longer holds: a desk that
// states less of a journal than it did has been restored from a copy, and what
// it said it had is wanted again. Of its own journal it gets back every record
// that is held here.
func (n *Node) requeue(ctx context.Context, peer string, name journal.Name, from int64) error {
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		rows, err := b.Query(ctx, `SELECT DISTINCT channel FROM record WHERE desk = ? AND gen = ? AND idx >= ?`, name.Desk, name.Gen, from)
		if err != nil {
			return fmt.Errorf("find what %s has lost: %w", peer, err)
		}
		channels, err := texts(rows)
		if err != nil {
			return fmt.Errorf("find what %s has lost: %w", peer, err)
		}
		for _, ch := range channels {
			_, to, _ := strings.Cut(ch, ">")
			own := name.Desk == peer
			if !own && !slices.Contains(strings.Split(to, ","), peer) {
				continue
			}
			err := b.Exec(ctx, `INSERT INTO outbox (peer, rank, desk, gen, idx, receipt)
				SELECT ?, rank, desk, gen, idx, CASE WHEN kind = ? OR desk = ? THEN 1 ELSE 0 END FROM record
				WHERE desk = ? AND gen = ? AND idx >= ? AND channel = ? ON CONFLICT DO NOTHING`,
				peer, cell.KindReceipt, peer, name.Desk, name.Gen, from, ch)
			if err != nil {
				return fmt.Errorf("queue for %s what it has lost: %w", peer, err)
			}
		}
		b.stirred(peer)
		b.after = append(b.after, n.wake)
		return nil
	})
}

// lost finds the journals of which a peer states less than it did before, or,
// the first time that this node hears of it, less than is held here.
func (n *Node) lost(from string, theirs []journal.Holding) map[journal.Name]int64 {
	now := map[journal.Name]int64{}
	for _, h := range theirs {
		now[h.Name] = h.Size
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	out := map[journal.Name]int64{}
	for name, h := range n.holdings {
		old, heard := n.views[from][name]
		if now[name] < h.Size && (!heard || now[name] < old.size) {
			out[name] = now[name]
		}
	}
	return out
}

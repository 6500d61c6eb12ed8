package node

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// apply puts one record into the tables: the same for local and foreign ones,
// in any order, and twice without effect. It reads no clock.
func (b *batch) apply(ctx context.Context, h cell.Held, salt journal.Salt, bytes []byte) error {
	_, extended := h.Body.(cell.Extended) // whom it meets is told at once
	_, still := h.Body.(cell.Grounded)
	b.pressing = h.Precedence.Rank() <= cell.Immediate.Rank() || extended && !still || h.Kind == cell.KindUpdate
	defer func() { b.pressing = false }()
	err := b.Exec(ctx, `INSERT INTO record (desk, gen, idx, id, kind, channel, serial, rank, at, hash, salt, bytes, unapplied)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
		h.Desk, h.Gen, h.Index, h.ID, h.Kind, h.Channel(), h.Serial, h.Precedence.Rank(), h.At, h.Hash, salt[:], bytes)
	if err != nil {
		return fmt.Errorf("store record %s: %w", h.Cite(), err)
	}
	b.n.memo.put(h)
	if err := b.noteChannel(ctx, h); err != nil {
		return err
	}
	if err := b.noteMatters(ctx, h); err != nil {
		return err
	}
	if err := b.noteCharter(ctx, h); err != nil {
		return err
	}
	if err := b.applyAdoption(ctx, h); err != nil {
		return err
	}
	if r, ok := h.Body.(cell.Receipt); ok {
		if err := b.applyReceipt(ctx, h, r); err != nil {
			return err
		}
	}
	if err := b.queueOut(ctx, h); err != nil {
		return err
	}
	b.records = append(b.records, h.Cite().String())
	return b.applyModule(ctx, h)
}

// applyModule runs the module's Apply under a savepoint: an error or a panic
// marks the record unapplied and raises an alarm, and the link goes on
// (design 2, step 5).
func (b *batch) applyModule(ctx context.Context, h cell.Held) error {
	m, ok := b.n.Modules.Of(h.Kind)
	if !ok || m.Apply == nil || h.Body == nil {
		return nil
	}
	err := b.Savepoint(ctx, func() error { return m.Apply(ctx, b.Tx, h) })
	if err == nil {
		return nil
	}
	if errors.Is(err, store.ErrDiskFull) {
		return err
	}
	b.n.Log.Error("record not applied", "record", h.Cite().String(), "kind", h.Kind, "err", err)
	why := err.Error()
	if p, ok := errors.AsType[*store.PanicError](err); ok {
		why = fmt.Sprint("panic: ", p.Value)
	}
	if err := b.Exec(ctx, `UPDATE record SET unapplied = ? WHERE desk = ? AND gen = ? AND idx = ?`, why, h.Desk, h.Gen, h.Index); err != nil {
		return fmt.Errorf("mark %s unapplied: %w", h.Cite(), err)
	}
	return b.raise(ctx, alarm{ID: "unapplied/" + h.Cite().String(), Kind: AlarmUnapplied, Args: map[string]string{"record": h.Cite().String()}, Since: h.At})
}

// noteChannel counts what is held of a channel, so that a gap is seen.
func (b *batch) noteChannel(ctx context.Context, h cell.Held) error {
	entry := ""
	if h.Desk == b.n.Desk() {
		entry = b.channels[h.Channel()].prev
	}
	err := b.Exec(ctx, `INSERT INTO channel (desk, gen, channel, last, held, prev, last_idx) VALUES (?, ?, ?, ?, 1, ?, ?)
		ON CONFLICT (desk, gen, channel) DO UPDATE SET held = channel.held + 1,
			prev = CASE WHEN excluded.last > channel.last THEN excluded.prev ELSE channel.prev END,
			last_idx = CASE WHEN excluded.last > channel.last THEN excluded.last_idx ELSE channel.last_idx END,
			last = CASE WHEN excluded.last > channel.last THEN excluded.last ELSE channel.last END`,
		h.Desk, h.Gen, h.Channel(), h.Serial, entry, h.Index)
	if err != nil {
		return fmt.Errorf("count channel of %s: %w", h.Cite(), err)
	}
	return nil
}

// noteMatters ties the record to its matters, and marks those for folding that
// it changes: its own, and those of records that cite it.
func (b *batch) noteMatters(ctx context.Context, h cell.Held) error {
	k, known := b.n.Modules.Kind(h.Kind)
	if !known {
		k.Opens = h.About.IsZero() // an unknown kind is shown as a matter of its own
	}
	for _, ref := range h.Matters(k) {
		key := ref.String()
		b.mark(key)
		if ref != h.Ref() {
			b.found = nil
		} else { // nobody will have named it before
			b.opened = with(b.opened, key)
		}
		err := b.Exec(ctx, `INSERT INTO record_matter (matter, desk, gen, idx) VALUES (?, ?, ?, ?)`, key, h.Desk, h.Gen, h.Index)
		if err != nil {
			return fmt.Errorf("tie %s to its matter: %w", h.Cite(), err)
		}
		for _, c := range h.Cites {
			err := b.Exec(ctx, `INSERT INTO record_cite (desk, gen, idx, matter) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, c.Desk, c.Gen, c.Index, key)
			if err != nil {
				return fmt.Errorf("note citation by %s: %w", h.Cite(), err)
			}
		}
	}
	return b.markWhere(ctx, `SELECT matter FROM record_cite WHERE desk = ? AND gen = ? AND idx = ?`, h.Desk, h.Gen, h.Index)
}

func (b *batch) markWhere(ctx context.Context, query string, args ...any) error {
	return b.markEach(ctx, b.mark, query, args...)
}

func (b *batch) markStates(ctx context.Context, query string, args ...any) error {
	return b.markEach(ctx, b.markState, query, args...)
}

func (b *batch) markEach(ctx context.Context, mark func(string), query string, args ...any) error {
	rows, err := b.Query(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("find matters to fold: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return fmt.Errorf("find matters to fold: %w", err)
		}
		mark(key)
	}
	return rows.Err()
}

// applyReceipt notes what another node says it holds.
func (b *batch) applyReceipt(ctx context.Context, h cell.Held, r cell.Receipt) error {
	channel := cell.ChannelName(r.Author, r.To)
	var rows [][]any
	for s := r.From; s > 0 && s <= r.Through; s++ {
		rows = append(rows, []any{r.Author, r.Gen, channel, s, h.Desk, h.At, h.Gen, h.Index})
	}
	if len(rows) > 0 {
		err := b.Insert(ctx, "delivery", []string{"author", "gen", "channel", "serial", "desk", "at", "by_gen", "by_idx"}, rows,
			`ON CONFLICT (author, gen, channel, serial, desk) DO UPDATE SET
				at = CASE WHEN excluded.by_idx < delivery.by_idx THEN excluded.at ELSE delivery.at END,
				by_idx = CASE WHEN excluded.by_idx < delivery.by_idx THEN excluded.by_idx ELSE delivery.by_idx END`)
		if err != nil {
			return fmt.Errorf("note deliveries of %s: %w", h.Cite(), err)
		}
		err = b.Exec(ctx, `DELETE FROM outbox WHERE peer = ? AND desk = ? AND gen = ? AND idx IN
			(SELECT idx FROM record WHERE desk = ? AND gen = ? AND channel = ? AND serial >= ? AND serial <= ?)`,
			h.Desk, r.Author, r.Gen, r.Author, r.Gen, channel, r.From, r.Through)
		if err != nil {
			return fmt.Errorf("clear outbox by %s: %w", h.Cite(), err)
		}
		err = b.markWhere(ctx, `SELECT rm.matter FROM record_matter rm JOIN record r ON r.desk = rm.desk AND r.gen = rm.gen AND r.idx = rm.idx
			WHERE r.desk = ? AND r.gen = ? AND r.channel = ? AND r.serial >= ? AND r.serial <= ?`, r.Author, r.Gen, channel, r.From, r.Through)
		if err != nil {
			return err
		}
	}
	for _, f := range r.Refused {
		err := b.Exec(ctx, `INSERT INTO refusal (author, gen, idx, desk, code, detail, at, by_gen, by_idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			r.Author, r.Gen, f.Index, h.Desk, f.Code, f.Detail, h.At, h.Gen, h.Index)
		if err != nil {
			return fmt.Errorf("note refusals of %s: %w", h.Cite(), err)
		}
		if err := b.markWhere(ctx, `SELECT matter FROM record_matter WHERE desk = ? AND gen = ? AND idx = ?`, r.Author, r.Gen, f.Index); err != nil {
			return err
		}
	}
	return nil
}

// queueOut puts the record into the outbox of every addressee that has not
// said it holds it. Receipts are not receipted: they are offered to linked
// peers once, and again on the next connection.
func (b *batch) queueOut(ctx context.Context, h cell.Held) error {
	me := b.n.Desk()
	receipt := 0
	if h.Kind == cell.KindReceipt {
		receipt = 1
	}
	rank := h.Precedence.Rank()
	if h.Kind == cell.KindGeneration2 {
		rank = 0 // nothing of its journal is taken before it
	}
	for _, d := range h.To {
		if d == me || (receipt == 1 && !b.n.Config.Charter.Linked(me, d)) {
			continue
		}
		err := b.Exec(ctx, `INSERT INTO outbox (peer, rank, desk, gen, idx, receipt)
			SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM delivery WHERE author = ? AND gen = ? AND channel = ? AND serial = ? AND desk = ?)
			ON CONFLICT DO NOTHING`,
			d, rank, h.Desk, h.Gen, h.Index, receipt, h.Desk, h.Gen, h.Channel(), h.Serial, d)
		if err != nil {
			return fmt.Errorf("queue %s for %s: %w", h.Cite(), d, err)
		}
		b.stirred(d)
	}
	return nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// held reads bytes that were checked before into a record with its body.
func (n *Node) held(name journal.Name, index int64, bytes []byte, hash string) (cell.Held, error) {
	if h, ok := n.memo.get(cell.Cite{Desk: name.Desk, Gen: name.Gen, Index: index}, hash); ok {
		return h, nil
	}
	r, err := cell.Read(bytes)
	if err != nil {
		return cell.Held{}, err
	}
	h := cell.Held{Record: r, Gen: name.Gen, Index: index, Hash: hash}
	if h.Body, _, err = n.Modules.Body(r.Kind, r.Body); err != nil {
		return cell.Held{}, fmt.Errorf("read body of %s: %w", h.Cite(), err)
	}
	n.memo.put(h)
	return h, nil
}

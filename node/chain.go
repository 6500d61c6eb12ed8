package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"

	"parley/cell"
	"parley/journal"
)

// channelKey names a channel of another desk in one generation of its journal.
type channelKey struct {
	channel string
	gen     int
}

// tail is the last record that is held of a channel of another desk: none of a
// higher serial is.
type tail struct {
	serial int64
	entry  string // its commitment, in hexadecimal
}

// tailOf gives the tail of a channel; ok is false when it is not known.
func (b *batch) tailOf(k channelKey) (t tail, ok bool) {
	if t, ok = b.tails[k]; !ok {
		t = b.n.tails[k]
	}
	return t, t.serial > 0
}

// setTail notes the tail of a channel; the zero value makes it unknown.
func (b *batch) setTail(k channelKey, t tail) {
	if b.tails == nil {
		b.tails = map[channelKey]tail{}
	}
	b.tails[k] = t
}

// tailsKept is how many tails are kept in memory: others may begin as many
// channels as they like.
const tailsKept = 4096

// keepTails takes up the tails of a transaction that is durable.
func (n *Node) keepTails(tails map[channelKey]tail) {
	if len(n.tails)+len(tails) > tailsKept {
		clear(n.tails)
	}
	maps.Copy(n.tails, tails)
}

// checkChain compares a record, which stands in the tables now, with its
// neighbours in the channel: each names the commitment before it, and no serial
// is used twice. What does not fit is kept and alarmed, whichever of the two
// came first (design 2). Most records follow the last one that is held, and
// nothing is looked up for them.
func (b *batch) checkChain(ctx context.Context, h cell.Held, entry journal.Entry) error {
	k := channelKey{h.Channel(), h.Gen}
	if t, ok := b.tailOf(k); ok && h.Serial == t.serial+1 && h.Prev == t.entry {
		b.setTail(k, tail{h.Serial, hex.EncodeToString(entry[:])})
		return nil
	}
	broken, err := b.looksBroken(ctx, h, entry)
	if err != nil {
		return err
	}
	if !broken {
		return b.findTail(ctx, k, h, entry)
	}
	b.setTail(k, tail{})
	return b.raise(ctx, alarm{ID: fmt.Sprintf("chain/%s/%d/%d", h.Channel(), h.Gen, h.Serial), Kind: AlarmChain, Since: b.n.now(),
		Args: map[string]string{"desk": h.Desk, "record": h.Cite().String()}})
}

// findTail notes a record as the tail of its channel, if nothing after it is
// held, and else that the tail is not known.
func (b *batch) findTail(ctx context.Context, k channelKey, h cell.Held, entry journal.Entry) error {
	var last int64
	err := b.QueryRow(ctx, `SELECT last FROM channel WHERE desk = ? AND gen = ? AND channel = ?`, h.Desk, h.Gen, h.Channel()).Scan(&last)
	if err != nil {
		return fmt.Errorf("check channel of %s: %w", h.Cite(), err)
	}
	t := tail{}
	if last == h.Serial {
		t = tail{h.Serial, hex.EncodeToString(entry[:])}
	}
	b.setTail(k, t)
	return nil
}

// looksBroken looks at the neighbours of a record in the tables.
func (b *batch) looksBroken(ctx context.Context, h cell.Held, entry journal.Entry) (broken bool, err error) {
	rows, err := b.Query(ctx, `SELECT r.idx, r.serial, r.bytes FROM record r WHERE r.desk = ? AND r.gen = ? AND r.channel = ? AND r.serial BETWEEN ? AND ? AND r.idx <> ?`,
		h.Desk, h.Gen, h.Channel(), h.Serial-1, h.Serial+1, h.Index)
	if err != nil {
		return false, fmt.Errorf("check channel of %s: %w", h.Cite(), err)
	}
	defer rows.Close()
	prevs := map[int64]string{} // by the index that must hold it
	for rows.Next() {
		var idx, serial int64
		var bytes []byte
		if err := rows.Scan(&idx, &serial, &bytes); err != nil {
			return false, fmt.Errorf("check channel of %s: %w", h.Cite(), err)
		}
		switch serial {
		case h.Serial:
			broken = true
		case h.Serial - 1:
			prevs[idx] = h.Prev
		default:
			next, err := cell.Read(bytes)
			if err != nil {
				return false, err
			}
			broken = broken || next.Prev != hex.EncodeToString(entry[:])
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return false, fmt.Errorf("check channel of %s: %w", h.Cite(), err)
	}
	for idx, prev := range prevs {
		e, err := journal.EntryAt(ctx, b.Tx, h.Desk, h.Gen, idx)
		if err != nil {
			return false, err
		}
		broken = broken || hex.EncodeToString(e[:]) != prev
	}
	return broken, nil
}

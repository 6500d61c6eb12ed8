package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// bulkAt is from how many waiting records on the slower ones take their own lane.
const bulkAt = 256

// offeredAtOnce is how many records one offer has at most.
const offeredAtOnce = 512

func (n *Node) offerRecords(ctx context.Context, tx *store.Tx, peer string, lane journal.Lane, holdings []journal.Holding, reach map[journal.Name]int64,
	sent func(journal.Name, int64) bool, urgent bool, maxBytes int, empty func(), add func(journal.Name, journal.Opened)) (taken []cell.Cite, err error) {
	limit := ""
	var waiting int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE peer = ? LIMIT ?) w`, peer, bulkAt+1).Scan(&waiting); err != nil {
		return nil, err
	}
	if waiting == 0 {
		empty()
	}
	if waiting > bulkAt {
		if lane == journal.LaneFast {
			limit = ` AND o.rank <= 1`
		} else {
			limit = ` AND o.rank >= 2`
		}
	} else if lane != journal.LaneFast {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `SELECT o.desk, o.gen, o.idx, o.receipt FROM outbox o WHERE o.peer = ?`+limit+` ORDER BY o.rank, o.desk, o.gen, o.idx LIMIT 20000`, peer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pick, again []cell.Cite
	for rows.Next() && len(pick) < offeredAtOnce {
		var c cell.Cite
		var receipt int
		if err := rows.Scan(&c.Desk, &c.Gen, &c.Index, &receipt); err != nil {
			return nil, err
		}
		name := journal.Name{Desk: c.Desk, Gen: c.Gen}
		switch {
		case sent(name, c.Index):
			if receipt == 1 {
				taken = append(taken, c)
			} else if len(again) < receiptedAtOnce {
				again = append(again, c)
			}
		case !slices.ContainsFunc(holdings, func(h journal.Holding) bool { return h.Name == name }):
			// committed, but not stated yet: the next offer has it
		case c.Index < reach[name] && (urgent || n.mayRelay(peer, name, c.Index)):
			pick = append(pick, c)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	if len(pick) == 0 {
		done, err := receipted(ctx, tx, peer, again)
		if err != nil {
			return nil, err
		}
		taken = append(taken, done...)
	}
	return taken, readPicked(ctx, tx, pick, maxBytes, add)
}

// readPicked reads records in their order until they have so many bytes, and
// the first whatever it has. Those that stand side by side in a journal, as most
// do, are read with one statement.
func readPicked(ctx context.Context, tx *store.Tx, pick []cell.Cite, maxBytes int, add func(journal.Name, journal.Opened)) error {
	bytes := 0
	for len(pick) > 0 {
		n := 1
		for n < len(pick) && pick[n] == (cell.Cite{Desk: pick[0].Desk, Gen: pick[0].Gen, Index: pick[0].Index + int64(n)}) {
			n++
		}
		full, err := readRun(ctx, tx, pick[:n], func(o journal.Opened) (full bool) {
			size := len(o.Record) + 64
			if bytes += size; bytes > maxBytes && bytes > size {
				return true
			}
			add(journal.Name{Desk: pick[0].Desk, Gen: pick[0].Gen}, o)
			return false
		})
		if err != nil || full {
			return err
		}
		pick = pick[n:]
	}
	return nil
}

// readRun reads records that stand side by side in one journal, until take says
// that it is full.
func readRun(ctx context.Context, tx *store.Tx, run []cell.Cite, take func(journal.Opened) (full bool)) (full bool, err error) {
	first, last := run[0], run[len(run)-1]
	rows, err := tx.Query(ctx, `SELECT idx, salt, bytes FROM record WHERE desk = ? AND gen = ? AND idx >= ? AND idx <= ? ORDER BY idx`, first.Desk, first.Gen, first.Index, last.Index)
	if err != nil {
		return false, fmt.Errorf("read %s and those after it: %w", first, err)
	}
	defer rows.Close()
	read := 0
	for rows.Next() {
		var o journal.Opened
		var salt []byte
		if err := rows.Scan(&o.Index, &salt, &o.Record); err != nil {
			return false, fmt.Errorf("read %s and those after it: %w", first, err)
		}
		copy(o.Salt[:], salt)
		if take(o) {
			return true, nil
		}
		read++
	}
	if err := rows.Err(); err != nil {
		return false, fmt.Errorf("read %s and those after it: %w", first, err)
	}
	if read < len(run) {
		return false, fmt.Errorf("read %s and those after it: %d of %d are there", first, read, len(run))
	}
	return false, nil
}

// dropTaken forgets receipts that the peer has taken, with the next
// transaction: until then they are named again, and left out by the link.
func (n *Node) dropTaken(peer string, taken []cell.Cite) {
	if len(taken) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range taken {
		n.later.taken = append(n.later.taken, []any{peer, c.Desk, c.Gen, c.Index})
	}
}

package node_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/bench/desks"
	"parley/cell"
	"parley/cell/hotline"
	"parley/journal"
	"parley/node"
	"parley/store"
)

// acked is one act that a client saw acknowledged: what it may rely on from
// then on, whatever happens to the desk.
type acked struct {
	key        string
	index      int64
	commitment string
}

// ledger is what the clients of the desks have seen acknowledged. It lives
// outside every desk that is killed.
type ledger struct {
	mu   sync.Mutex
	acks map[string][]acked
}

func newLedger() *ledger { return &ledger{acks: map[string][]acked{}} }

func (l *ledger) note(desk string, a acked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acks[desk] = append(l.acks[desk], a)
}

func (l *ledger) of(desk string) []acked {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]acked(nil), l.acks[desk]...)
}

// next gives, for each of the clients of a desk, the number of its first act
// that was not acknowledged. A client that comes back asks for that one again,
// under the same key.
func (l *ledger) next(desk string, clients int) []int {
	out := make([]int, clients)
	for _, a := range l.of(desk) {
		var client, n int
		if _, err := fmt.Sscanf(a.key, "c%d-%d", &client, &n); err == nil && client < clients {
			out[client] = max(out[client], n+1)
		}
	}
	return out
}

// press files one act after the other as each of several clients, from the
// numbers given, until ctx ends or the desk refuses. pause is called between
// two acts of a client.
func press(ctx context.Context, d *desks.Desk, from []int, pause func(), saw func(acked)) error {
	var clients sync.WaitGroup
	errs := make([]error, len(from))
	for c, n := range from {
		clients.Go(func() {
			for ; ctx.Err() == nil; n++ {
				key := fmt.Sprintf("c%d-%d", c, n)
				f, err := d.Act(ctx, node.Act{Kind: hotline.KindMessage, Key: key, Precedence: cell.Precedences()[n%4],
					Body: fmt.Appendf(nil, `{"body":{"lang":"en","text":"key %s"}}`, key)})
				if err != nil {
					errs[c] = err
					return
				}
				saw(acked{key, f.Cite.Index, f.Commitment})
				pause()
			}
		})
	}
	clients.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return errors.Join(errs...)
}

// compare holds the three desks against what the clients saw (design 11): every
// acknowledged act is at its place, nothing stands twice, every journal follows
// from its entries and is the same everywhere, and every acknowledged record is
// held and receipted by every addressee.
func compare(t *testing.T, cellDesks map[string]*desks.Desk, l *ledger) {
	t.Helper()
	heads := map[string]journal.Head{}
	for at, d := range cellDesks {
		for _, of := range desks.Names() {
			err := d.DB.Read(t.Context(), func(tx *store.Tx) error {
				head, err := journal.Audit(t.Context(), tx, of, 1)
				if err != nil {
					return err
				}
				if was, ok := heads[of]; ok && was != head {
					return fmt.Errorf("the journal of %s ends at %d here and at %d elsewhere, or its roots differ", of, head.Size, was.Size)
				}
				heads[of] = head
				return compareRecords(t.Context(), tx, of, at, l.of(of))
			})
			if err != nil {
				t.Errorf("at %s: %v", at, err)
			}
		}
	}
}

func compareRecords(ctx context.Context, tx *store.Tx, of, at string, want []acked) error {
	byIndex, texts := map[int64]string{}, map[string]int{}
	rows, err := tx.Query(ctx, `SELECT idx, bytes FROM record WHERE desk = ? AND gen = 1 AND kind = ?`, of, hotline.KindMessage)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var idx int64
		var bytes []byte
		if err := rows.Scan(&idx, &bytes); err != nil {
			return err
		}
		r, err := cell.Decode(bytes)
		if err != nil {
			return err
		}
		_, rest, _ := strings.Cut(string(r.Body), `"text":"key `)
		key, _, _ := strings.Cut(rest, `"`)
		byIndex[idx] = key
		if texts[key]++; texts[key] > 1 {
			return fmt.Errorf("the act %s of %s stands twice", key, of)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	missing := 0
	for _, a := range want {
		if byIndex[a.index] != a.key {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d acknowledged acts of %s are missing", missing, len(want), of)
	}
	if of != at {
		return nil
	}
	for _, a := range want {
		e, err := journal.EntryAt(ctx, tx, of, 1, a.index)
		if err != nil {
			return err
		}
		if hex.EncodeToString(e[:]) != a.commitment {
			return fmt.Errorf("entry %d of %s is not the commitment that was acknowledged", a.index, of)
		}
	}
	return compareReceipts(ctx, tx, of, len(byIndex))
}

// compareReceipts wants a receipt of both other desks for every message.
func compareReceipts(ctx context.Context, tx *store.Tx, of string, messages int) error {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM record r JOIN delivery d ON d.author = r.desk AND d.gen = r.gen AND d.channel = r.channel AND d.serial = r.serial
		WHERE r.desk = ? AND r.kind = ?`, of, hotline.KindMessage).Scan(&n)
	if err != nil {
		return err
	}
	if n != 2*messages {
		return fmt.Errorf("%d receipts for %d messages of %s to two desks", n, messages, of)
	}
	return nil
}

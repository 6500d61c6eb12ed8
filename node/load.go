package node

import (
	"context"
	"fmt"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

func migrate(ctx context.Context, db *store.DB, ms cell.Modules) error {
	if err := db.Migrate(ctx, "journal/1", journal.Schema); err != nil {
		return err
	}
	if err := db.Migrate(ctx, "node/1", kernelDDL); err != nil {
		return err
	}
	if err := db.Migrate(ctx, "approvals/1", approvalsDDL); err != nil {
		return err
	}
	if err := db.Migrate(ctx, "node/charter/1", charterDDL); err != nil {
		return err
	}
	if err := db.Migrate(ctx, "node/extent/1", extentDDL); err != nil {
		return err
	}
	if err := db.Migrate(ctx, "node/order/1", orderDDL); err != nil {
		return err
	}
	if err := db.Migrate(ctx, "node/duty/1", dutyDDL); err != nil {
		return err
	}
	if err := db.Migrate(ctx, "node/ended/1", endedDDL); err != nil {
		return err
	}
	for _, m := range ms {
		if m.DDL == "" {
			continue
		}
		if err := db.Migrate(ctx, m.Name+"/1", m.DDL); err != nil {
			return err
		}
	}
	return nil
}

// load reads the sequencer's state from the database: at start, and after a
// commit error.
func (n *Node) load(ctx context.Context) error {
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		names, err := journals(ctx, tx)
		if err != nil {
			return err
		}
		n.gen, n.replicas, n.channels, n.tails = 1, map[journal.Name]*journal.Tree{}, map[string]channelHead{}, map[channelKey]tail{}
		for _, name := range names {
			if name.Desk == n.Desk() {
				n.gen = max(n.gen, name.Gen)
				continue
			}
			if n.replicas[name], err = journal.LoadTree(ctx, tx, name.Desk, name.Gen); err != nil {
				return err
			}
		}
		if n.tree, err = journal.LoadTree(ctx, tx, n.Desk(), n.gen); err != nil {
			return err
		}
		if err := n.loadChannels(ctx, tx); err != nil {
			return err
		}
		if err := n.loadLeaning(ctx, tx); err != nil {
			return err
		}
		if err := n.loadAdoptions(ctx, tx); err != nil {
			return err
		}
		if err := n.loadExtents(ctx, tx); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT COALESCE(MAX(pos), 0) FROM feed`).Scan(&n.pos)
	})
	if err != nil {
		return fmt.Errorf("load state: %w", err)
	}
	return n.loadHoldings(ctx)
}

func journals(ctx context.Context, tx *store.Tx) ([]journal.Name, error) {
	rows, err := tx.Query(ctx, `SELECT desk, gen FROM journal_head ORDER BY desk, gen`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []journal.Name
	for rows.Next() {
		var j journal.Name
		if err := rows.Scan(&j.Desk, &j.Gen); err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	return out, rows.Err()
}

func (n *Node) loadChannels(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT channel, last, prev FROM channel WHERE desk = ? AND gen = ?`, n.Desk(), n.gen)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var h channelHead
		if err := rows.Scan(&name, &h.serial, &h.prev); err != nil {
			return err
		}
		n.channels[name] = h
	}
	return rows.Err()
}

// loadHoldings signs the own checkpoint again (Ed25519 is deterministic: the
// same bytes) and takes the replicas' from the database.
func (n *Node) loadHoldings(ctx context.Context) error {
	own, err := n.signOwn()
	if err != nil {
		return err
	}
	held := map[journal.Name]journal.Holding{own.Name: own}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		names, err := journals(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range names { // replicas, and the own journals of earlier generations
			cp, cosigs, head, err := journal.Checkpoint(ctx, tx, name.Desk, name.Gen)
			if err != nil {
				return err
			}
			if name == own.Name || cp == nil {
				continue
			}
			held[name] = journal.Holding{Name: name, Size: head.Size, Checkpoint: cp, Cosignatures: cosigs}
		}
		_, cosigs, head, err := journal.Checkpoint(ctx, tx, n.Desk(), n.gen)
		if err == nil && head.Size == own.Size {
			own.Cosignatures = cosigs
			held[own.Name] = own
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load checkpoints: %w", err)
	}
	n.mu.Lock()
	n.holdings, n.stood = held, stood{}
	n.mu.Unlock()
	return nil
}

func (n *Node) signOwn() (journal.Holding, error) {
	origin := journal.Origin(n.Config.Charter.Cell, n.Desk(), n.gen)
	s, err := n.JournalSigner(n.gen)
	if err != nil {
		return journal.Holding{}, fmt.Errorf("sign checkpoint: %w", err)
	}
	h := n.tree.Head()
	cp, err := journal.SignCheckpoint(origin, h, s)
	if err != nil {
		return journal.Holding{}, fmt.Errorf("sign checkpoint: %w", err)
	}
	return journal.Holding{Name: journal.Name{Desk: n.Desk(), Gen: n.gen}, Size: h.Size, Checkpoint: cp}, nil
}

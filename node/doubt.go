package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// DoubtView says that a record was signed with a key that its own desk has
// declared compromised, within the time that the desk named (SEC-14). It is a
// fact about the key, computed, and says nothing about the record.
type DoubtView struct {
	Desk  string  `json:"desk"`
	Note  int     `json:"note"` // number of the desk's key note
	From  int64   `json:"from"`
	Until int64   `json:"until"`
	By    string  `json:"by"` // the record in which the desk stood by this one since, "" for none
	Text  cell.T3 `json:"text"`
}

// doubtOf gives the mark of a record, nil when it has none. The window is kept by
// the order of the journal: from the desk's first record of that time on to the
// last entry that the old key signed, so that a time written into a record by
// whoever had the key moves it out of no window.
func (n *Node) doubtOf(ctx context.Context, tx *store.Tx, h cell.Held) (*DoubtView, error) {
	for _, k := range n.known().NotesOf(h.Desk) {
		in, err := inDoubt(ctx, tx, n.known().Agreement, k, h.Gen, h.Index)
		if err != nil || !in {
			if err != nil {
				return nil, err
			}
			continue
		}
		v := &DoubtView{Desk: h.Desk, Note: k.Number, From: k.From, Until: k.Until}
		if v.By, err = n.stoodBy(ctx, tx, h); err != nil {
			return nil, err
		}
		word := "doubt.open"
		if v.By != "" {
			word = "doubt.reaffirmed"
		}
		v.Text = n.say(word, map[string]string{"desk": h.Desk, "from_time": cell.DTG(k.From), "until": cell.DTG(k.Until), "record": v.By})
		return v, nil
	}
	return nil, nil
}

func inDoubt(ctx context.Context, tx *store.Tx, a cell.Agreement, k cell.KeyNote, gen int, index int64) (bool, error) {
	if !replacesJournal(a, k) || gen > k.Gen || gen == k.Gen && index >= k.Size {
		return false, nil
	}
	var first int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM record WHERE desk = ? AND (gen < ? OR gen = ? AND idx <= ?) AND at >= ?`, k.Desk, gen, gen, index, k.From).Scan(&first)
	if err != nil {
		return false, fmt.Errorf("look for the window of doubt: %w", err)
	}
	return first > 0, nil
}

// replacesJournal reports whether a key note replaced the key that signs records.
func replacesJournal(a cell.Agreement, k cell.KeyNote) bool {
	epochs := a.Epochs(k.Desk)
	for i, e := range epochs {
		if i > 0 && e.Hash == k.Hash {
			return epochs[i-1].Keys.Journal != e.Keys.Journal
		}
	}
	return false
}

// stoodBy finds the record in which a desk, after a compromise, stood by one of
// its entries with the commitment that stands in its journal.
func (n *Node) stoodBy(ctx context.Context, tx *store.Tx, h cell.Held) (string, error) {
	e, err := journal.EntryAt(ctx, tx, h.Desk, h.Gen, h.Index)
	if err != nil {
		return "", err
	}
	list, err := n.records(ctx, tx, `WHERE r.kind = ? AND r.desk = ? ORDER BY r.gen, r.idx`, cell.KindReaffirm, h.Desk)
	if err != nil {
		return "", fmt.Errorf("look for what %s stands by: %w", h.Desk, err)
	}
	for _, x := range list {
		b, _ := x.Body.(cell.Reaffirm)
		if in, err := inDoubtAny(ctx, tx, n.known().Agreement, x); err != nil || in {
			if err != nil {
				return "", err
			}
			continue // whoever had the old key wrote it, perhaps
		}
		for _, r := range b.Entries {
			if r.Gen == h.Gen && r.Index == h.Index && r.Commitment == hex.EncodeToString(e[:]) {
				return x.Cite().String(), nil
			}
		}
	}
	return "", nil
}

func inDoubtAny(ctx context.Context, tx *store.Tx, a cell.Agreement, h cell.Held) (bool, error) {
	for _, k := range a.NotesOf(h.Desk) {
		if in, err := inDoubt(ctx, tx, a, k, h.Gen, h.Index); err != nil || in {
			return in, err
		}
	}
	return false, nil
}

// InDoubt lists the records of the archive's own desk that one of its key notes
// puts in doubt.
func (a Archive) InDoubt(ctx context.Context, k cell.KeyNote) ([]cell.Reaffirmed, error) {
	var out []cell.Reaffirmed
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT r.gen, r.idx, e.leaf FROM record r JOIN journal_entry e ON e.desk = r.desk AND e.gen = r.gen AND e.idx = r.idx
			WHERE r.desk = ? AND (r.gen < ? OR r.gen = ? AND r.idx < ?) AND EXISTS (SELECT 1 FROM record p WHERE p.desk = r.desk AND (p.gen < r.gen OR p.gen = r.gen AND p.idx <= r.idx) AND p.at >= ?)
			ORDER BY r.gen, r.idx`, k.Desk, k.Gen, k.Gen, k.Size, k.From)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r cell.Reaffirmed
			var leaf []byte
			if err := rows.Scan(&r.Gen, &r.Index, &leaf); err != nil {
				return err
			}
			r.Commitment = hex.EncodeToString(leaf)
			out = append(out, r)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list what is in doubt: %w", err)
	}
	if len(out) == 0 {
		return nil, errors.New("none of this desk's records is in doubt")
	}
	return out, nil
}

// OwnHead gives how far the archive's own journal reaches, in its newest
// generation.
func (a Archive) OwnHead(ctx context.Context) (h journal.Head, gen int, err error) {
	gen = 1
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		names, err := journals(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range names {
			if name.Desk == a.Desk {
				gen = max(gen, name.Gen)
			}
		}
		t, err := journal.LoadTree(ctx, tx, a.Desk, gen)
		if err == nil {
			h = t.Head()
		}
		return err
	})
	if err != nil {
		return h, 0, fmt.Errorf("read the head of %s: %w", a.Desk, err)
	}
	return h, gen, nil
}

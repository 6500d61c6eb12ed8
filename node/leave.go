package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/cell"
	"parley/store"
)

// leaveWithin is how long what two officers approved may be taken out after the
// approval, in milliseconds. Then the file is deleted.
const leaveWithin = cell.ProposalLife

// exportAct makes the record that a proof leaves the desk, and notes that one of
// the two officers may take it once.
func (b *batch) exportAct(ctx context.Context, m cell.Matter, p cell.Proposal, second cell.By) (Act, error) {
	h, err := b.n.exported(ctx, b.Tx, p.Act)
	if err != nil {
		return Act{}, err
	}
	body, err := cell.EncodeBody(cell.Export{What: h.Cite(), Reason: p.Reason})
	if err != nil {
		return Act{}, err
	}
	file := leaving{record: h.Cite().String(), name: fileName(h.Cite().String()) + ".proof", kind: "text/plain; charset=utf-8"}
	return Act{Kind: cell.KindExport, To: b.n.Config.Charter.Others(b.n.Desk()), By: m.Head.By, Body: body}, b.leaves(ctx, m, second, file)
}

// bulkAct makes the file of a list as it stands now, and the record that names
// it to every member (SEC-18).
func (b *batch) bulkAct(ctx context.Context, m cell.Matter, p cell.Proposal, second cell.By) (Act, error) {
	mod, name, err := b.n.listed(p.Act)
	if err != nil {
		return Act{}, err
	}
	var failed error
	list, err := mod.List(ctx, b.n.viewOf(ctx, b.Tx, &failed))
	if err = errors.Join(err, failed); err != nil {
		return Act{}, fmt.Errorf("make the list %s: %w", name, err)
	}
	body, err := cell.EncodeBody(cell.Bulk{List: name, Entries: list.Entries, SHA256: hashOf(list.File), Reason: p.Reason})
	if err != nil {
		return Act{}, err
	}
	file := leaving{name: name + list.Suffix, kind: list.Type, bytes: list.File}
	return Act{Kind: cell.KindBulk, To: b.n.Config.Charter.Others(b.n.Desk()), By: m.Head.By, Body: body}, b.leaves(ctx, m, second, file)
}

// leaving is what may be taken out of the desk once.
type leaving struct {
	proposal, record, name, kind string
	bytes                        []byte
}

func (b *batch) leaves(ctx context.Context, m cell.Matter, second cell.By, f leaving) error {
	if f.bytes == nil {
		f.bytes = []byte{}
	}
	err := b.Exec(ctx, `INSERT INTO approval_file (proposal, record, officers, name, type, bytes, until, taken, taken_by) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '')`,
		m.Ref.String(), f.record, m.Head.By.Officer+" "+second.Officer, f.name, f.kind, f.bytes, b.n.now()+leaveWithin)
	if err != nil {
		return fmt.Errorf("keep what leaves the desk: %w", err)
	}
	return b.Exec(ctx, `UPDATE approval_file SET bytes = ? WHERE until < ?`, []byte{}, b.n.now())
}

func fileName(s string) string {
	return strings.NewReplacer(":", "-", "/", "-", "\\", "-").Replace(s)
}

// TakeFile gives what a proposal led to, a list or a proof, to one of the two
// officers, once.
func (n *Node) TakeFile(ctx context.Context, proposal cell.Ref, by cell.By) (name, kind string, file []byte, err error) {
	var f leaving
	err = n.do(ctx, func(ctx context.Context, b *batch) (err error) {
		f, err = b.take(ctx, `proposal = ?`, proposal.String(), by.Officer, false)
		return err
	})
	if err != nil {
		return "", "", nil, err
	}
	if f.record != "" {
		if f.bytes, err = n.proofOf(ctx, f.record); err != nil {
			return "", "", nil, err
		}
	}
	err = n.do(ctx, func(ctx context.Context, b *batch) error {
		_, err := b.take(ctx, `proposal = ?`, proposal.String(), by.Officer, true)
		return err
	})
	return f.name, f.kind, f.bytes, err
}

func (n *Node) proofOf(ctx context.Context, name string) ([]byte, error) {
	h, err := n.leaving(ctx, name)
	if err != nil {
		return nil, err
	}
	return n.proof(ctx, h)
}

// proofByTwo gives a proof that two officers approved to one of them, once. The
// export was recorded when it was approved.
func (n *Node) proofByTwo(ctx context.Context, h cell.Held, by cell.By) ([]byte, error) {
	take := func(now bool) error {
		return n.do(ctx, func(ctx context.Context, b *batch) error {
			_, err := b.take(ctx, `record = ?`, h.Cite().String(), by.Officer, now)
			return err
		})
	}
	if err := take(false); err != nil {
		return nil, fmt.Errorf("the charter wants two officers to take a proof out of the desk: %w", err)
	}
	file, err := n.proof(ctx, h)
	if err != nil {
		return nil, err
	}
	return file, take(true)
}

// take finds what an officer may take, and notes that they have when they do.
func (b *batch) take(ctx context.Context, where, arg, officer string, now bool) (leaving, error) {
	rows, err := b.Query(ctx, `SELECT proposal, record, officers, name, type, bytes FROM approval_file WHERE taken = 0 AND until >= ? AND `+where+` ORDER BY until`, b.n.now(), arg)
	if err != nil {
		return leaving{}, fmt.Errorf("look for what was approved: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var f leaving
		var officers string
		if err := rows.Scan(&f.proposal, &f.record, &officers, &f.name, &f.kind, &f.bytes); err != nil {
			return f, fmt.Errorf("look for what was approved: %w", err)
		}
		if !slices.Contains(strings.Fields(officers), officer) {
			continue
		}
		rows.Close()
		if !now {
			return f, nil
		}
		return f, b.Exec(ctx, `UPDATE approval_file SET taken = ?, taken_by = ?, bytes = ? WHERE proposal = ?`, b.n.now(), officer, []byte{}, f.proposal)
	}
	if err := rows.Err(); err != nil {
		return leaving{}, err
	}
	return leaving{}, fmt.Errorf("%w: nothing that two officers approved, and you are one of, is left to be taken: propose it, and let another officer approve", cell.ErrForbidden)
}

// viewOf is what a module's query or list reads at the present time.
func (n *Node) viewOf(ctx context.Context, tx *store.Tx, failed *error) cell.View {
	v := cell.View{Here: n.here(ctx, tx, failed), Tx: tx}
	v.Counted, v.Heard = v.Records, n.heard
	v.State = func(m cell.Matter) cell.State {
		s, _, err := n.status(ctx, tx, m, v.Now)
		*failed = errors.Join(*failed, err)
		return s
	}
	v.Entry = func(c cell.Cite) (string, bool) {
		e, ok, err := n.entryHeld(ctx, tx, c)
		*failed = errors.Join(*failed, err)
		return e, ok
	}
	v.Journals = func() []cell.JournalCount {
		list, err := n.journalCounts(ctx, tx)
		*failed = errors.Join(*failed, err)
		return list
	}
	return v
}

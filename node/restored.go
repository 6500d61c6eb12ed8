package node

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// restoredSetting marks a database that was put back from a backup, with the
// backup's time. It stands until the desk may append again: head.latest alone
// would take an empty journal, or a copy of the whole directory, for a new or
// an ordinary start.
const restoredSetting = "restored"

// MarkRestored marks a database that was put back from a backup of that time.
// The desk that opens it appends nothing until every linked desk has said what
// it holds of this journal (design 2, "Restart").
func MarkRestored(ctx context.Context, db *store.DB, at int64) error {
	err := db.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, restoredSetting, strconv.FormatInt(at, 10))
	})
	if err != nil {
		return fmt.Errorf("mark the database as restored: %w", err)
	}
	return nil
}

// restoredFrom says of which backup the database is, "" when of none.
func (n *Node) restoredFrom(ctx context.Context) (why string, at int64, err error) {
	var value string
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT value FROM setting WHERE name = ?`, restoredSetting).Scan(&value)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	if err == nil {
		at, err = strconv.ParseInt(value, 10, 64)
	}
	if err != nil {
		return "", 0, fmt.Errorf("look for the mark of a restore: %w", err)
	}
	return "the database is the backup of " + time.UnixMilli(at).UTC().Format(time.RFC3339), at, nil
}

func (b *batch) unmarkRestored(ctx context.Context) error {
	if err := b.Exec(ctx, `DELETE FROM setting WHERE name = ?`, restoredSetting); err != nil {
		return fmt.Errorf("note that the restore is over: %w", err)
	}
	return nil
}

// tellSetting keeps what the others are to be told of a restore, until it is
// filed.
const tellSetting = "restored-tell"

// restoreOver takes the mark away and leaves word for the others.
func (b *batch) restoreOver(ctx context.Context, lost int64) error {
	r := b.ended
	body, err := cell.EncodeBody(cell.Restored{Backup: r.at, Size: r.began, Back: b.n.tree.Head().Size - r.began, Lost: lost})
	if err != nil {
		return err
	}
	if err := b.unmarkRestored(ctx); err != nil {
		return err
	}
	err = b.Exec(ctx, `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, tellSetting, string(body))
	if err != nil {
		return fmt.Errorf("note that the restore is over: %w", err)
	}
	return nil
}

// tellRestored files what the others are to be told of a restore that is over.
func (n *Node) tellRestored(ctx context.Context) error {
	var body string
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT value FROM setting WHERE name = ?`, tellSetting).Scan(&body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for what a restore leaves to tell: %w", err)
	}
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		a := Act{Kind: cell.KindRestored, To: n.Config.Charter.Others(n.Desk()), By: cell.ByNode(), Body: []byte(body)}
		if _, err := b.act(ctx, a); err != nil {
			return err
		}
		return b.Exec(ctx, `DELETE FROM setting WHERE name = ?`, tellSetting)
	})
}

// raiseRestored shows at the other desks what one has told of its restore.
func (b *batch) raiseRestored(ctx context.Context, h cell.Held) error {
	r, ok := h.Body.(cell.Restored)
	if !ok || h.Desk == b.n.Desk() {
		return nil
	}
	return b.raise(ctx, alarm{ID: "restored/" + h.Cite().String(), Kind: AlarmRestored, Since: h.At,
		Args: map[string]string{"desk": h.Desk, "size": fmt.Sprint(r.Size), "back": fmt.Sprint(r.Back), "lost": fmt.Sprint(r.Lost)}})
}

// Copied gives how much of each journal was in the copy that this desk was
// opened with, while it restores; nil otherwise. The link tells it to the
// peers: entries come back from anybody, but a record only from those it was
// addressed to, who must know that it is wanted again.
func (n *Node) Copied() map[journal.Name]int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.restoring == nil {
		return nil
	}
	return maps.Clone(n.restoring.held)
}

// PeerRestored queues for a peer what came after its copy: of its own journal
// every record that is held here, of the others what is addressed to it.
func (n *Node) PeerRestored(ctx context.Context, peer string, held map[journal.Name]int64) error {
	all, err := n.Holdings(ctx)
	if err != nil {
		return err
	}
	for _, h := range all {
		if held[h.Name] >= h.Size {
			continue
		}
		if err := n.requeue(ctx, peer, h.Name, held[h.Name]); err != nil {
			return err
		}
	}
	return nil
}

// laterGeneration notes that a peer holds a generation of this desk's journal
// that the database does not know: it was begun after the backup. Its
// checkpoint must be this desk's own.
func (n *Node) laterGeneration(h journal.Holding) error {
	if h.Desk != n.Desk() || h.Gen <= n.gen {
		return nil
	}
	v, err := n.verifier(h.Name, h.Checkpoint)
	if err != nil {
		return err
	}
	head, err := journal.OpenCheckpoint(h.Checkpoint, v)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.restoring; r != nil && (h.Gen > r.gen || h.Gen == r.gen && head.Size > r.last.Size) {
		r.gen, r.last = h.Gen, head
	}
	return nil
}

// RestoreState gives why this desk may not append ("" when it may), whose view
// it waits for, and how many own records have no content yet.
func (n *Node) RestoreState() (why string, waiting []string, missing int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.restoring == nil {
		return "", nil, 0
	}
	return n.restoring.why, slices.Clone(n.restoring.need), n.restoring.missing
}

// quietFor is how long no own record may have come back before it can be said
// that the linked desks have no more.
const quietFor = 60_000

// FinishRestore ends a restore in which all entries of this journal are back
// and every linked desk has spoken, while what some entries said is not to be
// had: drafts, which only the lost copy held, and what had reached nobody. It
// is for people to decide: the passing of time does it for nobody. The desk
// goes on with the same journal; what is lost is alarmed. It gives how many
// records those are.
func (n *Node) FinishRestore(ctx context.Context) (lost int64, err error) {
	err = n.do(ctx, func(ctx context.Context, b *batch) error {
		n.mu.Lock()
		r, now := n.restoring, n.now()
		var why error
		switch {
		case r == nil:
			why = fmt.Errorf("%w: this desk is not restoring", cell.ErrConflict)
		case len(r.need) > 0 || r.was.Size > n.tree.Head().Size || r.gen > n.gen:
			why = fmt.Errorf("%w: not every linked desk has said what it holds, or entries of this journal are not back", cell.ErrConflict)
		case now-r.back < quietFor:
			why = fmt.Errorf("%w: records still come back; wait until nothing has come for a minute", cell.ErrConflict)
		default:
			for _, d := range r.all {
				if s := n.links[d]; s == nil || !s.up {
					why = fmt.Errorf("%w: the link with %s is down, and it may hold more", cell.ErrConflict, d)
				}
			}
		}
		if why == nil {
			lost, n.restoring, b.ended = r.missing, nil, r
		}
		n.mu.Unlock()
		if why != nil {
			return why
		}
		if err := b.restoreOver(ctx, lost); err != nil {
			return err
		}
		if err := b.raiseLost(ctx, lost); err != nil {
			return err
		}
		return b.oweHeld(ctx)
	})
	if err != nil {
		return 0, fmt.Errorf("finish the restore: %w", err)
	}
	return lost, nil
}

// raiseLost says what could not be got back.
func (b *batch) raiseLost(ctx context.Context, lost int64) error {
	if lost == 0 {
		return nil
	}
	return b.raise(ctx, alarm{ID: fmt.Sprintf("lost/%d/%d", b.n.gen, b.n.tree.Head().Size), Kind: AlarmLost, Args: map[string]string{"n": fmt.Sprint(lost)}, Since: b.n.now()})
}

// signedMore takes note that a peer holds more of this desk's journal, under
// this desk's own signature, than is in its database. head.latest has not told:
// it was copied with the database, or is gone. From then on it is a restore,
// found late: nothing more is appended, and when this desk has written
// something else meanwhile, those are two histories (design 2, "Restart").
func (n *Node) signedMore(ctx context.Context, from string, h journal.Holding) error {
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		if why, _ := n.Restoring(); why != "" || h.Gen != n.gen || h.Size <= n.tree.Head().Size+int64(len(b.entries)) {
			return nil
		}
		n.beginRestore(fmt.Sprintf("%s holds %d entries of this journal, signed with its key, and the database ends at %d", from, h.Size, n.tree.Head().Size), 0)
		b.after = append(b.after, n.wake)
		return nil
	})
}

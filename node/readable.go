package node

import (
	"context"
	"fmt"
	"time"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// sampled is about how many records of an archive the nightly test reads.
const sampled = 200

// testHour is the hour (UTC) from which the nightly test runs.
const testHour = 2

// Readable reads a sample of an archive as it will have to be read in years: the
// first record of every journal that is held, and others at even distances, open
// their commitments and decode (SEC-06). It gives what does not.
func (a Archive) Readable(ctx context.Context) ([]Finding, error) {
	var out []Finding
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		names, err := journals(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range names {
			found, err := a.readSome(ctx, tx, name, sampled/int64(len(names)))
			if err != nil {
				return err
			}
			out = append(out, found...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read a sample of the archive: %w", err)
	}
	return out, nil
}

// readSome reads the first record of a journal that is held, and some more.
func (a Archive) readSome(ctx context.Context, tx *store.Tx, name journal.Name, some int64) (out []Finding, err error) {
	var last int64
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(idx), -1) FROM record WHERE desk = ? AND gen = ?`, name.Desk, name.Gen).Scan(&last); err != nil {
		return nil, err
	}
	for next := int64(0); next <= last; next += max(1, last/max(1, some)) {
		at := cell.Cite{Desk: name.Desk, Gen: name.Gen}
		var salt, bytes, leaf []byte
		err := tx.QueryRow(ctx, `SELECT r.idx, r.salt, r.bytes, e.leaf FROM record r JOIN journal_entry e ON e.desk = r.desk AND e.gen = r.gen AND e.idx = r.idx
			WHERE r.desk = ? AND r.gen = ? AND r.idx >= ? ORDER BY r.idx LIMIT 1`, name.Desk, name.Gen, next).Scan(&at.Index, &salt, &bytes, &leaf)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name.Desk, err)
		}
		next = max(next, at.Index)
		if len(salt) != len(journal.Salt{}) || len(leaf) != journal.EntrySize || !journal.Entry(leaf).Opens(journal.Salt(salt), bytes) {
			out = append(out, Finding{at.Desk, a.Desk, "damage", fmt.Sprintf("record %s does not open its commitment", at)})
		} else if _, err := cell.Decode(bytes); err != nil {
			out = append(out, Finding{at.Desk, a.Desk, "damage", fmt.Sprintf("record %s does not read: %v", at, err)})
		}
	}
	return out, nil
}

// testReadable runs the nightly test once a day and raises an alarm for what can
// no longer be read: of the archive, or of the keys that open it.
func (n *Node) testReadable(ctx context.Context) error {
	now := n.Now().UTC()
	day := now.Format(time.DateOnly)
	n.mu.Lock()
	due := n.tested != day && (now.Hour() >= testHour)
	if due {
		n.tested = day
	}
	n.mu.Unlock()
	if !due {
		return nil
	}
	found, err := Archive{Desk: n.Desk(), DB: n.DB}.Readable(ctx)
	if err != nil {
		return err
	}
	if n.KeysHeld != nil {
		if err := n.KeysHeld(); err != nil {
			found = append(found, Finding{n.Desk(), n.Desk(), "keys", err.Error()})
		}
	}
	if len(found) == 0 {
		return nil
	}
	n.Log.Error("the archive is not readable in full", "findings", len(found), "first", found[0].Text)
	return n.alarm(ctx, alarm{ID: "readable/" + day, Kind: AlarmReadable, Args: map[string]string{"n": fmt.Sprint(len(found)), "record": found[0].Text}, Since: n.now()})
}

// agreementAlarms says who works under another charter than this desk: the others,
// or this desk itself.
func (n *Node) agreementAlarms() []Alarm {
	var out []Alarm
	c := n.Config.Charter
	if next := n.known().Charters.Newest(); next.Version > c.Version {
		out = append(out, Alarm{ID: "charter/" + next.Hash, Kind: AlarmCharter, Level: cell.Immediate, args: map[string]string{"version": fmt.Sprint(next.Version)}})
	}
	for _, d := range c.Others(n.Desk()) {
		if v := n.adoptedVersion(d); v > 0 && v < c.Version {
			out = append(out, Alarm{ID: fmt.Sprintf("adoption/%s/%d", d, c.Version), Kind: AlarmAdoption, Level: cell.Priority,
				args: map[string]string{"desk": d, "n": fmt.Sprint(v), "version": fmt.Sprint(c.Version)}})
		}
	}
	return out
}

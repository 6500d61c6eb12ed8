package node

import (
	"context"
	"errors"
	"fmt"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// Finding is one fact that an audit reports about a desk. It says what is
// held, never why.
type Finding struct {
	Desk string `json:"desk"` // the desk whose journal it is
	At   string `json:"at"`   // the desk whose copy shows it
	What string `json:"what"` // equivocation, rollback, gap or damage
	Text string `json:"text"`
}

// Archive is one desk's database as an audit reads it.
type Archive struct {
	Desk string
	DB   *store.DB
}

// Audit cross-checks the journals that several desks hold: every copy leads to
// its signed head, copies of one journal are prefixes of each other, no desk
// holds less of its own journal than another holds of it, every record opens
// its commitment, and no serial is missing in a channel where its readers are
// present (design 2, "Equivocation").
func Audit(ctx context.Context, archives []Archive, agreed cell.Agreement) ([]Finding, error) {
	c := agreed.Charters.Newest()
	var out []Finding
	type copyOf struct {
		at   Archive
		head journal.Head
	}
	keys, err := VerifyKeys(agreed)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	copies := map[journal.Name][]copyOf{}
	for _, a := range archives {
		err := a.DB.Read(ctx, func(tx *store.Tx) error {
			names, err := journals(ctx, tx)
			if err != nil {
				return err
			}
			for _, name := range names {
				head, err := journal.Audit(ctx, tx, name.Desk, name.Gen)
				if err != nil {
					out = append(out, Finding{name.Desk, a.Desk, "damage", err.Error()})
					continue
				}
				if name.Desk != a.Desk {
					if err := signedCopy(ctx, tx, c, keys, name, head); err != nil {
						out = append(out, Finding{name.Desk, a.Desk, "damage", err.Error()})
						continue // a copy that nobody signed says nothing about the desk it is of
					}
				}
				copies[name] = append(copies[name], copyOf{a, head})
			}
			found, err := auditRecords(ctx, tx, a, c)
			out = append(out, found...)
			if err != nil {
				return err
			}
			found, err = auditAttested(ctx, tx, a, Modules())
			out = append(out, found...)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("audit %s: %w", a.Desk, err)
		}
	}
	for name, list := range copies {
		var own *copyOf
		for i := range list {
			if list[i].at.Desk == name.Desk {
				own = &list[i]
			}
		}
		for _, x := range list {
			if own != nil && x.head.Size > own.head.Size {
				out = append(out, Finding{name.Desk, x.at.Desk, "rollback",
					fmt.Sprintf("%s holds %d entries of the journal of %s, %s itself holds %d; cause not established", x.at.Desk, x.head.Size, name.Desk, name.Desk, own.head.Size)})
			}
			for _, y := range list {
				if y.head.Size < x.head.Size || y.at.Desk == x.at.Desk {
					continue
				}
				root, err := rootOf(ctx, y.at.DB, name, x.head.Size)
				if err != nil {
					return nil, fmt.Errorf("audit %s: %w", y.at.Desk, err)
				}
				if root != x.head.Root {
					out = append(out, Finding{name.Desk, x.at.Desk, "equivocation",
						fmt.Sprintf("two histories of %s differ at %d between %s and %s; cause not established", name.Desk, x.head.Size, x.at.Desk, y.at.Desk)})
				}
			}
		}
	}
	return out, nil
}

// signedCopy checks that the desk of a journal has signed what another desk
// holds of it.
func signedCopy(ctx context.Context, tx *store.Tx, c *cell.Charter, keys journal.Keys, name journal.Name, held journal.Head) error {
	note, _, _, err := journal.Checkpoint(ctx, tx, name.Desk, name.Gen)
	if err != nil {
		return err
	}
	known, err := keys.Log(journal.Origin(c.Cell, name.Desk, name.Gen))
	if err != nil {
		return err
	}
	v, err := journal.Signer(note, known)
	if err != nil {
		return fmt.Errorf("the checkpoint of this copy: %w", err)
	}
	signed, err := journal.OpenCheckpoint(note, v)
	if err != nil {
		return fmt.Errorf("the checkpoint of this copy: %w", err)
	}
	if signed != held {
		return fmt.Errorf("this copy ends at %d and is not what %s has signed at %d", held.Size, name.Desk, signed.Size)
	}
	return nil
}

func rootOf(ctx context.Context, db *store.DB, name journal.Name, size int64) (root journal.Hash, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		root, err = journal.RootAt(ctx, tx, name.Desk, name.Gen, size)
		return err
	})
	return root, err
}

// auditRecords checks that records open their commitments and that channels
// have no gap.
func auditRecords(ctx context.Context, tx *store.Tx, a Archive, c *cell.Charter) ([]Finding, error) {
	var out []Finding
	rows, err := tx.Query(ctx, `SELECT r.desk, r.gen, r.idx, r.salt, r.bytes, e.leaf FROM record r JOIN journal_entry e ON e.desk = r.desk AND e.gen = r.gen AND e.idx = r.idx`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var at cell.Cite
		var salt, bytes, leaf []byte
		if err := rows.Scan(&at.Desk, &at.Gen, &at.Index, &salt, &bytes, &leaf); err != nil {
			return nil, err
		}
		if len(salt) != len(journal.Salt{}) || len(leaf) != journal.EntrySize || !journal.Entry(leaf).Opens(journal.Salt(salt), bytes) {
			out = append(out, Finding{at.Desk, a.Desk, "damage", fmt.Sprintf("record %s does not open its commitment", at)})
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	gaps, err := tx.Query(ctx, `SELECT desk, channel, last, held FROM channel WHERE held < last ORDER BY desk, channel`)
	if err != nil {
		return nil, err
	}
	defer gaps.Close()
	for gaps.Next() {
		var desk, channel string
		var last, held int64
		if err := gaps.Scan(&desk, &channel, &last, &held); err != nil {
			return nil, err
		}
		out = append(out, Finding{desk, a.Desk, "gap", fmt.Sprintf("%s holds %d of %d records of the channel %s", a.Desk, held, last, channel)})
	}
	return out, gaps.Err()
}

// Begun is a later generation of a desk's journal, as an audit names it.
type Begun struct {
	Desk  string    `json:"desk"`
	Gen   int       `json:"gen"`
	After int64     `json:"after"` // entries of the generation before that its desk knew
	Why   string    `json:"why"`
	By    []cell.By `json:"by"`
	Bound bool      `json:"bound"` // the root key has signed it
}

// Generations names the later generations that an archive holds, from their
// first records: a new generation is no finding when the root key has signed
// it, and must not be overlooked either.
func Generations(ctx context.Context, a Archive, agreed cell.Agreement, ms cell.Modules) (out []Begun, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT desk, gen, bytes FROM record WHERE gen > 1 AND idx = 0 ORDER BY desk, gen`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var g Begun
			var bytes []byte
			if err := rows.Scan(&g.Desk, &g.Gen, &bytes); err != nil {
				return err
			}
			r, err := cell.Read(bytes)
			if err != nil {
				return err
			}
			h := cell.Held{Record: r, Gen: g.Gen, Hash: hashOf(bytes)}
			if h.Body, _, err = ms.Body(r.Kind, r.Body); err != nil {
				return err
			}
			if b, ok := h.Body.(cell.Generation2); ok {
				c, known := agreed.Charters.Find(r.Charter)
				g.After, g.Why, g.By, g.Bound = b.Last.Size, b.Why, b.By, known && len(cell.Judge(h, ms, cell.Past{}, c)) == 0
			}
			out = append(out, g)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("look for later generations: %w", err)
	}
	return out, nil
}

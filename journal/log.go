package journal

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Schema is the DDL of the journal's tables, the same for every engine: one
// row per entry, one per finished tile, one head per journal and generation,
// the checkpoints of the recent past and the cosignatures on them. Only
// journal_entry and the newest checkpoint are the truth; the rest follows from
// them and [Audit] checks that it does.
const Schema = `CREATE TABLE IF NOT EXISTS journal_entry (
	desk TEXT NOT NULL, gen BIGINT NOT NULL, idx BIGINT NOT NULL, leaf BLOB NOT NULL,
	PRIMARY KEY (desk, gen, idx)
);
CREATE TABLE IF NOT EXISTS journal_tile (
	desk TEXT NOT NULL, gen BIGINT NOT NULL, level BIGINT NOT NULL, n BIGINT NOT NULL, h BLOB NOT NULL,
	PRIMARY KEY (desk, gen, level, n)
);
CREATE TABLE IF NOT EXISTS journal_head (
	desk TEXT NOT NULL, gen BIGINT NOT NULL, size BIGINT NOT NULL,
	root BLOB NOT NULL, edge BLOB NOT NULL, checkpoint BLOB NOT NULL,
	PRIMARY KEY (desk, gen)
);
CREATE TABLE IF NOT EXISTS journal_checkpoint (
	desk TEXT NOT NULL, gen BIGINT NOT NULL, size BIGINT NOT NULL, note BLOB NOT NULL,
	PRIMARY KEY (desk, gen, size)
);
CREATE TABLE IF NOT EXISTS journal_cosig (
	desk TEXT NOT NULL, gen BIGINT NOT NULL, size BIGINT NOT NULL, cosigner TEXT NOT NULL,
	line TEXT NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (desk, gen, size, cosigner)
);
`

// A Tx is the database transaction in which a journal is read or written.
// Queries use ? for arguments; the store turns that into its engine's form.
type Tx interface {
	Exec(ctx context.Context, query string, args ...any) error
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// LoadTree returns the right edge of a stored journal, or the empty tree when
// nothing is stored. A stored root that the edge does not lead to is an error.
func LoadTree(ctx context.Context, tx Tx, desk string, gen int) (*Tree, error) {
	t, _, err := loadHead(ctx, tx, desk, gen)
	return t, err
}

// loadHead also reports whether the journal has a head row at all.
func loadHead(ctx context.Context, tx Tx, desk string, gen int) (t *Tree, found bool, err error) {
	var size int64
	var root, edge []byte
	found, err = queryOne(ctx, tx, "SELECT size, root, edge FROM journal_head WHERE desk = ? AND gen = ?",
		[]any{desk, gen}, &size, &root, &edge)
	if err != nil {
		return nil, false, fmt.Errorf("load journal %s/%d: %w", desk, gen, err)
	}
	if !found {
		return &Tree{}, false, nil
	}
	t, err = ParseTree(size, edge)
	if err != nil {
		return nil, false, fmt.Errorf("load journal %s/%d: %w", desk, gen, err)
	}
	if h := t.Head(); string(h.Root[:]) != string(root) {
		return nil, false, fmt.Errorf("load journal %s/%d: the stored root at %d does not follow from its edge", desk, gen, size)
	}
	return t, true, nil
}

// Append writes entries after the last one: the entries, the tile hashes that
// they finish, and the head. The checkpoint stays as it was, because it is
// signed only after the commit (design 2). t must stand exactly on the stored
// head, or nothing is written: a sequencer that lost its place must reload.
// t is advanced; after an error, or when the transaction is rolled back, the
// caller reloads it with [LoadTree].
func Append(ctx context.Context, tx Tx, desk string, gen int, t *Tree, entries []Entry) error {
	stored, found, err := loadHead(ctx, tx, desk, gen)
	if err != nil {
		return err
	}
	if stored.Head() != t.Head() {
		return fmt.Errorf("append to journal %s/%d: the tree stands at %d, the stored head at %d, or their roots differ",
			desk, gen, t.size, stored.size)
	}
	if len(entries) == 0 && found {
		return nil
	}
	first := t.size
	t.done = t.done[:0]
	for _, e := range entries {
		t.Append(e)
	}
	if err := insertEntries(ctx, tx, desk, gen, first, entries); err != nil {
		return fmt.Errorf("append to journal %s/%d at %d: %w", desk, gen, first, err)
	}
	for _, d := range t.done {
		if err := tx.Exec(ctx, "INSERT INTO journal_tile (desk, gen, level, n, h) VALUES (?, ?, ?, ?, ?)",
			desk, gen, d.level, d.n, d.hash[:]); err != nil {
			return fmt.Errorf("append to journal %s/%d: store tile hash: %w", desk, gen, err)
		}
	}
	t.done = t.done[:0]
	head := t.Head()
	err = tx.Exec(ctx, `INSERT INTO journal_head (desk, gen, size, root, edge, checkpoint) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (desk, gen) DO UPDATE SET size = excluded.size, root = excluded.root, edge = excluded.edge`,
		desk, gen, head.Size, head.Root[:], t.marshalEdge(), []byte{})
	if err != nil {
		return fmt.Errorf("append to journal %s/%d: store head: %w", desk, gen, err)
	}
	return nil
}

// insertEntries writes rows in a few fixed chunk sizes, so that a store which
// keeps prepared statements needs only as many as there are sizes.
func insertEntries(ctx context.Context, tx Tx, desk string, gen int, first int64, entries []Entry) error {
	for _, rows := range [...]int{256, 64, 16, 4, 1} {
		if len(entries) < rows {
			continue
		}
		query := "INSERT INTO journal_entry (desk, gen, idx, leaf) VALUES (?, ?, ?, ?)" + strings.Repeat(", (?, ?, ?, ?)", rows-1)
		for ; len(entries) >= rows; entries = entries[rows:] {
			args := make([]any, 0, 4*rows)
			for i := range rows {
				args = append(args, desk, gen, first, entries[i][:])
				first++
			}
			if err := tx.Exec(ctx, query, args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// Entries returns the entries with indices from .. to-1. A range that is not
// wholly stored is an error.
func Entries(ctx context.Context, tx Tx, desk string, gen int, from, to int64) ([]Entry, error) {
	if from < 0 || to < from {
		return nil, fmt.Errorf("read journal %s/%d: no such range as %d to %d", desk, gen, from, to)
	}
	if from == to {
		return nil, nil
	}
	rows, err := tx.Query(ctx, "SELECT idx, leaf FROM journal_entry WHERE desk = ? AND gen = ? AND idx >= ? AND idx < ? ORDER BY idx",
		desk, gen, from, to)
	if err != nil {
		return nil, fmt.Errorf("read journal %s/%d: %w", desk, gen, err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var idx int64
		var leaf sql.RawBytes
		if err := rows.Scan(&idx, &leaf); err != nil {
			return nil, fmt.Errorf("read journal %s/%d: %w", desk, gen, err)
		}
		if idx != from+int64(len(entries)) || len(leaf) != EntrySize {
			return nil, fmt.Errorf("read journal %s/%d: entry %d is missing or damaged", desk, gen, from+int64(len(entries)))
		}
		entries = append(entries, Entry(leaf))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read journal %s/%d: %w", desk, gen, err)
	}
	if int64(len(entries)) != to-from {
		return nil, fmt.Errorf("read journal %s/%d: entry %d is not held", desk, gen, from+int64(len(entries)))
	}
	return entries, nil
}

// EntryAt returns the entry with index idx.
func EntryAt(ctx context.Context, tx Tx, desk string, gen int, idx int64) (Entry, error) {
	e, err := Entries(ctx, tx, desk, gen, idx, idx+1)
	if err != nil {
		return Entry{}, err
	}
	return e[0], nil
}

// queryOne scans the first row, if there is one, into dest.
func queryOne(ctx context.Context, tx Tx, query string, args []any, dest ...any) (found bool, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return false, err
		}
		found = true
	}
	return found, rows.Err()
}

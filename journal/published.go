package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	keptCheckpoints  = 64 // recent checkpoints of each journal, beside the cosigned ones
	keptCosignatures = 8  // newest lines of each cosigner
)

// SaveCheckpoint stores a signed checkpoint as the newest one of a journal. It
// must be of this desk and generation, of a size and root that are stored, and
// not behind the newest. Cosignature lines in it are left out: they are stored
// by [SaveCosignature]. The signature is not verified, because the caller made
// it or has just opened it.
func SaveCheckpoint(ctx context.Context, tx Tx, desk string, gen int, checkpoint []byte) error {
	origin, h, note, err := stripCheckpoint(checkpoint)
	if err != nil {
		return fmt.Errorf("save checkpoint of %s/%d: %w", desk, gen, err)
	}
	if err := checkOrigin(origin, desk, gen); err != nil {
		return fmt.Errorf("save checkpoint of %s/%d: %w", desk, gen, err)
	}
	root, err := RootAt(ctx, tx, desk, gen, h.Size)
	if err != nil {
		return fmt.Errorf("save checkpoint of %s/%d: %w", desk, gen, err)
	}
	if root != h.Root {
		return fmt.Errorf("save checkpoint of %s/%d: its root at %d is not the stored one", desk, gen, h.Size)
	}
	_, saved, err := savedCheckpoint(ctx, tx, desk, gen)
	if err != nil {
		return fmt.Errorf("save checkpoint of %s/%d: %w", desk, gen, err)
	}
	if h.Size < saved.Size {
		return fmt.Errorf("save checkpoint of %s/%d: size %d is behind the saved %d", desk, gen, h.Size, saved.Size)
	}
	return writeCheckpoint(ctx, tx, desk, gen, h, note)
}

// writeCheckpoint stores what was found to be the newest checkpoint of a journal.
func writeCheckpoint(ctx context.Context, tx Tx, desk string, gen int, h Head, note []byte) error {
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO journal_head (desk, gen, size, root, edge, checkpoint) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (desk, gen) DO UPDATE SET checkpoint = excluded.checkpoint`,
			[]any{desk, gen, 0, h.Root[:], []byte{}, note}},
		{`INSERT INTO journal_checkpoint (desk, gen, size, note) VALUES (?, ?, ?, ?)
			ON CONFLICT (desk, gen, size) DO UPDATE SET note = excluded.note`,
			[]any{desk, gen, h.Size, note}},
		{`DELETE FROM journal_checkpoint WHERE desk = ? AND gen = ?
			AND size < (SELECT MIN(size) FROM (SELECT size FROM journal_checkpoint WHERE desk = ? AND gen = ? ORDER BY size DESC LIMIT ?) AS newest)
			AND size NOT IN (SELECT size FROM journal_cosig WHERE desk = ? AND gen = ?)`,
			[]any{desk, gen, desk, gen, keptCheckpoints, desk, gen}},
	} {
		if err := tx.Exec(ctx, q.query, q.args...); err != nil {
			return fmt.Errorf("save checkpoint of %s/%d: %w", desk, gen, err)
		}
	}
	return nil
}

// Checkpoint returns the newest saved checkpoint of a journal, the
// cosignature lines that are held for exactly it, and what it states. Without
// one, the checkpoint is nil and the head is that of the empty journal.
func Checkpoint(ctx context.Context, tx Tx, desk string, gen int) (checkpoint []byte, cosigs []string, head Head, err error) {
	checkpoint, head, err = savedCheckpoint(ctx, tx, desk, gen)
	if err != nil || checkpoint == nil {
		return nil, nil, head, err
	}
	cosigs, err = cosignatures(ctx, tx, desk, gen, head.Size)
	return checkpoint, cosigs, head, err
}

// Cosigned returns the saved checkpoint that covers entry idx and that most
// others have cosigned, the newest of these when there are several, as one
// note with its cosignatures. Under load the newest checkpoint is always ahead
// of the witnesses, so a proof takes this one. Without any, it is an error.
func Cosigned(ctx context.Context, tx Tx, desk string, gen int, idx int64) (checkpoint []byte, head Head, err error) {
	var size int64
	var saved []byte
	found, err := queryOne(ctx, tx, `SELECT c.size FROM journal_checkpoint c
		LEFT JOIN journal_cosig s ON s.desk = c.desk AND s.gen = c.gen AND s.size = c.size
		WHERE c.desk = ? AND c.gen = ? AND c.size > ?
		GROUP BY c.size ORDER BY COUNT(s.cosigner) DESC, c.size DESC LIMIT 1`, []any{desk, gen, idx}, &size)
	if err == nil && !found {
		err = errors.New("there is none yet")
	}
	if err == nil {
		_, err = queryOne(ctx, tx, "SELECT note FROM journal_checkpoint WHERE desk = ? AND gen = ? AND size = ?",
			[]any{desk, gen, size}, &saved)
	}
	if err != nil {
		return nil, Head{}, fmt.Errorf("find checkpoint of %s/%d over entry %d: %w", desk, gen, idx, err)
	}
	lines, err := cosignatures(ctx, tx, desk, gen, size)
	if err != nil {
		return nil, Head{}, err
	}
	_, head, _, err = stripCheckpoint(saved)
	if err != nil {
		return nil, Head{}, fmt.Errorf("find checkpoint of %s/%d over entry %d: %w", desk, gen, idx, err)
	}
	return WithCosignatures(saved, lines), head, nil
}

// SaveCosignature stores a line that the caller has verified with
// [VerifyCosignature] against the checkpoint of that size, and the time that
// it states. The newest few lines of each cosigner are kept.
func SaveCosignature(ctx context.Context, tx Tx, desk string, gen int, size int64, cosigner string, line string, at time.Time) error {
	s, err := parseSigLine(line)
	if err == nil && s.name != cosigner {
		err = fmt.Errorf("the line is by %s", s.name)
	}
	if err != nil {
		return fmt.Errorf("save cosignature of %s/%d by %s: %w", desk, gen, cosigner, err)
	}
	err = tx.Exec(ctx, `INSERT INTO journal_cosig (desk, gen, size, cosigner, line, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (desk, gen, size, cosigner) DO UPDATE SET line = excluded.line, at = excluded.at`,
		desk, gen, size, cosigner, line, at.Unix())
	if err == nil {
		err = tx.Exec(ctx, `DELETE FROM journal_cosig WHERE desk = ? AND gen = ? AND cosigner = ?
			AND size < (SELECT MIN(size) FROM (SELECT size FROM journal_cosig WHERE desk = ? AND gen = ? AND cosigner = ? ORDER BY size DESC LIMIT ?) AS newest)`,
			desk, gen, cosigner, desk, gen, cosigner, keptCosignatures)
	}
	if err != nil {
		return fmt.Errorf("save cosignature of %s/%d by %s: %w", desk, gen, cosigner, err)
	}
	return nil
}

func cosignatures(ctx context.Context, tx Tx, desk string, gen int, size int64) ([]string, error) {
	rows, err := tx.Query(ctx, "SELECT line FROM journal_cosig WHERE desk = ? AND gen = ? AND size = ? ORDER BY cosigner",
		desk, gen, size)
	if err != nil {
		return nil, fmt.Errorf("read cosignatures of %s/%d: %w", desk, gen, err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("read cosignatures of %s/%d: %w", desk, gen, err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read cosignatures of %s/%d: %w", desk, gen, err)
	}
	return lines, nil
}

// savedCheckpoint returns nil and the empty head when there is none.
func savedCheckpoint(ctx context.Context, tx Tx, desk string, gen int) ([]byte, Head, error) {
	var checkpoint []byte
	_, err := queryOne(ctx, tx, "SELECT checkpoint FROM journal_head WHERE desk = ? AND gen = ?", []any{desk, gen}, &checkpoint)
	if err != nil {
		return nil, Head{}, fmt.Errorf("read checkpoint of %s/%d: %w", desk, gen, err)
	}
	if len(checkpoint) == 0 {
		return nil, Head{Root: emptyRoot()}, nil
	}
	_, h, _, err := stripCheckpoint(checkpoint)
	if err != nil {
		return nil, Head{}, fmt.Errorf("read checkpoint of %s/%d: %w", desk, gen, err)
	}
	return checkpoint, h, nil
}

// stripCheckpoint reads a checkpoint without verifying it and returns it with
// the lines of its own origin's key only.
func stripCheckpoint(checkpoint []byte) (origin string, h Head, stripped []byte, err error) {
	n, err := splitNote(checkpoint)
	if err != nil {
		return "", Head{}, nil, err
	}
	origin, h, err = parseCheckpointText(n.text)
	if err != nil {
		return "", Head{}, nil, err
	}
	stripped = []byte(n.text + "\n")
	unsigned := len(stripped)
	for _, s := range n.sigs {
		if s.name == origin {
			stripped = append(stripped, s.line()...)
		}
	}
	if len(stripped) == unsigned {
		return "", Head{}, nil, fmt.Errorf("%s has not signed it", origin)
	}
	return origin, h, stripped, nil
}

func checkOrigin(origin, desk string, gen int) error {
	_, d, g, err := ParseOrigin(origin)
	if err != nil {
		return err
	}
	if d != desk || g != gen {
		return fmt.Errorf("it is of %s", origin)
	}
	return nil
}

package journal

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// BuildProof returns the proof of a record that is held: the path from its
// entry to the saved checkpoint that most others have cosigned. A record and
// salt that do not open the entry at idx are an error, as is an entry over
// which nothing has been signed yet. The caller adds the approvals, each the
// proof file of an approval record.
func BuildProof(ctx context.Context, tx Tx, desk string, gen int, idx int64, record []byte, salt Salt, charters []string) (Proof, error) {
	e, err := EntryAt(ctx, tx, desk, gen, idx)
	if err != nil {
		return Proof{}, fmt.Errorf("build proof: %w", err)
	}
	if !e.Opens(salt, record) {
		return Proof{}, fmt.Errorf("build proof: the record does not open entry %d of %s/%d", idx, desk, gen)
	}
	checkpoint, head, err := Cosigned(ctx, tx, desk, gen, idx)
	if err != nil {
		return Proof{}, fmt.Errorf("build proof: %w", err)
	}
	path, err := tlog.ProveRecord(head.Size, idx, Hashes(ctx, tx, desk, gen))
	if err != nil {
		return Proof{}, fmt.Errorf("build proof: path to entry %d of %s/%d: %w", idx, desk, gen, err)
	}
	return Proof{Charters: charters, Record: record, Salt: salt, Index: idx, Path: path, Checkpoint: checkpoint}, nil
}

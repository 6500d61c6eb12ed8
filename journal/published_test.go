package journal_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/journal"
)

func TestSaveCheckpoint(t *testing.T) {
	ctx, a := t.Context(), newAuthor(t, "alpha")
	c0 := a.write()
	c5 := a.write(numbered("a", 0, 5)...)
	bravo := newAuthor(t, "bravo")
	ahead := a.checkpointOver(numbered("a", 0, 6))
	wrong := a.checkpointOver(numbered("b", 0, 5))
	for what, c := range map[string][]byte{
		"behind": c0, "ahead": ahead, "another root": wrong, "another desk": bravo.write(numbered("a", 0, 5)...), "junk": []byte("x"),
	} {
		err := a.run(ctx, func(tx journal.Tx) error { return journal.SaveCheckpoint(ctx, tx, "alpha", 1, c) })
		wantErr(t, what, err)
	}
	a.must(t, func(tx journal.Tx) error {
		got, cosigs, h, err := journal.Checkpoint(ctx, tx, "alpha", 1)
		if string(got) != string(c5) || cosigs != nil || h != a.tree.Head() {
			t.Errorf("checkpoint is %s, %v, %v", got, cosigs, h)
		}
		return err
	})
	a.must(t, func(tx journal.Tx) error {
		got, _, h, err := journal.Checkpoint(ctx, tx, "alpha", 2)
		if got != nil || h != (&journal.Tree{}).Head() {
			t.Errorf("where none is, it is %s, %v", got, h)
		}
		return err
	})
}

// A checkpoint is saved as its author signed it, whatever else came with it.
func TestSaveCheckpointLeavesCosignaturesOut(t *testing.T) {
	ctx, a := t.Context(), newAuthor(t, "alpha")
	c := a.write(numbered("a", 0, 5)...)
	a.must(t, func(tx journal.Tx) error {
		with := journal.WithCosignatures(c, []string{cosign(t, c, "bravo-witness", noon)})
		if err := journal.SaveCheckpoint(ctx, tx, "alpha", 1, with); err != nil {
			return err
		}
		got, cosigs, _, err := journal.Checkpoint(ctx, tx, "alpha", 1)
		if string(got) != string(c) || len(cosigs) > 0 {
			t.Errorf("checkpoint is %s, %v", got, cosigs)
		}
		return err
	})
}

// The witnesses are always a little behind: the proof's checkpoint is the one
// that most have cosigned, and the newest of these.
func TestCosigned(t *testing.T) {
	ctx, a := t.Context(), newAuthor(t, "alpha")
	var checkpoints [][]byte
	for i := range int64(200) {
		c := a.write(numbered("a", i, i+1)...)
		checkpoints = append(checkpoints, c)
		a.must(t, func(tx journal.Tx) error {
			saveCosig(t, tx, c, i+1, "bravo-witness", i < 150)
			saveCosig(t, tx, c, i+1, "supervisor-witness", i < 148)
			return nil
		})
	}
	a.must(t, func(tx journal.Tx) error {
		_, cosigs, h, err := journal.Checkpoint(ctx, tx, "alpha", 1)
		if err != nil || len(cosigs) > 0 || h.Size != 200 {
			t.Errorf("newest is at %d with %q, %v", h.Size, cosigs, err)
		}
		for idx, want := range map[int64]int64{0: 148, 147: 148, 148: 150, 150: 200, 199: 200} {
			c, h, err := journal.Cosigned(ctx, tx, "alpha", 1, idx)
			if err != nil || h.Size != want || !strings.HasPrefix(string(c), string(checkpoints[h.Size-1])) {
				t.Errorf("over entry %d: size %d, %v, want %d", idx, h.Size, err, want)
			}
			if lines := strings.Count(string(c), "-witness"); idx < 148 && lines != 2 {
				t.Errorf("over entry %d: %d cosignatures", idx, lines)
			}
		}
		_, _, err = journal.Cosigned(ctx, tx, "alpha", 1, 200)
		wantErr(t, "an entry that is not there", err)
		for table, most := range map[string]int{"journal_checkpoint": 80, "journal_cosig": 16} {
			if n := count(t, tx, table); n > most {
				t.Errorf("%s keeps %d rows, want at most %d", table, n, most)
			}
		}
		return nil
	})
}

func saveCosig(t *testing.T, tx journal.Tx, c []byte, size int64, name string, really bool) {
	t.Helper()
	if !really {
		return
	}
	if err := journal.SaveCosignature(t.Context(), tx, "alpha", 1, size, name, cosign(t, c, name, noon), noon); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, tx journal.Tx, table string) (n int) {
	t.Helper()
	rows, err := tx.Query(t.Context(), "SELECT COUNT(*) FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	rows.Next()
	if err := rows.Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A witness may sign the same size again with a fresh time (tlog-witness).
func TestSaveCosignatureAgain(t *testing.T) {
	ctx, a := t.Context(), newAuthor(t, "alpha")
	c := a.write(numbered("a", 0, 1)...)
	later := cosign(t, c, "bravo-witness", noon.Add(time.Minute))
	a.must(t, func(tx journal.Tx) error {
		saveCosig(t, tx, c, 1, "bravo-witness", true)
		if err := journal.SaveCosignature(ctx, tx, "alpha", 1, 1, "bravo-witness", later, noon.Add(time.Minute)); err != nil {
			return err
		}
		_, cosigs, _, err := journal.Checkpoint(ctx, tx, "alpha", 1)
		if !slices.Equal(cosigs, []string{later}) {
			t.Errorf("cosignatures are %q", cosigs)
		}
		wantErr(t, "under another name", journal.SaveCosignature(ctx, tx, "alpha", 1, 1, "other", later, noon))
		wantErr(t, "junk", journal.SaveCosignature(ctx, tx, "alpha", 1, 1, "x", "— x y\n", noon))
		return err
	})
}

package scenarios

import (
	"bytes"
	"context"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/node"
	"parley/store"
)

// archives opens the databases of a cell whose desks are off.
func archives(t *testing.T, dir string) []node.Archive {
	t.Helper()
	var out []node.Archive
	for _, name := range desks {
		s, err := desk.ReadSettings(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		db, err := store.Open(t.Context(), s.DSN(filepath.Join(dir, name)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		out = append(out, node.Archive{Desk: name, DB: db})
	}
	return out
}

func rebuilt(t *testing.T, a node.Archive, c *cell.Charter, at time.Time) []node.Difference {
	t.Helper()
	scratch, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "scratch.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Close()
	diffs, err := node.Rebuild(t.Context(), a.DB, scratch, a.Desk, c, cell.Agreement{Charters: cell.Chain{c}}, node.Modules(), at.UnixMilli)
	if err != nil {
		t.Fatal(err)
	}
	return diffs
}

// After the evening, and after the relay that dropped, delayed and changed:
// an audit of the three desks finds what there is to find and no more, and
// every desk's tables follow from its journals.
func TestJournalsAfterTheStories(t *testing.T) {
	for name, found := range map[string][]string{
		"cell": nil,
		// The record that was changed on the way is not held by its reader.
		"replays/relay-malice": {"alpha gap at bravo"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := load(t, name)
			p := begin(t, s, false)
			holds(t, p)
			at := p.World.Clock.Now()
			p.World.Close()
			all := archives(t, p.World.Dir)
			got, err := node.Audit(t.Context(), all, cell.Agreement{Charters: cell.Chain{p.World.Charter}})
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, f := range got {
				said = append(said, f.Desk+" "+f.What+" at "+f.At)
			}
			if strings.Join(said, "; ") != strings.Join(found, "; ") {
				t.Errorf("audit: %v, want %v (%v)", said, found, got)
			}
			for _, a := range all {
				for _, d := range rebuilt(t, a, p.World.Charter, at) {
					t.Errorf("%s: %v", a.Desk, d)
				}
			}
			if name == "cell" {
				alteredRowIsNamed(t, all[1], p.World.Charter, at)
			}
		})
	}
}

// A row that somebody changed in the database is named, whether it follows
// from the journal alone or depends on the time as well.
func alteredRowIsNamed(t *testing.T, a node.Archive, c *cell.Charter, at time.Time) {
	ctx := context.WithoutCancel(t.Context())
	for _, column := range []string{"rank", "open", "next", "state"} {
		var key string
		change := func(to string) {
			t.Helper()
			err := a.DB.Write(ctx, func(tx *store.Tx) error {
				if err := tx.QueryRow(ctx, `SELECT key FROM matter WHERE kind = 'hotline.cease/1' ORDER BY key`).Scan(&key); err != nil {
					return err
				}
				if err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM matter`); err != nil {
					return err
				}
				return tx.Exec(ctx, `UPDATE matter SET `+column+` = (SELECT `+to+` FROM kept WHERE kept.key = matter.key) WHERE key = ?`, key)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		other := map[string]string{"rank": "rank + 1", "open": "1 - open", "next": "next + 60000", "state": "REPLACE(state, '\"name\":\"', '\"name\":\"not ')"}
		change(other[column])
		diffs := rebuilt(t, a, c, at)
		if len(diffs) != 1 || diffs[0].Table != "matter" || !strings.Contains(diffs[0].String(), key) {
			t.Errorf("%s altered: differences %v, want one that names matter %s", column, diffs, key)
		}
		change(column)
	}
}

// A proof that was taken in a story holds with the charter alone, and with no
// byte of it or of the charter changed.
func TestProofsOfTheStoryHold(t *testing.T) {
	p := begin(t, load(t, "replays/relay-malice"), false)
	holds(t, p)
	note, err := os.ReadFile(filepath.Join(p.World.Dir, "charter.note"))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 8))
	for label, proof := range p.Proofs {
		c, err := charter.Open(note)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := node.VerifyProof(proof, c); err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		for range 400 {
			i := rng.IntN(len(proof))
			bad := bytes.Clone(proof)
			bad[i] ^= 1 << rng.IntN(7)
			if v, r, err := node.VerifyProof(bad, c); err == nil && !cosignatureOnly(proof, bad, len(v.Cosigned)) {
				t.Errorf("%s: holds with byte %d changed: %v", label, i, r.ID)
			}
		}
	}
	if len(p.Proofs) == 0 {
		t.Fatal("the story took no proof")
	}
	text, _, _ := bytes.Cut(note, []byte("\n\n— "))
	for range 200 {
		i := rng.IntN(len(text))
		bad := bytes.Clone(note)
		bad[i] ^= 1
		if _, err := charter.Open(bad); err == nil {
			t.Errorf("the charter opens with byte %d changed", i)
		}
	}
}

// cosignatureOnly reports whether two proofs differ only in a line that the
// verifier leaves out, as signatures of keys that it does not know must be.
func cosignatureOnly(good, bad []byte, cosigned int) bool {
	a, b := strings.Split(string(good), "\n"), strings.Split(string(bad), "\n")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		_, sig, ok := strings.Cut(strings.TrimPrefix(a[i], "— "), " ")
		if _, err := base64.StdEncoding.DecodeString(sig); !ok || err != nil || !strings.HasPrefix(a[i], "— ") {
			return false
		}
	}
	return cosigned < strings.Count(string(good), "\n— ")-1
}

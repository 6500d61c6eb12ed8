package interop_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/torchwood"
	formats "github.com/transparency-dev/formats/note"
	tlogproof "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	_ "modernc.org/sqlite"

	"parley/journal"
)

const size = 700 // two full tiles, a partial one, and a partial one above them

type testTx struct{ tx *sql.Tx }

func (t testTx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := t.tx.ExecContext(ctx, query, args...)
	return err
}

func (t testTx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, query, args...)
}

func priv(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func vkey(name, key string, typ byte) string {
	return journal.VKey(name, typ, priv(key).Public().(ed25519.PublicKey))
}

func record(i int) ([]byte, journal.Salt) {
	return fmt.Appendf(nil, `{"n":%d}`, i), journal.Salt{byte(i), byte(i >> 8)}
}

// served is alpha's journal: records, a signed checkpoint and a cosignature.
type served struct {
	origin string
	run    func(context.Context, func(journal.Tx) error) error
}

func newServed(t *testing.T) served {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	s := served{origin: journal.Origin("cell", "alpha", 1)}
	s.run = func(ctx context.Context, f func(journal.Tx) error) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := f(testTx{tx}); err != nil {
			tx.Rollback()
			return err
		}
		return tx.Commit()
	}
	if _, err := db.ExecContext(t.Context(), journal.Schema); err != nil {
		t.Fatal(err)
	}
	if err := s.run(t.Context(), func(tx journal.Tx) error { return s.fill(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s served) fill(ctx context.Context, tx journal.Tx) error {
	var entries []journal.Entry
	for i := range size {
		r, salt := record(i)
		entries = append(entries, journal.Commit(salt, r))
	}
	tree := &journal.Tree{}
	if err := journal.Append(ctx, tx, "alpha", 1, tree, entries); err != nil {
		return err
	}
	signer, err := journal.NewSigner(s.origin, priv("alpha"))
	if err != nil {
		return err
	}
	c, err := journal.SignCheckpoint(s.origin, tree.Head(), signer)
	if err != nil {
		return err
	}
	if err := journal.SaveCheckpoint(ctx, tx, "alpha", 1, c); err != nil {
		return err
	}
	witness, err := journal.NewCosigner("bravo-witness", priv("witness"))
	if err != nil {
		return err
	}
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	line, err := journal.Cosign(c, witness, at)
	if err != nil {
		return err
	}
	return journal.SaveCosignature(ctx, tx, "alpha", 1, tree.Head().Size, "bravo-witness", line, at)
}

// policy wants the journal's signature and the witness's cosignature.
func (s served) policy(t *testing.T) torchwood.Policy {
	t.Helper()
	log, err := note.NewVerifier(vkey(s.origin, "alpha", journal.KeyEd25519))
	if err != nil {
		t.Fatal(err)
	}
	witness, err := torchwood.NewCosignatureVerifier(vkey("bravo-witness", "witness", journal.KeyCosignature))
	if err != nil {
		t.Fatal(err)
	}
	return torchwood.ThresholdPolicy(3, torchwood.OriginPolicy(s.origin),
		torchwood.SingleVerifierPolicy(log), torchwood.SingleVerifierPolicy(witness))
}

// design 2: an unmodified C2SP client reads a whole journal from its tiles.
func TestTorchwoodFollowsTiles(t *testing.T) {
	s := newServed(t)
	srv := httptest.NewServer(journal.Tiles(s.run, "alpha", 1))
	defer srv.Close()
	resp, err := http.Get(srv.URL + "/checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	signed, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := torchwood.VerifyCheckpoint(signed, s.policy(t))
	if err != nil {
		t.Fatalf("%v\n%s", err, signed)
	}
	fetcher, err := torchwood.NewTileFetcher(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := torchwood.NewClient(fetcher)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, entry := range client.AllEntries(t.Context(), tlog.Tree{N: c.N, Hash: c.Hash}, 0) {
		r, salt := record(int(i))
		if want := journal.Commit(salt, r); !bytes.Equal(entry, want[:]) {
			t.Fatalf("entry %d is %x, want %x", i, entry, want)
		}
		n++
	}
	if client.Err() != nil || n != size {
		t.Fatalf("read %d entries, %v", n, client.Err())
	}
}

// design 2: the tail of a proof file is a tlog-proof that two outsiders accept.
func TestOutsidersVerifyProofTail(t *testing.T) {
	s := newServed(t)
	for _, i := range []int{0, 255, 256, 511, 600, size - 1} {
		r, salt := record(i)
		var p journal.Proof
		err := s.run(t.Context(), func(tx journal.Tx) (err error) {
			p, err = journal.BuildProof(t.Context(), tx, "alpha", 1, int64(i), r, salt, []string{fmt.Sprintf("%064x", 1)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, tail, _ := bytes.Cut(p.Marshal(), []byte("\n\n"))
		leaf := journal.Commit(salt, r).LeafHash()
		if err := torchwood.VerifyProof(s.policy(t), leaf, tail); err != nil {
			t.Errorf("torchwood, entry %d: %v", i, err)
		}
		if torchwood.VerifyProof(s.policy(t), journal.Commit(salt, nil).LeafHash(), tail) == nil {
			t.Errorf("torchwood, entry %d: another record passes", i)
		}
		var out tlogproof.TLogProof
		if err := out.Unmarshal(tail); err != nil || !bytes.Equal(out.Marshal(), tail) {
			t.Errorf("formats, entry %d: %v", i, err)
		}
	}
}

// The cosignature verifier of transparency-dev agrees with ours, both ways.
func TestFormatsCosignature(t *testing.T) {
	s := newServed(t)
	outside, err := formats.NewVerifierForCosignatureV1(vkey("bravo-witness", "witness", journal.KeyCosignature))
	if err != nil {
		t.Fatal(err)
	}
	var c []byte
	var lines []string
	err = s.run(t.Context(), func(tx journal.Tx) (err error) {
		c, lines, _, err = journal.Checkpoint(t.Context(), tx, "alpha", 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if at, err := journal.VerifyCosignature(c, line, outside); err != nil || at.Year() != 2026 {
			t.Errorf("their verifier, our line: %v, %v", at, err)
		}
	}
	own, err := journal.NewCosignatureVerifier("bravo-witness", priv("witness").Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := torchwood.NewCosignatureSigner("bravo-witness", priv("witness"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(c, note.VerifierList(must(note.NewVerifier(vkey(s.origin, "alpha", journal.KeyEd25519)))))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := note.Sign(n, signer)
	if err != nil {
		t.Fatal(err)
	}
	line := string(theirs[bytes.LastIndex(theirs, []byte("— ")):])
	if _, err := journal.VerifyCosignature(c, line, own); err != nil {
		t.Errorf("our verifier, their line: %v", err)
	}
}

func must(v note.Verifier, err error) note.Verifier {
	if err != nil {
		panic(err)
	}
	return v
}

package journal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"parley/journal"
)

func charter(version string) string {
	sum := sha256.Sum256([]byte(version))
	return hex.EncodeToString(sum[:])
}

// cellKeys is what a verifier reads from the charter of a cell of three.
func cellKeys(t testing.TB) journal.Keys {
	t.Helper()
	k := journal.Keys{
		Log: func(origin string) ([]note.Verifier, error) {
			cell, desk, _, err := journal.ParseOrigin(origin)
			if err != nil || cell != "cell" || desk != "alpha" && desk != "bravo" {
				return nil, fmt.Errorf("the charter knows no journal %q", origin)
			}
			v, err := journal.NewVerifier(origin, pub(desk))
			return []note.Verifier{v}, err
		},
		Cosigners: map[string][]note.Verifier{},
		Charters:  []string{charter("v2")},
	}
	for _, name := range []string{"bravo-witness", "supervisor-witness"} {
		_, v := cosigner(t, name)
		k.Cosigners[name] = []note.Verifier{v}
	}
	return k
}

// proofOf writes n records to alpha's journal and proves number idx.
func proofOf(t testing.TB, n, idx int64, cosigners ...string) journal.Proof {
	t.Helper()
	ctx, a := t.Context(), newAuthor(t, "alpha")
	record := func(i int64) ([]byte, journal.Salt) {
		return fmt.Appendf(nil, `{"desk":"alpha","kind":"hotline.message","n":%d}`, i), journal.Salt{byte(i), 7}
	}
	var entries []journal.Entry
	for i := range n {
		r, s := record(i)
		entries = append(entries, journal.Commit(s, r))
	}
	c := a.write(entries...)
	var p journal.Proof
	a.must(t, func(tx journal.Tx) error {
		for _, name := range cosigners {
			if err := journal.SaveCosignature(ctx, tx, "alpha", 1, n, name, cosign(t, c, name, noon), noon); err != nil {
				return err
			}
		}
		r, s := record(idx)
		var err error
		p, err = journal.BuildProof(ctx, tx, "alpha", 1, idx, r, s, []string{charter("v1"), charter("v2")})
		return err
	})
	return p
}

// design 2, "Proof of a record": checked with the charter's keys and nothing else.
func TestProof(t *testing.T) {
	for _, c := range []struct{ n, idx int64 }{{1, 0}, {2, 1}, {255, 3}, {256, 255}, {257, 256}, {600, 300}} {
		p := proofOf(t, c.n, c.idx, "supervisor-witness", "bravo-witness")
		file := p.Marshal()
		read, err := journal.ParseProof(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(read.Marshal(), file) {
			t.Error("a proof that was read is written otherwise")
		}
		v, err := read.Verify(cellKeys(t))
		if err != nil {
			t.Fatalf("entry %d of %d: %v", c.idx, c.n, err)
		}
		want := []journal.Cosignature{{Name: "bravo-witness", At: noon}, {Name: "supervisor-witness", At: noon}}
		if v.Origin != "parley.cell/alpha/1" || v.Cell != "cell" || v.Desk != "alpha" || v.Gen != 1 || v.Index != c.idx ||
			v.Head.Size != c.n || !bytes.Equal(v.Record, p.Record) || !slices.Equal(v.Cosigned, want) {
			t.Errorf("verified %+v", v)
		}
	}
}

func TestProofWithApproval(t *testing.T) {
	p := proofOf(t, 9, 4, "bravo-witness")
	a := proofOf(t, 9, 6, "bravo-witness")
	p.Approvals = [][]byte{a.Marshal()}
	v, err := reread(t, p).Verify(cellKeys(t))
	if err != nil || len(v.Approvals) != 1 || v.Approvals[0].Index != 6 {
		t.Errorf("verified %+v, %v", v, err)
	}
	a.Approvals = p.Approvals
	p.Approvals = [][]byte{a.Marshal()}
	_, err = reread(t, p).Verify(cellKeys(t))
	wantErr(t, "an approval of an approval", err)
	p.Approvals = [][]byte{[]byte("assertion")}
	_, err = reread(t, p).Verify(cellKeys(t))
	wantErr(t, "an approval that nothing proves", err)
}

func reread(t *testing.T, p journal.Proof) *journal.Proof {
	t.Helper()
	q, err := journal.ParseProof(p.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func verifies(file []byte, k journal.Keys) error {
	p, err := journal.ParseProof(file)
	if err != nil {
		return err
	}
	_, err = p.Verify(k)
	return err
}

// Every byte of a proof file is either authenticated or has one form.
func TestProofNoticesEveryByte(t *testing.T) {
	p := proofOf(t, 21, 13, "bravo-witness", "supervisor-witness")
	a := proofOf(t, 3, 1, "bravo-witness")
	p.Approvals = [][]byte{a.Marshal()}
	file, k := p.Marshal(), cellKeys(t)
	if err := verifies(file, k); err != nil {
		t.Fatal(err)
	}
	for i := range file {
		for _, flip := range []byte{1, 2, 0x20, 0x80} {
			bad := bytes.Clone(file)
			bad[i] ^= flip
			if verifies(bad, k) == nil {
				t.Errorf("verifies with byte %d (%q) changed to %q", i, file[i], bad[i])
			}
		}
		if verifies(append(bytes.Clone(file[:i]), file[i+1:]...), k) == nil {
			t.Errorf("verifies without byte %d (%q)", i, file[i])
		}
	}
}

// The sum shows damage, and proves nothing: whoever changes a byte can make it
// anew. Then only the hashes of charters that the verifier does not know may
// change, and those are handed back as stated.
func TestProofWithSumMadeAnew(t *testing.T) {
	file, k := proofOf(t, 21, 13, "bravo-witness", "supervisor-witness").Marshal(), cellKeys(t)
	first := bytes.Index(file, []byte("charter "))
	free := [2]int{first + len("charter "), bytes.IndexByte(file[first:], '\n') + first}
	sum := bytes.Index(file, []byte("\nsum ")) + len("\nsum ")
	for i := range file {
		if i >= sum && i < sum+64 {
			continue
		}
		bad := bytes.Clone(file)
		bad[i] ^= 1
		rest := sha256.Sum256(slices.Concat(bad[:sum-len("sum ")], bad[sum+65:]))
		hex.Encode(bad[sum:], rest[:])
		if err := verifies(bad, k); err == nil && (i < free[0] || i >= free[1]) {
			t.Errorf("verifies with byte %d (%q) changed", i, file[i])
		}
	}
}

func TestProofRefuses(t *testing.T) {
	k := cellKeys(t)
	good := func() journal.Proof { return proofOf(t, 21, 13, "bravo-witness", "supervisor-witness") }
	for what, change := range map[string]func(p *journal.Proof, k *journal.Keys){
		"another record":      func(p *journal.Proof, _ *journal.Keys) { p.Record = []byte(`{}`) },
		"another salt":        func(p *journal.Proof, _ *journal.Keys) { p.Salt[0]++ },
		"another index":       func(p *journal.Proof, _ *journal.Keys) { p.Index++ },
		"an index beyond":     func(p *journal.Proof, _ *journal.Keys) { p.Index = 21 },
		"a longer path":       func(p *journal.Proof, _ *journal.Keys) { p.Path = append(p.Path, journal.Hash{}) },
		"no path":             func(p *journal.Proof, _ *journal.Keys) { p.Path = nil },
		"a charter too new":   func(_ *journal.Proof, k *journal.Keys) { k.Charters = []string{charter("v3")} },
		"no charter expected": func(_ *journal.Proof, k *journal.Keys) { k.Charters = []string{""} },
		"no charter in it":    func(p *journal.Proof, _ *journal.Keys) { p.Charters = nil },
		"an unknown cosigner": func(_ *journal.Proof, k *journal.Keys) { delete(k.Cosigners, "bravo-witness") },
		"a cosigner's new key": func(_ *journal.Proof, k *journal.Keys) {
			k.Cosigners["bravo-witness"] = k.Cosigners["supervisor-witness"]
		},
		"an unknown journal": func(_ *journal.Proof, k *journal.Keys) {
			k.Log = func(string) ([]note.Verifier, error) { return nil, fmt.Errorf("unknown") }
		},
		"another journal's key": func(_ *journal.Proof, k *journal.Keys) {
			k.Log = func(o string) ([]note.Verifier, error) {
				v, err := journal.NewVerifier(o, pub("bravo"))
				return []note.Verifier{v}, err
			}
		},
		"another checkpoint": func(p *journal.Proof, _ *journal.Keys) {
			p.Checkpoint = newAuthor(t, "alpha").write(numbered("a", 0, 21)...)
		},
		"cosignatures turned": func(p *journal.Proof, _ *journal.Keys) {
			lines := strings.SplitAfter(string(p.Checkpoint), "\n")
			n := len(lines)
			lines[n-2], lines[n-3] = lines[n-3], lines[n-2]
			p.Checkpoint = []byte(strings.Join(lines, ""))
		},
		"a cosignature of another checkpoint": func(p *journal.Proof, k *journal.Keys) {
			_, v := cosigner(t, "third-witness")
			k.Cosigners["third-witness"] = []note.Verifier{v}
			line := cosign(t, newAuthor(t, "alpha").write(), "third-witness", noon)
			p.Checkpoint = journal.WithCosignatures(p.Checkpoint, []string{line})
		},
	} {
		p, keys := good(), cellKeys(t)
		change(&p, &keys)
		wantErr(t, what, verifies(p.Marshal(), keys))
	}
	file := string(good().Marshal())
	for what, bad := range map[string]string{
		"empty":            "",
		"only a tail":      file[strings.Index(file, "c2sp.org"):],
		"a word more":      strings.Replace(file, "salt ", "extra x\nsalt ", 1),
		"an extra line":    strings.Replace(file, "\nindex ", "\nextra AA==\nindex ", 1),
		"salt twice":       strings.Replace(file, "salt ", "salt AA==\nsalt ", 1),
		"a line end":       strings.ReplaceAll(file, "\n", "\r\n"),
		"upper case":       strings.ToUpper(file),
		"text behind":      file + "\n",
		"index with sign":  strings.Replace(file, "index 13", "index +13", 1),
		"a negative index": strings.Replace(file, "index 13", "index -13", 1),
		"too large":        file + strings.Repeat("x", journal.MaxProof),
	} {
		wantErr(t, what, verifies([]byte(bad), k))
	}
}

func TestBuildProofRefuses(t *testing.T) {
	ctx, a := t.Context(), newAuthor(t, "alpha")
	record, salt := []byte(`{}`), journal.Salt{1}
	a.write(journal.Commit(salt, record))
	a.must(t, func(tx journal.Tx) error {
		_, err := journal.BuildProof(ctx, tx, "alpha", 1, 0, []byte(`{"a":1}`), salt, nil)
		wantErr(t, "another record", err)
		_, err = journal.BuildProof(ctx, tx, "alpha", 1, 1, record, salt, nil)
		wantErr(t, "no such entry", err)
		if err := journal.Append(ctx, tx, "alpha", 1, a.tree, []journal.Entry{journal.Commit(salt, record)}); err != nil {
			return err
		}
		_, err = journal.BuildProof(ctx, tx, "alpha", 1, 1, record, salt, nil)
		wantErr(t, "an entry that is not signed over yet", err)
		return nil
	})
}

// The largest record passes, in one line and with its approval.
func TestProofOfLargestRecord(t *testing.T) {
	a := newAuthor(t, "alpha")
	record, salt := bytes.Repeat([]byte("x"), 1<<20), journal.Salt{1}
	a.write(journal.Commit(salt, record))
	a.must(t, func(tx journal.Tx) error {
		p, err := journal.BuildProof(t.Context(), tx, "alpha", 1, 0, record, salt, []string{charter("v2")})
		if err != nil {
			return err
		}
		p.Approvals = [][]byte{p.Marshal()}
		return verifies(p.Marshal(), cellKeys(t))
	})
}

func FuzzParseProof(f *testing.F) {
	p := proofOf(f, 5, 3, "bravo-witness")
	f.Add(p.Marshal())
	p.Approvals, p.Path, p.Charters, p.Record = [][]byte{{}, {1}}, nil, nil, nil
	f.Add(p.Marshal())
	k, want := cellKeys(f), base64.StdEncoding.EncodeToString(proofOf(f, 5, 3).Record)
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := journal.ParseProof(file)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Marshal(), file) {
			t.Errorf("reads and writes otherwise: %q", file)
		}
		if v, err := p.Verify(k); err == nil && base64.StdEncoding.EncodeToString(v.Record) != want {
			t.Errorf("verifies: %q", file)
		}
	})
}

// cosignature times come from the caller; a proof hands them back in UTC.
func TestProofTimeIsUTC(t *testing.T) {
	v, err := reread(t, proofOf(t, 3, 1, "bravo-witness")).Verify(cellKeys(t))
	if err != nil || v.Cosigned[0].At.Location() != time.UTC {
		t.Errorf("cosigned at %v, %v", v, err)
	}
}

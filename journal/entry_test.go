package journal_test

import (
	"crypto/sha256"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"parley/journal"
)

// design 2: the entry is 0x01 || SHA-256("parley/record/v1\0" || salt || record).
func TestCommit(t *testing.T) {
	salt := journal.Salt{1, 2, 3}
	record := []byte(`{"kind":"hotline.message"}`)
	e := journal.Commit(salt, record)
	sum := sha256.Sum256(append(append([]byte("parley/record/v1\x00"), salt[:]...), record...))
	if e[0] != 1 || string(e[1:]) != string(sum[:]) {
		t.Errorf("entry is %x, want 01%x", e, sum)
	}
	if !e.Opens(salt, record) {
		t.Error("entry does not open with its own record")
	}
	if e.Opens(journal.Salt{}, record) || e.Opens(salt, record[1:]) {
		t.Error("entry opens with another salt or record")
	}
	if e.LeafHash() != tlog.RecordHash(e[:]) {
		t.Error("leaf hash is not the RFC 6962 one")
	}
	if c := journal.Cover(sum); c != e {
		t.Error("a cover entry can be told from a record's entry")
	}
}

func TestOrigin(t *testing.T) {
	for _, c := range []struct {
		cell, desk string
		gen        int
		origin     string
	}{
		{"cell", "alpha", 1, "parley.cell/alpha/1"},
		{"joint-cell.2", "super_visor", 12, "parley.joint-cell.2/super_visor/12"},
	} {
		if got := journal.Origin(c.cell, c.desk, c.gen); got != c.origin {
			t.Errorf("Origin = %q, want %q", got, c.origin)
		}
		cell, desk, gen, err := journal.ParseOrigin(c.origin)
		if err != nil || cell != c.cell || desk != c.desk || gen != c.gen {
			t.Errorf("ParseOrigin(%q) = %q, %q, %d, %v", c.origin, cell, desk, gen, err)
		}
	}
	for _, bad := range []string{"", "parley.", "parley./a/1", "parley.c//1", "parley.c/a/", "parley.c/a/01", "parley.c/a/-1",
		"parley.c/a/+1", "parley.c/a/1/2", "other.c/a/1", "parley.c/a b/1", "parley.c/a\n/1", "parley.c/a/99999999999999999999"} {
		_, _, _, err := journal.ParseOrigin(bad)
		wantErr(t, bad, err)
	}
}

func FuzzParseOrigin(f *testing.F) {
	f.Add("parley.cell/alpha/1")
	f.Add("parley.c/a/007")
	f.Fuzz(func(t *testing.T, s string) {
		cell, desk, gen, err := journal.ParseOrigin(s)
		if err == nil && journal.Origin(cell, desk, gen) != s {
			t.Errorf("%q reads as %q, %q, %d, which writes otherwise", s, cell, desk, gen)
		}
	})
}

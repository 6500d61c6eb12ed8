package journal_test

import (
	"os"
	"path/filepath"
	"testing"

	"parley/journal"
)

func headFile(t *testing.T, path string) *journal.HeadFile {
	t.Helper()
	f, err := journal.OpenHeadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func wantHead(t *testing.T, f *journal.HeadFile, wantGen int, want journal.Head, wantOK bool) {
	t.Helper()
	gen, h, ok, err := f.Read()
	if err != nil || ok != wantOK || gen != wantGen || h != want {
		t.Errorf("reads %d, %v, %t, %v; want %d, %v, %t", gen, h, ok, err, wantGen, want, wantOK)
	}
}

// design 2, "Restart": head.latest survives a write torn at any byte.
func TestHeadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head.latest")
	f := headFile(t, path)
	wantHead(t, f, 0, journal.Head{}, false)
	heads := []journal.Head{{Size: 1, Root: journal.Hash{1}}, {Size: 2, Root: journal.Hash{2}}, {Size: 3, Root: journal.Hash{3}}}
	for i, h := range heads {
		if err := f.Write(i+1, h); err != nil {
			t.Fatal(err)
		}
		wantHead(t, f, i+1, h, true)
		wantHead(t, headFile(t, path), i+1, h, true)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The third write went to the second slot; spoil each of its bytes in turn.
	for i := 4096; i < 4096+96; i++ {
		torn := append([]byte(nil), whole...)
		torn[i] ^= 0x40
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		g := headFile(t, path)
		wantHead(t, g, 2, heads[1], true)
		if err := g.Write(4, heads[2]); err != nil {
			t.Fatal(err)
		}
		wantHead(t, headFile(t, path), 4, heads[2], true)
	}
	torn := append([]byte(nil), whole...)
	torn[70], torn[4096+70] = torn[70]^1, torn[4096+70]^1
	if err := os.WriteFile(path, torn, 0o600); err != nil {
		t.Fatal(err)
	}
	wantHead(t, headFile(t, path), 0, journal.Head{}, false)
}

func TestHeadFileRefusesNoDirectory(t *testing.T) {
	_, err := journal.OpenHeadFile(filepath.Join(t.TempDir(), "none", "head.latest"))
	wantErr(t, "no directory", err)
}

package desk

import (
	"os"
	"path/filepath"
	"testing"
)

// The settings may name a database with its password: nobody else reads them.
func TestSettingsAreTheDesksOwn(t *testing.T) {
	dir := t.TempDir()
	s := Settings{Desk: "alpha", Database: "postgres://alpha:secret@localhost/alpha", Listen: "127.0.0.1:7101"}
	if err := WriteSettings(dir, s); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, settingsFile))
	if err != nil {
		t.Fatal(err)
	}
	if m := info.Mode().Perm(); m != 0o600 {
		t.Errorf("mode %o, want 600", m)
	}
	back, err := ReadSettings(dir)
	if err != nil || back.Database != s.Database || back.Desk != s.Desk {
		t.Errorf("read back as %+v, %v", back, err)
	}
}

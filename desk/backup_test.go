package desk_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/charter"
	"parley/desk"
	"parley/node"
	"parley/scenarios"
	"parley/store/pgtest"
)

var told = time.Date(2026, 1, 6, 18, 0, 0, 0, time.UTC)

func now() time.Time { return told }

// cellOf sets up three desks in a directory of its own.
func cellOf(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cell")
	ports, err := scenarios.Ports("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scenarios.Setup(dir, scenarios.Head{}, ports); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string) *desk.Desk {
	t.Helper()
	d, err := desk.Open(context.WithoutCancel(t.Context()), desk.Config{Dir: dir, Now: now, Log: slog.New(slog.DiscardHandler), NoServe: true})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func say(t *testing.T, d *desk.Desk, text string) {
	t.Helper()
	if _, err := d.Act(t.Context(), node.Act{Kind: "MSG", Body: []byte(`{"body":{"lang":"en","text":"` + text + `"}}`)}); err != nil {
		t.Fatal(err)
	}
}

// backedUp gives a backup of a desk and the identity that opens it.
func backedUp(t *testing.T, dir string, keys bool) (backup, identity []byte) {
	t.Helper()
	identity, err := os.ReadFile(filepath.Join(dir, "keys", "backup.key"))
	if err != nil {
		secret, err := charter.NewBackupKey(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		identity = []byte(secret)
	}
	var out bytes.Buffer
	if _, err := (desk.Backup{Dir: dir, Keys: keys, Now: now, Program: "test"}).Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), identity
}

// SEC-16 T: the drill. A backup is made while the desk runs, holds no private
// key and nothing in clear, opens with its identity, and gives a desk that
// appends nothing until the others have spoken.
func TestBackupAndRestore(t *testing.T) {
	root := cellOf(t)
	dir := filepath.Join(root, "bravo")
	d := open(t, dir)
	say(t, d, "a canary sings")
	if err := os.MkdirAll(filepath.Join(dir, "charters"), 0o700); err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(filepath.Join(dir, "charter.note"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "charters", "0.note"), note, 0o600); err != nil {
		t.Fatal(err)
	}
	backup, identity := backedUp(t, dir, false)
	if bytes.Contains(backup, []byte("canary")) {
		t.Error("the backup is in clear")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".backup*")); len(left) > 0 {
		t.Errorf("the clear copy is left: %v", left)
	}
	o, err := desk.OpenBackup(t.Context(), bytes.NewReader(backup), identity, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range o.Manifest.Files {
		if strings.HasPrefix(f.Name, "keys/") || strings.HasPrefix(f.Name, "token") || f.Name == "head.latest" {
			t.Errorf("the backup holds %s", f.Name)
		}
	}
	if !slices.ContainsFunc(o.Manifest.Files, func(f desk.BackupFile) bool { return f.Name == "charters/0.note" }) || o.Manifest.Own().Size < 2 {
		t.Errorf("manifest %+v", o.Manifest)
	}
	if found, err := o.Verify(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
	d.Close()
	fresh := filepath.Join(t.TempDir(), "bravo")
	m, err := desk.Restore{Dir: fresh, Identity: identity, KeysFrom: dir, Desk: "bravo"}.Run(t.Context(), bytes.NewReader(backup))
	if err != nil {
		t.Fatal(err)
	}
	if m.Desk != "bravo" || m.Cell == "" {
		t.Errorf("manifest %+v", m)
	}
	if _, err := os.Stat(filepath.Join(fresh, "head.latest")); err == nil {
		t.Error("a head.latest was written")
	}
	back := open(t, fresh)
	defer back.Close()
	if why, need := back.Restoring(); !strings.Contains(why, "backup of 2026-01-06") || len(need) == 0 {
		t.Errorf("restoring %q, waiting for %v", why, need)
	}
	if _, err := back.Act(t.Context(), node.Act{Kind: "MSG", Body: []byte(`{"body":{"lang":"en","text":"too early"}}`)}); err == nil {
		t.Error("the restored desk has appended")
	}
	w, err := back.Watch(t.Context())
	if err != nil || len(w.AnswerNow)+len(w.Owed)+len(w.Waiting)+len(w.Info) == 0 {
		t.Errorf("what it held is not there: %v", err)
	}
}

// SEC-16 T: bad backups and wrong places are refused with clear words, and
// leave nothing.
func TestRestoreRefuses(t *testing.T) {
	root := cellOf(t)
	dir := filepath.Join(root, "bravo")
	open(t, dir).Close()
	open(t, filepath.Join(root, "alpha")).Close()
	good, identity := backedUp(t, dir, false)
	_, other := backedUp(t, filepath.Join(root, "alpha"), false)
	flipped := bytes.Clone(good)
	flipped[len(flipped)-100] ^= 1
	elsewhere := cellOf(t)
	for _, c := range []struct {
		what   string
		backup []byte
		change func(*desk.Restore)
		want   string
	}{
		{"cut short", good[:len(good)-70_000], nil, "damaged or cut short"},
		{"cut at its header", good[:40], nil, "damaged"},
		{"altered", flipped, nil, "damaged or cut short"},
		{"empty", nil, nil, "not a file that age has encrypted"},
		{"another identity", good, func(r *desk.Restore) { r.Identity = other }, "another recipient"},
		{"no identity", good, func(r *desk.Restore) { r.Identity = []byte("hello") }, "not a file of age identities"},
		{"another desk is wanted", good, func(r *desk.Restore) { r.Desk = "alpha" }, "is of the desk bravo"},
		{"another desk's keys", good, func(r *desk.Restore) { r.KeysFrom = filepath.Join(root, "alpha") }, "holds the keys of alpha"},
		{"new keys under the old charter", good, func(r *desk.Restore) { r.KeysFrom = filepath.Join(elsewhere, "bravo") }, "is not the one that charter"},
		{"a directory in use", good, func(r *desk.Restore) { r.Dir = dir }, "is not empty"},
		{"no keys where they should be", good, func(r *desk.Restore) { r.KeysFrom = t.TempDir() }, "public keys"},
	} {
		t.Run(c.what, func(t *testing.T) {
			parent := t.TempDir()
			r := desk.Restore{Dir: filepath.Join(parent, "bravo"), Identity: identity, KeysFrom: dir}
			if c.change != nil {
				c.change(&r)
			}
			_, err := r.Run(t.Context(), bytes.NewReader(c.backup))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if left, _ := os.ReadDir(parent); len(left) > 0 {
				t.Errorf("it has left %v", left)
			}
		})
	}
}

// SEC-16 T: a machine that still has its head.latest keeps it, and it counts:
// the desk waits until it has come back that far.
func TestRestoreKeepsTheNewerHead(t *testing.T) {
	root := cellOf(t)
	dir := filepath.Join(root, "bravo")
	d := open(t, dir)
	backup, identity := backedUp(t, dir, true)
	say(t, d, "after the backup")
	d.Close()
	head, err := os.ReadFile(filepath.Join(dir, "head.latest"))
	if err != nil {
		t.Fatal(err)
	}
	fresh := t.TempDir()
	if err := os.WriteFile(filepath.Join(fresh, "head.latest"), head, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (desk.Restore{Dir: fresh, Identity: identity}).Run(t.Context(), bytes.NewReader(backup)); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(filepath.Join(fresh, "head.latest")); err != nil || !bytes.Equal(now, head) {
		t.Error("head.latest was changed")
	}
	back := open(t, fresh)
	defer back.Close()
	if why, _ := back.Restoring(); why == "" {
		t.Error("an older database under a newer head goes on at once")
	}
}

// SEC-16 T: a disk that fills up while a backup is written leaves no half
// file, and the backup of yesterday stands.
func TestBackupOnAFullDisk(t *testing.T) {
	root := cellOf(t)
	dir := filepath.Join(root, "bravo")
	open(t, dir).Close()
	if _, err := charter.NewBackupKey(dir, ""); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "x.age")
	if err := os.WriteFile(out, []byte("yesterday's"), 0o600); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left on device")
	err := desk.WriteWhole(out, func(w io.Writer) error {
		_, err := desk.Backup{Dir: dir, Now: now}.Write(t.Context(), &small{w, 10_000, full})
		return err
	})
	if !errors.Is(err, full) {
		t.Errorf("%v, want a full disk", err)
	}
	for where, want := range map[string]int{filepath.Dir(out): 1} {
		if left, _ := os.ReadDir(where); len(left) != want {
			t.Errorf("%s holds %v", where, left)
		}
	}
	if b, _ := os.ReadFile(out); string(b) != "yesterday's" {
		t.Error("yesterday's backup is gone")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".backup*")); len(left) > 0 {
		t.Errorf("the clear copy is left: %v", left)
	}
	if _, ok := desk.LastBackup(dir); ok {
		t.Error("a backup that failed is noted")
	}
}

// small is a disk with room for n bytes.
type small struct {
	w    io.Writer
	n    int
	full error
}

// Write writes what fits.
func (s *small) Write(p []byte) (int, error) {
	if len(p) > s.n {
		n, _ := s.w.Write(p[:s.n])
		s.n = 0
		return n, s.full
	}
	s.n -= len(p)
	return s.w.Write(p)
}

// SEC-16 T: a backup goes from one engine to the other and back.
func TestRestoreIntoPostgreSQL(t *testing.T) {
	dsn := pgtest.DSN(t)
	root := cellOf(t)
	dir := filepath.Join(root, "bravo")
	d := open(t, dir)
	say(t, d, "kept")
	d.Close()
	backup, identity := backedUp(t, dir, true)
	moved := filepath.Join(t.TempDir(), "bravo")
	if _, err := (desk.Restore{Dir: moved, Identity: identity, Database: dsn}).Run(t.Context(), bytes.NewReader(backup)); err != nil {
		t.Fatal(err)
	}
	back := open(t, moved)
	if why, _ := back.Restoring(); why == "" {
		t.Error("the mark of the restore did not come along")
	}
	again, _ := backedUpWith(t, moved, identity)
	back.Close()
	if _, err := (desk.Restore{Dir: filepath.Join(t.TempDir(), "x"), Identity: identity, Database: dsn}).Run(t.Context(), bytes.NewReader(backup)); err == nil {
		t.Error("a database in use was written over")
	}
	if _, err := (desk.Restore{Dir: filepath.Join(t.TempDir(), "y"), Identity: identity, Database: "sqlite"}).Run(t.Context(), bytes.NewReader(again)); err != nil {
		t.Error(err)
	}
}

func backedUpWith(t *testing.T, dir string, identity []byte) ([]byte, desk.Manifest) {
	t.Helper()
	var out bytes.Buffer
	m, err := desk.Backup{Dir: dir, Keys: true, Now: now}.Write(t.Context(), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), m
}

// SEC-16 T: a charter that was signed after the backup is taken at the restore,
// the backup's is kept in the chain; another cell's, or an unsigned one, is not.
func TestRestoreUnderANewerCharter(t *testing.T) {
	root := cellOf(t)
	dir := filepath.Join(root, "bravo")
	open(t, dir).Close()
	backup, identity := backedUp(t, dir, true)
	note, err := os.ReadFile(filepath.Join(dir, "charter.note"))
	if err != nil {
		t.Fatal(err)
	}
	next, err := charter.Amend(note, []byte("proof_officers: 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	unsigned := bytes.Clone(next)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		k, err := charter.Load(filepath.Join(root, d), nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := k.Signer(charter.Root)
		if err != nil {
			t.Fatal(err)
		}
		if next, err = charter.Sign(next, s); err != nil {
			t.Fatal(err)
		}
	}
	other, err := os.ReadFile(filepath.Join(cellOf(t), "bravo", "charter.note"))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{unsigned, other} {
		if _, err := (desk.Restore{Dir: filepath.Join(t.TempDir(), "x"), Identity: identity, Charter: bad}).Run(t.Context(), bytes.NewReader(backup)); err == nil {
			t.Error("a charter that is not the next one was taken")
		}
	}
	fresh := filepath.Join(t.TempDir(), "bravo")
	if _, err := (desk.Restore{Dir: fresh, Identity: identity, Charter: next}).Run(t.Context(), bytes.NewReader(backup)); err != nil {
		t.Fatal(err)
	}
	d := open(t, fresh)
	defer d.Close()
	if v := d.Charter().Version; v != 2 {
		t.Errorf("the desk is under charter %d", v)
	}
}

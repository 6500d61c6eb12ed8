package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"parley/cell"
	"parley/charter"
	"parley/node"
	"parley/store"
)

// Restore says how a desk comes back from a backup.
type Restore struct {
	Dir      string // of the desk that is to be: not there, empty, or with nothing but head.latest
	Identity []byte // that opens the backup
	Pass     func() (string, error)
	KeysFrom string // a directory with public.yaml and keys/; "" when the backup has the keys, or they come later
	Charter  []byte // a newer charter than the backup's, signed; nil: the backup's
	Desk     string // the desk that is expected; "" takes any
	Database string // where the database is to be: "" in the directory or where the settings say
}

// Run unpacks the backup, checks it, and makes the directory. It writes no
// head.latest and marks the database as restored, so that the desk appends
// nothing until every linked desk has said what it holds of this journal
// (design 2, "Restart"; SEC-03). The file that makes a directory a desk,
// desk.yaml, is put there last: what is interrupted serves nobody.
func (r Restore) Run(ctx context.Context, backup io.Reader) (Manifest, error) {
	m, err := r.run(ctx, backup)
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	return m, nil
}

func (r Restore) run(ctx context.Context, backup io.Reader) (m Manifest, err error) {
	if err := r.vacant(); err != nil {
		return m, err
	}
	parent := filepath.Dir(filepath.Clean(r.Dir))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return m, err
	}
	tmp, err := os.MkdirTemp(parent, ".restore-*")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(tmp)
	o, err := OpenBackup(ctx, backup, r.Identity, r.Pass, tmp)
	if err != nil {
		return m, err
	}
	m = o.Manifest
	if r.Desk != "" && r.Desk != m.Desk {
		return m, fmt.Errorf("the backup is of the desk %s of the cell %s, not of %s", m.Desk, m.Cell, r.Desk)
	}
	if err := r.newerCharter(&o); err != nil {
		return m, err
	}
	if err := r.keys(&o); err != nil {
		return m, err
	}
	found, err := o.Verify(ctx)
	if err != nil {
		return m, err
	}
	for _, f := range found {
		if f.What == "damage" {
			return m, fmt.Errorf("the backup is damaged: %s", f.Text)
		}
	}
	if err := r.placeDatabase(ctx, &o); err != nil {
		return m, err
	}
	return m, r.place(tmp)
}

// vacant refuses a directory with anything in it but the head of a desk that
// was there: that says what was signed, and goes on counting.
func (r Restore) vacant() error {
	list, err := os.ReadDir(r.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Name() != "head.latest" {
			return fmt.Errorf("%s is not empty (%s): a desk is restored beside the old one, never over it", r.Dir, e.Name())
		}
	}
	return nil
}

// newerCharter puts a charter in force that the backup does not know yet, and
// keeps the backup's among the earlier ones.
func (r Restore) newerCharter(o *Opened) error {
	if r.Charter == nil {
		return nil
	}
	c, err := charter.Open(r.Charter)
	if err != nil {
		return err
	}
	if c.Cell != o.Manifest.Cell || c.Version < o.Charter.Version || c.Role(o.Manifest.Desk) == "" {
		return fmt.Errorf("the charter given is version %d of the cell %s: not a later one of %s with the desk %s", c.Version, c.Cell, o.Manifest.Cell, o.Manifest.Desk)
	}
	if c.Version == o.Charter.Version {
		if c.Hash != o.Charter.Hash {
			return errors.New("the charter given has the version of the backup's, and another text")
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "charters"), 0o700); err != nil {
		return err
	}
	old := filepath.Join(o.Dir, "charters", fmt.Sprintf("%03d.note", o.Charter.Version))
	if err := os.Rename(filepath.Join(o.Dir, "charter.note"), old); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "charter.note"), r.Charter, 0o600); err != nil {
		return err
	}
	agreed, err := ReadAgreement(o.Dir)
	if err != nil {
		return err
	}
	o.Charter, o.Agreed = agreed.InForce, agreed.Agreement
	return nil
}

// keys takes the private keys from where they are kept, and refuses those of
// another desk and those that the charter does not name: an old database under
// a new key would sign what no other desk can check.
func (r Restore) keys(o *Opened) error {
	from := r.KeysFrom
	if from == "" {
		from = o.Dir
	}
	public, err := o.public(from)
	if err != nil {
		return err
	}
	if public.Cell != o.Manifest.Cell || public.Desk != o.Manifest.Desk {
		return fmt.Errorf("%s holds the keys of %s in the cell %s; the backup is of %s in %s", from, public.Desk, public.Cell, o.Manifest.Desk, o.Manifest.Cell)
	}
	named := cell.Member{Keys: o.Agreed.Keys(o.Manifest.Desk, o.Charter)}
	for _, k := range [][3]string{{charter.Root, public.Keys.Root, named.Keys.Root}, {charter.Journal, public.Keys.Journal, named.Keys.Journal},
		{charter.Witness, public.Keys.Witness, named.Keys.Witness}, {charter.TLS, public.Keys.TLS, named.Keys.TLS}} {
		if _, err := os.Stat(filepath.Join(from, "keys", k[0]+"-2.key")); err == nil {
			continue // keys of several times are there: the desk takes the ones that are named, or says that they are not
		}
		if k[1] != k[2] {
			return fmt.Errorf("the %s key in %s is not the one that charter %d names: the keys or the charter have changed since; name the charter in force by --charter", k[0], from, o.Charter.Version)
		}
	}
	if r.KeysFrom == "" {
		return nil
	}
	found, err := filepath.Glob(filepath.Join(from, "keys", "*.key"))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("%s holds no keys", from)
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "keys"), 0o700); err != nil {
		return err
	}
	for _, f := range append(found, filepath.Join(from, "public.yaml")) {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		to := filepath.Join(o.Dir, strings.TrimPrefix(f, filepath.Clean(from)+string(filepath.Separator)))
		if err := os.WriteFile(to, b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// placeDatabase marks the copy as restored and, where the desk's database is
// PostgreSQL, moves its rows there.
func (r Restore) placeDatabase(ctx context.Context, o *Opened) error {
	s, err := ReadSettings(o.Dir)
	if err != nil {
		return err
	}
	path := filepath.Join(o.Dir, databaseFile)
	db, err := store.Open(ctx, "sqlite:"+path)
	if err != nil {
		return err
	}
	err = errors.Join(node.MarkRestored(ctx, db, o.Manifest.At), db.Flush(ctx), db.Close())
	for _, end := range []string{"-wal", "-shm", ".lock"} {
		_ = os.Remove(path + end)
	}
	if err != nil {
		return err
	}
	if r.Database != "" {
		if s.Database = r.Database; s.Database == "sqlite" {
			s.Database = ""
		}
		if err := WriteSettings(o.Dir, s); err != nil {
			return err
		}
	}
	if s.Database == "" {
		return nil
	}
	return moveDatabase(ctx, path, s.Database)
}

func moveDatabase(ctx context.Context, path, dsn string) error {
	from, err := store.OpenReadOnly(ctx, "sqlite:"+path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	if err := errors.Join(store.Copy(ctx, from, to), to.Close()); err != nil {
		return fmt.Errorf("into the database of the settings: %w", err)
	}
	return os.Remove(path)
}

// place moves what was unpacked into the directory, desk.yaml last.
func (r Restore) place(tmp string) error {
	if err := os.MkdirAll(r.Dir, 0o700); err != nil {
		return err
	}
	list, err := os.ReadDir(tmp)
	if err != nil {
		return err
	}
	names := []string{}
	for _, e := range list {
		if e.Name() != settingsFile {
			names = append(names, e.Name())
		}
	}
	for _, name := range append(names, settingsFile) {
		if err := os.Rename(filepath.Join(tmp, name), filepath.Join(r.Dir, name)); err != nil {
			return err
		}
	}
	d, err := os.Open(r.Dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

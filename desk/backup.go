package desk

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/charter"
	"parley/journal"
	"parley/store"
)

// The parts of a backup (docs/formats/backup.md). The manifest comes last,
// because it says what was before it.
const (
	manifestFile = "manifest.json"
	databaseFile = "parley.db"
	backupFormat = 1
)

// Manifest says what a backup holds and of which moment.
type Manifest struct {
	V       int          `json:"v"`
	Cell    string       `json:"cell"`
	Desk    string       `json:"desk"`
	Charter string       `json:"charter"` // hash of the charter in force
	At      int64        `json:"at"`      // UTC ms
	Program string       `json:"program"` // version of the program that wrote it
	Keys    bool         `json:"keys"`    // whether private keys are in it
	Heads   []BackupHead `json:"heads"`   // of every journal in the database
	Files   []BackupFile `json:"files"`   // in the order of the archive
}

// BackupHead is the head of one journal in a backup.
type BackupHead struct {
	Desk string `json:"desk"`
	Gen  int    `json:"gen"`
	Size int64  `json:"size"`
	Root string `json:"root"` // hex
}

// BackupFile is one file of a backup.
type BackupFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Own gives the head of the desk's own newest journal.
func (m Manifest) Own() (own BackupHead) {
	for _, h := range m.Heads {
		if h.Desk == m.Desk && h.Gen > own.Gen {
			own = h
		}
	}
	return own
}

// Backup says how a desk is backed up (SEC-16).
type Backup struct {
	Dir     string                            // of the desk, whose node may run
	To      string                            // recipients of age, one a line; "": those that the directory lists
	Keys    bool                              // private keys too: see docs/operate/survival.md before
	Now     func() time.Time                  // stamps it
	Program string                            // version
	Say     func(what string, n, total int64) // is told how far the work is; may be nil
}

// Write writes an encrypted backup of the desk: one consistent copy of its
// database, with its charters, settings and public keys. The desk may run
// meanwhile. head.latest is never in it: a desk that comes back from a backup
// must ask the others what it has signed (design 2, "Restart").
func (b Backup) Write(ctx context.Context, w io.Writer) (Manifest, error) {
	m, err := b.write(ctx, w)
	if err != nil {
		return m, fmt.Errorf("back up: %w", err)
	}
	return m, nil
}

func (b Backup) write(ctx context.Context, w io.Writer) (m Manifest, err error) {
	s, err := ReadSettings(b.Dir)
	if err != nil {
		return m, err
	}
	public, err := os.ReadFile(filepath.Join(b.Dir, "public.yaml"))
	if err != nil {
		return m, err
	}
	keys, err := charter.ParsePublic(public)
	if err != nil {
		return m, err
	}
	c, err := OpenCharter(b.Dir, keys.Keys.Root)
	if err != nil {
		return m, err
	}
	if b.To == "" {
		to, err := os.ReadFile(filepath.Join(b.Dir, charter.RecipientsFile))
		if errors.Is(err, fs.ErrNotExist) {
			return m, errors.New("to whom? Make a key with \"parley backup --init\", or name a recipient by --to")
		} else if err != nil {
			return m, err
		}
		b.To = string(to)
	}
	scratch := filepath.Join(b.Dir, fmt.Sprintf(".backup-%d.db", os.Getpid()))
	_ = os.Remove(scratch) // of a process that was ended in the middle, and had this one's number
	defer os.Remove(scratch)
	m = Manifest{V: backupFormat, Cell: c.Cell, Desk: s.Desk, Charter: c.Hash, At: b.Now().UnixMilli(), Program: b.Program, Keys: b.Keys}
	if m.Heads, err = b.copyDatabase(ctx, s, scratch); err != nil {
		return m, err
	}
	sealed, err := charter.SealTo(w, b.To)
	if err != nil {
		return m, err
	}
	out := archive{tw: tar.NewWriter(sealed), say: b.Say}
	if err := b.archiveAll(ctx, &out, scratch, &m); err != nil {
		return m, err
	}
	return m, errors.Join(out.tw.Close(), sealed.Close())
}

// copyDatabase makes the consistent copy and reads from it which journals it
// holds. It lies in the desk's own directory, because it is in clear.
func (b Backup) copyDatabase(ctx context.Context, s Settings, scratch string) ([]BackupHead, error) {
	if b.Say != nil {
		b.Say("copying the database", 0, 0)
	}
	db, err := store.OpenReadOnly(ctx, s.DSN(b.Dir))
	if err != nil {
		return nil, err
	}
	err = db.Snapshot(ctx, scratch)
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return headsOf(ctx, scratch)
}

// headsOf gives the heads of the journals in a database file.
func headsOf(ctx context.Context, path string) (out []BackupHead, err error) {
	db, err := store.OpenReadOnly(ctx, "sqlite:"+path)
	if err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT desk, gen FROM journal_head ORDER BY desk, gen`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var h BackupHead
			if err := rows.Scan(&h.Desk, &h.Gen); err != nil {
				return err
			}
			out = append(out, h)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for i := range out {
			t, err := journal.LoadTree(ctx, tx, out[i].Desk, out[i].Gen)
			if err != nil {
				return err
			}
			head := t.Head()
			out[i].Size, out[i].Root = head.Size, hex.EncodeToString(head.Root[:])
		}
		return nil
	})
	return out, errors.Join(err, db.Close())
}

// archiveAll writes the files in their order, and the manifest.
func (b Backup) archiveAll(ctx context.Context, out *archive, scratch string, m *Manifest) error {
	names, err := b.names()
	if err != nil {
		return err
	}
	for _, name := range append(names, databaseFile) {
		path := filepath.Join(b.Dir, filepath.FromSlash(name))
		if name == databaseFile {
			path = scratch
		}
		f, err := out.add(ctx, name, path)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, f)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return out.put(manifestFile, int64(len(text)), strings.NewReader(string(text)))
}

// names lists the files beside the database that a backup takes.
func (b Backup) names() ([]string, error) {
	out := []string{settingsFile, "public.yaml", "charter.note"}
	more := []string{"charters/*.note", charter.RecipientsFile}
	if b.Keys {
		more = append(more, "keys/*.key", "console*.crt", "console*.key")
	}
	for _, pattern := range more {
		found, err := filepath.Glob(filepath.Join(b.Dir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		slices.Sort(found)
		for _, f := range found {
			name := filepath.ToSlash(strings.TrimPrefix(f, filepath.Clean(b.Dir)+string(filepath.Separator)))
			if name != "keys/backup.key" { // in a file that only it opens it is of no use
				out = append(out, name)
			}
		}
	}
	return out, nil
}

// archive is the tar file of a backup as it is written.
type archive struct {
	tw  *tar.Writer
	say func(what string, n, total int64)
}

// add writes one file as it is now, and says what was written.
func (a *archive) add(ctx context.Context, name, path string) (BackupFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return BackupFile{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return BackupFile{}, err
	}
	sum := sha256.New()
	r := &counted{ctx: ctx, r: io.LimitReader(f, info.Size()), sum: sum, what: name, total: info.Size(), say: a.say}
	if err := a.put(name, info.Size(), r); err != nil {
		return BackupFile{}, err
	}
	return BackupFile{Name: name, Size: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

func (a *archive) put(name string, size int64, r io.Reader) error {
	if err := a.tw.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := io.Copy(a.tw, r)
	return err
}

// counted hashes what passes, says how far it is, and ends with its context.
type counted struct {
	ctx            context.Context
	r              io.Reader
	sum            hash.Hash
	what           string
	n, told, total int64
	say            func(what string, n, total int64)
}

// sayEvery is how many bytes pass between two words about them.
const sayEvery = 64 << 20

// Read passes on what is read.
func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.sum.Write(p[:n])
	if c.n += int64(n); c.say != nil && c.n-c.told >= sayEvery {
		c.told = c.n
		c.say(c.what, c.n, c.total)
	}
	return n, err
}

// WriteWhole writes a file in one piece: under another name first, made
// durable, then renamed. When write fails, a full disk included, nothing is
// left, and what the name held before is as it was.
func WriteWhole(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	if err = errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// backedUpFile tells, beside the database, of the newest backup. It is written
// by the tool that made it, which has no right to write to the database of a
// desk that runs.
const backedUpFile = "backup.latest"

// NoteBackup notes that a backup was made: the desk alarms when the newest is
// too old.
func NoteBackup(dir string, m Manifest) error {
	return WriteWhole(filepath.Join(dir, backedUpFile), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(map[string]int64{"at": m.At, "size": m.Own().Size})
	})
}

// LastBackup gives the time of the newest backup that is known, in UTC ms.
func LastBackup(dir string) (at int64, ok bool) {
	b, err := os.ReadFile(filepath.Join(dir, backedUpFile))
	var noted struct{ At int64 }
	if err != nil || json.Unmarshal(b, &noted) != nil {
		return 0, false
	}
	return noted.At, noted.At > 0
}

package desk

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"parley/cell"
	"parley/charter"
	"parley/node"
	"parley/store"
)

// Opened is a backup unpacked into a directory, with every hash checked.
type Opened struct {
	Dir      string
	Manifest Manifest
	Charter  *cell.Charter
	Agreed   cell.Agreement // the chain that it stands in, with the key notes
}

// backupName is what the files of a backup may be called.
var backupName = regexp.MustCompile(`^(?:desk\.yaml|public\.yaml|charter\.note|charters/[a-z0-9-]{1,64}\.note|backup\.recipients|console(?:-ca)?\.(?:crt|key)|keys/[a-z0-9-]{1,40}\.key|parley\.db|manifest\.json)$`)

// maxSmall bounds the files of a backup beside the database.
const maxSmall = 16 << 20

// OpenBackup unpacks a backup into an empty directory and checks every file
// against the manifest, and the charter's signatures. The file may come from
// anywhere: nothing in it is taken at its word.
func OpenBackup(ctx context.Context, r io.Reader, identity []byte, pass func() (string, error), into string) (Opened, error) {
	o := Opened{Dir: into}
	plain, err := charter.OpenSealed(r, identity, pass)
	if err != nil {
		return o, fmt.Errorf("open backup: %w", err)
	}
	if err := o.unpack(ctx, plain); err != nil {
		return o, fmt.Errorf("open backup: %w", err)
	}
	if err := o.check(); err != nil {
		return o, fmt.Errorf("open backup: %w", err)
	}
	return o, nil
}

// unpack writes the files and compares them with the manifest at the end.
func (o *Opened) unpack(ctx context.Context, plain io.Reader) error {
	tr := tar.NewReader(plain)
	var got []BackupFile
	var text []byte
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("it is damaged or cut short: %w", err)
		}
		switch {
		case text != nil:
			return fmt.Errorf("%q stands after the manifest", h.Name)
		case h.Typeflag != tar.TypeReg || !backupName.MatchString(h.Name):
			return fmt.Errorf("it holds %q, which no backup holds", h.Name)
		case slices.ContainsFunc(got, func(f BackupFile) bool { return f.Name == h.Name }):
			return fmt.Errorf("it holds %q twice", h.Name)
		case h.Name != databaseFile && h.Size > maxSmall:
			return fmt.Errorf("%q is too large", h.Name)
		case h.Name == manifestFile:
			if text, err = io.ReadAll(tr); err != nil {
				return fmt.Errorf("it is damaged or cut short: %w", err)
			}
			continue
		}
		f, err := o.unpackOne(ctx, h, tr)
		if err != nil {
			return err
		}
		got = append(got, f)
	}
	// age tells a cut-off file by its last piece: it must be read.
	if _, err := io.Copy(io.Discard, plain); err != nil {
		return fmt.Errorf("it is damaged or cut short: %w", err)
	}
	return o.readManifest(text, got)
}

func (o *Opened) unpackOne(ctx context.Context, h *tar.Header, r io.Reader) (BackupFile, error) {
	path := filepath.Join(o.Dir, filepath.FromSlash(h.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return BackupFile{}, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return BackupFile{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(f, &counted{ctx: ctx, r: r, sum: sum})
	if _, local := errors.AsType[*fs.PathError](err); err != nil && !local && ctx.Err() == nil {
		err = fmt.Errorf("it is damaged or cut short: %w", err)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return BackupFile{}, fmt.Errorf("unpack %s: %w", h.Name, err)
	}
	return BackupFile{h.Name, n, hex.EncodeToString(sum.Sum(nil))}, nil
}

func (o *Opened) readManifest(text []byte, got []BackupFile) error {
	if text == nil {
		return errors.New("it has no manifest: it is no backup, or it was cut short")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&o.Manifest); err != nil {
		return fmt.Errorf("read the manifest: %w", err)
	}
	if o.Manifest.V != backupFormat {
		return fmt.Errorf("it is of format %d, and this program reads %d", o.Manifest.V, backupFormat)
	}
	if !slices.Equal(got, o.Manifest.Files) {
		return errors.New("its files are not those that its manifest lists")
	}
	for _, want := range []string{settingsFile, "public.yaml", "charter.note", databaseFile} {
		if !slices.ContainsFunc(got, func(f BackupFile) bool { return f.Name == want }) {
			return fmt.Errorf("it holds no %s", want)
		}
	}
	return nil
}

// check holds the parts against each other: charter, settings, public keys and
// manifest are of one desk.
func (o *Opened) check() error {
	public, err := o.public(o.Dir)
	if err != nil {
		return err
	}
	agreed, err := OpenAgreement(o.Dir, public.Keys.Root)
	if err != nil {
		return err
	}
	o.Charter, o.Agreed = agreed.InForce, agreed.Agreement
	s, err := ReadSettings(o.Dir)
	if err != nil {
		return err
	}
	m := o.Manifest
	if s.Desk != m.Desk || public.Desk != m.Desk || public.Cell != m.Cell || o.Charter.Cell != m.Cell || o.Charter.Hash != m.Charter || o.Charter.Role(m.Desk) == "" {
		return errors.New("its manifest, charter, settings and public keys are not of one desk")
	}
	return nil
}

func (o *Opened) public(dir string) (charter.PublicDesk, error) {
	b, err := os.ReadFile(filepath.Join(dir, "public.yaml"))
	if err != nil {
		return charter.PublicDesk{}, fmt.Errorf("read public keys: %w", err)
	}
	return charter.ParsePublic(b)
}

// Verify reads the database of a backup through: every journal leads to its
// signed head, which is the manifest's, and every record opens its commitment.
// It gives what it found wrong.
func (o *Opened) Verify(ctx context.Context) ([]node.Finding, error) {
	heads, err := headsOf(ctx, filepath.Join(o.Dir, databaseFile))
	if err != nil {
		return nil, fmt.Errorf("verify backup: %w", err)
	}
	if !slices.Equal(heads, o.Manifest.Heads) {
		return nil, errors.New("verify backup: the journals end elsewhere than the manifest says")
	}
	db, err := store.OpenReadOnly(ctx, "sqlite:"+filepath.Join(o.Dir, databaseFile))
	if err != nil {
		return nil, fmt.Errorf("verify backup: %w", err)
	}
	found, err := node.Audit(ctx, []node.Archive{{Desk: o.Manifest.Desk, DB: db}}, o.Agreed)
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, fmt.Errorf("verify backup: %w", err)
	}
	return found, nil
}

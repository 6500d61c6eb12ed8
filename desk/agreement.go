package desk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/cell"
	"parley/charter"
)

// The files of the agreement in a desk's directory: charter.note is the charter
// in force; charters/ holds every other one that is known, those before it and
// those that are signed and not adopted here yet, and the members' key notes.
const (
	charterFile = "charter.note"
	chartersDir = "charters"
)

// Agreement is what a desk's directory holds of the agreement.
type Agreement struct {
	cell.Agreement
	InForce *cell.Charter
	Papers  []cell.Paper // their files, in the order in which they can be learned
}

// OpenAgreement reads the charter in force and everything in charters/. The
// charter in force, and every later one, must be signed by ownRoot; each must
// follow the one before it (design 5).
func OpenAgreement(dir, ownRoot string) (a Agreement, err error) {
	own, err := os.ReadFile(filepath.Join(dir, charterFile))
	if err != nil {
		return a, fmt.Errorf("read charter: %w", err)
	}
	if a.InForce, err = charter.OpenFor(own, ownRoot); err != nil {
		return a, err
	}
	if a.Agreement, a.Papers, err = readPapers(dir, own); err != nil {
		return a, err
	}
	for _, p := range a.Papers {
		c, ok := a.Charters.Find(p.Hash)
		if !ok || c.Version <= a.InForce.Version {
			continue
		}
		if _, err := charter.OpenFor(p.File, ownRoot); err != nil {
			return a, err
		}
	}
	return a, nil
}

// ReadAgreement reads a directory's agreement as somebody who checks its archive
// does: whose root key signed is not asked.
func ReadAgreement(dir string) (a Agreement, err error) {
	own, err := os.ReadFile(filepath.Join(dir, charterFile))
	if err != nil {
		return a, fmt.Errorf("read charter: %w", err)
	}
	if a.InForce, err = charter.Open(own); err != nil {
		return a, err
	}
	a.Agreement, a.Papers, err = readPapers(dir, own)
	return a, err
}

func readPapers(dir string, own []byte) (a cell.Agreement, papers []cell.Paper, err error) {
	files := [][]byte{own}
	list, err := os.ReadDir(filepath.Join(dir, chartersDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return a, nil, fmt.Errorf("read charters: %w", err)
	}
	for _, e := range list {
		if !strings.HasSuffix(e.Name(), ".note") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, chartersDir, e.Name()))
		if err != nil {
			return a, nil, fmt.Errorf("read charters: %w", err)
		}
		files = append(files, b)
	}
	if a, err = charter.OpenAgreement(files); err != nil {
		return a, nil, fmt.Errorf("read charters: %w", err)
	}
	byHash := map[string][]byte{}
	for _, f := range files {
		byHash[charter.PaperHash(f)] = f
	}
	for _, c := range a.Charters {
		papers = append(papers, cell.Paper{Hash: c.Hash, File: byHash[c.Hash]})
	}
	for _, n := range a.Notes {
		papers = append(papers, cell.Paper{Hash: n.Hash, File: n.File})
	}
	return a, papers, nil
}

// keepPaper puts a charter or key note that was learned, or is to be adopted,
// among the others. Doing it again changes nothing.
func keepPaper(dir string, a cell.Agreement, p cell.Paper) error {
	if err := os.MkdirAll(filepath.Join(dir, chartersDir), 0o700); err != nil {
		return fmt.Errorf("keep charter: %w", err)
	}
	name := ""
	if c, ok := a.Charters.Find(p.Hash); ok {
		name = fmt.Sprintf("%03d.note", c.Version)
	} else if i := slices.IndexFunc(a.Notes, func(n cell.KeyNote) bool { return n.Hash == p.Hash }); i >= 0 {
		name = keyNoteName(a.Notes[i].Desk, a.Notes[i].Number)
	} else {
		return fmt.Errorf("keep charter: %s is not part of the agreement", p.Hash)
	}
	path := filepath.Join(dir, chartersDir, name)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, p.File) {
		return nil
	}
	return charter.Replace(path, p.File, 0o644)
}

func keyNoteName(desk string, number int) string {
	return fmt.Sprintf("keys-%s-%d.note", desk, number)
}

// Adopt puts the next charter in force in a desk's directory: file, or the one
// that a peer handed over when file is nil. The next charter must be signed by
// everybody, this desk too, and follow the one in force. A running desk notices
// and opens itself again. Each step leaves a directory that a desk can start
// from, and doing it again finishes what was begun: the next charter is among
// the others; then the present one is; then the next takes its place.
//
// fail is called between the steps; nil outside tests.
func Adopt(dir, ownRoot string, file []byte, fail func(step string)) (*cell.Charter, error) {
	if fail == nil {
		fail = func(string) {}
	}
	a, next, file, err := nextOf(dir, ownRoot, file)
	if err != nil {
		return nil, fmt.Errorf("adopt charter: %w", err)
	}
	present, err := os.ReadFile(filepath.Join(dir, charterFile))
	if err != nil {
		return nil, fmt.Errorf("adopt charter: %w", err)
	}
	known := a.Agreement
	if _, ok := known.Charters.Find(next.Hash); !ok {
		known.Charters = append(slices.Clone(known.Charters), next)
	}
	if err := keepPaper(dir, known, cell.Paper{Hash: next.Hash, File: file}); err != nil {
		return nil, fmt.Errorf("adopt charter: %w", err)
	}
	fail("kept-next")
	if err := keepPaper(dir, known, cell.Paper{Hash: a.InForce.Hash, File: present}); err != nil {
		return nil, fmt.Errorf("adopt charter: %w", err)
	}
	fail("kept-present")
	if err := charter.Replace(filepath.Join(dir, charterFile), file, 0o644); err != nil {
		return nil, fmt.Errorf("adopt charter: %w", err)
	}
	fail("replaced")
	return next, nil
}

// Next reads the charter that [Adopt] would put in force, and says why it may not.
func Next(dir, ownRoot string, file []byte) (*cell.Charter, error) {
	_, next, _, err := nextOf(dir, ownRoot, file)
	return next, err
}

func nextOf(dir, ownRoot string, file []byte) (a Agreement, next *cell.Charter, _ []byte, err error) {
	if a, err = OpenAgreement(dir, ownRoot); err != nil {
		return a, nil, nil, err
	}
	if file == nil {
		i := slices.IndexFunc(a.Charters, func(c *cell.Charter) bool { return c.Version == a.InForce.Version+1 })
		if i < 0 {
			return a, nil, nil, fmt.Errorf("no charter after version %d is in the directory: name its file", a.InForce.Version)
		}
		file = a.Papers[i].File
	}
	next, err = mayFollow(a, file, ownRoot)
	return a, next, file, err
}

// Learn keeps a charter or a key note that came by hand: what the others sign with
// it can be checked from then on. A desk that runs opens itself again.
func Learn(dir, ownRoot string, file []byte, now time.Time) error {
	a, err := OpenAgreement(dir, ownRoot)
	if err != nil {
		return fmt.Errorf("learn charter: %w", err)
	}
	grown, fresh, err := charter.Grow(a.Agreement, file, ownRoot)
	if err != nil {
		return fmt.Errorf("learn charter: %w", err)
	}
	if !fresh {
		return nil
	}
	if err := keepPaper(dir, grown, cell.Paper{Hash: charter.PaperHash(file), File: file}); err != nil {
		return fmt.Errorf("learn charter: %w", err)
	}
	if err := os.Chtimes(filepath.Join(dir, charterFile), now, now); err != nil { // what a running desk looks at
		return fmt.Errorf("learn charter: %w", err)
	}
	return nil
}

// mayFollow reads the next charter and says why it may not follow.
func mayFollow(a Agreement, file []byte, ownRoot string) (*cell.Charter, error) {
	next, err := charter.OpenNext(file, a.InForce)
	if err != nil {
		return nil, err
	}
	if _, err := charter.OpenFor(file, ownRoot); err != nil {
		return nil, err
	}
	for _, c := range a.Charters {
		if c.Version == next.Version && c.Hash != next.Hash {
			return nil, fmt.Errorf("another version %d, signed by all, is known here already: %s", c.Version, c.Hash)
		}
	}
	return next, a.Revives(next)
}

// fingerprint says what of the agreement a running desk must open itself again
// for: the charter in force, and its own key notes.
func fingerprint(dir, desk string) string {
	out := ""
	if i, err := os.Stat(filepath.Join(dir, charterFile)); err == nil {
		out = fmt.Sprint(i.Size(), i.ModTime().UnixNano())
	}
	for n := 1; ; n++ {
		if _, err := os.Stat(filepath.Join(dir, chartersDir, keyNoteName(desk, n))); err != nil {
			return fmt.Sprint(out, " ", n)
		}
	}
}

// OpenCharter gives the charter in force in a desk's directory, which ownRoot must
// have signed.
func OpenCharter(dir, ownRoot string) (*cell.Charter, error) {
	a, err := OpenAgreement(dir, ownRoot)
	return a.InForce, err
}

// keysHeld says which sealing key of this desk, of all that charters and key notes
// have listed, is not in its directory: what was sealed for it can no longer be
// opened (SEC-06). A desk that holds none at all keeps them elsewhere.
func keysHeld(keys *charter.Keys, a Agreement, desk string) func() error {
	return func() error {
		held := map[string]bool{}
		for _, id := range keys.Sealers() {
			held[id.Recipient().String()] = true
		}
		if len(held) == 0 {
			return nil
		}
		for _, e := range a.Epochs(desk) {
			if e.Keys.Sealing != "" && !held[e.Keys.Sealing] {
				return fmt.Errorf("the sealing key of %s from charter or key note %s is not in the directory", desk, e.Hash[:16])
			}
		}
		return nil
	}
}

package desk_test

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/charter"
	"parley/desk"
	"parley/link"
	"parley/scenarios"
)

// chainCell makes the directories of a cell, and the next charters signed by all.
type chainCell struct {
	t     *testing.T
	dir   string
	files [][]byte
}

func newChain(t *testing.T) *chainCell {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cell")
	story, err := scenarios.Load("hotline")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scenarios.Setup(dir, story.Head, func(string) string { return "127.0.0.1:0" }); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(filepath.Join(dir, "charter.note"))
	if err != nil {
		t.Fatal(err)
	}
	return &chainCell{t, dir, [][]byte{first}}
}

func (c *chainCell) at(name string) string { return filepath.Join(c.dir, name) }

func (c *chainCell) keys(name string) *charter.Keys {
	c.t.Helper()
	k, err := charter.Load(c.at(name), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return k
}

// amend makes the charter after the last one, with some changes, signed by some.
func (c *chainCell) amend(changes string, by ...string) []byte {
	c.t.Helper()
	text, err := charter.Amend(c.files[len(c.files)-1], []byte(changes))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, d := range by {
		s, err := c.keys(d).Signer(charter.Root)
		if err == nil {
			text, err = charter.Sign(text, s)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return text
}

func (c *chainCell) next() []byte {
	file := c.amend("stalemate: 240h\n", "alpha", "bravo", "supervisor")
	c.files = append(c.files, file)
	return file
}

func (c *chainCell) open(name string) (*desk.Desk, error) {
	return desk.Open(c.t.Context(), desk.Config{Dir: c.at(name), Now: time.Now, Log: slog.New(slog.DiscardHandler), NoServe: true,
		Transport: link.Network().Transport(name)})
}

func (c *chainCell) root(name string) string { return c.keys(name).Public().Keys.Root }

func wantSaid(t *testing.T, what string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// A charter that may not follow is refused in words and changes nothing.
func TestAdoptRefuses(t *testing.T) {
	c, other := newChain(t), newChain(t)
	unsigned := c.amend("stalemate: 240h\n", "alpha", "supervisor")
	second := c.next()
	third := c.next()
	rival := func() []byte {
		d := *c
		d.files = c.files[:1]
		return d.amend("stalemate: 360h\n", "alpha", "bravo", "supervisor")
	}()
	for what, x := range map[string]struct {
		file []byte
		want string
	}{
		"the one in force":     {c.files[0], "not above the adopted version"},
		"one skipped":          {third, "does not follow version 1"},
		"one signature short":  {unsigned, "not signed by bravo"},
		"another cell's":       {other.next(), "root key"},
		"no charter":           {[]byte("hello\n"), "no signatures"},
		"nothing in directory": {nil, "name its file"},
	} {
		_, err := desk.Adopt(c.at("alpha"), c.root("alpha"), x.file, nil)
		if what == "another cell's" {
			if err == nil {
				t.Error("a charter of other keys was adopted")
			}
			continue
		}
		wantSaid(t, what, err, x.want)
	}
	if _, err := os.Stat(filepath.Join(c.at("alpha"), "charters")); err == nil {
		t.Error("a refused charter left a file")
	}
	if _, err := desk.Adopt(c.at("alpha"), c.root("alpha"), second, nil); err != nil {
		t.Fatal(err)
	}
	_, err := desk.Adopt(c.at("alpha"), c.root("alpha"), c.files[0], nil)
	wantSaid(t, "an older one", err, "not above the adopted version 2")
	if err := desk.Learn(c.at("bravo"), c.root("bravo"), second, time.Now()); err != nil {
		t.Fatal(err)
	}
	_, err = desk.Adopt(c.at("bravo"), c.root("bravo"), rival, nil)
	wantSaid(t, "a rival", err, "another version 2, signed by all, is known here already")
}

// Whatever step a power cut comes after, the desk starts, under the charter before
// or after, and adopting again finishes what was begun.
func TestAdoptSurvivesACut(t *testing.T) {
	cut := errors.New("cut")
	for _, step := range []string{"kept-next", "kept-present", "replaced"} {
		c := newChain(t)
		next := c.next()
		func() {
			defer func() {
				if p := recover(); p != nil && p != any(cut) {
					panic(p)
				}
			}()
			_, _ = desk.Adopt(c.at("alpha"), c.root("alpha"), next, func(at string) {
				if at == step {
					panic(cut)
				}
			})
		}()
		d, err := c.open("alpha")
		if err != nil {
			t.Fatalf("after a cut at %s: %v", step, err)
		}
		want := map[string]int{"kept-next": 1, "kept-present": 1, "replaced": 2}[step]
		if v := d.Charter().Version; v != want {
			t.Errorf("after a cut at %s the desk works under version %d, want %d", step, v, want)
		}
		d.Close()
		if want == 1 {
			if _, err := desk.Adopt(c.at("alpha"), c.root("alpha"), nil, nil); err != nil {
				t.Errorf("going on after a cut at %s: %v", step, err)
			}
		}
		if d, err = c.open("alpha"); err != nil {
			t.Fatal(err)
		}
		if v := d.Charter().Version; v != 2 {
			t.Errorf("after going on it works under version %d", v)
		}
		d.Close()
	}
}

// A version below the adopted one is never accepted, and keys and charter of
// different times are refused in words (design 5).
func TestOldCharterAndOldKeysAreRefused(t *testing.T) {
	c := newChain(t)
	second := c.next()
	if _, err := desk.Adopt(c.at("alpha"), c.root("alpha"), second, nil); err != nil {
		t.Fatal(err)
	}
	d, err := c.open("alpha")
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	if err := os.WriteFile(filepath.Join(c.at("alpha"), "charter.note"), c.files[0], 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = c.open("alpha")
	wantSaid(t, "an older charter in the directory", err, "has adopted version 2 of the charter and does not go back to version 1")

	_, err = charter.Rotate(c.at("bravo"), rand.Reader, nil, charter.Journal)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = c.open("bravo"); err != nil {
		t.Fatalf("new keys that no charter lists yet: %v", err)
	}
	d.Close()
	if err := os.Rename(filepath.Join(c.at("bravo"), "keys", "journal-2.key"), filepath.Join(c.at("bravo"), "keys", "journal.key")); err != nil {
		t.Fatal(err)
	}
	_, err = c.open("bravo")
	wantSaid(t, "an old database with a new key", err, "names a journal key of bravo that is not in this directory")
}

// A desk that runs notices that another charter was put into its directory.
func TestRunEndsWhenTheCharterChanges(t *testing.T) {
	c := newChain(t)
	d, err := c.open("alpha")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ended := make(chan error, 1)
	go func() { ended <- d.Run(t.Context(), 0) }()
	if _, err := desk.Adopt(c.at("alpha"), c.root("alpha"), c.next(), nil); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, desk.ErrCharterChanged) {
			t.Errorf("the desk ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the desk did not notice")
	}
}

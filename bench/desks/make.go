package desks

import (
	"crypto/rand"
	_ "embed" // for theatre.yaml
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"parley/charter"
	"parley/node"
)

//go:embed theatre.yaml
var theatre string

// names are the desks in the order of the theatre.
var names = []string{"alpha", "bravo", "supervisor"}

// Names gives the desks of the cell, in the order of its charter.
func Names() []string { return append([]string(nil), names...) }

// Make writes a new cell into a folder: the charter as charter.note and each
// desk's unencrypted keys in a folder of its own. The desks listen on ports of
// 127.0.0.1 that are free now. direct says whether the charter lets the two
// parties link directly; else everything passes the supervisor.
func Make(dir string, direct bool) error { return make3(dir, direct, "") }

// MakeUnder writes one that links directly, under a charter with more in it: what
// the theatre leaves out, such as zones and limits.
func MakeUnder(dir, more string) error { return make3(dir, true, more) }

func make3(dir string, direct bool, more string) error {
	text := theatre + more
	for _, d := range names {
		address, err := freePort()
		if err != nil {
			return fmt.Errorf("make cell: %w", err)
		}
		text = strings.Replace(text, "["+strings.ToUpper(d)+"]", fmt.Sprintf("[%q]", address), 1)
	}
	if !direct {
		text = strings.Replace(text, "  - [alpha, bravo]\n", "", 1)
	}
	keys := make(map[string]*charter.Keys)
	var public []charter.PublicDesk
	for _, d := range names {
		k, err := charter.NewKeys(rand.Reader, "bench", d)
		if err != nil {
			return fmt.Errorf("make cell: %w", err)
		}
		home := filepath.Join(dir, d)
		if err := os.MkdirAll(home, 0o700); err != nil {
			return fmt.Errorf("make cell: %w", err)
		}
		if err := k.SavePlain(home); err != nil {
			return fmt.Errorf("make cell: %w", err)
		}
		keys[d] = k
		public = append(public, k.Public())
	}
	note, err := charter.Draft([]byte(text), public, node.Modules().Templates()...)
	if err != nil {
		return fmt.Errorf("make cell: %w", err)
	}
	for _, d := range names {
		signer, err := keys[d].Signer(charter.Root)
		if err != nil {
			return fmt.Errorf("make cell: %w", err)
		}
		if note, err = charter.Sign(note, signer); err != nil {
			return fmt.Errorf("make cell: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "charter.note"), note, 0o600); err != nil {
		return fmt.Errorf("make cell: %w", err)
	}
	return nil
}

// freePort finds a port that nobody listens on at this moment.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

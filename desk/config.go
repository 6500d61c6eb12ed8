package desk

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"parley/pager"
)

// Settings is desk.yaml: what one installation decides for itself. Everything
// that the members agree is in the charter.
type Settings struct {
	Desk     string `yaml:"desk"`
	Database string `yaml:"database"` // "" for parley.db in the directory, else a postgres:// address
	Listen   string `yaml:"listen"`   // console and API, host:port
	Link     Link   `yaml:"link"`

	Console *Console `yaml:"console,omitempty"` // how browsers reach it; nil: plain HTTP at <desk>.localhost

	Border *Border `yaml:"border,omitempty"` // ways to other systems' maps; nil: none

	Pagers *pager.Settings `yaml:"pagers,omitempty"` // how officers are woken; nil: not at all

	// Agent names the keys that an SSH agent holds instead of files: journal,
	// witness. So a node restarts unattended without a key on its disk.
	Agent []string `yaml:"agent,omitempty"`
}

// Link says where this desk's link listens and whom it dials.
type Link struct {
	Listen string              `yaml:"listen"` // host:port, "" when it only dials
	Dial   map[string][]string `yaml:"dial"`   // desk → addresses, instead of the charter's
	Proxy  string              `yaml:"proxy"`  // an HTTP CONNECT proxy, "" for none
}

// Border says which ways to other systems are open, beside files.
type Border struct {
	CoT *CoT `yaml:"cot,omitempty"`
}

// CoT says where clients of Cursor on Target get the activities that may leave.
// Whoever can reach a listener without client_ca sees them.
type CoT struct {
	Listen   string `yaml:"listen"`              // host:port
	TLS      bool   `yaml:"tls"`                 // with console.crt and console.key of the directory
	ClientCA string `yaml:"client_ca,omitempty"` // a file in the directory: only clients with a certificate that it signed

	// Baskets are the compartments that clients may see (SEC-07); none named: the
	// one that the module of the notices is in.
	Baskets []string `yaml:"baskets,omitempty"`
}

// check refuses what would be open by mistake.
func (c CoT) check() error {
	if c.Listen == "" {
		return errors.New("read settings: border: cot: listen is missing")
	}
	if c.ClientCA != "" && !c.TLS {
		return errors.New("read settings: border: cot: client_ca wants tls: true")
	}
	return nil
}

const settingsFile = "desk.yaml"

// ReadSettings reads desk.yaml; unknown keys are refused.
func ReadSettings(dir string) (Settings, error) {
	var s Settings
	b, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if err != nil {
		return s, fmt.Errorf("read settings: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&s); err != nil {
		return s, fmt.Errorf("read settings: %s: %w", settingsFile, err)
	}
	if err := s.CheckNames(); err != nil {
		return s, fmt.Errorf("read settings: %s: %w", settingsFile, err)
	}
	if s.Border != nil && s.Border.CoT != nil {
		if err := s.Border.CoT.check(); err != nil {
			return s, err
		}
	}
	return s, nil
}

// WriteSettings writes desk.yaml.
func WriteSettings(dir string, s Settings) error {
	b, err := yaml.Marshal(s)
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, settingsFile), b, 0o600); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

// DSN gives the address of the desk's database for the store.
func (s Settings) DSN(dir string) string {
	if s.Database != "" {
		return s.Database
	}
	return "sqlite:" + filepath.Join(dir, "parley.db")
}

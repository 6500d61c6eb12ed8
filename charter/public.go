package charter

import (
	"crypto/ed25519"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"parley/cell"
	"parley/journal"
)

// PublicDesk is what a desk hands to the others before there is a charter:
// its name, the public halves of its keys, and where its link listens, if it
// listens at all (the file public.yaml).
type PublicDesk struct {
	Cell      string    `yaml:"cell"`
	Desk      string    `yaml:"desk"`
	Addresses []string  `yaml:"addresses,omitempty"` // host:port
	Keys      cell.Keys `yaml:"keys"`
}

// Marshal writes the file public.yaml.
func (p PublicDesk) Marshal() ([]byte, error) {
	body, err := yaml.Dump(p, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("write public keys: %w", err)
	}
	return append([]byte("# The public keys of one desk, for the charter of its cell. Nothing here is secret.\n"), body...), nil
}

// ParsePublic reads the file public.yaml as strictly as a charter.
func ParsePublic(file []byte) (PublicDesk, error) {
	var p PublicDesk
	if err := strictYAML(file, &p); err != nil {
		return p, fmt.Errorf("read public keys: %w", err)
	}
	if !cell.IsWord(p.Cell) || !cell.IsWord(p.Desk) {
		return p, fmt.Errorf("read public keys: cell %q and desk %q are not both short lower-case words", p.Cell, p.Desk)
	}
	pins, err := publicPins(p.Cell, cell.Member{Desk: p.Desk, Keys: p.Keys})
	if err != nil {
		return p, fmt.Errorf("read public keys: %w", err)
	}
	for i, a := range pins {
		if j := slices.IndexFunc(pins[:i], func(b purposePin) bool { return a.pin == b.pin }); j >= 0 {
			return p, fmt.Errorf("read public keys: %s and %s are the same key", pins[j].purpose, a.purpose)
		}
	}
	return p, nil
}

// set fills in the public half of a signing key.
func (p *PublicDesk) set(purpose string, pub ed25519.PublicKey) (err error) {
	switch purpose {
	case Root:
		p.Keys.Root = journal.VKey(RootName(p.Cell, p.Desk), journal.KeyEd25519, pub)
	case Journal:
		p.Keys.Journal = journal.VKey(journal.Origin(p.Cell, p.Desk, 1), journal.KeyEd25519, pub)
	case Witness:
		p.Keys.Witness = journal.VKey(WitnessName(p.Cell, p.Desk), journal.KeyCosignature, pub)
	case TLS:
		p.Keys.TLS, err = Pin(pub)
	}
	return err
}

// publicOf gives the Ed25519 key that a purpose's verifier text holds.
func (p PublicDesk) publicOf(purpose string) (ed25519.PublicKey, error) {
	vkey, ok := map[string]string{Root: p.Keys.Root, Journal: p.Keys.Journal, Witness: p.Keys.Witness}[purpose]
	if !ok {
		return nil, fmt.Errorf("the %s key is not known by a verifier text", purpose)
	}
	_, _, pub, err := journal.ParseVKey(vkey)
	return pub, err
}

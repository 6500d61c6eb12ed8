package charter

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"
	"filippo.io/age/armor"
	"go.yaml.in/yaml/v4"

	"parley/cell"
)

var errOtherKey = errors.New("the file holds another key than public.yaml names")

// pick makes the key that is named, among those held for a purpose, the one in
// use. A purpose of which no key is held here is left without.
func (k *Keys) pick(purpose, named string) error {
	delete(k.signers, purpose)
	if purpose == Sealing {
		k.sealing = nil
		for _, id := range k.sealers {
			if id.Recipient().String() == named {
				k.sealing = id
			}
		}
		if k.sealing == nil && len(k.sealers) > 0 {
			return errOtherKey
		}
		return nil
	}
	for _, s := range k.kept[purpose] {
		text, err := k.textOf(purpose, s)
		if err != nil {
			return err
		}
		if text == named {
			k.signers[purpose] = s
			return nil
		}
	}
	if len(k.kept[purpose]) > 0 {
		return errOtherKey
	}
	return nil
}

func (k *Keys) textOf(purpose string, s crypto.Signer) (string, error) {
	named := k.public
	pub, ok := s.Public().(ed25519.PublicKey)
	if !ok {
		return "", errors.New("it is not an Ed25519 key")
	}
	err := named.set(purpose, pub)
	return named.Keys.Of(purpose), err
}

// Use makes the keys that a charter, or a key note on it, names for this desk
// the ones in use. It fails in words where the directory holds keys for a
// purpose and not the one that is named.
func (k *Keys) Use(named cell.Keys) error {
	if named.Root != k.public.Keys.Root {
		return fmt.Errorf("the charter lists another root key for %s than this desk's own", k.public.Desk)
	}
	k.public.Keys = named
	for _, purpose := range Purposes() {
		if err := k.pick(purpose, named.Of(purpose)); err != nil {
			return fmt.Errorf("the charter in force names a %s key of %s that is not in this directory: keys and charter are of different times", purpose, k.public.Desk)
		}
	}
	return nil
}

// TLSOf gives the TLS keys held here for some pins, in their order.
func (k *Keys) TLSOf(pins ...string) ([]ed25519.PrivateKey, error) {
	var out []ed25519.PrivateKey
	for _, pin := range pins {
		for _, s := range k.kept[TLS] {
			text, err := k.textOf(TLS, s)
			if err != nil {
				return nil, err
			}
			if key, ok := s.(ed25519.PrivateKey); ok && text == pin {
				out = append(out, key)
			}
		}
	}
	return out, nil
}

// Sealers gives every sealing key that this desk has ever had and holds here:
// they are kept as long as the archive (design 2).
func (k *Keys) Sealers() []*age.HybridIdentity { return slices.Clone(k.sealers) }

// Rotate makes new keys for some purposes beside the old ones, in the directory
// of a desk, and names them in public.yaml. They come into use with a charter, or
// a key note, that lists them. The files are encrypted with the passphrase when
// those before them are. It gives the public halves.
func Rotate(dir string, rand io.Reader, pass func() (string, error), purposes ...string) (PublicDesk, error) {
	old, err := Load(dir, pass)
	if err != nil {
		return PublicDesk{}, fmt.Errorf("rotate keys: %w", err)
	}
	next := old.public
	made, err := NewKeys(rand, old.public.Cell, old.public.Desk)
	if err != nil {
		return PublicDesk{}, fmt.Errorf("rotate keys: %w", err)
	}
	for _, purpose := range purposes {
		if purpose == Root || !slices.Contains(Purposes(), purpose) {
			return PublicDesk{}, fmt.Errorf("rotate keys: %q is not journal, witness, tls or sealing; the root key stays", purpose)
		}
		next.Keys = next.Keys.With(purpose, made.public.Keys.Of(purpose))
		plain, err := made.private(purpose)
		if err == nil {
			err = addKey(dir, purpose, plain, pass)
		}
		if err != nil {
			return PublicDesk{}, fmt.Errorf("rotate %s key: %w", purpose, err)
		}
	}
	public, err := next.Marshal()
	if err != nil {
		return PublicDesk{}, err
	}
	return next, Replace(filepath.Join(dir, publicFile), public, 0o644)
}

// addKey writes a key beside those of its purpose, encrypted as they are.
func addKey(dir, purpose string, plain []byte, pass func() (string, error)) error {
	n := 1
	sealed := false
	for ; ; n++ {
		b, err := os.ReadFile(numberedKeyPath(dir, purpose, n))
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return err
		}
		sealed = bytes.HasPrefix(b, []byte(armor.Header))
	}
	if n == 1 {
		return errors.New("no key of that purpose is in the directory: an SSH agent may hold it, and it is replaced there")
	}
	if sealed {
		word, err := pass()
		if err != nil {
			return err
		}
		if plain, err = encrypt(plain, word, scryptWork); err != nil {
			return err
		}
	}
	return writeNew(numberedKeyPath(dir, purpose, n), plain, 0o600)
}

// Replace puts a file in the place of another, durably and whole: whoever reads
// it, also after a power cut, finds the old one or the new one.
func Replace(path string, content []byte, mode fs.FileMode) error {
	tmp := path + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	if err := writeNew(tmp, content, mode); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// KeyChanges makes the changes for [Amend] that put desks' new keys into the
// charter: its members as they are, with the keys of these desks.
func KeyChanges(prev []byte, desks ...PublicDesk) ([]byte, error) {
	if hasSignatures(prev) {
		text, _, err := split(prev)
		if err != nil {
			return nil, fmt.Errorf("change keys: %w", err)
		}
		prev = text
	}
	merged, err := topLevel("charter", asComment(prev))
	if err != nil {
		return nil, fmt.Errorf("change keys: %w", err)
	}
	members, ok := merged["members"]
	if !ok {
		return nil, errors.New("change keys: the charter lists no members")
	}
	for _, p := range desks {
		found := false
		for _, m := range members.value.Content {
			if v := value(m, "desk"); v != nil && v.Value == p.Desk {
				var keys yaml.Node
				if err := keys.Dump(p.Keys); err != nil {
					return nil, fmt.Errorf("change keys: %w", err)
				}
				*value(m, "keys") = keys
				found = true
			}
		}
		if !found {
			return nil, fmt.Errorf("change keys: the charter has no member %q", p.Desk)
		}
	}
	doc := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{word("members"), members.value}}
	out, err := yaml.Dump(doc, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("change keys: %w", err)
	}
	return out, nil
}

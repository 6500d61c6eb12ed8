package charter

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"parley/cell"
	"parley/journal"
)

// The purposes of a desk's keys (design 2, "Keys"). Root signs charters and
// replaces keys, and is kept offline; journal signs checkpoints; witness
// cosigns those of the others; tls is the desk's end of a link; sealing opens
// what was sealed for the desk.
const (
	Root    = "root"
	Journal = "journal"
	Witness = "witness"
	TLS     = "tls"
	Sealing = "sealing"
)

// Purposes gives the purposes in the order of the charter.
func Purposes() []string { return []string{Root, Journal, Witness, TLS, Sealing} }

// RootName names a desk's root key: "parley.<cell>/<desk>/root".
func RootName(cell, desk string) string { return "parley." + cell + "/" + desk + "/root" }

// WitnessName names a desk's witness key: "parley.<cell>/<desk>/witness".
func WitnessName(cell, desk string) string { return "parley." + cell + "/" + desk + "/witness" }

var rootNameRE = regexp.MustCompile(`^parley\.([a-z][a-z0-9-]{0,31})/([a-z][a-z0-9-]{0,31})/root$`)

func rootOwner(name string) (cell, desk string, ok bool) {
	m := rootNameRE.FindStringSubmatch(name)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// Keys are a desk's own keys, each for one purpose. A key may be absent (the
// root key is kept offline) or held by an SSH agent; using an absent one is an
// error. Make them with [NewKeys] or [Load].
type Keys struct {
	public  PublicDesk
	signers map[string]crypto.Signer // Ed25519, by purpose; tls always an ed25519.PrivateKey
	sealing *age.HybridIdentity

	kept    map[string][]crypto.Signer // all that the directory holds, by purpose: replaced keys are kept
	sealers []*age.HybridIdentity
}

// NewKeys makes all keys of a desk. Signing keys come from 32 bytes each that
// are read from rand; the sealing key from the system's own generator.
func NewKeys(rand io.Reader, cellName, desk string) (*Keys, error) {
	if !cell.IsWord(cellName) || !cell.IsWord(desk) {
		return nil, fmt.Errorf("make keys: cell %q and desk %q are not both short lower-case words", cellName, desk)
	}
	k := &Keys{public: PublicDesk{Cell: cellName, Desk: desk}, signers: map[string]crypto.Signer{}}
	for _, purpose := range []string{Root, Journal, Witness, TLS} {
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(rand, seed); err != nil {
			return nil, fmt.Errorf("make %s key: %w", purpose, err)
		}
		k.signers[purpose] = ed25519.NewKeyFromSeed(seed)
	}
	var err error
	if k.sealing, err = age.GenerateHybridIdentity(); err != nil {
		return nil, fmt.Errorf("make sealing key: %w", err)
	}
	k.public.Keys.Sealing = k.sealing.Recipient().String()
	k.kept, k.sealers = map[string][]crypto.Signer{}, []*age.HybridIdentity{k.sealing}
	for purpose, s := range k.signers {
		k.kept[purpose] = []crypto.Signer{s}
		if err := k.public.set(purpose, s.Public().(ed25519.PublicKey)); err != nil {
			return nil, fmt.Errorf("make %s key: %w", purpose, err)
		}
	}
	return k, nil
}

// Public gives the public halves, to hand to the other members.
func (k *Keys) Public() PublicDesk { return k.public }

// Signer gives the key of a purpose as one that signs notes: root, journal
// (under the name of generation 1) or witness. The root signer signs only
// texts whose first line is "parley/<purpose>/v1", the witness signer only
// cosignatures. It fails when this desk does not hold the key here.
func (k *Keys) Signer(purpose string) (note.Signer, error) {
	switch purpose {
	case Root:
		return k.noteSigner(Root, RootName(k.public.Cell, k.public.Desk), journal.KeyEd25519, isRootText)
	case Journal:
		return k.JournalSigner(1)
	case Witness:
		return k.noteSigner(Witness, WitnessName(k.public.Cell, k.public.Desk), journal.KeyCosignature, isCosignature)
	}
	return nil, fmt.Errorf("the %s key does not sign notes", purpose)
}

// JournalSigner gives the journal key under the name of a generation: a new
// generation is a new origin with the same key (design 2, "Restart").
func (k *Keys) JournalSigner(gen int) (note.Signer, error) {
	if gen < 1 {
		return nil, fmt.Errorf("generation %d is below 1", gen)
	}
	return k.noteSigner(Journal, journal.Origin(k.public.Cell, k.public.Desk, gen), journal.KeyEd25519, nil)
}

// TLS gives the private key of the desk's end of its links.
func (k *Keys) TLS() (ed25519.PrivateKey, error) {
	key, ok := k.signers[TLS].(ed25519.PrivateKey)
	if !ok {
		return nil, k.absent(TLS)
	}
	return key, nil
}

// Sealing gives the identity that opens what was sealed for this desk.
func (k *Keys) Sealing() (*age.HybridIdentity, error) {
	if k.sealing == nil {
		return nil, k.absent(Sealing)
	}
	return k.sealing, nil
}

// Pin gives the form in which a charter names a TLS key: the base64 SHA-256
// of its SubjectPublicKeyInfo (RFC 7469, 2.4).
func Pin(pub crypto.PublicKey) (string, error) {
	spki, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", fmt.Errorf("pin key: %w", err)
	}
	sum := sha256.Sum256(spki)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

func (k *Keys) absent(purpose string) error {
	return fmt.Errorf("the %s key of %s is not held here", purpose, k.public.Desk)
}

func (k *Keys) noteSigner(purpose, name string, typ byte, allows func([]byte) bool) (note.Signer, error) {
	key, ok := k.signers[purpose]
	if !ok {
		return nil, k.absent(purpose)
	}
	pub, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the %s key is not an Ed25519 key", purpose)
	}
	v, err := journal.NewVerifier(name, pub)
	if typ == journal.KeyCosignature {
		v, err = journal.NewCosignatureVerifier(name, pub)
	}
	if err != nil {
		return nil, err
	}
	return boundSigner{name, v.KeyHash(), key, allows}, nil
}

// boundSigner signs with a key that may live elsewhere, and only what the
// key's purpose allows.
type boundSigner struct {
	name   string
	id     uint32
	key    crypto.Signer
	allows func([]byte) bool // nil: anything
}

func (s boundSigner) Name() string    { return s.name }
func (s boundSigner) KeyHash() uint32 { return s.id }

func (s boundSigner) Sign(msg []byte) ([]byte, error) {
	if s.allows != nil && !s.allows(msg) {
		return nil, errors.New("the text is not of the purpose of key " + s.name)
	}
	return s.key.Sign(nil, msg, crypto.Hash(0))
}

var rootTextRE = regexp.MustCompile(`^parley/[a-z][a-z0-9-]{0,31}/v1\n`)

func isRootText(msg []byte) bool    { return rootTextRE.Match(msg) }
func isCosignature(msg []byte) bool { return strings.HasPrefix(string(msg), "cosignature/v1\n") }

package journal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

const (
	// KeyEd25519 is the type byte of a key that signs notes and checkpoints
	// (C2SP signed-note).
	KeyEd25519 byte = 0x01

	// KeyCosignature is the type byte of a key that makes timestamped
	// cosignatures (C2SP tlog-cosignature, Ed25519).
	KeyCosignature byte = 0x04
)

const cosignatureLabel = "cosignature/v1\n"

// strict64 refuses every encoding but the one that it would itself write.
var strict64 = base64.StdEncoding.Strict()

// A Key is a named private key, as a desk holds it: its name is the origin
// for a journal key and the witness's name for a cosigning key.
type Key struct {
	Name    string
	Private ed25519.PrivateKey
}

// Signer returns the key as one that signs notes (type 0x01).
func (k Key) Signer() (note.Signer, error) { return NewSigner(k.Name, k.Private) }

// Cosigner returns the key as one that cosigns checkpoints (type 0x04).
func (k Key) Cosigner() (note.Signer, error) { return NewCosigner(k.Name, k.Private) }

// VKey returns the public half as the charter holds it, with the given type.
func (k Key) VKey(typ byte) string {
	return VKey(k.Name, typ, k.Private.Public().(ed25519.PublicKey))
}

// NewSigner returns a signer of notes with an Ed25519 key (type 0x01).
func NewSigner(name string, priv ed25519.PrivateKey) (note.Signer, error) {
	return newSigner(name, KeyEd25519, priv)
}

// NewCosigner returns the signer that [Cosign] needs (type 0x04). It signs
// cosignature messages only, so that the key cannot be used for anything else
// by mistake; handing it to note.Sign is an error.
func NewCosigner(name string, priv ed25519.PrivateKey) (note.Signer, error) {
	return newSigner(name, KeyCosignature, priv)
}

// NewVerifier returns a verifier of note signatures (type 0x01).
func NewVerifier(name string, pub ed25519.PublicKey) (note.Verifier, error) {
	return newVerifier(name, KeyEd25519, pub)
}

// NewCosignatureVerifier returns a verifier of cosignatures (type 0x04). Its
// Verify takes a checkpoint's text and the 72 bytes of time and signature.
func NewCosignatureVerifier(name string, pub ed25519.PublicKey) (note.Verifier, error) {
	return newVerifier(name, KeyCosignature, pub)
}

// VKey writes a public key as C2SP verifier text:
// <name>+<8 hex digits of key ID>+<base64 of type and key>.
func VKey(name string, typ byte, pub ed25519.PublicKey) string {
	key := append([]byte{typ}, pub...)
	return fmt.Sprintf("%s+%08x+%s", name, keyID(name, typ, pub), base64.StdEncoding.EncodeToString(key))
}

// ParseVKey reads verifier text with a 32-byte key. Name, key ID and encoding
// must be exactly what [VKey] writes, or it is an error.
func ParseVKey(s string) (name string, typ byte, pub ed25519.PublicKey, err error) {
	name, rest, _ := strings.Cut(s, "+")
	id, key64, ok := strings.Cut(rest, "+")
	if !ok {
		return "", 0, nil, fmt.Errorf("parse verifier key %q: want <name>+<id>+<key>", s)
	}
	if !keyName(name) {
		return "", 0, nil, fmt.Errorf("parse verifier key %q: %q is not a key name", s, name)
	}
	key, err := strict64.DecodeString(key64)
	if err != nil {
		return "", 0, nil, fmt.Errorf("parse verifier key of %q: %w", name, err)
	}
	if len(key) != 1+ed25519.PublicKeySize {
		return "", 0, nil, fmt.Errorf("parse verifier key of %q: key has %d bytes, want %d", name, len(key), 1+ed25519.PublicKeySize)
	}
	typ, pub = key[0], ed25519.PublicKey(key[1:])
	if VKey(name, typ, pub) != s {
		return "", 0, nil, fmt.Errorf("parse verifier key of %q: key ID %q is not the key's", name, id)
	}
	return name, typ, pub, nil
}

// keyID is the first four bytes of SHA-256(name || 0x0A || type || key).
func keyID(name string, typ byte, pub ed25519.PublicKey) uint32 {
	h := sha256.New()
	h.Write([]byte(name))
	h.Write([]byte{'\n', typ})
	h.Write(pub)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

func keyName(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.Contains(s, "+") &&
		strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) < 0
}

type signer struct {
	name string
	typ  byte
	id   uint32
	priv ed25519.PrivateKey
}

func newSigner(name string, typ byte, priv ed25519.PrivateKey) (note.Signer, error) {
	if !keyName(name) || len(priv) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("make signer: %q is not a key name, or its key has not %d bytes", name, ed25519.PrivateKeySize)
	}
	return &signer{name, typ, keyID(name, typ, priv.Public().(ed25519.PublicKey)), priv}, nil
}

func (s *signer) Name() string    { return s.name }
func (s *signer) KeyHash() uint32 { return s.id }

func (s *signer) Sign(msg []byte) ([]byte, error) {
	if s.typ == KeyCosignature && !bytes.HasPrefix(msg, []byte(cosignatureLabel)) {
		return nil, errors.New("sign: a cosigning key signs cosignatures only")
	}
	return ed25519.Sign(s.priv, msg), nil
}

type verifier struct {
	name string
	typ  byte
	id   uint32
	pub  ed25519.PublicKey
}

func newVerifier(name string, typ byte, pub ed25519.PublicKey) (note.Verifier, error) {
	if !keyName(name) || len(pub) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("make verifier: %q is not a key name, or key %s has not %d bytes", name, hex.EncodeToString(pub), ed25519.PublicKeySize)
	}
	return &verifier{name, typ, keyID(name, typ, pub), pub}, nil
}

func (v *verifier) Name() string    { return v.name }
func (v *verifier) KeyHash() uint32 { return v.id }

func (v *verifier) Verify(msg, sig []byte) bool {
	if v.typ != KeyCosignature {
		return ed25519.Verify(v.pub, msg, sig)
	}
	if len(sig) != cosignatureSize {
		return false
	}
	return ed25519.Verify(v.pub, cosignedMessage(sig, msg), sig[8:])
}

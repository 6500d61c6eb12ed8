package cell

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"parley/journal"
)

// In the supervision mode sealed copy the supervisor keeps the ciphertext of
// what passes between the parties, and reads it when the author or an addressee
// hands over the record's salt (design 5). The salt is 32 random bytes that only
// the record's holders have; the key follows from it, and the entry in the
// author's journal shows that both are the right ones.

// sealInfo binds the key to its one purpose.
const sealInfo = "parley/sealed/v1"

// ErrSealed is the error of a salt that does not open a sealed copy, or opens
// one that is not of the entry.
var ErrSealed = errors.New("the salt does not open it")

// Made is a record that this desk has just made, with what opens it.
type Made struct {
	Held
	For        []string // the supervisors that are to have a copy
	Commitment string   // the entry in its journal, hexadecimal
	Salt       []byte
	Bytes      []byte
}

// SaltGiver is a body that hands over the salt of a record. An officer does not
// know it: the node of a desk that holds the record fills it in.
type SaltGiver interface {
	// SaltOf gives the record whose salt is asked for; ok is false when the body
	// has one.
	SaltOf() (c Cite, ok bool)
	// WithSalt gives the body with the salt, in hexadecimal.
	WithSalt(salt string) Body
}

// Seal makes the sealed copy of a record: AES-256-GCM under the key that
// follows from its salt by HKDF-SHA256. The nonce is fixed, because a record has
// a salt of its own and the key is used once.
func Seal(salt, record []byte) ([]byte, error) {
	gcm, err := sealing(salt)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nil, make([]byte, gcm.NonceSize()), record, nil), nil
}

// Unseal opens a sealed copy with a salt in hexadecimal, and gives the record's
// bytes if they are those that the entry commits to. Its error is [ErrSealed]
// when they are not.
func Unseal(commitment, salt string, sealed []byte) ([]byte, error) {
	s, err := hex.DecodeString(salt)
	if err != nil || len(s) != len(journal.Salt{}) {
		return nil, fmt.Errorf("%w: it is not 32 bytes in hexadecimal", ErrSealed)
	}
	gcm, err := sealing(s)
	if err != nil {
		return nil, err
	}
	record, err := gcm.Open(nil, make([]byte, gcm.NonceSize()), sealed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: the copy was sealed with another", ErrSealed)
	}
	entry := journal.Commit(journal.Salt(s), record)
	if hex.EncodeToString(entry[:]) != commitment {
		return nil, fmt.Errorf("%w: the record in it is not the one that the entry commits to", ErrSealed)
	}
	return record, nil
}

func sealing(salt []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, salt, nil, sealInfo, 32)
	if err != nil {
		return nil, fmt.Errorf("key of a sealed copy: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key of a sealed copy: %w", err)
	}
	return cipher.NewGCM(block)
}

// Sealed gives the supervisors that are to have a sealed copy of a record in a
// basket: it goes from party to party and not to them, and the basket's mode says
// so.
func (c *Charter) Sealed(r Record, basket string) []string {
	if basket == "" || c.Baskets[basket] != ModeSealed || !c.between(r) {
		return nil
	}
	return slices.DeleteFunc(c.Supervisors(), r.Addressed)
}

// between reports whether a record goes from party to party. What the supervisor
// says itself it may read.
func (c *Charter) between(r Record) bool {
	parties := 0
	for _, d := range r.Audience() {
		if c.Role(d) == Party {
			parties++
		}
	}
	return parties > 1 && c.Role(r.Desk) != Supervisor
}

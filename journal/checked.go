package journal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"sync"

	"golang.org/x/mod/sumdb/note"
)

// Checked remembers which signatures were found to verify: peers state the
// same heads and cosignatures again and again, and a signature that verified
// once always will. One that does not is checked again each time. The zero value
// is ready, for use by many goroutines.
type Checked struct {
	mu         sync.Mutex
	young, old map[[sha256.Size]byte]bool
}

// checkedKept is how many signatures one of the two ages holds.
const checkedKept = 1024

// Of gives a verifier that checks each signature once. One that this package did
// not make is given back as it is: its key cannot be told from another's.
func (r *Checked) Of(v note.Verifier) note.Verifier {
	if own, ok := v.(*verifier); ok {
		return &remembering{own, r}
	}
	return v
}

type remembering struct {
	*verifier
	seen *Checked
}

// Verify implements note.Verifier.
func (v *remembering) Verify(msg, sig []byte) bool {
	key := v.sum(msg, sig)
	if v.seen.has(key) {
		return true
	}
	if !v.verifier.Verify(msg, sig) {
		return false
	}
	v.seen.add(key)
	return true
}

// sum names one signature under one key on one message.
func (v *remembering) sum(msg, sig []byte) [sha256.Size]byte {
	b := make([]byte, 0, 1+ed25519.PublicKeySize+8+len(msg)+len(sig))
	b = append(append(b, v.typ), v.pub...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(msg)))
	return sha256.Sum256(append(append(b, msg...), sig...))
}

func (r *Checked) has(key [sha256.Size]byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.young[key] {
		return true
	}
	if !r.old[key] {
		return false
	}
	r.keep(key)
	return true
}

func (r *Checked) add(key [sha256.Size]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(key)
}

// keep makes a signature young. When the younger age is full, the older is
// forgotten.
func (r *Checked) keep(key [sha256.Size]byte) {
	if r.young == nil || len(r.young) >= checkedKept {
		r.old, r.young = r.young, make(map[[sha256.Size]byte]bool)
	}
	r.young[key] = true
}

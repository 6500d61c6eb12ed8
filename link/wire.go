package link

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"parley/journal"
)

// The limits of what PARCEL and HOLD contain. Every count is held against its
// limit and against the bytes that are left before anything is allocated.
const (
	maxDesk         = 64       // bytes of a desk id
	maxCheckpoint   = 16 << 10 // bytes of a signed checkpoint
	maxCosignatures = 64       // on one checkpoint
	maxCosignature  = 8 << 10  // bytes of a note line; ML-DSA-44 needs about 3.4 KiB
	maxRecord       = 1 << 20  // bytes of a record (design 2)
	maxBatches      = 1 << 10  // in a parcel
	maxHoldings     = 1 << 10  // in a HOLD
)

// A writer appends the fields of a payload and keeps the first error.
type writer struct {
	b   []byte
	err error
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func (w *writer) u16(n int)   { w.b = binary.BigEndian.AppendUint16(w.b, uint16(n)) }
func (w *writer) u32(n int)   { w.b = binary.BigEndian.AppendUint32(w.b, uint32(n)) }
func (w *writer) u64(n int64) { w.b = binary.BigEndian.AppendUint64(w.b, uint64(n)) }

// index appends a size or a place in a journal.
func (w *writer) index(what string, n int64) {
	if n < 0 {
		w.fail("%s %d is below zero", what, n)
	}
	w.u64(n)
}

func (w *writer) bytes(what string, b []byte, most int) {
	if len(b) > most {
		w.fail("%s has %d bytes, at most %d fit", what, len(b), most)
	}
	w.u32(len(b))
	w.b = append(w.b, b...)
}

func (w *writer) name(n journal.Name) {
	if len(n.Desk) < 1 || len(n.Desk) > maxDesk {
		w.fail("a desk id has %d bytes, want 1 to %d", len(n.Desk), maxDesk)
	}
	if n.Gen < 1 || int64(n.Gen) > math.MaxInt32 {
		w.fail("generation %d of %s cannot be", n.Gen, n.Desk)
	}
	w.u16(len(n.Desk))
	w.b = append(w.b, n.Desk...)
	w.u32(n.Gen)
}

func (w *writer) head(checkpoint []byte, cosignatures []string) {
	w.bytes("a checkpoint", checkpoint, maxCheckpoint)
	if len(cosignatures) > maxCosignatures {
		w.fail("%d cosignatures on one checkpoint, at most %d fit", len(cosignatures), maxCosignatures)
	}
	w.u16(len(cosignatures))
	for _, c := range cosignatures {
		w.bytes("a cosignature", []byte(c), maxCosignature)
	}
}

var errShort = errors.New("the payload ends too early")

// A reader takes the fields of a payload and keeps the first error; after it,
// every field reads as zero. Byte strings alias the payload.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err, r.b = fmt.Errorf(format, args...), nil
	}
}

// take gives the next n bytes, or n zero bytes after an error when n is small.
func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.fail("%w", errShort)
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u16() int {
	if b := r.take(2); b != nil {
		return int(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (r *reader) u32() int64 {
	if b := r.take(4); b != nil {
		return int64(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// index takes a size or a place in a journal.
func (r *reader) index(what string) int64 {
	n := r.u64()
	if n > math.MaxInt64 {
		r.fail("%s %d is too large", what, n)
		return 0
	}
	return int64(n)
}

// count checks a number of things of at least each bytes against its limit and
// against what is left.
func (r *reader) count(what string, n int64, most, each int) int {
	switch {
	case n > int64(most):
		r.fail("%d %s, at most %d may come", n, what, most)
	case n > int64(len(r.b)/each):
		r.fail("%d %s cannot be in %d bytes", n, what, len(r.b))
	default:
		return int(n)
	}
	return 0
}

func (r *reader) bytes(what string, most int) []byte {
	n := r.u32()
	if n > int64(most) {
		r.fail("%s has %d bytes, at most %d may come", what, n, most)
		return nil
	}
	if n == 0 {
		return nil
	}
	return r.take(int(n))
}

func (r *reader) name() journal.Name {
	n := r.u16()
	if r.err == nil && (n < 1 || n > maxDesk) {
		r.fail("a desk id has %d bytes, want 1 to %d", n, maxDesk)
	}
	desk := string(r.take(n))
	gen := r.u32()
	if r.err == nil && (gen < 1 || gen > math.MaxInt32) {
		r.fail("generation %d of %q cannot be", gen, desk)
	}
	return journal.Name{Desk: desk, Gen: int(gen)}
}

func (r *reader) head() (checkpoint []byte, cosignatures []string) {
	checkpoint = r.bytes("a checkpoint", maxCheckpoint)
	n := r.count("cosignatures", int64(r.u16()), maxCosignatures, 4)
	for range n {
		cosignatures = append(cosignatures, string(r.bytes("a cosignature", maxCosignature)))
	}
	return checkpoint, cosignatures
}

// done gives the first error; bytes that are left over are one.
func (r *reader) done() error {
	if len(r.b) > 0 {
		r.fail("%d bytes are left over", len(r.b))
	}
	return r.err
}

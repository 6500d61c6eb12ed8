package journal

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	// EntrySize is the length of every journal entry in bytes (design 2).
	EntrySize = 33

	entryVersion = 0x01
	entryLabel   = "parley/record/v1\x00"
	originPrefix = "parley."
)

// An Entry is one line of a journal: 0x01 || SHA-256("parley/record/v1\0" ||
// salt || record). It hides the record, and a cover entry looks the same
// (design 2, "Life of a record").
type Entry [EntrySize]byte

// A Salt is the 32 random bytes that keep a short or guessable record hidden
// behind its entry. Each record has its own; it travels with the record.
type Salt [32]byte

// A Hash is a SHA-256 node of the Merkle tree, in the RFC 6962 construction
// (leaf prefix 0x00, node prefix 0x01).
type Hash = tlog.Hash

// A Head says how far a journal goes: the number of its entries and the
// RFC 6962 root over them.
type Head struct {
	Size int64 // number of entries
	Root Hash  // root over entries 0 .. Size-1
}

// Commit returns the entry that commits to record under salt. The record's
// bytes are used as they are; nothing is parsed or re-encoded (design 2).
func Commit(salt Salt, record []byte) Entry {
	h := sha256.New()
	h.Write([]byte(entryLabel))
	h.Write(salt[:])
	h.Write(record)
	e := Entry{entryVersion}
	h.Sum(e[:1])
	return e
}

// Cover returns an entry that commits to nothing, made from 32 random bytes.
// Without the salt it cannot be told from a record's entry, so that a crisis
// need not show in the rhythm of a journal (design 2).
func Cover(random [32]byte) Entry {
	e := Entry{entryVersion}
	copy(e[1:], random[:])
	return e
}

// Opens reports whether e is the commitment to record under salt.
func (e Entry) Opens(salt Salt, record []byte) bool {
	want := Commit(salt, record)
	return subtle.ConstantTimeCompare(e[:], want[:]) == 1
}

// LeafHash returns the RFC 6962 leaf hash of the entry's 33 bytes.
func (e Entry) LeafHash() Hash {
	return tlog.RecordHash(e[:])
}

// Origin returns the name under which a desk's journal of one generation is
// signed: "parley.<cell>/<desk>/<generation>" (design 1). The name is also the
// name of the key that signs its checkpoints.
func Origin(cell, desk string, gen int) string {
	return originPrefix + cell + "/" + desk + "/" + strconv.Itoa(gen)
}

// ParseOrigin takes an origin apart. Cell and desk are one or more ASCII
// letters, digits, dots, dashes or underscores; the generation is a decimal
// number without sign or leading zeros. Anything else is an error.
func ParseOrigin(s string) (cell, desk string, gen int, err error) {
	rest, ok := strings.CutPrefix(s, originPrefix)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return "", "", 0, fmt.Errorf("parse origin %q: want parley.<cell>/<desk>/<generation>", s)
	}
	for _, word := range parts[:2] {
		if !originWord(word) {
			return "", "", 0, fmt.Errorf("parse origin %q: %q is not a name", s, word)
		}
	}
	gen, err = strconv.Atoi(parts[2])
	if err != nil || gen < 0 || strconv.Itoa(gen) != parts[2] {
		return "", "", 0, fmt.Errorf("parse origin %q: generation %q is not a number", s, parts[2])
	}
	return parts[0], parts[1], gen, nil
}

func originWord(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return s != ""
}

package cell

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxTime  = 253402300799999 // 9999-12-31T23:59:59.999Z
	maxDepth = 24
)

var (
	idRE    = regexp.MustCompile(`^[0-9a-f-]{36}$|^[0-9a-f]{64}$`)
	shortRE = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	kindRE  = regexp.MustCompile(`^[a-z]+\.[a-z-]+/[1-9][0-9]{0,2}$`)
	intRE   = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,18})$`)
	langRE  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$`)
)

// IsHash reports whether s is a SHA-256 in lower-case hexadecimal.
func IsHash(s string) bool { return isHex(s, 64) }

// IsWord reports whether s may name a desk or a cell: a small letter, then at
// most 31 small letters, digits or hyphens.
func IsWord(s string) bool { return isName(s, wordLen) }

// IsOfficer reports whether s may stand as an officer's code or role in a record.
func IsOfficer(s string) bool { return isCode(s) }

// IsCode reports whether s is a code that people give to something: at most so
// many small letters, digits and hyphens, the last not at the ends.
func IsCode(s string, most int) bool { return len(s) <= most && shortRE.MatchString(s) }

// checkJSON walks the tokens of one JSON value and refuses what strict JSON
// allows but a record does not: floats, bidirectional controls, deep nesting.
// Duplicate keys, invalid UTF-8 and lone surrogates are refused by the decoder
// itself (RFC 7493, I-JSON).
func checkJSON(b []byte) error {
	if len(b) > MaxRecord {
		return Invalidf("", "record is %d bytes, more than %d", len(b), MaxRecord)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(b)) // which it reads in place
	for {
		tok, err := dec.ReadToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return jsonError(err)
		}
		if dec.StackDepth() > maxDepth {
			return Invalidf(string(dec.StackPointer()), "nested deeper than %d", maxDepth)
		}
		switch tok.Kind() {
		case '0':
			if s := tok.String(); !intRE.MatchString(s) {
				return Invalidf(string(dec.StackPointer()), "number %.40s is not an integer (write decimals as strings)", s)
			} else if _, err := strconv.ParseInt(s, 10, 64); err != nil {
				return Invalidf(string(dec.StackPointer()), "number %s does not fit 64 bits", s)
			}
		case '"':
			if s := tok.String(); !plain(s) {
				if err := checkText(string(dec.StackPointer()), s); err != nil {
					return err
				}
			}
		}
	}
}

// plain reports whether a text is of printable ASCII alone: then nothing in it
// can be wrong.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// UnmarshalStrict decodes into a Go value and refuses unknown, duplicate and
// case-variant members. The error is an [*Invalid] whose place is that in b.
func UnmarshalStrict(b []byte, v any) error {
	if err := json.Unmarshal(b, v, json.RejectUnknownMembers(true)); err != nil {
		return jsonError(err)
	}
	return nil
}

// jsonError turns the decoder's error into an [*Invalid] with its place.
func jsonError(err error) error {
	if e, ok := errors.AsType[*json.SemanticError](err); ok {
		if e.Err != nil {
			return Invalidf(string(e.JSONPointer), "%v", e.Err)
		}
		return Invalidf(string(e.JSONPointer), "a %v does not fit here", e.JSONKind)
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return Invalidf(string(e.JSONPointer), "%v at byte %d", e.Err, e.ByteOffset)
	}
	return Invalidf("", "%v", err)
}

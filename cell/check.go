package cell

import (
	"slices"
	"strconv"
	"strings"
)

// The checks that the bodies of more than one module make of their fields. Each
// gives nil, or an [*Invalid] that says what is wrong at the place "at".

// First gives the first error of several checks, in the order of the fields.
func First(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// OneOf wants a coded value to be one of those allowed. "" may be among them,
// for a value that is not stated.
func OneOf(at, v string, allowed ...string) error {
	if slices.Contains(allowed, v) {
		return nil
	}
	stated := slices.DeleteFunc(slices.Clone(allowed), func(a string) bool { return a == "" })
	return Invalidf(at, "%q is not one of %s", v, strings.Join(stated, ", "))
}

// AtMostOne wants a list of at most one value, as a record has it where a value
// may be missing.
func AtMostOne[T any](at string, list []T) error {
	if len(list) > 1 {
		return Invalidf(at, "more than one value")
	}
	return nil
}

// Each checks every value of a list, at its own place.
func Each[T any](at string, list []T, check func(at string, v T) error) error {
	for i, v := range list {
		if err := check(at+"/"+strconv.Itoa(i), v); err != nil {
			return err
		}
	}
	return nil
}

// EachValid checks every value of a list by its own law.
func EachValid[T interface{ Validate(at string) error }](at string, list []T) error {
	return Each(at, list, func(at string, v T) error { return v.Validate(at) })
}

// IfGiven checks a list of at most one value, and the value when it is there.
func IfGiven[T interface{ Validate(at string) error }](at string, list []T) error {
	return First(AtMostOne(at, list), EachValid(at, list))
}

// CountIfGiven checks a list of at most one number, which counts something: from
// 0 to most.
func CountIfGiven(at string, list []int64, most int64) error {
	return First(AtMostOne(at, list), Each(at, list, func(at string, n int64) error {
		if n < 0 || n > most {
			return Invalidf(at, "%d is not a number from 0 to %d", n, most)
		}
		return nil
	}))
}

// EachOnce wants every entry of a list to be a word, and none to stand in it
// twice. what says what they name: a desk, a condition.
func EachOnce(at, what string, list []string) error {
	if len(list) > maxList {
		return Invalidf(at, "%d entries, more than %d", len(list), maxList)
	}
	for i, w := range list {
		if !IsWord(w) || slices.Contains(list[:i], w) {
			return Invalidf(at+"/"+strconv.Itoa(i), "%q is no %s, or named twice", w, what)
		}
	}
	return nil
}

// Short wants a line of at most 200 bytes.
func Short(at, s string) error {
	if len(s) > 200 {
		return Invalidf(at, "%d bytes, more than 200", len(s))
	}
	return nil
}

// DeskAt wants what may name a desk.
func DeskAt(at, s string) error {
	if !IsWord(s) {
		return Invalidf(at, "%q is not a desk", s)
	}
	return nil
}

// HashAt wants a SHA-256.
func HashAt(at, s string) error {
	if !IsHash(s) {
		return Invalidf(at, "not a SHA-256 in hexadecimal")
	}
	return nil
}

// KeyAt wants the key of a matter, also of one that exists without a record, or
// "" for none.
func KeyAt(at, s string) error {
	if s == "" {
		return nil
	}
	if r, err := ParseRef(s); err != nil || !r.names() {
		return Invalidf(at, "%q is not the key of a matter, desk:id", s)
	}
	return nil
}

// names reports whether the reference may name a matter: one that a desk opened,
// or without a desk one that is derived.
func (r Ref) names() bool {
	return idRE.MatchString(r.ID) && (r.Desk == "" || IsWord(r.Desk))
}

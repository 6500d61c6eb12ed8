package journal

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// A NamedHead is the head of one desk's journal.
type NamedHead struct {
	Desk string
	Gen  int
	Head
}

// Code returns the short code over several journals' heads that two officers
// read to each other by telephone, such as "4821-0937-1174-6620-5" (design 2).
// It is the same wherever the same heads are held, in whatever order they are
// given: SHA-256 over "parley/code/v1\n" and one line
// "<desk> <generation> <size> <base64 root>\n" for each head, sorted; its
// first eight bytes as a number, the last 16 decimal digits of that; and an
// ISO/IEC 7064 MOD 11,10 check digit, which shows every single misheard digit.
func Code(heads []NamedHead) string {
	sorted := slices.SortedFunc(slices.Values(heads), func(a, b NamedHead) int {
		return cmp.Or(cmp.Compare(a.Desk, b.Desk), cmp.Compare(a.Gen, b.Gen), cmp.Compare(a.Size, b.Size),
			slices.Compare(a.Root[:], b.Root[:]))
	})
	text := sha256.New()
	fmt.Fprint(text, "parley/code/v1\n")
	for _, h := range sorted {
		fmt.Fprintf(text, "%s %d %d %s\n", h.Desk, h.Gen, h.Size, h.Root)
	}
	n := binary.BigEndian.Uint64(text.Sum(nil)) % 1e16
	digits := fmt.Sprintf("%016d", n)
	return fmt.Sprintf("%s-%s-%s-%s-%d", digits[:4], digits[4:8], digits[8:12], digits[12:], checkDigit(digits))
}

// CodeIntact reports whether a code that was heard or typed has four groups of
// four digits and the check digit that belongs to them.
func CodeIntact(code string) bool {
	groups := strings.Split(code, "-")
	if len(groups) != 5 || len(groups[4]) != 1 {
		return false
	}
	for _, g := range groups[:4] {
		if len(g) != 4 || strings.Trim(g, "0123456789") != "" {
			return false
		}
	}
	return groups[4] == fmt.Sprint(checkDigit(strings.Join(groups[:4], "")))
}

// checkDigit follows ISO/IEC 7064 MOD 11,10.
func checkDigit(digits string) int {
	p := 10
	for _, d := range digits {
		p += int(d - '0')
		if p %= 10; p == 0 {
			p = 10
		}
		p = 2 * p % 11
	}
	return (11 - p) % 10
}

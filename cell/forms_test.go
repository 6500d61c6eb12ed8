package cell

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestFormsAreTheExpressions changes well-formed texts in a place or two and
// holds what is checked by hand against the expression.
func TestFormsAreTheExpressions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	wordRE := regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	codeRE := regexp.MustCompile(`^[a-z][a-z0-9-]{0,47}$`)
	hashRE := regexp.MustCompile(`^[0-9a-f]{64}$`)
	entryRE := regexp.MustCompile(`^[0-9a-f]{66}$`)
	uuidRE := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	const odd = "abcdefghz0189-7A_/. \n\x00é"
	change := func(s string) string {
		b := []byte(s)
		for range r.IntN(3) {
			i, c := r.IntN(len(b)+1), odd[r.IntN(len(odd))]
			switch {
			case r.IntN(3) == 0:
				b = append(b[:i:i], append([]byte{c}, b[i:]...)...)
			case i < len(b) && r.IntN(2) == 0:
				b = append(b[:i:i], b[i+1:]...)
			case i < len(b):
				b[i] = c
			}
		}
		return string(b)
	}
	for _, f := range []struct {
		name   string
		ok     func(string) bool
		want   func(string) bool
		proper []string
	}{
		{"word", IsWord, wordRE.MatchString, []string{"a", "alpha", strings.Repeat("z", 31), strings.Repeat("z", 32), ""}},
		{"code", isCode, codeRE.MatchString, []string{"watch", strings.Repeat("z", 47), strings.Repeat("z", 48)}},
		{"hash", IsHash, hashRE.MatchString, []string{strings.Repeat("0f", 32)}},
		{"entry", isEntry, entryRE.MatchString, []string{strings.Repeat("9a", 33)}},
		{"uuid", isUUID7, uuidRE.MatchString, []string{"0190c5d5-7a3e-7abc-8def-0123456789ab", "0190c5d5-7a3e-7abc-bdef-0123456789ab"}},
	} {
		for range 20_000 {
			s := change(f.proper[r.IntN(len(f.proper))])
			if f.ok(s) != f.want(s) {
				t.Fatalf("%s: %q is %v by hand, %v by the expression", f.name, s, f.ok(s), f.want(s))
			}
		}
	}
}

package cell

import (
	"strings"
	"unicode"
)

// T3 is one text in several languages, by language code ("en", "ar", "he").
type T3 map[string]string

// In gives the text in lang, else in English, else in any language it has.
func (t T3) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	if s, ok := t["en"]; ok {
		return s
	}
	for _, l := range []string{"ar", "he"} {
		if s, ok := t[l]; ok {
			return s
		}
	}
	return ""
}

// Languages are the languages that every screen and template has (XC-01).
var languages = []string{"ar", "en", "he"}

// Languages gives the languages that every screen and template has (XC-01).
func Languages() []string { return append([]string(nil), languages...) }

// Free is free text in one language: the original, which is authoritative.
// Its translations are separate records (XC-10).
type Free struct {
	Lang string `json:"lang"`
	Text string `json:"text"`
}

// Validate refuses an empty text and a language tag that is not one.
func (f Free) Validate(at string) error {
	if !langRE.MatchString(f.Lang) {
		return Invalidf(at+"/lang", "%q is not a language tag", f.Lang)
	}
	if strings.TrimSpace(f.Text) == "" {
		return Invalidf(at+"/text", "text is empty")
	}
	if len(f.Text) > 20000 {
		return Invalidf(at+"/text", "text is %d bytes, more than 20000", len(f.Text))
	}
	if want := scriptOf(f.Lang); want != nil && !hasScript(f.Text, want) && hasLetters(f.Text) {
		return Invalidf(at+"/lang", "text is not written in the script of %q", f.Lang)
	}
	return nil
}

func scriptOf(lang string) *unicode.RangeTable {
	switch l, _, _ := strings.Cut(lang, "-"); l {
	case "ar":
		return unicode.Arabic
	case "he":
		return unicode.Hebrew
	case "en":
		return unicode.Latin
	}
	return nil
}

func hasScript(s string, t *unicode.RangeTable) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(t, r) })
}

func hasLetters(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// IsBidiControl reports whether c is one of the characters that change the
// order in which text is shown (Unicode Bidirectional Algorithm, 2.0): they
// can make a record read otherwise than it is (SEC-09).
func IsBidiControl(c rune) bool {
	return c == 0x061C || c == 0x200E || c == 0x200F ||
		(c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)
}

// isolate wraps an inserted value so that it cannot reorder the sentence
// around it (FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE).
func isolate(s string) string { return "\u2068" + s + "\u2069" }

// Figures gives the numbers in a text, in order, with the digits of every script
// read as Western ones: none may slip past the comparison. A translation must carry the same figures (XC-10).
func Figures(s string) []string {
	var out []string
	var cur strings.Builder
	flush := func() {
		if cur.Len() > 0 {
			out = append(out, strings.Trim(cur.String(), ".:"))
			cur.Reset()
		}
	}
	for _, c := range s {
		d, isDigit := digit(c)
		switch {
		case isDigit:
			cur.WriteByte('0' + d)
		case (c == '.' || c == ':' || c == 0x066B) && cur.Len() > 0:
			if c == 0x066B {
				c = '.'
			}
			cur.WriteRune(c)
		default:
			flush()
		}
	}
	flush()
	return out
}

// digit gives the value of a decimal digit of any script. Unicode keeps the ten
// digits of a script together and in order (general category Nd).
func digit(c rune) (byte, bool) {
	if c >= '0' && c <= '9' {
		return byte(c - '0'), true
	}
	if c < 0x80 {
		return 0, false
	}
	for _, r := range unicode.Nd.R16 {
		if uint32(c) >= uint32(r.Lo) && uint32(c) <= uint32(r.Hi) {
			return byte((uint32(c) - uint32(r.Lo)) % 10), true
		}
	}
	for _, r := range unicode.Nd.R32 {
		if uint32(c) >= r.Lo && uint32(c) <= r.Hi {
			return byte((uint32(c) - r.Lo) % 10), true
		}
	}
	return 0, false
}

package cell

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/journal"
)

// A ceremony is what a desk signs with its root key: a joint statement, a step
// laid into escrow. The text that is signed begins with its purpose, so that a
// signature for one purpose is none for another (design 2, "Keys"), names the
// cell and the charter, and carries all three languages: one letter in one of
// them and no signature holds (TLK-14). Its form, byte for byte, is
// docs/formats/ceremony.md.

// The purposes of ceremonies. A charter is signed too, but never this way.
const (
	PurposeStatement = "statement"
	PurposeStep      = "step"
)

// CeremonyLine begins the signature of a ceremony in a record's body, as in a
// C2SP signed note: "— <key name> <base64 of key ID and signature>".
const CeremonyLine = "— "

// Sign marks a signature that the author's node is to make, where its desk has
// its root key at hand. Without one the act is refused with what to do.
const Sign = "auto"

// Ceremonial is a body that carries a signature of a ceremony.
type Ceremonial interface {
	// CeremonyText gives the exact bytes that are signed. They may follow from
	// what the record cites, and must not follow from its id or time: they are
	// asked for before it is filed.
	CeremonyText(h Held, p Past, c *Charter) ([]byte, error)
	// Signature gives the line in the body, or [Sign].
	Signature() string
	// Signed gives the body with the line.
	Signed(line string) Body
}

// CeremonyText writes a text of three languages as the bytes that are signed.
// facts are lines "name value" that belong to it, in a fixed order; a value
// stays on its line.
func CeremonyText(purpose string, c *Charter, facts [][2]string, t Text3) []byte {
	x := CeremonyParts{Purpose: purpose, Cell: c.Cell, Charter: c.Hash, Text: t}
	for _, f := range facts {
		x.Facts = append(x.Facts, [2]string{f[0], oneLine.Replace(f[1])})
	}
	return x.bytes()
}

var oneLine = strings.NewReplacer(`\`, `\\`, "\n", `\n`)

// CeremonyParts is a ceremony's text taken apart.
type CeremonyParts struct {
	Purpose string
	Cell    string
	Charter string      // hash
	Facts   [][2]string // name and value, in their order
	Text    Text3
}

// Fact gives the value of a fact, "" when there is none of that name.
func (x CeremonyParts) Fact(name string) string {
	for _, f := range x.Facts {
		if f[0] == name {
			return f[1]
		}
	}
	return ""
}

// bytes writes the text. The length before each language is what keeps one
// text from passing for the heading of the next.
func (x CeremonyParts) bytes() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "parley/%s/v1\ncell %s\ncharter %s\n", x.Purpose, x.Cell, x.Charter)
	for _, f := range x.Facts {
		fmt.Fprintf(&b, "%s %s\n", f[0], f[1])
	}
	for _, t := range x.Text.All() {
		fmt.Fprintf(&b, "\n[%s, %d bytes]\n%s\n", t.Lang, len(t.Text), t.Text)
	}
	return []byte(b.String())
}

// ParseCeremony takes a ceremony's text apart. It accepts what [CeremonyText]
// would write again byte for byte, and nothing else: so nothing can hide in
// it, and a charter or any other text is refused.
func ParseCeremony(text []byte) (CeremonyParts, error) {
	var x CeremonyParts
	head, rest, ok := strings.Cut(string(text), "\n\n")
	if !ok {
		return x, fmt.Errorf("this is no text of a ceremony: it has no heading")
	}
	lines := strings.Split(head, "\n")
	if x.Purpose, ok = between(lines[0], "parley/", "/v1"); !ok || x.Purpose != PurposeStatement && x.Purpose != PurposeStep {
		return x, fmt.Errorf("the first line is not parley/%s/v1 or parley/%s/v1", PurposeStatement, PurposeStep)
	}
	for i, l := range lines[1:] {
		name, value, ok := strings.Cut(l, " ")
		switch {
		case !ok || !isCode(name) || checkText("", value) != nil:
			return x, fmt.Errorf("line %d is not a name and a value", i+2)
		case i == 0 && name == "cell" && IsWord(value):
			x.Cell = value
		case i == 1 && name == "charter" && IsHash(value):
			x.Charter = value
		case i < 2:
			return x, fmt.Errorf("line %d does not name the cell or the charter", i+2)
		default:
			x.Facts = append(x.Facts, [2]string{name, value})
		}
	}
	for _, f := range []struct {
		lang string
		text *string
	}{{"ar", &x.Text.Ar}, {"en", &x.Text.En}, {"he", &x.Text.He}} {
		var err error
		if *f.text, rest, err = section(f.lang, rest); err != nil {
			return x, err
		}
	}
	if string(x.bytes()) != string(text) {
		return x, fmt.Errorf("the text is not in its one form: something stands before, between or after the three languages")
	}
	return x, nil
}

func between(s, before, after string) (string, bool) {
	s, a := strings.CutPrefix(s, before)
	s, b := strings.CutSuffix(s, after)
	return s, a && b
}

// section reads "[<lang>, <n> bytes]", n bytes, and the blank line before the
// next section.
func section(lang, s string) (text, rest string, err error) {
	heading, after, ok := strings.Cut(s, "\n")
	size, is := between(heading, "["+lang+", ", " bytes]")
	n, bad := strconv.Atoi(size)
	if !ok || !is || bad != nil || n < 0 || n >= len(after) {
		return "", "", fmt.Errorf("the text in %q is missing, or not of the length that its heading says", lang)
	}
	if err := checkText("", after[:n]); err != nil {
		return "", "", fmt.Errorf("the text in %q: %w", lang, err)
	}
	return after[:n], strings.TrimPrefix(strings.TrimPrefix(after[n:], "\n"), "\n"), nil
}

// Founders gives the desks whose signatures make the charter, and a joint
// statement: the parties and the supervisor, in the order of the charter.
func (c *Charter) Founders() []string {
	return slices.DeleteFunc(c.Desks(), func(d string) bool { return !c.IsFounder(d) })
}

// IsFounder reports whether a desk is one of them: those that answer for
// something. Observers and witnesses do not.
func (c *Charter) IsFounder(desk string) bool {
	return c.Role(desk) == Party || c.Role(desk) == Supervisor
}

// VerifyCeremony checks a desk's signature over a ceremony's text, from the
// charter alone.
func (c *Charter) VerifyCeremony(desk string, text []byte, line string) error {
	m, ok := c.Member(desk)
	if !ok {
		return fmt.Errorf("%s is no member of the cell", desk)
	}
	name, typ, pub, err := journal.ParseVKey(m.Keys.Root)
	if err != nil {
		return fmt.Errorf("root key of %s: %w", desk, err)
	}
	rest, ok := strings.CutPrefix(line, CeremonyLine+name+" ")
	if !ok {
		return fmt.Errorf("the signature is not by the root key of %s", desk)
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(rest)
	if err != nil || len(raw) != 4+ed25519.SignatureSize || base64.StdEncoding.EncodeToString(raw) != rest {
		return fmt.Errorf("the signature line of %s is malformed", desk)
	}
	if want := fmt.Sprintf("%s+%08x+", name, binary.BigEndian.Uint32(raw)); typ != journal.KeyEd25519 || !strings.HasPrefix(m.Keys.Root, want) {
		return fmt.Errorf("the signature is not by the root key of %s that the charter lists", desk)
	}
	if !ed25519.Verify(pub, text, raw[4:]) {
		return fmt.Errorf("the signature of %s is over another text", desk)
	}
	return nil
}

// CeremonyNote joins a ceremony's text and its signatures as a signed note
// (C2SP), which "parley verify" checks from the charter alone.
func CeremonyNote(text []byte, lines []string) []byte {
	return []byte(string(text) + "\n" + strings.Join(lines, "\n") + "\n")
}

// SplitCeremony takes a signed note apart and verifies no signature in it: for
// whoever must first learn which charter it names.
func SplitCeremony(note []byte) (x CeremonyParts, text []byte, lines []string, err error) {
	s := string(note)
	i := strings.LastIndex(s, "\n\n"+CeremonyLine)
	if i < 0 || !strings.HasSuffix(s, "\n") {
		return x, nil, nil, fmt.Errorf("there are no signatures")
	}
	text = []byte(s[:i+1])
	x, err = ParseCeremony(text)
	return x, text, strings.Split(strings.TrimSuffix(s[i+2:], "\n"), "\n"), err
}

// OpenCeremony takes a signed note apart and verifies every signature in it.
// It gives the purpose and the desks that signed, in the order in which they
// stand there.
func (c *Charter) OpenCeremony(note []byte) (text []byte, purpose string, desks []string, err error) {
	x, text, lines, err := SplitCeremony(note)
	if err != nil {
		return nil, "", nil, err
	}
	if x.Cell != c.Cell || x.Charter != c.Hash {
		return nil, "", nil, fmt.Errorf("the text was not signed under this charter")
	}
	for _, line := range lines {
		desk, err := c.signerOf(line)
		if err != nil {
			return nil, "", nil, err
		}
		if slices.Contains(desks, desk) {
			return nil, "", nil, fmt.Errorf("%s signs twice", desk)
		}
		if err := c.VerifyCeremony(desk, text, line); err != nil {
			return nil, "", nil, err
		}
		desks = append(desks, desk)
	}
	return text, x.Purpose, desks, nil
}

func (c *Charter) signerOf(line string) (string, error) {
	name, _, _ := strings.Cut(strings.TrimPrefix(line, CeremonyLine), " ")
	for _, m := range c.Members {
		if strings.HasPrefix(m.Keys.Root, name+"+") {
			return m.Desk, nil
		}
	}
	return "", fmt.Errorf("the signature line %.60q is by no member's root key", line)
}

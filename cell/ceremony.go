package cell

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"parley/journal"
)

// A ceremony is what a desk signs with its root key: a joint statement, a step
// laid into escrow. The text that is signed begins with its purpose, so that a
// signature for one purpose is none for another (design 2, "Keys"), names the
// cell and the charter, and carries all three languages: one letter in one of
// them and no signature holds (TLK-14).

// CeremonyLine begins the signature of a ceremony in a record's body, as in a
// C2SP signed note: "— <key name> <base64 of key ID and signature>".
const CeremonyLine = "— "

// Sign marks a signature that the author's node is to make, where its desk has
// its root key at hand. Without one the act is refused with what to do.
const Sign = "auto"

// Ceremonial is a body that carries a signature of a ceremony.
type Ceremonial interface {
	// CeremonyText gives the exact bytes that are signed. They may follow from
	// what the record cites.
	CeremonyText(h Held, p Past, c *Charter) ([]byte, error)
	// Signature gives the line in the body, or [Sign].
	Signature() string
	// Signed gives the body with the line.
	Signed(line string) Body
}

// CeremonyText writes a text of three languages as the bytes that are signed.
// facts are lines "name value" that belong to it, in a fixed order.
func CeremonyText(purpose string, c *Charter, facts [][2]string, t Text3) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "parley/%s/v1\ncell %s\ncharter %s\n", purpose, c.Cell, c.Hash)
	for _, f := range facts {
		fmt.Fprintf(&b, "%s %s\n", f[0], f[1])
	}
	for _, x := range t.All() {
		fmt.Fprintf(&b, "\n[%s, %d bytes]\n%s\n", x.Lang, len(x.Text), x.Text) // the length: no text can pass for the next one's heading
	}
	return []byte(b.String())
}

// VerifyCeremony checks a desk's signature over a ceremony's text, from the
// charter alone.
func (c *Charter) VerifyCeremony(desk string, text []byte, line string) error {
	m, ok := c.Member(desk)
	if !ok {
		return fmt.Errorf("%s is no member of the cell", desk)
	}
	name, _, pub, err := journal.ParseVKey(m.Keys.Root)
	if err != nil {
		return fmt.Errorf("root key of %s: %w", desk, err)
	}
	rest, ok := strings.CutPrefix(line, CeremonyLine+name+" ")
	if !ok {
		return fmt.Errorf("the signature is not by the root key of %s", desk)
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(rest)
	if err != nil || len(raw) != 4+ed25519.SignatureSize {
		return fmt.Errorf("the signature line of %s is malformed", desk)
	}
	if want := fmt.Sprintf("%s+%08x+", name, binary.BigEndian.Uint32(raw)); !strings.HasPrefix(m.Keys.Root, want) {
		return fmt.Errorf("the signature is not by the root key of %s that the charter lists", desk)
	}
	if !ed25519.Verify(pub, text, raw[4:]) {
		return fmt.Errorf("the signature of %s is over another text", desk)
	}
	return nil
}

// CeremonyNote joins a ceremony's text and its signatures as a signed note,
// which "parley verify" checks from the charter alone.
func CeremonyNote(text []byte, lines []string) []byte {
	return []byte(string(text) + "\n" + strings.Join(lines, "\n") + "\n")
}

// OpenCeremony takes a signed note apart and verifies every signature in it.
// It gives the purpose and the desks that signed, in order.
func (c *Charter) OpenCeremony(note []byte) (text []byte, purpose string, desks []string, err error) {
	s := string(note)
	i := strings.LastIndex(s, "\n\n"+CeremonyLine)
	if i < 0 || !strings.HasSuffix(s, "\n") {
		return nil, "", nil, fmt.Errorf("there are no signatures")
	}
	text = []byte(s[:i+1])
	first, _, _ := strings.Cut(s, "\n")
	purpose, ok := strings.CutPrefix(first, "parley/")
	if purpose, ok = strings.CutSuffix(purpose, "/v1"); !ok {
		return nil, "", nil, fmt.Errorf("the first line is not parley/<purpose>/v1")
	}
	if !strings.Contains(s[:i+1], "\ncharter "+c.Hash+"\n") {
		return nil, "", nil, fmt.Errorf("the text was not signed under this charter")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(s[i+2:], "\n"), "\n") {
		desk, err := c.signerOf(line)
		if err != nil {
			return nil, "", nil, err
		}
		if err := c.VerifyCeremony(desk, text, line); err != nil {
			return nil, "", nil, err
		}
		desks = append(desks, desk)
	}
	return text, purpose, desks, nil
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

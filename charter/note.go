package charter

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"parley/cell"
	"parley/journal"
)

// maxText is the largest charter text in bytes. A signed note, and so a
// charter with its signatures, stays below a million bytes.
const maxText = 900_000

// strict64 refuses every encoding but the one that it would itself write.
var strict64 = base64.StdEncoding.Strict()

// Open reads a signed charter (design 5). Every member with the role of party
// or supervisor must have signed with the root key that the charter names for
// it, every signature present must be by a member's root key and must verify,
// and the file must be in its one encoding, so that one altered byte anywhere
// is refused. The error says whose signature is missing or wrong. The charter
// returned carries the hash of its text.
func Open(file []byte) (*cell.Charter, error) {
	c, signed, err := open(file)
	if err != nil {
		return nil, fmt.Errorf("open charter: %w", err)
	}
	if err := mustSign(c, c, signed); err != nil {
		return nil, fmt.Errorf("open charter: %w", err)
	}
	return c, nil
}

// OpenFor is [Open] for the node whose root key is ownRoot (C2SP verifier
// text). It refuses a charter that does not list this key for this desk, or
// that the key has not signed: a node starts on nothing that its own desk has
// not agreed to (design 5).
func OpenFor(file []byte, ownRoot string) (*cell.Charter, error) {
	c, signed, err := open(file)
	if err == nil {
		err = mustSign(c, c, signed)
	}
	if err == nil {
		err = signedByOwn(c, signed, ownRoot)
	}
	if err != nil {
		return nil, fmt.Errorf("open charter: %w", err)
	}
	return c, nil
}

func signedByOwn(c *cell.Charter, signed map[string]bool, ownRoot string) error {
	name, typ, _, err := journal.ParseVKey(ownRoot)
	if err != nil {
		return fmt.Errorf("own root key: %w", err)
	}
	cellName, desk, ok := rootOwner(name)
	if !ok || typ != journal.KeyEd25519 {
		return fmt.Errorf("own root key: %q is not the name of a root key", name)
	}
	m, ok := c.Member(desk)
	switch {
	case cellName != c.Cell:
		return fmt.Errorf("the charter is of cell %s, this desk's root key is for %s", c.Cell, cellName)
	case !ok:
		return fmt.Errorf("the charter has no member %s, which is this desk", desk)
	case m.Keys.Root != ownRoot:
		return fmt.Errorf("the charter lists another root key for %s than this desk's own", desk)
	}
	if !signed[desk] {
		return fmt.Errorf("the charter is not signed by the root key of %s, which is this desk", desk)
	}
	return nil
}

// Sign adds a member's root signature to a charter, which is either the bare
// text or a note that others have signed already. Signing twice changes
// nothing. The text must be valid, the signatures present must verify, and
// the signer must be the root key of a member.
func Sign(noteOrText []byte, signer note.Signer) ([]byte, error) {
	text, sigs := noteOrText, []signature(nil)
	var c *cell.Charter
	var err error
	if hasSignatures(noteOrText) {
		c, _, err = open(noteOrText)
		text, sigs, _ = split(noteOrText) // which open has split already
	} else {
		c, err = Parse(text)
	}
	if err != nil {
		return nil, fmt.Errorf("sign charter: %w", err)
	}
	if _, err := rootOf(c, signer.Name(), signer.KeyHash()); err != nil {
		return nil, fmt.Errorf("sign charter: %w", err)
	}
	if slices.ContainsFunc(sigs, func(s signature) bool { return s.name == signer.Name() }) {
		return bytes.Clone(noteOrText), nil
	}
	raw, err := signer.Sign(text)
	if err != nil {
		return nil, fmt.Errorf("sign charter as %s: %w", signer.Name(), err)
	}
	return join(text, append(sigs, signature{signer.Name(), signer.KeyHash(), raw})), nil
}

// Missing gives the desks that must still sign a charter, in the order of its
// members. The argument is the bare text or a note; signatures that it has
// must verify.
func Missing(noteOrText []byte) ([]string, error) {
	signed := map[string]bool{}
	c, err := Parse(noteOrText)
	if hasSignatures(noteOrText) {
		c, signed, err = open(noteOrText)
	}
	if err != nil {
		return nil, fmt.Errorf("read charter: %w", err)
	}
	var out []string
	for _, m := range c.Members {
		if founds(m) && !signed[m.Desk] {
			out = append(out, m.Desk)
		}
	}
	return out, nil
}

// founds reports whether a member's signature makes the charter.
func founds(m cell.Member) bool { return m.Role == cell.Party || m.Role == cell.Supervisor }

// open reads text and signatures and gives the desks that signed.
func open(file []byte) (*cell.Charter, map[string]bool, error) {
	text, sigs, err := split(file)
	if err != nil {
		return nil, nil, err
	}
	c, err := Parse(text)
	if err != nil {
		return nil, nil, err
	}
	signed := map[string]bool{}
	for _, s := range sigs {
		m, err := rootOf(c, s.name, s.id)
		if err != nil {
			return nil, nil, err
		}
		name, _, pub, err := journal.ParseVKey(m.Keys.Root)
		if err != nil {
			return nil, nil, err
		}
		v, err := journal.NewVerifier(name, pub)
		if err != nil {
			return nil, nil, err
		}
		if !v.Verify(text, s.raw) {
			return nil, nil, fmt.Errorf("the signature of %s is wrong: text or signature was altered", m.Desk)
		}
		signed[m.Desk] = true
	}
	return c, signed, nil
}

// mustSign refuses when a founder that by names has not signed c.
func mustSign(c, by *cell.Charter, signed map[string]bool) error {
	var missing []string
	for _, m := range by.Members {
		if founds(m) && !signed[m.Desk] {
			missing = append(missing, m.Desk)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("version %d is not signed by %s", c.Version, strings.Join(missing, " and "))
	}
	return nil
}

// rootOf finds the member whose root key has that name and key ID.
func rootOf(c *cell.Charter, name string, id uint32) (cell.Member, error) {
	_, desk, ok := rootOwner(name)
	m, member := c.Member(desk)
	if !ok || !member || name != RootName(c.Cell, desk) {
		return m, fmt.Errorf("a signature is by %q, which is no root key of a member", name)
	}
	if !strings.HasPrefix(m.Keys.Root, fmt.Sprintf("%s+%08x+", name, id)) {
		return m, fmt.Errorf("the signature of %s is by key %08x, which is not its root key in the charter", desk, id)
	}
	return m, nil
}

type signature struct {
	name string
	id   uint32
	raw  []byte
}

func (s signature) line() string {
	b := binary.BigEndian.AppendUint32(nil, s.id)
	return "— " + s.name + " " + base64.StdEncoding.EncodeToString(append(b, s.raw...)) + "\n"
}

// hasSignatures tells a note from a bare text by its last line.
func hasSignatures(b []byte) bool {
	i := bytes.LastIndexByte(bytes.TrimSuffix(b, []byte("\n")), '\n')
	return bytes.HasPrefix(b[i+1:], []byte("— "))
}

var errUnsigned = errors.New("the charter has no signatures")

// split takes a note apart. It is stricter than note.Open: what it accepts it
// would write again byte for byte, so nothing can hide in the file.
func split(file []byte) (text []byte, sigs []signature, err error) {
	i := bytes.LastIndex(file, []byte("\n\n"))
	if i < 0 || !hasSignatures(file) {
		return nil, nil, errUnsigned
	}
	text = file[:i+1]
	for line := range strings.Lines(string(file[i+2:])) {
		s, ok := parseSignature(line)
		if !ok {
			return nil, nil, fmt.Errorf("malformed signature line %.60q", line)
		}
		if slices.ContainsFunc(sigs, func(o signature) bool { return o.name == s.name }) {
			return nil, nil, fmt.Errorf("%s signs twice", s.name)
		}
		sigs = append(sigs, s)
	}
	return text, sigs, nil
}

func parseSignature(line string) (signature, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "— ")
	name, b64, ok2 := strings.Cut(rest, " ")
	raw, err := strict64.DecodeString(b64)
	if !ok || !ok2 || err != nil || len(raw) < 5 {
		return signature{}, false
	}
	s := signature{name, binary.BigEndian.Uint32(raw), raw[4:]}
	return s, s.line() == line
}

func join(text []byte, sigs []signature) []byte {
	out := bytes.NewBuffer(bytes.Clone(text))
	out.WriteByte('\n')
	for _, s := range sigs {
		out.WriteString(s.line())
	}
	return out.Bytes()
}

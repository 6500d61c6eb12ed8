package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxSignatures bounds the signature lines of one checkpoint. C2SP asks a
// verifier to accept at least 16.
const maxSignatures = 64

// SignCheckpoint returns the C2SP checkpoint of a journal: origin, size and
// root, signed by s, whose name must be the origin. There are no extension
// lines, because nobody could audit what they say.
func SignCheckpoint(origin string, h Head, s note.Signer) ([]byte, error) {
	if s.Name() != origin {
		return nil, fmt.Errorf("sign checkpoint of %s: the key is named %s", origin, s.Name())
	}
	msg, err := note.Sign(&note.Note{Text: checkpointText(origin, h)}, s)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint of %s: %w", origin, err)
	}
	return msg, nil
}

// OpenCheckpoint verifies a checkpoint and returns what it states. The
// verifier's name must be the origin line, its signature must verify, size and
// root must be in their one form, and there must be no extension lines.
// Signatures of keys that it does not know are ignored (C2SP signed-note).
func OpenCheckpoint(msg []byte, v note.Verifier) (Head, error) {
	h, _, err := openCheckpoint(msg, v)
	return h, err
}

// Signer gives the one of a journal's keys that signed a checkpoint, verified.
// They are asked from the last on: the newest key that signed counts.
func Signer(msg []byte, keys []note.Verifier) (note.Verifier, error) {
	n, err := splitNote(msg)
	if err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	for _, v := range slices.Backward(keys) {
		if slices.ContainsFunc(n.sigs, func(s sigLine) bool { return s.name == v.Name() && s.id == v.KeyHash() }) {
			_, err := OpenCheckpoint(msg, v)
			return v, err
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("open checkpoint: no key of that journal is known")
	}
	return nil, fmt.Errorf("open checkpoint of %s: it carries no signature by a key that is known here: a charter may be wanted", keys[0].Name())
}

// openCheckpoint also returns the note with the log's own signature only.
func openCheckpoint(msg []byte, v note.Verifier) (Head, []byte, error) {
	n, err := splitNote(msg)
	if err != nil {
		return Head{}, nil, fmt.Errorf("open checkpoint of %s: %w", v.Name(), err)
	}
	origin, h, err := parseCheckpointText(n.text)
	if err != nil {
		return Head{}, nil, fmt.Errorf("open checkpoint of %s: %w", v.Name(), err)
	}
	if origin != v.Name() {
		return Head{}, nil, fmt.Errorf("open checkpoint of %s: it is of %s", v.Name(), origin)
	}
	for _, s := range n.sigs {
		if s.name != v.Name() || s.id != v.KeyHash() {
			continue
		}
		if !v.Verify([]byte(n.text), s.sig) {
			return Head{}, nil, fmt.Errorf("open checkpoint of %s: the signature does not verify", origin)
		}
		return h, []byte(n.text + "\n" + s.line()), nil
	}
	return Head{}, nil, fmt.Errorf("open checkpoint of %s: it carries no signature by that key", origin)
}

func checkpointText(origin string, h Head) string {
	return origin + "\n" + strconv.FormatInt(h.Size, 10) + "\n" + h.Root.String() + "\n"
}

// parseCheckpointText reads the three lines of a checkpoint in their one form.
func parseCheckpointText(text string) (origin string, h Head, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] == "" {
		return "", Head{}, errors.New("want the three lines origin, size, root")
	}
	h.Size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || h.Size < 0 {
		return "", Head{}, fmt.Errorf("size %q is not a number", lines[1])
	}
	root, err := strict64.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return "", Head{}, fmt.Errorf("root %q is not a hash", lines[2])
	}
	h.Root = Hash(root)
	if checkpointText(lines[0], h) != text {
		return "", Head{}, errors.New("size or root is not in its one form")
	}
	if h.Size == 0 && h.Root != emptyRoot() {
		return "", Head{}, errors.New("an empty journal cannot have that root")
	}
	return lines[0], h, nil
}

// A signedNote is a note taken apart but not yet verified.
type signedNote struct {
	text string // ends in a newline
	sigs []sigLine
}

type sigLine struct {
	name string
	id   uint32
	sig  []byte
}

func (s sigLine) line() string {
	b := binary.BigEndian.AppendUint32(nil, s.id)
	return "— " + s.name + " " + base64.StdEncoding.EncodeToString(append(b, s.sig...)) + "\n"
}

// splitNote is stricter than note.Open: each signature line must be in its
// one encoding, and no key may sign twice. What it accepts, it can write again
// byte for byte, so that nothing hides in a stored or forwarded note.
func splitNote(msg []byte) (signedNote, error) {
	split := bytes.LastIndex(msg, []byte("\n\n"))
	if split < 0 {
		return signedNote{}, errors.New("malformed note: no signature block")
	}
	n := signedNote{text: string(msg[:split+1])}
	for line := range strings.Lines(string(msg[split+2:])) {
		s, err := parseSigLine(line)
		if err != nil {
			return signedNote{}, err
		}
		if slices.ContainsFunc(n.sigs, func(o sigLine) bool { return o.name == s.name && o.id == s.id }) {
			return signedNote{}, fmt.Errorf("malformed note: %s signs twice", s.name)
		}
		if n.sigs = append(n.sigs, s); len(n.sigs) > maxSignatures {
			return signedNote{}, errors.New("malformed note: too many signatures")
		}
	}
	if len(n.sigs) == 0 {
		return signedNote{}, errors.New("malformed note: no signatures")
	}
	return n, nil
}

func parseSigLine(line string) (sigLine, error) {
	rest, ok := strings.CutPrefix(line, "— ")
	name, b64, ok2 := strings.Cut(strings.TrimSuffix(rest, "\n"), " ")
	raw, err := strict64.DecodeString(b64)
	if !ok || !ok2 || err != nil || len(raw) < 5 || !keyName(name) {
		return sigLine{}, fmt.Errorf("malformed signature line %.80q", line)
	}
	s := sigLine{name: name, id: binary.BigEndian.Uint32(raw), sig: raw[4:]}
	if s.line() != line {
		return sigLine{}, fmt.Errorf("signature line %.80q is not in its one form", line)
	}
	return s, nil
}

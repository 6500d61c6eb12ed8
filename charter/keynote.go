package charter

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
	"golang.org/x/mod/sumdb/note"

	"parley/cell"
	"parley/journal"
)

// KeysHeader is the first line of a key note: the purpose for which a root key
// signs it.
const KeysHeader = "parley/keys/v1"

// maxKeyNote is the largest key note in bytes.
const maxKeyNote = 64 << 10

// SignKeyNote writes a key note and signs it with the desk's root key: a
// member alone replaces its own compromised keys (design 5, SEC-14).
func SignKeyNote(k cell.KeyNote, root note.Signer) ([]byte, error) {
	if err := k.Validate(); err != nil {
		return nil, fmt.Errorf("sign key note: %w", err)
	}
	body, err := yaml.Dump(k, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("sign key note: %w", err)
	}
	file, err := note.Sign(&note.Note{Text: KeysHeader + "\n" + string(body)}, root)
	if err != nil {
		return nil, fmt.Errorf("sign key note: %w", err)
	}
	return file, nil
}

// OpenKeyNote reads a key note against what is known of the agreement. It must
// be signed by the root key that the charter it names lists for that member,
// and by nobody else; it keeps that root key, changes no other member's keys,
// uses no key that stands anywhere in the agreement, and follows the desk's
// note before it.
func OpenKeyNote(file []byte, a cell.Agreement) (cell.KeyNote, error) {
	k, err := openKeyNote(file, a)
	if err != nil {
		return k, fmt.Errorf("open key note: %w", err)
	}
	return k, nil
}

func openKeyNote(file []byte, a cell.Agreement) (k cell.KeyNote, err error) {
	text, sigs, err := splitKeyNote(file)
	if err != nil {
		return k, err
	}
	if err := strictYAML(append([]byte("#"), text[len(KeysHeader):]...), &k); err != nil {
		return k, err
	}
	if err := k.Validate(); err != nil {
		return k, err
	}
	k.Hash, k.File = Hash(text), bytes.Clone(file)
	c, ok := a.Charters.Find(k.Charter)
	if !ok {
		return k, errors.New("the charter that it changes is not held here")
	}
	m, ok := c.Member(k.Desk)
	switch {
	case k.Cell != c.Cell:
		return k, fmt.Errorf("it is of cell %s, not of %s", k.Cell, c.Cell)
	case !ok:
		return k, fmt.Errorf("the charter has no member %q", k.Desk)
	case sigs[0].name != RootName(c.Cell, k.Desk):
		return k, fmt.Errorf("it is for the keys of %s and signed by %s: a desk replaces its own keys alone", k.Desk, sigs[0].name)
	case k.Keys.Root != m.Keys.Root:
		return k, errors.New("it names another root key: a root key is replaced by nobody")
	}
	if _, err := rootOf(c, sigs[0].name, sigs[0].id); err != nil {
		return k, err
	}
	name, _, pub, err := journal.ParseVKey(m.Keys.Root)
	if err != nil {
		return k, err
	}
	v, err := journal.NewVerifier(name, pub)
	if err != nil {
		return k, err
	}
	if !v.Verify(text, sigs[0].raw) {
		return k, fmt.Errorf("the signature of %s is wrong: text or signature was altered", k.Desk)
	}
	return k, followsNotes(k, c, a)
}

func splitKeyNote(file []byte) (text []byte, sigs []signature, err error) {
	if len(file) > maxKeyNote || !bytes.HasPrefix(file, []byte(KeysHeader+"\n")) {
		return nil, nil, fmt.Errorf("the first line is not %q", KeysHeader)
	}
	text, sigs, err = split(file)
	if errors.Is(err, errUnsigned) {
		return nil, nil, errors.New("it has no signatures")
	}
	if err != nil {
		return nil, nil, err
	}
	if len(sigs) != 1 {
		return nil, nil, fmt.Errorf("it has %d signatures: the desk's own root key, and only it, signs", len(sigs))
	}
	return text, sigs, nil
}

// followsNotes checks the number and that what changes is new.
func followsNotes(k cell.KeyNote, c *cell.Charter, a cell.Agreement) error {
	before := a.NotesOf(k.Desk)
	last := ""
	if n := len(before); n > 0 {
		last = before[n-1].Hash
	}
	if k.Number != len(before)+1 || k.Previous != last {
		return fmt.Errorf("it is number %d of %s and does not follow number %d, which is held", k.Number, k.Desk, len(before))
	}
	changed := a.Keys(k.Desk, c).Differ(k.Keys)
	if len(changed) == 0 {
		return errors.New("it changes no key")
	}
	pins, err := publicPins(c.Cell, cell.Member{Desk: k.Desk, Keys: k.Keys})
	if err != nil {
		return err
	}
	used, err := pinsOf(c.Cell, a)
	if err != nil {
		return err
	}
	for i, p := range pins {
		again := slices.Contains(changed, p.purpose) && used[p.pin]
		twice := slices.ContainsFunc(pins[:i], func(o purposePin) bool { return o.pin == p.pin })
		if again || twice {
			return fmt.Errorf("its %s key stands in the agreement already: a key that replaces another is new", p.purpose)
		}
	}
	return nil
}

// pinsOf gives every key that the agreement names anywhere.
func pinsOf(cellName string, a cell.Agreement) (map[string]bool, error) {
	out := map[string]bool{}
	for _, desk := range a.Desks() {
		for _, e := range a.Epochs(desk) {
			pins, err := publicPins(cellName, cell.Member{Desk: desk, Keys: e.Keys})
			if err != nil {
				return nil, err
			}
			for _, p := range pins {
				out[p.pin] = true
			}
		}
	}
	return out, nil
}

// PaperHash gives the hash by which a charter or a key note is known: of its
// text without the signatures; "" for what is neither.
func PaperHash(file []byte) string {
	text, _, err := split(file)
	if err != nil {
		return ""
	}
	return Hash(text)
}

// Grow reads one more paper of the agreement for the desk whose root key is
// ownRoot: the successor of the newest charter, or a member's key note. What is
// known already changes nothing; new says whether it was. A charter that lists
// a compromised key is refused.
func Grow(a cell.Agreement, file []byte, ownRoot string) (_ cell.Agreement, new bool, err error) {
	if bytes.HasPrefix(file, []byte(KeysHeader+"\n")) {
		text, _, err := splitKeyNote(file)
		if err != nil {
			return a, false, fmt.Errorf("open key note: %w", err)
		}
		if slices.ContainsFunc(a.Notes, func(n cell.KeyNote) bool { return n.Hash == Hash(text) }) {
			return a, false, nil
		}
		k, err := OpenKeyNote(file, a)
		if err != nil {
			return a, false, err
		}
		a.Notes = append(slices.Clone(a.Notes), k)
		return a, true, nil
	}
	text, _, err := split(file)
	if err != nil {
		return a, false, fmt.Errorf("open amendment: %w", err)
	}
	if _, ok := a.Charters.Find(Hash(text)); ok {
		return a, false, nil
	}
	c, signed, err := openNext(file, a.Charters.Newest())
	if err == nil {
		err = signedByOwn(c, signed, ownRoot)
	}
	if err == nil {
		err = a.Revives(c)
	}
	if err != nil {
		return a, false, err
	}
	a.Charters = append(slices.Clone(a.Charters), c)
	return a, true, nil
}

// OpenAgreement reads charters and key notes in any order, from the oldest
// charter at hand on, as somebody who checks proofs holds them: each charter
// must follow the one before it. It need not begin with the first version.
func OpenAgreement(files [][]byte) (cell.Agreement, error) {
	var a cell.Agreement
	var notes [][]byte
	type read struct {
		*cell.Charter
		signed map[string]bool
	}
	var list []read
	for _, f := range files {
		if bytes.HasPrefix(f, []byte(KeysHeader+"\n")) {
			notes = append(notes, f)
			continue
		}
		hash := PaperHash(f)
		if slices.ContainsFunc(list, func(r read) bool { return r.Hash == hash }) {
			continue
		}
		c, signed, err := open(f)
		if err == nil {
			err = mustSign(c, c, signed)
		}
		if err != nil {
			return a, fmt.Errorf("open charter: %w", err)
		}
		list = append(list, read{c, signed})
	}
	slices.SortFunc(list, func(x, y read) int { return x.Version - y.Version })
	for i, r := range list {
		if i > 0 && list[i-1].Version == r.Version {
			return a, fmt.Errorf("open charters: there are two different versions %d", r.Version)
		}
		if i > 0 {
			if err := follows(r.Charter, r.signed, list[i-1].Charter); err != nil {
				return a, fmt.Errorf("open charters: %w", err)
			}
		}
		a.Charters = append(a.Charters, r.Charter)
	}
	if len(a.Charters) == 0 {
		return a, errors.New("open charters: there is none")
	}
	return addNotes(a, notes)
}

// addNotes adds key notes, each once those before it are there.
func addNotes(a cell.Agreement, notes [][]byte) (cell.Agreement, error) {
	for len(notes) > 0 {
		var left [][]byte
		var failed error
		for _, f := range notes {
			next, _, err := Grow(a, f, "")
			if err != nil {
				left, failed = append(left, f), err
				continue
			}
			a = next
		}
		if len(left) == len(notes) {
			return a, failed
		}
		notes = left
	}
	return a, nil
}

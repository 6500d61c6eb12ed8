package cell

import (
	"fmt"
	"slices"
)

// KeyNote replaces a desk's own keys, signed by its root key alone (design 5):
// when a key is compromised nobody can wait for the other desks' signatures.
// Every desk accepts it for that member's keys and for nothing else. What the
// old journal key signed beyond Head counts no longer; records written from
// From on, up to the note, are shown as in doubt (SEC-14).
type KeyNote struct {
	Cell     string `yaml:"cell"`
	Desk     string `yaml:"desk"`
	Number   int    `yaml:"number"`   // 1, 2, 3… of this desk
	Previous string `yaml:"previous"` // hash of the desk's note before it, "" for the first
	Charter  string `yaml:"charter"`  // hash of the charter that it changes
	Gen      int    `yaml:"gen"`      // of the desk's journal
	Size     int64  `yaml:"size"`     // entries that the old journal key has signed
	Head     string `yaml:"head"`     // hex root of the tree of so many entries
	From     int64  `yaml:"from"`     // the doubt begins, UTC milliseconds
	Until    int64  `yaml:"until"`    // the doubt ends: when the note was made
	Keys     Keys   `yaml:"keys"`

	Hash string `yaml:"-"` // hex SHA-256 of the signed text
	File []byte `yaml:"-"` // text and signature
}

// Validate checks the form of what can be checked from the note alone.
func (k KeyNote) Validate() error {
	switch {
	case !IsWord(k.Cell) || !IsWord(k.Desk):
		return Invalidf("desk", "cell %q and desk %q are not both short lower-case words", k.Cell, k.Desk)
	case k.Number < 1 || (k.Number == 1) != (k.Previous == ""):
		return Invalidf("number", "the first note of a desk has no predecessor, every later one has")
	case k.Previous != "" && !IsHash(k.Previous) || !IsHash(k.Charter) || !IsHash(k.Head):
		return Invalidf("charter", "not a SHA-256 in hexadecimal")
	case k.Gen < 1 || k.Size < 0:
		return Invalidf("size", "not a generation from 1 and a size from 0")
	case k.From <= 0 || k.Until < k.From || k.Until > maxTime:
		return Invalidf("from", "the doubt does not begin before it ends")
	}
	return nil
}

// Agreement is all that a desk knows of what the members agreed and with which
// keys they sign: the charters, and the key notes on them.
type Agreement struct {
	Charters Chain
	Notes    []KeyNote // of each desk in the order of their numbers
}

// Epoch is a time in which a desk signs with the same keys. It begins with a
// charter, or with a key note on it.
type Epoch struct {
	Hash string   // of the charter or the note
	Keys Keys     //
	Note *KeyNote // nil when it begins with a charter
}

// Epochs gives a desk's keys from the oldest on. A key that the desk replaced
// by a note stays replaced, also where a later charter still lists it.
func (a Agreement) Epochs(desk string) []Epoch {
	var out []Epoch
	dead := map[string]string{} // purpose and old key → the key in its place
	for _, c := range a.Charters {
		m, ok := c.Member(desk)
		if !ok {
			continue
		}
		keys := m.Keys
		for _, p := range purposes {
			for next, ok := dead[p+keys.Of(p)]; ok; next, ok = dead[p+keys.Of(p)] {
				keys = keys.With(p, next)
			}
		}
		out = append(out, Epoch{Hash: c.Hash, Keys: keys})
		for i := range a.Notes {
			n := &a.Notes[i]
			if n.Desk != desk || n.Charter != c.Hash {
				continue
			}
			for _, p := range keys.Differ(n.Keys) {
				dead[p+keys.Of(p)] = n.Keys.Of(p)
			}
			keys = n.Keys
			out = append(out, Epoch{Hash: n.Hash, Keys: keys, Note: n})
		}
	}
	return out
}

// Keys gives what a desk signs with under a charter, its key notes counted.
func (a Agreement) Keys(desk string, c *Charter) Keys {
	var keys Keys
	for _, e := range a.Epochs(desk) {
		if e.Hash == c.Hash || e.Note != nil && e.Note.Charter == c.Hash {
			keys = e.Keys
		}
	}
	return keys
}

// NotesOf gives the key notes of one desk, by number.
func (a Agreement) NotesOf(desk string) []KeyNote {
	return slices.DeleteFunc(slices.Clone(a.Notes), func(n KeyNote) bool { return n.Desk != desk })
}

// Desks gives every desk that any of the charters names.
func (a Agreement) Desks() []string {
	var out []string
	for _, c := range a.Charters {
		out = append(out, c.Desks()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Revives says which replaced key a charter would bring back, nil when none:
// [Agreement.Epochs] would not let it, so the charter would say what is not so.
func (a Agreement) Revives(c *Charter) error {
	for _, m := range c.Members {
		epochs := a.Epochs(m.Desk)
		for i := 1; i < len(epochs); i++ {
			old := epochs[i-1].Keys
			for _, p := range old.Differ(epochs[i].Keys) {
				if epochs[i].Note != nil && m.Keys.Of(p) == old.Of(p) {
					return fmt.Errorf("version %d lists the %s key of %s that %s has replaced as compromised", c.Version, p, m.Desk, m.Desk)
				}
			}
		}
	}
	return nil
}

var purposes = []string{"root", "journal", "witness", "tls", "sealing"}

// Of gives the key of a purpose, as text.
func (k Keys) Of(purpose string) string {
	switch purpose {
	case "root":
		return k.Root
	case "journal":
		return k.Journal
	case "witness":
		return k.Witness
	case "tls":
		return k.TLS
	case "sealing":
		return k.Sealing
	}
	return ""
}

// With gives the keys with another one for a purpose.
func (k Keys) With(purpose, key string) Keys {
	switch purpose {
	case "root":
		k.Root = key
	case "journal":
		k.Journal = key
	case "witness":
		k.Witness = key
	case "tls":
		k.TLS = key
	case "sealing":
		k.Sealing = key
	}
	return k
}

// Differ gives the purposes for which two sets of keys have different ones.
func (k Keys) Differ(o Keys) []string {
	return slices.DeleteFunc(slices.Clone(purposes), func(p string) bool { return k.Of(p) == o.Of(p) })
}

// Paper is a signed file of the agreement: a charter or a key note. Desks hand
// them to each other: they prove themselves.
type Paper struct {
	Hash string // of its text
	File []byte
}

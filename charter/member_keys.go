package charter

import (
	"fmt"
	"maps"
	"slices"

	"filippo.io/age"

	"parley/cell"
	"parley/journal"
)

// checkKeys reads every key of every member and refuses one that stands twice
// anywhere, also under another purpose (design 2, "Keys": each for one
// purpose).
func checkKeys(c *cell.Charter) error {
	used := map[string]string{}
	use := func(key, owner string) error {
		if before, dup := used[key]; dup {
			return fmt.Errorf("the %s is the same key as the %s: each key is for one purpose", owner, before)
		}
		used[key] = owner
		return nil
	}
	for i, m := range c.Members {
		at := fmt.Sprintf("members/%d/keys", i)
		pins, err := publicPins(c.Cell, m)
		if err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		for _, p := range pins {
			if err := use(p.pin, p.purpose+" key of "+m.Desk); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
		}
	}
	return nil
}

type purposePin struct{ purpose, pin string }

// publicPins checks the keys of a member and gives for each a text that is the
// same whenever the key is the same.
func publicPins(cellName string, m cell.Member) ([]purposePin, error) {
	var out []purposePin
	for _, k := range []struct {
		purpose, vkey, name string
		typ                 byte
	}{
		{Root, m.Keys.Root, RootName(cellName, m.Desk), journal.KeyEd25519},
		{Journal, m.Keys.Journal, journal.Origin(cellName, m.Desk, 1), journal.KeyEd25519},
		{Witness, m.Keys.Witness, WitnessName(cellName, m.Desk), journal.KeyCosignature},
	} {
		name, typ, pub, err := journal.ParseVKey(k.vkey)
		if err != nil {
			return nil, fmt.Errorf("%s key of %s: %w", k.purpose, m.Desk, err)
		}
		if name != k.name || typ != k.typ {
			return nil, fmt.Errorf("%s key of %s: it is %q of type %#02x, want %q of type %#02x", k.purpose, m.Desk, name, typ, k.name, k.typ)
		}
		pin, err := Pin(pub)
		if err != nil {
			return nil, err
		}
		out = append(out, purposePin{k.purpose, pin})
	}
	if b, err := strict64.DecodeString(m.Keys.TLS); err != nil || len(b) != 32 {
		return nil, fmt.Errorf("tls key of %s: want the base64 of a SHA-256", m.Desk)
	}
	out = append(out, purposePin{TLS, m.Keys.TLS})
	if m.Keys.Sealing != "" {
		r, err := age.ParseHybridRecipient(m.Keys.Sealing)
		if err != nil || r.String() != m.Keys.Sealing {
			return nil, fmt.Errorf("sealing key of %s: not a hybrid recipient of age (age1pq1…)", m.Desk)
		}
		out = append(out, purposePin{Sealing, m.Keys.Sealing})
	}
	for _, purpose := range slices.Sorted(maps.Keys(m.Keys.MLDSA)) {
		out = append(out, purposePin{"ML-DSA " + purpose, m.Keys.MLDSA[purpose]})
	}
	return out, nil
}

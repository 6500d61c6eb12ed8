package cell_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/journal"
)

// SUP-01 T: a sealed copy opens with the record's own salt and no other, and
// only to the record that the entry commits to.
func TestSUP01ASealedCopyOpensWithItsSaltAlone(t *testing.T) {
	salt, other := journal.Salt{1, 2, 3}, journal.Salt{1, 2, 4}
	record := []byte(`{"v":1,"body":{"text":"between the two of us"}}`)
	sealed, err := cell.Seal(salt[:], record)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, record[:12]) {
		t.Error("the copy can be read as it is")
	}
	entry := journal.Commit(salt, record)
	commitment := hex.EncodeToString(entry[:])
	got, err := cell.Unseal(commitment, hex.EncodeToString(salt[:]), sealed)
	if err != nil || !bytes.Equal(got, record) {
		t.Errorf("%s, %v", got, err)
	}
	changed := bytes.Clone(sealed)
	changed[3] ^= 1
	elsewhere := journal.Commit(salt, []byte(`{"v":1,"body":{"text":"something else"}}`))
	for what, try := range map[string]func() ([]byte, error){
		"another salt":   func() ([]byte, error) { return cell.Unseal(commitment, hex.EncodeToString(other[:]), sealed) },
		"a shorter salt": func() ([]byte, error) { return cell.Unseal(commitment, hex.EncodeToString(salt[:16]), sealed) },
		"no salt":        func() ([]byte, error) { return cell.Unseal(commitment, "auto", sealed) },
		"a changed copy": func() ([]byte, error) { return cell.Unseal(commitment, hex.EncodeToString(salt[:]), changed) },
		"nothing":        func() ([]byte, error) { return cell.Unseal(commitment, hex.EncodeToString(salt[:]), nil) },
		"of another entry": func() ([]byte, error) {
			return cell.Unseal(hex.EncodeToString(elsewhere[:]), hex.EncodeToString(salt[:]), sealed)
		},
		"of an empty entry": func() ([]byte, error) { return cell.Unseal("", hex.EncodeToString(salt[:]), sealed) },
	} {
		if got, err := try(); !errors.Is(err, cell.ErrSealed) || got != nil {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
}

// SUP-01 T: the bytes of a sealed copy are those that anybody computes from the
// format: the key, the nonce and the tag stay as they are.
func TestSUP01TheSealIsForEver(t *testing.T) {
	salt := journal.Salt{7}
	sealed, err := cell.Seal(salt[:], []byte(`{}`))
	if got := hex.EncodeToString(sealed); err != nil || got != sealedExample {
		t.Errorf("%s, %v", got, err)
	}
}

// sealedExample is the copy of {} under a salt of 07 and 31 zero bytes, as another
// implementation of HKDF (RFC 5869) and AES-GCM makes it.
const sealedExample = "fe7db4afd9783b9ac65914738220addce580"

// SUP-01, HOT-05 T: life safety goes to the supervisor in every mode; nothing
// else between the parties does.
func TestSUP01LifeSafetyPassesInEveryMode(t *testing.T) {
	saving := cell.Modules{{Name: "toy", Kinds: []cell.Kind{cell.KindOf("toy.ask/1", ask{}).Opening().Saving()}}}
	for mode, want := range map[string][2]bool{ // kept with the supervisor, and without
		cell.ModeRelay: {true, false}, cell.ModeCopy: {true, false}, cell.ModeSealed: {true, true}, cell.ModeMetadata: {true, true},
	} {
		c := *celltest.Charter(t)
		c.Baskets = map[string]string{"commerce": mode}
		c.Templates = append(slices.Clone(c.Templates), cell.Template{Code: "ASK", Kind: "toy.ask/1", Version: 1, Precedence: cell.Routine, Basket: "commerce"})
		for i, to := range [][]string{{"bravo", "supervisor"}, {"bravo"}} {
			h := celltest.NewHistory(&c, saving)
			r := h.Add(t, "alpha", "toy.ask/1", ask{}, func(r *cell.Record) { r.To = to })
			broken := slices.ContainsFunc(cell.Judge(r, saving, cell.Past{}, &c), func(b cell.Breach) bool { return b.Rule == "cell.mode" })
			if broken == want[i] {
				t.Errorf("mode %s, to %v: kept is %v, want %v", mode, to, !broken, want[i])
			}
		}
	}
}

// SUP-01 T: in no mode is the supervisor kept from speaking to both parties, and
// nobody seals a copy for a desk that is addressed.
func TestSUP01TheSupervisorSpeaksInEveryMode(t *testing.T) {
	plain := cell.Modules{{Name: "toy", Kinds: []cell.Kind{cell.KindOf("toy.ask/1", ask{}).Opening()}}}
	for _, mode := range []string{cell.ModeRelay, cell.ModeCopy, cell.ModeSealed, cell.ModeMetadata} {
		c := *celltest.Charter(t)
		c.Baskets = map[string]string{"commerce": mode}
		c.Templates = append(slices.Clone(c.Templates), cell.Template{Code: "ASK", Kind: "toy.ask/1", Version: 1, Precedence: cell.Routine, Basket: "commerce"})
		h := celltest.NewHistory(&c, plain)
		r := h.Add(t, "supervisor", "toy.ask/1", ask{}, func(r *cell.Record) { r.To = []string{"alpha", "bravo"} })
		if b := cell.Judge(r, plain, cell.Past{}, &c); len(b) > 0 || len(c.Sealed(r.Record, "commerce")) > 0 {
			t.Errorf("mode %s: breaches %v, a copy is sealed: %v", mode, b, c.Sealed(r.Record, "commerce"))
		}
		between := h.Add(t, "alpha", "toy.ask/1", ask{}, func(r *cell.Record) { r.To = []string{"bravo"} })
		if got := c.Sealed(between.Record, "commerce"); slices.Equal(got, []string{"supervisor"}) != (mode == cell.ModeSealed) {
			t.Errorf("mode %s: a copy of what passes between the parties is sealed for %v", mode, got)
		}
		copied := h.Add(t, "alpha", "toy.ask/1", ask{}, nil)
		if len(c.Sealed(copied.Record, "commerce")) > 0 {
			t.Errorf("mode %s: a copy is sealed for a desk that is addressed", mode)
		}
	}
}

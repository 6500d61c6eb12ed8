package charter

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

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

// checkReferences refuses desks and levels that do not exist.
func checkReferences(c *cell.Charter) error {
	member := func(at string, desks ...string) error {
		for _, d := range desks {
			if c.Role(d) == "" {
				return cell.Invalidf(at, "%q is not a member", d)
			}
		}
		return nil
	}
	for _, p := range cell.Precedences() {
		for i, r := range c.Clocks[p].Ladder {
			at := fmt.Sprintf("clocks/%s/ladder/%d", p, i)
			if r.Desk != "" {
				if err := member(at+"/desk", r.Desk); err != nil {
					return err
				}
			}
			if i > 0 && r.After <= c.Clocks[p].Ladder[i-1].After {
				return cell.Invalidf(at+"/after", "a rung comes after the one before it")
			}
		}
	}
	for i, l := range c.LineChecks {
		at := fmt.Sprintf("line_checks/%d", i)
		if _, err := time.Parse("15:04", l.At); err != nil {
			return cell.Invalidf(at+"/at", "%q is not a time such as 09:00", l.At)
		}
		if err := member(at, append([]string{l.By}, l.To...)...); err != nil {
			return err
		}
		if len(l.To) == 0 || slices.Contains(l.To, l.By) {
			return cell.Invalidf(at+"/to", "a check goes to other desks")
		}
	}
	if err := member("dissemination", slices.Sorted(maps.Keys(c.Dissemination))...); err != nil {
		return err
	}
	if err := member("reservations", slices.Sorted(maps.Keys(c.Reservations))...); err != nil {
		return err
	}
	if c.Protocol < 1 {
		return cell.Invalidf("protocol", "%d is below 1", c.Protocol)
	}
	if c.Quotas.RecordsPerHour < 1 || c.Quotas.LifeSafetyPerHour < 1 {
		return cell.Invalidf("quotas", "a quota is at least 1 record an hour")
	}
	return nil
}

var fieldTypes = []string{"text", "choice", "place", "time", "number", "ref", "free", "desks", "level", "list"}

var placeholderRE = regexp.MustCompile(`\{[^{}]*\}`)

// checkWording refuses what forms and print could not show.
func checkWording(c *cell.Charter) error {
	if err := everyLanguage("title", c.Title); err != nil {
		return err
	}
	for i, t := range c.CheckTexts {
		if err := everyLanguage(fmt.Sprintf("check_texts/%d", i+1), t); err != nil {
			return err
		}
	}
	for _, p := range cell.Precedences() {
		if err := everyLanguage("clocks/"+string(p)+"/name", c.Clocks[p].Name); err != nil {
			return err
		}
	}
	for _, l := range slices.Sorted(maps.Keys(c.LadderLevels)) {
		if err := everyLanguage("ladder_levels/"+l, c.LadderLevels[l]); err != nil {
			return err
		}
	}
	for _, d := range slices.Sorted(maps.Keys(c.Reservations)) {
		if err := everyLanguage("reservations/"+d, c.Reservations[d]); err != nil {
			return err
		}
	}
	for _, d := range slices.Sorted(maps.Keys(c.Dissemination)) {
		for i, l := range c.Dissemination[d] {
			if err := everyLanguage(fmt.Sprintf("dissemination/%s/%d", d, i), l.Name); err != nil {
				return err
			}
		}
	}
	seen := map[string]bool{}
	for i, s := range c.Stock {
		at := fmt.Sprintf("stock/%d", i)
		if seen[s.Code] || len(s.Code) != 1 || s.Code < "1" || s.Code > "9" {
			return cell.Invalidf(at+"/code", "%q is not a digit from 1 to 9 of its own", s.Code)
		}
		seen[s.Code] = true
		if err := (cell.Position{Position: s.Position}).Validate(); err != nil {
			return cell.Invalidf(at+"/position", "%q cannot be a stock reply", s.Position)
		}
		if err := everyLanguage(at+"/text", s.Text); err != nil {
			return err
		}
	}
	return checkTemplates(c)
}

func checkTemplates(c *cell.Charter) error {
	codes := map[string]bool{}
	for _, t := range c.Templates {
		at := "templates/" + t.Code
		switch {
		case codes[t.Code] || t.Code == "":
			return cell.Invalidf(at+"/code", "a template has a code of its own")
		case t.Version < 1:
			return cell.Invalidf(at+"/version", "%d is below 1", t.Version)
		case !slices.Contains([]string{"required", "optional", "none"}, t.About):
			return cell.Invalidf(at+"/about", "%q is not required, optional or none", t.About)
		case t.Status != "" && t.Status != cell.Test:
			return cell.Invalidf(at+"/status", "%q is not TEST", t.Status)
		}
		codes[t.Code] = true
		known := []string{}
		for _, f := range t.Fields {
			if !slices.Contains(fieldTypes, f.Type) {
				return cell.Invalidf(at+"/fields/"+f.Name+"/type", "%q is not one of %s", f.Type, strings.Join(fieldTypes, ", "))
			}
			if slices.Contains(known, "{"+f.Name+"}") {
				return cell.Invalidf(at+"/fields/"+f.Name, "the field stands twice")
			}
			known = append(known, "{"+f.Name+"}")
		}
		known = append(known, "{from}", "{dtg}")
		for _, lang := range cell.Languages() {
			for _, p := range placeholderRE.FindAllString(t.Sentence[lang], -1) {
				if !slices.Contains(known, p) {
					return cell.Invalidf(at+"/sentence/"+lang, "%s is not a field", p)
				}
			}
		}
		for i, a := range t.Acks {
			if !slices.Contains([]string{"", "parties", cell.Supervisor, "all"}, a.By) {
				return cell.Invalidf(fmt.Sprintf("%s/acks/%d/by", at, i), "%q is not parties, supervisor or all", a.By)
			}
		}
	}
	return nil
}

// checkPlaces refuses a gazetteer that could send somebody to a wrong place.
func checkPlaces(c *cell.Charter) error {
	seen := map[string]bool{}
	for i, p := range c.Places {
		at := fmt.Sprintf("places/%d", i)
		if p.ID == "" || seen[p.ID] {
			return cell.Invalidf(at+"/id", "%q is not an ID of its own", p.ID)
		}
		seen[p.ID] = true
		if err := (cell.Place{ID: p.ID, Lat: p.Lat, Lon: p.Lon, Notation: "DD"}).Validate(at); err != nil {
			return err
		}
		if err := everyLanguage(at+"/name", p.Name); err != nil {
			return err
		}
		if c.SharesName(p) {
			if err := everyLanguage(at+"/district", p.District); err != nil {
				return fmt.Errorf("%w (another place has the same name)", err)
			}
		}
	}
	return nil
}

func everyLanguage(at string, t cell.T3) error {
	for _, l := range cell.Languages() {
		if strings.TrimSpace(t[l]) == "" {
			return cell.Invalidf(at, "no wording in %q", l)
		}
	}
	for l := range t {
		if !slices.Contains(cell.Languages(), l) {
			return cell.Invalidf(at, "wording in %q, which is not a language of the cell", l)
		}
	}
	return nil
}

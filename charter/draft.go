package charter

import (
	_ "embed" // for default.yaml
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// defaults is what every charter begins from: clocks, ladder, wording.
//
//go:embed default.yaml
var defaults []byte

// order is the order of the top-level keys in a charter that [Draft] writes:
// first who and where, then the clocks, last the long lists of wording.
var order = []string{
	"cell", "title", "version", "predecessor", "status", "protocol", "zone", "languages",
	"notice", "reservations", "members", "links", "baskets", "proof_officers", "quotas",
	"clocks", "ladder_levels", "line_checks", "dissemination", "places",
	"activities", "margins", "ground", "deciding", "blind", "horizon", "overdue", "pass_on", "holds", "protection", "stalemate", "report_at", "watch", "phases", "lines", "zones", "limits",
	"agreed", "holdings", "owed",
	"stock", "check_texts", "templates",
}

const draftHeader = Header + `
#
# The charter of a coordination cell: the agreement that its desks run on, as
# data. It takes effect when every party and supervisor listed under "members"
# has signed this text with its root key; one altered letter ends that.
# Times such as 2m or 12h are limits; Z O P R are FLASH, IMMEDIATE, PRIORITY
# and ROUTINE. docs/formats/charter.md describes every key.

`

// Draft makes the text of a first charter from four sources: the built-in
// defaults (clocks, ladder, wording in three languages, quotas), the templates
// that modules bring (each a YAML list, appended in the order given), a theatre
// (YAML with the cell's name, its members without keys, places, levels and
// line checks; a top-level key of the theatre replaces the default's), and the
// members' public keys. The same input gives the same text. The result is
// valid ([Parse]) and is to be read, negotiated and signed by people.
func Draft(theatre []byte, members []PublicDesk, templates ...[]byte) ([]byte, error) {
	merged, err := topLevel("defaults", defaults)
	if err != nil {
		return nil, fmt.Errorf("draft charter: %w", err)
	}
	if err := addTemplates(merged["templates"].value, templates); err != nil {
		return nil, fmt.Errorf("draft charter: %w", err)
	}
	own, err := topLevel("theatre", theatre)
	if err != nil {
		return nil, fmt.Errorf("draft charter: %w", err)
	}
	for key, v := range own {
		merged[key] = v
	}
	if err := insertKeys(merged, members); err != nil {
		return nil, fmt.Errorf("draft charter: %w", err)
	}
	text, err := compose(merged)
	if err != nil {
		return nil, fmt.Errorf("draft charter: %w", err)
	}
	return text, nil
}

// Amend makes the text of the version after prev (its bare text or its note):
// the top-level keys in changes (YAML) replace those of prev, the version goes
// up by one and prev is named as predecessor. All founders sign it anew.
func Amend(prev, changes []byte) ([]byte, error) {
	if hasSignatures(prev) {
		text, _, err := split(prev)
		if err != nil {
			return nil, fmt.Errorf("amend charter: %w", err)
		}
		prev = text
	}
	before, err := Parse(prev)
	if err != nil {
		return nil, fmt.Errorf("amend charter: %w", err)
	}
	merged, err := topLevel("charter", asComment(prev))
	if err != nil {
		return nil, fmt.Errorf("amend charter: %w", err)
	}
	own, err := topLevel("changes", changes)
	if err != nil {
		return nil, fmt.Errorf("amend charter: %w", err)
	}
	for key, v := range own {
		merged[key] = v
	}
	merged["version"] = pair{word("version"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(before.Version + 1)}}
	merged["predecessor"] = pair{word("predecessor"), word(before.Hash)}
	text, err := compose(merged)
	if err != nil {
		return nil, fmt.Errorf("amend charter: %w", err)
	}
	after, err := Parse(text)
	if err == nil {
		err = Succeeds(after, before)
	}
	if err != nil {
		return nil, fmt.Errorf("amend charter: %w", err)
	}
	return text, nil
}

// compose writes the sections in their order and checks the result.
func compose(merged map[string]pair) ([]byte, error) {
	doc := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, key := range order {
		if kv, ok := merged[key]; ok {
			doc.Content = append(doc.Content, kv.key, kv.value)
		}
		delete(merged, key)
	}
	for key, kv := range merged {
		return nil, fmt.Errorf("line %d: %q is not a key of a charter", kv.key.Line, key)
	}
	body, err := yaml.Dump(doc, yaml.WithIndent(2), yaml.WithLineWidth(-1), yaml.WithCompactSeqIndent(false))
	if err != nil {
		return nil, err
	}
	text := []byte(draftHeader + spaced(string(body)))
	if _, err := Parse(text); err != nil {
		return nil, err
	}
	return text, nil
}

// spaced puts an empty line before each section, for people.
func spaced(body string) string {
	var b strings.Builder
	comment := false
	for line := range strings.Lines(body) {
		top := strings.HasPrefix(line, "#") || (line[0] != ' ' && strings.HasSuffix(line, ":\n"))
		if top && !comment {
			b.WriteByte('\n')
		}
		comment = strings.HasPrefix(line, "#")
		b.WriteString(line)
	}
	return b.String()
}

type pair struct{ key, value *yaml.Node }

// topLevel reads the top-level keys of a YAML mapping, with their comments.
func topLevel(what string, text []byte) (map[string]pair, error) {
	doc, err := loadNode(text)
	if err == nil {
		err = plainYAML(doc)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: not a list of keys and values", what)
	}
	out := map[string]pair{}
	m := doc.Content[0]
	for i := 0; i+1 < len(m.Content); i += 2 {
		out[m.Content[i].Value] = pair{m.Content[i], m.Content[i+1]}
	}
	return out, nil
}

// insertKeys writes each member's public keys under its entry.
func insertKeys(merged map[string]pair, desks []PublicDesk) error {
	list, ok := merged["members"]
	if !ok || list.value.Kind != yaml.SequenceNode {
		return fmt.Errorf("the theatre lists no members")
	}
	left := slices.Clone(desks)
	for _, m := range list.value.Content {
		desk := ""
		if v := value(m, "desk"); v != nil {
			desk = v.Value
		}
		if m.Kind != yaml.MappingNode || value(m, "keys") != nil {
			return fmt.Errorf("line %d: a member of a theatre has no keys yet", m.Line)
		}
		i := slices.IndexFunc(left, func(p PublicDesk) bool { return p.Desk == desk })
		if i < 0 {
			return fmt.Errorf("line %d: there are no public keys of member %q", m.Line, desk)
		}
		if c := merged["cell"]; c.value == nil || c.value.Value != left[i].Cell {
			return fmt.Errorf("the public keys of %s are for cell %q", desk, left[i].Cell)
		}
		if err := addPublic(m, left[i]); err != nil {
			return err
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		var names []string
		for _, p := range left {
			names = append(names, p.Desk)
		}
		return fmt.Errorf("there are public keys of %s, which the theatre does not list", strings.Join(names, ", "))
	}
	return nil
}

// addPublic writes a desk's keys into its member entry, and its addresses when
// it named some.
func addPublic(m *yaml.Node, p PublicDesk) error {
	if len(p.Addresses) > 0 {
		var list yaml.Node
		if err := list.Dump(p.Addresses); err != nil {
			return err
		}
		list.Style = yaml.FlowStyle
		if v := value(m, "addresses"); v != nil {
			*v = list
		} else {
			m.Content = append(m.Content, word("addresses"), &list)
		}
	}
	var keys yaml.Node
	if err := keys.Dump(p.Keys); err != nil {
		return err
	}
	m.Content = append(m.Content, word("keys"), &keys)
	return nil
}

func word(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// value gives the value of a key in a mapping, nil when it is not there.
func value(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

package charter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"parley/cell"
)

// Header is the first line of every charter text: the purpose for which a
// root key signs it (design 2, "Keys").
const Header = "parley/charter/v1"

// Parse reads the text of a charter: the line [Header], then YAML. Unknown
// and duplicate keys, aliases, tags and characters that make a text read
// otherwise than it is are refused with the line. The charter must pass
// [cell.Charter.Validate], its keys must be well formed and each stand for one
// purpose only, and what it refers to must exist. Hash is that of the text.
func Parse(text []byte) (*cell.Charter, error) {
	if err := checkText(text); err != nil {
		return nil, fmt.Errorf("read charter: %w", err)
	}
	var c cell.Charter
	if err := strictYAML(asComment(text), &c); err != nil {
		return nil, fmt.Errorf("read charter: %w", err)
	}
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("read charter: %w", err)
	}
	for _, check := range []func(*cell.Charter) error{checkKeys, checkReferences, checkWording, checkPlaces} {
		if err := check(&c); err != nil {
			return nil, fmt.Errorf("read charter: %w", err)
		}
	}
	c.Hash = Hash(text)
	return &c, nil
}

// Hash gives the hex SHA-256 of a charter's text without its signatures: the
// name by which records and amendments cite it.
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// checkText refuses what could make the text read otherwise than it is.
func checkText(text []byte) error {
	switch {
	case len(text) > maxText:
		return fmt.Errorf("the text has %d bytes, more than %d", len(text), maxText)
	case !bytes.HasPrefix(text, []byte(Header+"\n")):
		return fmt.Errorf("the first line is not %q", Header)
	case !bytes.HasSuffix(text, []byte("\n")):
		return errors.New("the text does not end with a line break")
	}
	line := 1
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == '\n':
			line++
		case r == utf8.RuneError && size == 1:
			return fmt.Errorf("line %d: not valid UTF-8", line)
		case r < 0x20 || r >= 0x7F && r < 0xA0:
			return fmt.Errorf("line %d: control character U+%04X", line, r)
		case cell.IsBidiControl(r):
			return fmt.Errorf("line %d: bidirectional control character U+%04X", line, r)
		case r == 0x2028 || r == 0x2029 || r == 0xFEFF || r == 0x200B:
			return fmt.Errorf("line %d: invisible character U+%04X", line, r)
		}
		i += size
	}
	return nil
}

// asComment makes the header a YAML comment, so that line numbers in errors
// are those of the file.
func asComment(text []byte) []byte {
	return append([]byte("#"), text[len(Header):]...)
}

// strictYAML reads one YAML document into v. It allows plain YAML only: what
// stands in the text is what holds, once and in one place.
func strictYAML(text []byte, v any) error {
	doc, err := loadNode(text)
	if err != nil {
		return err
	}
	if err := plainYAML(doc); err != nil {
		return err
	}
	return yamlError(doc.Load(v, yaml.WithKnownFields()))
}

var unknownKeyRE = regexp.MustCompile(`^field (.*) not found in type .*$`)

// yamlError says in plain words what the YAML reader found, with the lines.
func yamlError(err error) error {
	var found []string
	say := func(e *yaml.LoadError) {
		msg := unknownKeyRE.ReplaceAllString(e.Message, `key "$1" is not known`)
		found = append(found, fmt.Sprintf("line %d: %s", e.Mark.Line, msg))
	}
	if list, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		for _, e := range list.Errors {
			say(e)
		}
	} else if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		say(one)
	}
	if len(found) == 0 {
		return err
	}
	return errors.New(strings.Join(found, "; "))
}

// loadNode reads exactly one document.
func loadNode(text []byte) (*yaml.Node, error) {
	l, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithUniqueKeys())
	if err != nil {
		return nil, err
	}
	var doc, more yaml.Node
	if err := l.Load(&doc); err == io.EOF {
		return nil, errors.New("there is no content")
	} else if err != nil {
		return nil, yamlError(err)
	}
	if err := l.Load(&more); err != io.EOF {
		return nil, errors.New("there is more than one document")
	}
	return &doc, nil
}

func plainYAML(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return fmt.Errorf("line %d: anchors and aliases are not allowed", n.Line)
	case n.Style&yaml.TaggedStyle != 0:
		return fmt.Errorf("line %d: tags are not allowed", n.Line)
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return fmt.Errorf("line %d: a value is missing", n.Line)
	case n.Kind == yaml.ScalarNode && n.Tag == "!!merge":
		return fmt.Errorf("line %d: merge keys are not allowed", n.Line)
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if at, dup := seen[k.Value]; dup {
				return fmt.Errorf("line %d: key %q stands at line %d already", k.Line, k.Value, at)
			}
			seen[k.Value] = k.Line
		}
	}
	for _, child := range n.Content {
		if err := plainYAML(child); err != nil {
			return err
		}
	}
	return nil
}

package charter

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// addTemplates appends the templates of modules to those of every cell. Two of
// one code or one kind would leave open what is sent, so the second is refused
// by the names of both.
func addTemplates(all *yaml.Node, docs [][]byte) error {
	codes, kinds := map[string]string{}, map[string]string{}
	add := func(list *yaml.Node) error {
		for _, t := range list.Content {
			code, kind := scalar(t, "code"), scalar(t, "kind")
			if other, dup := codes[code]; dup {
				return fmt.Errorf("line %d: the templates of %s and %s have one code, %s", t.Line, other, kind, code)
			}
			if other, dup := kinds[kind]; dup {
				return fmt.Errorf("line %d: the templates %s and %s are of one kind, %s", t.Line, other, code, kind)
			}
			codes[code], kinds[kind] = kind, code
		}
		return nil
	}
	if err := add(all); err != nil {
		return fmt.Errorf("defaults: %w", err)
	}
	for i, text := range docs {
		list, err := templateList(text)
		if err == nil {
			err = add(list)
		}
		if err != nil {
			return fmt.Errorf("templates of module %d: %w", i+1, err)
		}
		all.Content = append(all.Content, list.Content...)
	}
	return nil
}

// templateList reads a YAML list whose entries are keys and values. The words
// at its head stay before its first entry.
func templateList(text []byte) (*yaml.Node, error) {
	doc, err := loadNode(text)
	if err == nil {
		err = plainYAML(doc)
	}
	if err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("not a list of templates")
	}
	list := doc.Content[0]
	for _, t := range list.Content {
		if t.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("line %d: a template is keys and values", t.Line)
		}
	}
	if len(list.Content) > 0 {
		if head := doc.HeadComment + list.HeadComment; head != "" {
			list.Content[0].HeadComment = head
		}
	}
	return list, nil
}

// scalar gives the text of a key in a mapping, "" when it is not there.
func scalar(m *yaml.Node, key string) string {
	if v := value(m, key); v != nil {
		return v.Value
	}
	return ""
}

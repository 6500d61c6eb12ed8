package cell

import (
	"slices"
)

// Template is the wording, the clocks and the print form of one kind: data
// that the members agreed (XC-03). Sentence has {field} placeholders.
type Template struct {
	Code       string     `yaml:"code"`
	Kind       string     `yaml:"kind"`
	Version    int        `yaml:"version"`
	Precedence Precedence `yaml:"precedence"`
	Status     string     `yaml:"status,omitempty"` // TEST for line checks, EXERCISE for drills; empty: the charter's
	Basket     string     `yaml:"basket,omitempty"` // whose supervision mode holds for it (SUP-01)
	About      string     `yaml:"about"`            // required, optional or none
	Officer    bool       `yaml:"officer"`          // offered to officers; false: the node writes it
	Name       T3         `yaml:"name"`
	Sentence   T3         `yaml:"sentence"`
	Fields     []Field    `yaml:"fields"`
	Acks       []AckSpec  `yaml:"acks"`
}

// Field describes one top-level field of a kind's body for forms and print.
type Field struct {
	Name     string   `yaml:"name"`
	Type     string   `yaml:"type"` // text choice place time number ref free desks level list area span height text3 grade volumes zone limit category activity
	Required bool     `yaml:"required,omitempty"`
	Label    T3       `yaml:"label"`
	Hint     T3       `yaml:"hint,omitempty"`
	Choices  []Choice `yaml:"choices,omitempty"`
	Fields   []Field  `yaml:"fields,omitempty"` // of each entry, where the entries of a list are objects
}

// Choice is one coded value with its wording.
type Choice struct {
	Value string `yaml:"value"`
	Name  T3     `yaml:"name"`
}

// AckSpec says which ack a template asks for, of whom, within which time of
// delivery (field/templates 10). Ack is one of the Need constants. By is
// "parties", "supervisor" or "all" addressees; empty means parties.
type AckSpec struct {
	Ack    string   `yaml:"ack"`
	By     string   `yaml:"by,omitempty"`
	Within Duration `yaml:"within"`
}

// Template gives the template of a kind.
func (c *Charter) Template(kind string) (Template, bool) {
	i := slices.IndexFunc(c.Templates, func(t Template) bool { return t.Kind == kind })
	if i < 0 {
		return Template{}, false
	}
	return c.Templates[i], true
}

func (c *Charter) checkTemplates() error {
	seen := map[string]bool{}
	for _, t := range c.Templates {
		at := "templates/" + t.Code
		if !kindRE.MatchString(t.Kind) {
			return Invalidf(at+"/kind", "%q is not of the form module.act/version", t.Kind)
		}
		if seen[t.Kind] {
			return Invalidf(at+"/kind", "%q has two templates", t.Kind)
		}
		seen[t.Kind] = true
		if _, ok := c.Baskets[t.Basket]; t.Basket != "" && !ok {
			return Invalidf(at+"/basket", "%q is not among the charter's baskets", t.Basket)
		}
		if !t.Precedence.Valid() {
			return Invalidf(at+"/precedence", "%q is not Z, O, P or R", string(t.Precedence))
		}
		for what, text := range map[string]T3{"name": t.Name, "sentence": t.Sentence} {
			if err := everyLanguage(at+"/"+what, text); err != nil {
				return err
			}
		}
		if err := checkFields(at, t.Fields); err != nil {
			return err
		}
		for _, a := range t.Acks {
			if !slices.Contains(needs, a.Ack) {
				return Invalidf(at+"/acks", "%q is not an ack", a.Ack)
			}
		}
	}
	return nil
}

func checkFields(at string, fields []Field) error {
	for _, f := range fields {
		at := at + "/fields/" + f.Name
		if err := everyLanguage(at+"/label", f.Label); err != nil {
			return err
		}
		for _, ch := range f.Choices {
			if err := everyLanguage(at+"/choices/"+ch.Value, ch.Name); err != nil {
				return err
			}
		}
		if err := checkFields(at, f.Fields); err != nil {
			return err
		}
	}
	return nil
}

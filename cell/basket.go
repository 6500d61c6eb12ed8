package cell

import "strings"

// Basket gives the compartment of a kind or of a rule: the basket of its
// template, or, where the charter has no template for it, the one that all
// templates of its module share; "" for what is in none (SEC-07, SUP-01). The
// kernel's own kinds are in the basket of the matter that they are about.
func (c *Charter) Basket(kind string) string {
	if t, ok := c.Template(kind); ok {
		return t.Basket
	}
	module, _, _ := strings.Cut(kind, ".")
	shared, found := "", false
	for _, t := range c.Templates {
		switch m, _, _ := strings.Cut(t.Kind, "."); {
		case m != module:
		case found && t.Basket != shared:
			return ""
		default:
			shared, found = t.Basket, true
		}
	}
	return shared
}

// Telling is a body that says something of records which are not what it is
// about: only who sees all of those sees it.
type Telling interface {
	Tells() []Cite
}

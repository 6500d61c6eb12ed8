package node

import (
	"parley/cell"
)

// sayOf names a state, or what is waited for, in the words of the module where
// it has its own, otherwise in those of every matter.
func (n *Node) sayOf(family, module, name string) cell.T3 {
	if own := family + "." + module + "." + name; n.Words != nil && n.Words.Has(own) {
		return n.say(own, nil)
	}
	return n.say(family+"."+name, nil)
}

// Say gives a text of the catalogues in every language, for what speaks beside
// the screens: a page that wakes an officer.
func (n *Node) Say(key string, args map[string]string) cell.T3 { return n.say(key, args) }

// say gives a text of the catalogues in every language.
func (n *Node) say(key string, args map[string]string) cell.T3 {
	if n.Words == nil {
		return cell.T3{"en": key, "ar": key, "he": key}
	}
	a := map[string]any{}
	for k, v := range args {
		a[k] = v
	}
	out := cell.T3{}
	for _, l := range cell.Languages() {
		b := a
		if d, ok := args["desk"]; ok {
			b = map[string]any{}
			for k, v := range a {
				b[k] = v
			}
			b["desk"] = n.Config.Charter.DeskName(d).In(l)
			if list, ok := args["levels"]; ok {
				b["levels"] = n.levelNames(d, list, l)
			}
		}
		if f, ok := args["from"]; ok {
			b["from"] = n.Config.Charter.DeskName(f).In(l)
		}
		out[l] = n.Words.Text(l, key, b)
	}
	return out
}

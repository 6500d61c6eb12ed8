package node

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
)

// GivenAct is what a client may say of an act, to file it or to propose it.
// Only kind and body are wanted; the desk fills in the rest (design 2).
type GivenAct struct {
	Kind       string          `json:"kind"`
	To         []string        `json:"to"`
	About      string          `json:"about"`
	Cites      []string        `json:"cites"`
	Precedence cell.Precedence `json:"precedence"`
	Until      int64           `json:"until"`
	Role       string          `json:"role"`
	Body       jsontext.Value  `json:"body"`
}

// ReadAct reads an act strictly: no unknown, duplicate or case-variant member.
// Who acts is not in it: the role that is named is for the caller to grant. The
// error is a [*cell.Invalid] whose place is that in what was given.
func ReadAct(raw []byte) (GivenAct, Act, error) {
	var g GivenAct
	if err := cell.UnmarshalStrict(raw, &g); err != nil {
		return g, Act{}, err
	}
	a := Act{Kind: g.Kind, To: g.To, Precedence: g.Precedence, Until: g.Until, Body: g.Body}
	if g.Kind == "" {
		return g, a, cell.Invalidf("/kind", "no kind is given")
	}
	if len(g.Body) == 0 || g.Body.Kind() != '{' {
		return g, a, cell.Invalidf("/body", "the record's body is not an object")
	}
	if g.Precedence != "" && !g.Precedence.Valid() {
		return g, a, cell.Invalidf("/precedence", "%q is not Z, O, P or R", string(g.Precedence))
	}
	if g.About != "" {
		ref, err := cell.ParseRef(g.About)
		if err != nil {
			return g, a, cell.Invalidf("/about", "%v", err)
		}
		a.About = ref
	}
	for i, s := range g.Cites {
		c, err := cell.ParseCite(s)
		if err != nil {
			return g, a, cell.Invalidf(fmt.Sprintf("/cites/%d", i), "%v", err)
		}
		a.Cites = append(a.Cites, c)
	}
	return g, a, nil
}

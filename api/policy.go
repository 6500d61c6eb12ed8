package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
)

// kindRight is a line of the policy: a kind of record and what filing it wants.
type kindRight struct {
	Kind   string     `json:"kind"`
	Code   string     `json:"code"`
	Basket string     `json:"basket" doc:"The compartment, empty for none: everybody who may read sees it"`
	Right  cell.Right `json:"right" doc:"Empty: no officer files it, or it wants what opened the matter that it changes"`
	Also   cell.Right `json:"also" doc:"What some bodies of the kind want instead: a position that agrees binds the desk"`
	Node   bool       `json:"node" doc:"The node writes it"`
}

// policyAnswer is who may do what at this desk, as it decides by it.
type policyAnswer struct {
	Rights     []cell.Right   `json:"rights"`
	Roles      []cell.Granted `json:"roles"`
	BreakGlass []cell.Right   `json:"break_glass" doc:"What an officer has for an hour after breaking the glass, with every basket"`
	Baskets    []string       `json:"baskets"`
	Kinds      []kindRight    `json:"kinds"`
	Routes     []RouteRight   `json:"routes"`
}

type policyOutput struct{ Body policyAnswer }

func (h *host) policyRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/policy", "get-policy", "Who may do what at this desk: roles, kinds of records and routes, each with its rights (SEC-07)", signedIn), h.policy)
}

func (h *host) policy(context.Context, *struct{}) (*policyOutput, error) {
	c := h.Node.Charter()
	a := policyAnswer{Rights: cell.Rights(), Roles: cell.Policy(), BreakGlass: cell.BreakGlass(), Baskets: []string{}, Kinds: []kindRight{}, Routes: h.rights}
	for b := range c.Baskets {
		a.Baskets = append(a.Baskets, b)
	}
	slices.Sort(a.Baskets)
	kinds := cell.KernelKinds()
	for _, m := range h.Modules {
		kinds = append(kinds, m.Kinds...)
	}
	for _, k := range kinds {
		t, _ := c.Template(k.Name)
		line := kindRight{Kind: k.Name, Code: t.Code, Basket: c.Basket(k.Name), Right: k.Right(), Also: k.Also(), Node: h.nodeWrites(k.Name)}
		if line.Node || k.Follow() {
			line.Right = ""
		}
		a.Kinds = append(a.Kinds, line)
	}
	return &policyOutput{a}, nil
}

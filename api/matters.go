package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/node"
)

type mattersInput struct {
	State  string `query:"state" enum:"open,ended,all" default:"all"`
	Module string `query:"module" doc:"hotline, incident, …"`
	Code   string `query:"code" doc:"A template's code: CEASE"`
	Before string `query:"before" doc:"Key of the last matter shown"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type mattersOutput struct {
	Body struct {
		Matters []node.Item `json:"matters"`
		More    bool        `json:"more"`
	}
}

type keyInput struct {
	Key string `path:"key" doc:"desk:id"`
}

type matterOutput struct{ Body node.MatterView }

func (h *host) matterRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/matters", "list-matters", "Matters, newest first", cell.RightRead), h.matters)
	huma.Register(api, operation(http.MethodGet, "/api/v1/matters/{key}", "get-matter", "One matter with its records, each desk's column, and what this desk may do now", cell.RightRead), h.matter)
}

func (h *host) matters(ctx context.Context, in *mattersInput) (*mattersOutput, error) {
	items, more, err := h.Node.Matters(ctx, in.State, in.Module, in.Code, in.Before, in.Limit)
	if err != nil {
		return nil, h.problem(ctx, inQuery(err), nil)
	}
	out := &mattersOutput{}
	out.Body.Matters, out.Body.More = items, more
	return out, nil
}

func (h *host) matter(ctx context.Context, in *keyInput) (*matterOutput, error) {
	v, err := h.Node.MatterView(ctx, in.Key)
	if err != nil {
		return nil, h.problem(ctx, notFoundUnlessKey(err, in.Key), nil)
	}
	h.Node.Permit(&v, person(ctx).May)
	return &matterOutput{v}, nil
}

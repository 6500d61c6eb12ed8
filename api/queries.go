package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/node"
)

type translationsOutput struct {
	Body struct {
		Queue []node.ToTranslate `json:"queue"`
	}
}

type answerOutput struct{ Body any }

// checkQueries refuses modules whose queries cannot be told apart, or would
// hide a route of the desk itself.
func checkQueries(modules cell.Modules) error {
	taken := map[string]string{}
	for _, own := range []string{"desk", "watch", "matters", "records", "ceremony", "journals", "translations", "alarms", "events", "demo",
		"session", "signin", "signout", "enrol", "officers", "log", "policy", "proposals", "approvals", "geo"} {
		taken["/"+own] = "the desk itself"
	}
	for _, m := range modules {
		for _, q := range m.Queries {
			if !strings.HasPrefix(q.Path, "/") || strings.ContainsAny(q.Path, "{} ") || q.Run == nil || q.Name == "" {
				return fmt.Errorf("module %s: query %q: its path %q cannot be served", m.Name, q.Name, q.Path)
			}
			if who, ok := taken[q.Path]; ok {
				return fmt.Errorf("module %s: query %q: the path %s is that of %s", m.Name, q.Name, q.Path, who)
			}
			taken[q.Path] = "module " + m.Name
		}
	}
	return nil
}

// queryInput is what a module's query is asked for: as it stands in the address,
// for the module to read.
type queryInput struct{ values url.Values }

// Resolve takes what stands in the address.
func (in *queryInput) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	in.values = u.Query()
	return nil
}

// of gives what a query knows of it.
func (in *queryInput) of(q cell.Query) map[string]string {
	out := map[string]string{}
	for _, p := range q.Params {
		if v := in.values.Get(p.Name); v != "" {
			out[p.Name] = v
		}
	}
	return out
}

// parameters describes what a query may be asked for.
func parameters(q cell.Query) (out []*huma.Param) {
	for _, p := range q.Params {
		schema := &huma.Schema{Type: huma.TypeString}
		if p.Number {
			schema = &huma.Schema{Type: huma.TypeInteger, Format: "int64"}
		}
		out = append(out, &huma.Param{Name: p.Name, In: "query", Description: p.Summary, Required: p.Needed, Schema: schema})
	}
	return out
}

// queryRoutes makes a route of every query of every module, and of the
// interpreter's queue.
func (h *host) queryRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/translations", "get-translations", "The interpreter's queue: texts without a translation into this desk's languages", cell.RightRead), h.translations)
	for _, m := range h.Modules {
		for _, q := range m.Queries {
			op := operation(http.MethodGet, "/api/v1"+q.Path, m.Name+"-"+q.Name, q.Summary, cell.RightRead)
			op.Tags = []string{m.Name}
			op.Parameters = parameters(q)
			huma.Register(api, op, func(ctx context.Context, in *queryInput) (*answerOutput, error) {
				v, err := h.Node.Ask(ctx, q, in.of(q))
				if err != nil {
					return nil, h.problem(ctx, err, nil)
				}
				return &answerOutput{v}, nil
			})
		}
	}
}

func (h *host) translations(ctx context.Context, _ *struct{}) (*translationsOutput, error) {
	queue, err := h.Node.Translations(ctx)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &translationsOutput{}
	out.Body.Queue = queue
	return out, nil
}

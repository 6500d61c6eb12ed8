package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
)

var errNoDemo = newProblem(http.StatusNotFound, "this desk runs no demonstration")

type demoInput struct {
	Action string `path:"action" enum:"cut,restore,withhold,release,next"`
}

func (h *host) demoRoutes(api huma.API) {
	get := operation(http.MethodGet, "/api/v1/demo", "get-demo", "Where a demonstration stands; not found outside one", cell.RightRead)
	do := operation(http.MethodPost, "/api/v1/demo/{action}", "do-demo", "Play a part of a demonstration; not found outside one", cell.RightWatch)
	get.Tags, do.Tags = []string{"demo"}, []string{"demo"}
	do.DefaultStatus = http.StatusNoContent
	huma.Register(api, get, func(context.Context, *struct{}) (*answerOutput, error) {
		if h.Demo == nil {
			return nil, errNoDemo
		}
		return &answerOutput{h.Demo.State()}, nil
	})
	huma.Register(api, do, h.doDemo)
}

func (h *host) doDemo(ctx context.Context, in *demoInput) (*struct{}, error) {
	if h.Demo == nil {
		return nil, errNoDemo
	}
	err := h.Demo.Do(ctx, in.Action)
	if err == nil {
		return nil, nil
	}
	for _, class := range []error{cell.ErrNotFound, cell.ErrForbidden, cell.ErrConflict, cell.ErrNotNow} {
		if errors.Is(err, class) {
			return nil, h.problem(ctx, err, nil)
		}
	}
	return nil, newProblem(http.StatusConflict, err.Error())
}

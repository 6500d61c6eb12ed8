package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
)

// restoreView says whether the desk comes back from an older copy, and what it
// waits for.
type restoreView struct {
	Why     string   `json:"why" doc:"Why this desk may not append; empty when it may"`
	Waiting []string `json:"waiting" doc:"Linked desks that have not said what they hold of this journal, or hold more"`
	Missing int64    `json:"missing" doc:"Own records whose entries are back and whose content is not"`
}

type restoreOutput struct{ Body restoreView }

type finishOutput struct {
	Body struct {
		Lost int64 `json:"lost" doc:"Records of this desk's own journal that could not be got back"`
	}
}

func (h *host) restoreRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/restore", "get-restore", "Whether the desk comes back from an older copy, and what it waits for", cell.RightRead), h.restoreState)
	huma.Register(api, operation(http.MethodPost, "/api/v1/restore/finish", "finish-restore",
		"End a restore without the records that no linked desk holds: drafts, and what had reached nobody", cell.RightKeys), h.finishRestore)
}

func (h *host) restoreState(context.Context, *struct{}) (*restoreOutput, error) {
	why, waiting, missing := h.Node.RestoreState()
	return &restoreOutput{restoreView{why, append([]string{}, waiting...), missing}}, nil
}

func (h *host) finishRestore(ctx context.Context, _ *struct{}) (*finishOutput, error) {
	lost, err := h.Node.FinishRestore(ctx)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &finishOutput{}
	out.Body.Lost = lost
	return out, nil
}

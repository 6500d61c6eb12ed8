package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/journal"
	"parley/node"
)

type journalsInput struct {
	Limit  int64  `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"Entries of each journal"`
	Before int64  `query:"before" minimum:"0" doc:"Only entries below this index; 0: the newest"`
	Desk   string `query:"desk" doc:"Whose journal before is about; default: every one"`
}

type journalsOutput struct {
	Body struct {
		Code     string             `json:"code" doc:"Short code over the heads, for two officers to read to each other"`
		Same     *bool              `json:"same" doc:"Whether all desks hold the same; null while that is not known"`
		Journals []node.JournalView `json:"journals"`
	}
}

func (h *host) journalRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/journals", "get-journals", "The journals side by side, with what the other desks say they hold", cell.RightRead), h.journals)
}

func (h *host) journals(ctx context.Context, in *journalsInput) (*journalsOutput, error) {
	before := map[string]int64{}
	for _, d := range h.Node.Charter().Desks() {
		if in.Before > 0 && (in.Desk == "" || in.Desk == d) {
			before[d] = in.Before
		}
	}
	views, code, same, err := h.Node.Journals(ctx, in.Limit, before)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &journalsOutput{}
	out.Body.Code, out.Body.Same, out.Body.Journals = code, same, views
	return out, nil
}

// tiles serves the journals held here as C2SP logs. They hide what they commit
// to, but who asks is known all the same.
func (h *host) tiles(w http.ResponseWriter, r *http.Request) {
	desk, gen := r.PathValue("desk"), r.PathValue("gen")
	n, err := strconv.Atoi(gen)
	if err != nil || n < 1 || strconv.Itoa(n) != gen || h.Node.Charter().Role(desk) == "" {
		writeProblem(w, newProblem(http.StatusNotFound, "no such journal is held at this desk"))
		return
	}
	served := journal.Tiles(h.Node.ReadJournals, desk, n)
	http.StripPrefix(strings.Join([]string{"/journal", desk, gen}, "/"), served).ServeHTTP(w, r)
}

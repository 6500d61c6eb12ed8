package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
)

// Pages is the desk's pager as the console sees it.
type Pages struct {
	List   func(ctx context.Context) ([]Page, error) // the newest first
	Answer func(ctx context.Context, id, officer string) error
}

// Page is one call to this desk's officers.
type Page struct {
	ID         string          `json:"id"`
	Matter     string          `json:"matter" doc:"Key of the matter that waits; empty for none. It stays at home: no page carries it"`
	Call       string          `json:"call" doc:"answer, ladder, rota, presence, link, record, door or desk"`
	Text       cell.T3         `json:"text"`
	Precedence cell.Precedence `json:"precedence"`
	Level      int             `json:"level" doc:"0 the officer on watch, 1 the second officer, 2 the desk head"`
	Since      int64           `json:"since"`
	Made       int64           `json:"made"`
	State      string          `json:"state" doc:"open, answered or over"`
	Ended      int64           `json:"ended"`
	Officer    string          `json:"officer" doc:"Who answered, by code"`
	Tries      []PageTry       `json:"tries"`
}

// PageTry is one attempt to deliver a page.
type PageTry struct {
	At        int64  `json:"at"`
	Way       string `json:"way"`
	Delivered bool   `json:"delivered" doc:"The next machine took it; not that anybody read it"`
	Why       string `json:"why" doc:"Of a failure, in the machines' words"`
}

type pagesOutput struct {
	Body struct {
		Pages []Page `json:"pages"`
		On    bool   `json:"on" doc:"Whether this desk's settings name ways to page"`
	}
}

type pageInput struct {
	ID string `path:"id"`
}

func (h *host) pageRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/pages", "list-pages", "Who of this desk was called, by which way, and who answered", cell.RightWatch), h.listPages)
	op := operation(http.MethodPost, "/api/v1/pages/{id}/answer", "answer-page", "Say that an officer has seen the page: it is not repeated. The matter still waits to be taken", cell.RightWatch)
	op.DefaultStatus = http.StatusNoContent
	huma.Register(api, op, h.answerPage)
}

func (h *host) listPages(ctx context.Context, _ *struct{}) (*pagesOutput, error) {
	out := &pagesOutput{}
	out.Body.Pages = []Page{}
	if h.Pages == nil {
		return out, nil
	}
	list, err := h.Pages.List(ctx)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	for _, p := range list { // the matter of a basket that the officer does not see is not named
		if p.Matter != "" {
			if _, err := h.Node.MatterView(ctx, p.Matter); errors.Is(err, cell.ErrNotFound) {
				p.Matter = ""
			}
		}
		out.Body.Pages = append(out.Body.Pages, p)
	}
	out.Body.On = true
	return out, nil
}

func (h *host) answerPage(ctx context.Context, in *pageInput) (*struct{}, error) {
	if h.Pages == nil {
		return nil, h.problem(ctx, fmt.Errorf("%w: no page %q was made at this desk", cell.ErrNotFound, in.ID), nil)
	}
	if err := h.Pages.Answer(ctx, in.ID, person(ctx).Code); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return nil, nil
}

package api

import (
	"context"
	"mime"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/node"
)

const ceremonyPath = "/api/v1/ceremony"

type ceremonyInput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"application/json"`
}

type ceremonyOutput struct {
	Body struct {
		Text string `json:"text" doc:"The exact bytes that the root key signs, as text"`
	}
}

type notesOutput struct {
	Body struct {
		Notes []string `json:"notes" doc:"Signed notes (C2SP), as text; none: the matter has come to none yet"`
	}
}

// ceremonyRoutes are for what desks sign with their root keys (TLK-14).
func (h *host) ceremonyRoutes(api huma.API) {
	op := operation(http.MethodPost, ceremonyPath, "ceremony-text", "The text that an act would have signed by this desk's root key; nothing is filed", byKind)
	op.MaxBodyBytes, op.BodyReadTimeout = maxAct, 30*time.Second
	op.SkipValidateBody = true // read strictly, as an act is
	op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	huma.Register(api, op, h.ceremony)
	doc := api.OpenAPI()
	doc.Paths[ceremonyPath].Post.RequestBody.Content["application/json"].Schema = doc.Components.Schemas.Schema(reflect.TypeFor[actBody](), true, "Act")
	huma.Register(api, operation(http.MethodGet, "/api/v1/matters/{key}/notes", "get-notes", "The signed notes that a matter has come to, to be checked by anybody from the charter alone", cell.RightRead), h.notes)
}

func (h *host) ceremony(ctx context.Context, in *ceremonyInput) (*ceremonyOutput, error) {
	if err := wantJSON(in.ContentType); err != nil {
		return nil, err
	}
	given, a, err := node.ReadAct(in.RawBody)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	if err := h.mayAct(ctx, given.Role, &a); err != nil {
		return nil, err
	}
	text, err := h.Node.CeremonyText(ctx, a)
	if err != nil {
		return nil, h.problem(ctx, err, given.Body)
	}
	out := &ceremonyOutput{}
	out.Body.Text = string(text)
	return out, nil
}

func (h *host) notes(ctx context.Context, in *keyInput) (*notesOutput, error) {
	list, err := h.Node.Notes(ctx, in.Key)
	if err != nil {
		return nil, h.problem(ctx, notFoundUnlessKey(err, in.Key), nil)
	}
	out := &notesOutput{}
	out.Body.Notes = list
	return out, nil
}

// wantJSON refuses what says that it is something else.
func wantJSON(contentType string) error {
	if contentType == "" {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != "application/json" {
		return newProblem(http.StatusUnsupportedMediaType, "send application/json")
	}
	return nil
}

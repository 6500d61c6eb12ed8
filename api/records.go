package api

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/node"
)

type recordInput struct {
	Ref string `path:"ref" doc:"desk#index (with %23 for #), desk:id or a bare id"`
}

type exactRecord struct {
	node.RecordView
	BytesText string `json:"bytes_text" doc:"The exact bytes, as text"`
}

type recordOutput struct{ Body exactRecord }

type feedInput struct {
	After int64 `query:"after" minimum:"0" doc:"Position of the feed; 0: from the beginning"`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"About how many records; those of one position stay together"`
}

type feedOutput struct {
	Body struct {
		Records []node.RecordView `json:"records"`
		Next    int64             `json:"next" doc:"Where to go on"`
	}
}

type proofInput struct {
	Ref      string `path:"ref"`
	Reason   string `query:"reason" maxLength:"2000" doc:"Why it is taken out; recorded and shown to all members"`
	SecFetch string `header:"Sec-Fetch-Site" hidden:"true"`
}

type proofOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

func (h *host) recordRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/records", "list-records", "Records in the order in which they came to this desk", cell.RightRead), h.feed)
	huma.Register(api, operation(http.MethodGet, "/api/v1/records/{ref}", "get-record", "One record with its exact text", cell.RightRead), h.record)
	op := operation(http.MethodGet, "/api/v1/records/{ref}/proof", "get-proof", "Take the proof of a record out of the desk; the act is recorded", cell.RightExport)
	op.Responses = map[string]*huma.Response{"200": {Description: "A proof that can be checked offline, from the charter alone",
		Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: "string"}}}}}
	huma.Register(api, op, h.proof)
}

// maxPositions is how many positions of the feed one listing reads at most.
const maxPositions = 1000

func (h *host) feed(ctx context.Context, in *feedInput) (*feedOutput, error) {
	out := &feedOutput{}
	out.Body.Records, out.Body.Next = []node.RecordView{}, in.After
	list, err := h.Node.Feed(ctx, in.After, maxPositions)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	for _, e := range list {
		if n := len(out.Body.Records); n > 0 && n+len(e.Records) > in.Limit {
			break
		}
		for _, ref := range e.Records {
			v, _, err := h.Node.Record(ctx, ref)
			if err != nil {
				return nil, h.problem(ctx, err, nil)
			}
			out.Body.Records = append(out.Body.Records, v)
		}
		out.Body.Next = e.Pos
	}
	return out, nil
}

func (h *host) record(ctx context.Context, in *recordInput) (*recordOutput, error) {
	v, text, err := h.Node.Record(ctx, in.Ref)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &recordOutput{exactRecord{v, string(text)}}, nil
}

// proof is an act although it is a GET (it is the stable address of a proof),
// so a page of another site may not make a browser ask for it.
func (h *host) proof(ctx context.Context, in *proofInput) (*proofOutput, error) {
	if in.SecFetch == "cross-site" || in.SecFetch == "same-site" {
		return nil, newProblem(http.StatusForbidden, "a page of another site asks for this proof; ask from the console")
	}
	by, err := h.as(ctx, "", cell.RightExport)
	if err != nil {
		return nil, err
	}
	file, err := h.Node.Proof(ctx, in.Ref, in.Reason, by)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	name := strings.NewReplacer(":", "-", "/", "-", "\\", "-").Replace(in.Ref) + ".proof"
	return &proofOutput{
		ContentType:        "text/plain; charset=utf-8",
		ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": name}),
		Body:               file,
	}, nil
}

// inQuery places an error of the desk about a parameter in the query.
func inQuery(err error) error {
	if inv, ok := errors.AsType[*cell.Invalid](err); ok {
		return invalidAt("query."+strings.TrimPrefix(inv.At, "/"), inv.Why)
	}
	return err
}

// notFoundUnlessKey says of what is no key that there is no such matter.
func notFoundUnlessKey(err error, key string) error {
	if _, bad := cell.ParseRef(key); bad != nil {
		return fmt.Errorf("%w: %w", cell.ErrNotFound, bad)
	}
	return err
}

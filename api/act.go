package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/node"
)

// maxAct is how large the body of a request may be: the largest record, and
// room for what stands around it.
const maxAct = cell.MaxRecord + 64<<10

// maxKey is how long an idempotency key may be.
const maxKey = 200

// actBody is [node.GivenAct] as the description words it.
type actBody struct {
	Kind       string         `json:"kind" doc:"A kind with or without its version, or a template's code: hotline.cease/1, hotline.cease, CEASE"`
	To         []string       `json:"to,omitempty" doc:"The exact audience; default: that of the matter, or every member"`
	About      string         `json:"about,omitempty" doc:"The matter's key, desk:id"`
	Cites      []string       `json:"cites,omitempty" doc:"The records answered, desk#index; default: the matter's current version"`
	Precedence string         `json:"precedence,omitempty" enum:"Z,O,P,R" doc:"Default: the template's"`
	Until      int64          `json:"until,omitempty" doc:"Valid until, UTC milliseconds; 0: open-ended"`
	Role       string         `json:"role,omitempty" doc:"The role in which the officer acts: one that they hold and that grants the right; default: the first that does"`
	Body       map[string]any `json:"body" doc:"The content, as the kind has it; fields may be left out, and a value may stand where the record has a list of at most one"`
}

type actInput struct {
	Key         string `header:"Idempotency-Key" doc:"The same key of the same officer files once, however often it is sent"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"application/json"`
}

type filed struct {
	Key        string `json:"key" doc:"desk:id"`
	Ref        string `json:"ref" doc:"desk#index"`
	ID         string `json:"id"`
	Serial     int64  `json:"serial"`
	At         int64  `json:"at"`
	Commitment string `json:"commitment"`
	Again      bool   `json:"again" doc:"The idempotency key was known: nothing new was recorded"`
}

type filedOutput struct {
	Location string `header:"Location"`
	Body     filed
}

const actPath = "/api/v1/records"

func (h *host) actRoute(api huma.API) {
	op := operation(http.MethodPost, actPath, "file-record", "File a record; when this is answered it is durable and on its way", byKind)
	op.DefaultStatus = http.StatusCreated
	op.MaxBodyBytes, op.BodyReadTimeout = maxAct, 30*time.Second
	op.SkipValidateBody = true // read strictly below, by the kind
	op.Errors = append(op.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	huma.Register(api, op, h.file)
	doc := api.OpenAPI()
	schema := doc.Components.Schemas.Schema(reflect.TypeFor[actBody](), true, "Act")
	doc.Paths[actPath].Post.RequestBody.Content["application/json"].Schema = schema
}

// file files one act. The client's bytes of the record's body are read by the
// kind itself, as strictly as any record.
func (h *host) file(ctx context.Context, in *actInput) (*filedOutput, error) {
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
	if a.Key, err = actKey(a.By.Officer, in.Key); err != nil {
		return nil, err
	}
	if err := h.mayFile(a); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	f, err := h.Node.Act(ctx, a)
	if err != nil {
		return nil, h.problem(ctx, err, given.Body)
	}
	out := &filedOutput{Location: actPath + "/" + url.PathEscape(f.Cite.String())}
	out.Body = filed{f.Ref.String(), f.Cite.String(), f.Ref.ID, f.Serial, f.At, f.Commitment, f.Again}
	if f.Again && f.Commitment == "" {
		v, _, err := h.Node.Record(ctx, f.Cite.String())
		if err != nil {
			return nil, h.problem(ctx, err, nil)
		}
		out.Body.Commitment = v.Commitment
	}
	return out, nil
}

// actKey keeps the keys of clients apart from those of the node itself, which
// files its own acts once by keys too, and those of one officer from another's:
// what two do is two acts.
func actKey(officer, given string) (string, error) {
	if given == "" {
		return "", nil
	}
	if len(given) > maxKey {
		return "", invalidAt("header.Idempotency-Key", fmt.Sprintf("%d bytes, more than %d", len(given), maxKey))
	}
	return "client/" + officer + "/" + given, nil
}

// nodeOnly are the kernel's kinds that a node writes about itself. Filed by
// hand they would state what no node has found.
var nodeOnly = []string{cell.KindReceipt, cell.KindStep, cell.KindExport, cell.KindAdopted, cell.KindGeneration, cell.KindGeneration2, cell.KindRestored,
	cell.KindProposal, cell.KindApproval, cell.KindApproved, cell.KindBulk, cell.KindKeyChange, cell.KindKeyComp}

// mayFile refuses what only the node itself may write: the kinds that the
// charter does not offer to officers.
func (h *host) mayFile(a node.Act) error {
	name := a.Kind
	for _, t := range h.Node.Charter().Templates {
		if t.Code == a.Kind {
			name = t.Kind
		}
	}
	if h.nodeWrites(name) || h.nodeWrites(name+"/1") {
		return fmt.Errorf("%w: %s is written by the node itself", cell.ErrForbidden, a.Kind)
	}
	return nil
}

// nodeWrites reports whether a kind is one that no officer files by hand.
func (h *host) nodeWrites(kind string) bool {
	t, ok := h.Node.Charter().Template(kind)
	return ok && !t.Officer || slices.Contains(nodeOnly, kind)
}

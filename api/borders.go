package api

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/node"
	"parley/officer"
)

// MaxImport is how large an imported file may be.
const MaxImport = 4 << 20

// Borders are the desk's ways to the files of other systems (DEC-14). What is
// read comes in as drafts at home; what is written is a projection.
type Borders struct {
	// Read reads every activity of a file of a content type. form is the code of
	// the form that they would be filed with where the file names none. Its error
	// is a [*BorderFault], or that of the context.
	Read func(ctx context.Context, contentType, form string, file []byte) ([]Imported, error)
	// Write writes what may leave of what the officer behind the context sees. Its
	// error is a [*BorderFault] when that is more than one file takes.
	Write func(ctx context.Context, ask Export) (Exported, error)
}

// Export is what somebody asks for as a file.
type Export struct {
	Format      string
	Keys        []string // of the notices; none: those that lie in a span of time
	From, Until int64    // UTC ms; of those without keys
}

// FaultMany is the code of a span of time in which more lies than one file takes.
const FaultMany = "many"

// BorderFault is what is wrong with a file and where in it; the console words
// the codes.
type BorderFault struct {
	Code, At, Why string
	Shape         string            // what is wrong with an area, "" for nothing
	Params        map[string]string // of the words of Shape
}

// Error gives the place and the reason.
func (f *BorderFault) Error() string { return f.At + ": " + f.Why }

// Imported is one activity as it was read.
type Imported struct {
	ID      string         `json:"id" doc:"As the file calls it"`
	Title   string         `json:"title"`
	Form    string         `json:"form" doc:"The kind of notice that it would be filed as"`
	Volumes []cell.Volume  `json:"volumes"`
	Slips   []ImportedSlip `json:"slips" doc:"What to look at before it is filed"`
	Draft   string         `json:"draft" doc:"Key of the draft that was made at home; empty when only a look was asked for"`

	Kind string         `json:"-"` // of the draft
	Body jsontext.Value `json:"-"` // of the draft
}

// ImportedSlip is what was read in one way and may have been meant in another.
type ImportedSlip struct {
	Code string `json:"code" doc:"Worded under import.slip"`
	At   string `json:"at" doc:"Where in the file"`
}

// Exported is a file that leaves.
type Exported struct {
	ContentType string
	Name        string
	File        []byte
	Count       int // activities in it
	LeftOut     int // what the format cannot say
}

type importInput struct {
	ContentType string `header:"Content-Type" doc:"application/geo+json, application/vnd.google-earth.kml+xml, text/csv, or application/json for ASTM F3548"`
	Form        string `query:"form" maxLength:"40" doc:"Code of the form, such as MOVNOT, where the file names none"`
	Look        bool   `query:"look" doc:"Only say what would be read, or why it would not be: no draft is made"`
	Key         string `header:"Idempotency-Key" doc:"The same key makes its drafts once"`
	RawBody     []byte `contentType:"application/octet-stream"`
}

type importOutput struct {
	Body struct {
		Activities []Imported `json:"activities"`
	}
}

type exportInput struct {
	Format   string   `query:"format" enum:"geojson,kml,csv" default:"geojson"`
	Notices  []string `query:"notice,explode" maxItems:"500" doc:"Keys of notices; all of a span of time that may leave when none is given"`
	From     int64    `query:"from" minimum:"0" doc:"Notices that are not over at this time, in UTC milliseconds; a day ago when it is not given"`
	Until    int64    `query:"until" minimum:"0" doc:"Notices that begin no later than this, in UTC milliseconds; any when it is not given"`
	SecFetch string   `header:"Sec-Fetch-Site" hidden:"true"`
}

type exportOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Count              int    `header:"Parley-Activities" doc:"How many are in it"`
	LeftOut            int    `header:"Parley-Left-Out" doc:"Volumes that the format cannot say"`
	Body               []byte
}

func (h *host) borderRoutes(api huma.API) {
	op := operation(http.MethodPost, "/api/v1/import", "import-activities", "Read a file of planned activities into drafts at home; nothing is filed, and nothing of a file with a fault is kept", cell.RightDraft)
	op.DefaultStatus, op.MaxBodyBytes, op.BodyReadTimeout = http.StatusCreated, MaxImport, 30*time.Second
	op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge)
	huma.Register(api, op, h.importFile)
	op = operation(http.MethodGet, "/api/v1/export", "export-activities", "Take the planned activities that may leave out of the desk as a file; the desk's log says who did", cell.RightExport)
	op.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string"}}}}}
	huma.Register(api, op, h.exportFile)
}

func (h *host) importFile(ctx context.Context, in *importInput) (*importOutput, error) {
	if h.Borders == nil {
		return nil, newProblem(http.StatusNotFound, "this desk has no borders")
	}
	by, err := h.as(ctx, "", cell.RightDraft)
	if err != nil {
		return nil, err
	}
	list, err := h.Borders.Read(ctx, in.ContentType, in.Form, in.RawBody)
	if err != nil {
		return nil, h.unread(ctx, err)
	}
	acts := make([]node.Act, len(list))
	for i, x := range list {
		acts[i] = node.Act{Kind: x.Kind, By: by, Body: x.Body}
		if in.Key != "" && !in.Look {
			if acts[i].Key, err = actKey(by.Officer, fmt.Sprintf("%s/import/%d", in.Key, i)); err != nil {
				return nil, err
			}
		}
	}
	if in.Look {
		err = h.Node.TryAll(ctx, acts)
	} else {
		err = h.keep(ctx, acts, list)
	}
	if err != nil {
		return nil, h.unread(ctx, unkept(err, list))
	}
	out := &importOutput{}
	out.Body.Activities = list
	return out, nil
}

// keep makes the drafts of what was read, all of them or none.
func (h *host) keep(ctx context.Context, acts []node.Act, list []Imported) error {
	filed, err := h.Node.ActAll(ctx, acts)
	for i, f := range filed {
		list[i].Draft = f.Ref.String()
	}
	return err
}

// unkept says which activity of a file no draft can hold. Any other error stays.
func unkept(err error, list []Imported) error {
	which, ok := errors.AsType[*node.OneOf](err)
	if !ok {
		return err
	}
	_, invalid := errors.AsType[*cell.Invalid](err)
	if _, refused := errors.AsType[*cell.Refused](err); !invalid && !refused {
		return err
	}
	return &BorderFault{Code: "draft", At: list[which.N].ID, Why: which.Err.Error()}
}

// unread words why nothing became of a file.
func (h *host) unread(ctx context.Context, err error) error {
	if f, ok := errors.AsType[*BorderFault](err); ok {
		return faulty(f)
	}
	return h.problem(ctx, err, nil)
}

// faulty words a fault of a file: its place, and its code as the value, as a
// breach names its rule. What is wrong with an area comes second, with the
// parameters of its words.
func faulty(f *BorderFault) *huma.ErrorModel {
	status := http.StatusUnprocessableEntity
	if f.Code == "size" {
		status = http.StatusRequestEntityTooLarge
	}
	p := newProblem(status, "the file was not read; nothing was kept", &huma.ErrorDetail{Location: f.At, Message: f.Why, Value: f.Code})
	if f.Shape != "" {
		p.Errors = append(p.Errors, &huma.ErrorDetail{Location: f.At, Message: f.Why, Value: coded{"shape." + f.Shape, f.Params}})
	}
	return p
}

// asked fills in the span of time that the board has when none is given.
func (in *exportInput) asked(now time.Time) Export {
	out := Export{Format: in.Format, Keys: in.Notices, From: in.From, Until: in.Until}
	if out.From == 0 {
		out.From = now.Add(-24 * time.Hour).UnixMilli()
	}
	if out.Until == 0 {
		out.Until = 1 << 52 // beyond every window, and still exact as a number of JSON
	}
	return out
}

// exportFile is an act although it is a GET, as the proof is.
func (h *host) exportFile(ctx context.Context, in *exportInput) (*exportOutput, error) {
	if h.Borders == nil {
		return nil, newProblem(http.StatusNotFound, "this desk has no borders")
	}
	if in.SecFetch == "cross-site" || in.SecFetch == "same-site" {
		return nil, newProblem(http.StatusForbidden, "a page of another site asks for this file; ask from the console")
	}
	by, err := h.as(ctx, "", cell.RightExport)
	if err != nil {
		return nil, err
	}
	e, err := h.Borders.Write(ctx, in.asked(h.Node.Now()))
	if f, ok := errors.AsType[*BorderFault](err); ok {
		return nil, newProblem(http.StatusUnprocessableEntity, "no file was made", &huma.ErrorDetail{Location: f.At, Message: f.Why, Value: f.Code})
	}
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	if err := h.Book.Note(ctx, officer.Event{Kind: officer.Exported, Officer: by.Officer, Where: visitor(ctx).from, Detail: fmt.Sprintf("%s, %d activities", in.Format, e.Count)}); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &exportOutput{ContentType: e.ContentType, ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": e.Name}),
		Count: e.Count, LeftOut: e.LeftOut, Body: e.File}, nil
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
)

// problem turns an error of the desk into the answer that a client gets
// (RFC 9457). What the desk words for people is passed on; anything else is
// logged here, and the client learns only that it went wrong. given is the
// body that the client sent, to place faults in its own terms; nil for none.
func (h *host) problem(ctx context.Context, err error, given jsontext.Value) *huma.ErrorModel {
	if p, ok := errors.AsType[*huma.ErrorModel](err); ok {
		return p
	}
	if inv, ok := errors.AsType[*cell.Invalid](err); ok {
		return newProblem(http.StatusUnprocessableEntity, err.Error(), worded("shape.", inv.Fault, &huma.ErrorDetail{Location: location(inv.At, given), Message: inv.Why}))
	}
	if ref, ok := errors.AsType[*cell.Refused](err); ok {
		p := newProblem(http.StatusUnprocessableEntity, "the act breaks a rule of the cell; nothing was recorded")
		for _, b := range ref.Breaches {
			p.Errors = append(p.Errors, &huma.ErrorDetail{Location: location(b.At, given), Message: b.Why, Value: b.Rule})
		}
		return p
	}
	switch {
	case errors.Is(err, cell.ErrNotFound):
		return newProblem(http.StatusNotFound, err.Error())
	case errors.Is(err, cell.ErrForbidden):
		return newProblem(http.StatusForbidden, err.Error())
	case errors.Is(err, cell.ErrConflict):
		return newProblem(http.StatusConflict, err.Error())
	case errors.Is(err, cell.ErrNotNow):
		h.Log.Warn("not possible now", "err", err)
		return newProblem(http.StatusServiceUnavailable, err.Error())
	case ctx.Err() != nil: // the client went away, or the server is closing
		return newProblem(http.StatusServiceUnavailable, "the request was given up")
	}
	h.Log.Error("request failed", "err", err)
	return newProblem(http.StatusInternalServerError, "the desk could not do this; its log says why")
}

func newProblem(status int, detail string, errs ...*huma.ErrorDetail) *huma.ErrorModel {
	return &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail, Errors: errs}
}

// invalidAt refuses one input of a request: "query.limit", "header.Last-Event-ID".
func invalidAt(location, why string) error {
	return newProblem(http.StatusUnprocessableEntity, location+": "+why, &huma.ErrorDetail{Location: location, Message: why})
}

// coded is the value of a fault that screens word: the key of its words, and
// their parameters.
type coded struct {
	Code   string            `json:"code"`
	Params map[string]string `json:"params"`
}

// worded adds to a fault its code and parameters, where they are known.
func worded(family string, f *cell.Fault, d *huma.ErrorDetail) *huma.ErrorDetail {
	if f != nil {
		d.Value = coded{family + f.Code, f.Params}
	}
	return d
}

// writeProblem answers with a problem where no typed route is at work.
func writeProblem(w http.ResponseWriter, p *huma.ErrorModel) {
	body, err := json.Marshal(p)
	if err != nil { // it holds texts and numbers only
		body = []byte(`{"title":"Internal Server Error","status":500}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	w.Write(body) // a client that went away is no error of ours
}

// location writes a JSON pointer as the place in the request that a client
// sent. A pointer into the record's body is one into the client's body; "/by"
// is what the client gives as "role". Where the record has a list of at most
// one and the client wrote the value itself, the index is left out.
func location(pointer string, given jsontext.Value) string {
	if pointer == "/by" {
		return "body.role"
	}
	rest, inBody := strings.CutPrefix(pointer+"/", "/body/")
	if !inBody {
		rest, given = pointer, nil
	}
	out := "body"
	for token := range strings.SplitSeq(rest, "/") {
		if token == "" {
			continue
		}
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		if inBody && token == "0" && len(given) > 0 && given.Kind() != '[' {
			continue
		}
		out += "." + token
		given = member(given, token)
	}
	return out
}

// member gives the value under a name or an index, nil when there is none.
func member(v jsontext.Value, name string) jsontext.Value {
	switch {
	case len(v) == 0:
	case v.Kind() == '{':
		var object map[string]jsontext.Value
		if json.Unmarshal(v, &object) == nil {
			return object[name]
		}
	case v.Kind() == '[':
		var list []jsontext.Value
		i, err := strconv.Atoi(name)
		if err == nil && json.Unmarshal(v, &list) == nil && i >= 0 && i < len(list) {
			return list[i]
		}
	}
	return nil
}

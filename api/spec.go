package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
)

// description configures the OpenAPI 3.1 document that the routes write
// themselves into. It is served by this package, not by the library, whose
// answers would carry schema links.
func (h *host) description() huma.Config {
	version := h.Version
	if version == "" {
		version = "unreleased"
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "Parley, one desk",
				Version:     version,
				Description: "What a desk of a joint security coordination cell offers to its own console and tools. All times are UTC milliseconds. A text in three languages is an object with the members en, ar and he. Notification is no permission, recognition or admission.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "The token of one of the desk's officers."},
					"session": {Type: "apiKey", In: "cookie", Name: h.cookie(false), Description: "Set by a sign-in or an enrolment; over TLS its name begins with __Host-."},
				},
			},
			Security: []map[string][]string{{"token": {}}, {"session": {}}},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
	}
}

// encodeSpec writes the document so that a change shows as a few lines.
func encodeSpec(doc *huma.OpenAPI) ([]byte, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("write the description: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, fmt.Errorf("write the description: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// operation is a route of the interface with what every one of them says, and
// the right that it wants: one of the policy, or anyone, signedIn or byKind.
func operation(method, path, id, summary string, right cell.Right) huma.Operation {
	return huma.Operation{
		OperationID: id,
		Method:      method,
		Path:        path,
		Summary:     summary,
		Extensions:  map[string]any{rightKey: right},
		Errors:      []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}
}

// describe adds a route that the library does not serve to the document.
func describe(doc *huma.OpenAPI, right cell.Right, path, id, summary, contentType string, params ...*huma.Param) {
	op := &huma.Operation{
		OperationID: id,
		Method:      http.MethodGet,
		Path:        path,
		Summary:     summary,
		Parameters:  params,
		Extensions:  map[string]any{rightKey: right},
		Responses: map[string]*huma.Response{
			"200": {Description: "OK", Content: map[string]*huma.MediaType{contentType: {Schema: &huma.Schema{Type: "string"}}}},
		},
	}
	doc.AddOperation(op)
}

// pathParam is a parameter in a path, as the document words it.
func pathParam(name, doc string) *huma.Param {
	return &huma.Param{Name: name, In: "path", Required: true, Description: doc, Schema: &huma.Schema{Type: "string"}}
}

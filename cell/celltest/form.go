package celltest

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"parley/cell"
)

// form wants a template's form to fit the body: a field that the body does not
// have, or a choice that it refuses, could be filled in and never sent (XC-03).
func form(t *testing.T, tp cell.Template, ms cell.Modules, k cell.Kind) {
	t.Helper()
	sample, err := cell.EncodeBody(k.Sample())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range tp.Fields {
		var body map[string]json.RawMessage
		if err := json.Unmarshal(sample, &body); err != nil {
			t.Fatal(err)
		}
		old, ok := body[f.Name]
		if !ok {
			t.Errorf("the template %s has the field %s, which a body of %s has not", tp.Code, f.Name, k.Name)
			continue
		}
		for _, c := range f.Choices {
			if !strings.HasPrefix(string(old), `"`) {
				continue // a list of choices, or a yes or no
			}
			if body[f.Name], err = json.Marshal(c.Value); err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = ms.Body(k.Name, b)
			if inv, refused := errors.AsType[*cell.Invalid](err); refused && inv.At == "/body/"+f.Name && strings.HasPrefix(inv.Why, strconv.Quote(c.Value)) {
				t.Errorf("the template %s offers %q for %s, which the body refuses: %s", tp.Code, c.Value, f.Name, inv.Why)
			}
		}
	}
}

package celltest

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/cell"
)

var update = flag.Bool("update", false, "write the golden files of the kinds anew; an encoding that was ever in use must not change")

// Run tests what holds for every module.
func Run(t *testing.T, m cell.Module) {
	c := Charter(t, m)
	ms := cell.Modules{m}
	if err := ms.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, k := range m.Kinds {
		t.Run(strings.ReplaceAll(k.Name, "/", "-"), func(t *testing.T) {
			golden(t, k)
			wording(t, c, ms, k)
			fills(t, k)
			strict(t, c, ms, k)
		})
	}
	t.Run("templates", func(t *testing.T) { templates(t, c, ms) })
	t.Run("order", func(t *testing.T) { order(t, c, ms) })
	t.Run("tables", func(t *testing.T) { tables(t, c, m) })
	t.Run("due", func(t *testing.T) { due(t, c, ms) })
}

// Kernel tests the kernel's own kinds as those of a module.
func Kernel(t *testing.T) {
	c := Charter(t)
	for _, k := range cell.KernelKinds() {
		t.Run(strings.ReplaceAll(k.Name, "/", "-"), func(t *testing.T) {
			golden(t, k)
			wording(t, c, nil, k)
			fills(t, k)
			strict(t, c, nil, k)
		})
	}
}

// golden compares the sample's bytes with those that are kept: a kind's
// encoding is for ever.
func golden(t *testing.T, k cell.Kind) {
	t.Helper()
	got, err := cell.EncodeBody(k.Sample())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "kinds", strings.ReplaceAll(k.Name, "/", "-")+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got)+"\n" != string(want) {
		t.Errorf("the encoding of %s is for ever and has changed:\n got %s\nwant %s", k.Name, got, want)
	}
	body, known, err := cell.Modules{{Name: module(k), Kinds: []cell.Kind{k}}}.Body(k.Name, got)
	if err != nil || !known {
		t.Fatalf("the sample does not read back: known %v, %v", known, err)
	}
	again, err := cell.EncodeBody(body)
	if err != nil || string(again) != string(got) {
		t.Errorf("encoding what was read gives other bytes:\n got %s\nwant %s (%v)", again, got, err)
	}
}

func module(k cell.Kind) string {
	name, _, _ := strings.Cut(k.Name, ".")
	return name
}

// wording wants a template with a name and a sentence in every language, and
// a sentence that says something of the sample (XC-03).
func wording(t *testing.T, c *cell.Charter, ms cell.Modules, k cell.Kind) {
	t.Helper()
	tp, ok := c.Template(k.Name)
	if !ok {
		t.Errorf("the charter has no template for %s", k.Name)
		return
	}
	form(t, tp, ms, k)
	body, err := cell.EncodeBody(k.Sample())
	if err != nil {
		t.Fatal(err)
	}
	text := c.Text(cell.Record{Desk: "alpha", Kind: k.Name, At: Noon, Body: body})
	for _, l := range cell.Languages() {
		if tp.Name[l] == "" || tp.Sentence[l] == "" || text[l] == "" {
			t.Errorf("%s has no name or sentence in %q", k.Name, l)
		}
		if strings.ContainsAny(text[l], "{}") {
			t.Errorf("%s in %q leaves a placeholder: %s", k.Name, l, text[l])
		}
	}
}

// templates wants every template that the module brings to be of a kind of its
// own: another's wording is another's to write.
func templates(t *testing.T, c *cell.Charter, ms cell.Modules) {
	t.Helper()
	for _, tp := range c.Templates {
		m, _ := ms.Of(tp.Kind)
		_, derived := m.Life(tp.Kind) // a rule's facts are worded too
		if _, ok := ms.Kind(tp.Kind); !ok && !derived {
			t.Errorf("the template %s is of %s, which is no kind of this module", tp.Code, tp.Kind)
		}
	}
}

// fills completes a body that lacks every field which may be empty, and one
// that lacks nothing.
func fills(t *testing.T, k cell.Kind) {
	t.Helper()
	full, err := cell.EncodeBody(k.Sample())
	if err != nil {
		t.Fatal(err)
	}
	got, err := k.Fill(full)
	if err != nil || string(got) != string(full) {
		t.Errorf("filling a full body changes it: %s, %v", got, err)
	}
	empty, err := k.Fill([]byte(`{}`))
	if err != nil {
		t.Fatalf("fill an empty body: %v", err)
	}
	if again, err := k.Fill(empty); err != nil || string(again) != string(empty) {
		t.Errorf("filling twice changes the body: %s, then %s, %v", empty, again, err)
	}
}

// strict breaks the sample in every way that a record must not be, inside the
// body, and wants an error that says where.
func strict(t *testing.T, c *cell.Charter, ms cell.Modules, k cell.Kind) {
	t.Helper()
	h := NewHistory(c, ms)
	if len(ms) == 0 {
		h.Modules = cell.Modules{}
	}
	whole, err := h.Add(t, "alpha", k.Name, k.Sample(), nil).Record.Encode()
	if err != nil {
		t.Fatal(err)
	}
	body, err := cell.EncodeBody(k.Sample())
	if err != nil {
		t.Fatal(err)
	}
	for what, broken := range breaks(string(body)) {
		text := strings.Replace(string(whole), `"body":`+string(body)+`}`, `"body":`+broken+`}`, 1)
		r, err := cell.Decode([]byte(text))
		if err == nil {
			_, _, err = h.Modules.Body(r.Kind, r.Body)
		}
		inv, ok := errors.AsType[*cell.Invalid](err)
		if !ok {
			t.Errorf("%s with %s: error %v, want one that says what and where", k.Name, what, err)
			continue
		}
		if inv.Why == "" || (inv.At != "" && !strings.HasPrefix(inv.At, "/")) {
			t.Errorf("%s with %s: place %q, why %q", k.Name, what, inv.At, inv.Why)
		}
	}
}

// breaks gives bodies that must be refused, by what is wrong with them.
func breaks(body string) map[string]string {
	out := map[string]string{
		"an unknown field":      strings.Replace(`{"zz":1,`+body[1:], ",}", "}", 1),
		"a float":               `{"zz":1.5}`,
		"an exponent":           `{"zz":1e3}`,
		"a number too large":    `{"zz":99999999999999999999}`,
		"a bidi control":        `{"zz":"a` + "\u202E" + `b"}`,
		"a lone surrogate":      `{"zz":"\ud800"}`,
		"a control character":   `{"zz":"\u0007"}`,
		"no object":             `[]`,
		"text after the end":    body + `{}`,
		"more than the limit":   `{"zz":"` + strings.Repeat("x", cell.MaxRecord) + `"}`,
		"deeper than the limit": `{"zz":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
	}
	name := firstField(body)
	if name == "" {
		return out
	}
	quoted := `"` + name + `"`
	out["a case variant"] = strings.Replace(body, quoted, `"`+strings.ToUpper(name[:1])+name[1:]+`"`, 1)
	out["a field twice"] = strings.Replace(body, quoted, quoted+`:null,`+quoted, 1)
	if name != "body" { // a whole body of any shape may stand there
		out["a value of another type"] = `{` + quoted + `:{"no":["such"]}}`
	}
	return out
}

// firstField gives the name of the first field of an object, "" for none.
func firstField(body string) string {
	parts := strings.SplitN(body, `"`, 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

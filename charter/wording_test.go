package charter

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/hotline"
)

var modules = cell.Modules{hotline.Module}

// technical names what no officer writes or reads in a form: whole bodies,
// citations and lists that the node fills in.
var technical = map[string][]string{
	"hotline.linecheck/1": {"heads", "channels"},
	"hotline.call/1":      {"participants"},
	"hotline.correct/1":   {"body"},
	"cell.receipt/1":      {"refused"},
	"cell.update/1":       {"body"},
	"cell.export/1":       {"what"},
	"cell.generation/1":   {"last"},
	"cell.proposal/1":     {"act"},
	"cell.approval/1":     {"of", "assertion"},
	"cell.approved/1":     {"approval", "act"},
	"cell.generation/2":   {"last", "by", "line"},
	"cell.keycomp/1":      {"note"},
}

func exercise(t testing.TB) *cell.Charter {
	t.Helper()
	c, err := Parse(drafted(t, founders(t)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func kinds() []cell.Kind { return slices.Concat(hotline.Module.Kinds, cell.KernelKinds()) }

func sample(t *testing.T, k cell.Kind) map[string]any {
	t.Helper()
	b, err := cell.EncodeBody(k.Sample())
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// XC-03 T: every kind has a template, and its fields are those of the body.
func TestEveryKindHasItsTemplate(t *testing.T) {
	c := exercise(t)
	for _, k := range kinds() {
		tpl, ok := c.Template(k.Name)
		if !ok {
			t.Errorf("%s has no template", k.Name)
			continue
		}
		want := slices.DeleteFunc(slices.Sorted(maps.Keys(sample(t, k))), func(f string) bool { return slices.Contains(technical[k.Name], f) })
		var got []string
		for _, f := range tpl.Fields {
			got = append(got, f.Name)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the template has the fields %v, the body %v", k.Name, got, want)
		}
		for _, f := range tpl.Fields {
			for lang, s := range tpl.Sentence {
				if !strings.Contains(s, "{"+f.Name+"}") {
					t.Errorf("%s: the sentence in %s leaves out %s", k.Name, lang, f.Name)
				}
			}
		}
	}
	if len(c.Templates) != len(kinds()) {
		t.Errorf("%d templates for %d kinds", len(c.Templates), len(kinds()))
	}
}

var allowedRE = regexp.MustCompile(`is not (?:one of (.*)|([a-z-]+(?:, [a-z-]+)* or [a-z-]+))$`)

// XC-03 T: every allowed code of every coded field has wording, and no other.
func TestEveryCodeHasWording(t *testing.T) {
	c := exercise(t)
	// Codes that a body does not check by itself.
	open := map[string][]string{
		"hotline.linecheck/1 role":   {"node", "watch", "second-officer", "desk-head"},
		"hotline.watch/1 languages":  cell.Languages(),
		"cell.translation/1 lang":    cell.Languages(),
		"cell.approval/1 officer":    {cell.RoleHead, cell.RoleReleaser, cell.RoleSecurity}, // those whose roles approve
		"cell.disseminated/1 cannot": {"false", "true"},
		"cell.keychange/1 purposes":  {"journal", "sealing", "tls", "witness"},
		"cell.keycomp/1 purposes":    {"journal", "sealing", "tls", "witness"},
		"cell.step/1 level":          slices.Collect(maps.Keys(c.LadderLevels)),
		"cell.step/1 for": {cell.NeedDelivered, cell.NeedReceived, cell.NeedReadBack, cell.NeedDisseminated,
			cell.NeedPosition, cell.NeedEffect, cell.NeedClarify},
	}
	for _, k := range kinds() {
		tpl, _ := c.Template(k.Name)
		for _, f := range tpl.Fields {
			want, known := open[k.Name+" "+f.Name]
			if !known {
				want = allowed(t, k, f.Name)
			}
			var got []string
			for _, ch := range f.Choices {
				got = append(got, ch.Value)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s %s: choices %v, allowed %v", k.Name, f.Name, got, want)
			}
			if (f.Type == "choice") != (len(got) > 0) && f.Type != "list" {
				t.Errorf("%s %s: type %s with %d choices", k.Name, f.Name, f.Type, len(got))
			}
		}
	}
}

// allowed asks a body which codes a field may have: it is told a code that
// does not exist, and its error lists those that do.
func allowed(t *testing.T, k cell.Kind, field string) []string {
	t.Helper()
	m := sample(t, k)
	if _, text := m[field].(string); !text {
		return nil
	}
	m[field] = "no-such-code"
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = modules.Body(k.Name, b)
	if err == nil || !strings.Contains(err.Error(), "/"+field+":") {
		return nil
	}
	list := allowedRE.FindStringSubmatch(err.Error())
	if list == nil {
		return nil
	}
	codes := strings.FieldsFunc(list[1]+list[2], func(r rune) bool { return strings.ContainsRune(" ,[]", r) })
	return slices.DeleteFunc(codes, func(s string) bool { return s == "or" })
}

// Whatever is required in a form is what the body does not do without.
func TestRequiredFields(t *testing.T) {
	c := exercise(t)
	for _, k := range kinds() {
		tpl, _ := c.Template(k.Name)
		for _, f := range tpl.Fields {
			if f.Type == "number" || f.Type == "time" || f.Type == "list" || f.Type == "desks" || f.Type == "text" || f.Type == "level" {
				continue // zero and empty are values there
			}
			m := sample(t, k)
			delete(m, f.Name)
			b, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			full, err := k.Fill(b)
			if err == nil {
				_, _, err = modules.Body(k.Name, full)
			}
			lone := k.Name == hotline.KindCease && f.Name == "place" // or a reference
			open := slices.Contains([]string{"role"}, f.Name) && k.Name == hotline.KindLineCheck
			if f.Required != (err != nil) && !lone && !open && k.Name != cell.KindReadBack && k.Name != cell.KindStep {
				t.Errorf("%s %s: required is %v, without it: %v", k.Name, f.Name, f.Required, err)
			}
		}
	}
}

// Every sample renders in three languages without an empty placeholder, a raw
// code or a piece of JSON.
func TestSamplesRender(t *testing.T) {
	c := exercise(t)
	left := regexp.MustCompile(`[{}"]`)
	for _, k := range kinds() {
		b, err := cell.EncodeBody(k.Sample())
		if err != nil {
			t.Fatal(err)
		}
		r := cell.Record{Desk: "alpha", Kind: k.Name, At: 1767700000000, To: []string{"bravo"}, Body: b}
		for lang, s := range c.Text(r) {
			if left.MatchString(s) {
				t.Errorf("%s in %s: %s", k.Name, lang, s)
			}
			if strings.Contains(s, "\u2068\u2069") {
				t.Errorf("%s in %s: an empty value in %s", k.Name, lang, s)
			}
		}
	}
}

// HOT-07 T: the FLASH ladder is 2, 4, 6 and 10 minutes, and the clocks are
// those of field/standards 5.1.
func TestClocks(t *testing.T) {
	c := exercise(t)
	limits := func(k cell.Clock) string {
		return fmt.Sprint(time.Duration(k.Deliver), time.Duration(k.Receive), time.Duration(k.Reply))
	}
	for p, want := range map[cell.Precedence]string{
		cell.Flash: "5s 2m0s 10m0s", cell.Immediate: "10s 10m0s 30m0s", cell.Priority: "1m0s 1h0m0s 3h0m0s", cell.Routine: "5m0s 12h0m0s 24h0m0s",
	} {
		if got := limits(c.Clocks[p]); got != want {
			t.Errorf("%s: %s, want %s", p, got, want)
		}
	}
	var ladder []string
	for _, r := range c.Clocks[cell.Flash].Ladder {
		ladder = append(ladder, time.Duration(r.After).String()+" "+r.Level+" "+r.Desk)
	}
	if want := []string{"2m0s second-officer ", "4m0s desk-head ", "6m0s supervisor-watch supervisor", "10m0s principals "}; !slices.Equal(ladder, want) {
		t.Errorf("ladder %q", ladder)
	}
}

// HOT-05, field/templates 10 T: what CEASE asks of whom, by when.
func TestCeaseAcks(t *testing.T) {
	tpl, _ := exercise(t).Template(hotline.KindCease)
	var got []string
	for _, a := range tpl.Acks {
		got = append(got, strings.TrimSpace(a.Ack+" "+time.Duration(a.Within).String()+" "+a.By))
	}
	want := []string{"received 2m0s all", "readback 5m0s", "position 10m0s", "effect 15m0s", "disseminated 15m0s"}
	if !slices.Equal(got, want) || tpl.Precedence != cell.Flash || !tpl.Officer {
		t.Errorf("CEASE: %s %v", tpl.Precedence, got)
	}
}

// HOT-03 T: a neutral bank of texts, each its own, in three languages.
func TestCheckTexts(t *testing.T) {
	c := exercise(t)
	if len(c.CheckTexts) != 24 {
		t.Errorf("%d check texts", len(c.CheckTexts))
	}
	seen := map[string]bool{}
	for i, text := range c.CheckTexts {
		for lang, s := range text {
			if seen[s] || len(cell.Figures(s)) > 0 {
				t.Errorf("check text %d in %s stands twice or has a number: %s", i+1, lang, s)
			}
			seen[s] = true
		}
	}
}

// Each wording is written in the script of its language.
func TestScripts(t *testing.T) {
	c := exercise(t)
	texts := map[string]cell.T3{"notice": c.Notice, "title": c.Title}
	for i, s := range c.Stock {
		texts[fmt.Sprintf("stock %d", i+1)] = s.Text
	}
	for i, s := range c.CheckTexts {
		texts[fmt.Sprintf("check text %d", i+1)] = s
	}
	for _, p := range c.Places {
		texts["place "+p.ID], texts["district "+p.ID] = p.Name, p.District
	}
	for _, tpl := range c.Templates {
		texts[tpl.Code], texts[tpl.Code+" sentence"] = tpl.Name, tpl.Sentence
		for _, f := range tpl.Fields {
			texts[tpl.Code+" "+f.Name] = f.Label
			if len(f.Hint) > 0 {
				texts[tpl.Code+" "+f.Name+" hint"] = f.Hint
			}
			for _, ch := range f.Choices {
				texts[tpl.Code+" "+f.Name+" "+ch.Value] = ch.Name
			}
		}
	}
	for at, text := range texts {
		for _, lang := range cell.Languages() {
			if err := (cell.Free{Lang: lang, Text: text[lang]}).Validate(at); err != nil {
				t.Error(err)
			}
		}
	}
}

// The same-name trap of the exercise: two villages of one name, 9 km apart, in
// two districts (design 4, "Place").
func TestTwoVillagesOfOneName(t *testing.T) {
	c := exercise(t)
	var twins []cell.NamedPlace
	for _, p := range c.Places {
		if c.SharesName(p) {
			twins = append(twins, p)
		}
	}
	if len(twins) != 2 || twins[0].District["en"] == twins[1].District["en"] {
		t.Fatalf("twins %v", twins)
	}
	d := cell.Place{Lat: twins[0].Lat, Lon: twins[0].Lon}.Metres(cell.Place{Lat: twins[1].Lat, Lon: twins[1].Lon})
	if math.Abs(d-9000) > 150 {
		t.Errorf("%.0f m apart", d)
	}
}

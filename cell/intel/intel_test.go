package intel_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/intel"
)

const hour = 3600 * 1000

var (
	ridge = cell.Place{ID: "P-19", Lat: "12.5820", Lon: "-38.2120", Text: "P-19", Notation: "name", PrecisionM: 100}
	words = cell.Free{Lang: "en", Text: "Launchers were moved to the ridge."}
	view  = cell.Free{Lang: "en", Text: "One officer reads it as farm traffic."}
)

func TestModule(t *testing.T) { celltest.Run(t, intel.Module) }

// story is a history of the module's records.
type story struct {
	*celltest.History
	t *testing.T
}

func begin(t *testing.T) *story {
	return &story{celltest.NewHistory(celltest.Charter(t, intel.Module), cell.Modules{intel.Module}), t}
}

// by records an act of an officer, about a matter and citing what it answers.
func (s *story) by(desk, officer, kind string, body cell.Body, about ...cell.Held) cell.Held {
	s.t.Helper()
	return s.Add(s.t, desk, kind, body, func(r *cell.Record) {
		r.By.Officer = officer
		for _, h := range about {
			r.Cites = append(r.Cites, h.Cite())
		}
		if len(about) > 0 {
			r.About = about[0].Ref()
			r.Precedence = about[0].Precedence
			r.To = slices.DeleteFunc(about[0].Audience(), func(d string) bool { return d == desk })
		}
	})
}

// wantRefused wants an act to be refused at its own desk, and contested at bravo
// when it comes all the same.
func (s *story) wantRefused(h cell.Held, rule string) {
	s.t.Helper()
	s.WantRefused(s.t, h, "bravo", rule)
}

func (s *story) wantState(of cell.Held, name string) cell.State {
	s.t.Helper()
	return s.WantState(s.t, of.Ref(), name)
}

func item() intel.Item {
	return intel.Item{Product: "assessment", Grade: cell.Grade{Source: "B", Information: "3"}, Likelihood: "likely", Observed: celltest.Noon - hour,
		Expires: []int64{}, TLP: "amber", Use: intel.WarnOnly, Releasable: []string{"bravo", "supervisor"}, Text: words, Dissent: []cell.Free{view}}
}

func warning() intel.Warning {
	return intel.Warning{Threat: "fire", Place: []cell.Place{ridge}, Area: []cell.Area{}, Window: []cell.Span{}, AtRisk: "civilians",
		Grade: []cell.Grade{}, TLP: "amber", Text: []cell.Free{}}
}

// release drafts at alpha's desk by one officer and releases by another.
func (s *story) release(i intel.Item) cell.Held {
	s.t.Helper()
	d := s.by("alpha", "analyst-2", intel.KindDraft, intel.Draft{Item: i})
	return s.by("alpha", "head-1", intel.KindReport, intel.Report{Item: i, Drafter: "analyst-2", Draft: d.Ref().String()})
}

func (s *story) screen(desk string) intel.Screen {
	s.t.Helper()
	return celltest.Ask[intel.Screen](s.t, s.History, desk, intel.Module)
}

// INT-01 T: an item without its grades, its likelihood or the time of what it
// tells is refused, and the error says what is missing.
func TestINT01WhatIsNotGradedIsRefused(t *testing.T) {
	ms := cell.Modules{intel.Module}
	k, _ := ms.Kind(intel.KindReport)
	full, err := cell.EncodeBody(k.Sample())
	if err != nil {
		t.Fatal(err)
	}
	for field, at := range map[string]string{"grade": "/body/grade/source", "likelihood": "/body/likelihood", "observed": "/body/observed",
		"product": "/body/product", "tlp": "/body/tlp", "use": "/body/use", "releasable": "/body/releasable"} {
		var body map[string]json.RawMessage
		if err := json.Unmarshal(full, &body); err != nil {
			t.Fatal(err)
		}
		delete(body, field)
		short, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		filled, err := k.Fill(short)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = ms.Body(intel.KindReport, filled)
		if inv, ok := errors.AsType[*cell.Invalid](err); !ok || inv.At != at {
			t.Errorf("without %s: %v, want it refused at %s", field, err, at)
		}
	}
	half := item()
	half.Grade.Information = ""
	celltest.WantAt(t, half, "/grade/information")
}

// INT-02 T: what is marked RED leaves the desk in no file, whatever it is; the
// other markings do not keep it.
func TestINT02RedLeavesInNoFile(t *testing.T) {
	for _, tlp := range []string{"red", "amber-strict", "amber", "green", "clear"} {
		i, w := item(), warning()
		i.TLP, w.TLP = tlp, tlp
		for _, b := range []cell.Body{w, intel.Draft{Item: i}, intel.Report{Item: i}} {
			got := intel.Module.Exports(cell.Held{Body: b})
			if kept := len(got) == 1 && got[0].Rule == "intel.red-export"; kept != (tlp == "red") {
				t.Errorf("%T marked %s: %+v", b, tlp, got)
			}
		}
	}
}

// INT-11 T: a warning goes out with a threat, a place, who is at risk and a
// marking; it is of life safety and FLASH, and to warn only.
func TestINT11AWarningHasFewFields(t *testing.T) {
	ms := cell.Modules{intel.Module}
	k, _ := ms.Kind(intel.KindWarning)
	place := `"place":{"id":"P-19","lat":"12.5820","lon":"-38.2120","text":"P-19","notation":"name","precision_m":100}`
	body, err := k.Fill([]byte(`{"threat":"uav","at_risk":"civilians","tlp":"amber",` + place + `}`))
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := ms.Body(intel.KindWarning, body)
	if err != nil || b.(intel.Warning).Permitted() != intel.WarnOnly {
		t.Errorf("%+v, %v", b, err)
	}
	tp, _ := celltest.Charter(t, intel.Module).Template(intel.KindWarning)
	if !k.LifeSafety || tp.Precedence != cell.Flash {
		t.Errorf("life safety %v, precedence %s", k.LifeSafety, tp.Precedence)
	}
	for _, short := range []string{`{"threat":"uav","at_risk":"civilians",` + place + `}`, `{"threat":"uav","at_risk":"civilians","tlp":"amber"}`} {
		body, err := k.Fill([]byte(short))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := ms.Body(intel.KindWarning, body); err == nil {
			t.Errorf("taken: %s", short)
		}
	}
}

// Nothing in the module is made for a person or a target: no field has such a
// name.
func TestNoFieldForPersonsOrTargets(t *testing.T) {
	keyRE := regexp.MustCompile(`"([a-z0-9_]+)":`)
	for _, k := range intel.Module.Kinds {
		b, err := cell.EncodeBody(k.Sample())
		if err != nil {
			t.Fatal(err)
		}
		keys := keyRE.FindAllStringSubmatch(string(b), -1)
		if len(keys) == 0 {
			t.Fatalf("%s has no fields at all", k.Name)
		}
		for _, key := range keys {
			for _, word := range []string{"person", "name", "target", "suspect", "individual", "photo", "plate", "phone"} {
				if strings.Contains(key[1], word) {
					t.Errorf("%s has the field %q", k.Name, key[1])
				}
			}
		}
	}
}

// The words of grading are those of the field: the published lists, where they
// are at hand.
func TestGradingIsThatOfTheField(t *testing.T) {
	dir := os.Getenv("PARLEY_FIELD_DATA")
	if dir == "" {
		t.Skip("NOT RUN: PARLEY_FIELD_DATA names no folder with the published word lists (grading/*.json)")
	}
	values := func(file, predicate string) (out []string) {
		b, err := os.ReadFile(filepath.Join(dir, "grading", file))
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Predicates []struct{ Value string }
			Values     []struct {
				Predicate string
				Entry     []struct{ Value string }
			}
		}
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatal(err)
		}
		for _, v := range doc.Values {
			for _, e := range v.Entry {
				if v.Predicate == predicate {
					out = append(out, e.Value)
				}
			}
		}
		for _, p := range doc.Predicates {
			if predicate == "" {
				out = append(out, p.Value)
			}
		}
		return out
	}
	for _, v := range values("estimative-language.json", "likelihood-probability") {
		i := item()
		if i.Likelihood = v; i.Validate() != nil {
			t.Errorf("likelihood %s: %v", v, i.Validate())
		}
	}
	for _, v := range values("tlp.json", "") { // with an older word, an extension and one without a meaning, which are not taken
		i := item()
		i.TLP = strings.ReplaceAll(v, "+", "-")
		if taken := i.Validate() == nil; taken != slices.Contains([]string{"red", "amber+strict", "amber", "green", "clear"}, v) {
			t.Errorf("marking %s: %v", v, i.Validate())
		}
	}
	for _, v := range values("admiralty-scale.json", "source-reliability") {
		i := item()
		i.Grade.Source = strings.ToUpper(v)
		if taken := i.Validate() == nil; taken != (v != "g") {
			t.Errorf("source %s: %v; G says of a source that it deceives, which is never sent", v, i.Validate())
		}
	}
	for _, v := range values("admiralty-scale.json", "information-credibility") {
		i := item()
		if i.Grade.Information = v; i.Validate() != nil {
			t.Errorf("information %s: %v", v, i.Validate())
		}
	}
}

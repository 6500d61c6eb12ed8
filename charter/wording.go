package charter

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"parley/cell"
)

var fieldTypes = []string{"text", "choice", "place", "time", "number", "ref", "free", "desks", "level", "list",
	"area", "span", "height", "text3", "grade", "volumes", "zone", "limit", "category", "activity"}

var placeholderRE = regexp.MustCompile(`\{[^{}]*\}`)

// checkWording refuses what forms and print could not show.
func checkWording(c *cell.Charter) error {
	for _, w := range wordings(c) {
		if err := everyLanguage(w.at, w.text); err != nil {
			return err
		}
	}
	if err := checkStock(c); err != nil {
		return err
	}
	return checkTemplates(c)
}

type wording struct {
	at   string
	text cell.T3
}

// wordings lists the texts outside templates that people read.
func wordings(c *cell.Charter) []wording {
	out := []wording{{"title", c.Title}}
	for i, t := range c.CheckTexts {
		out = append(out, wording{fmt.Sprintf("check_texts/%d", i+1), t})
	}
	for _, p := range cell.Precedences() {
		out = append(out, wording{"clocks/" + string(p) + "/name", c.Clocks[p].Name})
	}
	for _, l := range slices.Sorted(maps.Keys(c.LadderLevels)) {
		out = append(out, wording{"ladder_levels/" + l, c.LadderLevels[l]})
	}
	for _, d := range slices.Sorted(maps.Keys(c.Reservations)) {
		out = append(out, wording{"reservations/" + d, c.Reservations[d]})
	}
	for _, d := range slices.Sorted(maps.Keys(c.Dissemination)) {
		for i, l := range c.Dissemination[d] {
			out = append(out, wording{fmt.Sprintf("dissemination/%s/%d", d, i), l.Name})
		}
	}
	for i, s := range c.Stock {
		out = append(out, wording{fmt.Sprintf("stock/%d/text", i), s.Text})
	}
	return out
}

func checkStock(c *cell.Charter) error {
	seen := map[string]bool{}
	for i, s := range c.Stock {
		at := fmt.Sprintf("stock/%d", i)
		if seen[s.Code] || len(s.Code) != 1 || s.Code < "1" || s.Code > "9" {
			return cell.Invalidf(at+"/code", "%q is not a digit from 1 to 9 of its own", s.Code)
		}
		seen[s.Code] = true
		if err := (cell.Position{Position: s.Position}).Validate(); err != nil {
			return cell.Invalidf(at+"/position", "%q cannot be a stock reply", s.Position)
		}
	}
	return nil
}

func checkTemplates(c *cell.Charter) error {
	codes := map[string]bool{}
	for _, t := range c.Templates {
		at := "templates/" + t.Code
		switch {
		case codes[t.Code] || t.Code == "":
			return cell.Invalidf(at+"/code", "a template has a code of its own")
		case t.Version < 1:
			return cell.Invalidf(at+"/version", "%d is below 1", t.Version)
		case !slices.Contains([]string{"required", "optional", "none"}, t.About):
			return cell.Invalidf(at+"/about", "%q is not required, optional or none", t.About)
		case t.Status != "" && t.Status != cell.Test && t.Status != cell.Exercise:
			return cell.Invalidf(at+"/status", "%q is not TEST or EXERCISE", t.Status)
		}
		codes[t.Code] = true
		if err := checkFields(at, t); err != nil {
			return err
		}
		for i, a := range t.Acks {
			if !slices.Contains([]string{"", "parties", cell.Supervisor, "all"}, a.By) {
				return cell.Invalidf(fmt.Sprintf("%s/acks/%d/by", at, i), "%q is not parties, supervisor or all", a.By)
			}
		}
	}
	return nil
}

// checkFields refuses a sentence that names what is no field: it would print
// an empty place.
func checkFields(at string, t cell.Template) error {
	known := []string{"{from}", "{dtg}"}
	for i, f := range t.Fields {
		if !slices.Contains(fieldTypes, f.Type) {
			return cell.Invalidf(at+"/fields/"+f.Name+"/type", "%q is not one of %s", f.Type, strings.Join(fieldTypes, ", "))
		}
		if slices.ContainsFunc(t.Fields[:i], func(o cell.Field) bool { return o.Name == f.Name }) {
			return cell.Invalidf(at+"/fields/"+f.Name, "the field stands twice")
		}
		known = append(known, "{"+f.Name+"}")
	}
	for _, lang := range cell.Languages() {
		for _, p := range placeholderRE.FindAllString(t.Sentence[lang], -1) {
			if !slices.Contains(known, p) {
				return cell.Invalidf(at+"/sentence/"+lang, "%s is not a field", p)
			}
		}
	}
	return nil
}

func everyLanguage(at string, t cell.T3) error {
	for _, l := range cell.Languages() {
		if strings.TrimSpace(t[l]) == "" {
			return cell.Invalidf(at, "no wording in %q", l)
		}
	}
	for l := range t {
		if !slices.Contains(cell.Languages(), l) {
			return cell.Invalidf(at, "wording in %q, which is not a language of the cell", l)
		}
	}
	return nil
}

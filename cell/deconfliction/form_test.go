package deconfliction_test

import (
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/deconfliction"
)

// filled is a notice that answers all that the form of its kind asks.
func filled(kind, activityType string) deconfliction.Works {
	a := answered(activity(activityType, round(0, 0, "")))
	a.Purpose = "supplies"
	return deconfliction.Works{Activity: a, Pictures: []string{}, Disputed: deconfliction.EscortNo}
}

// fill files it by a form, which has the body of works or that of all others.
func (s *story) fill(kind string, w deconfliction.Works) cell.Held {
	s.t.Helper()
	if kind == deconfliction.KindWorks {
		return s.Add(s.t, "alpha", kind, w, nil)
	}
	return s.Add(s.t, "alpha", kind, w.Activity, nil)
}

// DEC-06 T, DEC-12: what the form of a movement or of works asks for is answered, or
// it is not sendable: the rule names the field. The console asks for the same, by
// the charter's form.
func TestDEC06TheFormSaysWhatIsAsked(t *testing.T) {
	blank := map[string]func(*deconfliction.Works){
		"units":       func(w *deconfliction.Works) { w.Units = " " },
		"vehicles":    func(w *deconfliction.Works) { w.Vehicles = []deconfliction.Vehicle{} },
		"people":      func(w *deconfliction.Works) { w.People = []int64{} },
		"escort":      func(w *deconfliction.Works) { w.Escort = "" },
		"escort_text": func(w *deconfliction.Works) { w.Escort = deconfliction.EscortYes },
		"cargo":       func(w *deconfliction.Works) { w.Cargo = "" },
		"recognition": func(w *deconfliction.Works) { w.Recognition = []string{} },
		"route":       func(w *deconfliction.Works) { w.Route[0].What = deconfliction.PointAlternate },
		"site":        func(w *deconfliction.Works) { w.Site = []cell.Place{} },
		"contact":     func(w *deconfliction.Works) { w.Contact = w.Contact[:1] },
		"disputed":    func(w *deconfliction.Works) { w.Disputed = "" },
	}
	for kind, form := range map[string]struct{ types, asks string }{
		deconfliction.KindMovement:     {"movement vip maritime", "units vehicles people escort escort_text cargo recognition route contact"},
		deconfliction.KindHumanitarian: {"humanitarian farming media", "vehicles people escort escort_text cargo recognition route contact"},
		deconfliction.KindMedevac:      {"medevac", "vehicles people escort escort_text recognition route site contact"},
		deconfliction.KindWorks:        {"works mine-clearance repair", "vehicles people escort escort_text disputed"},
	} {
		s := begin(t)
		template, _ := s.Charter.Template(kind)
		for _, a := range strings.Fields(form.types) {
			s.breaks(template.Code+" of "+a, s.fill(kind, filled(kind, a)), "", "")
			for field, change := range blank {
				w := filled(kind, a)
				change(&w)
				rule := map[string]string{"escort_text": "deconfliction.escort-text"}[field]
				if rule == "" {
					rule = "deconfliction.asked"
				}
				if kind != deconfliction.KindWorks && (field == "escort" || field == "contact") {
					rule = "deconfliction." + field
				}
				at := ""
				if slices.Contains(strings.Fields(form.asks), field) {
					at = "/body/" + field
				}
				h := s.fill(kind, w)
				s.breaks(template.Code+" of "+a+" without "+field, h, rule, at)
				if at != "" {
					s.WantContested(t, h, "bravo", rule)
				}
				i := slices.IndexFunc(template.Fields, func(f cell.Field) bool { return f.Name == field })
				if shown := i >= 0 && (template.Fields[i].Required || field == "escort_text"); at != "" && !shown {
					t.Errorf("%s: the form does not show that %s is asked", template.Code, field)
				}
			}
		}
	}
}

// DEC-06 T, DEC-12: the type does not lead around what the form asks: a type is
// filed by the form that the charter has for it.
func TestDEC06ATypeHasItsForm(t *testing.T) {
	s := begin(t)
	forms := deconfliction.Activities()
	for _, a := range s.Charter.Activities {
		for _, kind := range forms {
			template, _ := s.Charter.Template(kind)
			its := slices.ContainsFunc(template.Fields[0].Choices, func(c cell.Choice) bool { return c.Value == a.Type })
			if rules := s.Rules(s.fill(kind, filled(kind, a.Type))); slices.Contains(rules, "deconfliction.form") == its {
				t.Errorf("%s by %s: %v", a.Type, template.Code, rules)
			}
		}
	}
	w := filled(deconfliction.KindHumanitarian, "humanitarian")
	right := s.fill(deconfliction.KindHumanitarian, w)
	w.Activity.Activity, w.Escort, w.Contact = "uav", "", w.Contact[:1]
	changed := s.update(right, w.Activity)
	for _, rule := range []string{"deconfliction.form", "deconfliction.escort", "deconfliction.contact"} {
		s.refused(changed, rule) // by the form, whatever the type
	}
}

// DEC-06: a charter may ask for less by its forms, but not for less than whether
// an armed escort goes along and two means of contact, nor may it leave the types
// to anybody's choice where it names them.
func TestDEC06WhatNoCharterLeavesOut(t *testing.T) {
	s := begin(t)
	c := *s.Charter
	c.Templates = slices.Clone(c.Templates)
	for i := range c.Templates {
		c.Templates[i].Fields = slices.Clone(c.Templates[i].Fields)
		for j := range c.Templates[i].Fields {
			c.Templates[i].Fields[j].Required = false
		}
	}
	s.Charter = &c
	w := filled(deconfliction.KindMovement, "maritime")
	w.Vehicles, w.People, w.Route, w.Cargo = []deconfliction.Vehicle{}, []int64{}, []deconfliction.Waypoint{}, ""
	s.breaks("asked for no more", s.fill(deconfliction.KindMovement, w), "", "")
	w.Escort = ""
	s.breaks("without a word on the escort", s.fill(deconfliction.KindMovement, w), "deconfliction.escort", "/body/escort")
	w.Escort, w.Contact = deconfliction.EscortNo, w.Contact[:1]
	s.breaks("reached by one means", s.fill(deconfliction.KindMovement, w), "deconfliction.contact", "/body/contact")
}

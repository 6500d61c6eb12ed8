package deconfliction

import (
	"fmt"
	"slices"
	"strings"

	"parley/cell"
)

// routed are the kinds of notices of a movement, which has a route (DEC-09) and
// answers what DEC-06 asks. Others may have a route too, and are on the board once
// contact is lost.
var routed = []string{KindMovement, KindHumanitarian, KindMedevac}

// form is a notice as it was filled in: whether a field of its form has a value.
type form interface{ given(field string) bool }

// asks gives what the form of a notice asks for and it does not say (DEC-06,
// DEC-12). The form is the charter's: which types it is for, and which of its
// fields are required. What a movement answers is asked whatever the charter's
// form says, and of its types in every form.
func asks(kind string, a Activity, said form, c *cell.Charter) (out []cell.Breach) {
	t, ok := c.Template(kind)
	if types := typesOf(t); ok && len(types) > 0 && !slices.Contains(types, a.Activity) {
		out = append(out, cell.Breach{Rule: "deconfliction.form", At: "/body/activity",
			Why: fmt.Sprintf("the form %s is not for the type %q: it is for %s", t.Code, a.Activity, strings.Join(types, ", "))})
	}
	moves := moving(kind, a.Activity, c)
	if moves {
		out = append(out, asMovement(a)...)
	}
	for _, f := range t.Fields {
		if f.Required && !said.given(f.Name) && !(moves && slices.Contains([]string{"escort", "contact"}, f.Name)) {
			out = append(out, cell.Breach{Rule: "deconfliction.asked", At: "/body/" + f.Name, Why: fmt.Sprintf("the form %s asks for it: %s", t.Code, f.Label["en"])})
		}
	}
	if a.Escort == EscortYes && len(a.EscortText) == 0 && slices.ContainsFunc(t.Fields, func(f cell.Field) bool { return f.Name == "escort_text" }) {
		out = append(out, cell.Breach{Rule: "deconfliction.escort-text", At: "/body/escort_text", Why: "an armed escort goes along: say who, how many and with what"})
	}
	return out
}

// typesOf gives the types of activity that a form is for; none: any.
func typesOf(t cell.Template) (out []string) {
	for _, f := range t.Fields {
		if f.Name == "activity" {
			for _, x := range f.Choices {
				out = append(out, x.Value)
			}
		}
	}
	return out
}

// moving reports whether a notice is one of a movement: by its form, or by its
// type, which is one that the charter has a form of movement for.
func moving(kind, activity string, c *cell.Charter) bool {
	return slices.Contains(routed, kind) || slices.Contains(escorted, activity) || slices.ContainsFunc(routed, func(k string) bool {
		t, ok := c.Template(k)
		return ok && slices.Contains(typesOf(t), activity)
	})
}

// asMovement: a movement says whether an armed escort goes along, and is reached
// by two means (DEC-06).
func asMovement(a Activity) (out []cell.Breach) {
	if a.Escort == "" {
		out = append(out, noEscort)
	}
	if len(a.Contact) < 2 {
		out = append(out, cell.Breach{Rule: "deconfliction.contact", At: "/body/contact", Why: "a movement is reached by two means"})
	}
	return out
}

// given reports whether a field has a value. A route has one when a point of it
// has a time.
func (a Activity) given(field string) bool {
	switch field {
	case "units":
		return strings.TrimSpace(a.Units) != ""
	case "purpose":
		return strings.TrimSpace(a.Purpose) != ""
	case "stop":
		return strings.TrimSpace(a.Stop) != ""
	case "vehicles":
		return len(a.Vehicles) > 0
	case "people":
		return len(a.People) > 0
	case "escort":
		return a.Escort != ""
	case "escort_text":
		return len(a.EscortText) > 0
	case "cargo":
		return a.Cargo != ""
	case "recognition":
		return len(a.Recognition) > 0
	case "contact":
		return len(a.Contact) > 0
	case "route":
		return slices.ContainsFunc(a.Route, func(w Waypoint) bool { return w.What != PointAlternate })
	case "controllers":
		return len(a.Controllers) > 0
	case "site":
		return len(a.Site) > 0
	case "azimuth":
		return len(a.Azimuth) > 0
	case "contingency":
		return len(a.Contingency) > 0
	case "note":
		return len(a.Note) > 0
	}
	return true // the body does not do without it
}

func (w Works) given(field string) bool {
	switch field {
	case "disputed":
		return w.Disputed != ""
	case "pictures":
		return len(w.Pictures) > 0
	}
	return w.Activity.given(field)
}

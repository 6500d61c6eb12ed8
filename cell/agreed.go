package cell

import "slices"

// AgreedRules say how the sides agree to more than a limit for a time: an Agreed
// Activity (CBM-04). That both agree is no rule of the charter; without that
// there is none.
type AgreedRules struct {
	Supervisor string `yaml:"supervisor"` // AgreedBySupervisor, or "": it is told as the mode of the basket says
	Objection  string `yaml:"objection"`  // ObjectionEnds, or "": only its window ends it, or the desk that asked for it
}

// What the charter may say of agreed activities.
const (
	AgreedBySupervisor = "agrees" // the supervisor agrees too before it is in force
	ObjectionEnds      = "ends"   // an objection of a desk that had agreed ends it
)

// HoldingRules say how often a side declares what it holds in a zone (CBM-04). 0:
// nobody is reminded.
type HoldingRules struct {
	Every Duration `yaml:"every"`
}

// Limited gives the limit of that ID.
func (c *Charter) Limited(id string) (Limit, bool) {
	i := slices.IndexFunc(c.Limits, func(l Limit) bool { return l.ID == id })
	if i < 0 {
		return Limit{}, false
	}
	return c.Limits[i], true
}

// Concerns reports whether a limit is about a desk.
func (l Limit) Concerns(desk string) bool { return len(l.Desks) == 0 || slices.Contains(l.Desks, desk) }

// Declarable gives the categories of which a number is limited where a zone lies,
// for a desk, sorted: those that a declaration of what it holds there may list.
func (c *Charter) Declarable(zone, desk string) []string {
	var out []string
	for _, l := range c.Limits {
		if l.Max != nil && l.Concerns(desk) && c.lies(zone, l.Zone) {
			out = append(out, l.Categories...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *Charter) checkAgreed() error {
	if !slices.Contains([]string{"", AgreedBySupervisor}, c.Agreed.Supervisor) {
		return Invalidf("agreed/supervisor", "%q is not %s, or empty", c.Agreed.Supervisor, AgreedBySupervisor)
	}
	if !slices.Contains([]string{"", ObjectionEnds}, c.Agreed.Objection) {
		return Invalidf("agreed/objection", "%q is not %s, or empty", c.Agreed.Objection, ObjectionEnds)
	}
	if c.Holdings.Every < 0 {
		return Invalidf("holdings/every", "it is below 0")
	}
	return nil
}
